"""Conversations kept in a folder, one file each: listed, searched, read, named, deleted.

A file is JSON lines that are only appended: turns (`qa/chat/turn_json.py`), `{"schema":
"qa.conversation/1", "name": ...}` gives it a name, `{"schema": "qa.bookmark/1", "asked": ...}`
marks a turn. Each is added by one write and forced to disk, so that a process killed at any moment,
or a power failure, loses at most the line that it was writing. A line that is none of these is
passed over, and counted. Nothing is added to a conversation that has been deleted meanwhile.

Not handled: two chats that go on with one conversation see each other's turns only when they take
it up again.
"""

from __future__ import annotations

import gc
import json
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.chat.transcript import Mark, Turn
from qa.chat.turn_json import packed, unpacked
from qa.errors import UsageError
from qa.files import append_line
from qa.i18n import _, ngettext
from qa.language.text import fold, one_line
from qa.show import dumps

_NAME, _BOOKMARK = "qa.conversation/1", "qa.bookmark/1"
_LONGEST_NAME = 60
"""Characters of the first question that name a conversation until the person does."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark as a list shows it: what was asked, the words that are marked, the note."""

    file: Path
    asked: str
    mark: Mark
    question: str
    words: str

    def holds(self, wanted: str) -> bool:
        """Whether its note, words or question hold every word."""
        return _holds(f"{self.mark.note} {self.words} {self.question}", fold(wanted).split())


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as a list shows it. `said` are the questions, each with what answered it."""

    file: Path
    name: str
    last: str
    said: tuple[tuple[str, str], ...] = field(repr=False)
    bookmarks: tuple[Bookmark, ...] = field(default=(), repr=False)

    @property
    def when(self) -> str:
        """When the last question was asked, by the clock of this place."""
        return local_time(self.last)

    @property
    def size(self) -> str:
        """How long it is, in words."""
        many = len(self.said)
        return ngettext("{count} question", "{count} questions", many).format(count=many)


@dataclass(frozen=True, slots=True)
class Match:
    """A conversation that was looked for; `said` is the turn that met the words, if one did."""

    number: int
    summary: Summary
    said: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation in full, and how many of its lines could not be read."""

    file: Path
    name: str
    turns: list[Turn]
    passed_over: int


