"""The index under the chat: opened, rebuilt and followed without leaving it."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

import qa
from qa.builder import Progress
from qa.chat.archive import Archive, Made
from qa.engine import Engine
from qa.tui.app import ChatApp
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.confirm import ConfirmScreen
from qa.tui.widgets.chips import Chips
from tests.chat import ask, build_index, chat, on_screen, opened, send, shows, until
from tests.test_folders import put
from tests.tiny_reader import write_reader

WHO = "Siapa ketua panitia?"
OLD = "Ketua panitia Budi Santoso berbicara di aula pada hari Minggu."
NEW = "Ketua panitia Rina Wulandari membuka rapat di balai kota."


class Paused(Archive):
    """An archive whose builds wait for an event after their first word."""

    def __init__(self, index: Path, reader: str) -> None:
        super().__init__(index, lambda at, _tell: Engine.open(at, reader=reader))
        self.may_go_on = Event()

    def made(self, path: Path | None, tell: Progress) -> Made:
        """As any, but later."""
        tell("reading", 1, 3)
        self.may_go_on.wait(20)
        return super().made(path, tell)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles."""
    return build_index(tmp_path_factory.mktemp("index") / "index")


@pytest.fixture
def reader(tmp_path: Path) -> str:
    """A tiny reader."""
    return str(write_reader(tmp_path / "reader"))


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one article, which is indexed, in the working folder; a data folder beside it."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_: str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    folder = put(tmp_path / "berita", rapat=OLD)
    qa.build(folder, tmp_path / "index")
    return folder


def archive_of(news: Path, reader: str) -> Archive:
    """The archive of that index."""
    return Archive(news.with_name("index"), lambda at, _tell: Engine.open(at, reader=reader))


async def test_what_another_process_rebuilt_is_asked_next(news: Path, reader: str) -> None:
    """With a word between the answers; what an answer cites and is gone says so when opened."""
    app = ChatApp(archive_of(news, reader))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await ask(pilot, WHO)
        await shows(pilot, "Budi Santoso [1]")
        await send(pilot, "1")
        assert "not in the index any more" not in on_screen(app)
        put(news, rapat=NEW, lain="Harga cabai naik.")
        qa.build(news, news.with_name("index"))
        await ask(pilot, WHO)
        await shows(pilot, "Rina Wulandari [1]", "2 articles · ready", "Budi Santoso [1]")
        rows = on_screen(app).splitlines()
        at = [
            next(n for n, row in enumerate(rows) if words in row)
            for words in (
                "Budi Santoso [1]",
                "The index was rebuilt: 2 articles.",
                "Rina Wulandari [1]",
            )
        ]
        assert at == sorted(at)
        await send(pilot, "1")
        assert "not in the index any more" not in on_screen(app)
        await pilot.press("left_square_bracket", "1")
        await shows(pilot, "is not in the index any more, or was changed")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        await shows(pilot, "is not in the index any more, or was changed", "Santoso berbicara")


async def test_an_index_is_rebuilt_while_questions_go_on(news: Path, reader: str) -> None:
    """Esc does not stop it, another has to wait, and the old articles answer meanwhile."""
    archive = Paused(news.with_name("index"), reader)
    app = ChatApp(archive)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await shows(pilot, "1 article · ready")
        put(news, rapat=NEW, lain="Harga cabai naik.")
        await send(pilot, "/reindex")
        await shows(pilot, "reading", "1 of 3 articles", "1 article · ready")
        await pilot.press("escape", "escape")
        await ask(pilot, WHO)
        await shows(pilot, "Budi Santoso [1]", "1 of 3 articles")
        await send(pilot, "/reindex")
        await shows(pilot, "An index is being built already.")
        archive.may_go_on.set()
        await shows(pilot, "The index was rebuilt: 2 articles.", "2 articles · ready")
        assert "of 3 articles" not in on_screen(app)
        await ask(pilot, WHO)
        await shows(pilot, "Rina Wulandari [1]")
        await send(pilot, "/reindex")
        await shows(pilot, "Nothing has changed: 2 articles.")


async def test_a_rebuild_can_be_stopped(news: Path, reader: str) -> None:
    """The index, and a question that was asked meanwhile, are as they were."""
    archive = Paused(news.with_name("index"), reader)
    app = ChatApp(archive)
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "1 article · ready")
        put(news, rapat=NEW)
        await send(pilot, "/reindex")
        await shows(pilot, "1 of 3 articles")
        chat(pilot).action_stop_building()
        archive.may_go_on.set()
        await shows(pilot, "Stopped; the index is as it was.")
        await ask(pilot, WHO)
        await shows(pilot, "Budi Santoso [1]")
        assert "of 3 articles" not in on_screen(app)


