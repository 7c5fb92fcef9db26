"""One line to type in, where what is pasted cannot steer the terminal."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from qa.show import one_line


class SearchField(Input):
    """An input that makes pasted text safe; Textual's own shows its escape sequences raw."""

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text on one line."""
        event.prevent_default().stop()
        pasted = one_line(event.text).strip()
        if self.selection.is_empty:
            self.insert_text_at_cursor(pasted)
        else:
            self.replace(pasted, *self.selection)
