"""The vocabulary of the pipeline: what each stage hands to the next. Frozen, slotted, no I/O.

Every offset is a half-open range of Unicode code points of `Article.text`. A part that works in
bytes or tokens turns its offsets into these before it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Record:
    """One article as a file holds it, before it has an identity.

    `text` is the file's own text as decoded (for HTML the extracted text, for JSONL and CSV one
    field). `masks` are spans the loader knows to be no prose, such as front matter.
    """

    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    language: str | None = None
    id: str | None = None
    masks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a record of a file, that could not be loaded, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` never changes after loading; `masks` marks what is not prose in it.

    `path` is relative to the corpus folder, with forward slashes. `record` is the id of the record
    within a JSONL or CSV file (its `id` column, else its line number), None for whole-file formats.
    `sha256` is of `text` in UTF-8 (lone surrogates passed through); `id` its first 16 digits.
    `also_at` lists further places with the same text (`path` or `path#record`).
    `language` is an ISO 639-1 code, or "und" where it could not be told.
    """

    id: str
    path: str
    title: str
    text: str = field(repr=False)
    sha256: str = field(repr=False)
    source: str | None = None
    url: str | None = None
    published: date | None = None
    language: str = "und"
    record: str | None = None
    also_at: tuple[str, ...] = ()
    masks: tuple[Span, ...] = field(default=(), repr=False)

    @property
    def place(self) -> str:
        """Its path, with the record's id where the file holds several: `path#record`."""
        return self.path if self.record is None else f"{self.path}#{self.record}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article; it never touches a masked span.

    `row` is its place in the index: row i of the vectors, document i of the lexical index.
    """

    row: int
    article: Article
    span: Span

    @property
    def text(self) -> str:
        """The passage's words, sliced from the article so that they cannot drift."""
        return self.article.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a retriever found. `score` orders hits of one question, higher is better.

    `parts` holds what each retriever said, by its name: `{"dense": 0.61, "lexical": 0.34}`, each on
    that retriever's own absolute scale, comparable between questions.
    """

    row: int
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """The best span a reader found in a passage, in article coordinates.

    `score` and `null` are on the reader's own scale: the span, and "this passage does not answer".
    `score - null` is the margin that confidence is made from.
    """

    passage: Passage
    span: Span
    score: float
    null: float

    @property
    def quote(self) -> str:
        """The words of the span, sliced from the article."""
        return self.passage.article.text[self.span.start : self.span.end]

    @property
    def margin(self) -> float:
        """How far the span beats "this passage does not answer"."""
        return self.score - self.null


class Status(StrEnum):
    """What the corpus has to say."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: `article.text[span.start:span.end] == quote`, always.

    `sentence` is the span of the sentence around the quote; `line` counts from 1 in the article's
    text, which for a record of a JSONL or CSV file is the record's.
    """

    n: int
    article: Article = field(repr=False)
    span: Span
    sentence: Span
    quote: str
    line: int

    @property
    def sentence_text(self) -> str:
        """The words of the sentence around the quote."""
        return self.article.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer the corpus offers: its words, how sure we are in [0, 1], and where it stands.

    `also` are places in other articles where the same words were found to answer.
    """

    text: str
    confidence: float
    citation: Citation
    also: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no answer: the gate that failed, what it measured and what it asks for."""

    gate: str
    value: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says to one question.

    `best` is None exactly when `status` is NO_ANSWER; then `reason` says why and `nearest` holds up
    to three passages that come close, none of them an answer. `alternatives` are other answers
    found, best first. `timings_ms` are wall-clock milliseconds by stage. `understood` is what the
    question was taken to mean after those before it, None where it was taken as it stands. `items`
    are the different things found where the question asks for several.
    """

    question: str
    language: str
    status: Status
    confidence: float
    best: Candidate | None
    alternatives: tuple[Candidate, ...] = ()
    reason: Reason | None = None
    nearest: tuple[Citation, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    understood: str | None = None
    items: tuple[Candidate, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every place that an answer of this reply stands, by its number."""
        found = () if self.best is None else (self.best, *self.alternatives, *self.items)
        places = {place.n: place for one in found for place in (one.citation, *one.also)}
        return tuple(places[n] for n in sorted(places))


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an answer was drawn from; `root` is the corpus folder that paths are relative to."""

    id: str
    built: str
    root: str
    articles: int
    passages: int
    encoder: str
    reader: str
