"""Something found by words of it, as one types, from a list: the frame of such screens."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from qa.i18n import N_, _
from qa.tui.widgets.search_field import SearchField

Found = TypeVar("Found")

_MOST = 200
"""Rows that are shown; 10,000 take a second to lay out, at every key (2026-11)."""


class SearchScreen(ModalScreen[Found | None], Generic[Found]):
    """Gives back what was chosen.

    Args:
        heading: What the list holds.
        hint: What to type.
        keys: Which keys do more than choose, if any do.
        wanted: What to look for at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", N_("Close")),
        Binding("down,ctrl+r", "move(1)", "Older", show=False, priority=True),
        Binding("up,ctrl+s", "move(-1)", "Newer", show=False, priority=True),
    ]

    def __init__(self, heading: str, hint: str, *, keys: str = "", wanted: str = "") -> None:
        super().__init__()
        self._heading, self._hint, self._keys, self._wanted = heading, hint, keys, wanted
        self._found: Sequence[Found] = ()

    @abstractmethod
    def matches(self, wanted: str) -> Iterable[tuple[Content, Found]]:
        """What is found by some words, all of it by none, and how each is shown.

        No more of it is made than is shown.
        """

    def compose(self) -> ComposeResult:
        """What to look for, and what was found."""
        with Vertical(id="history"):
            yield SearchField(self._wanted, placeholder=self._hint, id="wanted")
            yield OptionList(id="found", markup=False, compact=True)

    def on_mount(self) -> None:
        """Begin with all of it."""
        self.query_one(OptionList).can_focus = False
        box = self.query_one(Vertical)
        box.border_title, box.border_subtitle = self._heading, self._keys
        self._find(self._wanted)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find what matches."""
        self._find(event.value.strip())

    def on_input_submitted(self) -> None:
        """Take what is highlighted."""
        self.take(self.highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click takes one."""
        self.take(self._found[event.option_index])

    def take(self, chosen: Found | None) -> None:
        """Give back what was chosen."""
        self.dismiss(chosen)

    @property
    def highlighted(self) -> Found | None:
        """What Enter would take; None where nothing is found."""
        at = self.query_one(OptionList).highlighted
        return None if at is None else self._found[at]

    def action_move(self, step: int) -> None:
        """Highlight the next one or the one before."""
        found = self.query_one(OptionList)
        if step > 0:
            found.action_cursor_down()
        else:
            found.action_cursor_up()

    def _find(self, wanted: str) -> None:
        every = iter(self.matches(wanted))
        matches = list(islice(every, _MOST))
        self._found = [one for _shown, one in matches]
        found = self.query_one(OptionList)
        found.set_options(Option(shown) for shown, _one in matches)
        if self._found:
            found.highlighted = 0
        if next(every, None) is not None:
            words = _("… and more, which words of them find")
            found.add_option(Option(words, disabled=True))
