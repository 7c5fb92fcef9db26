"""Score a reader on development rows: each row's question on its own context.

Exact match and F1 as `qa evaluate --mode reading` counts them, with "no answer" where the margin is
below a threshold, and forced F1, where the reader must always answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.evaluate.metrics import f1
from qa.readers.windows import Found, Ids, Logits, Score, find_spans
from qa.train.data import QARow
from qa.train.network import Network


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a reader made of some rows: F1 if it answers, F1 if it abstains, and its margin."""

    answering: NDArray[np.float64]
    abstaining: NDArray[np.float64]
    margin: NDArray[np.float64]

    def scores(self, threshold: float = 0.0) -> dict[str, float]:
        """`all`, `answerable`, `unanswerable` (None without such rows) and `forced` F1, in [0, 1].

        `forced` is over answerable rows, as if the reader could not abstain.
        """
        f1s = np.where(self.margin >= threshold, self.answering, self.abstaining)
        empty = self.abstaining == 1
        scores = {"all": float(f1s.mean())}
        if not empty.all():
            scores |= {
                "answerable": float(f1s[~empty].mean()),
                "forced": float(self.answering[~empty].mean()),
            }
        if empty.any():
            scores["unanswerable"] = float(f1s[empty].mean())
        return scores


def outcomes(
    tokenizer: Tokenizer,
    score: Score,
    rows: Sequence[QARow],
    *,
    batch_tokens: int = 4096,
    workers: Executor | None = None,
) -> Outcomes:
    """Read every row; the other arguments are those of `find_spans`."""
    found = find_spans(
        tokenizer,
        score,
        [row.question for row in rows],
        [row.context for row in rows],
        batch_tokens=batch_tokens,
        workers=workers,
    )
    golds = [[gold.text for gold in row.answers] for row in rows]
    return Outcomes(
        np.array(
            [f1(_text(at, row), gold) for at, row, gold in zip(found, rows, golds, strict=True)]
        ),
        np.array([f1("", gold) for gold in golds]),
        np.array([-np.inf if at is None else at.score - at.null for at in found]),
    )


def _text(found: Found | None, row: QARow) -> str:
    return "" if found is None else row.context[found.start : found.end]


def torch_score(model: Network) -> Score:
    """A network as the function that `find_spans` asks for."""

    def score(ids: Ids, mask: Ids, _types: Ids) -> tuple[Logits, Logits, NDArray[np.float32]]:
        device = model.vectors.device
        inputs = [torch.from_numpy(array).to(device) for array in (ids, mask)]
        with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16):
            spans, first = (each.float().cpu().numpy() for each in model(*inputs))
        return spans[..., 0], spans[..., 1], first[:, 0]

    return score
