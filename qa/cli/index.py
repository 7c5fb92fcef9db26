"""`qa index` and `qa check`: making an index, verifying it."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
from qa.i18n import _, ngettext, number
from qa.places import default_corpus, default_index
from qa.settings import BUNDLED, DEEP, BuildSettings

if TYPE_CHECKING:
    from qa.builder import BuildReport, Progress
    from qa.store import Origin
    from qa.types import Folder


def _named(value: str) -> Path:
    if not value.strip():
        # As an unset variable of a shell gives it; a Path of it would be the working folder.
        raise click.BadParameter(_("it is empty; name a folder of articles."))
    return Path(value)


_READING = (
    click.option(
        "--column",
        "columns",
        metavar="FIELD=NAME",
        multiple=True,
        help="For JSON and CSV: the column that holds a field, such as text=body.",
    ),
    click.option(
        "--max-bytes",
        type=click.IntRange(min=1),
        help=f"Skip larger files [default: that of the index, else {BuildSettings().max_bytes}].",
    ),
    click.option(
        "--date-order",
        type=click.Choice(["dmy", "mdy"]),
        help="How columns of JSON and CSV write 3/5/2018 [default: as each file's dates tell].",
    ),
    click.option(
        "--set",
        "told",
        metavar="source=NAME",
        multiple=True,
        help="The source of articles whose file names none.",
    ),
    click.option(
        "--source-from",
        type=click.Choice(["folder"]),
        help="Call the source of such articles by the name of the folder that the file lies in.",
    ),
    click.option(
        "--ocr/--no-ocr",
        default=None,
        help="Read the pages of PDF that hold no text with tesseract, which is to be installed.",
    ),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of how articles are read, which `reading` takes."""
    for option in reversed(_READING):
        command = option(command)
    return command


@click.command()
@click.argument("corpus", type=_named, required=False)
@index_option
@encoder_option
@offline_option
@click.option("--add", is_flag=True, help="Hold these articles beside those of other folders.")
@click.option(
    "--replace",
    "may_replace",
    is_flag=True,
    help="Let these articles take the place of all others that the index holds.",
)
@click.option("--drop", type=_named, metavar="FOLDER", help="Hold a folder no longer.")
@click.option("--full", is_flag=True, help="Rebuild everything, reuse nothing.")
@reading_options
@json_option
@terminable()
def index(
    corpus: Path | None,
    index: Path | None,
    encoder: str | None,
    add: bool,
    may_replace: bool,
    drop: Path | None,
    full: bool,
    columns: tuple[str, ...],
    max_bytes: int | None,
    date_order: str | None,
    told: tuple[str, ...],
    source_from: str | None,
    ocr: bool | None,
    as_json: bool,
) -> None:
    """Read the articles of CORPUS [default: those that the index holds, read as they were].

    Reads text, HTML, JSON, CSV, PDF, Word, OpenDocument, EPUB, RTF, mail, saved pages, WARC, feeds,
    and archives of these. What has not changed since the last run is kept, and so are the other
    folders of the index, how each is read, and its encoder unless another is named: then the index
    can be asked until the new one is done, and where that is broken off, the same command goes on.
    """
    from qa import folders
    from qa.store import origin_of

    given = reading(columns, max_bytes, date_order, told, source_from, ocr)
    where = index or default_index()
    before = origin_of(where)
    if corpus is None:
        if add or may_replace:
            raise UsageError(_("Name the folder of these articles: qa index FOLDER"))
        chosen = _read_before(index, where, before, drop)
        if before and given and len(chosen) > 1:
            raise UsageError(
                _("{held} Name the one that this is to be read so: qa index FOLDER").format(
                    held=folders.holds(before, where)
                )
            )
        chosen = tuple(replace(each, settings=replace(each.settings, **given)) for each in chosen)
        settings = chosen[0].settings
    elif drop:
        raise UsageError(_("--drop goes without another folder: qa index --drop FOLDER"))
    else:
        settings = replace(folders.remembered(corpus, before), **given)
        folder = folders.named(corpus, settings)
        if before and folders.is_another(folder, before) and not (add or may_replace):
            may_replace = _replaces(folders.holds(before, where), asks=not as_json)
        chosen = folders.chosen(folder, before, where, add=add, replace=may_replace, full=full)
    settings = replace(settings, encoder=encoder or settings.encoder)
    report = build_index(chosen, where, settings, full=full)
    for note in report.notes[:20]:
        click.echo(one_line(f"{note.path}: {note.text}"), err=True)
    if report.notes_before:
        words = ngettext(
            "{count} note on files that have not changed; to see it: qa index --full",
            "{count} notes on files that have not changed; to see them: qa index --full",
            report.notes_before,
        )
        click.echo(words.format(count=number(report.notes_before)), err=True)
    for skipped in report.skipped[:20]:
        words = _("skipped {path}: {reason}").format(path=skipped.path, reason=skipped.reason)
        click.echo(one_line(words), err=True)
    if (more := len(report.skipped) - 20) > 0:
        words = _("... and {count} more; all of them: qa check --skipped")
        click.echo(words.format(count=number(more)), err=True)
    click.echo(json.dumps(report.as_json()) if as_json else report_line(report))
    if report.published and settings.encoder == BUNDLED and not as_json:
        click.echo(one_line(_deep_hint(report.passages, index)))


