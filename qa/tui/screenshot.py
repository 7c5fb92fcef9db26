"""The screen as a picture, in a file that nothing else has been before."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.app import App

from qa.errors import UsageError
from qa.files import create
from qa.i18n import _
from qa.places import history_file

_REMOTE_FONT = re.compile(r"@font-face \{[^}]*\}\s*")


def picture(app: App[Any]) -> str:
    """The screen as SVG that fetches nothing: in the first of these fonts that there is."""
    svg = _REMOTE_FONT.sub("", app.export_screenshot())
    return svg.replace("font-family: Fira Code,", "font-family: DejaVu Sans Mono, Menlo, Consolas,")


def save_screenshot(svg: str) -> Path:
    """Write a picture to the working folder, or where nothing can be written there, qa's own.

    Returns:
        The new file.

    Raises:
        UsageError: If it cannot be written there either.
    """
    try:
        return _save(Path.cwd(), svg)
    except OSError:
        own = history_file().parent
    try:
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _save(own, svg)
    except OSError as error:
        cannot = _("Cannot write a screenshot to {folder}: {reason}. Start qa in another folder.")
        raise UsageError(cannot.format(folder=own, reason=error.strerror)) from error


def _save(folder: Path, svg: str) -> Path:
    stem = f"qa-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    names = [f"{stem}.svg", *(f"{stem}-{n}.svg" for n in range(2, 100))]
    path = next((folder / each for each in names if not os.path.lexists(folder / each)), None)
    path = path or folder / names[0]
    create(path, svg)
    return path
