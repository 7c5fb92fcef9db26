"""Shards and readers on a Ray cluster, and what calls them.

Each shard is a deployment of Ray Serve of its own, with one replica a node at most; the readers are
another, and how they share the work changes no score. Ray starts again what dies. Whoever asks
names the generation with each call, and a replica opens what is named: no reply mixes two.

A call that takes longer than most of the last ones, for its size, is made a second time, and Ray
hands it to the replica with less to do: the twin of one that hangs. Where there is one replica it
is not: that would only have twice as much to do.

Not handled: a twin where there is one replica; then a shard that dies is missing until Ray has
started it again.
"""

from __future__ import annotations

import logging
import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from qa import errors
from qa.cluster.archive import ClusterEngine
from qa.cluster.layout import ClusterGeneration
from qa.cluster.on_ray import joined
from qa.cluster.shard import Shard
from qa.encoders import open_encoder
from qa.errors import QAError, ShardsMissing, UsageError
from qa.extras import need
from qa.i18n import _
from qa.lexical.index import Statistics
from qa.protocols import Calibration, Reader
from qa.readers import open_reader
from qa.settings import Filters
from qa.store.current import InUse
from qa.types import Article, Coverage, Finding, Passage, Span

_APP = "qa"
_READERS = "readers"
_KEPT = 2
"""Generations that a replica has open: the one in use and the one before it."""

_LIMIT_S = 10.0
"""Seconds after which a shard does not answer."""

_OPEN_LIMIT_S = 300.0
"""The same while it opens a generation."""

_READ_LIMIT_S = 60.0
_FIRST_HEDGE_S = 1.0
"""Seconds after which a call is made again while too few have been timed."""

_LEAST_HEDGE_S = 0.1
_TRIES = 4
_TIMED = 200
_ENOUGH = 20


class _ShardServer:
    """A replica of one shard."""

    def __init__(self, uri: str, number: int) -> None:
        self._uri, self._number = uri, number
        self._open: dict[InUse, Shard] = {}
        # Ray calls it once this is done.
        self._shard(ClusterGeneration.open(uri).named)

    def call(self, named: InUse, method: str, args: tuple[object, ...]) -> Any:
        """What a method of `Shard` gives in a generation; an error of ours by name and words."""
        try:
            return getattr(self._shard(named), method)(*args)
        except QAError as error:
            return _Told(type(error).__name__, str(error))

    def check_health(self) -> None:
        """Alive while it answers."""

    def _shard(self, named: InUse) -> Shard:
        if named not in self._open:
            whole = ClusterGeneration.open(self._uri, named)
            opened = Shard.open(whole, self._number, whole.statistics())
            while len(self._open) >= _KEPT:
                self._open.pop(next(iter(self._open))).close()
            self._open[named] = opened
        return self._open[named]


class _ReaderServer:
    """A replica of the reader."""

    def __init__(self, reader: str) -> None:
        self._reader = open_reader(reader)

    def about(self) -> tuple[str, Calibration]:
        """Its id and its calibration."""
        return self._reader.id, self._reader.calibration

    def read(self, questions: list[str], passages: list[Passage]) -> list[Finding | None]:
        """As `Reader.read`."""
        return self._reader.read(questions, passages)


class _Told:
    """An error of ours on another node."""

    def __init__(self, name: str, words: str) -> None:
        self.name, self.words = name, words

    def error(self) -> QAError:
        """The error itself."""
        found: QAError = getattr(errors, self.name)(self.words)
        return found


