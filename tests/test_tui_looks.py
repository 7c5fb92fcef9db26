"""How the chat looks: whole screens, themes, no colour, what is kept of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from qa.chat.preferences import Preferences, load_preferences, save_preferences
from qa.tui.app import ChatApp
from tests.chat import (
    WHO,
    ask,
    build_index,
    chat,
    dressed,
    on_screen,
    opened,
    send,
    shows,
    strips,
    until,
)

SCREENS = Path(__file__).parent / "data" / "screens"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles."""
    return build_index(tmp_path_factory.mktemp("looks") / "index")


async def compare(pilot: Pilot[None], name: str) -> None:
    """Wait until the screen shows the words and styles kept; times and colours do not count.

    QA_WRITE_SCREENS=1 keeps what there is now, to be read in the diff.
    """
    path = SCREENS / f"{name}.txt"
    if os.environ.get("QA_WRITE_SCREENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(_kept(pilot), encoding="utf-8")
    kept = path.read_text(encoding="utf-8")
    for _ in range(500):
        if _kept(pilot) == kept:
            return
        await pilot.pause(0.02)
    assert _kept(pilot) == kept


def _kept(pilot: Pilot[None]) -> str:
    """The words on the screen with their styles, without what differs from run to run."""
    shown = re.sub(r"[0-9]+\.[0-9]+ s\b", "0.00 s", dressed(pilot.app))
    shown = re.sub(r"\b[0-9]+ ms", "0 ms", shown)
    # What fills a line after times is as long as they are short.
    shown = re.sub(r"(?<=0 ms«not dim») +", " ", shown)
    shown = re.sub(r"@[0-9a-f]{16}", "@" + "0" * 16, shown)
    return re.sub(r"\btiny-[0-9a-f]{12}", "tiny-" + "0" * 12, shown)


async def test_screens_look_as_they_did(index: Path) -> None:
    """Wide: welcome, answer with its sources, a filter over no answer."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(110, 24)) as pilot:
        chat(pilot).prompt.field.cursor_blink = False
        await shows(pilot, "ready")
        await compare(pilot, "welcome")
        await ask(pilot, WHO)
        await compare(pilot, "answer")
        await send(pilot, "/new")
        await send(pilot, "/until 2022")
        await ask(pilot, "Di mana tiket ke Tokyo dijual?")
        await compare(pilot, "not-found")


async def test_an_article_looks_as_it_did(index: Path) -> None:
    """The answer marked; what is found beside it."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 12)) as pilot:
        await ask(pilot, WHO)
        await send(pilot, "2")
        await shows(pilot, "match 1/1")
        await compare(pilot, "article")
        await pilot.press("slash", *"KREM", "enter")
        await shows(pilot, "1/1  ")
        await compare(pilot, "article-find")


async def test_narrow_screens_look_as_they_did(index: Path) -> None:
    """80x24: how the answer was found, the sources, help."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(80, 24)) as pilot:
        chat(pilot).prompt.field.cursor_blink = False
        await ask(pilot, WHO)
        await send(pilot, "/why")
        await until(pilot, lambda: chat(pilot).transcript.scroll_y > 0)
        await shows(pilot, "Passages read")
        await compare(pilot, "why")
        await pilot.press("f3")
        await shows(pilot, "Enter opens")
        await compare(pilot, "sources")
        await pilot.press("escape", "f1")
        await shows(pilot, "Esc closes")
        await compare(pilot, "help")


async def test_without_colour_everything_can_still_be_told(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under NO_COLOR status is in words and the quote underlined; all colours are greys."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        await ask(pilot, WHO)
        assert "possible answer" in on_screen(app)
        assert re.search(r"Dmitry Peskov«bold.*underline", dressed(app))
        colours = [
            colour.get_truecolor()
            for row in strips(app)
            for segment in row
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None
        ]
        assert all(red == green == blue for red, green, blue in colours)


@pytest.mark.parametrize("theme", ["qa-light", "textual-light", "ansi-light", "ansi-dark"])
async def test_a_theme_is_kept_for_the_next_chat(index: Path, tmp_path: Path, theme: str) -> None:
    """A light terminal, or the terminal's own sixteen colours."""
    kept = tmp_path / "chat.json"
    app = ChatApp(opened(index), preferences=kept)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == "qa-dark"
        app.theme = theme
        await ask(pilot, WHO)
        await shows(pilot, "possible answer")
        if theme.startswith("ansi"):
            styles = [s.style for row in strips(app) for s in row]
            assert not any(s and s.color and s.color.triplet for s in styles)
    assert load_preferences(kept).theme == theme
    app = ChatApp(opened(index), preferences=kept)
    async with app.run_test():
        assert app.theme == theme


@pytest.mark.parametrize(
    ("held", "says"),
    [("{", "defaults"), ('{"theme": "[b]gone"}', "There is no theme '[b]gone'")],
)
async def test_settings_that_cannot_be_used_are_told(
    index: Path, tmp_path: Path, held: str, says: str
) -> None:
    """The chat opens all the same."""
    kept = tmp_path / "chat.json"
    kept.write_text(held)
    app = ChatApp(opened(index), preferences=kept)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await shows(pilot, says)
        assert app.theme == "qa-dark"


async def test_the_sources_pane_can_be_hidden_for_good(index: Path, tmp_path: Path) -> None:
    """From the palette; F3 then opens the screen."""
    kept = tmp_path / "chat.json"
    save_preferences(Preferences(sources=False), kept)
    app = ChatApp(opened(index), preferences=kept)
    async with app.run_test(size=(120, 30)) as pilot:
        await ask(pilot, WHO)
        assert "Enter opens" not in on_screen(app)
        await pilot.press("f3")
        await shows(pilot, "Enter opens")
        await pilot.press("escape", "ctrl+p")
        await pilot.press(*"sources pane", "enter")
        await shows(pilot, "Enter opens")
    assert load_preferences(kept).sources
