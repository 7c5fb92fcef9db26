"""A file becomes records: one module a format, with its `SUFFIXES` and its `load`.

A new format is a new module and its name in `_FORMATS`, and in `COLUMNS` if a file holds many
records, in `CONTAINERS` if it holds other files. A loader reads bytes, follows no path and
names no file but by the `path` it is given; what it cannot use it yields as `Skipped`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import BinaryIO, Final, Protocol

from qa import plugins
from qa.articles.formats import (
    archive,
    array,
    docx,
    epub,
    feed,
    html,
    jsonl,
    mail,
    mailbox,
    markdown,
    mht,
    odt,
    parquet,
    pdf,
    rtf,
    table,
    txt,
    warc,
)
from qa.articles.members import Within
from qa.days import dates
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

_FORMATS = (
    txt,
    markdown,
    html,
    jsonl,
    array,
    table,
    parquet,
    pdf,
    docx,
    odt,
    epub,
    rtf,
    mail,
    mailbox,
    mht,
    archive,
    warc,
    feed,
)


class Loader(Protocol):
    """Reads one format."""

    def __call__(
        self, file: BinaryIO, path: str, settings: BuildSettings
    ) -> Iterator[Record | Skipped]:
        """The records of a file in order, and what could not be read of it.

        Args:
            file: Open for reading at its beginning, already decompressed.
            path: What `Skipped` calls the file, made printable.
            settings: `max_bytes` bounds what is loaded into memory: the file, or one record of it.

        Raises:
            OSError: If reading fails.
        """
        ...


class Container(Protocol):
    """Reads a format whose files hold other files; a loader as well."""

    def __call__(
        self,
        file: BinaryIO,
        path: str,
        settings: BuildSettings,
        within: Within | None = None,
    ) -> Iterator[Record | Skipped]:
        """As `Loader`; `within` is given where the file lies in another one."""
        ...


LOADERS: Final[Mapping[str, Loader]] = {
    suffix: module.load for module in _FORMATS for suffix in module.SUFFIXES
}
"""The loaders of qa by the suffix of a file, in lower case."""

CONTAINERS: Final[Mapping[str, Container]] = {
    suffix: module.load for module in (archive, mail, mailbox, warc) for suffix in module.SUFFIXES
}
"""Of these the loaders of files that hold other files, or many mails or pages."""

COLUMNS: Final = frozenset(
    suffix for module in (jsonl, array, table, parquet) for suffix in module.SUFFIXES
)
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
        except OSError:
            raise
        except Exception as error:
            reason = _("the plugin that reads it fails: {reason}").format(reason=error)
            yield Skipped(path, reason)


_NO_TEXT: Final = frozenset(
    # Pictures, sound, film, typefaces; code and its settings; programs; what lies beside a file.
    """.jpg .jpeg .png .gif .webp .avif .heic .svg .bmp .ico .tif .tiff .psd .mp3 .m4a .wav .ogg
    .flac .mp4 .m4v .mov .avi .mkv .webm .ttf .otf .woff .woff2 .eot .css .scss .js .mjs .ts .map
    .py .pyc .ipynb .sh .bat .c .h .cpp .java .php .rb .go .rs .r .sql .toml .ini .cfg .exe .dll .so
    .bin .sha1 .sha256 .md5 .sig .lock .tmp .part .bak""".split()  # noqa: SIM905 - words read better than a list
)
"""Suffixes of what nobody takes for an article, so that skipping it need not be reported."""


def suffix_of(name: str) -> str | None:
    """The suffix by which a file's loader is known; None where there is no loader."""
    name = name.lower()
    suffix = PurePosixPath(name if name.endswith(".tgz") else name.removesuffix(".gz")).suffix
    return suffix if suffix in suffixes() else None


def unread(name: str) -> str | None:
    """Why a file without a loader is not read; None for what nobody takes for an article."""
    suffix = PurePosixPath(name.lower()).suffix
    if not suffix:
        return _("has no suffix; call it .txt if it is text")
    if suffix in _NO_TEXT:
        return None
    return _("{suffix} is not supported: save its text as .txt").format(suffix=suffix)


def date_order(suffix: str, file: BinaryIO, settings: BuildSettings) -> str:
    """The order of day and month in the dates of a file of records; nothing where none tells it."""
    found = loader(suffix)(file, "", settings)
    return dates.column_order(
        record.dated for record in found if isinstance(record, Record) and record.dated
    )


def beside_page(name: str) -> str:
    """The folder in which a browser saves what belongs to a page; nothing beside another file."""
    path = PurePosixPath(name)
    return f"{path.with_suffix('')}_files" if path.suffix.lower() in html.SUFFIXES else ""
