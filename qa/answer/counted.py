"""What a number in a sentence counts: the dead, the hurt, the missing.

The vocabulary lists words for states that exclude each other (`counted_apart`). A number counts
those of the nearest such word: first of those right after it, up to the next comma or conjunction
(`42 orang terluka`), else of those before it (`menewaskan 12 orang`).

Not handled: states that no row lists, a number whose state stands in another sentence.
"""

from __future__ import annotations

import re
from collections.abc import Set

from qa.language.stem import roots
from qa.language.text import fold, folded_words, words
from qa.language.vocabulary import known
from qa.question.analyse import STOPWORDS
from qa.question.query import Query
from qa.types import Finding

_STATES = {word: at for at, listed in enumerate(known().counted_apart) for word in listed.split()}
_CHANGED_BY, _COMPARING, _ABOUT_A_NUMBER = (
    known().changed_by, known().comparing, known().about_a_number
)  # fmt: skip
_JOINS = known().listing | known().clause_openers
_STOP = re.compile(r"[,;:.!?()\n]\s")
_AFTER, _BEFORE = 60, 120
"""Code points around a number among which what it counts is looked for."""


def counts_another(query: Query, finding: Finding) -> bool:
    """Whether a number is surely of another state than the question asks for."""
    asked = set(_states(query.words, query.language))
    state = _counted(finding)
    return len(asked) == 1 and state is not None and state not in asked


def counts_as_asked(query: Query, finding: Finding) -> bool:
    """Whether a number is surely of the state that the question asks for."""
    return _counted(finding) in _states(query.words, query.language)


def names_a_state(forms: Set[str]) -> bool:
    """Whether a word, given by the forms that meet it, names a state: `tewas`, `killed`."""
    return not forms.isdisjoint(_STATES)


def is_difference(finding: Finding) -> bool:
    """Whether a number says by how much something differs: `lebih murah USD50`, `naik 12 orang`."""
    article, start = finding.passage.article, finding.span.start
    before = folded_words(_STOP.split(article.text[max(0, start - _BEFORE) : start])[-1])
    *earlier, last = ["", *(word for word in before if word not in _ABOUT_A_NUMBER)]
    return last in _CHANGED_BY or (
        # Not `kurang lebih 50`, nor `more than 50`.
        bool(earlier) and earlier[-1] in _COMPARING and last not in STOPWORDS
    )


def _counted(finding: Finding) -> int | None:
    """The state that a finding's number counts; None where no word tells."""
    article, span = finding.passage.article, finding.span
    text, language = article.text, article.language
    inside = _states(finding.quote, language)
    if inside:
        return inside[0]
    after = _STOP.split(text[span.end : span.end + _AFTER])[0]
    following = _states(_up_to_join(after), language)
    if following:
        return following[0]
    before = _STOP.split(text[max(0, span.start - _BEFORE) : span.start])[-1]
    led = _states(before, language)
    return led[-1] if led else None


def _up_to_join(text: str) -> str:
    for span in words(text):
        if fold(text[span.start : span.end]) in _JOINS:
            return text[: span.start]
    return text


def _states(text: str, language: str) -> list[int]:
    """The states that the words of a text name, in order."""
    found = []
    for span in words(text):
        word = fold(text[span.start : span.end])
        forms = (word, *sorted(roots(word, language)))
        found += [_STATES[form] for form in forms if form in _STATES][:1]
    return found
