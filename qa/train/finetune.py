"""Fine-tune a network on question-answer examples, against the clock.

The learning rate falls to zero as the time allowed runs out, whatever the machine's speed, so a run
always ends annealed. State is checkpointed as safetensors and JSON; a run that is cut off goes on
from its last checkpoint, in a fresh round of examples.

Does not split over several GPUs.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from qa.train.network import ATTENTION, Network
from qa.train.questions import Example

LOG = "log.jsonl"
"""Counters and dev scores, a line for each checkpoint."""

_PAD_TO = 16


@dataclass(frozen=True, slots=True)
class FineTuning:
    """How to fine-tune.

    Attributes:
        minutes: Training time, evaluation and checkpoints included.
        learning_rate: At its highest, after the warm-up.
        warmup: Part of the time in which the rate rises.
        batch_tokens: Tokens in a batch, padding included.
        answers_weight: What the loss of "this passage answers" counts beside that of spans.
        sides_weight: What that of a yes-or-no question's sides counts. At .5 they were not learnt:
            of 157 sentences the head classified 70 right, and rules 118 (2026-11).
        frozen: How many of the lowest layers stay as they are; four make training a quarter faster.
        averaged: Part of the time, at its end, over which weights are averaged.
        weight_decay: Of AdamW.
        every_minutes: Between checkpoints, with dev scores.
        seed: Of the examples and masks.
    """

    minutes: float
    learning_rate: float = 1.1e-4
    warmup: float = 0.02
    batch_tokens: int = 4800
    answers_weight: float = 0.5
    sides_weight: float = 2.0
    frozen: int = 4
    averaged: float = 0.12
    weight_decay: float = 0.01
    every_minutes: float = 14.0
    seed: int = 1


def finetune(
    model: Network,
    draw: Callable[[int], Sequence[Example]],
    *,
    folder: Path,
    settings: FineTuning,
    evaluate: Callable[[Network], dict[str, float]],
    device: str = "cpu",
) -> None:
    """Train `model` in place; it ends as the mean of its weights over the last part of the time.

    Args:
        model: What to train.
        draw: Gives the examples of a round by its number.
        folder: Where checkpoints and `log.jsonl` go, and a run that was cut off is found.
        settings: How.
        evaluate: Dev scores, to be logged.
        device: `cpu` or `cuda`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    usual = prepare(model, settings.frozen)
    optimizer = adamw(model, settings.learning_rate, settings.weight_decay)
    model.to(device)
    state = _resume(folder, model, optimizer)
    mean = AveragedModel(model)
    model.train()
    began = time.monotonic() - state["seconds"]
    saved = state["seconds"]
    losses: list[float] = []
    length = round(settings.minutes * 60)
    with click.progressbar(length=length, label="Fine-tuning", file=sys.stderr) as bar:
        for round_, batch in _stream(draw, settings, int(state["round"])):
            seconds = time.monotonic() - began
            done = seconds / (settings.minutes * 60)
            if done >= 1:
                break
            loss = _step(model, batch, settings, device)
            rate = settings.learning_rate * min(done / settings.warmup, 1 - done)
            descend(model, optimizer, loss, rate)
            if done >= 1 - settings.averaged:
                mean.update_parameters(model)
            state["step"] += 1
            state["examples"] += len(batch)
            state["tokens"] += sum(len(example.ids) for example in batch)
            losses.append(loss.item())
            bar.update(round(seconds) - bar.pos)
            if seconds - saved > settings.every_minutes * 60:
                saved = seconds
                state |= {"seconds": seconds, "round": round_}
                _checkpoint(folder, model, optimizer, state)
                _log(folder, state, losses, evaluate(model))
                model.train()
    if mean.n_averaged:
        model.load_state_dict(mean.module.state_dict())
    state |= {"seconds": settings.minutes * 60.0}
    _checkpoint(folder, model, optimizer, state)
    model.bert.set_attn_implementation(usual)
    _log(folder, state, losses, evaluate(model))


def prepare(model: Network, frozen: int) -> str:
    """Leave the token vectors and so many of the lowest layers of a model as they are.

    Returns:
        The attention that it had; while it trains it has the one that trains the quickest.
    """
    usual: str = model.bert.config._attn_implementation
    model.bert.set_attn_implementation(ATTENTION)
    for lowest in (model.bert.embeddings, *model.bert.encoder.layer[:frozen]):
        lowest.requires_grad_(False)
    return usual


