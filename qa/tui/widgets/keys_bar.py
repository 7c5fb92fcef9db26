"""The line that names the keys."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import Footer


class KeysBar(Footer):
    """Textual's footer, composed anew only when its keys have changed.

    Every move of the focus and every answer says that the bindings may have changed; composing
    takes 25 ms (2026-11).
    """

    def __init__(self) -> None:
        super().__init__()
        self._named: list[tuple[Binding, bool]] = []

    async def recompose(self) -> None:
        """Name the keys of the screen, unless they stand there."""
        if not self.is_attached:
            return
        named = [
            (binding, enabled)
            for key, (_, binding, enabled, _) in self.screen.active_bindings.items()
            if binding.show or key == self.app.COMMAND_PALETTE_BINDING
        ]
        if named != self._named:
            self._named = named
            await super().recompose()
