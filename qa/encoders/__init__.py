"""Encoders: text to vectors. `open_encoder` finds the right one for a name or a path."""

from __future__ import annotations

import json
import os
from pathlib import Path

from qa import hub, plugins
from qa.encoders.static import CONFIG, StaticEncoder, fingerprint, recorded, static_module
from qa.errors import ModelError
from qa.i18n import _
from qa.places import MODELS
from qa.protocols import Encoder
from qa.settings import BUNDLED, DEEP

BUNDLED_FOLDER = MODELS / "encoder"
"""Where the encoder that ships with qa lies."""

DEEP_FOLDER = MODELS / "deep"
"""Where the other one lies."""

_DEEP_PASSAGES_A_SECOND = 35
"""What it embeds on one core, of the passages of news articles (2026-11)."""

_FOLDERS = {BUNDLED: BUNDLED_FOLDER, DEEP: DEEP_FOLDER}


def lasting(name: str) -> str:
    """The name of an encoder that holds in any working directory: a folder's made absolute."""
    ships = name in _FOLDERS
    return str(Path(name).resolve()) if not ships and Path(name).is_dir() else name


def open_encoder(name: str) -> Encoder:
    """A bundled encoder, the folder of one, a plugin's, or any sentence-transformers model.

    Only the last of these loads torch.

    Args:
        name: `bundled`, `deep`, a folder, a plugin, or a sentence-transformers model by name or
            path.

    Raises:
        ModelError: If there is no such model, or it cannot be loaded.
    """
    folder = _folder(name)
    if static_module(folder) is not None:
        return StaticEncoder.open(folder)
    if name == BUNDLED:
        raise ModelError(
            _(
                "The bundled encoder is not in {folder}: install qa again, or train it "
                "with `qa train encoder`."
            ).format(folder=folder)
        )
    if _is_deep(name):
        # It imports onnxruntime, which takes a tenth of a second.
        from qa.encoders.deep import DeepEncoder

        return DeepEncoder.open(folder)
    plugged: Encoder | None = plugins.open_part(plugins.ENCODERS, name)
    if plugged is not None:
        return plugged
    hub.require(name)
    # It imports torch, which takes seconds.
    from qa.encoders.sentence import SentenceEncoder

    return SentenceEncoder.open(name)


def deep_takes_s(passages: int) -> float:
    """About how many seconds the deep encoder takes for so many passages, on all cores."""
    return passages / _DEEP_PASSAGES_A_SECOND / (os.cpu_count() or 1)


def verify_encoder(name: str) -> None:
    """Compare an encoder's files with the sums it records; sentence-transformers records none.

    Raises:
        ModelError: If they differ, or a file cannot be read.
    """
    folder = _folder(name)
    if _is_deep(name):
        from qa.encoders.deep import deep_files

        deep_files(folder).verify()
    if static_module(folder) is None:
        return
    expected = recorded(folder)
    if expected is not None and (found := fingerprint(folder)) != expected:
        raise ModelError(
            _(
                "The encoder in {folder} is damaged: it should be {expected}, and is "
                "{found}. Install qa, or copy it, again."
            ).format(folder=folder, expected=expected[:16], found=found[:16])
        )


def _is_deep(name: str) -> bool:
    """Whether an encoder is a deep one: its config names a network and where tokens lie.

    The bundled one is whatever its folder holds, so that what is absent is reported.
    """
    if name == DEEP:
        return True
    try:
        config = json.loads((_folder(name) / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and {"network", "tokens"} <= config.keys()


def _folder(name: str) -> Path:
    return _FOLDERS.get(name) or Path(name)
