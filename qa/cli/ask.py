"""`qa ask`: one question, or one a line."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import qa
from qa.cli.cluster import served
from qa.cli.index import index_to_ask
from qa.cli.lines import bounded, said
from qa.cli.options import (
    cluster_option,
    date_filter_option,
    index_option,
    json_option,
    now_option,
    offline_option,
    reader_option,
    since_option,
    source_option,
    token_option,
    until_option,
)
from qa.cli.screen import one_line, print_json, print_lines
from qa.errors import ShardsMissing, UsageError
from qa.i18n import _
from qa.settings import AskSettings, Filters
from qa.types import Status

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.question.followup import Exchange
    from qa.types import Answer

_DEFAULTS = AskSettings()


@click.command()
@click.argument("question", nargs=-1, required=True)
@index_option
@cluster_option
@token_option
@reader_option
@offline_option
@json_option
@since_option
@until_option
@source_option
@click.option("--why", "with_why", is_flag=True, help="Say how the answer was found.")
@now_option
@date_filter_option
@click.option(
    "--read",
    type=click.IntRange(min=1),
    default=_DEFAULTS.read,
    show_default=True,
    help="Passages to read.",
)
@click.option(
    "--read-ms",
    type=click.FloatRange(min=0, min_open=True),
    help="Read no further passage after so many milliseconds [default: read them all].",
)
@click.option(
    "--conversation",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Go on with the conversation in this file, which keeps the answers as JSON lines.",
)
def ask(
    question: tuple[str, ...],
    index: Path | None,
    cluster: str | None,
    token_file: Path | None,
    reader: str,
    as_json: bool,
    since: date | None,
    until: date | None,
    source: str | None,
    with_why: bool,
    now: date | None,
    date_filter: bool,
    read: int,
    read_ms: float | None,
    conversation: Path | None,
) -> int:
    """Answer QUESTION; `-` reads one question a line from standard input.

    A line is a question, or a JSON object with `question` and whatever else you like, which comes
    back under `input`. In a conversation a question may lean on those before it: "Kapan dia
    mengatakannya?", "And in Canada?". What it was taken to mean is printed.
    """
    settings = AskSettings(
        filters=Filters(since, until, source),
        retrieved=max(_DEFAULTS.retrieved, read),
        read=read,
        read_ms=read_ms,
        now=now,
        date_filter=date_filter,
    )
    words = " ".join(question)
    if not words.strip():
        raise UsageError(_('The question is empty. Ask one: qa ask "Siapa juru bicara Kremlin?"'))
    before = _history(conversation)
    if cluster is None:
        opened = qa.open(index_to_ask(index), reader=reader)
    else:
        opened = served(cluster, index, token_file, click.get_current_context())
    with opened as archive:
        archive.require_source(source)
        asked = _Asked(archive, settings, conversation, before)
        if words == "-":
            lines = sys.stdin.buffer
            return _ask_lines(asked, lines, as_json=as_json, with_why=with_why)
        answer = asked.ask(words)
        _print_answer(archive, answer, settings, as_json=as_json, with_why=with_why)
        return exit_code(answer)


def exit_code(answer: Answer) -> int:
    """0 for an answer, 1 where none is found, 6 where a part of a cluster did not answer."""
    if answer.status is Status.INCOMPLETE:
        return ShardsMissing.exit_code
    return 0 if answer.best else 1


def _history(conversation: Path | None) -> list[Exchange]:
    if conversation is None:
        return []
    from qa.cli.history import read_history

    return read_history(conversation)


class _Asked:
    """Asks an archive, one question after the other where there is a conversation."""

    def __init__(
        self,
        archive: Engine,
        settings: AskSettings,
        conversation: Path | None,
        before: list[Exchange],
    ) -> None:
        self.archive = archive
        self.settings = settings
        self._conversation = conversation
        self._before: list[Exchange | Answer] = [*before]

    def ask(self, question: str) -> Answer:
        """Answer a question, and keep the answer."""
        answer = self.archive.ask(question, self.settings, after=self._before)
        if self._conversation is not None:
            from qa.cli.history import append_turn
            from qa.show import as_json

            self._before.append(answer)
            document = as_json(answer, self.settings.filters, self.archive.info)
            append_turn(self._conversation, document)
        return answer


def _ask_lines(asked: _Asked, lines: IO[bytes], *, as_json: bool, with_why: bool) -> int:
    """Answer each line as it comes; a bad one becomes an error record and exit code 2."""
    code = 0
    for at, line in enumerate(bounded(lines), start=1):
        if not line.strip():
            continue
        try:
            question, row = said(line, "question")
        except ValueError as error:
            code = UsageError.exit_code
            if as_json:
                from qa.show import ERROR_SCHEMA

                print_json({"schema": ERROR_SCHEMA, "line": at, "error": str(error)})
            else:
                told = _("qa: line {line}: {reason}").format(line=at, reason=error)
                click.echo(one_line(told), err=True)
            continue
        answer = asked.ask(question)
        if answer.status is Status.INCOMPLETE:
            code = code or exit_code(answer)
        if not as_json:
            click.echo(f"{'' if at == 1 else chr(10)}> {one_line(question)}")
        _print_answer(
            asked.archive, answer, asked.settings, as_json=as_json, with_why=with_why, row=row
        )
    return code


def _print_answer(
    archive: Engine,
    answer: Answer,
    settings: AskSettings,
    *,
    as_json: bool,
    with_why: bool,
    row: dict[str, Any] | None = None,
) -> None:
    from qa.show import as_json as to_json
    from qa.show import lines, why, why_json

    if as_json:
        document = to_json(answer, settings.filters, archive.info)
        if with_why:
            document["why"] = why_json(answer, archive.info)
        if row is not None:
            document["input"] = row
        print_json(document)
        return
    print_lines(lines(answer, archive.info))
    if with_why:
        click.echo()
        print_lines(why(answer, archive.info))
