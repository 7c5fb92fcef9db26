"""A cluster's index opened whole in this process, by no more than its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qa.cluster.archive import ClusterEngine
from qa.cluster.layout import ClusterGeneration
from qa.cluster.shard import Shard
from qa.encoders import open_encoder
from qa.engine import Engine
from qa.protocols import Reader
from qa.readers import open_reader
from qa.settings import BUNDLED


class LocalShards:
    """The shards of one generation, asked one after the other."""

    def __init__(self, generation: ClusterGeneration, shards: Sequence[Shard]) -> None:
        self._generation = generation
        self._shards = shards

    def call(self, method: str, *args: object) -> list[Any]:
        """As `qa.cluster.archive.Shards.call`."""
        return [getattr(shard, method)(*args) for shard in self._shards]

    def begin(self) -> None:
        """As `qa.cluster.archive.Shards.begin`; they all answer."""

    @property
    def coverage(self) -> None:
        """As `qa.cluster.archive.Shards.coverage`."""
        return None

    def call_one(self, number: int, method: str, *args: object) -> Any:
        """As `qa.cluster.archive.Shards.call_one`."""
        return getattr(self._shards[number], method)(*args)

    def is_superseded(self) -> bool:
        """As `qa.cluster.archive.Shards.is_superseded`."""
        return self._generation.is_superseded()

    def close(self) -> None:
        """Let go of the files."""
        for shard in self._shards:
            shard.close()


def open_local(uri: str, *, reader: str | Reader | None = BUNDLED) -> Engine:
    """An engine over all shards of the generation in use.

    Raises:
        IndexMissing: If nothing was built there.
        IndexDamaged: If a file is absent, or not what the manifest says.
        IndexMismatch: If it was written in another format or with another encoder.
        ModelError: If the reader cannot be loaded.
    """
    generation = ClusterGeneration.open(uri)
    statistics = generation.statistics()
    shards: list[Shard] = []
    try:
        numbers = range(len(generation.manifest.shards))
        shards.extend(Shard.open(generation, number, statistics) for number in numbers)
        return ClusterEngine(
            generation.manifest,
            statistics,
            LocalShards(generation, shards),
            open_encoder(generation.manifest.settings.encoder),
            open_reader(reader) if isinstance(reader, str) else reader,
        )
    except BaseException:
        LocalShards(generation, shards).close()
        raise
