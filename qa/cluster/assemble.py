"""From the segments of all units to shards: which article goes where, and each shard's files."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from qa.cluster.layout import (
    ROWS,
    STATISTICS,
    ClusterManifest,
    Shard,
    save_statistics,
    shard_name,
)
from qa.cluster.plan import Work
from qa.cluster.segments import IDS, PASSAGES, SKETCHES, VECTORS
from qa.cluster.steps import Facts
from qa.copies import groups, load_sketches
from qa.files import fsync_tree
from qa.indexes import choose, open_index, sample, train
from qa.lexical.build import merged
from qa.lexical.index import LexicalIndex
from qa.protocols import Rows
from qa.store.current import file_sum
from qa.store.draft import Draft, sums_of
from qa.store.manifest import ARTICLES, LEXICAL, MANIFEST, read_manifest
from qa.store.reader import ArticleReader

_TRAINED = "trained.faiss"


def group(work: Work) -> Facts:
    """Which articles are near-duplicates, and the shard of each.

    An article goes with the one that stands for its group, so that a shard's groups are whole.
    Takes 1 kB of memory an article.
    """
    return work.once(work.folder / "grouped", partial(_group, work))


def _group(work: Work, folder: Path) -> Facts:
    units = range(len(work.units))
    told = [work.told(work.cut(unit)) for unit in units]
    grouped = groups([each for u in units for each in load_sketches(work.cut(u) / SKETCHES)])
    for unit in units:
        ids = [f"{id_:016x}" for id_ in np.load(work.cut(unit) / IDS, allow_pickle=False).tolist()]
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
        held = np.load(work.cut(unit) / VECTORS, mmap_mode="r", allow_pickle=False)
        vectors[here] = held[rows[here] - start]
    train(vectors, whole["kind"]).save(folder / _TRAINED)
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
            counts = np.load(segment / PASSAGES, allow_pickle=False)
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
        index = open_index(work.folder / "trained" / _TRAINED, whole["kind"])
        index.fill(
            np.load(work.cut(unit) / VECTORS, mmap_mode="r", allow_pickle=False)[rows]
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
