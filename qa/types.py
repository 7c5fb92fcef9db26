"""The vocabulary of the pipeline: what each stage hands to the next. Frozen, slotted, no I/O.

Every offset is a half-open range of Unicode code points of `Article.text`. A part that works in
bytes or tokens turns its offsets into these before it returns.
"""

from __future__ import annotations

import math
import os
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from qa.i18n import _
from qa.settings import BuildSettings, Filters


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


@dataclass(frozen=True, slots=True, order=True)
class Mask(Span):
    """A span of an article that is no prose, and the name of the rule that masks it."""

    rule: str


@dataclass(frozen=True, slots=True)
class Part:
    """Where a page, or a part that has a name, begins in a text; it ends where the next one does.

    `page` counts from 1. `name` is the title of a chapter, or the member of an archive.
    """

    start: int
    page: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One article as a file holds it, before it has an identity.

    `text` is the file's own text as decoded (for HTML the extracted text, for JSON and CSV one
    field). `masks` are what its format marks as no prose, such as front matter. `id` is None where
    the file is one article. `dated` is the day as a column has it, of which `published` is read;
    `year` is that of publication where a column has no more.
    `mended`: the text had been encoded twice. `parts` are its pages or chapters, in order. `made`
    is the day on which the file says that it was made, which counts where nothing tells the day of
    publication. `captured` is when a web archive took the page, in ISO 8601.
    """

    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    language: str | None = None
    id: str | None = None
    masks: tuple[Mask, ...] = ()
    dated: str | None = field(default=None, compare=False)
    year: int | None = None
    mended: bool = False
    parts: tuple[Part, ...] = ()
    made: date | None = None
    captured: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a record of a file, that could not be loaded, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceSize:
    """How many articles a source has, and the days of the first and the last that is dated.

    `source` is None for articles that name none. One that stands in several sources counts in each.
    """

    source: str | None
    articles: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of how a file was read."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place where an article stands, with its metadata there."""

    path: str
    record: str | None = None
    title: str = ""
    source: str | None = None
    url: str | None = None
    published: date | None = None

    @property
    def place(self) -> str:
        """As `Article.place`."""
        return self.path if self.record is None else f"{self.path}#{self.record}"


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` never changes after loading; `masks` marks what is not prose in it.

    The masks are sorted and disjoint.
    `path` is relative to the corpus folder, with forward slashes. `record` is the id of the record
    within a JSON or CSV file (its `id` column, else its line number), None for whole-file formats.
    `sha256` is of `text` in UTF-8 (lone surrogates passed through); `id` its first 16 digits.
    `also_at` lists the other places of the same text, oldest first, undated last; the article is as
    it stands in the first of all.
    `language` is an ISO 639-1 code, or "und" where it could not be detected.
    `group` is the id of the article that stands for its near-duplicates, itself included, and
    `copies` where the others of its group stand; both empty where it has none, and until it is read
    from an index. `mended`: its text had been encoded twice. `parts` are the pages or chapters of
    its text, in order; empty where its format has none. `captured` is when a web archive took the
    page, in ISO 8601.
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
    also_at: tuple[Copy, ...] = ()
    masks: tuple[Mask, ...] = field(default=(), repr=False)
    group: str = ""
    copies: tuple[Copy, ...] = ()
    mended: bool = False
    parts: tuple[Part, ...] = field(default=(), repr=False)
    captured: str | None = None

    def part_at(self, offset: int) -> Part | None:
        """The page or part that a code point of the text lies in, if it lies in one."""
        before = bisect_right(self.parts, offset, key=lambda part: part.start)
        return self.parts[before - 1] if before else None

    @property
    def source_group(self) -> str:
        """The id that it shares with its near-duplicates, which are no sources of their own."""
        return self.group or self.id

    @property
    def place(self) -> str:
        """Its path, with the record's id where the file holds several: `path#record`."""
        return self.path if self.record is None else f"{self.path}#{self.record}"

    def under(self, filters: Filters) -> Article:
        """The article as it stands in its first place that filters let through, if one does."""
        here = Copy(self.path, self.record, self.title, self.source, self.url, self.published)
        places = (here, *self.also_at)
        at = next((one for one in places if filters.allow(one.published, one.source)), here)
        if at is here:
            return self
        return replace(
            self,
            path=at.path,
            record=at.record,
            title=at.title,
            source=at.source,
            url=at.url,
            published=at.published,
            also_at=tuple(one for one in places if one is not at),
        )


