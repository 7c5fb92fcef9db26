"""What a cluster's index looks like on disk: written once, named last, opened with verification.

    URI/CURRENT                            the generation in use, and its manifest's sha256
    URI/<generation>/manifest.json         settings, models, counts, shards, sums of the files
    URI/<generation>/shard-000/            a generation as `qa index` writes it, and
    URI/<generation>/shard-000/rows.npy    for each of its passages the row in the whole corpus
    URI/<generation>/statistics/           how many passages of the whole corpus hold each stem

The row of a passage in the whole corpus is the one that `qa index` on one machine gives it.

A URI is a folder that every node sees at one path: a network share or a bucket that is mounted.

Not handled: stores without renaming, such as S3 by its own protocol; mount them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged, IndexMismatch, IndexMissing, StoreError, UsageError
from qa.files import fsync_folder, replace
from qa.i18n import N_, _
from qa.lexical.index import Statistics
from qa.protocols import Rows
from qa.store import Generation, has_index
from qa.store.current import CURRENT, InUse, current, file_sum
from qa.store.generation import differing, file_problem
from qa.store.manifest import (
    GENERATION,
    MALFORMED,
    MANIFEST,
    Made,
    Manifest,
    read_document,
    told,
)
from qa.store.verify import problems

FORMAT = 1
ROWS = "rows.npy"
STATISTICS = "statistics"

_STEMS = f"{STATISTICS}/stems.json"
_FREQUENCIES = f"{STATISTICS}/frequencies.npy"
_FIRST = f"{STATISTICS}/first.npy"
_FILES = frozenset((_STEMS, _FREQUENCIES, _FIRST))

_SHA256 = re.compile(r"[0-9a-f]{64}")

_AGAIN = N_("Index again: qa cluster index SOURCES --out {uri} --full")


def shard_name(number: int) -> str:
    """The folder of a shard, by its number from 0."""
    return f"shard-{number:03}"


def folder_of(uri: str) -> Path:
    """The folder that a URI names: a path, or a `file:` address.

    Raises:
        UsageError: If it names anything else.
    """
    parts = urlsplit(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    if not uri.strip() or "://" in uri:
        raise UsageError(
            _(
                "{uri} is no folder. Name one that every node sees at the same path, such as a "
                "network share or a bucket that is mounted."
            ).format(uri=uri)
        )
    return Path(uri)


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard as the manifest names it.

    Attributes:
        name: Its folder.
        articles: How many articles it holds.
        passages: How many passages.
        sha256: Of its manifest.
    """

    name: str
    articles: int
    passages: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterManifest(Made):
    """All that is the same for the shards of a generation, and what they are.

    The kind of vectors and the stemmers are those of every shard; what could not be loaded the
    first one lists; `files` are those beside the shards.

    Attributes:
        words: The sum of the lengths of all passages in words, which the mean length is of.
        shards: At least one.
    """

    FORMAT = FORMAT

    words: int
    shards: tuple[Shard, ...]


def save_statistics(folder: Path, stems: Sequence[str], frequencies: Rows, first: Rows) -> None:
    """Write how common each stem is in the whole corpus into the folder of a generation.

    Args:
        folder: Of the generation.
        stems: Of all shards, sorted by code point, each once.
        frequencies: How many passages hold each, shape (n,).
        first: The row in the whole corpus of the first that does, shape (n,).
    """
    (folder / STATISTICS).mkdir()
    (folder / _STEMS).write_text(json.dumps(stems), encoding="ascii")
    for name, array in ((_FREQUENCIES, frequencies), (_FIRST, first)):
        np.save(folder / name, array.astype(np.int64), allow_pickle=False)


