"""Finding the passages most likely to answer: by meaning, by words, or by both.

Not handled: reordering by a model that reads question and passage together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qa.encoders import open_encoder
from qa.errors import IndexMismatch
from qa.i18n import _
from qa.indexes import inner, is_enough
from qa.language.detect import family
from qa.language.short_forms import also_called
from qa.lexical.index import LexicalIndex, stemmer_of
from qa.lexical.lexicon import TARGETS, lexicon
from qa.protocols import Encoder, Fusing, Rows, VectorIndex, Vectors
from qa.question.query import Query
from qa.store import Generation, rebuild
from qa.types import Hit

FUSED = "fused"
POOL = 100
"""Passages that are looked at by meaning, and by words."""

LanguagesOf: TypeAlias = Callable[[Rows], Sequence[str]]
"""The language of the article that each passage is of, ISO 639-1 or `und`."""


class Retriever(Protocol):
    """Finds the passages most likely to answer."""

    def retrieve(
        self, queries: Sequence[Query], k: int, *, allowed: Sequence[Any] = ()
    ) -> list[list[Hit]]:
        """For each query its k best hits, best first, ties to the lower row.

        Fewer come back where fewer passages are allowed; a lexical retriever may also leave out
        passages that share no word with the question.

        Args:
            queries: Forms of a question, or several questions.
            k: Most hits of each.
            allowed: For each query what `Archive.allowed` gave. Where it is empty, all may be found
                for every query.
        """
        ...


def open_retriever(
    generation: Generation, words: LexicalIndex, *, kind: str = FUSED, encoder: str | None = None
) -> Retriever:
    """Open what retrieves from a generation.

    Args:
        generation: Where the vectors lie.
        words: Its lexical index.
        kind: `fused`, or one of its parts alone, `dense` or `lexical`, to measure it.
        encoder: The one that the index was built with, by the name or the path of its folder; None
            for the name that the index has for it.

    Raises:
        IndexMismatch: If the index was built with another encoder.
        ModelError: If the encoder cannot be loaded.
    """
    manifest = generation.manifest
    # Files first: once they are open, no rebuild can take them away.
    vectors = generation.vectors()
    opened = require_same_encoder(open_encoder(encoder or manifest.settings.encoder), generation)
    dense, lexical = Dense(opened, vectors), Lexical(words)
    kinds: dict[str, Retriever] = {
        FUSED: Fused(dense, lexical, generation.languages_of),
        "dense": dense,
        "lexical": lexical,
    }
    return kinds[kind]


def require_same_encoder(encoder: Encoder, generation: Generation) -> Encoder:
    """An encoder, if it is the one that an index was built with.

    Raises:
        IndexMismatch: If it is not.
    """
    built = generation.manifest.encoder
    if encoder.id != built:
        raise IndexMismatch(
            _(
                "The index was built with encoder {encoder}, and this is {this}. "
                "Rebuild it: {command}"
            ).format(encoder=built, this=encoder.id, command=rebuild(generation.path.parent))
        )
    return encoder


class Dense:
    """By meaning: passages whose vectors are near to the question's.

    A question without any token that the encoder knows finds nothing.
    """

    def __init__(self, encoder: Encoder, index: VectorIndex) -> None:
        self.encoder = encoder
        self.index = index

    def retrieve(
        self, queries: Sequence[Query], k: int, *, allowed: Sequence[Rows | None] = ()
    ) -> list[list[Hit]]:
        """As `Retriever.retrieve`; a hit's score is its cosine, and `parts` holds its nearness."""
        nearness = self.encoder.fusing.nearness
        return [
            [
                Hit(row, cosine, {"dense": near}, {"dense": rank})
                for rank, (row, cosine, near) in enumerate(
                    zip(rows, cosines, nearness(np.array(cosines)).tolist(), strict=True), start=1
                )
            ]
            if vector.any()
            else []
            for vector, cosines, rows in self.nearest(queries, k, allowed)
        ]

    def nearest(
        self, queries: Sequence[Query], k: int, allowed: Sequence[Rows | None]
    ) -> Iterator[tuple[NDArray[np.float32], list[float], list[int]]]:
        """The vector of each query, and the cosines and rows of the k nearest passages."""
        vectors = self.encoder.encode_questions([query.words for query in queries])
        for vector, rows in zip(vectors, allowed or [None] * len(queries), strict=True):
            cosines, near = self.index.search(vector[None], k, allowed=rows)
            yield vector, cosines[0].tolist(), near[0].tolist()


