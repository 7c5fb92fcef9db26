"""How an answer was found, in words, and the same as JSON."""

from __future__ import annotations

from typing import Any

from qa.i18n import N_, _, number
from qa.language.text import one_line
from qa.show.answer import confidence, measured
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


_STAGES = (N_("retrieve"), N_("read"), N_("decide"), N_("total"))
_RETRIEVERS = {"dense": N_("in meaning"), "lexical": N_("in words")}


def why(answer: Answer, index: IndexInfo) -> list[Line]:
    """How an answer was found: what was read, each gate, the models; safe for a screen."""
    numbers = {(place.article.id, place.span): place.n for place in answer.shown.citations}
    shown = [Line.of((_("Passages read, best retrieved first:"), "dim"))] if answer.trace else []
    for rank, traced in enumerate(answer.trace, start=1):
        finding = traced.finding
        title: list[Run] = [(f"{rank}.", ""), (f" {one_line(traced.passage.article.title)}", "")]
        if finding and (n := numbers.get((traced.passage.article.id, finding.span))):
            title += [(" ", ""), (f"[{n}]", "cite")]
        shown += [Line.of(*title), Line.of((_found(traced.hit), "dim"), indent=4)]
        if finding is None or traced.confidence is None:
            shown.append(Line.of((_("nothing in it could be an answer"), "dim"), indent=4))
            continue
        sure = f" · {confidence(traced.confidence)}"
        quote = one_line(finding.quote), "quote"
        shown.append(Line.of(quote, (_read(finding), ""), (sure, "dim"), indent=4))
    shown += [Line.of(), Line.of((_("What an answer needs:"), "dim"))]
    shown += [_gate(gate) for gate in answer.gates]
    models = _("encoder {encoder} · reader {reader}").format(
        encoder=index.encoder, reader=index.reader
    )
    spent = answer.timings_ms
    stages = " · ".join(
        f"{_(stage)} {number(spent[stage])} ms" for stage in _STAGES if stage in spent
    )
    last = [Line.of((one_line(words), "dim")) for words in (stages, models) if words]
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
        if by in hit.ranks:
            place = _("number {rank}").format(rank=hit.ranks[by])
        else:
            place = _("not among the first")
        parts.append(f"{_(_RETRIEVERS.get(by, by))} {place} ({number(value, 2)})")
    return ", ".join(parts)


def _read(finding: Finding) -> str:
    """How the reader weighed what it found against finding nothing."""
    if finding.margin >= 0:
        told = _("is more likely than no answer (by {margin})")
    else:
        told = _("is less likely than no answer (by {margin})")
    return " " + told.format(margin=number(abs(finding.margin), 2))


_NEEDS = {
    N_("filters: passages left"): N_("articles that the filters leave"),
    N_("retrieval: passages found"): N_("passages near the question"),
    N_("reading: confidence"): N_("confidence of a possible answer"),
    N_("answered: confidence"): N_("confidence to be called answered"),
    N_("sides: share of the question's words"): N_(
        "share of the question in a sentence with a side"
    ),
}


def _gate(gate: Gate) -> Line:
    word, role = (_("yes:"), "good") if gate.passed else (_("no:"), "poor")
    needed = measured(gate, _("needs"))
    rest = f" {_(_NEEDS.get(gate.name, gate.name))}: {needed}"
    return Line.of((word, role), (rest, ""), indent=4)
