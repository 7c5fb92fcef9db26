"""A span-extraction model as ONNX: the reader that ships with qa. No torch.

The folder holds `reader.onnx` (inputs `input_ids`, `attention_mask`, `token_type_ids`; outputs
`start_logits`, `end_logits`), `tokenizer.json`, and `config.json` with the name, the longest input
in tokens, the sha256 of each file and the calibration. `qa train reader` writes such a folder.

Runs on the CPU only.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from tokenizers import Tokenizer

from qa.errors import ModelError
from qa.protocols import Calibration
from qa.readers.windows import Ids, Logits, find_findings, with_windows
from qa.types import Finding, Passage

# Read when the library is loaded: it would keep a record of use for its maker, to be sent one day.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

MODEL_FILE = "reader.onnx"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"

BATCH_TOKENS = 1
"""One window at a time: the 8-bit model scales its activations over a whole batch, so a passage's
score would hang on what it is read beside; and on one thread it is faster (134 passages of 65 words
a second, 98 in batches of 4,096 tokens; 2026-11-23), as a window's activations stay in the cache.
"""


@dataclass(frozen=True, slots=True)
class OnnxReader:
    """Finds spans with an ONNX model. Open one with `OnnxReader.open`."""

    id: str
    calibration: Calibration
    _tokenizer: Tokenizer
    _session: onnxruntime.InferenceSession

    @classmethod
    def open(cls, folder: Path, *, threads: int = 1) -> Self:
        """Load a reader.

        Args:
            folder: What `qa train reader` wrote.
            threads: For the model; on two busy cores a second one made the slowest answers ten
                times slower.

        Raises:
            ModelError: If a file is absent or damaged.
        """
        config = _config(folder)
        try:
            name, digest = str(config["name"]), str(config["sha256"][MODEL_FILE])
            max_tokens = int(config["max_tokens"])
            numbers = config["calibration"]
            known = [key.name for key in fields(Calibration) if key.name in numbers]
            calibration = Calibration(**{name: float(numbers[name]) for name in known})
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(folder / CONFIG_FILE) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A spinning thread takes the core from whoever else answers on this machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            tokenizer = Tokenizer.from_file(str(_present(folder / TOKENIZER_FILE)))
            session = onnxruntime.InferenceSession(
                str(_present(folder / MODEL_FILE)), options, providers=["CPUExecutionProvider"]
            )
        except ModelError:
            raise
        except Exception as error:  # Neither library has an exception of its own to catch.
            raise _damaged(folder) from error
        return cls(
            f"{name}-{digest[:12]}", calibration, with_windows(tokenizer, max_tokens), session
        )

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """The best span of each passage for the question beside it."""
        return find_findings(
            self._tokenizer, self.score, questions, passages, batch_tokens=BATCH_TOKENS
        )

    def score(self, ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
        """Run the model on one padded batch."""
        starts, ends = self._session.run(
            ["start_logits", "end_logits"],
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": types},
        )
        return starts.astype(np.float32, copy=False), ends.astype(np.float32, copy=False)


def verify(folder: Path) -> None:
    """Compare every file of a reader with the sha256 that its config gives.

    Raises:
        ModelError: If a file is absent or differs.
    """
    for name, expected in _config(folder)["sha256"].items():
        with _present(folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise _damaged(
                folder / name, f": it should be {str(expected)[:16]} and is {found[:16]}"
            )


def _config(folder: Path) -> dict[str, Any]:
    path = _present(folder / CONFIG_FILE)
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _damaged(path) from error
    if not isinstance(config, dict) or not isinstance(config.get("sha256"), dict):
        raise _damaged(path)
    return config


def _present(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"{path} is not there: install qa again, or name another --reader.")
    return path


def _damaged(path: Path, how: str = "") -> ModelError:
    return ModelError(f"{path} is damaged{how}. Install qa again, or name another --reader.")
