"""A quotation laid beside an article, word by word: where it comes nearest, and how it differs.

The words of the quotation are aligned with any run of the article's at the least number of words
put in, left out or replaced: Sellers, Journal of Algorithms 1980,
doi:10.1016/0196-6774(80)90016-4.

Not handled: words in another order, which count as replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from qa.answer.amounts import is_numeral
from qa.find import Worded
from qa.language.vocabulary import known
from qa.quote.result import Kind

_KNOWN = known()
_NEGATIONS = frozenset(word.replace("'", "") for word in _KNOWN.negations)
_DENYING = _NEGATIONS | _KNOWN.excluding
_AMOUNT = frozenset("%‰$€£¥₹<>≤≥")
_ALIKE = 75.0
"""Percent of letters that two spellings of a word share at least."""
SPELLING = 0.5
"""What another spelling counts, of a word."""

_EDIT = 1 << 12
"""What an edit costs; a word that stays costs less than nothing."""
_MOST_CELLS = 1 << 22
"""Words of a quotation times words of an article that are compared at once: 16 MB."""

Range = tuple[int, int]
"""Some words, from the first to before the last, counted from 0."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a quotation and those of the article in their place; either may be none."""

    given: Range
    found: Range
    kind: Kind | None

    @property
    def size(self) -> int:
        """How many words it has, of the quotation or of the article."""
        return max(self.given[1] - self.given[0], self.found[1] - self.found[0])


@dataclass(frozen=True, slots=True)
class Alignment:
    """A quotation beside the words of an article that come nearest to it.

    Attributes:
        parts: In order; they cover the quotation, and `found`.
        found: Words of the article.
        cost: How many words differ, another spelling by half.
        longest: Words of the longest change, in the quotation or in the article.
        at_ends: Words that differ at its beginning, or its end, where as many at most are the same.
    """

    parts: tuple[Part, ...]
    found: Range
    cost: float
    longest: int
    at_ends: int


def align(quotation: Worded, article: Worded, parted: Callable[[int], bool]) -> Alignment:
    """Where a quotation comes nearest to an article of at least one word, and how it differs.

    Args:
        quotation: Its words.
        article: Those of the article.
        parted: Whether a sentence of the article ends before a word, counted from 0: over such an
            end no word is taken for the first or the last of the quotation.
    """
    one, other = _numbers(quotation, article)
    _least, steps, start = min(
        (
            (*_steps(one, other[start:stop], start, parted), start)
            for start, stop in _windows(len(one), len(other))
        ),
        key=lambda found: found[0],
    )
    steps = [(given, (start + a, start + b), same) for given, (a, b), same in steps]
    parts: list[Part] = []
    cost = 0.0
    for equal, run in groupby(steps, key=lambda step: step[2]):
        pairs = list(run)
        given = pairs[0][0][0], pairs[-1][0][1]
        found = pairs[0][1][0], pairs[-1][1][1]
        kind = None
        if not equal and _run(quotation, given) != _run(article, found):
            kind = kind_of(quotation.words[slice(*given)], article.words[slice(*found)])
            cost += SPELLING if kind is Kind.SPELLING else len(pairs)
        parts.append(Part(given, found, kind))
    return Alignment(
        tuple(parts),
        (parts[0].found[0], parts[-1].found[1]),
        cost,
        longest=max(part.size for part in parts if part.kind) if cost else 0,
        at_ends=max(_differing(parts), _differing(parts[::-1])),
    )


def _differing(parts: Sequence[Part]) -> int:
    """Words that differ in the first parts, as many of them as are mostly changed."""
    most = same = differing = 0
    for part in parts:
        if part.kind is None:
            same += part.size
        elif part.kind is not Kind.SPELLING:
            differing += part.size
            most = differing if same <= differing else most
    return most


def is_negation(word: str) -> bool:
    """Whether a folded word is a negation."""
    return word in _NEGATIONS


