"""The sources as a screen of their own, where they do not fit beside the transcript."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from qa.chat.transcript import Turn
from qa.i18n import N_
from qa.tui.messages import Chosen
from qa.tui.widgets.sources import Sources


class SourcesScreen(ModalScreen[Chosen | None]):
    """Gives back the place chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f3", "dismiss", N_("Close"))]

    def __init__(self, number: int, turn: Turn) -> None:
        super().__init__()
        self._shown = number, turn

    def compose(self) -> ComposeResult:
        """The list."""
        yield Sources(id="all-sources")

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(Sources).show(*self._shown)

    def on_chosen(self, event: Chosen) -> None:
        """Hand the choice back."""
        event.stop()
        self.dismiss(event)
