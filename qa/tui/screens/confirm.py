"""Asks before something that cannot be undone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from qa.i18n import N_, _
from qa.show import one_line


class ConfirmScreen(ModalScreen[bool]):
    """A question to say yes or no to; no is what Enter says, and Esc neither."""

    DEFAULT_CSS = """
    ConfirmScreen {
        align: center middle;

        #confirm {
            width: 90%;
            max-width: 70;
            min-width: 10;
            height: auto;
            border: round $border;
            background: $surface;
            padding: 0 1;
        }

        Horizontal { height: auto; margin-top: 1; }
        Button { margin-right: 2; }
    }
    """
    AUTO_FOCUS = "#confirm-no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", N_("Cancel")),
        Binding("n", "close(False)", N_("No")),
        Binding("y", "close(True)", N_("Yes")),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """The question, two buttons."""
        with Vertical(id="confirm"):
            yield Static(Content(one_line(self._words)), markup=False)
            with Horizontal():
                yield Button(_("No (n)"), id="confirm-no", compact=True)
                yield Button(_("Yes (y)"), id="confirm-yes", variant="error", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        event.stop()
        self.dismiss(event.button.id == "confirm-yes")

    def action_close(self, confirmed: bool) -> None:
        """The answer, by key."""
        self.dismiss(confirmed)
