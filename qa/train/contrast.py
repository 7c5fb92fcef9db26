"""Fine-tune the deep encoder: a question near the passage that answers it, in whatever language.

Each step draws a batch of pairs from one source (`qa.train.pairs`) and asks each question to find
its passage among those of the batch, and among one more for each question of a QA set: a passage
that BM25 ranks high and that lacks the answer. In the other direction only the batch counts.

    loss = cross-entropy over passages j of scale * <question_i, passage_j>, for the right j = i,
           + backwards * the same over questions

Sources: in-batch negatives Henderson et al. 2017, arXiv:1705.00652; those of BM25 Karpukhin et al.,
EMNLP 2020, arXiv:2004.04906; the mean with what it began as Wortsman et al., CVPR 2022,
arXiv:2109.01903.

Timed, so that the learning rate ends at zero whatever the machine's speed. Not handled: a run that
was cut off, which begins anew.
"""

from __future__ import annotations

import copy
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from qa.train.data import QARow
from qa.train.finetune import adamw, descend, padded, prepare
from qa.train.network import Network
from qa.train.pairs import Source, qa_rows, sources
from qa.train.questions import as_typed, retrieve_negatives

_MINED = ("id", "en")  # Languages whose questions get a passage that BM25 finds.


@dataclass(frozen=True, slots=True)
class Contrast:
    """How to fine-tune.

    Attributes:
        minutes: Training time.
        shares: Of the batches, by source.
        others: Share of the batches for all other sources of questions together.
        learning_rate: At its highest, after the warm-up.
        warmup: Part of the time in which the rate rises.
        batch: Pairs in a batch, no passage twice.
        scale: What inner products are multiplied by in the loss.
        backwards: What finding the question for a passage counts.
        question_tokens: Longest question.
        passage_tokens: Longest passage.
        typed: Part of the questions of QA sets that are put as people type.
        frozen: How many of the lowest layers stay as they are.
        averaged: Part of the time, at its end, over which weights are averaged.
        start_share: Which part of the weights stays what it was before. By vectors alone, MRR@10
            with 1, .5 and 0 was .926, .938 and .921 for 300 TyDiQA-id questions among 1,187
            contexts, and .772, .791 and .756 for 200 English ones among 675 Indonesian (2026-11).
        threads: Threads of torch.
        seed: Of everything drawn.
    """

    minutes: float = 28.0
    shares: Mapping[str, float] = field(
        default_factory=lambda: {
            "qa.id": 7.0,
            "qa.en": 2.0,
            "qa.across": 10.0,
            "news.questions": 4.0,
            "news.headline": 1.5,
            "parallel.en-id": 1.5,
            "parallel.en-other": 1.0,
        }
    )
    others: float = 2.0
    learning_rate: float = 8e-5
    warmup: float = 0.05
    batch: int = 48
    scale: float = 50.0
    backwards: float = 0.3
    question_tokens: int = 48
    passage_tokens: int = 128
    typed: float = 0.15
    frozen: int = 4
    averaged: float = 0.2
    start_share: float = 0.5
    threads: int = 2
    seed: int = 3


