"""Questions and answers, oldest first; the view stays where the reader put it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size, Spacing
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from qa.chat.transcript import Turn
from qa.i18n import _, ngettext
from qa.show import Line, lines, one_line
from qa.tui.keys import as_set
from qa.tui.messages import Pointed
from qa.tui.paint import Marker, lettered, markers, wrapped
from qa.types import Answer, IndexInfo

_LETTERS = ascii_lowercase + ascii_uppercase

MOST = 100
"""Turns kept on the screen; older ones are still exported."""

_AT_ONCE = 20
"""Turns of an earlier conversation that are shown at once; 100 took half a second (2026-11)."""


class Lines(Widget):
    """Lines, wrapped under their indents."""

    def __init__(self, shown: Sequence[Line], *, turn: int | None = None, classes: str) -> None:
        super().__init__(classes=classes)
        self._lines = shown
        self._turn = turn
        self._cursor: int | None = None
        self._letters: Mapping[tuple[int, int], str] = {}

    def show(self, shown: Sequence[Line]) -> None:
        """Show other lines."""
        self._lines = shown
        self.refresh(layout=True)

    def point(self, n: int | None) -> None:
        """Have the cursor on `[n]`; on none if it is None."""
        if n != self._cursor:
            before, self._cursor = self._cursor, n
            self._draw_anew({(self._turn, before), (self._turn, n)})

    def letter(self, letters: Mapping[tuple[int, int], str]) -> None:
        """Show a letter in each `[n]` that has one."""
        if letters != self._letters:
            before, self._letters = self._letters, letters
            self._draw_anew({*before, *letters})

    def _draw_anew(self, places: Collection[tuple[int | None, int | None]]) -> None:
        """Draw the rows of these places, and none but these: all take 6 ms (2026-11)."""
        rows = {marker.row for marker in self.markers() if marker.place in places}
        if rows:
            self.refresh(*(Region(0, row, self.content_size.width, 1) for row in rows))

    def markers(self) -> list[Marker]:
        """Every `[n]` that can be opened."""
        return markers(self.content(self.content_size.width))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The pointer over `[n]` is enough to see it."""
        if (at := event.style.meta.get("place")) is not None:
            self.post_message(Pointed(*at))

    def content(self, width: int) -> Content:
        """The lines at a width."""
        return wrapped(self._lines, self._turn, width)

    def render(self) -> Content:
        """The lines at the present width, with the cursor and the letters in them."""
        shown = self.content(self.content_size.width)
        if self._letters:
            return lettered(shown, self._letters)
        for marker in markers(shown) if self._cursor is not None else ():
            if marker.place[1] == self._cursor:
                shown = shown.stylize("reverse", marker.start, marker.end)
        return shown

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """How many rows they fill."""
        return self.content(width).plain.count("\n") + 1


class Question(Lines):
    """A question as it was asked."""

    def __init__(self, question: str) -> None:
        self.words = one_line(question)
        super().__init__([Line(0, ((self.words, ""),))], classes="question")


class Asked(Static):
    """The question of the answer that is read, above it once it has scrolled away; a click goes."""

    def __init__(self) -> None:
        super().__init__(id="asked", markup=False)
        self.display = False


