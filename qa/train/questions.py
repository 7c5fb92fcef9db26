"""Turn question-answer rows into the examples that a reader learns from.

An example is `[CLS] question [SEP] window of a passage [SEP]` with the tokens where the answer
starts and ends, both 0 for "not here". Beside the rows as they are, it makes:

- windows of a long passage that leave the answer out, labelled "not here";
- retrieved negatives: the question with a passage that BM25 ranks high for it but that does not
  contain the answer, labelled "not here", so that scores compare between passages;
- questions across languages: a question in one language on the passage in another, by shared id.

Passages and questions of `qa/dev` are left out wherever they recur, and so is one context in twenty
of each set in a language that has none there (`held_out`): what is known of that language.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
from tokenizers import Encoding, Tokenizer

from qa.train.data import Gold, QARow, qa_files, read_qa, set_name

_NEGATIVES = 8  # Passages looked at for each question.
_HELD = 20  # One context in so many is held out.
_MOST_HELD = 200  # Rows of a set.


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of one example, where its passage starts, and its answer's first and last token."""

    ids: tuple[int, ...]
    passage: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """Rows to learn from by file (`squad.en`), and passages that do not answer, by question id."""

    rows: Mapping[str, Sequence[QARow]]
    negatives: Mapping[str, Sequence[str]]


def read_corpus(data: Path, names: Sequence[str]) -> Corpus:
    """The named training sets, those across languages (`squad.en>id`) and retrieved negatives.

    Raises:
        UsageError: If `data` is not laid out as it should be.
    """
    dev = [row for path in qa_files(data, "dev") for row in read_qa(path)]
    dev += [row for rows in held_out(data, names).values() for row in rows]
    held_contexts = {row.context for row in dev if not row.source.endswith("-mt")}
    held_questions = {row.shared_id for row in dev}
    rows: dict[str, list[QARow]] = {}
    for path in qa_files(data, "train"):
        name = set_name(path)
        if name in names:
            rows[name] = [
                row
                for row in read_qa(path)
                if row.context not in held_contexts and row.shared_id not in held_questions
            ]
    if "idk-mrc.id" in rows and "tydiqa.id" in rows:
        known = {(row.question, row.context) for row in rows["idk-mrc.id"]}
        rows["tydiqa.id"] = [
            row for row in rows["tydiqa.id"] if (row.question, row.context) not in known
        ]
    negatives = retrieve_negatives(rows)
    rows |= {name: list(_across(rows, name)) for name in names if ">" in name}
    return Corpus(rows, negatives)


def held_out(data: Path, names: Sequence[str]) -> dict[str, list[QARow]]:
    """Rows to measure on, by set, of the named training sets in a language that `qa/dev` lacks.

    Raises:
        UsageError: If `data` is not laid out as it should be.
    """
    known = {set_name(path).partition(".")[2] for path in qa_files(data, "dev")}
    held = {}
    for path in qa_files(data, "train"):
        name = set_name(path)
        if name in names and name.partition(".")[2] not in known:
            held[name] = [row for row in read_qa(path) if _is_held(row.context)][:_MOST_HELD]
    return held


def _is_held(context: str) -> bool:
    return int.from_bytes(hashlib.sha256(context.encode()).digest()[:4]) % _HELD == 0


def _across(rows: Mapping[str, Sequence[QARow]], name: str) -> Iterator[QARow]:
    """Rows of a passage's language with the question in another: `squad.en>squad-mt.id`."""
    asked, answered = name.split(">")
    questions = {row.shared_id: row for row in rows.get(asked, ())}
    for row in rows.get(answered, ()):
        other = questions.get(row.shared_id)
        if other is not None and bool(other.answers) == bool(row.answers):
            yield QARow(
                f"{name}/{row.id}", row.language, other.question, row.context, row.answers, name
            )


