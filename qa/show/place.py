"""Where a quote stands, for a person: its article, sentence and paragraph, words to paste."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from qa.cite import cite
from qa.days import period
from qa.i18n import _, ngettext
from qa.language.text import one_line, safe
from qa.show.screen import Line, Run
from qa.types import Article, Citation, Span

_LINE_BREAK = r"(?:\r\n|[\n\r\x85\u2028\u2029])"
_ANY_LINE = re.compile(_LINE_BREAK)
_BLANK_LINE = re.compile(rf"{_LINE_BREAK}[ \t\xa0]*{_LINE_BREAK}")
_PARAGRAPH = 1000
"""Most code points shown of a paragraph on either side of a quote."""
_COPIES_NAMED = 3
_LONGEST_WRAPPED = 120
"""A line longer than this is a paragraph by itself; shorter ones may be a paragraph's rows."""
_NEVER_IN_AN_ADDRESS = frozenset('"<>\\^`{|}')
"""RFC 3986, appendix A, has no place for these."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a person names of an article who cites it, in the order in which it is named.

    Each is safe for a screen and on one line, and empty where it is not known. `address` is one
    that `web_address` lets through; `place` is the file with its line, its page or its part, or
    with the record and the line in that: `corpus/a.md:9`, `corpus/a.pdf, p. 3`,
    `corpus/a.jsonl#7:1`.
    """

    title: str
    outlet: str
    date: str
    address: str
    place: str


def reference(article: Article, root: str, at: int | Citation) -> Reference:
    """How an article is named, wherever that is: on a screen, in the clipboard, in every export.

    Args:
        article: The article.
        root: The folder that its path is relative to.
        at: A citation of it, or a line.
    """
    # The id of a record may be an address, which is no path.
    record = "" if article.record is None else f"#{article.record}"
    spot = at.spot if isinstance(at, Citation) else f":{at}"
    return Reference(
        title=one_line(article.title),
        outlet=one_line(article.source or ""),
        date=article.published.isoformat() if article.published else "",
        address=web_address(article.url) or "",
        place=one_line(f"{location(root, article.path)}{record}{spot}"),
    )


def web_address(url: str | None) -> str | None:
    """An address that a browser may be given: http or https, with a host, with nothing hidden."""
    if not url or safe(url) != url or not _NEVER_IN_AN_ADDRESS.isdisjoint(url):
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and url.split() == [url]
    except ValueError:
        return None
    return url if good else None


def location(root: str, path: str) -> str:
    """The path of an article: relative to the working directory where that is shorter."""
    full = Path(root) / path
    try:
        return full.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        # It lies elsewhere, or the working directory has been removed.
        return full.as_posix()


def highlighted(place: Citation) -> tuple[str, str, str]:
    """The sentence of a citation in three: before the quote, the quote, after it; made safe."""
    text, sentence, span = place.article.text, place.sentence, place.span
    parts = (
        Span(min(sentence.start, span.start), span.start),
        span,
        Span(span.end, max(sentence.end, span.end)),
    )
    before, quote, after = (one_line(text[part.start : part.end]) for part in parts)
    return before, quote, after


def byline(article: Article, root: str, at: int | Citation) -> str:
    """Outlet, date, address, place: `Kabar · 2024-11-21 · https://a.example/1 · corpus/a.md:9`."""
    return "".join(words for words, _role in placed(article, root, at))


def placed(article: Article, root: str, at: int | Citation) -> list[Run]:
    """The byline of an article in runs, so that its address and its path can be told apart."""
    of = reference(article, root, at)
    parts = ((of.outlet, "dim"), (of.date, "dim"), (of.address, "link"))
    before = [run for part in parts if part[0] for run in (part, (" · ", "dim"))]
    return [*before, (of.place, "path")]


def quotation(place: Citation, root: str) -> str:
    """A citation to paste elsewhere: its quote, the sentence around it, where it stands.

    Safe like all else, since what is pasted into a terminal may steer it too.
    """
    before, quote, after = highlighted(place)
    context = [f"{before}»{quote}«{after}"] if before.strip() or after.strip() else []
    title = " ".join(one_line(place.article.title).split())
    where = f"— {title} · {byline(place.article, root, place)}"
    return "\n".join((*(" ".join(part.split()) for part in (f"“{quote}”", *context)), where))


def quotation_of(selected: Span, article: Article, root: str) -> str:
    """As `quotation`, for words that a person has chosen."""
    return quotation(cite(selected, article, 1), root)


