"""Debris within a line of prose: pointers to other articles, credits, what a script left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qa.clean import debris
from qa.clean.lines import HEADLINE_CHARS
from qa.types import Mask

NAME_AT_SITE: Final = re.compile(
    r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3} [-–|/] "
    r"(?:(?P<site>detik\w+|[\w.]+\.[a-z]{2,3})\b|[A-Z]\w+)"
)
"""A writer and the site, `Ani Wulan - detikNews`; `site` where its name says that it is one."""

_TOKEN = re.compile(r"[^\s\xa0]+")
_LINKING_WORDS = frozenset(
    # Headlines write these small.
    """di ke dari dan yang untuk dengan dalam pada soal usai jadi demi bagi oleh tak vs akibat saat
    hingga sampai agar the a an of in on to for and with at as by from""".split()  # noqa: SIM905 - words read better than a list
)


def inline(text: str, start: int, title: str) -> Iterator[Mask]:
    """The masks within the lines of `text[start:]`, rule by rule."""
    if title and text.startswith(title, start):
        byline = NAME_AT_SITE.match(text, start + len(title) + 1)
        # `KOTA RANAH - Gubernur` is where the story begins.
        if byline and (byline["site"] or text[byline.end() : byline.end() + 1] in ("", "\n")):
            yield Mask(*byline.span(), "byline")
    lowered = text.lower()
    for rule, needles, pattern in debris.INLINE_RULES:
        if any(needle in lowered for needle in needles):
            for match in pattern.finditer(text, start):
                yield Mask(*match.span(), rule)
    if not any(word in text for word in debris.SEE_ALSO_WORDS):
        return
    for label in debris.SEE_ALSO.finditer(text, start):
        begin = label.start() - (text[max(0, label.start() - 1) : label.start()] in ("(", "["))
        end = _see_also_end(text, begin, label)
        if end is not None:
            yield Mask(begin, end, "see also")


def _see_also_end(text: str, begin: int, label: re.Match[str]) -> int | None:
    """Where a pointer to another article ends; None if the words are prose."""
    if begin < label.start():
        close = ")" if text[begin] == "(" else "]"
        closed = text.find(close, label.end(), label.end() + HEADLINE_CHARS)
        return closed + 1 if closed >= 0 and (label["colon"] or label["label"]) else None
    before = text[max(0, begin - 3) : begin].rstrip(" \xa0")
    if before and before[-1] not in ".!?…\"”’'),]\n*":
        return None
    if label["empty"]:
        return label.end()
    if label["colon"]:
        return _headline_end(text, label.end())
    # The site's link is gone and only its label was left: `... persen. Baca Juga Selain itu, ...`
    following = text[label.end() : label.end() + 3].lstrip(" \xa0")
    juga = (label["label"] or "").endswith(("Juga", "JUGA"))
    return label.end() if juga and not following[:1].islower() else None


def _headline_end(text: str, start: int) -> int:
    """Where the headline that begins at `start` ends and prose goes on, on the same line."""
    line_end = text.find("\n", start, start + 2 * HEADLINE_CHARS)
    line_end = min(len(text), start + 2 * HEADLINE_CHARS) if line_end < 0 else line_end
    capital = start
    for count, token in enumerate(_TOKEN.finditer(text, start, line_end)):
        word = token.group()
        if count >= 2 and word[0] in '"“':
            return _without_space(text, start, token.start())
        if word[0].islower() and word.strip(",") not in _LINKING_WORDS:
            return _without_space(text, start, capital) if count >= 4 else start
        if count and word[-1] in ".?!" and len(word) > 3:
            return token.end()
        if not word[0].islower():
            capital = token.start()
    return line_end


def _without_space(text: str, start: int, end: int) -> int:
    """`end`, moved before the white space that ends there."""
    return start + len(text[start:end].rstrip())
