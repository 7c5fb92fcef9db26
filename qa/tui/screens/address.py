"""Asks whether to open an address, and shows all of it first."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from qa.i18n import N_, _
from qa.show import one_line


class AddressScreen(ModalScreen[bool]):
    """An address, to open or not."""

    CSS_PATH = "address.tcss"
    AUTO_FOCUS = "#address-open"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "close(False)", N_("Cancel")),
        Binding("y,o", "close(True)", N_("Open")),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def compose(self) -> ComposeResult:
        """The question, the address, two buttons."""
        with Vertical(id="address"):
            asks = _("Open this address in your browser?")
            yield Static(asks, id="address-question", markup=False)
            with VerticalScroll(id="address-whole", can_focus=False):
                yield Static(Content(one_line(self._address)), markup=False)
            with Horizontal(id="address-buttons"):
                yield Button(_("Open"), id="address-open", variant="primary", compact=True)
                yield Button(_("Cancel"), id="address-cancel", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        event.stop()
        self.dismiss(event.button.id == "address-open")

    def action_close(self, confirmed: bool) -> None:
        """The answer, by key."""
        self.dismiss(confirmed)
