"""Findings of many passages -> one Answer: confidence, abstention, other answers.

Confidence comes from the reader's margin and the retrievers' raw scores, by the reader's own
calibration; the fused score only decides what is read. It does not tell whether two articles
agree: equal words count as one answer, other words as another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.cite import cite
from qa.protocols import Calibration
from qa.settings import AskSettings
from qa.text import fold
from qa.types import Answer, Candidate, Citation, Finding, Hit, Passage, Reason, Status, Trace


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
) -> Answer:
    """Choose the answer, or say why there is none.

    Args:
        question: As it was asked.
        language: Of the question, ISO 639-1.
        reads: The passages that were retrieved, best first; unread ones have no finding.
        calibration: Of the reader that read them.
        settings: How many alternatives and nearest passages to give.
        filtered_out: Whether the filters had left no passage to retrieve from.

    Returns:
        The Answer without timings. Candidates are ordered by confidence, ties by retrieval.
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
    gates = _gates(reads, surest, calibration, filtered_out)
    if not ranked or surest < calibration.unsure:
        return Answer(
            question,
            language,
            Status.NO_ANSWER,
            surest,
            best=None,
            reason=gates[-1],
            nearest=_nearest(reads, settings.nearest),
            gates=gates,
        )
    best, *others = _candidates(
        [(sure, finding) for sure, _, finding in ranked if sure >= calibration.unsure],
        limit=1 + settings.alternatives,
    )
    status = Status.ANSWERED if best.confidence >= calibration.answered else Status.UNSURE
    return Answer(question, language, status, best.confidence, best, tuple(others), gates=gates)


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


def _gates(
    reads: Sequence[Read], value: float, calibration: Calibration, filtered_out: bool
) -> tuple[Reason, ...]:
    """The gates in order, up to the first that lets nothing through.

    The last, which parts an answer from a possible one, stops nothing.
    """
    if filtered_out:
        return (Reason("filters: passages left", 0.0, 1.0),)
    retrieval = Reason("retrieval: passages found", float(len(reads)), 1.0)
    reading = Reason("reading: confidence", value, calibration.unsure)
    if not retrieval.passed:
        return (retrieval,)
    if not reading.passed:
        return retrieval, reading
    return retrieval, reading, Reason("answered: confidence", value, calibration.answered)


def trace(reads: Sequence[Read], calibration: Calibration) -> tuple[Trace, ...]:
    """What was found and read, in the order given, each with its confidence."""
    return tuple(
        Trace(
            read.hit,
            read.passage,
            read.finding,
            confidence(calibration, read.finding.margin, read.hit) if read.finding else None,
        )
        for read in reads
    )


def _nearest(reads: Sequence[Read], limit: int) -> tuple[Citation, ...]:
    """The best passage of each of the best articles: close to the question, not an answer."""
    seen: dict[str, Passage] = {}
    for read in reads:
        seen.setdefault(read.passage.article.id, read.passage)
    return tuple(
        cite(passage.span, passage.article, n)
        for n, passage in enumerate(list(seen.values())[:limit], start=1)
    )
