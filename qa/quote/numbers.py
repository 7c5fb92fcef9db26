"""Numbers written one way: `40.000`, `40,000`, `40 000`, `40 ribu`, `empat puluh ribu` are equal.

So are `19:30` and `19.30`, `ke-2` and `kedua`. Three digits behind a mark are thousands, in every
language, since a quotation may have crossed a border.

Not handled: fractions, Roman numerals, sums of figures (`1 juta 200 ribu`), vague numbers
(`puluhan`), which stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answer.amounts import exact, is_numeral, is_scale
from qa.find import Worded
from qa.language.vocabulary import known

_KNOWN = known()
_SUFFIXES = frozenset(("st", "nd", "rd", "th"))
_MARK = re.compile(r"[.,:]")
_JOINS = re.compile(r"[\s-]*")
_SPACE = frozenset(" \xa0\u2009\u202f")
_HYPHENS = frozenset("-\u2010\u2011\u2013")
_LONGEST = 16
"""Words of a number; an article may hold any number of number words in a row."""


def is_number(word: str) -> bool:
    """Whether a word, as `valued` has it, is a number or an ordinal."""
    return word[-1].isdecimal()


def valued(text: str, words: Worded) -> Worded:
    """The words of a text with each number as one word that says its value; `#2` is an ordinal."""
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(words):
        word, used = _value(text, words, at)
        kept.append(word)
        starts.append(words.starts[at])
        ends.append(words.ends[at + used - 1])
        at += used
    return Worded.of(kept, starts, ends, [is_number(word) for word in kept])


def _value(text: str, words: Worded, at: int) -> tuple[str, int]:
    """What stands for the number that begins at a word, and its length; else the word itself."""
    word = words.words[at]
    if word in _KNOWN.ordinals:
        return f"#{_KNOWN.ordinals[word]}", 1
    is_figure = word[-1].isdecimal()
    if not is_figure and word != "ke" and not is_numeral(word) and word not in ("setengah", "half"):
        return word, 1
    between = text[words.ends[at] : words.starts[at + 1]] if at + 1 < len(words) else "."
    following = words.words[at + 1] if at + 1 < len(words) else ""
    if word == "ke":
        is_ordinal = between in _HYPHENS and following.isdecimal()
        return (f"#{int(following)}", 2) if is_ordinal else (word, 1)
    if word.isdecimal() and not between and following in _SUFFIXES:
        return f"#{int(word)}", 2
    if is_figure and not is_scale(following):
        return _grouped(text, words, at)
    run = _run(text, words, at)
    number = exact(run, 0)
    if number is None:
        return (_figure(word) if is_figure else word), 1
    value, used = number
    return f"{value.normalize():f}", used


def _run(text: str, words: Worded, at: int) -> Sequence[str]:
    """The words from one on that may be of its number: nothing but spaces or hyphens between."""
    after = at + 1
    while (
        after < min(len(words), at + _LONGEST)
        and (is_numeral(words.words[after]) or words.words[after] in ("and", "a", "of"))
        and _JOINS.fullmatch(text, words.ends[after - 1], words.starts[after])
    ):
        after += 1
    return words.words[at:after]


def _grouped(text: str, words: Worded, at: int) -> tuple[str, int]:
    """A figure, with the groups of three digits that spaces part from it: `40 000`."""
    word, after = words.words[at], at + 1
    digits = word.removeprefix("-")
    if digits.isdecimal() and len(digits) <= 3 and digits[0] != "0":
        while (
            after < len(words)
            and len(words.words[after]) == 3
            and words.words[after].isdecimal()
            and text[words.ends[after - 1] : words.starts[after]] in _SPACE
        ):
            after += 1
    if after > at + 1:
        return "".join(words.words[at:after]), after - at
    return _figure(word), 1


def _figure(word: str) -> str:
    """Digits with marks, written one way; leading zeros stay."""
    marks = _MARK.findall(word)
    if not marks:
        return word
    first, *groups = _MARK.split(word)
    last = ""
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1 and ":" not in marks:
        # `40.000,00`
        cents = groups.pop()
        last = f".{cents}" if cents.strip("0") else ""
    elif len(set(marks)) > 1 or ":" in marks:
        return _MARK.sub(".", word)
    digits = first.removeprefix("-")
    if len(digits) <= 3 and digits[0] != "0" and all(len(group) == 3 for group in groups):
        return first + "".join(groups) + last
    return _MARK.sub(".", word)
