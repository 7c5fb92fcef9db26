"""Indexing on a Ray cluster of two nodes: the same bytes, also where a node is killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.cluster

_NODE = {"num_cpus": 1, "object_store_memory": 80 << 20}


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A cluster of two nodes on this machine."""
    utils = pytest.importorskip("ray.cluster_utils")
    made = utils.Cluster(initialize_head=True, head_node_args=_NODE)
    made.add_node(**_NODE)
    made.wait_for_nodes()
    yield made
    made.shutdown()
