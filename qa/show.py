"""An Answer as JSON, as lines of words with their roles, as text: one way for CLI and chat.

Every word of an article or a question that leaves here for a screen has passed `text.safe`; JSON
keeps the words as they are and escapes what a terminal would obey.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from qa.settings import Filters
from qa.text import safe
from qa.types import Answer, Article, Candidate, Citation, IndexInfo, Span, Status
from qa.when import period

SCHEMA = "qa.answer/1"

STATUS_WORDS = {
    Status.ANSWERED: "answered",
    Status.UNSURE: "possible answer",
    Status.NO_ANSWER: "not found",
}


def location(root: str, path: str) -> str:
    """Where an article lies, seen from here: relative where that is shorter, else absolute."""
    full = Path(root) / path
    try:
        return full.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        # It lies elsewhere, or the working directory has been removed.
        return full.as_posix()


_GLIMPSE = 240
"""Characters shown of a passage that is near but no answer."""

_ESCAPES = {
    code: f"\\u{code:04x}"
    for code in (
        *range(0x7F, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xD800, 0xE000),
        0xFEFF,
    )
}


def dumps(document: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """JSON on one line, with nothing in it that a terminal obeys or an encoder refuses.

    Beyond the controls that JSON itself escapes: DEL, C1, bidi and zero-width controls, U+2028,
    U+2029 and lone surrogates, as `\\uXXXX`.
    """
    return json.dumps(document, ensure_ascii=ascii_only).translate(_ESCAPES)


def as_json(answer: Answer, filters: Filters, index: IndexInfo) -> dict[str, Any]:
    """The documented JSON form of an answer; keys in a fixed order, offsets in code points."""
    best = answer.best
    return {
        "schema": SCHEMA,
        "question": answer.question,
        "language": answer.language,
        "status": answer.status.value,
        "confidence": round(answer.confidence, 4),
        "answer": None
        if best is None
        else {
            "text": best.text,
            "sentence": best.citation.sentence_text,
            "citation": best.citation.n,
        },
        "citations": [_citation(place, index.root) for place in answer.citations],
        "alternatives": [
            {
                "text": other.text,
                "confidence": round(other.confidence, 4),
                "citation": other.citation.n,
            }
            for other in answer.alternatives
        ],
        "reason": None
        if answer.reason is None
        else {
            "gate": answer.reason.gate,
            "value": round(answer.reason.value, 4),
            "threshold": round(answer.reason.threshold, 4),
        },
        "nearest": [_citation(place, index.root) for place in answer.nearest],
        "filters": {
            "since": filters.since.isoformat() if filters.since else None,
            "until": filters.until.isoformat() if filters.until else None,
            "source": filters.source,
        },
        "date_filter": _date_filter(answer, index.root),
        "newest_first": answer.newest_first,
        "timings_ms": {stage: round(ms, 2) for stage, ms in answer.timings_ms.items()},
        "index": {
            "id": index.id,
            "built": index.built,
            "articles": index.articles,
            "passages": index.passages,
            "encoder": index.encoder,
            "reader": index.reader,
        },
    }


def _citation(place: Citation, root: str) -> dict[str, Any]:
    article = place.article
    return {
        "n": place.n,
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "path": location(root, article.path),
        "record": article.record,
        "line": place.line,
        "start": place.span.start,
        "end": place.span.end,
        "quote": place.quote,
        "sentence": place.sentence_text,
        "dates": [
            {
                "text": place.article.text[each.span.start : each.span.end],
                "start": each.span.start,
                "end": each.span.end,
                "from": each.since.isoformat(),
                "to": each.until.isoformat(),
            }
            for each in place.when
        ],
    }


def _date_filter(answer: Answer, root: str) -> dict[str, Any] | None:
    dated = answer.dated
    if dated is None:
        return None
    without = dated.without.best if dated.without else None
    return {
        "words": answer.question[dated.span.start : dated.span.end],
        "since": dated.since.isoformat() if dated.since else None,
        "until": dated.until.isoformat() if dated.until else None,
        "undated": dated.undated,
        "ignored": dated.ignored,
        "without": None
        if without is None
        else {
            "text": without.text,
            "confidence": round(without.confidence, 4),
            "citation": _citation(without.citation, root),
        },
    }


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


def one_line(text: str) -> str:
    """Safe for a screen and on one line: a line break becomes a space."""
    return safe(text).replace("\n", " ")


def byline(article: Article, root: str, line: int) -> str:
    """Source, date and place of an article: `Kabar Nusantara · 2024-11-21 · corpus/a.md:9`.

    Of a record of a file the line is that within the record: `corpus/a.jsonl#7:1`.
    """
    published = article.published.isoformat() if article.published else None
    where = f"{location(root, article.place)}:{line}"
    return one_line(" · ".join(part for part in (article.source, published, where) if part))


Run = tuple[str, str]
"""Words, and the role they play: `answer`, `quote`, `good`, `fair`, `poor`, `dim`, or none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer as a person reads it, before it is wrapped to a screen."""

    indent: int
    runs: tuple[Run, ...]


_ROLES = {Status.ANSWERED: "good", Status.UNSURE: "fair", Status.NO_ANSWER: "poor"}


def lines(answer: Answer, index: IndexInfo) -> list[Line]:
    """What a person reads, in order; all of it safe for a screen, none of it wrapped."""
    total = answer.timings_ms.get("total")
    seconds = f" · {total / 1000:.2f} s" if total is not None else ""
    role = _ROLES[answer.status]
    if answer.best is None:
        why = (STATUS_WORDS[answer.status], role), (f" · {_why(answer)}{seconds}", "dim")
        shown = [_line((_not_found(answer), "answer")), _line(*why), *_dated(answer)]
        if answer.dated and answer.dated.without:
            without = replace(answer.dated.without, timings_ms={})
            heading = _line(("Without the date filter:", "dim"))
            return [*shown, _line(), heading, *lines(without, index)]
        if answer.nearest:
            shown += [_line(), _line(("Nearest passages (not an answer):", "dim"))]
        for place in answer.nearest:
            words = " ".join(one_line(place.quote).split())
            glimpse = words if len(words) <= _GLIMPSE else words[:_GLIMPSE] + "…"
            shown += _source("- ", place, ((glimpse, "dim"),), index.root)
        return shown
    newest = " · newest first" if answer.newest_first else ""
    sure = f" · confidence {answer.confidence:.2f}{seconds}{newest}"
    shown = [
        _line((one_line(answer.best.text), "answer"), (f" {_numbers(answer.best)}", "")),
        _line((STATUS_WORDS[answer.status], role), (sure, "dim")),
        *_dated(answer),
        _line(),
    ]
    for place in (answer.best.citation, *answer.best.also):
        shown += _cited(place, index.root)
    if answer.alternatives:
        shown += [_line(), _line(("Other answers:", "dim"))]
    for other in answer.alternatives:
        note = f" · confidence {other.confidence:.2f}"
        other_words = (one_line(other.text), "answer"), (f" {_numbers(other)}", ""), (note, "dim")
        shown += [_line(*other_words), *_cited(other.citation, index.root)]
    return shown


def as_text(
    answer: Answer, index: IndexInfo, *, style: Callable[[str, str], str] | None, width: int
) -> str:
    """What a person reads, wrapped to a screen.

    Args:
        answer: To show.
        index: That it was drawn from.
        style: Given words and their role, returns the words dressed for the screen. None dresses
            nothing, and sets marks around a quote: `»Ani«`.
        width: Columns to fill.
    """
    wrapped = (
        " " * line.indent + row if row else ""
        for line in lines(answer, index)
        for row in _wrap(
            line.runs if style else _marked(line.runs),
            style or (lambda text, _role: text),
            max(20, width - line.indent),
        )
    )
    return "\n".join(wrapped)


def _line(*runs: Run, indent: int = 0) -> Line:
    return Line(indent, runs)


def _numbers(candidate: Candidate) -> str:
    return "".join(f"[{place.n}]" for place in (candidate.citation, *candidate.also))


def _not_found(answer: Answer) -> str:
    dated = answer.dated
    if dated is None or dated.ignored:
        return "Not found in these articles."
    return f"Not found in articles published {period(dated.since, dated.until)}."


def _dated(answer: Answer) -> list[Line]:
    """What the days that the question names left out, in one line; nothing where it names none."""
    dated = answer.dated
    if dated is None:
        return []
    words = f"“{one_line(answer.question[dated.span.start : dated.span.end])}”"
    if dated.ignored:
        return [_line((f"{words} left nothing out: no article was published then", "dim"))]
    undated = f" · {dated.undated:,} undated articles left out" if dated.undated else ""
    days = f"published {period(dated.since, dated.until)} (from {words})"
    return [_line((f"{days}{undated} · --no-date-filter", "dim"))]


def _why(answer: Answer) -> str:
    reason = answer.reason
    return f"{reason.gate} {reason.value:.2f}, below {reason.threshold:.2f}" if reason else ""


def _cited(place: Citation, root: str) -> list[Line]:
    """A citation: title, where it stands, and its sentence with the quote marked."""
    before, quote, after = highlighted(place)
    words = ((before, ""), (quote, "quote"), (after, ""))
    shown = _source(f"[{place.n}] ", place, words, root)
    text = place.article.text
    days = " · ".join(
        f"{one_line(text[each.span.start : each.span.end])} → {period(each.since, each.until)}"
        for each in place.when
    )
    return [*shown, _line((days, "dim"), indent=4)] if days else shown


def _source(mark: str, place: Citation, words: tuple[Run, ...], root: str) -> list[Line]:
    return [
        _line((mark + one_line(place.article.title), "")),
        _line((byline(place.article, root, place.line), "dim"), indent=4),
        _line(*words, indent=4),
    ]


def _marked(runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple((f"»{text}«", role) if role == "quote" else (text, role) for text, role in runs)


def _wrap(runs: Sequence[Run], style: Callable[[str, str], str], width: int) -> list[str]:
    """Fill rows of at most `width` columns with dressed runs, broken at spaces.

    A run that is broken over rows is dressed on each. A gap of any length becomes one space; every
    character counts as one column.
    """
    rows: list[list[Run]] = [[]]
    used = 0
    pieces = [(piece, role) for text, role in runs for piece in re.findall(r"\S+|\s+", text)]
    # Words, which several runs may share, and the gaps between them, by turns.
    for is_gap, group in groupby(pieces, key=lambda piece: piece[0].isspace()):
        word = list(group)
        if is_gap:
            word = [(" ", word[0][1])]
        size = sum(len(text) for text, _ in word)
        if used and used + size > width:
            rows.append([])
            used = 0
        if is_gap and not used:
            continue
        for text, role in word:
            if rows[-1] and rows[-1][-1][1] == role:
                rows[-1][-1] = (rows[-1][-1][0] + text, role)
            else:
                rows[-1].append((text, role))
        used += size
    dressed = ("".join(style(text, role) if role else text for text, role in row) for row in rows)
    return [row.rstrip() for row in dressed]
