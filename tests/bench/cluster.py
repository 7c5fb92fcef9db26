"""What a cluster costs, and whether it answers as one machine does, whole and hurt."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import qa
from qa.cluster.index import index
from qa.cluster.layout import ClusterGeneration
from qa.cluster.serve import running
from qa.engine import Engine
from qa.settings import BUNDLED, AskSettings, BuildSettings
from tests.bench.hurt import CPUS, expected_of, hurt, nodes
from tests.bench.shards import NOW, Asked, ShardsReport, compared, other_vectors, questions, timed
from tests.bench.words import recall

_ALONE = 60
_ROUNDS = 3


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

    `WORK/cluster.json` has the numbers of each part once it is done: Ray writes to the screen.

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

    def keep(part: str, measured: dict[str, Any]) -> None:
        report[part] = measured
        (work / "cluster.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")

    with Engine.open(one_index) as one:
        report["passages"] = one.info.passages
        asked = questions(one, count=count, read=read, seed=seed)
        alone = list(dict.fromkeys(each.question for each in asked if not each.talk))
        if "overhead" in parts:
            told("overhead of one shard")
            keep("overhead", _overhead(one, _built(folder, work, 1), alone[:_ALONE], read))
        if {"same", "words", "nodes"} & set(parts):
            told(f"{shards} shards")
            _built(folder, work, shards)
        if "words" in parts:
            told("words")
            keep("words", recall(one_index, ClusterGeneration.open(uri), alone))
        if "same" in parts:
            told("same answers")
            keep("same", _same(one, uri, asked))
    if "nodes" in parts:
        told("a second generation, and what both answer")
        settings = AskSettings(read=read, now=NOW)
        expected = expected_of(folder, work / "new", uri, alone[:_ALONE], settings)
        told("nodes that are killed")
        keep("nodes", hurt(uri, expected, settings, seconds=seconds, clients=clients))
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
    with nodes(2), running(uri, reader=BUNDLED, replicas=2, readers=1, cpus=CPUS) as cluster:
        compared(one, cluster.engine(), asked, report)
    return report.as_json()


def _overhead(one: Engine, uri: str, asked: Sequence[str], read: int) -> dict[str, float]:
    """How many milliseconds a question takes longer of one shard on Ray than of an index; p50.

    Each is asked of both in turn, three times; its shortest times count.
    """
    settings = AskSettings(read=read, now=NOW)
    times: list[list[float]] = []
    with nodes(1), running(uri, reader=BUNDLED, replicas=1, readers=1, cpus=CPUS) as cluster:
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
