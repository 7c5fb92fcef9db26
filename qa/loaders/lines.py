"""The lines of a file of records, one at a time, however long the file is.

A line longer than the limit is passed over without being held. UTF-16 is decoded whole, so such a
file must fit the limit itself.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from qa.loaders.decode import NotText, decode, warn_western

_STEP = 1 << 16


def read_lines(file: BinaryIO, path: str, max_bytes: int) -> Iterator[tuple[int, str | NotText]]:
    """Each line with its number, from 1, or the reason why it cannot be read.

    Line ends are kept, and only a line feed ends a line: what JSON and CSV write inside a record
    may hold the rest.
    """
    head = file.read(2)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = head + file.read(max_bytes)
        if len(data) > max_bytes:
            yield 1, NotText(f"UTF-16 and larger than {max_bytes:,} bytes; save it as UTF-8")
            return
        try:
            file = io.BytesIO(decode(data)[0].encode())
        except NotText as error:
            yield 1, error
            return
        head = b""
    number, warned = 0, False
    while line := head + file.readline(max_bytes + 1 - len(head)):
        head = b""
        number += 1
        if len(line) > max_bytes:
            while not line.endswith(b"\n") and (line := file.readline(_STEP)):
                pass
            yield number, NotText(f"longer than {max_bytes:,} bytes")
            continue
        try:
            text, western = decode(line)
        except NotText as error:
            yield number, error
            continue
        if western and not warned:
            warn_western(f"{path}#{number}")
            warned = True
        yield number, text