class Calls:
    """Calls replicas: again where one dies or takes long, and not for ever."""

    def __init__(self, threads: int, *, have_twins: bool = True) -> None:
        """Calls to replicas, so many at a time; `have_twins` tells if there are several of each."""
        self._pool = ThreadPoolExecutor(threads, "qa-cluster")
        self._have_twins = have_twins
        self._times: deque[tuple[float, int]] = deque(maxlen=_TIMED)
        self._turn = Lock()
        self.hedged = self.failed = 0

    @property
    def p95_s(self) -> float:
        """Seconds that 95 of 100 calls took at most; 0 while too few have been timed."""
        return self._p95(lambda took, _size: took)

    def hedge_s(self, size: int) -> float:
        """Seconds after which a call of a size is made again."""
        if not self._have_twins:
            return math.inf
        per_size = self._p95(lambda took, of: took / of)
        return max(_LEAST_HEDGE_S, per_size * size) if per_size else _FIRST_HEDGE_S

    def _p95(self, value: Callable[[float, int], float]) -> float:
        with self._turn:
            values = sorted(value(took, size) for took, size in self._times)
        return values[int(0.95 * (len(values) - 1))] if len(values) >= _ENOUGH else 0.0

    def all(
        self, calls: Sequence[Callable[[float], Any]], limit_s: float, size: int = 1
    ) -> list[tuple[bool, Any]]:
        """For each call whether it was answered in time, and what came.

        Args:
            calls: Each takes the seconds that are left, and raises what goes wrong on the way.
            limit_s: Seconds for all of them.
            size: Of each: one that is twice as large takes twice as long.
        """
        until = monotonic() + limit_s
        running: dict[Future[Any], tuple[int, float]] = {}
        tries = [0] * len(calls)
        found: dict[int, Any] = {}

        def begin(at: int) -> None:
            tries[at] += 1
            now = monotonic()
            running[self._pool.submit(calls[at], max(0.01, until - now))] = (at, now)

        for at in range(len(calls)):
            begin(at)
        hedge_s = self.hedge_s(size)
        while len(found) < len(calls) and running and (left := until - monotonic()) > 0:
            young = [
                begun + hedge_s - monotonic()
                for at, begun in running.values()
                if at not in found and tries[at] < 2
            ]
            done, _others = wait(
                running, max(0.001, min([left, *young])), return_when=FIRST_COMPLETED
            )
            for future in done:
                at, begun = running.pop(future)
                if at in found:
                    continue
                if future.exception() is None:
                    found[at] = future.result()
                    with self._turn:
                        self._times.append((monotonic() - begun, size))
                elif tries[at] < _TRIES:
                    self.failed += 1
                    begin(at)
            for at, begun in list(running.values()):
                if at not in found and tries[at] < 2 and monotonic() - begun >= hedge_s:
                    self.hedged += 1
                    begin(at)
        return [(at in found, found.get(at)) for at in range(len(calls))]

    def close(self) -> None:
        """Wait for none that still runs."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class RayShards:
    """The shards of one generation, on a Ray cluster."""

    def __init__(self, generation: ClusterGeneration, calls: Calls) -> None:
        self._generation = generation
        self._named = generation.named
        shards = len(generation.manifest.shards)
        self._handles = [_handle(_shard_app(number)) for number in range(shards)]
        self._calls = calls
        self._missing: set[int] = set()

    def open(self) -> None:
        """Have each shard open the generation.

        Raises:
            StoreError: If one cannot.
            ShardsMissing: If one does not answer.
        """
        self.begin()
        self._call(range(len(self._handles)), "allowed", (Filters(),), _OPEN_LIMIT_S)
        if self._missing:
            raise ShardsMissing(
                _("Shard {number} does not open the index. Look at: qa cluster status").format(
                    number=min(self._missing)
                )
            )

    def begin(self) -> None:
        """As `qa.cluster.archive.Shards.begin`."""
        self._missing.clear()

    @property
    def coverage(self) -> Coverage:
        """As `qa.cluster.archive.Shards.coverage`."""
        asked = len(self._handles)
        return Coverage(self._named.generation, asked, asked - len(self._missing))

    def call(self, method: str, *args: object) -> list[Any]:
        """As `qa.cluster.archive.Shards.call`; a shard that was missing is not asked again."""
        numbers = [at for at in range(len(self._handles)) if at not in self._missing]
        return [found for _number, found in self._call(numbers, method, args)]

    def call_one(self, number: int, method: str, *args: object) -> Any:
        """As `qa.cluster.archive.Shards.call_one`."""
        found = self._call([number], method, args)
        return found[0][1] if found else None

    def is_superseded(self) -> bool:
        """As `qa.cluster.archive.Shards.is_superseded`."""
        return self._generation.is_superseded()

    def close(self) -> None:
        """The replicas are other processes' to end."""

    def _call(
        self,
        numbers: Sequence[int],
        method: str,
        args: tuple[object, ...],
        limit_s: float = _LIMIT_S,
    ) -> list[tuple[int, Any]]:
        def one(number: int) -> Callable[[float], Any]:
            handle = self._handles[number]

            def made(left_s: float) -> Any:
                return handle.call.remote(self._named, method, args).result(timeout_s=left_s)

            return made

        answered = self._calls.all([one(number) for number in numbers], limit_s)
        found = []
        for number, (came, what) in zip(numbers, answered, strict=True):
            if not came:
                self._missing.add(number)
            elif isinstance(what, _Told):
                raise what.error()
            else:
                found.append((number, what))
        return found


