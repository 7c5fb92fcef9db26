"""Paths that a person types: what `/open` takes, and what they may become.

Names that a screen cannot show as they are complete nothing; typed otherwise they still open.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from qa.errors import UsageError
from qa.i18n import _
from qa.language.text import safe

_MOST = 50


def typed_path(typed: str) -> Path:
    """The path that was typed, or dropped onto the terminal, which may quote it.

    Raises:
        UsageError: If nothing was typed, or there is nothing of that path.
    """
    if not typed:
        raise UsageError(_("Name an index, or a folder of articles: /open FOLDER"))
    candidates = [typed]
    # A quote that is not closed is part of a name.
    with suppress(ValueError):
        candidates.append(" ".join(shlex.split(typed)))
    for candidate in candidates:
        path = expanded(candidate)
        if os.path.exists(path):  # noqa: PTH110 - that of a Path raises if a name is too long
            return path
    raise UsageError(_("There is no {path}.").format(path=typed))


def completed_paths(typed: str) -> Iterator[tuple[str, str]]:
    """What a path may become, in the order of names, each with a word on what it is.

    A folder that is typed to its end comes first, then what is in it; hidden ones only once a dot
    is typed. Nothing where the folder cannot be read.
    """
    begun = typed.rpartition("/")[2]
    folder = typed.removesuffix(begun)
    where = expanded(folder or ".")
    if folder and not begun:
        yield typed, _kind(where)
    try:
        with os.scandir(where) as found:
            entries = sorted(
                (entry.name, entry.is_dir())
                for entry in found
                if entry.name.startswith(begun) and (begun or not entry.name.startswith("."))
            )
    except (OSError, ValueError):
        return
    shown = ((name, is_folder) for name, is_folder in entries if safe(name) == name)
    for name, is_folder in islice(shown, _MOST):
        kind = _kind(where / name) if is_folder else ""
        yield f"{folder}{name}/" if is_folder else f"{folder}{name}", kind


def expanded(typed: str) -> Path:
    """The path with the home folder in place of `~`, as it is where there is no such user."""
    # That of a Path raises where there is no such user.
    return Path(os.path.expanduser(typed))  # noqa: PTH111


def _kind(folder: Path) -> str:
    # With numpy behind it, which the first picture of a chat does not wait for.
    from qa.store import has_index

    return _("an index") if has_index(folder) else _("a folder")
