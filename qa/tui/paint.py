"""Lines of `qa.show` as Textual shows them: words with styles, none of it markup."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from qa.show import Line

STYLES = {
    "answer": "bold $foreground",
    "quote": "bold underline $text-accent",
    "cite": "bold $text-primary",
    "good": "bold $text-success",
    "fair": "bold $text-warning",
    "poor": "bold $text-error",
    "dim": "dim",
}


def painted(line: Line, turn: int | None) -> Content:
    """The words of a line without its indent; a click on `[n]` opens place n of the turn."""
    return Content.assemble(*(_part(words, role, turn) for words, role in line.runs))


def _part(words: str, role: str, turn: int | None) -> Content:
    part = Content(words).stylize(STYLES.get(role, ""))
    if role == "cite" and turn is not None and (n := words.strip("[]")).isdecimal():
        # Only numbers come to stand in the action, so that no words can become one.
        return part.stylize(Style.from_meta({"@click": f"screen.cite({turn}, {int(n)})"}))
    return part


def wrapped(lines: Sequence[Line], turn: int | None, width: int) -> Content:
    """Lines broken into rows of a width, each row under its line's indent."""
    rows = []
    for line in lines:
        indent = min(line.indent, max(0, width // 4))
        margin = " " * indent
        rows += [
            Content.assemble(margin, row)
            for row in painted(line, turn).wrap(max(1, width - indent))
        ]
    return Content("\n").join(rows)
