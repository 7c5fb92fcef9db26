"""Finds a quotation in the articles of an index, or what comes nearest to it.

The words of the quotation that fewest passages hold choose the articles to look at; there its words
are compared with those of the article's whole text, so that a quotation may cross passages. Nothing
is stored for it.

Where no article has it as it is given, its parts are looked for, and its numbers however they are
written (`gaps.py`, `numbers.py`); then what differs.

Not handled: words that were translated. A space within a word makes no difference (`di mana`,
`dimana`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from time import perf_counter
from typing import Protocol

from qa.cite import cite
from qa.errors import UsageError
from qa.find import Worded, worded
from qa.i18n import _
from qa.language.text import fold
from qa.language.vocabulary import known
from qa.lexical.index import LexicalIndex
from qa.protocols import Rows
from qa.quote.align import SPELLING, Alignment, Part, Range, is_negation
from qa.quote.candidates import Candidates, Chooser
from qa.quote.gaps import Given, bare_letters, beside, standing, told
from qa.quote.numbers import is_number, valued
from qa.quote.result import Gap, Kind, Piece, Quoted, QuotePlace, Verdict
from qa.quote.speaker import speaker
from qa.settings import Filters
from qa.store import Generation
from qa.types import Article, Span

_KNOWN = known()
_PARTS = _KNOWN.connectives | _KNOWN.clause_openers
_DENIED_FROM = 6
"""Words before a quotation among which one may deny it."""
_READ = 2000
"""Most articles in which a quotation is looked for word for word: 0.3 ms each (2026-11)."""
_BATCH = 64
_LOOKED_AT = 150
"""Articles whose pairs of words are compared with those of a quotation that is nowhere verbatim:
0.25 ms each (2026-11)."""
_LOOKED_AT_SHORT = 400
"""The same of a short quotation, whose words many articles hold."""
_ALIGNED = 10
"""Of these, how many it is laid beside: those with the most pairs of words in common."""
_MOST_ALIGNED = 60
"""How many, where they have all the pairs that they must have."""
_LEAST_WORDS = 4
"""A shorter quotation is found verbatim or not at all."""
_MOST_WORDS = 1000
"""And so is a longer one."""
_SHORT = 8
"""In a quotation of fewer words only numbers, denials, opposites and spelling may differ: another
word makes another quotation."""
_SLIPS = 0.2
"""Share of the words of a quotation that may differ; one may always."""
_LONGEST_CHANGE = 3
"""Words in a row that may differ."""
_LONGEST_AT_ENDS = 1
"""The same at its ends, where more are another quotation's."""
_NEAR = 0.4
"""Share of the words that are the same in what is shown as nearest."""
_NEAREST = 3

_STOP = re.compile(r"[.!?…][\"”»’)\]]*\s|[\n\r]")
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Found:
    """Words of an article, before they are a citation; `parts` where they are in parts."""

    article: Article
    span: Span
    difference: tuple[Piece, ...] = ()
    negation: Span | None = None
    gaps: tuple[Gap, ...] = ()
    parts: tuple[Span, ...] = ()

    @property
    def speaker(self) -> Span | None:
        """Who says it; nobody where the parts are of two."""
        said = [speaker(self.article, part) for part in (self.span, *self.parts)]
        names = {self.article.text[name.start : name.end]: name for name in said if name}
        return next(iter(names.values())) if len(names) == 1 else None


