"""Questions and answers, oldest first; the view stays where the reader put it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from qa.show import Line, lines, one_line
from qa.tui.paint import wrapped
from qa.types import Answer, IndexInfo

MOST = 100
"""Turns kept on the screen; older ones are still exported."""

_PROMISE = "You get the words that answer, where they stand, or are told that they are not there."

_WELCOME = (
    Line(0, (("Ask the articles a question, in your own language.", "answer"),)),
    Line(0, ((_PROMISE, "dim"),)),
    Line(0, ()),
    Line(0, (("1 Enter       ", "strong"), ("open source [1]; a click on [1] does it too", ""))),
    Line(0, (("/since 2022   ", "strong"), ("leave out older articles; / shows all commands", ""))),
    Line(0, (("F1            ", "strong"), ("every key", ""))),
)


class Lines(Widget):
    """Lines, wrapped under their indents."""

    def __init__(self, shown: Sequence[Line], *, turn: int | None = None, classes: str) -> None:
        super().__init__(classes=classes)
        self._lines = shown
        self._turn = turn

    def show(self, shown: Sequence[Line]) -> None:
        """Show other lines."""
        self._lines = shown
        self.refresh(layout=True)

    def render(self) -> Content:
        """The lines at the present width."""
        return wrapped(self._lines, self._turn, self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """How many rows they fill."""
        return wrapped(self._lines, None, width).plain.count("\n") + 1


class Question(Static):
    """A question as it was asked."""

    def __init__(self, question: str) -> None:
        super().__init__(Content(one_line(question)), classes="question", markup=False)


class Transcript(VerticalScroll):
    """The conversation. One turn is current: keys act on it, and the sources show its places."""

    FOCUS_ON_CLICK = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "End", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("j", "scroll_down", "Down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="transcript", can_focus=True)
        self._turns: list[tuple[Question, Lines]] = []
        self._asides: dict[int | None, list[Lines]] = {}
        self._first = 0
        self.current: int | None = None

    def ask(self, question: str, waiting: str) -> int:
        """Add a question that waits for its answer.

        Returns:
            The number of its turn, from 0.
        """
        while len(self._turns) >= MOST:
            for widget in (*self._turns.pop(0), *self._asides.pop(self._first, ())):
                widget.remove()
            self._first += 1
        self.query(".welcome").remove()
        number = self._first + len(self._turns)
        asked = Question(question)
        reply = Lines([Line(0, ((waiting, "dim"),))], turn=number, classes="reply -waiting")
        self._turns.append((asked, reply))
        self.mount(asked, reply)
        self._go_to(reply)
        return number

    def welcome(self) -> None:
        """Greet the person until the first question."""
        self.mount(Lines(_WELCOME, classes="welcome"))

    def answer(self, turn: int, answer: Answer, info: IndexInfo) -> None:
        """Show an answer under its question."""
        self._settle(turn, lines(answer, info), f"-{answer.status.value}")
        self.select(turn)

    def say(self, turn: int, words: str, role: str) -> None:
        """Put words of our own in the place of an answer."""
        self._settle(turn, [Line(0, ((one_line(words), role),))], f"-{role}")

    def add(self, shown: Sequence[Line], turn: int | None) -> None:
        """Add lines that are no answer; they leave with the turn that they are about."""
        aside = Lines(shown, turn=turn, classes="aside")
        self._asides.setdefault(turn, []).append(aside)
        self.mount(aside)
        self._go_to(aside)

    def clear(self) -> None:
        """Forget every turn."""
        self._first += len(self._turns)
        self._turns.clear()
        self._asides.clear()
        self.current = None
        self.remove_children()

    def select(self, turn: int | None) -> None:
        """Make a turn the current one."""
        for number, (asked, _) in enumerate(self._turns, start=self._first):
            asked.set_class(number == turn, "-current")
        self.current = turn

    def walk(self, step: int) -> int | None:
        """Make the next turn or the one before the current one, and show it.

        Returns:
            Its number; None if there is no turn.
        """
        if not self._turns:
            return None
        last = self._first + len(self._turns) - 1
        turn = last if self.current is None else min(max(self.current + step, self._first), last)
        self.select(turn)
        self.scroll_to_widget(self._turns[turn - self._first][0], top=True, animate=False)
        return turn

    def _settle(self, turn: int, shown: Sequence[Line], kind: str) -> None:
        """Replace what waits; the view follows if it was at the end."""
        if turn < self._first or turn - self._first >= len(self._turns):
            return
        asked, reply = self._turns[turn - self._first]
        was_at_end = self.scroll_y >= self.max_scroll_y
        reply.show(shown)
        reply.remove_class("-waiting")
        reply.add_class(kind)
        if was_at_end:
            self._go_to(asked, reply)

    def _go_to(self, *widgets: Widget) -> None:
        """Show the end of the transcript, or where these begin if they are taller than the view."""

        def scroll() -> None:
            if sum(widget.outer_size.height for widget in widgets) > self.size.height:
                self.scroll_to_widget(widgets[0], top=True, animate=False)
            else:
                # Put off, it would undo what the next answer scrolls to.
                self.scroll_end(animate=False, immediate=True)

        self.call_after_refresh(scroll)
