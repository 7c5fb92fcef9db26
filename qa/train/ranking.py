"""The encoder's dev tasks: rank passages for a question, by inner product alone.

    tydiqa.id            Indonesian questions; contexts of dev and train
    squad.en>id          English questions; the contexts of squad-mt.id
    news-questions       questions on held-out news articles; all Indonesian news, 1,200 characters
    parallel.en>id       held-out English sentences; their Indonesian translations

What is asked here is held out of the training pairs by `qa.train.pairs`. Articles that begin like a
held-out one are left out of the news pool, since they would answer as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qa.train.data import QARow, qa_files, read_news, read_parallel, read_qa, read_retrieval
from qa.train.pairs import beginning, is_held_out_article, is_held_out_sentence

Rows: TypeAlias = Mapping[tuple[str, str], Sequence[QARow]]

_NEWS_CHARS = 1_200
_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Task:
    """Passage `right[i]` is the one to find for question i."""

    name: str
    questions: Sequence[str]
    passages: Sequence[str]
    right: NDArray[np.int64]

    @classmethod
    def of(
        cls, name: str, questions: Sequence[str], right: Sequence[str], others: Sequence[str]
    ) -> Task:
        """A task over the distinct passages among the right ones and others."""
        rows: dict[str, int] = {}
        for passage in (*right, *others):
            rows.setdefault(passage, len(rows))
        return cls(name, questions, list(rows), np.array([rows[p] for p in right], np.int64))


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well the right passages rank: mean reciprocal rank to 10, share in the first 20."""

    mrr10: float
    recall20: float


def tasks(data: Path) -> Iterator[Task]:
    """The dev tasks that a folder of training data holds questions for."""
    rows = {
        (split, path.name.partition(".jsonl")[0]): list(read_qa(path))
        for split in ("train", "dev")
        for path in qa_files(data, split)
    }
    made = (_tydiqa(rows), _across(rows), _news(data), _parallel(data))
    yield from (task for task in made if task.questions)


def rank(task: Task, questions: NDArray[np.float32], passages: NDArray[np.float32]) -> Ranking:
    """Score a task by the vectors of its questions and passages; ties count as found.

    A rank is one more than the passages that score above the right one.
    """
    ranks = np.empty(len(task.right), np.int64)
    for start in range(0, len(ranks), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        scores = questions[rows] @ passages.T
        right = np.take_along_axis(scores, task.right[rows, None], axis=1)
        ranks[rows] = 1 + (scores > right).sum(axis=1)
    reciprocal = np.where(ranks <= 10, 1 / ranks, 0.0)
    return Ranking(float(reciprocal.mean()), float((ranks <= 20).mean()))


def _tydiqa(rows: Rows) -> Task:
    """Indonesian questions among the contexts of both splits."""
    asked = rows.get(("dev", "tydiqa.id"), [])
    others = rows.get(("train", "tydiqa.id"), [])
    return Task.of(
        "tydiqa.id",
        [row.question for row in asked],
        [row.context for row in asked],
        [row.context for row in others],
    )


def _across(rows: Rows) -> Task:
    """English questions of either dev split, among the translated contexts."""
    translated = [*rows.get(("train", "squad-mt.id"), []), *rows.get(("dev", "squad-mt.id"), [])]
    english = [*rows.get(("train", "squad.en"), []), *rows.get(("dev", "squad.en"), [])]
    held_out = {
        row.shared_id for name in ("squad.en", "squad-mt.id") for row in rows.get(("dev", name), [])
    }
    context = {row.shared_id: row.context for row in translated}
    asked = [
        row
        for row in english
        if row.answers and row.shared_id in held_out and row.shared_id in context
    ]
    return Task.of(
        "squad.en>id",
        [row.question for row in asked],
        [context[row.shared_id] for row in asked],
        list(context.values()),
    )


def _news(data: Path) -> Task:
    """Questions on held-out articles among all Indonesian news."""
    asked = [row for row in read_retrieval(data) if is_held_out_article(row.context)]
    held_out = {beginning(row.context) for row in asked}
    others = [
        f"{row.title or ''}\n{row.text[:_NEWS_CHARS]}".strip()
        for row in read_news(data, "id")
        if beginning(row.text) not in held_out
    ]
    return Task.of(
        "news-questions",
        [row.question for row in asked],
        [row.context[:_NEWS_CHARS] for row in asked],
        others,
    )


def _parallel(data: Path) -> Task:
    """English sentences among their translations."""
    held_out = [
        row
        for row in read_parallel(data)
        if row.language == "id" and is_held_out_sentence(row.english)
    ]
    return Task.of(
        "parallel.en>id",
        [row.english for row in held_out],
        [row.translation for row in held_out],
        [],
    )
