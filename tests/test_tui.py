"""The chat: a question, its answer, cancelling, failing, hostile words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from qa.build import build
from qa.engine import Engine
from qa.errors import IndexMissing
from qa.settings import BuildSettings
from qa.tui.app import ChatApp
from tests.builders import article

TEXT = "Juru bicara Kremlin Dmitry Peskov mengatakan hal itu pada Selasa."
HOSTILE = "[bold]Ketua panitia \x1b]52;c;aGk=\x07 Budi Santoso[/] berbicara di aula."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over two articles, one of them hostile."""
    folder = tmp_path_factory.mktemp("tui") / "index"
    articles = [
        article(TEXT),
        article(HOSTILE, path="b.txt", title="[@click=app.quit]x[/]\x1b[31m"),
    ]
    build(articles, folder, BuildSettings(), root="/corpus")
    return folder


def shown(app: ChatApp) -> str:
    """The transcript as plain text."""
    return "\n".join(str(widget.render()) for widget in app.query(".question, .answer"))


async def until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    """Wait for something to be so, for ten seconds at most."""
    for _ in range(500):
        if happened():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never happened")


async def test_a_question_is_answered_in_the_transcript(index: Path) -> None:
    """The words, the status and the citation."""
    app = ChatApp(lambda: Engine.open(index, reader="overlap"))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"Siapa juru bicara Kremlin?", "enter")
        await until(pilot, lambda: "Dmitry Peskov [1]" in shown(app))
        assert "> Siapa juru bicara Kremlin?" in shown(app)
        assert "/corpus/a.txt:1" in shown(app)


async def test_a_question_asked_before_the_index_is_open_is_answered_then(index: Path) -> None:
    """Typing never waits for a model."""
    may_open = Event()

    def open_later() -> Engine:
        may_open.wait(10)
        return Engine.open(index, reader="overlap")

    app = ChatApp(open_later)
    async with app.run_test() as pilot:
        await pilot.press(*"Siapa juru bicara Kremlin?", "enter")
        assert "Looking" in shown(app)
        may_open.set()
        await until(pilot, lambda: "Dmitry Peskov" in shown(app))


async def test_escape_cancels_and_keeps_the_question(index: Path) -> None:
    """The answer of a cancelled question never shows."""
    may_open = Event()

    def open_later() -> Engine:
        may_open.wait(10)
        return Engine.open(index, reader="overlap")

    app = ChatApp(open_later)
    async with app.run_test() as pilot:
        await pilot.press(*"Siapa Peskov?", "enter", "escape")
        assert app.query_one(Input).value == "Siapa Peskov?"
        assert "Cancelled." in shown(app)
        may_open.set()
        await until(pilot, lambda: "articles" in app.sub_title)
        assert "Cancelled." in shown(app)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            IndexMissing("No index in [index]/. Build one: qa index corpus/"),
            "No index in [index]/.",
        ),
        (RuntimeError("odd"), "qa itself failed: RuntimeError: odd"),
    ],
)
async def test_an_engine_that_does_not_open_says_why(error: Exception, says: str) -> None:
    """In the answer's place, whatever the fault."""

    def fail() -> Engine:
        raise error

    app = ChatApp(fail)
    async with app.run_test() as pilot:
        await pilot.press(*"Siapa?", "enter")
        await until(pilot, lambda: says in shown(app))


async def test_hostile_words_are_shown_and_not_obeyed(index: Path) -> None:
    """Markup stays text, and no control character is left for the terminal."""
    app = ChatApp(lambda: Engine.open(index, reader="overlap"))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"Siapa ketua panitia?", "enter")
        await until(pilot, lambda: "Looking" not in shown(app))
        assert "[bold]Ketua panitia" in shown(app)
        assert "[@click=app.quit]x[/]" in shown(app)
        assert "\x1b" not in "".join(str(widget.render()) for widget in app.query(Static))


@pytest.mark.parametrize("size", [(120, 34), (80, 24), (40, 12), (10, 4), (1, 1)])
async def test_no_size_is_too_small(index: Path, size: tuple[int, int]) -> None:
    """It may be useless at 1x1, but it stands."""
    app = ChatApp(lambda: Engine.open(index, reader="overlap"))
    async with app.run_test(size=size) as pilot:
        await pilot.press(*"Siapa juru bicara Kremlin?", "enter")
        await until(pilot, lambda: "Dmitry Peskov" in shown(app))
