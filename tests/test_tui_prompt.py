"""The prompt of the chat: history, search, completion, paste, filters, export, copy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual import events

from qa.chat.history import History, search
from qa.tui.app import ChatApp
from qa.tui.screens.help import HelpScreen
from qa.tui.screens.history import HistoryScreen
from qa.tui.widgets.chips import Chips
from qa.tui.widgets.search_field import SearchField
from tests.chat import WHO, ask, build_index, chat, on_screen, opened, send, shows, until


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles."""
    return build_index(tmp_path_factory.mktemp("prompt") / "index")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A file with two earlier questions."""
    path = tmp_path / "history.jsonl"
    kept = History(path)
    kept.add("Kapan hotline didirikan?")
    kept.add("Di mana rapat itu?")
    return path


async def test_up_and_down_recall_questions_and_keep_the_draft(index: Path, history: Path) -> None:
    """As a shell does; the question asked is kept for the next chat."""
    app = ChatApp(opened(index), history=history)
    async with app.run_test(size=(80, 24)) as pilot:
        prompt = chat(pilot).prompt
        await pilot.press(*"dra", "up")
        assert prompt.text == "Di mana rapat itu?"
        await pilot.press("up", "up")
        assert prompt.text == "Kapan hotline didirikan?"
        await pilot.press("down", "down")
        assert prompt.text == "dra"
        await pilot.press("down")
        assert prompt.text == "dra"
        await ask(pilot, WHO)
    assert History(history).questions[-1] == WHO


async def test_up_moves_within_several_lines_first(index: Path, history: Path) -> None:
    """Only from the first row does it go back in time."""
    app = ChatApp(opened(index), history=history)
    async with app.run_test(size=(80, 24)) as pilot:
        prompt = chat(pilot).prompt
        await pilot.press("a", "ctrl+j", "b", "up")
        assert prompt.text == "a\nb"
        await pilot.press("up")
        assert prompt.text == "Di mana rapat itu?"
        await pilot.press("down", "down")
        assert prompt.text == "a\nb"


async def test_history_is_searched_by_some_letters(index: Path, history: Path) -> None:
    """The question chosen comes into the prompt and is not asked yet; Esc takes none."""
    app = ChatApp(opened(index), history=history)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        await shows(pilot, "Kapan hotline", "Di mana rapat")
        await pilot.press(*"htl")
        await until(pilot, lambda: "Di mana rapat" not in on_screen(app))
        await pilot.press("enter")
        assert chat(pilot).prompt.text == "Kapan hotline didirikan?"
        await pilot.press("ctrl+r", "down", "escape")
        assert chat(pilot).prompt.text == "Kapan hotline didirikan?"
        assert not isinstance(app.screen, HistoryScreen)


def test_a_search_finds_letters_side_by_side_first_then_scattered_latest_first() -> None:
    """By hand; each question once, case ignored."""
    asked = ["Kapan hotline?", "Apa itu?", "KAPAL apa?", "Apa itu?"]
    assert search(asked, "apa") == {
        "Apa itu?": [0, 1, 2],
        "KAPAL apa?": [1, 2, 3],
        "Kapan hotline?": [1, 2, 3],
    }
    assert search(asked, " k h ") == {"Kapan hotline?": [0, 6]}
    assert list(search(asked, "", most=2)) == ["Apa itu?", "KAPAL apa?"]
    assert search(asked, "xyz") == search([], "a") == {}


def test_a_search_puts_words_in_any_order_before_scattered_letters() -> None:
    """And both after the words as they were typed."""
    asked = ["kota tua", "tua di kota", "tuan dan kolonel tak ada", "apa kota tua itu"]
    assert list(search(asked, "kota tua")) == ["apa kota tua itu", "kota tua", "tua di kota"]
    assert list(search(asked, "tua ko")) == [
        *("apa kota tua itu", "tuan dan kolonel tak ada", "tua di kota", "kota tua")
    ]
    assert search(asked, "tua ko")["tua di kota"] == [0, 1, 2, 7, 8]


@pytest.mark.parametrize("wanted", ["a" * 50, "a" * 50 + "z", "a " * 50])
def test_a_search_of_one_letter_held_down_ends(wanted: str) -> None:
    """There are more ways to find 50 of 100 such letters than atoms."""
    assert len(search(["a-" * 100], wanted)) == (0 if "z" in wanted else 1)


async def test_a_history_that_cannot_be_kept_is_told_and_done_without(
    index: Path, tmp_path: Path
) -> None:
    """As long as the chat is open, it works."""
    (tmp_path / "state").write_text("a file")
    app = ChatApp(opened(index), history=tmp_path / "state" / "history.jsonl")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "Questions are not kept")
        await ask(pilot, WHO)
        await pilot.press("up")
        assert chat(pilot).prompt.text == WHO


async def test_pasted_lines_stay_lines_and_are_made_safe(index: Path) -> None:
    """Nothing pasted steers the terminal, and Enter within it does not send."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"Siapa ")
        chat(pilot).prompt.field.post_message(events.Paste("juru\r\nbicara\x1b]0;x\x07 Kremlin?"))
        await pilot.pause()
        assert chat(pilot).prompt.text == "Siapa juru\nbicara␛]0;x␇ Kremlin?"
        await pilot.press("enter")
        await shows(pilot, "Siapa juru bicara␛]0;x␇ Kremlin?", "Dmitry Peskov [1]")


