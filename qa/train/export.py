"""Write a trained static encoder as a folder that sentence-transformers and qa both open.

Vectors are kept as 8-bit integers with a scale for each token, in the file layout of model2vec that
sentence-transformers unfolds on loading (`embeddings` times `weights`).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from qa.encoders.static import CONFIG, MODULES, TOKENIZER, WEIGHTS, fingerprint
from qa.protocols import Fusing

_KINDS = ("StaticEmbedding", "Normalize")


def quantise(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Each row as integers in [-127, 127] and what to multiply them by; zeros stay zeros."""
    scales = np.abs(vectors).max(axis=1) / np.float32(127)
    divisors = np.where(scales > 0, scales, np.float32(1))[:, None]
    return np.rint(vectors / divisors).astype(np.int8), scales


def write_encoder(
    folder: Path,
    tokenizer: Tokenizer,
    vectors: NDArray[np.float32],
    *,
    name: str,
    fusing: Fusing,
) -> str:
    """Write the model into a folder, made if absent.

    Args:
        folder: Where to.
        tokenizer: Must give a text the tokens of its white-space separated words.
        vectors: A vector a token, (tokens, dim).
        name: What the encoder's id begins with.
        fusing: How its vectors go together with words.

    Returns:
        The fingerprint, as recorded in `config.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    integers, scales = quantise(vectors)
    save_file({"embeddings": integers, "weights": scales}, folder / WEIGHTS)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    modules = [
        {
            "idx": place,
            "name": str(place),
            "path": "" if place == 0 else f"{place}_{kind}",
            "type": f"sentence_transformers.models.{kind}",
        }
        for place, kind in enumerate(_KINDS)
    ]
    _write_json(folder / MODULES, modules)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    _write_json(folder / "1_Normalize" / CONFIG, {})
    sha256 = fingerprint(folder)
    config = {"name": name, "sha256": sha256, "by_words": True, "fusing": asdict(fusing)}
    _write_json(folder / CONFIG, config)
    return sha256


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
