"""A whole article to scroll through, with places marked in it.

It draws single rows from a wrap table (Textual's line API), so that an article of any length opens
at once. Offsets are those of the article's text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby
from threading import Thread
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style as VisualStyle

from qa.tui.rows import WrappedText, wrap
from qa.types import Span

MASKED, SENTENCE, PLACE, ANSWER, FOUND, CURRENT = LAYERS = (
    "article--masked",
    "article--sentence",
    "article--place",
    "article--answer",
    "article--found",
    "article--current",
)
"""What can be marked, each painted over those before it."""

BAR = "article--bar"
"""The bar before the rows of the sentence."""

_SELECTED = 1 << len(LAYERS)

_MEASURE = 88
"""Most columns of text in a row: longer ones are hard to follow to the next."""

_BAR, _GUTTER = "▌", 2
"""What stands there, and the columns that it and the gap after it take."""

_ROOM = 24
"""Columns from which on there is a gutter."""

_AT_ONCE = 300_000
"""Code points wrapped within 25 ms (2026-11); a longer text is wrapped beside what is typed."""


class ArticleText(ScrollView, can_focus=True):
    """The text of one article, `mark`ed in layers, scrolled to what `show` names."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*LAYERS, BAR}
    DEFAULT_CSS = """
    ArticleText {
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $foreground 20%;
        scrollbar-color-hover: $foreground 40%;
        scrollbar-color-active: $accent;
        & > .article--masked { text-style: dim; }
        & > .article--sentence { background: $foreground 8%; }
        & > .article--place { color: $text-accent; text-style: underline; }
        & > .article--answer {
            color: $text-accent;
            background: $accent-muted;
            text-style: bold underline;
        }
        & > .article--found {
            color: $text-warning;
            background: $warning-muted;
            text-style: underline;
        }
        & > .article--current {
            color: $text-warning;
            background: $background;
            text-style: bold reverse;
        }
        & > .article--bar { color: $accent; }

        &:ansi {
            scrollbar-background: ansi_default;
            scrollbar-background-hover: ansi_default;
            scrollbar-background-active: ansi_default;
            scrollbar-color: ansi_bright_black;
            & > .article--sentence,
            & > .article--answer,
            & > .article--found { background: ansi_default; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "rows(1)", "Row down", show=False),
        Binding("up,k", "rows(-1)", "Row up", show=False),
        Binding("pagedown,space,f", "pages(1)", "Page down", show=False),
        Binding("pageup,b", "pages(-1)", "Page up", show=False),
        Binding("ctrl+d", "pages(0.5)", "Half a page down", show=False),
        Binding("ctrl+u", "pages(-0.5)", "Half a page up", show=False),
        Binding("home,g", "top", "Beginning", show=False),
        Binding("end,G", "bottom", "End", show=False),
    ]

    class Wrapped(Message):
        """A long text is in rows."""

        def __init__(self, text: str, width: int, rows: WrappedText) -> None:
            super().__init__()
            self.of = text, width
            self.rows = rows

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = text
        self._rows = WrappedText("", [0])
        self._wrapped = Size(0, 0)
        self._fitted = Size(0, 0)
        self._layers: dict[str, tuple[list[int], list[int]]] = {}
        self._target: Span | None = None
        self._first = 0

    @property
    def selected(self) -> Span | None:
        """What the mouse has selected, if anything."""
        selection = self.text_selection
        if selection is None:
            return None
        start = 0 if selection.start is None else self._offset(*selection.start)
        end = len(self._text) if selection.end is None else self._offset(*selection.end)
        return Span(start, end) if start < end else None

    @property
    def first_in_sight(self) -> int:
        """The offset of the first character on the screen."""
        return self._first

    def load(self, text: str) -> None:
        """Show another text from its beginning, with nothing marked in it."""
        self._text = text
        self._layers.clear()
        self._target, self._first = None, 0
        self._wrap()

    def mark(self, layer: str, spans: Sequence[Span]) -> None:
        """Mark these places, and none but these, in one of `LAYERS`."""
        starts: list[int] = []
        ends: list[int] = []
        for span in sorted(spans):
            if ends and span.start <= ends[-1]:
                ends[-1] = max(ends[-1], span.end)
            else:
                starts.append(span.start)
                ends.append(span.end)
        self._layers[layer] = starts, ends
        self.refresh()

    def show(self, span: Span) -> None:
        """Scroll so that a place is in the middle, or its beginning at the top if it is long.

        It stays there through changes of size, until the person scrolls.
        """
        self._target = span
        if not self._rows.shown:
            return
        first, last = self._rows.at(span.start), self._rows.at(max(span.start, span.end - 1))
        above = max(0, self._wrapped.height - (last - first + 1)) // 2
        self._jump(first - above)
        self._target = span

    def on_mount(self) -> None:
        """Follow every layout, and not the resizes, whose events do not always come."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._fit, immediate=True)

    def _fit(self, _screen: object) -> None:
        """In a view of a new size cut the text into rows anew, and stay at what is being read."""
        if self.scrollable_size == self._fitted:
            return
        self._fitted = self.scrollable_size
        if self.scrollable_size.width == self._wrapped.width:
            self._settle()
        else:
            self._wrap()

    def on_article_text_wrapped(self, event: Wrapped) -> None:
        """Show a long text, unless another has come or the width has changed since."""
        event.stop()
        if event.of == (self._text, self._measure(self.scrollable_size.width)):
            self._rows = event.rows
            self._settle()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Once the person scrolls, the first row is what stays in place."""
        super().watch_scroll_y(old_value, new_value)
        if self.scrollable_size == self._wrapped and self._rows.shown:
            self._target, self._first = None, self._rows.span(self._row(round(new_value))).start

    def render_line(self, y: int) -> Strip:
        """Row `y` of the screen."""
        row, width = self.scroll_offset.y + y, self.scrollable_size.width
        plain = self._dress(0)
        if row >= len(self._rows):
            return Strip.blank(width, plain)
        margin = (width - self._measure(width)) // 2
        before = [Segment(" " * margin, plain)]
        if width >= _ROOM:
            bar = _BAR if self._marked(SENTENCE, self._rows.span(row)) else " "
            bar_style = (self.visual_style + self._component(BAR)).rich_style
            before = [Segment(" " * (margin - _GUTTER), plain), Segment(f"{bar} ", bar_style)]
        words = [Segment(text, self._dress(marks)) for text, marks in self._pieces(row)]
        # Offsets, for the mouse, count from the first word: those of the margin are negative.
        return Strip([*before, *words]).adjust_cell_length(width, plain).apply_offsets(-margin, row)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:  # noqa: ARG002
        """The selected words as they are shown, rows joined."""
        span = self.selected
        return None if span is None else (self._rows.shown[span.start : span.end], "\n")

    def action_rows(self, rows: int) -> None:
        """Scroll by some rows."""
        self._jump(self.scroll_offset.y + rows)

    def action_pages(self, pages: float) -> None:
        """Scroll by pages, one row of the last one kept in sight."""
        step = max(1, self._wrapped.height - 1)
        self._jump(self.scroll_offset.y + round(pages * step))

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self._jump(0)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self._jump(len(self._rows))

    def _wrap(self) -> None:
        """Cut the text into rows of the present width; a long one in a thread of its own."""
        if not self.scrollable_size.width:
            return
        text, width = self._text, self._measure(self.scrollable_size.width)
        # What is selected is known by rows and columns, which now hold other words.
        self.screen.clear_selection()
        if len(text) <= _AT_ONCE:
            self._rows = wrap(text, width)
            self._settle()
            return
        if self._rows.shown:
            self._rows = WrappedText("", [0])
            self.refresh()

        def aside() -> None:
            self.post_message(self.Wrapped(text, width, wrap(text, width)))

        Thread(target=aside, name="qa-wrap", daemon=True).start()

    def _settle(self) -> None:
        """Go to what is being read, in rows that are new or in a view of a new size."""
        target, first = self._target, self._first
        self._wrapped = self.scrollable_size
        self.virtual_size = Size(self.scrollable_size.width, len(self._rows))
        if target is not None:
            self.show(target)
        else:
            self._jump(self._rows.at(first))
            if self._rows.at(first) <= self.max_scroll_y:
                # Not the row's beginning: a narrower view and back must not drift upwards.
                self._first = first
        self.refresh()

    def _jump(self, row: int) -> None:
        self.scroll_to(y=max(0, row), animate=False, force=True)
        # A change of size may have moved it before, and then this moves nothing.
        self._first = self._rows.span(self._row(self.scroll_offset.y)).start

    def _row(self, row: int) -> int:
        return min(max(0, row), len(self._rows) - 1)

    def _measure(self, width: int) -> int:
        """Columns of text in a row."""
        gutter = 2 * _GUTTER if width >= _ROOM else 0
        return max(1, min(_MEASURE, width - gutter))

    def _offset(self, column: int, row: int) -> int:
        """The offset in the text of a character of a row."""
        if row >= len(self._rows):
            return len(self._text)
        start = self._rows.span(row).start
        return start + max(0, min(column, len(self._rows.words(row))))

    def _marked(self, layer: str, within: Span) -> list[range]:
        """Where a layer marks a part of the text."""
        starts, ends = self._layers.get(layer, ([], []))
        found = []
        for at in range(bisect_right(ends, within.start), len(starts)):
            if starts[at] >= within.end:
                break
            found.append(range(max(starts[at], within.start), min(ends[at], within.end)))
        return found

    def _pieces(self, row: int) -> list[tuple[str, int]]:
        """The words of a row in pieces, each with the layers that mark it, as bits."""
        words, start = self._rows.words(row), self._rows.span(row).start
        shown = Span(start, start + len(words))
        marks = [0] * len(words)
        for bit, layer in enumerate(LAYERS):
            for place in self._marked(layer, shown):
                for at in place:
                    marks[at - start] |= 1 << bit
        selection = self.text_selection
        selected = None if selection is None else selection.get_span(row)
        if selected is not None:
            first, last = selected
            for at in range(max(0, first), len(words) if last == -1 else min(last, len(words))):
                marks[at] |= _SELECTED
        return [
            ("".join(words[at] for at in piece), mark)
            for mark, piece in groupby(range(len(words)), key=marks.__getitem__)
        ]

    def _dress(self, marks: int) -> Style:
        style = self.visual_style
        for bit, layer in enumerate(LAYERS):
            if marks >> bit & 1:
                style += self._component(layer)
        if marks & _SELECTED:
            return style.rich_style + self.selection_style
        return style.rich_style

    def _component(self, name: str) -> VisualStyle:
        """What a component class adds to the style it is painted over.

        `Widget.get_visual_style(partial=True)` of Textual 8.2 loses backgrounds that are opaque.
        """
        styles = self.get_component_styles(name)
        text = styles.text_style
        return VisualStyle(
            background=styles.background if styles.has_rule("background") else None,
            foreground=styles.color if styles.has_rule("color") else None,
            bold=text.bold,
            dim=text.dim,
            underline=text.underline,
            reverse=text.reverse,
        )
