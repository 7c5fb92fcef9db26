"""Turn question-answer rows into the examples that a reader learns from.

An example is `<s> question </s></s> window of a passage </s>` with the tokens where the answer
starts and ends, both 0 for "not here". Beside the rows as they are, it makes:

- passages as an index holds them: of a long context the piece with the answer, cut as `qa.chunk`
  cuts, half the time with the context's first sentence as the headline behind the question;
- retrieved negatives: the question with a passage that BM25 ranks high for it but that does not
  contain the answer, so that scores compare between passages;
- contexts that lack the very sentence that answers;
- questions as people type them: lower case, no question mark, short forms, a name misspelt;
- questions across languages: a question in one language on the passage in another, by shared id.

Contexts and questions of `qa/dev` are left out wherever they recur, and so is one context in twenty
of each set in a language that has none there (`held_out`): what is known of that language.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
from tokenizers import Encoding, Tokenizer

from qa.chunk import passages
from qa.language.text import fold, sentences
from qa.readers.windows import ask_with_title, shortened, with_windows
from qa.settings import BuildSettings
from qa.train.data import Gold, QARow, qa_files, read_qa, set_name

_RETRIEVED = 20  # Passages looked at for each question.
_NEGATIVES = 6  # Of these, how many are kept.
_HELD_OUT = 20  # One context in so many is held out.
_MOST_ROWS = 200  # Rows of a set.
_SAME_WORDS = 0.6  # Part of a long answer's words that makes a passage answer it, too.
_AT_ONCE = 2000
_TITLE_CHARS = 120
_WORD = re.compile(r"\w+")
_SHORT_FORMS = {
    "yang": "yg", "dengan": "dgn", "untuk": "utk", "dari": "dr", "pada": "pd", "dalam": "dlm",
    "karena": "krn", "tidak": "tdk", "sudah": "udah", "adalah": "adlh", "apa": "apa sih",
    "siapa": "siapa sih", "mengapa": "kenapa", "berapa": "brp", "kapan": "kpn", "orang": "org",
    "tahun": "thn", "you": "u", "what is": "whats", "who is": "whos",
}  # fmt: skip
_SHORT_FORM = re.compile(rf"\b({'|'.join(_SHORT_FORMS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of one example, where its passage starts, and what is right.

    Attributes:
        ids: Tokens of question and passage.
        passage: Place of the passage's first token.
        start: The answer's first token; 0 for "not here".
        end: The answer's last token; 0 for "not here".
        side: Place in `SIDES` of what a sentence says to a yes-or-no question; None where the
            example asks for a span.
    """

    ids: tuple[int, ...]
    passage: int
    start: int
    end: int
    side: int | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """Rows to learn from by file (`squad.en`), and passages that do not answer, by question id."""

    rows: Mapping[str, Sequence[QARow]]
    negatives: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Variety:
    """Which part of the examples is changed, and how.

    Attributes:
        negatives: Of the questions, asked of a retrieved passage without the answer as well.
        pieces: Of the contexts longer than a passage, given as one passage of them.
        titled: Of those pieces, with the context's first sentence as a headline.
        silenced: Of the answerable ones, given without the sentences that hold the answer.
        typed: Of the questions, as people type.
    """

    negatives: float = 0.35
    pieces: float = 0.6
    titled: float = 0.5
    silenced: float = 0.06
    typed: float = 0.12


def read_corpus(data: Path, names: Sequence[str], others: Mapping[str, Sequence[str]]) -> Corpus:
    """The named training sets, those across languages (`squad.en>id`) and retrieved negatives.

    Args:
        data: The folder of training data.
        names: Sets.
        others: For each language passages that are searched for negatives beside the sets' own.

    Raises:
        UsageError: If `data` is not laid out as it should be.
    """
    dev = [row for path in qa_files(data, "dev") for row in read_qa(path)]
    dev += [row for rows in held_out(data, names).values() for row in rows]
    contexts_held_out = {row.context for row in dev}
    questions_held_out = {row.shared_id for row in dev}
    rows: dict[str, list[QARow]] = {}
    for path in qa_files(data, "train"):
        name = set_name(path)
        if name in names:
            rows[name] = [
                row
                for row in read_qa(path)
                if row.context not in contexts_held_out and row.shared_id not in questions_held_out
            ]
    if "idk-mrc.id" in rows and "tydiqa.id" in rows:
        known = {(row.question, row.context) for row in rows["idk-mrc.id"]}
        rows["tydiqa.id"] = [
            row for row in rows["tydiqa.id"] if (row.question, row.context) not in known
        ]
    negatives = retrieve_negatives(rows, others)
    rows |= {name: list(across(rows, name)) for name in names if ">" in name}
    return Corpus(rows, negatives)


