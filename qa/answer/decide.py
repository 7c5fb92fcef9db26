"""Findings of many passages -> one Result: confidence, abstention, other answers.

Confidence comes from the reader's margins and the retrievers' raw scores, by the reader's own
calibration; the fused score only decides what is read. Agreement between sources
(`qa.answer.agree`) is reported beside it and does not raise it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

from qa.answer.agree import (
    Cluster,
    clusters,
    differs,
    over_time,
    rivals,
    support,
    value_said,
)
from qa.answer.amounts import says_a_number
from qa.answer.counted import counts_another
from qa.answer.doers import is_done_to
from qa.answer.listing import listed
from qa.answer.normalise import Sort
from qa.answer.sides import sides
from qa.answer.spans import begins_with_verb, whole
from qa.answer.stance import CLOSE
from qa.answer.support import ReadAgain, says_what_is_asked, supported
from qa.cite import cite
from qa.language.detect import family
from qa.language.short_forms import as_asked
from qa.language.text import folded_words
from qa.language.vocabulary import known
from qa.protocols import Calibration
from qa.question.analyse import Kind
from qa.question.query import Query
from qa.settings import AskSettings
from qa.types import Candidate, Citation, Finding, Gate, Passage, Read, Result, Span, Status

_ABOUT_EQUAL = 0.1
"""How far apart two confidences are that a newer date or the question's language outweighs."""
_BY_ITSELF = 0.5
"""Confidence that an article needs which has none of the question's names: of 10 less sure
none was right, of 3 surer one (600 development questions among 16,194 articles, 2026-11)."""
_NEVER = {
    Kind.NUMBER: (Sort.DATE, Sort.NAME),
    Kind.PERSON: (Sort.AMOUNT, Sort.DATE),
    Kind.PLACE: (Sort.AMOUNT, Sort.DATE),
    Kind.NAME: (Sort.DATE,),
}
"""What answers no question of a kind: of 619 such findings on development questions two were right,
of the others one in twenty (2026-11)."""
_NO_DEED = (Kind.PERSON, Kind.PLACE, Kind.TIME)
"""Kinds that no verb answers: none of 116 findings that began with one was right (2026-11)."""
_RIGHT_SIDE = 0.93
"""Share of sentences with a side whose side is right: 27 of 29 not used for the rules."""


