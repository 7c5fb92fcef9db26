"""A table of citations as CSV (RFC 4180), a row each; a question without an answer has a row too.

Made for spreadsheets: it begins with a byte order mark, by which Excel knows UTF-8, and no cell is
a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from qa.chat.transcript import Turn
from qa.show import cell, decimal, reference
from qa.types import Citation, Result

_COLUMNS = (
    "question", "asked", "status", "answer", "confidence",
    "side", "n", "title", "outlet", "date", "address", "place", "quote", "sentence", "note",
)  # fmt: skip


def as_csv(turns: Sequence[Turn]) -> str:
    """The table, its columns named in the first row."""
    file = io.StringIO()
    # Quoted throughout: where a spreadsheet parts cells at semicolons, none can begin a formula.
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    for turn in turns:
        shown = turn.answer.shown
        for place in (shown.citations if shown.best else ()) or (None,):
            writer.writerow([cell(" ".join(text.split())) for text in _row(turn, place)])
    return "\ufeff" + file.getvalue()


def _row(turn: Turn, place: Citation | None) -> list[str]:
    answer, shown = turn.answer, turn.answer.shown
    asked = [answer.question, turn.asked, shown.status.value]
    said = [shown.best.text if shown.best else "", decimal(shown.confidence)]
    if shown.sides is not None and shown.best:
        # No sentence is the answer, and how close one comes in words is no confidence.
        said = ["", ""]
    if place is None:
        return [*asked, *said, *([""] * 9), _notes(turn, None)]
    of = reference(place.article, turn.info.root, place)
    where = [_side(shown, place), str(place.n), of.title, of.outlet, of.date, of.address, of.place]
    return [*asked, *said, *where, place.quote, place.sentence_text, _notes(turn, place.n)]


def _side(shown: Result, place: Citation) -> str:
    """The side of a yes-or-no question that a sentence takes, as `--json` names it."""
    if shown.sides is None:
        return ""
    names = ("says_so", "says_otherwise", "says_it_may", "about")
    return next((name for name in names if place in getattr(shown.sides, name)), "")


def _notes(turn: Turn, n: int | None) -> str:
    """The notes of the bookmarks on a place; those on the answer stand with all of its places."""
    return "; ".join(mark.note or "*" for mark in turn.marks if mark.n in (None, n))
