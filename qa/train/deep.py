"""Train the deep encoder: multilingual-e5-small, over the tokens of a reader.

Token vectors and tokenizer stay in the reader's folder, which both then share. The layers are
fine-tuned on questions and passages (`qa.train.contrast`), or written as they come.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from qa.encoders.deep import OUTPUT
from qa.errors import UsageError
from qa.network import CONFIG_FILE, TOKENIZER_FILE, VECTORS_FILE, sha256_of
from qa.train.card import table
from qa.train.contrast import Contrast, contrast
from qa.train.e5 import SPECIAL, encoder, find_e5, read_e5
from qa.train.network import Network
from qa.train.quantise import export_onnx

NAME = "qa-deep"
NETWORK_FILE = "encoder.onnx"

CARD_FILE = "README.md"

_CARD = """\
---
pipeline_tag: sentence-similarity
license: other
tags: [onnx, multilingual, retrieval]
---

# qa-deep: the other encoder that ships with qa

multilingual-e5-small (intfloat, MIT), in 8-bit integers with a scale for each output channel:
twelve layers of 384. A text is the mean of the last layer over its tokens, at unit length,
with `query: ` before a question and `passage: ` before a passage. Token vectors and tokenizer are
those of the bundled reader, which began as the same network.

- sha256 of `encoder.onnx`: `{sha256}`
- {megabytes:.1f} MB, beside what it shares with the reader
- the first {max_tokens} tokens of a text count
{training}

How well it finds, how fast it is and how its vectors are fused with words stands in the
documentation, under Measuring.

{settings}## Limits

- A hundred times slower than the static encoder.
- Close is not the same: "A beats B" lies near to "B beats A". Words beside it help with names and
  numbers.
- Trained on public text with its biases; closeness is not agreement or truth.
"""

_UNTRAINED = "- made by `qa train deep --out FOLDER`: as it comes, not trained further"
_TRAINED = """\
- made by `qa train deep --data DATA --out FOLDER`: fine-tuned on questions and the passages that
  answer them, in one language and across two (`qa/train/contrast.py`); the data and its licences
  are those of the static encoder"""
_PREFIXES = "query: ", "passage: "
_FUSING = {"within": 0.2, "across": 0.5, "unrelated": 0.579, "matched": 0.805}
_MAX_TOKENS = 512  # Positions that the network knows.


def train_deep(
    out: Path,
    reader: Path,
    *,
    data: Path | None = None,
    settings: Contrast | None = None,
    weights: Path | None = None,
) -> None:
    """Train the encoder and write it, with its card, into a folder.

    Args:
        out: Where to; made if absent.
        reader: The folder of a reader that began as the same network.
        data: The folder of training data; the network is written as it comes if None.
        settings: How to train; `Contrast()` if None.
        weights: The network's file; that of the installed package if None.

    Raises:
        UsageError: If the reader's tokens are not the network's, or data is missing or malformed.
    """
    e5 = read_e5(weights or find_e5())
    vectors = np.load(reader / VECTORS_FILE, allow_pickle=False)
    tokenizer = Tokenizer.from_file(str(reader / TOKENIZER_FILE))
    ids = {piece: at for at, piece in enumerate(e5.pieces)}
    names = [tokenizer.id_to_token(at) or "" for at in range(tokenizer.get_vocab_size())]
    names[: len(SPECIAL)] = SPECIAL
    known = [ids.get(name, 0) for name in names]
    if not np.array_equal(e5.vectors[known], vectors):
        raise UsageError(f"The tokens in {reader} are not those of multilingual-e5-small.")
    model = Network(encoder(e5), vectors)
    settings = settings or Contrast()
    if data is not None:
        contrast(model, tokenizer, data, _PREFIXES, settings)
    export_deep(model, out, reader, trained=None if data is None else settings)


def export_deep(model: Network, out: Path, reader: Path, *, trained: Contrast | None) -> None:
    """Write a network as the folder that `DeepEncoder` opens.

    Args:
        model: On the CPU, over the reader's token vectors.
        trained: How it was trained here, for the card; None if it was not.
        out: Where to; made if absent.
        reader: The folder whose tokens it shares; the two are to stay where they stand to each
            other.
    """
    out.mkdir(parents=True, exist_ok=True)
    export_onnx(model.train(mode=False), out / NETWORK_FILE, _Mean, {OUTPUT: False})
    tokens = Path(os.path.relpath(reader.resolve(), out.resolve())).as_posix()
    files = (NETWORK_FILE, f"{tokens}/{VECTORS_FILE}", f"{tokens}/{TOKENIZER_FILE}")
    config: Mapping[str, Any] = {
        "name": NAME,
        "network": NETWORK_FILE,
        "tokens": tokens,
        "question": _PREFIXES[0],
        "passage": _PREFIXES[1],
        "max_tokens": min(_MAX_TOKENS, model.bert.config.max_position_embeddings),
        "fusing": _FUSING,
        "sha256": {file: sha256_of(out / file) for file in files},
    }
    (out / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    card = _CARD.format(
        sha256=config["sha256"][NETWORK_FILE],
        megabytes=(out / NETWORK_FILE).stat().st_size / 1e6,
        max_tokens=config["max_tokens"],
        training=_UNTRAINED if trained is None else _TRAINED,
        settings="" if trained is None else _settings(trained),
    )
    (out / CARD_FILE).write_text(card, encoding="utf-8")


def _settings(trained: Contrast) -> str:
    rows = ((name, str(value)) for name, value in asdict(trained).items())
    return f"## Settings\n\n{table(('setting', 'value'), rows)}\n\n"


class _Mean(torch.nn.Module):
    """The mean of the last layer over a text's tokens."""

    def __init__(self, model: Network) -> None:
        super().__init__()
        self.model = model

    def forward(self, vectors: Tensor) -> Tensor:
        hidden: Tensor = self.model.bert(inputs_embeds=vectors).last_hidden_state
        return hidden.mean(dim=1)
