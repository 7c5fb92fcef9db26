"""`qa sheet`: a column of questions in, their answers out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

import qa
from qa.cli.index import index_to_ask
from qa.cli.options import (
    date_filter_option,
    index_option,
    now_option,
    offline_option,
    reader_option,
    since_option,
    source_option,
    until_option,
)
from qa.cli.screen import one_line, print_lines, progress
from qa.cli.stop import Terminated, terminable
from qa.errors import UsageError
from qa.i18n import _, ngettext, number
from qa.settings import AskSettings, Filters

if TYPE_CHECKING:
    from qa.sheet import Done

_TOLD = 20


@click.command()
@click.argument("source_file", metavar="IN", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False))
@index_option
@reader_option
@offline_option
@click.option(
    "--column",
    metavar="NAME",
    help="The column of the questions [default: the one of a usual name, or the only one of text].",
)
@since_option
@until_option
@source_option
@now_option
@date_filter_option
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
def sheet(
    source_file: Path,
    target: Path,
    index: Path | None,
    reader: str,
    column: str | None,
    since: date | None,
    until: date | None,
    source: str | None,
    now: date | None,
    date_filter: bool,
    force: bool,
) -> int:
    """Answer each question of a column of IN, and write the sheet with its answers to OUT.

    Both are .csv, .tsv, .xlsx (extra `sheet`) or .jsonl. Every row is asked by itself. What is
    broken off goes on with the same command.
    """
    from qa.sheet import fill, read, refuse_target
    from qa.show import sample

    refuse_target(source_file, target, force=force)
    questions = read(source_file, column)
    settings = AskSettings(filters=Filters(since, until, source), now=now, date_filter=date_filter)
    with qa.open(index_to_ask(index), reader=reader) as archive:
        archive.require_source(source)
        try:
            with terminable(), progress() as told:
                done = fill(questions, target, archive, settings, force=force, progress=told)
        except (KeyboardInterrupt, Terminated):
            click.echo(_("the answers so far are kept; the same command goes on"), err=True)
            raise
        for row in done.problems[:_TOLD]:
            words = _("{place}: not asked: {reason}")
            place = f"{source_file}#{row.number}"
            click.echo(one_line(words.format(place=place, reason=row.problem)), err=True)
        if (more := len(done.problems) - _TOLD) > 0:
            click.echo(_("... and {count} more").format(count=number(more)), err=True)
        click.echo(one_line(_summary(done, questions.column, target)))
        print_lines(sample(archive.info)[1:])
    return UsageError.exit_code if done.problems else 0


def _summary(done: Done, column: str, target: Path) -> str:
    """What came of the rows, on one line."""
    rows = done.statuses.total()
    told = ngettext(
        "{count} row asked by its column {column!r}",
        "{count} rows asked by their column {column!r}",
        rows,
    ).format(count=number(rows), column=column)
    counts = _(
        "{answered} answered, {unsure} possible answers, {not_found} not found, "
        "{not_asked} not asked"
    ).format(
        answered=number(done.statuses["answered"]),
        unsure=number(done.statuses["unsure"]),
        not_found=number(done.statuses["no_answer"]),
        not_asked=number(done.statuses["not_asked"]),
    )
    reused = _(", {count} answers from before").format(count=number(done.reused))
    return f"{told}: {counts}{reused if done.reused else ''} → {target}"
