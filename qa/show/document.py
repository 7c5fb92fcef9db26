"""An answer, a quotation that was checked, a search: as the documented JSON.

The words stay as they are; what a terminal would obey is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from qa.cite import cite
from qa.language.text import replace_unsafe
from qa.settings import Filters
from qa.show.place import location
from qa.types import Answer, Candidate, Citation, IndexInfo, Span

if TYPE_CHECKING:
    # What makes them loads more than the chat may before its first paint.
    from qa.answer.timeline import Timeline
    from qa.quote.result import Piece, Quoted, QuotePlace
    from qa.search import Searched, SearchHit

SCHEMA = "qa.answer/1"
QUOTE_SCHEMA = "qa.quote/1"
SEARCH_SCHEMA = "qa.search/1"
TIMELINE_SCHEMA = "qa.answer.timeline/1"
ERROR_SCHEMA = "qa.error/1"


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
    coverage = answer.coverage
    return {
        "schema": SCHEMA,
        "question": answer.question,
        "understood": answer.understood,
        "corrected": [asdict(each) for each in answer.corrected],
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
        "alternatives": [_candidate(other) for other in answer.alternatives],
        "conflicts": [_dated(one) for one in answer.conflicts],
        "history": [_dated(one) for one in answer.history],
        "sides": None
        if answer.sides is None
        else {
            "says_so": [place.n for place in answer.sides.says_so],
            "says_otherwise": [place.n for place in answer.sides.says_otherwise],
            "says_it_may": [place.n for place in answer.sides.says_it_may],
            "about": [place.n for place in answer.sides.about],
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
            "gate": answer.reason.name,
            "value": round(answer.reason.value, 4),
            "threshold": round(answer.reason.threshold, 4),
        },
        "closest": None if answer.closest is None else _candidate(answer.closest),
        "nearest": [citation_json(place, index.root) for place in answer.nearest],
        "filters": filters_json(filters),
        "date_filter": _date_filter(answer, index.root),
        "newest_first": answer.newest_first,
        **(
            {}
            if coverage is None
            else {"coverage": {**asdict(coverage), "share": round(coverage.share, 4)}}
        ),
        "timings_ms": {stage: round(ms, 2) for stage, ms in answer.timings_ms.items()},
        "index": {
            "id": index.id,
            "built": index.built,
            "sample": index.is_sample,
            "articles": index.articles,
            "passages": index.passages,
            "encoder": index.encoder,
            "reader": index.reader,
        },
    }


def _dated(candidate: Candidate) -> dict[str, Any]:
    """A value of some day."""
    return {
        "value": candidate.text,
        "published": candidate.published.isoformat() if candidate.published else None,
        "citation": candidate.citation.n,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "text": candidate.text,
        "confidence": round(candidate.confidence, 4),
        "citation": candidate.citation.n,
        "support": asdict(candidate.support),
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
        "page": place.page,
        "part": place.part,
        "start": place.span.start,
        "end": place.span.end,
        "quote": place.quote,
        "sentence": place.sentence_text,
        "mended": article.mended,
        "captured": article.captured,
        "copies": [location(root, copy.place) for copy in (*article.also_at, *article.copies)],
        "also_in": [
            {
                "source": copy.source,
                "published": copy.published.isoformat() if copy.published else None,
                "url": copy.url,
                "path": location(root, copy.path),
                "record": copy.record,
            }
            for copy in (*article.also_at, *article.copies)
        ],
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


def quote_json(quoted: Quoted, index: IndexInfo) -> dict[str, Any]:
    """The documented JSON form of a quotation that was checked; offsets in code points."""
    filters = quoted.filters
    return {
        "schema": QUOTE_SCHEMA,
        "quotation": quoted.quotation,
        "verdict": quoted.verdict.value,
        "places": [_quote_place(place, index.root) for place in quoted.places],
        "nearest": [_quote_place(place, index.root) for place in quoted.nearest],
        "more": quoted.more,
        "unread": quoted.unread,
        "filters": filters_json(filters),
        "took_ms": round(quoted.took_ms, 2),
        "index": {"id": index.id, "built": index.built},
    }


def _quote_place(place: QuotePlace, root: str) -> dict[str, Any]:
    text = place.citation.article.text

    def part(span: Span | None) -> dict[str, Any] | None:
        if span is None:
            return None
        return {"text": text[span.start : span.end], "start": span.start, "end": span.end}

    def piece(each: Piece) -> dict[str, Any]:
        return {
            "kind": each.kind.value if each.kind else None,
            "given": each.given,
            "found": each.found,
            "start": each.span.start,
            "end": each.span.end,
        }

    return {
        "citation": citation_json(place.citation, root),
        "speaker": part(place.speaker),
        "changes": [piece(each) for each in place.changes],
        "difference": [piece(each) for each in place.difference],
        "negation": part(place.negation),
        "left_out": [
            {
                "given": gap.given,
                "text": text[gap.span.start : gap.span.end],
                "start": gap.span.start,
                "end": gap.span.end,
            }
            for gap in place.gaps
        ],
        "also": [citation_json(other, root) for other in place.also],
    }


def search_json(found: Searched, index: IndexInfo) -> dict[str, Any]:
    """The documented JSON form of a search; offsets in code points of the article's text."""
    hits = [*found.hits, *found.nearest]
    cited = [_hit(hit, n, index.root) for n, hit in enumerate(hits, start=1)]
    return {
        "schema": SEARCH_SCHEMA,
        "words": found.words,
        "articles": found.articles,
        "passages": found.passages,
        "hits": cited[: len(found.hits)],
        "nearest": cited[len(found.hits) :],
        "unread": found.unread,
        "sort": found.sort.value,
        "filters": filters_json(found.filters),
        "index": {"id": index.id, "built": index.built},
    }


