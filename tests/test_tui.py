"""The chat: a question, its answer, its sources, cancelling, failing, hostile words, sizes."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

import qa.tui
from qa.chat.archive import Archive
from qa.cite import cite
from qa.engine import Engine
from qa.errors import IndexMissing
from qa.show import Line
from qa.tui.app import ChatApp
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.sources import SourcesScreen
from qa.tui.widgets.transcript import MOST, Question
from qa.types import Span
from tests.builders import article
from tests.chat import (
    NOBODY,
    PESKOV,
    WHO,
    ask,
    build_index,
    chat,
    engine_of,
    on_screen,
    opened,
    send,
    shows,
    strips,
    until,
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles, one of them hostile."""
    return build_index(tmp_path_factory.mktemp("tui") / "index")


def held_back(index: Path) -> tuple[Archive, Event]:
    """An archive that opens when the event is set."""
    may_open = Event()

    def open_later(_index: Path, _tell: object) -> Engine:
        may_open.wait(20)
        return engine_of(index)

    return Archive(index, open_later), may_open


def cursors(app: ChatApp) -> list[str]:
    """The markers in the transcript that stand out."""
    return [
        segment.text
        for strip in strips(app)
        for segment in strip.crop(0, app.chat.transcript.region.right)
        if segment.style and segment.style.reverse
    ]


def place_of(app: ChatApp, words: str) -> tuple[int, int]:
    """Where on the screen some words begin, one column on."""
    rows = on_screen(app).splitlines()
    y = next(y for y, row in enumerate(rows) if words in row)
    return rows[y].index(words) + 1, y


def below(app: ChatApp) -> str:
    """The words of the chat, whatever lies over it."""
    return "\n".join(strip.text for strip in app.chat._compositor.render_strips())


def top_of(app: ChatApp, question: int) -> int:
    """The row of the transcript in which a question begins."""
    return app.chat.transcript.query(Question)[question].virtual_region.y


async def shows_article(pilot: Pilot[None], word: str) -> None:
    """Wait until the article with this word is open."""
    await until(pilot, lambda: isinstance(pilot.app.screen, ArticleScreen))
    await shows(pilot, word)


async def test_a_question_is_answered_in_the_transcript(index: Path) -> None:
    """Typed key by key: the words, the status, the sources."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await shows(pilot, "3 articles · ready", "Ask the articles a question")
        await pilot.press(*WHO, "enter")
        await shows(pilot, WHO, "Dmitry Peskov [1][2]", "/corpus/a.txt:1", "confidence")
        assert "Ask the articles a question" not in on_screen(app)
        assert chat(pilot).prompt.text == ""


async def test_no_answer_says_so_and_shows_a_guess_and_the_nearest(index: Path) -> None:
    """They can be opened like citations; the article says which of them it is."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, "Berapa harga tiket ke Tokyo?")
        await shows(pilot, "Not found in these articles.", "not found", "Nearest passages")
        await shows(pilot, "Closest, a guess (confidence", "guess 1/3")
        await send(pilot, "2")
        await shows(pilot, "nearest 2/3")


async def test_a_question_asked_before_the_index_is_open_is_answered_then(index: Path) -> None:
    """Typing never waits for a model."""
    archive, may_open = held_back(index)
    app = ChatApp(archive)
    async with app.run_test() as pilot:
        await send(pilot, WHO)
        await shows(pilot, "Waiting for the index", "opening the index")
        may_open.set()
        await shows(pilot, "Dmitry Peskov")


async def test_ctrl_c_cancels_a_question_and_else_says_how_to_quit(index: Path) -> None:
    """The question comes back selected, so that typing takes its place."""
    archive, may_open = held_back(index)
    app = ChatApp(archive)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("ctrl+c")
        await shows(pilot, "To quit: Ctrl+Q, or /quit")
        assert "Do you want" not in on_screen(app)
        await send(pilot, WHO)
        await until(pilot, lambda: chat(pilot).is_waiting)
        await pilot.press("ctrl+c")
        await shows(pilot, "Cancelled.")
        field = chat(pilot).prompt.field
        assert field.selected_text == WHO
        await pilot.press("x")
        assert field.text == "x"
        may_open.set()


