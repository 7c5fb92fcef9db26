"""What lists show of every conversation, without reading those again that have not changed.

Of many conversations it is kept in one file beside them, `.summaries.json`: to read 10,000 of three
turns takes 1.5 s, to take them from there 0.2 (2026-11). What was deleted is never left in it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from qa.chat.conversations import Bookmark, Conversations, Summary, summary
from qa.chat.transcript import Mark
from qa.files import replace

_SCHEMA = "qa.summaries/1"
_MANY = 256
"""Conversations that are read in no time, about 40 ms."""


class Summaries:
    """The summaries of a folder of conversations."""

    def __init__(self, kept: Conversations) -> None:
        self._kept = kept
        self._file = kept.folder / ".summaries.json" if kept.folder else None
        self._known: dict[str, tuple[int, int, Summary | None]] = {}
        self._saved: set[str] = set()

    def all(self) -> list[Summary]:
        """Every conversation, the one with the latest question first."""
        if not self._known:
            self._load()
        before, self._known, read = self._known, {}, 0
        for file in self._kept.files():
            with suppress(OSError):
                found = file.stat()
                known = before.get(file.name)
                if known is None or known[:2] != (found.st_mtime_ns, found.st_size):
                    known = (found.st_mtime_ns, found.st_size, summary(file))
                    read += 1
                self._known[file.name] = known
        if read >= _MANY or not self._saved <= self._known.keys():
            self._save()
        shown = [one for _written, _size, one in self._known.values() if one]
        return sorted(shown, key=lambda one: (one.last, one.file.name), reverse=True)

    def forget(self, file: Path) -> None:
        """Leave nothing of a conversation that was deleted."""
        if not self._known:
            self._load()
        self._known.pop(file.name, None)
        if file.name in self._saved:
            self._save()

    def _load(self) -> None:
        if self._file is None:
            return
        try:
            rows = json.loads(self._file.read_bytes())
            if rows.pop("schema") != _SCHEMA:
                return
            self._saved = set(rows)
            self._known = {name: _summary(self._file.with_name(name), rows[name]) for name in rows}
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            # Whatever it is, the conversations themselves are there.
            self._known = {}

    def _save(self) -> None:
        if self._file is None:
            return
        rows = {name: _row(*known) for name, known in self._known.items()}
        with suppress(OSError):
            # Where it cannot be written, what is in it must not outlive what was deleted.
            self._file.unlink(missing_ok=True)
            self._saved = set()
            if len(rows) >= _MANY:
                replace(self._file, json.dumps({"schema": _SCHEMA, **rows}), mode=0o600)
                self._saved = set(rows)


def _row(written: int, size: int, one: Summary | None) -> list[Any]:
    if one is None:
        return [written, size]
    marked = [
        (each.asked, each.mark.n, each.mark.note, each.question, each.words)
        for each in one.bookmarks
    ]
    return [written, size, one.name, one.last, one.said, marked]


def _summary(file: Path, row: list[Any]) -> tuple[int, int, Summary | None]:
    """What `_row` made; ValueError or TypeError if it is anything else."""
    written, size, *rest = row
    if not rest:
        return written, size, None
    name, last, said, marked = rest
    bookmarks = tuple(
        Bookmark(file, asked, Mark(n if type(n) is int else None, note), question, words)
        for asked, n, note, question, words in marked
    )
    pairs = tuple((question, words) for question, words in said)
    texts = [name, last, *(text for pair in pairs for text in pair)]
    texts += [text for one in bookmarks for text in (one.asked, one.mark.note, one.question)]
    texts += [one.words for one in bookmarks]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("no summary of a conversation")
    return written, size, Summary(file, name, last, pairs, bookmarks)
