"""The core under every front end: an index opened, asked, closed.

Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

from qa.answer import Read, decide, decide_sides
from qa.answer.listing import asks_for_several, items
from qa.answer.sides import asks_yes_or_no
from qa.beside import beside
from qa.copies import repeats
from qa.encoders import open_encoder, verify_encoder
from qa.errors import IndexMismatch, UsageError
from qa.language.detect import detect
from qa.language.short_forms import as_printed, expand
from qa.lexical.index import LexicalIndex
from qa.lexical.lexicon import verify_lexicons
from qa.protocols import Encoder, Reader, Retriever, VectorIndex
from qa.question.analyse import analyse
from qa.question.asked import Asked, days_asked, wants_newest, without_days, without_newest
from qa.question.followup import Meaning, Turn, choose, complete
from qa.question.lean import lean
from qa.question.spelling import correct
from qa.readers import open_reader, verify_reader
from qa.retrieve import Dense, Fused, Lexical
from qa.settings import BUNDLED, AskSettings, Filters
from qa.store import Generation, open_generation
from qa.types import (
    Answer,
    Candidate,
    Correction,
    DateFilter,
    Finding,
    Hit,
    IndexInfo,
    Passage,
)

FUSED = "fused"

_LISTED = 0.38
"""With it 22 of 36 items of `tests/data/lists.jsonl` are right, with .3 22 of 42 (2026-11)."""
_BATCH = 4
"""Passages read between two looks at the clock."""


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
            # 46 MB to hash, 35 ms of a second core; a swapped model answers as if all were well.
            with beside(lambda: _verify_models(name, reader)):
                # All files first: once they are open, no rebuild can take them away.
                vectors, words = generation.vectors(), generation.lexical()
                dense = Dense(_encoder_of(generation, vectors, name), vectors)
                lexical = Lexical(words)
                retrievers: dict[str, Retriever] = {
                    FUSED: Fused(dense, lexical),
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

    def retrieve_many(
        self, questions: Sequence[str], settings: AskSettings = AskSettings()
    ) -> list[list[Hit]]:
        """The hits of each question, best first, at most `settings.retrieved`."""
        allowed = self.generation.allowed(settings.filters)
        written = [self._written(question)[0] for question in questions]
        return self.retriever.retrieve(written, settings.retrieved, allowed=allowed)

    def ask(
        self,
        question: str,
        settings: AskSettings = AskSettings(),
        *,
        after: Sequence[Answer | Turn] = (),
    ) -> Answer:
        """Answer one question.

        Args:
            question: As it was typed.
            settings: How to answer it.
            after: The conversation before it, newest last. Where the question leans on that, what
                it may mean is asked too, and the surer answer given; `Answer.understood` says so.
        """
        written, corrected = self._written(question)
        answer = replace(self._after(written, settings, after), question=question)
        return self._filtered(replace(answer, corrected=corrected), settings.filters)

    def _written(self, question: str) -> tuple[str, tuple[Correction, ...]]:
        """A question as an article would put it: no short forms, nothing misspelt."""
        return correct(expand(question), self._words, self.generation.passages)

    def _after(
        self, question: str, settings: AskSettings, after: Sequence[Answer | Turn]
    ) -> Answer:
        """The answer to a question as typed, or to what it means after some turns."""
        turns = [turn if isinstance(turn, Turn) else Turn.of(turn) for turn in after]
        turns = [replace(turn, question=self._written(turn.question)[0]) for turn in turns]
        typed = self._answer(question, settings)
        completed = [(each, self._meant(each, settings)) for each in complete(question, turns)]
        if not completed:
            return typed
        chosen = choose(typed, completed, lean(question), analyse(question))
        return replace(chosen, timings_ms=_summed([typed, *(answer for _, answer in completed)]))

    def ask_many(
        self, questions: Sequence[str], settings: AskSettings = AskSettings()
    ) -> list[Answer]:
        """Answer questions, in order; each is answered as it would be alone."""
        return [self.ask(question, settings) for question in questions]

    def _meant(self, meaning: Meaning, settings: AskSettings) -> Answer:
        """The answer to what a question may mean."""
        said = meaning.question
        asked = said if asks_yes_or_no(said) else str(meaning)
        return self._answer(asked, settings, said=said)

    def _answer(self, question: str, settings: AskSettings, *, said: str | None = None) -> Answer:
        """The answer of the articles that the question's days leave, or what all would say.

        `qa/question/asked.py` has the rule. Days count in `said`, with which the question begins;
        in all of it if None.
        """
        now = settings.now or date.today()
        asked = days_asked(question if said is None else said, now)
        if asked is None:
            return self._answer_from(question, question, settings)
        rest = without_days(question, asked)
        unfiltered = rest if asked.deictic else question
        words = question[asked.span.start : asked.span.end]
        dated = self._dated(asked, words, now, settings)
        if dated is None or dated.ignored:
            return replace(self._answer_from(question, unfiltered, settings), dated=dated)
        filters = replace(settings.filters, since=dated.since, until=dated.until)
        answer = self._answer_from(question, rest, replace(settings, filters=filters))
        if answer.best is None:
            without = self._answer_from(question, unfiltered, settings)
            answer = replace(answer, timings_ms=_summed([answer, without]))
            dated = replace(dated, without=without if without.best else None)
        return replace(answer, dated=dated)

    def _dated(
        self, asked: Asked, words: str, now: date, settings: AskSettings
    ) -> DateFilter | None:
        """What the days that a question names leave out; None where they are not to."""
        given = settings.filters
        if not settings.date_filter or given.since or given.until:
            return None
        since, until = asked.published()
        left = self.generation.allowed(replace(given, since=since, until=until))
        unpublished = not asked.deictic and left is not None and not len(left)
        if unpublished or (since is not None and since > now):
            return DateFilter(words, since, until, ignored=True)
        return DateFilter(words, since, until, undated=self.generation.undated(given))

    def _answer_from(self, question: str, words: str, settings: AskSettings) -> Answer:
        """The answer to `question`, found with `words` alone."""
        reader = self.reader
        started = perf_counter()
        words = without_newest(words)
        allowed = self.generation.allowed(settings.filters)
        hits = self.retriever.retrieve([words], settings.retrieved, allowed=allowed)[0]
        found = self.generation.passages([hit.row for hit in hits])
        # Ten copies of one story would else be all that is read.
        repeated = repeats(found)
        order = sorted(range(len(found)), key=repeated.__contains__)
        hits, passages = [hits[at] for at in order], [found[at] for at in order]
        retrieved = perf_counter()
        filtered_out = allowed is not None and not len(allowed)
        takes_sides = asks_yes_or_no(question)
        wanted = [] if takes_sides else passages[: settings.read]
        findings = self._read(words, wanted, settings.read_ms)
        read = perf_counter()
        unread = [None] * (len(passages) - len(findings))
        reads = [Read(*one) for one in zip(hits, passages, [*findings, *unread], strict=True)]
        language = detect(question)
        if takes_sides:
            answer = decide_sides(
                words, language, reads, settings=settings, filtered_out=filtered_out
            )
        else:
            answer = decide(
                words,
                language,
                reads,
                calibration=reader.calibration,
                settings=settings,
                filtered_out=filtered_out,
                newest_first=wants_newest(question),
            )
            if answer.best and asks_for_several(question):
                answer = replace(answer, items=self._items(answer))
        done = perf_counter()
        timings = {
            "retrieve": (retrieved - started) * 1000,
            "read": (read - retrieved) * 1000,
            "decide": (done - read) * 1000,
            "total": (done - started) * 1000,
        }
        traced = answer.trace[: len(findings)]
        return replace(answer, question=question, timings_ms=timings, trace=traced)

    def _filtered(self, answer: Answer, filters: Filters) -> Answer:
        """An answer that says which filters the person set, and what they leave out."""
        days = filters.since or filters.until
        undated = self.generation.undated(filters) if days else 0
        return replace(answer, filters=filters, undated=undated) if filters else answer

    def _items(self, answer: Answer) -> tuple[Candidate, ...]:
        """The things that findings name, where they name more than one.

        Of findings above the threshold, those sure enough that most of what is listed is right.
        """
        least = max(self.reader.calibration.unsure, _LISTED)
        found = [
            (one.confidence, one.finding)
            for one in answer.trace
            if one.finding and one.confidence and one.confidence >= least
        ]
        found.sort(key=lambda one: -one[0])
        listed = items(answer.question, found, known=answer.citations)
        return listed if len(listed) > 1 else ()

    def _read(
        self, question: str, passages: Sequence[Passage], limit_ms: float | None
    ) -> list[Finding | None]:
        """Read all, or from the best passage down until the time is used up, one batch at least."""
        # A reader meets `Menlu` by `menlu` better than by the words that it stands for.
        asked = [as_printed(question, passage.text) for passage in passages]
        if limit_ms is None:
            return self.reader.read(asked, passages)
        deadline = perf_counter() + limit_ms / 1000
        findings: list[Finding | None] = []
        for start in range(0, len(passages), _BATCH):
            if findings and perf_counter() >= deadline:
                break
            batch = slice(start, start + _BATCH)
            findings += self.reader.read(asked[batch], passages[batch])
        return findings


def _summed(answers: Sequence[Answer]) -> dict[str, float]:
    """The time that several answers took, by stage."""
    stages = answers[0].timings_ms
    return {stage: sum(answer.timings_ms[stage] for answer in answers) for stage in stages}


def _verify_models(encoder: str, reader: str | None) -> None:
    """Compare models with the fingerprints they record; ModelError if they differ."""
    verify_encoder(encoder)
    if reader is not None:
        verify_reader(reader)
    verify_lexicons()


def _encoder_of(generation: Generation, vectors: VectorIndex, name: str) -> Encoder:
    """The encoder that the index was built with, by its name or the path of its folder.

    Raises:
        IndexMismatch: If it is another one, or gives other vectors than it did.
        ModelError: If it cannot be loaded, or its files are not what they say they are.
    """
    manifest = generation.manifest
    encoder = open_encoder(name)
    if encoder.id != manifest.encoder:
        raise IndexMismatch(
            f"The index was built with encoder {manifest.encoder}, and this is {encoder.id}. "
            f"Rebuild it: {manifest.rebuild}"
        )
    if not generation.is_by(encoder, vectors):
        verify_encoder(name)
        raise IndexMismatch(
            f"The index does not hold the vectors that encoder {encoder.id} gives now. "
            f"Rebuild it: {manifest.rebuild}"
        )
    return encoder
