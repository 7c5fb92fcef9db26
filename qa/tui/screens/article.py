"""One article in full, at the words that answer.

It shows, finds, and hands on: the quote to the clipboard, the file to the editor, the address to
the browser. Not handled: whether the file has changed since it was indexed.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from qa.cite import cite
from qa.errors import UsageError
from qa.find import Folded, folded
from qa.show import byline, location, one_line, quotation
from qa.tui import outside
from qa.tui.screens.address import AddressScreen
from qa.tui.widgets.article_text import (
    ANSWER,
    CURRENT,
    FOUND,
    MASKED,
    PLACE,
    SENTENCE,
    ArticleText,
)
from qa.types import Article, Citation, Span

_STEP = Binding.Group("Match", compact=True)


class ArticleScreen(Screen[None]):
    """An article with the places of an answer marked, one of them in the middle.

    Args:
        article: To show.
        citations: Places in it, in any order; n and p go through them as they stand in the text.
        current: Which of them to begin at.
        root: The corpus folder that the article's path is relative to.
        environment: Where VISUAL and EDITOR are looked up.
        browse: Opens an address, and says whether a browser took it.
    """

    CSS_PATH = "article.tcss"
    AUTO_FOCUS = "ArticleText"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (8, "-high")]  # noqa: RUF012 - as Textual types it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "step(1)", "Next match", group=_STEP),
        Binding("p,N", "step(-1)", "Previous match", group=_STEP),
        Binding("slash", "find", "Find", key_display="/"),
        Binding("y", "copy", "Copy"),
        Binding("e", "edit", "Edit"),
        Binding("o", "open_address", "Open URL"),
        Binding("escape,q", "back", "Back"),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    def __init__(
        self,
        article: Article,
        citations: Sequence[Citation],
        current: int,
        *,
        root: str,
        environment: Mapping[str, str] = os.environ,
        browse: Callable[[str], bool] = outside.browse,
    ) -> None:
        super().__init__()
        self._article = article
        self._places = sorted(citations, key=lambda place: place.span)
        self._current = self._places.index(citations[current]) if citations else 0
        self._root = root
        self._environment = environment
        self._browse = browse
        self._address = outside.web_address(article.url)
        self._folded: Folded | None = None
        self._found: list[Span] = []
        self._at = 0
        self._find_from = 0

    def compose(self) -> ComposeResult:
        """Title and count, where it stands, the text, what is looked for, keys."""
        with Horizontal(id="article-head"):
            yield Static(id="article-title", markup=False)
            yield Static(id="article-count", markup=False)
        yield Static(id="article-byline", markup=False)
        yield ArticleText(self._article.text, id="article-text")
        with Horizontal(id="article-find"):
            yield Static("/", markup=False)
            yield Input(placeholder="Find in this article", compact=True)
            yield Static(id="article-found", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Mark what is known of the article, and go to the place asked for."""
        self.query_one("#article-title", Static).update(Content(one_line(self._article.title)))
        self._text.mark(MASKED, self._article.masks)
        self._show_place()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer no key that has nothing to act on."""
        if action == "step":
            return len(self._found if self._finding else self._places) > 1
        if action == "open_address":
            return self._article.url is not None
        return True

    def action_step(self, steps: int) -> None:
        """Go to the next place, or the one before: of what is found, else of the answer."""
        if self._finding:
            self._at = (self._at + steps) % len(self._found)
            self._show_found()
        else:
            self._current = (self._current + steps) % len(self._places)
            self._show_place()

    def action_find(self) -> None:
        """Ask what to find; what was looked for last is still there."""
        self._find_from = self._text.first_in_sight
        self.query_one("#article-find").add_class("-open")
        words = self.query_one(Input)
        words.focus()
        words.action_select_all()
        self._look_for(words.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find while the person types."""
        event.stop()
        if self._finding:
            self._look_for(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the text, where n and p step through what is found."""
        event.stop()
        self._text.focus()

    def action_back(self) -> None:
        """Close what was being looked for, else the article."""
        if not self._finding:
            self.dismiss()
            return
        self.query_one("#article-find").remove_class("-open")
        self._text.focus()
        self._found = []
        self._text.mark(FOUND, [])
        self._text.mark(CURRENT, [])
        self.refresh_bindings()

    def action_copy(self) -> None:
        """Copy what the mouse has selected, else the quote, with its source."""
        selected = self._text.selected
        if selected is not None:
            place = cite(selected, self._article, 1)
        elif self._places:
            place = self._places[self._current]
        else:
            self._tell("Nothing to copy: select words with the mouse first.", "warning")
            return
        self.app.copy_to_clipboard(quotation(place, self._root))
        what = "selected words" if selected is not None else "quote"
        self._tell(
            f"Sent the {what}, with the source, to the clipboard. "
            "If pasting gives nothing, your terminal does not let programs copy (OSC 52)."
        )

    def action_edit(self) -> None:
        """Open the article's file in the person's editor, at the line of the quote."""
        line = outside.line_in_file(self._article, self._line)
        try:
            file = outside.article_file(self._article, self._root)
            command = outside.editor_command(self._environment, file, line)
            with self.app.suspend():
                code = outside.run_editor(command)
        except SuspendNotSupported:
            self._tell(f"This terminal cannot be lent to an editor. The file: {file}", "warning")
            return
        except UsageError as error:
            self._tell(str(error), "error")
            return
        if code:
            self._tell(f"{command[0]} ended with exit code {code}.", "warning")
        elif line is None:
            self._tell("Opened at its beginning: lines of this file are not the article's.")

    def action_open_address(self) -> None:
        """Open the article's address in a browser, once the person has seen all of it."""
        if self._address is None:
            self._tell(f"Not an address of the web: {self._article.url}", "warning")
            return
        self.app.push_screen(AddressScreen(self._address), self._open)

    def _open(self, confirmed: bool | None) -> None:
        if confirmed:
            # A browser may take seconds to answer, and quitting must not wait for it.
            Thread(target=self._hand_to_browser, name="qa-browser", daemon=True).start()

    def _hand_to_browser(self) -> None:
        address = self._address or ""
        if self._browse(address):
            self.app.call_from_thread(self._tell, "Asked your browser to open the address.")
        else:
            self.app.call_from_thread(self.app.copy_to_clipboard, address)
            self.app.call_from_thread(
                self._tell, "Found no browser; sent the address to the clipboard.", "warning"
            )

    @property
    def _text(self) -> ArticleText:
        return self.query_one(ArticleText)

    @property
    def _finding(self) -> bool:
        return self.query_one("#article-find").has_class("-open")

    @property
    def _line(self) -> int:
        return self._places[self._current].line if self._places else 1

    def _tell(self, words: str, severity: SeverityLevel = "information") -> None:
        self.app.notify(one_line(words), severity=severity, markup=False)

    def _show_place(self) -> None:
        """Mark the place that is current, and the others; say which it is."""
        words = byline(self._article, self._root, self._line)
        if self._places:
            place = self._places[self._current]
            others = [one.span for one in self._places if one is not place]
            self._text.mark(SENTENCE, [place.sentence])
            self._text.mark(PLACE, others)
            self._text.mark(ANSWER, [place.span])
            self._text.show(place.span)
            count = f"match {self._current + 1}/{len(self._places)}"
            self.query_one("#article-count", Static).update(Content(count))
        else:
            words = one_line(location(self._root, self._article.place))
        self.query_one("#article-byline", Static).update(Content(words))

    def _look_for(self, words: str) -> None:
        """Mark every place of some words, and go to the first from where the search began."""
        if self._folded is None:
            self._folded = folded(self._article.text)
        self._found = self._folded.places(words)
        after = bisect_left(self._found, self._find_from, key=lambda place: place.start)
        self._at = after % max(1, len(self._found))
        self._text.mark(FOUND, self._found)
        self._text.mark(CURRENT, [])
        if self._found:
            self._show_found()
        else:
            said = "not found" if words.strip() else ""
            self.query_one("#article-found", Static).update(Content(said))
        self.refresh_bindings()

    def _show_found(self) -> None:
        place = self._found[self._at]
        self._text.mark(CURRENT, [place])
        self._text.show(place)
        count = f"{self._at + 1}/{len(self._found)}"
        self.query_one("#article-found", Static).update(Content(count))
