"""A server from its socket to its last answer.

SIGTERM and Ctrl+C end it: it takes no more connections, and requests that run are given some
seconds to finish.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from threading import Lock
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from qa.errors import UsageError
from qa.i18n import _
from qa.serve.guard import MOST_HEADER_BYTES, error_body
from qa.show import dumps

MOST_CONNECTIONS = 256
HEAD_S = 10.0
FINISH_S = 10.0
"""Seconds that running requests are given at the end."""

Log = Callable[[Mapping[str, Any]], None]


class LineLog:
    """Writes each entry as a line of JSON to standard error."""

    def __init__(self) -> None:
        self._turn = Lock()

    def __call__(self, entry: Mapping[str, Any]) -> None:
        """Write one; a closed stream takes none."""
        with self._turn:
            try:
                sys.stderr.write(f"{dumps(entry)}\n")
                sys.stderr.flush()
            except (OSError, ValueError):
                return


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        UsageError: If the port is taken, or there is no such address here.
    """
    try:
        family, *_rest, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=MOST_CONNECTIONS)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            _("Cannot listen on {host}, port {port}: {reason}. Choose another --port.").format(
                host=host, port=port, reason=getattr(error, "strerror", None) or error
            )
        ) from error


def is_loopback(listening: socket.socket) -> bool:
    """Whether only this machine reaches it."""
    return ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback


def server(
    app: ASGIApp,
    log: Log,
    *,
    started: Callable[[], None],
    head_s: float = HEAD_S,
    connections: int = MOST_CONNECTIONS,
) -> uvicorn.Server:
    """A server, to be run with `asyncio.run(server.serve(sockets=[...]))`.

    After its last answer it raises KeyboardInterrupt, or whatever else its signal meant before.

    Args:
        app: With its guard.
        log: Takes what was no request at all.
        started: Called once requests are taken.
        head_s: Seconds in which the head of a request has to be here.
        connections: Most at a time.
    """
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=_connection(log, head_s, connections),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        timeout_graceful_shutdown=int(FINISH_S),
    )
    # The guard logs what there is to tell.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    made = _Server(config)
    made.begun = started
    return made


class _Server(uvicorn.Server):
    begun: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, and tell of it."""
        await super().startup(sockets)
        self.begun()


def _connection(log: Log, head_s: float, most: int) -> type[H11Protocol]:
    class Connection(H11Protocol):
        """One whose client has to send what it begins, and that gets its errors as JSON."""

        _due: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if len(self.connections) > most:
                self._end(503, "Too many connections.", "Retry-After: 2\r\n")
            else:
                self._expect()

        def connection_lost(self, exc: Exception | None) -> None:
            self._expect_no_more()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._is_idle():
                self._expect()
            super().data_received(data)
            if not self._is_idle():
                self._expect_no_more()

        def send_400_response(self, msg: str) -> None:
            self._end(400, msg)

        def _is_idle(self) -> bool:
            return self.cycle is None or self.cycle.response_complete

        def _expect(self) -> None:
            if self._due is None:
                self._due = self.loop.call_later(head_s, self._end, 408, "Too slow.")

        def _expect_no_more(self) -> None:
            if self._due is not None:
                self._due.cancel()
                self._due = None

        def _end(self, status: int, words: str, headers: str = "") -> None:
            """Send the error if no response has been sent yet, and close."""
            self._expect_no_more()
            if self.transport.is_closing():
                return
            begun = not self._is_idle() and self.cycle.response_started
            if not begun and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                body = error_body(words)
                head = (
                    f"HTTP/1.1 {status} \r\nContent-Type: application/json\r\n{headers}"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                )
                self.transport.write(head.encode() + body)
            self.transport.close()
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            log({"time": now, "method": None, "path": None, "status": status, "error": words})

    return Connection