class Lexical:
    """By words: passages that share stems with the question, the rare ones counting most.

    A question in another language than passages are is looked up in the lexicons that ship for the
    two; with `Dense`, MRR@10 of English questions on Indonesian passages is .76 with one and .56
    without (335 of translated SQuAD over 1,032 contexts; 2026-11). What newspapers shorten
    (`menteri luar negeri`) is looked for as `menlu` too.
    """

    def __init__(self, index: LexicalIndex) -> None:
        self.index = index

    def shares(self, query: Query) -> NDArray[np.float32]:
        """The score of every passage, in [0, 1], shape (n,)."""
        asked = family(query.language)
        found = [
            lexicon(asked, target)
            for target in TARGETS
            if target != asked and stemmer_of(target) in self.index.stemmers
        ]
        lexicons = [each for each in found if each is not None]
        short = also_called(query.words)

        def translate(word: str) -> dict[str, float]:
            return short.get(word, {}) | {
                translation: weight
                for each in lexicons
                for translation, weight in each.translate(word).items()
            }

        return self.index.scores(query.words, translate if lexicons or short else None)

    def retrieve(
        self, queries: Sequence[Query], k: int, *, allowed: Sequence[Rows | None] = ()
    ) -> list[list[Hit]]:
        """As `Retriever.retrieve`; a hit's score is its share of what the words could score."""
        hits = []
        for query, among in zip(queries, allowed or [None] * len(queries), strict=True):
            shares = self.shares(query)
            rows = _best(shares, k, among)
            hits.append(
                [
                    Hit(row, share, {"lexical": share}, {"lexical": rank})
                    for rank, (row, share) in enumerate(
                        zip(rows.tolist(), shares[rows].tolist(), strict=True), start=1
                    )
                ]
            )
        return hits


