"""JSON Lines: one object a line, one article an object.

Not handled: fields inside fields; one JSON array over the whole file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from qa.articles.decode import NotText
from qa.articles.fields import to_record
from qa.articles.lines import read_lines
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".jsonl", ".ndjson")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The records of a file, in order; a line that holds none is skipped by itself."""
    for number, line in read_lines(file, path, settings.max_bytes):
        where = f"{path}#{number}"
        if isinstance(line, NotText):
            yield Skipped(where, str(line))
            continue
        if not line or line.isspace():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            yield Skipped(where, f"not JSON: {error.msg} at column {error.colno}")
        except RecursionError:
            yield Skipped(where, "not JSON we can read: nested too deeply")
        except ValueError:
            # Python refuses integers of over 4,300 digits, whose conversion takes quadratic time.
            yield Skipped(where, "not JSON we can read: a number is too long")
        else:
            yield _record(row, number, where, settings)


def _record(row: object, number: int, where: str, settings: BuildSettings) -> Record | Skipped:
    if not isinstance(row, dict):
        return Skipped(where, f"a JSON {type(row).__name__}, not an object")
    try:
        return to_record(row, number, settings)
    except NotText as error:
        return Skipped(where, str(error))
