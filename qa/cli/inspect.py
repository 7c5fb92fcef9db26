"""`qa inspect`: one article as the index holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli.options import index_option, json_option
from qa.cli.screen import print_json, print_lines
from qa.places import default_index

if TYPE_CHECKING:
    from qa.inspection import Inspection
    from qa.show import Line
    from qa.types import Article, Span

SCHEMA = "qa.article/1"
_GLIMPSE = 160
"""Characters shown of a passage or a masked span."""


@click.command()
@click.argument("article")
@index_option
@json_option
def inspect(article: str, index: Path | None, as_json: bool) -> None:
    """Show ARTICLE as the index holds it: passages, what is masked and why, dates, copies.

    ARTICLE is a path, path#record, or an id, as answers give them.
    """
    from qa.inspection import inspect as inspected
    from qa.store import open_generation

    with open_generation(index or default_index()) as generation:
        inspection = inspected(generation, article)
        root = generation.manifest.root
    if as_json:
        print_json(_as_json(inspection, root))
        return
    print_lines(_lines(inspection, root))


def _lines(inspection: Inspection, root: str) -> list[Line]:
    """What a person reads; every word of the article made safe."""
    from qa.show import Line, location, one_line

    article = inspection.article
    masked = sum(len(mask) for mask in article.masks)
    fields = (
        ("id", article.id),
        ("path", location(root, article.place)),
        ("source", article.source),
        ("published", article.published and article.published.isoformat()),
        ("language", article.language),
        ("url", article.url),
        ("sha256", article.sha256),
        ("also at", ", ".join(one.place for one in article.also_at)),
        ("near-duplicates", ", ".join(one.place for one in article.copies)),
        (
            "text",
            f"{len(article.text):,} characters, {masked:,} of them masked, "
            f"{len(inspection.passages)} passages",
        ),
    )
    shown = [Line(0, ((one_line(article.title), "answer"),))]
    shown += [
        Line(2, ((f"{name}: ", "dim"), (one_line(value), "path" if name == "path" else "")))
        for name, value in fields
        if value
    ]

    def part(name: str, rows: list[tuple[str, Span]]) -> None:
        shown.extend((Line(0, ()), Line(0, ((f"{name}: {len(rows)}", "answer"),))))
        for head, span in rows:
            where = f" · line {_line(article, span)} · {span.start}-{span.end}"
            words = " ".join(one_line(article.text[span.start : span.end]).split())
            words = words if len(words) <= _GLIMPSE else f"{words[:_GLIMPSE]}…"
            shown.append(Line(2, ((head, ""), (where, "dim"))))
            shown.append(Line(4, ((words, ""),)))

    part("passages", [(f"row {one.row}", one.span) for one in inspection.passages])
    part("masked", [(mask.rule, mask) for mask in article.masks])
    part("dates", [(written.day.isoformat(), written.span) for written in inspection.dates])
    return shown


def _line(article: Article, span: Span) -> int:
    from qa.cite import cite

    return cite(span, article, 1).line


def _as_json(inspection: Inspection, root: str) -> dict[str, Any]:
    """The documented JSON form; offsets in code points of the article's text."""
    from qa.show import location

    article = inspection.article

    def at(span: Span) -> dict[str, Any]:
        return {
            "start": span.start,
            "end": span.end,
            "line": _line(article, span),
            "text": article.text[span.start : span.end],
        }

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
        "passages": [{"row": one.row, **at(one.span)} for one in inspection.passages],
        "masked": [{"rule": mask.rule, **at(mask)} for mask in article.masks],
        "dates": [
            {"day": written.day.isoformat(), "reported": written.reported, **at(written.span)}
            for written in inspection.dates
        ],
    }
