"""Whether a question leans on what was asked before, judged from its words alone.

Pronouns, connectives, ellipsis ("Dan Kanada?") and the absence of any name tell it. No model: names
are runs of capitalised words.

Indonesian, Malay and English only. Not handled: scripts without capitals, where a question without
one of these pronouns is taken to lack a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import dropwhile

from qa.language.stem import has_verb_prefix
from qa.language.text import fold, words
from qa.language.vocabulary import known
from qa.question.analyse import STOPWORDS, asks
from qa.types import Span

MOST_WORDS = 40
"""A longer question stands on its own."""

TRAILING = " \t\n?？!.…"
"""What a question may end in."""

_FEW_KEYS = 5
"""A question without a name and with more content words than this stands on its own."""
_FEW_OF_A_DEED = 8
"""The same for one that begins with what was done: `Diikuti berapa pelaku usaha kecil ...?`"""
_AN_ANTECEDENT = 3
"""So many content words before a pronoun may be what it means."""
_MOST_FRAGMENT_WORDS = 6
_MOST_BARE_WORDS = 3
"""Words of `Dan Kanada?`, and of `Kanada?`, which nothing introduces."""
_HEAD = 3
"""Words at the head of a question among which the one that asks stands."""


_KNOWN = known()
PERSONS = _KNOWN.persons
_PRONOUNS = PERSONS | _KNOWN.pronouns
_TIMES = _KNOWN.pointed_times
# Between the word that asks and what it asks about.
_ASKING_WITH = _KNOWN.asking_with
_POINTERS = _KNOWN.pointers
# As first words they ask for more of the same.
_CONNECTIVES = _KNOWN.connectives
_ABOUT = re.compile(
    r"(?:(?:lalu|dan|and)\s+)?(?:bagaimana (?:dengan|pula|halnya)|gimana dengan|kalau"
    r"|(?:what|how) about)\s+",
    re.IGNORECASE,
)
_DEFINING = re.compile(r"apa(?:kah)? itu\b", re.IGNORECASE)
# What ends in -nya and points to nothing.
_FIXED = _KNOWN.fixed_nya


class Lean(IntEnum):
    """How surely a question needs the turns before it."""

    NOT = 0
    PERHAPS = 1
    SURELY = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, as it is and folded, and where it stands."""

    text: str
    folded: str
    start: int
    end: int


def lean(question: str) -> Lean:
    """Whether a question stands on its own, by its words alone."""
    found = words_of(question)
    if not found or len(found) > MOST_WORDS:
        return Lean.NOT
    content = [word for word in found if is_content(word)]
    if fragment_of(question) is not None or not content:
        return Lean.SURELY
    named = names(question)
    pointer = _pointer(question, found)
    if found[0].folded in _CONNECTIVES or pointer is not None:
        before = [word for word in content if pointer is not None and word.start < pointer]
        return Lean.PERHAPS if named or len(before) >= _AN_ANTECEDENT else Lean.SURELY
    if not any(asks(word.folded) for word in found):
        return Lean.NOT
    few = _FEW_OF_A_DEED if _is_done(content[0]) else _FEW_KEYS
    return Lean.PERHAPS if not named and len(content) <= few else Lean.NOT


def _is_done(word: Word) -> bool:
    """Whether a question begins with what was done to something it does not name: `digelar`."""
    return word.folded.startswith("di") and has_verb_prefix(word.folded, least=3)


def fragment_of(question: str) -> str | None:
    """What an elliptic question puts in the place of something (`Dan Kanada?`), else None."""
    whole = question.strip().rstrip(TRAILING)
    opened = _ABOUT.match(whole)
    rest = whole[opened.end() :] if opened else unconnected(whole)
    most = _MOST_BARE_WORDS if rest == whole else _MOST_FRAGMENT_WORDS
    found = words_of(rest)
    if not 0 < len(found) <= most or any(asks(word.folded) for word in found):
        return None
    is_named = bool(names(rest, opens=False)) or any(word.text[0].isdecimal() for word in found)
    return rest if is_named and _pointer(rest, found) is None else None


def unconnected(question: str) -> str:
    """A question without the connective that it begins with."""
    first = words_of(question)[:1]
    if not first or first[0].folded not in _CONNECTIVES:
        return question
    return question[first[0].end :].lstrip(" ,") or question


def asked_about(question: str) -> str:
    """A question without the words that ask: `Rudal apa yang dikirim?` -> `Rudal dikirim`."""
    found = words_of(question)
    at = next((at for at, word in enumerate(found[:_HEAD]) if asks(word.folded)), -1)
    head = [word for word in found[: max(at, 0)] if is_content(word)]
    rest = list(dropwhile(lambda word: word.folded in _ASKING_WITH, found[at + 1 :]))
    parts = [question[run[0].start : run[-1].end] for run in (head, rest) if run]
    return " ".join(parts)


def names(text: str, *, opens: bool = True) -> list[Span]:
    """Runs of capitalised words, of which the word that opens a sentence alone is none."""
    runs: list[Span] = []
    for at, word in enumerate(words_of(text)):
        if not word.text[0].isupper() or not is_content(word):
            continue
        if opens and at == 0 and not (word.text.isupper() or text[word.end + 1 :][:1].isupper()):
            continue
        if runs and not text[runs[-1].end : word.start].strip(" \xa0-–."):
            runs[-1] = Span(runs[-1].start, word.end)
        else:
            runs.append(Span(word.start, word.end))
    return runs


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [
        Word(text[at.start : at.end], fold(text[at.start : at.end]), at.start, at.end)
        for at in words(text)
    ]


def is_content(word: Word) -> bool:
    """Whether a word says what a question is about."""
    folded = word.folded
    return not (
        folded in STOPWORDS
        or folded in _POINTERS
        or folded in _PRONOUNS
        or folded in _CONNECTIVES
        or asks(folded)
    )


def _pointer(question: str, found: Sequence[Word]) -> int | None:
    """Where the first word stands that refers to something before it; None if there is none."""
    if _DEFINING.match(question):
        return None
    for before, word, after in zip([None, *found], found, [*found[1:], None], strict=False):
        folded = word.folded
        if folded in _PRONOUNS:
            return word.start
        if folded in _POINTERS:
            times = (before and before.folded, after and after.folded)
            if folded in ("ini", "this") and not _TIMES.isdisjoint(times):
                continue
            if folded in ("that", "those") and before and after and is_content(before):
                # It joins clauses: `the theorem that states ...`.
                continue
            return word.start
        if len(folded) > 5 and folded.endswith("nya") and folded not in _FIXED:
            return word.start
    return None
