"""The command line. Each command imports what it needs when it runs, so that `--help` is instant.

Answers go to standard output, everything else to standard error. Exit codes: 0 answered or unsure,
1 no answer, 2 usage, 3 index missing, damaged or incompatible, 4 corpus, 5 model, 70 a fault of qa
itself, 130 interrupted, 141 closed pipe.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from qa import __version__
from qa.errors import QAError, UsageError
from qa.places import default_corpus, default_index
from qa.settings import BUNDLED, AskSettings, BuildSettings, Filters

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from qa.build import BuildReport
    from qa.engine import Engine
    from qa.types import Answer

_Settings = TypeVar("_Settings", bound="DataclassInstance")

_ASK, _BUILD = AskSettings(), BuildSettings()

STYLES: dict[str, dict[str, Any]] = {
    "answer": {"bold": True},
    "quote": {"bold": True, "underline": True, "fg": "yellow"},
    "dim": {"dim": True},
    "good": {"fg": "green"},
    "fair": {"fg": "yellow"},
    "poor": {"fg": "red"},
}

index_option = click.option(
    "--index",
    "index",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the index [default: index/ of the project, else your data folder].",
)
encoder_option = click.option(
    "--encoder",
    default=BUNDLED,
    show_default=True,
    help="A sentence-transformers model, by name or path.",
)
reader_option = click.option(
    "--reader",
    default=BUNDLED,
    show_default=True,
    help="`overlap` (no model), or an extractive-QA model, by name or path.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    try:
        code = cli.main(args=arguments, prog_name="qa", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("qa: interrupted", err=True)
        return 130
    except (_ClosedPipe, BrokenPipeError):
        # What is left in the buffer would raise again when Python closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except QAError as error:
        click.echo(f"qa: {_plain(str(error))}", err=True)
        return error.exit_code
    except Exception:
        # Python's own exit code for this is 1, which here means "no answer".
        traceback.print_exc()
        return 70
    return code if isinstance(code, int) else 0


class _ClosedPipe(Exception):
    """Whoever read our output has gone."""


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        """Run a command; click itself would turn a closed pipe into exit code 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ClosedPipe from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qa")
def cli() -> None:
    """Ask a folder of news articles; get the exact words that answer, with their source.

    \b
    qa ask "Siapa juru bicara Kremlin?"    one question
    qa chat                                a conversation
    qa index my-articles/                  read your own articles
    """


@cli.command()
@click.argument("question")
@index_option
@reader_option
@json_option
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or before.")
@click.option("--source", help="Only articles of this source.")
@click.option(
    "--read",
    type=click.IntRange(min=1),
    default=_ASK.read,
    show_default=True,
    help="Passages to read.",
)
@click.option(
    "--read-ms",
    type=click.FloatRange(min=0, min_open=True),
    default=_ASK.read_ms,
    show_default=True,
    help="Time for reading, in milliseconds.",
)
def ask(
    question: str,
    index: Path | None,
    reader: str,
    as_json: bool,
    since: datetime | None,
    until: datetime | None,
    source: str | None,
    read: int,
    read_ms: float,
) -> int:
    """Answer QUESTION; `-` reads one question a line from standard input.

    A line is a question, or a JSON object with `question` and whatever else you like, which comes
    back under `input`.
    """
    settings = AskSettings(
        filters=Filters(_day(since), _day(until), source),
        retrieved=max(_ASK.retrieved, read),
        read=read,
        read_ms=read_ms,
    )
    if question != "-" and not question.strip():
        raise UsageError('The question is empty. Ask one: qa ask "Siapa juru bicara Kremlin?"')
    with closing(_engine(_index(index), reader)) as engine:
        if question == "-":
            return _ask_lines(engine, sys.stdin, settings, as_json=as_json)
        answer = engine.ask(question, settings)
        _print_answer(engine, answer, settings, as_json=as_json)
        return 0 if answer.best else 1


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _ask_lines(engine: Engine, lines: IO[str], settings: AskSettings, *, as_json: bool) -> int:
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
                _print_json(record)
            else:
                click.echo(f"qa: line {number}: {error}", err=True)
            continue
        answer = engine.ask(question, settings)
        if not as_json:
            click.echo(f"{'' if number == 1 else chr(10)}> {_plain(question)}")
        _print_answer(engine, answer, settings, as_json=as_json, row=row)
    return code


