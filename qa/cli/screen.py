"""What goes to the screen: words dressed for it, JSON, progress."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

import click

from qa.i18n import _, ngettext, number

if TYPE_CHECKING:
    from qa.show import Line

_STYLES = {
    "answer": "bold",
    "quote": "bold underline yellow",
    "left_out": "red strike",
    "put_in": "bold green",
    "dim": "dim",
    "link": "dim",
    "path": "dim",
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


def one_line(text: str) -> str:
    """Words made safe for a screen, on one line."""
    from qa import show

    return show.one_line(text)


_BAR = 24
"""Columns of the progress bar."""


class _Notes(logging.Handler):
    """Log lines on lines of their own, after whatever stands on the line that is rewritten."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        erase = _ERASE if _obeys(sys.stderr) else ""
        click.echo(f"{erase}{one_line(record.getMessage())}", err=True)


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
    pace = Pace()

    def show(stage: str, done: int, total: int) -> None:
        share = f" {number(done)}" if done else ""
        if total:
            filled = _BAR * done // total
            counted = _("{done} of {total}").format(done=number(done), total=number(total))
            share = f" [{'#' * filled}{'.' * (_BAR - filled)}] {counted}"
            left = pace.left_s(stage, done, total, now=monotonic())
            share += ", " + _("{time} left").format(time=duration(left)) if left else ""
        click.echo(f"{_ERASE}{_(stage)}{share}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo(_ERASE, nl=False, err=True)


class Pace:
    """How long a stage will yet take, by how it went in the last minute."""

    def __init__(self) -> None:
        self._stage = ""
        self._marks: deque[tuple[float, int]] = deque()

    def left_s(self, stage: str, done: int, total: int, *, now: float) -> float | None:
        """Seconds left; None where that is not known yet, or not worth telling.

        Args:
            stage: Another one begins anew.
            done: How many are done.
            total: Of how many.
            now: In seconds, since any moment.
        """
        if stage != self._stage:
            self._stage = stage
            self._marks.clear()
        while self._marks and self._marks[0][0] < now - _LOOKED_BACK_S:
            self._marks.popleft()
        self._marks.append((now, done))
        then, before = self._marks[0]
        if now - then < _LEAST_S or done == before:
            return None
        left = (total - done) * (now - then) / (done - before)
        return left if left >= _LEAST_S else None


_LOOKED_BACK_S = 60.0
_LEAST_S = 3.0


def duration(seconds: float) -> str:
    """About how long, in words: `about 9 minutes`."""
    if seconds < _LEAST_S:
        return _("a moment")
    if seconds < 90:
        count = round(seconds)
        return ngettext("about {count} second", "about {count} seconds", count).format(count=count)
    if seconds < 90 * 60:
        count = round(seconds / 60)
        return ngettext("about {count} minute", "about {count} minutes", count).format(count=count)
    count = round(seconds / 3600)
    return ngettext("about {count} hour", "about {count} hours", count).format(count=count)