async def test_a_smaller_screen_takes_the_focus_out_of_what_it_hides(index: Path) -> None:
    """Else nothing would show where it is, and typing would go nowhere."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        await pilot.press("f3")
        await until(pilot, lambda: chat(pilot).article.text.has_focus)
        await pilot.resize_terminal(90, 30)
        await until(pilot, lambda: chat(pilot).prompt.field.has_focus)
        await pilot.press(*"jk")
        assert chat(pilot).prompt.text == "jk"


async def test_escape_cancels_and_keeps_the_question(index: Path) -> None:
    """The answer of a cancelled question never shows; a second Esc changes nothing."""
    archive, may_open = held_back(index)
    app = ChatApp(archive)
    async with app.run_test() as pilot:
        await send(pilot, WHO)
        await pilot.press("escape", "escape")
        assert chat(pilot).prompt.text == WHO
        await shows(pilot, "Cancelled.")
        may_open.set()
        await shows(pilot, "ready")
        assert "Dmitry Peskov" not in on_screen(app)


async def test_of_two_quick_questions_the_last_is_answered(index: Path) -> None:
    """The answer of the first is dropped, whenever it comes."""
    archive, may_open = held_back(index)
    app = ChatApp(archive)
    async with app.run_test(size=(80, 40)) as pilot:
        await send(pilot, NOBODY)
        await send(pilot, WHO)
        may_open.set()
        await shows(pilot, "Dmitry Peskov [1]", "Cancelled.")
        assert "Santoso" not in on_screen(app)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (IndexMissing("No index in [index]/. Build one."), "No index in [index]/."),
        (RuntimeError("odd"), "qa itself failed: RuntimeError: odd"),
    ],
)
async def test_an_engine_that_does_not_open_says_why(error: Exception, says: str) -> None:
    """In the answer's place, whatever the fault; above the prompt it stays until Esc."""

    def fail(_index: Path, _tell: object) -> Engine:
        raise error

    app = ChatApp(Archive(Path("index"), fail))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await send(pilot, WHO)
        await until(pilot, lambda: on_screen(app).count(says) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: on_screen(app).count(says) == 1)


async def test_progress_of_a_first_index_is_shown_and_can_be_stopped(index: Path) -> None:
    """Stopping cancels the question that waits for it; the next question begins anew."""
    may_go_on = Event()

    def build_first(index: Path, tell: Callable[[str, int, int], None]) -> Engine:
        tell("indexing", 30, 120)
        may_go_on.wait(20)
        tell("indexing", 60, 120)
        return engine_of(index)

    app = ChatApp(Archive(index, build_first))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await shows(pilot, "indexing", "30 of 120 articles", "no index yet: building one")
        await send(pilot, WHO)
        chat(pilot).action_stop_building()
        may_go_on.set()
        await shows(pilot, "Stopped; there is no index yet.", "Cancelled.")
        assert "of 120" not in on_screen(app)
        await send(pilot, WHO)
        await shows(pilot, "Dmitry Peskov [1]", "3 articles")
        assert "of 120" not in on_screen(app)


async def test_the_article_stands_beside_the_transcript_where_there_is_room(index: Path) -> None:
    """At the quote, its sources above; n, p and digits go to others, Enter gives it the screen."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        await shows(pilot, "[1] Kata Kremlin · Kabar", "[2] The Line · Wire · 2021-01-02")
        await shows(pilot, "match 1/2", "▌ Juru bicara Kremlin Dmitry Peskov mengatakan")
        await pilot.press("f3", "n")
        await shows(pilot, "match 2/2", "1963")
        await pilot.press("n")
        await shows(pilot, "match 1/2")
        await pilot.press("2", "p", "2", "enter")
        await shows_article(pilot, "match 2/2")
        await pilot.press("p", "escape")
        await until(pilot, lambda: not isinstance(app.screen, ArticleScreen))
        await shows(pilot, "match 1/2", "[2] The Line")


async def test_the_cursor_goes_over_the_quotes_in_the_transcript(index: Path) -> None:
    """It stands out there, whatever the colours, and the article follows."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        await until(pilot, lambda: cursors(app) == ["[1]", "[1]"])
        await pilot.press("shift+tab", "right")
        await until(pilot, lambda: cursors(app) == ["[2]", "[2]"])
        await shows(pilot, "match 2/2")
        await pilot.press("left")
        await shows(pilot, "match 1/2")
        await pilot.press("enter")
        await shows_article(pilot, "match 1/2")


