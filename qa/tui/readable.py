"""Text that can be read in every theme, with colours and without.

Not handled: themes of the terminal's own sixteen colours, which qa cannot know.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

CONTRAST = 4.5
"""The least that WCAG 2.2, success criterion 1.4.3, asks of text."""

_STEPS = 20
_SAYS = re.compile(r"[^\s\u2500-\u259f]")


class Readable(LineFilter):
    """Moves the colour of text away from what it stands on until it can be read.

    Rules, bars and blocks, which say nothing, stay as faint as they are.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Segments with the same words."""
        return [
            Segment(each.text, _readable(each.style, background), each.control)
            if each.style is not None and says_something(each.text)
            else each
            for each in segments
        ]


def says_something(words: str) -> bool:
    """Whether there is more than spaces and what boxes and bars are drawn with."""
    return _SAYS.search(words) is not None


def contrast(one: RichColor, other: RichColor) -> float:
    """From 1 to 21, as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(4096)
def _readable(style: Style, background: Color) -> Style:
    if style.color is None or style.color.triplet is None:
        return style
    on = style.bgcolor if style.bgcolor and style.bgcolor.triplet else background.rich_color
    if on.triplet is None or contrast(style.color, on) >= CONTRAST:
        return style
    # With reverse the two change places, which changes nothing between them.
    white, black = RichColor.from_rgb(255, 255, 255), RichColor.from_rgb(0, 0, 0)
    end = max((white, black), key=lambda each: contrast(each, on))
    begin, goal = Color.from_rich_color(style.color), Color.from_rich_color(end)
    mixed = (begin.blend(goal, step / _STEPS).rich_color for step in range(1, _STEPS + 1))
    better = next((each for each in mixed if contrast(each, on) >= CONTRAST), end)
    return style + Style(color=better)


def _luminance(color: RichColor) -> float:
    red, green, blue = (_linear(part / 255) for part in color.get_truecolor())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
