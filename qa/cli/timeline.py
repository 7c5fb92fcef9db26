"""`qa timeline`: what happened, day by day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

import qa
from qa.cli.index import index_to_ask
from qa.cli.options import day, index_option, json_option, source_option
from qa.cli.screen import print_json, print_lines
from qa.errors import UsageError
from qa.i18n import _, ngettext

if TYPE_CHECKING:
    from qa.answer.timeline import Event, Timeline
    from qa.show import Line
    from qa.types import IndexInfo


@click.command()
@click.argument("topic", nargs=-1, required=True)
@index_option
@json_option
@click.option("--since", type=day, metavar="YYYY-MM-DD", help="Events of this day or later.")
@click.option("--until", type=day, metavar="YYYY-MM-DD", help="Events of this day or before.")
@source_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Most events to show.",
)
def timeline(
    topic: tuple[str, ...],
    index: Path | None,
    as_json: bool,
    since: date | None,
    until: date | None,
    source: str | None,
    limit: int,
) -> int:
    """Show dated sentences on TOPIC in the order of their days, each with its source.

    A day is the date written in the sentence, else the day on which its article came out.
    """
    words = " ".join(topic)
    if not words.strip():
        raise UsageError(_('The topic is empty. Name one: qa timeline "ranjau darat Ukraina"'))
    with qa.open(index_to_ask(index), reader=None) as archive:
        line = archive.timeline(words, since=since, until=until, source=source, limit=limit)
        if as_json:
            from qa.show import timeline_json

            print_json(timeline_json(words, line, archive.info))
        else:
            _print(line, archive.info)
    return 0 if line.events else 1


def _print(line: Timeline, index: IndexInfo) -> None:
    shown = [row for event in line.events for row in _lines(event, index.root)]
    if shown:
        print_lines(shown)
    click.echo(_summary(line))


def _lines(event: Event, root: str) -> list[Line]:
    """The day and where it comes from, the sentence with the date in it marked, its sources."""
    from qa.show import Line, one_line, placed
    from qa.types import Span

    sentence, article = event.citation.span, event.citation.article
    date_in = event.written or Span(sentence.end, sentence.end)
    parts = (
        (Span(sentence.start, date_in.start), ""),
        (date_in, "quote"),
        (Span(date_in.end, sentence.end), ""),
    )
    runs = tuple((one_line(article.text[at.start : at.end]), role) for at, role in parts if at)
    by = _("written in the sentence") if event.written else _("published")
    sources = [
        Line(
            4,
            (
                (f"[{place.n}] {one_line(place.article.title)} · ", ""),
                *placed(place.article, root, place),
            ),
        )
        for place in (event.citation, *event.also)
    ]
    day = Line(0, ((event.day.isoformat(), "answer"), (f" · {by}", "dim")))
    return [day, Line(4, runs), *sources, Line(0, ())]


def _summary(line: Timeline) -> str:
    """What is not shown, on one line."""
    events, undated = len(line.events), line.undated
    told = [
        ngettext("{count} event", "{count} events", events)
        if events
        else _("No dated sentence on this topic")
    ]
    if line.more:
        told.append(_("{more} more with a higher --limit"))
    if undated:
        told.append(
            ngettext(
                "{undated} sentence without a date left out",
                "{undated} sentences without a date left out",
                undated,
            )
        )
    return ", ".join(told).format(count=events, more=line.more, undated=undated) + "."
