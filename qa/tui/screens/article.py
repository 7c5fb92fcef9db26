"""One article in full, at the words that answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType

from qa.i18n import N_, _
from qa.tui.labels import LabelledScreen
from qa.tui.outside import browse
from qa.tui.widgets.article_view import MATCH, ArticleView
from qa.tui.widgets.keys_bar import KeysBar
from qa.types import Article, Citation


class ArticleScreen(LabelledScreen[int]):
    """An article view with the screen to itself; gives back which place was shown last.

    Args:
        article: To show.
        citations: Places in it or in others; n and p go through them in this order.
        current: Which of them to begin at.
        root: The corpus folder that the article's path is relative to.
        kind: What a place is, as `ArticleView.show` takes it.
        environment: Where VISUAL and EDITOR are looked up.
        browse: Opens an address, and says whether a browser took it.
    """

    CSS_PATH = "article.tcss"
    AUTO_FOCUS = "ArticleText"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (8, "-high")]  # noqa: RUF012 - as Textual types it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", N_("Back")),
        Binding("f1,question_mark", "help", N_("Help"), show=False),
    ]

    def __init__(
        self,
        article: Article,
        citations: Sequence[Citation],
        current: int,
        *,
        root: str,
        kind: Callable[[Citation], str] = lambda _place: MATCH,
        environment: Mapping[str, str] = os.environ,
        browse: Callable[[str], bool] = browse,
    ) -> None:
        super().__init__()
        self.view = ArticleView(environment=environment, browse=browse)
        self._show = partial(self.view.show, article, citations, current, root=root, kind=kind)

    def compose(self) -> ComposeResult:
        """The view, keys."""
        yield self.view
        yield KeysBar()

    def on_mount(self) -> None:
        """Show what it was opened for."""
        self._show()

    def commands(self) -> Iterator[SystemCommand]:
        """What the command palette offers here: what the keys do."""
        view = self.view
        step = partial(view.run_action, "step(1)"), partial(view.run_action, "step(-1)")
        yield SystemCommand(_("Next quote"), "n", step[0])
        yield SystemCommand(_("Previous quote"), "p", step[1])
        yield SystemCommand(_("Back to the quote"), ".", view.action_quote)
        yield SystemCommand(_("Find in this article"), "/", view.action_find)
        yield SystemCommand(_("Copy the quote with its source"), "y", view.action_copy)
        if view.check_action("edit", ()):
            yield SystemCommand(_("Edit the file"), "e", view.action_edit)
        if view.check_action("open_address", ()):
            yield SystemCommand(_("Open the address"), "o", view.action_open_address)
        yield SystemCommand(_("Back to the chat"), "Esc", self.action_back)

    def action_back(self) -> None:
        """Close the article."""
        self.dismiss(self.view.current)

    def action_help(self) -> None:
        """Show every key."""
        self.app.push_screen("help")
