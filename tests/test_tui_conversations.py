"""Kept conversations in the chat: offered, found, gone on with, named, deleted, marked."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from qa.chat.conversation import Ask, Conversation
from qa.tui.app import ChatApp
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.confirm import ConfirmScreen
from qa.tui.screens.conversations import BookmarksScreen, ConversationsScreen
from qa.tui.widgets.transcript import Question
from tests.chat import (
    HOSTILE_TITLE,
    NOBODY,
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

LEANING = "Kapan dia mengatakan hal itu?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles, one of them hostile."""
    return build_index(tmp_path_factory.mktemp("conversations") / "index")


def talk(folder: Path, index: Path, *questions: str, times: int = 1) -> None:
    """A conversation of some questions, asked over and over."""
    engine = engine_of(index)
    answers = {question: engine.ask(question) for question in questions}
    conversation = Conversation(folder=folder)
    for question in questions * times:
        asked = Ask(question, conversation.settings)
        conversation.record(asked, answers[question], engine.info)


async def on_top(pilot: Pilot[None], kind: type) -> None:
    """Wait until a screen of a kind is open."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))
    await pilot.pause()


async def test_of_many_conversations_the_latest_are_shown(tmp_path: Path, index: Path) -> None:
    """That there are more is said; words find them all."""
    talk(tmp_path, index, WHO)
    (first,) = tmp_path.iterdir()
    for n in range(201):
        row = first.read_text().replace(WHO, f"Siapa wakil n{n}n?")
        row = row.replace('"asked": "20', f'"asked": "1{n:03}-', 1)
        (tmp_path / f"{n}.jsonl").write_text(row)
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "ready")
        await send(pilot, "/conversations")
        await on_top(pilot, ConversationsScreen)
        rows = app.screen.query_one(OptionList)
        assert rows.option_count == 201
        assert rows.get_option_at_index(200).disabled
        await pilot.press(*"n0n")
        await shows(pilot, "Siapa wakil n0n?")
        assert rows.option_count == 1


async def test_the_last_conversation_is_offered_and_gone_on_with(
    tmp_path: Path, index: Path
) -> None:
    """A click on the offer is enough; a follow-up leans on it, its sources open, Up has it."""
    talk(tmp_path, index, NOBODY, WHO)
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(120, 34)) as pilot:
        await shows(pilot, f"The last conversation: “{NOBODY}” (2 questions", "ready")
        rows = on_screen(app).splitlines()
        y = next(y for y, row in enumerate(rows) if "The last conversation" in row)
        await pilot.click(offset=(10, y))
        await shows(pilot, WHO, "Dmitry Peskov [1][2]", "/corpus/a.txt:1", "pada Selasa.")
        assert "The last conversation" not in on_screen(app)
        await pilot.press("up")
        assert chat(pilot).prompt.text == WHO
        await ask(pilot, LEANING)
        await shows(pilot, "understood as: Kapan Dmitry Peskov mengatakan hal itu?")
    again = ChatApp(opened(index), conversations=tmp_path)
    async with again.run_test(size=(120, 34)) as pilot:
        await shows(pilot, "(3 questions")


async def test_conversations_are_found_as_one_types(tmp_path: Path, index: Path) -> None:
    """By words of questions and answers; Enter goes on with the one that is highlighted."""
    talk(tmp_path, index, WHO)
    talk(tmp_path, index, NOBODY)
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("f4")
        await on_top(pilot, ConversationsScreen)
        await shows(pilot, WHO, NOBODY, "1 question · ", "Enter resumes")
        await pilot.press(*"dmitry")
        await until(pilot, lambda: NOBODY not in on_screen(app))
        await pilot.press("enter")
        await shows(pilot, "Going on with “Siapa", "Dmitry Peskov [1][2]")
        await send(pilot, "/conversations santoso")
        await on_top(pilot, ConversationsScreen)
        assert app.screen.query_one(Input).value == "santoso"
        await shows(pilot, NOBODY)


async def test_a_conversation_is_named_and_deleted_from_the_list(
    tmp_path: Path, index: Path
) -> None:
    """F2 has the name typed in the prompt; F8 asks, and no is what Enter says."""
    talk(tmp_path, index, WHO)
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("f4")
        await on_top(pilot, ConversationsScreen)
        await pilot.press("f2")
        await until(pilot, lambda: chat(pilot).prompt.text == f"/rename {WHO}")
        await pilot.press(*" ulang", "enter")
        await shows(pilot, "This conversation is now")
        # It would lie over what comes next for four seconds.
        app.clear_notifications()
        for answer, left in (("enter", 1), ("y", 0)):
            await pilot.press("f4")
            await on_top(pilot, ConversationsScreen)
            await pilot.press("f8")
            await on_top(pilot, ConfirmScreen)
            await shows(pilot, f"Delete “{WHO} ulang” (1 question) for good?")
            await pilot.press(answer)
            await until(pilot, lambda: len(app.screen_stack) == 1)
            assert len(list(tmp_path.iterdir())) == left
        await shows(pilot, "Ask the articles a question")


async def test_bookmarks_are_listed_and_open(tmp_path: Path, index: Path) -> None:
    """Found by note and quote; of another conversation too, whose article has the screen alone."""
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(120, 34), notifications=True) as pilot:
        await ask(pilot, WHO)
        await send(pilot, "/bookmark 2 tahun berapa")
        await shows(pilot, "Marked source [2]")
        await send(pilot, "/new")
        await ask(pilot, NOBODY)
        await send(pilot, "/bookmark")
        await send(pilot, "/bookmarks")
        await on_top(pilot, BookmarksScreen)
        await shows(pilot, "[2] Dmitry Peskov", "tahun berapa", NOBODY)
        await pilot.press(*"berapa")
        await pilot.press("enter")
        await on_top(pilot, ArticleScreen)
        await shows(pilot, "1963")


async def test_what_is_gone_from_the_index_says_so(
    tmp_path: Path, index: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The answer is there as it was; its article is not, and the pane has what was quoted."""
    other = build_index(tmp_path_factory.mktemp("other") / "index", without="Kata Kremlin")
    talk(tmp_path, index, WHO)
    app = ChatApp(opened(other), conversations=tmp_path)
    async with app.run_test(size=(120, 34)) as pilot:
        await shows(pilot, "2 articles · ready")
        await send(pilot, "/resume")
        await shows(pilot, "Dmitry Peskov [1][2]", "only what was quoted of it is left")
        await send(pilot, "2")
        await shows(pilot, "told reporters")
        await send(pilot, "1")
        await shows(pilot, "“Kata Kremlin” is not in this index any more")


