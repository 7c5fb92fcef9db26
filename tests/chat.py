"""What the tests of the chat share: an index of small articles, waiting, what is on the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import textual.app
import textual.pilot
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from qa.builder import build
from qa.chat.archive import Archive
from qa.engine import Engine
from qa.settings import BuildSettings
from qa.tui.app import ChatApp
from qa.tui.screens.chat import ChatScreen
from tests.builders import article
from tests.tiny_reader import write_reader

PESKOV = "Juru bicara Kremlin Dmitry Peskov mengatakan hal itu pada Selasa."
HOTLINE = "Juru bicara Kremlin Dmitry Peskov told reporters on Monday. The line was set up in 1963."
HOSTILE = "[bold]Ketua panitia \x1b]52;c;aGk=\x07 Budi Santoso[/] berbicara di aula."
HOSTILE_TITLE = "[@click=app.quit]x[/]\x1b[31m\x9b2J"

WHO = "Siapa juru bicara Kremlin?"
NOBODY = "Siapa ketua panitia?"

_BUSY_S = 1.0
"""How long a pilot waits at most for an app that never comes to rest, as Textual's own."""


async def _rest(_min_sleep: float = 0, _max_sleep: float = 0) -> None:
    """Wait until the event loop has nothing to run, and the screen neither a new size nor to draw.

    Textual's own waits 20 ms and more until the process uses little of the processor: 40 ms a key,
    and longer where a thread is at work.
    """
    loop, app = asyncio.get_running_loop(), textual.app.active_app.get()
    end = time.monotonic() + _BUSY_S
    while time.monotonic() < end:
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            continue
        if app._resize_timer is not None:
            app._check_resize()
        elif app.screen._update_timer._active.is_set():
            app.screen._on_timer_update()
        else:
            return


textual.app.wait_for_idle = textual.pilot.wait_for_idle = _rest


def build_index(
    folder: Path, *, without: str = "", url: str | None = None, questions: tuple[str, ...] = ()
) -> Path:
    """An index over three articles, one of them hostile, and beside it a tiny reader.

    Args:
        folder: Where to.
        without: The title of one to leave out.
        url: The address of the first.
        questions: What it says that it answers.
    """
    first = article(PESKOV, title="Kata Kremlin", source="Kabar", published=date(2024, 11, 20))
    articles = [
        replace(first, url=url),
        article(HOTLINE, path="b.txt", title="The Line", source="Wire", published=date(2021, 1, 2)),
        article(HOSTILE, path="c.txt", title=HOSTILE_TITLE, source="[b]Odd\x1b[0m"),
    ]
    articles = [one for one in articles if one.title != without]
    build(articles, folder, BuildSettings(), root="/corpus", suggest=lambda _generation: questions)
    write_reader(reader_beside(folder))
    return folder


def reader_beside(index: Path) -> Path:
    """The folder of the tiny reader that `build_index` writes."""
    return index.with_name("reader")


def opened(index: Path) -> Archive:
    """The archive of an index with the reader beside it, opened once."""
    return Archive(index, lambda _index, _tell: engine_of(index))


@cache
def engine_of(index: Path) -> Engine:
    """The engine of an index; tests follow one another, so that one thread at a time has it."""
    return Engine.open(index, reader=str(reader_beside(index)))


def strips(app: App[Any]) -> list[Strip]:
    """The rows of the screen as the terminal gets them; Textual has no public name for them."""
    return app.screen._compositor.render_strips()


def on_screen(app: App[Any]) -> str:
    """The words on the screen, row by row."""
    return "\n".join(row.text for row in strips(app))


def dressed(app: App[Any]) -> str:
    """The words on the screen, each run of them with its style behind it."""
    lines = []
    for row in strips(app):
        runs: list[tuple[str, str]] = []
        for segment in row:
            style = "" if segment.style is None else str(segment.style.without_color)
            if runs and runs[-1][1] == style:
                runs[-1] = (runs[-1][0] + segment.text, style)
            else:
                runs.append((segment.text, style))
        shown = (f"{text.rstrip()}«{style}»" if style != "none" else text for text, style in runs)
        lines.append("".join(shown).rstrip())
    return "\n".join(lines) + "\n"


async def until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    """Wait for something to be so, for ten seconds at most."""
    for _ in range(500):
        if happened():
            return
        await pilot.pause(0.02)
    raise AssertionError(f"it never happened; the screen:\n{on_screen(pilot.app)}")


async def shows(pilot: Pilot[None], *words: str) -> None:
    """Wait until all of these stand on the screen."""
    await until(pilot, lambda: all(each in on_screen(pilot.app) for each in words))


async def ask(pilot: Pilot[None], question: str) -> None:
    """Send a question and wait for its answer."""
    await send(pilot, question)
    await until(pilot, lambda: not chat(pilot).is_waiting)
    await pilot.pause()


async def send(pilot: Pilot[None], text: str) -> None:
    """Put a text in the prompt and send it."""
    chat(pilot).prompt.put(text)
    chat(pilot).prompt.field.focus()
    await pilot.press("enter")


def chat(pilot: Pilot[None]) -> ChatScreen:
    """The chat's own screen, whatever lies over it."""
    assert isinstance(pilot.app, ChatApp)
    return pilot.app.chat
