"""Every command and every key, on one screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from qa.chat.conversation import AT_HOME, COMMANDS
from qa.i18n import N_, _
from qa.show import Line
from qa.tui.keys import as_set
from qa.tui.paint import Block

KEYS = (
    (N_("Typing"), ""),
    ("Enter", N_("ask; take the completion that is highlighted")),
    ("Ctrl+J", N_("new line")),
    (N_("Up, Down"), N_("earlier questions; what you were typing is kept")),
    ("Ctrl+R", N_("search earlier questions")),
    ("F4", N_("earlier conversations: find one, go on with it, name or delete it")),
    ("Tab", N_("complete a command; else go to the next part")),
    ("Esc", N_("close what is open, cancel, go to the prompt")),
    ("", ""),
    (N_("Reading"), ""),
    ("Ctrl+O", N_("open the article of the source that is marked")),
    ("2 Enter", N_("go to source [2] of the last answer; so does a click on [2]")),
    ("Ctrl+G", N_("a letter at each [n] on the screen; that key goes there")),
    ("F3", N_("go to the article, or to the sources where it is not beside")),
    (N_("Page up, down"), N_("scroll, also while typing")),
    ("", ""),
    (N_("In the answers or the article beside them (Tab goes there)"), ""),
    ("n, p", N_("the next quote of the answer, the one before; in the answers → ← too")),
    (".", N_("back to the quote")),
    (N_("1 to 9"), N_("go to a source of the answer that is marked")),
    ("Enter", N_("the article with the screen to itself")),
    (N_("f, y (answers)"), N_("letters as with Ctrl+G; copy the answer that is marked")),
    (N_("] [ (answers)"), N_("mark the next answer, the one before")),
    ("", ""),
    (N_("In an article"), ""),
    ("n, p", N_("the next quote, of this source or another, or what is found; back")),
    ("/", N_("find; Enter goes back to the text, Esc ends it")),
    ("y", N_("copy the quote, or what the mouse has selected, with its source")),
    ("e, o", N_("the file in your editor, the address in your browser")),
    ("j k space b g G", N_("scroll, as in a pager")),
    ("", ""),
    (N_("Anywhere"), ""),
    ("Ctrl+P", N_("all commands; themes; a screenshot")),
    ("Ctrl+Q", N_("quit")),
    ("F1", N_("this help")),
)


class HelpScreen(ModalScreen[None]):
    """Closed by Esc, q or the key that opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", N_("Close")),
        Binding("f1", "dismiss", show=False, id="help"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Line] = []
        self._told = Static(markup=False)

    def compose(self) -> ComposeResult:
        """A box to scroll in."""
        with VerticalScroll(id="help"):
            yield self._told

    def on_screen_resume(self) -> None:
        """Tell it from the top, in the language in use."""
        box = self.query_one(VerticalScroll)
        box.scroll_home(animate=False)
        if (rows := self._lines()) != self._rows:
            self._rows = rows
            box.border_title = _("Help")
            box.border_subtitle = _("Esc closes")
            self._told.update(Block(rows))

    def _lines(self) -> list[Line]:
        """The commands, then the keys."""
        rows = [_heading(_("Commands"))]
        without = AT_HOME if self.app.is_web else ()
        rows += [_row(one.usage, one.told) for one in COMMANDS if one.name not in without]
        rows.append(Line(0, ()))
        told = [
            [as_set(_(words), self.app) if words else "" for words in (keys, does)]
            for keys, does in KEYS
        ]
        return rows + [_row(keys, does) if does else _heading(keys) for keys, does in told]


def _heading(words: str) -> Line:
    return Line(0, ((words, "title"),))


def _row(left: str, right: str) -> Line:
    return Line(0, ((f"  {left:15} ", "strong"), (right, "")))
