"""Waits for the letter of a citation; the screen below, with the letters, stays in sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen


class LettersScreen(ModalScreen[tuple[int, int] | None]):
    """Gives back the turn and the number of the place that a letter stands for.

    Any other key, or a click, gives back None.
    """

    DEFAULT_CSS = "LettersScreen { background: transparent; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, letters: Mapping[str, tuple[int, int]]) -> None:
        super().__init__()
        self._letters = letters

    def on_key(self, event: events.Key) -> None:
        """Take the letter."""
        event.stop()
        self.dismiss(self._letters.get(event.character or ""))

    def on_click(self) -> None:
        """Take none."""
        self.dismiss(None)