class Talk(Container):
    """The transcript, and over its first row the question that has scrolled away."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(id="talk")
        self._transcript = transcript
        self._asked = Asked()

    def compose(self) -> ComposeResult:
        """Both, one over the other."""
        yield self._transcript
        yield self._asked

    def on_transcript_scrolled(self, event: Transcript.Scrolled) -> None:
        """Show the question that is above the view, if one is."""
        event.stop()
        question = self._transcript.question_above
        self._asked.display = question is not None
        if question is not None:
            self._asked.update(Content.assemble("↑ ", question.words))

    def on_click(self, event: events.Click) -> None:
        """Go up to the question."""
        if event.widget is self._asked and (question := self._transcript.question_above):
            self._transcript.scroll_to_widget(question, top=True, animate=False)


class Transcript(VerticalScroll):
    """The conversation. One turn is current: keys act on it, and beside it stand its places.

    What is in its first row stays in view when the size changes.
    """

    FOCUS_ON_CLICK = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "End", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("j", "scroll_down", "Down", show=False),
    ]

    class Scrolled(Message):
        """What is in the first row has changed."""

    def __init__(self) -> None:
        super().__init__(id="transcript", can_focus=True)
        self._top: tuple[Lines, int] | None = None
        self._known = Size(0, 0)
        self._turns: list[tuple[Question, Lines]] = []
        self._asides: dict[int | None, list[Widget]] = {}
        self._first = self._begun = 0
        self._older: list[Turn] = []
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
            self._older.clear()
            self._tell_hidden()
        self.query(".welcome").remove()
        number = self._first + len(self._turns)
        asked = Question(question)
        reply = Lines([Line(0, ((waiting, "dim"),))], turn=number, classes="reply -waiting")
        self._turns.append((asked, reply))
        self.mount(asked, reply)
        self._go_to(asked, reply)
        return number

    def welcome(self, start: Widget | None = None) -> None:
        """Greet the person until the first question, with more than words once there is more."""
        self.query(".greeting").remove()
        shown = start or Lines(_welcome(self.app), classes="welcome greeting")
        self.mount(shown, before=0 if self.children else None)

    @property
    def is_new(self) -> bool:
        """Whether the person is still greeted."""
        return bool(self.query(".welcome"))

    def offer(self, words: str) -> None:
        """Offer to go on with the last conversation, which a click does."""
        content = Content(one_line(words)).stylize(Style.from_meta({"@click": "screen.resume"}))
        self.mount(Static(content, classes="welcome", markup=False))

    def restore(self, turns: Sequence[Turn]) -> range:
        """Show an earlier conversation at its end; what is above is shown once it is scrolled to.

        Returns:
            The numbers of its turns.
        """
        numbers = range(self._first, self._first + len(turns))
        self._begun, self._first = numbers.start, numbers.stop
        self._older = list(turns)
        self._show_older()
        self._go_to(*self._turns[-1])
        return numbers

    def _show_older(self) -> None:
        """Put some of the turns that are not shown above the others."""
        below = self._turns[0][0] if self._turns else None
        some, self._older = self._older[-_AT_ONCE:], self._older[:-_AT_ONCE]
        self._first -= len(some)
        shown: list[Widget] = []
        for number, turn in reversed(list(enumerate(some, start=self._first))):
            answer = turn.answer
            kind = f"reply -{answer.status.value}"
            reply = Lines(lines(answer, turn.info), turn=number, classes=kind)
            self._turns.insert(0, (Question(answer.question), reply))
            shown[:0] = self._turns[0]
        self.mount_all(shown, before=below)
        self._tell_hidden()

    def _tell_hidden(self) -> None:
        """Say how many turns are above the first one shown, if any are."""
        self.query(".hidden").remove()
        hidden = self._first - self._begun
        if not hidden:
            return
        words = ngettext(
            "{count} earlier question is not shown; /export writes it down too.",
            "{count} earlier questions are not shown; /export writes them down too.",
            hidden,
        ).format(count=hidden)
        if self._older:
            words += " " + _("Scroll up for more of them.")
        note = Static(Content(words).stylize("dim"), classes="hidden", markup=False)
        self.mount(note, before=self._turns[0][0])

    def answer(self, turn: int, answer: Answer, info: IndexInfo) -> None:
        """Show an answer under its question."""
        self._settle(turn, lines(answer, info), f"-{answer.status.value}")
        self.select(turn)

    def say(self, turn: int, words: str, role: str) -> None:
        """Put words of our own in the place of an answer."""
        self._settle(turn, [Line(0, ((one_line(words), role),))], f"-{role}")

    def add(self, shown: Sequence[Line], turn: int | None, *, before: int | None = None) -> None:
        """Add lines that are no answer; they leave with the turn that they are about.

        They stand at the end, or before a turn.
        """
        self.put(Lines(shown, turn=turn, classes="aside"), turn, before=before)

    def put(self, aside: Widget, turn: int | None, *, before: int | None = None) -> None:
        """Add what is no answer; it leaves with the turn that it is about."""
        self._asides.setdefault(turn, []).append(aside)
        self.mount(aside, before=None if before is None else self._turns[before - self._first][0])
        self._go_to(aside)

    def clear(self) -> None:
        """Forget every turn."""
        self._first += len(self._turns)
        self._begun = self._first
        self._turns.clear()
        self._older.clear()
        self._asides.clear()
        self._top = None
        self.current = None
        self.remove_children()

    def point(self, turn: int, n: int | None, *, show: bool) -> None:
        """Have the cursor on `[n]` of a turn.

        Args:
            turn: The turn.
            n: The number of a place.
            show: Whether to scroll there.
        """
        for number, (_asked, reply) in enumerate(self._turns, start=self._first):
            reply.point(n if number == turn else None)
        at = turn - self._first
        if not (show and 0 <= at < len(self._turns)):
            return
        reply = self._turns[at][1]
        rows = [marker.row for marker in reply.markers() if marker.place == (turn, n)]
        if rows:
            # The last one stands before the sentence; those before it are in the summary.
            region = Region(0, reply.virtual_region.y + rows[-1], 1, 3)
            self.scroll_to_region(region, spacing=Spacing(1, 0, 0, 0), animate=False, force=True)

    def letter(self) -> dict[str, tuple[int, int]]:
        """Show a letter in each `[n]` on the screen.

        Returns:
            The place, as turn and number, that each letter stands for.
        """
        letters: dict[tuple[int, int], str] = {}
        view = range(self.scrollable_content_region.height)
        for each in self._in_sight():
            top = each.virtual_region.y - self.scroll_offset.y
            for marker in each.markers():
                if top + marker.row in view and len(letters) < len(_LETTERS):
                    letters.setdefault(marker.place, _LETTERS[len(letters)])
        for each in self._in_sight():
            each.letter(letters)
        return {letter: place for place, letter in letters.items()}

    def unletter(self) -> None:
        """Show the numbers again, also in what has been scrolled away since."""
        for each in self.query(Lines):
            each.letter({})

    def _in_sight(self) -> list[Lines]:
        top = self.scroll_offset.y
        regions = ((each, each.virtual_region) for each in self.query(Lines))
        return [each for each, of in regions if of.bottom > top and of.y < top + self.size.height]

    @property
    def question_above(self) -> Question | None:
        """The question whose answer is in the first row, if it is out of view itself."""
        top = self.scroll_offset.y
        for asked, reply in self._turns:
            if asked.virtual_region.bottom <= top < reply.virtual_region.bottom - 1:
                return asked
        return None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Know what is in the first row."""
        super().watch_scroll_y(old_value, new_value)
        if self.size == self._known:
            self._top = self._at_top()
        self.post_message(self.Scrolled())
        if new_value <= 0 < old_value and self._older:
            self.call_after_refresh(self._scroll_to_older)

    def _scroll_to_older(self) -> None:
        """Show older turns above what is being read, which stays where it is."""
        reading = self._turns[0][0]
        self._show_older()
        self.call_after_refresh(self.scroll_to_widget, reading, top=True, animate=False)

    def on_mount(self) -> None:
        """Follow every layout, and not the resizes, whose events come later and not always."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._stay, immediate=True)

    def _stay(self, _screen: object) -> None:
        """Once everything is wrapped anew, stay at what is being read."""
        if self.size == self._known:
            return
        top = self._top
        if top is not None and top[0].is_attached:
            of, letters = top
            row = of.virtual_region.y + _row_of(of.content(of.content_size.width).plain, letters)
            self.scroll_to(y=row, animate=False, force=True, immediate=True)
        self._known = self.size
        # Not the row's beginning: a narrower view and back must not drift upwards.
        self._top = top if top is not None else self._at_top()
        self.post_message(self.Scrolled())

    def _at_top(self) -> tuple[Lines, int] | None:
        """What is in the first row: the lines, and how many letters of them are above it."""
        top = self.scroll_offset.y
        for each in self.query(Lines):
            if each.virtual_region.bottom > top:
                rows = each.content(each.content_size.width).plain.split("\n")
                return each, _letters("".join(rows[: max(0, top - each.virtual_region.y)]))
        return None

    def select(self, turn: int | None) -> None:
        """Make a turn the current one."""
        for number, (asked, _reply) in enumerate(self._turns, start=self._first):
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
            self.post_message(self.Scrolled())

        self.call_after_refresh(scroll)


def _letters(words: str) -> int:
    """How many characters are no space: however words are wrapped, these stay."""
    return len("".join(words.split()))


def _row_of(words: str, letters: int) -> int:
    """The row in which the first character stands that has so many before it."""
    passed = 0
    for row, each in enumerate(words.split("\n")):
        passed += _letters(each)
        if passed > letters:
            return row
    return 0


def _welcome(app: App[object]) -> list[Line]:
    """What is shown before more is known."""
    promise = _(
        "You get the words that answer, where they stand, or are told that they are not there."
    )
    rows = (
        ("1 Enter", _("open source [1]; a click on [1] does it too")),
        ("/since 2022", _("leave out older articles; / shows all commands")),
        (as_set("F1", app), _("every key")),
    )
    return [
        Line(0, ((_("Ask the articles a question, in your own language."), "answer"),)),
        Line(0, ((promise, "dim"),)),
        Line(0, ()),
        *(Line(0, ((f"{keys:14}", "strong"), (does, ""))) for keys, does in rows),
    ]
