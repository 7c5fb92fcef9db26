"""The core under every front end: an index opened, asked, closed.

Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Self

from qa.answer.timeline import Timeline, timeline
from qa.errors import UsageError
from qa.i18n import _
from qa.lexical.index import LexicalIndex, Vocabulary
from qa.pipeline import Pipeline
from qa.protocols import Archive, Reader
from qa.question.followup import Exchange
from qa.question.query import Query
from qa.question.understand import understand
from qa.quote import Quoted
from qa.quote.check import Checks, Quotations
from qa.readers import open_reader
from qa.retrieve import FUSED, Retriever, open_retriever
from qa.search import (
    Searched,
    Searcher,
    Searches,
    SearchHit,
    Sort,
    marks,
    sorting,
    wanted,
)
from qa.settings import BUNDLED, AskSettings, Filters
from qa.store import Generation, open_generation
from qa.types import Answer, Article, Hit, IndexInfo, Overview, Read

_LOOKED_AT = 200
"""Passages among whose sentences a timeline looks."""

_NEAREST = 3
"""Passages near in meaning where no passage holds the words of a search."""


class Engine:
    """Answers questions from one generation of an index.

    It holds the generation open: a rebuild does not disturb it, and it does not see one. Use it
    from one thread at a time.
    """

    def __init__(
        self,
        generation: Archive,
        retriever: Retriever,
        reader: Reader | None,
        words: Vocabulary,
        *,
        searcher: Searches,
        quotations: Checks,
    ) -> None:
        self.generation = generation
        self.retriever = retriever
        self._reader = reader
        self._words = words
        self._searcher = searcher
        self._quotations = quotations

    @classmethod
    def over(
        cls,
        generation: Generation,
        reader: Reader | None,
        retrieving: Callable[[Generation, LexicalIndex], Retriever] = open_retriever,
    ) -> Self:
        """An engine over a generation that is open.

        Args:
            generation: It is closed with the engine.
            reader: What reads; None to only retrieve.
            retrieving: Opens what retrieves from it by its words.
        """
        words = generation.lexical()
        return cls(
            generation,
            retrieving(generation, words),
            reader,
            words,
            searcher=Searcher(generation, words),
            quotations=Quotations(generation, words),
        )

    @classmethod
    def open(
        cls,
        index: str | Path,
        *,
        reader: str | Reader | None = BUNDLED,
        encoder: str | None = None,
        retriever: str = FUSED,
    ) -> Self:
        """As `qa.open`; the reader may be one that is open already.

        `retriever` is what `qa.retrieve.open_retriever` takes as its kind.
        """
        generation = open_generation(Path(index))
        try:
            opened = open_reader(reader) if isinstance(reader, str) else reader
            retrieving = partial(open_retriever, kind=retriever, encoder=encoder)
            return cls.over(generation, opened, retrieving)
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
            raise UsageError(_("This engine only retrieves: open it with a reader to ask it."))
        return self._reader

    @property
    def info(self) -> IndexInfo:
        """What answers are drawn from; the reader is empty where there is none."""
        return self.generation.info(self._reader.id if self._reader else "")

    def about(self) -> Overview:
        """What is in the index, at a glance, with some questions that it answers."""
        return self.generation.overview()

    def close(self) -> None:
        """Let go of the index."""
        self.generation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def require_source(self, source: str | None) -> None:
        """An error where no article is of a source, so that a slip is not taken for "not found".

        Raises:
            UsageError: If there is none; the message names some that there are.
        """
        if source is None:
            return
        known = self.generation.sources()
        if source.casefold() not in {each.casefold() for each in known}:
            listed = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
            raise UsageError(
                _("No article is of the source {source!r}. There are: {known}.").format(
                    source=source, known=listed or _("none")
                )
            )

    def articles(self) -> Iterator[Article]:
        """Every article, one at a time in memory."""
        return self.generation.articles()

    def article(self, id: str) -> Article | None:  # noqa: A002 - the field's own name
        """The article of an id, None if there is none; from any thread."""
        try:
            return self.generation.article(id)
        except KeyError:
            return None

    def search(
        self,
        words: str,
        filters: Filters = Filters(),
        *,
        limit: int = 20,
        sort: Sort | str = Sort.BEST,
    ) -> Searched:
        """The passages that hold some words, which are marked; nothing is read.

        Every word must stand in a passage, in any of its forms. `"ranjau darat"` are words in a
        row, and `-kapal` leaves out the articles that say so. Where no passage holds them all, and
        nothing is left out, `Searched.nearest` are those nearest in meaning.

        Args:
            words: As they are typed.
            filters: Which articles to look at.
            limit: Most passages to give.
            sort: `best`, `oldest` or `newest` first.

        Raises:
            UsageError: If there is no word to look for, or no such order.
        """
        found = self._searcher.search(words, filters, limit=limit, sort=sorting(sort))
        if found.hits or found.unread or found.without:
            return found
        asked = wanted(words)
        near = self._near(self.understand(asked.text), filters, min(limit, _NEAREST))
        hits = [
            SearchHit(one.passage, one.hit.score, marks(one.passage, asked, self._words))
            for one in near
        ]
        return replace(found, nearest=tuple(hits))

    def quote(self, quotation: str, filters: Filters = Filters(), *, limit: int = 20) -> Quoted:
        """Whether the articles have a quotation: word for word, altered, or not at all.

        Spacing, case, hyphens, line ends and kinds of quotation marks make no difference. A
        quotation of fewer than four words, or of more than 1,000, is found word for word or not
        at all.

        Args:
            quotation: As somebody gives it, with quotation marks around it or without.
            filters: Which articles to look at.
            limit: Most places to give, copies under the oldest of them not counted.

        Raises:
            UsageError: If there is no word in it.
        """
        return self._quotations.check(quotation, filters, limit=limit)

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
        found = self._near(query, Filters(source=source), _LOOKED_AT)
        passages = [one.passage for one in found]
        return timeline(query, passages, since=days.since, until=days.until, limit=limit)

    def _near(self, query: Query, filters: Filters, limit: int) -> list[Read]:
        """The passages nearest to a query, best first."""
        allowed = [self.generation.allowed(filters)]
        (hits,) = self.retriever.retrieve([query], limit, allowed=allowed)
        return self.generation.found(hits, filters)

    def understand(
        self,
        question: str,
        settings: AskSettings = AskSettings(),
        *,
        after: Sequence[Answer | Exchange] = (),
    ) -> Query:
        """A typed question as a `Query`; the arguments mean what they mean to `ask`."""
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

        Args:
            question: As it was typed.
            settings: How to answer it.
            after: The conversation before it, newest last. Where the question leans on that, what
                it may mean is asked too, and the surer answer given; `Answer.understood` says so.

        Raises:
            UsageError: If the engine was opened without a reader.
        """
        started = perf_counter()
        query = self.understand(question, settings, after=after)
        pipeline = Pipeline(self.generation, self.retriever, self.reader, settings)
        return pipeline.answer(query, question, started)
