"""A server in a thread of the test's own process, and requests to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event, Thread
from typing import Any

from qa.serve.desk import Desk
from qa.serve.guard import BODY_S, Guard, Rules
from qa.serve.http import application
from qa.serve.run import MOST_CONNECTIONS, listen, server

LOOPBACK = Rules()


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """Of a body that is JSON."""
        return json.loads(self.body)


@dataclass
class Running:
    """A server that runs, and its log."""

    port: int
    desk: Desk
    log: list[Mapping[str, Any]] = field(default_factory=list)

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> Reply:
        """Send a request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            got = connection.getresponse()
            return Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        """GET a path; names of headers with underscores."""
        return self.send("GET", path, None, _named(headers))

    def post(self, path: str, document: object, **headers: str) -> Reply:
        """POST a document as JSON."""
        body = json.dumps(document).encode()
        return self.send("POST", path, body, {"Content-Type": "application/json"} | _named(headers))


@contextmanager
def serving(
    desk: Desk,
    rules: Rules = LOOPBACK,
    *,
    log_questions: bool = False,
    patience_s: float = BODY_S,
    connections: int = MOST_CONNECTIONS,
) -> Iterator[Running]:
    """A server over a desk, on a port of loopback that was free; the desk is closed after it."""
    listening = listen("127.0.0.1", 0)
    running = Running(listening.getsockname()[1], desk)
    log = running.log.append
    app = application(desk)
    guard = Guard(app, rules, log, log_questions=log_questions, body_s=patience_s)
    begun = Event()
    serves = server(guard, log, started=begun.set, head_s=patience_s, connections=connections)
    thread = Thread(target=lambda: asyncio.run(serves.serve(sockets=[listening])), daemon=True)
    thread.start()
    try:
        assert begun.wait(30)
        yield running
    finally:
        serves.should_exit = True
        thread.join(30)
        assert desk.close(30)
        assert not thread.is_alive()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