Loaded = Article | Skipped | Note
"""What comes of a corpus, one at a time."""


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

    @property
    def headline(self) -> str:
        """The article's title, or nothing where the passage begins with it."""
        title = self.article.title.strip()
        return "" if self.text.startswith(title) else title


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a retriever found. `score` orders hits of one question, higher is better.

    `parts` holds each retriever's score, by its name: `{"dense": 0.61, "lexical": 0.34}`, each on
    that retriever's own absolute scale, comparable between questions. `ranks` holds the place of
    the passage in that retriever's own ranking, from 1, where it came far enough up.
    """

    row: int
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """The best span a reader found in a passage, in article coordinates.

    Attributes:
        passage: Where it was found.
        span: In article coordinates.
        score: Of the span, on the reader's own scale.
        null: Of "this passage does not answer", on the same scale.
        rival: Of the best other span of the passage that says something else; minus infinity where
            there is none.
        answers: The reader's log-odds that the passage answers at all, whatever the span; 0 from a
            reader that has no such score.
    """

    passage: Passage
    span: Span
    score: float
    null: float
    rival: float = -math.inf
    answers: float = 0.0

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
    INCOMPLETE = "incomplete"
    """A shard of a cluster did not answer, so that nothing more is known."""


@dataclass(frozen=True, slots=True)
class When:
    """Words of an article that name days only to those who know its date, and the days they name.

    `since` and `until` are the first and the last of these days.
    """

    span: Span
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: `article.text[span.start:span.end] == quote`, always.

    `sentence` is the span of the sentence around the quote; `line` counts from 1 in the article's
    text, which for a record of a JSON or CSV file is the record's. `when` tells which days
    words such as `pekan lalu` in that sentence name, in order; nothing where the article has no
    date. `page`, from 1, or `part`, by its name, is where the quote begins, in a file that has
    pages or parts.
    """

    n: int
    article: Article = field(repr=False)
    span: Span
    sentence: Span
    quote: str
    line: int
    when: tuple[When, ...] = ()
    page: int | None = None
    part: str | None = None

    def __str__(self) -> str:
        """Title, source, day and place of its article, on one line, without control characters."""
        of = self.article
        parts = (of.title, of.source, of.published, f"{of.place}{self.spot}")
        return _printable(" · ".join(str(part) for part in parts if part))

    @property
    def spot(self) -> str:
        """Where in its file it stands, to follow the file's name: `:9`, `, p. 3`, `, Bab 2`."""
        if self.page is not None:
            return ", " + _("p. {page}").format(page=self.page)
        # A member of an archive is named with the file, an entry of a feed by its title.
        if self.part and self.part not in (self.article.record, self.article.title):
            return f", {self.part}"
        return f":{self.line}"

    @property
    def sentence_text(self) -> str:
        """The words of the sentence around the quote."""
        return self.article.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Support:
    """How many sources give an answer: `articles` is `independent` and `duplicates` together.

    Near and exact duplicates of an article are no independent sources.
    """

    independent: int = 1
    articles: int = 1
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer the corpus offers: its words, how sure we are in [0, 1], and where it stands.

    `also` are places in other, independent articles where the same answer was found.
    """

    text: str
    confidence: float
    citation: Citation
    also: tuple[Citation, ...] = ()
    support: Support = Support()

    def __str__(self) -> str:
        """Its words and where they stand, on one line, without control characters."""
        return f"{_printable(self.text)} — {self.citation}"

    @property
    def places(self) -> tuple[Citation, ...]:
        """Every place where it stands, its own first."""
        return (self.citation, *self.also)

    @property
    def published(self) -> date | None:
        """The first day on which an article that gives it came out; None if none is dated."""
        days = (place.article.published for place in self.places)
        return min((day for day in days if day), default=None)


@dataclass(frozen=True, slots=True)
class Sides:
    """Sentences about a yes-or-no question, by the side that they take.

    Each oldest first, undated last, one of an article.

    Attributes:
        says_so: Those that say what is asked.
        says_otherwise: Those that deny it, or say what excludes it.
        says_it_may: Those that plan, suppose, allege or fear it, or put it under a condition.
        about: Those that come close in words and say none of that.
    """

    says_so: tuple[Citation, ...] = ()
    says_otherwise: tuple[Citation, ...] = ()
    says_it_may: tuple[Citation, ...] = ()
    about: tuple[Citation, ...] = ()

    @property
    def taken(self) -> tuple[Citation, ...]:
        """Those that take a side, by number, which is the order of their days."""
        sided = (*self.says_so, *self.says_otherwise, *self.says_it_may)
        return tuple(sorted(sided, key=lambda place: place.n))


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate on the way to an answer: what it measured and what it asks for at least."""

    name: str
    value: float
    threshold: float

    @property
    def passed(self) -> bool:
        """Whether the value is what the gate asks for."""
        return self.value >= self.threshold


