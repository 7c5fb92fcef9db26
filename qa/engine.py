"""The core under every front end: an index opened, asked, closed.

Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Self

from qa.answer import choose, decide, weigh
from qa.answer.timeline import Timeline, timeline
from qa.copies import repeats
from qa.encoders import open_encoder
from qa.errors import IndexMismatch, UsageError
from qa.lexical.index import LexicalIndex
from qa.protocols import Encoder, Reader, Rows
from qa.question.followup import Exchange
from qa.question.lean import Lean
from qa.question.query import Query
from qa.question.understand import understand
from qa.readers import open_reader
from qa.readers.once import ReadOnce
from qa.retrieve import Dense, Fused, Lexical, Retriever
from qa.settings import BUNDLED, AskSettings, Filters
from qa.store import Generation, open_generation
from qa.types import Answer, Article, DateFilter, Hit, IndexInfo, Passage, Read, Result

FUSED = "fused"

_LOOKED_AT = 200
"""Passages among whose sentences a timeline looks."""


class Engine:
    """Answers questions from one generation of an index.

    It holds the generation open: a rebuild does not disturb it, and it does not see one. Use it
    from one thread at a time.
    """

    def __init__(
        self,
        generation: Generation,
        retriever: Retriever,
        reader: Reader | None,
        words: LexicalIndex,
    ) -> None:
        self.generation = generation
        self.retriever = retriever
        self._reader = reader
        self._words = words

    @classmethod
    def open(
        cls,
        index: str | Path,
        *,
        reader: str | None = BUNDLED,
        encoder: str | None = None,
        retriever: str = FUSED,
    ) -> Engine:
        """Open the current generation of an index with its own encoder.

        Args:
            index: The folder that `build` wrote.
            reader: `bundled`, or an extractive-QA model by name or path; None to retrieve only.
            encoder: Fails unless the index was built with it; None takes whichever it was.
            retriever: `fused`, or one of its parts alone, `dense` or `lexical`, to measure it.

        Raises:
            StoreError: If there is no index, or it is damaged or built with another encoder.
            ModelError: If the encoder or the reader cannot be loaded.
        """
        generation = open_generation(Path(index))
        try:
            name = encoder or generation.manifest.settings.encoder
            # All files first: once they are open, no rebuild can take them away.
            vectors, words = generation.vectors(), generation.lexical()
            dense = Dense(_encoder_of(generation, name), vectors)
            lexical = Lexical(words)
            retrievers: dict[str, Retriever] = {
                FUSED: Fused(dense, lexical, generation.spoken),
                "dense": dense,
                "lexical": lexical,
            }
            reading = None if reader is None else open_reader(reader)
            return cls(generation, retrievers[retriever], reading, words)
        except BaseException:
            generation.close()
            raise

    @property
    def reader(self) -> Reader:
        """What reads the passages.

        Raises:
            UsageError: If the engine was opened without one.
        """
        if self._reader is None:
            raise UsageError("This engine only retrieves: open it with a reader to ask it.")
        return self._reader

    @property
    def info(self) -> IndexInfo:
        """What answers are drawn from; the reader is empty where there is none."""
        manifest = self.generation.manifest
        return IndexInfo(
            id=manifest.generation,
            built=manifest.built,
            root=manifest.root,
            articles=manifest.articles,
            passages=manifest.passages,
            encoder=manifest.encoder,
            reader=self._reader.id if self._reader else "",
        )

    def close(self) -> None:
        """Let go of the index."""
        self.generation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def articles(self) -> Iterator[Article]:
        """Every article, one at a time in memory."""
        return self.generation.articles()

    def search(
        self, words: str, filters: Filters = Filters(), *, limit: int = 20
    ) -> list[tuple[Passage, float]]:
        """The passages nearest to some words, best first, each with its score; nothing is read.

        Args:
            words: A few words, or a question.
            filters: Which articles to look at.
            limit: Most passages to give.
        """
        hits, found = self._near(self.understand(words), filters, limit)
        return [(passage, hit.score) for passage, hit in zip(found, hits, strict=True)]

    def timeline(
        self,
        topic: str,
        *,
        since: date | None = None,
        until: date | None = None,
        source: str | None = None,
        limit: int = 20,
    ) -> Timeline:
        """The dated sentences on a topic, in the order of their days.

        Args:
            topic: A few words, or a question.
            since: First day of events to give.
            until: Last day of events to give.
            source: The only source of articles to look at.
            limit: Most events to give, those nearest to the topic.

        Raises:
            UsageError: If `since` is after `until`.
        """
        days = Filters(since, until)
        query = self.understand(topic)
        _, passages = self._near(query, Filters(source=source), _LOOKED_AT)
        return timeline(query, passages, since=days.since, until=days.until, limit=limit)

    def _near(self, query: Query, filters: Filters, limit: int) -> tuple[list[Hit], list[Passage]]:
        """The hits of a query, best first, and their passages."""
        allowed = [self.generation.allowed(filters)]
        (hits,) = self.retriever.retrieve([query], limit, allowed=allowed)
        return hits, self.generation.passages([hit.row for hit in hits])

    def understand(
        self,
        question: str,
        settings: AskSettings = AskSettings(),
        *,
        after: Sequence[Answer | Exchange] = (),
    ) -> Query:
        """What a question asks, and what it may mean after a conversation; as `ask` takes them."""
        turns = [turn if isinstance(turn, Exchange) else Exchange.of(turn) for turn in after]
        now = settings.now or date.today()
        passages = self.generation.passages
        return understand(question, turns, now, index=self._words, passages=passages)

    def retrieve_many(
        self, questions: Sequence[str], settings: AskSettings = AskSettings()
    ) -> list[list[Hit]]:
        """The hits of each question, best first, at most `settings.retrieved`."""
        queries = [self.understand(question, settings) for question in questions]
        allowed = [self.generation.allowed(settings.filters)] * len(queries)
        return self.retriever.retrieve(queries, settings.retrieved, allowed=allowed)

    def ask_many(
        self, questions: Sequence[str], settings: AskSettings = AskSettings()
    ) -> list[Answer]:
        """Answer questions, in order; each is answered as it would be alone."""
        return [self.ask(question, settings) for question in questions]

    def ask(
        self,
        question: str,
        settings: AskSettings = AskSettings(),
        *,
        after: Sequence[Answer | Exchange] = (),
    ) -> Answer:
        """Answer one question: understand it, retrieve, read, decide.

        What is retrieved at once are all forms of the question: as typed and as what it may mean
        after the conversation, with and without the days that it names. Twice `settings.read` pairs
        of a form and a passage are read at most: where days filter, half of them are kept for the
        question without its days, and the forms share the other half.

        Args:
            question: As it was typed.
            settings: How to answer it.
            after: The conversation before it, newest last. Where the question leans on that, what
                it may mean is asked too, and the surer answer given; `Answer.understood` says so.

        Raises:
            UsageError: If the engine was opened without a reader.
        """
        clock = _Clock()
        reader = ReadOnce(self.reader, most=2 * settings.read, limit_ms=settings.read_ms)
        query = self.understand(question, settings, after=after)
        forms = self._forms(query, settings)
        retrieved = self._retrieve(forms, settings)
        clock.lap("retrieve")
        most = settings.read
        if any(form.wider for form in forms):
            most = max(1, most // len(forms))

        def decided(form: _Form, most: int) -> _Outcome:
            return self._decide(form, retrieved[form], reader, settings, clock, most=most)

        outcomes = [decided(form, most) for form in forms]
        meant = [each.result for each in outcomes if each.form.query.understood]
        typed = outcomes[0].result if len(meant) < len(outcomes) else None
        at = choose(query, typed, meant) if meant else None
        chosen = outcomes[0] if at is None else outcomes[at - len(meant)]
        dated, wider = chosen.form.dated, chosen.form.wider
        if dated and wider and chosen.result.best is None:
            without = decided(wider, settings.read)
            if without.result.best:
                dated = replace(
                    dated,
                    without=Answer.of(
                        without.result,
                        question=question,
                        language=query.language,
                        trace=without.trace,
                    ),
                )
        filters = settings.filters
        return Answer.of(
            chosen.result,
            question=question,
            language=query.language,
            trace=chosen.trace,
            corrected=query.corrected,
            understood=chosen.form.query.understood,
            filters=filters,
            undated=self.generation.undated(filters) if filters.since or filters.until else 0,
            dated=dated,
            timings_ms=clock.timings_ms,
        )

    def _forms(self, query: Query, settings: AskSettings) -> list[_Form]:
        """The forms of a question that are asked, as typed first.

        What has two meanings is not asked as typed, so that there is enough left to read; nor is
        what surely leans on the conversation, where days filter.
        """
        typed, *meant = [self._form(each, settings) for each in (query, *query.meanings)]
        is_dated = query.lean is Lean.SURELY and any(form.wider for form in meant)
        return meant if len(meant) > 1 or is_dated else [typed, *meant]

    def _form(self, query: Query, settings: AskSettings) -> _Form:
        """A query among the articles that its days leave; `qa/question/asked.py` has the rule."""
        given, days = settings.filters, query.days
        everywhere = _Form(query, self.generation.allowed(given))
        if days is None or not settings.date_filter or given.since or given.until:
            return everywhere
        since, until = days.published()
        words = query.text[days.span.start : days.span.end]
        allowed = self.generation.allowed(replace(given, since=since, until=until))
        is_unpublished = not days.deictic and allowed is not None and not len(allowed)
        if is_unpublished or (since is not None and since > (settings.now or date.today())):
            return replace(everywhere, dated=DateFilter(words, since, until, ignored=True))
        dated = DateFilter(words, since, until, undated=self.generation.undated(given))
        return _Form(query.without_days(), allowed, dated, everywhere)

    def _retrieve(
        self, forms: Sequence[_Form], settings: AskSettings
    ) -> dict[_Form, tuple[list[Hit], list[Passage]]]:
        """The hits of each form, and of each without its days."""
        asked = [*forms, *(form.wider for form in forms if form.wider)]
        found = self.retriever.retrieve(
            [form.query for form in asked],
            settings.retrieved,
            allowed=[form.allowed for form in asked],
        )
        return {form: self._ordered(hits) for form, hits in zip(asked, found, strict=True)}

    def _ordered(self, hits: Sequence[Hit]) -> tuple[list[Hit], list[Passage]]:
        """Hits and their passages, best first, those that repeat another one last."""
        passages = self.generation.passages([hit.row for hit in hits])
        # Ten copies of one story would else be all that is read.
        repeated = repeats(passages)
        order = sorted(range(len(passages)), key=repeated.__contains__)
        return [hits[at] for at in order], [passages[at] for at in order]

    def _decide(
        self,
        form: _Form,
        retrieved: tuple[list[Hit], list[Passage]],
        reader: ReadOnce,
        settings: AskSettings,
        clock: _Clock,
        *,
        most: int,
    ) -> _Outcome:
        """Read the `most` best of what was retrieved for a form, and decide what they say."""
        hits, passages = retrieved
        wanted = [] if form.query.yes_or_no else passages[:most]
        findings = reader.read(form.query.words, wanted)
        clock.lap("read")
        calibration = self.reader.calibration
        unread = [None] * (len(passages) - len(findings))
        pairs = zip(hits, passages, [*findings, *unread], strict=True)
        reads = weigh([Read(*each) for each in pairs], calibration)
        filtered_out = form.allowed is not None and not len(form.allowed)
        result = decide(
            form.query,
            reads,
            calibration=calibration,
            settings=settings,
            filtered_out=filtered_out,
        )
        clock.lap("decide")
        return _Outcome(form, result, tuple(reads[: len(findings)]))


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """A query among some articles, rows ascending, all if None.

    `dated` is the filter by the days that it names; `wider` is it without that filter.
    """

    query: Query
    allowed: Rows | None
    dated: DateFilter | None = None
    wider: _Form | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a form, and what was read for it."""

    form: _Form
    result: Result
    trace: tuple[Read, ...]


class _Clock:
    """Milliseconds spent in each stage; every lap is counted since the one before."""

    def __init__(self) -> None:
        self._stages = dict.fromkeys(("retrieve", "read", "decide"), 0.0)
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """End a lap that was spent in a stage."""
        now = perf_counter()
        self._stages[stage] += (now - self._last) * 1000
        self._last = now

    @property
    def timings_ms(self) -> dict[str, float]:
        """By stage, and `total`."""
        return {**self._stages, "total": sum(self._stages.values())}


def _encoder_of(generation: Generation, name: str) -> Encoder:
    """The encoder that the index was built with, by its name or the path of its folder.

    Raises:
        IndexMismatch: If it is another one.
        ModelError: If it cannot be loaded.
    """
    manifest = generation.manifest
    encoder = open_encoder(name)
    if encoder.id != manifest.encoder:
        raise IndexMismatch(
            f"The index was built with encoder {manifest.encoder}, and this is {encoder.id}. "
            f"Rebuild it: {manifest.rebuild}"
        )
    return encoder
