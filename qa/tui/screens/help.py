"""Every command and every key, on one screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from qa.chat.conversation import COMMANDS
from qa.show import Line
from qa.tui.paint import Block

KEYS = (
    ("Typing", ""),
    ("Enter", "ask"),
    ("Ctrl+J", "new line"),
    ("Up, Down", "earlier questions; what you were typing is kept"),
    ("Ctrl+R", "search earlier questions"),
    ("Tab", "complete a command; else go to the next part"),
    ("Esc", "close what is open, cancel, go to the prompt"),
    ("", ""),
    ("Reading", ""),
    ("Ctrl+O", "open the best source"),
    ("2 Enter", "open source [2] of the last answer; so does a click on [2]"),
    ("F3", "sources"),
    ("Page up, down", "scroll, also while typing"),
    ("", ""),
    ("In the answers or the sources (Tab goes there)", ""),
    ("1 to 9", "open a source of the answer that is marked"),
    ("n, p", "mark the next answer, the one before"),
    ("y", "copy the answer that is marked"),
    ("", ""),
    ("In an article", ""),
    ("n, p", "the next place of the answer, or of what is found; the one before"),
    ("/", "find; Enter goes back to the text, Esc ends it"),
    ("y", "copy the quote, or what the mouse has selected, with its source"),
    ("e, o", "the file in your editor, the address in your browser"),
    ("j k space b g G", "scroll, as in a pager"),
    ("", ""),
    ("Anywhere", ""),
    ("Ctrl+P", "all commands; themes"),
    ("Ctrl+Q", "quit"),
    ("F1", "this help"),
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
    return Line(0, ((f"  {left:16}", "strong"), (right, "")))
