"""The vector index: a FAISS index of the kind that serves so many rows well.

A kind is a string of FAISS's own index factory (`Flat`, `IVF1024,SQ8`, `HNSW32_SQ8`). faiss is
imported here only: loaded before torch it crashes on macOS (sentence-transformers issue 2291), so
its one place must stay easy to find.

Not handled: adding to or taking from an index, which is built whole and never changes; damage that
leaves a file's structure whole, which the checksums of the manifest tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged
from qa.i18n import N_, _
from qa.protocols import Rows, Vectors

_ALL_THREADS: int = faiss.omp_get_max_threads()

_TRAINED_ON = 100_000
"""Rows that the scale of one byte a number is taken from."""

_MOST_IN_LISTS = 4_000_000
"""Rows from which on a graph serves."""

_BLOCK = 1 << 16
"""Rows read at a time. FAISS looks for the lists of 4,096 rows together, so that a multiple of it
gives to the last bit the lists that adding all rows at once gives."""

_ROWS_PER_LIST = 64
"""Rows a list is trained on; FAISS's guidelines ask for 30 to 256."""

_LISTS_READ = 1 / 4
"""Share of the lists read for a question. Of 156,411 news passages in 2,048 lists 450 questions
find their 10 nearest to .75 with 1/64, .88 with 1/16, .93 with 1/8 and .97 with 1/4 (2026-11)."""

_MORE = 16
"""Rows fetched beyond k, so that no tie at the boundary is cut."""

_MOST_TIED = 4096
"""Rows fetched at most beyond k; of a longer tie at the boundary FAISS picks the rows."""

_ROUNDING = 1e-5
"""What FAISS's own scores may differ from ours by, for vectors of unit length."""

_REBUILD = N_("Rebuild it: qa index FOLDER --full")


def choose(n: int, *, in_shards: bool = False) -> str:
    """The kind of index that serves n rows well.

    Where they are searched in shards there is no graph, since graphs of parts are not the whole's.

    Exact search answers in milliseconds up to 100,000 rows. Above, inverted lists over one byte a
    number do; above some millions, where the lists grow long, a graph does. The number of lists is
    the power of two nearest to 4 * sqrt(n), as FAISS's guidelines have it.

    Of 60,000 news passages 400 questions find their 10 nearest, when 100 are asked for, to .92 by a
    graph, in 1 ms, of which an index takes twice the memory and cannot be filtered; lists read to a
    quarter give .97 in time that grows with the rows: 2 ms for 156,411, 12 for a million and 50
    for four, by arithmetic (2026-11).
    """
    if n < 100_000:
        return "Flat"
    if n <= _MOST_IN_LISTS or in_shards:
        return f"IVF{2 ** round(math.log2(4 * math.sqrt(n)))},SQ8"
    return "HNSW32_SQ8"


