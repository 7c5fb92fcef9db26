"""Brute force in NumPy: the oracle that every other index is tested against.

Not handled: speed. All vectors stay in memory and every question reads all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qa.arrays import open_array
from qa.errors import IndexDamaged
from qa.protocols import Rows, Vectors


def inner(vectors: Vectors, question: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inner product of each vector with a question, shape (n,).

    Unlike `@`, whose BLAS kernel depends on the shape, equal vectors score equal to the last bit
    whatever stands beside them: ties are ties, and a question scores the same alone or in a batch.
    """
    scores: NDArray[np.float32] = np.einsum("ij,j->i", vectors, question)
    return scores


class Exact:
    """Vectors in an array, every one compared."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    @classmethod
    def build(cls, vectors: Vectors, kind: str) -> Self:  # noqa: ARG003 - there is but one
        """An index over some vectors, which are not copied."""
        return cls(vectors)

    @classmethod
    def open(cls, path: Path, kind: str, dim: int, n: int) -> Self:  # noqa: ARG003 - as above
        """The index that `save` wrote."""
        vectors = open_array(path)
        if vectors.shape != (n, dim) or vectors.dtype != np.float32:
            raise IndexDamaged(
                f"{path} does not hold {n} vectors of {dim}. Rebuild: qa index FOLDER --full"
            )
        return cls(vectors)

    @property
    def kind(self) -> str:
        """`Exact`."""
        return "Exact"

    def __len__(self) -> int:
        return len(self._vectors)

    def search(
        self, questions: Vectors, k: int, *, allowed: Rows | None = None
    ) -> tuple[Vectors, Rows]:
        """As `VectorIndex.search`."""
        rows = np.arange(len(self), dtype=np.int64) if allowed is None else allowed
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(self):
            raise ValueError(f"rows must lie in [0, {len(self)})")
        k = min(k, len(rows))
        best_scores = np.empty((len(questions), k), dtype=np.float32)
        best_rows = np.empty((len(questions), k), dtype=np.int64)
        for i, question in enumerate(questions):
            scores = inner(self._vectors[rows], question)
            best = np.argsort(-scores, kind="stable")[:k]
            best_scores[i], best_rows[i] = scores[best], rows[best]
        return best_scores, best_rows

    def vectors(self, rows: Rows) -> Vectors:
        """As `VectorIndex.vectors`."""
        return self._vectors[rows]

    def save(self, path: Path) -> None:
        """Write the index to one file, in NumPy's own format."""
        with path.open("wb") as file:
            np.save(file, self._vectors, allow_pickle=False)
