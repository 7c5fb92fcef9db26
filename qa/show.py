"""An Answer as JSON, as lines of words with their roles, as text: one way for CLI and chat.

Every word of an article or a question that leaves here for a screen has passed `text.safe`; JSON
keeps the words as they are and escapes what a terminal would obey.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from qa.cite import cite
from qa.settings import Filters
from qa.text import one_line as one_line  # the front ends take it from here
from qa.text import replace_unsafe
from qa.types import (
    Answer,
    Article,
    Candidate,
    Citation,
    Hit,
    IndexInfo,
    Reason,
    Sides,
    Span,
    Status,
)
from qa.when import period

SCHEMA = "qa.answer/1"
ERROR_SCHEMA = "qa.error/1"

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


def dumps(document: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """JSON on one line, with nothing in it that a terminal obeys or an encoder refuses.

    Beyond the controls that JSON itself escapes: all that `text.safe` replaces, as `\\uXXXX`.
    """
    return replace_unsafe(json.dumps(document, ensure_ascii=ascii_only), _escaped)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def as_json(answer: Answer, filters: Filters, index: IndexInfo) -> dict[str, Any]:
    """The documented JSON form of an answer; keys in a fixed order, offsets in code points."""
    best = answer.best
    return {
        "schema": SCHEMA,
        "question": answer.question,
        "understood": answer.understood,
        "language": answer.language,
        "status": answer.status.value,
        "confidence": round(answer.confidence, 4),
        "answer": None
        if best is None
        else {
            "text": best.text,
            "sentence": best.citation.sentence_text,
            "citation": best.citation.n,
            "support": asdict(best.support),
        },
        "citations": [citation_json(place, index.root) for place in answer.citations],
        "alternatives": [
            {
                "text": other.text,
                "confidence": round(other.confidence, 4),
                "citation": other.citation.n,
                "support": asdict(other.support),
            }
            for other in answer.alternatives
        ],
        "conflicts": [
            {
                "value": one.text,
                "published": one.published.isoformat() if one.published else None,
                "citation": one.citation.n,
            }
            for one in answer.conflicts
        ],
        "sides": None
        if answer.sides is None
        else {
            "says_so": [place.n for place in answer.sides.says_so],
            "says_otherwise": [place.n for place in answer.sides.says_otherwise],
        },
        "items": [
            {
                "text": item.text,
                "confidence": round(item.confidence, 4),
                "citation": item.citation.n,
            }
            for item in answer.items
        ],
        "reason": None
        if answer.reason is None
        else {
            "gate": answer.reason.gate,
            "value": round(answer.reason.value, 4),
            "threshold": round(answer.reason.threshold, 4),
        },
        "nearest": [citation_json(place, index.root) for place in answer.nearest],
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


def citation_json(place: Citation, root: str) -> dict[str, Any]:
    """The JSON form of a citation; paths as `location` gives them."""
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
        "copies": [location(root, copy) for copy in (*article.also_at, *article.copies)],
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
            "citation": citation_json(without.citation, root),
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


def score(answer: Answer, place: Citation) -> float | None:
    """How sure a citation is, in [0, 1]; of a nearest passage how near, as retrieval scored it."""
    for traced in answer.trace:
        if traced.passage.article.id != place.article.id:
            continue
        if traced.finding is not None and traced.finding.span == place.span:
            return traced.confidence
        if traced.passage.span == place.span:
            return traced.hit.score
    return None


def conditions(filters: Filters) -> list[tuple[str, str]]:
    """The filters that are set, by name, in words: `("since", "since 2022-01-31")`."""
    named = (("since", filters.since), ("until", filters.until), ("source", filters.source))
    return [(name, one_line(f"{name} {value}")) for name, value in named if value]


def byline(article: Article, root: str, line: int) -> str:
    """Source, date and place of an article: `Kabar Nusantara · 2024-11-21 · corpus/a.md:9`.

    Of a record of a file the line is that within the record: `corpus/a.jsonl#7:1`.
    """
    published = article.published.isoformat() if article.published else None
    where = f"{location(root, article.place)}:{line}"
    return one_line(" · ".join(part for part in (article.source, published, where) if part))


def quotation(place: Citation, root: str) -> str:
    """A citation to paste elsewhere: its quote, the sentence around it, where it stands.

    Safe like all else, since what is pasted into a terminal may steer it too.
    """
    before, quote, after = highlighted(place)
    context = [f"{before}»{quote}«{after}"] if before.strip() or after.strip() else []
    title = one_line(place.article.title)
    where = f"— {title} · {byline(place.article, root, place.line)}"
    return "\n".join(" ".join(part.split()) for part in (f"“{quote}”", *context, where))


def quotation_of(selected: Span, article: Article, root: str) -> str:
    """As `quotation`, for words that a person has chosen."""
    return quotation(cite(selected, article, 1), root)


_LINE_BREAK = r"(?:\r\n|[\n\r\x85\u2028\u2029])"
_BLANK_LINE = re.compile(rf"{_LINE_BREAK}[ \t\xa0]*{_LINE_BREAK}")

_PARAGRAPH = 1000
"""Most code points shown of a paragraph on either side of a quote."""


def in_context(place: Citation, root: str, *, nearest: bool = False) -> list[Line]:
    """A citation with the paragraph around it, up to blank lines; safe for a screen.

    What is only `nearest` to the question is not marked as what answers it.
    """
    text, span = place.article.text, place.span
    start, end = max(0, span.start - _PARAGRAPH), min(len(text), span.end + _PARAGRAPH)
    before = _BLANK_LINE.split(text[start : span.start])[-1]
    after = _BLANK_LINE.split(text[span.end : end], maxsplit=1)[0]
    cut_before = "…" if start and len(before) == span.start - start else ""
    cut_after = "…" if end < len(text) and len(after) == end - span.end else ""
    words = (
        (cut_before + before, ""),
        (place.quote, "" if nearest else "quote"),
        (after + cut_after, ""),
    )
    safe_words = [(one_line(part), played) for part, played in words]
    return [
        _line((f"[{place.n}]", "cite"), (f" {one_line(place.article.title)}", "answer")),
        _line((byline(place.article, root, place.line), "dim"), indent=4),
        _line((f"line {place.line}: ", "dim"), *safe_words, indent=4),
    ]


Run = tuple[str, str]
"""Words, and the role they play: `answer`, `quote`, `good`, `fair`, `poor`, `dim`, or none.

