"""Runs `qa` in processes that die at a chosen step, each forked from one that has all imported.

A step is an event that Python's audit hooks tell of the index folder (a file opened, renamed or
removed, a folder made or listed), which comes before it takes effect, or a line of `qa/store`.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Literal, Self

EVENTS = frozenset(
    [
        "open",
        "os.rename",
        "os.mkdir",
        "os.remove",
        "os.rmdir",
        "os.listdir",
        "os.scandir",
        "shutil.rmtree",
        "sqlite3.connect",
    ]
)

Steps = Literal["event", "line"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong for a process.

    Attributes:
        signal: Sent before step `at` (counted from 0), or `after_s` seconds from the start.
        steps: What counts as a step.
        file_bytes: Longest file it may write.
        user: Whom it runs as.
        bad_fsync: The number of the fsync (counted from 0) that fails with EIO, if the builder was
            started with the library of `SHIM`.
    """

    signal: int = 0
    at: int | None = None
    steps: Steps = "event"
    after_s: float | None = None
    file_bytes: int | None = None
    user: int | None = None
    bad_fsync: int | None = None


NONE = Fault()

SHIM = """
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static int calls;
int fsync(int file) {
    const char *bad = getenv("BAD_FSYNC");
    if (bad && calls++ == atoi(bad)) { errno = EIO; return -1; }
    return syscall(SYS_fsync, file);
}
"""
"""C of a library that, loaded before all others, makes one fsync fail."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code, or the signal that killed it as a negative number."""

    code: int
    steps: int
    told: str
    seconds: float


class Builder:
    """A process that forks others; use it as a context.

    Args:
        preload: A library to load before all others.
    """

    def __init__(self, preload: Path | None = None) -> None:
        self._environment = {**os.environ, **({"LD_PRELOAD": str(preload)} if preload else {})}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.builder"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env=self._environment,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, of: BaseException | None, at: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(self, arguments: list[str], folder: Path, fault: Fault = NONE) -> Ended:
        """Run `qa` with some arguments, and a fault at a step in a folder."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        command = {"arguments": arguments, "folder": str(folder), "fault": asdict(fault)}
        print(json.dumps(command), file=self._process.stdin, flush=True)
        return Ended(**json.loads(self._process.stdout.readline()))


class _Steps:
    """Counts steps in a folder and sends the signal before the one it is to come at."""

    def __init__(self, folder: str, fault: Fault) -> None:
        self._folder = folder
        self._fault = fault
        self.count = 0

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in EVENTS and arguments and self._folder in str(arguments[0]):
            self._step()

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if f"qa{os.sep}store{os.sep}" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self._step()
        return self.trace

    def _step(self) -> None:
        self.count += 1
        if self.count - 1 == self._fault.at:
            os.kill(os.getpid(), self._fault.signal)


def _child(arguments: list[str], folder: str, fault: Fault, told: int) -> None:
    from qa.cli import run

    os.dup2(told, 1)
    os.dup2(told, 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if fault.file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.file_bytes, fault.file_bytes))
    if fault.bad_fsync is not None:
        os.environ["BAD_FSYNC"] = str(fault.bad_fsync)
    if fault.user is not None:
        os.setuid(fault.user)
    steps = _Steps(folder, fault)
    if fault.steps == "event":
        sys.addaudithook(steps.hook)
    else:
        sys.settrace(steps.trace)
    code = run(arguments)
    sys.settrace(None)
    os.write(1, f"\n{steps.count}".encode())
    os._exit(code)


def _fork(arguments: list[str], folder: str, fault: Fault) -> Ended:
    """One process, from its start to its end."""
    from time import perf_counter

    started = perf_counter()
    told, ours = os.pipe()
    process = os.fork()
    if not process:
        try:
            _child(arguments, folder, fault, ours)
        finally:
            os._exit(99)
    os.close(ours)
    if fault.after_s is not None:
        ending = os.pidfd_open(process)
        select.select([ending], [], [], fault.after_s)
        os.kill(process, fault.signal)
        os.close(ending)
    with os.fdopen(told, encoding="utf-8") as file:
        words, _, steps = file.read().rpartition("\n")
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return Ended(code, int(steps) if steps.isdecimal() else 0, words, perf_counter() - started)


def _serve() -> None:
    import faiss
    import filelock

    import qa.articles.folder
    import qa.builder
    import qa.encoders.deep

    assert all((faiss, filelock, qa.builder, qa.articles.folder, qa.encoders.deep))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        command = json.loads(line)
        fault = Fault(**command.pop("fault"))
        print(json.dumps(asdict(_fork(**command, fault=fault))), flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve()