@dataclass(frozen=True, slots=True)
class _Aligned:
    """A quotation of some words beside those of an article, and each of its parts."""

    whole: Alignment
    each: Sequence[Alignment]
    given: Given
    text: Worded
    article: Article
    words: int

    @property
    def is_close(self) -> bool:
        """Whether it is that quotation: so is each of its parts, and all together."""
        if len(self.each) == 1:
            return _is_close(self.whole, self.words)
        sizes = [after - first for first, after in self.given.parts]
        most = max(1, _SLIPS * self.words)
        return self.whole.cost <= most and all(map(_is_close, self.each, sizes))

    @property
    def same(self) -> int:
        """How many words are the same in both."""
        return sum(part.size for part in self.whole.parts if part.kind is None)

    def place(self) -> _Found:
        """The place, and how the quotation differs."""
        places = [one.found for one in self.each]
        gaps, changes = told(self.given, places, self.text, self.article)
        pieces: list[Piece] = []
        if self.whole.longest or changes:
            for part in self.whole.parts:
                cut = next((at for at in changes if self.given.parts[at][1] == part.given[0]), None)
                pieces += [] if cut is None else [changes.pop(cut)]
                pieces.append(self._piece(part))
        return _Found(
            self.article,
            self._there(self.whole.found),
            tuple(pieces),
            gaps=gaps,
            parts=tuple(map(self._there, places)) if self.given.cuts else (),
        )

    def _piece(self, part: Part) -> Piece:
        first, after = part.given
        said = self.given.words.span(first, after - 1) if first < after else Span(0, 0)
        there = self._there(part.found)
        return Piece(
            self.given.text[said.start : said.end],
            self.article.text[there.start : there.end],
            there,
            part.kind,
        )

    def _there(self, words: Range) -> Span:
        """Where some words of the article stand; between two of them, where there are none."""
        first, after = words
        if first < after:
            return self.text.span(first, after - 1)
        at = self.text.ends[first - 1] if first else 0
        return Span(at, at)


class Checks(Protocol):
    """Checks quotations against articles."""

    def check(self, quotation: str, filters: Filters = ..., *, limit: int = ...) -> Quoted:
        """As `Engine.quote`."""
        ...


class Quotations:
    """Checks quotations against one generation of an index."""

    def __init__(self, generation: Generation, index: LexicalIndex) -> None:
        self._generation = generation
        self._chooser = Chooser(generation, index)

    def check(self, quotation: str, filters: Filters = Filters(), *, limit: int = 20) -> Quoted:
        """As `Checks.check`."""
        started = perf_counter()
        wanted = worded(quotation)
        if not wanted.words:
            raise UsageError(
                _('The quotation has no words. Give one: qa quote "Saluran itu belum dipakai"')
            )
        candidates = self._chooser.candidates(quotation, filters)
        whole = candidates.whole
        bare = bare_letters(quotation)
        begins = _begins(quotation, wanted)
        found = [
            place
            for article in self._articles(whole[:_READ], filters)
            if any(bare in text for text in _bare(article))
            for place in _verbatim(wanted, article, begins=begins)
        ]
        nearest: list[_Found] = []
        if not found:
            found, nearest = self._otherwise(
                Given.of(quotation), candidates, filters, begins=begins
            )
        found = [place for place in found if not place.difference] or found
        verdict = Verdict.NOT_FOUND
        if found:
            verdict = Verdict.ALTERED if found[0].difference else Verdict.VERBATIM
        found.sort(key=lambda place: place.article.published or date.max)
        grouped = _grouped(found)
        return Quoted(
            quotation,
            verdict,
            places=_placed(grouped[:limit]),
            nearest=_placed(_grouped(nearest)[:_NEAREST]),
            more=max(0, len(grouped) - limit),
            unread=max(0, len(whole) - _READ),
            filters=filters,
            took_ms=(perf_counter() - started) * 1000,
        )

    def _otherwise(
        self, given: Given, candidates: Candidates, filters: Filters, *, begins: bool
    ) -> tuple[list[_Found], list[_Found]]:
        """Where a quotation stands in its parts or with its numbers written otherwise, or altered.

        And what is nearest, where it stands nowhere.
        """
        is_compared = _LEAST_WORDS <= len(given.words) <= _MOST_WORDS
        if given.is_plain and not is_compared:
            return [], []
        # A number may be what was changed, and is rare.
        others = given.without_numbers()
        if not given.is_plain:
            near = self._chooser.candidates(others, filters, is_parted=bool(given.cuts))
            candidates = near if len(near) else candidates
        looked_at = _LOOKED_AT_SHORT if len(given.words) < _SHORT else _LOOKED_AT
        articles = list(self._articles(candidates.rows[:looked_at], filters))
        if not given.is_plain and (is_compared or not given.cuts):
            needed = given.needed
            found = [
                place
                for article in articles[: len(candidates.whole)]
                if any(all(run in text for run in needed) for text in _bare(article))
                for place in _in_parts(given, article, begins=begins)
            ]
            if found:
                return found, []
        return _beside(given, articles) if is_compared else ([], [])

    def _articles(self, rows: Rows, filters: Filters) -> Iterator[Article]:
        """The articles of some passages, in their order."""
        for start in range(0, len(rows), _BATCH):
            for passage in self._generation.passages(rows[start : start + _BATCH], filters):
                yield passage.article