def _numbers(quotation: Worded, article: Worded) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The words of both as numbers, equal where they are."""
    numbers: dict[str, int] = {}
    one, other = (
        np.array([numbers.setdefault(word, len(numbers)) for word in text.words], np.int32)
        for text in (quotation, article)
    )
    return one, other


def _windows(length: int, words: int) -> Iterator[Range]:
    """The parts of an article in which a quotation is looked for: all of it, unless it is long."""
    size = max(4 * length, _MOST_CELLS // length)
    for start in range(0, max(1, words - 2 * length), size - 2 * length):
        yield start, min(words, start + size)


def _steps(
    one: NDArray[np.int32], other: NDArray[np.int32], start: int, parted: Callable[[int], bool]
) -> tuple[int, list[tuple[Range, Range, bool]]]:
    """What it costs that one becomes a run of the other, and how, word by word.

    `other` begins at a word of the article, `start`, as `parted` counts them.
    Each step is a word of one, or none, one of the other, or none, and whether they are equal.
    """
    length = len(one)
    along = _EDIT * np.arange(len(other) + 1, dtype=np.int32)
    costs = np.empty((length + 1, len(other) + 1), np.int32)
    costs[0] = 0
    for at, word in enumerate(one, start=1):
        row, before = costs[at], costs[at - 1]
        row[0] = at * _EDIT
        # Of two ways with as many edits, the one that keeps more words.
        replaced = np.where(other == word, np.int32(-1), np.int32(_EDIT))
        np.minimum(before[:-1] + replaced, before[1:] + _EDIT, out=row[1:])
        # What is put in costs an edit a word: the least of all before, plus the distance.
        row -= along
        np.minimum.accumulate(row, out=row)
        row += along
    i, j = length, int(np.argmin(costs[length]))
    least = int(costs[i, j])
    # At equal cost the last word was replaced, rather than put in.
    if j < len(other) and costs[length, j + 1] == least and not parted(start + j):
        j += 1
    steps: list[tuple[Range, Range, bool]] = []
    while i:
        cost = costs[i, j]
        is_same = j > 0 and bool(one[i - 1] == other[j - 1])
        is_apart = i == 1 < length and j < len(other) and not is_same and parted(start + j)
        if j and not is_apart and cost == costs[i - 1, j - 1] + (-1 if is_same else _EDIT):
            i, j = i - 1, j - 1
            steps.append(((i, i + 1), (j, j + 1), is_same))
        elif cost == costs[i - 1, j] + _EDIT:
            i -= 1
            steps.append(((i, i + 1), (j, j), False))
        else:
            j -= 1
            steps.append(((i, i), (j, j + 1), False))
    return least, steps[::-1]


def _run(text: Worded, words: Range) -> str:
    """Some words of a text as `Worded.run` has them."""
    first, after = words
    if first == after:
        return ""
    end = text.places[after] if after < len(text) else len(text.run)
    return text.run[text.places[first] : end].rstrip()


def kind_of(given: Sequence[str], found: Sequence[str]) -> Kind:
    """What a change changes."""
    amounts, denials = (
        [Counter(of) for of in sides]
        for sides in (
            (_amounts(given), _amounts(found)),
            (filter(_DENYING.__contains__, given), filter(_DENYING.__contains__, found)),
        )
    )
    is_denied = denials[0] != denials[1]
    if amounts[0] != amounts[1] and (all(amounts) or not is_denied):
        return Kind.NUMBER
    if is_denied:
        return Kind.NEGATION
    for sides in _KNOWN.opposites:
        here = {at for at, side in enumerate(sides) if not side.isdisjoint(given)}
        there = {at for at, side in enumerate(sides) if not side.isdisjoint(found)}
        if here and there and here.isdisjoint(there):
            return Kind.OPPOSITE
    # 20 ms, which a quotation that is found verbatim need not wait for.
    from rapidfuzz.distance import Indel

    alike = 100 * Indel.normalized_similarity("".join(given), "".join(found))
    return Kind.SPELLING if alike >= _ALIKE else Kind.WORD


def _amounts(words: Sequence[str]) -> Iterator[str]:
    """The numbers among words, and the signs of amounts; number words by their value."""
    for word in words:
        if word in _KNOWN.numbers:
            yield str(_KNOWN.numbers[word])
        elif word in _KNOWN.ordinals:
            yield f"#{_KNOWN.ordinals[word]}"
        elif word[-1].isdecimal() or word in _AMOUNT or is_numeral(word):
            yield word
