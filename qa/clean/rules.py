"""The rules that look at an article's lines: whole lines, what stands above and below the prose.

A wrong mask hides answers for good, so where a form is in doubt the text stays; the article's own
headline always stays.

Not handled: prose that follows a `Baca juga:` headline on the same line without a stop is cut at
the last capital, which may take a word or two of it; a list of headlines that each end in a stop.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from qa.clean import debris
from qa.clean.inline import NAME_AT_SITE, inline
from qa.clean.lines import STOP, could_be_headline, is_prose, is_section, is_title_case, lines
from qa.clean.recurring import Recurring
from qa.days import dates
from qa.types import Mask

_HEADER_LINES = 12
_NAME = re.compile(r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){1,3}")
_CAPITAL_NAMES = re.compile(
    r"[A-ZÀ-Þ.'’-]{2,20}(?: [A-ZÀ-Þ.'’-]{1,20}){0,4}(?: ?[|/,&] ?[A-ZÀ-Þ.'’ -]{2,40}){0,4}"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the prose of a text.

    Attributes:
        headline: The article's own, where there is one.
        lines: All lines above the prose, the headline too; none where the prose starts at once.
        prose: Where the prose begins, in code points of the text.
    """

    headline: str | None
    lines: tuple[str, ...]
    prose: int


class Page:
    """The lines of one article, each with the rule that masks it; an empty rule is prose.

    Args:
        text: Of the article.
        start: Where it begins behind front matter; what is above is left out.
        title: Where it is known, so that the line that repeats it stays.
    """

    def __init__(self, text: str, start: int = 0, *, title: str = "") -> None:
        self._text = text
        self._start = start
        self._title = title
        self._folded_title = title.strip().casefold()
        self._lines = list(lines(text, start))
        self._rules = [
            "" if self._is_title(line) else debris.line_rule(line) for _, line in self._lines
        ]

    def head(self) -> Head:
        """What stands above the prose; ask before `masks`, whose rules would leave less of it."""
        first = self._first_prose()
        headline = self._headline()
        return Head(
            headline=None if headline is None else self._lines[headline][1],
            lines=tuple(line for _, line in self._lines[:first]),
            prose=self._lines[first][0].start if self._lines else self._start,
        )

    def masks(self, recurring: Recurring | None = None, source: str | None = None) -> list[Mask]:
        """The masks that the rules give, by start; they may overlap.

        Args:
            recurring: Lines counted over the corpus; None to go without.
            source: Of the article, which recurring lines are counted by.
        """
        self._mask_lists()
        if recurring is not None:
            self._mask_recurring(recurring, source)
        self._mask_header()
        self._mask_footer()
        masks = self._dateline()
        masks += [
            Mask(span.start, span.end, rule)
            for (span, _), rule in zip(self._lines, self._rules, strict=True)
            if rule
        ]
        masks += [
            mask for mask in inline(self._text, self._start, self._title) if not self._settles(mask)
        ]
        return sorted(masks)

    def _mask_lists(self) -> None:
        """The headlines under `Artikel Terkait` and its like."""
        i = 0
        while i < len(self._lines):
            line = self._lines[i][1]
            i += 1
            if len(line) > 60 or not debris.LIST_HEADING.fullmatch(line):
                continue
            end = i
            while end < len(self._lines) and could_be_headline(self._lines[end][1]):
                end += 1
            # Below the prose a list runs to the end; within it only what is written as a headline.
            while end < len(self._lines) and i < end and not is_title_case(self._lines[end - 1][1]):
                end -= 1
            self._rules[i - 1] = "related list"
            self._rules[i:end] = ["related list"] * (end - i)
            i = end

    def _mask_recurring(self, recurring: Recurring, source: str | None) -> None:
        for i, (_, line) in enumerate(self._lines):
            if not self._rules[i] and recurring.recurs(line, source) and not self._is_title(line):
                self._rules[i] = "recurring"

    def _first_prose(self) -> int:
        """The index of the first line of prose; 0 where none comes early."""
        for i, (_, line) in enumerate(self._lines[: _HEADER_LINES + 1]):
            if not self._rules[i] and is_prose(line):
                return i
        return 0

    def _headline(self) -> int | None:
        """The index of the article's headline among the lines above the prose."""
        above = [i for i in range(self._first_prose()) if not self._rules[i]]
        above = [i for i in above if not dates.is_date_line(self._lines[i][1])]
        for i in above:
            if self._is_title(self._lines[i][1]):
                return i
        for i in above:
            if len(self._lines[i][1].split()) >= 4 and not NAME_AT_SITE.fullmatch(
                self._lines[i][1]
            ):
                return i
        return max(above, key=lambda i: len(self._lines[i][1]), default=None)

    def _mask_header(self) -> None:
        """Section labels, dates and names above the prose."""
        title = self._headline()
        names, days = [], []
        for i in range(self._first_prose()):
            line = self._lines[i][1]
            if i == title or self._rules[i] or self._is_title(line):
                continue
            if dates.is_date_line(line) or (title is not None and is_section(line)):
                self._rules[i] = "header"
            elif NAME_AT_SITE.fullmatch(line):
                self._rules[i] = "byline"
            elif title is not None and i > title and dates.named_date(line):
                days.append(i)
            elif (
                title is not None
                and i > title
                and _NAME.fullmatch(line)
                # A headline may be broken into lines.
                and line.casefold() not in self._folded_title
            ):
                names.append(i)
        if len(names) == 1:
            self._rules[names[0]] = "byline"
        # Several days are a list of events.
        if len(days) == 1:
            self._rules[days[0]] = "header"

    def _mask_footer(self) -> None:
        """Who wrote it, below the last sentence: a name, or one or two lines in capitals."""
        below: list[int] = []
        for i in range(len(self._lines) - 1, -1, -1):
            line = self._lines[i][1]
            if self._rules[i]:
                continue
            if _NAME.fullmatch(line) or _CAPITAL_NAMES.fullmatch(line):
                below.append(i)
                continue
            # Several names are a list, and a list may be the answer.
            few = len(below) == 1 or (
                len(below) == 2 and all(self._lines[j][1].isupper() for j in below)
            )
            if few and STOP.search(line) and is_prose(line):
                for j in below:
                    self._rules[j] = "byline"
            return

    def _dateline(self) -> list[Mask]:
        """Place, site and agency before the first sentence, which captions may come before."""
        prose = [
            span
            for (span, line), rule in zip(self._lines[:_HEADER_LINES], self._rules, strict=False)
            if not rule and is_prose(line) and not self._is_title(line)
        ]
        for i, span in enumerate(prose[:3]):
            match = debris.DATELINE.match(self._text, span.start, span.end)
            if match is None and i == 0:
                match = debris.OPENING.match(self._text, span.start, span.end)
            if match:
                return [Mask(*match.span(), "dateline")]
        return []

    def _settles(self, span: Mask) -> bool:
        """Whether the line that a span lies in is masked whole, or is the title."""
        i = bisect_right(self._lines, span.start, key=lambda line: line[0].start) - 1
        if i < 0 or span.end > self._lines[i][0].end:
            return False
        return bool(self._rules[i]) or self._is_title(self._lines[i][1])

    def _is_title(self, line: str) -> bool:
        # Folding shortens nothing, and every piece of debris in a long line asks.
        title = self._folded_title
        return len(line) <= len(title) and line.casefold() == title
