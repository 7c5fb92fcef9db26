"""The bundled encoder: the mean of a vector for each token, at unit length. NumPy, no torch.

Opens a folder that sentence-transformers saved a StaticEmbedding to, with or without a Normalize
module behind it, and gives the vectors that `SentenceTransformer(folder)` gives. Weights may be
float32 or float16, or 8-bit integers with a scale for each row (the file layout of model2vec,
which sentence-transformers reads too).

Word order is lost on it, and it handles no prompts: questions and passages are encoded alike.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from qa.errors import ModelError
from qa.i18n import _
from qa.language.text import encodable
from qa.protocols import Fusing, Vectors

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
MODULES = "modules.json"
_AT_ONCE = 4096  # Passages: more of them share more words.
MOST_CACHED_CHARS = 2_000_000  # About 250,000 words, 50 MB with their tokens.


class StaticEncoder:
    """Mean of token vectors, at unit length.

    Args:
        name: What `id` gives: the model's name and the fingerprint of its weights.
        tokenizer: Turns text into token numbers.
        weights: A vector a token, (tokens, dim): float32, float16 or int8.
        scales: What each row of `weights` is multiplied by, (tokens,) float32.
        by_words: Whether a text's tokens are those of its words, cut at white space, one after
            the other. Then each word is tokenised once, which is most of the work of encoding.
        fusing: How its vectors go together with words.
        most_cached_chars: Length in all of the words whose tokens are cached.
    """

    def __init__(
        self,
        name: str,
        tokenizer: Tokenizer,
        weights: NDArray[Any],
        scales: NDArray[np.float32],
        *,
        by_words: bool = False,
        fusing: Fusing = Fusing(),
        most_cached_chars: int = MOST_CACHED_CHARS,
    ) -> None:
        self._id = name
        self._tokenizer = tokenizer
        self._weights = weights
        self._scales = scales
        self._by_words = by_words
        self._fusing = fusing
        self._tokens: dict[str, bytes] = {}
        self._cached_chars = 0
        self._most_cached_chars = most_cached_chars

    @classmethod
    def open(cls, folder: Path, *, most_cached_chars: int = MOST_CACHED_CHARS) -> StaticEncoder:
        """Open a folder that holds a static sentence-transformers model.

        The fingerprint is taken from `config.json` where that records one, so that a question need
        not wait for 20 MB to be hashed; `fingerprint` takes it anew.

        Raises:
            ModelError: If the folder holds no such model, or a file of it cannot be read.
        """
        module = static_module(folder)
        if module is None:
            raise ModelError(
                _("No static encoder in {folder}: {modules} is absent or names others.").format(
                    folder=folder, modules=MODULES
                )
            )
        files = module.absolute() / TOKENIZER, module.absolute() / WEIGHTS
        tokenizer, weights, scales = _loaded(*files, tuple(map(_stamp, files)))
        if tokenizer.get_vocab_size() > len(weights):
            raise ModelError(
                _(
                    "{path} holds {vectors} vectors for the {tokens} tokens of "
                    "{tokenizer}: restore both."
                ).format(
                    path=module / WEIGHTS,
                    vectors=len(weights),
                    tokens=tokenizer.get_vocab_size(),
                    tokenizer=TOKENIZER,
                )
            )
        config = _config(folder)
        digest = recorded(folder) or fingerprint(folder)
        try:
            fusing = fusing_of(config)
        except TypeError as error:
            raise ModelError(
                _("{path} cannot be read ({reason}): restore it.").format(
                    path=folder / CONFIG, reason=error
                )
            ) from error
        return cls(
            f"{config.get('name', folder.name)}@{digest[:16]}",
            tokenizer,
            weights,
            scales,
            by_words=config.get("by_words") is True,
            fusing=fusing,
            most_cached_chars=most_cached_chars,
        )

    @property
    def id(self) -> str:
        """Name and fingerprint of the weights."""
        return self._id

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self._weights.shape[1])

    @property
    def fusing(self) -> Fusing:
        """How its vectors go together with words."""
        return self._fusing

    @property
    def is_slow(self) -> bool:
        """Never: it makes thousands of vectors a second."""
        return False

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, dim) float32 of unit length; zeros where no token is known."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, (n, dim) float32 of unit length; zeros where no token is known."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), _AT_ONCE):
            some = [encodable(text) for text in texts[start : start + _AT_ONCE]]
            for row, tokens in enumerate(self._tokenise(some), start):
                # Only the rows in use become float32: a question must not wait for the others.
                vectors[row] = self._scales[tokens] @ self._weights[tokens].astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def _tokenise(self, texts: Sequence[str]) -> Iterator[NDArray[np.int64]]:
        """Token numbers of each text."""
        if not self._by_words:
            for encoding in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False):
                yield np.array(encoding.ids, np.int64)
            return
        split = [text.split() for text in texts]
        self._remember(set(chain.from_iterable(split)))
        for words in split:
            yield np.frombuffer(b"".join(map(self._tokens.__getitem__, words)), np.int64)

    def _remember(self, words: Set[str]) -> None:
        """Hold the tokens of words: new ones are tokenised all at once, so on every core."""
        if self._cached_chars > self._most_cached_chars:
            self._tokens.clear()
            self._cached_chars = 0
        new = sorted(words - self._tokens.keys())
        encodings = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
        tokens = (array("q", encoding.ids).tobytes() for encoding in encodings)
        self._tokens.update(zip(new, tokens, strict=True))
        self._cached_chars += sum(map(len, new))


def fingerprint(folder: Path) -> str:
    """Digest of a static model's weights and tokenizer, read anew from its files.

    sha256 over the sha256 of `model.safetensors` and that of `tokenizer.json`, in hexadecimal.

    Raises:
        ModelError: If the folder holds no static model, or a file cannot be read.
    """
    module = static_module(folder)
    if module is None:
        raise ModelError(
            _("No static encoder in {folder}: {modules} is absent or names others.").format(
                folder=folder, modules=MODULES
            )
        )
    both = hashlib.sha256()
    for path in (module / WEIGHTS, module / TOKENIZER):
        try:
            with path.open("rb") as file:
                both.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise ModelError(
                _("{path} cannot be read ({reason}): restore it.").format(path=path, reason=error)
            ) from error
    return both.hexdigest()


def recorded(folder: Path) -> str | None:
    """The fingerprint that the folder's `config.json` says it has; None where it says nothing."""
    sha256 = _config(folder).get("sha256")
    return sha256 if isinstance(sha256, str) else None


