"""What the FAISS kinds share: ties, filters, threads, and files read without trust.

faiss is imported in this package only: loaded before torch it crashes on macOS
(sentence-transformers issue 2291), so its one place must stay easy to find.

Not handled: damage that leaves a file's structure whole, such as a flipped bit of a vector; the
checksums of the manifest see that.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged
from qa.indexes.exact import inner
from qa.protocols import Rows, Vectors

ALL_THREADS: int = faiss.omp_get_max_threads()

_REBUILD = "Rebuild it: qa index FOLDER --full"

_HEADER = struct.Struct("<4siqqqBi")
"""What opens every FAISS index file: type, dim, rows, two unused, trained, metric."""

_SLACK = 16
"""Rows fetched beyond k, so that a tie at the boundary is seen whole."""

_MOST_TIED = 4096
"""Rows fetched at most beyond k; of a longer tie at the boundary FAISS picks the rows."""

_ROUNDING = 1e-5
"""What FAISS's own scores may differ from ours by, for vectors of unit length."""


class FaissIndex:
    """A FAISS index whose scores are inner products.

    A kind of index is a subclass: it says how one is built and which settings a search takes.
    """

    file_type: ClassVar[bytes]
    """The four letters that open a file of this kind."""

    def __init__(self, index: Any, kind: str) -> None:
        self._index = index
        self._kind = kind

    @classmethod
    def open(cls, path: Path, kind: str, dim: int, n: int) -> Self:
        """The index that `save` wrote, if its header says what the manifest says."""
        try:
            with path.open("rb") as file:
                header = file.read(_HEADER.size)
                size = file.seek(0, 2)
            file_type, file_dim, file_n, _, _, trained, metric = _HEADER.unpack(header)
            found = (file_type, file_dim, file_n, trained, metric)
            expected = (cls.file_type, dim, n, 1, faiss.METRIC_INNER_PRODUCT)
            # No kind keeps a vector in less than a byte a number.
            if found != expected or n * dim > size:
                raise IndexDamaged(
                    f"{path} is no {kind} index of {n} vectors of {dim} numbers. {_REBUILD}"
                )
            with _allocating_at_most(size):
                index = faiss.read_index(str(path))
        except (OSError, RuntimeError, MemoryError, struct.error) as error:
            raise IndexDamaged(f"{path} cannot be read. {_REBUILD}") from error
        return cls(index, kind)

    @property
    def kind(self) -> str:
        """As FAISS's index factory names it."""
        return self._kind

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, questions: Vectors, k: int, *, allowed: Rows | None = None
    ) -> tuple[Vectors, Rows]:
        """As `VectorIndex.search`.

        FAISS's scores depend on the batch in their last bits and its ties on its heap, so it only
        names candidates: they are scored and ordered here.

        Raises:
            ValueError: If `allowed` names a row that the index does not have.
            IndexDamaged: If NaN among the vectors, or in the question, hides rows; or if the
                file's parts do not agree.
        """
        selector = None if allowed is None else self._selector(allowed)
        n = len(self) if allowed is None else len(allowed)
        k = min(k, n)
        scores = np.empty((len(questions), k), dtype=np.float32)
        rows = np.empty((len(questions), k), dtype=np.int64)
        if scores.size == 0:
            return scores, rows
        faiss.omp_set_num_threads(1 if len(questions) == 1 else ALL_THREADS)
        wanted = min(n, k + _SLACK)
        rough, candidates = self._candidates(questions, wanted, selector)
        for i, question in enumerate(questions):
            scores[i], rows[i] = self._settle(question, k, n, selector, rough[i], candidates[i])
        return scores, rows

    def vectors(self, rows: Rows) -> Vectors:
        """As `VectorIndex.vectors`.

        Raises:
            IndexDamaged: If the file's parts do not agree on where a row is.
        """
        try:
            found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows))
        except RuntimeError as error:
            raise IndexDamaged(f"A vector cannot be found. {_REBUILD}") from error
        return found

    def save(self, path: Path) -> None:
        """Write the index to one file.

        Through a Python file, because FAISS's own writer says nothing when the disk is full.
        """
        with path.open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write, 1 << 20))

    def _candidates(
        self, questions: Vectors, k: int, selector: Any, *, widely: bool = False
    ) -> tuple[Vectors, Rows]:
        """FAISS's k best rows among those selected; -1 fills a row that found fewer.

        With a selector, or `widely`, every row is looked at.
        """
        raise NotImplementedError

    def _settle(
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
        widely = False
        while True:
            rows = np.sort(candidates[candidates >= 0])
            scores = inner(self.vectors(rows), question)
            order = np.argsort(-scores, kind="stable")[:k]
            short = len(rows) < min(k, len(candidates))
            tied = len(rows) >= k and rough[len(rows) - 1] >= scores[order[-1]] - _ROUNDING
            if not short and (not tied or len(candidates) >= most):
                return scores[order], rows[order]
            if short and widely:
                # FAISS finds neither NaN nor anything by it, and would be asked for ever.
                raise IndexDamaged(f"A vector holds what is no number. {_REBUILD}")
            widely = True
            wanted = len(candidates) if short else min(most, 8 * len(candidates))
            found = self._candidates(question[np.newaxis], wanted, selector, widely=True)
            rough, candidates = found[0][0], found[1][0]

    def _selector(self, allowed: Rows) -> Any:
        """Some rows as FAISS takes them, one bit a row."""
        if len(allowed) and not 0 <= allowed.min() <= allowed.max() < len(self):
            raise ValueError(f"rows must lie in [0, {len(self)})")
        mask = np.zeros(len(self), dtype=bool)
        mask[allowed] = True
        return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


@contextmanager
def _allocating_at_most(size: int) -> Iterator[None]:
    """Hold FAISS to arrays that the file could fill, whatever lengths it claims."""
    before = faiss.get_deserialization_vector_byte_limit()
    loops = faiss.get_deserialization_loop_limit()
    faiss.set_deserialization_vector_byte_limit(size)
    faiss.set_deserialization_loop_limit(size)
    try:
        yield
    finally:
        faiss.set_deserialization_vector_byte_limit(before)
        faiss.set_deserialization_loop_limit(loops)
