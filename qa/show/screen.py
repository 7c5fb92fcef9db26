"""Lines of words with their roles, how they fill a screen, and tables; rich counts the columns."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

Run = tuple[str, str]
"""Words, and the role they play: `answer`, `quote`, `good`, `fair`, `poor`, `dim`, or none.

`left_out` and `put_in` are words of one text alone, where two are laid side by side; `cite` is the
role of a citation's marker, which is exactly `[n]`, `link` that of an address of the web, which is
nothing else, and `path` that of a file, which stays in one piece.
"""

_NARROWEST = 20
"""Columns filled on a screen of any width."""

_WIDEST = 10_000
"""Columns of a table, which is not cut to a screen."""

_SPACE = "\udc20"
"""A space of a path while lines are wrapped: half a character, which nothing safe holds."""

_GAP = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer as a person reads it, before it is wrapped to a screen."""

    indent: int
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, *runs: Run, indent: int = 0) -> Self:
        """A line of some runs."""
        return cls(indent, runs)


def wrapped(shown: Iterable[Line], *, style: Mapping[str, str] | None, width: int) -> str:
    """Lines wrapped to a screen, at spaces.

    A gap of any length becomes one space. A path stays in one piece with its spaces, and so does an
    address, to be copied, however long; a long word of wide characters, such as a Chinese sentence,
    is cut.

    Args:
        shown: Safe for a screen.
        style: The rich style of each role. None dresses nothing, and sets marks around a quote,
            `»Ani«`, and around words of one text alone: `[-tidak-]{+akan+}`.
        width: Columns to fill.
    """
    # 20 ms that an answer in JSON does not need.
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    file = io.StringIO()
    console = Console(
        file=file,
        force_terminal=style is not None,
        color_system=None if style is None else "standard",
        legacy_windows=False,
    )
    for line in shown:
        whole = [_unbroken(run) for run in line.runs]
        runs = _with_single_gaps(whole if style is not None else _marked(whole))
        text = Text.assemble(*((words, (style or {}).get(role, "")) for words, role in runs))
        longest = max((len(word) for word in text.plain.split() if word.isascii()), default=0)
        paths = max((cell_len(words) for words, role in runs if role == "path"), default=0)
        for row in text.wrap(console, max(_NARROWEST, width - line.indent, longest, paths)):
            row.rstrip()
            row.plain = row.plain.replace(_SPACE, " ")
            console.print(Text(" " * line.indent) + row if row else row, soft_wrap=True)
    return file.getvalue().removesuffix("\n")


def table(rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Rows of cells in columns two spaces apart, the first `left` of them flush left."""
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    columns = [Column(justify="left" if n < left else "right") for n in range(len(rows[0]))]
    grid = Table.grid(*columns, padding=(0, 2, 0, 0), pad_edge=False)
    for cells in rows:
        grid.add_row(*map(Text, cells))
    file = io.StringIO()
    Console(file=file, force_terminal=False, width=_WIDEST).print(grid)
    return "\n".join(row.rstrip() for row in file.getvalue().splitlines())


def _unbroken(run: Run) -> Run:
    """A run whose spaces are no gaps, if it is a path."""
    words, role = run
    return (words.replace(" ", _SPACE), role) if role == "path" else run


def _marked(runs: Sequence[Run]) -> list[Run]:
    marks = {"quote": ("»", "«"), "left_out": ("[-", "-]"), "put_in": ("{+", "+}")}
    return [(words.join(marks.get(role, ("", ""))), role) for words, role in runs]


def _with_single_gaps(runs: Sequence[Run]) -> list[Run]:
    """Runs with one space for each gap, also for one that several runs share; none at the start."""
    single: list[Run] = []
    for run, role in runs:
        words = _GAP.sub(" ", run)
        if not single or single[-1][0].endswith(" "):
            words = words.lstrip()
        if words:
            single.append((words, role))
    return single
