"""Outcomes of single questions -> one report a file, as JSON and as a table.

Means are over the questions that a number applies to; where there are none the number is None.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.evaluate.metrics import exact_match, f1, recall, reciprocal_rank
from qa.evaluate.questions import Row
from qa.show import table as in_columns

RIGHT = 0.5
"""The lowest F1 that `precision` takes for right: more of the words agree than not."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    Attributes:
        row: The question.
        seconds: From the question to its answer, or to its hits.
        answer: The predicted answer, "" for no answer; None where nothing was read.
        ranked: Whether retrieval was measured on this question: it has an answer, and it is known
            where that stands.
        rank: Of the right article among the articles found, from 1; None if it was not found.
        read_rank: The same once the first of them were read, by how sure the reader is.
        cited: Whether the first citation of an answer is of the right article; None where nothing
            was answered, or that article is not known.
        sure: Whether the answer came as "answered".
    """

    row: Row
    seconds: float
    answer: str | None = None
    ranked: bool = False
    rank: int | None = None
    read_rank: int | None = None
    cited: bool | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of one file. Shares are in [0, 1].

    Attributes:
        file: As it was named.
        mode: `open`, `reading`, `retrieval`, `conversation` or `alone`.
        questions: How many were asked.
        exact_match: Over all questions, "no answer" being right where there is none.
        f1: The same.
        answerable: How many questions have an answer.
        answerable_exact_match: Over those; declining to answer counts as wrong, as in SQuAD v2.
        answerable_f1: The same.
        unanswerable: How many questions have no answer.
        unanswerable_accuracy: Share of those that were declined.
        mrr_10: Mean reciprocal rank of the right article, 0 below rank 10.
        read_mrr_10: The same after reading, the articles read ordered by confidence.
        recall_1, recall_5, recall_20: Share of questions with it among the first 1, 5, 20 articles.
        coverage: Share of questions that got an answer, sure or not.
        precision: Share of those answers that are right, F1 at least `RIGHT`; an answer where there
            is none is wrong. With coverage a point of the risk-coverage curve: El-Yaniv and Wiener,
            JMLR 11, 2010, where risk is 1 - precision.
        cited: Share of the answers to answerable questions that cite the right article first.
        answered: Share of answerable questions whose answer came as "answered".
        answered_precision: Share of all answers that did so that are right.
        p50_ms, p95_ms: Percentiles of the time to answer one question, linearly interpolated.
    """

    file: str
    mode: str
    questions: int
    exact_match: float | None
    f1: float | None
    answerable: int
    answerable_exact_match: float | None
    answerable_f1: float | None
    unanswerable: int
    unanswerable_accuracy: float | None
    mrr_10: float | None
    read_mrr_10: float | None
    recall_1: float | None
    recall_5: float | None
    recall_20: float | None
    coverage: float | None
    precision: float | None
    cited: float | None
    answered: float | None
    answered_precision: float | None
    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, file: str, mode: str, outcomes: Sequence[Outcome]) -> Report:
        """The report on the questions of one file, at least one."""
        read = [(one.answer, one.row.answers) for one in outcomes if one.answer is not None]
        with_answer = [(said, golds) for said, golds in read if golds]
        without = [(said, golds) for said, golds in read if not golds]
        said_something = [(said, golds) for said, golds in read if said]
        ranks = [one.rank for one in outcomes if one.ranked]
        reread = [one.read_rank for one in outcomes if one.ranked and one.answer is not None]
        sure = [(one.answer, one.row.answers) for one in outcomes if one.answer and one.sure]
        answerable = sum(1 for one in outcomes if one.row.answers)
        p50, p95 = np.percentile([one.seconds * 1000 for one in outcomes], [50, 95])
        return cls(
            file=file,
            mode=mode,
            questions=len(outcomes),
            exact_match=_mean(exact_match(*one) for one in read),
            f1=_mean(f1(*one) for one in read),
            answerable=answerable,
            answerable_exact_match=_mean(exact_match(*one) for one in with_answer),
            answerable_f1=_mean(f1(*one) for one in with_answer),
            unanswerable=len(outcomes) - answerable,
            unanswerable_accuracy=_mean(float(not said) for said, _ in without),
            mrr_10=_mean(reciprocal_rank(rank, 10) for rank in ranks),
            read_mrr_10=_mean(reciprocal_rank(rank, 10) for rank in reread),
            recall_1=_mean(recall(rank, 1) for rank in ranks),
            recall_5=_mean(recall(rank, 5) for rank in ranks),
            recall_20=_mean(recall(rank, 20) for rank in ranks),
            coverage=_mean(float(bool(said)) for said, _ in read),
            precision=_mean(float(f1(*one) >= RIGHT) for one in said_something),
            cited=_mean(float(one.cited) for one in outcomes if one.cited is not None),
            answered=_mean(
                float(one.sure) for one in outcomes if one.row.answers and one.answer is not None
            ),
            answered_precision=_mean(float(f1(*one) >= RIGHT) for one in sure),
            p50_ms=float(p50),
            p95_ms=float(p95),
        )

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form; a field that does not apply is null."""
        return {
            "file": self.file,
            "mode": self.mode,
            "questions": self.questions,
            "exact_match": _rounded(self.exact_match),
            "f1": _rounded(self.f1),
            "answerable": {
                "n": self.answerable,
                "exact_match": _rounded(self.answerable_exact_match),
                "f1": _rounded(self.answerable_f1),
            },
            "unanswerable": {
                "n": self.unanswerable,
                "accuracy": _rounded(self.unanswerable_accuracy),
            },
            "retrieval": {
                "mrr@10": _rounded(self.mrr_10),
                "mrr@10 read": _rounded(self.read_mrr_10),
                "recall@1": _rounded(self.recall_1),
                "recall@5": _rounded(self.recall_5),
                "recall@20": _rounded(self.recall_20),
            },
            "coverage": _rounded(self.coverage),
            "precision": _rounded(self.precision),
            "cited": _rounded(self.cited),
            "answered": {
                "share": _rounded(self.answered),
                "precision": _rounded(self.answered_precision),
            },
            "latency_ms": {"p50": round(self.p50_ms, 2), "p95": round(self.p95_ms, 2)},
        }


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return statistics.fmean(listed) if listed else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


_COLUMNS: tuple[tuple[str, Callable[[Report], float | int | None]], ...] = (
    ("n", lambda report: report.questions),
    ("EM", lambda report: report.exact_match),
    ("F1", lambda report: report.f1),
    ("ans F1", lambda report: report.answerable_f1),
    ("no-ans", lambda report: report.unanswerable_accuracy),
    ("MRR@10", lambda report: report.mrr_10),
    ("read", lambda report: report.read_mrr_10),
    ("R@1", lambda report: report.recall_1),
    ("R@5", lambda report: report.recall_5),
    ("R@20", lambda report: report.recall_20),
    ("cover", lambda report: report.coverage),
    ("prec", lambda report: report.precision),
    ("cited", lambda report: report.cited),
    ("sure", lambda report: report.answered),
    ("s.prec", lambda report: report.answered_precision),
)


def table(reports: Sequence[Report]) -> str:
    """The reports side by side for people, a line each; `-` where a number does not apply."""
    rows = [["file", *(title for title, _ in _COLUMNS), "p50 ms", "p95 ms"]]
    for report in reports:
        numbers = [_cell(value(report)) for _, value in _COLUMNS]
        rows.append([report.file, *numbers, f"{report.p50_ms:.1f}", f"{report.p95_ms:.1f}"])
    return in_columns(rows)


def _cell(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