def held_out(data: Path, names: Sequence[str]) -> dict[str, list[QARow]]:
    """Rows to measure on, by set, of the named training sets in a language that `qa/dev` lacks.

    Raises:
        UsageError: If `data` is not laid out as it should be.
    """
    known = {set_name(path).partition(".")[2] for path in qa_files(data, "dev")}
    rows = {}
    for path in qa_files(data, "train"):
        name = set_name(path)
        if name in names and name.partition(".")[2] not in known:
            rows[name] = [row for row in read_qa(path) if _is_held_out(row.context)][:_MOST_ROWS]
    return rows


def _is_held_out(context: str) -> bool:
    return int.from_bytes(hashlib.sha256(context.encode()).digest()[:4]) % _HELD_OUT == 0


def across(rows: Mapping[str, Sequence[QARow]], name: str) -> Iterator[QARow]:
    """Rows of a passage's language with the question in another: `squad.en>squad-mt.id`."""
    asked, answered = name.split(">")
    questions = {row.shared_id: row for row in rows.get(asked, ())}
    for row in rows.get(answered, ()):
        other = questions.get(row.shared_id)
        if other is not None and bool(other.answers) == bool(row.answers):
            yield QARow(
                f"{name}/{row.id}", row.language, other.question, row.context, row.answers, name
            )


def retrieve_negatives(
    rows: Mapping[str, Sequence[QARow]], others: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[str]]:
    """For each question passages of its language that BM25 likes and that lack its answer.

    A passage that shares most words of a long answer counts as holding it.
    """
    by_language: dict[str, list[QARow]] = defaultdict(list)
    for members in rows.values():
        for row in members:
            by_language[row.language].append(row)
    negatives: dict[str, list[str]] = defaultdict(list)
    for language, members in sorted(by_language.items()):
        pool = {piece for context in {row.context for row in members} for piece in cut(context)}
        texts = sorted(pool | set((others or {}).get(language, ())))
        if len(texts) <= _RETRIEVED:
            continue
        index = bm25s.BM25()
        index.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
        asked = bm25s.tokenize(
            [row.question for row in members], stopwords=None, show_progress=False
        )
        found, _ = index.retrieve(asked, k=_RETRIEVED, show_progress=False)
        for row, numbers in zip(members, found, strict=True):
            lacking = (texts[number] for number in numbers if not _answers(texts[number], row))
            negatives[row.id] += [text for text, _ in zip(lacking, range(_NEGATIVES), strict=False)]
    return dict(negatives)


def _answers(text: str, row: QARow) -> bool:
    """Whether a passage may answer: it holds an answer, or is of a context that does not."""
    if not row.answers:
        return text in row.context
    folded = text.casefold()
    for gold in row.answers:
        words = set(_WORD.findall(gold.text.casefold()))
        shared = len(words & set(_WORD.findall(folded)))
        if gold.text.casefold() in folded or (
            len(words) > 3 and shared >= _SAME_WORDS * len(words)
        ):
            return True
    return False


def cut(context: str) -> list[str]:
    """A context as the passages that an index would hold."""
    return [context[start:end] for start, end in _pieces(context)]


