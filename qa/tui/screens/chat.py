"""The chat: transcript, sources, prompt, and what happens between them and the engine's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from qa.chat.archive import Archive
from qa.chat.conversation import (
    About,
    Ask,
    Began,
    Browse,
    Confirm,
    Conversation,
    Explain,
    Help,
    Kept,
    Leave,
    Make,
    Marked,
    Notice,
    Open,
    Resumed,
    Search,
    Settings,
    Speak,
)
from qa.chat.history import History
from qa.chat.transcript import Turn
from qa.errors import QAError
from qa.i18n import N_, _, ngettext, number
from qa.show import Line, as_text, one_line, suggested
from qa.tui.labels import LabelledScreen
from qa.tui.messages import (
    Answered,
    Building,
    Chosen,
    Dropped,
    Entered,
    Failed,
    Listed,
    Opened,
    Pointed,
    Searched,
    SettingsWanted,
    Spoken,
)
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.browse import BrowseScreen
from qa.tui.screens.confirm import ConfirmScreen
from qa.tui.screens.conversations import BookmarksScreen, Choice, ConversationsScreen
from qa.tui.screens.history import HistoryScreen
from qa.tui.screens.passages import PassagesScreen
from qa.tui.screens.sources import SourcesScreen
from qa.tui.widgets.article_view import GUESS, MATCH, NEAREST, ArticleView
from qa.tui.widgets.chips import Chips
from qa.tui.widgets.keys_bar import KeysBar
from qa.tui.widgets.overview import About as AboutView
from qa.tui.widgets.problem import Problem
from qa.tui.widgets.prompt import Prompt
from qa.tui.widgets.status import BuildBar, TitleBar
from qa.tui.widgets.strip import SourceStrip
from qa.tui.widgets.transcript import Talk, Transcript
from qa.tui.worker import EngineThread
from qa.types import Citation, IndexInfo, Overview

_COPIED_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A question on its way: its id in the engine's thread, what was asked, where it stands."""

    id: int
    asked: Ask
    turn: int