class RayReader:
    """The reader, wherever its replicas run."""

    def __init__(self, calls: Calls) -> None:
        self._handle = _handle(_READERS)
        self._calls = calls
        self._about = self._call("about")

    @property
    def id(self) -> str:
        """As `Reader.id`."""
        return str(self._about[0])

    @property
    def calibration(self) -> Calibration:
        """As `Reader.calibration`."""
        found: Calibration = self._about[1]
        return found

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """As `Reader.read`.

        Raises:
            ShardsMissing: If no reader answers.
        """
        if not passages:
            return []
        bare = list(map(_bare, passages))
        size = sum(map(len, questions)) + sum(len(each.span) for each in bare)
        found: list[Finding | None] = self._call("read", list(questions), bare, size=size)
        return [each and _within(each, of) for each, of in zip(found, passages, strict=True)]

    def _call(self, method: str, *args: object, size: int = 1) -> Any:
        def made(left_s: float) -> Any:
            return getattr(self._handle, method).remote(*args).result(timeout_s=left_s)

        ((came, what),) = self._calls.all([made], _READ_LIMIT_S, max(1, size))
        if not came:
            raise ShardsMissing(_("No reader of the cluster answers. Ask again."))
        return what


def _bare(passage: Passage) -> Passage:
    """A passage of an article that is no more than it: what a reader has to be sent."""
    article, text = passage.article, passage.text
    alone = Article(article.id, article.path, article.title, text, article.sha256)
    return Passage(passage.row, alone, Span(0, len(text)))


def _within(found: Finding, passage: Passage) -> Finding:
    """What was found in a bare passage, in the passage itself."""
    start = passage.span.start
    span = Span(start + found.span.start, start + found.span.end)
    return replace(found, passage=passage, span=span)


class Cluster:
    """What runs on Ray for an index, and engines that ask it."""

    def __init__(self, uri: str, threads: int, *, replicas: int, readers: int) -> None:
        self._uri = uri
        self._calls = Calls(threads, have_twins=replicas > 1)
        self._reads = Calls(threads, have_twins=readers > 1)
        self._reader: Reader = RayReader(self._reads)
        self._turn = Lock()
        self._known: tuple[InUse, Statistics] | None = None

    def engine(self) -> ClusterEngine:
        """An engine over the generation in use, once each shard has it open and answers from it.

        Raises:
            StoreError: If it cannot be opened.
            ShardsMissing: If a shard does not answer.
        """
        whole = ClusterGeneration.open(self._uri)
        shards = RayShards(whole, self._calls)
        shards.open()
        engine = ClusterEngine(
            whole.manifest,
            self._statistics(whole),
            shards,
            open_encoder(whole.manifest.settings.encoder),
            self._reader,
        )
        overview = engine.about()
        first = next(iter(engine.generation.passages([0])), None)
        if first is None or sum(overview.months.values()) + overview.undated != (
            whole.manifest.articles
        ):
            raise ShardsMissing(_("The shards do not hold what the manifest says. Ask again."))
        # The canary: what stands there has to be found.
        if not engine.retrieve_many([first.text[:200]])[0]:
            raise ShardsMissing(_("The shards find nothing. Ask again."))
        return engine

    def _statistics(self, whole: ClusterGeneration) -> Statistics:
        """Those of a generation, loaded once for all engines."""
        with self._turn:
            if self._known is None or self._known[0] != whole.named:
                self._known = whole.named, whole.statistics()
            return self._known[1]

    @property
    def calls(self) -> tuple[int, int]:
        """How many were made to a second replica as the first was slow, and again after errors."""
        every = (self._calls, self._reads)
        return sum(each.hedged for each in every), sum(each.failed for each in every)

    def figures(self) -> dict[str, float]:
        """What the calls of this process came to, by names as Prometheus has them."""
        hedged, failed = self.calls
        return {
            "qa_cluster_calls_hedged_total": hedged,
            "qa_cluster_calls_failed_total": failed,
            "qa_cluster_shard_call_p95_seconds": round(self._calls.p95_s, 4),
            "qa_cluster_reader_call_p95_seconds": round(self._reads.p95_s, 4),
        }

    def close(self) -> None:
        """Ask no more."""
        self._calls.close()
        self._reads.close()