`cite` is the role of a citation's marker, which is exactly `[n]`.
"""


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
    meant = answer.understood
    head = [_line((f"understood as: {one_line(meant)}", "dim"))] if meant else []
    if answer.best is None:
        why = (STATUS_WORDS[answer.status], role), (f" · {_why(answer)}{seconds}", "dim")
        shown = [*head, _line((_not_found(answer), "answer")), _line(*why), *_dated(answer)]
        if answer.dated and answer.dated.without:
            without = replace(answer.dated.without, timings_ms={})
            heading = _line(("Without the date filter:", "dim"))
            return [*shown, _line(), heading, *lines(without, index)]
        if answer.nearest:
            shown += [_line(), _line(("Nearest passages (not an answer):", "dim"))]
        for place in answer.nearest:
            words = " ".join(one_line(place.quote).split())
            glimpse = words if len(words) <= _GLIMPSE else words[:_GLIMPSE] + "…"
            shown += _source([("-", "")], place, [(glimpse, "dim")], index.root)
        return shown
    if answer.sides is not None:
        return [*head, *_sided(answer.sides, index.root, seconds, _dated(answer))]
    newest = " · newest first" if answer.newest_first else ""
    sure = f" · confidence {answer.confidence:.2f}{seconds}{newest}"
    shown = [
        *head,
        _line(*_answered(answer.best)),
        _line((STATUS_WORDS[answer.status], role), (sure, "dim")),
        *(_line(("- ", ""), *_answered(item), indent=2) for item in answer.items),
        *_differing(answer),
        *_dated(answer),
        _line(),
    ]
    if answer.items:
        listed = (answer.best, *answer.items)
        places = [place for one in listed for place in (one.citation, *one.also)]
        return shown + _together(places, index.root)
    against = [one for one in answer.conflicts if one is not answer.best]
    for one in (answer.best, *against):
        for place in (one.citation, *one.also):
            shown += _cited(place, index.root)
    others = [other for other in answer.alternatives if other not in against]
    if others:
        shown += [_line(), _line(("Other answers:", "dim"))]
    for other in others:
        note = (f" · confidence {other.confidence:.2f}", "dim")
        shown += [_line(*_answered(other), note), *_cited(other.citation, index.root)]
    return shown


_RETRIEVERS = {"dense": "meaning", "lexical": "words"}


def why(answer: Answer, index: IndexInfo) -> list[Line]:
    """How an answer was found: what was read, each gate, the models; safe for a screen."""
    numbers = {(place.article.id, place.span): place.n for place in answer.citations}
    shown = [_line(("Passages read, best retrieved first:", "dim"))] if answer.trace else []
    for rank, traced in enumerate(answer.trace, start=1):
        finding = traced.finding
        title: list[Run] = [(f"{rank}.", ""), (f" {one_line(traced.passage.article.title)}", "")]
        if finding and (n := numbers.get((traced.passage.article.id, finding.span))):
            title += [(" ", ""), (f"[{n}]", "cite")]
        shown += [_line(*title), _line((_found(traced.hit), "dim"), indent=4)]
        if finding is None:
            shown.append(_line(("nothing in it could be an answer", "dim"), indent=4))
            continue
        scores = f" {finding.score:.2f}, no answer {finding.null:.2f}"
        sure = f" · confidence {traced.confidence:.2f}"
        quote = one_line(finding.quote), "quote"
        shown.append(_line(quote, (scores, ""), (sure, "dim"), indent=4))
    shown += [_line(), _line(("Gates:", "dim"))]
    shown += [_gate(gate) for gate in answer.gates]
    models = f"encoder {index.encoder} · reader {index.reader}"
    spent = " · ".join(f"{stage} {ms:.0f} ms" for stage, ms in answer.timings_ms.items())
    last = [_line((one_line(words), "dim")) for words in (spent, models) if words]
    return [*shown, _line(), *last]


def _found(hit: Hit) -> str:
    """What each retriever said, and what came of it: `meaning 0.61 (rank 3) · fused 0.52`."""
    parts = []
    for by, score in hit.parts.items():
        rank = f"rank {hit.ranks[by]}" if by in hit.ranks else "not ranked"
        parts.append(f"{_RETRIEVERS.get(by, by)} {score:.2f} ({rank})")
    return " · ".join((*parts, f"fused {hit.score:.2f}"))


def _gate(gate: Reason) -> Line:
    word, role = ("passed", "good") if gate.passed else ("failed", "poor")
    rest = f" {gate.gate} {_measured(gate, 'at least')}"
    return _line((word, role), (rest, ""), indent=4)


def as_text(
    answer: Answer, index: IndexInfo, *, style: Callable[[str, str], str] | None, width: int
) -> str:
    """What a person reads, wrapped to a screen; arguments as `wrapped` takes them."""
    return wrapped(lines(answer, index), style=style, width=width)


def wrapped(shown: Iterable[Line], *, style: Callable[[str, str], str] | None, width: int) -> str:
    """Lines wrapped to a screen.

    Args:
        shown: Safe for a screen.
        style: Given words and their role, returns the words dressed for the screen. None dresses
            nothing, and sets marks around a quote: `»Ani«`.
        width: Columns to fill.
    """
    rows = (
        " " * line.indent + row if row else ""
        for line in shown
        for row in _wrap(
            line.runs if style else _marked(line.runs),
            style or (lambda text, _role: text),
            max(20, width - line.indent),
        )
    )
    return "\n".join(rows)


def _line(*runs: Run, indent: int = 0) -> Line:
    return Line(indent, runs)


def _markers(candidate: Candidate) -> tuple[Run, ...]:
    """A space, and the number of each place."""
    places = (candidate.citation, *candidate.also)
    return (" ", ""), *((f"[{place.n}]", "cite") for place in places)


def _answered(candidate: Candidate) -> list[Run]:
    """An answer, where it stands, and how many independent sources give it, where several do."""
    runs = [(one_line(candidate.text), "answer"), *_markers(candidate)]
    if candidate.support.independent > 1:
        runs.append((f" ({candidate.support.independent} independent sources)", "dim"))
    return runs


def _differing(answer: Answer) -> list[Line]:
    """What sources say that contradict each other, oldest first, each with its day."""
    runs: list[Run] = []
    for one in answer.conflicts:
        runs += [
            (" → " if runs else "Sources differ: ", "fair"),
            (one_line(one.text), "answer"),
            (f" ({_day(one.published)})", ""),
            *_markers(one),
        ]
    return [_line(*runs)] if runs else []


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


def _sided(sides: Sides, root: str, seconds: str, dated: Sequence[Line]) -> list[Line]:
    """Both sides of a yes-or-no question: who says what when, then the sentences themselves."""
    so, otherwise = sides.says_so, sides.says_otherwise
    head = "The articles say both." if so and otherwise else "The articles say so."
    if not so:
        head = "The articles say otherwise."
    runs: list[Run] = []
    for place in sorted((*so, *otherwise), key=lambda place: place.n):
        side = "says so" if place in so else "says otherwise"
        runs += [
            (" → " if runs else "", "dim"),
            (f"{side} ({_day(place.article.published)}) ", ""),
            (f"[{place.n}]", "cite"),
        ]
    shown = [
        _line((head, "answer"), (" Read the sentences; this is no yes or no.", "dim")),
        _line((STATUS_WORDS[Status.UNSURE], "fair"), (seconds, "dim")),
        *dated,
        _line(*runs),
    ]
    for title, places in (
        ("Sentences that say so:", so),
        ("Sentences that say otherwise:", otherwise),
    ):
        if places:
            shown += [_line(), _line((title, "dim"))]
        for place in places:
            shown += _cited(place, root)
    return shown


def _day(published: date | None) -> str:
    return published.isoformat() if published else "undated"


def _why(answer: Answer) -> str:
    reason = answer.reason
    return f"{reason.gate} {_measured(reason, 'below')}" if reason else ""


def _measured(gate: Reason, relation: str) -> str:
    """What a gate measured, against what it asks for; counts without decimals."""
    digits = 0 if gate.value.is_integer() and gate.threshold.is_integer() else 2
    return f"{gate.value:.{digits}f}, {relation} {gate.threshold:.{digits}f}"


def _cited(place: Citation, root: str) -> list[Line]:
    """A citation: title, where it stands, and its sentence with the quote marked."""
    before, quote, after = highlighted(place)
    words = ((before, ""), (quote, "quote"), (after, ""))
    shown = _source([(f"[{place.n}]", "cite")], place, words, root)
    text = place.article.text
    days = " · ".join(
        f"{one_line(text[each.span.start : each.span.end])} → {period(each.since, each.until)}"
        for each in place.when
    )
    return [*shown, _line((days, "dim"), indent=4)] if days else shown


def _together(places: Sequence[Citation], root: str) -> list[Line]:
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
        shown += _source(marks, first, runs, root)
    return shown


def _holds_another(span: Span, others: Iterable[Span]) -> bool:
    """Whether another span overlaps this one and is shorter, or as long and before it."""
    return any(
        other != span and other.overlaps(span) and (len(other), other) < (len(span), span)
        for other in others
    )


def _source(marks: Sequence[Run], place: Citation, words: Sequence[Run], root: str) -> list[Line]:
    return [
        _line(*marks, (f" {one_line(place.article.title)}", "")),
        _line((byline(place.article, root, place.line) + _copied(place.article), "dim"), indent=4),
        _line(*words, indent=4),
    ]


def _copied(article: Article) -> str:
    """How many near and exact duplicates an article has."""
    copies = len(article.also_at) + len(article.copies)
    return f" · also in {copies} {'copy' if copies == 1 else 'copies'}" if copies else ""


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
