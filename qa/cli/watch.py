"""`qa watch`: an index that follows its articles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from qa.cli.index import build_index, report_line
from qa.cli.options import encoder_option, index_option, offline_option
from qa.cli.screen import one_line
from qa.errors import UsageError
from qa.i18n import _
from qa.places import default_corpus, default_index
from qa.settings import BuildSettings


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
    corpus, settings = _watched(folder, where)
    settings = replace(settings, encoder=encoder or settings.encoder)

    def rebuild() -> None:
        report = build_index(corpus, where, settings, full=False)
        if report.published:
            click.echo(report_line(report))

    click.echo(one_line(_("watching {corpus}; Ctrl-C ends it").format(corpus=corpus)), err=True)
    try:
        follow(
            changes(corpus, where, quiet_s=interval, poll=poll),
            rebuild,
            tell=lambda words: click.echo(f"qa: {one_line(words)}", err=True),
        )
    except KeyboardInterrupt:
        click.echo(_("stopped; the index is as it was last built"), err=True)


def _watched(folder: Path | None, index: Path) -> tuple[Path, BuildSettings]:
    """The folder to watch, and the settings of its index.

    Raises:
        UsageError: If the index holds the articles of another folder.
        StoreError: If there is an index that cannot be read.
        CorpusError: If there is no such folder.
    """
    from qa.articles.folder import load
    from qa.store import has_index, open_generation

    corpus, settings = folder or default_corpus(), BuildSettings()
    if has_index(index):
        with open_generation(index) as generation:
            before, settings = Path(generation.manifest.read_from), generation.manifest.settings
        corpus = folder or before
        if before.is_file():
            raise UsageError(
                _(
                    "The index in {index} holds the articles of {before}, and only a "
                    "folder can be watched. Watch another: qa watch FOLDER --index DIR"
                ).format(index=index, before=before)
            )
        if corpus.resolve() != before:
            raise UsageError(
                _(
                    "The index in {index} holds the articles of {before}. Watch those: "
                    "qa watch, or choose another folder for the index: --index DIR"
                ).format(index=index, before=before)
            )
    load(corpus, settings)
    return corpus, settings
