"""Earlier conversations, and what is marked in them, found by words of their turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from qa.chat.conversation import Kept
from qa.chat.conversations import Bookmark, Match, matching
from qa.i18n import _
from qa.show import one_line
from qa.tui.screens.search import SearchScreen


@dataclass(frozen=True, slots=True)
class Choice:
    """What to do, as it would be typed, and what to put into the prompt after it."""

    do: str
    put: str = ""


class ConversationsScreen(SearchScreen[Choice]):
    """Gives back a command that resumes a conversation, or does something else with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "rename", "Rename", show=False),
        Binding("f8", "delete", "Delete", show=False),
    ]

    def __init__(self, kept: Kept) -> None:
        super().__init__(
            _("Conversations"),
            _("Search questions and answers"),
            keys=_("Enter resumes · F2 renames · F8 deletes"),
            wanted=kept.wanted,
        )
        self._kept = kept.conversations

    def matches(self, wanted: str) -> Iterator[tuple[Content, Choice]]:
        """The conversations that hold the words, the latest first."""
        for match in matching(self._kept, wanted):
            yield _conversation(match), Choice(f"/resume {match.number}")

    def action_rename(self) -> None:
        """Resume it, and have the person type its name."""
        if (chosen := self.highlighted) is not None:
            number = int(chosen.do.rpartition(" ")[2])
            self.dismiss(Choice(chosen.do, f"/rename {self._kept[number - 1].name}"))

    def action_delete(self) -> None:
        """Delete it, which asks first."""
        if (chosen := self.highlighted) is not None:
            self.dismiss(Choice(chosen.do.replace("/resume", "/delete")))


class BookmarksScreen(SearchScreen[Choice]):
    """Gives back a command that opens a bookmark."""

    def __init__(self, bookmarks: Sequence[Bookmark]) -> None:
        super().__init__(_("Bookmarks"), _("Search bookmarks"), keys=_("Enter opens"))
        self._bookmarks = bookmarks

    def matches(self, wanted: str) -> Iterator[tuple[Content, Choice]]:
        """The bookmarks of which note, quote or question holds the words."""
        for number, one in enumerate(self._bookmarks, start=1):
            if one.holds(wanted):
                yield _bookmark(one), Choice(f"/bookmarks {number}")


def _conversation(match: Match) -> Content:
    one = match.summary
    shown = Content.assemble((one_line(one.name), "bold"), (f"  {one.size} · {one.when}", "dim"))
    if match.said is None:
        return shown
    question, answer = (one_line(words) for words in match.said)
    return Content.assemble(shown, f"\n  {question} ", (answer, "$text-accent"))


def _bookmark(one: Bookmark) -> Content:
    marker = "" if one.mark.n is None else f"[{one.mark.n}] "
    words = one_line(one.words) or _("no answer")
    shown = Content.assemble((f"{marker}{words}", "bold"), (f"  {one_line(one.question)}", "dim"))
    note = one_line(one.mark.note)
    return Content.assemble(shown, f"\n  {note}") if note else shown