def decide(
    query: Query,
    reads: Sequence[Read],
    *,
    calibration: Calibration,
    settings: AskSettings,
    unread: Sequence[Read] = (),
    filtered_out: bool = False,
    again: ReadAgain | None = None,
) -> Result:
    """Choose the answer, or say why there is none.

    Args:
        query: The question, with the names that the passages tell (`qa.answer.names`).
        reads: The passages that were read, best retrieved first, each finding with its confidence.
        calibration: Of the reader that read them.
        settings: How many alternatives and nearest passages to give.
        unread: The other passages that were retrieved, best first.
        filtered_out: Whether the filters had left no passage to retrieve from.
        again: Reads the sentences of further sources by themselves; without it each counts.

    Returns:
        Candidates are ordered by confidence, ties by retrieval; where the newest is asked for those
        about as sure as the best by date. What is closest to an answer, where there is none, is the
        surest, whatever its date. Of answers about as sure as the best, those in the question's
        language come first. A yes-or-no question is answered by the sentences on each side,
        never by yes or no.
    """
    retrieved = [*reads, *unread]
    if query.yes_or_no:
        return _decide_sides(query, retrieved, settings=settings, filtered_out=filtered_out)
    reads = [replace(one, finding=one.finding and whole(query, one.finding)) for one in reads]
    ranked = sorted(
        (
            (one.confidence, order, one.finding)
            for order, one in enumerate(reads)
            if one.finding is not None
            and one.confidence is not None
            and _may_answer(query, one.finding)
            and not (
                calibration.unsure <= one.confidence < _BY_ITSELF
                and _names_nothing(query, one.finding)
            )
        ),
        key=lambda found: (-found[0], found[1]),
    )
    surest = ranked[0][0] if ranked else 0.0
    gates = _gates(
        retrieved,
        filtered_out,
        Gate("reading: confidence", surest, calibration.unsure),
        # Only tells `answered` from `unsure`; it rejects nothing.
        Gate("answered: confidence", surest, calibration.answered),
    )
    if not ranked or surest < calibration.unsure:
        closest = _closest(ranked[0]) if ranked else None
        return Result(
            status=Status.NO_ANSWER,
            confidence=surest,
            closest=closest,
            nearest=_nearest(retrieved, settings.nearest, closest.citation if closest else None),
            gates=gates,
            trace=tuple(reads),
        )
    if query.newest:
        ranked = _newest_first(ranked, least=calibration.unsure)
    else:
        is_sure = surest >= calibration.answered
        least = calibration.answered if is_sure else calibration.unsure
        ranked = _own_language_first(query, ranked, least=least)
    told = clusters([(sure, finding) for sure, _, finding in ranked])
    against = rivals(query, told[0], told[1:])
    # A sentence about another post, or another team, contradicts nothing.
    if against and query.kind is not Kind.NUMBER:
        against = [one for one in against if _asserts(query, one)]
        against = against if _asserts(query, told[0]) else []
    sure_rivals = [one for one in against if one.sure >= calibration.unsure]
    changed = over_time(query, told[0], sure_rivals)
    # Of a number that changed with the days the newest is the answer.
    first = changed[-1] if changed else told[0]
    # A number of another day is no contradiction, also where it is too unsure for the history.
    days = (None, first.day) if query.kind is Kind.NUMBER and first.day else None
    against = [one for one in against if one not in changed and (not days or one.day in days)]
    against = [one for one in against if differs(query, first, one)]
    numbers: _Numbers = {}

    def candidate(cluster: Cluster) -> Candidate:
        sources = _sources(cluster)
        return _candidate(
            cluster.sure, supported(query, sources, again) if again else sources, numbers
        )

    best = candidate(first)
    items = (
        listed(query, reads, least=calibration.unsure, cited=best.places) if query.several else ()
    )
    # Before the other answers, which are not shown where there is a list.
    for item in items:
        numbers.setdefault((item.citation.article.id, item.citation.span), item.citation.n)
    others = [one for one in told if one.sure >= calibration.unsure and one is not first]
    others = [one for one in others if one not in changed][: settings.alternatives]
    made = {
        cluster: candidate(cluster)
        # In the order in which they are shown, and numbered.
        for cluster in dict.fromkeys([*changed[::-1], *against, *others])
        if cluster is not first
    }
    made[first] = best
    conflicts = [best, *(made[cluster] for cluster in against)] if against else []
    return Result(
        status=Status.ANSWERED if best.confidence >= calibration.answered else Status.UNSURE,
        confidence=best.confidence,
        best=best,
        alternatives=tuple(made[cluster] for cluster in others),
        conflicts=tuple(sorted(conflicts, key=by_day)),
        history=tuple(made[cluster] for cluster in changed),
        items=items,
        newest_first=query.newest,
        gates=gates,
        trace=tuple(reads),
    )


def _asserts(query: Query, cluster: Cluster) -> bool:
    """Whether the sentence of an answer's surest finding says what is asked."""
    return says_what_is_asked(query, cluster.found[0][1])


def _may_answer(query: Query, finding: Finding) -> bool:
    """Whether a finding is, as far as its words tell, of the kind that is asked for."""
    if value_said(finding).sort in _NEVER.get(query.kind, ()):
        return False
    if query.kind in _NO_DEED and begins_with_verb(finding):
        return False
    first = folded_words(finding.quote)[:1]
    if query.kind is Kind.PERSON and not known().nobody_named.isdisjoint(first):
        return False
    if is_done_to(query, finding):
        return False
    if query.kind is not Kind.NUMBER:
        return True
    # Of 191 findings without one, three of ordinals aside, none was right (2026-11).
    is_read = family(finding.passage.article.language) in ("id", "en")
    return not (is_read and not says_a_number(finding.quote)) and not counts_another(query, finding)


def _names_nothing(query: Query, finding: Finding) -> bool:
    """Whether an article has no name of those in a question of its language."""
    article = finding.passage.article
    if not query.names or family(article.language) != family(query.language):
        return False
    text = as_asked(query.words, f"{article.title}\n{article.text}")
    return query.names.isdisjoint(query.met_by(text, article.language))


_Numbers = dict[tuple[str, Span], int]
"""The number of each place that is cited, by its article and its span."""

_Ranked = tuple[float, int, Finding]
"""A finding's confidence, the place of its passage in retrieval, and itself."""


def _closest(surest: _Ranked) -> Candidate:
    """The surest finding as the one guess that is given."""
    sure, _, finding = surest
    place = cite(finding.span, finding.passage.article, 1)
    return Candidate(place.quote, sure, place, support=support([place.article]))