def contrast(
    model: Network,
    tokenizer: Tokenizer,
    data: Path,
    prefixes: tuple[str, str],
    settings: Contrast,
) -> None:
    """Train the layers of `model` in place.

    Args:
        model: What to train; its heads stay as they are.
        tokenizer: The model's.
        data: The folder of training data; see `qa.train.data`.
        prefixes: What is put before a question and before a passage.
        settings: How.

    Raises:
        UsageError: If data is missing or malformed.
    """
    torch.set_num_threads(settings.threads)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    before = copy.deepcopy(model.state_dict())
    usual = prepare(model, settings.frozen)
    optimizer = adamw(model.bert, settings.learning_rate)
    mean = AveragedModel(model)
    batches = _batches(data, settings)
    model.train()
    began = time.monotonic()
    length = round(settings.minutes * 60)
    with click.progressbar(length=length, label="Fine-tuning", file=sys.stderr) as bar:
        while (done := (time.monotonic() - began) / (settings.minutes * 60)) < 1:
            loss = _loss(model, tokenizer, next(batches), prefixes, settings)
            rate = settings.learning_rate * min(done / settings.warmup, 1 - done)
            descend(model, optimizer, loss, rate)
            if done >= 1 - settings.averaged:
                mean.update_parameters(model)
            bar.update(round(done * length) - bar.pos)
    after = mean.module.state_dict() if mean.n_averaged else model.state_dict()
    share = settings.start_share
    model.load_state_dict(
        {name: share * each + (1 - share) * after[name] for name, each in before.items()}
    )
    model.bert.set_attn_implementation(usual)
    model.train(mode=False)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A question or the like, the passage to find, and one that does not answer, if there is."""

    question: str
    passage: str
    wrong: str | None


def _batches(data: Path, settings: Contrast) -> Iterator[list[_Pair]]:
    """Batches without end, each of one source, no passage twice."""
    rng = random.Random(settings.seed)  # noqa: S311
    by_name = {source.name: source for source in sources(data, settings.seed)}
    shares = {name: share for name, share in settings.shares.items() if name in by_name}
    others = [name for name in by_name if name.startswith("qa.") and name not in shares]
    shares |= dict.fromkeys(others, settings.others / max(len(others), 1))
    wrong = _wrong(data)
    while True:
        (name,) = rng.choices([*shares], [*shares.values()])
        yield list(_draw(by_name[name], wrong, settings, rng))


def _draw(
    source: Source, wrong: Mapping[str, Sequence[str]], settings: Contrast, rng: random.Random
) -> Iterator[_Pair]:
    drawn: set[str] = set()
    is_asked = source.name.startswith("qa.")
    for at in rng.sample(range(len(source.left)), min(len(source.left), 10 * settings.batch)):
        question, passage = source.left[at], source.right[at]
        if passage in drawn or len(drawn) == settings.batch:
            continue
        drawn.add(passage)
        passages = wrong.get(question, ()) if is_asked else ()
        if is_asked and rng.random() < settings.typed:
            question = as_typed(question, rng)
        yield _Pair(question, passage, rng.choice(passages) if passages else None)


def _wrong(data: Path) -> dict[str, Sequence[str]]:
    """For each question the passages that BM25 likes and that lack its answer."""
    rows, held_out = qa_rows(data)
    by_language: dict[str, list[QARow]] = defaultdict(list)
    for row in rows:
        if row.answers and row.language in _MINED and row.context not in held_out:
            by_language[row.language].append(row)
    found = retrieve_negatives(by_language)
    asked = (row for members in by_language.values() for row in members)
    return {row.question: found.get(row.id, ()) for row in asked}


def _loss(
    model: Network,
    tokenizer: Tokenizer,
    batch: Sequence[_Pair],
    prefixes: tuple[str, str],
    settings: Contrast,
) -> Tensor:
    asked, read = prefixes
    passages = [pair.passage for pair in batch]
    passages += [pair.wrong for pair in batch if pair.wrong is not None]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        left = _embed(
            model, tokenizer, [asked + pair.question for pair in batch], settings.question_tokens
        )
        right = _embed(
            model, tokenizer, [read + passage for passage in passages], settings.passage_tokens
        )
    scores = settings.scale * left @ right.T
    partners = torch.arange(len(batch))
    return functional.cross_entropy(scores, partners) + settings.backwards * (
        functional.cross_entropy(scores[:, : len(batch)].T, partners)
    )


def _embed(model: Network, tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> Tensor:
    """Means of the last layer over the tokens of each text at unit length, (n, width)."""
    rows = [encoding.ids[:longest] for encoding in tokenizer.encode_batch(list(texts))]
    ids, mask = padded(rows)
    hidden = model.bert(inputs_embeds=model.vectors[ids], attention_mask=mask).last_hidden_state
    summed = (hidden.float() * mask[..., None]).sum(1)
    return functional.normalize(summed / mask.sum(1, keepdim=True), dim=-1)
