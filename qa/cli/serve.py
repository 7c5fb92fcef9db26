"""`qa serve`: an archive that other programs ask over HTTP."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qa.cli.index import index_to_ask
from qa.cli.options import index_option, offline_option, reader_option
from qa.cli.screen import one_line
from qa.cli.stop import Terminated, terminable
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _, use

if TYPE_CHECKING:
    from qa.serve.desk import Desk

_Command = TypeVar("_Command", bound=Callable[..., object])

_PATIENCE_S = 1.0
"""How long the end waits for a question that nobody waits for any longer."""


def serving_options(command: _Command) -> _Command:
    """The options of a server."""
    for option in reversed(
        (
            click.option(
                "--port",
                type=click.IntRange(0, 65535),
                default=8321,
                show_default=True,
                help="Port to listen on; 0 for any that is free.",
            ),
            click.option(
                "--host",
                default="127.0.0.1",
                show_default=True,
                help="Address to listen on; beyond this machine only with --token-file.",
            ),
            click.option(
                "--token-file",
                type=click.Path(path_type=Path, dir_okay=False),
                help="File with the token that requests have to bring.",
            ),
            click.option(
                "--allow-host",
                multiple=True,
                metavar="NAME",
                help="A name by which the server may be called, beside localhost and addresses.",
            ),
            click.option(
                "--queue",
                type=click.IntRange(min=1),
                default=16,
                show_default=True,
                help="Most questions that wait; further ones are sent away.",
            ),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0, min_open=True),
                default=30.0,
                show_default=True,
                help="Seconds in which a question has to be answered.",
            ),
            click.option(
                "--workers",
                type=click.IntRange(1, 16),
                default=2,
                show_default=True,
                help="Questions in hand at a time; each takes memory, and all share the cores.",
            ),
            click.option("--log-questions", is_flag=True, help="Write questions into the log too."),
        )
    ):
        command = option(command)
    return command


@click.command()
@index_option
@reader_option
@offline_option
@serving_options
def serve(
    index: Path | None,
    reader: str,
    workers: int,
    queue: int,
    timeout: float,
    **rest: Any,
) -> None:
    """Answer questions of other programs over HTTP, on this machine.

    \b
    qa serve
    curl 127.0.0.1:8321/ask --json '{"question": "Siapa juru bicara Kremlin?"}'

    /docs describes the routes, and /mcp serves the Model Context Protocol. Ctrl-C ends it.
    """
    with listening(**rest) as run:
        from qa.serve.desk import Desk

        where = index_to_ask(index)
        run(
            Desk.over(where, reader, workers=workers, waiting=queue, limit_s=timeout, tell=complain)
        )


def complain(words: str) -> None:
    """Tell what went wrong while it runs."""
    click.echo(one_line(f"qa: {words}"), err=True)


@contextmanager
def listening(
    *,
    port: int,
    host: str,
    token_file: Path | None,
    allow_host: tuple[str, ...],
    log_questions: bool,
    extra: str = "serve",
) -> Iterator[Callable[[Desk], None]]:
    """Listen, and serve from a desk until a signal ends it; the options are those of the server.

    `extra` is the one that the command needs.

    Raises:
        UsageError: If it cannot listen there, or others could reach it without a token.
    """
    for module in ("fastapi", "uvicorn", "mcp"):
        need(module, extra)
    from qa.serve.guard import Guard, Rules, read_token
    from qa.serve.http import application
    from qa.serve.run import LineLog, is_loopback, listen, server

    token = read_token(token_file) if token_file else b""
    with listen(host, port) as taken, terminable():
        beyond = not is_loopback(taken)
        if beyond and not token:
            raise UsageError(
                _(
                    "Others can reach {host}: have them bring a token, with --token-file, "
                    "or listen on 127.0.0.1."
                ).format(host=host)
            )
        names = {"localhost", *(name.lower() for name in allow_host)}
        rules = Rules(frozenset(names), beyond, token)
        # Documents are for programs, as with --json.
        said = _("qa: listening on http://{address}:{port} · Ctrl-C ends it")
        ended = _("qa: stopped")
        use("en")
        log = LineLog()
        address, bound = taken.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address

        def run(desk: Desk) -> None:
            import asyncio

            app = Guard(application(desk), rules, log, log_questions=log_questions)
            words = said.format(address=shown, port=bound)
            try:
                ready = server(app, log, started=lambda: click.echo(words, err=True))
                asyncio.run(ready.serve(sockets=[taken]))
            except (KeyboardInterrupt, Terminated):
                click.echo(ended, err=True)
            if not desk.close(_PATIENCE_S):
                # Python would take itself apart under a model at work, which aborts the process.
                sys.stderr.flush()
                os._exit(0)

        yield run
