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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Match:
    """A question that was searched for, and the code points of it that matched."""

    question: str
    at: tuple[int, ...]


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


def search(questions: Sequence[str], wanted: str, *, most: int = 50) -> list[Match]:
    """The questions that hold the letters wanted, in their order; each once, the latest first.

    Those that hold them side by side come before the others. Case does not matter, spaces in
    `wanted` neither. Time is linear in what is searched.
    """
    letters = "".join(wanted.lower().split())
    whole, spread = [], []
    for question in dict.fromkeys(reversed(questions)):
        # Lowering may change the length of a text (one letter in Turkish), so letters are lowered.
        lowered = [letter.lower() for letter in question]
        at = "".join(letter[:1] for letter in lowered).find(wanted.strip().lower())
        if at >= 0:
            whole.append(Match(question, tuple(range(at, at + len(wanted.strip())))))
        elif (places := _in_order(letters, lowered)) is not None:
            spread.append(Match(question, places))
    return [*whole, *spread][:most]


def _in_order(letters: str, among: Sequence[str]) -> tuple[int, ...] | None:
    """The first places where letters stand one after the other; None if they do not."""
    places: list[int] = []
    for at, letter in enumerate(among):
        if len(places) == len(letters):
            break
        if letter == letters[len(places)]:
            places.append(at)
    return tuple(places) if len(places) == len(letters) else None


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
    return f"Questions are not kept: cannot write {path}: {error.strerror}."
