"""What a cluster costs, and whether it answers as one machine does.

Nodes are processes on this machine. In the last part they are killed, replicas hang and the index
is swapped, and each reply is held against what one machine answers from the same generation: it is
the same to the last bit, or `incomplete`, or it is wrong.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import quantiles
from threading import Event, Lock, Thread
from time import perf_counter, sleep
from typing import Any, TypeAlias

import numpy as np

import qa
from qa.cluster.archive import ClusterEngine
from qa.cluster.index import index
from qa.cluster.layout import ClusterGeneration, folder_of, roll_back
from qa.cluster.local import open_local
from qa.cluster.serve import Cluster, running
from qa.engine import Engine
from qa.errors import ShardsMissing
from qa.settings import BUNDLED, AskSettings, BuildSettings
from qa.store.manifest import GENERATION
from qa.types import Answer, Status
from tests.bench.shards import Asked, ShardsReport, compared, other_vectors, questions, timed
from tests.bench.words import recall

PARTS = ("overhead", "words", "same", "nodes")

Expected: TypeAlias = Mapping[str, Mapping[str, Answer]]
"""What a question is answered by each generation."""

_NODE: dict[str, Any] = {"num_cpus": 2, "object_store_memory": 80 << 20}
_CPUS = 0.2
_SETTLED_S = 240.0
_ALONE = 60
_ROUNDS = 3
_AS = AskSettings()
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

    def __init__(self, cluster: Cluster, expected: Expected, count: int) -> None:
        self._cluster = cluster
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
                answer, took = timed(lambda: engine.ask(question, _AS))  # noqa: B023
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


def measure(
    folder: Path,
    work: Path,
    *,
    parts: Collection[str],
    shards: int,
    count: int,
    read: int,
    seconds: float,
    clients: int,
    seed: int,
    told: Callable[[str], None],
) -> dict[str, Any]:
    """What a cluster costs, and whether it answers as one machine does, also while it is hurt.

    Args:
        folder: Articles.
        work: Where indexes of them are kept from run to run.
        parts: Of `overhead`, `words`, `same` and `nodes`, what to measure.
        shards: Of the cluster's index.
        count: Questions that are asked of both.
        read: Passages that are read for each.
        seconds: A phase lasts.
        clients: How many ask at a time while nodes are killed.
        seed: Of the choice of questions.
        told: Takes what is being done.
    """
    one_index, uri = work / "one", str(work / f"of-{shards}")
    if not (one_index / "CURRENT").exists():
        told("one index")
        qa.build(folder, one_index)
    report: dict[str, Any] = {"cores": os.cpu_count(), "read": read}
    with Engine.open(one_index) as one:
        report["passages"] = one.info.passages
        asked = questions(one, count=count, read=read, seed=seed)
        alone = list(dict.fromkeys(each.question for each in asked if not each.talk))
        if "overhead" in parts:
            told("overhead of one shard")
            report["overhead"] = _overhead(one, _built(folder, work, 1), alone[:_ALONE], read)
        if {"same", "words", "nodes"} & set(parts):
            told(f"{shards} shards")
            _built(folder, work, shards)
        if "words" in parts:
            told("words")
            report["words"] = recall(one_index, ClusterGeneration.open(uri), alone)
        if "same" in parts:
            told("same answers")
            report["same"] = _same(one, uri, asked)
    if "nodes" in parts:
        told("a second generation, and what both answer")
        expected = _expected(folder, work, uri, alone[:_ALONE])
        told("nodes that are killed")
        report["nodes"] = _hurt(uri, expected, seconds=seconds, clients=clients)
    return report


def _built(folder: Path, work: Path, shards: int) -> str:
    """The cluster's index of the articles, made where there is none."""
    uri = work / f"of-{shards}"
    if not (uri / "CURRENT").exists():
        index([str(folder)], str(uri), BuildSettings(), shards=shards)
    return str(uri)


