"""Files that are wholly on disk, or known to differ from what they should be.

Not handled: systems that cannot force a folder to disk (Windows); there the names in it are as
durable as the system makes them.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from qa.store.manifest import GENERATION, FileSum, is_plain

CURRENT = "CURRENT"
BESIDE = ".partial"
"""What the name of a file ends in that is to take the place of another."""

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


def settle(folder: Path) -> dict[str, FileSum]:
    """Force a folder to disk with all its files, and read back what they hold, by name."""
    sums = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            settle_names(path)
            continue
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        sums[path.relative_to(folder).as_posix()] = file_sum(path)
    settle_names(folder)
    return sums


def settle_names(folder: Path) -> None:
    """Force the names in a folder to disk."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, text: str) -> None:
    """Write a file and force it to disk."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, text: str) -> None:
    """Give a file new contents so that, whenever it is read, it holds the old or the new.

    They last once `settle_names` has forced the folder's names to disk.
    """
    beside = path.with_name(f"{path.name}{BESIDE}")
    write(beside, text)
    beside.replace(path)
