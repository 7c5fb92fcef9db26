"""The lines of a file of records, one at a time, however long the file is.

A line longer than the limit is skipped without being loaded. UTF-16 is decoded whole, so such a
file must fit the limit itself.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from qa.articles.decode import NotText, decode, warn_western
from qa.i18n import _, number

LONGEST_RECORD: Final = 16 * 1024 * 1024
"""Most bytes of a line, whatever a file may have: parsed they may take 48 times that, as lists
within lists (8 MiB took 385 MiB, 2026-11)."""

_STEP = 1 << 16


def read_lines(
    file: BinaryIO, path: str, max_bytes: int, first: int = 1
) -> Iterator[tuple[int, str | NotText]]:
    """Each line with its number, from `first`, or the reason why it cannot be read.

    Line ends are kept, and only a line feed ends a line: what JSON and CSV write inside a record
    may hold the rest. A warning names the `path`, and there is none where that is empty.
    """
    warned = False
    for row, line in enumerate(_raw_lines(file, max_bytes), start=first):
        if isinstance(line, NotText):
            yield row, line
            continue
        try:
            text, western = decode(line)
        except NotText as error:
            yield row, error
            continue
        if western and path and not warned:
            warn_western(f"{path}#{row}")
            warned = True
        yield row, text


def _raw_lines(file: BinaryIO, max_bytes: int) -> Iterator[bytes | NotText]:
    longest = min(max_bytes, LONGEST_RECORD)
    line = file.readline(longest + 1)
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = line + file.read(max_bytes + 1 - len(line))
        if len(data) > max_bytes:
            yield NotText(
                _("UTF-16 and larger than {limit} bytes; save it as UTF-8").format(
                    limit=number(max_bytes)
                )
            )
            return
        try:
            file = io.BytesIO(decode(data)[0].encode())
        except NotText as error:
            yield error
            return
        line = file.readline(longest + 1)
    while line:
        if len(line) <= longest:
            yield line
        else:
            while not line.endswith(b"\n") and (line := file.readline(_STEP)):
                pass
            yield NotText(_("longer than {limit} bytes").format(limit=number(longest)))
        line = file.readline(longest + 1)