def _pieces(context: str) -> list[tuple[int, int]]:
    settings = BuildSettings()
    found = passages(
        context, max_chars=settings.max_chars, overlap_sentences=settings.overlap_sentences
    )
    return [(span.start, span.end) for span in found]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question and a text before they are tokens; `answer` is a range of the text, if it is."""

    question: str
    text: str
    answer: tuple[int, int] | None
    side: int | None = None


class Examples:
    """Draws rounds of examples from a corpus; each round differs in what it changes."""

    def __init__(
        self,
        corpus: Corpus,
        tokenizer: Tokenizer,
        *,
        shares: Mapping[str, float],
        max_tokens: int,
        variety: Variety = Variety(),
        sides: Sequence[tuple[str, str, int]] = (),
    ) -> None:
        """Keep what rounds are drawn from.

        Args:
            corpus: What to draw from.
            tokenizer: The model's.
            shares: For each set which part of its rows a round draws; above 1 repeats some.
            max_tokens: Longest example.
            variety: What is changed.
            sides: Yes-or-no questions, sentences, and the place in `SIDES` of what these say.
        """
        self._corpus = corpus
        self._shares = shares
        self._tokenizer = with_windows(tokenizer, max_tokens)
        self._variety = variety
        self._sides = sides

    def round(self, seed: int) -> list[Example]:
        """One round, shuffled."""
        rng = random.Random(seed)  # noqa: S311
        drafts = [draft for row in self._rows(rng) for draft in self._drafts(row, rng)]
        drafts += [_Draft(question, text, None, side) for question, text, side in self._sides]
        rng.shuffle(drafts)
        examples: list[Example] = []
        for first in range(0, len(drafts), _AT_ONCE):
            some = drafts[first : first + _AT_ONCE]
            questions = shortened(self._tokenizer, [draft.question for draft in some])
            encodings = self._tokenizer.encode_batch(
                [(question, draft.text) for question, draft in zip(questions, some, strict=True)]
            )
            examples += [
                _example(draft, encoding, rng)
                for draft, encoding in zip(some, encodings, strict=True)
            ]
        return examples

    def _rows(self, rng: random.Random) -> Iterator[QARow]:
        for name, rows in sorted(self._corpus.rows.items()):
            whole, part = divmod(self._shares.get(name, 0.0), 1)
            yield from [*rows] * int(whole) + rng.sample(list(rows), round(part * len(rows)))

    def _drafts(self, row: QARow, rng: random.Random) -> Iterator[_Draft]:
        variety = self._variety
        question = row.question
        if rng.random() < variety.typed:
            question = as_typed(question, rng)
        gold = rng.choice(row.answers) if row.answers else None
        text, answer = row.context, None if gold is None else _range(gold)
        if answer and rng.random() < variety.silenced:
            text, answer = _silenced(row), None
        text_pieces = _pieces(text)
        if len(text_pieces) > 1 and rng.random() < variety.pieces:
            yield self._piece(question, text, answer, text_pieces, rng)
        elif text.strip():
            yield _Draft(question, text, answer)
        others = self._corpus.negatives.get(row.id)
        if others and rng.random() < variety.negatives:
            yield _Draft(question, rng.choice(others), None)

    def _piece(
        self,
        question: str,
        text: str,
        answer: tuple[int, int] | None,
        pieces: Sequence[tuple[int, int]],
        rng: random.Random,
    ) -> _Draft:
        holding = [
            (start, end)
            for start, end in pieces
            if answer and start <= answer[0] and answer[1] <= end
        ]
        start, end = rng.choice(holding or pieces)
        if start and rng.random() < self._variety.titled:
            question = ask_with_title(question, _lead(text))
        inside = answer and (start, end) in holding
        return _Draft(
            question,
            text[start:end],
            (answer[0] - start, answer[1] - start) if answer and inside else None,
        )


def as_typed(question: str, rng: random.Random) -> str:
    """A question as people type it: in short forms, a long word misspelt, lower case, no mark."""
    typed = question.rstrip(" ?")
    if rng.random() < 0.5:
        typed = _SHORT_FORM.sub(lambda word: _SHORT_FORMS[word[0].lower()], typed, count=2)
    names = [word for word in _WORD.finditer(typed) if len(word[0]) > 5 and word[0][0].isupper()]
    if names and rng.random() < 0.4:
        name = rng.choice(names)
        typed = typed[: name.start()] + _misspelt(name[0], rng) + typed[name.end() :]
    return typed.lower() if rng.random() < 0.7 else typed


def _misspelt(word: str, rng: random.Random) -> str:
    """A word with one letter left out, doubled, changed, or two of them swapped; not the first."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice("aeiou") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


def _silenced(row: QARow) -> str:
    """A context without the sentences that hold an answer; empty where nothing is left."""
    golds = [fold(gold.text) for gold in row.answers]
    spans = sentences(row.context)
    kept = [
        row.context[span.start : span.end]
        for span in spans
        if not any(gold in fold(row.context[span.start : span.end]) for gold in golds)
        and not any(
            gold.start < span.end and span.start < gold.start + len(gold.text)
            for gold in row.answers
        )
    ]
    return " ".join(kept)


def _lead(text: str) -> str:
    """The first sentence, as a headline says what an article is about."""
    first = next(iter(sentences(text)), None)
    return "" if first is None else text[first.start : first.end][:_TITLE_CHARS]


def _range(gold: Gold) -> tuple[int, int]:
    return gold.start, gold.start + len(gold.text)


def _example(draft: _Draft, encoding: Encoding, rng: random.Random) -> Example:
    """The window with the answer, nine times in ten; any other says "not here"."""
    windows = [encoding, *encoding.overflowing]
    found = [(window, *_answer_tokens(window, draft.answer)) for window in windows]
    holding = [each for each in found if each[1]]
    window, start, end = rng.choice(holding if holding and rng.random() < 0.9 else found)
    passage = window.sequence_ids.index(1) if 1 in window.sequence_ids else len(window.ids) - 1
    return Example(tuple(window.ids), passage, start, end, draft.side)


def _answer_tokens(window: Encoding, answer: tuple[int, int] | None) -> tuple[int, int]:
    """First and last token of the answer in a window; (0, 0) where it is not whole in there."""
    if answer is None:
        return 0, 0
    inside = [
        (token, *offsets)
        for token, (sequence, offsets) in enumerate(
            zip(window.sequence_ids, window.offsets, strict=True)
        )
        if sequence == 1
    ]
    if not inside or inside[0][1] > answer[0] or inside[-1][2] < answer[1]:
        return 0, 0
    touched = [token for token, start, end in inside if end > answer[0] and start < answer[1]]
    return (touched[0], touched[-1]) if touched else (0, 0)