class ClusterGeneration:
    """One generation of a cluster's index: its manifest, and what it leads to.

    Opening it compares the manifest with the sum that CURRENT has, and each file with its size, the
    small ones with their sums; so does opening a shard.
    """

    def __init__(self, folder: Path, manifest: ClusterManifest, named: InUse) -> None:
        self.path = folder
        self.manifest = manifest
        self.named = named

    @classmethod
    def open(cls, uri: str, wanted: InUse | None = None) -> Self:
        """The generation in use, or another by its name and sum.

        Raises:
            IndexMissing: If nothing was built there.
            IndexDamaged: If a file is absent, or not what the manifest says.
            IndexMismatch: If it was written in another format, or its words or passages are made
                in another way than here.
            UsageError: If the URI names no folder.
        """
        root = folder_of(uri)
        wanted = wanted or _in_use(root)
        if not GENERATION.fullmatch(wanted.generation):
            raise IndexDamaged(_damaged(root / CURRENT, _("it names no generation")))
        folder = root / wanted.generation
        manifest = _read(folder / MANIFEST, wanted.sha256)
        if manifest.generation != folder.name:
            raise IndexDamaged(_damaged(folder / MANIFEST, _("it is of another generation")))
        for name, expected in manifest.files.items():
            if problem := file_problem(folder / name, expected, opening=True):
                raise IndexDamaged(_damaged(folder / name, problem))
        return cls(folder, manifest, wanted)

    def shard(self, number: int) -> Generation:
        """A shard, open for reading; close it.

        Raises:
            IndexDamaged: If a file of it is absent, or not what its manifest says.
            IndexMismatch: As `open`.
        """
        of = self.manifest.shards[number]
        shard = Generation.open(self.path, InUse(of.name, of.sha256))
        if problem := self._differs(shard.manifest, of):
            shard.close()
            raise IndexDamaged(_damaged(self.path / of.name, problem))
        return shard

    def _differs(self, held: Manifest, of: Shard) -> str | None:
        """How the manifest of a shard contradicts this one, or None."""
        if (held.articles, held.passages) != (of.articles, of.passages):
            return _("its counts differ from the cluster's manifest")
        for name in ("encoder", "dim", "vectors", "stemmers"):
            if getattr(held, name) != getattr(self.manifest, name):
                return _("it was made otherwise than the cluster's manifest says")
        return None if ROWS in held.files else _("it has no {file}").format(file=ROWS)

    def rows(self, number: int) -> Rows:
        """For each passage of a shard its row in the whole corpus, ascending; on disk until read.

        Raises:
            IndexDamaged: If they cannot be read, or are no such rows.
        """
        of = self.manifest.shards[number]
        path = self.path / of.name / ROWS
        rows = _integers(path, of.passages)
        if len(rows) and not (
            rows[0] >= 0 and rows[-1] < self.manifest.passages and bool((np.diff(rows) > 0).all())
        ):
            raise IndexDamaged(_damaged(path, _("its rows are not ascending rows of the corpus")))
        return rows

    def statistics(self) -> Statistics:
        """How common each stem is in the whole corpus.

        Raises:
            IndexDamaged: If they cannot be read, or are not what belongs there.
        """
        path = self.path / _STEMS
        try:
            stems = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise IndexDamaged(_damaged(path, str(error))) from error
        if not isinstance(stems, list) or not all(isinstance(stem, str) for stem in stems):
            raise IndexDamaged(_damaged(path, _("it is no list of words")))
        return Statistics(
            dict(zip(stems, range(len(stems)), strict=True)),
            _integers(self.path / _FREQUENCIES, len(stems)),
            _integers(self.path / _FIRST, len(stems)),
            self.manifest.passages,
            self.manifest.words,
        )

    def is_superseded(self) -> bool:
        """Whether another generation is in use by now; reads one small file."""
        found = current(self.path.parent)
        return found is not None and found.generation != self.path.name


def publish(root: Path, folder: Path, manifest: ClusterManifest) -> InUse:
    """Put a whole generation into use: its manifest, its name, then CURRENT.

    Args:
        root: The folder of the cluster's index.
        folder: With the shards and statistics, on the same file system and on disk already.
        manifest: Of the generation.

    Raises:
        StoreError: If the disk fails; the generation in use is as it was.
    """
    try:
        replace(folder / MANIFEST, manifest.as_json())
        named = InUse(manifest.generation, file_sum(folder / MANIFEST).sha256)
        fsync_folder(folder)
        folder.rename(root / named.generation)
        fsync_folder(root)
        point(root, named)
    except OSError as error:
        raise StoreError(
            _(
                "Cannot write {folder}/ ({reason}). The index in use is as it was. Free some "
                "space, then start the same command again: it goes on."
            ).format(folder=root, reason=error.strerror or error)
        ) from error
    return named


def point(root: Path, named: InUse) -> None:
    """Make CURRENT name a generation that is there whole, also one from before.

    Raises:
        OSError: If it cannot be written.
    """
    replace(root / CURRENT, named.as_line())
    fsync_folder(root)


def roll_back(uri: str, generation: str) -> None:
    """Put a generation that is there into use, once it is found complete.

    Raises:
        UsageError: If there is none of that name; the message names those that there are.
        IndexDamaged: If it is not whole; what was in use is so still.
        StoreError: If the disk fails.
    """
    root = folder_of(uri)
    manifest = root / generation / MANIFEST
    if not GENERATION.fullmatch(generation) or not manifest.is_file():
        there = sorted(path.name for path in root.glob("*") if GENERATION.fullmatch(path.name))
        raise UsageError(
            _("There is no generation {name} in {uri}. There are: {there}.").format(
                name=generation, uri=uri, there=", ".join(there) or _("none")
            )
        )
    named = InUse(generation, file_sum(manifest).sha256)
    whole = ClusterGeneration.open(uri, named)
    for number in range(len(whole.manifest.shards)):
        whole.shard(number).close()
    try:
        point(root, named)
    except OSError as error:
        raise StoreError(
            _("Cannot write {path} ({reason}). What was in use is so still.").format(
                path=root / CURRENT, reason=error.strerror or error
            )
        ) from error


