"""The questions asked in earlier chats: kept in a file that is only appended to, and recalled.

A line is a JSON object with `question`; a line that is no such thing is passed over. The file is
for its owner's eyes only (mode 0600). Where it cannot be read or written, history lasts as long as
the process.

Not handled: two chats see each other's questions only after a restart; the file is never cut, but
no more than its last MiB is read.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from qa.i18n import _

_READ_BYTES = 1 << 20
_KEPT = 1000
"""Most questions that can be recalled."""


class History:
    """Questions, oldest first. `problem` says why the file is not in use, where it is not."""

    def __init__(self, path: Path | None = None) -> None:
        self.questions: list[str] = []
        self.problem: str | None = None
        self._path = path
        if path is not None:
            self._load(path)

    def add(self, question: str) -> None:
        """Keep a question, unless it is the one before."""
        if self.questions[-1:] == [question]:
            return
        self.questions.append(question)
        if self._path is None or self.problem:
            return
        line = f"{json.dumps({'question': question})}\n".encode("ascii")
        try:
            _append(self._path, line)
        except OSError as error:
            self.problem = _unwritten(self._path, error)

    def remind(self, question: str) -> None:
        """Have a question recalled first, without keeping it once more."""
        if self.questions[-1:] != [question]:
            self.questions.append(question)

    def _load(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Opening to append makes the file, and finds out that it can be written.
            _append(path, b"")
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _READ_BYTES))
                lines = file.read(_READ_BYTES).split(b"\n")
            if lines[-1]:
                # Whoever wrote it was cut short; the next line shall not hang on to it.
                _append(path, b"\n")
        except OSError as error:
            self.problem = _unwritten(path, error)
            return
        for line in lines:
            question = _question(line)
            if question and self.questions[-1:] != [question]:
                self.questions.append(question)
        del self.questions[:-_KEPT]


class Recall:
    """A walk through the history that comes back to what was being typed."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._at: int | None = None
        self._draft = ""

    def older(self, typed: str) -> str | None:
        """The question before the one shown, None if that is the oldest; keeps what was typed."""
        at = len(self._history.questions) if self._at is None else self._at
        if at == 0:
            return None
        if self._at is None:
            self._draft = typed
        self._at = at - 1
        return self._history.questions[self._at]

    def newer(self) -> str | None:
        """The question after the one shown, at the end what was typed; None if that is shown."""
        if self._at is None:
            return None
        if self._at + 1 < len(self._history.questions):
            self._at += 1
            return self._history.questions[self._at]
        self._at = None
        return self._draft

    def leave(self) -> None:
        """Begin anew from the latest question."""
        self._at = None


def search(questions: Sequence[str], wanted: str, *, most: int = 50) -> dict[str, list[int]]:
    """The questions that hold the letters wanted, and where each holds them.

    Those that hold them side by side come first, then those that hold every word of them in any
    order, then those that hold the letters in their order; of each kind the latest first. Case does
    not matter, spaces between scattered letters neither. Time is linear in what is searched:
    `textual.fuzzy` weighs all ways to scatter the letters, 3 s for `aaaaaaa` in one question.
    """
    typed = wanted.strip()
    words = [re.escape(word) for word in typed.split()]
    found: dict[str, list[int]] = {}
    for pattern in (
        f".*?({re.escape(typed)})",
        "".join(f"(?=.*?({word}))" for word in words),
        # The first one of each letter: what has been found is not looked for elsewhere.
        "".join(f"[^{letter}]*+({letter})" for letter in map(re.escape, "".join(typed.split()))),
    ):
        letters = re.compile(pattern, re.IGNORECASE | re.DOTALL)
        for question in reversed(questions):
            if question not in found and (match := letters.match(question)):
                places = (range(*match.span(n)) for n in range(1, len(match.regs)))
                found[question] = [at for place in places for at in place]
    return dict(islice(found.items(), most))


def _append(path: Path, line: bytes) -> None:
    """Append in one write, so that two processes never mix their lines."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _question(line: bytes) -> str | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    question = row.get("question") if isinstance(row, dict) else None
    return question if isinstance(question, str) else None


def _unwritten(path: Path, error: OSError) -> str:
    return _("Questions are not kept: cannot write {path}: {reason}.").format(
        path=path, reason=error.strerror
    )
