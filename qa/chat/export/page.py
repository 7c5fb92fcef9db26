"""One HTML page that needs nothing else: no script, no font, no picture, no network.

Made of `show.lines`, so that it says what the screen said. Every word is escaped, and the policy in
its head lets a browser run and load nothing, whatever the words are.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from html import escape

from qa.chat.transcript import Mark, Turn
from qa.i18n import _
from qa.show import Line, Run, lines, one_line

_STYLE = """
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif;
  color: #1a1a1a; background: #fff; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .25rem; }
p { margin: .25rem 0; } .in { margin-left: 2rem; } .source { margin-top: 1rem; }
.dim, time { color: #595959; font-size: .9rem; } a { color: #0b57a4; }
mark { background: #ffe58a; color: inherit; }
.note { border-left: 3px solid #b58900; padding-left: .5rem; }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #161616; }
  .dim, time { color: #a6a6a6; } a { color: #8ab8ff; } mark { background: #6b5300; } }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"

_TAGS = {"answer": "strong", "quote": "mark"}


def as_html(turns: Sequence[Turn]) -> str:
    """The page."""
    title = one_line(turns[0].answer.question) if turns else ""
    body = "".join(_section(number, turn) for number, turn in enumerate(turns, start=1))
    return (
        "<!doctype html>\n"
        f'<html lang="{escape(turns[0].answer.language if turns else "en")}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


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
    said = escape(words)
    if role == "cite":
        return _cite(number, int(words[1:-1]))
    if role == "link":
        return f'<a href="{said}" rel="noopener noreferrer">{said}</a>'
    if tag := _TAGS.get(role):
        return f"<{tag}>{said}</{tag}>"
    return f'<span class="{role}">{said}</span>' if role else said


def _cite(number: int, n: int | None) -> str:
    return "" if n is None else f'<a href="#c{number}-{n}">[{n}]</a>'
