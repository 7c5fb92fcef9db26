"""Rebuilds when files change, once they have been left alone for a while.

The system tells of changes; with `poll` all files are looked at by turns instead, since a network
share tells of nothing that other machines change on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import sleep

import watchfiles

from qa.errors import QAError, StoreError


def changes(folders: Sequence[Path], index: Path, *, quiet_s: float, poll: bool) -> Iterator[bool]:
    """Tells for ever whether files of folders have changed: True at once, False when it is quiet.

    Hidden files and those of the index do not count. A folder that vanishes may come back.

    Args:
        folders: Each with all folders in it.
        index: The folder of the index, which may lie within.
        quiet_s: Seconds without a change after which False comes, again and again.
        poll: Look at every file twice in that time instead of waiting for file events.
    """
    roots = [folder.resolve() for folder in folders]
    built, quiet_ms = index.resolve(), round(quiet_s * 1000)

    def counts(change: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        root = next(each for each in roots if path.is_relative_to(each))
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            return False
        # Polling also tells of a folder when only a hidden file in it has changed.
        listing = change is watchfiles.Change.modified and path.is_dir()
        return not listing and not path.is_relative_to(built)

    while True:
        for found in watchfiles.watch(
            *roots,
            watch_filter=counts,
            rust_timeout=quiet_ms,
            yield_on_timeout=True,
            force_polling=poll or None,
            poll_delay_ms=max(1, quiet_ms // 2),
        ):
            yield bool(found)
            if not all(root.is_dir() for root in roots):
                break
        yield True
        while not all(root.is_dir() for root in roots):
            sleep(quiet_s)
            yield False
        yield True


def watch(
    changes: Iterable[bool], rebuild: Callable[[], None], tell: Callable[[str], None]
) -> None:
    """Build once it is quiet, and again each time that files have changed and it is quiet again.

    An error is reported, once while it stays the same, and watching goes on: where the index cannot
    be written, such as while another build is running, the next quiet moment tries again; where the
    articles are at fault, the next change does.

    Args:
        changes: As `changes` gives them; watching ends with them, or with what they raise.
        rebuild: Builds the index.
        tell: Called with errors.
    """
    stale, told = True, ""
    for changed in changes:
        stale = stale or changed
        if changed or not stale:
            continue
        try:
            rebuild()
            stale, told = False, ""
        except QAError as error:
            stale = isinstance(error, StoreError)
            if str(error) != told:
                told = str(error)
                tell(told)
