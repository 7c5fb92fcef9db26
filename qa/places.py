"""Where things lie when nobody says: the project's folder, else the user's data folder.

A project is a folder that holds both `corpus/` and `index/`, as a checkout of qa does.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent

MODELS = _PACKAGE / "models"
"""The folder of the bundled models."""


def project() -> Path | None:
    """The nearest folder, from here upwards, that holds both `corpus/` and `index/`."""
    try:
        here = Path.cwd()
    except OSError:
        # The working directory has been removed.
        return None
    for folder in (here, *here.parents):
        if (folder / "corpus").is_dir() and (folder / "index").is_dir():
            return folder
    return None


def default_index() -> Path:
    """`index/` of the project, else `index/` in the user's data folder."""
    home = project()
    return home / "index" if home else Path(platformdirs.user_data_dir("qa", False)) / "index"


def index_of(corpus: Path) -> Path:
    """A folder for the index of some articles alone, in the user's data folder."""
    path = str(corpus.resolve())
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", corpus.name)[:40]
    return Path(platformdirs.user_data_dir("qa", False)) / "indexes" / f"{name}-{digest}"


def history_file() -> Path:
    """Where the questions of the chat are kept."""
    return Path(platformdirs.user_state_dir("qa", False)) / "history.jsonl"


def conversations_folder() -> Path:
    """Where the conversations of the chat are kept, one file each."""
    return Path(platformdirs.user_state_dir("qa", False)) / "conversations"


def preferences_file() -> Path:
    """Where the settings of the chat are kept."""
    return Path(platformdirs.user_config_dir("qa", False)) / "chat.json"


def default_corpus() -> Path:
    """`corpus/` of the project, else the articles that ship with the package."""
    home = project()
    return home / "corpus" if home else shipped_corpus()


def shipped_corpus() -> Path:
    """The articles that come with qa: inside the wheel, or beside the package in a checkout."""
    inside = _PACKAGE / "shipped"
    return inside if inside.is_dir() else _PACKAGE.parent / "corpus"


def is_shipped(corpus: Path) -> bool:
    """Whether a folder holds the articles that come with qa and no others, wherever it lies.

    As `corpus/` of a checkout does, where qa was installed from a wheel.
    """
    shipped = shipped_corpus()
    try:
        if corpus.resolve() == shipped.resolve():
            return True
        left = {path.name: path for path in shipped.iterdir()}
        with os.scandir(corpus) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                known = left.pop(entry.name, None)
                if known is None or not filecmp.cmp(entry.path, known, shallow=False):
                    return False
    except OSError:
        return False
    return not left
