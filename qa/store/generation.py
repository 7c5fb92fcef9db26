"""Opening the generation in use, and reading from it.

Opening checks the manifest, the size of every file, the sha256 of files below a megabyte, and that
SQLite finds its tables; what lies deeper is for `verify`.

Not handled: a file that changes while it is open. Nothing in qa changes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged, IndexMissing, StoreError
from qa.i18n import _
from qa.lexical.index import LexicalIndex, Statistics
from qa.protocols import Rows, VectorIndex
from qa.settings import Filters
from qa.store.current import CURRENT, InUse, current, file_sum, has_index
from qa.store.filter_index import FilterIndex
from qa.store.making import check_making
from qa.store.manifest import (
    ARTICLES,
    LEXICAL,
    MANIFEST,
    VECTORS,
    FileSum,
    Manifest,
    Origin,
    is_plain,
    read_manifest,
    read_origin,
)
from qa.store.reader import ArticleReader
from qa.types import Article, Headline, Hit, IndexInfo, Overview, Passage, Read, Skipped, SourceSize

_HASHED_AT_OPEN = 1 << 20
_TRIES = 5

_Opened = TypeVar("_Opened")


def open_generation(index: Path) -> Generation:
    """The generation in use.

    A build may put another one into use at any moment; then that one is opened.

    Raises:
        IndexMissing: If nothing was built there.
        IndexDamaged: If a file is absent, or not what the manifest says.
        IndexMismatch: If it was written in another format, or by another way of making words and
            passages.
    """
    return _opened(index, lambda wanted: Generation.open(index, wanted))


def origin_of(index: Path) -> Origin | None:
    """What an index of any format was made from and how, though other files of it be damaged.

    None where there is no index, or its manifest cannot be read.
    """
    try:
        return _opened(
            index, lambda wanted: read_origin(index / wanted.generation / MANIFEST, wanted.sha256)
        )
    except StoreError:
        return None


def _opened(index: Path, opener: Callable[[InUse], _Opened]) -> _Opened:
    """What an opener makes of the generation in use, even if builds replace it meanwhile."""
    for _again in range(_TRIES):
        wanted = in_use(index)
        try:
            return opener(wanted)
        except IndexDamaged:
            if wanted == current(index):
                raise
    raise IndexDamaged(
        _("{index}/ changes faster than it can be opened. Wait for the builds there.").format(
            index=index
        )
    )


def in_use(index: Path) -> InUse:
    """The generation in use; an error where there is none."""
    if not has_index(index):
        raise IndexMissing(
            _("No index in {index}/. Build one: qa index FOLDER --index {index}").format(
                index=index
            )
        )
    found = current(index)
    if found is None:
        raise IndexDamaged(_damaged(index / CURRENT, _("it names no generation")))
    return found


def file_problem(path: Path, expected: FileSum, *, opening: bool = False) -> str | None:
    """What is wrong with one file of a generation, or None; `opening` hashes small files alone."""
    try:
        if not is_plain(path) or path.parent.is_symlink():
            return _("it is not a plain file")
        if path.stat().st_size != expected.bytes:
            return _("it has {held} bytes instead of {expected}").format(
                held=path.stat().st_size, expected=expected.bytes
            )
        hashed = not opening or expected.bytes < _HASHED_AT_OPEN
        if hashed and file_sum(path) != expected:
            return _("its sha256 differs")
    except OSError as error:
        return error.strerror or str(error)
    return None


def differing(folder: Path, files: Mapping[str, FileSum]) -> dict[str, str]:
    """The files of a folder that are not what they must be, and how; reads every byte."""
    return {
        name: problem
        for name, expected in files.items()
        if (problem := file_problem(folder / name, expected))
    }


class Generation:
    """One generation of an index, open for reading from any thread.

    A rebuild does not disturb it. Close it, or use it as a context.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.path = folder
        self.manifest = manifest
        self._articles = ArticleReader.open(folder / ARTICLES)

    @classmethod
    def open(cls, index: Path, wanted: InUse) -> Self:
        """A generation that was published, once its files are validated against its manifest.

        Raises:
            IndexDamaged: As `open_generation` does.
            IndexMismatch: As `open_generation` does.
        """
        folder = index / wanted.generation
        manifest = read_manifest(folder / MANIFEST, wanted.sha256)
        if manifest.generation != folder.name:
            raise IndexDamaged(_damaged(folder / MANIFEST, _("it is of another generation")))
        check_making(manifest, index)
        for name, expected in manifest.files.items():
            if problem := file_problem(folder / name, expected, opening=True):
                raise IndexDamaged(_damaged(folder / name, problem))
        return cls(folder, manifest)

    def vectors(self) -> VectorIndex:
        """The vector index, opened now."""
        # faiss takes a tenth of a second to import, which reading articles need not wait for.
        from qa.indexes import open_index

        # Opening the generation has compared its size.
        return open_index(self.path / VECTORS, self.manifest.vectors, on_disk=True)

    def lexical(self, whole: Statistics | None = None) -> LexicalIndex:
        """The lexical index, opened now; `whole` tells of the corpus that this is a shard of."""
        return LexicalIndex.open(self.path / LEXICAL, self.manifest.stemmers, whole)

    def passages(self, rows: Sequence[int] | Rows, filters: Filters = Filters()) -> list[Passage]:
        """The passages of some rows, in the order asked for.

        Articles are as they stand in the first of their places that the filters let through.
        """
        return self._articles.passages(rows, filters)

    def found(self, hits: Sequence[Hit], filters: Filters = Filters()) -> list[Read]:
        """Hits with their passages, whose articles are as in `passages`."""
        passages = self.passages([hit.row for hit in hits], filters)
        return [Read(hit, passage) for hit, passage in zip(hits, passages, strict=True)]

    def passages_of(self, id: str) -> list[Passage]:  # noqa: A002 - the field's own name
        """The passages of an article, in order; KeyError if there is none of this id."""
        return self.passages(self._articles.rows_of(id))

    def article(self, id: str) -> Article:  # noqa: A002 - the field's own name
        """The article of an id; KeyError if there is none."""
        return self._articles.article(id)

    def articles(self, first: int = 0) -> Iterator[Article]:
        """The articles in the order in which the corpus gave them, but for so many first ones."""
        return self._articles.articles(first)

    def allowed(self, filters: Filters) -> Rows | None:
        """The rows of passages that may answer, ascending; None for all."""
        return self._filter_index.allowed(filters) if filters else None

    @cached_property
    def _filter_index(self) -> FilterIndex:
        """Read when a filter is first asked for."""
        return self._articles.filter_index()

    def first_rows(self) -> Rows:
        """The row of the first passage of each article that has one, ascending."""
        return self._articles.first_rows()

    def published(self) -> list[date | None]:
        """The days on which the articles of `first_rows` came out, in that order."""
        return self._articles.published()

    def languages_of(self, rows: Rows) -> list[str]:
        """The language of the article that each passage is of, in the order asked for."""
        return self._articles.languages_of(rows)

    def sources(self) -> list[str]:
        """The sources that articles name, in alphabetical order."""
        return self._articles.sources()

    def sizes(self, filters: Filters) -> list[SourceSize]:
        """How many articles of each source the filters let through, the most first."""
        return self._articles.sizes(filters)

    def undated(self, filters: Filters) -> int:
        """How many articles of the source that the filters ask for have no date."""
        return self._filter_index.undated(filters.source)

    def headlines(self) -> list[Headline]:
        """Every article as a list shows it, the newest first and those without a date last."""
        return self._articles.headlines()

    def info(self, reader: str = "") -> IndexInfo:
        """What answers are drawn from, and by which reader they are read."""
        return self.manifest.info(reader)

    def overview(self) -> Overview:
        """What there is, at a glance."""
        months = self._articles.months()
        undated, *_ = months.pop(None, (0,))
        days = [date.fromisoformat(day) for _, *ends in months.values() for day in ends]
        return Overview(
            index=self.info(),
            sources={each.source: each.articles for each in self.sizes(Filters()) if each.source},
            months={str(month): count for month, (count, *_) in months.items()},
            first=min(days, default=None),
            last=max(days, default=None),
            undated=undated,
            questions=self.manifest.questions,
        )

    def places(self) -> dict[str, str]:
        """Every place of every article (`path` or `path#record`), and the article's id."""
        return self._articles.places()

    def skipped(self) -> list[Skipped]:
        """What could not be loaded when this was built, and why."""
        return self._articles.skipped()

    def rows_by_digest(self) -> RowsByDigest:
        """Finds the row of a passage by what was encoded for it."""
        return RowsByDigest(self._articles.digests())

    def is_whole(self) -> bool:
        """Whether every file is to the last byte what the manifest says; reads them all."""
        return not differing(self.path, self.manifest.files)

    def problems(self) -> Iterator[str]:
        """What a look at all articles and passages finds wrong."""
        return self._articles.problems()

    def is_superseded(self) -> bool:
        """Whether the index has another generation in use by now; reads one small file."""
        found = current(self.path.parent)
        return found is not None and found.generation != self.path.name

    def close(self) -> None:
        """Let go of the files."""
        self._articles.close()

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