def _hit(hit: SearchHit, n: int, root: str) -> dict[str, Any]:
    """A passage as a citation, and where the words stand."""
    text = hit.passage.article.text
    return {
        "score": round(hit.score, 4),
        "citation": citation_json(cite(hit.passage.span, hit.passage.article, n), root),
        "marks": [
            {"text": text[at.start : at.end], "start": at.start, "end": at.end} for at in hit.marks
        ],
    }


def filters_json(filters: Filters) -> dict[str, Any]:
    """The documented JSON form of filters."""
    return {
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "source": filters.source,
    }


def _date_filter(answer: Answer, root: str) -> dict[str, Any] | None:
    dated = answer.dated
    if dated is None:
        return None
    without = dated.without.best if dated.without else None
    return {
        "words": dated.words,
        "since": dated.since.isoformat() if dated.since else None,
        "until": dated.until.isoformat() if dated.until else None,
        "undated": dated.undated,
        "ignored": dated.ignored,
        "told": dated.told,
        "without": None
        if without is None
        else {
            "text": without.text,
            "confidence": round(without.confidence, 4),
            "citation": citation_json(without.citation, root),
        },
    }


def timeline_json(topic: str, line: Timeline, index: IndexInfo) -> dict[str, Any]:
    """The documented JSON form of a timeline; offsets in code points of the article's text."""
    return {
        "schema": TIMELINE_SCHEMA,
        "topic": topic,
        "events": [
            {
                "day": event.day.isoformat(),
                "by": "written" if event.written else "published",
                "written": event.written
                and {
                    "start": event.written.start,
                    "end": event.written.end,
                    "text": event.citation.article.text[event.written.start : event.written.end],
                },
                "citation": citation_json(event.citation, index.root),
                "also": [citation_json(place, index.root) for place in event.also],
            }
            for event in line.events
        ],
        "undated": line.undated,
        "more": line.more,
        "index": {"id": index.id, "built": index.built},
    }
