"""Calling shards: again where one fails or is slow, and honest where one is missing."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, current_thread, main_thread
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import pytest

import qa
from qa.cli.ask import exit_code
from qa.cluster.archive import ClusterEngine
from qa.cluster.index import index
from qa.cluster.layout import ClusterGeneration, roll_back
from qa.cluster.local import LocalShards, open_local
from qa.cluster.on_ray import joined
from qa.cluster.serve import Calls, RayReader, _ReaderServer
from qa.cluster.shard import Shard
from qa.encoders import open_encoder
from qa.errors import IndexDamaged, ShardsMissing, UsageError
from qa.readers import open_reader
from qa.settings import AskSettings, BuildSettings, Filters
from qa.show import as_json, as_text
from qa.types import Coverage, Status
from tests.test_cluster_index import corpus

QUESTION = "Berapa harga cabai di kota Riga?"


class SomeShards(LocalShards):
    """Shards of which some do not answer."""

    silent: frozenset[int] = frozenset()
    asked: list[str]

    def begin(self) -> None:
        """Forget what was asked."""
        self.asked = []

    @property
    def coverage(self) -> Coverage:  # type: ignore[override]
        """Of those that answer."""
        count = len(self._shards)
        return Coverage(self._generation.named.generation, count, count - len(self.silent))

    def call(self, method: str, *args: object) -> list[Any]:
        """What the others give."""
        found = super().call(method, *args)
        return [each for at, each in enumerate(found) if at not in self.silent]


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cluster's index of three shards."""
    folder = tmp_path_factory.mktemp("served")
    source = str(corpus(folder / "made"))
    index([source], str(folder / "index"), BuildSettings(), shards=3, unit=9)
    return str(folder / "index")


@pytest.fixture
def partly(uri: str, reader: str) -> Iterator[tuple[ClusterEngine, SomeShards]]:
    """An engine, and its shards."""
    whole = ClusterGeneration.open(uri)
    statistics = whole.statistics()
    shards = SomeShards(whole, [Shard.open(whole, number, statistics) for number in range(3)])
    encoder = open_encoder(whole.manifest.settings.encoder)
    with ClusterEngine(whole.manifest, statistics, shards, encoder, open_reader(reader)) as engine:
        yield engine, shards


def test_every_answer_tells_what_it_is_drawn_from(
    partly: tuple[ClusterEngine, SomeShards], uri: str, reader: str
) -> None:
    """The generation, and that all shards answered; else the answer is that of the files."""
    engine, _shards = partly
    answer = engine.ask(QUESTION)
    assert answer.coverage == Coverage(engine.info.id, 3, 3)
    with open_local(uri, reader=reader) as local:
        assert replace(answer, coverage=None) == local.ask(QUESTION)
    document = as_json(answer, Filters(), engine.info)
    assert document["coverage"] == {
        "generation": engine.info.id,
        "asked": 3,
        "answered": 3,
        "share": 1.0,
    }


@pytest.mark.parametrize("silent", [{0}, {1, 2}, {0, 1, 2}])
@pytest.mark.parametrize(
    "question",
    [QUESTION, "Apakah harga cabai di Riga naik?", "Barang apa saja yang naik?", "Siapa Zxqwv?"],
)
def test_without_a_shard_nothing_is_said_for_sure(
    partly: tuple[ClusterEngine, SomeShards], question: str, silent: set[int]
) -> None:
    """`incomplete`, with the quotes there are: no answer, no "not found", no sides, no conflict."""
    engine, shards = partly
    shards.silent = frozenset(silent)
    answer = engine.ask(question, AskSettings(filters=Filters(source="Kabar")))
    assert answer.status is Status.INCOMPLETE
    assert answer.coverage
    assert answer.coverage.answered == 3 - len(silent)
    assert not any((answer.conflicts, answer.history, answer.sides, answer.dated))
    assert all(
        place.article.text[place.span.start : place.span.end] == place.quote
        for place in answer.citations
    )
    shown = as_text(answer, engine.info, style=None, width=80)
    assert f"{3 - len(silent)} of 3 parts" in " ".join(shown.split())
    assert not any(words in shown for words in ("not found", "Not found", "answered ·"))
    assert exit_code(answer) == 6


def test_without_a_shard_no_other_answer_is_given(
    partly: tuple[ClusterEngine, SomeShards],
) -> None:
    """Searches, quotations, timelines and lists of what there is are refused, to be asked again."""
    engine, shards = partly
    engine.require_source("Kabar")
    with pytest.raises(UsageError):
        engine.require_source("Nobody")
    shards.silent = frozenset({1})
    # The shard that does not answer may have it.
    engine.require_source("Nobody")
    asked: list[Callable[[], object]] = [
        lambda: engine.search("harga"),
        lambda: engine.quote("Harga cabai di kota Riga naik"),
        lambda: engine.timeline("harga cabai"),
        lambda: engine.article("0" * 16),
        engine.about,
    ]
    for each in asked:
        with pytest.raises(ShardsMissing):
            each()


