"""Findings of many passages -> one Answer: confidence, abstention, other answers.

Confidence comes from the reader's margin and the retrievers' raw scores, by the reader's own
calibration; the fused score only decides what is read. It does not tell whether two articles
agree: equal words count as one answer, other words as another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qa.cite import cite
from qa.protocols import Calibration
from qa.settings import AskSettings
from qa.text import fold
from qa.types import Answer, Candidate, Citation, Finding, Hit, Passage, Reason, Status

_ABOUT_EQUAL = 0.1
"""How far apart two confidences are that a newer date outweighs."""


@dataclass(frozen=True, slots=True)
class Read:
    """One passage on its way to an answer: the hit, the passage, what the reader found there."""

    hit: Hit
    passage: Passage
    finding: Finding | None


def confidence(calibration: Calibration, margin: float, hit: Hit) -> float:
    """The probability, in (0, 1), that a finding with this margin in this hit is right.

    Platt scaling over the reader's margin and the retrievers' absolute scores; see `Calibration`.
    """
    logit = (
        calibration.bias
        + calibration.margin * margin
        + calibration.dense * hit.parts.get("dense", 0.0)
        + calibration.lexical * hit.parts.get("lexical", 0.0)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def decide(
    question: str,
    language: str,
    reads: Sequence[Read],
    *,
    calibration: Calibration,
    settings: AskSettings,
    filtered_out: bool = False,
    newest_first: bool = False,
) -> Answer:
    """Choose the answer, or say why there is none.

    Args:
        question: As it was asked.
        language: Of the question, ISO 639-1.
        reads: The passages that were retrieved, best first; unread ones have no finding.
        calibration: Of the reader that read them.
        settings: How many alternatives and nearest passages to give.
        filtered_out: Whether the filters had left no passage to retrieve from.
        newest_first: Whether the question asks for the latest.

    Returns:
        The Answer without timings. Candidates are ordered by confidence, ties by retrieval; under
        `newest_first` those about as sure as the best by date.
    """
    ranked = sorted(
        (
            (confidence(calibration, read.finding.margin, read.hit), order, read.finding)
            for order, read in enumerate(reads)
            if read.finding is not None
        ),
        key=lambda found: (-found[0], found[1]),
    )
    surest = ranked[0][0] if ranked else 0.0
    if not ranked or surest < calibration.unsure:
        return Answer(
            question,
            language,
            Status.NO_ANSWER,
            surest,
            best=None,
            reason=_reason(reads, surest, calibration, filtered_out),
            nearest=_nearest(reads, settings.nearest),
        )
    if newest_first:
        ranked = _newest_first(ranked, surest)
    best, *others = _candidates(
        [(sure, finding) for sure, _, finding in ranked if sure >= calibration.unsure],
        limit=1 + settings.alternatives,
    )
    status = Status.ANSWERED if best.confidence >= calibration.answered else Status.UNSURE
    return Answer(
        question,
        language,
        status,
        best.confidence,
        best,
        tuple(others),
        newest_first=newest_first,
    )


_Ranked = tuple[float, int, Finding]
"""A finding's confidence, the place of its passage in retrieval, and itself."""


def _newest_first(ranked: Sequence[_Ranked], surest: float) -> list[_Ranked]:
    """Those about as sure as the best by their article's date, undated last; then the others."""
    close = [found for found in ranked if found[0] > surest - _ABOUT_EQUAL]
    close.sort(key=lambda found: found[2].passage.article.published or date.min, reverse=True)
    return [*close, *ranked[len(close) :]]


def _candidates(found: Sequence[tuple[float, Finding]], *, limit: int) -> list[Candidate]:
    """Distinct answers, best first, each with every article that gives it in the same words."""
    places: dict[str, list[tuple[float, Finding]]] = {}
    for sure, finding in found:
        same = places.setdefault(fold(finding.quote), [])
        if all(finding.passage.article.id != other.passage.article.id for _, other in same):
            same.append((sure, finding))
    candidates: list[Candidate] = []
    n = 0
    for same in list(places.values())[:limit]:
        cited: list[Citation] = []
        for _, finding in same:
            n += 1
            cited.append(cite(finding.span, finding.passage.article, n))
        sure = same[0][0]
        candidates.append(Candidate(cited[0].quote, sure, cited[0], also=tuple(cited[1:])))
    return candidates


def _reason(
    reads: Sequence[Read], value: float, calibration: Calibration, filtered_out: bool
) -> Reason:
    if filtered_out:
        return Reason("filters: passages left", 0.0, 1.0)
    if not reads:
        return Reason("retrieval: passages found", 0.0, 1.0)
    return Reason("reading: confidence", value, calibration.unsure)


def _nearest(reads: Sequence[Read], limit: int) -> tuple[Citation, ...]:
    """The best passage of each of the best articles: close to the question, not an answer."""
    seen: dict[str, Passage] = {}
    for read in reads:
        seen.setdefault(read.passage.article.id, read.passage)
    return tuple(
        cite(passage.span, passage.article, n)
        for n, passage in enumerate(list(seen.values())[:limit], start=1)
    )
