"""`qa watch`: an index that follows its articles."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

import click

from qa.cli.index import build_index, report_line
from qa.cli.options import index_option
from qa.cli.screen import plain
from qa.errors import UsageError
from qa.places import default_corpus, default_index
from qa.settings import BuildSettings

if TYPE_CHECKING:
    from qa.watch import Look

_SHARE = 0.1
"""Most of the time that may be spent on looking."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@index_option
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    default=2.0,
    show_default=True,
    help="Seconds between two looks; a change counts once it has lasted from one to the next.",
)
def watch(folder: Path | None, index: Path | None, interval: float) -> None:
    """Keep the index up to date with the articles of FOLDER [default: those it holds].

    Builds now, and again whenever files change; Ctrl-C ends it and leaves the last index in use.
    The index keeps the settings that it was built with.
    """
    from qa.watch import look
    from qa.watch import watch as go_on

    where = index or default_index()
    corpus, settings = _held(folder, where)
    spent = 0.0

    def looking() -> Look:
        nonlocal spent
        started = perf_counter()
        seen = look(corpus)
        spent = perf_counter() - started
        return seen

    def rebuild() -> None:
        report = build_index(corpus, where, settings, full=False)
        if report.published:
            click.echo(report_line(report))

    click.echo(plain(f"watching {corpus}; Ctrl-C ends it"), err=True)
    try:
        go_on(
            looking,
            rebuild,
            wait=lambda: sleep(max(interval, spent / _SHARE)),
            tell=lambda words: click.echo(f"qa: {plain(words)}", err=True),
        )
    except KeyboardInterrupt:
        click.echo("stopped; the index is as it was last built", err=True)


def _held(folder: Path | None, index: Path) -> tuple[Path, BuildSettings]:
    """The folder to watch, and the settings of its index.

    Raises:
        UsageError: If the index holds the articles of another folder.
        StoreError: If there is an index that cannot be read.
        CorpusError: If there is no such folder.
    """
    from qa.articles.folder import root_of
    from qa.store import has_index, open_generation
    from qa.watch import look

    corpus, settings = folder or default_corpus(), BuildSettings()
    if has_index(index):
        with open_generation(index) as generation:
            held, settings = Path(generation.manifest.root), generation.manifest.settings
        corpus = folder or held
        if root_of(corpus) != held:
            raise UsageError(
                f"The index in {index} holds the articles of {held}. Watch those: qa watch, "
                "or choose another folder for the index: --index DIR"
            )
    look(corpus)
    return corpus, settings