def verify(uri: str) -> Iterator[str]:
    """Every problem of the generation in use, each with what to do; reads every byte.

    Raises:
        IndexMissing: If nothing was built there.
        IndexMismatch: If it was written in another format.
        UsageError: If the URI names no folder.
    """
    again = _(_AGAIN).format(uri=uri)
    try:
        generation = ClusterGeneration.open(uri)
    except IndexDamaged as error:
        yield str(error)
        return
    manifest, folder = generation.manifest, generation.path
    for name, problem in differing(folder, manifest.files).items():
        yield f"{folder / name}: {problem}. {again}"
    known = {MANIFEST, STATISTICS, *(shard.name for shard in manifest.shards)}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield _("{path} does not belong there. Remove it.").format(path=path)
    held = np.zeros(manifest.passages, np.uint8)
    whole = True
    for number, shard in enumerate(manifest.shards):
        for problem in _shard_problems(generation, number, held):
            whole = False
            yield _("{shard} is damaged: {problem}. {todo}").format(
                shard=shard.name,
                problem=problem,
                todo=_(
                    "Copy its folder from a backup to {folder}, or index again: "
                    "qa cluster index SOURCES --out {uri} --full"
                ).format(folder=folder / shard.name, uri=uri),
            )
    if whole and not (held == 1).all():
        yield _("{count} passages are not in one shard each. {todo}").format(
            count=int((held != 1).sum()), todo=again
        )


def _shard_problems(
    generation: ClusterGeneration, number: int, held: NDArray[np.uint8]
) -> Iterator[str]:
    """Problems of one shard, whose row counts are added to `held`."""
    of = generation.manifest.shards[number]
    try:
        wrong = list(problems(generation.path, InUse(of.name, of.sha256)))
        yield from wrong
        if not wrong:
            generation.shard(number).close()
            held[generation.rows(number)] += 1
    except IndexDamaged as error:
        yield str(error)


def _in_use(root: Path) -> InUse:
    """The generation that CURRENT names."""
    if not has_index(root):
        raise IndexMissing(
            _("No index in {uri}. Build one: qa cluster index SOURCES --out {uri}").format(uri=root)
        )
    found = current(root)
    if found is None:
        raise IndexDamaged(_damaged(root / CURRENT, _("it names no generation")))
    return found


def _read(path: Path, sha256: str) -> ClusterManifest:
    """The manifest in a file of that sum."""
    again = _(_AGAIN).format(uri=path.parent.parent)
    document = read_document(path, sha256, again)
    try:
        if (version := document.pop("format")) != FORMAT:
            raise IndexMismatch(
                _("{path} has format {format}, this qa reads format {known}. {todo}").format(
                    path=path, format=version, known=FORMAT, todo=again
                )
            )
        fields = told(document, words=("stemmers", "languages"))
        fields["shards"] = tuple(Shard(**each) for each in document["shards"])
        manifest = ClusterManifest(**fields)
        _check(manifest)
    except MALFORMED as error:
        raise IndexDamaged(
            _("{path} is no manifest ({reason}). {todo}").format(
                path=path, reason=error, todo=again
            )
        ) from error
    return manifest


def _check(manifest: ClusterManifest) -> None:
    """Whether the parts of a manifest fit, and no name leads out of its folder.

    Raises:
        ValueError: If not.
    """
    shards = manifest.shards
    if not shards or [each.name for each in shards] != [*map(shard_name, range(len(shards)))]:
        raise ValueError("its shards are not numbered from 0")
    if not all(_SHA256.fullmatch(each.sha256) for each in shards):
        raise ValueError("a shard has no sha256")
    for name in ("articles", "passages"):
        counts = [getattr(each, name) for each in shards]
        if not all(isinstance(count, int) and count >= 0 for count in counts):
            raise ValueError(f"{name} of a shard are no number")
        if sum(counts) != getattr(manifest, name):
            raise ValueError(f"{name} of the shards do not sum up")
    if not isinstance(manifest.words, int) or manifest.words < 0:
        raise ValueError("words are no number")
    if manifest.files.keys() != _FILES:
        raise ValueError("its files are not those of the statistics")


def _integers(path: Path, count: int) -> NDArray[np.int64]:
    """A file of so many integers, on disk until they are read."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IndexDamaged(_damaged(path, str(error))) from error
    if array.dtype != np.int64 or array.shape != (count,):
        raise IndexDamaged(_damaged(path, _("it does not hold {count} rows").format(count=count)))
    return np.asarray(array)


def _damaged(path: Path, problem: str) -> str:
    return _(
        "{path} is damaged: {problem}. To see all that is, and what to do: qa cluster check URI"
    ).format(path=path, problem=problem)
