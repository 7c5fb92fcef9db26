"""A span-extraction model as ONNX: the reader that ships with qa. No torch.

The folder holds `reader.onnx` (input `vectors`, those of a window's tokens; outputs `starts`,
`ends` and `first`), `tokens.npy` with the vectors of all tokens in four bits (`qa.network`),
`tokenizer.json`, and `config.json` with the name, the longest window in tokens, whether questions
are asked with the article's headline, the sha256 of each file and the calibration.
`qa train reader` writes such a folder.

Runs on the CPU only.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.network import CONFIG_FILE, INPUT, ModelFolder, Tokens, open_network, workers
from qa.protocols import Calibration
from qa.readers.windows import (
    Ids,
    Logits,
    ask_with_title,
    cut_into_windows,
    find_findings,
)
from qa.types import Finding, Passage

if TYPE_CHECKING:
    import onnxruntime

MODEL_FILE = "reader.onnx"

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
    _tokens: Tokens
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
        files = reader_files(folder)
        config = files.config()
        try:
            name, digest = str(config["name"]), str(config["sha256"][MODEL_FILE])
            max_tokens, titled = int(config["max_tokens"]), bool(config["titled"])
            numbers = config["calibration"]
            known = [key.name for key in fields(Calibration) if key.name in numbers]
            calibration = Calibration(**{name: float(numbers[name]) for name in known})
        except (KeyError, TypeError, ValueError) as error:
            raise files.damaged(CONFIG_FILE) from error
        executor = ThreadPoolExecutor(threads) if threads else workers(_MOST_THREADS)
        # Each takes a quarter of a second of a core.
        loading = executor.submit(open_network, files.present(MODEL_FILE))
        tokens = Tokens.open(files)
        tokenizer = tokens.tokenizer()
        cut_into_windows(tokenizer, max_tokens)
        try:
            session = loading.result()
        except Exception as error:  # onnxruntime's exceptions are not of one class.
            raise files.damaged(MODEL_FILE) from error
        return cls(
            f"{name}-{digest[:12]}", calibration, titled, tokenizer, tokens, session, executor
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
        vectors = self._tokens.vectors(ids[0])
        starts, ends, first = self._session.run(list(OUTPUTS), {INPUT: vectors})
        return starts, ends, first[:, 0]


def reader_files(folder: Path) -> ModelFolder:
    """The files of a reader."""
    return ModelFolder(folder, "--reader")
