"""`qa chat`: a conversation, drawn or line by line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

import qa
from qa.cli.cluster import served
from qa.cli.index import index_to_ask
from qa.cli.options import (
    cluster_option,
    index_option,
    offline_option,
    reader_option,
    token_option,
)
from qa.cli.screen import columns
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _
from qa.places import conversations_folder, default_index, history_file, preferences_file

if TYPE_CHECKING:
    from qa.builder import Progress
    from qa.chat.archive import Archive
    from qa.engine import Engine

_SELDOM = 1000
"""Collections of younger objects between two of all, where nobody rests from typing."""


@click.command()
@index_option
@cluster_option
@token_option
@reader_option
@click.option(
    "--plain", "by_line", is_flag=True, help="Line by line: for screen readers and pipes."
)
@click.option("--web", is_flag=True, help="In a browser on this machine.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8322,
    show_default=True,
    help="For --web; 0 for any that is free.",
)
@click.option("--in-browser", is_flag=True, hidden=True)
@offline_option
def chat(
    index: Path | None,
    cluster: str | None,
    token_file: Path | None,
    reader: str,
    by_line: bool,
    web: bool,
    port: int,
    in_browser: bool,
) -> int:
    """Open the chat."""
    server = None
    if cluster:
        server = partial(served, cluster, index, token_file, click.get_current_context())
    archive = _archive(index, reader, server)
    if web:
        if server is not None:
            raise UsageError(_("The chat in a browser asks an index of this machine: --index."))
        need("textual_serve", "serve")
        from qa.serve.web import serve_chat

        serve_chat(index_to_ask(index), reader, port)
        return 0
    if in_browser:
        return _draw(archive, in_browser=True)
    # Textual draws on standard error.
    drawable = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if not (drawable or by_line):
        raise UsageError(
            _(
                "The chat needs a terminal. Elsewhere, chat line by line: qa chat --plain, "
                "or only ask: qa ask -"
            )
        )
    if not by_line and os.environ.get("TERM") == "dumb":
        dumb = _("this terminal (TERM=dumb) takes no drawing; as with --plain.")
        click.echo(f"qa: {dumb}", err=True)
        by_line = True
    if by_line:
        _chat_line_by_line(archive)
        return 0
    return _draw(archive, in_browser=False)


def _draw(archive: Archive, *, in_browser: bool) -> int:
    # To look for cycles in all there is stops the keys for 100 ms (2026-11): `ChatApp` does it
    # while nobody types.
    gc.set_threshold(*gc.get_threshold()[:2], _SELDOM)

    from qa.tui.app import run_chat

    return run_chat(archive, in_browser=in_browser)


def _archive(
    chosen: Path | None, reader: str, server: Callable[[], Engine] | None = None
) -> Archive:
    """The index to ask; where none is named, the sample is indexed if there is nothing else.

    With a `server` it is asked first.
    """
    from qa.chat.archive import Archive

    home = chosen or default_index()

    def open_index(index: Path, tell: Progress) -> Engine:
        if index == home:
            index_to_ask(chosen, tell)
        engine = qa.open(index, reader=reader)
        # What the libraries hold stays; without it the rest is looked through in half the time.
        gc.freeze()
        return engine

    return Archive(home, open_index, server=server)


def _chat_line_by_line(archive: Archive) -> None:
    from qa.chat.history import History
    from qa.cli.plain import chat_line_by_line
    from qa.cli.recall import prompting

    prompted = sys.stdin.isatty()
    history = History(history_file() if prompted else None)
    chat_line_by_line(
        archive,
        prompting(history.questions) if prompted else lambda _: sys.stdin.buffer.readline(),
        prompted=prompted,
        width=columns(),
        folder=conversations_folder(),
        history=history,
        settings=preferences_file(),
    )
