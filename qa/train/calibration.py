"""Calibrate a reader as people use it: over an index, on what retrieval hands it.

Every development question is asked of one corpus that holds all development and training passages,
in their languages together. Machine-translated questions are left out, since their answers were
aligned by machine, often wrongly; but their originals are asked of the translated passages, across
languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from qa.answer import Evidence, Read, confidence, evidence
from qa.build import Progress, build
from qa.engine import Engine
from qa.evaluate.metrics import f1
from qa.evaluate.questions import Row
from qa.evaluate.run import context_articles
from qa.protocols import Calibration
from qa.readers import open_reader
from qa.settings import AskSettings, BuildSettings
from qa.train.calibrate import fit, precise_from, worth_from
from qa.train.data import QARow, qa_files, read_qa
from qa.types import Finding

_READ = AskSettings().read


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found for one question: the evidence of every finding, and how right it is (F1)."""

    answerable: bool
    found: tuple[tuple[Evidence, float], ...]


def calibrate(
    data: Path, reader: str, *, limit: int = 400, progress: Progress | None = None
) -> tuple[Calibration, dict[str, float]]:
    """Fit the calibration of a reader on development questions.

    Args:
        data: The folder of training data; see `qa.train.data`.
        reader: As `open_reader` takes it.
        limit: Most questions of a development set, and across languages.
        progress: Told how building and asking go.

    Returns:
        The calibration, with the reader's own `alone`, and what it gives on the same questions:
        `coverage` and `precision` of "answered", `f1` of all and of those with an answer, `refused`
        of those without one. All but `coverage` are mean F1 or shares, in [0, 1].
    """
    dev = [list(read_qa(path)) for path in qa_files(data, "dev")]
    train = [row for path in qa_files(data, "train") for row in read_qa(path)]
    asked = [row for rows in dev for row in _as_written(rows)[:limit]]
    held = {row.language for row in asked}
    every = list(chain.from_iterable(dev))
    corpus = [*every, *(row for row in train if row.language in held)]
    foreign, translated = _across(every, [*every, *train])
    readings = _readings(asked, corpus, reader, progress)
    if foreign:
        readings += _readings(foreign[:limit], translated, reader, progress)
    calibration, given = fit_readings(readings)
    return replace(calibration, alone=open_reader(reader).calibration.alone), given


def fit_readings(readings: Sequence[Reading]) -> tuple[Calibration, dict[str, float]]:
    """The calibration of some readings, and what it gives on them.

    The weights are fitted over all findings, the thresholds over the most confident of each
    question.
    """
    every = [one for reading in readings for one in reading.found]
    features = np.array([seen for seen, _ in every])
    fitted = fit(features, np.array([score for _, score in every]))
    best = [
        max(
            ((confidence(fitted, seen), score) for seen, score in reading.found), default=(0.0, 0.0)
        )
        for reading in readings
    ]
    sure, right = (np.array(column) for column in zip(*best, strict=True))
    abstaining = np.array([0.0 if reading.answerable else 1.0 for reading in readings])
    calibration = replace(
        fitted,
        answered=precise_from(sure, right),
        unsure=_worth_from_half(sure, right, abstaining),
    )
    answered, given = sure >= calibration.answered, sure >= calibration.unsure
    return calibration, {
        "coverage": float(answered.mean()),
        "precision": _mean(right[answered]),
        "f1": float(np.where(given, right, abstaining).mean()),
        "f1 answerable": _mean(np.where(given, right, 0.0)[abstaining == 0]),
        "refused": 1 - _mean(given[abstaining == 1].astype(float)),
    }


def _worth_from_half(
    confidence: NDArray[np.float64], right: NDArray[np.float64], abstaining: NDArray[np.float64]
) -> float:
    """As `worth_from`, were half of the questions without an answer.

    So they are in the sets that test for this; the share in a sample says nothing about a person's
    questions. The curve is flat about its top, and who is shown an answer as possible can judge it:
    hence the lowest threshold of those that score within a point of the best.
    """
    share = min(max(float(abstaining.mean()), 1e-9), 1 - 1e-9)
    weight = np.where(abstaining == 1, 0.5 / share, 0.5 / (1 - share))
    return worth_from(confidence, right * weight, abstaining * weight, slack=0.01)


def _f1(finding: Finding, row: QARow) -> float:
    """How right a finding is, in [0, 1]; 0 where there is nothing to find."""
    golds = [gold.text for gold in row.answers]
    return f1(finding.quote, golds) if golds else 0.0


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0


def _as_written(rows: Iterable[QARow]) -> list[QARow]:
    return [row for row in rows if row.id == row.shared_id]


def _across(dev: Iterable[QARow], others: Iterable[QARow]) -> tuple[list[QARow], list[QARow]]:
    """Development questions on a translated passage, asked in the language of the original.

    Returns:
        The rows with their foreign questions, and all rows whose passages are the corpus.
    """
    originals = {row.shared_id: row for row in _as_written(others)}
    translated = [row for row in dev if row.id != row.shared_id]
    asked = [
        replace(row, question=originals[row.shared_id].question)
        for row in translated
        if row.shared_id in originals
    ]
    return asked, translated


def _readings(
    asked: Sequence[QARow], corpus: Iterable[QARow], reader: str, progress: Progress | None
) -> list[Reading]:
    with TemporaryDirectory(prefix="qa-calibrate-") as folder:
        articles = context_articles(_row(row) for row in corpus)
        build(articles, Path(folder), BuildSettings(), root="", progress=progress)
        with closing(Engine.open(Path(folder), reader=reader)) as engine:
            readings = []
            for row in asked:
                readings.append(_reading(engine, row))
                if progress:
                    progress("asking", len(readings), len(asked))
            return readings


def _reading(engine: Engine, row: QARow) -> Reading:
    hits = engine.retrieve_many([row.question])[0][:_READ]
    passages = engine.generation.passages([hit.row for hit in hits])
    findings = engine.reader.read([row.question] * len(passages), passages)
    reads = [Read(*one) for one in zip(hits, passages, findings, strict=True)]
    return Reading(
        answerable=bool(row.answers),
        found=tuple(
            (seen, _f1(read.finding, row))
            for read, seen in zip(reads, evidence(reads), strict=True)
            if read.finding and seen
        ),
    )


def _row(row: QARow) -> Row:
    return Row(row.id, row.question, (), context=row.context)
