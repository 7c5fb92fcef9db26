"""Calibrate a reader as people use it: over an index, on what retrieval hands it.

Development questions are asked of large indexes: passages in their own languages, passages of
one language asked in others, and news articles among which their own stand; and of many small
ones, as people have who ask five articles, every second of these by the deep encoder. Every second
context is left out, so that about half of the questions have no answer there. Weights are fitted
on one half of the questions, thresholds on all of them, and what comes of both is reported on the
other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from qa.answer import Evidence, confidence, evidence
from qa.builder import Progress, build
from qa.engine import Engine
from qa.evaluate.metrics import f1
from qa.evaluate.questions import Row
from qa.evaluate.ranking import digest
from qa.evaluate.report import RIGHT
from qa.evaluate.run import context_articles
from qa.protocols import Calibration
from qa.readers import open_reader
from qa.settings import BUNDLED, DEEP, AskSettings, BuildSettings
from qa.train.calibrate import fit, precise_from, worth_from
from qa.train.card import table
from qa.train.data import QARow, qa_files, read_news, read_qa
from qa.train.pairs import beginning
from qa.types import Article, Finding, Read

_READ = AskSettings().read
_NEWS = 12_000  # Articles around those that are asked for.
_FEW = 10  # Contexts of a small index.
_BINS = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found for one question: the evidence of every finding, and how right it is (F1)."""

    id: str
    answerable: bool
    found: tuple[tuple[Evidence, float], ...]


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a calibration gives on questions that it was not fitted on, in mean F1 or shares.

    Attributes:
        coverage: Share of the answerable questions that come as "answered".
        precision: Of these and of unanswerable ones that do, how many are right.
        f1: Of all questions, "not found" counting as right where there is nothing to find.
        f1_answerable: Of those with an answer.
        refused: Of those without one.
        error: Expected calibration error: the mean distance of confidence and share of right
            answers over bins of equal width, each weighted by its answers. Source: Guo et al.,
            ICML 2017.
        bins: For each bin that is not empty its answers, mean confidence and share of right ones.
    """

    coverage: float
    precision: float
    f1: float
    f1_answerable: float
    refused: float
    error: float
    bins: tuple[tuple[int, float, float], ...]

    def as_table(self) -> str:
        """The bins in Markdown."""
        return table(
            ("answers", "mean confidence", "right"),
            ((count, f"{sure:.3f}", f"{right:.3f}") for count, sure, right in self.bins),
        )


def calibrate(
    data: Path, reader: str, *, limit: int = 400, progress: Progress | None = None
) -> tuple[Calibration, Reliability]:
    """Fit the calibration of a reader on development questions.

    Args:
        data: The folder of training data; see `qa.train.data`.
        reader: As `open_reader` takes it.
        limit: Most questions of a development set, and across languages.
        progress: Told how building and asking go.

    Returns:
        The calibration, with the reader's own `alone`, and what it gives on the other half.
    """
    readings = read_questions(data, reader, limit=limit, progress=progress)
    fitted = fit_readings([one for one in readings if not _is_every_second(one.id)], readings)
    calibration = replace(fitted, alone=open_reader(reader).calibration.alone)
    return calibration, reliability(
        calibration, [one for one in readings if _is_every_second(one.id)]
    )


def read_questions(
    data: Path, reader: str, *, limit: int, progress: Progress | None = None
) -> list[Reading]:
    """What a reader finds for development questions over three indexes; see the module."""
    sets = [list(read_qa(path)) for path in qa_files(data, "dev")]
    train = [row for path in qa_files(data, "train") for row in read_qa(path)]
    every = list(chain.from_iterable(sets))
    news = {row.context for row in every if _is_news(row)}
    asked = [row for rows in sets for row in _as_written(rows)[:limit] if row.context not in news]
    languages = {row.language for row in asked}
    contexts = [row for row in [*every, *train] if row.language in languages and not _is_news(row)]
    readings = _readings(asked, context_articles(map(_row, contexts)), reader, progress)
    for foreign, contexts in _across(every, [*every, *train]):
        articles = context_articles(map(_row, contexts))
        readings += _readings(foreign[:limit], articles, reader, progress)
    if news and (data / "news").is_dir():
        asked = [row for row in every if row.context in news][:limit]
        own = context_articles(map(_row, asked))
        readings += _readings(asked, chain(own, _news(data, news)), reader, progress)
    for number, rows in enumerate(_small(every, limit)):
        encoder = DEEP if number % 2 else BUNDLED
        readings += _readings(rows, context_articles(map(_row, rows)), reader, None, encoder)
    return readings


def _small(every: Iterable[QARow], limit: int) -> Iterator[list[QARow]]:
    """Questions with the few contexts that they are asked of, at most `limit` questions in all."""
    by_context: dict[str, list[QARow]] = {}
    for row in _as_written(every):
        if row.language == "id":
            by_context.setdefault(row.context, []).append(row)
    # By digest, so that no set comes in one piece.
    contexts = sorted(by_context, key=digest)
    left = limit
    for start in range(0, len(contexts), _FEW):
        some = contexts[start : start + _FEW]
        rows = [row for context in some for row in by_context[context]]
        if len(rows) > left:
            return
        left -= len(rows)
        if not all(_is_every_second(digest(context)) for context in some):
            yield rows


def fit_readings(readings: Sequence[Reading], every: Sequence[Reading] = ()) -> Calibration:
    """The calibration of some readings.

    Args:
        readings: Those whose findings the weights are fitted over, all of each question.
        every: Those whose most confident findings the thresholds are fitted over; the same if
            none are given.
    """
    found = [one for reading in readings for one in reading.found]
    features = np.array([seen for seen, _ in found])
    fitted = fit(features, np.array([score for _, score in found]))
    sure, right, abstaining = _best(fitted, every or readings)
    return replace(
        fitted,
        answered=precise_from(sure, right),
        unsure=_worth_from_half(sure, right, abstaining),
    )


def reliability(calibration: Calibration, readings: Sequence[Reading]) -> Reliability:
    """What a calibration gives on some readings."""
    sure, right, abstaining = _best(calibration, readings)
    answered, given = sure >= calibration.answered, sure >= calibration.unsure
    correct = right >= RIGHT
    numbers = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    bins = [
        (int(inside.sum()), float(sure[inside].mean()), float(correct[inside].mean()))
        for inside in (numbers == number for number in range(_BINS))
        if inside.any()
    ]
    return Reliability(
        coverage=_mean(answered[abstaining == 0].astype(float)),
        precision=_mean(correct[answered].astype(float)),
        f1=float(np.where(given, right, abstaining).mean()),
        f1_answerable=_mean(np.where(given, right, 0.0)[abstaining == 0]),
        refused=1 - _mean(given[abstaining == 1].astype(float)),
        error=sum(count * abs(mean - share) for count, mean, share in bins) / len(sure),
        bins=tuple(bins),
    )


def _best(
    calibration: Calibration, readings: Sequence[Reading]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Confidence and F1 of each question's surest finding, and what saying nothing would score."""
    best = [
        max(
            ((confidence(calibration, features), score) for features, score in reading.found),
            default=(0.0, 0.0),
        )
        for reading in readings
    ]
    sure, right = (np.array(column) for column in zip(*best, strict=True))
    return sure, right, np.array([0.0 if reading.answerable else 1.0 for reading in readings])


