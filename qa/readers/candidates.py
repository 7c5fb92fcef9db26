"""The spans of a passage that could be an answer, each with what it looks like.

Names are runs of capitalised words, with a second reading that leaves off titles and nationalities;
times, numbers with their unit, quotations and bracketed text are found by pattern; clauses follow a
cue (`adalah`, `karena`, `because`); chunks are what lies between function words. Patterns know
Indonesian, Malay and English. Not handled: names in scripts without capitals, which come as chunks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from qa.readers.question import STOPWORDS, TITLES
from qa.types import Span


class Look(StrEnum):
    """What a candidate looks like."""

    NAME = "name"  # a run of capitalised words
    BARE = "bare"  # the same without titles, nationalities and words of the question
    PAIR = "pair"  # two such runs with a comma, `dan` or `and` between: a place within a place
    DATE = "date"
    YEAR = "year"
    SAID_YEAR = "said_year"  # with the word `tahun` or `year`
    NUMBER = "number"  # with its unit of measure, if it has one
    FIGURE = "figure"  # a number without its unit
    COUNT = "count"  # a number with the noun that it counts
    ABOUT = "about"  # a number with `sekitar`, `about` before it
    QUOTE = "quote"
    BRACKET = "bracket"
    REASON = "reason"  # a clause after `karena`, `because`
    CLAUSE = "clause"  # a clause after `adalah`, `is`, to the end of the sentence
    PHRASE = "phrase"  # a clause up to its first comma, `yang`, `which`
    CHUNK = "chunk"  # words between function words
    LOWER = "lower"  # those of them without capitals


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of the passage and the words `[first, last]` of it, by their place in the passage."""

    start: int
    end: int
    first: int
    last: int
    look: Look


