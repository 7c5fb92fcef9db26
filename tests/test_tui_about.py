"""The start screen, `/about`, `/browse`, `/search`: what is in the index, before a question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.chat.browsing import Browser
from qa.tui.app import ChatApp
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.browse import BrowseScreen
from qa.tui.screens.passages import PassagesScreen
from qa.types import Headline
from tests.chat import (
    NOBODY,
    WHO,
    ask,
    build_index,
    chat,
    on_screen,
    opened,
    send,
    shows,
    until,
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles that says which questions it answers."""
    folder = tmp_path_factory.mktemp("tui-about") / "index"
    return build_index(folder, questions=(WHO, NOBODY))


@pytest.mark.parametrize("size", [(120, 34), (60, 20)])
async def test_the_start_screen_says_what_is_in_here(index: Path, size: tuple[int, int]) -> None:
    """Questions come first, so that a small screen shows them."""
    app = ChatApp(opened(index))
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "Ask the articles a question", f"1 {WHO}", f"2 {NOBODY}", "3 articles")
        if size[0] > 100:
            await shows(pilot, "/corpus", "Kabar 1", "2021-01-02 to 2024-11-20", "most in")


async def test_a_digit_asks_a_question_at_the_start(index: Path) -> None:
    """Afterwards it is typed as any other character."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await shows(pilot, f"1 {WHO}")
        await pilot.press("9")
        assert chat(pilot).prompt.text == "9"
        await pilot.press("1")
        assert chat(pilot).prompt.text == "91"
        await pilot.press("backspace", "backspace", "1")
        await shows(pilot, "Dmitry Peskov [1][2]")
        await pilot.press("2")
        assert chat(pilot).prompt.text == "2"


async def test_a_click_asks_a_question(index: Path) -> None:
    """At the start, and where `/about` shows it later."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 50)) as pilot:
        await shows(pilot, f"1 {WHO}")
        await pilot.click(".suggestion")
        await shows(pilot, "Dmitry Peskov [1][2]")
        await send(pilot, "/about")
        await shows(pilot, f"- {NOBODY}")
        await pilot.click(chat(pilot).query(".suggestion").last())
        await until(pilot, lambda: not chat(pilot).is_waiting)
        await shows(pilot, "Budi Santoso")


@pytest.mark.parametrize("text", ["halo", "apa isi arsip ini?", "what can I ask?", "/about"])
async def test_a_greeting_leads_to_what_is_in_here(index: Path, text: str) -> None:
    """It is no question, and stays out of the conversation."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 50)) as pilot:
        await ask(pilot, WHO)
        await send(pilot, text)
        await shows(pilot, "3 articles\n".strip(), f"- {NOBODY}", "Built:")
        assert not chat(pilot).is_waiting
        assert on_screen(app).count("Dmitry Peskov [1][2]") == 1


async def test_a_new_conversation_begins_with_it(index: Path) -> None:
    """And a digit asks again."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        await send(pilot, "/new")
        await shows(pilot, f"1 {WHO}")
        await pilot.press("1")
        await shows(pilot, "Dmitry Peskov [1][2]")


async def test_articles_are_browsed_by_date(index: Path) -> None:
    """The newest first; typing narrows, Enter opens, Esc goes back to the list."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        await send(pilot, "/browse")
        await until(pilot, lambda: isinstance(app.screen, BrowseScreen))
        await shows(pilot, "› 2024-11-20  Kabar  Kata Kremlin", "3 articles", "undated")
        assert "\x1b" not in on_screen(app)
        await pilot.press(*"wire")
        await shows(pilot, "› 2021-01-02  Wire  The Line", "1 article ")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await shows(pilot, "The Line", "told reporters")
        await pilot.press("escape")
        await shows(pilot, "› 2021-01-02  Wire  The Line")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(pilot))


async def test_the_list_of_articles_is_read_once(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until another language says what has no date."""
    read = []

    class Counted(Browser):
        def __init__(self, headlines: Sequence[Headline]) -> None:
            read.append(len(headlines))
            super().__init__(headlines)

    monkeypatch.setattr("qa.tui.worker.Browser", Counted)
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        for spoken in ("en", "en", "id"):
            monkeypatch.setattr("qa.tui.worker.language", lambda spoken=spoken: spoken)
            await send(pilot, "/browse line")
            await shows(pilot, "› 2021-01-02  Wire  The Line", "1 article")
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is chat(pilot))
    assert read == [3, 3]


async def test_browsing_begins_with_the_words_given(index: Path) -> None:
    """Arrows move the cursor, a click opens."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        await send(pilot, "/browse i")
        await shows(pilot, "3 articles", "› 2024-11-20")
        await pilot.press("down", "down", "down", "up")
        await shows(pilot, "› 2021-01-02")
        await pilot.press(*"bcd")
        await shows(pilot, "0 articles")
        await pilot.press("enter", "down")
        assert isinstance(app.screen, BrowseScreen)
        await pilot.press("backspace", "backspace", "backspace")
        await shows(pilot, "3 articles")
        await pilot.click("Headlines", offset=(5, 1))
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await shows(pilot, "The Line")


async def test_passages_are_searched(index: Path) -> None:
    """In a list that further words narrow; Enter opens the article there, Esc goes back."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, f"1 {WHO}")
        await send(pilot, '/search "juru bicara"')
        await until(pilot, lambda: isinstance(app.screen, PassagesScreen))
        await shows(pilot, "2 passages", "Kata Kremlin", "The Line", "Enter opens")
        assert "\x1b" not in on_screen(app)
        await pilot.press(*"wire")
        await until(pilot, lambda: "Kata Kremlin" not in on_screen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await shows(pilot, "Juru bicara Kremlin")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PassagesScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(pilot))


async def test_a_search_that_finds_nothing_shows_what_is_near(index: Path) -> None:
    """And one for nothing is told at once, and can be mended."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, f"1 {WHO}")
        await send(pilot, "/search -kremlin")
        await shows(pilot, "Only words to leave out")
        await send(pilot, "/search kremlin qwertz")
        await shows(pilot, "nearest in meaning")
