"""CSV and TSV: a row of column names, then one article a row.

The delimiter is the one that a line `sep=;` above the names tells, as Excel writes it, else the one
of comma, semicolon, tab and bar by which the first row names the text's column. Not handled: files
without a row of names.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from qa.articles.decode import NotText
from qa.articles.fields import names_text, to_record
from qa.articles.lines import LONGEST_RECORD, read_lines
from qa.i18n import _, number
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".csv", ".tsv")

_DELIMITERS: Final = ",;\t|"
MOST_COLUMNS: Final = 1_000
ONE_COLUMN: Final = "\x1f"
"""The delimiter of a table that has none."""

_SEPARATOR = re.compile(r'\s*"?sep=(?P<delimiter>[^"\r\n])"?[ ;,\t]*[\r\n]*', re.IGNORECASE)


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The records of a table, in order; a row that holds none is skipped by itself."""
    column = settings.columns.get("text", "text")
    try:
        table = Table(file, path, settings.max_bytes, lambda names: names_text(names, column))
    except NotText as error:
        yield Skipped(path, str(error))
        return
    if not names_text(table.names, column):
        shown = ", ".join(table.names[:12])[:200]
        reason = _("no column {text!r} among {shown}; name the one it is: --column text=NAME")
        yield Skipped(path, reason.format(text=column, shown=shown))
        return
    for first, row in table:
        where = f"{path}#{first}"
        try:
            if isinstance(row, NotText):
                raise row
            yield to_record(dict(zip(table.names, row, strict=False)), str(first), settings)
        except NotText as error:
            yield Skipped(where, str(error))


class Table:
    """The rows of a table, each with the number of its first line; blank ones are left out.

    One that cannot be read is the reason instead, and reading goes on after it.

    Attributes:
        names: Of the columns.
        delimiter: Between two cells.
    """

    def __init__(
        self, file: BinaryIO, path: str, max_bytes: int, known: Callable[[list[str]], bool]
    ) -> None:
        """Read the names.

        Args:
            file: At its beginning.
            path: What the log calls it, as `read_lines` takes it.
            max_bytes: The longest line, and the longest cell.
            known: Whether some names are those of the columns; of delimiters by which they are
                not, the one that makes the most of them is taken.

        Raises:
            NotText: If there are none.
        """
        self._lines = _Lines(file, path, max_bytes)
        self._longest = min(max_bytes, LONGEST_RECORD)
        head = self._lines.first()
        told = _SEPARATOR.fullmatch(head)
        if told:
            head = self._lines.first()
        if not head.strip():
            raise NotText(_("empty"))
        self.names, self.delimiter = _names(head, told["delimiter"] if told else _DELIMITERS, known)
        if len(self.names) == 1 and not told:
            # Of one column nobody quotes the commas.
            self.delimiter = ONE_COLUMN

    def __iter__(self) -> Iterator[tuple[int, list[str] | NotText]]:
        """The rows, once."""
        self._lines.delimiter = self.delimiter
        rows = csv.reader(self._lines, delimiter=self.delimiter)
        while True:
            first = self._lines.number + 1
            try:
                row = _next(rows, self._longest)
            except StopIteration:
                return
            except (NotText, csv.Error) as error:
                yield first, NotText(str(error))
                continue
            if row:
                yield first, row


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
        if self.delimiter and '"' not in line and line.count(self.delimiter) >= MOST_COLUMNS:
            raise NotText(_("more than {count} columns").format(count=number(MOST_COLUMNS)))
        return line


def _names(head: str, delimiters: str, known: Callable[[list[str]], bool]) -> tuple[list[str], str]:
    """The column names and the delimiter between them, of those that may be."""
    best: tuple[list[str], str] = [], delimiters[0]
    for delimiter in delimiters:
        try:
            cells = next(csv.reader([head], delimiter=delimiter), [])
        except csv.Error as error:
            raise NotText(str(error)) from error
        names = [name.strip() for name in cells]
        if known(names):
            return names, delimiter
        best = max(best, (names, delimiter), key=lambda each: len(each[0]))
    return best


def _next(rows: Iterator[list[str]], longest_field: int) -> list[str]:
    """The next row, under a limit on fields that is the whole process's, so put back at once."""
    before = csv.field_size_limit(longest_field)
    try:
        return next(rows)
    finally:
        csv.field_size_limit(before)
