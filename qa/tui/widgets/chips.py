"""The conditions in force, above the prompt; a click lifts one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from qa.chat.conversation import Condition
from qa.show import one_line
from qa.tui.messages import Dropped


class Chip(Static):
    """One condition."""

    def __init__(self, condition: Condition) -> None:
        words = Content.assemble(one_line(condition.words), (" ×", "dim"))
        super().__init__(words, classes="chip", markup=False)
        self._key = condition.key

    def on_click(self) -> None:
        """Lift the condition."""
        self.post_message(Dropped(self._key))


class Chips(Horizontal):
    """All of them; nothing where there is none."""

    def __init__(self) -> None:
        super().__init__(id="chips")
        self.display = False

    def show(self, conditions: Sequence[Condition]) -> None:
        """Show these."""
        self.remove_children()
        self.mount_all(Chip(condition) for condition in conditions)
        self.display = bool(conditions)
