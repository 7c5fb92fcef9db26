"""The line that asks what to find in an article, and what it has found there."""

from __future__ import annotations

from bisect import bisect_left

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from qa.find import Folded, folded
from qa.i18n import _
from qa.tui.widgets.article_text import CURRENT, FOUND, ArticleText
from qa.tui.widgets.search_field import SearchField
from qa.types import Span


class FindBar(Horizontal):
    """Finds while the person types, and marks in a view of the text what it has found.

    Hidden until it is opened.
    """

    DEFAULT_CSS = """
    FindBar {
        display: none;
        height: 1;
        padding: 0 2;
        background: $panel;

        &.-open { display: block; }

        Static {
            width: auto;
            color: $text-accent;
        }

        Input {
            width: 1fr;
            margin: 0 1;
            background: $panel;
        }
    }
    """

    def __init__(self, view: ArticleText) -> None:
        super().__init__()
        self._text = ""
        self._view = view
        self._folded: Folded | None = None
        self._places: list[Span] = []
        self._at = 0
        self._begun_at = 0

    def compose(self) -> ComposeResult:
        """A slash, the words, the count."""
        yield Static("/", markup=False)
        yield SearchField(placeholder=_("Find in this article"), compact=True)
        yield Static(id="find-count", markup=False)

    def load(self, text: str) -> None:
        """Look in another text from now on; what was looked for is looked for there."""
        self._text, self._folded, self._begun_at = text, None, 0
        if self.is_open:
            self._look_for(self._input.value)

    @property
    def is_open(self) -> bool:
        """Whether something is being looked for."""
        return self.has_class("-open")

    @property
    def places_found(self) -> int:
        """How many there are."""
        return len(self._places)

    @property
    def typing(self) -> bool:
        """Whether what is typed goes here."""
        return isinstance(self.screen.focused, Input)

    def open(self) -> None:
        """Ask what to find, from what is in sight on; what was looked for last is still there."""
        self._begun_at = self._view.first_in_sight
        self.add_class("-open")
        self.screen.set_focus(self._input)
        self._input.action_select_all()
        self._look_for(self._input.value)

    def close(self) -> None:
        """Stop looking, and take the marks away."""
        self.remove_class("-open")
        self._places = []
        self._view.mark(FOUND, [])
        self._view.mark(CURRENT, [])
        self.screen.set_focus(self._view)

    def step(self, steps: int) -> None:
        """Go to a later place, or an earlier one, round the ends."""
        self._at = (self._at + steps) % len(self._places)
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find while the person types."""
        event.stop()
        if self.is_open:
            self._look_for(event.value)

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    def _look_for(self, words: str) -> None:
        if self._folded is None:
            self._folded = folded(self._text)
        self._places = self._folded.places(words)
        after = bisect_left(self._places, self._begun_at, key=lambda place: place.start)
        self._at = after % max(1, len(self._places))
        self._view.mark(FOUND, self._places)
        self._view.mark(CURRENT, [])
        if self._places:
            self._show()
        else:
            self._count(_("not found") if words.strip() else "")
        self.refresh_bindings()

    def _show(self) -> None:
        place = self._places[self._at]
        self._view.mark(CURRENT, [place])
        self._view.show(place)
        self._count(f"{self._at + 1}/{len(self._places)}")

    def _count(self, words: str) -> None:
        self.query_one("#find-count", Static).update(Content(words))