class Conversations:
    """The conversations of a folder; with no folder none is kept.

    `problem` says why what was last to be written was not, where it was not.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.problem: str | None = None

    def add(self, file: Path | None, turn: Turn) -> Path | None:
        """Add a turn to a conversation, to a new one if there is no file yet.

        Returns:
            The file; None where it cannot be written.
        """
        if self.folder is None:
            return None
        begun = datetime.now().astimezone()
        new = self.folder / f"{begun:%Y-%m-%d-%H%M%S}-{secrets.token_hex(2)}.jsonl"
        return file or new if self._append(file or new, packed(turn), anew=file is None) else None

    def rename(self, file: Path, name: str) -> None:
        """Give a conversation a name."""
        self._append(file, {"schema": _NAME, "name": name})

    def mark(self, file: Path, turn: Turn, mark: Mark) -> None:
        """Keep a bookmark on a turn."""
        self._append(
            file, {"schema": _BOOKMARK, "asked": turn.asked, "n": mark.n, "note": mark.note}
        )

    def delete(self, file: Path) -> None:
        """Remove a conversation for good.

        Raises:
            UsageError: If it cannot be removed.
        """
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror
            raise UsageError(
                _("Cannot delete {file}: {reason}.").format(file=file, reason=reason)
            ) from error

    def files(self) -> list[Path]:
        """The files, the one that was last written to first."""
        try:
            files = list(self.folder.glob("*.jsonl")) if self.folder else []
        except OSError:
            return []
        times = {file: when for file in files if (when := _written(file)) is not None}
        return sorted(times, key=times.__getitem__, reverse=True)

    def read(self, file: Path) -> Stored:
        """A conversation in full.

        Raises:
            UsageError: If there is no such file, or no turn in it.
        """
        turns: dict[str, Turn] = {}
        name, bad = "", 0
        # All that is made here stays; to look it over for garbage meanwhile doubles the time.
        was_on = gc.isenabled()
        gc.disable()
        try:
            for row in _rows(file):
                match row:
                    case {"again": _again, "asked": str()}:
                        try:
                            turn = unpacked(row)
                        except ValueError:
                            bad += 1
                        else:
                            turns[turn.asked] = turn
                    case {"schema": schema, "name": str(given)} if schema == _NAME:
                        name = given
                    case {"schema": schema, "asked": str(asked)} if schema == _BOOKMARK:
                        if asked in turns:
                            _mark(row).put(turns[asked].marks)
                    case _other:
                        bad += 1
        except OSError as error:
            raise UsageError(
                _("Cannot read {file}: {reason}.").format(file=file, reason=error.strerror)
            ) from error
        finally:
            if was_on:
                gc.enable()
        if not turns:
            raise UsageError(_("{file} holds no turn that can be read.").format(file=file))
        in_order = list(turns.values())
        return Stored(file, name or _named_after(in_order[0].answer.question), in_order, bad)

    def _append(self, file: Path, row: dict[str, Any], *, anew: bool = False) -> bool:
        try:
            if anew:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            append_line(file, dumps(row).encode() + b"\n", anew=anew)
        except FileNotFoundError:
            self.problem = _(
                "This conversation was deleted elsewhere, so it is not kept any more. /new begins "
                "one that is."
            )
            return False
        except OSError as error:
            self.problem = _(
                "This conversation is not kept: cannot write {file}: {reason}."
            ).format(file=file, reason=error.strerror)
            return False
        self.problem = None
        return True


def matching(conversations: Sequence[Summary], wanted: str) -> list[Match]:
    """The conversations of which the name, or one question with its answer, holds every word.

    Case and accents do not matter. In their order; `number` is that in the list, from 1.
    """
    words = fold(wanted).split()
    found = []
    for number, one in enumerate(conversations, start=1):
        said = next((said for said in one.said[::-1] if _holds(" ".join(said), words)), None)
        if not words or _holds(one.name, words):
            found.append(Match(number, one))
        elif said is not None:
            found.append(Match(number, one, said))
    return found


def local_time(asked: str) -> str:
    """A moment as the clock of this place had it, to the minute; safe, whatever a file holds."""
    try:
        return f"{datetime.fromisoformat(asked).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return one_line(asked)


def now() -> str:
    """This moment, as turns have it: in UTC, so that they sort."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _written(file: Path) -> int | None:
    """When a file was last written to, in ns; None where it is no file, or has just gone."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns if stat.S_ISREG(found.st_mode) else None


def _holds(text: str, words: Sequence[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _rows(file: Path) -> Iterator[Any]:
    """The lines of a file as JSON, None for one that is none; blank lines do not count."""
    with file.open("rb") as lines:
        for line in lines:
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield None


def summary(file: Path) -> Summary | None:
    """What a list shows of a conversation; None where nothing in it can be shown."""
    turns: dict[str, dict[str, Any]] = {}
    marked: dict[str, list[Mark]] = {}
    name = ""
    try:
        for row in _rows(file):
            match row:
                case {"again": _again, "asked": str(asked), "question": str()}:
                    turns[asked] = row
                case {"schema": schema, "name": str(given)} if schema == _NAME:
                    name = given
                case {"schema": schema, "asked": str(asked)} if schema == _BOOKMARK:
                    _mark(row).put(marked.setdefault(asked, []))
    except OSError:
        return None
    if not turns:
        return None
    bookmarks = [
        Bookmark(file, asked, mark, turns[asked]["question"], _words(turns[asked], mark.n))
        for asked, marks in marked.items()
        if asked in turns
        for mark in marks
    ]
    return Summary(
        file=file,
        name=name or _named_after(next(iter(turns.values()))["question"]),
        last=max(turns),
        said=tuple((row["question"], _words(row)) for row in turns.values()),
        bookmarks=tuple(bookmarks),
    )


def _words(row: dict[str, Any], n: int | None = None) -> str:
    """What answered a question, or is quoted in its place `n`; nothing where nothing did."""
    match row:
        case {"citations": [*cited], "nearest": [*near]} if n is not None:
            texts = [each for each in (*cited, *near) if isinstance(each, dict)]
            found = [each.get("quote") for each in texts if each.get("n") == n]
        case {"answer": {"text": text}, "items": [*items]}:
            found = [text, *(each.get("text") for each in items if isinstance(each, dict))]
        case _none:
            found = []
    return "; ".join(dict.fromkeys(each for each in found if isinstance(each, str)))


def _mark(row: dict[str, Any]) -> Mark:
    n, note = row.get("n"), row.get("note")
    return Mark(n if type(n) is int else None, note if isinstance(note, str) else "")


def _named_after(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= _LONGEST_NAME else words[:_LONGEST_NAME] + "…"