async def test_what_is_pasted_into_a_search_is_made_safe(index: Path, history: Path) -> None:
    """One line of it, whatever it holds."""
    app = ChatApp(opened(index), history=history)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        field = app.screen.query_one(SearchField)
        field.post_message(events.Paste("hot\x1b]52;c;x\x07\nline"))
        await until(pilot, lambda: field.value == "hot␛]52;c;x␇ line")
        field.value = "hot"
        field.select_all()
        field.post_message(events.Paste("Kapan"))
        await until(pilot, lambda: field.value == "Kapan")


async def test_commands_are_completed(index: Path) -> None:
    """Tab and Enter take what is highlighted, arrows choose, Esc hides."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        prompt = chat(pilot).prompt
        await shows(pilot, "ready")
        await pilot.press(*"/s")
        await shows(pilot, "/since", "/source", "only articles of this source")
        await pilot.press("down", "tab")
        assert prompt.text == "/source "
        await shows(pilot, "/source Kabar", "/source Wire")
        await pilot.press("down", "tab")
        assert prompt.text == "/source Wire"
        assert not prompt.offers
        prompt.put("/")
        await pilot.pause()
        await pilot.press("escape")
        assert prompt.text == "/"
        assert not prompt.offers
        prompt.put("/unt")
        await pilot.pause()
        await pilot.press("enter")
        assert prompt.text == "/until "
        prompt.put("/hel")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await shows(pilot, "/export [FILE]", "Esc closes")


async def test_enter_takes_the_completion_that_is_highlighted(index: Path) -> None:
    """Whatever was typed of it; Esc hides them, and Enter then sends what was typed."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        prompt = chat(pilot).prompt
        await shows(pilot, "ready")
        await pilot.press(*"/s")
        await pilot.press("down", "enter")
        assert prompt.text == "/source "
        await shows(pilot, "/source Kabar", "/source Wire")
        await pilot.press("down", "enter")
        await shows(pilot, "source Wire ×")
        prompt.put("/source wire")
        await pilot.press("enter")
        await until(pilot, lambda: prompt.text == "")
        prompt.put("/source ")
        await pilot.pause()
        await pilot.press("escape", "enter")
        await until(pilot, lambda: not app.screen.query_one(Chips).display)


async def test_what_went_wrong_stays_until_something_else_is_done(index: Path) -> None:
    """Above the prompt, with what to do; no toast that goes."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await shows(pilot, "ready")
        await send(pilot, "/source Kabr")
        await shows(pilot, "✗ No source has “Kabr” in its name. Is it Kabar (1)?")
        assert not app.query("Toast")
        await send(pilot, "/source Kabar")
        await until(pilot, lambda: "✗" not in on_screen(app))
        await send(pilot, "9")
        await shows(pilot, "✗ There is nothing to open yet: ask a question first.")
        await pilot.press("escape")
        await until(pilot, lambda: "✗" not in on_screen(app))


async def test_chips_wrap_where_they_do_not_fit_side_by_side(index: Path) -> None:
    """Every one of them is to be clicked."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(40, 20)) as pilot:
        await shows(pilot, "ready")
        for command in ("/since 2020", "/until 2024", "/source kabar"):
            await send(pilot, command)
        await shows(pilot, "since 2020-01-01 ×", "until 2024-12-31 ×", "source Kabar ×")
        rows = on_screen(app).splitlines()
        assert not any("since" in row and "until" in row for row in rows)
        y = next(y for y, row in enumerate(rows) if "source Kabar" in row)
        await pilot.click(offset=(rows[y].index("source Kabar"), y))
        await until(pilot, lambda: "source Kabar ×" not in on_screen(app))


