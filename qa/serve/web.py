"""The chat in a browser, by textual-serve: each page has a chat of its own, in its own process.

Whoever has the address with its key can read the articles, and the questions and conversations
that are kept; the chat then offers nothing that acts on this machine (`ChatApp`, `in_browser`). It
listens on loopback alone, and only to pages of its own (`guard`). The page loads what textual-serve
ships and nothing else.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click
import textual_serve.server
from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from qa.i18n import _
from qa.serve.guard import Rules
from qa.serve.run import listen

MOST_PAGES = 4
"""Chats at a time; each loads the models, which takes 0.3 GiB (2026-11)."""

_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws://{host}; "
    "frame-ancestors 'none'"
)
_PATIENCE_S = 3.0
"""How long the process of a chat has to end."""

_FOREIGN = re.compile(r'<link[^>]*href="https:[^>]*>')

_FOCUS = """<script>
  new MutationObserver((changes, observer) => {
    const keys = document.querySelector(".xterm-helper-textarea");
    if (keys && document.body.classList.contains("-first-byte")) {
      observer.disconnect();
      keys.focus();
    }
  }).observe(document.body, {attributes: true, childList: true, subtree: true});
</script>
</body>"""
"""Gives the keyboard to the terminal once the chat is drawn, which the page leaves to a click."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve_chat(index: Path, reader: str, port: int) -> None:
    """Serve the chat until a signal comes.

    Raises:
        UsageError: If the port is taken.
    """
    line = [sys.executable, "-m", "qa", "chat", "--in-browser"]
    line += ["--index", str(index.resolve()), "--reader", reader]
    windows = sys.platform == "win32"
    command = subprocess.list2cmdline(line) if windows else f"exec {shlex.join(line)}"
    with listen("127.0.0.1", port) as listening:
        server = ChatServer(command, listening.getsockname()[1])
        # It returns at Ctrl+C and at SIGTERM, once pages are closed.
        web.run_app(server.app(), sock=listening, print=None, access_log=None, shutdown_timeout=2)
    click.echo(_("qa: stopped"), err=True)


class _Chat(AppService):
    """One chat, which has ended once it is stopped."""

    async def stop(self) -> None:
        """Ask its process to end, and make it."""
        await super().stop()
        process = self._process
        if process is None or process.returncode is not None:
            return
        try:
            await asyncio.wait_for(process.wait(), _PATIENCE_S)
        except TimeoutError:
            process.kill()


# There is no other way to give it one.
textual_serve.server.AppService = _Chat  # type: ignore[attr-defined]


class ChatServer(Server):
    """textual-serve behind a guard.

    Args:
        command: Starts a chat, for a shell.
        port: On which it listens.
    """

    def __init__(self, command: str, port: int) -> None:
        super().__init__(command, "127.0.0.1", port, title="qa")
        self.key = secrets.token_urlsafe()
        # Browsers send cookies to every port of a host.
        self._cookie = f"qa-{port}"
        self._pages: set[asyncio.Task[Any]] = set()

    async def app(self) -> web.Application:
        """The routes, guarded."""
        app = await self._make_app()
        app.middlewares.append(self._guarded)
        return app

    async def on_startup(self, _app: web.Application) -> None:
        """Tell where it is."""
        told = _("qa: open {address} · Ctrl-C ends it")
        click.echo(told.format(address=f"{self.public_url}/?key={self.key}"), err=True)

    async def on_shutdown(self, _app: web.Application) -> None:
        """End every chat."""
        pages = list(self._pages)
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)

    async def handle_index(self, request: web.Request) -> Any:
        """The page with the keyboard in its terminal, without the font from elsewhere."""
        page = await super().handle_index(request)
        assert isinstance(page, web.Response)  # noqa: S101 - its decorator makes one
        page.text = _FOREIGN.sub("", page.text or "").replace("</body>", _FOCUS)
        return page

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A chat, if there are not too many."""
        if len(self._pages) >= MOST_PAGES:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"})
        page = asyncio.current_task()
        assert page is not None  # noqa: S101 - a handler runs in one
        self._pages.add(page)
        try:
            return await super().handle_websocket(request)
        finally:
            self._pages.discard(page)

    @web.middleware
    async def _guarded(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Pass requests of this server's own pages, and of whoever has the key."""
        headers = [(name.lower(), value) for name, value in request.raw_headers]
        if refusal := Rules().refusal({"method": request.method, "headers": headers}):
            status, words = refusal
            return web.Response(status=status, text=words)
        given = request.query.get("key", request.cookies.get(self._cookie, ""))
        if not hmac.compare_digest(given.encode(errors="replace"), self.key.encode()):
            return web.Response(status=403, text="Open the address that qa chat --web printed.")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = _POLICY.format(host=request.host)
            response.headers["Referrer-Policy"] = "no-referrer"
            response.set_cookie(self._cookie, self.key, httponly=True, samesite="Strict")
        return response
