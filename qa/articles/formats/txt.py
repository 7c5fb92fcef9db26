"""Plain text: one file, one article; front matter is read where there is some.

Title and date that only the prose tells are found later, in `metadata.py`, for every format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from qa.articles.decode import NotText, mend, read_text
from qa.articles.front_matter import read_front_matter
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".txt", ".text")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a text file; its text is the file's own, mended, front matter masked."""
    try:
        text = read_text(file, path, settings.max_bytes)
    except NotText as error:
        yield Skipped(path, str(error))
        return
    mended = mend(text)
    yield replace(read_front_matter(mended, path), mended=mended != text)
