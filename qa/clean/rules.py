"""Finds what is no prose in an article: spans to mask, never to delete.

Rules look at whole lines, at debris within a line, at the lines above and below the prose, and at
lines that recur over many articles of a source. A wrong mask hides answers for good, so where a
form is in doubt the text stays; the article's own headline always stays.

Not handled: prose that follows a `Baca juga:` headline on the same line without a stop is cut at
the last capital, which may take a word or two of it; a list of headlines that each end in a stop.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from qa.clean import debris
from qa.days import dates
from qa.types import Article, Span

_HEADER_LINES = 12
_PROSE_CHARS = 100
_SENTENCE_CHARS = 40
_STOP = re.compile(r"[.!?…。！？।][\"”’')\]*」』]*$")
_LINE = re.compile(r"[^\n]+")
_TOKEN = re.compile(r"[^\s\xa0]+")
_NAME = re.compile(r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){1,3}")
_CAPITAL_NAMES = re.compile(
    r"[A-ZÀ-Þ.'’-]{2,20}(?: [A-ZÀ-Þ.'’-]{1,20}){0,4}(?: ?[|/,&] ?[A-ZÀ-Þ.'’ -]{2,40}){0,4}"
)
_NAME_AT_SITE = re.compile(
    r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3} [-–|/] (?:detik\w+|[\w.]+\.\w{2,3}|[A-Z]\w+)"
)
_LINKING_WORDS = frozenset(
    # Headlines write these small.
    """di ke dari dan yang untuk dengan dalam pada soal usai jadi demi bagi oleh tak vs akibat saat
    hingga sampai agar the a an of in on to for and with at as by from""".split()  # noqa: SIM905 - words read better than a list
)
_HEADLINE_CHARS = 200
# What begins with a quotation mark or a comma is a piece of a sentence that a scraper cut up.
_WORDS_FIRST = re.compile(r"[^\w\s\"“”'‘’,.]{0,3}\w")


@dataclass(frozen=True, slots=True)
class Mask:
    """A span that is no prose, and the name of the rule that says so."""

    span: Span
    rule: str


class Recurring:
    """Lines that recur over many articles of a source, counted in a first pass over the corpus.

    Memory is bounded: beyond `capacity` distinct lines the rarest are forgotten (lossy counting
    after Manku and Motwani, VLDB 2002), which can only leave a line unmasked.
    """

    _LONGEST = 120
    _LEAST = 3
    # A line with a sentence's stop may be prose that a wire story brought into several articles.
    _SHARE, _SENTENCE_LEAST, _SENTENCE_SHARE = 0.002, 10, 0.05

    def __init__(self, *, capacity: int = 200_000) -> None:
        self._capacity = capacity
        self._lines: Counter[int] = Counter()
        self._articles: Counter[str] = Counter()

    def add(self, article: Article) -> None:
        """Count the short lines of one article, each once."""
        source = article.source or ""
        self._articles[source] += 1
        short = {line for _, line in _lines(article.text, 0) if len(line) <= self._LONGEST}
        self._lines.update(_line_key(source, line) for line in short)
        floor = 1
        while len(self._lines) > self._capacity:
            self._lines = Counter({key: n for key, n in self._lines.items() if n > floor})
            floor += 1

    def recurs(self, line: str, source: str | None) -> bool:
        """Whether a line, stripped, stands in so many articles of the source that it is debris."""
        source = source or ""
        if len(line) > self._LONGEST or not _WORDS_FIRST.match(line) or line.count('"') % 2:
            return False
        count = self._lines[_line_key(source, line)]
        least, share = self._LEAST, self._SHARE
        if _STOP.search(line):
            least, share = self._SENTENCE_LEAST, self._SENTENCE_SHARE
        return count >= least and count >= share * self._articles[source]


def masks(article: Article, recurring: Recurring | None = None) -> tuple[Span, ...]:
    """What may be neither indexed nor quoted: the loader's masks and those found here.

    Sorted and disjoint, in code points of `article.text`; spans with only white space between them
    are joined.
    """
    spans = [*article.masks, *(mask.span for mask in explain(article, recurring))]
    joined: list[Span] = []
    for span in sorted(span for span in spans if span):
        if joined and not article.text[joined[-1].end : span.start].strip():
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def explain(article: Article, recurring: Recurring | None = None) -> list[Mask]:
    """The masks found in an article with the rule of each, by start; they may overlap.

    Args:
        article: Its own `masks` are taken as known and not repeated.
        recurring: Lines counted over the corpus; None to go without.
    """
    start = _prose_start(article)
    page = _Page(article.text, start, article.title)
    page.mask_lines()
    page.mask_lists()
    if recurring is not None:
        page.mask_recurring(recurring, article.source)
    page.mask_header()
    page.mask_footer()
    page.mask_dateline()
    found = [
        Mask(span, rule) for (span, _), rule in zip(page.lines, page.rules, strict=True) if rule
    ]
    found += page.within
    found += (
        mask for mask in _inline(article.text, start, article.title) if not page.settles(mask.span)
    )
    return sorted(found, key=lambda mask: (mask.span, mask.rule))


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the prose of a text: headline, all lines, and where the prose begins."""

    headline: str | None
    lines: tuple[str, ...]
    prose: int


