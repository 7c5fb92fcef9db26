"""An article cut into passages: runs of whole sentences, each short enough to encode and read.

Not handled: paragraphs and headings are not told apart from other sentences.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence

from qa.language.text import sentences, visible
from qa.types import Article, Passage, Span

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def passages(
    text: str, masks: Sequence[Span] = (), *, max_chars: int, overlap_sentences: int
) -> list[Span]:
    """The passages of an article, in order of their start.

    Whole sentences are gathered while they span at most `max_chars` code points, and each passage
    begins with the last `overlap_sentences` sentences of the one before, or as many of them as
    leave room for a new one. A longer sentence is cut at white space, or inside a word that is
    itself too long. No passage touches a masked span; what is not masked lies in some passage,
    but for white space and stretches without a letter or digit.

    Args:
        text: Of the article.
        masks: In any order; they may overlap.
        max_chars: Longest passage, in code points, at least 1.
        overlap_sentences: Sentences repeated, at least 0.
    """
    found: list[Span] = []
    for start, end in _unmasked(text, masks):
        pieces = [
            piece
            for sentence in sentences(text, start, end)
            for piece in _cut(text, sentence, max_chars)
        ]
        found.extend(
            span
            for span in _gather(pieces, max_chars, overlap_sentences)
            if _LETTER_OR_DIGIT.search(text, span.start, span.end)
        )
    return found


_PROBE_MASKS = (Span(150, 170), Span(900, 1000))
_PROBE = Article(
    id="",
    path="",
    title="Pasar",
    text=(
        "Prof. Dr. Siti, M.Si. tiba pukul 19.30 WIB. “Kami siap!” katanya... Harga naik 2,5 persen?"
        "\n1. Beras; 2. gula — semua, kata PT. Maju Tbk. No. 7 di Jl. Merdeka. 北京市。 Lalu "
        + "panjang sekali " * 20
        + "kalimat itu. The U.S. said so. Mr. Smith left [3]. "
    )
    * 4,
    sha256="",
)


def fingerprint(*, max_chars: int, overlap_sentences: int) -> str:
    """Of how articles are cut for an encoder: another wherever that has changed.

    Taken from what comes of a text with stops of many kinds.
    """
    spans = passages(
        _PROBE.text, _PROBE_MASKS, max_chars=max_chars, overlap_sentences=overlap_sentences
    )
    texts = [encoder_text(Passage(0, _PROBE, span)) for span in spans]
    made = json.dumps([max_chars, overlap_sentences, texts])
    return hashlib.sha256(made.encode()).hexdigest()[:16]


def encoder_text(passage: Passage) -> str:
    """What an encoder is given: the article's title and the passage, the title not repeated.

    Characters that have no width are left out of its words, which are indexed as they are read.
    """
    title, text = passage.headline, visible(passage.text)
    return text if not title or text.startswith(title) else f"{title}\n{text}"


def _unmasked(text: str, masks: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """The stretches between masks, in order."""
    at = 0
    for mask in sorted(mask for mask in masks if len(mask)):
        if at < mask.start:
            yield at, mask.start
        at = max(at, mask.end)
    if at < len(text):
        yield at, len(text)


def _cut(text: str, sentence: Span, max_chars: int) -> Iterator[Span]:
    """The sentence itself, or pieces of at most `max_chars` that end before white space."""
    start = sentence.start
    while sentence.end - start > max_chars:
        window = text[start : start + max_chars + 1]
        head = window.rstrip() if window[-1].isspace() else window.rsplit(maxsplit=1)[0]
        length = len(head) if len(head) < len(window) else max_chars
        yield Span(start, start + length)
        start += length
        while text[start].isspace():
            start += 1
    yield Span(start, sentence.end)


def _gather(pieces: list[Span], max_chars: int, overlap: int) -> Iterator[Span]:
    """Runs of pieces of at most `max_chars`, repeating up to `overlap` pieces of the last run."""
    first = after = 0
    while after < len(pieces):
        while pieces[after].end - pieces[first].start > max_chars:
            first += 1
        while after < len(pieces) and pieces[after].end - pieces[first].start <= max_chars:
            after += 1
        yield Span(pieces[first].start, pieces[after - 1].end)
        first = max(first + 1, after - overlap)
