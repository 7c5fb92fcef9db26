"""Where words stand in a text, whatever their case, accents and line breaks.

`text.fold` may change the length of what it folds. Here it folds one letter with its marks at a
time, so that every place found is one of the text itself. Not handled: spelling, and word forms.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from qa.language.text import fold
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
