"""Who may ask and how much: Host, Origin, token, sizes; every request leaves a line in the log.

A page of another site cannot ask through somebody's browser: one that had its name point here
(DNS rebinding) brings that name as Host, any other brings its Origin or asks for leave first
(CORS), which is never given.

Not handled: how often one client may ask.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import re
import traceback
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.i18n import _
from qa.show import ERROR_SCHEMA, dumps

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 64 * 1024
MOST_HEADER_BYTES = 16 * 1024
BODY_S = 10.0
GONE = 499
"""The status of a request whose client did not wait, as nginx logs it."""

_LEAST_TOKEN = 16
_MOST_TOKEN = 4096
_MOST_PATH = 200
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::\d{1,5})?", re.ASCII)
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)

_entry: ContextVar[dict[str, Any]] = ContextVar("entry")


def note(question: str) -> None:
    """Remember what the request in hand asks, for the log."""
    if (entry := _entry.get(None)) is not None:
        entry["question"] = question


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may ask.

    Attributes:
        names: Hosts that requests may name, in small letters; of addresses see `beyond`.
        beyond: Whether others than this machine can reach the port. Then any IP address may be
            named as Host, since no site can make it its own, else only one of this machine.
        token: What they have to bring; empty for nothing.
    """

    names: frozenset[str] = frozenset({"localhost"})
    beyond: bool = False
    token: bytes = field(default=b"", repr=False)

    def allow_host(self, host: str) -> bool:
        """Whether a Host header names this server."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        try:
            return ip_address(found[1].strip("[]")).is_loopback or self.beyond
        except ValueError:
            return found[1] in self.names

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the words with which a request is refused; None where it may pass."""
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
            return 431, f"The headers may have {MOST_HEADER_BYTES} bytes."
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name, []).append(value)

        def one(name: bytes) -> str | None:
            values = headers.get(name, [])
            return values[0].decode("latin-1") if len(values) == 1 else None

        host, origin = one(b"host"), one(b"origin")
        if host is None or not self.allow_host(host):
            return 421, "This server does not go by that Host; see --allow-host."
        if b"origin" in headers and origin not in (f"http://{host}", f"https://{host}"):
            return 403, "Pages of other sites may not ask."
        navigates = scope["method"] == "GET" and one(b"sec-fetch-mode") == "navigate"
        if one(b"sec-fetch-site") in ("cross-site", "same-site") and not navigates:
            return 403, "Pages of other sites may not ask."
        if self.token:
            scheme, _space, given = (one(b"authorization") or "").partition(" ")
            same = hmac.compare_digest(given.strip().encode("latin-1"), self.token)
            if scheme.lower() != "bearer" or not same:
                return 401, "Bring the token of the server: Authorization: Bearer TOKEN"
        kind = (one(b"content-type") or "").partition(";")[0].strip().lower()
        if scope["method"] == "POST" and kind != "application/json":
            return 415, "Send JSON: Content-Type: application/json"
        size = one(b"content-length")
        if size is not None and size.isdecimal() and int(size[:12]) > MOST_BODY_BYTES:
            return 413, f"The body may have {MOST_BODY_BYTES} bytes."
        return None


def read_token(path: Path) -> bytes:
    """The token in a file that nobody but its owner may read.

    Raises:
        UsageError: If it cannot be read, others may read it, or it holds no good token.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            token = file.read(_MOST_TOKEN + 1).strip()
    except OSError as error:
        raise UsageError(
            _("Cannot read the token in {path}: {reason}.").format(path=path, reason=error.strerror)
        ) from error
    if os.name == "posix" and mode & 0o077:
        raise UsageError(
            _("Others may read the token in {path}. Forbid it: chmod 600 {path}").format(path=path)
        )
    if not re.fullmatch(rb"[!-~]{%d,%d}" % (_LEAST_TOKEN, _MOST_TOKEN), token):
        raise UsageError(
            _(
                "The token in {path} must be one word of {least} characters or more, ASCII only. "
                "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe())'"
            ).format(path=path, least=_LEAST_TOKEN)
        )
    return token


class Guard:
    """Lets requests through to an app, as the rules say, with their bodies read.

    Args:
        app: What they are for.
        rules: Who may ask.
        log: Takes the line of a request: time, method, path, status, milliseconds.
        log_questions: Whether the line has the question too.
        body_s: Seconds in which a body has to be here.
    """

    def __init__(
        self,
        app: ASGIApp,
        rules: Rules,
        log: Callable[[Mapping[str, Any]], None],
        *,
        log_questions: bool = False,
        body_s: float = BODY_S,
    ) -> None:
        self._app = app
        self._body_s = body_s
        self._rules = rules
        self._log = log
        self._log_questions = log_questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = perf_counter(), 0
        entry: dict[str, Any] = {}
        _entry.set(entry)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = list(message.get("headers", ()))
                named = {name.lower() for name, _value in headers}
                headers += [each for each in _HEADERS if each[0] not in named]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._pass(scope, receive, answer)
        except Exception:
            entry["error"] = traceback.format_exc()
            if not status:
                await _refuse(answer, 500, "qa itself failed; its log says how.")
        finally:
            line = {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": scope["method"],
                "path": scope["path"][:_MOST_PATH],
                "status": status,
                "ms": round((perf_counter() - started) * 1000, 1),
            }
            question = entry.pop("question", None)
            if self._log_questions and question is not None:
                line["question"] = question
            self._log(line | entry)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal := self._rules.refusal(scope):
            await _refuse(send, *refusal)
            return
        try:
            body = await asyncio.wait_for(_body(receive), self._body_s)
        except TimeoutError:
            await _refuse(send, 408, f"The body was not here within {self._body_s:g} seconds.")
            return
        if body is None:
            await send({"type": "http.response.start", "status": GONE})
            return
        if len(body) > MOST_BODY_BYTES:
            await _refuse(send, 413, f"The body may have {MOST_BODY_BYTES} bytes.")
            return
        held: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return held.pop() if held else await receive()

        await self._app(scope, again, send)


async def _body(receive: Receive) -> bytes | None:
    """The body of a request, of one that is too long its beginning; None if the client has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BODY_BYTES or not message.get("more_body"):
            return body


def error_body(words: str) -> bytes:
    """What is wrong, as the JSON of an error."""
    return dumps({"schema": ERROR_SCHEMA, "error": words}).encode()


async def _refuse(send: Send, status: int, words: str) -> None:
    body = error_body(words)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *([(b"www-authenticate", b"Bearer")] if status == 401 else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
