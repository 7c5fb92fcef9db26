"""One article in full, at the words that answer.

It shows, finds, and hands on: the quote to the clipboard, the file to the editor, the address to
the browser. Not handled: whether the file has changed since it was indexed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Footer, Static

from qa.errors import UsageError
from qa.show import Line, byline_runs, one_line, quotation, quotation_of, web_address
from qa.tui.outside import (
    article_file,
    browse,
    editor_command,
    line_in_file,
    run_editor,
)
from qa.tui.paint import painted
from qa.tui.screens.address import AddressScreen
from qa.tui.screens.help import HelpScreen
from qa.tui.widgets.article_text import ANSWER, MASKED, PLACE, SENTENCE, ArticleText
from qa.tui.widgets.find_bar import FindBar
from qa.types import Article, Citation

_STEP = Binding.Group("Match", compact=True)


class ArticleScreen(Screen[None]):
    """An article with the places of an answer marked, one of them in the middle.

    Args:
        article: To show.
        citations: Places in it, in any order; n and p go through them as they stand in the text.
        current: Which of them to begin at.
        root: The corpus folder that the article's path is relative to.
        nearest: Whether the places are passages near to the question, and no answers to it.
        guess: Whether the place is only what is closest to an answer.
        environment: Where VISUAL and EDITOR are looked up.
        browse: Opens an address, and says whether a browser took it.
    """

    CSS_PATH = "article.tcss"
    AUTO_FOCUS = "ArticleText"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (8, "-high")]  # noqa: RUF012 - as Textual types it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "step(1)", "Next match", group=_STEP),
        Binding("p,N", "step(-1)", "Previous match", group=_STEP),
        # Before the widget in focus sees them, or it would get the key typed right after, too.
        Binding("slash", "find", "Find", key_display="/", priority=True),
        Binding("enter", "settle", show=False, priority=True),
        Binding("y", "copy", "Copy"),
        Binding("e", "edit", "Edit"),
        Binding("o", "open_address", "Open URL"),
        Binding("escape,q", "back", "Back"),
        Binding("f1,question_mark", "help", "Help", show=False),
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
        nearest: bool = False,
        guess: bool = False,
        environment: Mapping[str, str] = os.environ,
        browse: Callable[[str], bool] = browse,
    ) -> None:
        super().__init__()
        self._article = article
        self._places = sorted(citations, key=lambda place: place.span)
        self._current = self._places.index(citations[current]) if citations else 0
        self._root = root
        self._nearest = nearest
        self._kind = "nearest" if nearest else "guess" if guess else "match"
        self._environment = environment
        self._browse = browse
        self._address = web_address(article.url)
        self._text = ArticleText(article.text, id="article-text")
        self._find = FindBar(article.text, self._text)
        self._byline = Static(id="article-byline", markup=False)
        self._count = Static(id="article-count", markup=False)

    def compose(self) -> ComposeResult:
        """Title and count, where it stands, the text, what is looked for, keys."""
        title = Content(one_line(self._article.title))
        with Horizontal(id="article-head"):
            yield Static(title, id="article-title", markup=False)
            yield self._count
        yield self._byline
        yield self._text
        yield self._find
        yield Footer()
        self._text.mark(MASKED, self._article.masks)
        self._show_place()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer no key that has nothing to act on."""
        if action == "step":
            return (self._find.places_found if self._find.is_open else len(self._places)) > 1
        if action in ("find", "settle"):
            return self._find.typing == (action == "settle")
        if action == "open_address":
            return self._article.url is not None
        return True

    def action_step(self, steps: int) -> None:
        """Go to the next place, or the one before: of what is found, else of the answer."""
        if self._find.is_open:
            self._find.step(steps)
        else:
            self._current = (self._current + steps) % len(self._places)
            self._show_place()

    def action_find(self) -> None:
        """Ask what to find."""
        self._find.open()

    def action_settle(self) -> None:
        """Back to the text, where n and p step through what is found."""
        self.set_focus(self._text)

    def action_back(self) -> None:
        """Close what was being looked for, else the article."""
        if self._find.is_open:
            self._find.close()
            self.refresh_bindings()
        else:
            self.dismiss()

    def action_copy(self) -> None:
        """Copy what the mouse has selected, else the quote, with its source."""
        selected = self._text.selected
        if selected is not None:
            copied = quotation_of(selected, self._article, self._root)
        elif self._places:
            copied = quotation(self._places[self._current], self._root)
        else:
            self._tell("Nothing to copy: select words with the mouse first.", "warning")
            return
        self.app.copy_to_clipboard(copied)
        what = "selected words" if selected is not None else "quote"
        self._tell(
            f"Sent the {what}, with the source, to the clipboard. "
            "If pasting gives nothing, your terminal does not let programs copy (OSC 52)."
        )

    def action_edit(self) -> None:
        """Open the article's file in the person's editor, at the line of the quote."""
        line = line_in_file(self._article, self._line)
        try:
            file = article_file(self._article, self._root)
            command = editor_command(self._environment, file, line)
            with self.app.suspend():
                code = run_editor(command)
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

    def action_help(self) -> None:
        """Show every key."""
        self.app.push_screen(HelpScreen())

    def _open(self, confirmed: bool | None) -> None:
        if confirmed:
            # A browser may take seconds to answer, and quitting must not wait for it.
            Thread(target=self._hand_to_browser, name="qa-browser", daemon=True).start()

    def _hand_to_browser(self) -> None:
        address = self._address or ""
        self.app.call_later(self._handed_to_browser, address, self._browse(address))

    def _handed_to_browser(self, address: str, taken: bool) -> None:
        if taken:
            self._tell("Asked your browser to open the address.")
            return
        self.app.copy_to_clipboard(address)
        self._tell("Found no browser; sent the address to the clipboard.", "warning")

    @property
    def _line(self) -> int:
        return self._places[self._current].line if self._places else 1

    def _tell(self, words: str, severity: SeverityLevel = "information") -> None:
        self.app.notify(one_line(words), severity=severity, markup=False)

    def _show_place(self) -> None:
        """Mark the place that is current, and the others; say which it is."""
        runs = byline_runs(self._article, self._root, self._line)
        where = [(words, role if role == "link" else "") for words, role in runs]
        self._byline.update(painted(Line.of(*where), None))
        if self._places:
            place = self._places[self._current]
            others = [one.span for one in self._places if one is not place]
            self._text.mark(SENTENCE, [place.sentence, place.span])
            self._text.mark(PLACE, others)
            self._text.mark(ANSWER, [] if self._nearest else [place.span])
            self._text.show(place.span)
            self._count.update(Content(f"{self._kind} {self._current + 1}/{len(self._places)}"))
