"""Who says a quotation, where the words beside it tell: `"...," kata X`, `X said: "..."`.

A name is what begins with a capital, and the words before it for what somebody is (`juru bicara
Kremlin Dmitry Peskov`). The verbs are in `qa/language/vocabulary`: `attributing`, `stating`.

Not handled: who `dia` and `she` are, scripts without capitals, names behind more than a clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.language.text import fold, sentences, words
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
_HE_SAYS = frozenset(f"{word}nya" for word in _KNOWN.attributing)
_AROUND = 600
"""Code points on either side of a quotation among which it is looked for."""
_MOST_WORDS = 12
_MARK = re.compile(r"[\"“”„«»]")
_OPENS = "“„«"
_LINE = re.compile(r"[\n\r\u2028\u2029]")
_JOINS = re.compile(r"(?<=\b[A-Z])\. ?|(?<=\b[A-Z][a-z])\. ?|[ \xa0]|-")
"""What stands between the words of a name: a space, a hyphen, the dot of an initial or of `Dr.`."""


def speaker(article: Article, quote: Span) -> Span | None:
    """The name of who says a quotation of an article; None where no word beside it tells."""
    text = article.text
    start, end = _paragraph(text, quote)
    marks = [match.start() for match in _MARK.finditer(text, start, end)]
    before = [at for at in marks if at < quote.start]
    if before and _is_open(text, before):
        # `"...," kata X. "..."`: the second quotation is of X too.
        since = before[-2] + 1 if len(before) > 1 else start
        closed = next((at for at in marks if at >= quote.end), end)
        is_told, name = _after(text, closed, end)
        return name if is_told else _ahead(text, since, before[-1])
    is_told, name = _after(text, quote.end, end)
    return name if is_told else _ahead(text, start, quote.start, goes_on=True)


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


def _after(text: str, start: int, end: int) -> tuple[bool, Span | None]:
    """Whether `kata X`, `X said` stands right behind a quotation, and the name there, if any."""
    found = _words(text, start, end)[:_MOST_WORDS]
    parts = text[start : found[0].start].replace("\xa0", " ").strip() if found else ""
    # Without a mark (`Peskov said Russia ...`) the quotation is who says it.
    if not parts or parts.strip(" ,.\"“”„«»'’?!…-–—"):
        return False, None
    if _is(text, found[0], _HE_SAYS):
        return True, None
    if _is(text, found[0], _KNOWN.attributing):
        rest = _without_to(text, found[1:])
        follows = rest and not text[found[0].end : rest[0].start].strip(" \xa0to")
        return True, _name(text, rest) if follows else None
    name = _name(text, found)
    clause = [word for word in found if "." not in text[found[0].start : word.start]]
    at = next((at for at, word in enumerate(clause) if _is(text, word, _KNOWN.stating)), None)
    if at is None:
        return False, None
    return True, name if name and at and name.end == clause[at - 1].end else None


def _ahead(text: str, start: int, end: int, *, goes_on: bool = False) -> Span | None:
    """The name in `X mengatakan`, `menurut X` in the last sentence of what precedes a quotation.

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
            is_told = not _is(text, found[at - 1], _KNOWN.persons | _KNOWN.pronouns)
            return _last_name(text, found[:at]) if is_told else None
        if _is(text, found[at], _KNOWN.attributing):
            return _name(text, _without_to(text, found[at + 1 :]))
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


def _words(text: str, start: int, end: int) -> list[Span]:
    return [Span(start + at.start, start + at.end) for at in words(text[start:end])]


def _is(text: str, word: Span, listed: frozenset[str] | set[str]) -> bool:
    return fold(text[word.start : word.end]) in listed