def _newest_first(ranked: Sequence[_Ranked], *, least: float) -> list[_Ranked]:
    """Those about as sure as the best by their article's date, undated last; then the others."""
    least = max(least, ranked[0][0] - _ABOUT_EQUAL)
    close = [found for found in ranked if found[0] >= least]
    close.sort(key=lambda found: found[2].passage.article.published or date.min, reverse=True)
    return [*close, *ranked[len(close) :]]


def _own_language_first(query: Query, ranked: Sequence[_Ranked], *, least: float) -> list[_Ranked]:
    """Those about as sure as the best in the question's language, then the others."""
    least = max(least, ranked[0][0] - _ABOUT_EQUAL)
    own = [
        found
        for found in ranked
        if found[0] >= least and family(found[2].passage.article.language) == family(query.language)
    ]
    return [*own, *(found for found in ranked if found not in own)]


def _decide_sides(
    query: Query, reads: Sequence[Read], *, settings: AskSettings, filtered_out: bool
) -> Result:
    """As `decide`; UNSURE at most, and no passage needs to have been read.

    The confidence is the share of the question's words in the closest sentence that takes a side,
    which is the best candidate, times how often such a sentence is on the right one.
    """
    passages = [read.passage for read in reads]
    found, closest, share = sides(query, passages, limit=1 + settings.alternatives)
    gates = _gates(reads, filtered_out, Gate("sides: share of the question's words", share, CLOSE))
    sure = _RIGHT_SIDE * share
    if closest is None:
        nearest = () if found.about else _nearest(reads, settings.nearest)
        return Result(
            status=Status.NO_ANSWER, confidence=sure, sides=found, nearest=nearest, gates=gates
        )
    best = Candidate(closest.quote, sure, closest, support=support([closest.article]))
    return Result(status=Status.UNSURE, confidence=sure, best=best, sides=found, gates=gates)


def by_day(candidate: Candidate) -> tuple[bool, date, int]:
    """Sorts the oldest first and the undated last, ties by number."""
    published = candidate.published
    return published is None, published or date.min, candidate.citation.n


def _sources(cluster: Cluster) -> list[Finding]:
    """One finding of each source group, the surest first: its representative's, if there is one.

    Of those that give it in the same sentence, word for word, only the surest: one copied it.
    """
    chosen: dict[str, Finding] = {}
    for _, finding in cluster.found:
        article = finding.passage.article
        known = chosen.setdefault(article.source_group, finding)
        if article.id == article.source_group != known.passage.article.id:
            chosen[article.source_group] = finding
    sentences: dict[tuple[str, ...], Finding] = {}
    for finding in chosen.values():
        sentence = cite(finding.span, finding.passage.article, 0).sentence_text
        sentences.setdefault(tuple(folded_words(sentence)), finding)
    return list(sentences.values())


def _candidate(sure: float, sources: Sequence[Finding], numbers: _Numbers) -> Candidate:
    """What some sources say, as an answer, with a citation of each, numbered on."""
    first, *also = (
        cite(
            one.span,
            one.passage.article,
            numbers.setdefault((one.passage.article.id, one.span), len(numbers) + 1),
        )
        for one in sources
    )
    return Candidate(
        first.quote,
        sure,
        first,
        also=tuple(also),
        support=support([place.article for place in (first, *also)]),
    )


def _gates(reads: Sequence[Read], filtered_out: bool, *last: Gate) -> tuple[Gate, ...]:
    """The gates in order, up to the first that lets nothing through."""
    if filtered_out:
        return (Gate("filters: passages left", 0.0, 1.0),)
    retrieval = Gate("retrieval: passages found", float(len(reads)), 1.0)
    gates = (retrieval, *last)
    passed = len(list(takewhile(lambda gate: gate.passed, gates)))
    return gates[: passed + 1]


def _nearest(
    reads: Sequence[Read], limit: int, closest: Citation | None = None
) -> tuple[Citation, ...]:
    """The best passage of each of the best articles: close to the question, not an answer.

    Those that hold the `closest` place, which is number 1, are left out.
    """
    seen: dict[str, Passage] = {}
    for read in reads:
        seen.setdefault(read.passage.article.id, read.passage)
    others = [passage for passage in seen.values() if not (closest and _holds(passage, closest))]
    return tuple(
        cite(passage.span, passage.article, n)
        for n, passage in enumerate(others[:limit], start=2 if closest else 1)
    )


def _holds(passage: Passage, place: Citation) -> bool:
    return passage.article.id == place.article.id and passage.span.overlaps(place.span)
