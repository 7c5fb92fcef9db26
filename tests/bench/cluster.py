"""What a cluster answers while nodes are killed, replicas hang and its index is swapped.

The nodes are processes on this machine. Each reply is held against what one machine answers from
the same generation: it is the same to the last bit, or `incomplete`, or it is wrong.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import quantiles
from threading import Event, Lock, Thread
from time import perf_counter, sleep
from typing import Any

from qa.cluster.archive import ClusterEngine
from qa.cluster.index import index
from qa.cluster.layout import ClusterGeneration, folder_of
from qa.cluster.local import open_local
from qa.cluster.serve import Cluster, running
from qa.errors import ShardsMissing
from qa.settings import BUNDLED, BuildSettings
from qa.types import Answer, Status

_NODE: dict[str, Any] = {"num_cpus": 2, "object_store_memory": 80 << 20}
_SETTLED_S = 240.0


@dataclass
class Phase:
    """What came of the questions that were asked in it; times are in milliseconds."""

    name: str
    same: int = 0
    incomplete: int = 0
    unread: int = 0
    """Refused, as no reader answered."""
    wrong: int = 0
    lost: int = 0
    """That raised anything else."""
    generations: dict[str, int] = field(default_factory=dict)
    p50: float = 0.0
    p95: float = 0.0
    _times: list[float] = field(default_factory=list)

    def close(self) -> dict[str, Any]:
        """The numbers."""
        if len(self._times) > 1:
            parts = quantiles(self._times, n=20)
            self.p50, self.p95 = round(parts[9], 1), round(parts[18], 1)
        told = asdict(self)
        del told["_times"]
        return told


class Clients:
    """Threads that ask, one question after the other, each of an engine of its own."""

    def __init__(self, cluster: Cluster, questions: Sequence[str], count: int) -> None:
        self._cluster = cluster
        self._questions = questions
        self._turn = Lock()
        self._stop = Event()
        self.expected: dict[str, dict[str, Answer]] = {}
        self.phase = Phase("")
        self._later: list[tuple[Phase, str, str, Answer]] = []
        engine = cluster.engine()
        self._threads = [Thread(target=self._ask, args=(engine, at)) for at in range(count)]

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask until the block is left."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def through(self, name: str, seconds: float, do: Callable[[], object] | None = None) -> Phase:
        """The phase that begins with something done and lasts so many seconds."""
        phase = self.phase = Phase(name)
        if do:
            do()
        sleep(seconds)
        return phase

    def _ask(self, first: ClusterEngine, at: int) -> None:
        engine = self._renewed(None) or first
        while not self._stop.is_set():
            at += 1
            question = self._questions[at % len(self._questions)]
            phase = self.phase
            if engine.generation.is_superseded():
                engine = self._renewed(engine) or engine
            begun = perf_counter()
            try:
                answer = engine.ask(question)
            except ShardsMissing:
                with self._turn:
                    phase.unread += 1
                continue
            except Exception:
                with self._turn:
                    phase.lost += 1
                continue
            took = (perf_counter() - begun) * 1000
            with self._turn:
                self._count(phase, question, answer, took)

    def _count(self, phase: Phase, question: str, answer: Answer, took: float) -> None:
        phase._times.append(took)
        of = answer.coverage.generation if answer.coverage else ""
        phase.generations[of] = phase.generations.get(of, 0) + 1
        if answer.status is Status.INCOMPLETE:
            phase.incomplete += 1
        elif of not in self.expected:
            self._later.append((phase, of, question, answer))
        else:
            self._judge(phase, of, question, answer)

    def _judge(self, phase: Phase, of: str, question: str, answer: Answer) -> None:
        same = replace(answer, coverage=None) == self.expected[of][question]
        phase.same += same
        phase.wrong += not same

    def judge_later(self) -> None:
        """Judge answers of a generation that nobody had asked yet when they came."""
        for told in self._later:
            self._judge(*told)

    def _renewed(self, engine: ClusterEngine | None) -> ClusterEngine | None:
        try:
            return self._cluster.engine()
        except ShardsMissing:
            return engine


def of_one_machine(uri: str, questions: Sequence[str]) -> dict[str, Answer]:
    """What the files answer without a cluster."""
    with open_local(uri) as local:
        return {question: local.ask(question) for question in questions}


def measure(
    sources: Sequence[str], uri: str, questions: Sequence[str], *, seconds: float, clients: int
) -> dict[str, Any]:
    """Four nodes, four shards of two replicas, all that can happen to them.

    Args:
        sources: What is indexed where there is no index yet, and again for the swap.
        uri: Of the index.
        questions: To ask.
        seconds: A phase lasts.
        clients: How many ask at a time.
    """
    import ray
    from ray.cluster_utils import Cluster as Nodes

    if not (folder_of(uri) / "CURRENT").exists():
        index(sources, uri, BuildSettings(), shards=4, unit=2_500)
    nodes: Any = Nodes(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
    others = [nodes.add_node(**_NODE) for _ in range(3)]
    nodes.wait_for_nodes()
    ray.init(nodes.address, logging_level=40, log_to_driver=False)
    phases = []
    try:
        with running(uri, reader=BUNDLED, replicas=2, readers=2, cpus=0.2) as cluster:
            asked = Clients(cluster, questions, clients)
            now = ClusterGeneration.open(uri).named.generation
            asked.expected[now] = of_one_machine(uri, questions)
            overhead = _overhead(cluster.engine(), uri, questions)
            with asked.asking():
                phases.append(asked.through("before", seconds))
                phases.append(asked.through("a node killed", seconds, lambda: _kill(nodes, others)))
                others.append(nodes.add_node(**_NODE))
                _whole(cluster)
                phases.append(asked.through("after", seconds))
                with _stopped("ServeReplica:shard-1") as stopped:
                    phases.append(asked.through("a replica hangs", seconds, stopped))
                _whole(cluster)

                def two() -> None:
                    _kill(nodes, others)
                    _kill(nodes, others)

                phases.append(asked.through("two nodes killed", seconds, two))
                others.extend(nodes.add_node(**_NODE) for _ in range(2))
                _whole(cluster)
                phases.append(asked.through("whole again", seconds))
                (Path(sources[0]) / "baru.txt").write_text(_NEW, encoding="utf-8")
                swap = asked.phase = Phase("an index built and swapped")
                index(sources, uri, BuildSettings(), shards=4, unit=2_500)
                sleep(seconds)
                phases.append(swap)
            now = ClusterGeneration.open(uri).named.generation
            asked.expected[now] = of_one_machine(uri, questions)
            asked.judge_later()
            hedged, failed = cluster.calls
    finally:
        ray.shutdown()
        nodes.shutdown()
    return {
        "overhead_ms": overhead,
        "hedged": hedged,
        "made_again": failed,
        "phases": [phase.close() for phase in phases],
    }


_NEW = "Kabar baru\n\nDesa Karang Tengah mendapat jembatan baru pada hari ini, kata kepala desanya."


def _overhead(engine: ClusterEngine, uri: str, questions: Sequence[str]) -> float:
    """Milliseconds that a question takes longer than of the files, the median."""
    differences = []
    with open_local(uri) as local:
        for question in questions[:60]:
            times = []
            for each in (local, engine, local, engine):
                begun = perf_counter()
                each.ask(question)
                times.append((perf_counter() - begun) * 1000)
            differences.append(min(times[1::2]) - min(times[::2]))
    return round(sorted(differences)[len(differences) // 2], 1)


def _kill(nodes: Any, others: list[Any]) -> None:
    """Kill a node and what runs there, as if its power failed."""
    nodes.remove_node(others.pop(0), allow_graceful=False)


def _whole(cluster: Cluster) -> None:
    """Wait until all shards answer again, twice in a row."""
    until = perf_counter() + _SETTLED_S
    while perf_counter() < until:
        try:
            cluster.engine()
            cluster.engine()
        except ShardsMissing:
            sleep(1)
        else:
            return


@contextmanager
def _stopped(named: str) -> Iterator[Callable[[], object]]:
    """Stops one process of a name, which goes on once the block is left."""
    commands = Path("/proc").glob("[0-9]*/cmdline")
    pids = [int(each.parent.name) for each in commands if named.encode() in each.read_bytes()][:1]
    try:
        yield partial(os.kill, pids[0], signal.SIGSTOP)
    finally:
        for pid in pids:
            # Ray may have ended it meanwhile.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
