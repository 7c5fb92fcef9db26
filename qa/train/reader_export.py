"""Write a trained reader as the folder that `OnnxReader` opens: ONNX in 8 bits, no pickle.

`reader.onnx` is everything behind the token vectors (`qa.train.quantise`); those stay in the four
bits that they came in (`tokens.npy`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from qa.network import CONFIG_FILE, TOKENIZER_FILE, VECTORS_FILE, sha256_of
from qa.protocols import Calibration
from qa.readers.onnx import MODEL_FILE, OUTPUTS
from qa.train.network import Network
from qa.train.quantise import export_onnx


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """What `config.json` says beside the sums of the files.

    Attributes:
        name: What the reader's id begins with.
        max_tokens: Longest window.
        titled: Whether questions are to be asked with the article's headline behind them.
        calibration: Of the exported model's scores.
    """

    name: str
    max_tokens: int
    titled: bool
    calibration: Calibration


def export_reader(model: Network, tokenizer: Tokenizer, folder: Path, config: ReaderConfig) -> None:
    """Write `reader.onnx`, `tokens.npy`, `tokenizer.json` and `config.json`.

    Args:
        model: On the CPU.
        tokenizer: The model's.
        folder: Where to; made if absent.
        config: What to write beside them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_token = (True, True, False)
    export_onnx(model, folder / MODEL_FILE, _Scores, dict(zip(OUTPUTS, by_token, strict=True)))
    np.save(folder / VECTORS_FILE, model.packed, allow_pickle=False)
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    write_config(folder, config)


def write_config(folder: Path, config: ReaderConfig) -> None:
    """Write `config.json` for the files that lie in `folder`."""
    whole = asdict(config)
    whole["calibration"] = {key: round(value, 6) for key, value in whole["calibration"].items()}
    files = (MODEL_FILE, VECTORS_FILE, TOKENIZER_FILE)
    whole["sha256"] = {file: sha256_of(folder / file) for file in files}
    part = folder / f"{CONFIG_FILE}.part"
    part.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    part.replace(folder / CONFIG_FILE)


def write_calibration(folder: Path, calibration: Calibration) -> None:
    """Put another calibration into the `config.json` of a reader that was exported to `folder`."""
    known = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    names = [field.name for field in fields(ReaderConfig)]
    config = ReaderConfig(**{name: known[name] for name in names})
    write_config(folder, replace(config, calibration=calibration))


class _Scores(torch.nn.Module):
    """The network from token vectors on, with the outputs that the file names, in their order."""

    def __init__(self, model: Network) -> None:
        super().__init__()
        self.model = model

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        spans, first = self.model.heads(vectors)
        return spans[..., 0], spans[..., 1], first