def in_context(place: Citation, root: str, *, nearest: bool = False) -> list[Line]:
    """A citation with the paragraph around it, up to blank lines or a long line's ends; safe.

    What is only `nearest` to the question is not marked as what answers it.
    """
    text, span = place.article.text, place.span
    start, end = max(0, span.start - _PARAGRAPH), min(len(text), span.end + _PARAGRAPH)
    head, tail = text[start : span.start], text[span.end : end]
    line = len(_ANY_LINE.split(head)[-1]) + len(_ANY_LINE.split(tail, maxsplit=1)[0])
    gap = _ANY_LINE if line > _LONGEST_WRAPPED else _BLANK_LINE
    before, after = gap.split(head)[-1], gap.split(tail, maxsplit=1)[0]
    cut_before = "…" if start and len(before) == span.start - start else ""
    cut_after = "…" if end < len(text) and len(after) == end - span.end else ""
    words = (
        (cut_before + before, ""),
        (place.quote, "" if nearest else "quote"),
        (after + cut_after, ""),
    )
    safe_words = [(one_line(part), played) for part, played in words]
    return [
        Line.of((f"[{place.n}]", "cite"), (f" {one_line(place.article.title)}", "answer")),
        Line.of(*placed(place.article, root, place), indent=4),
        Line.of((f"{_within(place)}: ", "dim"), *safe_words, indent=4),
    ]


def _within(place: Citation) -> str:
    """The page of a citation, else its line."""
    if place.page is not None:
        return _("page {page}").format(page=place.page)
    return _("line {line}").format(line=place.line)


def cited(place: Citation, root: str, *, mark: Run | None = None) -> list[Line]:
    """A citation: title, where it stands, and its sentence with the quote marked.

    Its number comes first, unless there is another `mark`.
    """
    before, quote, after = highlighted(place)
    words = ((before, ""), (quote, "quote"), (after, ""))
    return [*source([mark or (f"[{place.n}]", "cite")], place, words, root), *_days(place)]


def together(places: Sequence[Citation], root: str) -> list[Line]:
    """Citations, each sentence once with all of their quotes marked in it."""
    groups: dict[tuple[str, Span], list[Citation]] = {}
    for place in places:
        groups.setdefault((place.article.id, place.sentence), []).append(place)
    shown: list[Line] = []
    for group in groups.values():
        first, text = group[0], group[0].article.text
        spans = {place.span for place in group}
        runs: list[Run] = []
        at = first.sentence.start
        for span in sorted(span for span in spans if not _holds_another(span, spans)):
            runs += [
                (one_line(text[at : span.start]), ""),
                (one_line(text[span.start : span.end]), "quote"),
            ]
            at = span.end
        runs.append((one_line(text[at : max(at, first.sentence.end)]), ""))
        marks = [(f"[{n}]", "cite") for n in dict.fromkeys(place.n for place in group)]
        shown += [*source(marks, first, runs, root), *_days(first)]
    return shown


def _days(place: Citation) -> list[Line]:
    """What the words of a citation's sentence that name days mean; nothing where none need it."""
    text = place.article.text
    days = " · ".join(
        f"{one_line(text[each.span.start : each.span.end])} → {period(each.since, each.until)}"
        for each in place.when
    )
    return [Line.of((days, "dim"), indent=4)] if days else []


def _holds_another(span: Span, others: Iterable[Span]) -> bool:
    """Whether another span overlaps this one and is shorter, or as long and before it."""
    return any(
        other != span and other.overlaps(span) and (len(other), other) < (len(span), span)
        for other in others
    )


def source(marks: Sequence[Run], place: Citation, words: Sequence[Run], root: str) -> list[Line]:
    """Words of a citation's article, below its title and where it stands; `marks` come first."""
    where = placed(place.article, root, place)
    return [
        Line.of(*marks, (f" {one_line(place.article.title)}", "")),
        Line.of(*where, (_copied(place.article), "dim"), indent=4),
        Line.of(*words, indent=4),
    ]


def _copied(article: Article) -> str:
    """How many near and exact duplicates an article has, and which: by source, else by place."""
    copies = (*article.also_at, *article.copies)
    if not copies:
        return ""
    named = dict.fromkeys(
        " ".join(str(part) for part in (copy.source or copy.place, copy.published) if part)
        for copy in copies
    )
    words = ", ".join(list(named)[:_COPIES_NAMED]) + ("…" if len(named) > _COPIES_NAMED else "")
    told = ngettext(
        "also in {count} copy: {places}", "also in {count} copies: {places}", len(copies)
    )
    return one_line(" · " + told.format(count=len(copies), places=words))
