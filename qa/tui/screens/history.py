"""Earlier questions, found by some of their letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from qa.chat.history import search
from qa.show import one_line
from qa.tui.widgets.search_field import SearchField


class HistoryScreen(ModalScreen[str | None]):
    """Gives back the question chosen, which is not asked yet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down,ctrl+r", "move(1)", "Older", show=False, priority=True),
        Binding("up,ctrl+s", "move(-1)", "Newer", show=False, priority=True),
    ]

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__()
        self._questions = questions
        self._found: list[str] = []

    def compose(self) -> ComposeResult:
        """What to look for, and what was found."""
        with Vertical(id="history"):
            yield SearchField(placeholder="Search earlier questions", id="wanted")
            yield OptionList(id="found", markup=False, compact=True)

    def on_mount(self) -> None:
        """Begin with the latest questions."""
        found = self.query_one(OptionList)
        found.can_focus = False
        self.query_one(Vertical).border_title = "Earlier questions"
        self._find("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find what matches."""
        self._find(event.value.strip())

    def on_input_submitted(self) -> None:
        """Take the question that is highlighted."""
        at = self.query_one(OptionList).highlighted
        self.dismiss(None if at is None else self._found[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click takes a question."""
        self.dismiss(self._found[event.option_index])

    def action_move(self, step: int) -> None:
        """Highlight the next question or the one before."""
        found = self.query_one(OptionList)
        if step > 0:
            found.action_cursor_down()
        else:
            found.action_cursor_up()

    def _find(self, wanted: str) -> None:
        matches = search(self._questions, wanted)
        self._found = list(matches)
        found = self.query_one(OptionList)
        found.set_options(Option(_marked(question, at)) for question, at in matches.items())
        if self._found:
            found.highlighted = 0


def _marked(question: str, letters: Sequence[int]) -> Content:
    shown = Content(one_line(question))
    for at in letters:
        shown = shown.stylize("bold $text-accent", at, at + 1)
    return shown