def _table(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_MONTHS = (
    "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Nopember|Desember"
    "|January|February|March|May|June|July|August|October|December|Mac|Jun|Julai|Ogos|Disember"
)
_DAYS = (
    "Senin|Selasa|Rabu|Kamis|Jumat|Jum'at|Sabtu|Minggu|Isnin|Khamis|Jumaat|Ahad"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_YEAR = r"(?:1\d{3}|20\d{2})(?!\d)"
_DATE = (
    rf"\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})\b(?:,? {_YEAR})?"
    rf"|(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? {_YEAR})?"
    rf"|(?:{_MONTHS}) {_YEAR}|\d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d{{2}}))?(?![\d/])"
)
_TIME = re.compile(
    rf"\b(?:(?:{_DATE})(?:(?: ?[-–] ?| hingga | sampai | to | until )(?:{_DATE}))?"
    rf"|(?:pukul|jam) \d{{1,2}}[.:]\d{{2}}(?: WIB| WITA| WIT| GMT)?"
    r"|abad ke-? ?(?:\d{1,2}|[XVI]+)(?: [SM]M\b)?|\d{1,2}(?:st|nd|rd|th) centur(?:y|ies)"
    rf"|{_YEAR}(?:-an|s)(?!\w)"
    rf"|(?:{_DAYS})\b(?:,? (?:\(?(?:{_DATE})\)?))?)"
)
_DATE_ALONE = re.compile(rf"\b(?:{_DATE})")
_YEARS = re.compile(
    rf"\b(?:(?:tahun|year) )?\b{_YEAR}(?:(?: ?[-–] ?| hingga | sampai | to | until ){_YEAR})?"
    r"(?: ?(?:Masehi|M|SM|BC|AD|CE|BCE)\b)?"
)
_ONES = (
    "satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|belasan|puluhan|ratusan"
    "|ribuan|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|hundreds|thousands|half"
    "|twenty|thirty|forty|fifty"
)
_MAGNITUDES = (
    "ribu|juta|miliar|milyar|triliun|puluh|belas|ratus|lusin|bilion|trilion"
    "|hundred|thousand|million|billion|trillion|dozen"
)
_UNITS = (
    r"%|persen|peratus|per cent|percent|km²|km2|km|m²|m2|cm|mm|kg|tons?|met(?:er|re)s?|feet|foot|ft"
    r"|kilomet(?:er|re)s?(?: persegi)?|mil(?: persegi)?|miles?|mph|inci|inches|hektare?|ha"
    r"|hectares?|acres|liter|gram|derajat|degrees|°C|jiwa|orang|people|kali|times|tahun|bulan"
    r"|minggu|pekan|hari|jam|menit|detik|years?|months?|weeks?|days?|hours?|minutes?|seconds?"
    r"|dolar(?: AS)?|dollars?|rupiah|euros?|pounds?|yen"
)
_NUMBER = re.compile(
    r"(?:(?:Rp|US\$|AS\$|USD|RM|\$|€|£)\.? ?)?"
    rf"(?:\b\d++(?:[.,]\d++)*+|\b(?:{_ONES})\b)(?:(?: |-)(?:{_MAGNITUDES})\b){{0,3}}"
    rf"(?P<unit> ?(?:{_UNITS})(?:(?<=%)|(?<=²)|(?<=C)|\b)(?: persegi\b)?)?"
    r"|\bse(?:kitar )?(?:ratus|ribu|juta)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:sekitar|kira-kira|kurang lebih|hampir|lebih dari|sekurangnya|sedikitnya|minimal"
    r"|about|around|nearly|almost|more than|over|at least|up to|approximately) $",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"“([^“”\n]{2,200})”|\"([^\"\n]{2,200})\"|‘([^‘’\n]{2,100})’")
_BRACKET = re.compile(r"\(([^()\n]{2,100})\)")
_WHY = re.compile(
    r"\b(?:karena|sebab|disebabkan(?: oleh)?|akibat|kerana|lantaran|because(?: of)?|due to) ",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\b(?:adalah|ialah|yaitu|yakni|iaitu|merupakan|artinya|berarti|is|are|was|were|means|as) ",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r",| (?:yang|who|which|that) ")

NATIONS = _table("""
    inggris amerika serikat as rusia ukraina jerman prancis perancis tiongkok cina jepang korea
    indonesia malaysia singapura australia kanada belanda italia spanyol turki iran irak israel
    palestina polandia belarus latvia nato pbb uni eropa british american russian ukrainian german
    french chinese japanese uk us u.s. un eu
""")
_JOINTS = re.compile(r"[ \-/&]|[.'’] ?| & ")
_PARTICLES = _table("bin binti van von de der del al la le of ibn")
_LONGEST_CHUNK = 10
_LONGEST_CLAUSE = 300


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a passage: where they are, and which of them the question holds.

    `sentence_of` gives the sentence of each word, `begins` the first words of sentences and
    `sentence_ends` the offsets at which sentences end.
    """

    text: str
    spans: Sequence[Span]
    folded: Sequence[str]
    asked: Sequence[bool]
    sentence_of: Sequence[int]
    begins: frozenset[int]
    sentence_ends: Sequence[int]

    def candidate(self, start: int, end: int, look: Look) -> Candidate | None:
        """The candidate over `text[start:end]`; None if no word lies in it."""
        first = bisect_left(self.spans, start, key=lambda span: span.start)
        last = bisect_left(self.spans, end, key=lambda span: span.start) - 1
        return Candidate(start, end, first, last, look) if first <= last else None


def candidates(words: Words) -> list[Candidate]:
    """Every candidate of a passage, each span once, in order of its first finding.

    None is empty, and none begins or ends with white space.
    """
    found: dict[tuple[int, int], Candidate] = {}
    for finder in (_times, _numbers, _names, _enclosed, _clauses, _chunks):
        for start, end, look in finder(words):
            inner = words.text[start:end].strip()
            begin = words.text.index(inner, start)
            place = begin, begin + len(inner)
            if place not in found and (made := words.candidate(*place, look)):
                found[place] = made
    return list(found.values())


_Found: TypeAlias = Iterator[tuple[int, int, Look]]


def _times(words: Words) -> _Found:
    for pattern, look in ((_TIME, Look.DATE), (_DATE_ALONE, Look.DATE), (_YEARS, Look.YEAR)):
        for match in pattern.finditer(words.text):
            said = look is Look.YEAR and match.group()[0].isalpha()
            yield (*match.span(), Look.SAID_YEAR if said else look)
            if said:
                yield match.start() + match.group().index(" ") + 1, match.end(), Look.YEAR


def _numbers(words: Words) -> _Found:
    text = words.text
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        yield start, end, Look.NUMBER
        if about := _ABOUT.search(text, max(0, start - 20), start):
            yield about.start(), end, Look.ABOUT
        if match["unit"]:
            yield start, match.start("unit"), Look.FIGURE
        noun = bisect_left(words.spans, end, key=lambda span: span.start)
        if noun < len(words.spans) and text[end : words.spans[noun].start] == " ":
            counted = words.folded[noun]
            if counted not in STOPWORDS and not counted[0].isdecimal():
                yield start, words.spans[noun].end, Look.COUNT


def _names(words: Words) -> _Found:
    last_run: tuple[int, int] | None = None
    headlines = _headlines(words)
    for first, last in _runs(words):
        start, end = words.spans[first].start, words.spans[last].end
        if words.sentence_of[first] in headlines:
            yield start, end, Look.CHUNK
            continue
        yield start, end, Look.NAME
        bare = first
        while bare < last and (
            words.asked[bare]
            or words.folded[bare] in TITLES
            or (words.folded[bare] in NATIONS and bare > first)
        ):
            bare += 1
        if bare > first:
            yield words.spans[bare].start, end, Look.BARE
        if last_run and words.text[last_run[1] : start] in (", ", " dan ", " and "):
            yield last_run[0], end, Look.PAIR
        last_run = start, end


def _headlines(words: Words) -> set[int]:
    """The sentences in Title Case, where a capital says nothing."""
    capitals: defaultdict[int, list[bool]] = defaultdict(list)
    for span, sentence, folded in zip(words.spans, words.sentence_of, words.folded, strict=True):
        if folded not in STOPWORDS and not folded[0].isdecimal():
            capitals[sentence].append(words.text[span.start].isupper())
    return {sentence for sentence, upper in capitals.items() if len(upper) > 3 and all(upper)}


def _runs(words: Words) -> Iterator[tuple[int, int]]:
    """First and last word of each run of capitalised words."""
    text, spans, folded = words.text, words.spans, words.folded
    uncapitalised = {folded[at] for at, span in enumerate(spans) if text[span.start].islower()}

    def capital(at: int) -> bool:
        if not text[spans[at].start].isupper():
            return False
        return folded[at] not in STOPWORDS and not (
            at in words.begins and folded[at] in uncapitalised
        )

    def joined(at: int) -> bool:
        return at not in words.begins and bool(
            _JOINTS.fullmatch(text, spans[at - 1].end, spans[at].start)
        )

    at = 0
    while at < len(spans):
        if not capital(at):
            at += 1
            continue
        last = at
        while last + 1 < len(spans) and joined(last + 1):
            if text[spans[last + 1].start].isupper() or text[spans[last + 1].start].isdecimal():
                last += 1
            elif (
                folded[last + 1] in _PARTICLES
                and last + 2 < len(spans)
                and joined(last + 2)
                and capital(last + 2)
            ):
                last += 2
            else:
                break
        yield at, last
        at = last + 1


def _enclosed(words: Words) -> _Found:
    for pattern, look in ((_QUOTE, Look.QUOTE), (_BRACKET, Look.BRACKET)):
        for match in pattern.finditer(words.text):
            yield (*match.span(match.lastindex or 0), look)


def _clauses(words: Words) -> _Found:
    text = words.text
    for pattern, look in ((_WHY, Look.REASON), (_IS, Look.CLAUSE)):
        for match in pattern.finditer(text):
            start = match.end()
            sentence = bisect_right(words.sentence_ends, start - 1)
            if sentence == len(words.sentence_ends):
                break
            stop = min(words.sentence_ends[sentence], start + _LONGEST_CLAUSE)
            whole = text[start:stop].rstrip('.;:!?,"”’) \n')
            yield start, start + len(whole), look
            if short := _CLAUSE_END.search(whole):
                yield start, start + short.start(), Look.PHRASE


def _chunks(words: Words) -> _Found:
    text, spans = words.text, words.spans

    def trimmed(first: int, last: int, look: Look) -> _Found:
        while first <= last and words.asked[first]:
            first += 1
        while first <= last and words.asked[last]:
            last -= 1
        if first <= last:
            yield spans[first].start, spans[last].end, look

    at = 0
    while at < len(spans):
        if words.folded[at] in STOPWORDS:
            at += 1
            continue
        last = at
        while (
            last + 1 < len(spans)
            and last - at + 1 < _LONGEST_CHUNK
            and words.folded[last + 1] not in STOPWORDS
            and text[spans[last].end : spans[last + 1].start] in (" ", "-")
        ):
            last += 1
        yield from trimmed(at, last, Look.CHUNK)
        low = at
        for word in range(at, last + 2):
            if word > last or not text[spans[word].start].islower():
                if low < word and (low, word - 1) != (at, last):
                    yield from trimmed(low, word - 1, Look.LOWER)
                low = word + 1
        at = last + 1
