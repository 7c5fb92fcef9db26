"""CSV and TSV: a row of column names, then one article a row.

The delimiter is the one that a line `sep=;` above the names tells, as Excel writes it, else the one
of comma, semicolon, tab and bar by which the first row names the text's column. Not handled: files
without a row of names.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from qa.articles.decode import NotText
from qa.articles.fields import names_text, to_record
from qa.articles.lines import LONGEST_RECORD, read_lines
from qa.i18n import _, number
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".csv", ".tsv")

_DELIMITERS: Final = ",;\t|"
_MOST_COLUMNS: Final = 1_000
_SEPARATOR = re.compile(r'\s*"?sep=(?P<delimiter>[^"\r\n])"?[ ;,\t]*[\r\n]*', re.IGNORECASE)


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The records of a table, in order; a row that holds none is skipped by itself."""
    lines = _Lines(file, path, settings.max_bytes)
    try:
        head = lines.first()
        told = _SEPARATOR.fullmatch(head)
        if told:
            head = lines.first()
        delimiters = told["delimiter"] if told else _DELIMITERS
        names, delimiter = _names(head, settings.columns.get("text", "text"), delimiters)
    except (NotText, csv.Error) as error:
        yield Skipped(path, str(error))
        return
    lines.delimiter = delimiter
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        first = lines.number + 1
        where = f"{path}#{first}"
        try:
            row = _next(rows, min(settings.max_bytes, LONGEST_RECORD))
        except StopIteration:
            return
        except (NotText, csv.Error) as error:
            yield Skipped(where, str(error))
            continue
        if not row:
            continue
        try:
            yield to_record(dict(zip(names, row, strict=False)), str(first), settings)
        except NotText as error:
            yield Skipped(where, str(error))


class _Lines:
    """The lines of a table for `csv.reader`; a bad one is raised, and reading may go on after."""

    def __init__(self, file: BinaryIO, path: str, max_bytes: int) -> None:
        self.number = 0
        self.delimiter = ""
        self._lines = read_lines(file, path, max_bytes)

    def __iter__(self) -> Iterator[str]:
        return self

    def first(self) -> str:
        """The next line that is not blank; nothing where there is none."""
        return next((line for line in self if line.strip()), "")

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        if isinstance(line, NotText):
            raise line
        if self.delimiter and '"' not in line and line.count(self.delimiter) >= _MOST_COLUMNS:
            raise NotText(_("more than {count} columns").format(count=number(_MOST_COLUMNS)))
        return line


def _names(head: str, text: str, delimiters: str) -> tuple[list[str], str]:
    """The column names and the delimiter between them, of those that may be.

    Raises:
        NotText: If no delimiter gives a column of that name.
    """
    if not head.strip():
        raise NotText(_("empty"))
    best: list[str] = []
    for delimiter in delimiters:
        names = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
        if names_text(names, text):
            return names, delimiter
        best = max(best, names, key=len)
    shown = ", ".join(best[:12])[:200]
    raise NotText(
        _("no column {text!r} among {shown}; name the one it is: --column text=NAME").format(
            text=text, shown=shown
        )
    )


def _next(rows: Iterator[list[str]], longest_field: int) -> list[str]:
    """The next row, under a limit on fields that is the whole process's, so put back at once."""
    before = csv.field_size_limit(longest_field)
    try:
        return next(rows)
    finally:
        csv.field_size_limit(before)
