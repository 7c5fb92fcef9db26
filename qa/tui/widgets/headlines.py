"""A list of articles, one a row, of which only the rows in view are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qa.chat.browsing import said
from qa.types import Headline

_CURSOR = "headlines--cursor"


class Headlines(ScrollView):
    """Articles, with the cursor on one of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR}
    DEFAULT_CSS = """
    Headlines { height: 1fr; min-width: 10; }
    Headlines > .headlines--cursor {
        background: $primary-muted;
        color: $foreground;
        text-style: bold;
    }
    Headlines:ansi > .headlines--cursor { background: ansi_yellow; color: ansi_black; }
    """

    class Chosen(Message):
        """A click on an article."""

    def __init__(self) -> None:
        super().__init__()
        self.can_focus = False
        self._shown: Sequence[Headline] = ()
        self._at = 0

    @property
    def highlighted(self) -> Headline | None:
        """The article at the cursor; None where there is none."""
        return self._shown[self._at] if self._shown else None

    def show(self, headlines: Sequence[Headline]) -> None:
        """Show other articles, with the cursor on the first."""
        self._shown, self._at = headlines, 0
        self.virtual_size = Size(self.scrollable_size.width, len(headlines))
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def move(self, rows: int) -> None:
        """Move the cursor, and keep it in view."""
        self._at = max(0, min(self._at + rows, len(self._shown) - 1))
        self.scroll_to_region(Region(0, self._at, 1, 1), animate=False, force=True)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row and choose it."""
        row = self.scroll_offset.y + event.y
        if row < len(self._shown):
            self._at = row
            self.refresh()
            self.post_message(self.Chosen())

    def render_line(self, y: int) -> Strip:
        """Row `y` of the screen."""
        row, width = self.scroll_offset.y + y, self.scrollable_size.width
        style = self.rich_style
        if row >= len(self._shown):
            return Strip.blank(width, style)
        if row == self._at:
            style = self.get_component_rich_style(_CURSOR)
        # A marker too, for a screen without colours.
        words = f"{'›' if row == self._at else ' '} {said(self._shown[row])}"
        return Strip([Segment(words, style)]).adjust_cell_length(width, style)