class Fused:
    """By meaning and by words: the best of both, each scored by both.

    score(p) = weight * share(p) + (1 - weight) * (cosine(p) - floor) / (1 - floor)

    over the 100 best passages of each retriever, with floor the lowest cosine among the 100
    nearest: encoders differ in how high unrelated text scores, so the floor is read off the
    question's own neighbours. The share has a floor of its own, zero. Weighted sums of scores on
    such scales beat rank fusion: Bruch, Gai and Ingber, TOIS 2023, doi:10.1145/3596512.

    The weight is the encoder's to say (`Fusing`), for passages in the question's language and
    for others. Both bundled encoders' were chosen on development data (2026-11) for MRR@10 and
    recall@20, in one language (TyDiQA-id, news questions, SQuAD in English and in Indonesian) and
    across two (SQuAD asked in English, Indonesian and Spanish).
    """

    def __init__(
        self, dense: Dense, lexical: Lexical, languages_of: LanguagesOf, *, pool: int = POOL
    ) -> None:
        """Fuse two retrievers over the same passages.

        Args:
            dense: By meaning.
            lexical: By words.
            languages_of: The languages of passages.
            pool: Passages taken from each retriever, or k if that is more.

        Raises:
            ValueError: If the two differ in their number of rows.
        """
        if len(dense.index) != len(lexical.index):
            raise ValueError("vectors and words differ in number")
        self._dense = dense
        self._lexical = lexical
        self._languages_of = languages_of
        self._pool = pool

    def retrieve(
        self, queries: Sequence[Query], k: int, *, allowed: Sequence[Rows | None] = ()
    ) -> list[list[Hit]]:
        """As `Retriever.retrieve`; `parts` of a hit holds its nearness and its share.

        `ranks` holds its places among the passages taken from each retriever.
        """
        encoder = self._dense.encoder
        vectors = encoder.encode_questions([query.words for query in queries])
        pool = max(k, self._pool)
        found = self.candidates(queries, vectors, pool, allowed)
        return [fuse(each, k, pool, encoder.fusing) for each in found]

    def candidates(
        self,
        queries: Sequence[Query],
        vectors: Vectors,
        pool: int,
        allowed: Sequence[Rows | None],
        *,
        part: bool = False,
    ) -> list[Candidates]:
        """For each query what may be among its best passages, and what each of them scores.

        Args:
            queries: As `retrieve` takes them.
            vectors: Of their words, shape (queries, dim).
            pool: Passages to take of each retriever.
            allowed: As `retrieve` takes them.
            part: Whether there are further shards, whose vectors decide with these whether to look
                further than first.
        """
        found = []
        for query, vector, among in zip(
            queries, vectors, allowed or [None] * len(queries), strict=True
        ):
            shares = self._lexical.shares(query)
            # Without a token that the encoder knows, nearness says nothing.
            index = self._dense.index
            first = index.first_look(vector[None], pool) if part and among is None else None
            near, rough = first or (index.search(vector[None], pool, allowed=among)[1][0], None)
            by_meaning = near if vector.any() else near[:0]
            by_words = _best(shares, pool, among)
            rows = np.union1d(by_meaning, by_words)
            found.append(
                Candidates(
                    rows,
                    inner(index.vectors(rows), vector),
                    shares[rows],
                    self._lexical_weight(query, rows),
                    np.isin(rows, by_meaning),
                    np.isin(rows, by_words),
                    _spread(rows, by_meaning, rough),
                )
            )
        return found

    def _lexical_weight(self, query: Query, rows: Rows) -> NDArray[np.float32]:
        """The weight of the share of words in the score of each row, (n,)."""
        fusing, asked = self._dense.encoder.fusing, family(query.language)
        if fusing.within == fusing.across:
            return np.full(len(rows), fusing.within, np.float32)
        alike = [family(language) in (asked, _UNKNOWN) for language in self._languages_of(rows)]
        return np.where(alike, fusing.within, fusing.across).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be among the best passages of an index, or of a shard of one, each scored by both.

    Attributes:
        rows: Of the passages, ascending, shape (n,).
        cosines: Of each with the question, shape (n,).
        shares: Of what the question's words could score, shape (n,).
        lexical_weight: Of each share in the score, in [0, 1], shape (n,); the rest is of meaning.
        by_meaning: Which are among the nearest.
        by_words: Which are among the best by words.
        rough: What the vector index itself scores those that it first looked at, where there is
            more to look at; else NaN; shape (n,).
    """

    rows: Rows
    cosines: NDArray[np.float32]
    shares: NDArray[np.float32]
    lexical_weight: NDArray[np.float32]
    by_meaning: NDArray[np.bool_]
    by_words: NDArray[np.bool_]
    rough: NDArray[np.float32]

    def is_enough(self, pool: int) -> bool:
        """Whether one index over all that these are of would look no further for the nearest."""
        looked = ~np.isnan(self.rough)
        return not looked.any() or is_enough(self.rough[looked], self.cosines[looked], pool)

    @classmethod
    def of(cls, parts: Sequence[Candidates]) -> Candidates:
        """Those of several shards as one; no row is in two."""
        order = np.argsort(np.concatenate([part.rows for part in parts]))
        return cls(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])[order]
                for field in fields(cls)
            )
        )


def fuse(found: Candidates, k: int, pool: int, fusing: Fusing) -> list[Hit]:
    """The k best of some candidates, best first, as `Fused` scores them.

    Args:
        found: The pool of one index, or those of all shards.
        k: Most hits.
        pool: How many are looked at by meaning, and by words.
        fusing: What the encoder's cosines say.
    """
    by_meaning = _top(found.cosines, found.by_meaning, pool)
    by_words = _top(found.shares, found.by_words, pool)
    taken = np.union1d(by_meaning, by_words)
    rows, cosines, shares = found.rows[taken], found.cosines[taken], found.shares[taken]
    floor = float(found.cosines[by_meaning[-1]]) if len(by_meaning) else 0.0
    meaning = (cosines - floor) / max(1 - floor, 1e-6)
    weight = found.lexical_weight[taken]
    scores = weight * shares + (1 - weight) * meaning
    best = np.argsort(-scores, kind="stable")[:k]
    ranks = {"dense": _ranks(found.rows[by_meaning]), "lexical": _ranks(found.rows[by_words])}
    return [
        Hit(
            row,
            score,
            {"dense": near, "lexical": share},
            {by: ranked[row] for by, ranked in ranks.items() if row in ranked},
        )
        for row, score, near, share in zip(
            rows[best].tolist(),
            scores[best].tolist(),
            fusing.nearness(cosines[best]).tolist(),
            shares[best].tolist(),
            strict=True,
        )
    ]


_UNKNOWN = "und"


def _ranks(best: Rows) -> dict[int, int]:
    """The rank of each row, from 1, of a retriever's best ones."""
    return {row: rank for rank, row in enumerate(best.tolist(), start=1)}


def _best(scores: NDArray[np.float32], k: int, allowed: Rows | None) -> Rows:
    """The rows of the k best scores above zero, best first, ties to the lower row."""
    rows = np.flatnonzero(scores) if allowed is None else allowed[scores[allowed] > 0]
    if len(rows) > k > 0:
        rows = rows[scores[rows] >= np.partition(scores[rows], -k)[-k]]
    best: Rows = rows[np.argsort(-scores[rows], kind="stable")[:k]]
    return best


def _spread(rows: Rows, some: Rows, rough: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """For each row the rough score that it has among some, ascending; NaN where it has none."""
    spread = np.full(len(rows), np.nan, np.float32)
    if rough is not None:
        spread[np.searchsorted(rows, some)] = rough[: len(some)]
    return spread


def _top(scores: NDArray[np.float32], among: NDArray[np.bool_], k: int) -> Rows:
    """Where the k best scores are of some, best first, ties to the lower place."""
    places = np.flatnonzero(among)
    top: Rows = places[np.argsort(-scores[places], kind="stable")[:k]]
    return top
