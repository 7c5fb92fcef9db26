"""The core under every front end: an index opened, asked, closed.

Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from qa.answer import Read, confidence, decide
from qa.encoders import open_encoder
from qa.errors import IndexMismatch
from qa.followup import Turn, choose, complete
from qa.language import detect
from qa.lean import lean
from qa.listing import asks_for_several, items
from qa.protocols import Encoder, Reader, Retriever
from qa.readers import open_reader
from qa.retrieve import Dense, Fused, Lexical
from qa.settings import BUNDLED, AskSettings
from qa.store import Generation, open_generation
from qa.types import Answer, Candidate, Finding, Hit, IndexInfo, Passage

FUSED = "fused"

_BATCH = 4
"""Passages read between two looks at the clock."""


class Engine:
    """Answers questions from one generation of an index.

    It holds the generation open: a rebuild does not disturb it, and it does not see one. Use it
    from one thread at a time.
    """

    def __init__(self, generation: Generation, retriever: Retriever, reader: Reader) -> None:
        self.generation = generation
        self.retriever = retriever
        self.reader = reader

    @classmethod
    def open(
        cls,
        index: Path,
        *,
        reader: str = BUNDLED,
        encoder: str | None = None,
        retriever: str = FUSED,
    ) -> Engine:
        """Open the current generation of an index with its own encoder.

        Args:
            index: The folder that `build` wrote.
            reader: `bundled`, `overlap`, or an extractive-QA model by name or path.
            encoder: Fails unless the index was built with it; None takes whichever it was.
            retriever: `fused`, or one of its parts alone, `dense` or `lexical`, to measure it.

        Raises:
            StoreError: If there is no index, or it is damaged or built with another encoder.
            ModelError: If the encoder or the reader cannot be loaded.
        """
        generation = open_generation(index)
        try:
            encoding = _encoder_of(generation, encoder)
            dense = Dense(encoding, generation.vectors())
            lexical = Lexical(generation.lexical())
            retrievers: dict[str, Retriever] = {
                FUSED: Fused(dense, lexical, generation.row_languages()),
                "dense": dense,
                "lexical": lexical,
            }
            return cls(generation, retrievers[retriever], open_reader(reader))
        except BaseException:
            generation.close()
            raise

    @property
    def info(self) -> IndexInfo:
        """What answers are drawn from."""
        manifest = self.generation.manifest
        return IndexInfo(
            id=manifest.generation,
            built=manifest.built,
            root=manifest.root,
            articles=manifest.articles,
            passages=manifest.passages,
            encoder=manifest.encoder,
            reader=self.reader.id,
        )

    def close(self) -> None:
        """Let go of the index."""
        self.generation.close()

    def retrieve_many(
        self, questions: Sequence[str], settings: AskSettings = AskSettings()
    ) -> list[list[Hit]]:
        """The hits of each question, best first, at most `settings.retrieved`."""
        allowed = self.generation.allowed(settings.filters)
        return self.retriever.retrieve(questions, settings.retrieved, allowed=allowed)

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
        turns = [turn if isinstance(turn, Turn) else Turn.of(turn) for turn in after]
        typed = self._answer(question, settings)
        completed = [
            (completion, self._answer(completion, settings))
            for completion in complete(question, turns)
        ]
        return choose(typed, completed, lean(question)) if completed else typed

    def ask_many(
        self, questions: Sequence[str], settings: AskSettings = AskSettings()
    ) -> list[Answer]:
        """Answer questions, in order; each is answered as it would be alone."""
        return [self._answer(question, settings) for question in questions]

    def _answer(self, question: str, settings: AskSettings) -> Answer:
        started = perf_counter()
        allowed = self.generation.allowed(settings.filters)
        hits = self.retriever.retrieve([question], settings.retrieved, allowed=allowed)[0]
        passages = self.generation.passages([hit.row for hit in hits])
        retrieved = perf_counter()
        findings = self._read(question, passages[: settings.read], settings.read_ms / 1000)
        read = perf_counter()
        unread = [None] * (len(passages) - len(findings))
        answer = decide(
            question,
            detect(question),
            [Read(*one) for one in zip(hits, passages, [*findings, *unread], strict=True)],
            calibration=self.reader.calibration,
            settings=settings,
            filtered_out=allowed is not None and not len(allowed),
        )
        if answer.best and asks_for_several(question):
            answer = replace(answer, items=self._items(question, hits, findings, answer))
        done = perf_counter()
        timings = {
            "retrieve": (retrieved - started) * 1000,
            "read": (read - retrieved) * 1000,
            "decide": (done - read) * 1000,
            "total": (done - started) * 1000,
        }
        return replace(answer, timings_ms=timings)

    def _items(
        self,
        question: str,
        hits: Sequence[Hit],
        findings: Sequence[Finding | None],
        answer: Answer,
    ) -> tuple[Candidate, ...]:
        """The things that findings above the threshold name, where they name more than one."""
        calibration = self.reader.calibration
        found = [
            (sure, finding)
            for hit, finding in zip(hits, findings, strict=False)
            if finding
            and (sure := confidence(calibration, finding.margin, hit)) >= calibration.unsure
        ]
        found.sort(key=lambda one: -one[0])
        listed = items(question, found, known=answer.citations)
        return listed if len(listed) > 1 else ()

    def _read(
        self, question: str, passages: Sequence[Passage], budget_s: float
    ) -> list[Finding | None]:
        """Read from the best passage down until the time is used up; at least one batch."""
        deadline = perf_counter() + budget_s
        findings: list[Finding | None] = []
        for start in range(0, len(passages), _BATCH):
            if findings and perf_counter() >= deadline:
                break
            batch = passages[start : start + _BATCH]
            findings += self.reader.read([question] * len(batch), batch)
        return findings


def _encoder_of(generation: Generation, name: str | None) -> Encoder:
    """The encoder that the index was built with.

    Raises:
        IndexMismatch: If `name` is another one, or its weights have changed since.
    """
    manifest = generation.manifest
    encoder = open_encoder(name or manifest.settings.encoder)
    if encoder.id != manifest.encoder:
        raise IndexMismatch(
            f"The index was built with encoder {manifest.encoder}, and this is {encoder.id}. "
            f"Rebuild it: qa index --full"
        )
    return encoder
