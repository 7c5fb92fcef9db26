"""Findings made whole: a number with its unit, a person with the title begun, a reason's clause.

And cut where a reader ran on: into another score, or from a place into a day. A number that the
same sentence calls the former one gives way to the one it has become. What is added stands beside
the finding, so the quote stays a slice of the article. Not handled: a unit that no table lists, a
title after the name, a phrase cut within.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa.answer.amounts import is_currency, is_scale, is_unit
from qa.language.detect import family
from qa.language.stem import has_verb_prefix, roots
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


_SCORE = re.compile(r"(?<![\d.,-])\d{1,3}-\d{1,3}(?![\d-])")
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_MONTHS = "|".join(sorted({*_KNOWN.months, *_KNOWN.short_months}, key=len, reverse=True))
_DAY = re.compile(rf"\b\d{{1,2}}\s+(?:{_MONTHS})\b(?:\s+\d{{4}}\b)?", re.IGNORECASE)
_PLACED_DAY = re.compile(
    r"(?P<place>(?:[A-Z][\w'’.]*[ ,]+)+)"
    rf"(?=(?:{'|'.join(sorted(map(str.title, _KNOWN.weekdays)))}),?\s\(?\d)"
)
_BEFORE_DAYS = _KNOWN.stop_words | _KNOWN.prepositions | _KNOWN.weekdays.keys()
_EXAMPLES = re.compile(
    rf",\s+(?:{'|'.join(sorted(word for word in _KNOWN.examples if word.isalpha()))})\s",
    re.IGNORECASE,
)
_JOINED_DAYS = re.compile(rf"\d.*\b(?:{'|'.join(sorted(_KNOWN.listing))})\b.*\d", re.DOTALL)
_NOW = r"(?P<now>\d(?:[\d.,]*\d)?)"
_FEW = r"(?:\s+[^\W\d_]+){0,3}"
_FORMER = re.compile(
    rf"\b(?:{'|'.join(sorted(_KNOWN.grown_to))})\s+(?:\D{{0,4}}){_NOW}{_FEW}\s*[,(]?{_FEW}"
    rf"\s+\(?(?:{'|'.join(sorted(_KNOWN.formerly))}){_FEW}\s+(?:Rp|US\$|\$)?\s?$",
    re.IGNORECASE,
)
_FROM = _KNOWN.prepositions | _KNOWN.formerly
_MONEY = re.compile(r"(?:Rp\.?|US\$|\$)\s*$", re.IGNORECASE)
_LATTER = re.compile(
    rf"{_FEW}\s+(?:{'|'.join(sorted(_KNOWN.grown_to - _KNOWN.infinitive))})\s+"
    rf"(?:\D{{0,4}}){_NOW}",
    re.IGNORECASE,
)


def whole(query: Query, finding: Finding) -> Finding:
    """A finding with the words beside it that belong to it, by the kind of the question."""
    finding = replace(finding, span=_closed(finding))
    if query.kind is Kind.NUMBER:
        finding = replace(finding, span=_one_score(finding))
        finding = replace(finding, span=_without_examples(finding))
        finding = replace(finding, span=_become(query, finding))
        return replace(finding, span=_with_unit(finding))
    if query.kind in (Kind.PLACE, Kind.TIME):
        finding = replace(finding, span=_without_other(query.kind, finding))
    if query.kind is Kind.TIME:
        return replace(finding, span=_of_one_act(query, finding))
    if query.kind is Kind.PERSON:
        return replace(finding, span=_with_title(finding))
    if query.kind is Kind.REASON:
        return replace(finding, span=_with_clause(finding))
    return finding


def _closed(finding: Finding) -> Span:
    """`Selasa (10/9/2019` -> `Selasa (10/9/2019)`, `Jaksa (JPU` of `(JPU, Jakarta)` -> `Jaksa`.

    And `0751) 22` -> `(0751) 22`.
    """
    text, span = finding.passage.article.text, finding.span
    if ")" in finding.quote.partition("(")[0] and text[: span.start].endswith("("):
        return Span(span.start - 1, span.end)
    at = finding.quote.rfind("(")
    if at < 0 or ")" in finding.quote[at:]:
        return span
    if text[span.end : span.end + 1] == ")":
        return Span(span.start, span.end + 1)
    before = finding.quote[:at].rstrip()
    return Span(span.start, span.start + len(before)) if before else span


def _one_score(finding: Finding) -> Span:
    """`4-0 dan menang besar 5-3` -> `4-0`; the sets of one match, `6-4 dan 6-3`, stay together."""
    scores = [*_SCORE.finditer(finding.quote)]
    if len(scores) < 2:
        return finding.span
    end, following = scores[0].end(), scores[1].start()
    is_one = _KNOWN.stop_words.issuperset(folded_words(finding.quote[end:following]))
    return finding.span if is_one else Span(finding.span.start, finding.span.start + end)


def _without_examples(finding: Finding) -> Span:
    """`12 kategori, termasuk lagu dan album` -> `12 kategori`."""
    listed = _EXAMPLES.search(finding.quote)
    numbered = listed and any(map(str.isdecimal, finding.quote[: listed.start()]))
    if not listed or not numbered:
        return finding.span
    return Span(finding.span.start, finding.span.start + listed.start())


def _of_one_act(query: Query, finding: Finding) -> Span:
    """The day of what is asked, of `Senin (2/3) dan ditutup Kamis (5/3)`, that of one act each."""
    span, quote = finding.span, finding.quote
    if not _JOINED_DAYS.search(quote):
        return span
    found = words(quote)
    texts = [fold(quote[each.start : each.end]) for each in found]
    numbers = [at for at, text in enumerate(texts) if text[0].isdecimal()]
    for at in range(numbers[0] + 1, numbers[-1]):
        if not (has_verb_prefix(texts[at], least=3) and texts[at - 1] in _KNOWN.listing):
            continue
        if any(roots(texts[at], query.language) & key for key in query.keys):
            first = next(n for n in range(at + 1, len(texts)) if texts[n] not in _KNOWN.stop_words)
            return Span(span.start + found[first].start, span.end)
        joined = quote[: found[at - 1].start].rstrip(" ,")
        return Span(span.start, span.start + len(joined))
    return span


def _become(query: Query, finding: Finding) -> Span:
    """`78` -> `87`, of `menjadi 87 orang, sebelumnya 78` and of `dari 78 menjadi 87 orang`."""
    number = _NUMBER.search(finding.quote)
    if number is None or not _KNOWN.formerly.isdisjoint(folded_words(query.words)):
        return finding.span
    text, passage = finding.passage.article.text, finding.passage.span
    start, end = (finding.span.start + at for at in number.span())
    low = max(passage.start, start - 2 * _AROUND)
    found = _FORMER.search(text, low, start)
    # Not `membagi 5 orang menjadi 2 kelompok`.
    if not found and _FROM.issuperset(folded_words(_MONEY.sub("", text[low:start]))[-1:]):
        found = _LATTER.match(text, end, min(passage.end, end + _AROUND))
    return Span(*found.span("now")) if found else finding.span


def _without_other(kind: Kind, finding: Finding) -> Span:
    """`Cina 10 Oktober` -> `Cina` of a place, `10 Oktober` of a time."""
    span, quote = finding.span, finding.quote
    led = _PLACED_DAY.match(quote) if kind is Kind.TIME else None
    if led:
        return Span(span.start + led.end("place"), span.end)
    day = _DAY.search(quote)
    before = words(quote[: day.start()]) if day else []
    texts = [fold(quote[each.start : each.end]) for each in before]
    if day is None or not before:
        return span
    if kind is Kind.PLACE:
        while texts and texts[-1] in _BEFORE_DAYS:
            texts.pop()
        return Span(span.start, span.start + before[len(texts) - 1].end) if texts else span
    named = all(quote[each.start].isupper() for each in before) and day.end() == len(quote)
    return Span(span.start + day.start(), span.end) if named and _is_no_day(texts) else span


def _is_no_day(texts: list[str]) -> bool:
    return _KNOWN.weekdays.keys().isdisjoint(texts) and _KNOWN.months.keys().isdisjoint(texts)


def begins_with_verb(finding: Finding) -> bool:
    """Whether a finding begins with a verb of Indonesian and names nobody: `ditemukan tewas`."""
    if family(finding.passage.article.language) != "id" or finding.quote.lower() != finding.quote:
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
