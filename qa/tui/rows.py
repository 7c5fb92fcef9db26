"""A long text cut into rows of a screen: a table of offsets, made once for each width.

Rows break at spaces, which stay at the end of the row they follow, beside wide characters, and
within a word that is longer than a row. A combining mark stays with its letter. Not handled:
hyphens, scripts written from right to left (the terminal's own affair), and the rule that a line
of Chinese does not begin with a stop.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat

from rich.cells import get_character_cell_size, split_graphemes

from qa.language.text import safe
from qa.types import Span

_LINE = re.compile(r"[^\n\r\x85\u2028\u2029]*(?:\r\n|[\n\r\x85\u2028\u2029]|\Z)")
NARROW = re.compile("[ -~\u00a0-\u02ff\u0370-\u0482\u048a-\u0530\u2010-\u2027\u2030-\u205e]*")
"""Characters that take one column each, which is nearly all of what most articles are made of."""


@dataclass(frozen=True, slots=True)
class WrappedText:
    """A text in rows: row i holds `text[starts[i]:starts[i + 1]]`, the last one the rest.

    `shown` is the text made safe for a screen; it is as long as the text, so offsets hold in both.
    There is always at least one row, and no row of a text that is not empty is empty.
    """

    shown: str
    starts: Sequence[int]

    def __len__(self) -> int:
        return len(self.starts)

    def span(self, row: int) -> Span:
        """What a row holds, with the spaces and the line break at its end."""
        last = row + 1 == len(self.starts)
        return Span(self.starts[row], len(self.shown) if last else self.starts[row + 1])

    def words(self, row: int) -> str:
        """What a row shows: safe, and without the spaces and the line break at its end."""
        span = self.span(row)
        return self.shown[span.start : span.end].rstrip(" \n")

    def at(self, offset: int) -> int:
        """The row that holds an offset; the last one for the end of the text and beyond."""
        return max(0, bisect_right(self.starts, offset) - 1)


def wrap(text: str, width: int) -> WrappedText:
    """Cut a text into rows of at most `width` columns.

    Only a character that is itself wider than `width` makes a row wider. Time is linear.
    """
    shown, width = safe(text), max(1, width)
    starts: list[int] = []
    for line in _LINE.finditer(text):
        start, end = line.span()
        if start < end:
            starts.append(start)
        if end - start > width // 2:
            words = shown[start:end].rstrip(" \n")
            cuts = _narrow_cuts if NARROW.fullmatch(words) else _wide_cuts
            starts.extend(start + cut for cut in cuts(words, width))
    return WrappedText(shown, starts or [0])


def _narrow_cuts(words: str, width: int) -> Iterator[int]:
    """Where new rows begin in a line of characters of one column each."""
    begin = 0
    while len(words) - begin > width:
        stop = begin + width
        begin = _after_spaces(words, stop) or words.rfind(" ", begin, stop) + 1 or stop
        yield begin


def _wide_cuts(words: str, width: int) -> Iterator[int]:
    """Where new rows begin in a line of any characters."""
    columns = _columns(words)
    begin = 0
    while columns[-1] - columns[begin] > width:
        stop = bisect_right(columns, columns[begin] + width) - 1
        if columns[stop] == columns[begin]:
            # One character wider than a row, which takes its marks along.
            stop = bisect_right(columns, columns[stop + 1]) - 1
            if stop == len(words):
                return
        begin = _after_spaces(words, stop) or _last_break(words, columns, begin, stop)
        yield begin


def _after_spaces(words: str, at: int) -> int | None:
    """The first character that is no space, if there is a space at `at`."""
    if words[at] != " ":
        return None
    while words[at] == " ":
        at += 1
    return at


def _last_break(words: str, columns: Sequence[int], begin: int, stop: int) -> int:
    """The last place after `begin` and up to `stop` where a row may break, else `stop`."""
    for at in range(stop, begin, -1):
        before, after = columns[at] - columns[at - 1], columns[at + 1] - columns[at]
        if words[at - 1] == " " or (after and max(before, after) > 1):
            return at
    return stop


def _columns(line: str) -> list[int]:
    """Columns before each character of a line, and after the last one."""
    if "\ufe0f" not in line and "\u200d" not in line:
        return [0, *accumulate(map(_WIDTHS.__getitem__, line))]
    columns = [0]
    # A variation selector may widen the character before it, and a joiner makes two emoji one.
    for start, end, cells in split_graphemes(line)[0]:
        columns.extend(repeat(columns[-1] + cells, end - start))
    return columns


class _Widths(dict[str, int]):
    def __missing__(self, character: str) -> int:
        self[character] = get_character_cell_size(character)
        return self[character]


_WIDTHS = _Widths()
