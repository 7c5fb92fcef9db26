"""`qa chat --web`: the same chat in a browser, which may not act on the machine that serves it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

import qa.tui.app
from qa.chat.conversation import AT_HOME, Conversation, Notice
from qa.cli import run
from qa.tui.app import ChatApp
from qa.tui.screens.article import ArticleScreen
from tests.chat import WHO, ask, build_index, chat, on_screen, opened, reader_beside, send, shows


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the chat's tests, its first article with an address."""
    folder = tmp_path_factory.mktemp("web") / "index"
    return build_index(folder, url="https://news.example/a")


@contextmanager
def served(index: Path, home: Path) -> Iterator[str]:
    """The address that the command prints; it ends quietly at Ctrl+C."""
    line = [sys.executable, "-m", "qa", "chat", "--web", "--port", "0", "--index", str(index)]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*line, "--reader", str(reader_beside(index))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOME": str(home), "LANGUAGE": "en"},
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        try:
            yield first.split()[2]
        finally:
            process.send_signal(signal.SIGINT)
            out, rest = process.communicate(timeout=30)
    assert (process.returncode, out, rest) == (0, "", "qa: stopped\n")


async def test_a_question_is_asked_in_a_browser(index: Path, tmp_path: Path) -> None:
    """Over the socket of a page that came from here, by whoever has the key."""
    jar = aiohttp.CookieJar(unsafe=True)
    with served(index, tmp_path) as address:
        base = address.partition("/?key=")[0]
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            for path in ("/", "/?key=wrong", "/ws", "/static/js/textual.js"):
                async with session.get(base + path) as refused:
                    assert refused.status == 403
            async with session.get(address, headers={"Host": "evil.example"}) as refused:
                assert refused.status == 421
            async with session.get(address) as page:
                text = await page.text()
                assert page.status == 200
                assert re.search(r'"\.xterm-helper-textarea"[^<]*keys\.focus\(\)', text)
                policy = page.headers["Content-Security-Policy"]
                assert f"connect-src 'self' {base.replace('http', 'ws')};" in policy
            addresses = re.findall(r"https?:[^ \"']*", text)
            foreign = {each for each in addresses if not each.startswith(f"{base}/")}
            assert foreign == {"http://www.w3.org/2000/svg"}
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(f"{base}/ws", headers={"Origin": "http://evil.example"})
            where = f"{base}/ws?width=100&height=40"
            async with (
                asyncio.timeout(60),
                session.ws_connect(where, headers={"Origin": base}) as socket,
            ):
                seen = b""
                while b"ready" not in seen:
                    seen += (await socket.receive()).data
                await socket.send_json(["stdin", f"{WHO}\r"])
                while b"Dmitry" not in seen:
                    seen += (await socket.receive()).data


async def test_what_acts_on_the_machine_is_not_offered(index: Path) -> None:
    """No command, no key, nothing in the palette, no word of it in the help."""
    app = ChatApp(opened(index), in_browser=True)
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot, WHO)
        for command in sorted(AT_HOME):
            await send(pilot, f"{command} x")
            await shows(pilot, f"{command} acts on the machine that qa runs on")
        titles = {each.title for each in app.get_system_commands(app.screen)}
        assert "Settings" in titles
        assert not titles & {"Export as Markdown", "Rebuild the index", "Screenshot"}
        chat(pilot).action_help()
        await shows(pilot, "/browse")
        assert not any(command in on_screen(app) for command in AT_HOME)
        await pilot.press("escape")
        chat(pilot).action_open_current()
        await pilot.pause()
        assert isinstance(app.screen, ArticleScreen)
        view = app.screen.view
        assert not view.check_action("edit", ())
        assert view.check_action("open_address", ())
        assert "Edit the file" not in {each.title for each in app.screen.commands()}


async def test_an_address_is_opened_by_the_browser_itself(index: Path) -> None:
    """Not by one of the machine that serves the chat."""
    addresses: list[str] = []

    class Browsed(ChatApp):
        CSS_PATH = str(Path(qa.tui.app.__file__).with_name("app.tcss"))

        def open_url(self, url: str, *, new_tab: bool = True) -> None:
            assert new_tab
            addresses.append(url)

    app = Browsed(opened(index), in_browser=True)
    async with app.run_test(size=(100, 40)) as pilot:
        await ask(pilot, WHO)
        chat(pilot).action_open_current()
        await pilot.pause()
        await pilot.press("o")
        await shows(pilot, "https://news.example/a")
        await pilot.press("enter")
        await pilot.pause()
    assert addresses == ["https://news.example/a"]


def test_paths_of_the_machine_are_not_completed() -> None:
    """Which would tell what lies there."""
    browser = Conversation(in_browser=True)
    assert browser.complete("/open /") == []
    assert [each.text for each in browser.complete("/re")] == ["/retry", "/resume ", "/rename "]
    assert isinstance(browser.enter("/reindex"), Notice)
    assert Conversation().complete("/open /") != []


def test_without_the_extra_it_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is opened."""
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    assert run(["chat", "--web"]) == 2
    assert "pip install 'qa[serve]'" in capsys.readouterr().err
