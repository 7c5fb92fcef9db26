"""Opening the generation in use, and reading from it.

Opening checks the manifest, the size of every file, the sha256 of files below a megabyte, and that
SQLite finds its tables; what lies deeper is for `verify`.

Not handled: a file that changes while it is open. Nothing in qa changes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qa.chunk import encoder_text
from qa.errors import IndexDamaged, IndexMissing
from qa.indexes import open_index
from qa.lexical.index import LexicalIndex
from qa.protocols import Encoder, Rows, VectorIndex
from qa.settings import Filters
from qa.store.database import Database
from qa.store.files import CURRENT, InUse, current, file_sum, has_index
from qa.store.making import check_making
from qa.store.manifest import (
    ARTICLES,
    LEXICAL,
    MANIFEST,
    VECTORS,
    Manifest,
    is_plain,
    read_manifest,
)
from qa.types import Article, Passage, Skipped

_HASHED_AT_OPEN = 1 << 20
_TRIES = 5

_NEAR = 0.3
"""How far a vector of unit length may be from itself after it was kept in one byte a number."""


def open_generation(index: Path) -> Generation:
    """The generation in use.

    A build may put another one into use at any moment; then that one is opened.

    Raises:
        IndexMissing: If nothing was built there.
        IndexDamaged: If a file is absent, or not what the manifest says.
        IndexMismatch: If it was written in another format, or by another way of making words and
            passages.
    """
    for _ in range(_TRIES):
        wanted = in_use(index)
        try:
            return Generation(index, wanted)
        except IndexDamaged:
            if wanted == current(index):
                raise
    raise IndexDamaged(f"{index}/ changes faster than it can be opened. Wait for the builds there.")


def in_use(index: Path) -> InUse:
    """The generation in use; an error where there is none."""
    if not has_index(index):
        raise IndexMissing(f"No index in {index}/. Build one: qa index FOLDER --index {index}")
    found = current(index)
    if found is None:
        raise IndexDamaged(_damaged(index / CURRENT, "it names no generation"))
    return found


def file_problem(folder: Path, name: str, manifest: Manifest, *, hashed: bool) -> str | None:
    """What is wrong with one file of a generation, or None."""
    expected = manifest.files[name]
    path = folder / name
    try:
        if not is_plain(path) or path.parent.is_symlink():
            return "it is not a plain file"
        if path.stat().st_size != expected.bytes:
            return f"it has {path.stat().st_size} bytes instead of {expected.bytes}"
        if hashed and file_sum(path) != expected:
            return "its sha256 differs"
    except OSError as error:
        return error.strerror or str(error)
    return None


def differing(folder: Path, manifest: Manifest) -> dict[str, str]:
    """The files of a generation that are not what its manifest says, and how; reads every byte."""
    return {
        name: problem
        for name in manifest.files
        if (problem := file_problem(folder, name, manifest, hashed=True))
    }


class Generation:
    """One generation of an index, open for reading from any thread.

    A rebuild does not disturb it. Close it, or use it as a context.
    """

    def __init__(self, index: Path, wanted: InUse) -> None:
        self.path = folder = index / wanted.generation
        self.manifest = read_manifest(folder / MANIFEST, wanted.sha256)
        if self.manifest.generation != folder.name:
            raise IndexDamaged(_damaged(folder / MANIFEST, "it is of another generation"))
        check_making(self.manifest)
        for name, expected in self.manifest.files.items():
            hashed = expected.bytes < _HASHED_AT_OPEN
            if problem := file_problem(folder, name, self.manifest, hashed=hashed):
                raise IndexDamaged(_damaged(folder / name, problem))
        self._database = Database.open(folder / ARTICLES)
        held = (self._database.articles_held, self._database.passages_held)
        if held != (self.manifest.articles, self.manifest.passages):
            self.close()
            raise IndexDamaged(_damaged(folder / ARTICLES, "rows are missing"))

    def vectors(self) -> VectorIndex:
        """The vector index, opened now."""
        manifest = self.manifest
        return open_index(self.path / VECTORS, manifest.vectors, manifest.dim, manifest.passages)

    def lexical(self) -> LexicalIndex:
        """The lexical index, opened now."""
        return LexicalIndex.open(
            self.path / LEXICAL, self.manifest.passages, self.manifest.stemmers
        )

    def passages(self, rows: Sequence[int] | Rows) -> list[Passage]:
        """The passages of some rows, in the order asked for."""
        return self._database.passages(rows)

    def passages_of(self, id: str) -> list[Passage]:  # noqa: A002 - the field's own name
        """The passages of an article, in order; KeyError if there is none of this id."""
        return self.passages(self._database.rows_of(id))

    def article(self, id: str) -> Article:  # noqa: A002 - the field's own name
        """The article of an id; KeyError if there is none."""
        return self._database.article(id)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order in which the corpus gave them."""
        return self._database.articles()

    def allowed(self, filters: Filters) -> Rows | None:
        """The rows of passages that may answer, ascending; None for all."""
        return self._database.allowed(filters) if filters else None

    def sources(self) -> list[str]:
        """The sources that articles name, in alphabetical order."""
        return self._database.sources()

    def undated(self, filters: Filters) -> int:
        """How many articles of the source that the filters ask for have no date."""
        return self._database.undated(filters)

    def places(self) -> dict[str, str]:
        """Every place of every article (`path` or `path#record`), and the article's id."""
        return self._database.places()

    def skipped(self) -> list[Skipped]:
        """What could not be loaded when this was built, and why."""
        return self._database.skipped()

    def rows_by_digest(self) -> RowsByDigest:
        """Finds the row of a passage by what was encoded for it."""
        return RowsByDigest(self._database.digests())

    def is_by(self, encoder: Encoder, vectors: VectorIndex) -> bool:
        """Whether an encoder gives the vectors that are stored, as far as the first and last show.

        Its id alone does not say so: a static model's is what its folder records.
        """
        n = len(vectors)
        if encoder.dim != self.manifest.dim or not n:
            return encoder.dim == self.manifest.dim
        # Every kind of index is trained on these two, so that it keeps them well.
        rows = np.array([0, n - 1], dtype=np.int64)
        made = encoder.encode_passages([encoder_text(one) for one in self.passages(rows)])
        apart = np.linalg.norm(made - vectors.vectors(rows), axis=1)
        return bool((apart <= _NEAR).all())

    def is_whole(self) -> bool:
        """Whether every file is to the last byte what the manifest says; reads them all."""
        return not differing(self.path, self.manifest)

    def problems(self) -> Iterator[str]:
        """What a look at all articles and passages finds wrong."""
        return self._database.problems()

    def close(self) -> None:
        """Let go of the files."""
        self._database.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RowsByDigest:
    """Finds rows by digest, in 24 bytes a passage."""

    def __init__(self, digests: NDArray[np.bytes_]) -> None:
        self._rows = np.argsort(digests, kind="stable")
        self._digests = digests[self._rows]

    def find(self, digests: Sequence[bytes]) -> Rows:
        """The first row of each digest, -1 where there is none."""
        wanted = np.array(digests, dtype=self._digests.dtype)
        found = np.full(len(wanted), -1, dtype=np.int64)
        if len(self._digests):
            at = np.minimum(np.searchsorted(self._digests, wanted), len(self._digests) - 1)
            same = self._digests[at] == wanted
            found[same] = self._rows[at[same]]
        return found


def _damaged(path: Path, problem: str) -> str:
    return f"{path} is damaged: {problem}. Rebuild the index: qa index FOLDER --full"