class ChatScreen(LabelledScreen[None]):
    """One conversation, and beside it, where there is room, the article of the quote in question.

    One place of one answer is current, the cursor: it stands out in the transcript, the article
    shows it, and keys act on it.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual types it
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual types it
        (0, "-flat"),
        (10, "-tiny"),
        (14, "-low"),
        (24, "-high"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", N_("Help"), id="help"),
        Binding("f3", "sources", N_("Sources"), id="sources"),
        Binding("f4", "conversations", N_("Conversations"), show=False, id="conversations"),
        Binding("ctrl+o", "open_current", N_("Open"), id="open"),
        Binding("ctrl+g", "letters", N_("Go to [n]"), id="letters"),
        Binding("ctrl+r", "history", N_("History"), id="history"),
        Binding("escape", "cancel", N_("Cancel")),
        # The prompt takes these for itself; they count in the transcript and in the article.
        Binding("enter", "open_current", N_("Full screen"), show=False),
        Binding("f", "letters", N_("Go to [n]"), show=False),
        Binding("n,right", "step(1)", N_("Next quote"), show=False),
        Binding("p,left", "step(-1)", N_("Previous quote"), show=False),
        Binding("full_stop", "step(0)", N_("Back to the quote"), show=False),
        Binding("right_square_bracket", "walk(1)", N_("Next answer"), show=False),
        Binding("left_square_bracket", "walk(-1)", N_("Previous answer"), show=False),
        Binding("y", "copy_answer", N_("Copy answer"), show=False),
        *(Binding(str(n), f"open({n})", "Open source", show=False) for n in range(1, 10)),
    ]

    def __init__(
        self,
        archive: Archive,
        history: History,
        *,
        folder: Path | None,
        sources: bool,
        in_browser: bool = False,
    ) -> None:
        # A class that is set later has the styles of every widget looked up again.
        super().__init__(classes="-no-places" if sources else "-no-places -no-sources")
        self.engine = EngineThread(self, archive)
        self._history = history
        self._conversation = Conversation(folder=folder, in_browser=in_browser)
        self._turns: dict[int, Turn] = {}
        self._waiting: _Waiting | None = None
        self._info: IndexInfo | None = None
        self._about: Overview | None = None
        self._at = 0
        self._letters: Mapping[str, tuple[int, int]] = {}
        self._before: Widget | None = None
        self._has_room = False
        self.transcript = Transcript()
        self.article = ArticleView(id="article")
        self._strip = SourceStrip()
        self._problem = Problem()
        self.prompt = Prompt(self._conversation, history)
        self._title_bar = TitleBar()
        self._build_bar = BuildBar()
        self._chips = Chips()

    def compose(self) -> ComposeResult:
        """Title, transcript and article, progress, what went wrong, conditions, prompt, keys."""
        yield self._title_bar
        with Horizontal(id="middle"):
            yield Talk(self.transcript)
            with Vertical(id="pane"):
                yield self._strip
                yield self.article
        yield self._build_bar
        yield self._problem
        yield self._chips
        yield self.prompt
        yield KeysBar()

    def on_mount(self) -> None:
        """Show the screen first; then open the engine, whose imports take a while."""
        # Not by the article's own resizes, whose events do not always come.
        self.screen_layout_refresh_signal.subscribe(self, self._laid_out, immediate=True)
        self._title(_("opening the index"), "dim")
        self._show_place()
        self.prompt.field.focus()
        self.transcript.welcome()
        self.call_after_refresh(self.engine.start)
        self.call_after_refresh(self._offer)
        if self._history.problem:
            self._problem.show(self._history.problem)

    def on_unmount(self) -> None:
        """Let the engine's thread end when it has nothing left to do."""
        self.engine.finish(0)

    @property
    def is_open(self) -> bool:
        """Whether the engine has been opened."""
        return self._info is not None

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
            Whether that could be done; if not, the reason has been shown.
        """
        self._problem.show("")
        in_force = self._conversation.filters
        outcome = self._conversation.enter(text)
        match outcome:
            case Ask():
                self._ask(outcome)
            case Open():
                self._go(outcome)
            case Explain():
                self.transcript.add(outcome.lines, self._number(self._conversation.turns[-1]))
            case Help():
                self.action_help()
            case About():
                self._show_about()
            case Browse() | Search():
                self._list(outcome)
            case Began():
                self._begin()
                self._welcome()
            case Resumed():
                self._resume(outcome.words)
            case Kept():
                self.app.push_screen(ConversationsScreen(outcome), self._chosen_kept)
            case Marked():
                self.app.push_screen(BookmarksScreen(outcome.bookmarks), self._chosen_kept)
            case Confirm():
                self._confirm(outcome)
            case Make(path=path):
                return self._make(path)
            case Speak(language=language):
                self.post_message(Spoken(language))
            case Settings():
                self.show_settings()
            case Leave():
                self.leave()
            case Notice(failed=True):
                self._problem.show(outcome.words)
                return False
            case Notice() if in_force == self._conversation.filters:
                # A change of filters shows in the chips.
                self._tell(outcome.words)
        self._chips.show(self._conversation.conditions)
        return True

    def show_settings(self) -> None:
        """Have the app show what is set for good."""
        self.post_message(SettingsWanted())

    def leave(self) -> None:
        """Quit; while an index is being built ask first, unless something asks already."""
        if not self.engine.is_building or isinstance(self.app.screen, ConfirmScreen):
            self.app.exit()
            return
        words = _("An index is being built. Quitting breaks that off; the one in use stays. Quit?")
        self.app.push_screen(ConfirmScreen(words), lambda yes: self.app.exit() if yes else None)

    def speak(self) -> None:
        """Show in the language in use what is not drawn anew; answers stay as they were given."""
        self.prompt.field.placeholder = _("Ask a question, or / for commands")
        self._chips.show(self._conversation.conditions)
        if self._info is not None:
            self._title(_ready(self._info), "dim")
        if self._about is not None:
            self._conversation.questions = suggested(self._about)
        if self.transcript.is_new:
            self._welcome()
        self.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        """What is typed elsewhere goes to the prompt, unless it is a key there or a letter."""
        if self._letters:
            event.stop()
            place = self._letters.get(event.character or "")
            self._leave_letters()
            if place is not None:
                self.action_cite(*place)
            return
        field = self.prompt.field
        if event.is_printable and not field.has_focus and event.key not in self.active_bindings:
            event.stop()
            field.focus()
            field.insert(event.character or "")

    def on_resize(self) -> None:
        """Take the focus out of what the smaller screen has no room for."""
        self.call_after_refresh(self._keep_focus_in_sight)

    def _keep_focus_in_sight(self) -> None:
        if self.focused is None or not self.focused.region:
            self.prompt.field.focus()

    def on_dropped(self, event: Dropped) -> None:
        """Lift a condition; without its days a question is asked again."""
        if again := self._conversation.drop(event.key):
            self._ask(again)
        self._chips.show(self._conversation.conditions)

    def on_chosen(self, event: Chosen) -> None:
        """Open a place."""
        self.action_cite(event.turn, event.n)

    def on_pointed(self, event: Pointed) -> None:
        """Show the place that the pointer is over, and move nothing else."""
        turn = self._turns.get(event.turn)
        if turn is None or not self.shows_article:
            return
        found = self._conversation.opened(event.n, turn)
        if isinstance(found, Open):
            self._select(event.turn, found.turn.places.index(found.place))

    def _laid_out(self, _screen: object) -> None:
        """Show the article, for which there was no room before, once there is some."""
        room = self.shows_article
        if room and not self._has_room:
            self._show_article_beside()
        self._has_room = room

    def on_article_view_stepped(self, event: ArticleView.Stepped) -> None:
        """The cursor goes along with the quote that the article shows."""
        event.stop()
        self._at = event.current
        self._show_cursor(show=True)

    def action_cite(self, turn: int, n: int) -> None:
        """Go to place `n` of a turn."""
        if (of := self._turns.get(turn)) is None:
            return
        found = self._conversation.opened(n, of)
        if isinstance(found, Notice):
            self._problem.show(found.words)
            return
        self._go(found)

    def action_open_current(self) -> None:
        """Open the article at the cursor, with the screen to itself."""
        turn = self._current
        if turn is None or not turn.places:
            found = self._conversation.opened(1, turn)
            self._problem.show(found.words if isinstance(found, Notice) else "")
            return
        self._open(turn, self._at)

    def action_open(self, n: int) -> None:
        """Go to place `n` of the current turn."""
        if self.transcript.current is not None:
            self.action_cite(self.transcript.current, n)
        elif question := self.prompt.suggestion(str(n)):
            self.do(question)

    def action_step(self, steps: int) -> None:
        """Put the cursor on the next place of the current turn, or the one before."""
        turn = self._current
        if turn is not None and turn.places:
            self._at = (self._at + steps) % len(turn.places)
            self._show_place(show=True)

    def action_letters(self) -> None:
        """Show a letter at each citation on the screen; the next key goes to one.

        Until then nothing has the focus, so that it comes here.
        """
        self._leave_letters()
        self._letters = self.transcript.letter()
        if not self._letters:
            self._problem.show(_("There is no [n] on the screen to go to."))
            return
        self._before = self.focused
        self.set_focus(None)

    def on_descendant_focus(self) -> None:
        """Show the numbers again, once a click has given something the focus."""
        self._unletter()

    def on_click(self) -> None:
        """A click of any other kind ends the letters too."""
        self._leave_letters()

    def on_screen_suspend(self) -> None:
        """So does what comes to lie over the chat."""
        self._leave_letters()

    def _leave_letters(self) -> None:
        if self._unletter():
            self.set_focus(self._before, scroll_visible=False)

    def _unletter(self) -> bool:
        """Show the numbers again; whether there were letters."""
        if not self._letters:
            return False
        self._letters = {}
        self.transcript.unletter()
        return True

    def action_walk(self, step: int) -> None:
        """Mark the next answer or the one before."""
        if (turn := self.transcript.walk(step)) is not None:
            self._select(turn)

    def action_cancel(self) -> None:
        """Close the completions, else cancel the question, else go to the prompt."""
        if self.prompt.offers:
            self.prompt.close()
            return
        self._problem.show("")
        if (waiting := self._drop()) and not self.prompt.text:
            self.prompt.put(waiting.asked.question)
            self.prompt.field.select_all()
        self.prompt.field.focus()

    def action_help(self) -> None:
        """Show every command and key."""
        self.app.push_screen("help")

    def action_history(self) -> None:
        """Search earlier questions; the one chosen comes into the prompt."""

        def chosen(question: str | None) -> None:
            if question is not None:
                self.prompt.put(question)
            self.prompt.field.focus()

        self.app.push_screen(HistoryScreen(self._history.questions), chosen)

    def action_conversations(self) -> None:
        """Show the conversations that are kept."""
        self.do("/conversations")

    def action_resume(self) -> None:
        """Go on with the last conversation."""
        self.do("/resume")

    def action_sources(self) -> None:
        """Go to the article; where it is not beside the transcript, show the sources alone."""
        number, turn = self.transcript.current, self._current
        if number is None or turn is None or not turn.places:
            self._problem.show(_("There are no sources yet: ask a question first."))
        elif self.shows_article:
            self.article.text.focus()
        else:
            self.app.push_screen(SourcesScreen(number, turn), self._chosen_alone)

    def action_copy_answer(self) -> None:
        """Send the current answer, with its sources, to the clipboard."""
        turn = self._current
        if turn is None:
            self._problem.show(_("There is no answer to copy yet."))
            return
        text = as_text(turn.answer, turn.info, style=None, width=_COPIED_COLUMNS)
        self.app.copy_to_clipboard(f"{one_line(turn.answer.question)}\n\n{text}\n")
        self._tell(_("Sent the answer to the terminal's clipboard; not every terminal obeys."))

    def action_page(self, step: int) -> None:
        """Scroll the transcript while the prompt has the focus."""
        if step > 0:
            self.transcript.scroll_page_down(animate=False)
        else:
            self.transcript.scroll_page_up(animate=False)

    def action_stop_building(self) -> None:
        """Leave off building an index, and with it the question that waits for it, if one does."""
        if not self.engine.is_building:
            self._drop()
        self.engine.stop_building()

    def on_building(self, event: Building) -> None:
        """Show how far the index is."""
        self._build_bar.show(event.stage, event.done, event.total)
        if self._info is None:
            self._title(_("no index yet: building one"), "fair")

    def on_opened(self, event: Opened) -> None:
        """Say what the questions go to; between the answers, that it is another index by now."""
        self._info = event.info
        self._about = event.about
        self._build_bar.display = self.engine.is_building
        lifted = self._conversation.turn_to(event.sources, event.find, event.sizes)
        self._conversation.questions = suggested(event.about)
        self._chips.show(self._conversation.conditions)
        if self.transcript.is_new and self.transcript.is_attached:
            self._welcome()
        if words := f"{event.words} {lifted}".strip():
            before = self._waiting.turn if self._waiting else None
            self.transcript.add([Line(0, ((one_line(words), "dim"),))], None, before=before)
        if self._current is not None and self.transcript.current is not None:
            self._complete(self.transcript.current)
            self._show_place()
        self._title(_ready(event.info), "dim")

    def on_listed(self, event: Listed) -> None:
        """Show the articles."""
        find = self._conversation.find
        if self._about is not None and find is not None:
            root = self._about.index.root
            screen = BrowseScreen(event.browser, find, root=root, wanted=event.wanted)
            self.app.push_screen(screen)

    def on_searched(self, event: Searched) -> None:
        """Show the passages that were searched for."""
        if self._about is not None:
            self.app.push_screen(PassagesScreen(event.passages, root=self._about.index.root))

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
        if self._conversation.problem:
            self._problem.show(self._conversation.problem)

    def on_failed(self, event: Failed) -> None:
        """Show the error in the answer's place, and above the prompt, where it stays in sight."""
        self._build_bar.display = self.engine.is_building
        if self._info is None:
            self._title(_("no index"), "poor")
        if waiting := self._arrived(event.id):
            self.transcript.say(waiting.turn, event.error, "poor")
        self._problem.show(event.error)

    @property
    def _current(self) -> Turn | None:
        """The turn that keys act on."""
        number = self.transcript.current
        return None if number is None else self._turns.get(number)

    @property
    def shows_article(self) -> bool:
        """Whether there is room for the article beside the transcript."""
        return bool(self.article.region.width)

    def _ask(self, asked: Ask) -> None:
        self._drop()
        self.prompt.suggested = ()
        self._history.add(asked.question)
        words = _("Looking…") if self._info else _("Waiting for the index…")
        turn = self.transcript.ask(asked.question, words)
        self._waiting = _Waiting(self.engine.ask(asked), asked, turn)

    def _make(self, path: Path | None) -> bool:
        """Have an index built, or opened; whether none is being built already."""
        if self.engine.is_building:
            self._problem.show(
                _("An index is being built already. Wait for it, or stop it: Ctrl+P, Stop building")
            )
            return False
        self.engine.build(path)
        self._build_bar.show(N_("reading"), 0, 0)
        return True

    def _drop(self) -> _Waiting | None:
        """Forget the question on its way, if any."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.engine.cancel()
            self.transcript.say(waiting.turn, _("Cancelled."), "dim")
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
        self._show_place()

    def _welcome(self) -> None:
        """Show what is in here, and what a digit asks."""
        start = AboutView(self._about, starts=True) if self._about else None
        self.transcript.welcome(start)
        self.prompt.suggested = self._conversation.questions

    def _show_about(self) -> None:
        """Show what is in here once more."""
        if self._about is None:
            self._problem.show(_("The index is still being opened; try again in a moment."))
        elif self.transcript.is_new:
            self.transcript.scroll_home(animate=False)
        else:
            self.transcript.put(AboutView(self._about, starts=False), None)

    def _list(self, asked: Browse | Search) -> None:
        self._drop()
        self.engine.ask(asked)

    def _offer(self) -> None:
        if not self._turns and (offer := self._conversation.offer):
            self.transcript.offer(offer)

    def _resume(self, words: str) -> None:
        """Show the conversation that goes on, at its end."""
        turns = self._conversation.turns
        self._begin()
        self.prompt.suggested = ()
        self._turns = dict(zip(self.transcript.restore(turns), turns, strict=True))
        self._select(max(self._turns))
        self._history.remind(turns[-1].answer.question)
        self.prompt.field.focus()
        self._tell(words)

    def _chosen_kept(self, choice: Choice | None) -> None:
        def do() -> None:
            self.prompt.field.focus()
            if choice is not None and self.do(choice.do) and choice.put:
                self.prompt.put(choice.put)

        # Not while the list still lies over the chat, which is not laid out then.
        self.call_after_refresh(do)

    def _confirm(self, asks: Confirm) -> None:
        def answered(confirmed: bool | None) -> None:
            words = asks.text if confirmed else asks.otherwise
            if words and confirmed is not None:
                self.do(words)

        self.app.push_screen(ConfirmScreen(asks.words), answered)

    def _select(self, turn: int, at: int = 0) -> None:
        """Make a turn current, with the cursor at one of its places."""
        if (turn, at) != (self.transcript.current, self._at) or not at:
            self._complete(turn)
            self.transcript.select(turn)
            self._at = at
            self._show_place()

    def _complete(self, number: int) -> None:
        """Have the whole articles of a turn that was kept, as far as the index has them."""
        try:
            self._turns[number] = self._conversation.whole(self._turns[number])
        except QAError as error:
            self._problem.show(str(error))

    def _show_place(self, *, show: bool = False) -> None:
        """Have the cursor stand out in the transcript, and its article beside it.

        Args:
            show: Whether to scroll the transcript there.
        """
        self._show_cursor(show=show)
        self._show_article_beside()

    def _show_cursor(self, *, show: bool) -> None:
        number, turn = self.transcript.current, self._current
        places = turn.places if turn else ()
        if number is not None:
            self.transcript.point(number, places[self._at].n if places else None, show=show)
        self.set_class(not places, "-no-places")
        self._strip.show(number, turn, self._at)

    def _show_article_beside(self) -> None:
        """Show the article, if there is room for it by now; `_laid_out` sees to it else."""
        turn = self._current
        if turn is not None and turn.places and self.shows_article:
            places = turn.places
            self.article.show(
                places[self._at].article,
                places,
                self._at,
                root=turn.info.root,
                kind=partial(_kind, turn),
            )

    def _go(self, opened: Open) -> None:
        """Go to a place: in the article beside the transcript, else with the screen to itself."""
        turn = opened.turn
        number = self._number(turn)
        at = turn.places.index(opened.place)
        if number is not None:
            self._select(number, at)
            self._show_place(show=True)
        if number is not None and self.shows_article:
            self.article.text.focus()
            if words := self._conversation.since_changed(opened.place.article):
                self._problem.show(words)
        else:
            self._open(turn, at)

    def _number(self, turn: Turn) -> int | None:
        """The number of a turn, though its articles have been completed since."""
        return next((n for n, one in self._turns.items() if one.asked == turn.asked), None)

    def _chosen_alone(self, chosen: Chosen | None) -> None:
        if chosen is not None:
            self.action_cite(chosen.turn, chosen.n)

    def _open(self, turn: Turn, at: int) -> None:
        """Give the screen to the article of a place; where it was left, the cursor goes."""

        def left(at: int | None) -> None:
            current = self._current
            if at is not None and current is not None and current.asked == turn.asked:
                self._at = at
                self._show_place(show=True)

        places = turn.places
        screen = ArticleScreen(
            places[at].article,
            places,
            at,
            root=turn.info.root,
            kind=partial(_kind, turn),
        )
        self.app.push_screen(screen, left)
        if words := self._conversation.since_changed(places[at].article):
            self._tell(words)

    def _title(self, words: str, role: str) -> None:
        self._title_bar.state = words
        self._title_bar.role = {"fair": "$text-warning", "poor": "$text-error"}.get(role, "dim")

    def _tell(self, words: str) -> None:
        self.app.notify(one_line(words), markup=False)


def _ready(info: IndexInfo) -> str:
    ready = ngettext("{count} article · ready", "{count} articles · ready", info.articles)
    if info.is_sample:
        ready = _("{count} sample articles · ready")
    return ready.format(count=number(info.articles))


def _kind(turn: Turn, place: Citation) -> str:
    if turn.is_near(place):
        return NEAREST
    return GUESS if turn.answer.shown.best is None else MATCH
