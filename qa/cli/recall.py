"""Lines that a person types at a prompt, with earlier questions to recall where that can be done.

Not handled: a system for which Python has no `readline` (Windows), where its own editing serves; a
Ctrl+D typed before the prompt is there, which a terminal loses.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import click

from qa.show import one_line


def prompting(questions: Sequence[str]) -> Callable[[str], bytes]:
    """Gives what prompts for a line and reads it, with its end; empty where there are no more.

    Args:
        questions: What Up and Ctrl+R recall, oldest first, before the lines typed from now on.
    """
    try:
        import readline
    except ImportError:
        return _plainly
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        # Such a terminal could not draw the line anew.
        return _plainly
    # Turning it on is an escape sequence at every prompt, which a screen reader may read out.
    readline.parse_and_bind("set enable-bracketed-paste off")
    for question in questions:
        readline.add_history(one_line(question))
    return _recalling


def _recalling(prompt: str) -> bytes:
    try:
        # readline draws the prompt anew with each line recalled, so that it has to know it.
        return f"{input(prompt)}\n".encode("utf-8", "surrogateescape")
    except EOFError:
        return b""


def _plainly(prompt: str) -> bytes:
    click.echo(prompt, nl=False)
    return sys.stdin.buffer.readline()
