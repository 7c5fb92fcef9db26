"""`qa watch`: an index that follows its articles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.index import build_index, report_line
from qa.cli.options import encoder_option, index_option, offline_option
from qa.cli.screen import one_line
from qa.errors import UsageError
from qa.i18n import _
from qa.places import default_corpus, default_index
from qa.settings import BuildSettings

if TYPE_CHECKING:
    from qa.types import Folder


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@index_option
@encoder_option
@offline_option
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    default=2.0,
    show_default=True,
    help="Seconds without a further change after which a change counts.",
)
@click.option(
    "--poll", is_flag=True, help="Look at every file by turns, as network shares ask for."
)
def watch(
    folder: Path | None, index: Path | None, encoder: str | None, interval: float, poll: bool
) -> None:
    """Keep the index up to date with the articles of FOLDER [default: those it holds].

    Builds now, and again whenever files change; Ctrl-C ends it and leaves the last index in use.
    The index keeps the settings that it was built with, but for an encoder that is named.
    """
    from qa.watch import changes
    from qa.watch import watch as follow

    where = index or default_index()
    folders, settings = _watched(folder, index, where)
    settings = replace(settings, encoder=encoder or settings.encoder)

    def rebuild() -> None:
        report = build_index(folders, where, settings, full=False)
        if report.published:
            click.echo(report_line(report))

    paths = [Path(each.path) for each in folders]
    watching = _("watching {folders}; Ctrl-C ends it").format(folders=", ".join(map(str, paths)))
    click.echo(one_line(watching), err=True)
    try:
        follow(
            changes(paths, where, quiet_s=interval, poll=poll),
            rebuild,
            tell=lambda words: click.echo(f"qa: {one_line(words)}", err=True),
        )
    except KeyboardInterrupt:
        click.echo(_("stopped; the index is as it was last built"), err=True)


def _watched(
    corpus: Path | None, chosen: Path | None, index: Path
) -> tuple[tuple[Folder, ...], BuildSettings]:
    """The folders to watch, and the settings of their index.

    Raises:
        UsageError: If the index holds the articles of another folder, or of a file.
        StoreError: If there is an index that cannot be read.
        CorpusError: If there is no such folder.
    """
    from qa import folders
    from qa.store import has_index, open_generation

    before = None
    if has_index(index):
        with open_generation(index) as generation:
            before = generation.manifest
    elif corpus is None and chosen:
        raise UsageError(
            _("There is no index in {index} yet: name a folder of articles for it.").format(
                index=index
            )
        )
    for each in before.folders if before else ():
        if Path(each.path).is_file():
            raise UsageError(
                _(
                    "The index in {index} holds the articles of {file}, and only a folder can be "
                    "watched. Watch another: qa watch FOLDER --index DIR"
                ).format(index=index, file=each.path)
            )
    if before and corpus is None:
        watched, settings = folders.again(before), before.settings
    else:
        corpus = corpus or default_corpus()
        settings = folders.remembered(corpus, before)
        folder = folders.named(corpus, settings)
        if before and folders.is_another(folder, before):
            raise UsageError(
                _(
                    "{held} Watch those: qa watch. For these beside them, first: qa index FOLDER "
                    "--add, and in their place: qa index FOLDER --replace. Or choose another "
                    "folder for the index: --index DIR"
                ).format(held=folders.holds(before, index))
            )
        watched = folders.chosen(folder, before, index, add=False, replace=False)
    for each in watched:
        folders.named(Path(each.path), each.settings)
    return watched, settings