def reading(
    columns: tuple[str, ...],
    max_bytes: int | None,
    date_order: str | None,
    told: tuple[str, ...],
    source_from: str | None,
    ocr: bool | None,
) -> dict[str, Any]:
    """The fields of `BuildSettings` that options give."""
    given: dict[str, Any] = {"max_bytes": max_bytes, "date_order": date_order, "ocr": ocr}
    given["columns"] = _pairs("--column", "text=body", columns) or None
    fields = _pairs("--set", "source=NAME", told)
    if unknown := sorted(fields.keys() - {"source"}):
        raise UsageError(
            _("--set gives the source alone; got {fields}.").format(fields=", ".join(unknown))
        )
    if fields and source_from:
        raise UsageError(_("Articles have one source: --set source=NAME or --source-from folder."))
    if fields or source_from:
        given |= {"source": fields.get("source", ""), "source_from": source_from or ""}
    return {name: value for name, value in given.items() if value is not None}


def _read_before(
    chosen: Path | None, where: Path, before: Origin | None, drop: Path | None
) -> tuple[Folder, ...]:
    """What an index was read from, less what is to go; the default corpus where there is none."""
    from qa import folders
    from qa.store import has_index

    if before:
        return folders.without(drop, before, where) if drop else folders.again(before)
    if has_index(where):
        raise folders.unreadable(where)
    if chosen or drop:
        raise UsageError(
            _("There is no index in {index} yet: name a folder of articles for it.").format(
                index=where
            )
        )
    return (folders.named(default_corpus(), BuildSettings()),)


def _replaces(holds: str, *, asks: bool) -> bool:
    """True once a person at a terminal has confirmed that other articles may replace an index's.

    Args:
        holds: What the index holds, in a sentence.
        asks: Whether a person may be asked.

    Raises:
        UsageError: If there is nobody to ask.
        click.Abort: If the answer is no.
    """
    if not (asks and sys.stdin.isatty()):
        raise UsageError(
            _(
                "{held} Keep them and add these (--add), let these take their place (--replace), "
                "or choose another folder for the index (--index DIR)."
            ).format(held=holds)
        )
    question = _("{held} Replace them? To keep them and add these: --add").format(held=holds)
    # Standard output is for the report.
    return click.confirm(one_line(question), abort=True, err=True)


def _deep_hint(passages: int, index: Path | None) -> str:
    """What the deep encoder would take for so many passages, and the command."""
    from qa.encoders import deep_takes_s

    named = ["--index", str(index)] if index else []
    command = shlex.join(["qa", "index", "--encoder", DEEP, *named])
    return _("With the deep encoder questions find more; it takes {time} once: {command}").format(
        time=duration(deep_takes_s(passages)), command=command
    )


def _pairs(option: str, example: str, pairs: tuple[str, ...]) -> dict[str, str]:
    """What an option that is given as FIELD=NAME gives."""
    given: dict[str, str] = {}
    for pair in pairs:
        field, separator, name = pair.partition("=")
        if not (separator and field and name):
            raise UsageError(
                _("{option} takes FIELD=NAME, such as {example}; got {pair!r}.").format(
                    option=option, example=example, pair=pair
                )
            )
        given[field] = name
    return given


def index_to_ask(chosen: Path | None, tell: Progress | None = None) -> Path:
    """The index to ask; the shipped corpus is indexed first where there is none at all.

    Progress goes to `tell`, or else to the screen.
    """
    from qa.store import has_index

    folder = chosen or default_index()
    if chosen is None and not has_index(folder):
        # Only where it is needed: it loads all that builds an index.
        from qa.folders import named

        corpus = default_corpus()
        if tell is None:
            words = _("no index yet; reading {corpus} into {folder}")
            words = words.format(corpus=corpus, folder=folder)
            click.echo(one_line(f"qa: {words}"), err=True)
        settings = BuildSettings()
        build_index((named(corpus, settings),), folder, settings, full=False, tell=tell)
    return folder


def build_index(
    folders: Sequence[Folder],
    index: Path,
    settings: BuildSettings,
    *,
    full: bool,
    tell: Progress | None = None,
) -> BuildReport:
    """Build as `qa.folders.build`; progress goes to `tell`, or else is shown on a terminal."""
    from qa.folders import build

    with terminable(), nullcontext(tell) if tell else progress() as told:
        return build(folders, index, settings, full=full, progress=told)


def report_line(report: BuildReport) -> str:
    """What a build did, on one line."""
    changes = _(
        "{added} added, {changed} changed, {removed} removed, {unchanged} unchanged, "
        "{skipped} skipped"
    ).format(
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        unchanged=report.unchanged,
        skipped=len(report.skipped),
    )
    if report.undated:
        changes += _(", {count} undated").format(count=report.undated)
    if report.duplicates:
        changes += _(", {count} duplicates").format(count=report.duplicates)
    return _("{articles} articles, {passages} passages in {seconds} s ({changes})").format(
        articles=number(report.articles),
        passages=number(report.passages),
        seconds=number(report.seconds, 1),
        changes=changes,
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
        damaged = _("the index is damaged. Rebuild it: qa index FOLDER --full")
        click.echo(f"qa: {damaged}", err=True)
        return 3
    with open_generation(folder) as generation:
        manifest = generation.manifest
        verify_encoder(manifest.settings.encoder)
        verify_reader(reader)
        verify_lexicons()
        if skipped:
            for one in generation.skipped():
                click.echo(one_line(f"{one.path}: {one.reason}"))
        sound = _(
            "sound: {articles} articles, {passages} passages, built {built}, {vectors} vectors by "
            "{encoder}"
        ).format(
            articles=number(manifest.articles),
            passages=number(manifest.passages),
            built=manifest.built,
            vectors=manifest.vectors,
            encoder=manifest.encoder,
        )
        click.echo(one_line(sound))
        for each in manifest.folders:
            count = ngettext(
                "{count} article of {folder}", "{count} articles of {folder}", each.articles
            )
            click.echo(one_line(count.format(count=number(each.articles), folder=each.path)))
    return 0