def descend(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, loss: torch.Tensor, rate: float
) -> None:
    """Take one step down from a loss, at a learning rate; a gradient's norm is 1 at most."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()


def adamw(
    model: torch.nn.Module, learning_rate: float, weight_decay: float = 0.01
) -> torch.optim.AdamW:
    """An optimizer of what is to be trained in a model; only matrices decay."""
    trained = [each for each in model.parameters() if each.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": [each for each in trained if each.ndim > 1], "weight_decay": weight_decay},
            {"params": [each for each in trained if each.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=learning_rate,
        betas=(0.9, 0.98),
        fused=True,
    )


def _stream(
    draw: Callable[[int], Sequence[Example]], settings: FineTuning, round_: int
) -> Iterator[tuple[int, list[Example]]]:
    """Batches of like length, round after round, without end; the number is the next round's."""
    waiting: dict[int, list[Example]] = defaultdict(list)
    while True:
        for example in draw(settings.seed * 1000 + round_):
            length = _padded(len(example.ids))
            waiting[length].append(example)
            if len(waiting[length]) * length >= settings.batch_tokens:
                yield round_ + 1, waiting.pop(length)
        round_ += 1


def _padded(length: int) -> int:
    """A length rounded up, so that few shapes occur: each new one costs a compilation."""
    return -(-length // _PAD_TO) * _PAD_TO


def padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids of several texts, and 1 where they are attended to, each (texts, tokens)."""
    ids = torch.ones((len(rows), _padded(max(map(len, rows)))), dtype=torch.long)
    attended = torch.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        attended[at, : len(row)] = 1
    return ids, attended


def _step(
    model: Network, batch: Sequence[Example], settings: FineTuning, device: str
) -> torch.Tensor:
    """The loss of a batch.

    Cross-entropy of start and end over the first and the passage's tokens; of the first token's
    scores, whether the passage answers, or what a sentence says to a yes-or-no question.
    """
    ids, attended = padded([example.ids for example in batch])
    barred = torch.ones_like(ids).bool()
    for row, example in enumerate(batch):
        barred[row, example.passage : len(example.ids) - 1] = False
        barred[row, 0] = False
    places = torch.tensor([(example.start, example.end) for example in batch])
    sides = torch.tensor([-1 if example.side is None else example.side for example in batch])
    ids, attended, barred, places, sides = (
        each.to(device) for each in (ids, attended, barred, places, sides)
    )
    with torch.autocast(device, dtype=torch.bfloat16):
        spans, first = model(ids, attended)
    spans = spans.float().masked_fill(barred[..., None], -1e4)
    first = first.float()
    asks = sides < 0
    loss = torch.zeros((), device=device)
    if asks.any():
        loss = loss + functional.cross_entropy(
            spans[asks].transpose(1, 2).flatten(0, 1), places[asks].flatten()
        )
        answered = (places[asks, 0] > 0).float()
        answers = functional.binary_cross_entropy_with_logits(first[asks, 0], answered)
        loss = loss + settings.answers_weight * answers
    if (~asks).any():
        said = functional.cross_entropy(first[~asks, 1:], sides[~asks])
        loss = loss + settings.sides_weight * said * float((~asks).float().mean())
    return loss


def _checkpoint(
    folder: Path,
    model: Network,
    optimizer: torch.optim.Optimizer,
    state: dict[str, float],
) -> None:
    """Write weights, optimizer and counters, each whole or not at all."""
    tensors = {f"model/{name}": tensor for name, tensor in model.state_dict().items()}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{number}/{name}": tensor for name, tensor in moments.items()}
    part = folder / "checkpoint.part"
    save_file(tensors, part, metadata={"state": json.dumps(state)})
    part.replace(folder / "checkpoint.safetensors")
    (folder / "state.json").write_text(json.dumps(state) + "\n", encoding="utf-8")


def _resume(folder: Path, model: Network, optimizer: torch.optim.Optimizer) -> dict[str, float]:
    """Load the last checkpoint, if there is one; its counters, else zeros."""
    state = {"seconds": 0.0, "round": 0, "step": 0, "examples": 0, "tokens": 0}
    if not (folder / "state.json").exists():
        return state
    tensors = load_file(folder / "checkpoint.safetensors")
    model.load_state_dict(
        {name[6:]: tensor for name, tensor in tensors.items() if name.startswith("model/")}
    )
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer/"):
            _, number, key = name.split("/")
            moments.setdefault(int(number), {})[key] = tensor
    packed = optimizer.state_dict()
    optimizer.load_state_dict({"state": moments, "param_groups": packed["param_groups"]})
    state.update(json.loads((folder / "state.json").read_text(encoding="utf-8")))
    return state


def _log(
    folder: Path, state: dict[str, float], losses: list[float], scores: dict[str, float]
) -> None:
    recent = losses[-200:]
    row = state | {"loss": sum(recent) / max(len(recent), 1)} | scores
    row = {key: round(value, 4) for key, value in row.items()}
    with (folder / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(row) + "\n")
