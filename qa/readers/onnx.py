"""A span-extraction model as ONNX: the reader that ships with qa. No torch.

The folder holds `reader.onnx` (input `vectors`, those of a window's tokens; outputs `starts`,
`ends` and `first`), `tokens.npy` with the vectors of all tokens in four bits
(`qa.readers.vectors`), `tokenizer.json`, and `config.json` with the name, the longest window in
tokens, whether questions are asked with the article's headline, the sha256 of each file and the
calibration. `qa train reader` writes such a folder.

Runs on the CPU only.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.errors import ModelError
from qa.protocols import Calibration
from qa.readers.vectors import unpack
from qa.readers.windows import (
    Ids,
    Logits,
    ask_with_title,
    cut_into_windows,
    find_findings,
)
from qa.types import Finding, Passage

# Read when the library is loaded: it would keep a record of use for its maker, to be sent one day.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

MODEL_FILE = "reader.onnx"
VECTORS_FILE = "tokens.npy"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"

INPUT = "vectors"
OUTPUTS = ("starts", "ends", "first")

BATCH_TOKENS = 1
"""One window at a time: the 8-bit model scales its activations over a whole run, so a passage's
score would hang on what it is read beside. Threads take a window each.
"""

_MOST_THREADS = 4


@dataclass(frozen=True, slots=True)
class OnnxReader:
    """Finds spans with an ONNX model. Open one with `OnnxReader.open`."""

    id: str
    calibration: Calibration
    titled: bool
    _tokenizer: Tokenizer
    _vectors: NDArray[np.uint8]
    _session: onnxruntime.InferenceSession
    workers: ThreadPoolExecutor

    @classmethod
    def open(cls, folder: Path, *, threads: int | None = None) -> Self:
        """Load a reader.

        Args:
            folder: What `qa train reader` wrote.
            threads: How many windows are read at once; as many as there are cores, up to 4, if
                None. What is found does not depend on it.

        Raises:
            ModelError: If a file is absent or damaged.
        """
        config = _config(folder)
        try:
            name, digest = str(config["name"]), str(config["sha256"][MODEL_FILE])
            max_tokens, titled = int(config["max_tokens"]), bool(config["titled"])
            numbers = config["calibration"]
            known = [key.name for key in fields(Calibration) if key.name in numbers]
            calibration = Calibration(**{name: float(numbers[name]) for name in known})
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(folder / CONFIG_FILE) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # A spinning thread takes the core from whoever else answers on this machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        workers = ThreadPoolExecutor(threads or min(os.cpu_count() or 1, _MOST_THREADS))
        try:
            # Each takes a quarter of a second of a core.
            loading = workers.submit(
                onnxruntime.InferenceSession,
                str(_present(folder / MODEL_FILE)),
                options,
                providers=["CPUExecutionProvider"],
            )
            tokenizer = Tokenizer.from_file(str(_present(folder / TOKENIZER_FILE)))
            cut_into_windows(tokenizer, max_tokens)
            vectors = np.load(_present(folder / VECTORS_FILE), mmap_mode="r", allow_pickle=False)
            session = loading.result()
        except ModelError:
            raise
        except Exception as error:  # These libraries have no exception of their own to catch.
            raise _damaged(folder) from error
        if vectors.dtype != np.uint8 or len(vectors) != tokenizer.get_vocab_size():
            raise _damaged(folder / VECTORS_FILE)
        return cls(
            f"{name}-{digest[:12]}",
            calibration,
            titled,
            tokenizer,
            vectors,
            session,
            workers,
        )

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """The best span of each passage for the question beside it."""
        if self.titled:
            pairs = zip(questions, passages, strict=True)
            questions = [ask_with_title(question, passage.headline) for question, passage in pairs]
        return find_findings(
            self._tokenizer,
            self.score,
            questions,
            passages,
            batch_tokens=BATCH_TOKENS,
            workers=self.workers,
        )

    def score(
        self, ids: Ids, _mask: Ids, _types: Ids
    ) -> tuple[Logits, Logits, NDArray[np.float32]]:
        """Run the model on one window, unpadded."""
        vectors = unpack(self._vectors[ids[0]])[None]
        starts, ends, first = self._session.run(list(OUTPUTS), {INPUT: vectors})
        return starts, ends, first[:, 0]


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
