"""One HTML page that needs nothing else: no script, no font, no picture, no network.

Made of `show.lines`, so that it says what the screen said; `show.markup` makes it safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from qa.chat.transcript import Mark, Turn
from qa.i18n import _
from qa.show import Line, Run, lines, one_line
from qa.show.markup import html_page, html_run


def as_html(turns: Sequence[Turn]) -> str:
    """The page."""
    title = one_line(turns[0].answer.question) if turns else ""
    body = "".join(_section(number, turn) for number, turn in enumerate(turns, start=1))
    return html_page(title, turns[0].answer.language if turns else "en", body)


def _section(number: int, turn: Turn) -> str:
    question = escape(one_line(turn.answer.question))
    asked = f"<p><time>{escape(_moment(turn.asked))}</time></p>\n" if turn.asked else ""
    shown = [_paragraph(line, number) for line in lines(turn.answer, turn.info) if line.runs]
    notes = [_note(mark, number) for mark in turn.marks]
    language = escape(turn.answer.language)
    inside = "".join((*shown, *notes))
    return f'<section lang="{language}">\n<h2>{question}</h2>\n{asked}{inside}</section>\n'


def _moment(asked: str) -> str:
    """When a question was asked, by the clock of this place and how far that is from UTC."""
    try:
        return datetime.fromisoformat(asked).astimezone().isoformat(" ", "minutes")
    except (ValueError, OverflowError):
        return one_line(asked)


def _note(mark: Mark, number: int) -> str:
    words = " ".join(
        filter(None, (_("Bookmark"), _cite(number, mark.n), escape(one_line(mark.note))))
    )
    return f'<p class="note">{words}</p>\n'


def _paragraph(line: Line, number: int) -> str:
    """A line; one that begins with markers is what they point to."""
    runs, kinds, anchors = list(line.runs), [], ""
    if line.indent:
        kinds.append("in")
    while not line.indent and runs and runs[0][1] == "cite":
        n = runs.pop(0)[0][1:-1]
        anchors += f'<span id="c{number}-{int(n)}">[{int(n)}]</span>'
        kinds = ["source"]
    css = f' class="{" ".join(kinds)}"' if kinds else ""
    return f"<p{css}>{anchors}{''.join(_run(run, number) for run in runs)}</p>\n"


def _run(run: Run, number: int) -> str:
    words, role = run
    return _cite(number, int(words[1:-1])) if role == "cite" else html_run(run)


def _cite(number: int, n: int | None) -> str:
    return "" if n is None else f'<a href="#c{number}-{n}">[{n}]</a>'
