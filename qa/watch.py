"""Rebuilds when files change: looks at them by turns, and waits until they have settled.

Plain looking at every file's time and size works on every file system, over networks too, and needs
no library. Not handled: a change that leaves a file's time and size as they were.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from qa.errors import CorpusError, QAError, StoreError

Look: TypeAlias = Mapping[str, tuple[int, int]]
"""Each file that a build would see, with its modification time in nanoseconds and its size."""


def look(corpus: Path) -> Look:
    """The files of a folder as they are now; what vanishes while it is looked at is left out.

    Hidden ones are passed over and links are not followed, as when they are loaded.

    Raises:
        CorpusError: If the folder itself cannot be listed.
    """
    seen: dict[str, tuple[int, int]] = {}
    pending = [""]
    while pending:
        inside = pending.pop()
        try:
            with os.scandir(corpus / inside) as entries:
                for entry in entries:
                    path = f"{inside}{entry.name}"
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(f"{path}/")
                        continue
                    try:
                        stat = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    seen[path] = (stat.st_mtime_ns, stat.st_size)
        except OSError as error:
            if not inside:
                raise CorpusError(f"Cannot read {corpus}: {error.strerror or error}.") from error
    return seen


def watch(
    looking: Callable[[], Look],
    rebuild: Callable[[], None],
    wait: Callable[[], None],
    tell: Callable[[str], None],
) -> None:
    """Build, and build again whenever the files have changed and then stayed as they are a while.

    Never returns; what `wait` raises ends it. An error is told, once while it stays the same, and
    watching goes on: where the index cannot be written, such as while another build holds it, the
    next turn tries again; where the articles are at fault, the next change does.

    Args:
        looking: Gives the files as they are.
        rebuild: Builds the index.
        wait: Returns when it is time for the next look.
        tell: Is told of errors.
    """
    built: Look | None = None
    before: Look | None = None
    told = ""
    while True:
        try:
            now = looking()
            if now == before and now != built:
                try:
                    rebuild()
                except StoreError:
                    raise
                except QAError:
                    built = now
                    raise
                built = now
                told = ""
            before = now
        except QAError as error:
            if str(error) != told:
                told = str(error)
                tell(told)
        wait()
