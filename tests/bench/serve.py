"""`qa serve` under load, in a process of its own, beside an engine that is asked without it.

The two are measured in turn, so that whatever else the machine does weighs on both alike. Not
handled: clients on other machines; they and the builds take from the cores that the server has.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, process_time
from typing import Any

from qa.errors import QAError
from qa.places import default_corpus
from qa.settings import BUNDLED
from qa.show import table
from tests.bench.load import QUESTIONS, Archive, Load, loaded, malformed

_SLICES = 3
_FEW = 4
_MANY = 64
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class ServeReport:
    """One run; rates are questions a second.

    Attributes:
        machine: What it ran on.
        engine_per_s: An engine asked one question after the other, in this process.
        reader_per_s: The same, if there were nothing to do but read.
        engine_cpu_s: Seconds of a core that it takes a question.
        few: With 4 clients.
        few_cpu_s: Seconds of a core that the server then takes a question.
        many: With 64 clients, while the index is rebuilt.
        malformed: How often which status came of requests that cannot be served.
        seconds: How long those took.
    """

    machine: str
    engine_per_s: float
    reader_per_s: float
    engine_cpu_s: float
    few: Load
    few_cpu_s: float
    many: Load
    malformed: Counter[str]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The numbers as JSON."""
        many = self.many
        return {
            "machine": self.machine,
            "per_s": {
                "engine": round(self.engine_per_s, 2),
                "reader": round(self.reader_per_s, 2),
                "clients_4": round(self.few.per_s, 2),
                "clients_64": round(many.per_s, 2),
            },
            "core_s_a_question": {
                "engine": round(self.engine_cpu_s, 3),
                "server": round(self.few_cpu_s, 3),
            },
            "clients_64": {
                "asked": many.asked,
                "answered": many.answered,
                "refused_503": many.refused,
                "other": dict(many.other),
                "wrong": len(many.wrong),
                "generations": list(many.generations.values()),
                "p50_ms": round(many.p(50)),
                "p95_ms": round(many.p(95)),
                "rss_mib": [round(many.rss_mib[at]) for at in (0, -1)] if many.rss_mib else None,
                "rss_most_mib": round(max(many.rss_mib, default=0)),
            },
            "malformed": dict(self.malformed),
        }

    def table(self) -> str:
        """The numbers for people."""
        many = self.many
        rss = many.rss_mib or [0.0]
        memory = f"{rss[0]:.0f}, {rss[-1]:.0f}, most {max(rss):.0f} MiB"
        cores = f"engine {self.engine_cpu_s:.3f}, server {self.few_cpu_s:.3f}"
        rows = [
            ["an engine alone", f"{self.engine_per_s:.2f} questions a second"],
            ["its reader alone", f"{self.reader_per_s:.2f} questions a second"],
            [f"{_FEW} clients", f"{self.few.per_s:.2f} questions a second"],
            [
                "  of the engine, of the reader",
                " / ".join(
                    f"{self.few.per_s / rate:.2f}"
                    for rate in (self.engine_per_s, self.reader_per_s)
                ),
            ],
            ["core seconds a question", cores],
            [f"{_MANY} clients, {many.seconds:.0f} s", f"{many.per_s:.2f} answers a second"],
            ["  p50 / p95", f"{many.p(50) / 1000:.1f} / {many.p(95) / 1000:.1f} s"],
            ["  answered, refused with 503", f"{many.answered:,}, {many.refused:,}"],
            ["  anything else", str(dict(many.other) or "nothing")],
            ["  answers of each generation", ", ".join(map(str, many.generations.values()))],
            ["  wrong answers", str(len(many.wrong))],
            ["  memory: first, last", memory],
            [
                f"malformed, {self.malformed.total():,} in {self.seconds:.0f} s",
                ", ".join(f"{status}: {n:,}" for status, n in sorted(self.malformed.items())),
            ],
        ]
        return "\n".join([self.machine, table([["", "qa serve"], *rows]), *many.wrong[:5]])


def serve_bench(
    corpus: Path | None,
    *,
    seconds: float = 60.0,
    builds: int = 3,
    requests: int = 10_000,
    reader: str = BUNDLED,
    options: tuple[str, ...] = (),
) -> ServeReport:
    """Measure a server.

    Args:
        corpus: Folder of articles; the shipped ones if None.
        seconds: How long 64 clients ask, and how long 4.
        builds: How often the index is rebuilt meanwhile.
        requests: How many that cannot be served are sent.
        reader: As `qa serve` takes it.
        options: Further options of `qa serve`.

    Raises:
        QAError: If the server does not start.
    """
    with TemporaryDirectory(prefix="qa-bench-") as name:
        folder = Path(name)
        shutil.copytree(corpus or default_corpus(), folder / "articles")
        archive = Archive(folder / "articles", folder / "index", reader)
        line = [sys.executable, "-m", "qa", "serve", "--port", "0", "--index", str(archive.index)]
        with _started([*line, "--reader", reader, *options]) as (process, port):
            loaded(archive, port, clients=_FEW, seconds=2)
            asked = iter(cycle(QUESTIONS))
            engine_s = engine_cpu_s = read_s = server_cpu_s = 0.0
            engine_n = 0
            few = Load()
            for _ in range(_SLICES):
                began, cpu, n = perf_counter(), process_time(), 0
                while perf_counter() - began < seconds / _SLICES:
                    read_s += archive.engine.ask(next(asked)).timings_ms["read"] / 1000
                    n += 1
                engine_s += perf_counter() - began
                engine_cpu_s += process_time() - cpu
                engine_n += n
                before = _cpu_s(process.pid)
                part = loaded(archive, port, clients=_FEW, seconds=seconds / _SLICES)
                server_cpu_s += _cpu_s(process.pid) - before
                few.answered += part.answered
                few.seconds += part.seconds
            many = loaded(
                archive, port, clients=_MANY, seconds=seconds, builds=builds, pid=process.pid
            )
            began = perf_counter()
            with ThreadPoolExecutor(_FEW) as threads:
                parts = threads.map(
                    lambda seed: malformed(port, requests // _FEW, seed), range(_FEW)
                )
                statuses = sum(parts, Counter[str]())
            took = perf_counter() - began
        archive.close()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return ServeReport(
        machine=machine,
        engine_per_s=engine_n / engine_s,
        reader_per_s=engine_n / read_s,
        engine_cpu_s=engine_cpu_s / engine_n,
        few=few,
        few_cpu_s=server_cpu_s / max(1, few.answered),
        many=many,
        malformed=statuses,
        seconds=took,
    )


@contextmanager
def _started(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server and its port, until the block ends."""
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        if "http://" not in first:
            raise QAError(f"qa serve did not start: {first}{process.stderr.read()}")
        # Its log has to go somewhere.
        Thread(target=process.stderr.read, daemon=True).start()
        try:
            yield process, int(first.split("http://")[1].split()[0].rpartition(":")[2])
        finally:
            process.terminate()


def _cpu_s(pid: int) -> float:
    """Seconds of a core that a process has taken; 0 where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
