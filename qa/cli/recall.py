"""Lines that a person types at a prompt, with earlier questions to recall where that can be done.

Not handled: a terminal for which Python has no `readline` (Windows); there nothing is recalled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from qa.chat.history import History
from qa.show import one_line

PROMPT = "> "


def lines(history: History, complete: Callable[[str], list[str]]) -> Callable[[], bytes]:
    """Gives the next line with its end each time it is called; nothing where there are no more.

    Args:
        history: Questions to recall, and to complete nothing else; what is typed is not added here.
        complete: What a line may become, for Tab.
    """
    try:
        import readline
    except ImportError:
        return _unrecalled
    if not sys.stdout.isatty():
        return _unrecalled
    for question in history.questions:
        readline.add_history(one_line(question))
    readline.set_completer_delims("")
    readline.set_completer(lambda typed, state: dict(enumerate(complete(typed))).get(state))
    readline.parse_and_bind("tab: complete")
    return _recalled


def _recalled() -> bytes:
    try:
        # The prompt is drawn anew with each line recalled, so that it has to be known.
        return f"{input(PROMPT)}\n".encode("utf-8", "surrogateescape")
    except EOFError:
        return b""


def _unrecalled() -> bytes:
    click.echo(PROMPT, nl=False)
    return sys.stdin.buffer.readline()
