"""The articles of the index by date, found by words of their date, source and title."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from qa.chat.browsing import Browser
from qa.errors import QAError
from qa.i18n import N_, _
from qa.show import article_count, one_line
from qa.tui.screens.article import ArticleScreen
from qa.tui.widgets.headlines import Headlines
from qa.tui.widgets.search_field import SearchField
from qa.types import Article


class BrowseScreen(ModalScreen[None]):
    """A list of articles; Enter opens one over it.

    Args:
        browser: The articles.
        find: Gives an article by its id; None where the index has it no more.
        root: The folder that their paths are relative to.
        wanted: What to look for at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", N_("Close")),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(
        self,
        browser: Browser,
        find: Callable[[str], Article | None],
        *,
        root: str,
        wanted: str,
    ) -> None:
        super().__init__()
        self._browser, self._find, self._root, self._wanted = browser, find, root, wanted
        self.list = Headlines()

    def compose(self) -> ComposeResult:
        """What to look for, and the articles that have it."""
        with Vertical(id="browse"):
            hint = _("Words of a title, a source, or a date such as 2022-01")
            yield SearchField(self._wanted, placeholder=hint, id="wanted", select_on_focus=False)
            yield self.list

    def on_mount(self) -> None:
        """Begin with what is wanted."""
        self._show(self._wanted)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find what matches."""
        self._show(event.value)

    def on_input_submitted(self) -> None:
        """Open the article at the cursor."""
        self._open()

    def on_headlines_chosen(self) -> None:
        """A click opens one too."""
        self._open()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.list.move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.list.move(pages * max(1, self.list.size.height - 1))

    def _show(self, wanted: str) -> None:
        found = self._browser.find(wanted)
        self.list.show(found)
        box = self.query_one("#browse")
        box.border_title = article_count(len(found))
        box.border_subtitle = _("Enter opens · Esc closes")

    def _open(self) -> None:
        headline = self.list.highlighted
        if headline is None:
            return
        try:
            article = self._find(headline.id)
        except QAError as error:
            self.notify(one_line(str(error)), severity="error", markup=False)
            return
        if article is not None:
            self.app.push_screen(ArticleScreen(article, (), 0, root=self._root))
