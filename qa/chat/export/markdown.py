"""Markdown with footnotes, made of `show.lines`, so that it says what the screen said.

Words of articles and questions are escaped: nothing in them becomes a heading, a link or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from qa.chat.transcript import Turn
from qa.i18n import _
from qa.show import Line, lines, one_line
from qa.show.markup import markdown, markdown_run


def as_markdown(turns: Sequence[Turn]) -> str:
    """A heading a question, its answer below, a footnote a citation."""
    return "\n".join(
        f"## {markdown(one_line(turn.answer.question))}\n\n"
        f"{_body(number, turn)}{_marks(number, turn)}"
        for number, turn in enumerate(turns, start=1)
    )


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
            see = _("see {marker}").format(marker=f"[^{number}-{first}]")
            notes += [f"[^{number}-{other}]: {see}" for other in others]
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
        else:
            parts.append(markdown_run((words, role)))
    if footnote and not line.indent:
        parts[0] += ":"
    return "".join(parts)


def _marks(number: int, turn: Turn) -> str:
    """The bookmarks of an answer, each with its note."""
    paragraphs = []
    for mark in turn.marks:
        on = "" if mark.n is None else f" [^{number}-{mark.n}]"
        note = f": {markdown(one_line(mark.note))}" if mark.note else ""
        paragraphs.append(_("Bookmark") + f"{on}{note}\n\n")
    return "".join(paragraphs)