async def test_filters_are_chips_that_a_click_lifts(index: Path) -> None:
    """They hold for the questions that follow."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "ready")
        await send(pilot, "/since 2024")
        await send(pilot, "/source kab")
        await shows(pilot, "since 2024-01-01 ×", "source Kabar ×")
        await ask(pilot, WHO)
        await shows(pilot, "Dmitry Peskov [1] ")
        await pilot.click(Chips, offset=(3, 0))
        await until(pilot, lambda: "since 2024-01-01 ×" not in on_screen(app))
        await send(pilot, "/source")
        await until(pilot, lambda: not app.screen.query_one(Chips).display)


async def test_the_days_a_question_names_are_a_chip_that_a_click_lifts(index: Path) -> None:
    """The question is asked again without them, and then no chip is left."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(110, 30)) as pilot:
        await shows(pilot, "ready")
        await ask(pilot, f"{WHO[:-1]} pada 20 November 2024?")
        await shows(pilot, "published 20–27 Nov 2024 ×")
        assert "[2]" not in on_screen(app)
        await pilot.click(Chips, offset=(3, 0))
        await until(
            pilot, lambda: not chat(pilot).is_waiting and not app.screen.query_one(Chips).display
        )
        await shows(pilot, "[2]")


async def test_quit_is_a_command(index: Path) -> None:
    """As it is wherever people chat."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        await send(pilot, "/quit")
        await until(pilot, lambda: not app.is_running)


async def test_a_command_that_fails_stays_to_be_mended(index: Path) -> None:
    """With the reason as a notice."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "ready")
        for text, says in (
            ("/since 2024-13", "is no day"),
            ("/source Kabr", "Is it Kabar (1)?"),
            ("/sinc 2024", "Is it /since?"),
            ("/export", "nothing to export"),
        ):
            await send(pilot, text)
            await shows(pilot, says)
            assert chat(pilot).prompt.text == text


async def test_why_shows_how_the_answer_was_found(index: Path) -> None:
    """Below the answer; its markers open articles too."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 60)) as pilot:
        await ask(pilot, WHO)
        await send(pilot, "/why")
        await shows(pilot, "in meaning number 1", "likely than no answer", "yes: confidence")


async def test_the_conversation_is_exported(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer since the conversation began, whatever is on the screen."""
    monkeypatch.chdir(tmp_path)
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ask(pilot, WHO)
        await ask(pilot, "Berapa harga tiket ke Tokyo?")
        await send(pilot, "/export talk.jsonl")
        await shows(pilot, "Wrote 2 questions to talk.jsonl.")
        documents = [json.loads(line) for line in Path("talk.jsonl").read_text().splitlines()]
        assert [each["status"] for each in documents][1] == "no_answer"
        await send(pilot, "/new")
        await until(pilot, lambda: WHO not in on_screen(app))
        await send(pilot, "/export")
        await shows(pilot, "There is nothing to export yet")


async def test_copying_is_honest(index: Path) -> None:
    """The answer goes to the terminal, which may not obey; nobody says that it was copied."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ask(pilot, WHO)
        await pilot.press("shift+tab", "shift+tab", "y")
        await shows(pilot, "Sent the answer to the terminal's", "not every terminal obeys")
        assert app.clipboard.startswith(f"{WHO}\n\nDmitry Peskov [1][2]")
        assert "»Dmitry Peskov«" in app.clipboard


async def test_the_palette_offers_what_the_keys_do(index: Path) -> None:
    """And the themes."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 54)) as pilot:
        await pilot.press("ctrl+p")
        await shows(pilot, "Copy answer", "Export as Markdown", "Theme", "Why this answer")
        await pilot.press("escape", *"draft", "ctrl+p", *"new conv", "enter")
        await shows(pilot, "Ask the articles a question")
        assert chat(pilot).prompt.text == "draft"


async def test_typing_elsewhere_goes_to_the_prompt(index: Path) -> None:
    """After a click into the answers as well; keys of the transcript stay keys there."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        await ask(pilot, WHO)
        await pilot.click("#transcript")
        await pilot.press(*"pa")
        assert chat(pilot).prompt.text == "pa"
        await pilot.press("shift+tab", *"pWho?")
        assert chat(pilot).prompt.text == "paWho?"