@pytest.mark.parametrize("way", ["/quit", "ctrl+q"])
async def test_quitting_while_an_index_is_built_asks(news: Path, reader: str, way: str) -> None:
    """No stays, and what is built comes; the same key once more, or yes, quits."""
    archive = Paused(news.with_name("index"), reader)
    app = ChatApp(archive)
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "1 article · ready")
        await send(pilot, "/reindex")
        await shows(pilot, "1 of 3 articles")
        await (send(pilot, way) if way == "/quit" else pilot.press(way))
        await shows(pilot, "An index is being built.")
        await pilot.press("n")
        await until(pilot, lambda: not isinstance(app.screen, ConfirmScreen))
        assert app.is_running
        await pilot.press("ctrl+q")
        await shows(pilot, "An index is being built.")
        await pilot.press("y" if way == "/quit" else way)
        await until(pilot, lambda: not app.is_running)
        archive.may_go_on.set()


async def test_a_rebuild_that_fails_says_why_until_esc(news: Path, reader: str) -> None:
    """And the old index goes on."""
    app = ChatApp(archive_of(news, reader))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "1 article · ready")
        (news / "rapat.txt").unlink()
        await send(pilot, "/reindex")
        await shows(pilot, "✗ No articles in")
        await ask(pilot, WHO)
        await shows(pilot, "Budi Santoso [1]")


async def test_one_that_cannot_be_opened_leaves_the_old_one(news: Path, reader: str) -> None:
    """The question is answered, and why from old articles is told."""
    app = ChatApp(archive_of(news, reader))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "1 article · ready")
        put(news, rapat=NEW)
        index = news.with_name("index")
        qa.build(news, index)
        name = (index / "CURRENT").read_text().split()[0]
        (index / name / "manifest.json").write_text("{}")
        await ask(pilot, WHO)
        await shows(pilot, "Budi Santoso [1]", "rebuilt but cannot be opened, so the old one")


async def test_another_folder_is_indexed_and_asked(news: Path, reader: str) -> None:
    """Its path is completed; the index that was there is left alone, and opened again."""
    put(news.with_name("lain"), rapat=NEW)
    kept = (news.with_name("index") / "CURRENT").read_bytes()
    app = ChatApp(archive_of(news, reader))
    async with app.run_test(size=(100, 34)) as pilot:
        await ask(pilot, WHO)
        await pilot.press(*"/open la")
        await shows(pilot, "/open lain/")
        await pilot.press("enter")
        await shows(pilot, "Questions go to lain now: 1 article.")
        await ask(pilot, WHO)
        await shows(pilot, "Rina Wulandari [1]")
        assert (news.with_name("index") / "CURRENT").read_bytes() == kept
        await send(pilot, f"/open {news.with_name('index')}")
        await shows(pilot, "/index now: 1 article.")
        await ask(pilot, WHO)
        await until(pilot, lambda: on_screen(app).count("Budi Santoso [1]") == 1)
        await send(pilot, "/open gone")
        await shows(pilot, "There is no gone.")


async def test_a_folder_is_opened_where_there_is_no_index(news: Path, reader: str) -> None:
    """After the first one could not be opened; filters that nothing meets there are lifted."""
    index = news.with_name("new")
    app = ChatApp(Archive(index, lambda at, _tell: Engine.open(at, reader=reader)))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "No index in")
        await send(pilot, "/reindex")
        await shows(pilot, "There is no index yet.", "/open FOLDER")
        await send(pilot, "/since 2020")
        await shows(pilot, "since 2020-01-01 ×")
        await send(pilot, "/open berita")
        await shows(pilot, "Questions go to berita now: 1 article.", "All articles are asked now.")
        assert "since 2020-01-01 ×" not in on_screen(app)
        await ask(pilot, WHO)
        await shows(pilot, "Budi Santoso [1]")


async def test_a_filter_that_nothing_meets_is_refused_with_the_choices(index: Path) -> None:
    """Part of a source's name will do; days are typed as in questions."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(120, 30)) as pilot:
        await shows(pilot, "ready")
        await send(pilot, "/source aba")
        await shows(pilot, "source Kabar ×")
        await send(pilot, "/until 2021")
        await shows(pilot, "Those of Kabar are from 2024-11-20 to", "there are Wire (1).")
        await send(pilot, "/source")
        await send(pilot, "/since 31/12/2024")
        await shows(pilot, "The articles are from 2021-01-02 to 2024-11-20.")
        await send(pilot, "/until kemarin")
        await shows(pilot, "until 20")


async def test_beginning_anew_asks_about_filters(index: Path) -> None:
    """Only where there are any; both answers begin anew, and Esc goes on as before."""
    app = ChatApp(opened(index))
    async with app.run_test(size=(100, 30)) as pilot:
        await shows(pilot, "ready")
        for key, kept in (("y", True), ("n", False)):
            await ask(pilot, WHO)
            await send(pilot, "/source kabar")
            await send(pilot, "/new")
            await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
            await shows(pilot, "Keep the filters, source Kabar?")
            await pilot.press(key)
            await until(pilot, lambda: not isinstance(app.screen, ConfirmScreen))
            await until(pilot, lambda: WHO not in on_screen(app))
            assert app.chat.query_one(Chips).display == kept
        await ask(pilot, WHO)
        await send(pilot, "/source kabar")
        await send(pilot, "/new")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("escape")
        await shows(pilot, WHO, "source Kabar ×")
        await send(pilot, "/source")
        await send(pilot, "/new")
        await until(pilot, lambda: WHO not in on_screen(app))
