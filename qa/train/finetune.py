"""Fine-tune an encoder with a span head on question-answer examples, against the clock.

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
from transformers import BertForQuestionAnswering

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
        masked: Part of the passage's and question's tokens replaced by `[MASK]`: it stands in for
            dropout, which costs half the speed on a CPU.
        weight_decay: Of AdamW.
        every_minutes: Between checkpoints, with dev scores.
        seed: Of the examples and masks.
    """

    minutes: float
    learning_rate: float = 2e-4
    warmup: float = 0.02
    batch_tokens: int = 4800
    masked: float = 0.04
    weight_decay: float = 0.01
    every_minutes: float = 14.0
    seed: int = 1


def finetune(
    model: BertForQuestionAnswering,
    draw: Callable[[int], Sequence[Example]],
    *,
    mask_id: int,
    folder: Path,
    settings: FineTuning,
    evaluate: Callable[[BertForQuestionAnswering], dict[str, float]],
    device: str = "cpu",
) -> None:
    """Train `model` in place.

    Args:
        model: Its special tokens are the first five of its vocabulary.
        draw: Gives the examples of a round by its number.
        mask_id: The token that hides another.
        folder: Where checkpoints and `log.jsonl` go, and a run that was cut off is found.
        settings: How.
        evaluate: Dev scores, to be logged.
        device: `cpu` or `cuda`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        fused=True,
    )
    model.to(device)  # type: ignore[arg-type]
    state = _resume(folder, model, optimizer)
    model.train()
    began = time.monotonic() - state["seconds"]
    saved = state["seconds"]
    loss_seen: list[float] = []
    length = round(settings.minutes * 60)
    with click.progressbar(length=length, label="Fine-tuning", file=sys.stderr) as bar:
        for round_, batch in _stream(draw, settings, int(state["round"])):
            seconds = time.monotonic() - began
            done = seconds / (settings.minutes * 60)
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * min(done / settings.warmup, 1 - done)
            loss = _step(model, batch, mask_id, settings, device)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            state["step"] += 1
            state["examples"] += len(batch)
            state["tokens"] += sum(len(example.ids) for example in batch)
            loss_seen.append(loss.item())
            bar.update(round(seconds) - bar.pos)
            if seconds - saved > settings.every_minutes * 60:
                saved = seconds
                state |= {"seconds": seconds, "round": round_}
                _checkpoint(folder, model, optimizer, state)
                _log(folder, state, loss_seen, evaluate(model))
                model.train()
    state |= {"seconds": settings.minutes * 60.0}
    _checkpoint(folder, model, optimizer, state)
    _log(folder, state, loss_seen, evaluate(model))


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


def _step(
    model: BertForQuestionAnswering,
    batch: Sequence[Example],
    mask_id: int,
    settings: FineTuning,
    device: str,
) -> torch.Tensor:
    """The loss of a batch: cross-entropy of start and end over the first and passage tokens."""
    shape = (len(batch), _padded(max(len(example.ids) for example in batch)))
    ids = torch.zeros(shape, dtype=torch.long)
    attended, types, barred = torch.zeros_like(ids), torch.zeros_like(ids), torch.ones(shape).bool()
    for row, example in enumerate(batch):
        size = len(example.ids)
        ids[row, :size] = torch.tensor(example.ids)
        attended[row, :size] = 1
        types[row, example.passage : size] = 1
        barred[row, example.passage : size - 1] = False
        barred[row, 0] = False
    hidden = (torch.rand(shape) < settings.masked) & (ids > mask_id)
    ids[hidden] = mask_id
    ids, attended, types, barred = (t.to(device) for t in (ids, attended, types, barred))
    with torch.autocast(device, dtype=torch.bfloat16):
        scores = model(ids, attention_mask=attended, token_type_ids=types)
    losses = []
    for logits, places in (
        (scores.start_logits, [example.start for example in batch]),
        (scores.end_logits, [example.end for example in batch]),
    ):
        target = torch.tensor(places, device=device)
        losses.append(functional.cross_entropy(logits.float().masked_fill(barred, -1e4), target))
    return (losses[0] + losses[1]) / 2


def _checkpoint(
    folder: Path,
    model: BertForQuestionAnswering,
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


def _resume(
    folder: Path, model: BertForQuestionAnswering, optimizer: torch.optim.Optimizer
) -> dict[str, float]:
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
