"""Vector indexes: which kind serves how many rows, building one, opening one.

A kind is named as FAISS names it (`Flat`, `IVF1024,SQ8`, `HNSW32_SQ8`), and `Exact` is plain NumPy;
that name is what the manifest keeps. A new kind is one new file and one line in `_part`.

Not handled: adding to or taking from an index. A generation is built whole and never changes.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Protocol

from qa.errors import IndexMismatch
from qa.protocols import VectorIndex, Vectors


class _Kind(Protocol):
    """What a kind's class offers to make one."""

    def build(self, vectors: Vectors, kind: str) -> VectorIndex: ...

    def open(self, path: Path, kind: str, dim: int, n: int) -> VectorIndex: ...


def choose(n: int) -> str:
    """The kind of index that serves n rows well.

    Exact search answers in milliseconds up to 100,000 rows. Above, inverted lists over one byte a
    number do; above a million, where the lists grow long, a graph does. The number of lists is the
    power of two nearest to 4 * sqrt(n), as FAISS's guidelines have it.
    """
    if n < 100_000:
        return "Flat"
    if n <= 1_000_000:
        return f"IVF{2 ** round(math.log2(4 * math.sqrt(n)))},SQ8"
    return "HNSW32_SQ8"


def build_index(vectors: Vectors, kind: str | None = None) -> VectorIndex:
    """An index over some vectors; the same vectors give the same bytes.

    Args:
        vectors: Shape (n, dim); row i of the index is `vectors[i]`.
        kind: One of the names above; None for what `choose` says.

    Raises:
        IndexMismatch: If there is no such kind.
    """
    kind = kind or choose(len(vectors))
    return _part(kind).build(vectors, kind)


def open_index(path: Path, kind: str, dim: int, n: int) -> VectorIndex:
    """The index that `save` wrote to `path`.

    The file's header must agree with `kind`, `dim` and `n`; memory is bounded by the file's size,
    whatever its header claims.

    Raises:
        IndexMismatch: If there is no such kind.
        IndexDamaged: If the file cannot be read, or holds something else.
    """
    return _part(kind).open(path, kind, dim, n)


def _part(kind: str) -> _Kind:
    """The class behind a kind's name; imported here so that only what is used is loaded."""
    if kind == "Exact":
        from qa.indexes.exact import Exact

        return Exact
    if kind == "Flat":
        from qa.indexes.flat import Flat

        return Flat
    if re.fullmatch(r"IVF[1-9]\d{0,5},SQ8", kind):
        from qa.indexes.ivf import IVF

        return IVF
    if re.fullmatch(r"HNSW[1-9]\d?_SQ8", kind):
        from qa.indexes.hnsw import HNSW

        return HNSW
    raise IndexMismatch(f"No such kind of vector index: {kind!r}. Rebuild: qa index FOLDER --full")
