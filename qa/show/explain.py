"""How an answer was found, in words, and the same as JSON."""

from __future__ import annotations

from typing import Any

from qa.language.text import one_line
from qa.show.answer import decimal, measured
from qa.show.place import location
from qa.show.screen import Line, Run
from qa.types import Answer, Citation, Finding, Gate, Hit, IndexInfo, Result


def score(result: Result, place: Citation) -> float | None:
    """How sure a citation is, in [0, 1]; of a nearest passage how near, as retrieval scored it."""
    for traced in result.trace:
        if traced.passage.article.id != place.article.id:
            continue
        if traced.finding is not None and traced.finding.span == place.span:
            return traced.confidence
        if traced.passage.span == place.span:
            return traced.hit.score
    return None


_RETRIEVERS = {"dense": "meaning", "lexical": "words"}


def why(answer: Answer, index: IndexInfo) -> list[Line]:
    """How an answer was found: what was read, each gate, the models; safe for a screen."""
    numbers = {(place.article.id, place.span): place.n for place in answer.shown.citations}
    shown = [Line.of(("Passages read, best retrieved first:", "dim"))] if answer.trace else []
    for rank, traced in enumerate(answer.trace, start=1):
        finding = traced.finding
        title: list[Run] = [(f"{rank}.", ""), (f" {one_line(traced.passage.article.title)}", "")]
        if finding and (n := numbers.get((traced.passage.article.id, finding.span))):
            title += [(" ", ""), (f"[{n}]", "cite")]
        shown += [Line.of(*title), Line.of((_found(traced.hit), "dim"), indent=4)]
        if finding is None or traced.confidence is None:
            shown.append(Line.of(("nothing in it could be an answer", "dim"), indent=4))
            continue
        sure = f" · confidence {decimal(traced.confidence)}"
        quote = one_line(finding.quote), "quote"
        shown.append(Line.of(quote, (_read(finding), ""), (sure, "dim"), indent=4))
    shown += [Line.of(), Line.of(("What an answer needs:", "dim"))]
    shown += [_gate(gate) for gate in answer.gates]
    models = f"encoder {index.encoder} · reader {index.reader}"
    spent = " · ".join(f"{stage} {ms:.0f} ms" for stage, ms in answer.timings_ms.items())
    last = [Line.of((one_line(words), "dim")) for words in (spent, models) if words]
    return [*shown, Line.of(), *last]


def why_json(answer: Answer, index: IndexInfo) -> dict[str, Any]:
    """The same for programs: the passages that were read, best retrieved first, and the gates.

    Numbers and paths are those of `citations` in the document that it stands in.
    """
    numbers = {(place.article.id, place.span): place.n for place in answer.citations}
    return {
        "passages": [
            {
                "title": traced.passage.article.title,
                "path": location(index.root, traced.passage.article.path),
                "record": traced.passage.article.record,
                "scores": {by: round(score, 4) for by, score in traced.hit.parts.items()},
                "ranks": dict(traced.hit.ranks),
                "fused": round(traced.hit.score, 4),
                "found": traced.finding and traced.finding.quote,
                "margin": traced.finding and round(traced.finding.margin, 4),
                "confidence": traced.confidence and round(traced.confidence, 4),
                "citation": traced.finding
                and numbers.get((traced.passage.article.id, traced.finding.span)),
            }
            for traced in answer.trace
        ],
        "gates": [
            {
                "gate": gate.name,
                "value": round(gate.value, 4),
                "threshold": round(gate.threshold, 4),
                "passed": gate.passed,
            }
            for gate in answer.gates
        ],
    }


def _found(hit: Hit) -> str:
    """How near a passage is: `in meaning number 3 (0.61), in words not among the first (0.25)`."""
    parts = []
    for by, value in hit.parts.items():
        place = f"number {hit.ranks[by]}" if by in hit.ranks else "not among the first"
        parts.append(f"in {_RETRIEVERS.get(by, by)} {place} ({value:.2f})")
    return ", ".join(parts)


def _read(finding: Finding) -> str:
    """How the reader weighed what it found against finding nothing."""
    stands = "more" if finding.margin >= 0 else "less"
    return f" is {stands} likely than no answer (by {abs(finding.margin):.2f})"


_NEEDS = {
    "filters: passages left": "articles that the filters leave",
    "retrieval: passages found": "passages near the question",
    "reading: confidence": "confidence of a possible answer",
    "answered: confidence": "confidence to be called answered",
    "sides: share of the question's words": "share of the question in a sentence with a side",
}


def _gate(gate: Gate) -> Line:
    word, role = ("yes:", "good") if gate.passed else ("no:", "poor")
    rest = f" {_NEEDS.get(gate.name, gate.name)}: {measured(gate, 'needs')}"
    return Line.of((word, role), (rest, ""), indent=4)
