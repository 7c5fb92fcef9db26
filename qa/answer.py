"""Findings of many passages -> one Answer: confidence, abstention, other answers.

Confidence comes from the reader's margin and the retrievers' raw scores, by the reader's own
calibration; the fused score only decides what is read. Agreement between sources (`qa.agree`) is
told beside it and does not raise it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from qa.agree import Cluster, clusters, rivals, support
from qa.cite import cite
from qa.protocols import Calibration
from qa.settings import AskSettings
from qa.sides import CLOSE, sides
from qa.types import Answer, Candidate, Citation, Finding, Hit, Passage, Reason, Status


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
    if not ranked or surest < calibration.unsure:
        return Answer(
            question,
            language,
            Status.NO_ANSWER,
            surest,
            best=None,
            reason=_reason(reads, surest, calibration.unsure, filtered_out),
            nearest=_nearest(reads, settings.nearest),
        )
    told = clusters([(sure, finding) for sure, _, finding in ranked])
    numbers = count(1)
    best = _candidate(told[0], numbers)
    against = rivals(question, told[0], told[1:])
    others = [cluster for cluster in told[1:] if cluster.sure >= calibration.unsure]
    others = others[: settings.alternatives]
    made = {
        cluster: _candidate(cluster, numbers)
        # In the order in which they are shown, and numbered.
        for cluster in dict.fromkeys([*against, *others])
    }
    conflicts = [best, *(made[cluster] for cluster in against)] if against else []
    return Answer(
        question,
        language,
        Status.ANSWERED if best.confidence >= calibration.answered else Status.UNSURE,
        best.confidence,
        best,
        tuple(made[cluster] for cluster in others),
        conflicts=tuple(sorted(conflicts, key=by_day)),
    )


def decide_sides(
    question: str,
    language: str,
    reads: Sequence[Read],
    *,
    settings: AskSettings,
    filtered_out: bool = False,
) -> Answer:
    """Answer a yes-or-no question by the sentences on each side, never by yes or no.

    Args:
        question: As it was asked.
        language: Of the question, ISO 639-1.
        reads: The passages that were retrieved, best first; none needs to have been read.
        settings: How many sentences of a side, beside the first, and nearest passages to give.
        filtered_out: Whether the filters had left no passage to retrieve from.

    Returns:
        The Answer without timings, UNSURE at most. Its confidence is the share of the question's
        words in the closest sentence, which is its best candidate.
    """
    passages = [read.passage for read in reads]
    found, closest, held = sides(question, passages, limit=1 + settings.alternatives)
    if closest is None:
        reason = Reason("sides: share of the question's words", held, CLOSE)
        return Answer(
            question,
            language,
            Status.NO_ANSWER,
            held,
            best=None,
            reason=reason if reads else _reason(reads, held, CLOSE, filtered_out),
            nearest=_nearest(reads, settings.nearest),
        )
    best = Candidate(closest.quote, held, closest, support=support([closest.article]))
    return Answer(question, language, Status.UNSURE, held, best, sides=found)


def by_day(candidate: Candidate) -> tuple[bool, date, int]:
    """Sorts the oldest first and the undated last, ties by number."""
    published = candidate.published
    return published is None, published or date.min, candidate.citation.n


def _candidate(cluster: Cluster, numbers: Iterator[int]) -> Candidate:
    """A cluster as an answer, one citation for each witness: its representative's, if found."""
    chosen: dict[str, Finding] = {}
    for _, finding in cluster.found:
        article = finding.passage.article
        known = chosen.setdefault(article.witness, finding)
        if article.id == article.witness != known.passage.article.id:
            chosen[article.witness] = finding
    cited = [cite(one.span, one.passage.article, next(numbers)) for one in chosen.values()]
    first, *also = cited
    return Candidate(
        first.quote,
        cluster.sure,
        first,
        also=tuple(also),
        support=support([place.article for place in cited]),
    )


def _reason(reads: Sequence[Read], value: float, threshold: float, filtered_out: bool) -> Reason:
    if filtered_out:
        return Reason("filters: passages left", 0.0, 1.0)
    if not reads:
        return Reason("retrieval: passages found", 0.0, 1.0)
    return Reason("reading: confidence", value, threshold)


def _nearest(reads: Sequence[Read], limit: int) -> tuple[Citation, ...]:
    """The best passage of each of the best articles: close to the question, not an answer."""
    seen: dict[str, Passage] = {}
    for read in reads:
        seen.setdefault(read.passage.article.id, read.passage)
    return tuple(
        cite(passage.span, passage.article, n)
        for n, passage in enumerate(list(seen.values())[:limit], start=1)
    )
