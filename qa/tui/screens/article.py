"""A whole article with its quotes marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from qa.show import byline, one_line
from qa.text import safe
from qa.types import Article, Citation


class ArticleScreen(Screen[None]):
    """The article that a citation stands in."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back")]

    def __init__(
        self, article: Article, citations: Sequence[Citation], current: int, *, root: str
    ) -> None:
        super().__init__()
        self._article = article
        self._citations = citations
        self._current = current
        self._root = root

    def compose(self) -> ComposeResult:
        """Title, place, text."""
        place = self._citations[self._current]
        text = Content(safe(self._article.text)).stylize(
            "bold underline", place.span.start, place.span.end
        )
        yield Static(Content(one_line(self._article.title)), markup=False)
        yield Static(Content(byline(self._article, self._root, place.line)), markup=False)
        with VerticalScroll():
            yield Static(text, markup=False)
        yield Footer()
