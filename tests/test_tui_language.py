"""The chat in Indonesian, another language while it runs, what is set for good, own keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.chat.preferences import load_preferences
from qa.errors import UsageError
from qa.i18n import use
from qa.tui.app import ChatApp
from qa.tui.keys import checked
from qa.tui.screens.settings import SettingsScreen
from tests.chat import NOBODY, WHO, ask, build_index, chat, on_screen, opened, send, shows, until


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles, which says what it answers."""
    return build_index(tmp_path_factory.mktemp("language") / "index", questions=(WHO,))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Leave the other tests in English."""
    yield
    use("en")


async def test_the_chat_speaks_indonesian(index: Path) -> None:
    """The start, an answer, nothing found, an error, a notice, the help, the keys."""
    use("id")
    async with ChatApp(opened(index)).run_test(size=(110, 40), notifications=True) as pilot:
        await shows(pilot, "3 artikel · siap", "Ajukan pertanyaan, atau / untuk perintah")
        await shows(pilot, "Coba satu", "Bantuan", "Riwayat", "Ke [n]")
        await ask(pilot, WHO)
        await shows(pilot, "keyakinan")
        await send(pilot, "/source Wire")
        await ask(pilot, NOBODY)
        await shows(pilot, "Tidak ditemukan", "Paling dekat")
        await send(pilot, "/sumber Antara")
        await shows(pilot, "Tidak ada perintah /sumber.")
        await send(pilot, "/source Mars")
        await shows(pilot, "Tidak ada sumber dengan “Mars” dalam namanya.")
        await send(pilot, "/help")
        await shows(pilot, "hanya artikel sejak tanggal ini", "/since TANGGAL", "Esc menutup")


async def test_another_language_counts_at_once_and_the_next_time(
    index: Path, tmp_path: Path
) -> None:
    """Start screen, title, prompt, footer and help follow, and the other settings stay."""
    file = tmp_path / "chat.json"
    file.write_text('{"sources": false}')
    async with ChatApp(opened(index), preferences=file).run_test(
        size=(110, 40), notifications=True
    ) as pilot:
        await shows(pilot, "3 articles · ready", "Go to [n]")
        await pilot.press("f1", "end")
        await shows(pilot, "this help", "Esc closes")
        await pilot.press("escape")
        await send(pilot, "/language")
        await shows(pilot, "In use: English.")
        await send(pilot, "/language indonesia")
        await shows(pilot, "3 artikel · siap", "Ke [n]", "Ajukan pertanyaan, atau")
        held = load_preferences(file)
        assert (held.language, held.sources) == ("id", False)
        await pilot.press("f1")
        await shows(pilot, "Perintah", "/since TANGGAL", "Esc menutup")
        await pilot.press("escape")
        await send(pilot, "/language de")
        await shows(pilot, "qa tidak mengenal bahasa “de”")


async def test_settings_are_changed_and_kept(index: Path, tmp_path: Path) -> None:
    """Enter takes the other value; the keys are shown with the file that holds them."""
    file = tmp_path / "chat.json"
    async with ChatApp(opened(index), preferences=file).run_test(
        size=(110, 40), notifications=True
    ) as pilot:
        await shows(pilot, "3 articles · ready")
        await send(pilot, "/settings")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await shows(pilot, "English", "ctrl+g")
        await pilot.press("enter")
        await shows(pilot, "Setelan", "Bahasa Indonesia")
        await pilot.press("down", "down", "enter")
        await shows(pilot, "tersembunyi")
        held = load_preferences(file)
        assert (held.language, held.sources) == ("id", False)


async def test_a_person_has_keys_of_their_own(index: Path, tmp_path: Path) -> None:
    """Their key works from the prompt, and the usual one no longer."""
    file = tmp_path / "chat.json"
    file.write_text(json.dumps({"keys": {"letters": "ctrl+l"}}))
    async with ChatApp(opened(index), preferences=file).run_test(
        size=(110, 40), notifications=True
    ) as pilot:
        await shows(pilot, "3 articles · ready")
        await ask(pilot, WHO)
        await pilot.press("ctrl+g")
        assert "[a]" not in on_screen(pilot.app)
        await pilot.press("ctrl+l")
        await shows(pilot, "[a]")


async def test_help_names_the_keys_of_the_person(index: Path, tmp_path: Path) -> None:
    """And the one that opens it closes it; those that they have not changed are as they come."""
    file = tmp_path / "chat.json"
    file.write_text(json.dumps({"keys": {"letters": "ctrl+l", "help": "f9"}}))
    app = ChatApp(opened(index), preferences=file)
    async with app.run_test(size=(110, 90)) as pilot:
        await shows(pilot, "3 articles · ready", "F9 every key")
        await pilot.press("f9")
        await shows(pilot, "F9              this help", "Ctrl+L          a letter at each [n]")
        told = on_screen(app)
        assert "letters as with Ctrl+L; copy" in told
        assert "Ctrl+O          open the article" in told
        assert "Ctrl+G" not in told
        assert "F1 " not in told
        await pilot.press("f9")
        await until(pilot, lambda: app.screen is app.chat)


async def test_questions_of_the_language_in_use_are_offered_first(tmp_path: Path) -> None:
    """Under the number that asks them, also once another language is spoken."""
    english, own = "Who is the Kremlin spokesman?", "Siapa juru bicara Kremlin itu?"
    made = build_index(tmp_path / "index", questions=(own, english))
    app = ChatApp(opened(made))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, f"1 {english}", f"2 {own}")
        await send(pilot, "/language id")
        await shows(pilot, f"1 {own}", f"2 {english}")
        await pilot.press("1")
        await shows(pilot, "Dmitry Peskov [1]")
        assert chat(pilot).transcript.current is not None
        assert english not in on_screen(app)


async def test_keys_that_will_not_do_are_told(index: Path, tmp_path: Path) -> None:
    """The usual ones stay."""
    file = tmp_path / "chat.json"
    file.write_text(json.dumps({"keys": {"letters": "ctrl+q"}}))
    async with ChatApp(opened(index), preferences=file).run_test(
        size=(110, 40), notifications=True
    ) as pilot:
        await shows(pilot, "cannot be the key of “letters”")
        await ask(pilot, WHO)
        await pilot.press("ctrl+g")
        await shows(pilot, "[a]")


@pytest.mark.parametrize(
    "keys",
    [
        {"fly": "f9"},
        {"open": "x"},
        {"open": "ctrl+e"},
        {"open": "hyper+o"},
        {"open": "f1"},
        {"open": "f9", "help": "f9"},
    ],
)
def test_keys_are_checked(keys: dict[str, str]) -> None:
    """Neither for what has no key, nor none, nor one with another use."""
    with pytest.raises(UsageError, match="as usual"):
        checked(keys)


def test_keys_may_be_swapped() -> None:
    """What was another's is free where that has a new one."""
    assert checked({"help": "f3", "sources": "f1"}) == {"help": "f3", "sources": "f1"}
