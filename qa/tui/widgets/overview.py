"""What is in the index and what can be asked: the start screen, and what `/about` shows."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from qa.i18n import _
from qa.show import Line, about, one_line, suggested
from qa.tui.keys import as_set
from qa.tui.messages import Entered
from qa.tui.widgets.transcript import Lines
from qa.types import Overview


class Suggestion(Static):
    """A question that a click asks."""

    def __init__(self, marker: str, question: str) -> None:
        shown = Content.assemble((f"{marker} ", "bold"), (one_line(question), "$text-primary"))
        super().__init__(shown, classes="suggestion", markup=False)
        self._question = question

    def on_click(self) -> None:
        """Ask it."""
        self.post_message(Entered(self._question))


class About(Vertical):
    """Questions that the articles answer, and what articles there are.

    Args:
        overview: What there is.
        starts: Whether it greets, and a digit asks a question.
    """

    def __init__(self, overview: Overview, *, starts: bool) -> None:
        super().__init__(classes="about welcome greeting" if starts else "about aside")
        self._overview = overview
        self._starts = starts

    def compose(self) -> ComposeResult:
        """Questions first, so that they are visible on a small screen."""
        if self._starts:
            greeting = _("Ask the articles a question, in your own language.")
            yield Lines([Line.of((greeting, "answer"))], classes="part")
        asked = suggested(self._overview)
        if asked:
            how = _("Try one: press its number, or click on it.")
            if not self._starts:
                how = _("Questions that they answer; a click asks one.")
            yield Lines([Line.of((how, "dim"))], classes="part")
        for n, question in enumerate(asked, start=1):
            yield Suggestion(str(n) if self._starts else "-", question)
        keys = _("/about shows this again · /browse lists the articles · F1 every key")
        last = [Line.of((as_set(keys, self.app), "dim"))] if self._starts else []
        open_with = "qa index FOLDER" if self.app.is_web else "/open FOLDER"
        yield Lines([Line.of(), *about(self._overview, open_with=open_with), *last], classes="part")

    def on_mount(self) -> None:
        """Show it once it is laid out with its parts, which come after itself."""
        if not self._starts:
            self.call_after_refresh(self.scroll_visible, animate=False)
