"""A conversation written down: Markdown with footnotes, or JSONL as `qa ask --json` prints it.

Markdown is made of `show.lines`, so it says what the screen said. Words of articles and questions
are escaped: nothing in them becomes a heading, a link or HTML.

Not handled: reading a conversation back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from qa.errors import UsageError
from qa.files import create
from qa.language.text import encodable
from qa.settings import Filters
from qa.show import Line, as_json, dumps, lines, one_line
from qa.types import Answer, Citation, IndexInfo


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation: its answer, the filters in force, the index asked."""

    answer: Answer
    filters: Filters
    info: IndexInfo

    @property
    def places(self) -> tuple[Citation, ...]:
        """What can be opened, by its number: the citations, then the nearest passages."""
        return (*self.answer.shown.citations, *self.answer.shown.nearest)

    def is_near(self, place: Citation) -> bool:
        """Whether a place is a passage near to the question, of which nothing is quoted."""
        return place in self.answer.shown.nearest


def as_jsonl(turns: Sequence[Turn]) -> str:
    """One line a turn, each exactly what `qa ask --json` prints."""
    return "".join(f"{dumps(as_json(turn.answer, turn.filters, turn.info))}\n" for turn in turns)


def as_markdown(turns: Sequence[Turn]) -> str:
    """A heading a question, its answer below, a footnote a citation."""
    return "\n".join(
        f"## {_escaped(one_line(turn.answer.question))}\n\n{_body(number, turn)}"
        for number, turn in enumerate(turns, start=1)
    )


WRITERS: dict[str, Callable[[Sequence[Turn]], str]] = {".md": as_markdown, ".jsonl": as_jsonl}
"""How each kind of file, by its suffix, is written."""


def export(turns: Sequence[Turn], path: Path) -> None:
    """Write a conversation to a new file, wholly or not at all.

    Raises:
        UsageError: If the suffix is unknown, the file exists, or it cannot be written.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise UsageError(f"Cannot export to {path}: name it .md (Markdown) or .jsonl (JSON lines).")
    try:
        create(path, encodable(write(turns)))
    except FileExistsError as error:
        raise UsageError(f"{path} exists already; name another file.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"Cannot write {path}: {reason}. Name another file.") from error


def unused_name(now: datetime) -> Path:
    """A file name of this day and second in the working folder that nothing has yet."""
    stem = f"qa-{now:%Y-%m-%d-%H%M%S}"
    candidates = (Path(f"{stem}{more}.md") for more in ("", *(f"-{n}" for n in range(2, 100))))
    return next((path for path in candidates if not os.path.lexists(path)), Path(f"{stem}.md"))


_SPECIAL = re.compile(r"[\\`*_\[\]<>~|&#$^]")


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", words)


def _body(number: int, turn: Turn) -> str:
    """The lines of one answer: paragraphs, then the footnotes that its citations are."""
    said: list[str] = []
    notes: list[str] = []
    into = said
    for line in lines(turn.answer, turn.info):
        if not line.runs:
            continue
        shown = line
        if not line.indent:
            into = notes if line.runs[0][1] == "cite" else said
            shown, others = _of_one_marker(line)
            first = shown.runs[0][0][1:-1]
            notes += [f"[^{number}-{other}]: see [^{number}-{first}]" for other in others]
        into.append(" " * line.indent + _marked(shown, number, footnote=into is notes))
    return "".join(f"{paragraph}\n\n" for paragraph in (*said, *notes))


def _of_one_marker(line: Line) -> tuple[Line, list[str]]:
    """A line that begins with markers, with the first of them only; the numbers of the others."""
    markers = list(takewhile(lambda run: run[1] == "cite", line.runs))
    rest = line.runs[len(markers) :]
    return Line(line.indent, (*markers[:1], *rest)), [words[1:-1] for words, _ in markers[1:]]


def _marked(line: Line, number: int, *, footnote: bool) -> str:
    """The words of a line in Markdown; the first marker of a footnote names it."""
    parts = []
    for words, role in line.runs:
        if role == "cite":
            parts.append(f"[^{number}-{words[1:-1]}]")
        elif role in ("answer", "quote") and (bare := words.strip()):
            gap = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
            parts.append(f"{gap[0]}**{_escaped(bare)}**{gap[1]}")
        else:
            parts.append(_escaped(words))
    if footnote and not line.indent:
        parts[0] += ":"
    return "".join(parts)
