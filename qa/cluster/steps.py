"""Work that is done once, however often it is begun: a folder that is whole, or is not there.

A step writes under a temporary name, is forced to disk and renamed; then its sums are taken down in
`done/`. A run that is started again passes over what is there and sums up right. Two workers may do
one step at once: what they write is the same.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from qa.files import PARTIAL, fsync_folder, fsync_tree, replace
from qa.store.draft import sums_of
from qa.store.generation import differing
from qa.store.manifest import MALFORMED, FileSum

Facts: TypeAlias = Mapping[str, Any]
"""What a step tells beside its files, as JSON has it."""

DONE = "done"


def once(folder: Path, marks: Path, make: Callable[[Path], Facts]) -> Facts:
    """What a step tells: taken from disk where its files sum up right, else made now.

    Args:
        folder: That the step makes; its name tells it from all others.
        marks: The folder `done/`, on the same file system.
        make: Writes into an empty folder, and tells.
    """
    mark = marks / f"{folder.name}.json"
    known = _found(folder, mark)
    if known is not None:
        return known
    # Beside the marks, since a worker that was killed leaves it behind.
    partial = marks.parent / f"{folder.name}.{secrets.token_hex(4)}{PARTIAL}"
    partial.mkdir(parents=True)
    try:
        # As it will be read again, whether made now or not.
        facts: Facts = json.loads(json.dumps(dict(make(partial))))
        fsync_tree(partial)
        sums = {name: [of.bytes, of.sha256] for name, of in sums_of(partial).items()}
        if (theirs := _found(folder, mark)) is not None:
            return theirs
        folder.parent.mkdir(exist_ok=True)
        if folder.exists():
            folder.rename(partial.with_suffix(f".old{PARTIAL}"))
        partial.rename(folder)
        fsync_folder(folder.parent)
        marks.mkdir(exist_ok=True)
        replace(mark, json.dumps({"facts": facts, "files": sums}))
        fsync_folder(marks)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(partial.with_suffix(f".old{PARTIAL}"), ignore_errors=True)
    return facts


def _found(folder: Path, mark: Path) -> Facts | None:
    """What a step whose files are complete reported; None where they are not."""
    try:
        told = json.loads(mark.read_bytes())
        sums = {name: FileSum(*of) for name, of in told["files"].items()}
        facts: Facts = dict(told["facts"])
    except (OSError, *MALFORMED):
        return None
    return None if not folder.is_dir() or differing(folder, sums) else facts
