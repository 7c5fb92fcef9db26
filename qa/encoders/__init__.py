"""Encoders: text to vectors. `open_encoder` finds the right one for a name or a path."""

from __future__ import annotations

from pathlib import Path

from qa import hub
from qa.encoders.static import StaticEncoder, fingerprint, recorded, static_module
from qa.errors import ModelError
from qa.places import MODELS
from qa.protocols import Encoder
from qa.settings import BUNDLED

BUNDLED_FOLDER = MODELS / "encoder"
"""Where the encoder that ships with qa lies."""


def lasting(name: str) -> str:
    """The name of an encoder that holds in any working directory: a folder's made absolute."""
    return str(Path(name).resolve()) if name != BUNDLED and Path(name).is_dir() else name


def open_encoder(name: str) -> Encoder:
    """The bundled encoder, a static model's folder, or any sentence-transformers model.

    Only the last of these loads torch.

    Args:
        name: `bundled`, or a sentence-transformers model by name or path.

    Raises:
        ModelError: If there is no such model, or it cannot be loaded.
    """
    folder = _folder(name)
    if static_module(folder) is not None:
        return StaticEncoder.open(folder)
    if name == BUNDLED:
        raise ModelError(
            f"The bundled encoder is not in {folder}: install qa again, or train it "
            f"with `qa train encoder`."
        )
    hub.require(name)
    # It imports torch, which takes seconds.
    from qa.encoders.sentence import SentenceEncoder

    return SentenceEncoder.open(name)


def verify_encoder(name: str) -> None:
    """Compare a static encoder's files with the fingerprint it records; others record none.

    Raises:
        ModelError: If they differ, or a file cannot be read.
    """
    folder = _folder(name)
    if static_module(folder) is None:
        return
    expected = recorded(folder)
    if expected is not None and (found := fingerprint(folder)) != expected:
        raise ModelError(
            f"The encoder in {folder} is damaged: it should be {expected[:16]}, and is "
            f"{found[:16]}. Install qa, or copy it, again."
        )


def _folder(name: str) -> Path:
    return BUNDLED_FOLDER if name == BUNDLED else Path(name)
