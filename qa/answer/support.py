"""Which sources stand behind an answer: those whose own sentence, read alone, gives it too.

A sentence that only mentions the words of an answer is no source for it: `Shoigu met the Chinese
minister` does not say who invited him. So the reader reads the sentence again with the question and
nothing around it, and must surely find the same there; the words of the question must stand there
too, names at least in the passage or the headline.

Not handled: what a source says in other words than the question's, unless they are listed as
saying the same (`qa/language/vocabulary`, `opposites`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from qa.answer.agree import value_said
from qa.answer.counted import counts_another, counts_as_asked, names_a_state
from qa.answer.normalise import Relation, relate
from qa.cite import cite
from qa.language.detect import family
from qa.language.stem import has_verb_prefix, roots
from qa.language.text import folded_words
from qa.language.vocabulary import known
from qa.question.analyse import Kind
from qa.question.query import Query
from qa.types import Finding

ReadAgain: TypeAlias = Callable[[Sequence[Finding]], list[Finding | None]]
"""Reads the sentence of each finding alone; None where nothing is found, or no more is read."""

_SURE = 5.0
"""Margin, a log-odds, from which the reader is sure of a sentence that it reads alone."""
_KNOWN = known()
_LIGHT = (
    _KNOWN.light | _KNOWN.people | _KNOWN.places | _KNOWN.times | _KNOWN.amounts | _KNOWN.no_verb
    | _KNOWN.prepositions | _KNOWN.counted
)  # fmt: skip
_SAID = [listed for row in _KNOWN.opposites for listed in row]
_STOP = re.compile(r"[,;:()]")


def supported(query: Query, sources: Sequence[Finding], again: ReadAgain) -> list[Finding]:
    """The first of some findings of one answer, and those of the others that give it too.

    Args:
        query: The question.
        sources: One of each source group, the one that is cited first.
        again: What reads their sentences.
    """
    first, *others = sources
    read = again(others)
    return [
        first,
        *(one for one, alone in zip(others, read, strict=True) if _gives(query, one, alone)),
    ]


def _gives(query: Query, finding: Finding, alone: Finding | None) -> bool:
    """Whether a sentence gives what was found in it to who reads it alone."""
    if alone is None or alone.margin < _SURE:
        return False
    same = relate(value_said(alone), value_said(finding)) is Relation.SAME
    if not same and not alone.span.overlaps(finding.span):
        return False
    if query.kind is Kind.NUMBER and counts_another(query, finding):
        return False
    return says_what_is_asked(query, finding) and not _is_apart(query, finding)


def says_what_is_asked(query: Query, finding: Finding) -> bool:
    """Whether a sentence has the words of a question, but for its names and for light ones."""
    article = finding.passage.article
    sentence = cite(finding.span, article, 0).sentence_text
    there = query.met_by(sentence, article.language).keys()
    around = query.met_by(f"{finding.passage.text}\n{article.title}", article.language).keys()
    told = folded_words(sentence)
    forms = set().union(*(roots(word, article.language) for word in told))
    if query.kind is Kind.REASON and _KNOWN.causes.isdisjoint(told):
        return False
    counted = query.kind is Kind.NUMBER and counts_as_asked(query, finding)
    # `juru bicara` is no `speaker of talk`: word by word other languages say little.
    translated = family(article.language) != family(query.language)
    for at, key in enumerate(query.keys):
        if translated and at not in query.names:
            continue
        if at in there or (at in query.names and at in around):
            continue
        same = any(not key.isdisjoint(listed) and not forms.isdisjoint(listed) for listed in _SAID)
        if not same and key.isdisjoint(_LIGHT) and not (counted and names_a_state(key)):
            return False
    return True


def _is_apart(query: Query, finding: Finding) -> bool:
    """Whether a verb that is not asked about parts an answer from the words asked about.

    `Kapolda Jambi disambut Hendro`, of `Siapa Kapolda Jambi?`
    """
    article = finding.passage.article
    asks_who = query.kind in (Kind.PERSON, Kind.PLACE, Kind.NAME, Kind.TIME)
    if family(article.language) != "id" or not asks_who:
        return False
    if any(map(_is_verb, folded_words(query.words))):
        return False
    place = cite(finding.span, article, 0)
    before = _STOP.split(article.text[place.sentence.start : finding.span.start])[-1]
    after = _STOP.split(article.text[finding.span.end : place.sentence.end])[0]
    sides = _up_to_asked(query, before, back=True), _up_to_asked(query, after, back=False)
    found = [side for side in sides if side is not None]
    return bool(found) and all(found)


def _up_to_asked(query: Query, text: str, *, back: bool) -> bool | None:
    """Whether a verb stands before the nearest word asked about; None where there is no such."""
    said = folded_words(text)
    verb = False
    for word in said[::-1] if back else said:
        if any(not roots(word, query.language).isdisjoint(key) for key in query.keys):
            return verb
        verb = verb or _is_verb(word)
    return None


def _is_verb(word: str) -> bool:
    """Whether a folded word looks like a verb of Indonesian."""
    is_light = word in _KNOWN.no_verb or not roots(word, "id").isdisjoint(_KNOWN.light)
    return has_verb_prefix(word) and not is_light