@dataclass(frozen=True, slots=True)
class Read:
    """A passage on its way to an answer: how it was found, what was read in it, how sure that is.

    `finding` and `confidence` are None where it was not read, or nothing in it could be an answer.
    """

    hit: Hit
    passage: Passage
    finding: Finding | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class DateFilter:
    """What the days that a question names did to its answer.

    Attributes:
        words: The words that name them.
        since: First day of publication that could answer; None for any.
        until: The last one; None for any.
        undated: Articles that were left out because they have no date.
        ignored: Nothing was left out after all, since no article was published on those days, or
            none of them answers.
        told: None of them answers, and the sentence of an article of other days, which does, tells
            those days.
        without: Where the filter leaves no answer, the result without it, if that has one.
    """

    words: str
    since: date | None
    until: date | None
    undated: int = 0
    ignored: bool = False
    told: bool = False
    without: Result | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of a question that no article holds, and the one of theirs that it was taken for."""

    typed: str
    taken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What some passages say to one form of a question.

    Attributes:
        status: What they have to say.
        confidence: Of the best answer, or of the best finding where there is none, in [0, 1]. Where
            a number changed with the days it is that of the newest value, though an older one may
            be surer; `status` follows it.
        best: The answer; None when `status` is NO_ANSWER, and only then but for INCOMPLETE.
        alternatives: Other answers found, best first.
        conflicts: Where sources differ, of numbers those of one day or of days that are not known:
            the best answer and those that contradict it, oldest first, undated last.
        history: Where a number changed with the days, its values by their days, oldest first, each
            sure enough to answer; the last one is the best answer.
        sides: Of a yes-or-no question; then `best` is the sentence that comes closest of those that
            take a side, and its confidence below 1.
        items: The different things found where the question asks for several.
        newest_first: Whether of answers about equally sure the newer come first, as the question
            asks for the latest.
        closest: Where the best finding is not sure enough to answer, that finding, as a guess; no
            passage in `nearest` contains its place.
        nearest: Without an answer, up to three passages that come close, none of them an answer.
        gates: Those that the question came to, in order.
        trace: The passages that were read, best retrieved first.
    """

    status: Status
    confidence: float
    best: Candidate | None = None
    alternatives: tuple[Candidate, ...] = ()
    conflicts: tuple[Candidate, ...] = ()
    history: tuple[Candidate, ...] = ()
    sides: Sides | None = None
    items: tuple[Candidate, ...] = ()
    newest_first: bool = False
    closest: Candidate | None = None
    nearest: tuple[Citation, ...] = ()
    gates: tuple[Gate, ...] = ()
    trace: tuple[Read, ...] = field(default=(), repr=False)

    @property
    def reason(self) -> Gate | None:
        """Why there is no answer: the gate that stopped it."""
        stopped = self.best is None and self.status is not Status.INCOMPLETE
        return self.gates[-1] if self.gates and stopped else None

    def incomplete(self) -> Self:
        """The result where part of the index did not answer: the quotes there are.

        Not that it is answered or not there; not that sources differ, or how a number changed,
        whose values become alternatives; not which sides there are.
        """
        told = [*self.alternatives]
        told += [one for one in self.conflicts if one != self.best and one not in told]
        told += [one for one in self.history if one != self.best and one not in told]
        return replace(
            self,
            status=Status.INCOMPLETE,
            alternatives=tuple(told),
            conflicts=(),
            history=(),
            sides=None,
        )

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every place that an answer of this reply stands, or what is closest to one, by number."""
        found = [*self.alternatives, *self.conflicts, *self.history, *self.items]
        found += [one for one in (self.best, self.closest) if one]
        places = [place for one in found for place in one.places]
        if self.sides is not None:
            places += [*self.sides.taken, *self.sides.about]
        numbered = {place.n: place for place in places}
        return tuple(numbered[n] for n in sorted(numbered))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many shards of a generation were asked, and how many of them answered."""

    generation: str
    asked: int
    answered: int

    @property
    def share(self) -> float:
        """Of the shards those that answered, in [0, 1]."""
        return self.answered / self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Result):
    """What the corpus says to one question: a result, what it was filtered by, how it was found.

    Attributes:
        question: As it was asked.
        language: Of the question, ISO 639-1.
        corrected: The misspelt words of the question, and what they were taken for.
        understood: What the question was taken to mean after those before it; None where it was
            taken as it stands.
        filters: Those that the person set.
        undated: Articles that they leave out because they have no date.
        dated: The filter by the days that the question names, if it names any.
        coverage: How much of a cluster's index was asked; None for an index on one machine.
        timings_ms: Wall-clock milliseconds by stage; answers are compared without them.
    """

    question: str
    language: str
    corrected: tuple[Correction, ...] = ()
    understood: str | None = None
    filters: Filters = field(default_factory=Filters)
    undated: int = 0
    dated: DateFilter | None = None
    coverage: Coverage | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, result: Result, **rest: Any) -> Self:
        """A result as an answer; `rest` are the fields that an answer has beside those."""
        return cls(**{each.name: getattr(result, each.name) for each in fields(Result)}, **rest)

    def incomplete(self) -> Self:
        """As `Result.incomplete`, also of the answer without the question's days."""
        dated = self.dated
        if dated and dated.without:
            dated = replace(dated, without=dated.without.incomplete())
        return replace(super(Answer, self).incomplete(), dated=dated)

    @property
    def shown(self) -> Result:
        """The result whose places a person sees: that of all days where only that has an answer."""
        return self.dated.without if self.dated and self.dated.without else self


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder whose articles an index holds, or one file.

    Attributes:
        path: Absolute.
        settings: How its articles are read. The encoder and how passages are cut are those of the
            index, and the same in all of its folders.
        is_sample: Whether it holds the articles that ship with qa, wherever they lay.
        articles: How many there are; a text that stands in two folders counts in both.
    """

    path: str
    settings: BuildSettings = BuildSettings()
    is_sample: bool = False
    articles: int = 0

    def within(self, root: str) -> str:
        """What paths of its articles begin with; nothing where they are relative to it."""
        inside = os.path.relpath(self.path, root) if root else ""
        # Whatever bytes the file system holds, as paths of articles have them.
        shown = os.fsencode("" if inside == "." else inside).decode("utf-8", "replace")
        return shown.replace(os.sep, "/")


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an answer was drawn from.

    Attributes:
        root: The folder that paths of articles are relative to: of one folder that itself, of
            several the nearest one that holds them all.
        folders: Those that it was made from, in the order in which they were added.
    """

    id: str
    built: str
    root: str
    articles: int
    passages: int
    encoder: str
    reader: str
    folders: tuple[Folder, ...] = ()

    @property
    def is_sample(self) -> bool:
        """Whether it holds nothing but the articles that ship with qa."""
        return bool(self.folders) and all(folder.is_sample for folder in self.folders)


@dataclass(frozen=True, slots=True)
class Overview:
    """What an index holds, at a glance.

    Attributes:
        index: Its folders, how many articles they hold, when it was built.
        sources: How many articles each source has, the most first; one that stands in several
            counts in each.
        months: How many articles came out in each month that has any, such as `2022-01`, in order.
        first: The earliest day on which one came out; None where none is dated.
        last: The latest such day.
        undated: Articles without a date.
        questions: Some that its articles answer.
    """

    index: IndexInfo
    sources: Mapping[str, int]
    months: Mapping[str, int]
    first: date | None
    last: date | None
    undated: int
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """What a list of articles shows of one."""

    id: str
    title: str
    source: str | None
    published: date | None


def _printable(words: str) -> str:
    """Words on one line, without what has no width; a space for all else that is not printed."""
    seen = (c for c in words if c not in "\u00ad\u200b\u200c\u200d\u2060\ufeff")
    return " ".join("".join(c if c.isprintable() else " " for c in seen).split())
