"""By what words and passages are made, so that an index made otherwise is told and not asked.

Not handled: masking. Passages that another release masks otherwise are true quotes all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa import chunk
from qa.errors import IndexMismatch
from qa.lexical import index as lexical
from qa.settings import BuildSettings
from qa.store.manifest import Manifest, rebuild

_WHAT = {"words": "finds words", "cutting": "cuts articles"}


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
                f"The index was built by a qa that {_WHAT[name]} as {then}, this does as {now}. "
                f"Rebuild it: {rebuild(index)}"
            )
