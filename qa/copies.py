"""Finds near-duplicates, so that a story printed in ten papers is one source.

An article's prose becomes a sketch: the least hash of its three-word shingles in each of 128 bins
(one permutation hashing, Li, Owen and Zhang, NIPS 2012). Articles that agree in two neighbouring
bins are compared; a copy is what shares 60% of the shorter one's shingles and says no other number
between the same words. Groups are stars around the article published first, not chains, and depend
only on the articles: an index that was added to has the groups of one built at once.

Not handled: a retelling in other words, a translation, prose of fewer than 20 words, and a short
piece within one more than seven times as long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from qa.language.text import fold, sentences
from qa.types import Article, Passage, Read

_TOLD = "told.json"
_BINS = 128
_EMPTY = 0xFFFF
_SHINGLE = 3
_LEAST_WORDS = 20
_CONTAINED = 0.6
"""Share of the shorter one's shingles that a copy holds too."""
_SIMILAR = 0.12
"""Below this likeness of the sets a sketch of 128 bins cannot tell what is contained."""
_WINDOW = 8
"""Neighbours in a bucket that an article is compared with; more would be quadratic."""

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|\w+")
_POINTS = re.compile(r"[.,:]")
_SAID_NUMBERS = frozenset(
    """satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas seratus seribu two three
    four five six seven eight nine ten eleven twelve""".split()  # noqa: SIM905 - words read better than a list
)
_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What of an article is kept to tell its copies: about 1 kB.

    Attributes:
        id: The article's.
        precedence: Sorts first the article that may stand for the others.
        bins: The least hash in each bin, 16 bits of it, `0xFFFF` where it is empty; shape (128,).
        shingles: How many distinct ones there are.
        numbers: For each number the hash of the words around it, then that of its value, 32 bits
            each; ascending, shape (n,).
    """

    id: str
    precedence: tuple[bool, str, str]
    bins: NDArray[np.uint16]
    shingles: int
    numbers: NDArray[np.uint64]


def save_sketches(sketches: Sequence[Sketch], folder: Path) -> None:
    """Write sketches into a folder that is there."""
    told = [(one.id, *one.precedence) for one in sketches]
    (folder / _TOLD).write_text(json.dumps(told), encoding="ascii")
    none = np.empty(0, np.uint64)
    arrays: dict[str, NDArray[Any]] = {
        "bins": np.array([one.bins for one in sketches], np.uint16).reshape(-1, _BINS),
        "shingles": np.array([one.shingles for one in sketches], np.int64),
        "numbers": np.concatenate([none, *(one.numbers for one in sketches)]),
        "ends": np.cumsum([len(one.numbers) for one in sketches], dtype=np.int64),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load_sketches(folder: Path) -> list[Sketch]:
    """The sketches that `save_sketches` wrote; of their arrays what is large stays on disk."""
    told = json.loads((folder / _TOLD).read_bytes())
    bins, shingles, numbers, ends = (
        np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        for name in ("bins", "shingles", "numbers", "ends")
    )
    parts = np.split(np.asarray(numbers), ends[:-1]) if told else []
    return [
        Sketch(name, (undated, published, place), bins[at], int(shingles[at]), parts[at])
        for at, (name, undated, published, place) in enumerate(told)
    ]


def sketch(article: Article) -> Sketch | None:
    """The sketch of an article's unmasked prose; None where it is too short to tell."""
    tokens = _TOKEN.findall(fold(_prose(article)))
    if len(tokens) < _LEAST_WORDS:
        return None
    hashes = np.fromiter(
        map(crc32, "\n".join(tokens).encode("utf-8", "replace").split(b"\n")), np.uint64
    )
    rows = len(hashes) - _SHINGLE + 1
    mixed = np.zeros(rows, np.uint64)
    for at, multiplier in enumerate(_MULTIPLIERS):
        mixed = (mixed ^ hashes[at : at + rows]) * multiplier
        mixed ^= mixed >> np.uint64(29)
    mixed.sort()
    shingles = mixed[_firsts(mixed)]
    bin_of = (shingles >> np.uint64(57)).astype(np.intp)
    first = _firsts(bin_of)
    bins = np.full(_BINS, _EMPTY, np.uint16)
    # Within a bin the least hash is first; its low bits are as good as any.
    bins[bin_of[first]] = np.minimum(shingles[first] & np.uint64(0xFFFF), _EMPTY - 1)
    published = article.published
    return Sketch(
        id=article.id,
        precedence=(published is None, str(published or ""), article.place),
        bins=bins,
        shingles=len(shingles),
        numbers=_numbers(tokens),
    )


