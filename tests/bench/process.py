"""A child process from start to end: its wall-clock time, peak memory and output.

The child is started by a launcher of a few megabytes, not from here: Linux counts the memory of the
process that calls `exec` into the peak of the one that follows.

Not handled: Windows, which has no `wait4`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from qa.errors import QAError, UsageError

_LAUNCHER = """
import json, os, subprocess, sys, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
seconds = time.perf_counter() - started
with open(sys.argv[1], "w") as file:
    cpu = usage.ru_utime + usage.ru_stime
    json.dump([seconds, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status)], file)
"""

_KIB_PER_UNIT = 1 / 1024 if sys.platform == "darwin" else 1
"""macOS counts peak memory in bytes, the others in KiB."""


@dataclass(frozen=True, slots=True)
class Run:
    """A process that has ended.

    Attributes:
        seconds: Wall-clock time.
        cpu_s: Seconds of CPU time, on all cores together.
        peak_mib: Its resident peak.
        output: What it printed.
    """

    seconds: float
    cpu_s: float
    peak_mib: float
    output: str


def run(
    command: Sequence[str],
    *,
    lines: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    good: Sequence[int] = (0,),
) -> Run:
    """Run a command to its end.

    Args:
        command: Program and arguments.
        lines: For its standard input, one a line.
        environment: Variables to set beside those of this process.
        good: Exit codes that mean success. One above 0 needs some output to be believed, since a
            program that Python gives up on ends with 1 too.

    Raises:
        QAError: If it ends otherwise; the message has the end of its error output.
        UsageError: If this system cannot measure a process.
    """
    if not hasattr(os, "wait4"):
        raise UsageError("the bench needs Linux or macOS: this system does not tell peak memory.")
    with TemporaryDirectory(prefix="qa-bench-") as folder:
        usage = Path(folder) / "usage.json"
        done = subprocess.run(  # noqa: S603 - the program and its arguments are our own
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(usage), *command],
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
            check=False,
        )
        measured = json.loads(usage.read_text()) if usage.exists() else (0, 0, 0, 1)
        seconds, cpu, peak, code = measured
    if code not in good or (code and not done.stdout):
        raise QAError(f"{' '.join(command)} failed with {code}:\n{done.stderr.strip()[-2000:]}")
    return Run(seconds, cpu, peak * _KIB_PER_UNIT / 1024, done.stdout)
