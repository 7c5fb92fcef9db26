"""The interchangeable parts: an encoder, a vector index, a reader. Batch first.

A part is handed in by constructor argument. A new one is one new file in the folder of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qa.settings import Filters
from qa.types import (
    Article,
    Finding,
    Headline,
    Hit,
    IndexInfo,
    Overview,
    Passage,
    Read,
    SourceSize,
)

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (n, dim), C order, each row of unit length (zeros for text with no known token)."""

Rows: TypeAlias = NDArray[np.int64]
"""Row numbers of passages, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Fusing:
    """How an encoder's cosines are read, and what words count beside them.

    The cosines are medians over development questions. Where nothing is known of an encoder they
    are as for the bundled one.

    Attributes:
        within: What words count in the score of a passage in the question's language, in [0, 1];
            the rest is nearness of meaning.
        across: The same for a passage in another language.
        unrelated: The cosine of a question and a passage of something else.
        matched: The cosine of a question and the passage that answers it.
    """

    within: float = 0.7
    across: float = 0.7
    unrelated: float = 0.0
    matched: float = 0.43

    def nearness(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines on a scale that encoders share: 0 is `unrelated`, 1 is `matched`."""
        return (cosines - self.unrelated) / (self.matched - self.unrelated)


class Encoder(Protocol):
    """Turns text into vectors whose inner product says how close two texts are."""

    @property
    def id(self) -> str:
        """Name and fingerprint of the weights: two encoders of one id give equal vectors."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        ...

    @property
    def fusing(self) -> Fusing:
        """How its vectors go together with words."""
        ...

    @property
    def is_slow(self) -> bool:
        """Whether a build that is broken off keeps the vectors it has."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, one row each, in order; (0, dim) for no text."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, one row each, in order; (0, dim) for no text."""
        ...


class VectorIndex(Protocol):
    """Finds the rows whose vectors have the largest inner product with a question's."""

    @property
    def kind(self) -> str:
        """What it is, as the manifest names it: `Flat`, `IVF1024,SQ8`, ..."""
        ...

    def __len__(self) -> int:
        """Vectors stored."""
        ...

    def search(
        self, questions: Vectors, k: int, *, allowed: Rows | None = None
    ) -> tuple[Vectors, NDArray[np.int64]]:
        """The k best rows for each question, best first, ties to the lower row.

        Args:
            questions: Shape (q, dim).
            k: How many; fewer come back where there are fewer rows.
            allowed: Rows that may be found, ascending; None for all.

        Returns:
            Scores and rows, each of shape (q, min(k, number of allowed rows)).
        """
        ...

    def first_look(self, question: Vectors, k: int) -> tuple[Rows, NDArray[np.float32]] | None:
        """What `search` looks at first, and whatever is its own measure of it.

        Args:
            question: Shape (1, dim).
            k: How many are wanted.

        Returns:
            Rows, ascending, and their rough scores, shape (m,); None where it looks at all rows.
        """
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of some rows, (n, dim), as exact as the index keeps them."""
        ...

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a finding becomes a probability, and from where it counts as an answer.

    confidence = 1 / (1 + exp(-(bias + weights . evidence))), where `qa.answer.Evidence` says what
    the evidence of a finding is. Fitted on development data by logistic regression (Platt scaling);
    `answered` is the lowest confidence whose precision there was at least 0.95, `unsure` the one
    below which abstaining scores better. `alone` is the margin below which abstaining scores better
    where a passage is given and nothing was retrieved.
    """

    bias: float
    margin: float
    dense: float
    lexical: float
    answered: float
    unsure: float
    alone: float = 0.0
    lead: float = 0.0
    rank: float = 0.0
    answers: float = 0.0
    within: float = 0.0
    foreign: float = 0.0

    @property
    def weights(self) -> tuple[float, ...]:
        """The weights of what a finding's evidence holds, in its order."""
        return (
            self.margin,
            self.lead,
            self.rank,
            self.dense,
            self.lexical,
            self.answers,
            self.within,
            self.foreign,
        )


class Reader(Protocol):
    """Finds the span of a passage that answers a question."""

    @property
    def id(self) -> str:
        """Name and fingerprint of the weights."""
        ...

    @property
    def calibration(self) -> Calibration:
        """How this reader's scores become a probability."""
        ...

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """Read pair i, `questions[i]` with `passages[i]`; one result a pair, in order.

        None where the passage holds nothing that could be an answer. Spans lie within the passage,
        are never empty, and neither start nor end with white space.
        """
        ...


class Archive(Protocol):
    """The articles that questions are asked of: a generation of an index, or the shards of one."""

    def allowed(self, filters: Filters) -> Any:
        """The passages that may answer, as the archive's retriever takes them; None for all."""
        ...

    def undated(self, filters: Filters) -> int:
        """How many articles of the source that the filters ask for have no date."""
        ...

    def passages(self, rows: Sequence[int], filters: Filters = ...) -> list[Passage]:
        """The passages of some rows, in the order asked for.

        Articles are as they stand in the first of their places that the filters let through.
        """
        ...

    def found(self, hits: Sequence[Hit], filters: Filters = ...) -> list[Read]:
        """Hits with their passages, whose articles are as in `passages`."""
        ...

    def passages_of(self, id: str) -> list[Passage]:  # noqa: A002 - the field's own name
        """The passages of an article, in order; KeyError if there is none of this id."""
        ...

    def article(self, id: str) -> Article:  # noqa: A002 - the field's own name
        """The article of an id; KeyError if there is none."""
        ...

    def articles(self) -> Iterator[Article]:
        """Every article, one at a time in memory."""
        ...

    def sources(self) -> list[str]:
        """The sources that articles name, in alphabetical order."""
        ...

    def sizes(self, filters: Filters) -> list[SourceSize]:
        """How many articles of each source the filters let through, the most first."""
        ...

    def headlines(self) -> list[Headline]:
        """Every article as a list shows it, the newest first and those without a date last."""
        ...

    def info(self, reader: str = ...) -> IndexInfo:
        """What answers are drawn from, and by which reader they are read."""
        ...

    def overview(self) -> Overview:
        """What there is, at a glance."""
        ...

    def is_superseded(self) -> bool:
        """Whether another generation is in use by now."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
