"""Lines of words with their roles, and how they fill a screen.

Not handled: characters that take two columns; each counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

Run = tuple[str, str]
"""Words, and the role they play: `answer`, `quote`, `good`, `fair`, `poor`, `dim`, or none.

`cite` is the role of a citation's marker, which is exactly `[n]`.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer as a person reads it, before it is wrapped to a screen."""

    indent: int
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, *runs: Run, indent: int = 0) -> Self:
        """A line of some runs."""
        return cls(indent, runs)


def wrapped(shown: Iterable[Line], *, style: Callable[[str, str], str] | None, width: int) -> str:
    """Lines wrapped to a screen.

    Args:
        shown: Safe for a screen.
        style: Given words and their role, returns the words dressed for the screen. None dresses
            nothing, and sets marks around a quote: `»Ani«`.
        width: Columns to fill.
    """
    rows = (
        " " * line.indent + row if row else ""
        for line in shown
        for row in _wrap(
            line.runs if style else _marked(line.runs),
            style or (lambda text, _role: text),
            max(20, width - line.indent),
        )
    )
    return "\n".join(rows)


def _marked(runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple((f"»{text}«", role) if role == "quote" else (text, role) for text, role in runs)


def _wrap(runs: Sequence[Run], style: Callable[[str, str], str], width: int) -> list[str]:
    """Fill rows of at most `width` columns with dressed runs, broken at spaces.

    A run that is broken over rows is dressed on each. A gap of any length becomes one space; every
    character counts as one column.
    """
    rows: list[list[Run]] = [[]]
    used = 0
    pieces = [(piece, role) for text, role in runs for piece in re.findall(r"\S+|\s+", text)]
    # Words, which several runs may share, and the gaps between them, by turns.
    for is_gap, group in groupby(pieces, key=lambda piece: piece[0].isspace()):
        word = list(group)
        if is_gap:
            word = [(" ", word[0][1])]
        size = sum(len(text) for text, _ in word)
        if used and used + size > width:
            rows.append([])
            used = 0
        if is_gap and not used:
            continue
        for text, role in word:
            if rows[-1] and rows[-1][-1][1] == role:
                rows[-1][-1] = (rows[-1][-1][0] + text, role)
            else:
                rows[-1].append((text, role))
        used += size
    dressed = ("".join(style(text, role) if role else text for text, role in row) for row in rows)
    return [row.rstrip() for row in dressed]
