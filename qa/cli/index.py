"""`qa index` and `qa check`: making an index, verifying it."""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

import qa
from qa.cli.options import (
    encoder_option,
    index_option,
    json_option,
    offline_option,
    reader_option,
)
from qa.cli.screen import duration, one_line, progress
from qa.cli.stop import terminable
from qa.errors import UsageError
from qa.places import default_corpus, default_index
from qa.settings import BUNDLED, DEEP, BuildSettings

if TYPE_CHECKING:
    from qa.builder import BuildReport, Progress
    from qa.store import Origin


def _named(value: str) -> Path:
    if not value.strip():
        # As an unset variable of a shell gives it; a Path of it would be the working folder.
        raise click.BadParameter("it is empty; name a folder of articles.")
    return Path(value)


@click.command()
@click.argument("corpus", type=_named, required=False)
@index_option
@encoder_option
@offline_option
@click.option(
    "--replace",
    "may_replace",
    is_flag=True,
    help="Let these articles take the place of another folder's that the index holds.",
)
@click.option("--full", is_flag=True, help="Rebuild everything, reuse nothing.")
@click.option(
    "--column",
    "columns",
    metavar="FIELD=NAME",
    multiple=True,
    help="For JSON and CSV: the column that holds a field, such as text=body.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    help=f"Skip larger files [default: that of the index, else {BuildSettings().max_bytes}].",
)
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy"]),
    help="How columns of JSON and CSV write 3/5/2018 [default: as each file's dates tell].",
)
@json_option
@terminable()
def index(
    corpus: Path | None,
    index: Path | None,
    encoder: str | None,
    may_replace: bool,
    full: bool,
    columns: tuple[str, ...],
    max_bytes: int | None,
    date_order: str | None,
    as_json: bool,
) -> None:
    """Read the articles of CORPUS [default: those that the index holds, read as they were].

    Reads .txt, .md, .html, .jsonl, .json and .csv. What has not changed since the last run is kept,
    and so is the index's encoder unless another is named: then the index can be asked until the new
    one is done, and where that is broken off, the same command goes on.
    """
    from qa.articles.folder import load
    from qa.builder import is_another
    from qa.store import held

    folder = index or default_index()
    before = held(folder)
    if corpus is None:
        corpus, settings = _read_before(folder, before)
    elif before is None:
        settings = BuildSettings()
    elif not is_another(corpus, before):
        settings = before.settings
    else:
        settings = BuildSettings(encoder=before.settings.encoder)
        # Nothing is asked for a folder that is not there.
        load(corpus, settings)
        may_replace = may_replace or _replaces(folder, before, asks=not as_json)
    settings = replace(
        settings,
        encoder=encoder or settings.encoder,
        max_bytes=max_bytes or settings.max_bytes,
        columns=_columns(columns) or settings.columns,
        date_order=date_order or settings.date_order,
    )
    report = build_index(corpus, folder, settings, full=full, replace=may_replace)
    for note in report.notes[:20]:
        click.echo(one_line(f"{note.path}: {note.text}"), err=True)
    for skipped in report.skipped[:20]:
        click.echo(one_line(f"skipped {skipped.path}: {skipped.reason}"), err=True)
    if (more := len(report.skipped) - 20) > 0:
        click.echo(f"... and {more} more; all of them: qa check --skipped", err=True)
    click.echo(json.dumps(report.as_json()) if as_json else report_line(report))
    if report.published and settings.encoder == BUNDLED and not as_json:
        click.echo(one_line(_deep_hint(report.passages, index)))


def _read_before(folder: Path, before: Origin | None) -> tuple[Path, BuildSettings]:
    """What an index was read from, and how; the default corpus where there is none."""
    from qa.store import has_index

    if before:
        return Path(before.read_from), before.settings
    if not has_index(folder):
        return default_corpus(), BuildSettings()
    raise UsageError(
        f"The index in {folder} cannot be read, so it does not say which articles it held. "
        "Name their folder: qa index FOLDER --full"
    )


