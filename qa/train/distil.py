"""Bring an encoder with a new vocabulary back to what it meant: it learns from its old self.

The old encoder reads a sentence in English, the new one its translation, and its mean-pooled vector
is drawn to the old one's. Source: Reimers and Gurevych, EMNLP 2020,
doi:10.18653/v1/2020.emnlp-main.365.

Pools over the last layer only; what the layers below say is left to follow.
"""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

import click
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertModel

from qa.train.data import TranslationRow

_LEARNING_RATE = 3e-4
_WARMUP_STEPS = 30
_BATCH_TOKENS = 5000
_LONGEST = 128
_PAD_TO = 16
_KEPT_ENGLISH = 0.15  # Part of the sentences that the new encoder reads in English as well.


def distil(
    student: BertModel,
    student_tokenizer: Tokenizer,
    teacher: BertModel,
    teacher_tokenizer: Tokenizer,
    rows: Sequence[TranslationRow],
    *,
    minutes: float,
    seed: int,
    device: str = "cpu",
) -> None:
    """Train `student` in place until the time is up, its learning rate falling to zero."""
    student.to(device).train()  # type: ignore[arg-type]
    teacher.to(device).eval()  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(
        student.parameters(), lr=_LEARNING_RATE, weight_decay=0.0, fused=True
    )
    began = time.monotonic()
    batches = _batches(rows, student_tokenizer, teacher_tokenizer, seed)
    with click.progressbar(length=round(minutes * 60), label="Distilling", file=sys.stderr) as bar:
        for step, batch in enumerate(batches, 1):
            seconds = time.monotonic() - began
            done = seconds / (minutes * 60)
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = _LEARNING_RATE * min(1.0, step / _WARMUP_STEPS) * (1 - done)
            with torch.autocast(device, dtype=torch.bfloat16):
                with torch.inference_mode():
                    target = _pooled(teacher, [english for _, english in batch], device)
                guess = _pooled(student, [translation for translation, _ in batch], device)
            target = target.clone()
            loss = ((guess - target) ** 2).sum(1).div((target**2).sum(1)).mean()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            bar.update(round(seconds) - bar.pos)


def _batches(
    rows: Sequence[TranslationRow], student: Tokenizer, teacher: Tokenizer, seed: int
) -> Iterator[list[tuple[list[int], list[int]]]]:
    """Token ids of (translation, English), in batches of like length, without end."""
    rng = random.Random(seed)  # noqa: S311
    waiting: dict[int, list[tuple[list[int], list[int]]]] = defaultdict(list)
    while True:
        for row in rng.sample(rows, len(rows)):
            text = row.english if rng.random() < _KEPT_ENGLISH else row.translation
            pair = student.encode(text).ids[:_LONGEST], teacher.encode(row.english).ids[:_LONGEST]
            length = -(-max(map(len, pair)) // _PAD_TO) * _PAD_TO
            waiting[length].append(pair)
            if len(waiting[length]) * length >= _BATCH_TOKENS:
                yield waiting.pop(length)


def _pooled(model: BertModel, sentences: Sequence[list[int]], device: str) -> Tensor:
    """The mean of the last layer over each sentence's tokens, (sentences, dim) float32."""
    longest = max(map(len, sentences))
    ids = torch.zeros(len(sentences), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, sentence in enumerate(sentences):
        ids[row, : len(sentence)] = torch.tensor(sentence)
        mask[row, : len(sentence)] = 1
    ids, mask = ids.to(device), mask.to(device)
    layer = model(ids, attention_mask=mask).last_hidden_state.float()
    weights = mask[:, :, None].float()
    pooled: Tensor = (layer * weights).sum(1) / weights.sum(1)
    return pooled
