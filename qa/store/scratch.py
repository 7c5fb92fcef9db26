"""Vectors of a build under way, which are too many for memory."""

from __future__ import annotations

from io import SEEK_END
from typing import BinaryIO

import numpy as np

from qa.protocols import Vectors


class VectorFile:
    """Vectors in a file, one behind the other, read by slices; `file` is empty at first."""

    def __init__(self, file: BinaryIO, dim: int) -> None:
        self._file = file
        self._dim = dim
        self._count = 0

    def add(self, vectors: Vectors) -> None:
        """Take further rows, (n, dim)."""
        self._file.seek(0, SEEK_END)
        self._file.write(np.ascontiguousarray(vectors, np.float32).data)
        self._count += len(vectors)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows stored, and numbers in each."""
        return self._count, self._dim

    def __getitem__(self, rows: slice) -> Vectors:
        """The rows of a slice without a step."""
        start, stop, _step = rows.indices(self._count)
        self._file.seek(4 * self._dim * start)
        data = self._file.read(4 * self._dim * max(0, stop - start))
        return np.frombuffer(data, np.float32).reshape(-1, self._dim)
