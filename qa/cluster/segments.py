"""The tasks on a unit: reading it, and making its segment; between them what the corpus decides.

A segment is masked, cut, encoded and counted by the code of `qa index`. Its rows are those of the
unit, whichever shard they will go to: that depends on near-duplicates, which depend on all masks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qa import __version__
from qa.builder import BATCH, Indexing, batches, identity, prepare
from qa.clean import Recurring
from qa.cluster.plan import Work
from qa.cluster.sources import survey
from qa.cluster.steps import Facts
from qa.copies import save_sketches
from qa.encoders import open_encoder
from qa.store.draft import Draft
from qa.store.manifest import ARTICLES, LEXICAL
from qa.store.reader import ArticleReader
from qa.store.writer import another_text
from qa.types import Article, Copy, Mask, Note, Part, Skipped

IDS = "ids.npy"
VECTORS = "vectors.npy"
PASSAGES = "passages.npy"
SKETCHES = "sketches"
_ITEMS = "items.jsonl"
_HEADS = "heads.jsonl"
_KEYS = "keys.npy"
_KEY_COUNTS = "key_counts.npy"
_RECURRING = "recurring.json"

_TOLD: Final = 20
"""Notes and skipped files that a unit tells; the first shard lists all that was skipped."""


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
    np.save(folder / IDS, np.array(ids, np.uint64), allow_pickle=False)
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
    ids = [np.load(work.read(unit) / IDS, allow_pickle=False) for unit in units]
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
    encoder = open_encoder(work.plan.settings.encoder)
    with closing(Draft(work.folder, folder, folder.name)) as draft:
        indexing = Indexing(encoder, None, draft, lambda _done: None)
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
            indexing.add(prepare(batch, work.plan.settings, recurring))
        draft.commit()
        np.save(folder / VECTORS, indexing.vectors[:], allow_pickle=False)
        words = indexing.lexical.build()
        words.save(folder / LEXICAL)
    np.save(folder / IDS, np.array(ids, np.uint64), allow_pickle=False)
    with closing(ArticleReader.open(folder / ARTICLES)) as reader:
        np.save(folder / PASSAGES, reader.passage_counts(), allow_pickle=False)
    (folder / SKETCHES).mkdir()
    save_sketches(indexing.sketches, folder / SKETCHES)
    return {
        "articles": len(ids),
        "passages": indexing.passages,
        "undated": undated,
        "stemmers": words.stemmers,
    }


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
