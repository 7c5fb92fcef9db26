"""A finding's place turned into a citation: the quote, the sentence around it and the line.

The quote is sliced from the article, so it is always the article's own words. Not handled: a
sentence that goes on past a line break; it ends there, as everywhere. Days that an article counts
from an event it tells of are not resolved, and those of an article without a date are not.
"""

from __future__ import annotations

import re

from qa.days import Reference, named
from qa.language.text import sentences
from qa.types import Article, Citation, Span, When

_AROUND = 200
"""Most code points of a sentence kept on either side of a quote."""

_LOOKED_AT = 2000
"""Code points on either side of a quote among which its sentence is looked for."""

_FIRST_SPACE = re.compile(r"\s(?=\S)")
_UP_TO_LAST_SPACE = re.compile(r".*\S(?=\s)", re.DOTALL)


def cite(finding_span: Span, article: Article, n: int) -> Citation:
    """The citation numbered `n` of a span of an article's text.

    `sentence` runs from the first to the last sentence that the span lies in, but never into a
    masked span and at most 200 code points beyond the quote on either side, cut at white space.
    """
    text = article.text
    sentence = _sentence(finding_span, article)
    part = article.part_at(finding_span.start)
    return Citation(
        n=n,
        article=article,
        span=finding_span,
        sentence=sentence,
        quote=text[finding_span.start : finding_span.end],
        line=_line(text, finding_span.start),
        when=days_meant(article, sentence),
        page=part.page if part else None,
        part=(part.name or None) if part else None,
    )


def days_meant(article: Article, span: Span) -> tuple[When, ...]:
    """The words of a span of an article that need its date, with the days they name, in order.

    `pekan lalu`, `Selasa (30/11)`, `9 Januari`; not `9 Januari 2022`, which needs nothing.
    """
    if article.published is None:
        return ()
    found = named(article.text[span.start : span.end], article.published, ahead=True)
    return tuple(
        When(Span(span.start + each.span.start, span.start + each.span.end), each.since, each.until)
        for each in found
        if each.reference is not Reference.FULL
    )


def _sentence(quote: Span, article: Article) -> Span:
    text = article.text
    masks = [mask for mask in article.masks if len(mask)]
    low = max([quote.start - _LOOKED_AT, 0, *(m.end for m in masks if m.end <= quote.start)])
    high = min(
        [quote.end + _LOOKED_AT, len(text), *(m.start for m in masks if m.start >= quote.end)]
    )
    around = [s for s in sentences(text, low, high) if s.start < quote.end and quote.start < s.end]
    if not around:
        return quote
    start, end = min(quote.start, around[0].start), max(quote.end, around[-1].end)
    if quote.start - start > _AROUND:
        start = quote.start - _AROUND
        space = _FIRST_SPACE.search(text, start - 1, quote.start)
        start = space.end() if space else start
    if end - quote.end > _AROUND:
        end = quote.end + _AROUND
        words = _UP_TO_LAST_SPACE.match(text, quote.end, end + 1)
        end = words.end() if words else end
    return Span(start, end)


def _line(text: str, at: int) -> int:
    r"""The line that code point `at` is on, from 1; `\n`, `\r\n` and a lone `\r` each end one."""
    pairs = text.count("\r\n", 0, at + 1)
    return 1 + text.count("\r", 0, at) + text.count("\n", 0, at) - pairs
