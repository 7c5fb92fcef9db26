"""Work in other processes: in order, with what it logs, and what happens when one is killed."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from loky import cpu_count

import qa
from qa import parallel
from qa.errors import QAError

pytestmark = pytest.mark.skipif(cpu_count() < 2, reason="one core does all work itself")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first item is worked on here, the rest elsewhere."""
    monkeypatch.setattr(parallel, "_ALONE_S", 0)


def squared(number: int, ends: int) -> tuple[int, int]:
    """Log, and square a number in a process; one of some number ends it."""
    if number == ends:
        os.kill(os.getpid(), signal.SIGKILL)
    if number < 0:
        raise ValueError(number)
    logging.getLogger("qa.squares").warning("squaring %d", number)
    return number * number, os.getpid()


def test_results_and_logs_come_in_order(caplog: pytest.LogCaptureFixture) -> None:
    """Though other processes do the work."""
    told = []
    for at, (square, pid) in enumerate(parallel.in_order(partial(squared, ends=-1), range(40))):
        assert square == at * at
        assert (pid == os.getpid()) == (at == 0)
        told.append(caplog.messages[-1])
    assert told == [f"squaring {number}" for number in range(40)]


def test_items_are_taken_as_they_are_needed() -> None:
    """Of a large corpus memory holds a part."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    results = parallel.in_order(partial(squared, ends=-1), items(), most=1)
    for _ in range(3):
        next(results)
    assert len(taken) < 12


def test_an_error_is_that_of_the_work() -> None:
    """It comes where its result would."""
    results = parallel.in_order(partial(squared, ends=-1), [1, 2, -3, 4])
    assert [next(results)[0], next(results)[0]] == [1, 4]
    with pytest.raises(ValueError, match="-3"):
        next(results)


def test_a_killed_process_is_reported() -> None:
    """As the system kills one for want of memory."""
    with pytest.raises(QAError, match="memory"):
        list(parallel.in_order(partial(squared, ends=5), range(10)))


def test_an_index_is_the_same_whoever_reads_the_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its files, the report, and what is logged of broken files, in the language of the build."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(300):
        name = f"{number:03}.{('txt', 'md', 'html')[number % 3]}"
        prose = f"Rapat ke-{number} digelar di Balai Kota pada tanggal 3 Mei 2024 kemarin."
        text = f"<html><body><article><p>{prose}</p></article>"
        if number % 50 == 7:
            (folder / name).write_bytes(f"Caf\xe9 {text}".encode("cp1252"))
        elif number % 49 == 8:
            (folder / name).write_bytes(b"\0\1\2")
        else:
            (folder / name).write_text(text, encoding="utf-8")
    (folder / "100.jsonl").write_text('{"text": "Gempa mengguncang Palu."}\nno\n', encoding="utf-8")
    made = []
    for alone_s in (-1, 1e9):
        monkeypatch.setattr(parallel, "_ALONE_S", alone_s)
        caplog.clear()
        report = qa.build(folder, tmp_path / str(alone_s))
        sums = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (tmp_path / str(alone_s)).glob("*/**/*")
            if path.is_file() and path.name != "manifest.json"
        }
        made.append((report.articles, report.skipped, report.notes, sums, caplog.messages))
    assert made[0] == made[1]
    assert (len(made[0][1]), len(made[0][4])) == (6, 6)


@pytest.mark.skipif(os.name != "posix", reason="Windows does not tell who started a process")
def test_processes_end_with_the_one_that_started_them() -> None:
    """Even where that is killed, which lets it say nothing."""
    code = (
        "import os, time\nfrom qa import parallel\nparallel._ALONE_S = -1\n"
        "def told(_): print(os.getpid(), flush=True); time.sleep(60)\n"
        "list(parallel.in_order(lambda n: n and told(n), range(3), most=1))\n"
    )
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as started:
        assert started.stdout is not None
        assert int(started.stdout.readline()) != started.pid
        started.kill()
        # It ends once nobody is left to write to it.
        assert started.stdout.read() == b""


def test_work_is_done_here_where_standard_error_is_no_file() -> None:
    """As in the chat, which draws what is written there."""
    code = (
        "import io, sys\nfrom qa import parallel\nparallel._ALONE_S = -1\n"
        "class Drawn(io.StringIO):\n    def fileno(self): return -1\n"
        "sys.stderr = Drawn()\n"
        "print(*parallel.in_order(abs, [-1, -2, -3]))\n"
    )
    ran = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.split() == ["1", "2", "3"]


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """`qa.build` is called as in the README, where every process would run the script again."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"Rapat ke-{number} digelar.", encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        "import qa, qa.parallel\nqa.parallel._ALONE_S = -1\n"
        f"print(qa.build({str(folder)!r}, {str(tmp_path / 'index')!r}).articles)\n",
        encoding="utf-8",
    )
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, script], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.split() == ["20"]