async def test_500_questions_are_gone_on_with_in_half_a_second(tmp_path: Path, index: Path) -> None:
    """Only the last are on the screen; scrolling up brings more, and reading stays in place.

    Of the processor's time, so that a busy machine fails nothing.
    """
    talk(tmp_path, index, WHO, NOBODY, times=250)
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "3 articles · ready", "(500 questions")
        best = 9.0
        for _ in range(3):
            began = process_time()
            chat(pilot).do("/resume")
            await shows(pilot, NOBODY, "Budi Santoso [1]")
            best = min(best, process_time() - began)
            chat(pilot).do("/new")
            await pilot.pause()
        assert best < 0.5
        chat(pilot).do("/resume")
        await shows(pilot, NOBODY, "Budi Santoso [1]")
        transcript = chat(pilot).transcript
        assert len(transcript.query(Question)) == 20
        transcript.focus()
        await pilot.press("g")
        await until(pilot, lambda: len(transcript.query(Question)) == 40)
        await shows(pilot, WHO)
        await until(pilot, lambda: transcript.scroll_y > 0)
        await pilot.press("g")
        await until(pilot, lambda: len(transcript.query(Question)) == 60)
        (note,) = transcript.query(".hidden").results(Static)
        assert "440 earlier questions are not shown" in str(note.render())


async def test_retry_asks_the_last_question_again(tmp_path: Path, index: Path) -> None:
    """As one more turn."""
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(80, 60)) as pilot:
        await ask(pilot, WHO)
        await ask(pilot, "/retry")
        await until(pilot, lambda: on_screen(app).count(WHO) == 2)


async def test_hostile_names_and_notes_are_shown_and_not_obeyed(
    tmp_path: Path, index: Path
) -> None:
    """Markup stays text, no control character is left for the terminal."""
    talk(tmp_path, index, f"[red]{NOBODY}\x1b[2J")
    app = ChatApp(opened(index), conversations=tmp_path)
    async with app.run_test(size=(120, 34), notifications=True) as pilot:
        await shows(pilot, "“[red]")
        await send(pilot, "/resume")
        await shows(pilot, "[bold]Ketua panitia ␛]52;c;aGk=␇")
        await send(pilot, f"/bookmark {HOSTILE_TITLE}")
        await send(pilot, f"/rename {HOSTILE_TITLE}")
        for command in ("/bookmarks", "/conversations", "/delete"):
            await send(pilot, command)
            await shows(pilot, "[@click=app.quit]x[/]")
            assert not {"\x1b", "\x07", "\x9b"} & set(on_screen(app))
            await pilot.press("escape")
            await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, index: Path) -> None:
    """And the answer is there all the same."""
    (tmp_path / "file").touch()
    app = ChatApp(opened(index), conversations=tmp_path / "file" / "conversations")
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, WHO)
        await shows(pilot, "Dmitry Peskov [1][2]", "This conversation is not kept")


async def test_an_address_is_a_link_in_the_transcript_and_over_the_article(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """OSC 8, with exactly the address, which is that of the web or none."""
    url = "https://kabar.example/1?a=b"
    index = build_index(tmp_path_factory.mktemp("linked") / "index", url=url)
    app = ChatApp(opened(index))
    async with app.run_test(size=(140, 34)) as pilot:
        await ask(pilot, WHO)
        await shows(pilot, f"Kabar · 2024-11-20 · {url} · /corpus/a.txt:1")
        await until(pilot, lambda: len(links(app)) == 2)
        assert links(app) == [(url, url)] * 2


def links(app: ChatApp) -> list[tuple[str, str]]:
    """The words on the screen that the terminal makes links of, and where to."""
    segments = (segment for row in strips(app) for segment in row)
    return [(each.text, each.style.link) for each in segments if each.style and each.style.link]
