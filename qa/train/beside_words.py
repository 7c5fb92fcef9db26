"""What words alone find for the questions of a source, so that the encoder learns the rest.

The encoder is used beside BM25 (`qa.retrieve.Fused`), so it is trained beside it: to the score of
each passage of a batch is added what its words score, and passages that share words with a question
without answering it stand among the wrong ones (Gao et al., ECIR 2021, "Complement lexical
retrieval with semantic residual embeddings"). What words find need not be learnt again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.lexical.build import LexicalBuilder

_NEAREST = 20


@dataclass(frozen=True, slots=True)
class Shares:
    """What the words of each question score in each passage of its source.

    Attributes:
        scores: Shape (questions, passages), in [0, 255] for [0, 1] of `qa.lexical`.
        nearest: For each question the passages that score highest without being right,
            (questions, at most 20), in no order.
    """

    scores: NDArray[np.uint8]
    nearest: NDArray[np.int64]

    def of(self, questions: NDArray[np.int64], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """The scores of some questions in some passages, in [0, 1]."""
        return self.scores[np.ix_(questions, passages)].astype(np.float32) / np.float32(255)

    def hard(self, questions: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """A wrong passage for each question, drawn from the nearest."""
        return self.nearest[questions, rng.integers(self.nearest.shape[1], size=len(questions))]


def shares(
    questions: Sequence[str],
    passages: Sequence[str],
    of_question: NDArray[np.int64],
    of_passage: NDArray[np.int64],
    language: str,
) -> Shares | None:
    """Ask a lexical index of the passages; None where one passage leaves no wrong one to draw.

    Args:
        questions: Distinct.
        passages: Distinct, all in one language.
        of_question: The question of each pair, (pairs,).
        of_passage: The passage that answers it, (pairs,).
        language: ISO 639-1.
    """
    if len(passages) < 2:
        return None
    builder = LexicalBuilder()
    builder.add(passages, [language] * len(passages))
    index = builder.build()
    nearest = min(_NEAREST, len(passages) - 1)
    scores = np.empty((len(questions), len(passages)), np.uint8)
    wrong = np.empty((len(questions), nearest), np.int64)
    for row, question in enumerate(questions):
        found = index.scores(question)
        scores[row] = np.rint(found * 255)
        found[of_passage[of_question == row]] = -1
        wrong[row] = np.argpartition(-found, nearest)[:nearest]
    return Shares(scores, wrong)
