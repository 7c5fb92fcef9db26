"""Many clients of `qa serve` at a time: speed, refusals, memory, and whether any answer is wrong.

A client keeps its connection and asks one question after the other; where it is sent away it comes
again when it was told to. An answer is right if it is, but for its times, the document that an
engine of the generation it names gives, and if that generation is no older than the last build that
was done when it was asked for.

Not handled: memory where there is no /proc.
"""

from __future__ import annotations

import json
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np

import qa
from qa.engine import Engine
from qa.settings import Filters
from qa.show import as_json

QUESTIONS = (
    "Siapa wali kota Bandung?",
    "Siapa juru bicara Kremlin?",
    "Who is the Kremlin spokesman?",
    "Kapan hotline didirikan?",
    "Siapa menteri pertahanan Inggris?",
    "Apa yang dikirim Inggris ke Ukraina?",
    "Di mana menteri luar negeri NATO bertemu?",
    "Berapa pasukan yang dikerahkan NATO?",
    "Apakah Biden menyetujui ranjau darat untuk Ukraina?",
    "Siapa presiden Brasil?",
)
_MAYORS = ("Farhan", "Ridwan Kamil", "Yana Mulyana", "Oded Danial", "Dada Rosada")


@dataclass(slots=True)
class Load:
    """What clients met.

    Attributes:
        asked: Requests that were sent.
        answered: Those that were answered.
        refused: Those that were sent away with 503 and told when to come again.
        other: Whatever else came back, by status or by the name of the error.
        wrong: Answers that are not the document of their generation, or are of an old one.
        generations: How many answers each generation gave.
        ms: Milliseconds from a question to its answer, of those that were answered.
        seconds: How long it took.
        rss_mib: Resident memory of the server, sampled.
    """

    asked: int = 0
    answered: int = 0
    refused: int = 0
    other: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    generations: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    rss_mib: list[float] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    def p(self, percent: float) -> float:
        """A percentile of the milliseconds."""
        return float(np.percentile(self.ms, percent)) if self.ms else 0.0


class Archive:
    """An index that is rebuilt again and again, and what each generation of it answers.

    Args:
        articles: Folder of the articles; a file is added to it.
        index: Folder of the index.
        reader: As `qa.open` takes it.
    """

    def __init__(self, articles: Path, index: Path, reader: str) -> None:
        self.index = index
        self._articles = articles
        self._reader = reader
        self._engines: list[Engine] = []
        self._answers: dict[tuple[int, str], str] = {}
        self.build()

    @property
    def engine(self) -> Engine:
        """Of the generation in use."""
        return self._engines[-1]

    @property
    def builds(self) -> int:
        """How many are done."""
        return len(self._engines)

    def build(self) -> None:
        """Change an article and build; what was before stays open, to be asked later."""
        mayor = _MAYORS[self.builds % len(_MAYORS)]
        text = f"Wali kota Bandung bernama {mayor}. Ia dilantik pada Senin.\n"
        (self._articles / "wali-kota.txt").write_text(text, encoding="utf-8")
        qa.build(self._articles, self.index)
        self._engines.append(qa.open(self.index, reader=self._reader))

    def number(self, generation: str) -> int:
        """Which build a generation is of, from 0; -1 for none."""
        ids = [engine.info.id for engine in self._engines]
        return ids.index(generation) if generation in ids else -1

    def answer(self, build: int, question: str) -> str:
        """The document of an answer, without its times."""
        if (build, question) not in self._answers:
            engine = self._engines[build]
            document = as_json(engine.ask(question), Filters(), engine.info)
            self._answers[build, question] = _timeless(document)
        return self._answers[build, question]

    def close(self) -> None:
        """Let go of every generation."""
        for engine in self._engines:
            engine.close()


def _timeless(document: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in document.items() if key != "timings_ms"})