def _same(one: Engine, uri: str, asked: Sequence[Asked]) -> dict[str, Any]:
    """Whether each answer is the same over Ray, from two replicas of each shard on two nodes."""
    whole = ClusterGeneration.open(uri)
    report = ShardsReport(
        shards=len(whole.manifest.shards),
        passages=one.info.passages,
        vectors=whole.manifest.vectors,
        other_vectors=other_vectors(one, whole),
    )
    with _nodes(2), running(uri, reader=BUNDLED, replicas=2, readers=1, cpus=_CPUS) as cluster:
        compared(one, cluster.engine(), asked, report)
    return report.as_json()


def _overhead(one: Engine, uri: str, asked: Sequence[str], read: int) -> dict[str, float]:
    """How many milliseconds a question takes longer of one shard on Ray than of an index; p50.

    Each is asked of both in turn, three times; its shortest times count.
    """
    settings = AskSettings(read=read)
    times: list[list[float]] = []
    with _nodes(1), running(uri, reader=BUNDLED, replicas=1, readers=1, cpus=_CPUS) as cluster:
        engines: list[Engine] = [one, cluster.engine()]
        for question in asked:
            rounds = [
                [timed(lambda: each.ask(question, settings))[1] for each in engines]  # noqa: B023
                for _ in range(_ROUNDS)
            ]
            times.append([min(took) for took in zip(*rounds, strict=True)])
    alone, on_ray = np.array(times).T
    return {
        "questions": len(times),
        "one_index_ms": round(float(np.median(alone)), 1),
        "one_shard_ms": round(float(np.median(on_ray)), 1),
        "longer_ms": round(float(np.median(on_ray - alone)), 1),
    }


def _expected(folder: Path, work: Path, uri: str, asked: Sequence[str]) -> Expected:
    """What the files of two generations answer without a cluster; the first is in use after it."""
    root = folder_of(uri)
    if len(_generations(root)) < 2:
        new = work / "new"
        new.mkdir(exist_ok=True)
        (new / "baru.txt").write_text(_NEW, encoding="utf-8")
        shards = len(ClusterGeneration.open(uri).manifest.shards)
        index([str(folder), str(new)], uri, BuildSettings(), shards=shards)
    expected = {}
    for name in reversed(_generations(root)):
        roll_back(uri, name)
        with open_local(uri) as local:
            expected[name] = {question: local.ask(question, _AS) for question in asked}
    return expected


def _generations(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if GENERATION.fullmatch(path.name))


def _hurt(uri: str, expected: Expected, *, seconds: float, clients: int) -> dict[str, Any]:
    """Four nodes, two replicas of each shard, and all that can happen to them."""
    phases = []
    with (
        _nodes(4) as nodes,
        running(uri, reader=BUNDLED, replicas=2, readers=2, cpus=_CPUS) as cluster,
    ):
        asked = Clients(cluster, expected, clients)
        others = [node for node in nodes.list_all_nodes() if node is not nodes.head_node]

        def kill(count: int) -> None:
            for _ in range(count):
                # And what runs there, as if its power failed.
                nodes.remove_node(others.pop(0), allow_graceful=False)

        def whole_again(count: int) -> None:
            others.extend(nodes.add_node(**_NODE) for _ in range(count))
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


@contextmanager
def _nodes(count: int) -> Iterator[Any]:
    """So many nodes on this machine, which this process joins."""
    # As this process has it: Ray would have what a node runs wait for all else on the machine.
    os.environ.setdefault("RAY_worker_niceness", "0")
    import ray
    from ray.cluster_utils import Cluster as Nodes

    nodes: Any = Nodes(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
    try:
        for _ in range(count - 1):
            nodes.add_node(**_NODE)
        nodes.wait_for_nodes()
        ray.init(nodes.address, logging_level=40, log_to_driver=False)
        yield nodes
    finally:
        ray.shutdown()
        nodes.shutdown()


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
