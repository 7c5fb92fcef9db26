"""A graph over one byte a number: for more than a million rows.

Not handled: exactness without a filter. With one, every row is compared instead of walking the
graph, which loses its way where few rows are allowed.
"""

from __future__ import annotations

from typing import Any, Self

import faiss
import numpy as np

from qa.indexes.base import FaissIndex
from qa.protocols import Rows, Vectors

_SAMPLE = 100_000


class HNSW(FaissIndex):
    """`HNSW<links>_SQ8`."""

    file_type = b"IHNs"

    @classmethod
    def build(cls, vectors: Vectors, kind: str) -> Self:
        """An index over some vectors, in one thread: the graph depends on the order of adding."""
        index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        sample = np.linspace(0, len(vectors) - 1, min(len(vectors), _SAMPLE), dtype=np.int64)
        faiss.omp_set_num_threads(1)
        index.train(vectors[sample])
        index.add(vectors)
        return cls(index, kind)

    def _candidates(
        self, questions: Vectors, k: int, selector: Any, *, widely: bool = False
    ) -> tuple[Vectors, Rows]:
        if widely or selector is not None:
            settings = faiss.SearchParameters(sel=selector)
            scores, rows = self._index.storage.search(questions, k, params=settings)
        else:
            settings = faiss.SearchParametersHNSW(efSearch=max(64, 2 * k))
            scores, rows = self._index.search(questions, k, params=settings)
        return scores, rows
