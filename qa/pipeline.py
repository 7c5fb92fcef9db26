"""One question on its way through an index: retrieve, read, decide.

What is retrieved at once are all forms of the question: as typed and as what it may mean after the
conversation, with and without the days that it names. Twice `settings.read` pairs of a form and a
passage are read at most: where days filter, half of them are kept for the question without its
days, and the forms share the other half. To these come the sentences of further sources of an
answer, read again by themselves: 8 at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from time import perf_counter

from qa.answer import choose, decide, weigh
from qa.answer.names import with_names
from qa.answer.support import ReadAgain
from qa.copies import repeats_last
from qa.protocols import Archive, Reader
from qa.question.forms import Form, forms
from qa.question.query import Query
from qa.readers.once import ReadOnce
from qa.retrieve import Retriever
from qa.settings import AskSettings
from qa.types import Answer, Read, Result

_OF_A_MEANING = 0.7
"""Share of `settings.read` that is read for a follow-up without its days: what the talk adds makes
pairs longer, and with all of them it took 2.3 times as long as a plain question (2026-11)."""


class _Retrieved:
    """The passages that were retrieved for a form of a question, best first."""

    def __init__(self, form: Form, reads: list[Read]) -> None:
        self.form = form
        self.reads = reads

    @cached_property
    def query(self) -> Query:
        """What the form asks, with the names that the passages tell."""
        return with_names(self.form.query, [read.passage for read in self.reads])


class Pipeline:
    """Answers one question.

    Create one for each question: `settings.read_ms` runs from then, so retrieval uses part of it.
    """

    def __init__(
        self, archive: Archive, retriever: Retriever, reader: Reader, settings: AskSettings
    ) -> None:
        self._archive = archive
        self._retriever = retriever
        self._calibration = reader.calibration
        self._settings = settings
        self._reader = ReadOnce(reader, most=2 * settings.read, limit_ms=settings.read_ms)

    def answer(self, query: Query, question: str, started: float) -> Answer:
        """The answer to a query.

        Args:
            query: The question as understood.
            question: As it was typed.
            started: When its understanding began, by `perf_counter`.
        """
        settings, filters = self._settings, self._settings.filters
        asked = forms(query, settings, self._archive)
        retrieved = self._retrieve(asked)
        retrieve_ms = (perf_counter() - started) * 1000
        is_dated = any(form.wider for form in asked)
        most = max(1, settings.read // len(asked)) if is_dated else settings.read
        results = [self._decide(retrieved[form], most) for form in asked]
        at = choose(query, results, as_typed=asked[0].query.understood is None)
        form, result = asked[at], results[at]
        dated = form.dated
        if dated and form.wider and result.best is None:
            wider = form.wider
            share = _OF_A_MEANING if wider.query.understood else 1
            most = max(1, int(share * settings.read))
            found = self._decide(retrieved[wider], most)
            if _tells_of_its_days(form.query, found):
                form, result = wider, found
                dated = replace(dated, ignored=True, told=True)
            else:
                without = self._supported(retrieved[wider], found)
                dated = replace(dated, without=without if without.best else None)
        result = self._supported(retrieved[form], result)
        total_ms = (perf_counter() - started) * 1000
        return Answer.of(
            result,
            question=question,
            language=query.language,
            corrected=query.corrected,
            understood=form.query.understood,
            filters=filters,
            undated=self._archive.undated(filters) if filters.since or filters.until else 0,
            dated=dated,
            timings_ms={
                "retrieve": retrieve_ms,
                "read": self._reader.spent_ms,
                "decide": total_ms - retrieve_ms - self._reader.spent_ms,
                "total": total_ms,
            },
        )

    def _retrieve(self, asked: Sequence[Form]) -> dict[Form, _Retrieved]:
        """The passages of each form, and of each without its days; those that repeat one last."""
        every = [*asked, *(form.wider for form in asked if form.wider)]
        found = self._retriever.retrieve(
            [form.query for form in every],
            self._settings.retrieved,
            allowed=[form.allowed for form in every],
        )
        return {
            form: _Retrieved(form, repeats_last(self._archive.found(hits, form.filters)))
            for form, hits in zip(every, found, strict=True)
        }

    def _decide(self, retrieved: _Retrieved, most: int) -> Result:
        """Read the `most` best passages of a form, and decide what they say."""
        query = retrieved.form.query
        read = self._reader.read(query.words, [] if query.yes_or_no else retrieved.reads[:most])
        return self._decided(retrieved, weigh(read, self._calibration, query.language))

    def _supported(self, retrieved: _Retrieved, result: Result) -> Result:
        """Decide again, counting only sources whose own sentence, read alone, gives the answer."""
        if result.best is None or result.sides is not None:
            return result
        again = partial(self._reader.alone, retrieved.form.query.words)
        return self._decided(retrieved, result.trace, again)

    def _decided(
        self, retrieved: _Retrieved, read: Sequence[Read], again: ReadAgain | None = None
    ) -> Result:
        return decide(
            retrieved.query,
            read,
            unread=retrieved.reads[len(read) :],
            calibration=self._calibration,
            settings=self._settings,
            filtered_out=retrieved.form.is_filtered_out,
            again=again,
        )


def _tells_of_its_days(query: Query, found: Result) -> bool:
    """Whether the sentence of an answer, published on other days, names those of the question."""
    if found.best is None or query.days is None:
        return False
    place = found.best.citation
    return query.days.named_in(place.sentence_text, place.article.published or date.today())