def _worth_from_half(
    confidence: NDArray[np.float64], right: NDArray[np.float64], abstaining: NDArray[np.float64]
) -> float:
    """As `worth_from`, were half of the questions without an answer.

    So they are in the sets that test for this; the share in a sample says nothing about a person's
    questions. The curve is flat about its top, and who is shown an answer as possible can judge it:
    hence the lowest threshold of those that score within four points of the best.
    """
    share = min(max(float(abstaining.mean()), 1e-9), 1 - 1e-9)
    weight = np.where(abstaining == 1, 0.5 / share, 0.5 / (1 - share))
    return worth_from(confidence, right * weight, abstaining * weight, slack=0.04)


def _f1(finding: Finding, row: QARow) -> float:
    """How right a finding is, in [0, 1]; 0 where there is nothing to find."""
    golds = [gold.text for gold in row.answers]
    return f1(finding.quote, golds) if golds else 0.0


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0


def _as_written(rows: Iterable[QARow]) -> list[QARow]:
    """Rows that no machine translated: where it put the answers is often wrong."""
    return [row for row in rows if row.id == row.shared_id]


def _is_news(row: QARow) -> bool:
    return row.source.startswith("news")


def _is_every_second(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def _across(
    dev: Iterable[QARow], others: Iterable[QARow]
) -> Iterator[tuple[list[QARow], list[QARow]]]:
    """Development questions asked in each other language that has a translation of them.

    Yields:
        For each language of translated passages the rows with their foreign questions, and all of
        its rows, whose passages are the corpus.
    """
    questions: dict[str, dict[str, str]] = {}
    for row in others:
        questions.setdefault(row.shared_id, {})[row.language] = row.question
    by_language: dict[str, list[QARow]] = {}
    for row in dev:
        by_language.setdefault(row.language, []).append(row)
    for language, rows in sorted(by_language.items()):
        asked = [
            replace(row, id=f"{other}:{row.id}", question=question)
            for row in rows
            for other, question in questions[row.shared_id].items()
            if other != language
        ]
        # By digest, so that no language comes in one piece.
        if asked := sorted(asked, key=lambda row: digest(row.id)):
            known = {row.source for row in asked}
            yield asked, [row for row in rows if row.source in known]


def _news(data: Path, own: Iterable[str]) -> Iterator[Article]:
    """Indonesian news articles with their headlines, none of them a copy of one asked for."""
    known = {beginning(text) for text in own}
    rows = (row for row in read_news(data, "id") if beginning(row.text) not in known)
    for number, row in enumerate(islice(rows, _NEWS)):
        sha256 = digest(row.text)
        yield Article(
            sha256[:16], f"news-{number:06}", row.title or "", row.text, sha256, language="id"
        )


def _readings(
    asked: Sequence[QARow],
    articles: Iterable[Article],
    reader: str,
    progress: Progress | None,
    encoder: str = BUNDLED,
) -> list[Reading]:
    """Read what an index without the contexts of every second question finds."""
    missing = {digest(row.context) for row in asked if _is_every_second(digest(row.context))}
    with TemporaryDirectory(prefix="qa-calibrate-") as folder:
        kept = (article for article in articles if article.sha256 not in missing)
        build(kept, Path(folder), BuildSettings(encoder=encoder), root="", progress=progress)
        with closing(Engine.open(Path(folder), reader=reader)) as engine:
            readings = []
            for row in asked:
                readings.append(_reading(engine, row, gone=digest(row.context) in missing))
                if progress:
                    progress("asking", len(readings), len(asked))
            return readings


def _reading(engine: Engine, row: QARow, *, gone: bool) -> Reading:
    """What is found for a question; where its context is gone, another passage may still say it."""
    query = engine.understand(row.question)
    hits = engine.retrieve_many([row.question])[0][:_READ]
    passages = engine.generation.passages([hit.row for hit in hits])
    findings = engine.reader.read([row.question] * len(passages), passages)
    reads = [Read(*one) for one in zip(hits, passages, findings, strict=True)]
    found = tuple(
        (features, _f1(read.finding, row))
        for read, features in zip(reads, evidence(reads, query.language), strict=True)
        if read.finding and features
    )
    said = any(score >= RIGHT for _, score in found)
    return Reading(row.id, bool(row.answers) and (said or not gone), found)


def _row(row: QARow) -> Row:
    return Row(row.id, row.question, (), context=row.context)