def fusing_of(config: Mapping[str, Any]) -> Fusing:
    """What a model's config says of fusing; what it does not say is as for any model.

    Raises:
        TypeError: If it names something else, or anything that is no number.
    """
    said = config.get("fusing", {})
    if not isinstance(said, dict) or not all(type(each) in (int, float) for each in said.values()):
        raise TypeError(f"fusing is {said!r}, not numbers by their names")
    return Fusing(**said)


def static_module(folder: Path) -> Path | None:
    """Where in a model folder its StaticEmbedding lies; None if it is another kind of model."""
    try:
        modules = json.loads((folder / MODULES).read_text(encoding="utf-8"))
        kinds = [module["type"].rpartition(".")[2] for module in modules]
        place = folder / modules[0]["path"] if modules else folder
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return place if kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]) else None


def _config(folder: Path) -> dict[str, Any]:
    """What `config.json` says; nothing where it is absent."""
    path = folder / CONFIG
    if not path.is_file():
        return {}
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            _("{path} cannot be read ({reason}): restore it.").format(path=path, reason=error)
        ) from error
    return config if isinstance(config, dict) else {}


def _stamp(path: Path) -> tuple[int, int]:
    """What tells a file from the one that was there before; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _loaded(
    tokens: Path, weights: Path, _stamps: tuple[tuple[int, int], ...]
) -> tuple[Tokenizer, NDArray[Any], NDArray[np.float32]]:
    """Both files, kept for whoever opens them next: a server does at every rebuild."""
    try:
        tokenizer = Tokenizer.from_file(str(tokens))
    except Exception as error:  # tokenizers raises nothing narrower
        raise ModelError(
            _("{path} cannot be read ({reason}): restore it.").format(path=tokens, reason=error)
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, *_weights(weights)


def _weights(path: Path) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """The token vectors as stored, and the scale of each."""
    try:
        with safe_open(path, "np") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError) as error:
        raise ModelError(
            _("{path} cannot be read ({reason}): restore it.").format(path=path, reason=error)
        ) from error
    weights = tensors.get("embedding.weight", tensors.get("embeddings"))
    if weights is None or weights.ndim != 2 or "mapping" in tensors:
        raise ModelError(
            _("{path} holds no vector for each token: use another model.").format(path=path)
        )
    scales = tensors.get("weights", np.ones(len(weights), np.float32)).astype(np.float32)
    if scales.shape != weights.shape[:1]:
        raise ModelError(
            _("{path} holds {scales} scales for {vectors} vectors.").format(
                path=path, scales=len(scales), vectors=len(weights)
            )
        )
    return weights, scales
