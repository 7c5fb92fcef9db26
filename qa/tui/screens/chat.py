"""The chat: transcript, sources, prompt, and what happens between them and the engine's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Footer

from qa.chat.conversation import Ask, Began, Conversation, Explain, Help, Leave, Notice, Open
from qa.chat.history import History
from qa.chat.transcript import Turn
from qa.i18n import _
from qa.show import as_text, one_line
from qa.tui.messages import Answered, Building, Chosen, Dropped, Entered, Failed, Opened
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.help import HelpScreen
from qa.tui.screens.history import HistoryScreen
from qa.tui.screens.sources import SourcesScreen
from qa.tui.widgets.chips import Chips
from qa.tui.widgets.prompt import Prompt
from qa.tui.widgets.sources import Sources
from qa.tui.widgets.status import BuildBar, TitleBar
from qa.tui.widgets.transcript import Transcript
from qa.tui.worker import EngineThread, OpenEngine
from qa.types import Citation

_COPIED_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A question on its way: its id in the engine's thread, what was asked, where it stands."""

    id: int
    asked: Ask
    turn: int


class ChatScreen(Screen[None]):
    """One conversation."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help"),
        Binding("f3", "sources", "Sources"),
        Binding("ctrl+o", "open_best", "Open"),
        Binding("ctrl+r", "history", "History"),
        Binding("escape", "cancel", "Cancel"),
        # The prompt takes these for itself; they count in the transcript and in the sources.
        Binding("n", "walk(1)", "Next answer", show=False),
        Binding("p", "walk(-1)", "Previous answer", show=False),
        Binding("y", "copy_answer", "Copy answer", show=False),
        *(Binding(str(n), f"open({n})", "Open source", show=False) for n in range(1, 10)),
    ]

    def __init__(self, open_engine: OpenEngine, history: History, *, sources: bool) -> None:
        super().__init__()
        self.engine = EngineThread(self, open_engine)
        self._history = history
        self._conversation = Conversation()
        self._turns: dict[int, Turn] = {}
        self._waiting: _Waiting | None = None
        self._is_open = False
        self.transcript = Transcript()
        self.sources = Sources(id="sources")
        self.prompt = Prompt(self._conversation, history)
        self._title_bar = TitleBar()
        self._build_bar = BuildBar()
        self._chips = Chips()
        self.set_class(not sources, "-no-sources")

    def compose(self) -> ComposeResult:
        """Title, transcript and sources, progress, conditions, prompt, keys."""
        yield self._title_bar
        with Horizontal(id="middle"):
            yield self.transcript
            yield self.sources
        yield self._build_bar
        yield self._chips
        yield self.prompt
        yield Footer()

    def on_mount(self) -> None:
        """Show the screen first; then open the engine, whose imports take a while."""
        self.sources.show(None, None)
        self.prompt.field.focus()
        self.transcript.welcome()
        self.call_after_refresh(self.engine.start)
        if self._history.problem:
            self._tell(self._history.problem, severity="warning")

    def on_unmount(self) -> None:
        """Let the engine's thread end when it has nothing left to do."""
        self.engine.finish(0)

    @property
    def is_open(self) -> bool:
        """Whether the engine has been opened."""
        return self._is_open

    @property
    def is_waiting(self) -> bool:
        """Whether a question is on its way."""
        return self._waiting is not None

    def on_entered(self, event: Entered) -> None:
        """Do what was typed; what cannot be done comes back, to be mended or typed over."""
        if not self.do(event.text) and not self.prompt.text:
            self.prompt.put(event.text)
            self.prompt.field.select_all()

    def do(self, text: str) -> bool:
        """Ask a question, or do what a command says.

        Returns:
            Whether that could be done; if not, why not has been told.
        """
        in_force = self._conversation.filters
        outcome = self._conversation.enter(text)
        match outcome:
            case Ask():
                self._ask(outcome)
            case Open():
                self._show_article(outcome.turn, outcome.place)
            case Explain():
                self.transcript.add(outcome.lines, self._number(self._conversation.turns[-1]))
            case Help():
                self.action_help()
            case Began():
                self._begin()
            case Leave():
                self.app.exit()
            case Notice(failed=True):
                self._tell(outcome.words, severity="warning")
                return False
            case Notice() if in_force == self._conversation.filters:
                # A change of filters shows in the chips.
                self._tell(outcome.words)
        self._chips.show(self._conversation.conditions)
        return True

    def on_key(self, event: events.Key) -> None:
        """What is typed elsewhere goes to the prompt, unless it is a key there."""
        field = self.prompt.field
        if event.is_printable and not field.has_focus and event.key not in self.active_bindings:
            event.stop()
            field.focus()
            field.insert(event.character or "")

    def on_dropped(self, event: Dropped) -> None:
        """Lift a condition; without its days a question is asked again."""
        if again := self._conversation.drop(event.key):
            self._ask(again)
        self._chips.show(self._conversation.conditions)

    def on_chosen(self, event: Chosen) -> None:
        """Open a place."""
        self.action_cite(event.turn, event.n)

    def action_cite(self, turn: int, n: int) -> None:
        """Open place `n` of a turn."""
        if (held := self._turns.get(turn)) is None:
            return
        found = self._conversation.opened(n, held)
        if isinstance(found, Notice):
            self._tell(found.words, severity="warning")
            return
        self._select(turn)
        self._show_article(found.turn, found.place)

    def action_open_best(self) -> None:
        """Open the best place of the current turn."""
        turn = self._current
        found = self._conversation.opened(turn.places[0].n if turn and turn.places else 1, turn)
        if isinstance(found, Notice):
            self._tell(found.words, severity="warning")
        else:
            self._show_article(found.turn, found.place)

    def action_open(self, n: int) -> None:
        """Open place `n` of the current turn."""
        if self.transcript.current is not None:
            self.action_cite(self.transcript.current, n)

    def action_walk(self, step: int) -> None:
        """Mark the next answer or the one before."""
        if (turn := self.transcript.walk(step)) is not None:
            self._select(turn)

    def action_cancel(self) -> None:
        """Close the completions, else cancel the question, else go to the prompt."""
        if self.prompt.offers:
            self.prompt.close()
            return
        if (waiting := self._drop()) and not self.prompt.text:
            self.prompt.put(waiting.asked.question)
        self.prompt.field.focus()

    def action_help(self) -> None:
        """Show every command and key."""
        self.app.push_screen(HelpScreen())

    def action_history(self) -> None:
        """Search earlier questions; the one chosen comes into the prompt."""

        def chosen(question: str | None) -> None:
            if question is not None:
                self.prompt.put(question)
            self.prompt.field.focus()

        self.app.push_screen(HistoryScreen(self._history.questions), chosen)

    def action_sources(self) -> None:
        """Go to the sources; where they are not shown beside the transcript, show them alone."""
        number, turn = self.transcript.current, self._current
        if number is None or turn is None or not turn.places:
            self._tell("There are no sources yet: ask a question first.", severity="warning")
        elif self.sources.region.width:
            self.sources.focus()
        else:
            self.app.push_screen(SourcesScreen(number, turn), self._chosen_alone)

    def action_copy_answer(self) -> None:
        """Send the current answer, with its sources, to the clipboard."""
        turn = self._current
        if turn is None:
            self._tell("There is no answer to copy yet.", severity="warning")
            return
        text = as_text(turn.answer, turn.info, style=None, width=_COPIED_COLUMNS)
        self.app.copy_to_clipboard(f"{one_line(turn.answer.question)}\n\n{text}\n")
        self._tell("Sent the answer to the terminal's clipboard; not every terminal obeys.")

    def action_page(self, step: int) -> None:
        """Scroll the transcript while the prompt has the focus."""
        if step > 0:
            self.transcript.scroll_page_down(animate=False)
        else:
            self.transcript.scroll_page_up(animate=False)

    def action_stop_building(self) -> None:
        """Leave off building an index, and with it the question that waits for it."""
        self._drop()
        self.engine.stop_building()

    def on_building(self, event: Building) -> None:
        """Show how far the index is."""
        self._build_bar.show(event.stage, event.done, event.total)
        self._title("no index yet: building one", "fair")

    def on_opened(self, event: Opened) -> None:
        """Say what the questions go to."""
        self._is_open = True
        self._build_bar.display = False
        self._conversation.sources = event.sources
        ready = _("{count} articles · ready")
        if event.info.is_sample:
            ready = _("{count} sample articles · ready")
        self._title(ready.format(count=f"{event.info.articles:,}"), "dim")

    def on_answered(self, event: Answered) -> None:
        """Show the answer where its question waits."""
        if (waiting := self._arrived(event.id)) is None:
            return
        self._turns[waiting.turn] = self._conversation.record(
            waiting.asked, event.answer, event.info
        )
        self.transcript.answer(waiting.turn, event.answer, event.info)
        self._chips.show(self._conversation.conditions)
        self._select(waiting.turn)

    def on_failed(self, event: Failed) -> None:
        """Show the error in the answer's place, and as a notice."""
        self._build_bar.display = False
        if not self._is_open:
            self._title("no index", "poor")
        if waiting := self._arrived(event.id):
            self.transcript.say(waiting.turn, event.error, "poor")
        self._tell(event.error, severity="error")

    @property
    def _current(self) -> Turn | None:
        """The turn that keys act on."""
        number = self.transcript.current
        return None if number is None else self._turns.get(number)

    def _ask(self, asked: Ask) -> None:
        self._drop()
        self._history.add(asked.question)
        words = "Looking…" if self._is_open else "Waiting for the index…"
        turn = self.transcript.ask(asked.question, words)
        self._waiting = _Waiting(self.engine.ask(asked), asked, turn)

    def _drop(self) -> _Waiting | None:
        """Forget the question on its way, if any."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.engine.cancel()
            self.transcript.say(waiting.turn, "Cancelled.", "dim")
        return waiting

    def _arrived(self, id_: int) -> _Waiting | None:
        """The question that an answer is for; None if it no longer waits."""
        if self._waiting is None or self._waiting.id != id_:
            return None
        waiting, self._waiting = self._waiting, None
        return waiting

    def _begin(self) -> None:
        self._drop()
        self._turns.clear()
        self.transcript.clear()
        self.transcript.welcome()
        self.sources.show(None, None)

    def _select(self, turn: int) -> None:
        self.transcript.select(turn)
        self.sources.show(turn, self._turns.get(turn))

    def _number(self, turn: Turn) -> int | None:
        return next((number for number, held in self._turns.items() if held is turn), None)

    def _chosen_alone(self, chosen: Chosen | None) -> None:
        if chosen is not None:
            self.action_cite(chosen.turn, chosen.n)

    def _show_article(self, turn: Turn, place: Citation) -> None:
        near = turn.is_near(place)
        within = [
            each
            for each in turn.places
            if each.article.id == place.article.id and turn.is_near(each) == near
        ]
        self.app.push_screen(
            ArticleScreen(
                place.article,
                within,
                within.index(place),
                root=turn.info.root,
                nearest=near,
                guess=not near and turn.answer.shown.best is None,
            )
        )

    def _title(self, words: str, role: str) -> None:
        self._title_bar.state = words
        self._title_bar.role = {"fair": "$text-warning", "poor": "$text-error"}.get(role, "dim")

    def _tell(self, words: str, *, severity: SeverityLevel = "information") -> None:
        self.app.notify(one_line(words), severity=severity, markup=False)