def inner(vectors: Vectors, question: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inner product of each vector with a question, shape (n,).

    Unlike `@`, whose BLAS kernel depends on the shape, equal vectors score equal to the last bit
    whatever stands beside them: ties are ties, and a question scores the same alone or in a batch.
    """
    scores: NDArray[np.float32] = np.einsum("ij,j->i", vectors, question)
    return scores


def is_settled(rough: NDArray[np.float32], scores: NDArray[np.float32], k: int) -> bool:
    """Whether the k best are among some rows, or a tie with the last of them may go on beyond.

    Args:
        rough: FAISS's own scores of the rows, best first.
        scores: Theirs, in any order.
        k: How many are wanted; there are at least as many rows.
    """
    return bool(rough[-1] < -np.partition(-scores, k - 1)[k - 1] - _ROUNDING)


def is_enough(rough: NDArray[np.float32], scores: NDArray[np.float32], k: int) -> bool:
    """Whether one index over all shards would look no further than they first did.

    Args:
        rough: What `first_look` of all of them gives.
        scores: Of the same rows.
        k: How many are wanted.
    """
    best = np.argsort(-rough, kind="stable")[: k + _MORE]
    return len(best) >= k and is_settled(rough[best], scores[best], k)


class Blocks(Protocol):
    """Vectors of which some rows can be had at a time: an array, or what a file holds."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and numbers in each."""
        ...

    def __getitem__(self, rows: slice, /) -> Vectors:
        """The rows of a slice."""
        ...


def build_index(vectors: Blocks, kind: str | None = None) -> FaissIndex:
    """An index over some vectors, which are copied; the same vectors give the same bytes.

    Args:
        vectors: Shape (n, dim); row i of the index is `vectors[i]`.
        kind: A string of FAISS's index factory; None for what `choose` says.
    """
    n, _dim = vectors.shape
    kind = kind or choose(n)
    index = train(_taken(vectors, sample(n, kind)), kind)
    index.fill(vectors[start : start + _BLOCK] for start in range(0, n, _BLOCK))
    return index


def sample(n: int, kind: str) -> Rows:
    """Which of n rows an index of a kind is trained on, ascending; all that it takes, evenly."""
    made = faiss.index_factory(1, kind, faiss.METRIC_INNER_PRODUCT)
    if made.is_trained:
        return np.empty(0, np.int64)
    most = _ROWS_PER_LIST * made.nlist if isinstance(made, faiss.IndexIVF) else _TRAINED_ON
    return np.linspace(0, n - 1, min(n, most), dtype=np.int64)


def train(sampled: Vectors, kind: str) -> FaissIndex:
    """An index of a kind that holds no row yet.

    Args:
        sampled: The rows that `sample` names, shape (n, dim).
        kind: A string of FAISS's index factory.
    """
    index = faiss.index_factory(sampled.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    if isinstance(index, faiss.IndexIVF):
        index.cp.max_points_per_centroid = _ROWS_PER_LIST
        index.cp.min_points_per_centroid = 1
    faiss.omp_set_num_threads(_ALL_THREADS)
    if not index.is_trained:
        index.train(sampled)
    return FaissIndex(index, kind)


def _taken(vectors: Blocks, rows: Rows) -> Vectors:
    """Some rows, ascending."""
    n, dim = vectors.shape
    taken = np.empty((len(rows), dim), np.float32)
    for start in range(0, n if len(rows) else 0, _BLOCK):
        first, last = np.searchsorted(rows, (start, start + _BLOCK))
        taken[first:last] = vectors[start : start + _BLOCK][rows[first:last] - start]
    return taken


def open_index(path: Path, kind: str, *, on_disk: bool = False) -> FaissIndex:
    """The index of a kind that `save` wrote to `path`.

    Args:
        path: The file.
        kind: As FAISS's index factory names it.
        on_disk: Leave its vectors there until they are read: of a million 0.2 s less to open, and
            250 MB less memory (2026-11). Only of a file whose size is known to be right: FAISS does
            not see that its end is missing. No rows can be added then.

    Raises:
        IndexDamaged: If the file cannot be read.
    """
    try:
        flags = faiss.IO_FLAG_MMAP_IFC if on_disk else 0
        return FaissIndex(faiss.read_index(str(path), flags), kind)
    except (RuntimeError, MemoryError) as error:
        raise IndexDamaged(
            _("{path} cannot be read. {todo}").format(path=path, todo=_(_REBUILD))
        ) from error


class FaissIndex:
    """A FAISS index whose scores are inner products."""

    def __init__(self, index: Any, kind: str) -> None:
        self._index = index
        self._kind = kind

    @property
    def kind(self) -> str:
        """As FAISS's index factory names it."""
        return self._kind

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def fill(self, vectors: Iterable[Vectors]) -> None:
        """Take all rows of a trained index, in order, which are copied; once.

        Args:
            vectors: Each of shape (n, dim).
        """
        # A graph depends on the order of adding.
        is_graph = isinstance(self._index, faiss.IndexHNSW)
        faiss.omp_set_num_threads(1 if is_graph else _ALL_THREADS)
        for some in vectors:
            self._index.add(some)
        if isinstance(self._index, faiss.IndexIVF):
            self._index.make_direct_map()

    def search(
        self, questions: Vectors, k: int, *, allowed: Rows | None = None
    ) -> tuple[Vectors, Rows]:
        """As `VectorIndex.search`.

        FAISS's scores depend on the batch in their last bits and its ties on its heap, so it only
        names candidates: they are scored and ordered here.

        Raises:
            ValueError: If `allowed` names a row that the index does not have.
        """
        selector = None if allowed is None else self._selector(allowed)
        n = len(self) if allowed is None else len(allowed)
        k = min(k, n)
        scores = np.empty((len(questions), k), dtype=np.float32)
        rows = np.empty((len(questions), k), dtype=np.int64)
        if scores.size == 0:
            return scores, rows
        faiss.omp_set_num_threads(1 if len(questions) == 1 else _ALL_THREADS)
        rough, candidates = self._candidates(questions, min(n, k + _MORE), selector)
        for i, question in enumerate(questions):
            scores[i], rows[i] = self._best(question, k, n, selector, rough[i], candidates[i])
        return scores, rows

    def first_look(self, question: Vectors, k: int) -> tuple[Rows, NDArray[np.float32]] | None:
        """As `VectorIndex.first_look`."""
        if not isinstance(self._index, faiss.IndexIVF):
            return None
        faiss.omp_set_num_threads(1)
        rough, rows = self._candidates(question, min(len(self), k + _MORE), None)
        order = np.argsort(rows[0], kind="stable")[np.count_nonzero(rows[0] < 0) :]
        return rows[0][order], rough[0][order]

    def vectors(self, rows: Rows) -> Vectors:
        """As `VectorIndex.vectors`."""
        found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows))
        return found

    def save(self, path: Path) -> None:
        """Write the index to one file.

        Through a Python file, because FAISS's own writer says nothing when the disk is full.
        """
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write, 1 << 20))

    def _candidates(
        self, questions: Vectors, k: int, selector: Any, *, every: bool = False
    ) -> tuple[Vectors, Rows]:
        """FAISS's k best rows among those selected; -1 fills a row that found fewer.

        With a selector, or `every`, every row is looked at: a graph loses its way where few rows
        are allowed.
        """
        index, every = self._index, every or selector is not None
        settings = faiss.SearchParameters(sel=selector)
        if isinstance(index, faiss.IndexIVF):
            lists = index.nlist if every else max(8, round(index.nlist * _LISTS_READ))
            settings = faiss.SearchParametersIVF(sel=selector, nprobe=min(index.nlist, lists))
        elif isinstance(index, faiss.IndexHNSW) and every:
            index = index.storage
        elif isinstance(index, faiss.IndexHNSW):
            settings = faiss.SearchParametersHNSW(efSearch=max(64, 2 * k))
        scores, rows = index.search(questions, k, params=settings)
        return scores, rows

    def _best(
        self,
        question: NDArray[np.float32],
        k: int,
        n: int,
        selector: Any,
        rough: NDArray[np.float32],
        candidates: Rows,
    ) -> tuple[NDArray[np.float32], Rows]:
        """The k best of one question's candidates, after fetching more where that is needed."""
        most = min(n, k + _MOST_TIED)
        every = False
        while True:
            rows = np.sort(candidates[candidates >= 0])
            scores = inner(self.vectors(rows), question)
            order = np.argsort(-scores, kind="stable")[:k]
            short = len(rows) < min(k, len(candidates))
            tied = len(rows) >= k and not is_settled(rough[: len(rows)], scores, k)
            if not short and (not tied or len(candidates) >= most):
                return scores[order], rows[order]
            if short and every:
                # FAISS finds nothing by NaN, and would be asked for ever.
                raise IndexDamaged(
                    _("A vector holds what is no number. {todo}").format(todo=_(_REBUILD))
                )
            every = True
            wanted = len(candidates) if short else min(most, 8 * len(candidates))
            found = self._candidates(question[np.newaxis], wanted, selector, every=True)
            rough, candidates = found[0][0], found[1][0]

    def _selector(self, allowed: Rows) -> Any:
        """Some rows as FAISS takes them, one bit a row."""
        if len(allowed) and not 0 <= allowed.min() <= allowed.max() < len(self):
            raise ValueError(f"rows must lie in [0, {len(self)})")
        mask = np.zeros(len(self), dtype=bool)
        mask[allowed] = True
        return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
