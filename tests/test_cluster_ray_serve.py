"""Serving on a Ray cluster of two nodes: one machine's answers, also after a node is gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from qa.cluster.index import index
from qa.cluster.layout import ClusterGeneration
from qa.cluster.local import open_local
from qa.settings import BuildSettings
from qa.types import Answer, Status
from tests.test_cluster_index import corpus
from tests.test_cluster_ray import NODE, nodes

__all__ = ["nodes"]

pytestmark = [
    pytest.mark.cluster,
    # Ray's own, of which there are many.
    pytest.mark.filterwarnings("ignore"),
]

QUESTIONS = (
    "Berapa harga cabai di kota Riga?",
    "Apakah harga cabai di Depok naik?",
    "Siapa jru bicara Kremlen?",
)


def plain(answer: Answer) -> Answer:
    """An answer without what only a cluster tells."""
    return replace(answer, coverage=None)


def test_a_cluster_answers_as_its_files_do(nodes: Any, tmp_path: Path, reader: str) -> None:
    """Two shards of two replicas; a rebuilt index; a node that is killed and comes back."""
    import ray

    from qa.cluster.serve import connected, running, status

    source, uri = corpus(tmp_path / "made"), str(tmp_path / "index")
    index([str(source)], uri, BuildSettings(), shards=2, unit=20)
    ray.init(nodes.address, logging_level=40, log_to_driver=False)
    try:
        with running(uri, reader=reader, replicas=2, readers=1, cpus=0.2) as cluster:
            engine = cluster.engine()
            with open_local(uri, reader=reader) as local:
                for question in QUESTIONS:
                    answer = engine.ask(question)
                    assert answer.coverage
                    assert answer.coverage.answered == 2
                    assert plain(answer) == local.ask(question)
                told = status(uri)
                assert told.nodes == 2
                assert told.replicas == {"shard-0": (2, 2), "shard-1": (2, 2), "readers": (1, 1)}
                with connected(uri) as other:
                    assert plain(other.engine().ask(QUESTIONS[0])) == local.ask(QUESTIONS[0])

                first = ClusterGeneration.open(uri).named
                (source / "baru.txt").write_text("Kabar\n\nDesa Karang mendapat jembatan hari ini.")
                index([str(source)], uri, BuildSettings(), shards=2, unit=20)
                assert engine.generation.is_superseded()
                renewed = cluster.engine()
                assert renewed.info.id != first.generation
                # What was begun ends on the generation that it began with.
                assert plain(engine.ask(QUESTIONS[0])) == local.ask(QUESTIONS[0])

            with open_local(uri, reader=reader) as local:
                gone = next(node for node in nodes.list_all_nodes() if node is not nodes.head_node)
                nodes.remove_node(gone, allow_graceful=False)
                until = monotonic() + 60
                while (answer := renewed.ask(QUESTIONS[0])).status is Status.INCOMPLETE:
                    # The only reader may have been there.
                    assert monotonic() < until
                    sleep(0.5)
                assert plain(answer) == local.ask(QUESTIONS[0])
                nodes.add_node(**NODE)
    finally:
        ray.shutdown()
