"""JSON Lines: one object a line, one article an object; a file that begins with `[` is an array.

Not handled: fields inside fields.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from qa.articles.decode import NotText
from qa.articles.formats import array
from qa.articles.lines import read_lines
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".jsonl", ".ndjson")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The records of a file, in order; a line that holds none is skipped by itself."""
    peeking = io.BufferedReader(cast("io.RawIOBase", file))
    try:
        # Behind what a byte order mark and UTF-16 put there.
        begin = peeking.peek(64).lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n")
        read = array.load if begin.startswith(b"[") else lines
        yield from read(cast("BinaryIO", peeking), path, settings)
    finally:
        # The file is for its opener to close.
        peeking.detach()


def lines(
    file: BinaryIO, path: str, settings: BuildSettings, first: int = 1
) -> Iterator[Record | Skipped]:
    """The records of the lines from where a file stands, the next of which has number `first`."""
    for number, line in read_lines(file, path, settings.max_bytes, first):
        where = f"{path}#{number}"
        if isinstance(line, NotText):
            yield Skipped(where, str(line))
        elif line and not line.isspace():
            yield array.record(parsed_line(line), str(number), where, settings)


def parsed_line(line: str) -> object:
    """What a line holds, or why it cannot be read."""
    start = len(line) - len(line.lstrip())
    try:
        row, end = array.parsed(line, start)
    except NotText as error:
        return error
    if line[end:].strip():
        return NotText(_("not JSON: something follows at column {column}").format(column=end + 1))
    return row
