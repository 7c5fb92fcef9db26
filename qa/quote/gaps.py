"""A quotation in parts: what its dots leave out (`…`, `[...]`), and what its editor puts in.

`“[Menteri] tidak akan … menaikkan tarif”` has two parts. They stand in an article in this order,
near each other; what is between them there was left out, or replaced by words in brackets.

Not handled: brackets within a word (`[T]he`), which are punctuation, and parts in another order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.find import Worded, worded
from qa.language.text import fold
from qa.quote.align import Alignment, Part, Range, align, is_negation, kind_of
from qa.quote.numbers import is_number, valued
from qa.quote.result import Gap, Kind, Piece
from qa.types import Article, Span

_LEFT_OUT = 1000
"""Code points of an article that dots leave out, at most."""
_LEFT_OUT_SHORT = 200
"""The same beside a part of one word or two, which stands anywhere."""
_REPLACED = 100
"""Code points of an article in place of which an editor puts words, at most."""
_SHORT_PART = 3
_MOST_CUTS = 20
"""In a text with more, dots and brackets are punctuation."""

_CUT = re.compile(
    r"(?P<dots>[\[(]\s*(?:…|\.{2,}|\.(?: \.)+)\s*[\])]|…|\.{3,}|\.(?: \.){2,})"
    r"|(?<![\w\]])\[(?P<put_in>[^\[\]\n]{1,200})\](?!\w)"
)
_WORD = re.compile(r"\w")
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Cut:
    """A place between two parts: dots, words in brackets, or both; where it stands."""

    span: Span
    has_dots: bool
    put_in: str


@dataclass(frozen=True, slots=True)
class Given:
    """A quotation as it is compared: in its parts.

    Attributes:
        text: The quotation.
        words: Of its parts; what an editor put in is none of them.
        parts: The words of each part.
        by_value: Whether each number is one word, as `valued` has it.
        cuts: Between its parts, in order.
        before: What an editor put before its first part.
        after: What an editor put behind its last part.
    """

    text: str
    words: Worded
    parts: tuple[Range, ...]
    cuts: tuple[Cut, ...] = ()
    before: Cut | None = None
    after: Cut | None = None
    by_value: bool = True

    @classmethod
    def of(cls, text: str) -> Given:
        """A quotation in its parts, by value; of one that is nothing but brackets, their words."""
        cuts = _cuts(text)
        words = worded(text, [cut.span for cut in cuts])
        if not words.words or len(cuts) > _MOST_CUTS:
            whole = valued(text, worded(text))
            return cls(text, whole, _parts(whole, ()))
        ends = [cut for cut in cuts if cut.put_in]
        before = next((cut for cut in ends if cut.span.start < words.starts[0]), None)
        after = next((cut for cut in ends if cut.span.start >= words.ends[-1]), None)
        inner = [cut for cut in cuts if words.starts[0] < cut.span.start < words.ends[-1]]
        by_value = valued(text, words)
        return cls(text, by_value, _parts(by_value, inner), tuple(inner), before, after)

    @property
    def is_plain(self) -> bool:
        """Whether its words can only stand in a row, as they are."""
        return not (self.cuts or self.before or self.after or self.has_numbers)

    @property
    def has_numbers(self) -> bool:
        """Whether one of its words is a number."""
        return any(map(is_number, self.words.words))

    def spelt(self) -> Given:
        """The same by its words as they are spelt."""
        put_in = [cut.span for cut in (self.before, *self.cuts, self.after) if cut]
        words = worded(self.text, put_in)
        return replace(self, words=words, parts=_parts(words, self.cuts), by_value=False)

    def without_numbers(self) -> str:
        """Its words but for numbers, of which an article may have others."""
        return " ".join(self._between_numbers())

    @property
    def needed(self) -> list[str]:
        """The letters and digits that a text must have, in rows, to have its words."""
        return [bare_letters(run) for run in self._between_numbers()]

    def joined(self, known: Set[str]) -> Given:
        """As `Worded.joined`."""
        words = self.words.joined(known, apart={first for first, _after in self.parts})
        return replace(self, words=words, parts=_parts(words, self.cuts))

    def _between_numbers(self) -> list[str]:
        """The words between its numbers and its cuts."""
        runs = []
        for first, after in self.parts:
            start = None
            for at in range(first, after):
                if is_number(self.words.words[at]):
                    start = None
                elif start is None:
                    start = at
                    runs.append("")
                if start is not None:
                    here = self.words.span(start, at)
                    runs[-1] = self.text[here.start : here.end]
        return runs


def _parts(words: Worded, cuts: Sequence[Cut]) -> tuple[Range, ...]:
    borders = [bisect_left(words.starts, cut.span.start) for cut in cuts]
    return tuple(pairwise([0, *borders, len(words)]))


def bare_letters(text: str) -> str:
    """The letters and digits of a text alone."""
    return _NO_LETTERS.sub("", fold(text))


def _cuts(text: str) -> list[Cut]:
    """Dots and words in brackets, those with no word between them as one."""
    cuts: list[Cut] = []
    for found in _CUT.finditer(text):
        cut = Cut(Span(*found.span()), found["dots"] is not None, found["put_in"] or "")
        if cuts and not _WORD.search(text, cuts[-1].span.end, cut.span.start):
            last = cuts.pop()
            cut = Cut(
                Span(last.span.start, cut.span.end),
                last.has_dots or cut.has_dots,
                f"{last.put_in} {cut.put_in}".strip(),
            )
        cuts.append(cut)
    return cuts


def standing(given: Given, text: Worded) -> list[list[Range]]:
    """Where all parts stand in the words of an article, in order and near each other.

    Each place has the words of every part; of two that end alike, the shorter.
    """
    found = [text.find(given.words.part(*part).run) for part in given.parts]
    # From the last word of a place to it.
    places: dict[int, list[Range]] = {}
    for first, last in found[0]:
        place = [(first, last + 1)]
        for at, others in enumerate(found[1:]):
            following = bisect_left(others, (place[-1][1], 0))
            if following == len(others):
                break
            start, last_there = others[following]
            if text.starts[start] - text.ends[place[-1][1] - 1] > _reach(given, at):
                break
            place.append((start, last_there + 1))
        else:
            places[place[-1][1]] = place
    return list(places.values())


def _reach(given: Given, cut: int) -> int:
    """The most code points that a cut stands for."""
    if not given.cuts[cut].has_dots:
        return _REPLACED
    beside = given.parts[cut : cut + 2]
    is_short = any(after - first < _SHORT_PART for first, after in beside)
    return _LEFT_OUT_SHORT if is_short else _LEFT_OUT


def beside(
    given: Given, text: Worded, parted: Callable[[int], bool]
) -> tuple[Alignment, list[Alignment]] | None:
    """A quotation beside the words of an article, as one alignment and part by part.

    The longest part is laid where it comes nearest, the others before and behind it. None where an
    article has no words for one of them.
    """
    parts = given.parts
    longest = max(range(len(parts)), key=lambda at: parts[at][1] - parts[at][0])
    laid: dict[int, Alignment] = {
        longest: align(given.words.part(*parts[longest]), text, parted),
    }
    for at in range(longest + 1, len(parts)):
        begin = laid[at - 1].found[1]
        size = parts[at][1] - parts[at][0]
        reach = text.ends[begin - 1] + _reach(given, at - 1)
        stop = bisect_left(text.starts, reach + 1) + size
        if (found := _within(given, at, text, (begin, stop), parted)) is None:
            return None
        laid[at] = found
    for at in range(longest - 1, -1, -1):
        stop = laid[at + 1].found[0]
        size = parts[at][1] - parts[at][0]
        reach = (text.starts[stop] if stop < len(text) else text.ends[-1]) - _reach(given, at)
        begin = max(0, bisect_left(text.ends, reach) - size)
        if (found := _within(given, at, text, (begin, stop), parted)) is None:
            return None
        laid[at] = found
    each = [laid[at] for at in range(len(parts))]
    whole = Alignment(
        tuple(
            Part((part.given[0] + first, part.given[1] + first), part.found, part.kind)
            for (first, _after), of in zip(parts, each, strict=True)
            for part in of.parts
        ),
        (each[0].found[0], each[-1].found[1]),
        sum(of.cost for of in each),
        longest=max(of.longest for of in each),
        at_ends=max(of.at_ends for of in each),
    )
    return whole, each


def _within(
    given: Given, at: int, text: Worded, window: Range, parted: Callable[[int], bool]
) -> Alignment | None:
    """A part beside some words of an article; None where there are none."""
    begin, stop = window[0], min(window[1], len(text))
    if begin >= stop:
        return None
    there = text.part(begin, stop)
    found = align(given.words.part(*given.parts[at]), there, lambda word: parted(begin + word))
    if found.found[0] >= found.found[1]:
        return None
    return Alignment(
        tuple(
            Part(part.given, (part.found[0] + begin, part.found[1] + begin), part.kind)
            for part in found.parts
        ),
        (found.found[0] + begin, found.found[1] + begin),
        found.cost,
        found.longest,
        found.at_ends,
    )


def told(
    given: Given, places: Sequence[Range], text: Worded, article: Article
) -> tuple[tuple[Gap, ...], dict[int, Piece]]:
    """What is between the parts in an article; by its cut, what is a change all the same.

    That is a negation left out at dots right before the next part, and where an editor's words say
    another number than those in place of which they stand, or deny or turn them.
    """
    gaps: list[Gap] = []
    changes: dict[int, Piece] = {}
    if given.before:
        start = text.starts[places[0][0]]
        gaps.append(_gap(given, given.before, Span(start, start)))
    for at, (cut, (one, other)) in enumerate(zip(given.cuts, pairwise(places), strict=True)):
        first, after = one[1], other[0]
        end = text.ends[first - 1]
        span = text.span(first, after - 1) if first < after else Span(end, end)
        gaps.append(_gap(given, cut, span))
        if cut.has_dots and first < after and is_negation(text.words[after - 1]):
            there = text.span(after - 1, after - 1)
            changes[at] = Piece("", article.text[there.start : there.end], there, Kind.NEGATION)
        elif not cut.has_dots and (kind := _editors(cut.put_in, text.words[first:after])):
            said = given.text[cut.span.start : cut.span.end]
            changes[at] = Piece(said, article.text[span.start : span.end], span, kind)
    if given.after:
        end = text.ends[places[-1][1] - 1]
        gaps.append(_gap(given, given.after, Span(end, end)))
    return tuple(gaps), changes


def _editors(put_in: str, found: Sequence[str]) -> Kind | None:
    """What an editor's words change in those in place of which they stand; None for no such thing.

    A number that is put in where none is (`[12 Maret]` for `Selasa`) is an explanation.
    """
    words = valued(put_in, worded(put_in)).words
    kind = kind_of(words, found) if words else None
    if kind is Kind.NUMBER and not all(any(map(is_number, side)) for side in (words, found)):
        return None
    return kind if kind in (Kind.NUMBER, Kind.NEGATION, Kind.OPPOSITE) else None


def _gap(given: Given, cut: Cut, there: Span) -> Gap:
    said = given.text[cut.span.start : cut.span.end]
    return Gap(said, there, is_editors=bool(cut.put_in), has_dots=cut.has_dots)
