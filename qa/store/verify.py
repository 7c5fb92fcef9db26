"""Verifying an index whole: every byte, every count, every offset.

Not handled: mending. An index is rebuilt from its corpus.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qa.errors import IndexDamaged
from qa.store.current import InUse
from qa.store.generation import Generation, differing, in_use
from qa.store.manifest import MANIFEST, read_manifest


def verify(index: Path) -> list[str]:
    """Every problem of the generation in use; none if it is exactly what was built.

    Raises:
        IndexMissing: If nothing was built there.
        IndexMismatch: If it was written in another format.
    """
    try:
        return list(problems(index, in_use(index)))
    except IndexDamaged as error:
        return [str(error)]


def problems(index: Path, wanted: InUse) -> Iterator[str]:
    """Problems of one generation; where its files differ, only those of the files.

    Raises:
        IndexDamaged: If its manifest is not that of the sum, or a file cannot be read.
        IndexMismatch: If it was written in another format.
    """
    folder = index / wanted.generation
    manifest = read_manifest(folder / MANIFEST, wanted.sha256)
    wrong = differing(folder, manifest.files)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        known = path.is_dir() and not path.is_symlink()
        if name not in {MANIFEST, *manifest.files} and not known:
            wrong[name] = "it does not belong there"
    if wrong:
        yield from (f"{folder / name}: {problem}" for name, problem in wrong.items())
        return
    with Generation.open(index, wanted) as generation:
        yield from generation.problems()
        generation.vectors()
        generation.lexical()
