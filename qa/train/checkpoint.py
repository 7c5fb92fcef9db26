"""Checkpoints of one trained tensor and its Adam: safetensors, written in one move."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from qa.files import replacing

_ADAM_STATE = ("step", "exp_avg", "exp_avg_sq")


def keep(
    path: Path, vectors: torch.nn.Parameter, adam: torch.optim.Adam, step: int, run: str
) -> None:
    """Write a checkpoint, its folder made if absent.

    Args:
        path: The file to write.
        vectors: What is trained.
        adam: Its optimiser, which has made a step.
        step: Steps done.
        run: Which run this is; only the same run goes on from here.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: adam.state[vectors][name] for name in _ADAM_STATE}
    tensors["vectors"] = vectors.detach()
    with replacing(path) as partial:
        save_file(tensors, partial, metadata={"step": str(step), "run": run})


def restore(path: Path, vectors: torch.nn.Parameter, adam: torch.optim.Adam, run: str) -> int:
    """Take vectors and optimiser from a checkpoint of the same run, if there is one.

    Returns:
        Steps done; 0 where there is no such checkpoint.
    """
    if not path.is_file():
        return 0
    with safe_open(path, "pt") as file:
        kept = file.metadata()
        if kept.get("run") != run:
            return 0
        with torch.no_grad():
            vectors.copy_(file.get_tensor("vectors"))
        adam.state[vectors] = {name: file.get_tensor(name) for name in _ADAM_STATE}
        return int(kept["step"])
