"""`qa ask` and `qa chat`: questions."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from qa.cli.index import build_index
from qa.cli.options import index_option, json_option, offline_option, reader_option
from qa.cli.screen import plain, print_json, style
from qa.errors import UsageError
from qa.places import default_corpus, default_index
from qa.settings import AskSettings, BuildSettings, Filters

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.types import Answer

_DEFAULTS = AskSettings()
_LONGEST_LINE = 1 << 20


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no day; write it as 2022-01-31.") from error


@click.command()
@click.argument("question", nargs=-1, required=True)
@index_option
@reader_option
@offline_option
@json_option
@click.option("--since", type=_day, metavar="YYYY-MM-DD", help="Published on this day or later.")
@click.option("--until", type=_day, metavar="YYYY-MM-DD", help="Published on this day or before.")
@click.option("--source", help="Only articles of this source.")
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
    words = " ".join(question)
    if not words.strip():
        raise UsageError('The question is empty. Ask one: qa ask "Siapa juru bicara Kremlin?"')
    with closing(_engine(_index(index), reader)) as engine:
        if words == "-":
            return _ask_lines(engine, sys.stdin.buffer, settings, as_json=as_json)
        answer = engine.ask(words, settings)
        _print_answer(engine, answer, settings, as_json=as_json)
        return 0 if answer.best else 1


def _ask_lines(engine: Engine, lines: IO[bytes], settings: AskSettings, *, as_json: bool) -> int:
    """Answer each line as it comes; a bad one becomes an error record and exit code 2."""
    code = 0
    for number, line in enumerate(_bounded(lines), start=1):
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
                click.echo(f"qa: line {number}: {plain(str(error))}", err=True)
            continue
        answer = engine.ask(question, settings)
        if not as_json:
            click.echo(f"{'' if number == 1 else chr(10)}> {plain(question)}")
        _print_answer(engine, answer, settings, as_json=as_json, row=row)
    return code


def _bounded(lines: IO[bytes]) -> Iterator[bytes]:
    """Each line, and of one that is too long only enough to see that it is."""
    while line := lines.readline(_LONGEST_LINE + 1):
        yield line
        while len(line) > _LONGEST_LINE and not line.endswith(b"\n"):
            line = lines.readline(_LONGEST_LINE + 1)


def _question(line: bytes) -> tuple[str, dict[str, Any] | None]:
    """The question of a line, and the JSON object it came in, if it did.

    Raises:
        ValueError: If the line is too long or not UTF-8, or looks like JSON and is no object with a
            question.
    """
    if len(line) > _LONGEST_LINE:
        raise ValueError(f"longer than {_LONGEST_LINE:,} bytes")
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
    row: dict[str, Any] | None = None,
) -> None:
    from qa.show import as_json as to_json
    from qa.show import as_text

    if as_json:
        document = to_json(answer, settings.filters, engine.info)
        if row is not None:
            document["input"] = row
        print_json(document)
        return
    width = min(100, shutil.get_terminal_size().columns)
    click.echo(as_text(answer, engine.info, style=style(), width=width))


def _index(chosen: Path | None) -> Path:
    """The index to ask; the shipped corpus is indexed first where there is none at all."""
    from qa.store import has_index

    folder = chosen or default_index()
    if chosen is None and not has_index(folder):
        corpus = default_corpus()
        click.echo(plain(f"qa: no index yet; reading {corpus} into {folder}"), err=True)
        build_index(corpus, folder, BuildSettings(), full=False)
    return folder


def _engine(folder: Path, reader: str) -> Engine:
    from qa.engine import Engine

    return Engine.open(folder, reader=reader)


@click.command()
@index_option
@reader_option
@offline_option
def chat(index: Path | None, reader: str) -> None:
    """Open the chat."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The chat needs a terminal. Elsewhere, ask line by line: qa ask -")
    from qa.tui.app import run_chat

    folder = _index(index)
    run_chat(lambda: _engine(folder, reader))
