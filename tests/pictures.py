"""The pictures of the chat in .github, taken anew: `python -m tests.pictures`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import qa
from qa.chat.archive import Archive
from qa.tui.app import ChatApp
from qa.tui.screenshot import picture
from tests.chat import ask, shows

_HOME = Path(__file__).parent.parent
_FIRST = "When was the hotline between Moscow and Washington set up?"
_SECOND = "Berapa jumlah tentara Pasukan Respons NATO?"


async def take(index: Path) -> None:
    """Two questions with the article of the last one's best quote; then that article alone."""
    app = ChatApp(Archive(index, lambda at, _tell: qa.open(at)))
    async with app.run_test(size=(120, 34)) as pilot:
        app.chat.prompt.field.cursor_blink = False
        await shows(pilot, "ready")
        for question in (_FIRST, _SECOND):
            await ask(pilot, question)
        await shows(pilot, "match 1/2")
        _save(app, "chat-answer")
        await pilot.resize_terminal(100, 30)
        await pilot.press("ctrl+o")
        await shows(pilot, "match 1/2", "Back")
        _save(app, "chat-article")


def _save(app: ChatApp, name: str) -> None:
    path = _HOME / ".github" / f"{name}.svg"
    path.write_text(picture(app), encoding="utf-8")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        qa.build(_HOME / "corpus", Path(folder) / "index")
        asyncio.run(take(Path(folder) / "index"))
