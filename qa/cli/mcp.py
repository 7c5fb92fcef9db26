"""`qa mcp`: an archive as tools of a language model that runs beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from qa.cli.index import index_to_ask
from qa.cli.options import index_option, offline_option, reader_option
from qa.cli.screen import one_line
from qa.cli.stop import Terminated, terminable
from qa.extras import need
from qa.i18n import use

_PATIENCE_S = 1.0


@click.command()
@index_option
@reader_option
@offline_option
def mcp(index: Path | None, reader: str) -> None:
    """Offer the archive to a language model: MCP over standard input and output.

    \b
    {"mcpServers": {"qa": {"command": "qa", "args": ["mcp"]}}}

    Started by the program that runs the model. Over HTTP `qa serve` offers the same at /mcp.
    """
    need("mcp", "serve")
    from qa.serve.desk import Desk
    from qa.serve.tools import tools

    where = index_to_ask(index)
    use("en")
    desk = Desk.over(
        where, reader, tell=lambda words: click.echo(one_line(f"qa: {words}"), err=True)
    )
    try:
        with terminable():
            tools(desk).run("stdio")
    except (KeyboardInterrupt, Terminated):
        # A thread still reads standard input.
        desk.close(_PATIENCE_S)
        sys.stderr.flush()
        os._exit(0)
    if not desk.close(_PATIENCE_S):
        sys.stderr.flush()
        os._exit(0)
