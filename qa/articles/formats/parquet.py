"""Parquet: a table of columns, one article a row; read by pyarrow, of the extra `cluster`.

Not handled: encrypted files, and fields inside fields but for the name of a source.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

from qa.articles.decode import NotText
from qa.articles.fields import names_text, to_record
from qa.articles.formats.array import bounded
from qa.articles.opening import FREE_BYTES, RATIO, disk_bytes, whole_file
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".parquet",)

_AT_ONCE: Final = 16
"""Rows that are unpacked together: one large value may stand in all of them, and once in a file."""


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The records of a table, in order; a row that holds none is skipped by itself."""
    yield from rows(file, path, settings)


def rows(
    file: BinaryIO,
    path: str,
    settings: BuildSettings,
    groups: Sequence[int] | None = None,
    first: int = 1,
) -> Iterator[Record | Skipped]:
    """The records of some row groups, all of them if None, the next row having number `first`."""
    try:
        need("pyarrow.parquet", "cluster")
        with whole_file(file, sys.maxsize) as whole:
            yield from _rows(whole, path, settings, groups, first)
    except (UsageError, NotText) as error:
        yield Skipped(path, str(error))


def sizes(file: BinaryIO) -> list[int]:
    """How many rows each row group of a file on disk has.

    Raises:
        NotText: If it is no Parquet.
    """
    metadata = _opened(file).metadata
    return [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)]


def _opened(file: BinaryIO) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(file)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise NotText(_("not Parquet: {reason}").format(reason=error)) from error


def _rows(
    file: BinaryIO,
    path: str,
    settings: BuildSettings,
    groups: Sequence[int] | None,
    first: int,
) -> Iterator[Record | Skipped]:
    import pyarrow as pa

    table = _opened(file)
    metadata = table.metadata
    names = table.schema_arrow.names
    column = settings.columns.get("text", "text")
    if not names_text(names, column):
        shown = ", ".join(names[:12])[:200]
        reason = _("no column {text!r} among {shown}; name the one it is: --column text=NAME")
        raise NotText(reason.format(text=column, shown=shown))
    unpacked = sum(metadata.row_group(at).total_byte_size for at in range(table.num_row_groups))
    if unpacked > max(FREE_BYTES, RATIO * disk_bytes(file)):
        raise NotText(
            _("it unpacks to over {count} times its size; unpack it if that is right").format(
                count=RATIO
            )
        )
    number = first
    try:
        for batch in table.iter_batches(_AT_ONCE, row_groups=groups):
            for row in batch.to_pylist():
                where = f"{path}#{number}"
                try:
                    kept = bounded(row, settings.max_bytes)
                    if isinstance(kept, NotText):
                        raise kept
                    yield to_record(row, str(number), settings)
                except NotText as error:
                    yield Skipped(where, str(error))
                number += 1
    except (pa.ArrowException, OSError, ValueError) as error:
        raise NotText(_("{reason}; nothing behind it can be read").format(reason=error)) from error