def _question(line: str) -> tuple[str, dict[str, Any] | None]:
    """The question of a line, and the JSON object it came in, if it did.

    Raises:
        ValueError: If the line looks like JSON and is not an object with a question.
    """
    if not line.lstrip().startswith("{"):
        return line.strip(), None
    try:
        row = json.loads(line)
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
        _print_json(document)
        return
    width = min(100, shutil.get_terminal_size().columns)
    click.echo(as_text(answer, engine.info, style=_style(), width=width))


def _style() -> Callable[[str, str], str]:
    """How words are dressed: ANSI on a terminal (no colour under NO_COLOR), marks elsewhere."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return lambda text, role: f"»{text}«" if role == "quote" else text
    colour = not os.environ.get("NO_COLOR")

    def dress(text: str, role: str) -> str:
        style = STYLES[role]
        return click.style(text, **(style if colour else {**style, "fg": None}))

    return dress


def _print_json(document: Mapping[str, Any]) -> None:
    from qa.show import dumps

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(dumps(document, ascii_only=not utf8))


def _plain(text: str) -> str:
    from qa.show import one_line

    return one_line(text)


def _index(chosen: Path | None) -> Path:
    """The index to ask; the shipped corpus is indexed first where there is none at all."""
    from qa.store import has_index

    folder = chosen or default_index()
    if chosen is None and not has_index(folder):
        corpus = default_corpus()
        click.echo(f"qa: no index yet; reading {corpus} into {folder}", err=True)
        _build(corpus, folder, BuildSettings(), full=False)
    return folder


def _engine(folder: Path, reader: str) -> Engine:
    from qa.engine import Engine

    return Engine.open(folder, reader=reader)


@cli.command()
@click.argument("corpus", type=click.Path(path_type=Path), required=False)
@index_option
@encoder_option
@click.option("--full", is_flag=True, help="Rebuild everything, reuse nothing.")
@click.option(
    "--column",
    "columns",
    metavar="FIELD=NAME",
    multiple=True,
    help="For JSONL and CSV: the column that holds a field, such as text=body.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    default=_BUILD.max_bytes,
    show_default=True,
    help="Skip larger files.",
)
@json_option
def index(
    corpus: Path | None,
    index: Path | None,
    encoder: str,
    full: bool,
    columns: tuple[str, ...],
    max_bytes: int,
    as_json: bool,
) -> None:
    """Read the articles of CORPUS [default: corpus/ of the project, else those that ship with qa].

    Reads .txt, .md, .html, .jsonl and .csv. What has not changed since the last run is kept.
    """
    settings = BuildSettings(encoder=encoder, max_bytes=max_bytes, columns=_columns(columns))
    folder = index or default_index()
    report = _build(corpus or default_corpus(), folder, settings, full=full)
    for skipped in report.skipped[:20]:
        click.echo(_plain(f"skipped {skipped.path}: {skipped.reason}"), err=True)
    if (more := len(report.skipped) - 20) > 0:
        click.echo(f"... and {more} more; all of them: qa check --skipped", err=True)
    click.echo(json.dumps(report.as_json()) if as_json else _report_line(report))


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        name, separator, column = pair.partition("=")
        if not (separator and name and column):
            raise UsageError(f"--column takes FIELD=NAME, such as text=body; got {pair!r}.")
        columns[name] = column
    return columns


def _build(corpus: Path, folder: Path, settings: BuildSettings, *, full: bool) -> BuildReport:
    from qa.build import build
    from qa.load import load

    with _progress() as progress:
        return build(
            load(corpus, settings),
            folder,
            settings,
            root=str(corpus.resolve()),
            full=full,
            progress=progress,
        )


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A line that is rewritten in place, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(stage: str, done: int, total: int) -> None:
        share = f"{done:,} of {total:,}" if total else f"{done:,}"
        click.echo(f"\r\x1b[K{stage} {share}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)


def _report_line(report: BuildReport) -> str:
    changes = (
        f"{report.added} added, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged, {len(report.skipped)} skipped"
    )
    if report.duplicates:
        changes += f", {report.duplicates} duplicates"
    return (
        f"{report.articles:,} articles, {report.passages:,} passages in {report.seconds:.1f} s "
        f"({changes})"
    )


@cli.command()
@index_option
@click.option("--skipped", is_flag=True, help="List every file that was skipped, with the reason.")
def check(index: Path | None, skipped: bool) -> int:
    """Verify the index: every checksum, every count, every offset."""
    from qa.store import open_generation, verify

    folder = index or default_index()
    problems = verify(folder)
    for problem in problems:
        click.echo(_plain(problem), err=True)
    if problems:
        click.echo("qa: the index is damaged. Rebuild it: qa index --full", err=True)
        return 3
    with open_generation(folder) as generation:
        manifest = generation.manifest
        if skipped:
            for one in generation.skipped():
                click.echo(_plain(f"{one.path}: {one.reason}"))
        click.echo(
            f"sound: {manifest.articles:,} articles, {manifest.passages:,} passages, "
            f"built {manifest.built}, {manifest.vectors} vectors by {manifest.encoder}"
        )
    return 0


@cli.command()
@index_option
@reader_option
def chat(index: Path | None, reader: str) -> None:
    """Open the chat."""
    from qa.tui.app import run_chat

    folder = _index(index)
    run_chat(lambda: _engine(folder, reader))


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mode", type=click.Choice(["open", "reading", "retrieval"]), default="open", show_default=True
)
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Articles to ask instead of the index."
)
@click.option("--contexts", is_flag=True, help="Ask the contexts of the rows themselves.")
@click.option("--limit", type=click.IntRange(min=1), help="First questions of each file only.")
@index_option
@click.option(
    "--encoder", help="Of a temporary index; else the one the index must have been built with."
)
@reader_option
@json_option
def evaluate(
    files: tuple[Path, ...],
    mode: str,
    corpus: Path | None,
    contexts: bool,
    limit: int | None,
    index: Path | None,
    encoder: str | None,
    reader: str,
    as_json: bool,
) -> None:
    """Measure answers against question FILES (JSONL, .gz too)."""
    from qa.evaluate import evaluate as measure
    from qa.evaluate import table

    with _progress() as progress:
        reports = measure(
            files,
            mode,
            index=index,
            corpus=corpus,
            contexts=contexts,
            limit=limit,
            encoder=encoder,
            reader=reader,
            progress=progress,
        )
    if not as_json:
        click.echo(table(reports))
        return
    documents = [report.as_json() for report in reports]
    click.echo(json.dumps(documents[0] if len(documents) == 1 else documents))


@cli.command()
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Articles [default: the shipped ones]."
)
@click.option("--against", type=click.Choice(["txtai", "haystack"]), help="Run a peer beside it.")
@json_option
def bench(corpus: Path | None, against: str | None, as_json: bool) -> None:
    """Measure speed, memory and size in one run."""
    from qa.bench import bench as measure

    report = measure(corpus, against=against)
    click.echo(json.dumps(report.as_json()) if as_json else report.table())


@cli.group()
def train() -> None:
    """Train the bundled models; needs the extra: pip install "qa[train]"."""


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of training data; qa/train/data.py says how it is laid out.",
)
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write the model to.",
)


set_option = click.option(
    "--set",
    "pairs",
    metavar="NAME=VALUE",
    multiple=True,
    help="Another value for a setting of the run, such as steps=500.",
)


@train.command("encoder")
@data_option
@out_option
@set_option
def train_encoder(data: Path, out: Path, pairs: tuple[str, ...]) -> None:
    """Train a static multilingual encoder."""
    with _train_extra():
        from qa.train.encoder import EncoderTraining
        from qa.train.encoder import train_encoder as run_training
    run_training(data, out, _changed(EncoderTraining(), pairs))


@train.command("reader")
@data_option
@out_option
@set_option
def train_reader(data: Path, out: Path, pairs: tuple[str, ...]) -> None:
    """Train an extractive reader."""
    with _train_extra():
        from qa.train.reader import ReaderTraining
        from qa.train.reader import train_reader as run_training
    run_training(data, out, _changed(ReaderTraining(), pairs))


@contextmanager
def _train_extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"Training needs the package {error.name}: pip install 'qa[train]'"
        ) from error


def _changed(settings: _Settings, pairs: tuple[str, ...]) -> _Settings:
    """The settings of a run with some of their numbers or words replaced."""
    defaults = {field.name: getattr(settings, field.name) for field in fields(settings)}
    changes: dict[str, Any] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if not isinstance(defaults.get(name), int | float | str):
            known = ", ".join(defaults)
            raise UsageError(f"--set takes NAME=VALUE with a NAME of {known}; got {pair!r}.")
        try:
            changes[name] = type(defaults[name])(value)
        except ValueError as error:
            raise UsageError(f"--set {name} takes a number; got {value!r}.") from error
    return replace(settings, **changes)
