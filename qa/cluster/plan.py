"""What a run of `qa cluster index` is to do, and the folder in which it does it.

    work-<key>/plan.json        the sources, their files, and how they are indexed
    work-<key>/units.json       the pieces of each unit
    work-<key>/read-00000/      what came of a unit: articles, and what decides over all of them
    work-<key>/settled/         recurring lines, and which unit an article is of
    work-<key>/cut-00000/       a unit masked, cut, encoded and counted: its segment
    work-<key>/grouped/         near-duplicates, and the shard of each article
    work-<key>/trained/         the vector index of all shards, without a vector
    work-<key>/generation/      the shards and statistics, until they are published
    work-<key>/done/            the sums of each of these

The key names the sources, the state of their files and the settings: other input is other work.
A task is named by its kind and its number, and reads all that it needs from that folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from qa import __version__
from qa.cluster.sources import Listed, Piece, Source
from qa.cluster.steps import DONE, Facts, once
from qa.files import replace
from qa.settings import BuildSettings
from qa.types import Folder

PLAN = "plan.json"
_UNITS = "units.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is indexed, and how: the same for all tasks.

    Attributes:
        root: What the paths of articles are relative to.
        sources: At least one.
        files: Of all sources, in the order in which they are read.
        settings: Which encoder, and how passages are cut.
        encoder: The encoder's id.
        dim: Numbers in a vector.
        shards: How many.
        unit: Articles in a unit, about.
        built: What manifests say of when.
    """

    root: str
    sources: tuple[Source, ...]
    files: tuple[Listed, ...]
    settings: BuildSettings
    encoder: str
    dim: int
    shards: int
    unit: int
    built: str

    @property
    def key(self) -> str:
        """Another wherever the work is another: files, settings, encoder, release."""
        told = asdict(self) | {"built": "", "release": __version__}
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    @property
    def folders(self) -> tuple[Folder, ...]:
        """The sources as manifests name them."""
        return tuple(Folder(source.address, source.settings) for source in self.sources)

    def as_json(self) -> str:
        """The plan as a JSON document."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, document: str) -> Self:
        """The plan that `as_json` wrote."""
        told = json.loads(document)
        told["sources"] = tuple(
            Source(**{**each, "settings": BuildSettings(**each["settings"])})
            for each in told["sources"]
        )
        told["files"] = tuple(Listed(**each) for each in told["files"])
        told["settings"] = BuildSettings(**told["settings"])
        return cls(**told)


class Work:
    """The folder of a run, and what lies in it.

    Args:
        folder: `work-<key>`, on a disk that every node sees, with its plan.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = json.loads((folder / PLAN).read_bytes())
        self.name: str = told["name"]
        self.plan = Plan.from_json(told["plan"])

    @property
    def has_units(self) -> bool:
        """Whether the files have been cut into units."""
        return (self.folder / _UNITS).is_file()

    @property
    def units(self) -> list[list[Piece]]:
        """The pieces of each unit."""
        told = json.loads((self.folder / _UNITS).read_bytes())
        return [[Piece(**piece) for piece in pieces] for pieces in told]

    def set_units(self, units: Sequence[Sequence[Piece]]) -> None:
        """Take down how the files are cut."""
        told = [[asdict(piece) for piece in pieces] for pieces in units]
        replace(self.folder / _UNITS, json.dumps(told))

    @property
    def generation(self) -> Path:
        """Where the shards lie until they are published."""
        return self.folder / "generation"

    def read(self, unit: int) -> Path:
        """What came of a unit."""
        return self.folder / f"read-{unit:05}"

    def cut(self, unit: int) -> Path:
        """The segment of a unit."""
        return self.folder / f"cut-{unit:05}"

    def once(self, folder: Path, make: Callable[[Path], Facts]) -> Facts:
        """As `qa.cluster.steps.once`."""
        return once(folder, self.folder / DONE, make)

    def told(self, folder: Path) -> Facts:
        """What a step that was done before reported."""
        told = json.loads((self.folder / DONE / f"{folder.name}.json").read_bytes())
        facts: Facts = told["facts"]
        return facts
