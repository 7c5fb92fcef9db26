"""The articles that a conversation cites, each once, for the lists of references."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.chat.transcript import Turn
from qa.language.text import fold
from qa.show import Reference, one_line, reference
from qa.types import Article

_NO_KEY = re.compile("[^a-z0-9]+")
_LONGEST_OUTLET = 20


@dataclass(frozen=True, slots=True)
class Work:
    """An article that is cited. `key` is its own in the list: small letters, digits, hyphens.

    `quotes` are in the order in which they were given, each with its place and the notes on it.
    """

    key: str
    article: Article
    reference: Reference
    quotes: list[str] = field(default_factory=list)

    @property
    def note(self) -> str:
        """The quotes on one line."""
        return "; ".join(self.quotes)


def works(turns: Sequence[Turn]) -> list[Work]:
    """The articles that answers stand in, in the order in which they are cited.

    Where there is no answer there is no reference: a guess is not cited.
    """
    found: dict[str, Work] = {}
    keys: set[str] = set()
    for turn in turns:
        shown = turn.answer.shown
        for place in shown.citations if shown.best else ():
            named = reference(place.article, turn.info.root, place)
            work = found.get(place.article.id)
            if work is None:
                work = Work(_key(place.article, named, keys), place.article, named)
                found[place.article.id] = work
            notes = [one_line(mark.note) for mark in turn.marks if mark.n == place.n and mark.note]
            quote = " ".join(one_line(place.quote).split())
            words = " — ".join((f"“{quote}” ({named.place})", *notes))
            if words not in work.quotes:
                work.quotes.append(words)
    return list(found.values())


def _key(article: Article, named: Reference, taken: set[str]) -> str:
    """`kabar2024-1a2b3c`: outlet, year and the beginning of the article's id."""
    outlet = _NO_KEY.sub("", fold(named.outlet))[:_LONGEST_OUTLET] or "article"
    year = named.date[:4]
    for digits in range(6, len(article.id) + 1):
        key = f"{outlet}{year}-{_NO_KEY.sub('', article.id[:digits])}"
        if key not in taken:
            break
    taken.add(key)
    return key