async def test_the_article_follows_the_pointer(index: Path) -> None:
    """Over `[n]` in the answer, and over a source; what is being typed goes on."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        await shows(pilot, "match 1/2")
        await pilot.hover(offset=place_of(app, "[2] The Line"))
        await shows(pilot, "match 2/2")
        await pilot.hover(offset=place_of(app, "[1] Kata Kremlin ·"))
        await shows(pilot, "match 1/2")
        await pilot.press(*"ab")
        assert chat(pilot).prompt.text == "ab"
        await pilot.click(offset=place_of(app, "[2] The Line · Wire"))
        await shows(pilot, "match 2/2")


async def test_back_to_the_quote_after_reading_on(index: Path) -> None:
    """A full stop, in the article and in the transcript."""
    long = article("\n".join([PESKOV, *(f"Baris {n}." for n in range(99))]), source="Kabar")
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        view = chat(pilot).article
        span = Span(PESKOV.index("Dmitry"), PESKOV.index(" mengatakan"))
        view.show(long, [cite(span, long, 1)], root="/corpus")
        await pilot.press("f3", "G")
        await shows(pilot, "Baris 98.")
        await pilot.press("full_stop")
        await shows(pilot, "▌ Juru bicara Kremlin Dmitry Peskov")


async def test_letters_jump_to_any_citation_on_the_screen(index: Path) -> None:
    """From the prompt by Ctrl+G, in the answers by f; any other key only ends it."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+g")
        await shows(pilot, "There is no [n] on the screen")
        await ask(pilot, WHO)
        await ask(pilot, NOBODY)
        await shows(pilot, "Budi Santoso [1]")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "Dmitry Peskov [a][b]" in below(app))
        assert "Budi Santoso [c]" in below(app)
        await pilot.press("b")
        await shows(pilot, "Dmitry Peskov [1][2]", "match 2/2", "1963")
        assert chat(pilot).prompt.text == ""
        await pilot.press("escape", "shift+tab", "shift+tab", "f", "f1")
        await shows(pilot, "Dmitry Peskov [1][2]", "match 2/2")
        assert chat(pilot).transcript.has_focus
        # So does a click, and what comes to lie over the chat; the keys go where they went.
        for end in (pilot.click("#title"), pilot.press("ctrl+p", "escape")):
            chat(pilot).prompt.field.focus()
            await pilot.press("ctrl+g")
            await shows(pilot, "Dmitry Peskov [a][b]")
            await end
            await shows(pilot, "Dmitry Peskov [1][2]")
            assert chat(pilot).prompt.field.has_focus


async def test_letters_go_from_what_was_scrolled_away(index: Path) -> None:
    """By the wheel, which is no key."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 12)) as pilot:
        await ask(pilot, WHO)
        await ask(pilot, NOBODY)
        chat(pilot).transcript.scroll_home(animate=False)
        await shows(pilot, "Dmitry Peskov [1][2]")
        await pilot.press("ctrl+g")
        await shows(pilot, "Dmitry Peskov [a][b]")
        chat(pilot).transcript.scroll_end(animate=False)
        await until(pilot, lambda: "Dmitry" not in on_screen(app))
        await pilot.press("escape")
        chat(pilot).transcript.scroll_home(animate=False)
        await shows(pilot, "Dmitry Peskov [1][2]")


async def test_cycles_are_looked_for_while_nobody_types(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only once there is much to look through; a key that waited for it would be late."""
    made, looked = 9, False

    def look() -> None:
        nonlocal made, looked
        made, looked = 0, True

    cycles = SimpleNamespace(get_count=lambda: (0, 0, made), collect=look)
    monkeypatch.setattr("qa.tui.app._RESTS_S", 0.02)
    monkeypatch.setattr("qa.tui.app.gc", cycles)
    monkeypatch.setattr("qa.tui.app.monotonic", lambda: 0.0)
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        made = 10
        await pilot.pause(0.1)
        assert not looked
        made = 9
        monkeypatch.setattr("qa.tui.app.monotonic", lambda: 1.0)
        await pilot.pause(0.1)
        assert not looked
        made = 10
        await until(pilot, lambda: looked)


async def test_letters_open_the_article_where_it_is_not_beside(index: Path) -> None:
    """Below 100 columns."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        await ask(pilot, WHO)
        await pilot.press("ctrl+g", "b")
        await shows_article(pilot, "1963")


async def test_the_question_stays_in_view_above_a_long_answer(index: Path) -> None:
    """In the first row once it has scrolled away; a click on it goes back."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 12)) as pilot:
        await ask(pilot, WHO)
        await until(pilot, lambda: "▌ " + WHO in on_screen(app))
        await pilot.press("shift+tab", "G")
        await until(pilot, lambda: f"↑ {WHO}" in on_screen(app).splitlines()[1])
        await pilot.click("#asked")
        await until(pilot, lambda: "▌ " + WHO in on_screen(app))
        assert "↑" not in on_screen(app)


