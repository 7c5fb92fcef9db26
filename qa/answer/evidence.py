"""What speaks for a finding, and the probability made of it: Platt scaling of its evidence.

Not handled: what several findings of one answer are worth together; agreement does not raise it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from qa.answer.agree import value_said
from qa.answer.normalise import Relation, relate
from qa.language.detect import family
from qa.language.text import fold
from qa.protocols import Calibration
from qa.types import Read

_NO_MARGIN = -12.0
"""The margin of a rival that is not there; about the lowest of the bundled reader's."""


class Evidence(NamedTuple):
    """What the probability that a finding is right is made from.

    Attributes:
        margin: The reader's, of the span over "this passage does not answer".
        lead: The margin's distance to the greatest of a finding of another value, whose words
            neither contain its own nor lie within them; margins below -12 count as that.
        rank: log(1 + how many passages were retrieved before this one).
        dense: The dense retriever's score.
        lexical: The lexical retriever's score.
        answers: The reader's log-odds that the passage answers at all.
        within: How far the span beats the best other one of its passage, at most 12.
        foreign: 1 where the article is in another language than the question, else 0.
    """

    margin: float
    lead: float
    rank: float
    dense: float
    lexical: float
    answers: float = 0.0
    within: float = 0.0
    foreign: float = 0.0


def evidence(reads: Sequence[Read], language: str) -> list[Evidence | None]:
    """The evidence of each passage's finding, in order; None where there is none.

    Args:
        reads: Best retrieved first.
        language: Of the question.
    """
    found = [
        (read.finding.margin, fold(read.finding.quote), value_said(read.finding))
        for read in reads
        if read.finding is not None
    ]
    leads = iter(
        [
            margin
            - max(
                (
                    other
                    for other, its_words, its_value in found
                    if its_words not in words not in its_words
                    and relate(value, its_value) is not Relation.SAME
                ),
                default=_NO_MARGIN,
            )
            for margin, words, value in found
        ]
    )
    return [
        None
        if read.finding is None
        else Evidence(
            margin=read.finding.margin,
            lead=min(next(leads), read.finding.margin - _NO_MARGIN),
            rank=math.log1p(order),
            dense=read.hit.parts.get("dense", 0.0),
            lexical=read.hit.parts.get("lexical", 0.0),
            answers=read.finding.answers,
            within=min(read.finding.score - read.finding.rival, -_NO_MARGIN),
            foreign=float(family(read.passage.article.language) != family(language)),
        )
        for order, read in enumerate(reads)
    ]


def confidence(calibration: Calibration, seen: Evidence) -> float:
    """The probability, in (0, 1), that a finding with this evidence is right: Platt scaling."""
    logit = calibration.bias + sum(
        weight * value for weight, value in zip(calibration.weights, seen, strict=True)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def weigh(reads: Sequence[Read], calibration: Calibration, language: str) -> list[Read]:
    """What was found and read, in the order given, each with its confidence; see `evidence`."""
    return [
        replace(read, confidence=seen and confidence(calibration, seen))
        for read, seen in zip(reads, evidence(reads, language), strict=True)
    ]
