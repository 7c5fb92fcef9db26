"""`qa chat`: a conversation, drawn or line by line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

import qa
from qa.cli.index import index_to_ask
from qa.cli.options import index_option, offline_option, reader_option
from qa.cli.screen import columns
from qa.errors import UsageError
from qa.places import conversations_folder


@click.command()
@index_option
@reader_option
@click.option(
    "--plain", "by_line", is_flag=True, help="Line by line: for screen readers and pipes."
)
@offline_option
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

    return run_chat(lambda tell: qa.open(index_to_ask(index, tell), reader=reader))


def _chat_line_by_line(chosen: Path | None, reader: str) -> None:
    from qa.cli.plain import chat_line_by_line

    stages: list[str] = []

    def tell(stage: str, _done: int, _total: int) -> None:
        if stage not in stages:
            stages.append(stage)
            click.echo(f"qa: no index yet; {stage}", err=True)

    folder = index_to_ask(chosen, tell)
    chat_line_by_line(
        lambda: qa.open(folder, reader=reader),
        sys.stdin.buffer.readline,
        prompted=sys.stdin.isatty(),
        width=columns(),
        folder=conversations_folder(),
    )
