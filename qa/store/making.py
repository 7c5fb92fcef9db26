"""Fingerprints of tokenising and chunking; an index built differently is rejected.

Not handled: masking. Passages that another release masks otherwise are true quotes all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa import chunk
from qa.errors import IndexMismatch
from qa.i18n import N_, _
from qa.lexical import index as lexical
from qa.settings import BuildSettings
from qa.store.manifest import Manifest, rebuild

_OTHERWISE = {
    "words": N_(
        "The index was built by a qa that finds words as {then}, this does as {now}. "
        "Rebuild it: {command}"
    ),
    "cutting": N_(
        "The index was built by a qa that cuts articles as {then}, this does as {now}. "
        "Rebuild it: {command}"
    ),
}


def making(settings: BuildSettings, stemmers: Sequence[str]) -> dict[str, str]:
    """The fingerprints that a manifest keeps, by the names of its fields."""
    return {
        "words": lexical.fingerprint(stemmers),
        "cutting": chunk.fingerprint(
            max_chars=settings.max_chars, overlap_sentences=settings.overlap_sentences
        ),
    }


def check_making(manifest: Manifest, index: Path) -> None:
    """Compare what made the index in a folder with what would make it now.

    Raises:
        IndexMismatch: If they differ.
    """
    for name, now in making(manifest.settings, manifest.stemmers).items():
        if (then := getattr(manifest, name)) != now:
            raise IndexMismatch(
                _(_OTHERWISE[name]).format(then=then, now=now, command=rebuild(index))
            )