def retrieve_negatives(rows: Mapping[str, Sequence[QARow]]) -> dict[str, list[str]]:
    """For each question passages of its own file that BM25 likes and that lack its answer."""
    negatives: dict[str, list[str]] = defaultdict(list)
    for members in rows.values():
        contexts = sorted({row.context for row in members})
        if len(contexts) <= _NEGATIVES:
            continue
        index = bm25s.BM25()
        index.index(
            bm25s.tokenize(contexts, stopwords=None, show_progress=False), show_progress=False
        )
        asked = bm25s.tokenize(
            [row.question for row in members], stopwords=None, show_progress=False
        )
        found, _ = index.retrieve(asked, k=_NEGATIVES, show_progress=False)
        for row, numbers in zip(members, found, strict=True):
            golds = [gold.text.casefold() for gold in row.answers]
            for number in numbers:
                other = contexts[number]
                if other != row.context and not any(gold in other.casefold() for gold in golds):
                    negatives[row.id].append(other)
    return dict(negatives)


class Examples:
    """Draws rounds of examples from a corpus; each round differs in its windows and negatives."""

    def __init__(
        self,
        corpus: Corpus,
        tokenizer: Tokenizer,
        *,
        shares: Mapping[str, float],
        max_tokens: int,
        negatives: float,
    ) -> None:
        """Tokenise every passage and question once.

        Args:
            corpus: What to draw from.
            tokenizer: The model's.
            shares: For each set which part of its rows a round draws; above 1 repeats some.
            max_tokens: Longest example.
            negatives: Part of a round's questions that are asked of a retrieved negative as well.
        """
        self._corpus = corpus
        self._shares = shares
        self._max_tokens = max_tokens
        self._negatives = negatives
        ids = tokenizer.get_vocab()
        self._cls, self._sep = ids["[CLS]"], ids["[SEP]"]
        members = [row for rows in corpus.rows.values() for row in rows]
        contexts = {row.context for row in members}
        contexts |= {text for texts in corpus.negatives.values() for text in texts}
        self._contexts = _encoded(tokenizer, sorted(contexts))
        self._questions = _encoded(tokenizer, sorted({row.question for row in members}))

    def round(self, seed: int) -> list[Example]:
        """One round, shuffled."""
        rng = random.Random(seed)  # noqa: S311
        examples: list[Example] = []
        for name, rows in sorted(self._corpus.rows.items()):
            share = self._shares.get(name, 0.0)
            whole, part = divmod(share, 1)
            drawn = [*rows] * int(whole) + rng.sample(list(rows), round(part * len(rows)))
            for row in drawn:
                examples.append(self._example(row, rng))
                others = self._corpus.negatives.get(row.id)
                if others and rng.random() < self._negatives:
                    negative = QARow(
                        row.id, row.language, row.question, rng.choice(others), (), row.source
                    )
                    examples.append(self._example(negative, rng))
        rng.shuffle(examples)
        return examples

    def _example(self, row: QARow, rng: random.Random) -> Example:
        question = self._questions[row.question].ids[:64]
        passage = self._contexts[row.context]
        head = (self._cls, *question, self._sep)
        room = self._max_tokens - len(head) - 1
        first, last = _answer_tokens(passage, row.answers, rng)
        begin = _window(len(passage.ids), room, first, last, rng)
        stop = min(begin + room, len(passage.ids))
        ids = (*head, *passage.ids[begin:stop], self._sep)
        if first < begin or last >= stop:
            return Example(ids, len(head), 0, 0)
        shift = len(head) - begin
        return Example(ids, len(head), first + shift, last + shift)


def _encoded(tokenizer: Tokenizer, texts: Sequence[str]) -> dict[str, Encoding]:
    return dict(
        zip(texts, tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True)
    )


def _answer_tokens(
    passage: Encoding, answers: Sequence[Gold], rng: random.Random
) -> tuple[int, int]:
    """First and last token of one of the answers, or (-1, -1)."""
    if not answers:
        return -1, -1
    gold = rng.choice(answers)
    offsets = np.array(passage.offsets)
    touched = np.flatnonzero(
        (offsets[:, 1] > gold.start) & (offsets[:, 0] < gold.start + len(gold.text))
    )
    return (int(touched[0]), int(touched[-1])) if touched.size else (-1, -1)


def _window(tokens: int, room: int, first: int, last: int, rng: random.Random) -> int:
    """Where a window of at most `room` tokens begins: nine times in ten it holds the answer."""
    slack = tokens - room
    if slack <= 0:
        return 0
    if first < 0 or rng.random() < 0.1:
        return rng.randint(0, slack)
    earliest = min(max(0, last - room + 1), first, slack)
    return rng.randint(earliest, min(first, slack))