@contextmanager
def running(
    uri: str,
    *,
    reader: str,
    replicas: int,
    readers: int,
    cpus: float = 1.0,
    address: str | None = None,
    threads: int = 32,
) -> Iterator[Cluster]:
    """Run the shards of an index and readers on a Ray cluster until the block is left.

    Args:
        uri: A folder that every node sees.
        reader: `bundled`, or a model by name or path that every node has.
        replicas: Of each shard, on different nodes.
        readers: How many.
        cpus: Of a node that a replica takes, as Ray counts them.
        address: `auto` or `host:port` of a cluster that runs; None for that which Ray finds, else
            one of this machine alone.
        threads: Calls at a time.

    Raises:
        IndexMissing: If there is no index.
        UsageError: If Ray is not installed, or no cluster answers.
    """
    shards = len(ClusterGeneration.open(uri).manifest.shards)
    with _serving(address) as (ray, serve):
        if (nodes := sum(node["Alive"] for node in ray.nodes())) < replicas:
            raise UsageError(
                _(
                    "{replicas} replicas of a shard need as many nodes, and there are {nodes}. "
                    "Start more, or take fewer: --replicas {nodes}"
                ).format(replicas=replicas, nodes=nodes)
            )
        where = str(Path(uri).absolute()) if "://" not in uri else uri
        options = {
            "ray_actor_options": {"num_cpus": cpus},
            "health_check_period_s": 2,
            "logging_config": {"enable_access_log": False},
        }
        try:
            serve.start(proxy_location="Disabled")
            for number in range(shards):
                shard = serve.deployment(_ShardServer).options(
                    name=_APP,
                    num_replicas=replicas,
                    max_replicas_per_node=1,
                    health_check_timeout_s=5,
                    **options,
                )
                _run(serve, shard.bind(where, number), _shard_app(number))
            pool = serve.deployment(_ReaderServer).options(
                name=_APP, num_replicas=readers, max_ongoing_requests=2, **options
            )
            _run(serve, pool.bind(reader), _READERS)
            with closing(Cluster(uri, threads, replicas=replicas, readers=readers)) as cluster:
                yield cluster
        finally:
            serve.shutdown()


@contextmanager
def connected(uri: str, address: str = "auto", threads: int = 32) -> Iterator[Cluster]:
    """What `running` runs elsewhere on a Ray cluster, which this machine is a node of.

    Args:
        uri: As for `running`.
        address: `auto` or `host:port`.
        threads: Calls at a time.

    Raises:
        UsageError: If no cluster answers, or nothing is served there.
    """
    with _serving(address) as (_ray, serve):
        served = serve.status().applications
        if _READERS not in served:
            raise UsageError(
                _("Nothing is served there. Start it: qa cluster serve {uri}").format(uri=uri)
            )
        replicas, readers = (_replicas(served, name)[1] for name in (_shard_app(0), _READERS))
        with closing(Cluster(uri, threads, replicas=replicas, readers=readers)) as cluster:
            yield cluster


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What runs for an index.

    Attributes:
        generation: The one in use.
        nodes: Of the Ray cluster, those that are alive.
        replicas: Of each shard and of the readers, by name: how many run, and how many there
            should be.
    """

    generation: str
    nodes: int
    replicas: Mapping[str, tuple[int, int]]


def status(uri: str, address: str = "auto") -> ClusterStatus:
    """What runs for an index on a Ray cluster, which this machine is a node of.

    Raises:
        IndexMissing: If there is no index.
        UsageError: If no cluster answers.
    """
    whole = ClusterGeneration.open(uri)
    names = [*map(_shard_app, range(len(whole.manifest.shards))), _READERS]
    with _serving(address) as (ray, serve):
        served = serve.status().applications
        replicas = {name: _replicas(served, name) for name in names}
        nodes = sum(node["Alive"] for node in ray.nodes())
    return ClusterStatus(whole.named.generation, nodes, replicas)


@contextmanager
def _serving(address: str | None) -> Iterator[tuple[Any, Any]]:
    """Ray and its Serve, on a cluster; `address` is that of `joined`."""
    serve = need("ray.serve", "cluster")
    # A node that Ray starts here would else run replicas behind all other work of the machine.
    os.environ.setdefault("RAY_worker_niceness", "0")
    with joined(address) as ray:
        logging.getLogger("ray.serve").setLevel(logging.ERROR)
        yield ray, serve


def _replicas(served: Mapping[str, Any], name: str) -> tuple[int, int]:
    """How many of an application run, and how many there should be."""
    deployment = served[name].deployments.get(_APP) if name in served else None
    states = deployment.replica_states if deployment else {}
    return int(states.get("RUNNING", 0)), sum(states.values())


def _run(serve: Any, bound: Any, name: str) -> None:
    serve.run(bound, name=name, route_prefix=None, _local_testing_mode=False)


def _shard_app(number: int) -> str:
    return f"shard-{number}"


def _handle(app: str) -> Any:
    from ray import serve

    return serve.get_deployment_handle(_APP, app)
