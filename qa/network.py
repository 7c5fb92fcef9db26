"""A transformer's layers as ONNX over token vectors in four bits: how one is opened and run.

The bundled reader and the deep encoder are of this kind. A folder holds the network, `config.json`
with the sha256 of each file, and `tokens.npy` and `tokenizer.json` or the way to another folder's.
What two of them share is loaded once.

Token vectors are unpacked only for the tokens of a run. A row is blocks of 32 numbers in 18 bytes:
a little-endian float16 scale, then 16 bytes, byte j holding number j in its low half and number
j + 16 in its high half; number = (q - 8) * scale. That is the layout in which multilingual-e5-small
comes (`qa.train.e5`), so nothing is rounded again. 64,000 rows of 384 are 14 MB where float32 would
be 98.

Runs on the CPU only. Does not pack vectors: nothing here makes them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.errors import ModelError
from qa.i18n import _

# Read when the library is loaded: it would keep a record of use for its maker, to be sent one day.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

VECTORS_FILE = "tokens.npy"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"

INPUT = "vectors"
"""The network's input: the vectors of a run's tokens, (1, tokens, width) float32."""

BLOCK = 32
_BYTES = 2 + BLOCK // 2


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The folder of a network, and the message where it is damaged.

    Attributes:
        path: Of the folder.
        option: The option that names another: `--reader`.
    """

    path: Path
    option: str

    def config(self) -> dict[str, Any]:
        """What `config.json` says; `sha256` in it gives the sum of each file.

        Raises:
            ModelError: If it is absent or no such file.
        """
        path = self.present(CONFIG_FILE)
        try:
            config = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise self.damaged(CONFIG_FILE) from error
        if not isinstance(config, dict) or not isinstance(config.get("sha256"), dict):
            raise self.damaged(CONFIG_FILE)
        return config

    def verify(self) -> None:
        """Compare every file with the sha256 that the config gives.

        Raises:
            ModelError: If one is absent or differs.
        """
        for name, expected in self.config()["sha256"].items():
            if (found := sha256_of(self.present(name))) != expected:
                raise self.damaged(
                    name,
                    _("it should be {expected} and is {found}").format(
                        expected=expected[:16], found=found[:16]
                    ),
                )

    def present(self, name: str) -> Path:
        """The path of a file that must be there."""
        path = self.path / name
        if not path.is_file():
            raise ModelError(
                _("{path} is not there: install qa again, or name another {option}.").format(
                    path=path, option=self.option
                )
            )
        return path

    def damaged(self, name: str = "", how: str = "") -> ModelError:
        """The error for a file, or for the folder, that is not what it should be."""
        told = (
            _("{path} is damaged: {how}. Install qa again, or name another {option}.")
            if how
            else _("{path} is damaged. Install qa again, or name another {option}.")
        )
        return ModelError(told.format(path=self.path / name, how=how, option=self.option))


class Tokens:
    """The tokens of a network: what cuts a text into them, and a vector for each."""

    def __init__(self, tokenizer: Tokenizer, packed: NDArray[np.uint8]) -> None:
        """Take a tokenizer and the vectors of its tokens in four bits."""
        self._tokenizer = tokenizer
        self._packed = packed

    @classmethod
    def open(cls, folder: ModelFolder) -> Self:
        """Those of a folder, which are kept for whoever opens them next.

        Raises:
            ModelError: If a file is absent or damaged.
        """
        # One folder is reached by several paths.
        files = [folder.present(name).resolve() for name in (TOKENIZER_FILE, VECTORS_FILE)]
        stamps = tuple((file.stat().st_mtime_ns, file.stat().st_size) for file in files)
        try:
            tokens = cls(*_loaded(*files, stamps))
        except Exception as error:  # These libraries have no exception of their own to catch.
            raise folder.damaged() from error
        if tokens._packed.dtype != np.uint8 or len(tokens._packed) != len(tokens):
            raise folder.damaged(VECTORS_FILE)
        return tokens

    def __len__(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    def tokenizer(self) -> Tokenizer:
        """A tokenizer to set up as one likes; only its vocabulary is shared."""
        shared = self._tokenizer
        own = Tokenizer(shared.model)
        own.normalizer = shared.normalizer
        own.pre_tokenizer = shared.pre_tokenizer
        own.post_processor = shared.post_processor
        return own

    def vectors(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of some tokens as a network's input, (1, tokens, width)."""
        return unpack(self._packed[ids])[None]


def open_network(path: Path) -> onnxruntime.InferenceSession:
    """A network, to be run on one core; threads may run it at once.

    Raises:
        Exception: Of onnxruntime's own, if the file is damaged.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # A spinning thread takes the core from whoever else answers on this machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def workers(most: int | None = None) -> ThreadPoolExecutor:
    """Threads to run a network on: one a core, up to so many."""
    cores = os.cpu_count() or 1
    return ThreadPoolExecutor(min(cores, most or cores))


def unpack(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The numbers of some rows.

    Args:
        rows: Shape (n, blocks * 18) uint8.

    Returns:
        Shape (n, blocks * 32) float32.

    Raises:
        ValueError: If a row is no whole number of blocks.
    """
    blocks = np.ascontiguousarray(rows).reshape(len(rows), -1, _BYTES)
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    packed = blocks[..., 2:]
    integers = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32)
    return ((integers - 8) * scales).reshape(len(rows), -1)


def sha256_of(path: Path) -> str:
    """The sum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def _loaded(
    tokenizer: Path, vectors: Path, _stamps: tuple[tuple[int, int], ...]
) -> tuple[Tokenizer, NDArray[np.uint8]]:
    """Both files; a tokenizer takes a quarter of a second of a core."""
    packed = np.load(vectors, mmap_mode="r", allow_pickle=False)
    return Tokenizer.from_file(str(tokenizer)), packed
