"""From a key to what it does on a real terminal: `python -m tests.bench keys`.

Not handled: what the terminal itself takes to draw, and Windows.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from qa.show import table

_QUESTION = "Siapa juru bicara Kremlin?"
_SIZE = ("120", "34")
_QUIET_S, _PATIENCE_S = 0.25, 30.0
_DRESS = re.compile(r"\x1b(?:\[[0-9;?<>=]*[A-Za-z]|[()][A-Z0-9]|[=>78])")

_RIGHT, _BACK_TAB, _F1, _ESC, _CTRL_G, _CTRL_U = (
    b"\x1b[C", b"\x1b[Z", b"\x1bOP", b"\x1b", b"\x07", b"\x15",
)  # fmt: skip


class Chat:
    """`qa chat` on a terminal of its own."""

    def __init__(self, index: Path, home: Path) -> None:
        folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("STATE", "CONFIG", "DATA")}
        columns, lines = _SIZE
        dressed = {"TERM": "xterm-256color", "COLUMNS": columns, "LINES": lines, "LANGUAGE": "en"}
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            command = [sys.executable, "-m", "qa", "chat", "--index", str(index)]
            os.execve(command[0], command, {**os.environ, **folders, **dressed})  # noqa: S606

    def press(self, key: bytes, words: str) -> float:
        """Milliseconds from a key to the words, or the pattern, that it brings to the screen.

        Raises:
            RuntimeError: If they never come.
        """
        wanted, shown = re.compile(words), b""
        started = time.perf_counter()
        os.write(self._terminal, key)
        while not wanted.search(_DRESS.sub("", shown.decode("utf-8", "replace"))):
            if not select.select([self._terminal], [], [], _PATIENCE_S)[0]:
                raise RuntimeError(f"{key!r} never showed {words!r} but {shown[-2000:]!r}")
            shown += os.read(self._terminal, 1 << 16)
        took = (time.perf_counter() - started) * 1000
        self._rest()
        return took

    def close(self) -> None:
        """Leave nothing running."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)

    def _rest(self) -> None:
        """Wait until nothing more is written."""
        while select.select([self._terminal], [], [], _QUIET_S)[0]:
            os.read(self._terminal, 1 << 16)


def measure(index: Path, times: int) -> dict[str, list[float]]:
    """Milliseconds of each key, so many times."""
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home:
        chat = Chat(index, Path(home))

        def timed(name: str, key: bytes, words: str) -> None:
            took.setdefault(name, []).append(chat.press(key, words))

        try:
            chat.press(b"", "articles · ready")
            chat.press(f"{_QUESTION}\r".encode(), r"match 1/\d")
            for _ in range(times):
                timed("a letter in the prompt", b"z", "z")
                timed("help (F1)", _F1, "Esc closes")
                chat.press(_ESC, "Kremlin")
                timed("letters over the citations (Ctrl+G)", _CTRL_G, r"\[a\]")
                chat.press(_ESC, r"\[1\]")
            chat.press(_CTRL_U, "Ask")
            chat.press(_BACK_TAB, "Kremlin|match|\u2503")
            for _ in range(times):
                timed("next citation (right)", _RIGHT, r"match \d")
                timed("next quote (n)", b"n", r"match \d")
                timed("the quote before (p)", b"p", r"match \d")
            chat.press(_ESC, "\u2503")
            chat.press(b"/browse\r", "Esc closes")
            for _ in range(times // 5 + 1):
                for letter in b"putin":
                    timed("a letter in /browse", bytes([letter]), "articles?")
                chat.press(_CTRL_U, "articles?")
        finally:
            chat.close()
    return took


def shown(took: Mapping[str, Sequence[float]]) -> str:
    """The median and the 95th percentile of each, as a table."""
    rows = [("key", "times", "median ms", "p95 ms")]
    rows += [
        (name, str(len(ms)), f"{statistics.median(ms):.0f}", f"{np.percentile(ms, 95):.0f}")
        for name, ms in took.items()
    ]
    return table(rows)
