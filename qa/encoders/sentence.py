"""Any sentence-transformers model as an encoder, by name or path. Imports torch: seconds.

A model's own prompts for queries and passages are used where it has them. Does not train, quantise
or choose a device: sentence-transformers takes the best it finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer

from qa import hub
from qa.errors import ModelError
from qa.i18n import _
from qa.language.text import encodable
from qa.protocols import Fusing, Vectors


class SentenceEncoder:
    """A sentence-transformers model.

    Args:
        model: The model, loaded.
        name: Its name on the hub, or that of its folder; `id` begins with it.
    """

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        self._model = model
        self._id = f"{name}@{_fingerprint(model)[:16]}"
        self._dim = int(model.encode_document([""], show_progress_bar=False).shape[1])

    @classmethod
    def open(cls, name: str) -> SentenceEncoder:
        """Load a model by the path of its folder, or by its name on the hub.

        A model that was downloaded before is loaded without a look at the network. Code that a
        model brings with it is not run.

        Raises:
            ModelError: If it cannot be found, reached or loaded.
        """
        folder = Path(name)
        if folder.is_absolute() and not folder.is_dir():
            raise ModelError(
                _("No folder {name}: name a sentence-transformers model, or `bundled`.").format(
                    name=name
                )
            )
        try:
            try:
                model = SentenceTransformer(name, local_files_only=True)
            except Exception:
                if folder.is_dir():
                    raise
                hub.reach(name)
                model = SentenceTransformer(name)
        except ModelError:
            raise
        except Exception as error:  # A model's parts, such as its tokenizer, raise that plain.
            reason = str(error).partition("\n")[0]
            raise ModelError(
                _(
                    "The encoder {name!r} cannot be loaded ({reason}). Name the folder "
                    "of a sentence-transformers model, a model on the hub, which needs "
                    "a network once, or `bundled`."
                ).format(name=name, reason=reason)
            ) from error
        return cls(model, folder.resolve().name if folder.is_dir() else name)

    @property
    def id(self) -> str:
        """Name and fingerprint of the weights."""
        return self._id

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return self._dim

    @property
    def fusing(self) -> Fusing:
        """As for a model of which nothing is known."""
        return Fusing()

    @property
    def is_slow(self) -> bool:
        """Models that torch runs are."""
        return True

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, (n, dim) float32 of unit length, by the model's passage prompt."""
        return self._encode(self._model.encode_document, texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, dim) float32 of unit length, by the model's query prompt."""
        return self._encode(self._model.encode_query, texts)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dim), np.float32)
        readable = [encodable(text) for text in texts]
        vectors = encode(readable, normalize_embeddings=True, show_progress_bar=False)
        made = np.ascontiguousarray(vectors, np.float32)
        if not np.isfinite(made).all():
            raise ModelError(
                _(
                    "The encoder {encoder} gives vectors with NaN in them: use another model."
                ).format(encoder=self._id)
            )
        return made


def _fingerprint(model: SentenceTransformer) -> str:
    """sha256 over a model's prompts, the names of its tensors and the bytes of each, in order."""
    digest = hashlib.sha256(repr(sorted(model.prompts.items())).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        # As float32, since NumPy has no bfloat16.
        digest.update(np.ascontiguousarray(tensor.detach().cpu().float().numpy()).data)
    return digest.hexdigest()
