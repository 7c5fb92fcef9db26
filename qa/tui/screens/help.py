"""Every command and every key, on one screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from qa.chat.conversation import COMMANDS
from qa.i18n import _
from qa.show import Line
from qa.tui.paint import Block

KEYS = (
    (_("Typing"), ""),
    ("Enter", _("ask; take the completion that is highlighted")),
    ("Ctrl+J", _("new line")),
    (_("Up, Down"), _("earlier questions; what you were typing is kept")),
    ("Ctrl+R", _("search earlier questions")),
    ("F4", _("earlier conversations: find one, go on with it, name or delete it")),
    ("Tab", _("complete a command; else go to the next part")),
    ("Esc", _("close what is open, cancel, go to the prompt")),
    ("", ""),
    (_("Reading"), ""),
    ("Ctrl+O", _("open the article of the source that is marked")),
    ("2 Enter", _("go to source [2] of the last answer; so does a click on [2]")),
    ("Ctrl+G", _("a letter at each [n] on the screen; that key goes there")),
    ("F3", _("go to the article, or to the sources where it is not beside")),
    (_("Page up, down"), _("scroll, also while typing")),
    ("", ""),
    (_("In the answers or the article beside them (Tab goes there)"), ""),
    ("n, p", _("the next quote of the answer, the one before; in the answers → ← too")),
    (".", _("back to the quote")),
    (_("1 to 9"), _("go to a source of the answer that is marked")),
    ("Enter", _("the article with the screen to itself")),
    (_("f, y (answers)"), _("letters as with Ctrl+G; copy the answer that is marked")),
    (_("] [ (answers)"), _("mark the next answer, the one before")),
    ("", ""),
    (_("In an article"), ""),
    ("n, p", _("the next quote, of this source or another, or what is found; back")),
    ("/", _("find; Enter goes back to the text, Esc ends it")),
    ("y", _("copy the quote, or what the mouse has selected, with its source")),
    ("e, o", _("the file in your editor, the address in your browser")),
    ("j k space b g G", _("scroll, as in a pager")),
    ("", ""),
    (_("Anywhere"), ""),
    ("Ctrl+P", _("all commands; themes; a screenshot")),
    ("Ctrl+Q", _("quit")),
    ("F1", _("this help")),
)


class HelpScreen(ModalScreen[None]):
    """Closed by Esc, F1 or q."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """The commands, then the keys."""
        rows = [_heading("Commands")]
        rows += [_row(f"{one.name} {one.takes}".strip(), one.does) for one in COMMANDS]
        rows.append(Line(0, ()))
        rows += [_row(keys, does) if does else _heading(keys) for keys, does in KEYS]
        with VerticalScroll(id="help"):
            yield Static(Block(rows), markup=False)

    def on_mount(self) -> None:
        """Say what it is."""
        box = self.query_one(VerticalScroll)
        box.border_title = "Help"
        box.border_subtitle = "Esc closes"
        box.focus()


def _heading(words: str) -> Line:
    return Line(0, ((words, "title"),))


def _row(left: str, right: str) -> Line:
    return Line(0, ((f"  {left:15} ", "strong"), (right, "")))
