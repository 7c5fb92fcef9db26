"""A file becomes records: one module a format, with its `SUFFIXES` and its `load`.

A new format is a new module and its name in `_FORMATS`, and in `COLUMNS` if a file holds many
records. A loader reads bytes, follows no path and
names no file but by the `path` it is given; what it cannot use it yields as `Skipped`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, Protocol

from qa.articles.formats import (
    array,
    docx,
    epub,
    html,
    jsonl,
    markdown,
    odt,
    pdf,
    rtf,
    table,
    txt,
)
from qa.settings import BuildSettings
from qa.types import Record, Skipped

_FORMATS = (txt, markdown, html, jsonl, array, table, pdf, docx, odt, epub, rtf)


class Loader(Protocol):
    """Reads one format."""

    def __call__(
        self, file: BinaryIO, path: str, settings: BuildSettings
    ) -> Iterator[Record | Skipped]:
        """The records of a file in order, and what could not be read of it.

        Args:
            file: Open for reading at its beginning, already decompressed.
            path: What `Skipped` calls the file, made printable.
            settings: `max_bytes` bounds what is held in memory: the file, or one record of it.

        Raises:
            OSError: If reading fails.
            EOFError: If compressed data ends early.
        """
        ...


LOADERS: Final[Mapping[str, Loader]] = {
    suffix: module.load for module in _FORMATS for suffix in module.SUFFIXES
}
"""Loaders by the suffix of a file, in lower case."""

COLUMNS: Final = frozenset(suffix for module in (jsonl, array, table) for suffix in module.SUFFIXES)
"""The suffixes of files of many records, whose dates are of one order of day and month."""
