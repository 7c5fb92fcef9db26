"""The articles of an index by date, found by words of what a list shows of them; passages by words.

Not handled: in the list of articles, words of their texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.cite import cite
from qa.i18n import _
from qa.language.text import fold, one_line
from qa.types import Citation, Headline

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.search import Searched
    from qa.settings import Filters

_PASSAGES = 50
"""Most passages that a search lists."""


@dataclass(frozen=True, slots=True)
class Passages:
    """What a search finds, and for each of its hits, else of what is nearest, where it stands."""

    found: Searched
    places: tuple[Citation, ...]

    @classmethod
    def of(
        cls, engine: Engine, wanted: str, filters: Filters, *, limit: int = _PASSAGES
    ) -> Passages:
        """Search an index."""
        found = engine.search(wanted, filters, limit=limit)
        places = (
            cite(hit.marks[0] if hit.marks else hit.passage.span, hit.passage.article, n)
            for n, hit in enumerate(found.hits or found.nearest, start=1)
        )
        return cls(found, tuple(places))


class Browser:
    """Headlines, the newest first. `find` takes 1 ms for 15,000 of them (2026-11)."""

    def __init__(self, headlines: Sequence[Headline]) -> None:
        self._folded = [(fold(said(headline)), headline) for headline in headlines]

    def find(self, wanted: str) -> list[Headline]:
        """Those whose date, source and title hold every word, wherever in a word it stands."""
        found = self._folded
        for word in fold(wanted).split():
            found = [each for each in found if word in each[0]]
        return [headline for _folded, headline in found]


def said(headline: Headline) -> str:
    """What a list says of an article, on one line that no terminal obeys."""
    day = headline.published.isoformat() if headline.published else _("undated").ljust(10)
    return one_line("  ".join(filter(None, (day, headline.source, headline.title))))
