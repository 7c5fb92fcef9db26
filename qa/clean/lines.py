"""The lines of an article and what each looks like: prose, a headline, a section's label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qa.clean import debris
from qa.types import Span

HEADLINE_CHARS: Final = 200
"""Longest headline, in code points."""
STOP: Final = re.compile(r"[.!?…。！？।][\"”’')\]*」』]*$")
"""The stop at the end of a sentence."""

_PROSE_CHARS = 100
_SENTENCE_CHARS = 40
_LINE = re.compile(r"[^\n]+")


def lines(text: str, start: int = 0) -> Iterator[tuple[Span, str]]:
    """The lines of `text[start:]` that hold anything, stripped."""
    for match in _LINE.finditer(text, start):
        raw = match.group()
        line = raw.strip()
        if line:
            begin = match.start() + len(raw) - len(raw.lstrip())
            yield Span(begin, begin + len(line)), line


def is_prose(line: str) -> bool:
    """Whether a line is long, or a sentence."""
    return len(line) >= _PROSE_CHARS or (len(line) >= _SENTENCE_CHARS and bool(STOP.search(line)))


def is_section(line: str) -> bool:
    """Whether a line is the label of a section of a site."""
    words = line.casefold().replace("/", " ").replace("&", " ").split()
    if not words or len(words) > 3 or len(line) > 30 or line[-1] in ":?!.":
        return False
    if any(c.isdigit() for c in line):
        return False
    return line.isupper() or all(word in debris.SECTIONS for word in words)


def could_be_headline(line: str) -> bool:
    """Whether a line is short and ends without a stop."""
    return len(line) <= HEADLINE_CHARS and not line.endswith((".", '."', ".”", ".'", ".’", ":"))


def is_title_case(line: str) -> bool:
    """Whether at least half of the words of four letters and more have a capital."""
    words = [word for word in line.split() if len(word) >= 4]
    return 2 * sum(word[0].isupper() or not word[0].isalpha() for word in words) >= len(words)