def groups(sketches: Sequence[Sketch]) -> dict[str, str]:
    """Which article stands for each that has near-duplicates: id -> id, itself included.

    The representative is the one published first, then the first by place; articles without a date
    come last. Whatever the order of `sketches`, the groups are the same.
    """
    if not sketches:
        return {}
    known = sorted(sketches, key=lambda one: one.precedence)
    bins = np.stack([one.bins for one in known])
    sizes = np.array([one.shingles for one in known], np.float64)
    leader = list(range(len(known)))
    leads = [False] * len(known)
    for earlier, later in _alike(bins, sizes):
        # By their earlier row, so that whether that one is led is settled.
        if leader[earlier] != earlier or leader[later] != later:
            continue
        if _same_numbers(known[earlier].numbers, known[later].numbers):
            leader[later] = earlier
            leads[earlier] = True
    return {
        one.id: known[leader[at]].id
        for at, one in enumerate(known)
        if leads[at] or leader[at] != at
    }


def repeats_last(found: Sequence[Read]) -> list[Read]:
    """Passages in their order, but those that repeat another one last.

    Ten copies of one story would else be all that is read.
    """
    repeated = repeats([each.passage for each in found])
    return [found[at] for at in sorted(range(len(found)), key=repeated.__contains__)]


def repeats(passages: Sequence[Passage]) -> frozenset[int]:
    """Which passages say again, at least by half, what a near-duplicate says in another of them.

    The one that stands for a group comes first, wherever it stands; then the order decides.
    """
    said: dict[tuple[str, str], str] = {}
    found = set()
    order = range(len(passages))
    for at in sorted(
        order, key=lambda at: passages[at].article.id != passages[at].article.source_group
    ):
        article, span = passages[at].article, passages[at].span
        if not article.group:
            continue
        spans = sentences(article.text, span.start, span.end)
        keys = [(article.group, fold(article.text[one.start : one.end])) for one in spans]
        again = sum(said.setdefault(key, article.id) != article.id for key in keys)
        if 2 * again >= len(keys):
            found.add(at)
    return frozenset(found)


def _prose(article: Article) -> str:
    """The article's text without what is masked."""
    ends = [0, *(mask.end for mask in article.masks)]
    starts = [*(mask.start for mask in article.masks), len(article.text)]
    return " ".join(article.text[a:b] for a, b in zip(ends, starts, strict=True) if a < b)


def _firsts(ascending: NDArray[Any]) -> NDArray[np.bool_]:
    """Where an ascending array has a value that was not there before."""
    first = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return first


def _numbers(tokens: Sequence[str]) -> NDArray[np.uint64]:
    """Each number's surroundings, two words before and one after, numbers as `#`, and value."""
    # Digits come before the colon, letters after it.
    places = [at for at, word in enumerate(tokens) if word < ":" or word in _SAID_NUMBERS]
    known = frozenset(places)
    found = set()
    for at in places:
        if at >= 2:
            near = range(at - 2, min(at + 2, len(tokens)))
            around = " ".join("#" if by in known else tokens[by] for by in near)
            found.add(_hash(around) << 32 | _hash(_POINTS.sub("", tokens[at])))
    return np.array(sorted(found), np.uint64)


def _hash(words: str) -> int:
    return crc32(words.encode("utf-8", "replace"))


def _same_numbers(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> bool:
    """Whether no number of one stands between the same words as quite another of the other."""
    low = np.uint64(32)
    surroundings = np.intersect1d(a >> low, b >> low)
    agreeing = np.unique(np.intersect1d(a, b) >> low)
    return len(surroundings) == len(agreeing)


def _alike(bins: NDArray[np.uint16], sizes: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Pairs of rows whose prose overlaps as a copy's does, by their earlier row, each once."""
    pairs = _candidates(bins)
    for start in range(0, len(pairs), 1 << 16):
        block = pairs[start : start + (1 << 16)]
        one, other = bins[block[:, 0]], bins[block[:, 1]]
        filled = np.count_nonzero((one != _EMPTY) | (other != _EMPTY), axis=1)
        equal = np.count_nonzero((one == other) & (one != _EMPTY), axis=1)
        alike = equal / filled
        a, b = sizes[block[:, 0]], sizes[block[:, 1]]
        shared = alike / (1 + alike) * (a + b)
        copies = (alike >= _SIMILAR) & (shared >= _CONTAINED * np.minimum(a, b))
        yield from ((int(first), int(second)) for first, second in block[copies])


def _candidates(bins: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Pairs of rows equal in two neighbouring bins, earlier row first, sorted, shape (n, 2)."""
    found: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    count = len(bins)
    for left, right in pairwise(range(_BINS)):
        rows = np.flatnonzero((bins[:, left] != _EMPTY) & (bins[:, right] != _EMPTY))
        keys = (bins[rows, left].astype(np.uint32) << np.uint32(16)) | bins[rows, right]
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        for step in range(1, _WINDOW + 1):
            same = keys[step:] == keys[:-step]
            if not same.any():
                break
            found.append(rows[:-step][same] * count + rows[step:][same])
        # The first of a bucket may lead them all.
        heads = np.flatnonzero(np.diff(keys.astype(np.int64), prepend=-1))
        head_of = np.repeat(heads, np.diff(np.append(heads, len(keys))))
        far = np.arange(len(keys)) - head_of > _WINDOW
        found.append(rows[head_of[far]] * count + rows[far])
    packed = np.unique(np.concatenate(found))
    return np.stack([packed // count, packed % count], axis=1)
