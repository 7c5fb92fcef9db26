"""What CURRENT says, and the size and sha256 of a file."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from qa.store.manifest import GENERATION, FileSum, is_plain

CURRENT = "CURRENT"

_LINE = re.compile(rf"({GENERATION.pattern}) ([0-9a-f]{{64}})\n")
_LONGEST_LINE = 256


@dataclass(frozen=True, slots=True)
class InUse:
    """What CURRENT says: the name of the generation in use, and the sha256 of its manifest."""

    generation: str
    sha256: str

    def as_line(self) -> str:
        """The contents of CURRENT."""
        return f"{self.generation} {self.sha256}\n"


def has_index(index: Path) -> bool:
    """Whether something was ever built in a folder, sound or not."""
    return os.path.lexists(index / CURRENT)


def current(index: Path) -> InUse | None:
    """The generation in use; None if there is none, or CURRENT cannot be read."""
    path = index / CURRENT
    try:
        if not is_plain(path):
            return None
        with path.open("rb") as file:
            found = _LINE.fullmatch(file.read(_LONGEST_LINE).decode("ascii", "replace"))
    except OSError:
        return None
    return InUse(found[1], found[2]) if found else None


def file_sum(path: Path) -> FileSum:
    """The size and the sha256 of a file, as read from it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileSum(file.tell(), digest.hexdigest())