def head(text: str, start: int = 0) -> Head:
    """The head of `text[start:]`; without lines where the prose starts at once."""
    page = _Page(text, start, "")
    page.mask_lines()
    first = page.first_prose()
    found = page.headline()
    return Head(
        headline=None if found is None else page.lines[found][1],
        lines=tuple(line for _, line in page.lines[:first]),
        prose=page.lines[first][0].start if page.lines else start,
    )


class _Page:
    """The lines of one text, and the rule that masks each; an empty rule is prose."""

    def __init__(self, text: str, start: int, title: str) -> None:
        self.text = text
        self.title = title.strip().casefold()
        self.lines = list(_lines(text, start))
        self.rules = [""] * len(self.lines)
        self.within: list[Mask] = []

    def mask_lines(self) -> None:
        for i, (_, line) in enumerate(self.lines):
            if not self._is_title(line):
                self.rules[i] = debris.line_rule(line)

    def mask_lists(self) -> None:
        """The headlines under `Artikel Terkait` and its like."""
        i = 0
        while i < len(self.lines):
            line = self.lines[i][1]
            i += 1
            if len(line) > 60 or not debris.LIST_HEADING.fullmatch(line):
                continue
            end = i
            while end < len(self.lines) and _could_be_headline(self.lines[end][1]):
                end += 1
            # Below the prose a list runs to the end; within it only what is written as a headline.
            while end < len(self.lines) and i < end and not _is_title_case(self.lines[end - 1][1]):
                end -= 1
            self.rules[i - 1] = "related list"
            self.rules[i:end] = ["related list"] * (end - i)
            i = end

    def mask_recurring(self, recurring: Recurring, source: str | None) -> None:
        for i, (_, line) in enumerate(self.lines):
            if not self.rules[i] and recurring.recurs(line, source) and not self._is_title(line):
                self.rules[i] = "recurring"

    def first_prose(self) -> int:
        """The index of the first line of prose; 0 where none comes early."""
        for i, (_, line) in enumerate(self.lines[: _HEADER_LINES + 1]):
            if not self.rules[i] and _is_prose(line):
                return i
        return 0

    def headline(self) -> int | None:
        """The index of the article's headline among the lines above the prose."""
        above = [i for i in range(self.first_prose()) if not self.rules[i]]
        above = [i for i in above if not dates.is_date_line(self.lines[i][1])]
        for i in above:
            if self._is_title(self.lines[i][1]):
                return i
        for i in above:
            if len(self.lines[i][1].split()) >= 4 and not _NAME_AT_SITE.fullmatch(self.lines[i][1]):
                return i
        return max(above, key=lambda i: len(self.lines[i][1]), default=None)

    def mask_header(self) -> None:
        """Section labels, dates and names above the prose."""
        title = self.headline()
        names = []
        for i in range(self.first_prose()):
            line = self.lines[i][1]
            if i == title or self.rules[i] or self._is_title(line):
                continue
            if dates.is_date_line(line) or (title is not None and _is_section(line)):
                self.rules[i] = "header"
            elif _NAME_AT_SITE.fullmatch(line):
                self.rules[i] = "byline"
            elif title is not None and i > title and _NAME.fullmatch(line):
                names.append(i)
        if len(names) == 1:
            self.rules[names[0]] = "byline"

    def mask_footer(self) -> None:
        """Who wrote it, below the last sentence: a name, or one or two lines in capitals."""
        below: list[int] = []
        for i in range(len(self.lines) - 1, -1, -1):
            line = self.lines[i][1]
            if self.rules[i]:
                continue
            if _NAME.fullmatch(line) or _CAPITAL_NAMES.fullmatch(line):
                below.append(i)
                continue
            # Several names are a list, and a list may be the answer.
            few = len(below) == 1 or (
                len(below) == 2 and all(self.lines[j][1].isupper() for j in below)
            )
            if few and _STOP.search(line) and _is_prose(line):
                for j in below:
                    self.rules[j] = "byline"
            return

    def mask_dateline(self) -> None:
        """Place, site and agency before the first sentence, which captions may come before."""
        prose = [
            span
            for (span, line), rule in zip(self.lines[:_HEADER_LINES], self.rules, strict=False)
            if not rule and _is_prose(line) and not self._is_title(line)
        ]
        for i, span in enumerate(prose[:3]):
            match = debris.DATELINE.match(self.text, span.start, span.end)
            if match is None and i == 0:
                match = debris.OPENING.match(self.text, span.start, span.end)
            if match:
                self.within.append(Mask(Span(*match.span()), "dateline"))
                return

    def settles(self, span: Span) -> bool:
        """Whether the line that a span lies in is masked whole, or is the title."""
        i = bisect_right(self.lines, span.start, key=lambda line: line[0].start) - 1
        if i < 0 or span.end > self.lines[i][0].end:
            return False
        return bool(self.rules[i]) or self._is_title(self.lines[i][1])

    def _is_title(self, line: str) -> bool:
        return bool(self.title) and line.casefold() == self.title


