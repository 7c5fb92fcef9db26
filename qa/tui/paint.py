"""Lines of `qa.show` as Textual shows them: words with styles, none of it markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from qa.show import Line

STYLES = {
    "answer": "bold",
    "quote": "bold underline $text-accent",
    "cite": "bold $text-primary",
    "good": "bold $text-success",
    "fair": "bold $text-warning",
    "poor": "bold $text-error",
    "dim": "dim",
    "link": "underline",
    "path": "dim",
    "strong": "bold",
    "title": "bold $text-accent",
}
"""How each role of `qa.show` looks, and two of the chat's own."""

_BULLET = re.compile(r"-|[0-9]+\.")


def painted(line: Line, turn: int | None) -> Content:
    """The words of a line without its indent; a click on `[n]` opens place n of the turn."""
    return Content.assemble(*(_part(words, role, turn) for words, role in line.runs))


def _part(words: str, role: str, turn: int | None) -> Content:
    part = Content(words).stylize(STYLES.get(role, ""))
    if role == "cite" and turn is not None and (n := words.strip("[]")).isdecimal():
        # Only numbers come to stand in the action, so that no words can become one.
        meta = {"@click": f"screen.cite({turn}, {int(n)})", "place": (turn, int(n))}
        return part.stylize(Style.from_meta(meta))
    if role == "link":
        # The terminal makes a link of it (OSC 8); `web_address` has let it through.
        return part.stylize(Style(link=words))
    return part


class Marker(NamedTuple):
    """A `[n]` in painted words: where it stands there, in which row, what it opens."""

    start: int
    end: int
    row: int
    place: tuple[int, int]


def markers(shown: Content) -> list[Marker]:
    """Every `[n]` of painted words, in order."""
    found = []
    for span in shown.spans:
        if isinstance(span.style, Style) and (place := span.style.meta.get("place")):
            row = shown.plain.count("\n", 0, span.start)
            found.append(Marker(span.start, span.end, row, place))
    return sorted(found)


def lettered(shown: Content, letters: Mapping[tuple[int, int], str]) -> Content:
    """Painted words with a letter in each `[n]` that has one, in as many columns."""
    words = list(shown.plain)
    places = [marker for marker in markers(shown) if marker.place in letters]
    for marker in places:
        size = marker.end - marker.start
        words[marker.start : marker.end] = f"[{letters[marker.place]}]".rjust(size)
    dressed = Content("".join(words), spans=[*shown.spans])
    for marker in places:
        dressed = dressed.stylize("bold reverse", marker.start, marker.end)
    return dressed


def wrapped(lines: Sequence[Line], turn: int | None, width: int) -> Content:
    """Lines broken into rows of a width, each row under its line's indent.

    What begins with a marker, or with words in the role `strong`, hangs on them.
    """
    return _wrapped(tuple(lines), turn, width)


@lru_cache(256)
def _wrapped(lines: tuple[Line, ...], turn: int | None, width: int) -> Content:
    """Kept, since a screen asks several times for what takes 8 ms for the help (2026-11)."""
    rows = []
    for line in lines:
        indent = min(line.indent, max(0, width // 4))
        head, body = _parted(line, turn, width - indent)
        hanging = " " * head.cell_length
        for n, row in enumerate(body.wrap(max(1, width - indent - len(hanging)))):
            rows.append(Content.assemble(" " * indent, hanging if n else head, row))
    return Content("\n").join(rows)


def _parted(line: Line, turn: int | None, width: int) -> tuple[Content, Content]:
    """What the rows of a line hang on, mostly nothing, and the rest."""
    whole = painted(line, turn)
    words, role = line.runs[0] if line.runs else ("", "")
    is_marker = role == "cite" or _BULLET.fullmatch(words) is not None
    cut = len(words) + 1 if is_marker else len(words)
    if not (is_marker or role == "strong") or cut > width // 3 or len(whole) <= cut:
        return Content(""), whole
    return whole[:cut], whole[cut:]


class Block(Visual):
    """Lines that are wrapped under their indents at whatever width they are shown."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:  # noqa: ARG002
        """All there is."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """How many rows the lines fill."""
        return wrapped(self._lines, None, width).get_height(rules, width)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """The rows."""
        return wrapped(self._lines, None, width).render_strips(width, height, style, options)
