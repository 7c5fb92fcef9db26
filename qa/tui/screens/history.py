"""Earlier questions, found by some of their letters."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from qa.chat.history import search
from qa.i18n import _
from qa.show import one_line
from qa.tui.screens.search import SearchScreen


class HistoryScreen(SearchScreen[str]):
    """Gives back the question chosen, which is not asked yet."""

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__(_("Earlier questions"), _("Search earlier questions"))
        self._questions = questions

    def matches(self, wanted: str) -> list[tuple[Content, str]]:
        """The questions that hold the letters; of none the latest."""
        found = search(self._questions, wanted)
        return [(_marked(question, at), question) for question, at in found.items()]


def _marked(question: str, letters: Sequence[int]) -> Content:
    shown = Content(one_line(question))
    for at in letters:
        shown = shown.stylize("bold $text-accent", at, at + 1)
    return shown
