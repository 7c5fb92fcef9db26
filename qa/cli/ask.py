"""`qa ask` and `qa chat`: questions."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from qa.cli.index import build_index
from qa.cli.options import index_option, json_option, reader_option
from qa.cli.screen import plain, print_json, style
from qa.errors import UsageError
from qa.places import default_corpus, default_index
from qa.settings import AskSettings, BuildSettings, Filters

if TYPE_CHECKING:
    from qa.build import Progress
    from qa.engine import Engine
    from qa.types import Answer

_DEFAULTS = AskSettings()


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no day; write it as 2022-01-31.") from error


@click.command()
@click.argument("question", nargs=-1, required=True)
@index_option
@reader_option
@json_option
@click.option("--since", type=_day, metavar="YYYY-MM-DD", help="Published on this day or later.")
@click.option("--until", type=_day, metavar="YYYY-MM-DD", help="Published on this day or before.")
@click.option("--source", help="Only articles of this source.")
@click.option("--why", "with_why", is_flag=True, help="Say how the answer was found.")
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
    default=_DEFAULTS.read_ms,
    show_default=True,
    help="Time for reading, in milliseconds.",
)
def ask(
    question: tuple[str, ...],
    index: Path | None,
    reader: str,
    as_json: bool,
    since: date | None,
    until: date | None,
    source: str | None,
    with_why: bool,
    read: int,
    read_ms: float,
) -> int:
    """Answer QUESTION; `-` reads one question a line from standard input.

    A line is a question, or a JSON object with `question` and whatever else you like, which comes
    back under `input`.
    """
    settings = AskSettings(
        filters=Filters(since, until, source),
        retrieved=max(_DEFAULTS.retrieved, read),
        read=read,
        read_ms=read_ms,
    )
    if with_why and as_json:
        raise UsageError("--why is for people to read; leave out --json, or --why.")
    words = " ".join(question)
    if not words.strip():
        raise UsageError('The question is empty. Ask one: qa ask "Siapa juru bicara Kremlin?"')
    with closing(_engine(_index(index), reader)) as engine:
        if words == "-":
            lines = sys.stdin.buffer
            return _ask_lines(engine, lines, settings, as_json=as_json, with_why=with_why)
        answer = engine.ask(words, settings)
        _print_answer(engine, answer, settings, as_json=as_json, with_why=with_why)
        return 0 if answer.best else 1


def _ask_lines(
    engine: Engine, lines: IO[bytes], settings: AskSettings, *, as_json: bool, with_why: bool
) -> int:
    """Answer each line as it comes; a bad one becomes an error record and exit code 2."""
    code = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question, row = _question(line)
        except ValueError as error:
            code = UsageError.exit_code
            if as_json:
                record = {"schema": "qa.error/1", "line": number, "error": str(error)}
                print_json(record)
            else:
                click.echo(f"qa: line {number}: {error}", err=True)
            continue
        answer = engine.ask(question, settings)
        if not as_json:
            click.echo(f"{'' if number == 1 else chr(10)}> {plain(question)}")
        _print_answer(engine, answer, settings, as_json=as_json, with_why=with_why, row=row)
    return code


def _question(line: bytes) -> tuple[str, dict[str, Any] | None]:
    """The question of a line, and the JSON object it came in, if it did.

    Raises:
        ValueError: If the line is not UTF-8, or looks like JSON and is no object with a question.
    """
    try:
        words = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start + 1}") from error
    if not words.startswith("{"):
        return words, None
    try:
        row = json.loads(words)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('no "question" in this object')
    return question, row


def _print_answer(
    engine: Engine,
    answer: Answer,
    settings: AskSettings,
    *,
    as_json: bool,
    with_why: bool,
    row: dict[str, Any] | None = None,
) -> None:
    from qa.show import as_json as to_json
    from qa.show import as_text, why, wrapped

    if as_json:
        document = to_json(answer, settings.filters, engine.info)
        if row is not None:
            document["input"] = row
        print_json(document)
        return
    width = min(100, shutil.get_terminal_size().columns)
    click.echo(as_text(answer, engine.info, style=style(), width=width))
    if with_why:
        click.echo(f"\n{wrapped(why(answer, engine.info), style=style(), width=width)}")


def _index(chosen: Path | None, tell: Progress | None = None) -> Path:
    """The index to ask; the shipped corpus is indexed first where there is none at all.

    Progress goes to `tell`, or else to the screen.
    """
    from qa.store import has_index

    folder = chosen or default_index()
    if chosen is None and not has_index(folder):
        corpus = default_corpus()
        if tell is None:
            click.echo(f"qa: no index yet; reading {corpus} into {folder}", err=True)
        build_index(corpus, folder, BuildSettings(), full=False, tell=tell)
    return folder


def _engine(folder: Path, reader: str) -> Engine:
    from qa.engine import Engine

    return Engine.open(folder, reader=reader)


@click.command()
@index_option
@reader_option
@click.option(
    "--plain", "by_line", is_flag=True, help="Line by line: for screen readers and pipes."
)
def chat(index: Path | None, reader: str, by_line: bool) -> int:
    """Open the chat."""
    # Textual draws on standard error.
    drawable = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if not (drawable or by_line):
        raise UsageError(
            "The chat needs a terminal. Elsewhere, chat line by line: qa chat --plain, "
            "or only ask: qa ask -"
        )
    if not by_line and os.environ.get("TERM") == "dumb":
        click.echo("qa: this terminal (TERM=dumb) takes no drawing; as with --plain.", err=True)
        by_line = True
    if by_line:
        _chat_line_by_line(index, reader)
        return 0
    from qa.tui.app import run_chat

    return run_chat(lambda tell: _engine(_index(index, tell), reader))


def _chat_line_by_line(chosen: Path | None, reader: str) -> None:
    from qa.cli.plain import chat_line_by_line

    stages: list[str] = []

    def tell(stage: str, _done: int, _total: int) -> None:
        if stage not in stages:
            stages.append(stage)
            click.echo(f"qa: no index yet; {stage}", err=True)

    folder = _index(chosen, tell)
    chat_line_by_line(
        lambda: _engine(folder, reader),
        sys.stdin.buffer.readline,
        prompted=sys.stdin.isatty(),
        width=min(100, shutil.get_terminal_size().columns),
    )
