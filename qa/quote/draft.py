"""The quotations of a text that somebody writes: between quotation marks, and block quotes.

Marks of all kinds: straight and curly ones, single and double, low and angled ones, corners. A
quotation whose mark is not closed ends with its paragraph, as where the next one goes on with it. A
block quote is a run of lines that begin with `>`, as Markdown has it.

Not handled: a quotation within another one, which is checked with it; single quotes in a text where
an apostrophe closes a word (`the ministers' “plan”` is met, `'the ministers' plan'` ends early).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.find import worded
from qa.types import Span

_CLOSES = {
    "“": "”“",
    "”": "”“",
    "„": "”“",
    '"': '"',
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "《": "》",
    "‘": "’",
    "‚": "‘’",
    "‹": "›",
    "'": "'",
}
"""What closes a quotation, by the mark that opens it."""
_SINGLE = frozenset("'‘‚’")
_STRAIGHT = _SINGLE | {'"'}
"""Marks that are something else, an apostrophe or inches, where no quotation opens."""
_OPENS = re.compile(f"[{''.join(_CLOSES)}]")
_PARAGRAPH = re.compile(r"(?:(?!\n[ \t]*\n).)+", re.DOTALL)
_BLOCK = re.compile(r"(?:^[ \t]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_QUOTE_MARK = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A quotation in a text: its words, without marks, where they stand, and on which line."""

    text: str
    span: Span
    line: int

    @property
    def is_word(self) -> bool:
        """Whether it is one word, which names something, or doubts it, and quotes nobody."""
        return len(worded(self.text)) == 1


def quotations(text: str) -> list[Drafted]:
    """The quotations of a text, in order; none without a word."""
    found: list[tuple[Span, str]] = []
    at = 0
    for block in _BLOCK.finditer(text):
        found += _marked(text, at, block.start())
        said = _QUOTE_MARK.sub("", block.group())
        found.append((Span(block.start(), block.start() + len(block.group().rstrip())), said))
        at = block.end()
    found += _marked(text, at, len(text))
    return [
        Drafted(" ".join(said.split()), span, 1 + text.count("\n", 0, span.start))
        for span, said in found
        if worded(said).words
    ]


def _marked(text: str, start: int, end: int) -> list[tuple[Span, str]]:
    """What stands between quotation marks in a part of a text."""
    found = []
    for paragraph in _PARAGRAPH.finditer(text, start, end):
        at, stop = paragraph.span()
        while match := _OPENS.search(text, at, stop):
            mark, begin = match.group(), match.end()
            if mark in _STRAIGHT and not _is_open(text, match.start()):
                at = begin
                continue
            close = _close(text, mark, begin, stop)
            if close is None:
                if mark in _SINGLE:
                    at = begin
                    continue
                close = stop
            found.append((Span(begin, close), text[begin:close]))
            at = close + 1
    return found


def _is_open(text: str, at: int) -> bool:
    """Whether a mark opens a quotation: before a word, and not within or behind one."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    begins = after.isalnum() if text[at] in _SINGLE else bool(after.strip())
    return begins and not before.isalnum()


def _close(text: str, mark: str, begin: int, stop: int) -> int | None:
    """Where a quotation is closed that begins with a mark; None if it is not."""
    for at in range(begin, stop):
        if text[at] in _CLOSES[mark] and (
            mark not in _SINGLE or not text[at + 1 : at + 2].isalnum()
        ):
            return at
    return None
