"""What the index holds of one article: passages, masks with their rules, dates, copies."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from qa.cite import cite
from qa.days.dates import Written, find_dates
from qa.errors import UsageError
from qa.i18n import _
from qa.protocols import Archive
from qa.show import location
from qa.store import Generation
from qa.types import Article, Passage, Span

SCHEMA = "qa.article/1"

_COMPARED = 20_000
"""Places up to which near matches are looked for letter by letter, which takes 20 µs each."""
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Inspection:
    """One article as the index holds it, with its passages in order.

    `dates` are those written in the text; one without a year is taken to be of the year in which
    the article was published.
    """

    article: Article
    passages: tuple[Passage, ...]
    dates: tuple[Written, ...]


def inspect(generation: Generation, name: str) -> Inspection:
    """The article of a name.

    Args:
        generation: Of the index that holds it.
        name: A path in the corpus, `path#record`, an id, a file's bare name or a record's id where
            only one has it, or the path of the file from here.

    Raises:
        UsageError: If there is none, or several; the message names some that are near.
    """
    return inspect_id(generation, _identified(generation, name))


def inspect_id(archive: Archive, id_: str) -> Inspection:
    """The article of an id; KeyError if there is none."""
    article = archive.article(id_)
    year = article.published.year if article.published else None
    return Inspection(
        article,
        tuple(archive.passages_of(article.id)),
        tuple(find_dates(article.text, year=year)),
    )


def as_json(inspection: Inspection, root: str) -> dict[str, Any]:
    """The documented JSON form; offsets in code points of the article's text."""
    article = inspection.article
    return {
        "schema": SCHEMA,
        "id": article.id,
        "path": location(root, article.path),
        "record": article.record,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "language": article.language,
        "url": article.url,
        "sha256": article.sha256,
        "also_at": [one.place for one in article.also_at],
        "copies": [one.place for one in article.copies],
        "mended": article.mended,
        "characters": len(article.text),
        "passages": [
            {"row": one.row, **span_json(article, one.span)} for one in inspection.passages
        ],
        "masked": [{"rule": mask.rule, **span_json(article, mask)} for mask in article.masks],
        "dates": [
            {
                "day": written.day.isoformat(),
                "reported": written.reported,
                **span_json(article, written.span),
            }
            for written in inspection.dates
        ],
    }


def span_json(article: Article, span: Span) -> dict[str, Any]:
    """The JSON form of a span of an article."""
    return {
        "start": span.start,
        "end": span.end,
        "line": cite(span, article, 1).line,
        "text": article.text[span.start : span.end],
    }


def _identified(generation: Generation, name: str) -> str:
    """The id of the article that a name means."""
    written = generation.places()
    if name in written:
        return written[name]
    if name in written.values():
        return name
    # A Mac writes `é` as two characters, and a keyboard types one.
    places = {_composed(place): found for place, found in written.items()}
    name = _composed(name)
    if name in places:
        return places[name]
    root = Path(_composed(generation.manifest.root))
    try:
        from_here = Path(_composed(str(Path(name).resolve()))).relative_to(root).as_posix()
    except (OSError, ValueError):
        from_here = ""
    if from_here in places:
        return places[from_here]
    ends = [place for place in places if name and place.endswith((f"/{name}", f"#{name}"))]
    # A file of one record is known by its own name too.
    files = (f"/{name}", f"/{from_here}")
    ends = ends or [place for place in places if f"/{place}".partition("#")[0].endswith(files)]
    if len({places[place] for place in ends}) == 1:
        return places[ends[0]]
    near = ends or _near(name, list(places))
    if ends:
        told = _("Several articles are called {name!r}. Perhaps: {near}")
    elif near:
        told = _("No article is called {name!r}. Perhaps: {near}")
    else:
        told = _("No article is called {name!r}. Take a path from an answer.")
    raise UsageError(told.format(name=name, near=", ".join(near[:_SUGGESTED])))


def _composed(name: str) -> str:
    """A name in the normal form in which it is typed."""
    return unicodedata.normalize("NFC", name)


def _near(name: str, places: list[str]) -> list[str]:
    """Places that hold the name, else those that are nearly spelt so."""
    wanted = PurePosixPath(name.casefold()).name
    holding = [place for place in places if wanted and wanted in place.casefold()]
    if holding or len(places) > _COMPARED:
        return holding
    names = {PurePosixPath(place.casefold()).name: place for place in reversed(places)}
    near = difflib.get_close_matches(wanted, list(names), n=_SUGGESTED)
    return [names[one] for one in near]
