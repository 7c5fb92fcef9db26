"""Where words stand in a text, whatever their case, accents and line breaks.

`text.fold` may change the length of what it folds. Here it folds one letter with its marks at a
time, so that every place found is one of the text itself. Not handled: spelling, and word forms.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from qa.language.text import MARKS, SPACELESS, fold
from qa.types import Span

EVEN = "[!-~\u0400-\u0481\u2013\u2014\u2018\u2019\u201c\u201d\u4e00-\u9fff]"
"""Characters that fold to one each, whatever stands beside them: most of what there is."""

_PIECE = re.compile(rf"(?P<even>{EVEN}+(?: {EVEN}+)*)|(?P<gap>\s+)|.", re.DOTALL)
_fold_letter = lru_cache(maxsize=4096)(fold)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is searched, with the way back: letter i came of `[starts[i], ends[i])`."""

    letters: str
    starts: array[int]
    ends: array[int]

    def places(self, words: str) -> list[Span]:
        """Where some words stand in the text, in order and disjoint; none for words of no letter.

        A gap between words matches one of any kind and length, a line break too.
        """
        wanted = folded(words).letters
        if not wanted.strip():
            return []
        found: list[Span] = []
        at = self.letters.find(wanted)
        while at >= 0:
            after = at + len(wanted)
            place = Span(self.starts[at], self.ends[after - 1])
            # One letter may fold to several, and so hold more than one place.
            if not found or place.start >= found[-1].end:
                found.append(place)
            at = self.letters.find(wanted, after)
        return found


def folded(text: str) -> Folded:
    """A text made ready to be searched, in linear time."""
    letters: list[str] = []
    starts, ends = array("L"), array("L")

    def add(piece: str, start: int, end: int) -> None:
        letters.append(piece)
        starts.extend(repeat(start, len(piece)))
        ends.extend(repeat(end, len(piece)))

    at = 0
    while match := _PIECE.match(text, at):
        start, end = match.span()
        at = _after_marks(text, end)
        if match["gap"]:
            add(" ", start, at := end)
            continue
        if match["even"]:
            even = end if at == end else end - 1
            letters.append(fold(text[start:even]))
            starts.extend(range(start, even))
            ends.extend(range(start + 1, even + 1))
            start = even
        if start < at:
            add(_fold_letter(text[start:at]), start, at)
    return Folded("".join(letters), starts, ends)


def _after_marks(text: str, at: int) -> int:
    """The first character from `at` on that does not belong to the letter before it."""
    while at < len(text) and text[at] > "\u02ff" and _joins(text[at]):
        at += 1
    return at


@lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """Whether it is a mark, or a Korean vowel, final consonant or voicing sign that NFC joins."""
    return (
        unicodedata.category(character)[0] == "M"
        or "\u1160" <= character <= "\u11ff"
        or character in "\uff9e\uff9f"
    )


_LETTERS = rf"(?:[^\W\d_{SPACELESS}][{MARKS}]*)+"
_WORD = re.compile(
    # A minus sign, and what parts the digits of a number, belong to it.
    rf"(?P<number>(?:(?<![\w)\]%.,:-])-)?\d+(?:[.,:]\d+)*)"
    rf"|{_LETTERS}(?:'{_LETTERS})*|[{SPACELESS}][{MARKS}]*|[%‰$€£¥₹]|[<>≤≥](?= ?=? ?\d)"
)


@dataclass(frozen=True, slots=True)
class Worded:
    """The words of a text as they are compared, and where each stands.

    Folded, and without what is no letter, digit or sign of an amount: `Jum’at` is `jumat`, and
    `Rp5` two words. Scripts without spaces have a word a letter.

    Attributes:
        words: In order.
        starts: Where each begins in the text, in code points.
        ends: Where each ends.
        run: The words without gaps, but for one between two numbers: hyphens, quotation marks,
            spaces and line ends make no difference in it.
        places: Where each begins in `run`.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    run: str
    places: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> Span:
        """From the first to the last of some words, both counted from 0."""
        return Span(self.starts[first], self.ends[last])

    @classmethod
    def of(
        cls, words: list[str], starts: list[int], ends: list[int], numbers: Sequence[bool]
    ) -> Worded:
        """Words with their places in a text; `numbers` says which of them are numbers."""
        places: list[int] = []
        parts: list[str] = []
        at, after_number = 0, False
        for word, is_number in zip(words, numbers, strict=True):
            if is_number and after_number:
                parts.append(" ")
                at += 1
            places.append(at)
            parts.append(word)
            at += len(word)
            after_number = is_number
        return cls(words, starts, ends, "".join(parts), places)

    def part(self, first: int, after: int) -> Worded:
        """Some of the words, from the first to before the last, with their places in the text."""
        begin = self.places[first] if first < len(self) else len(self.run)
        end = self.places[after] if after < len(self) else len(self.run)
        return Worded(
            self.words[first:after],
            self.starts[first:after],
            self.ends[first:after],
            self.run[begin:end].rstrip(),
            [place - begin for place in self.places[first:after]],
        )

    def joined(self, known: Set[str], *, apart: Set[int] = frozenset()) -> Worded:
        """With two words that are parted for one of those known, such as `di mana`, made that.

        Words that are `apart` from the one before them, counted from 0, stay so.
        """
        kept: list[int] = []
        words: list[str] = []
        at = 0
        while at < len(self):
            pair = "".join(self.words[at : at + 2])
            is_one = at + 1 < len(self) and at + 1 not in apart and pair in known and pair.isalpha()
            kept.append(at)
            words.append(pair if is_one else self.words[at])
            at += 1 + is_one
        after = [*kept[1:], len(self)]
        return Worded(
            words,
            [self.starts[at] for at in kept],
            [self.ends[at - 1] for at in after],
            self.run,
            [self.places[at] for at in kept],
        )

    def find(self, wanted: str) -> list[tuple[int, int]]:
        """The first and the last word of each place where a run stands, in order; whole words."""
        found: list[tuple[int, int]] = []
        at = self.run.find(wanted) if wanted else -1
        while at >= 0:
            first, after = bisect_left(self.places, at), at + len(wanted)
            last = bisect_left(self.places, after) - 1
            if (
                self.places[first : first + 1] == [at]
                and self.run[self.places[last] : after] == self.words[last]
            ):
                found.append((first, last))
            at = self.run.find(wanted, at + 1)
        return found


def worded(text: str, masks: Sequence[Span] = ()) -> Worded:
    """The words of a text, but for those that touch masked spans, in linear time.

    Args:
        text: Any.
        masks: In order, disjoint.
    """
    of = folded(text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    numbers: list[bool] = []
    waiting = list(reversed(masks))
    for match in _WORD.finditer(of.letters):
        start, end = of.starts[match.start()], of.ends[match.end() - 1]
        while waiting and waiting[-1].end <= start:
            waiting.pop()
        if waiting and waiting[-1].start < end:
            continue
        words.append(match.group().replace("'", ""))
        starts.append(start)
        ends.append(end)
        numbers.append(match["number"] is not None)
    return Worded.of(words, starts, ends, numbers)
