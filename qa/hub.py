"""Models that a name refers to on the Hugging Face hub: whether the hub may and can be asked.

Not handled: a hub that breaks off during a download; transformers then tries for a minute.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from qa.errors import ModelError
from qa.i18n import _

_OFFLINE = "HF_HUB_OFFLINE"
_WAIT_S = 10.0
_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?", re.ASCII)


def forbid() -> None:
    """Never ask the hub in this process and those it starts; call it before a model is opened."""
    os.environ[_OFFLINE] = "1"


def is_forbidden() -> bool:
    """Whether the environment forbids fetching."""
    return os.environ.get(_OFFLINE, "").upper() in ("1", "ON", "YES", "TRUE")


def require(name: str) -> None:
    """See, before torch is imported, that a model can be there at all.

    A model of a folder, or one that was downloaded before, asks for no network.

    Raises:
        ModelError: If it is neither, and is no name that a hub knows, or the hub is forbidden or
            cannot be reached.
    """
    if Path(name).is_dir():
        return
    if not _NAME.fullmatch(name):
        raise ModelError(
            _("No folder {name}: name that of a model, a model on the hub, or `bundled`.").format(
                name=name
            )
        )
    if not _is_downloaded(name):
        reach(name)


def reach(name: str) -> None:
    """See that the hub answers, which transformers would try six times for each of its files.

    Raises:
        ModelError: If it is forbidden, or does not answer.
    """
    from huggingface_hub import constants, get_session

    if constants.HF_HUB_OFFLINE:
        raise ModelError(
            _(
                "{name!r} is no folder, nor a model downloaded before, and offline "
                "none is fetched. Name a folder, or `bundled`, or leave out --offline."
            ).format(name=name)
        )
    try:
        get_session().head(constants.ENDPOINT, timeout=_WAIT_S)
    except Exception as error:  # The session's library is not the same in every release.
        raise ModelError(
            _(
                "{name!r} is no folder, nor a model downloaded before, and {hub} "
                "cannot be reached ({reason}). Name a folder, or `bundled`, or connect."
            ).format(name=name, hub=constants.ENDPOINT, reason=error)
        ) from error


def _is_downloaded(name: str) -> bool:
    from huggingface_hub import constants

    # A sentence-transformers model may be named without its owner.
    names = (name, f"sentence-transformers/{name}")
    folders = ("--".join(["models", *one.split("/")]) for one in names)
    return any((Path(constants.HF_HUB_CACHE) / folder).is_dir() for folder in folders)
