"""What a person can set: BuildSettings is kept in the manifest, AskSettings is free per call.

Both are frozen and validated on construction. Nothing here is read from the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from qa.errors import UsageError
from qa.i18n import _

BUNDLED = "bundled"
"""The name of the encoder or reader that ships with qa."""

DEEP = "deep"
"""The name of the other encoder that ships with qa: it finds more, and takes far longer."""


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """How a corpus becomes an index; a change of any of these rebuilds everything.

    Attributes:
        encoder: `bundled` (at once), `deep` (slower and better), or a sentence-transformers model
            by name or path.
        max_chars: Longest passage, in code points; a longer sentence is cut at a space.
        overlap_sentences: Sentences that a passage repeats from the one before it.
        max_bytes: A larger file is skipped where it is one article; of a file of records (JSONL and
            CSV of any size, JSON of 16 MiB, or of this where it is more) a larger record (16 MiB at
            most), found in JSON by its text. A file of these sizes took at worst 0.9 GiB of memory,
            and one of 8 MiB 70 s (2026-11).
        columns: For JSON and CSV, the column that holds each field: `{"text": "body"}`. A field
            that is not named is looked for under its own name.
        date_order: Of `3/5/2018` in those columns: `dmy` or `mdy`; empty to tell it for each file
            from all of its dates, and where they do not, days come first.
        source: Of articles whose file names none.
        source_from: `folder` if that is the name of the folder that the file lies in.
        ocr: Whether tesseract reads the pages of PDF that hold no text.
    """

    encoder: str = BUNDLED
    max_chars: int = 600
    overlap_sentences: int = 1
    max_bytes: int = 8 * 1024 * 1024
    columns: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    source: str = ""
    source_from: str = ""
    ocr: bool = False

    def __post_init__(self) -> None:
        if self.max_chars < 50:
            raise UsageError(_("max_chars must be at least 50."))
        if self.overlap_sentences < 0:
            raise UsageError(_("overlap_sentences cannot be negative."))
        if self.max_bytes < 1:
            raise UsageError(_("--max-bytes must be at least 1."))
        if self.date_order not in ("", "dmy", "mdy"):
            raise UsageError(
                _("The order of dates is dmy or mdy; got {order!r}.").format(order=self.date_order)
            )
        if self.source_from not in ("", "folder"):
            raise UsageError(
                _("A source is taken from `folder` alone; got {given!r}.").format(
                    given=self.source_from
                )
            )
        if self.source and self.source_from:
            raise UsageError(_("Articles have one source: give its name, or take the folder's."))
        known = {"id", "text", "title", "source", "url", "published", "language"}
        if unknown := sorted(set(self.columns) - known):
            raise UsageError(
                _("No such field: {unknown}. Fields are {known}.").format(
                    unknown=", ".join(unknown), known=", ".join(sorted(known))
                )
            )


def day(written: str) -> date:
    """A day as a person or a program gives it.

    Raises:
        UsageError: If it is none.
    """
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(
            _("{value!r} is no day; write it as 2022-01-31.").format(value=written)
        ) from error


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer: published in `[since, until]`, and from `source`.

    An article without a date is left out under `since` or `until`. `source` ignores case and
    matches the whole name.
    """

    since: date | None = None
    until: date | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise UsageError(
                _("--since {since} is after --until {until}: swap them.").format(
                    since=self.since, until=self.until
                )
            )

    def __bool__(self) -> bool:
        return self != Filters()

    def allow(self, published: date | None, source: str | None) -> bool:
        """Whether they let through what came out on a day, from a source."""
        if self.source is not None and (source or "").casefold() != self.source.casefold():
            return False
        if published is None:
            return not (self.since or self.until)
        return not (
            (self.since and published < self.since) or (self.until and published > self.until)
        )


@dataclass(frozen=True, slots=True)
class AskSettings:
    """How a question is answered.

    Attributes:
        filters: Which articles may answer.
        retrieved: Passages that retrieval hands on.
        read: Passages that the reader reads, best retrieved first.
        read_ms: Wall-clock milliseconds after which the reader starts no further batch; the best
            retrieved passages are read first, and at least one batch always is. With None all of
            `read` are read, so that a busy machine gives the same answers, later.
        alternatives: Most other answers to give.
        nearest: Most passages to show when there is no answer.
        now: The day that `kemarin` in a question is relative to; None for today.
        date_filter: Whether days that a question names restrict which articles may answer
            (`qa/question/asked.py` has the rule); `since` or `until` in `filters` take their place.
    """

    filters: Filters = Filters()
    retrieved: int = 50
    read: int = 10
    read_ms: float | None = None
    alternatives: int = 3
    nearest: int = 3
    now: date | None = None
    date_filter: bool = True

    def __post_init__(self) -> None:
        if self.read < 1 or self.retrieved < self.read:
            raise UsageError(_("--read must be at least 1 and at most the passages retrieved."))
        if self.read_ms is not None and not self.read_ms > 0:
            raise UsageError(_("--read-ms must be above 0."))
        if self.alternatives < 0 or self.nearest < 0:
            raise UsageError(_("alternatives and nearest cannot be negative."))
        if self.now and not 1600 <= self.now.year < 2200:
            raise UsageError(
                _("--now {day} lies outside the years that news are read for.").format(day=self.now)
            )
