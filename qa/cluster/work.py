"""Indexing for a cluster, cut into tasks that any node may do, and do again.

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
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from qa import __version__
from qa.builder import BATCH, Indexing, batches, identity
from qa.clean import Recurring
from qa.cluster.layout import (
    ROWS,
    STATISTICS,
    ClusterManifest,
    Shard,
    save_statistics,
    shard_name,
)
from qa.cluster.sources import Listed, Piece, Source, survey
from qa.cluster.steps import DONE, Facts, once
from qa.copies import groups, load_sketches, save_sketches
from qa.encoders import open_encoder
from qa.files import fsync_tree
from qa.files import replace as replace_file
from qa.indexes import choose, open_index, sample, train
from qa.lexical.build import merged
from qa.lexical.index import LexicalIndex
from qa.protocols import Rows
from qa.settings import BuildSettings
from qa.store.current import file_sum
from qa.store.draft import Draft, sums_of
from qa.store.manifest import ARTICLES, LEXICAL, MANIFEST, read_manifest
from qa.store.reader import ArticleReader
from qa.store.writer import another_text
from qa.types import Article, Copy, Folder, Mask, Note, Part, Skipped

PLAN = "plan.json"
_UNITS = "units.json"
_ITEMS = "items.jsonl"
_HEADS = "heads.jsonl"
_KEYS = "keys.npy"
_KEY_COUNTS = "key_counts.npy"
_IDS = "ids.npy"
_VECTORS = "vectors.npy"
_PASSAGES = "passages.npy"
_RECURRING = "recurring.json"
TRAINED = "trained.faiss"

_TOLD: Final = 20
"""Notes and skipped files that a unit tells; the first shard lists all that was skipped."""


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
        replace_file(self.folder / _UNITS, json.dumps(told))

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
        """What a step told that was done before."""
        told = json.loads((self.folder / DONE / f"{folder.name}.json").read_bytes())
        facts: Facts = told["facts"]
        return facts


def surveyed(work: Work, number: int) -> Facts:
    """Task: where a file may be cut."""
    plan = work.plan
    one = plan.files[number]
    folder = work.folder / f"survey-{number:05}"
    source = plan.sources[one.source]
    return work.once(folder, lambda _folder: {"file": number, **survey(one, source, plan.unit)})


def read(work: Work, number: int) -> Facts:
    """Task: read a unit, and take down what the whole corpus decides by."""
    return work.once(work.read(number), partial(_read, work, number))


def _read(work: Work, number: int, folder: Path) -> Facts:
    plan = work.plan
    ids: list[int] = []
    keys: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    skipped: list[tuple[str, str]] = []
    notes: list[tuple[str, str]] = []
    with (
        (folder / _ITEMS).open("w", encoding="ascii") as items,
        (folder / _HEADS).open("w", encoding="ascii") as heads,
    ):
        for piece in work.units[number]:
            listed = plan.files[piece.file]
            for item in piece.items(listed, plan.sources[listed.source]):
                if isinstance(item, Note):
                    notes.append((item.path, item.text))
                    continue
                items.write(_item_as_json(item) + "\n")
                if isinstance(item, Skipped):
                    skipped.append((item.path, item.reason))
                    head: list[Any] = [identity(item).decode()]
                else:
                    ids.append(int(item.id, 16))
                    counted = sorted(Recurring.keys(item.text, item.source))
                    keys.append(np.array(counted, np.uint64))
                    head = [identity(item).decode(), item.sha256, *_place(item)]
                heads.write(json.dumps(head) + "\n")
                del skipped[_TOLD:]
    np.save(folder / _IDS, np.array(ids, np.uint64), allow_pickle=False)
    np.save(folder / _KEYS, np.concatenate(keys), allow_pickle=False)
    counts = np.array([len(some) for some in keys[1:]], np.int64)
    np.save(folder / _KEY_COUNTS, counts, allow_pickle=False)
    return {"unit": number, "articles": len(ids), "skipped": skipped, "notes": notes[:_TOLD]}


def settle(work: Work) -> Facts:
    """What the whole corpus decides before it is cut, in the order in which `qa index` does.

    Recurring lines are counted once for each text; a text that stands in several places is an
    article of the unit in which it comes first. Takes 24 bytes of memory an article.

    Raises:
        StoreError: If two texts have one id.
    """
    return work.once(work.folder / "settled", partial(_settle, work))


def _settle(work: Work, folder: Path) -> Facts:
    units = range(len(work.units))
    ids = [np.load(work.read(unit) / _IDS, allow_pickle=False) for unit in units]
    every = np.concatenate([np.empty(0, np.uint64), *ids])
    _values, first = np.unique(every, return_index=True)
    new = np.zeros(len(every), bool)
    new[first] = True
    repeated = frozenset(every[~new].tolist())
    ends = np.cumsum([0, *map(len, ids)])
    recurring = Recurring()
    digest = hashlib.sha256(__version__.encode())
    owner: dict[int, tuple[int, str]] = {}
    further: dict[int, list[Any]] = {unit: [] for unit in units}
    for unit in units:
        here = new[ends[unit] : ends[unit + 1]]
        np.save(folder / f"new-{unit:05}.npy", here, allow_pickle=False)
        keys = np.split(
            np.load(work.read(unit) / _KEYS, allow_pickle=False),
            np.cumsum(np.load(work.read(unit) / _KEY_COUNTS, allow_pickle=False))[:-1],
        )
        at = 0
        for told, *head in _lines(work.read(unit) / _HEADS):
            digest.update(told.encode())
            if not head:
                continue
            sha256, *place = head
            id_ = int(sha256[:16], 16)
            if here[at]:
                recurring.add_keys(keys[at].tolist(), place[3])
                if id_ in repeated:
                    owner[id_] = (unit, sha256)
            else:
                unit_of, known = owner[id_]
                if known != sha256:
                    raise another_text(str(place[0]))
                further[unit_of].append([sha256[:16], *place])
            at += 1
    (folder / _RECURRING).write_text(recurring.as_json(), encoding="ascii")
    for unit, places in further.items():
        _write_lines(folder / f"further-{unit:05}.jsonl", places)
    return {
        "articles": int(new.sum()),
        "duplicates": int((~new).sum()),
        "digest": digest.hexdigest(),
    }


def cut(work: Work, number: int) -> Facts:
    """Task: mask, cut, encode and count the articles of a unit, as `qa index` does."""
    return work.once(work.cut(number), partial(_cut, work, number))


def _cut(work: Work, number: int, folder: Path) -> Facts:
    settled = work.folder / "settled"
    new = np.load(settled / f"new-{number:05}.npy", allow_pickle=False)
    recurring = Recurring.from_json((settled / _RECURRING).read_text(encoding="ascii"))
    ids: list[int] = []
    indexing = Indexing(open_encoder(work.plan.settings.encoder), None, lambda _done: None)
    with closing(Draft(work.folder, folder, folder.name)) as draft:
        at = 0
        for told in _lines(work.read(number) / _ITEMS):
            item = _item(told)
            if isinstance(item, Skipped):
                draft.add_skipped(item)
                continue
            if new[at]:
                draft.add_article(item)
                ids.append(int(item.id, 16))
            at += 1
        for id_, *place in _lines(settled / f"further-{number:05}.jsonl"):
            draft.add_copy(id_, _copy(place))
        undated = draft.undated()
        for batch in batches(draft.articles(), BATCH):
            indexing.add(batch, draft, work.plan.settings, recurring)
        draft.commit()
    np.save(folder / _IDS, np.array(ids, np.uint64), allow_pickle=False)
    with closing(ArticleReader.open(folder / ARTICLES)) as reader:
        np.save(folder / _PASSAGES, reader.passage_counts(), allow_pickle=False)
    vectors = indexing.take_vectors() if ids else np.empty((0, work.plan.dim), np.float32)
    np.save(folder / _VECTORS, vectors, allow_pickle=False)
    words = indexing.lexical.build()
    words.save(folder / LEXICAL)
    (folder / "sketches").mkdir()
    save_sketches(indexing.sketches, folder / "sketches")
    return {
        "articles": len(ids),
        "passages": indexing.passages,
        "undated": undated,
        "stemmers": words.stemmers,
    }


def group(work: Work) -> Facts:
    """Which articles are near-duplicates, and the shard of each.

    An article goes with the one that stands for its group, so that a shard's groups are whole.
    Takes 1 kB of memory an article.
    """
    return work.once(work.folder / "grouped", partial(_group, work))


def _group(work: Work, folder: Path) -> Facts:
    units = range(len(work.units))
    told = [work.told(work.cut(unit)) for unit in units]
    grouped = groups([each for u in units for each in load_sketches(work.cut(u) / "sketches")])
    for unit in units:
        ids = [f"{id_:016x}" for id_ in np.load(work.cut(unit) / _IDS, allow_pickle=False).tolist()]
        held = {id_: grouped[id_] for id_ in ids if id_ in grouped}
        (folder / f"groups-{unit:05}.json").write_text(json.dumps(held), encoding="ascii")
        # The id is a hash already.
        shards = [int(held.get(id_, id_), 16) % work.plan.shards for id_ in ids]
        np.save(folder / f"shards-{unit:05}.npy", np.array(shards, np.int32), allow_pickle=False)
    counts = [each["passages"] for each in told]
    return {
        "passages": sum(counts),
        "starts": np.cumsum([0, *counts])[:-1].tolist(),
        "kind": choose(sum(counts), in_shards=True),
        "stemmers": sorted({name for each in told for name in each["stemmers"]}),
        "undated": sum(each["undated"] for each in told),
    }


def train_index(work: Work) -> Facts:
    """The vector index of all shards, trained on the rows that one machine trains it on."""
    return work.once(work.folder / "trained", partial(_train, work))


def _train(work: Work, folder: Path) -> Facts:
    whole = work.told(work.folder / "grouped")
    rows = sample(whole["passages"], whole["kind"])
    vectors = np.empty((len(rows), work.plan.dim), np.float32)
    ends = [*whole["starts"][1:], whole["passages"]]
    for unit, (start, end) in enumerate(zip(whole["starts"], ends, strict=True)):
        here = (rows >= start) & (rows < end)
        held = np.load(work.cut(unit) / _VECTORS, mmap_mode="r", allow_pickle=False)
        vectors[here] = held[rows[here] - start]
    train(vectors, whole["kind"]).save(folder / TRAINED)
    return {}


def shard(work: Work, number: int) -> Facts:
    """Task: a shard of its articles in all segments, in the order of the corpus."""
    return work.once(work.generation / shard_name(number), partial(_shard, work, number))


def _shard(work: Work, number: int, folder: Path) -> Facts:
    plan = work.plan
    grouped = work.folder / "grouped"
    whole = work.told(grouped)
    global_rows: list[Rows] = [np.empty(0, np.int64)]
    taken: list[Rows] = []
    led: dict[str, str] = {}
    with closing(Draft(work.generation, folder, shard_name(number))) as draft:
        for unit, start in enumerate(whole["starts"]):
            segment = work.cut(unit)
            mine = np.load(grouped / f"shards-{unit:05}.npy", allow_pickle=False) == number
            counts = np.load(segment / _PASSAGES, allow_pickle=False)
            rows = np.flatnonzero(np.repeat(mine, counts))
            taken.append(rows)
            global_rows.append(start + rows)
            representatives = json.loads((grouped / f"groups-{unit:05}.json").read_bytes())
            with closing(ArticleReader.open(segment / ARTICLES)) as reader:
                for here, (article, spans, digests) in zip(mine, reader.cut(), strict=True):
                    if here:
                        draft.add_article(article)
                        draft.add_passages(article.id, spans, masks=article.masks, digests=digests)
                        if article.id in representatives:
                            led[article.id] = representatives[article.id]
                if number == 0:
                    for one in reader.skipped():
                        draft.add_skipped(one)
        draft.add_groups(led)
        np.save(folder / ROWS, np.concatenate(global_rows), allow_pickle=False)
        index = open_index(work.folder / "trained" / TRAINED, whole["kind"])
        index.fill(
            np.load(work.cut(unit) / _VECTORS, mmap_mode="r", allow_pickle=False)[rows]
            for unit, rows in enumerate(taken)
            if len(rows)
        )
        draft.add_vectors(index)
        draft.add_lexical(
            merged(
                (
                    (LexicalIndex.open(work.cut(unit) / LEXICAL, ()), rows)
                    for unit, rows in enumerate(taken)
                ),
                whole["stemmers"],
            )
        )
        draft.finish(
            root=plan.root,
            folders=plan.folders,
            digest=work.told(work.folder / "settled")["digest"],
            encoder=plan.encoder,
            dim=plan.dim,
            built=plan.built,
        )
    return {}


def finish(work: Work) -> ClusterManifest:
    """The manifest of all shards, which are done, and the statistics written beside them."""
    plan, folder = work.plan, work.generation
    whole = work.told(work.folder / "grouped")
    held: dict[str, list[int]] = {}
    shards = []
    manifests = []
    words = 0
    for number in range(plan.shards):
        name = shard_name(number)
        sum_ = file_sum(folder / name / MANIFEST).sha256
        manifest = read_manifest(folder / name / MANIFEST, sum_)
        manifests.append(manifest)
        shards.append(Shard(name, manifest.articles, manifest.passages, sum_))
        lexical = LexicalIndex.open(folder / name / LEXICAL, ())
        postings = lexical.postings
        words += int(postings.lengths.sum())
        rows = np.load(folder / name / ROWS, allow_pickle=False)
        firsts = rows[postings.rows[postings.starts[:-1]]].tolist()
        counts = np.diff(postings.starts).tolist()
        for stem, count, first in zip(lexical.vocabulary, counts, firsts, strict=True):
            here = held.setdefault(stem, [0, first])
            here[0] += count
            here[1] = min(here[1], first)
    stems = sorted(held)
    known = np.array([held[stem] for stem in stems], np.int64).reshape(-1, 2)
    shutil.rmtree(folder / STATISTICS, ignore_errors=True)
    save_statistics(folder, stems, known[:, 0], known[:, 1])
    fsync_tree(folder / STATISTICS)
    by_folder = zip(*(manifest.folders for manifest in manifests), strict=True)
    return ClusterManifest(
        generation=work.name,
        built=plan.built,
        root=plan.root,
        folders=tuple(
            replace(same[0], articles=sum(each.articles for each in same)) for same in by_folder
        ),
        digest=manifests[0].digest,
        encoder=plan.encoder,
        dim=plan.dim,
        vectors=whole["kind"],
        stemmers=tuple(whole["stemmers"]),
        languages=tuple(sorted({one for each in manifests for one in each.languages})),
        articles=sum(each.articles for each in shards),
        passages=sum(each.passages for each in shards),
        words=words,
        skipped=sum(each.skipped for each in manifests),
        shards=tuple(shards),
        files={f"{STATISTICS}/{name}": of for name, of in sums_of(folder / STATISTICS).items()},
    )


def _item_as_json(item: Article | Skipped) -> str:
    told = asdict(item)
    if isinstance(item, Article):
        told["published"] = item.published.isoformat() if item.published else None
    return json.dumps(told)


def _item(told: dict[str, Any]) -> Article | Skipped:
    """The item that `_item_as_json` wrote; loading gives it no other places yet."""
    if "reason" in told:
        return Skipped(**told)
    day = told["published"]
    return Article(
        **{
            **told,
            "published": date.fromisoformat(day) if day else None,
            "masks": tuple(Mask(**each) for each in told["masks"]),
            "parts": tuple(Part(**each) for each in told["parts"]),
            "also_at": (),
            "copies": (),
        }
    )


def _place(item: Article) -> list[str | None]:
    """What `Copy` says of an article, as JSON has it."""
    day = item.published.isoformat() if item.published else None
    return [item.path, item.record, item.title, item.source, item.url, day]


def _copy(place: Sequence[Any]) -> Copy:
    path, record, title, source, url, day = place
    return Copy(path, record, title, source, url, date.fromisoformat(day) if day else None)


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="ascii") as file:
        for line in file:
            yield json.loads(line)


def _write_lines(path: Path, values: Iterable[Any]) -> None:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="ascii")