def _begins(quotation: str, wanted: Worded) -> bool:
    """Whether a quotation is given as the beginning of a sentence: it alone has a capital."""
    first, *others = (quotation[at] for at in wanted.starts[:2])
    return first.isupper() and any(other.islower() for other in others)


def _bare(article: Article) -> Iterator[str]:
    """The letters and digits of an article alone; then those of its prose, where it has masks.

    What a quotation needs is looked for there first, in a fifth of the time that words take.
    """
    yield bare_letters(article.text)
    if article.masks:
        ends = [0, *(mask.end for mask in article.masks)]
        starts = [*(mask.start for mask in article.masks), len(article.text)]
        prose = (article.text[end:start] for end, start in zip(ends, starts, strict=True))
        yield bare_letters(" ".join(prose))


def _verbatim(wanted: Worded, article: Article, *, begins: bool) -> list[_Found]:
    """The places where an article has a quotation word for word."""
    text = worded(article.text, article.masks)
    found = text.find(wanted.run)
    if not found and article.masks:
        text = worded(article.text)
        found = text.find(wanted.run)
    return [_exact(text, first, last, article, begins=begins) for first, last in found]


def _exact(text: Worded, first: int, last: int, article: Article, *, begins: bool) -> _Found:
    """A place where a quotation stands word for word.

    Where a negation right before it was cut off, and it is given as if the sentence began without,
    that is a change.
    """
    span = text.span(first, last)
    at = _denied_by(text, first, article)
    if at is None:
        return _Found(article, span)
    denial = text.span(at, at)
    if denial.start < cite(span, article, 1).sentence.start:
        return _Found(article, span)
    is_cut = at == first - 1 and is_negation(text.words[at])
    if not is_cut or not begins or not article.text[span.start].islower():
        return _Found(article, span, negation=denial)
    cut, said = (article.text[at.start : at.end] for at in (denial, span))
    pieces = (Piece("", cut, denial, Kind.NEGATION), Piece(said, said, span))
    return _Found(article, Span(denial.start, span.end), pieces)


def _in_parts(given: Given, article: Article, *, begins: bool) -> list[_Found]:
    """The places where an article has the parts of a quotation, its numbers written anyhow."""
    text = valued(article.text, worded(article.text, article.masks))
    found = []
    for places in standing(given, text):
        parts = [text.span(first, after - 1) for first, after in places]
        gaps, changes = told(given, places, text, article)
        opening = _exact(text, places[0][0], places[0][1] - 1, article, begins=begins)
        pieces = list(opening.difference[:1])
        is_changed = bool(pieces or changes)
        for at, (words, there) in enumerate(zip(given.parts, parts, strict=True)):
            said = given.words.span(words[0], words[1] - 1)
            quoted = given.text[said.start : said.end]
            pieces.append(Piece(quoted, article.text[there.start : there.end], there))
            pieces += [changes[at]] if at in changes else []
        found.append(
            _Found(
                article,
                Span(opening.span.start, parts[-1].end),
                tuple(pieces) if is_changed else (),
                opening.negation or _denial(text, places, article, changes),
                gaps,
                tuple(parts) if given.cuts else (),
            )
        )
    return found


def _denial(
    text: Worded, places: Sequence[Range], article: Article, changes: Container[int]
) -> Span | None:
    """The word between two parts that may deny what follows it, where that is no change already."""
    for cut, ((_first, after), (following, _end)) in enumerate(pairwise(places)):
        at = _denied_by(text, following, article)
        if at is not None and at >= after and cut not in changes:
            return text.span(at, at)
    return None


def _denied_by(text: Worded, first: int, article: Article) -> int | None:
    """The word before a quotation, in its clause, that denies it: `membantah`, `tak pernah`.

    It may be of the sentence before.
    """
    for at in range(first - 1, max(-1, first - 1 - _DENIED_FROM), -1):
        between = article.text[text.ends[at] : text.starts[at + 1]]
        word = text.words[at]
        if "," in between or ";" in between or word in _PARTS:
            return None
        if is_negation(word) or word in _KNOWN.denials:
            return at
    return None


