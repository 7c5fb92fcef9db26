"""What goes to the screen: words dressed for it, JSON, progress."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from qa.show import Line

_STYLES = {
    "answer": "bold",
    "quote": "bold underline yellow",
    "dim": "dim",
    "good": "green",
    "fair": "yellow",
    "poor": "red",
}


_ERASE = "\r\x1b[K"


def columns() -> int:
    """How wide lines are wrapped: as the terminal is, but not too wide to read."""
    return min(100, shutil.get_terminal_size().columns)


def print_lines(shown: Iterable[Line]) -> None:
    """Print lines wrapped to the terminal, and dressed where it obeys; no colour under NO_COLOR."""
    from qa.show import wrapped

    style = _STYLES if _obeys(sys.stdout) else None
    click.echo(wrapped(shown, style=style, width=columns()))


def _obeys(stream: TextIO) -> bool:
    """Whether it is a terminal that obeys escape sequences."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document on a line of its own; ASCII only where the stream is not UTF-8."""
    from qa.show import dumps

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(dumps(document, ascii_only=not utf8))


def plain(text: str) -> str:
    """Words made safe for a screen, on one line."""
    from qa.show import one_line

    return one_line(text)


_BAR = 24
"""Columns of the progress bar."""


class _Notes(logging.Handler):
    """Log lines on lines of their own, after whatever stands on the line that is rewritten."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        erase = _ERASE if _obeys(sys.stderr) else ""
        click.echo(f"{erase}{plain(record.getMessage())}", err=True)


def tell_notes() -> None:
    """Print what is logged and what Python warns of, ours and others', so that it is safe."""
    logging.captureWarnings(True)
    logging.getLogger().addHandler(_Notes(logging.WARNING))


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar that is redrawn in place, on a terminal; nothing elsewhere."""
    if not _obeys(sys.stderr):
        yield None
        return

    def show(stage: str, done: int, total: int) -> None:
        share = f" {done:,}" if done else ""
        if total:
            filled = _BAR * done // total
            share = f" [{'#' * filled}{'.' * (_BAR - filled)}] {done:,} of {total:,}"
        click.echo(f"{_ERASE}{stage}{share}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo(_ERASE, nl=False, err=True)
