"""Who says a quotation, where the words beside it tell: `"...," kata X`, `X said: "..."`.

A name is what begins with a capital, and the words before it for what somebody is (`juru bicara
Kremlin Dmitry Peskov`). The verbs are in `qa/language/vocabulary`: `attributing`, `stating`.

Where it is a pronoun (`ujarnya`, `kata dia`, `he said`), it is who said something in that sentence
or the one before it, where that is one name.

Not handled: pronouns further on, scripts without capitals, names behind more than a clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.language.text import fold, folded_words, sentences, words
from qa.language.vocabulary import known
from qa.types import Article, Span

_KNOWN = known()
_BEFORE_NAMES = (
    _KNOWN.titles | _KNOWN.offices | _KNOWN.people | _KNOWN.departments | _KNOWN.bodies
) - _KNOWN.stop_words
_NO_NAMES = (
    _KNOWN.persons
    | _KNOWN.pronouns
    | _KNOWN.first_persons
    | _KNOWN.starters
    | _KNOWN.connectives
    | _KNOWN.clause_openers
    | _KNOWN.months.keys()
    | _KNOWN.short_months.keys()
    | _KNOWN.weekdays.keys()
    | _KNOWN.short_weekdays.keys()
)
_KNOWN_OFFICES = _KNOWN.titles | _KNOWN.offices
_NO_PERSON = _NO_NAMES | _KNOWN.compass
_HE_SAYS = frozenset(f"{word}nya" for word in _KNOWN.attributing)
_ENDS = '.!?…"”’»'
_AROUND = 600
"""Code points on either side of a quotation among which it is looked for."""
_MOST_WORDS = 12
_PERSON = re.compile(r", ((?:[A-Z][\w'’.-]{1,40})(?: [A-Z][\w'’.-]{0,40}){1,3})(?=[,.( \n]|$)")
_MARK = re.compile(r"[\"“”„«»]")
_OPENS = "“„«"
_LINE = re.compile(r"[\n\r\u2028\u2029]")
_JOINS = re.compile(r"(?<=\b[A-Z])\. ?|(?<=\b[A-Z][a-z])\. ?|[ \xa0]|-")
"""What stands between the words of a name: a space, a hyphen, the dot of an initial or of `Dr.`."""


@dataclass(frozen=True, slots=True)
class _Told:
    """Who says a quotation, as the words beside it tell: a name, a pronoun, or none of these."""

    name: Span | None
    is_pronoun: bool = False


def speaker(article: Article, quote: Span) -> Span | None:
    """The name of who says a quotation of an article; None where no word beside it tells."""
    text = article.text
    start, end = _paragraph(text, quote)
    marks = [match.start() for match in _MARK.finditer(text, start, end)]
    before = [at for at in marks if at < quote.start]
    opened = quote.start
    if before and _is_open(text, before):
        # `"...," kata X. "..."`: the second quotation is of X too.
        opened = before[-1]
        since = before[-2] + 1 if len(before) > 1 else start
        closed = next((at for at in marks if at >= quote.end), end)
        told = _after(text, closed, end) or _ahead(text, since, opened)
    else:
        told = _after(text, quote.end, end) or _ahead(text, start, quote.start, goes_on=True)
    if told is None:
        return None
    return _meant(article, opened) if told.is_pronoun else told.name


def _meant(article: Article, before: int) -> Span | None:
    """Who a pronoun is that says something: who alone did in the last sentence before a place."""
    text = article.text
    begin = max(0, before - 2 * _AROUND)
    told = [
        sentence
        for sentence in sentences(text, begin, before)
        if not any(mask.overlaps(sentence) for mask in article.masks)
    ]
    # The first may be cut; the last may be what begins the sentence of the quotation.
    told = told[1:] if begin else told
    goes_on = told and text[told[-1].end - 1] not in _ENDS
    names: dict[str, Span] = {}
    for sentence in told[-2 if goes_on else -1 :]:
        names |= {text[name.start : name.end]: name for name in _sayers(text, sentence)}
    return next(iter(names.values())) if len(names) == 1 else None


def _sayers(text: str, sentence: Span) -> list[Span]:
    """The names in a sentence that stand beside a verb of saying."""
    found = _words(text, sentence.start, sentence.end)
    names = []
    for at, word in enumerate(found):
        name = None
        if at and _is(text, word, _KNOWN.stating):
            is_pronoun = _is(text, found[at - 1], _KNOWN.persons | _KNOWN.pronouns)
            name = None if is_pronoun else _last_name(text, found[:at])
        if name is None and _is(text, word, _KNOWN.attributing):
            rest = _without_to(text, found[at + 1 :])
            follows = rest and not text[word.end : rest[0].start].strip(" \xa0to")
            name = _name(text, rest) if follows else None
        names += [name] if name else []
    return names


def _paragraph(text: str, quote: Span) -> tuple[int, int]:
    """The lines that a quotation stands in, as far as they matter."""
    low, high = max(0, quote.start - _AROUND), min(len(text), quote.end + _AROUND)
    breaks = [match.end() for match in _LINE.finditer(text, low, quote.start)]
    after = _LINE.search(text, quote.end, high)
    return (breaks[-1] if breaks else low), (after.start() if after else high)


def _is_open(text: str, marks: Sequence[int]) -> bool:
    """Whether the last of some quotation marks, in order, opens a quotation."""
    last = text[marks[-1]]
    if last == '"':
        return sum(text[at] == '"' for at in marks) % 2 == 1
    return last in _OPENS


def _after(text: str, start: int, end: int) -> _Told | None:
    """Who says it where `kata X`, `X said` stands right behind a quotation."""
    found = _words(text, start, end)[:_MOST_WORDS]
    parts = text[start : found[0].start].replace("\xa0", " ").strip() if found else ""
    # Without a mark (`Peskov said Russia ...`) the quotation is who says it.
    if not parts or parts.strip(" ,.\"“”„«»'’?!…-–—"):
        return None
    if _is(text, found[0], _HE_SAYS):
        return _Told(None, is_pronoun=True)
    if _is(text, found[0], _KNOWN.attributing):
        rest = _without_to(text, found[1:])
        follows = rest and not text[found[0].end : rest[0].start].strip(" \xa0to")
        if not follows:
            return _Told(None)
        name = _with_person(text, _name(text, rest))
        return _Told(name, is_pronoun=_is(text, rest[0], _KNOWN.persons))
    name = _name(text, found)
    clause = [word for word in found if "." not in text[found[0].start : word.start]]
    at = next((at for at, word in enumerate(clause) if _is(text, word, _KNOWN.stating)), None)
    if at is None:
        return None
    is_name = name and at and name.end == clause[at - 1].end
    is_pronoun = at == 1 and _is(text, clause[0], _KNOWN.persons)
    return _Told(name if is_name else None, is_pronoun=is_pronoun)


def _ahead(text: str, start: int, end: int, *, goes_on: bool = False) -> _Told | None:
    """As `_after`, of `X mengatakan`, `menurut X` in the last sentence of what precedes one.

    Args:
        text: Of the article.
        start: Where what precedes it begins.
        end: Where the quotation begins.
        goes_on: Whether the sentence must go on with the quotation.
    """
    before = sentences(text, start, end)
    if not before or (goes_on and text[before[-1].end - 1] in ".!?"):
        return None
    found = _words(text, before[-1].start, end)
    for at in range(len(found) - 1, -1, -1):
        if at and _is(text, found[at], _KNOWN.stating):
            if _is(text, found[at - 1], _KNOWN.persons):
                return _Told(None, is_pronoun=True)
            is_many = _is(text, found[at - 1], _KNOWN.pronouns)
            return _Told(None if is_many else _last_name(text, found[:at]))
        if _is(text, found[at], _KNOWN.attributing):
            return _Told(_name(text, _without_to(text, found[at + 1 :])))
    return None


def _without_to(text: str, found: Sequence[Span]) -> Sequence[Span]:
    """What follows `according to` without the `to`."""
    return found[1:] if found and _is(text, found[0], _KNOWN.infinitive) else found


def _last_name(text: str, found: Sequence[Span]) -> Span | None:
    """The name that is the subject of a verb behind some words: the last one that is no day."""
    names = []
    at = 0
    while at < len(found):
        name = _name(text, found[at:])
        if name is None:
            at += 1
        else:
            names.append(name)
            at = next((n for n in range(at, len(found)) if found[n].start >= name.end), len(found))
    return names[-1] if names else None


def _name(text: str, found: Sequence[Span]) -> Span | None:
    """The name that some words begin with; None if they begin with none."""
    kept: list[Span] = []
    last = 0
    for word in found[:_MOST_WORDS]:
        if not kept and _is(text, word, _KNOWN.articles):
            continue
        if kept and not _JOINS.fullmatch(text, kept[-1].end, word.start):
            break
        is_named = text[word.start].isupper() and not _is(text, word, _NO_NAMES)
        is_within = last and _is(text, word, _KNOWN.particles)
        if not (is_named or is_within or _is(text, word, _BEFORE_NAMES)):
            break
        kept.append(word)
        last = len(kept) if is_named else last
    return Span(kept[0].start, kept[last - 1].end) if last else None


def _with_person(text: str, name: Span | None) -> Span | None:
    """What somebody is with the name of two words or more behind a comma: `Ketua DPR, Ani Wati`."""
    if name is None or _KNOWN_OFFICES.isdisjoint(folded_words(text[name.start : name.end])):
        return name
    person = _PERSON.match(text, name.end)
    if person is None or not _NO_PERSON.isdisjoint(folded_words(person[1])):
        return name
    return Span(name.start, person.start(1) + len(person[1].rstrip(".")))


def _words(text: str, start: int, end: int) -> list[Span]:
    return [Span(start + at.start, start + at.end) for at in words(text[start:end])]


def _is(text: str, word: Span, listed: frozenset[str] | set[str]) -> bool:
    return fold(text[word.start : word.end]) in listed
