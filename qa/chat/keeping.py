"""The conversation that goes on, among those that are kept: which file it is, what was listed.

A number that a person types is that of the list shown last, so that it stays what they saw.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from qa.chat.conversations import Bookmark, Conversations, Stored, Summary, summary
from qa.chat.summaries import Summaries
from qa.chat.transcript import Mark, Turn
from qa.errors import UsageError
from qa.i18n import _

_SHORT = re.compile("[0-9]{1,9}")
"""A number of a list; of thousands of digits Python makes none."""


class Keeping:
    """Keeps one conversation at a time; every error is a `UsageError` that says what to do."""

    def __init__(self, folder: Path | None = None) -> None:
        self.kept = Conversations(folder)
        self._summaries = Summaries(self.kept)
        self._file: Path | None = None
        self._listed: Sequence[Summary] = ()
        self._marked: Sequence[Bookmark] = ()

    @property
    def offer(self) -> str | None:
        """A word on the last conversation; None if there is none."""
        last = next(filter(None, map(summary, self.kept.files())), None)
        if last is None:
            return None
        return _(
            "The last conversation: “{name}” ({size}, {when}). /resume goes on with it."
        ).format(name=last.name, size=last.size, when=last.when)

    def begin(self) -> None:
        """What comes next is a new conversation."""
        self._file = None

    def add(self, turn: Turn) -> None:
        """Keep a turn; where that fails, `kept.problem` says why."""
        self._file = self.kept.add(self._file, turn) or self._file

    def list(self) -> tuple[Summary, ...]:
        """Every conversation, the latest first; their numbers count from 1."""
        self._listed = self._summaries.all()
        return tuple(self._listed)

    def resume(self, number: str) -> Stored:
        """Go on with a conversation of the list; with no number with the last other one."""
        stored = self.kept.read(self._numbered(number).file) if number else self._last()
        self._file = stored.file
        return stored

    def rename(self, name: str) -> None:
        """Name this conversation."""
        if self._file is None:
            raise UsageError(_("There is no conversation to name yet: ask a question first."))
        if not name:
            raise UsageError(_("Name it: /rename NAME"))
        self.kept.rename(self._file, name)
        self._check()

    def to_delete(self, number: str) -> Summary:
        """A conversation of the list; with no number this one."""
        if number:
            return self._numbered(number)
        this = summary(self._file) if self._file else None
        if this is None:
            raise UsageError(
                _("Nothing is kept of this conversation, so there is nothing to delete.")
            )
        return this

    def delete(self, one: Summary) -> bool:
        """Delete a conversation for good; whether it was this one."""
        self.kept.delete(one.file)
        self._summaries.forget(one.file)
        was_this = one.file == self._file
        if was_this:
            self.begin()
        return was_this

    def mark(self, turn: Turn, argument: str) -> Mark:
        """Put a bookmark on a turn, `[N] [NOTE]`; one that was on the same place gives way."""
        first, *rest = argument.split(maxsplit=1) or [""]
        mark = Mark(None, argument)
        if number := re.fullmatch(r"\[?([0-9]{1,3})\]?", first):
            mark = Mark(int(number[1]), rest[0] if rest else "")
            if all(place.n != mark.n for place in turn.places):
                raise UsageError(_("The last answer has no source {n}.").format(n=mark.n))
        mark.put(turn.marks)
        if self._file is not None:
            self.kept.mark(self._file, turn, mark)
            self._check()
        return mark

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Every bookmark, those of the latest conversation first; their numbers count from 1."""
        self._marked = [each for one in self._summaries.all() for each in one.bookmarks]
        if not self._marked:
            raise UsageError(_("Nothing is marked yet: /bookmark marks the last answer."))
        return tuple(self._marked)

    def bookmarked(self, number: str) -> tuple[Turn, int]:
        """The turn of a bookmark of the list, and the place to open."""
        marked = self._marked or self.bookmarks()
        if not _SHORT.fullmatch(number) or not 1 <= int(number) <= len(marked):
            raise UsageError(
                _("No bookmark {number}; /bookmarks lists them.").format(number=number)
            )
        chosen = marked[int(number) - 1]
        turns = self.kept.read(chosen.file).turns
        turn = next((turn for turn in turns if turn.asked == chosen.asked), None)
        if turn is None:
            raise UsageError(_("That answer can no longer be read; the list has what is left."))
        best = turn.places[0].n if turn.places else 1
        return turn, best if chosen.mark.n is None else chosen.mark.n

    def _last(self) -> Stored:
        """The last conversation but this one."""
        for file in self.kept.files():
            if file != self._file:
                with suppress(UsageError):
                    return self.kept.read(file)
        raise UsageError(_("There is no earlier conversation."))

    def _numbered(self, number: str) -> Summary:
        listed = self._listed or self.list()
        if not _SHORT.fullmatch(number) or not 1 <= int(number) <= len(listed):
            raise UsageError(
                _("No conversation {number}; /conversations lists them.").format(number=number)
            )
        return listed[int(number) - 1]

    def _check(self) -> None:
        if self.kept.problem:
            raise UsageError(self.kept.problem)
