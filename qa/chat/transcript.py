"""A turn of a conversation: what was asked, what came of it, what is marked in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.settings import Filters
from qa.types import Answer, Citation, IndexInfo


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark on place `n` of a turn, or with None on its answer; `note` may be empty."""

    n: int | None = None
    note: str = ""

    def put(self, marks: list[Mark]) -> None:
        """Add it to others; one on the same place gives way to it."""
        marks[:] = [*(one for one in marks if one.n != self.n), self]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation: its answer, the filters in force, the index asked.

    `asked` says when, as ISO 8601 to the microsecond, and no other turn of a conversation has the
    same; empty of a turn that is not kept. `marks` are its bookmarks, to which more may come.
    """

    answer: Answer
    filters: Filters
    info: IndexInfo
    asked: str = ""
    marks: list[Mark] = field(default_factory=list, compare=False)

    @property
    def places(self) -> tuple[Citation, ...]:
        """What can be opened, by its number: the citations, then the nearest passages."""
        return (*self.answer.shown.citations, *self.answer.shown.nearest)

    def is_near(self, place: Citation) -> bool:
        """Whether a place is a passage near to the question, of which nothing is quoted."""
        return place in self.answer.shown.nearest
