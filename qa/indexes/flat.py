"""Every vector compared, by FAISS: exact, and fast to 100,000 rows.

Not handled: memory. A vector takes four bytes a number.
"""

from __future__ import annotations

from typing import Any, Self

import faiss

from qa.indexes.base import FaissIndex
from qa.protocols import Rows, Vectors


class Flat(FaissIndex):
    """`Flat`: vectors as they are."""

    file_type = b"IxFI"

    @classmethod
    def build(cls, vectors: Vectors, kind: str) -> Self:
        """An index over some vectors, which are copied."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index, kind)

    def _candidates(
        self,
        questions: Vectors,
        k: int,
        selector: Any,
        *,
        widely: bool = False,  # noqa: ARG002
    ) -> tuple[Vectors, Rows]:
        settings = faiss.SearchParameters(sel=selector)
        scores, rows = self._index.search(questions, k, params=settings)
        return scores, rows
