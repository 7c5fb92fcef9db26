"""Findings made whole: a number with its unit, a person with the title begun, a reason's clause.

What is added stands right beside the finding, so the quote stays a slice of the article. Not
handled: a unit that no table lists, a title after the name.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa.answer.amounts import is_currency, is_scale, is_unit
from qa.language.detect import family
from qa.language.stem import has_verb_prefix
from qa.language.text import fold, folded_words, words
from qa.language.vocabulary import known
from qa.question.analyse import TITLES, Kind
from qa.question.query import Query
from qa.types import Finding, Span

_KNOWN = known()
_TITLES = TITLES | _KNOWN.offices
_CAUSES = _KNOWN.causes
_STOP = re.compile(r"[,.;:!?()\"“”\n]+\s*")
_CLAUSE = 120
"""Code points before a finding among which its clause begins."""
_AROUND = 40
"""Code points on either side of a finding among which the rest of it is looked for."""


def whole(query: Query, finding: Finding) -> Finding:
    """A finding with the words beside it that belong to it, by the kind of the question."""
    if query.kind is Kind.NUMBER:
        return replace(finding, span=_with_unit(finding))
    if query.kind is Kind.PERSON:
        return replace(finding, span=_with_title(finding))
    if query.kind is Kind.REASON:
        return replace(finding, span=_with_clause(finding))
    return finding


def begins_with_verb(finding: Finding) -> bool:
    """Whether a finding begins with what looks like a verb of Indonesian: `ditemukan tewas`."""
    if family(finding.passage.article.language) != "id" or not finding.quote[:1].islower():
        return False
    first = next(iter(folded_words(finding.quote)), "")
    return (
        has_verb_prefix(first, least=3)
        and not first.startswith(("pe", "ter"))
        and first not in _KNOWN.no_verb
    )


def _with_clause(finding: Finding) -> Span:
    """`menyelimuti kota` -> `asap kian pekat menyelimuti kota`: from the word that gives a reason.

    Where such a word stands before the finding in its clause, all of what follows it belongs.
    """
    text, span = finding.passage.article.text, finding.span
    low = max(finding.passage.span.start, span.start - _CLAUSE)
    stops = [match.end() for match in _STOP.finditer(text, low, span.start)]
    low = stops[-1] if stops else low
    following = words(text[low : span.start])
    for at, word in enumerate(following):
        if fold(text[low + word.start : low + word.end]) in _CAUSES and at + 1 < len(following):
            return Span(low + following[at + 1].start, span.end)
    return span


def _with_unit(finding: Finding) -> Span:
    """`40.000` -> `40.000 tentara`, `5` -> `Rp5 miliar`."""
    text, (start, end) = finding.passage.article.text, (finding.span.start, finding.span.end)
    if not (text[end - 1].isdecimal() or is_scale(fold(finding.quote.split()[-1]))):
        return finding.span
    if text[end : end + 1] == "%":
        # The unit itself: who comes after it in `60% warga` is not counted.
        return Span(start, end + 1)
    begin = _with_currency(text, start)
    for at in words(text[end : end + _AROUND]):
        word = fold(text[finding.span.end + at.start : finding.span.end + at.end])
        apart = text[end : finding.span.end + at.start].strip(" \xa0")
        if apart or not (is_scale(word) or (is_unit(word) and begin == start)):
            break
        end = finding.span.end + at.end
        if is_unit(word):
            break
    return Span(begin, end)


def _with_currency(text: str, start: int) -> int:
    """Where a number begins with the money before it: `Rp`, `US$`."""
    before = text[max(0, start - 5) : start]
    bare = before.rstrip(" \xa0")
    for length in (3, 2, 1):
        if len(bare) >= length and is_currency(fold(bare[-length:])):
            at = start - len(before) + len(bare) - length
            return at if at == 0 or not text[at - 1].isalnum() else start
    return start


def _with_title(finding: Finding) -> Span:
    """`Besar Rina Karta` -> `Duta Besar Rina Karta`: a title that is begun is whole."""
    text, span = finding.passage.article.text, finding.span
    start = span.start
    first = words(finding.quote)[:1]
    if not first or fold(finding.quote[first[0].start : first[0].end]) not in _TITLES:
        return span
    low = max(0, start - _AROUND)
    for at in words(text[low:start])[::-1]:
        word = text[low + at.start : low + at.end]
        apart = text[low + at.end : start].strip(" \xa0")
        if apart or not word[0].isupper() or fold(word) not in _TITLES:
            break
        start = low + at.start
    return Span(start, span.end)
