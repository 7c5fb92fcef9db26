"""`qa inspect`: one article as the index holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import index_option, json_option
from qa.cli.screen import print_json, print_lines
from qa.i18n import _, number
from qa.places import default_index

if TYPE_CHECKING:
    from qa.inspection import Inspection
    from qa.show import Line
    from qa.types import Span

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
    from qa import inspection as inspecting
    from qa.store import open_generation

    with open_generation(index or default_index()) as generation:
        inspection = inspecting.inspect(generation, article)
        root = generation.manifest.root
    if as_json:
        print_json(inspecting.as_json(inspection, root))
        return
    print_lines(_lines(inspection, root))


def _lines(inspection: Inspection, root: str) -> list[Line]:
    """What a person reads; every word of the article made safe."""
    from qa.cite import cite
    from qa.show import Line, location, one_line

    article = inspection.article
    masked = sum(len(mask) for mask in article.masks)
    fields = (
        (_("id"), article.id),
        (_("path"), location(root, article.place)),
        (_("source"), article.source),
        (_("published"), article.published and article.published.isoformat()),
        (_("language"), article.language),
        ("url", article.url),
        ("sha256", article.sha256),
        (_("also at"), ", ".join(one.place for one in article.also_at)),
        (_("near-duplicates"), ", ".join(one.place for one in article.copies)),
        (
            _("text"),
            _("{characters} characters, {masked} of them masked, {passages} passages").format(
                characters=number(len(article.text)),
                masked=number(masked),
                passages=len(inspection.passages),
            ),
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
            where = " · ".join(
                (
                    "",
                    _("line {line}").format(line=cite(span, article, 1).line),
                    f"{span.start}-{span.end}",
                )
            )
            words = " ".join(one_line(article.text[span.start : span.end]).split())
            words = words if len(words) <= _GLIMPSE else f"{words[:_GLIMPSE]}…"
            shown.append(Line(2, ((head, ""), (where, "dim"))))
            shown.append(Line(4, ((words, ""),)))

    part(
        _("passages"),
        [(_("row {row}").format(row=one.row), one.span) for one in inspection.passages],
    )
    part(_("masked"), [(mask.rule, mask) for mask in article.masks])
    part(_("dates"), [(written.day.isoformat(), written.span) for written in inspection.dates])
    return shown