async def test_what_is_read_stays_in_view_when_the_size_changes(index: Path) -> None:
    """The row at the top, there and back, however the words are wrapped."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 16)) as pilot:
        for _ in range(3):
            await ask(pilot, WHO)
            await ask(pilot, NOBODY)
        transcript = chat(pilot).transcript
        row = transcript.query(Question)[3].virtual_region.y
        transcript.scroll_to(y=row, animate=False, immediate=True)
        await pilot.pause()
        for size in ((80, 24), (60, 20), (40, 12), (100, 30), (120, 16)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: transcript.scroll_y == top_of(app, 3))
        assert transcript.scroll_y == row


async def test_what_is_scrolled_to_while_the_size_changes_stays_in_view(index: Path) -> None:
    """At the very moment at which the transcript has its new size, then another one."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 16)) as pilot:
        for _ in range(3):
            await ask(pilot, WHO)
            await ask(pilot, NOBODY)
        transcript = chat(pilot).transcript
        for height in (14, 18, 15):
            before = transcript.size
            pilot.app.screen.styles.padding = (0, 0, 20 - height, 0)
            while transcript.size == before:
                await asyncio.sleep(0)
            question = 1 + height % 3
            transcript.scroll_to(y=top_of(app, question), animate=False, immediate=True)
            await pilot.resize_terminal(80, 30)
            await until(pilot, lambda: transcript.scroll_y == top_of(app, question))  # noqa: B023
            await pilot.resize_terminal(120, 16)
            await until(pilot, lambda: transcript.scroll_y == top_of(app, question))  # noqa: B023


@pytest.mark.parametrize("size", [(60, 20), (40, 12), (40, 9)])
async def test_the_input_is_always_in_view(index: Path, size: tuple[int, int]) -> None:
    """With chips, an error, completions and several lines typed; chips wrap."""
    app = ChatApp(opened(index))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: chat(pilot).is_open)
        await ask(pilot, WHO)
        for command in ("/since 2020-01-01", "/until 2024-12-31", "/source kabar"):
            await send(pilot, command)
        await shows(pilot, "since 2020-01-01 ×")
        await send(pilot, "/source nobody-of-this-name-is-in-the-index-at-all-or-ever-was")
        await shows(pilot, "✗ No source", "ever-was")
        await pilot.press("ctrl+j", "ctrl+j", *"abc")
        await shows(pilot, "abc")
        chat(pilot).prompt.put("/")
        await shows(pilot, "/since", "┃ /")


async def test_sources_are_a_screen_where_there_is_not(index: Path) -> None:
    """F3 opens and closes it."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        assert not isinstance(app.screen, SourcesScreen)
        await ask(pilot, WHO)
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, SourcesScreen))
        await pilot.press("f3")
        assert not isinstance(app.screen, SourcesScreen)
        await pilot.press("f3", "down", "enter")
        await shows_article(pilot, "1963")


async def test_every_way_to_a_citation(index: Path) -> None:
    """Its number and Enter, a digit in the transcript, Ctrl+O, a click on its marker."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 34)) as pilot:
        await ask(pilot, WHO)
        for keys in (["2", "enter"], ["shift+tab", "2"]):
            await pilot.press(*keys)
            await shows_article(pilot, "1963")
            assert isinstance(app.screen, ArticleScreen)
            await pilot.press("escape", "escape")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await pilot.press("escape")
        rows = on_screen(app).splitlines()
        y = next(y for y, row in enumerate(rows) if "Dmitry Peskov [1][2]" in row)
        await pilot.click(offset=(rows[y].index("[2]") + 1, y))
        await shows_article(pilot, "1963")


async def test_a_question_may_lean_on_the_answers_before_it(index: Path) -> None:
    """Until a new conversation begins."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 40)) as pilot:
        await ask(pilot, WHO)
        await ask(pilot, "Kapan dia mengatakan hal itu?")
        await shows(pilot, "understood as: Kapan Dmitry Peskov mengatakan hal itu?")
        await send(pilot, "/new")
        await ask(pilot, "Kapan dia mengatakan hal itu?")
        assert "understood as" not in on_screen(app)


async def test_what_is_not_there_is_told(index: Path) -> None:
    """No source to open, no answer to copy; the prompt keeps what was typed."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await send(pilot, "7")
        await shows(pilot, "There is nothing to open yet")
        assert chat(pilot).prompt.text == "7"
        await pilot.press("x")
        assert chat(pilot).prompt.text == "x"
        chat(pilot).action_copy_answer()
        await shows(pilot, "There is no answer to copy yet.")


