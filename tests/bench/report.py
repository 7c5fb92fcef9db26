"""What a run of the bench measured, as JSON and as a table."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.show import table


@dataclass(frozen=True, slots=True)
class Stack:
    """The numbers of one program over the same articles and questions.

    Attributes:
        name: `qa` or the peer, with its version.
        work: What a question goes through: `retrieve, read` or only `retrieve`.
        cold_s: Wall-clock seconds of new processes, from start to end, each answering one question.
        cold_peak_mib: Highest resident memory of any of those.
        index_s: Seconds to build the index, from the articles (of a peer: from the passages) to its
            files, without the start of the process.
        index_wall_s: The same with the start of the process.
        index_peak_mib: Highest resident memory meanwhile.
        index_bytes: Size of its files.
        warm_ms: Milliseconds of each question by stage, in one process that is already warm.
    """

    name: str
    work: str
    cold_s: Sequence[float]
    cold_peak_mib: float
    index_s: float
    index_wall_s: float
    index_peak_mib: float
    index_bytes: int
    warm_ms: Mapping[str, Sequence[float]]

    def as_json(self, passages: int, articles: int) -> dict[str, Any]:
        """The numbers, with medians and rates."""
        return {
            "name": self.name,
            "work": self.work,
            "cold_start_s": {
                "median": round(statistics.median(self.cold_s), 3),
                "runs": [round(seconds, 3) for seconds in self.cold_s],
            },
            "index": {
                "seconds": round(self.index_s, 3),
                "wall_s": round(self.index_wall_s, 3),
                "passages_per_s": round(passages / self.index_s, 1),
                "articles_per_s": round(articles / self.index_s, 1),
                "bytes": self.index_bytes,
            },
            "warm_ms": {stage: _percentiles(ms) for stage, ms in self.warm_ms.items()},
            "peak_mib": {
                "ask": round(self.cold_peak_mib, 1),
                "index": round(self.index_peak_mib, 1),
            },
        }


@dataclass(frozen=True, slots=True)
class BenchReport:
    """One run of the bench: everything in it was measured in turn on one machine.

    `import_s` are the seconds of new processes that do nothing but import the package `imported`,
    taken in turn with the cold starts; `peer` is None where none was asked for.
    """

    machine: str
    corpus: str
    articles: int
    passages: int
    questions: int
    encoder: str
    reader: str
    imported: str
    import_s: Sequence[float]
    qa: Stack
    peer: Stack | None = None

    def as_json(self) -> dict[str, Any]:
        """The report as JSON; a ratio is the peer's number divided by qa's."""
        cold = statistics.median(self.qa.cold_s)
        imported = statistics.median(self.import_s)
        return {
            "machine": self.machine,
            "corpus": self.corpus,
            "articles": self.articles,
            "passages": self.passages,
            "questions": self.questions,
            "encoder": self.encoder,
            "reader": self.reader,
            "qa": self.qa.as_json(self.passages, self.articles),
            "peer": self.peer.as_json(self.passages, self.articles) if self.peer else None,
            "import": {
                "package": self.imported,
                "median_s": round(imported, 3),
                "runs_s": [round(seconds, 3) for seconds in self.import_s],
                "cold_start_share": round(cold / imported, 4),
            },
            "ratios": self._ratios(),
        }

    def _ratios(self) -> dict[str, float] | None:
        if self.peer is None:
            return None
        return {
            "cold_start": round(
                statistics.median(self.peer.cold_s) / statistics.median(self.qa.cold_s), 2
            ),
            "index": round(self.peer.index_s / self.qa.index_s, 2),
            "retrieve_p50": round(
                statistics.median(self.peer.warm_ms["retrieve"])
                / statistics.median(self.qa.warm_ms["retrieve"]),
                2,
            ),
            "peak_ask": round(self.peer.cold_peak_mib / self.qa.cold_peak_mib, 2),
        }

    def table(self) -> str:
        """The numbers for people, qa and the peer side by side."""
        stacks = [self.qa, *([self.peer] if self.peer else [])]
        rows = [["", *(stack.name for stack in stacks)]]
        rows += [
            [title, *(cell(stack) for stack in stacks)]
            for title, cell in (
                ("a question is", lambda stack: stack.work),
                ("cold start to first answer", lambda s: f"{statistics.median(s.cold_s):.2f} s"),
                ("peak memory, one question", lambda s: f"{s.cold_peak_mib:.0f} MiB"),
                ("index, passages a second", lambda s: f"{self.passages / s.index_s:,.0f}"),
                ("index, articles a second", lambda s: f"{self.articles / s.index_s:,.0f}"),
                ("peak memory, index", lambda s: f"{s.index_peak_mib:.0f} MiB"),
                ("index size", lambda s: f"{s.index_bytes / 1e6:.1f} MB"),
            )
        ]
        stages = dict.fromkeys(stage for stack in stacks for stage in stack.warm_ms)
        rows += [
            [f"warm {stage}, p50 / p95", *(_stage(stack.warm_ms.get(stage)) for stack in stacks)]
            for stage in stages
        ]
        cold, imported = statistics.median(self.qa.cold_s), statistics.median(self.import_s)
        return "\n".join(
            [
                f"{self.articles:,} articles, {self.passages:,} passages of {self.corpus}; "
                f"{self.questions} questions; {self.machine}",
                table(rows),
                f"import {self.imported} alone: {imported:.2f} s; "
                f"a cold answer takes {cold / imported:.2f} of that",
            ]
        )


def _percentiles(ms: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(ms, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}


def _stage(ms: Sequence[float] | None) -> str:
    if ms is None:
        return "-"
    found = _percentiles(ms)
    return f"{found['p50']:.1f} / {found['p95']:.1f} ms"
