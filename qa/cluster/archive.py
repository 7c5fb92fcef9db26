"""The whole corpus as its shards hold it: what an engine asks, whichever shard answers.

It knows the words of all shards, so that a question is understood and scored as over one index; the
shards find, and what they find is fused here.

Not handled: a shard that is two places at once; whoever calls the shards sees to that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain
from typing import Any, Protocol, TypeVar

from qa.answer.timeline import Timeline
from qa.cluster.layout import ClusterManifest
from qa.cluster.shard import Found
from qa.engine import Engine
from qa.errors import ShardsMissing, UsageError
from qa.i18n import _
from qa.lexical.index import Statistics, Vocabulary
from qa.protocols import Encoder, Reader
from qa.question.followup import Exchange
from qa.question.query import Query
from qa.quote.result import Kind, Quoted, QuotePlace, Verdict
from qa.retrieve import POOL, Candidates, fuse
from qa.search import Searched, SearchHit, Sort
from qa.settings import AskSettings, Filters
from qa.types import (
    Answer,
    Article,
    Coverage,
    Headline,
    Hit,
    IndexInfo,
    Overview,
    Passage,
    Read,
    SourceSize,
)

_T = TypeVar("_T")

_BATCH = 256
"""Articles that are fetched at once."""

_SPARE = 2
"""A shard sends so many times its share of the passages with its candidates: they lie unevenly."""

_NEAREST = 3
"""Places near to a quotation that is not found."""


class Shards(Protocol):
    """Calls the shards of one generation."""

    def call(self, method: str, *args: object) -> list[Any]:
        """What the method of `qa.cluster.shard.Shard` gives for each shard that answers."""
        ...

    def begin(self) -> None:
        """Forget which shards have not answered."""
        ...

    @property
    def coverage(self) -> Coverage | None:
        """How many shards have answered all calls since `begin`; None where all always do."""
        ...

    def call_one(self, number: int, method: str, *args: object) -> Any:
        """The same of one shard; None where it does not answer."""
        ...

    def is_superseded(self) -> bool:
        """Whether another generation is in use by now."""
        ...

    def close(self) -> None:
        """Let go of them."""
        ...


@dataclass(frozen=True, slots=True)
class Among:
    """The passages that filters let through, of which there are so many."""

    filters: Filters
    passages: int

    def __len__(self) -> int:
        """How many there are."""
        return self.passages


class Words(Vocabulary):
    """The words of the whole corpus."""

    def __init__(self, manifest: ClusterManifest, statistics: Statistics, shards: Shards) -> None:
        super().__init__(statistics.stems, manifest.stemmers)
        self._statistics = statistics
        self._shards = shards

    def together(self, word: str, other: str) -> bool:
        """As `Vocabulary.together`."""
        return any(self._shards.call("together", word, other))

    def _first(self, number: int) -> tuple[int, int]:
        return int(self._statistics.frequencies[number]), int(self._statistics.first[number])


class ClusterArchive:
    """The articles of all shards, and what retrieves from them."""

    def __init__(self, manifest: ClusterManifest, shards: Shards, encoder: Encoder) -> None:
        self._manifest = manifest
        self._shards = shards
        self._encoder = encoder
        self._held: dict[tuple[Filters, int], Passage] = {}
        """Passages that came with the last candidates, by the filters they were met by."""

    def retrieve(
        self, queries: Sequence[Query], k: int, *, allowed: Sequence[Among | None] = ()
    ) -> list[list[Hit]]:
        """As `qa.retrieve.Fused`, over all shards."""
        pool = max(k, POOL)
        vectors = self._encoder.encode_questions([query.words for query in queries])
        filters = [
            Filters() if each is None else each.filters for each in allowed or [None] * len(queries)
        ]
        # What else a query holds no shard needs.
        plain = [replace(query, meanings=(), days=None) for query in queries]
        most = min(k, -(-_SPARE * k // len(self._manifest.shards)))
        parts: list[list[Found]] = self._shards.call(
            "candidates", plain, vectors, pool, filters, most
        )
        self._held = {
            (by, passage.row): passage
            for part in parts
            for by, each in zip(filters, part, strict=True)
            for passage in each.passages
        }
        found = _together([[each.candidates for each in part] for part in parts])
        few = [at for at, one in enumerate(found) if not one.is_enough(pool)]
        if few:
            # One index looks everywhere then.
            again = _together(
                self._shards.call(
                    "candidates_anywhere", [plain[at] for at in few], vectors[few], pool
                )
            )
            for at, one in zip(few, again, strict=False):
                found[at] = one
        hits = [fuse(one, k, pool, self._encoder.fusing) for one in found]
        return hits or [[] for _query in queries]

    def allowed(self, filters: Filters) -> Among | None:
        """What the filters let through; None for all."""
        return Among(filters, sum(self._shards.call("allowed", filters))) if filters else None

    def undated(self, filters: Filters) -> int:
        """As `Generation.undated`."""
        return sum(self._shards.call("undated", filters))

    def passages(self, rows: Sequence[int], filters: Filters = Filters()) -> list[Passage]:
        """As `Generation.passages`; those of a shard that does not answer are left out."""
        wanted = [int(row) for row in rows]
        held = {row: self._held[filters, row] for row in wanted if (filters, row) in self._held}
        if further := [row for row in wanted if row not in held]:
            held.update((each.row, each) for each in self._each("passages", further, filters))
        return [held[row] for row in wanted if row in held]

    def found(self, hits: Sequence[Hit], filters: Filters = Filters()) -> list[Read]:
        """As `Generation.found`."""
        held = {each.row: each for each in self.passages([hit.row for hit in hits], filters)}
        return [Read(hit, held[hit.row]) for hit in hits if hit.row in held]

    def passages_of(self, id: str) -> list[Passage]:  # noqa: A002 - the field's own name
        """As `Generation.passages_of`."""
        if found := list(self._each("passages_of", id)):
            return found
        raise KeyError(id)

    def article(self, id: str) -> Article:  # noqa: A002 - the field's own name
        """As `Generation.article`."""
        found: list[Article | None] = self._shards.call("article", id)
        for each in found:
            if each is not None:
                return each
        raise KeyError(id)

    def sizes(self, filters: Filters) -> list[SourceSize]:
        """As `Generation.sizes`."""
        sizes: dict[str | None, SourceSize] = {}
        for each in self._each("sizes", filters):
            one = sizes.get(each.source, SourceSize(each.source, 0, None, None))
            sizes[each.source] = SourceSize(
                each.source,
                one.articles + each.articles,
                _extreme(min, one.first, each.first),
                _extreme(max, one.last, each.last),
            )
        return sorted(
            sizes.values(),
            key=lambda one: (-one.articles, one.source is not None, one.source or ""),
        )

    def sources(self) -> list[str]:
        """As `Generation.sources`."""
        return sorted({each.source for each in self.sizes(Filters()) if each.source is not None})

    def headlines(self) -> list[Headline]:
        """As `Generation.headlines`, but that of one day those of a shard stand together."""
        return sorted(
            self._each("headlines"),
            key=lambda one: (one.published is None, -(one.published or date.min).toordinal()),
        )

    def check(self, quotation: str, filters: Filters = Filters(), *, limit: int = 20) -> Quoted:
        """As `qa.quote.check.Quotations.check`."""
        found: list[Quoted] = self._shards.call("check", quotation, filters, limit)
        if not found:
            return Quoted(quotation, Verdict.NOT_FOUND, filters=filters)
        verdict = min((each.verdict for each in found), key=list(Verdict).index)
        agreed = [each for each in found if each.verdict is verdict]
        places = list(chain.from_iterable(each.places for each in agreed))
        if verdict is Verdict.ALTERED:
            least = min(map(_changed, places))
            places = [place for place in places if _changed(place) == least]
        places.sort(key=lambda place: place.citation.article.published or date.max)
        nearest = sorted(chain.from_iterable(each.nearest for each in agreed), key=_changed)
        return replace(
            agreed[0],
            places=tuple(places[:limit]),
            nearest=tuple(nearest[:_NEAREST]),
            more=max(0, len(places) - limit) + sum(each.more for each in agreed),
            unread=sum(each.unread for each in found),
            took_ms=max(each.took_ms for each in found),
        )

    def search(
        self, typed: str, filters: Filters = Filters(), *, limit: int, sort: Sort
    ) -> Searched:
        """As `qa.search.Searcher.search`.

        Of passages beyond the limit that only repeat others, each shard counts its own.
        """
        found: list[Searched] = self._shards.call("search", typed, filters, limit, sort)
        hits = sorted(chain.from_iterable(each.hits for each in found), key=partial(_order, sort))
        first = found[0] if found else Searched(typed, (), 0, 0, filters=filters, sort=sort)
        return replace(
            first,
            hits=tuple(hits[:limit]),
            passages=sum(each.passages for each in found),
            articles=sum(each.articles for each in found),
            unread=sum(each.unread for each in found),
        )

    def articles(self) -> Iterator[Article]:
        """Every article, shard by shard; several hundred at a time are in memory."""
        for number in range(len(self._manifest.shards)):
            first = 0
            while batch := self._shards.call_one(number, "articles", first, _BATCH):
                yield from batch
                first += len(batch)

    def overview(self) -> Overview:
        """As `Generation.overview`, without questions."""
        found: list[Overview] = self._shards.call("overview")
        months: Counter[str] = Counter()
        for each in found:
            months.update(each.months)
        return Overview(
            index=self.info(),
            sources={each.source: each.articles for each in self.sizes(Filters()) if each.source},
            months=dict(sorted(months.items())),
            first=min((each.first for each in found if each.first), default=None),
            last=max((each.last for each in found if each.last), default=None),
            undated=sum(each.undated for each in found),
            questions=(),
        )

    def info(self, reader: str = "") -> IndexInfo:
        """As `Generation.info`."""
        return self._manifest.info(reader)

    def _each(self, method: str, *args: object) -> Iterator[Any]:
        """What the shards give, one after the other."""
        return chain.from_iterable(self._shards.call(method, *args))

    def is_superseded(self) -> bool:
        """Whether another generation is in use by now."""
        return self._shards.is_superseded()

    def close(self) -> None:
        """Let go of the shards."""
        self._shards.close()


class ClusterEngine(Engine):
    """Answers questions from the shards of one generation.

    Where a shard does not answer, the status is neither an answer nor "not found".
    """

    def __init__(
        self,
        manifest: ClusterManifest,
        statistics: Statistics,
        shards: Shards,
        encoder: Encoder,
        reader: Reader | None,
    ) -> None:
        """An engine that asks shards.

        Args:
            manifest: Of the generation that the shards are of.
            statistics: Of its words.
            shards: Calls them.
            encoder: That of the generation.
            reader: What reads; None to only retrieve.
        """
        archive = ClusterArchive(manifest, shards, encoder)
        words = Words(manifest, statistics, shards)
        super().__init__(archive, archive, reader, words, searcher=archive, quotations=archive)
        self._shards = shards

    def require_source(self, source: str | None) -> None:
        """As `Engine.require_source`; while a shard does not answer, every source may be."""
        self._shards.begin()
        try:
            super().require_source(source)
        except UsageError:
            if not self._is_partial:
                raise

    def ask(
        self,
        question: str,
        settings: AskSettings = AskSettings(),
        *,
        after: Sequence[Answer | Exchange] = (),
    ) -> Answer:
        """As `Engine.ask`; `coverage` of the answer tells which shards it is drawn from."""
        self._shards.begin()
        answer = replace(
            super().ask(question, settings, after=after), coverage=self._shards.coverage
        )
        return answer.incomplete() if self._is_partial else answer

    def search(
        self,
        words: str,
        filters: Filters = Filters(),
        *,
        limit: int = 20,
        sort: Sort | str = Sort.BEST,
    ) -> Searched:
        """As `Engine.search`.

        Raises:
            ShardsMissing: If a shard does not answer.
        """
        self._shards.begin()
        return self._whole(super().search(words, filters, limit=limit, sort=sort))

    def quote(self, quotation: str, filters: Filters = Filters(), *, limit: int = 20) -> Quoted:
        """As `Engine.quote`.

        Raises:
            ShardsMissing: If a shard does not answer.
        """
        self._shards.begin()
        return self._whole(super().quote(quotation, filters, limit=limit))

    def timeline(
        self,
        topic: str,
        *,
        since: date | None = None,
        until: date | None = None,
        source: str | None = None,
        limit: int = 20,
    ) -> Timeline:
        """As `Engine.timeline`.

        Raises:
            ShardsMissing: If a shard does not answer.
        """
        self._shards.begin()
        found = super().timeline(topic, since=since, until=until, source=source, limit=limit)
        return self._whole(found)

    def about(self) -> Overview:
        """As `Engine.about`.

        Raises:
            ShardsMissing: If a shard does not answer.
        """
        self._shards.begin()
        return self._whole(super().about())

    def article(self, id: str) -> Article | None:  # noqa: A002 - the field's own name
        """As `Engine.article`.

        Raises:
            ShardsMissing: If it is not found and a shard does not answer.
        """
        self._shards.begin()
        found = super().article(id)
        return self._whole(found) if found is None else found

    @property
    def _is_partial(self) -> bool:
        coverage = self._shards.coverage
        return coverage is not None and coverage.answered < coverage.asked

    def _whole(self, found: _T) -> _T:
        """What was found, if every shard answered."""
        if self._is_partial:
            raise ShardsMissing(
                _("A part of the archive does not answer, so this would be incomplete. Ask again.")
            )
        return found


def _together(parts: Sequence[Sequence[Candidates]]) -> list[Candidates]:
    """For each query what all shards find; nothing at all where none answers."""
    return [Candidates.of(found) for found in zip(*parts, strict=True)]


def _changed(place: QuotePlace) -> int:
    """How many changes a place has that are more than another spelling."""
    return sum(change.kind is not Kind.SPELLING for change in place.changes)


def _order(sort: Sort, hit: SearchHit) -> tuple[float, ...]:
    """Sorts hits as one index does."""
    if sort is Sort.BEST:
        return (-hit.score, hit.passage.row)
    day = hit.passage.article.published
    ordinal = day.toordinal() if day else 0
    return (day is None, ordinal if sort is Sort.OLDEST else -ordinal, hit.passage.row)


def _extreme(which: Callable[[Iterable[date]], date], *days: date | None) -> date | None:
    """The earliest or the latest of some days that are known."""
    known = [day for day in days if day is not None]
    return which(known) if known else None
