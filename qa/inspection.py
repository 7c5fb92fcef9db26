"""What the index holds of one article: passages, masked spans with their rules, dates, copies.

The index keeps what is masked, not why: the rules are asked again. Not handled: an index of another
release, whose rules may have been others; a span that no rule explains any more says so.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath

from qa.articles.formats import LOADERS
from qa.clean.rules import Mask, Recurring, explain
from qa.days.dates import Written, find
from qa.errors import UsageError
from qa.settings import BuildSettings
from qa.store import Generation
from qa.types import Article, Passage, Record, Span

UNEXPLAINED = "unknown: by the rules of another release"

_LINE = re.compile(r"[^\n]+")
_COMPARED = 20_000
"""Places up to which near matches are looked for letter by letter, which takes 20 µs each."""
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Inspection:
    """One article as the index holds it.

    `masks` cover `article.masks`, by start; they may overlap. `dates` are those written in the
    text, a date without a year taken to be of the year in which the article came out.
    """

    article: Article
    passages: tuple[Passage, ...]
    masks: tuple[Mask, ...]
    dates: tuple[Written, ...]


def inspect(generation: Generation, name: str) -> Inspection:
    """Look at the article of a name.

    Args:
        generation: That holds it.
        name: A path in the corpus, `path#record`, an id, a file's bare name or a record's id where
            only one has it, or the path of the file from here.

    Raises:
        UsageError: If there is none, or several; the message names some that are near.
    """
    article = generation.article(_identified(generation, name))
    year = article.published.year if article.published else None
    return Inspection(
        article,
        tuple(generation.passages_of(article.id)),
        tuple(reasons(article)),
        tuple(find(article.text, year=year)),
    )


def reasons(article: Article) -> list[Mask]:
    """The rule behind each masked span of an article that comes from an index, by start."""
    given = _given(article)
    known = [Mask(span, "front matter" if span.start == 0 else "heading mark") for span in given]
    bare = replace(article, masks=given)
    found = _held(article, explain(bare))
    lines = _lines_left(article, [*known, *found])
    if lines:
        # Which lines recur was counted over the whole corpus; here they are those left over.
        found = _held(article, explain(bare, _Known(lines)))
    left = [Mask(span, UNEXPLAINED) for span in _left(article, [*known, *found])]
    return sorted([*known, *found, *left], key=lambda mask: (mask.span, mask.rule))


class _Known(Recurring):
    """Lines that are known to recur."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._known = frozenset(lines)

    def recurs(self, line: str, source: str | None) -> bool:  # noqa: ARG002 - as it is declared
        return line in self._known


def _given(article: Article) -> tuple[Span, ...]:
    """What the loader masked: front matter, the signs before a headline."""
    loader = LOADERS.get(PurePosixPath(article.path.lower().removesuffix(".gz")).suffix)
    if loader is None or article.record is not None:
        return ()
    record = next(iter(loader(BytesIO(article.text.encode()), article.path, BuildSettings())), None)
    same = isinstance(record, Record) and record.text == article.text
    return record.masks if same and isinstance(record, Record) else ()


def _held(article: Article, masks: Sequence[Mask]) -> list[Mask]:
    """Those that the index knows as masked."""
    return [mask for mask in masks if any(mask.span.overlaps(held) for held in article.masks)]


def _left(article: Article, masks: Sequence[Mask]) -> Iterator[Span]:
    """The stretches of what is masked that none of some masks covers, without white space."""
    text = article.text
    for held in article.masks:
        at = held.start
        inside = [mask.span for mask in masks if mask.span.overlaps(held)]
        for span in [*sorted(inside), Span(held.end, held.end)]:
            stretch = text[at : span.start]
            if stretch.strip():
                start = at + len(stretch) - len(stretch.lstrip())
                yield Span(start, start + len(stretch.strip()))
            at = max(at, span.end)


def _lines_left(article: Article, masks: Sequence[Mask]) -> set[str]:
    """The lines that are masked whole and that no rule of their own explains."""
    return {
        line.strip()
        for span in _left(article, masks)
        for line in _LINE.findall(article.text[span.start : span.end])
    }


def _identified(generation: Generation, name: str) -> str:
    """The id of the article that a name means."""
    places = generation.places()
    if name in places:
        return places[name]
    if name in places.values():
        return name
    root = Path(generation.manifest.root)
    try:
        from_here = Path(name).resolve().relative_to(root).as_posix()
    except (OSError, ValueError):
        from_here = ""
    if from_here in places:
        return places[from_here]
    ends = [place for place in places if name and place.endswith((f"/{name}", f"#{name}"))]
    if len({places[place] for place in ends}) == 1:
        return places[ends[0]]
    near = ends or _near(name, list(places))
    hint = f"Perhaps: {', '.join(near[:_SUGGESTED])}" if near else "Take a path from an answer."
    how = "Several articles are" if ends else "No article is"
    raise UsageError(f"{how} called {name!r}. {hint}")


def _near(name: str, places: list[str]) -> list[str]:
    """Places that hold the name, else those that are nearly spelt so."""
    wanted = PurePosixPath(name.casefold()).name
    holding = [place for place in places if wanted and wanted in place.casefold()]
    if holding or len(places) > _COMPARED:
        return holding
    names = {PurePosixPath(place.casefold()).name: place for place in reversed(places)}
    near = difflib.get_close_matches(wanted, list(names), n=_SUGGESTED)
    return [names[one] for one in near]
