"""A file becomes records: one module a format, with its `SUFFIXES` and its `load`.

A new format is a new module and its name in `_FORMATS`, and in `COLUMNS` if a file holds many
records. A loader reads bytes, follows no path and
names no file but by the `path` it is given; what it cannot use it yields as `Skipped`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, Protocol

from qa import plugins
from qa.articles.formats import array, html, jsonl, markdown, table, txt
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

_FORMATS = (txt, markdown, html, jsonl, array, table)


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
"""The loaders of qa by the suffix of a file, in lower case."""

COLUMNS: Final = frozenset(suffix for module in (jsonl, array, table) for suffix in module.SUFFIXES)
"""The suffixes of files of many records, whose dates are of one order of day and month."""


def suffixes() -> set[str]:
    """The suffixes of all files that are read, those of plugins among them."""
    return LOADERS.keys() | {f".{name}" for name in plugins.named(plugins.LOADERS)}


def loader(suffix: str) -> Loader:
    """The loader of one of the `suffixes`."""
    return LOADERS.get(suffix) or _Plugged(suffix.removeprefix("."))


class _Plugged:
    """A plugin's loader, whose faults cost no more than the file."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(
        self, file: BinaryIO, path: str, settings: BuildSettings
    ) -> Iterator[Record | Skipped]:
        try:
            load: Loader = plugins.find(plugins.LOADERS, self._name)
            yield from load(file, path, settings)
        except (OSError, EOFError):
            raise
        except Exception as error:
            reason = _("the plugin that reads it fails: {reason}").format(reason=error)
            yield Skipped(path, reason)
