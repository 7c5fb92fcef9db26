"""`qa serve`: the same documents over HTTP, from those who may ask, within bounds."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

import qa
from qa.cli import run
from qa.errors import UsageError
from qa.serve.desk import Desk, Refused
from qa.serve.guard import MOST_BODY_BYTES, Rules, read_token
from tests.bench.load import Archive, loaded, malformed
from tests.builders import index_of
from tests.serving import Running, serving

ARTICLES = {
    "a.md": "---\nsource: Kabar\npublished: 2024-11-21\n---\n"
    "Juru bicara Kremlin Dmitry Peskov mengatakannya pada 19 November 2024.\n",
    "b.txt": "Menteri luar negeri NATO bertemu di kota Riga pada Selasa.\n",
}
QUESTION = "Siapa juru bicara Kremlin?"


def built(folder: Path) -> Path:
    """An index of the articles."""
    return index_of(folder, ARTICLES)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles."""
    return built(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def running(index: Path, reader: str) -> Iterator[Running]:
    """A server over it."""
    with serving(Desk.over(index, reader)) as one:
        yield one


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """What a command prints as JSON, without what differs from run to run."""
    run([*arguments])
    return without_times(json.loads(capsys.readouterr().out))


def without_times(document: dict[str, object]) -> dict[str, object]:
    """A document without what differs from run to run."""
    return {key: value for key, value in document.items() if key not in ("timings_ms", "took_ms")}


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ({}, []),
        (
            {"since": "2024-11-01", "source": "kabar"},
            ["--since", "2024-11-01", "--source", "kabar"],
        ),
        ({"until": "2020-01-01"}, ["--until", "2020-01-01"]),
        ({"why": True, "read": 3, "now": "2024-11-22"}, ["--why", "--read=3", "--now=2024-11-22"]),
    ],
)
def test_an_answer_is_what_the_command_prints(
    running: Running,
    index: Path,
    reader: str,
    capsys: pytest.CaptureFixture[str],
    asked: dict[str, object],
    options: list[str],
) -> None:
    """Key for key, under the same filters."""
    got = running.post("/ask", {"question": QUESTION, **asked})
    line = ["ask", QUESTION, "--json", "--index", str(index), "--reader", reader, *options]
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    assert without_times(got.document) == printed(capsys, *line)


