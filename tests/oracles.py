"""Slow and plain ways to the same results, which tests compare with."""

from __future__ import annotations

import numpy as np

from qa.indexes import inner
from qa.protocols import Rows, Vectors


class Exact:
    """Vectors in an array, every one compared with every question."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def search(
        self, questions: Vectors, k: int, *, allowed: Rows | None = None
    ) -> tuple[Vectors, Rows]:
        """As `VectorIndex.search`."""
        rows = np.arange(len(self._vectors)) if allowed is None else allowed
        scores = np.stack([inner(self._vectors[rows], question) for question in questions])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(scores, best, axis=1), rows[best]
