"""What every extractive reader shares: cut a passage into windows, find its best span, trim it.

A model sees `question, window of the passage` and scores each token as the start and as the end of
the answer; the scores of its first token say "not here". The best span of a window is the pair of
passage tokens with the largest sum of scores, start before end, that does not begin inside a word
nor run over a blank line. Its margin over "not here" is a
log-odds of the two within one window, so margins compare between windows, passages and articles,
and the best window of a passage is the one with the largest margin.

Does not know any model: the scores come from a function. Models that put their "not here" token
elsewhere than first (XLNet) are not handled, nor are answers in several pieces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from qa.language.text import encodable, fold, inside_words, sentences
from qa.types import Finding, Passage, Span

Ids: TypeAlias = NDArray[np.int64]
"""Token ids, attention mask or token types of a batch, shape (windows, tokens)."""

Logits: TypeAlias = NDArray[np.float32]
"""Scores of each token as a start or as an end, shape (windows, tokens)."""

Score: TypeAlias = Callable[[Ids, Ids, Ids], tuple[Logits, Logits, NDArray[np.float32]]]
"""Runs the model on token ids, attention mask and token types.

Gives start scores, end scores, and the log-odds that each window answers, shape (windows,), zeros
from a model that has no such score.
"""

MAX_ANSWER_TOKENS = 48  # About 30 words: the longest answer a reader was asked for is a clause.
MAX_QUESTION_TOKENS = 64
_MAX_QUESTION_CHARS = 2000
_STRIDE = 48  # Tokens that a window repeats: the longest answer, so that none is cut in two.
_BATCH_TOKENS = 4096

_WORD = 80  # Code points on either side of a span's end among which its last word lies.
_REPEATS = 4  # Mentions of the best answer that are passed over in looking for another.
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")

_OPENING = "\"'“‘«([{‹「『"
_CLOSING = "\"'”’»)]}›」』"
_LEADING = ",;:.!?)]}…·•–—-"
_SYMBOLS = ("So", "Sk")
_MARKS = ("Mn", "Me", "Mc", "Cf")
_UNITS = "°℃℉№"
_TRAILING = ",;:!?([{…·•–—-"


@dataclass(frozen=True, slots=True)
class Found:
    """The best span of a text, `text[start:end]`.

    Attributes:
        start: In code points.
        end: In code points.
        score: Of the span.
        null: The score of "not here".
        rival: The score of the best other span of the same window that says something else: shares
            no token with this one, and neither contains its words nor lies within them. Minus
            infinity where there is none.
        answers: Log-odds that the window answers at all; 0 from a model that has no such score.
    """

    start: int
    end: int
    score: float
    null: float
    rival: float
    answers: float = 0.0


def find_findings(
    tokenizer: Tokenizer,
    score: Score,
    questions: Sequence[str],
    passages: Sequence[Passage],
    *,
    batch_tokens: int = _BATCH_TOKENS,
    workers: Executor | None = None,
) -> list[Finding | None]:
    """`find_spans` on passages of articles, in article coordinates."""
    texts = [passage.text for passage in passages]
    spans = find_spans(
        tokenizer,
        score,
        questions,
        texts,
        headlines=[_headline_end(passage) for passage in passages],
        batch_tokens=batch_tokens,
        workers=workers,
    )
    findings: list[Finding | None] = []
    for found, passage in zip(spans, passages, strict=True):
        if found is None:
            findings.append(None)
            continue
        start = passage.span.start
        span = Span(start + found.start, start + found.end)
        findings.append(Finding(passage, span, found.score, found.null, found.rival, found.answers))
    return findings


def find_spans(
    tokenizer: Tokenizer,
    score: Score,
    questions: Sequence[str],
    texts: Sequence[str],
    *,
    headlines: Sequence[int] = (),
    batch_tokens: int = _BATCH_TOKENS,
    workers: Executor | None = None,
) -> list[Found | None]:
    """The best span of each text for the question beside it, in order; None where there is none.

    Args:
        tokenizer: As `with_windows` returns it.
        score: The model.
        questions: One for each text; read up to its first `MAX_QUESTION_TOKENS` tokens.
        texts: What may answer, of any length.
        headlines: Where the headline of each text ends, in code points, 0 where it has none; no
            span runs over that.
        batch_tokens: Most tokens scored at once, padding included; a window longer than that goes
            alone.
        workers: Where batches are scored beside each other; one after the other if None.

    Raises:
        ValueError: If there are not as many questions as texts.
    """
    if len(questions) != len(texts):
        raise ValueError(f"{len(questions)} questions for {len(texts)} texts")
    readable = [encodable(text) for text in texts]
    pairs = list(zip(shortened(tokenizer, questions), readable, strict=True))
    windows: list[tuple[int, Encoding]] = []
    for pair, first in enumerate(tokenizer.encode_batch(pairs)):
        windows += [(pair, window) for window in (first, *first.overflowing)]
    windows.sort(key=lambda window: len(window[1].ids))
    best: list[Found | None] = [None] * len(pairs)
    batches = list(_batches(windows, batch_tokens))
    padded = [_padded([window for _, window in batch]) for batch in batches]
    scores = (workers.map if workers else map)(lambda inputs: score(*inputs), padded)
    for batch, (starts, ends, answers) in zip(batches, scores, strict=True):
        for (pair, window), start, end, answer in zip(batch, starts, ends, answers, strict=True):
            headline = headlines[pair] if headlines else 0
            found = _best_span(window, start, end, float(answer), texts[pair], headline)
            if found and (best[pair] is None or _margin(found) > _margin(best[pair])):
                best[pair] = found
    return best


def ask_with_title(question: str, title: str) -> str:
    """The question with the article's headline behind it: it names whom the passage calls "she".

    A reader has to be trained on questions of this form.
    """
    title = " ".join(title.split())
    return f"{question} | {title}" if title else question


def with_windows(tokenizer: Tokenizer, max_tokens: int) -> Tokenizer:
    """A copy of a tokenizer that cuts a long passage into overlapping windows, unpadded."""
    copy: Tokenizer = Tokenizer.from_str(tokenizer.to_str())
    cut_into_windows(copy, max_tokens)
    return copy


def cut_into_windows(tokenizer: Tokenizer, max_tokens: int) -> None:
    """Make a tokenizer do so itself: copying a large one takes as long as loading it twice."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(
        max_tokens, stride=min(_STRIDE, max_tokens // 4), strategy="only_second"
    )


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow `text[start:end]` past white space, stray punctuation and unmatched quotes.

    A final full stop goes unless the span holds another one before it (`a.m.`, `S.H.`). So do
    symbols such as arrows and emoji at either end, with the marks and joiners that are theirs; of a
    letter the marks stay. Currency signs are no such symbols.

    Returns:
        The narrowed range; start == end where nothing is left.
    """
    while start < end:
        first, last = text[start], text[end - 1]
        inner = text[start + 1 : end - 1]
        is_stop = last in _TRAILING or (last == "." and "." not in inner)
        if first.isspace() or first in _LEADING or _is_symbol(first):
            start += 1
        elif last.isspace() or is_stop or _ends_in_symbol(text, start, end):
            end -= 1
        elif _unmatched(first, _OPENING, _CLOSING, text[start + 1 : end]):
            start += 1
        elif _unmatched(last, _CLOSING, _OPENING, text[start : end - 1]):
            end -= 1
        else:
            break
    return start, end


def _is_symbol(character: str) -> bool:
    """Whether a character is a symbol, not of money or degrees, or belongs to what is before it."""
    return character not in _UNITS and unicodedata.category(character) in (*_SYMBOLS, *_MARKS)


def _ends_in_symbol(text: str, start: int, end: int) -> bool:
    """Whether a span ends in a symbol, with or without marks and joiners behind it."""
    at = end - 1
    while at > start and unicodedata.category(text[at]) in _MARKS:
        at -= 1
    return _is_symbol(text[at])


def _unmatched(mark: str, marks: str, partners: str, rest: str) -> bool:
    """Whether a quote or bracket has no partner in the rest of the span."""
    at = marks.find(mark)
    return at >= 0 and partners[at] not in rest


def _margin(found: Found | None) -> float:
    return -np.inf if found is None else found.score - found.null


def shortened(tokenizer: Tokenizer, questions: Sequence[str]) -> list[str]:
    """Questions cut after so many tokens that a passage still fits beside them.

    Args:
        tokenizer: As `with_windows` returns it; it fails on a longer question.
        questions: Of any length.
    """
    cut = tokenizer.truncation
    most = min(MAX_QUESTION_TOKENS, cut["max_length"] // 3) if cut else MAX_QUESTION_TOKENS
    short: list[str] = []
    for question in questions:
        readable = encodable(question[:_MAX_QUESTION_CHARS])
        # As the second of a pair, since windows are cut of that one only.
        offsets = tokenizer.encode("", readable, add_special_tokens=False).offsets[:most]
        short.append(readable[: offsets[-1][1]] if offsets else "")
    return short


def _batches(
    windows: Sequence[tuple[int, Encoding]], most: int
) -> Iterator[list[tuple[int, Encoding]]]:
    """Runs of windows, ascending in length, of at most so many tokens once padded."""
    batch: list[tuple[int, Encoding]] = []
    for window in windows:
        if batch and (len(batch) + 1) * len(window[1].ids) > most:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _padded(windows: Sequence[Encoding]) -> tuple[Ids, Ids, Ids]:
    """Token ids, attention mask and token types, padded with zeros behind."""
    shape = (len(windows), max(len(window.ids) for window in windows))
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, window in enumerate(windows):
        size = len(window.ids)
        ids[row, :size] = window.ids
        types[row, :size] = window.type_ids
        mask[row, :size] = 1
    return ids, mask, types


def _best_span(
    window: Encoding, start: Logits, end: Logits, answers: float, text: str, headline: int
) -> Found | None:
    """The best span of one window, in code points of the whole text."""
    inside = np.array([sequence == 1 for sequence in window.sequence_ids])
    tokens = np.flatnonzero(inside)
    if not tokens.size:
        return None
    # A window's passage tokens are one run, so a band over it holds every span short enough.
    first, behind = tokens[0], tokens[-1] + 1
    spans = [window.offsets[token] for token in tokens]
    order = np.arange(len(tokens))
    length = order[None, :] - order[:, None]
    paragraphs = _paragraphs(text, spans, headline)
    allowed = (length >= 0) & (length < MAX_ANSWER_TOKENS)
    allowed &= paragraphs[None, :] == paragraphs[:, None]
    allowed &= ~_within_words(text, spans)[:, None]
    sums = np.where(allowed, start[first:behind, None] + end[None, first:behind], -np.inf)
    left, right = divmod(int(sums.argmax()), len(tokens))
    score = float(sums[left, right])
    begin, stop = trim(text, spans[left][0], _whole(text, spans[right][1]))
    if begin == stop or score == -np.inf:
        return None
    null = float(start[0]) + float(end[0])
    rival = _rival(sums, left, right, lambda a, b: fold(text[spans[a][0] : spans[b][1]]).strip())
    return Found(begin, stop, score, null, rival, answers)


def _rival(sums: Logits, left: int, right: int, words: Callable[[int, int], str]) -> float:
    """The best score of a span that says something else than the best one; -inf if none is left.

    Args:
        sums: Score of each span by its first and last token, (tokens, tokens); it is overwritten.
        left: First token of the best span.
        right: Its last token.
        words: The words of a span, to be compared.
    """
    best = words(left, right)
    for _ in range(_REPEATS):
        sums[: right + 1, left:] = -np.inf
        left, right = divmod(int(sums.argmax()), len(sums))
        score = float(sums[left, right])
        other = words(left, right)
        if score == -np.inf or (other not in best and best not in other):
            return score
    return -np.inf


def _whole(text: str, end: int) -> int:
    """The end of the word or grapheme cluster that a span ends in."""
    inside = inside_words(text[max(0, end - _WORD) : end + _WORD])
    low = max(0, end - _WORD)
    while end - low in inside:
        end += 1
    while end < len(text) and unicodedata.category(text[end]) in _MARKS:
        end += 1
    return end


def _headline_end(passage: Passage) -> int:
    """Where the line of a passage that is its article's title ends; 0 where there is none."""
    title, text = passage.article.title.strip(), passage.text
    at = text.find(title) if title else -1
    if at < 0 or text[:at].strip(" #\t\r\n"):
        return 0
    end = at + len(title)
    line = text.find("\n", end)
    return line if line >= 0 and not text[end:line].strip(" #\t\r") else 0


def _paragraphs(text: str, spans: Sequence[tuple[int, int]], headline: int) -> NDArray[np.int64]:
    """The number of the paragraph that each token ends in, (tokens,); a headline is one."""
    ends = (sentence.end for sentence in sentences(text))
    stops = (end for end in ends if text[end - 1] in '.!?…"”')
    breaks = sorted({headline, *stops, *(match.start() for match in _BLANK_LINE.finditer(text))})
    return np.searchsorted(breaks, [end for _, end in spans], side="left")


def _within_words(text: str, spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Whether each token begins inside a word, (tokens,)."""
    inside = inside_words(text)
    return np.array([begin in inside for begin, _ in spans], dtype=bool)
