"""How the chat looks: whole screens, themes, no colour, what is kept of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES

from qa.chat.preferences import Preferences, load_preferences, save_preferences
from qa.errors import UsageError
from qa.tui.app import ChatApp
from qa.tui.readable import contrast, says_something
from qa.tui.screenshot import save_screenshot
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
    shown = re.sub(r"[0-9-]{10} [0-9:]{8} UTC", "2026-11-28 00:00:00 UTC", shown)
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
        await shows(pilot, "match 2/2")
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


THEMES = [name for name in BUILTIN_THEMES if not name.startswith("ansi")]


@pytest.mark.parametrize("no_color", [False, True])
async def test_every_text_can_be_read_in_every_theme(
    index: Path, monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    """WCAG 4.5:1 at least, with colours and without; 7:1 in the theme made for it."""
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 34)) as pilot:
        await ask(pilot, "Berapa harga tiket ke Tokyo?")
        await send(pilot, "/since 2020")
        await ask(pilot, WHO)
        await send(pilot, "/source nobody")
        await shows(pilot, "✗ No source has “nobody", "match 1/2")
        await pilot.press("escape", "/", "s")
        for name in ("qa-dark", "qa-light", "qa-contrast", *THEMES):
            app.theme = name
            await until(pilot, lambda name=name: app.current_theme.name == name)  # type: ignore[misc]
            await pilot.pause()
            least = 7 if name == "qa-contrast" and not no_color else 4.5
            assert unreadable(app, least) == []
            if name in THEMES:
                continue
            await pilot.press("escape", "ctrl+o")
            await shows(pilot, "match 1/2", "Back")
            assert unreadable(app, least) == []
            await pilot.press("escape", "f1")
            await shows(pilot, "Esc closes")
            # What lies under the help is faint on purpose.
            assert unreadable(app, 4.5) == []
            await pilot.press("escape")
            await shows(pilot, "possible answer")


def unreadable(app: ChatApp, least: float) -> list[tuple[str, str]]:
    """Words on the screen that stand out too little from what they stand on, with their style."""
    return [
        (segment.text, str(segment.style))
        for row in strips(app)
        for segment in row
        if segment.text.strip() and says_something(segment.text)
        if segment.style is not None and segment.style.color and segment.style.bgcolor
        if contrast(segment.style.color, segment.style.bgcolor) < least
    ]


async def test_focus_can_be_seen_without_colours(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heavy lines around the prompt or the article, or beside the answers; one at a time."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 30)) as pilot:
        await ask(pilot, WHO)
        seen = []
        for _ in range(3):
            shown = on_screen(app)
            corners = shown.count("┏"), shown.count("┃ Ask a question"), "┃  Dmitry" in shown
            seen.append(corners)
            await pilot.press("tab")
        assert seen == [(1, 1, False), (0, 0, True), (1, 0, False)]


async def test_a_screenshot_is_saved_to_a_new_file(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the working folder, and it is said where; a second one replaces none."""
    monkeypatch.chdir(tmp_path)
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ask(pilot, WHO)
        for count in (1, 2):
            await pilot.press("ctrl+p")
            await pilot.press(*"screenshot", "enter")
            await until(pilot, lambda count=count: len([*tmp_path.iterdir()]) == count)  # type: ignore[misc]
        await shows(pilot, "Saved the screen to")
    pictures = [path.read_text(encoding="utf-8") for path in tmp_path.glob("qa-*.svg")]
    assert len(pictures) == 2
    assert [each.count("possible") for each in pictures] == [1, 1]
    assert not any("font-face" in each or "//cdn" in each for each in pictures)
    assert [each.count("palette") for each in pictures] == [1, 1]


def test_a_screenshot_goes_elsewhere_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into the state folder, and if not there either it says so."""

    def refuse(path: Path, _text: str) -> None:
        if path.parent == Path.cwd() or path.parent == broken:
            raise PermissionError(13, "Permission denied")
        path.write_text(_text)

    broken = tmp_path / "broken"
    monkeypatch.setattr("qa.tui.screenshot.create", refuse)
    monkeypatch.setattr("qa.tui.screenshot.history_file", lambda: tmp_path / "state" / "x")
    assert save_screenshot("<svg/>").parent == tmp_path / "state"
    monkeypatch.setattr("qa.tui.screenshot.history_file", lambda: broken / "x")
    with pytest.raises(UsageError, match="another folder"):
        save_screenshot("<svg/>")


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


async def test_the_article_pane_can_be_hidden_for_good(index: Path, tmp_path: Path) -> None:
    """From the palette; F3 then opens the sources."""
    kept = tmp_path / "chat.json"
    save_preferences(Preferences(sources=False), kept)
    app = ChatApp(opened(index), preferences=kept)
    async with app.run_test(size=(120, 30)) as pilot:
        await ask(pilot, WHO)
        assert "match 1/2" not in on_screen(app)
        await pilot.press("f3")
        await shows(pilot, "Enter opens")
        await pilot.press("escape", "ctrl+p")
        await pilot.press(*"article pane", "enter")
        await shows(pilot, "match 1/2")
    assert load_preferences(kept).sources
