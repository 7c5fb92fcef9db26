"""The chat: a transcript above, a prompt below.

It does not show whole articles, keep a history or export yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Header, Input, Static

from qa.engine import Engine
from qa.show import lines, one_line
from qa.tui.worker import Answered, EngineThread, Failed, Opened
from qa.types import Answer, IndexInfo

STYLES = {
    "answer": "bold",
    "quote": "bold underline $text-accent",
    "good": "$text-success",
    "fair": "$text-warning",
    "poor": "$text-error",
    "dim": "dim",
}


class ChatApp(App[None]):
    """Ask questions of one index."""

    TITLE = "qa"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("ctrl+q", "quit", "Quit", priority=True),
    ]

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        super().__init__()
        self._engine = EngineThread(self, open_engine)
        self._waiting: tuple[int, str, Static] | None = None

    def compose(self) -> ComposeResult:
        """Title, transcript, prompt, keys."""
        yield Header()
        yield VerticalScroll(id="transcript", can_focus=True)
        yield Input(placeholder="Ask a question...", id="prompt")
        yield Footer()

    def on_mount(self) -> None:
        """Open the engine in the background; the prompt takes questions at once."""
        self.sub_title = "opening the index"
        self.query_one("#transcript", VerticalScroll).anchor()
        self.query_one(Input).focus()
        self._engine.start()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Put the question in the transcript and ask it."""
        question = event.value.strip()
        if not question:
            return
        self._drop()
        event.input.clear()
        slot = Static(Content("Looking...").stylize("dim"), classes="answer", markup=False)
        asked = Static(Content(f"> {one_line(question)}"), classes="question", markup=False)
        self.query_one("#transcript", VerticalScroll).mount(asked, slot)
        self._waiting = (self._engine.ask(question), question, slot)

    def action_cancel(self) -> None:
        """Cancel the question being asked and put it back into the prompt."""
        prompt = self.query_one(Input)
        if question := self._drop():
            prompt.value = question
            prompt.cursor_position = len(question)
        prompt.focus()

    def _drop(self) -> str | None:
        """Forget the question being asked, if any, and say which it was."""
        if self._waiting is None:
            return None
        _, question, slot = self._waiting
        self._waiting = None
        self._engine.cancel()
        slot.update(Content("Cancelled.").stylize("dim"))
        return question

    def on_opened(self, event: Opened) -> None:
        """Say what the questions go to."""
        self.sub_title = f"{event.info.articles:,} articles"

    def on_answered(self, event: Answered) -> None:
        """Show the answer where its question waits."""
        if self._waiting is not None and self._waiting[0] == event.id:
            self._waiting[2].update(render_answer(event.answer, event.info))
            self._waiting = None

    def on_failed(self, event: Failed) -> None:
        """Show the error in the answer's place, and as a notice."""
        message = one_line(event.error)
        if event.id == 0:
            self.sub_title = "no index"
        if self._waiting is not None and self._waiting[0] == event.id:
            self._waiting[2].update(Content(message).stylize("$text-error"))
            self._waiting = None
        self.notify(message, severity="error", markup=False, timeout=10)


def render_answer(answer: Answer, info: IndexInfo) -> Content:
    """An answer as the transcript shows it: safe words with styles, none of it markup."""
    return Content("\n").join(
        Content.assemble(
            " " * line.indent, *((text, STYLES.get(role, "")) for text, role in line.runs)
        )
        for line in lines(answer, info)
    )


def run_chat(open_engine: Callable[[], Engine]) -> None:
    """Open the chat and stay until the user quits."""
    ChatApp(open_engine).run()
