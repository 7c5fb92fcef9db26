"""The chat as a process on a terminal of its own: what it writes there, how it begins and ends."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from qa.store import has_index
from tests.chat import NOBODY, WHO, build_index, reader_beside

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

_CTRL_Q = b"\x11"

# Of a terminal without a height Textual takes 24 and 25 rows in turn, and draws without end.
_TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "24"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles, one of them hostile."""
    return build_index(tmp_path_factory.mktemp("terminal") / "index")


class Terminal:
    """A process on a pseudo-terminal: what it has written, and what became of it."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid = pid
        self.written = b""
        self._descriptor = descriptor

    @classmethod
    def of(cls, *arguments: str, cwd: Path) -> Self:
        """`qa` with these arguments, 100 columns wide, with folders of its own."""
        folders = {f"XDG_{kind}_HOME": str(cwd / kind) for kind in ("STATE", "CONFIG", "DATA")}
        environment = {**os.environ, **folders, **_TERMINAL}
        pid, descriptor = pty.fork()
        if pid == 0:
            os.chdir(cwd)
            os.execve(sys.executable, [sys.executable, "-m", "qa", *arguments], environment)  # noqa: S606
        return cls(pid, descriptor)

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._descriptor, keys)

    def until(self, words: str) -> None:
        """Read until these words, without what dresses them, have been written."""
        deadline = time.monotonic() + 30
        while words not in self.bare():
            assert time.monotonic() < deadline, self.written[-2000:]
            assert self._read(), self.written[-2000:]

    def bare(self) -> str:
        """What has been written, without the sequences that dress and place it."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.written.decode("utf-8", "replace"))

    def ends(self) -> tuple[int, float]:
        """Read to the end: its exit code, and how many seconds that took."""
        begun = time.monotonic()
        while self._read():
            assert time.monotonic() < begun + 30
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status), time.monotonic() - begun

    def _read(self) -> bool:
        """Read what there is; False where the process has closed the terminal."""
        if not select.select([self._descriptor], [], [], 0.1)[0]:
            return True
        try:
            read = os.read(self._descriptor, 1 << 16)
        except OSError:
            return False
        self.written += read
        return bool(read)

    def close(self) -> None:
        """Leave nothing running."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._descriptor)


@contextmanager
def terminal(*arguments: str, cwd: Path) -> Iterator[Terminal]:
    """A process that is gone in the end."""
    opened = Terminal.of(*arguments, cwd=cwd)
    try:
        yield opened
    finally:
        opened.close()


def test_nothing_of_the_corpus_steers_the_terminal(index: Path, tmp_path: Path) -> None:
    """Neither its text nor its titles: not one of its sequences is among the bytes written."""
    reader = str(reader_beside(index))
    with terminal("chat", "--index", str(index), "--reader", reader, cwd=tmp_path) as screen:
        screen.until("3 articles")
        screen.type(f"{NOBODY}\r".encode())
        screen.until("Budi Santoso")
        screen.type(b"1\r")
        screen.until("berbicara di aula")
        screen.type(b"\x1b")
        screen.type(_CTRL_Q)
        code, _ = screen.ends()
    assert code == 0
    assert "\u241b]52;c;aGk=\u2407" in screen.written.decode()
    for sequence in (b"\x1b]52", b"\x1b[31m", b"\x9b2J", b"aGk=\x07"):
        assert sequence not in screen.written


def test_quitting_takes_no_time_while_models_load(index: Path, tmp_path: Path) -> None:
    """The first screen does not wait for them either."""
    with terminal("chat", "--index", str(index), cwd=tmp_path) as screen:
        screen.until("Ask")
        screen.type(_CTRL_Q)
        code, seconds = screen.ends()
    assert code == 0
    assert seconds < 5


def test_quitting_takes_no_time_while_a_question_is_read(index: Path, tmp_path: Path) -> None:
    """And is no crash: Python does not take itself apart under a model at work."""
    with terminal("chat", "--index", str(index), cwd=tmp_path) as screen:
        screen.until("3 articles")
        screen.type(f"{WHO}\r".encode())
        screen.until("Looking")
        screen.type(_CTRL_Q)
        code, seconds = screen.ends()
    assert code == 0
    assert seconds < 5


def test_the_first_chat_builds_the_index_and_answers(tmp_path: Path, reader: str) -> None:
    """Within the chat, from the articles of the project."""
    (tmp_path / "index").mkdir()
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Juru bicara Kremlin Dmitry Peskov mengatakan hal itu.\n")
    with terminal("chat", "--reader", reader, cwd=tmp_path) as screen:
        screen.until("Ask")
        screen.type(f"{WHO}\r".encode())
        screen.until("Dmitry Peskov [1]")
        screen.type(_CTRL_Q)
        code, _ = screen.ends()
    assert code == 0
    assert has_index(tmp_path / "index")
    history = tmp_path / "STATE" / "qa" / "history.jsonl"
    assert history.stat().st_mode & 0o777 == 0o600


def test_quitting_while_an_index_is_built_leaves_none(tmp_path: Path, reader: str) -> None:
    """Nor anything that the next build would stumble over."""
    (tmp_path / "index").mkdir()
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for n in range(3000):
        (corpus / f"{n}.txt").write_text(
            f"Rapat ke-{n} dibuka oleh wali kota {n} pada Selasa.\n" * 8
        )
    with terminal("chat", "--reader", reader, cwd=tmp_path) as screen:
        screen.until("articles")
        screen.type(_CTRL_Q)
        code, seconds = screen.ends()
    assert code == 0
    assert seconds < 5
    assert not has_index(tmp_path / "index")


def test_line_by_line_recalls_earlier_questions(index: Path, tmp_path: Path) -> None:
    """Up brings those of other chats, and what is asked again is kept once."""
    pytest.importorskip("readline", reason="nothing to recall with")
    history = tmp_path / "STATE" / "qa" / "history.jsonl"
    history.parent.mkdir(parents=True)
    history.write_text(f'{{"question": "{NOBODY}"}}\n{{"question": "{WHO}"}}\n')
    reader = str(reader_beside(index))
    with terminal("chat", "--plain", "--index", str(index), "--reader", reader, cwd=tmp_path) as it:
        it.until("> ")
        it.type(b"\x1b[A\x1b[A\n")
        it.until("Budi Santoso")
        it.type(b"\x1b[A\n/quit\n")
        assert it.ends()[0] == 0
        assert it.bare().count("Budi Santoso [1]") == 2
        assert b"\x1b[?2004" not in it.written
    assert history.read_text().count(NOBODY) == 2
