"""What a cluster answers while nodes are killed, replicas hang and its index is swapped.

Nodes are processes on this machine. Each reply is held against what one machine answers from the
same generation: it is the same to the last bit, or `incomplete`, or it is wrong.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import quantiles
from threading import Event, Lock, Thread
from time import perf_counter, sleep
from typing import Any, TypeAlias

from qa.cluster.archive import ClusterEngine
from qa.cluster.index import index
from qa.cluster.layout import ClusterGeneration, folder_of, roll_back
from qa.cluster.local import open_local
from qa.cluster.serve import Cluster, running
from qa.errors import ShardsMissing
from qa.settings import BUNDLED, AskSettings, BuildSettings
from qa.store.manifest import GENERATION
from qa.types import Answer, Status
from tests.bench.shards import timed

Expected: TypeAlias = Mapping[str, Mapping[str, Answer]]
"""What a question is answered by each generation."""

_NODE: dict[str, Any] = {"num_cpus": 2, "object_store_memory": 80 << 20}
CPUS = 0.2
_SETTLED_S = 240.0
_NEW = "Kabar baru\n\nDesa Karang Tengah mendapat jembatan baru pada hari ini, kata kepala desanya."


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

    def __init__(
        self, cluster: Cluster, expected: Expected, settings: AskSettings, count: int
    ) -> None:
        self._cluster = cluster
        self._settings = settings
        self._expected = expected
        self._questions = list(next(iter(expected.values())))
        self._turn = Lock()
        self._stop = Event()
        self._phase = Phase("")
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
        phase = self._phase = Phase(name)
        if do:
            do()
        sleep(seconds)
        return phase

    def _ask(self, first: ClusterEngine, at: int) -> None:
        engine = self._renewed(None) or first
        while not self._stop.is_set():
            at += 1
            question = self._questions[at % len(self._questions)]
            phase = self._phase
            if engine.generation.is_superseded():
                engine = self._renewed(engine) or engine
            try:
                answer, took = timed(lambda: engine.ask(question, self._settings))  # noqa: B023
            except ShardsMissing:
                with self._turn:
                    phase.unread += 1
                continue
            except Exception:
                with self._turn:
                    phase.lost += 1
                continue
            with self._turn:
                self._count(phase, question, answer, took)

    def _count(self, phase: Phase, question: str, answer: Answer, took: float) -> None:
        phase._times.append(took)
        of = answer.coverage.generation if answer.coverage else ""
        phase.generations[of] = phase.generations.get(of, 0) + 1
        if answer.status is Status.INCOMPLETE:
            phase.incomplete += 1
            return
        same = replace(answer, coverage=None) == self._expected.get(of, {}).get(question)
        phase.same += same
        phase.wrong += not same

    def _renewed(self, engine: ClusterEngine | None) -> ClusterEngine | None:
        try:
            return self._cluster.engine()
        except ShardsMissing:
            return engine


@contextmanager
def nodes(count: int) -> Iterator[Any]:
    """So many nodes on this machine, which this process joins."""
    # As this process has it: Ray would have what a node runs wait for all else on the machine.
    os.environ.setdefault("RAY_worker_niceness", "0")
    import ray
    from ray.cluster_utils import Cluster as Nodes

    held: Any = Nodes(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
    try:
        for _ in range(count - 1):
            held.add_node(**_NODE)
        held.wait_for_nodes()
        ray.init(held.address, logging_level=40, log_to_driver=False)
        yield held
    finally:
        ray.shutdown()
        held.shutdown()


def expected_of(
    folder: Path, new: Path, uri: str, asked: Sequence[str], settings: AskSettings
) -> Expected:
    """What the files of two generations answer without a cluster; the first is in use after it."""
    root = folder_of(uri)
    if len(_generations(root)) < 2:
        new.mkdir(exist_ok=True)
        (new / "baru.txt").write_text(_NEW, encoding="utf-8")
        shards = len(ClusterGeneration.open(uri).manifest.shards)
        index([str(folder), str(new)], uri, BuildSettings(), shards=shards)
    expected = {}
    for name in reversed(_generations(root)):
        roll_back(uri, name)
        with open_local(uri) as local:
            expected[name] = {question: local.ask(question, settings) for question in asked}
    return expected


def _generations(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if GENERATION.fullmatch(path.name))


def hurt(
    uri: str, expected: Expected, settings: AskSettings, *, seconds: float, clients: int
) -> dict[str, Any]:
    """Four nodes, two replicas of each shard, and all that can happen to them.

    Args:
        uri: Of the index, with the first of two generations in use.
        expected: What these answer.
        settings: Of each question.
        seconds: A phase lasts.
        clients: How many ask at a time.
    """
    phases = []
    with (
        nodes(4) as held,
        running(uri, reader=BUNDLED, replicas=2, readers=2, cpus=CPUS) as cluster,
    ):
        asked = Clients(cluster, expected, settings, clients)
        others = [node for node in held.list_all_nodes() if node is not held.head_node]

        def kill(count: int) -> None:
            for _ in range(count):
                # And what runs there, as if its power failed.
                held.remove_node(others.pop(0), allow_graceful=False)

        def whole_again(count: int) -> None:
            others.extend(held.add_node(**_NODE) for _ in range(count))
            _whole(cluster)

        with asked.asking():
            phases.append(asked.through("before", seconds))
            phases.append(asked.through("a node killed", seconds, lambda: kill(1)))
            whole_again(1)
            phases.append(asked.through("after", seconds))
            with _stopped("ServeReplica:shard-1") as stopped:
                phases.append(asked.through("a replica hangs", seconds, stopped))
            _whole(cluster)
            phases.append(asked.through("two nodes killed", seconds, lambda: kill(2)))
            whole_again(2)
            phases.append(asked.through("whole again", seconds))
            newest = max(expected)
            phases.append(asked.through("swapped", seconds, lambda: roll_back(uri, newest)))
            phases.append(asked.through("back", seconds, lambda: roll_back(uri, min(expected))))
        hedged, failed = cluster.calls
    return {"hedged": hedged, "made_again": failed, "phases": [each.close() for each in phases]}


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