def loaded(
    archive: Archive,
    port: int,
    *,
    clients: int,
    seconds: float,
    builds: int = 0,
    pid: int | None = None,
) -> Load:
    """Have clients ask for some seconds, and judge what they are told.

    Args:
        archive: What the server asks.
        port: Where it listens.
        clients: How many ask at a time.
        seconds: How long.
        builds: How often the index is rebuilt meanwhile, at equal distances.
        pid: Of the server, whose memory is sampled.
    """
    load, turn, numbers = Load(), threading.Lock(), count()
    documents: set[tuple[int, str, str, str]] = set()
    started = perf_counter()
    until = started + seconds

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        while perf_counter() < until:
            with turn:
                question = QUESTIONS[next(numbers) % len(QUESTIONS)]
                load.asked += 1
            # What it asks the server opens by now.
            least, began = archive.builds - 1, perf_counter()
            try:
                body = json.dumps({"question": question})
                connection.request("POST", "/ask", body, {"Content-Type": "application/json"})
                got = connection.getresponse()
                document = json.loads(got.read())
            except (OSError, HTTPException, ValueError) as error:
                connection.close()
                with turn:
                    load.other[type(error).__name__] += 1
                continue
            ms = (perf_counter() - began) * 1000
            if got.status == 503 and (after := got.getheader("Retry-After")):
                with turn:
                    load.refused += 1
                sleep(min(float(after), max(0.0, until - perf_counter())))
                continue
            with turn:
                if got.status != 200:
                    load.other[str(got.status)] += 1
                    continue
                load.answered += 1
                load.ms.append(ms)
                generation = document["index"]["id"]
                load.generations[generation] += 1
                documents.add((least, generation, question, _timeless(document)))
        connection.close()

    threads = [threading.Thread(target=client, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    pause = seconds / (builds + 1)
    for at in range(1, builds + 1):
        _sample(load, pid, started + pause * at)
        archive.build()
    _sample(load, pid, until)
    for thread in threads:
        thread.join()
    load.seconds = perf_counter() - started
    for least, generation, question, told in sorted(documents):
        build = archive.number(generation)
        if build < least:
            load.wrong.append(f"{question} was answered from build {build}, not {least} or later")
        elif told != archive.answer(build, question):
            load.wrong.append(f"{question} was not answered as build {build} does")
    return load


def _sample(load: Load, pid: int | None, until: float) -> None:
    """Wait, and look at the server's memory every half second."""
    while (left := until - perf_counter()) > 0:
        sleep(min(0.5, left))
        if (rss := resident_mib(pid)) is not None:
            load.rss_mib.append(rss)


def resident_mib(pid: int | None) -> float | None:
    """Resident memory of a process; None where that is not told."""
    status = Path(f"/proc/{pid}/status")
    if pid is None or not status.exists():
        return None
    line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


_GOOD = {
    "Host": "127.0.0.1",
    "Content-Type": "application/json",
    "Content-Length": "",
    "Connection": "close",
}


def malformed(port: int, requests: int, seed: int = 0) -> Counter[str]:
    """Send requests of which none can be served.

    Returns:
        How often which status came back; `closed` where the connection ended without one.
    """
    chance, statuses = random.Random(seed), Counter[str]()  # noqa: S311 - no secret
    for _ in range(requests):
        statuses[_status(port, chance.choice(_KINDS)(chance))] += 1
    return statuses


def _status(port: int, sent: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        try:
            wire.sendall(sent)
            got = b""
            while b"\n" not in got and (part := wire.recv(4096)):
                got += part
        except OSError as error:
            return type(error).__name__
    return got[9:12].decode("latin-1") if got.startswith(b"HTTP/1.1 ") else "closed"


def _request(
    method: str = "POST", path: str = "/ask", body: bytes = b"{}", **headers: str
) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    whole = _GOOD | {"Content-Length": str(len(body))} | named
    lines = "".join(f"{name}: {value}\r\n" for name, value in whole.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "surrogatepass") + body


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 400)) + b"\r\n\r\n"


def _flipped(chance: random.Random) -> bytes:
    """A good request of which the body, and the head now and then, has other bytes."""
    body = bytearray(b'{"question": 1, "since": "2024-01-01", "read": 10}')
    for _ in range(chance.randrange(1, 8)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return _request(body=b"!" + bytes(body))


def _other_types(chance: random.Random) -> bytes:
    odd: list[Any] = [None, True, 7, -1, 1e308, [], {}, "", "\0", "x" * 3000, [[]], {"a": 1}]
    fields = ("question", "since", "until", "source", "now", "date_filter", "read", "why", "x")
    body = {chance.choice(fields): chance.choice(odd) for _ in range(3)}
    return _request(body=json.dumps(body | {"question": chance.choice(odd[:7])}).encode())


def _paths(chance: random.Random) -> bytes:
    path = chance.choice(
        (
            "/articles/../../etc/passwd",
            "/articles/%2e%2e%2f",
            "/articles/0123456789abcdef",
            "/articles/" + "a" * 5000,
            "/articles/%00",
            "/%ff%fe",
            "//evil.example/ask",
            "/ask/",
            "/static/x",
            "http://evil.example/",
            "*",
        )
    )
    return _request("GET", path, b"")


def _methods(chance: random.Random) -> bytes:
    method = chance.choice(("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "GET", "BREW", "post"))
    return _request(method, chance.choice(("/ask", "/timeline", "/mcp")))


def _heads(chance: random.Random) -> bytes:
    return chance.choice(
        (
            _request(Host="evil.example"),
            _request(Host=""),
            _request(Origin="http://evil.example"),
            _request(Origin="null"),
            _request(Content_Type="text/plain"),
            _request(Content_Type=""),
            _request(Content_Length="-1"),
            _request(Content_Length="9" * 30),
            _request(Content_Length="70000", body=b" " * 70_000),
            _request(Transfer_Encoding="chunked", body=b"zz\r\n"),
            _request(Transfer_Encoding="gzip"),
            _request(Upgrade="websocket", Connection="Upgrade"),
            _request(Expect="nothing"),
            _request(X_Long="x" * 20_000),
            _request(X_Odd="\0"),
            _request(body=b"[" * 50_000),
            _request(body=b'{"question": ' + b"9" * 5000 + b"}"),
            _request(body=b'{"question": "\\ud800"}'),
            _request(body=b"\xff\xfe{}"),
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /about HTTP/1.1\r\n\r\n",
            b"GET /about HTTP/1.0\r\n\r\n",
            b"\r\n" * 200,
        )
    )


def _messages(chance: random.Random) -> bytes:
    """Of the Model Context Protocol."""
    body = chance.choice((b"", b"{}", b"[]", b"7", b'{"jsonrpc": "1.0"}', b"{" * 9000, b"\xff"))
    return _request(path="/mcp", body=body, Accept="application/json, text/event-stream")


_KINDS: Sequence[Callable[[random.Random], bytes]] = (
    _noise,
    _flipped,
    _other_types,
    _paths,
    _methods,
    _heads,
    _messages,
)
