"""An archive behind a server: what it gives is what the engine there gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import qa
from qa.chat.archive import Archive
from qa.cli import run
from qa.engine import Engine
from qa.errors import ServerError, UsageError
from qa.serve.desk import Desk
from qa.serve.guard import Rules
from qa.settings import AskSettings, Filters
from qa.types import Answer
from tests.serving import Running, serving

TOKEN = "x" * 16


@pytest.fixture(scope="module")
def running(desk_index: Path, reader: str) -> Iterator[Running]:
    """A server that asks for a token."""
    with serving(Desk.over(desk_index, reader), Rules(token=TOKEN.encode())) as one:
        yield one


@pytest.fixture
def url(running: Running) -> str:
    """Its address."""
    return f"http://127.0.0.1:{running.port}"


@pytest.fixture(scope="module")
def here(desk_index: Path, reader: str) -> Iterator[Engine]:
    """The same index, opened here."""
    with qa.open(desk_index, reader=reader) as engine:
        yield engine


@pytest.fixture
def there(url: str) -> Iterator[Engine]:
    """The server, opened."""
    with qa.open(url, token=TOKEN) as remote:
        yield remote


def test_a_conversation_is_the_same_there(here: Engine, there: Engine) -> None:
    """Answers equal in all fields, trace and whole articles too; follow-ups lean on them."""
    settings = AskSettings(now=date(2024, 11, 30), read=3)
    answers: list[Answer] = []
    for question in (
        "Siapa juru bicara Kremlin?",
        "Siapa yang diundangnya?",
        "Apakah hotline sudah dipakai?",
        "Siapa presiden Brasil?",
    ):
        answer = there.ask(question, settings, after=answers)
        assert answer == here.ask(question, settings, after=answers)
        answers.append(answer)
    assert answers[1].understood
    assert there.info == here.info


def test_all_else_is_the_same_there(here: Engine, there: Engine) -> None:
    """What commands and the chat show."""
    only = Filters(since=date(2024, 1, 1))
    for words in ("ranjau darat", '"ranjau darat" -kapal'):
        assert there.search(words, only) == here.search(words, only)
    assert there.quote("Saluran itu belum dipakai") == here.quote("Saluran itu belum dipakai")
    assert there.timeline("ranjau darat") == here.timeline("ranjau darat")
    assert there.about() == here.about()
    for filters in (Filters(), only):
        assert there.generation.sizes(filters) == here.generation.sizes(filters)
    assert there.generation.sources() == here.generation.sources()
    assert there.generation.headlines() == here.generation.headlines()
    first = next(here.articles())
    assert there.article(first.id) == first
    assert there.article("0" * 16) is None


def test_what_makes_no_sense_is_told_as_here(here: Engine, there: Engine) -> None:
    """A slip in a source is no "not found", wherever it is seen."""
    with pytest.raises(UsageError) as known:
        here.require_source("Kabarr")
    there.require_source("Kabarr")
    with pytest.raises(UsageError, match="No article is of the source 'Kabarr'") as told:
        there.ask("Siapa?", AskSettings(filters=Filters(source="Kabarr")))
    assert str(told.value) == str(known.value)


@pytest.mark.parametrize(
    ("address", "kind", "words"),
    [
        ("http://127.0.0.1:1", ServerError, "Cannot reach http://127.0.0.1:1 "),
        ("http://:8321", UsageError, "no address"),
        ("http://a:b", UsageError, "no address"),
    ],
)
def test_no_server_is_told_in_words(address: str, kind: type[Exception], words: str) -> None:
    """And what to look at."""
    with pytest.raises(kind, match=words):
        qa.open(address)


def test_without_its_token_it_refuses(url: str) -> None:
    """The words are the server's."""
    with pytest.raises(ServerError, match="Bring the token"):
        qa.open(url)


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """A file with the token."""
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_text(f"{TOKEN}\n")
    return path


def test_the_command_prints_what_it_prints_here(
    url: str, token: Path, desk_index: Path, reader: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same document and the same exit code, in a conversation too."""
    printed = []
    there = [f"--cluster={url}", f"--token-file={token}"]
    for at, where in enumerate((there, [f"--index={desk_index}", f"--reader={reader}"])):
        talk = f"--conversation={token.with_name(f'talk-{at}.jsonl')}"
        options = [*where, talk, "--json", "--why", "--now=2024-11-30"]
        codes = [
            run(["ask", question, *options])
            for question in ("Siapa juru bicara Kremlin?", "Siapa yang diundangnya?")
        ]
        documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        for document in documents:
            del document["timings_ms"]
        printed.append((codes, documents))
    assert printed[0] == printed[1]
    assert printed[0][1][1]["understood"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--cluster=http://:8321"], 2, "is no address of a server"),
        (["--cluster=http://127.0.0.1:1"], 7, "Cannot reach"),
        (["--cluster=http://127.0.0.1:1", "--index=x"], 2, "not both"),
    ],
)
def test_a_server_that_cannot_be_asked_is_told(
    options: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, with an exit code of its own."""
    assert run(["ask", "Siapa?", *options]) == code
    assert words in capsys.readouterr().err


def test_a_chat_asks_a_server_until_an_index_is_opened(
    url: str, desk_index: Path, reader: str
) -> None:
    """It lists and shows what is there, and builds nothing of it."""
    archive = Archive(
        desk_index,
        lambda at, _tell: qa.open(at, reader=reader),
        server=lambda: qa.open(url, token=TOKEN),
    )
    remote = archive.open(lambda *_: None)
    headline = remote.generation.headlines()[0]
    found = archive.article(headline.id)
    assert found is not None
    assert found.title == headline.title
    assert archive.sizes(Filters())
    assert archive.renew() is None
    with pytest.raises(UsageError, match="with a server"):
        archive.made(None, lambda *_: None)
    engine = archive.take(archive.made(desk_index, lambda *_: None))
    assert isinstance(engine, Engine)
    archive.close()
