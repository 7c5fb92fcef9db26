"""The deep encoder: a transformer's layers, the mean of the last one at unit length. No torch.

Its folder holds `config.json` and a card. The config names the network (input `vectors`, those of
a text's tokens; output `mean`), the folder whose `tokens.npy` and `tokenizer.json` it shares, what
is put before questions and passages, the longest text in tokens, how its vectors are fused with
words, and the sha256 of each file. `qa train deep` writes such a folder.

One text is run at a time: the 8-bit network scales its activations over a whole run, so a vector
would hang on what it is made beside. Threads take a text each. A text is cut after its longest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from qa.encoders.static import fusing_of
from qa.errors import ModelError
from qa.i18n import _
from qa.language.text import encodable
from qa.network import CONFIG_FILE, INPUT, ModelFolder, Tokens, open_network, workers
from qa.protocols import Fusing, Vectors

if TYPE_CHECKING:
    import onnxruntime

OUTPUT = "mean"

_OPTION = "--encoder"
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_DIGITS = 16


class DeepEncoder:
    """Opened with `DeepEncoder.open`; any thread may use it."""

    def __init__(
        self,
        id: str,  # noqa: A002 - the property's own name
        tokens: Tokens,
        network: Future[onnxruntime.InferenceSession],
        threads: ThreadPoolExecutor,
        config: dict[str, Any],
        files: ModelFolder,
    ) -> None:
        self._id = id
        self._tokens = tokens
        self._network = network
        self._threads = threads
        self._prefixes = str(config["question"]), str(config["passage"])
        self._fusing = fusing_of(config)
        self._files = files
        self._tokenizer = tokens.tokenizer()
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(config["max_tokens"]))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a folder that `qa train deep` wrote; the network loads on while others are opened.

        Raises:
            ModelError: If a file is absent or damaged, or the tokens are of another network.
        """
        files = deep_files(folder)
        config = files.config()
        try:
            sums = config["sha256"]
            tokens = ModelFolder(folder / config["tokens"], _OPTION)
            for name, expected in tokens.config()["sha256"].items():
                if sums.get(f"{config['tokens']}/{name}", expected) != expected:
                    raise files.damaged(
                        CONFIG_FILE, _("it was made for another {name}").format(name=name)
                    )
            threads = workers()
            return cls(
                f"{config['name']}@{_fingerprint(config)}",
                Tokens.open(tokens),
                threads.submit(open_network, files.present(config["network"])),
                threads,
                config,
                files,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise files.damaged(CONFIG_FILE) from error

    @property
    def id(self) -> str:
        """Name and fingerprint of the files and of how they are used."""
        return self._id

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self._session().get_outputs()[0].shape[-1])

    @property
    def fusing(self) -> Fusing:
        """How its vectors go together with words."""
        return self._fusing

    @property
    def is_slow(self) -> bool:
        """Always: it makes a hundred vectors a second."""
        return True

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, dim) float32 of unit length; zeros without tokens."""
        return self._encode(self._prefixes[0], texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, (n, dim) float32 of unit length; zeros without tokens."""
        return self._encode(self._prefixes[1], texts)

    def _encode(self, prefix: str, texts: Sequence[str]) -> Vectors:
        rows: dict[str, int] = {}
        places = [rows.setdefault(encodable(text), len(rows)) for text in texts]
        made = np.zeros((len(rows), self.dim), np.float32)
        saying = [text for text in rows if _LETTER_OR_DIGIT.search(text)]
        vectors = self._threads.map(self._mean, [prefix + text for text in saying])
        for text, vector in zip(saying, vectors, strict=True):
            made[rows[text]] = vector / (np.linalg.norm(vector) or 1.0)
        if not np.isfinite(made).all():
            raise self._files.damaged(how=_("it gives vectors with NaN in them"))
        return made[places]

    def _mean(self, text: str) -> NDArray[np.float32]:
        vectors = self._tokens.vectors(self._tokenizer.encode(text).ids)
        mean: NDArray[np.float32] = self._session().run([OUTPUT], {INPUT: vectors})[0][0]
        return mean

    def _session(self) -> onnxruntime.InferenceSession:
        try:
            return self._network.result()
        except ModelError:
            raise
        except Exception as error:  # onnxruntime's exceptions are not of one class.
            raise self._files.damaged() from error


def deep_files(folder: Path) -> ModelFolder:
    """The files of a deep encoder."""
    return ModelFolder(folder, _OPTION)


def _fingerprint(config: dict[str, Any]) -> str:
    """Of all that a vector depends on."""
    makes = {key: config[key] for key in ("sha256", "question", "passage", "max_tokens")}
    digest = hashlib.sha256(json.dumps(makes, sort_keys=True).encode())
    return digest.hexdigest()[:_DIGITS]