def _beside(given: Given, articles: Sequence[Article]) -> tuple[list[_Found], list[_Found]]:
    """The places where a quotation stands with the fewest changes, if few enough; the nearest."""
    pairs = _pairs(given.text)
    # In their order, where they have as many pairs.
    shared = {article.id: len(pairs & _pairs(article.text)) for article in articles}
    likely = sorted(articles, key=lambda article: -shared[article.id])
    # A word that differs is in two pairs.
    most = max(1, _SLIPS * len(given.words))
    enough = sum(count >= len(pairs) - 2 * most for count in shared.values())
    spelt, numbers = given.spelt(), sum(map(is_number, given.words.words))
    aligned: list[_Aligned] = []
    for article in likely[: max(_ALIGNED, min(enough, _MOST_ALIGNED))]:
        text = worded(article.text, article.masks)
        found = _aligned(spelt, text, article)
        # By value too, where that may be closer; by value alone a number may be cut (`14,28` of
        # `14,28 miliar`).
        may_be = found is None or found.same >= len(given.words) - numbers - most
        other = _aligned(given, text, article) if numbers and may_be else None
        if other and (found is None or other.whole.cost <= found.whole.cost):
            found = other
        aligned += [found] if found else []
    aligned.sort(key=lambda one: one.whole.cost)
    close = [one for one in aligned if one.is_close]
    least = [one for one in close if one.whole.cost <= close[0].whole.cost + SPELLING]
    near = [one for one in aligned if one.whole.cost <= (1 - _NEAR) * one.words]
    if least:
        return [one.place() for one in least], []
    return [], [one.place() for one in near]


def _aligned(given: Given, text: Worded, article: Article) -> _Aligned | None:
    """A quotation beside the words of an article; None where none is in its place."""
    text = (valued(article.text, text) if given.by_value else text).joined(set(given.words.words))
    if not text.words:
        return None
    joined = given.joined(set(text.words))
    found = beside(joined, text, partial(_is_parted, article.text, text))
    if found is None or found[0].found[0] >= found[0].found[1]:
        return None
    return _Aligned(*found, joined, text, article, len(given.words))


def _is_parted(text: str, words: Worded, at: int) -> bool:
    """Whether a sentence ends before a word of an article."""
    between = text[words.ends[at - 1] : words.starts[at]]
    return _STOP.search(between) is not None


def _is_close(alignment: Alignment, words: int) -> bool:
    """Whether a quotation differs so little, and in so small changes, that it is that one."""
    return (
        alignment.cost <= max(1, _SLIPS * words)
        and (words >= _SHORT or all(part.kind is not Kind.WORD for part in alignment.parts))
        and alignment.longest <= _LONGEST_CHANGE
        and alignment.at_ends <= _LONGEST_AT_ENDS
    )


def _pairs(text: str) -> set[tuple[str, str]]:
    """The words of a text, two by two."""
    return set(pairwise(_LETTERS.findall(fold(text))))


def _grouped(found: Sequence[_Found]) -> list[list[_Found]]:
    """Places, those in near-duplicates of an article with the first of them."""
    groups: dict[str, list[list[_Found]]] = {}
    ordered: list[list[_Found]] = []
    for place in found:
        led = groups.setdefault(place.article.source_group, [])
        if not led or led[0][0].article.id == place.article.id:
            led.append([place])
            ordered.append(led[-1])
        else:
            led[0].append(place)
    return ordered


def _placed(groups: Sequence[Sequence[_Found]]) -> tuple[QuotePlace, ...]:
    """Places with their citations, numbered from 1 on, and who says them."""
    n = 0
    placed = []
    for first, *copies in groups:
        citations = []
        for place in (first, *copies):
            n += 1
            citations.append(cite(place.span, place.article, n))
        placed.append(
            QuotePlace(
                citations[0],
                difference=first.difference,
                speaker=first.speaker,
                negation=first.negation,
                gaps=first.gaps,
                also=tuple(citations[1:]),
            )
        )
    return tuple(placed)
