"""An article at a quote, with its title and where it stands: beside the transcript, or alone.

`n` and `p` go through the quotes of all sources that it is given, from article to article. It hands
on: the quote to the clipboard, the file to the editor, the address to the browser. Not handled:
whether the file has changed since it was indexed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from qa.chat.turn_json import Excerpt, gone
from qa.errors import UsageError
from qa.i18n import N_, _
from qa.show import Line, one_line, placed, quotation, quotation_of, web_address
from qa.tui.outside import (
    article_file,
    browse,
    editor_command,
    line_in_file,
    opens_at_page,
    page_address,
    run_editor,
)
from qa.tui.paint import painted
from qa.tui.screens.address import AddressScreen
from qa.tui.widgets.article_text import ANSWER, MASKED, PLACE, SENTENCE, ArticleText
from qa.tui.widgets.find_bar import FindBar
from qa.tui.widgets.problem import Problem
from qa.types import Article, Citation

MATCH, GUESS, NEAREST = "match", "guess", "nearest"
"""What a place is: the answer, what is closest to one, a passage near to the question."""

_STEP = Binding.Group(N_("Quote"), compact=True)


class ArticleView(Vertical):
    """One article, with the quotes of an answer marked and one of them in the middle.

    Args:
        environment: Where VISUAL and EDITOR are looked up.
        browse: Opens an address, and says whether a browser took it.
    """

    DEFAULT_CSS = """
    ArticleView {
        .article-head { height: 1; padding: 0 2; background: $panel; }
        .article-title {
            width: 1fr;
            text-wrap: nowrap;
            text-overflow: ellipsis;
            text-style: bold;
        }
        .article-count { width: auto; padding-left: 2; color: $text-accent; }
        .article-byline {
            height: 1;
            padding: 0 2;
            background: $panel;
            color: $text-muted;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        ArticleText { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "step(1)", N_("Next quote"), group=_STEP),
        Binding("p,N", "step(-1)", N_("Previous quote"), group=_STEP),
        Binding("full_stop", "quote", N_("Back to the quote"), key_display=".", show=False),
        # Before the widget in focus sees them, or it would get the key typed right after, too.
        Binding("slash", "find", N_("Find"), key_display="/", priority=True),
        Binding("enter", "settle", show=False, priority=True),
        Binding("escape", "close_find", N_("End finding")),
        Binding("y", "copy", N_("Copy")),
        Binding("e", "edit", N_("Edit")),
        Binding("o", "open_address", N_("Open URL")),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    class Stepped(Message):
        """Another quote is shown: its place among those given."""

        def __init__(self, current: int) -> None:
            super().__init__()
            self.current = current

    def __init__(
        self,
        *,
        environment: Mapping[str, str] = os.environ,
        browse: Callable[[str], bool] = browse,
        id: str | None = None,  # noqa: A002 - as every widget has it
    ) -> None:
        super().__init__(id=id)
        self._article: Article | None = None
        self._places: Sequence[Citation] = ()
        self._current = 0
        self._root = ""
        self._kind: Callable[[Citation], str] = lambda _place: MATCH
        self._environment = environment
        self._browse = browse
        self.text = ArticleText()
        self.find = FindBar(self.text)
        self._title = Static(classes="article-title", markup=False)
        self._count = Static(classes="article-count", markup=False)
        self._byline = Static(classes="article-byline", markup=False)
        self._problem = Problem()

    def compose(self) -> ComposeResult:
        """Title and count, where it stands, the text, what is looked for."""
        with Horizontal(classes="article-head"):
            yield self._title
            yield self._count
        yield self._byline
        yield self.text
        yield self._problem
        yield self.find

    @property
    def current(self) -> int:
        """Which of the places is shown."""
        return self._current

    def show(
        self,
        article: Article,
        places: Sequence[Citation] = (),
        current: int = 0,
        *,
        root: str,
        kind: Callable[[Citation], str] = lambda _place: MATCH,
    ) -> None:
        """Show an article, or the one of a place.

        Args:
            article: Shown where there are no places.
            places: Quotes, of this article or of several, in the order in which to go through them.
            current: Which of them to begin at.
            root: The corpus folder that the articles' paths are relative to.
            kind: What a place is, one of `MATCH`, `GUESS` and `NEAREST`.
        """
        self._places, self._current, self._root, self._kind = places, current, root, kind
        self._problem.show("")
        self._load(places[current].article if places else article)
        self._show_place()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer no key that has nothing to act on."""
        if action == "step":
            return bool(self.find.places_found if self.find.is_open else self._places)
        if action in ("find", "settle"):
            return self.find.typing == (action == "settle")
        if action == "close_find":
            return self.find.is_open
        if action == "open_address":
            return self._article is not None and (
                self._article.url is not None or self._opens_at_page(self._article)
            )
        return not (action == "edit" and self.app.is_web)

    def action_step(self, steps: int) -> None:
        """Go to the next place, or the one before: of what is found, else of the answer."""
        if self.find.is_open:
            self.find.step(steps)
            return
        self._current = (self._current + steps) % len(self._places)
        self._load(self._places[self._current].article)
        self._show_place()
        self.post_message(self.Stepped(self._current))

    def action_quote(self) -> None:
        """Back to the quote."""
        if self._places:
            self.text.show(self._places[self._current].span)

    def action_find(self) -> None:
        """Ask what to find."""
        self.find.open()

    def action_settle(self) -> None:
        """Back to the text, where n and p step through what is found."""
        self.screen.set_focus(self.text)

    def action_close_find(self) -> None:
        """Close what was being looked for."""
        self.find.close()
        self.refresh_bindings()

    def action_copy(self) -> None:
        """Copy what the mouse has selected, else the quote, with its source."""
        selected = self.text.selected
        if selected is not None and self._article is not None:
            copied = quotation_of(selected, self._article, self._root)
            sent = _("Sent the selected words, with the source, to the clipboard.")
        elif self._places:
            copied = quotation(self._places[self._current], self._root)
            sent = _("Sent the quote, with the source, to the clipboard.")
        else:
            self._problem.show(_("Nothing to copy: select words with the mouse first."))
            return
        self.app.copy_to_clipboard(copied)
        may_not = _("If pasting gives nothing, your terminal does not let programs copy (OSC 52).")
        self._tell(f"{sent} {may_not}")

    def action_edit(self) -> None:
        """Open the article's file in the person's editor, at the line of the quote."""
        if self._article is None:
            return
        try:
            file = article_file(self._article, self._root)
            line = line_in_file(self._article, self._place.line if self._place else 1, file)
            command = editor_command(self._environment, file, line)
            with self.app.suspend():
                code = run_editor(command)
        except SuspendNotSupported:
            cannot = _("This terminal cannot be lent to an editor. The file: {file}")
            self._problem.show(cannot.format(file=file))
            return
        except UsageError as error:
            self._problem.show(str(error))
            return
        self._problem.show("")
        if code:
            ended = _("{editor} ended with exit code {code}.")
            self._problem.show(ended.format(editor=command[0], code=code))
        elif line is None:
            self._tell(_("Opened at its beginning: lines of this file are not the article's."))

    def action_open_address(self) -> None:
        """Open the article's address in a browser, once the person has been shown all of it.

        A PDF is opened itself, at the page of the quote.
        """
        if self._article is None:
            return
        if self._opens_at_page(self._article):
            try:
                file = article_file(self._article, self._root)
            except UsageError as error:
                self._problem.show(str(error))
                return
            address = page_address(file, self._place.page if self._place else None)
        elif (known := web_address(self._article.url)) is not None:
            address = known
        else:
            self._problem.show(_("Not an address of the web: {url}").format(url=self._article.url))
            return

        def open_it(confirmed: bool | None) -> None:
            if confirmed and self.app.is_web:
                self.app.open_url(address)
            elif confirmed:
                # A browser may take seconds to answer, and quitting must not wait for it.
                hand_on = Thread(target=self._hand_to_browser, args=(address,), daemon=True)
                hand_on.start()

        self.app.push_screen(AddressScreen(address), open_it)

    def _opens_at_page(self, article: Article) -> bool:
        """Whether its file can be opened; that is of the machine that qa runs on."""
        return not self.app.is_web and opens_at_page(article)

    def _hand_to_browser(self, address: str) -> None:
        self.app.call_later(self._handed_to_browser, address, self._browse(address))

    def _handed_to_browser(self, address: str, taken: bool) -> None:
        if taken:
            self._tell(_("Asked your browser to open the address."))
            return
        self.app.copy_to_clipboard(address)
        self._problem.show(_("Found no browser; sent the address to the clipboard."))

    @property
    def _place(self) -> Citation | None:
        return self._places[self._current] if self._places else None

    def _tell(self, words: str) -> None:
        self.app.notify(one_line(words), markup=False)

    def _load(self, article: Article) -> None:
        """Show the text of an article, unless it is shown already."""
        if article is self._article:
            return
        self._article = article
        self._problem.show("")
        self._title.update(Content(one_line(article.title)), layout=False)
        self.text.load(article.text)
        self.text.mark(MASKED, article.masks)
        self.find.load(article.text)
        self.refresh_bindings()

    def _show_place(self) -> None:
        """Mark the place that is current, and the others of its article; say which it is."""
        if self._article is None:
            return
        runs = placed(self._article, self._root, self._place or 1)
        where = [(words, role if role == "link" else "") for words, role in runs]
        self._byline.update(painted(Line.of(*where), None), layout=False)
        if isinstance(self._article, Excerpt):
            self._problem.show(gone(self._article))
        if not self._places:
            self._count.update("")
            return
        place = self._places[self._current]
        kind = self._kind(place)
        here = [one for one in self._places if one.article.id == self._article.id]
        others = [one.span for one in here if one is not place and self._kind(one) != NEAREST]
        self.text.mark(SENTENCE, [place.sentence, place.span])
        self.text.mark(PLACE, others)
        self.text.mark(ANSWER, [] if kind == NEAREST else [place.span])
        self.text.show(place.span)
        named = {MATCH: _("match"), GUESS: _("guess"), NEAREST: _("nearest")}[kind]
        self._count.update(Content(f"{named} {self._current + 1}/{len(self._places)}"))
