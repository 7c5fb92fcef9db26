"""What a shard answers of its own passages, by the words of the whole corpus.

Rows are those of the whole corpus wherever they go in or out.

Not handled: rows that no shard holds; asked for, they are not given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self

import numpy as np

from qa.cluster.layout import ClusterGeneration
from qa.encoders import open_encoder
from qa.lexical.index import LexicalIndex, Statistics
from qa.protocols import Fusing, Rows, Vectors
from qa.question.query import Query
from qa.quote import Quoted
from qa.quote.check import Quotations
from qa.retrieve import Candidates, Dense, Fused, Lexical, fuse, require_same_encoder
from qa.search import Searched, Searcher, Sort
from qa.settings import Filters
from qa.store import Generation
from qa.types import Article, Headline, Overview, Passage, SourceSize


@dataclass(frozen=True, slots=True)
class Found:
    """What a shard has for a query.

    Attributes:
        candidates: What may be among the best.
        passages: The best of these by what the shard knows, so that few are asked for later.
    """

    candidates: Candidates
    passages: list[Passage]


class Shard:
    """One shard, open for reading; use it from one thread at a time."""

    def __init__(
        self,
        generation: Generation,
        rows: Rows,
        fused: Fused,
        fusing: Fusing,
        words: LexicalIndex,
    ) -> None:
        self._generation = generation
        self._rows = rows
        self._fused = fused
        self._fusing = fusing
        self._words = words
        self._searcher = Searcher(generation, words)
        self._quotations = Quotations(generation, words)

    @classmethod
    def open(cls, whole: ClusterGeneration, number: int, statistics: Statistics) -> Self:
        """A shard of a cluster's index.

        Raises:
            IndexDamaged: If a file is absent, or not what the manifest says.
            IndexMismatch: If this qa's encoder is not the index's.
        """
        generation = whole.shard(number)
        try:
            words = generation.lexical(statistics)
            # Files first: once they are open, no rebuild can take them away.
            vectors = generation.vectors()
            encoder = require_same_encoder(
                open_encoder(generation.manifest.settings.encoder), generation
            )
            fused = Fused(Dense(encoder, vectors), Lexical(words), generation.languages_of)
            return cls(generation, whole.rows(number), fused, encoder.fusing, words)
        except BaseException:
            generation.close()
            raise

    def candidates(
        self,
        queries: Sequence[Query],
        vectors: Vectors,
        pool: int,
        filters: Sequence[Filters],
        most: int,
    ) -> list[Found]:
        """As `Fused.candidates`, among the articles that filters let through.

        The vector index may look only where it expects the best: whether that is enough shows in
        what all shards find there. At most so many passages come with the candidates of a query.
        """
        allowed = [self._generation.allowed(each) for each in filters]
        found = self._fused.candidates(queries, vectors, pool, allowed, part=True)
        told = []
        for each, by in zip(found, filters, strict=True):
            best = [hit.row for hit in fuse(each, most, pool, self._fusing)]
            passages = self._renamed(self._generation.passages(best, by))
            told.append(Found(replace(each, rows=self._rows[each.rows]), passages))
        return told

    def candidates_anywhere(
        self, queries: Sequence[Query], vectors: Vectors, pool: int
    ) -> list[Candidates]:
        """Those of `candidates` without filters, but by meaning the best of all vectors."""
        every = np.arange(len(self._rows))
        found = self._fused.candidates(queries, vectors, pool, [every] * len(queries))
        return [replace(each, rows=self._rows[each.rows]) for each in found]

    def passages(self, rows: Sequence[int], filters: Filters = Filters()) -> list[Passage]:
        """Those of the passages of some rows that are here, in the order asked for."""
        wanted = np.asarray(rows, np.int64)
        at = np.minimum(np.searchsorted(self._rows, wanted), len(self._rows) - 1)
        here = np.flatnonzero(self._rows[at] == wanted) if len(self._rows) else at[:0]
        return self._renamed(self._generation.passages(at[here].tolist(), filters))

    def allowed(self, filters: Filters) -> int:
        """How many passages may answer."""
        rows = self._generation.allowed(filters)
        return len(self._rows) if rows is None else len(rows)

    def undated(self, filters: Filters) -> int:
        """As `Generation.undated`."""
        return self._generation.undated(filters)

    def together(self, word: str, other: str) -> bool:
        """As `LexicalIndex.together`."""
        return self._words.together(word, other)

    def search(self, typed: str, filters: Filters, limit: int, sort: Sort) -> Searched:
        """As `Searcher.search`."""
        found = self._searcher.search(typed, filters, limit=limit, sort=sort)
        passages = self._renamed([hit.passage for hit in found.hits])
        return replace(
            found,
            hits=tuple(
                replace(hit, passage=passage)
                for hit, passage in zip(found.hits, passages, strict=True)
            ),
        )

    def check(self, quotation: str, filters: Filters, limit: int) -> Quoted:
        """As `Quotations.check`; its citations do not tell rows."""
        return self._quotations.check(quotation, filters, limit=limit)

    def articles(self, first: int, most: int) -> list[Article]:
        """Some of its articles, from one of them on, in the order in which they came."""
        return list(islice(self._generation.articles(first), most))

    def article(self, id: str) -> Article | None:  # noqa: A002 - the field's own name
        """The article of an id, if it is here."""
        try:
            return self._generation.article(id)
        except KeyError:
            return None

    def passages_of(self, id: str) -> list[Passage]:  # noqa: A002 - the field's own name
        """The passages of an article, in order; none if it is not here."""
        try:
            return self._renamed(self._generation.passages_of(id))
        except KeyError:
            return []

    def sizes(self, filters: Filters) -> list[SourceSize]:
        """As `Generation.sizes`."""
        return self._generation.sizes(filters)

    def headlines(self) -> list[Headline]:
        """As `Generation.headlines`."""
        return self._generation.headlines()

    def overview(self) -> Overview:
        """As `Generation.overview`."""
        return self._generation.overview()

    def close(self) -> None:
        """Let go of the files."""
        self._generation.close()

    def _renamed(self, passages: Sequence[Passage]) -> list[Passage]:
        return [replace(each, row=int(self._rows[each.row])) for each in passages]
