"""The reader's network: an encoder's layers over frozen token vectors, with two small heads.

`spans` scores each token as the start and as the end of the answer; `first` reads the first token
and gives four log-odds: whether the passage answers at all, and whether it says what the question
asks, says otherwise, or neither.

Token vectors stay as they came: they hold the languages together, and kept in four bits they lose
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, BertModel
from transformers.masking_utils import eager_mask

from qa.errors import ModelError
from qa.network import unpack

SIDES = ("says_so", "says_otherwise", "neither")
"""What the last three outputs of the first token mean."""


ATTENTION = "half"
"""Attention as `half_attention` computes it, by its name for `set_attn_implementation`."""


def half_attention(
    _: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    **__: object,
) -> tuple[Tensor, None]:
    """Attention in the type of its inputs, softmax too.

    In bfloat16 on a CPU a step takes half the time: PyTorch's own is slow backwards, and autocast
    would widen the softmax (2026-11).
    """
    with torch.autocast(query.device.type, enabled=False):
        scores = (query * scaling) @ key.transpose(2, 3)
        if attention_mask is not None:
            scores = scores + attention_mask.to(scores.dtype)
        return (scores.softmax(-1) @ value).transpose(1, 2).contiguous(), None


AttentionInterface.register(ATTENTION, half_attention)
AttentionMaskInterface.register(ATTENTION, eager_mask)


class Network(nn.Module):
    """Token ids in, scores out. Its weights, less the token vectors, are its `state_dict`."""

    vectors: Tensor

    def __init__(self, layers: BertModel, vectors: NDArray[np.uint8]) -> None:
        """Put fresh heads on an encoder.

        Args:
            layers: An encoder without token vectors of its own, as `qa.train.e5.encoder` gives it.
            vectors: Token vectors in four bits, (tokens, bytes of a row).
        """
        super().__init__()
        width = layers.config.hidden_size
        self.bert = layers
        self.out = nn.Linear(width, 2)
        self.first = nn.Linear(width, 1 + len(SIDES))
        nn.init.zeros_(self.first.weight)
        nn.init.zeros_(self.first.bias)
        self.packed = vectors
        self.register_buffer("vectors", torch.from_numpy(unpack(vectors)), persistent=False)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores of spans, (windows, tokens, 2), and of the first token, (windows, 4)."""
        return self.heads(self.vectors[ids], mask)

    def heads(self, vectors: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The same from token vectors, (windows, tokens, width)."""
        hidden = self.bert(inputs_embeds=vectors, attention_mask=mask).last_hidden_state
        # One token, not none: a product of matrices like the others, once exported.
        return self.out(hidden), self.first(hidden[:, :1])[:, 0]

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Take weights by name; heads that are not among them stay as they are.

        Raises:
            ModelError: If anything else is missing, or a shape differs.
        """
        state = self.state_dict()
        known = {
            name: each.to(state[name].dtype) for name, each in weights.items() if name in state
        }
        missing = [name for name in state if name not in known and not name.startswith("first.")]
        missing = [name for name in missing if state[name].numel()]
        if missing:
            raise ModelError(f"The weights lack {missing[0]}: these are not a reader's.")
        try:
            self.load_state_dict(known, strict=False)
        except RuntimeError as error:
            raise ModelError(
                f"These weights are of a network of another shape ({error})."
            ) from error


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a start or a checkpoint: `bert.*`, `out.*`, perhaps `first.*`.

    Raises:
        ModelError: If it is no such file.
    """
    try:
        return dict(load_file(path))
    except Exception as error:  # safetensors has one class for every fault.
        raise ModelError(f"{path} holds no weights to start from ({error}).") from error