async def test_an_earlier_answer_can_be_gone_back_to(index: Path) -> None:
    """Digits and the sources are those of the answer that is marked."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 16)) as pilot:
        await ask(pilot, WHO)
        await ask(pilot, NOBODY)
        await shows(pilot, "[1] [@click=app.quit]x[/]␛[31m�2J · [b]Odd")
        await pilot.press("shift+tab", "shift+tab", "left_square_bracket")
        await shows(pilot, "[2] The Line · Wire")
        await pilot.press("2")
        await shows(pilot, "1963")


async def test_the_view_stays_where_the_reader_put_it(index: Path) -> None:
    """An answer that comes in below does not move it; a new question goes to the end."""
    archive, may_open = held_back(index)
    app = ChatApp(archive)
    async with app.run_test(size=(80, 12)) as pilot:
        for n in range(6):
            await send(pilot, f"Pertanyaan {n}?")
        transcript = chat(pilot).transcript
        await until(pilot, lambda: transcript.scroll_y == transcript.max_scroll_y > 0)
        transcript.scroll_home(animate=False)
        await pilot.pause()
        may_open.set()
        await until(pilot, lambda: not chat(pilot).is_waiting)
        await pilot.pause()
        assert transcript.scroll_y == 0
        await ask(pilot, WHO)
        await shows(pilot, "Dmitry Peskov [1][2]")


async def test_a_long_conversation_keeps_few_widgets(index: Path) -> None:
    """The oldest turns leave the screen, but not the conversation."""
    archive, _ = held_back(index)
    app = ChatApp(archive)
    async with app.run_test(size=(80, 24)) as pilot:
        for n in range(MOST + 3):
            turn = chat(pilot).transcript.ask(f"Pertanyaan {n}?", "")
            chat(pilot).transcript.add([Line(0, (("sebab", ""),))], turn)
        await until(pilot, lambda: len(app.query(Question)) == MOST)
        await until(pilot, lambda: len(app.query(".aside")) == MOST)
        await shows(pilot, f"Pertanyaan {MOST + 2}?")


async def test_hostile_words_are_shown_and_not_obeyed(index: Path) -> None:
    """Markup stays text, and no control character is left for the terminal."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34), notifications=True) as pilot:
        await ask(pilot, f"{NOBODY} [red]\x1b[2J")
        await shows(pilot, "[bold]Ketua panitia ␛]52;c;aGk=␇", "[@click=app.quit]x[/]␛[31m�2J")
        await shows(pilot, f"{NOBODY} [red]␛[2J")
        await send(pilot, "/source [b]od")
        await shows(pilot, "source [b]Odd␛[0m")
        await send(pilot, "/[/]x")
        await shows(pilot, "No command /[/]x.")
        await send(pilot, "/why")
        await shows(pilot, "Passages read")
        assert not {"\x1b", "\x07", "\x9b"} & set(on_screen(app))
        assert "\x1b" not in "".join(str(widget.render()) for widget in app.query(Static))


@pytest.mark.parametrize("size", [(120, 34), (80, 24), (40, 12), (10, 4), (1, 1)])
async def test_no_size_is_too_small(index: Path, size: tuple[int, int]) -> None:
    """It may be useless at 1x1, but it stands, with everything open in turn."""
    app = ChatApp(opened(index))
    async with app.run_test(size=size) as pilot:
        await send(pilot, "/s")
        await ask(pilot, WHO)
        for key in ("f1", "f3", "ctrl+r", "ctrl+o"):
            await pilot.press(key)
            await pilot.press("escape")
        await send(pilot, "/why")
        assert len(app.screen_stack) == 1


async def test_resizing_to_nothing_and_back_loses_nothing(index: Path) -> None:
    """As when a window is dragged about."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        await pilot.press("f3")
        for size in ((40, 12), (1, 1), (10, 4), (120, 34)):
            await pilot.resize_terminal(*size)
        await shows(pilot, "Dmitry Peskov [1][2]", "[2] The Line", "match 1/2")


def test_the_chat_loads_nothing_heavy_before_it_is_seen() -> None:
    """The engine and its libraries come with its thread."""
    code = (
        "import sys, qa.tui.app;"
        "heavy = {'numpy', 'faiss', 'qa.engine', 'qa.store', 'onnxruntime'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_the_chat_only_displays() -> None:
    """It knows the conversation and how things read, not how answers are found."""
    known = {
        "qa.chat.archive", "qa.chat.browsing", "qa.chat.conversation", "qa.chat.conversations",
        "qa.chat.history", "qa.chat.turn_json", "qa.chat.preferences", "qa.chat.transcript",
        "qa.engine", "qa.errors", "qa.files", "qa.find", "qa.i18n", "qa.language.text",
        "qa.places", "qa.settings", "qa.show", "qa.types",
    }  # fmt: skip
    for path in Path(qa.tui.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qa."):
                module = str(node.module)
                assert module in known or module.startswith("qa.tui."), path