def _lines(text: str, start: int) -> Iterator[tuple[Span, str]]:
    """The lines of `text[start:]` that hold anything, stripped."""
    for match in _LINE.finditer(text, start):
        raw = match.group()
        line = raw.strip()
        if line:
            begin = match.start() + len(raw) - len(raw.lstrip())
            yield Span(begin, begin + len(line)), line


def _line_key(source: str, line: str) -> int:
    key = f"{source}\0{line.casefold()}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(key, digest_size=8).digest())


def _prose_start(article: Article) -> int:
    """Where the text begins behind a mask at its very start, such as front matter."""
    first = min(article.masks, default=Span(0, 0))
    return first.end if first.start == 0 else 0


def _is_prose(line: str) -> bool:
    return len(line) >= _PROSE_CHARS or (len(line) >= _SENTENCE_CHARS and bool(_STOP.search(line)))


def _is_section(line: str) -> bool:
    words = line.casefold().replace("/", " ").replace("&", " ").split()
    if not words or len(words) > 3 or len(line) > 30 or line[-1] in ":?!.":
        return False
    if any(c.isdigit() for c in line):
        return False
    return line.isupper() or all(word in debris.SECTIONS for word in words)


def _could_be_headline(line: str) -> bool:
    return len(line) <= _HEADLINE_CHARS and not line.endswith((".", '."', ".”", ".'", ".’", ":"))


def _is_title_case(line: str) -> bool:
    """Whether at least half of the words of four letters and more have a capital."""
    words = [word for word in line.split() if len(word) >= 4]
    return 2 * sum(word[0].isupper() or not word[0].isalpha() for word in words) >= len(words)


def _inline(text: str, start: int, title: str) -> Iterator[Mask]:
    """Debris within lines."""
    if title and text.startswith(title, start):
        byline = _NAME_AT_SITE.match(text, start + len(title) + 1)
        if byline:
            yield Mask(Span(*byline.span()), "byline")
    lowered = text.lower()
    for rule, needles, pattern in debris.INLINE_RULES:
        if any(needle in lowered for needle in needles):
            for match in pattern.finditer(text, start):
                yield Mask(Span(*match.span()), rule)
    if not any(word in text for word in debris.SEE_ALSO_WORDS):
        return
    for label in debris.SEE_ALSO.finditer(text, start):
        begin = label.start() - (text[max(0, label.start() - 1) : label.start()] in ("(", "["))
        end = _see_also_end(text, begin, label)
        if end is not None:
            yield Mask(Span(begin, end), "see also")


def _see_also_end(text: str, begin: int, label: re.Match[str]) -> int | None:
    """Where a pointer to another article ends; None if the words are prose."""
    if begin < label.start():
        close = ")" if text[begin] == "(" else "]"
        closed = text.find(close, label.end(), label.end() + _HEADLINE_CHARS)
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
    line_end = text.find("\n", start, start + 2 * _HEADLINE_CHARS)
    line_end = min(len(text), start + 2 * _HEADLINE_CHARS) if line_end < 0 else line_end
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