def test_a_call_that_fails_is_made_again() -> None:
    """And no more often than it makes sense."""
    calls = Calls(4)
    failures = iter([OSError("it died"), OSError("its twin too"), None])

    def failing(_left_s: float) -> str:
        if error := next(failures):
            raise error
        return "here"

    def hopeless(_left_s: float) -> str:
        raise OSError("it is gone")

    begun = monotonic()
    assert calls.all([failing, hopeless], 30) == [(True, "here"), (False, None)]
    assert monotonic() - begun < 10
    assert calls.failed > 2
    calls.close()


def test_a_call_that_hangs_is_made_to_the_twin() -> None:
    """After the time that most calls took; the first one's answer is not waited for."""
    calls = Calls(4)
    assert calls.all([lambda _left_s: 1] * 40, 5) == [(True, 1)] * 40
    hang, made = Event(), []

    def hanging(_left_s: float) -> str:
        made.append(1)
        if len(made) == 1:
            hang.wait(20)
        return f"answer {len(made)}"

    assert calls.all([hanging], 20) == [(True, "answer 2")]
    assert calls.hedged == 1
    hang.set()
    calls.close()


def test_what_is_twice_as_large_may_take_twice_as_long() -> None:
    """A second call is no help to what has more to read, nor where it goes to the same replica."""
    calls, alone = Calls(4), Calls(4, have_twins=False)
    for each in (calls, alone):
        each.all([lambda _left_s: sleep(0.01)] * 40, 5)
    assert calls.hedge_s(1000) == pytest.approx(1000 * calls.p95_s)
    assert alone.hedge_s(1) == math.inf
    assert alone.all([lambda _left_s: sleep(0.15)], 5) == [(True, None)]
    assert alone.hedged == 0
    for each in (calls, alone):
        each.close()


def test_a_reader_elsewhere_is_sent_no_more_than_it_reads(
    desk_index: Path, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A passage without the rest of its article; what is found is what a reader here finds."""
    here = _ReaderServer(reader)
    sent: list[Any] = []

    class Remote:
        def __init__(self, method: Callable[..., Any]) -> None:
            self._method = method

        def remote(self, *args: Any) -> Any:
            sent.extend(args[1:])
            return SimpleNamespace(result=lambda **_limit: self._method(*args))

    handle = SimpleNamespace(about=Remote(here.about), read=Remote(here.read))
    monkeypatch.setattr("qa.cluster.serve._handle", lambda _app: handle)
    calls = Calls(1)
    with qa.open(desk_index, reader=reader) as one:
        passages = one.generation.passages(range(1, 9))
        questions = [QUESTION] * len(passages)
        ray_reader = RayReader(calls)
        assert ray_reader.read([], []) == []
        assert not sent
        assert ray_reader.read(questions, passages) == one.reader.read(questions, passages)
        assert [each.article.text for each in sent[0]] == [each.text for each in passages]
    calls.close()


def test_a_shard_that_never_answers_is_missing_in_time() -> None:
    """The others' answers are there."""
    calls = Calls(4)
    hang = Event()
    found = calls.all([lambda _left_s: hang.wait(20), lambda _left_s: 2], 0.3)
    assert found == [(False, None), (True, 2)]
    hang.set()
    calls.close()


def test_an_earlier_generation_is_put_into_use_again(tmp_path: Path) -> None:
    """A swap is one pointer, and so is the way back; a damaged one is refused."""
    source = corpus(tmp_path / "made")
    uri = str(tmp_path / "index")
    index([str(source)], uri, BuildSettings(), shards=2, unit=9)
    first = ClusterGeneration.open(uri)
    (source / "baru.txt").write_text("Kabar baru\n\nDesa Karang mendapat jembatan baru hari ini.")
    index([str(source)], uri, BuildSettings(), shards=2, unit=9)
    second = ClusterGeneration.open(uri)
    assert first.is_superseded()
    roll_back(uri, first.named.generation)
    assert ClusterGeneration.open(uri).named == first.named
    assert second.is_superseded()
    with pytest.raises(UsageError, match=second.named.generation):
        roll_back(uri, "000009-00000000")
    (second.path / "shard-001" / "rows.npy").write_bytes(b"")
    with pytest.raises(IndexDamaged):
        roll_back(uri, second.named.generation)
    assert ClusterGeneration.open(uri).named == first.named


def test_no_question_waits_for_ray(sample_index: Path) -> None:
    """It is imported by `qa cluster` alone."""
    program = (
        "import sys, qa, qa.cli, qa.cluster.serve, qa.cluster.local\n"
        f"with qa.open({str(sample_index)!r}) as archive: archive.ask('Siapa juru bicara?')\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'ray'])"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("aside", [False, True])
def test_a_cluster_is_joined_from_any_thread(aside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chat does so beside its screen; and how a process ends stays ours."""
    calls = []

    def init(address: str | None, **_options: object) -> None:
        calls.append(address)
        if current_thread() is main_thread():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)

    ray = SimpleNamespace(
        is_initialized=lambda: False, init=init, shutdown=lambda: calls.append("left")
    )
    monkeypatch.setattr("qa.cluster.on_ray.need", lambda _module, _extra: ray)
    before = signal.getsignal(signal.SIGTERM)

    def join() -> None:
        with joined("auto") as found:
            assert found is ray
            assert signal.getsignal(signal.SIGTERM) == before

    if aside:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(join).result()
    else:
        join()
    assert calls == ["auto", "left"]