def _replaces(folder: Path, before: Origin, *, asks: bool) -> bool:
    """True once a person at a terminal has said that other articles may replace those of an index.

    Raises:
        UsageError: If there is nobody to ask.
        click.Abort: If the answer is no.
    """
    holds = f"The index in {folder} holds the {before.articles:,} articles of {before.read_from}."
    if not (asks and sys.stdin.isatty()):
        raise UsageError(
            f"{holds} Keep them and choose another folder for the index (--index DIR), or let "
            "these take their place (--replace)."
        )
    # Standard output is for the report.
    return click.confirm(one_line(f"{holds} Replace them?"), abort=True, err=True)


def _deep_hint(passages: int, index: Path | None) -> str:
    """What the deep encoder would take for so many passages, and the command."""
    from qa.encoders import deep_takes_s

    named = ["--index", str(index)] if index else []
    return (
        f"With the deep encoder questions find more; it takes {duration(deep_takes_s(passages))} "
        f"once: {shlex.join(['qa', 'index', '--encoder', DEEP, *named])}"
    )


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        name, separator, column = pair.partition("=")
        if not (separator and name and column):
            raise UsageError(f"--column takes FIELD=NAME, such as text=body; got {pair!r}.")
        columns[name] = column
    return columns


def index_to_ask(chosen: Path | None, tell: Progress | None = None) -> Path:
    """The index to ask; the shipped corpus is indexed first where there is none at all.

    Progress goes to `tell`, or else to the screen.
    """
    from qa.store import has_index

    folder = chosen or default_index()
    if chosen is None and not has_index(folder):
        corpus = default_corpus()
        if tell is None:
            click.echo(one_line(f"qa: no index yet; reading {corpus} into {folder}"), err=True)
        build_index(corpus, folder, BuildSettings(), full=False, tell=tell)
    return folder


def build_index(
    corpus: Path,
    folder: Path,
    settings: BuildSettings,
    *,
    full: bool,
    replace: bool = False,
    tell: Progress | None = None,
) -> BuildReport:
    """Build; progress goes to `tell`, or else is shown on a terminal."""
    with terminable(), nullcontext(tell) if tell else progress() as told:
        return qa.build(corpus, folder, settings, full=full, replace=replace, progress=told)


def report_line(report: BuildReport) -> str:
    """What a build did, on one line."""
    changes = (
        f"{report.added} added, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged, {len(report.skipped)} skipped"
    )
    if report.undated:
        changes += f", {report.undated} undated"
    if report.duplicates:
        changes += f", {report.duplicates} duplicates"
    return (
        f"{report.articles:,} articles, {report.passages:,} passages in {report.seconds:.1f} s "
        f"({changes})"
    )


@click.command()
@index_option
@reader_option
@click.option("--skipped", is_flag=True, help="List every file that was skipped, with the reason.")
def check(index: Path | None, reader: str, skipped: bool) -> int:
    """Verify the index and its models: every checksum, every count, every offset."""
    from qa.encoders import verify_encoder
    from qa.lexical.lexicon import verify_lexicons
    from qa.readers import verify_reader
    from qa.store import open_generation, verify

    folder = index or default_index()
    problems = verify(folder)
    for problem in problems:
        click.echo(one_line(problem), err=True)
    if problems:
        click.echo("qa: the index is damaged. Rebuild it: qa index FOLDER --full", err=True)
        return 3
    with open_generation(folder) as generation:
        manifest = generation.manifest
        verify_encoder(manifest.settings.encoder)
        verify_reader(reader)
        verify_lexicons()
        if skipped:
            for one in generation.skipped():
                click.echo(one_line(f"{one.path}: {one.reason}"))
        sound = (
            f"sound: {manifest.articles:,} articles, {manifest.passages:,} passages, "
            f"built {manifest.built}, {manifest.vectors} vectors by {manifest.encoder}"
        )
        click.echo(one_line(sound))
    return 0
