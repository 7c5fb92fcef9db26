"""What the chat asks and whether it is ready; while an index is built, how far that is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Label, ProgressBar, Static

from qa.i18n import _, number
from qa.show import one_line


class TitleBar(Static):
    """The first row: the name of the tool, and the state of the index and the models."""

    state = reactive("")
    role = reactive("dim")

    def __init__(self) -> None:
        super().__init__(id="title", markup=False)

    def render(self) -> Content:
        """Name and state."""
        return Content.assemble((" qa ", "bold"), ("  "), (one_line(self.state), self.role))


class BuildBar(Horizontal):
    """Progress of an index being built; hidden otherwise."""

    def __init__(self) -> None:
        super().__init__(id="building")
        self.display = False

    def compose(self) -> ComposeResult:
        """Stage, bar, counts."""
        yield Label("", id="stage", markup=False)
        yield ProgressBar(total=None, show_eta=False, show_percentage=False, id="bar")
        yield Label("", id="count", markup=False)

    def show(self, stage: str, done: int, total: int) -> None:
        """Show a stage; a total of 0 is not known."""
        self.display = True
        self.query_one("#stage", Label).update(Content(f"{_(stage)} "))
        self.query_one("#bar", ProgressBar).update(total=total or None, progress=done)
        words = _("{done} of {total} articles") if total else _("{done} articles") if done else ""
        count = words.format(done=number(done), total=number(total))
        self.query_one("#count", Label).update(Content(f" {count}" if count else ""))
