"""Indexing on a Ray cluster of two nodes: the same bytes, also where what works on it is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from qa.cluster.on_ray import on_ray
from qa.errors import CorpusError, UsageError
from tests.conftest import ROOT
from tests.test_cluster_index import clustered, corpus, sums

pytestmark = [
    pytest.mark.cluster,
    # Of Ray's own making.
    pytest.mark.filterwarnings("ignore"),
]

NODE = {"num_cpus": 1, "object_store_memory": 80 << 20}
_MOST_S = 120


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A cluster of a head and another node on this machine."""
    utils = pytest.importorskip("ray.cluster_utils")
    made = utils.Cluster(initialize_head=True, head_node_args=NODE)
    made.add_node(**NODE)
    made.wait_for_nodes()
    yield made
    made.shutdown()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is indexed, in some fifteen units."""
    return corpus(tmp_path_factory.mktemp("source") / "c")


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sums of what one process makes of it, undisturbed."""
    folder = tmp_path_factory.mktemp("whole")
    clustered(source, folder, unit=5)
    return sums(folder)


def wait_for(uri: Path, pattern: str) -> None:
    """Wait until a file of the work is there."""
    for _again in range(10 * _MOST_S):
        if list(uri.glob(pattern)):
            return
        time.sleep(0.1)
    raise AssertionError(f"{pattern} did not come")


def test_a_cluster_makes_what_one_process_makes(
    nodes: Any, source: Path, whole: dict[str, str], tmp_path: Path
) -> None:
    """And what goes wrong on a node is told as it would be here."""
    with on_ray(nodes.address) as each:
        clustered(source, tmp_path / "out", unit=5, each=each)
        (tmp_path / "none").mkdir()
        (tmp_path / "none" / "bad.jsonl").write_text("{\n")
        with pytest.raises(CorpusError, match="No readable article"):
            clustered(tmp_path / "none", tmp_path / "other", each=each)
    assert sums(tmp_path / "out") == whole


def test_a_node_that_is_killed_costs_time_alone(
    nodes: Any, source: Path, whole: dict[str, str], tmp_path: Path
) -> None:
    """Ray gives its tasks to the node that is left."""
    node = nodes.add_node(**NODE)

    def kill() -> None:
        wait_for(tmp_path, "out/work-*/done/cut-00002.json")
        nodes.remove_node(node, allow_graceful=False)

    killing = Thread(target=kill)
    with on_ray(nodes.address) as each:
        killing.start()
        clustered(source, tmp_path / "out", unit=5, each=each)
        killing.join(_MOST_S)
    assert sums(tmp_path / "out") == whole


def test_a_driver_that_is_killed_is_started_again(
    nodes: Any, source: Path, whole: dict[str, str], tmp_path: Path
) -> None:
    """The command goes on with what is on disk; nothing was to be seen before."""
    code = (
        "from pathlib import Path\n"
        "from qa.cluster.on_ray import on_ray\n"
        "from tests.test_cluster_index import clustered\n"
        f"with on_ray({nodes.address!r}) as each:\n"
        f"    clustered(Path({str(source)!r}), Path({str(tmp_path / 'out')!r}), unit=5, each=each)"
    )
    driver = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)  # noqa: S603
    wait_for(tmp_path, "out/work-*/done/cut-00004.json")
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    assert not (tmp_path / "out" / "CURRENT").exists()
    with on_ray(nodes.address) as each:
        clustered(source, tmp_path / "out", unit=5, each=each)
    assert sums(tmp_path / "out") == whole


def test_where_no_cluster_runs_a_person_is_told() -> None:
    """An address that nobody answers at."""
    with pytest.raises(UsageError, match="No Ray cluster"), on_ray("127.0.0.1:9"):
        pass