def test_other_documents_are_those_of_their_commands(
    running: Running, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """About, search, quote and timeline."""
    at = ["--json", "--index", str(index)]
    line = ["search", "juru -kapal", "--sort=oldest", "--limit=3", "--source=kabar"]
    got = running.post(
        "/search", {"words": "juru -kapal", "sort": "oldest", "limit": 3, "source": "kabar"}
    )
    assert got.document == printed(capsys, *line, *at)
    for quotation in ("pada 19 November 2024", "pada 18 November 2024"):
        got = running.post("/quote", {"quotation": quotation}).document
        assert without_times(got) == printed(capsys, "quote", quotation, *at)
    assert running.get("/about").document == printed(capsys, "about", *at)
    got = running.post("/timeline", {"topic": "juru bicara Kremlin"}).document
    assert got == printed(capsys, "timeline", "juru bicara Kremlin", *at)
    assert got["events"][0]["day"] == "2024-11-19"


def test_an_article_comes_with_its_text_and_the_spans_that_are_asked_for(
    running: Running, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside what `qa inspect` says of it; offsets are those of answers."""
    place = running.post("/ask", {"question": QUESTION}).document["citations"][0]
    path = f"/articles/{place['article_id']}"
    got = running.get(f"{path}?span={place['start']}-{place['end']}&span=0-3").document
    text, marked = got.pop("text"), got.pop("marked")
    assert [each["text"] for each in marked] == ["---", place["quote"]]
    assert text[place["start"] : place["end"]] == place["quote"]
    assert got == printed(capsys, "inspect", place["article_id"], "--json", "--index", str(index))
    assert running.get("/articles/0123456789abcdef").status == 404
    for span in ("9", "5-3", "0-99999", "-1-4", "٣-٤", "1-2-3", ""):
        refused = running.get(path + "?span=" + "%".join(["", *span.encode().hex(" ").split()]))
        assert refused.status == 422
        assert "no span" in refused.document["error"]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({}, "question: It is missing."),
        ({"question": "  "}, "question: It is empty."),
        ({"question": 7}, "question: "),
        ({"question": "x" * 2001}, "question: "),
        ({"question": "\ud800"}, "question: "),
        ({"question": "Siapa?", "since": "kemarin"}, "since: 'kemarin' is no day"),
        ({"question": "Siapa?", "since": 20220131}, "since: Write the day as text"),
        ({"question": "Siapa?", "read": 51}, "read: "),
        ({"question": "Siapa?", "read": "3"}, "read: "),
        ({"question": "Siapa?", "source": "Nirwana"}, "There are: Kabar."),
        ({"question": "Siapa?", "since": "2024-02-01", "until": "2024-01-01"}, "swap them"),
        ({"question": "Siapa?", "now": "1066-10-14"}, "outside the years"),
        ({"question": "Siapa?", "reader": "/etc/passwd"}, "reader: Extra inputs"),
        ([], "a valid"),
        ("Siapa?", "a valid"),
        (None, ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    running: Running, document: object, says: str
) -> None:
    """And nothing of it is taken for something else."""
    got = running.post("/ask", document)
    assert got.status == 422
    assert says in got.document["error"]


def test_a_body_that_is_no_json_or_too_long_is_refused(running: Running) -> None:
    """Of its kind, its length and its depth."""
    kind = {"Content-Type": "application/json"}
    for body in (b"{", b"\xff\xfe", b"[" * 60_000, b'{"question": NaN}', b"9" * 5000, b""):
        assert running.send("POST", "/ask", body, kind).status in (400, 422)
    for body in (b"{", b'{"question": "Di mana"', b"tanya"):
        assert running.send("POST", "/ask", body, kind).document["error"] == "The body is no JSON."
    odd = running.get("/articles/GHI-77")
    assert odd.status == 422
    assert odd.document["error"].startswith("id: It is no id; an id has 16")
    for other in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        assert running.send("POST", "/ask", b"{}", {"Content-Type": other}).status == 415
    assert running.send("POST", "/ask", b" " * (MOST_BODY_BYTES + 1), kind).status == 413
    long_head = {"X-Long": "x" * 20_000}
    assert running.send("GET", "/about", None, long_head).status == 431


def test_a_body_in_chunks_is_counted(running: Running) -> None:
    """Whatever length it claims."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as wire:
        wire.sendall(
            b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
        for _each in range(5):
            wire.sendall(chunk)
        assert wire.recv(100).startswith(b"HTTP/1.1 413 ")


def test_clients_that_dawdle_or_are_too_many_are_sent_away(index: Path, reader: str) -> None:
    """So that they hold no connection; with the reason, where they can be told."""
    desk = Desk.over(index, reader, workers=1)
    with serving(desk, patience_s=0.3, connections=4) as running:
        head = b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        for begun in (b"", b"GET /ab", head, head + b"Content-Length: 9\r\n\r\n{"):
            with socket.create_connection(("127.0.0.1", running.port), timeout=30) as wire:
                wire.sendall(begun)
                assert wire.recv(100).startswith(b"HTTP/1.1 408 ")
        wires = [socket.create_connection(("127.0.0.1", running.port), timeout=30) for _ in "12345"]
        assert b"Retry-After: 2" in wires[-1].recv(300)
        for wire in wires:
            wire.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:80"}, 421),
        ({"Host": "localhost.evil.example"}, 421),
        ({"Host": "192.168.1.2"}, 421),
        ({"Host": "127.0.0.1@evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "LOCALHOST:1"}, 200),
        ({"Host": "[::1]:8321"}, 200),
        ({"Host": "127.0.0.1"}, 200),
        ({"Host": "localhost", "Origin": "http://localhost"}, 200),
        ({"Host": "localhost", "Origin": "http://evil.example"}, 403),
        ({"Host": "localhost", "Origin": "http://localhost:9999"}, 403),
        ({"Host": "localhost", "Origin": "null"}, 403),
        ({"Host": "localhost", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "localhost", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Host": "localhost", "Sec-Fetch-Site": "none"}, 200),
        (
            {"Host": "localhost", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
            200,
        ),
    ],
)
def test_pages_of_other_sites_may_not_ask(
    running: Running, headers: dict[str, str], status: int
) -> None:
    """Neither by a name that they have point here, nor in somebody's browser."""
    got = running.send("GET", "/about", None, headers)
    assert got.status == status
    assert not {name for name in got.headers if name.startswith("access-control")}


def test_a_browser_is_given_no_leave_to_ask(running: Running) -> None:
    """OPTIONS is what it sends before a POST of JSON to another site."""
    asks = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    assert running.send("OPTIONS", "/ask", None, asks).status == 403
    assert running.send("OPTIONS", "/ask").status == 405


def test_whoever_lacks_the_token_gets_nothing(index: Path, reader: str) -> None:
    """Beyond loopback any address is a Host, and of names those that are given."""
    token = b"correct-horse-battery"
    rules = Rules(frozenset({"localhost", "news.example"}), beyond=True, token=token)
    with serving(Desk.over(index, reader, workers=1), rules) as running:
        for given in ("", token.decode(), "Basic x", "Bearer", "Bearer wrong", "Bearer ähm"):
            for path in ("/about", "/health", "/docs", "/openapi.json", "/nowhere"):
                got = running.get(path, Authorization=given.encode().decode("latin-1"))
                assert (got.status, got.headers["www-authenticate"]) == (401, "Bearer")
        right = f"Bearer {token.decode()}"
        for host in ("203.0.113.9:80", "news.example", "localhost"):
            assert running.get("/about", Authorization=right, Host=host).status == 200
        assert running.get("/about", Authorization=right, Host="evil.example").status == 421
        assert "horse" not in str(running.log)


def test_a_token_that_others_may_read_is_no_token(tmp_path: Path) -> None:
    """Nor is a short one, or several lines."""
    file = tmp_path / "token"
    file.touch(mode=0o600)
    for text in ("", "short", "of two words here", "of-two-lines-of\nthis-file", "é" * 20):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match="one word"):
            read_token(file)
    file.write_text("correct-horse-battery\n")
    assert read_token(file) == b"correct-horse-battery"
    file.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        read_token(file)
    with pytest.raises(UsageError, match="No such file"):
        read_token(tmp_path / "none")


def test_what_nobody_may_reach_without_a_token_is_not_listened_on(
    index: Path, reader: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said before anything is loaded; so is a port that is taken."""
    line = ["serve", "--index", str(index), "--reader", reader]
    assert run([*line, "--host", "0.0.0.0", "--port", "0"]) == 2  # noqa: S104 - refused
    assert "--token-file" in capsys.readouterr().err
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run([*line, "--port", str(taken.getsockname()[1])]) == 2
    assert "Choose another --port" in capsys.readouterr().err


def test_the_log_has_questions_only_where_they_are_wanted(index: Path, reader: str) -> None:
    """A line for each request, of whatever status."""
    for wanted in (False, True):
        desk = Desk.over(index, reader, workers=1)
        with serving(desk, log_questions=wanted) as running:
            running.post("/ask", {"question": QUESTION})
            running.get("/nowhere?secret=1")
        ask, nowhere = running.log
        assert {"time", "method", "path", "status", "ms"} == {*ask} - {"question"}
        assert (ask["method"], ask["path"], ask["status"]) == ("POST", "/ask", 200)
        assert ask.get("question") == (QUESTION if wanted else None)
        assert (nowhere["path"], nowhere["status"]) == ("/nowhere", 404)


def test_a_full_queue_sends_away_and_tells_when_to_come_again(index: Path, reader: str) -> None:
    """With 503, while what waits is still answered; health answers at once."""
    hold = Event()
    desk = Desk.over(index, reader, workers=1, waiting=2)
    with serving(desk) as running:
        held = [desk.submit(lambda _engine, _left_s: hold.wait(30))]
        while desk.counts.waiting:
            pass
        held += [desk.submit(lambda _engine, _left_s: True) for _each in range(2)]
        got = running.post("/ask", {"question": QUESTION})
        assert (got.status, got.headers["retry-after"]) == (503, "2")
        assert running.get("/health").document["waiting"] == 2
        hold.set()
        assert all(each.result(30) for each in held)
        assert running.post("/ask", {"question": QUESTION}).status == 200
        assert running.get("/health").document["refused"] == 1


def test_a_question_whose_time_is_up_frees_its_place(index: Path, reader: str) -> None:
    """One that waits is not begun; one that was begun holds its worker until it ends."""
    hold, begun = Event(), []
    desk = Desk.over(index, reader, workers=1, waiting=1, limit_s=0.2)
    with serving(desk) as running:
        first = desk.submit(lambda _engine, _left_s: hold.wait(30))
        while desk.counts.waiting:
            pass
        got = running.post("/ask", {"question": QUESTION})
        assert (got.status, got.headers["retry-after"]) == (503, "2")
        assert "0.2 seconds" in got.document["error"]
        assert (desk.counts.waiting, desk.counts.begun, desk.counts.late) == (0, 1, 1)
        desk.submit(lambda _engine, _left_s: begun.append(1)).cancel()
        hold.set()
        with pytest.raises(TimeoutError):
            first.result(30)
        assert desk.submit(lambda _engine, left_s: left_s).result(30) > 0
    assert begun == []
    with pytest.raises(Refused, match="closing"):
        desk.submit(lambda _engine, _left_s: None)


def test_work_that_fails_leaves_a_worker_behind(index: Path, reader: str) -> None:
    """And whoever asked is told."""

    def fails(_engine: object, _left_s: float) -> None:
        raise MemoryError

    desk = Desk.over(index, reader, workers=1)
    with pytest.raises(MemoryError):
        desk.submit(fails).result(30)
    assert desk.submit(lambda engine, _left_s: engine.info.articles).result(30) == 2
    assert desk.close(30)


def test_what_is_asked_after_a_build_is_answered_from_it(tmp_path: Path, reader: str) -> None:
    """By every worker; where the new generation cannot be opened, the old one answers."""
    index = built(tmp_path)
    told: list[str] = []
    desk = Desk.over(index, reader, workers=2, tell=told.append)
    before = desk.info.id
    (tmp_path / "articles" / "c.txt").write_text("Wali kota Bandung bernama Farhan.\n")
    qa.build(tmp_path / "articles", index)
    for _each in range(4):
        info = desk.submit(lambda engine, _left_s: engine.info).result(30)
        assert info.articles == 3
        assert info.id != before
    (tmp_path / "articles" / "c.txt").unlink()
    qa.build(tmp_path / "articles", index)
    (next(index.glob("000003-*")) / "manifest.json").write_text("{}")
    assert desk.submit(lambda engine, _left_s: engine.info.articles).result(30) == 3
    assert "cannot be opened" in told[0]
    assert desk.close(30)


def test_many_clients_get_right_answers_while_the_index_is_rebuilt(
    tmp_path: Path, reader: str
) -> None:
    """Or are sent away; `python -m tests.bench serve` does it for a minute with 64."""
    (tmp_path / "articles").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "articles" / name).write_text(text, encoding="utf-8")
    archive = Archive(tmp_path / "articles", tmp_path / "index", reader)
    with serving(Desk.over(archive.index, reader, waiting=4)) as running:
        load = loaded(archive, running.port, clients=12, seconds=3, builds=2)
    archive.close()
    assert load.wrong == []
    assert load.other == {}
    assert load.answered + load.refused == load.asked
    assert len(load.generations) == 3
    assert {entry["status"] for entry in running.log} <= {200, 503}


def test_what_cannot_be_served_is_no_fault_of_the_server(running: Running) -> None:
    """Whatever comes over the wire; the bench sends 10,000."""
    statuses = malformed(running.port, 400)
    assert statuses.total() == 400
    assert {status for status in statuses if not status.startswith("4")} == set()
    assert running.get("/health").status == 200


def test_the_page_of_the_routes_loads_nothing(running: Running) -> None:
    """It has no script, and its headers forbid any; OpenAPI tells programs the same."""
    page = running.get("/docs")
    assert "POST /ask" in page.body.decode()
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for loads in ("<script", "src=", "@import", "http:", "https:", "url("):
        assert loads not in page.body.decode()
    told = running.get("/openapi.json").document
    assert {"/ask", "/timeline", "/articles/{id}", "/about", "/health"} <= {*told["paths"]}
    assert "HTTPValidationError" not in told["components"]["schemas"]


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(index: Path, reader: str, ended_by: signal.Signals) -> None:
    """With exit code 0, and standard output empty from start to end."""
    line = [sys.executable, "-m", "qa", "serve", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*line, "--index", str(index), "--reader", reader],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LANGUAGE": "en"},
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith("qa: listening on http://127.0.0.1:")
        process.send_signal(ended_by)
        out, rest = process.communicate(timeout=30)
    assert (process.returncode, out, rest) == (0, "", "qa: stopped\n")


def test_without_the_extra_it_says_which(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever of its libraries is absent; that of the cluster brings them too."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert run(["serve", "--index", str(index)]) == 2
    assert "pip install 'qa[serve]'" in capsys.readouterr().err
    assert run(["cluster", "serve", str(index)]) == 2
    assert "pip install 'qa[cluster]'" in capsys.readouterr().err


def test_to_ask_loads_nothing_of_a_server(index: Path, reader: str) -> None:
    """So that its extra costs those who do not serve nothing."""
    code = (
        "import sys; from qa.cli import run;"
        f"run(['ask', {QUESTION!r}, '--index', {str(index)!r}, '--reader', {reader!r}]);"
        "sys.exit(', '.join({'fastapi', 'uvicorn', 'mcp', 'pydantic', 'starlette', 'aiohttp'}"
        " & {*sys.modules}))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr.strip() == ""


def test_figures_are_there_to_be_watched(running: Running) -> None:
    """In the form that Prometheus reads; how long work took once some was done."""
    assert running.post("/ask", {"question": QUESTION}).status == 200
    reply = running.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    figures = dict(line.rsplit(" ", 1) for line in reply.body.decode().splitlines())
    assert int(figures["qa_work_done_total"]) >= 1
    assert float(figures['qa_work_seconds{quantile="0.95"}']) > 0
    assert figures["qa_work_waiting"] == "0"


def test_the_conversation_before_a_question_comes_with_it(running: Running) -> None:
    """As `--conversation` keeps it."""
    before = running.post("/ask", {"question": QUESTION}).document
    turn = {"question": QUESTION, "answer": before["answer"]["text"], "language": "id"}
    asked = {"question": "Kapan dia mengatakannya?", "after": [turn]}
    assert "Peskov" in running.post("/ask", asked).document["understood"]
    assert running.post("/ask", {**asked, "after": [turn] * 21}).status == 422
