"""The clauses of a sentence, and which words of a question they have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from itertools import chain

from qa.answer.act import Asked, Word, places_of
from qa.language.stem import roots
from qa.language.text import fold, words
from qa.language.vocabulary import known
from qa.question.analyse import says_little

_KNOWN = known()
# `5,2 juta` is one number.
_MARKS = r"(?<!\d),|,(?!\d)|[;:()“”\"–—]|\s-\s"
_OPENERS = "|".join(sorted(map(re.escape, _KNOWN.clause_openers), key=len, reverse=True))
_CLAUSE = re.compile(rf"{_MARKS}|\b(?:{_OPENERS})\b", re.IGNORECASE)
# What may stand between who acts and the act, or between the act and to whom.
_LIGHT = (
    _KNOWN.stop_words
    | _KNOWN.auxiliaries
    | _KNOWN.negations
    | _KNOWN.denials
    | _KNOWN.planned
    | _KNOWN.light
    | _KNOWN.before_acts
    | _KNOWN.possibly
    | _KNOWN.future
    | _KNOWN.pronouns
    | _KNOWN.persons
    | _KNOWN.announcing
    | _KNOWN.yes_or_no
)


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a clause, and the conjunction or stop that leads it in, folded."""

    words: tuple[Word, ...]
    lead: str

    @property
    def keys(self) -> Set[int]:
        """The keys of the question that its words meet."""
        return set(chain.from_iterable(word.keys for word in self.words))


def clauses_of(asked: Asked, sentence: str, language: str) -> list[Clause]:
    """The clauses of a sentence; at least one, of those that have words."""
    # `AS` is a country, `as` opens a clause.
    breaks = [
        each
        for each in _CLAUSE.finditer(sentence)
        if len(each.group()) == 1 or not each.group().isupper()
    ]
    starts = [0, *(each.end() for each in breaks)]
    ends = [*(each.start() for each in breaks), len(sentence)]
    leads = ["", *(fold(each.group()).strip() for each in breaks)]
    found: list[Clause] = []
    pending = ""
    for start, end, lead in zip(starts, ends, leads, strict=True):
        text = sentence[start:end]
        taken = tuple(_word(asked, text[span.start : span.end], language) for span in words(text))
        pending = lead if lead.isalpha() or not pending else pending
        becomes = found and lead in _KNOWN.relative and found[-1].words[-1].text in _KNOWN.becoming
        if taken and becomes:
            # `menjadi yang tercepat`
            found[-1] = Clause((*found[-1].words, *taken), found[-1].lead)
            pending = ""
        elif taken and asked.of_a_noun and found and lead in _KNOWN.copulas:
            # `named X as a suspect`
            link = Word(lead, lead, frozenset(), opposes=False)
            found[-1] = Clause((*found[-1].words, link, *taken), found[-1].lead)
            pending = ""
        elif taken:
            found.append(Clause(taken, pending))
            pending = ""
    return found or [Clause((), "")]


def _word(asked: Asked, raw: str, language: str) -> Word:
    known = asked.read.get(raw)
    if known is None:
        known = asked.read[raw] = _read(asked, raw, language)
    return known


def _read(asked: Asked, raw: str, language: str) -> Word:
    text = fold(raw)
    if says_little(raw):
        return Word(text, raw, frozenset(), opposes=False)
    there = roots(text, language)
    keys = {key for key in asked.weights if not there.isdisjoint(asked.meeting[key])}
    if asked.act is None:
        return Word(text, raw, keys, opposes=False)
    own, its = asked.act_sides, places_of(there, text)
    if not own.isdisjoint(its):
        return Word(text, raw, keys | {asked.act}, opposes=False)
    if not {row for row, _ in own}.isdisjoint(row for row, _ in its):
        return Word(text, raw, keys | {asked.act}, opposes=True)
    return Word(text, raw, keys, opposes=False)


def met(said: Iterable[Word]) -> frozenset[int]:
    """The keys of the question that some words meet."""
    return frozenset(chain.from_iterable(word.keys for word in said))


def is_light(word: Word) -> bool:
    """Whether a word may stand between who acts and the act."""
    return word.text in _LIGHT
