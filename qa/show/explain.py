"""How an answer was found: ranks, scores, gates."""

from __future__ import annotations

from qa.language.text import one_line
from qa.show.answer import decimal, measured
from qa.show.screen import Line, Run
from qa.types import Answer, Citation, Gate, Hit, IndexInfo, Result


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
        scores = f" {finding.score:.2f}, no answer {finding.null:.2f}"
        sure = f" · confidence {decimal(traced.confidence)}"
        quote = one_line(finding.quote), "quote"
        shown.append(Line.of(quote, (scores, ""), (sure, "dim"), indent=4))
    shown += [Line.of(), Line.of(("Gates:", "dim"))]
    shown += [_gate(gate) for gate in answer.gates]
    models = f"encoder {index.encoder} · reader {index.reader}"
    spent = " · ".join(f"{stage} {ms:.0f} ms" for stage, ms in answer.timings_ms.items())
    last = [Line.of((one_line(words), "dim")) for words in (spent, models) if words]
    return [*shown, Line.of(), *last]


def _found(hit: Hit) -> str:
    """What each retriever said, and what came of it: `meaning 0.61 (rank 3) · fused 0.52`."""
    parts = []
    for by, score in hit.parts.items():
        rank = f"rank {hit.ranks[by]}" if by in hit.ranks else "not ranked"
        parts.append(f"{_RETRIEVERS.get(by, by)} {score:.2f} ({rank})")
    return " · ".join((*parts, f"fused {hit.score:.2f}"))


def _gate(gate: Gate) -> Line:
    word, role = ("passed", "good") if gate.passed else ("failed", "poor")
    rest = f" {gate.name} {measured(gate, 'at least')}"
    return Line.of((word, role), (rest, ""), indent=4)
