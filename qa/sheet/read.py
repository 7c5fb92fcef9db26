"""A file of rows, one column of which holds questions.

The names of the columns stand in the first row; of JSON lines they are the keys, in the order in
which they come up.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from qa.articles.decode import NotText
from qa.articles.fields import folded_name
from qa.articles.formats import jsonl
from qa.articles.formats.table import MOST_COLUMNS, ONE_COLUMN, Table
from qa.articles.lines import read_lines
from qa.articles.opening import open_file
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _, number
from qa.sheet.wording import is_question, language_of, yes_or_no

LONGEST_QUESTION: Final = 2_000
"""Characters; what is longer is no question but an article."""

_MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a file: a sheet is loaded whole."""
_MOST_UNPACKED: Final = 16 * 1024 * 1024
"""Bytes that a workbook unpacks to: 60 MiB of nested tags took 40 s and 3.4 GiB (2026-11)."""

_MOST_ROWS: Final = 200_000
_MOST_CELLS: Final = 10_000_000

_CLAIMS: Final = ("claim", "claims", "klaim", "statement", "pernyataan")
_USUAL: Final = ("question", "questions", "pertanyaan", "soal", *_CLAIMS)
_LONGEST_TOLD: Final = 200
"""Characters of the cells too many that a note repeats."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line or row in the file, from 1, a cell for each column, and what it asks.

    Where it cannot be asked, `problem` says why; `note` is shown beside its answer.
    """

    number: int
    cells: tuple[object, ...]
    question: str
    problem: str = ""
    note: str = ""


class Uncounted:
    """What a formula is worth that no program has worked out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns and rows of a file; `delimiter` is that of CSV, a comma for other kinds."""

    names: tuple[str, ...]
    column: str
    rows: tuple[Row, ...]
    delimiter: str = ","


_T = TypeVar("_T")
_Raw = tuple[int, Sequence[object] | NotText]
_Read = tuple[list[str], list[_Raw], str]
"""The names of columns, the rows, and the delimiter of CSV."""


def read(path: Path, column: str | None = None) -> Sheet:
    """The rows of a file, in order; those that are blank are left out.

    Args:
        path: Its suffix says what it is.
        column: The column of the questions; None for the one that has a usual name, else for the
            only one that holds text.

    Raises:
        UsageError: If it cannot be read, or it is not clear which column that is.
    """
    loader = READERS.get(path.suffix.lower())
    if loader is None:
        raise UsageError(
            _("Cannot read {path}: a sheet is {kinds}.").format(path=path, kinds=", ".join(READERS))
        )
    try:
        with open_file(path, follow=True) as file:
            _check_bytes(file.seek(0, os.SEEK_END), _MOST_BYTES)
            file.seek(0)
            names, rows, delimiter = loader(file, path, column)
            _check_size(len(rows), len(names))
    except (OSError, NotText) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise UsageError(
            _("Cannot read {path}: {reason}.").format(path=path, reason=reason)
        ) from error
    named = _named(names)
    at = _at(names, named, rows, column, path)
    claims = None
    if folded_name(named[at]) in _CLAIMS:
        told = (
            cells[at] for _at, cells in rows if not isinstance(cells, NotText) and at < len(cells)
        )
        claims = language_of(map(text_of, told))
    asked = tuple(_row(each, at, len(named), claims) for each in rows)
    return Sheet(tuple(named), named[at], asked, delimiter)


def _csv(file: BinaryIO, path: Path, column: str | None) -> _Read:
    table = Table(file, str(path), _MOST_BYTES, lambda names: _told(names, column) is not None)
    delimiter = "," if table.delimiter == ONE_COLUMN else table.delimiter
    return table.names, list(_limited(table)), delimiter


def _json_lines(file: BinaryIO, path: Path, _column: str | None) -> _Read:
    found: list[tuple[int, dict[str, object] | NotText]] = []
    for at, line in _limited(read_lines(file, str(path), _MOST_BYTES)):
        if isinstance(line, NotText):
            found.append((at, line))
        elif line.strip():
            row = jsonl.parsed_line(line)
            found.append((at, row if isinstance(row, dict | NotText) else NotText(_("no object"))))
    names = list(dict.fromkeys(name for _at, row in found if isinstance(row, dict) for name in row))
    if not names:
        raise NotText(_("no line of it is a JSON object"))
    if len(names) > MOST_COLUMNS:
        raise NotText(_("more than {count} columns").format(count=number(MOST_COLUMNS)))
    _check_size(len(found), len(names))
    rows: list[_Raw] = [
        (at, row if isinstance(row, NotText) else [row.get(name) for name in names])
        for at, row in found
    ]
    return names, rows, ","


def _workbook(file: BinaryIO, _path: Path, _column: str | None) -> _Read:
    openpyxl = need("openpyxl", "sheet")
    try:
        with zipfile.ZipFile(file) as packed:
            _check_bytes(sum(each.file_size for each in packed.infolist()), _MOST_UNPACKED)
            counts = any(
                b"<f" in packed.read(name)
                for name in packed.namelist()
                if name.startswith("xl/worksheets/")
            )
        values = _cells(openpyxl.load_workbook(file, read_only=True, data_only=True))
        if counts:
            formulas = _cells(openpyxl.load_workbook(file, read_only=True))
            values = map(_counted, values, formulas)
        rows = [
            (at, cells)
            for at, row in _limited(enumerate(values, start=1))
            if (cells := _trimmed(row))
        ]
    except (NotText, MemoryError):
        raise
    except Exception as error:
        # Of a broken workbook openpyxl raises whatever comes up.
        raise NotText(
            _("no workbook that can be read ({type})").format(type=type(error).__name__)
        ) from error
    if not rows:
        raise NotText(_("empty"))
    (_first, names), *rest = rows
    raw: list[_Raw] = [*rest]
    # Unlike in CSV, a cell stands in its column, whether that has a name or not.
    width = max(len(cells) for _at, cells in rows)
    named = [text_of(name).strip() for name in names]
    return named + [""] * (width - len(named)), raw, ","


def _cells(book: Any) -> Iterator[Sequence[object]]:
    """The values of the first sheet, row by row."""
    sheet = book.worksheets[0]
    # What it says of its own size may be a lie, and is filled up with empty cells.
    sheet.reset_dimensions()
    rows: Iterator[Sequence[object]] = sheet.iter_rows(values_only=True)
    return rows


def _counted(values: Sequence[object], formulas: Sequence[object]) -> list[object]:
    """The values of a row, where some of its formulas may have none."""
    return [
        Uncounted() if value is None and formula is not None else value
        for value, formula in zip(values, formulas, strict=True)
    ]


READERS: Final[dict[str, Callable[[BinaryIO, Path, str | None], _Read]]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".xlsx": _workbook,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}
"""How each kind of file, by its suffix, is read."""


def text_of(value: object) -> str:
    """A cell as text; of what is neither text nor number nor date its JSON."""
    if value is None or isinstance(value, Uncounted):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | time):
        return str(value)
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _limited(rows: Iterable[_T]) -> Iterator[_T]:
    """Rows, as long as they are not too many."""
    for at, row in enumerate(rows):
        if at >= _MOST_ROWS:
            raise NotText(_("more than {count} rows; split it").format(count=number(_MOST_ROWS)))
        yield row


def _check_bytes(size: int, most: int) -> None:
    """An error where there is too much to hold."""
    if size > most:
        raise NotText(_("more than {limit} bytes; split it").format(limit=number(most)))


def _check_size(rows: int, columns: int) -> None:
    """An error where there are too many cells to hold, filled or not."""
    if rows * columns > _MOST_CELLS:
        raise NotText(_("more than {count} cells; split it").format(count=number(_MOST_CELLS)))


def _trimmed(row: Sequence[object]) -> list[object]:
    """The cells up to the last that is filled."""
    if len(row) > MOST_COLUMNS and any(each is not None for each in row[MOST_COLUMNS:]):
        raise NotText(_("more than {count} columns").format(count=number(MOST_COLUMNS)))
    filled = [at for at, value in enumerate(row) if value is not None]
    return list(row[: filled[-1] + 1]) if filled else []


def _named(names: Sequence[str]) -> list[str]:
    """The names of columns, each another: one without a name is called by its number."""
    named: list[str] = []
    for at, name in enumerate(names, start=1):
        named.append(unused(name or _("column {number}").format(number=at), named))
    return named


def unused(name: str, taken: Sequence[str]) -> str:
    """A name, with a number behind it where it is taken."""
    tried = (name, *(f"{name} {count}" for count in range(2, len(taken) + 3)))
    folded = {each.casefold() for each in taken}
    return next(each for each in tried if each.casefold() not in folded)


def _told(names: Sequence[str], column: str | None) -> int | None:
    """Which column is named as the questions' is."""
    if column is not None:
        wanted = column.strip()
        exact = [at for at, name in enumerate(names) if name == wanted]
        alike = [at for at, name in enumerate(names) if name.casefold() == wanted.casefold()]
        return next(iter(exact or alike), None)
    keys = [folded_name(name) for name in names]
    return next((keys.index(usual) for usual in _USUAL if usual in keys), None)


def _at(
    written: Sequence[str],
    names: Sequence[str],
    rows: Sequence[_Raw],
    column: str | None,
    path: Path,
) -> int:
    """The column of the questions, by its name as the file writes it.

    Raises:
        UsageError: If it is not clear which one that is.
    """
    at = _told(written, column)
    if at is None and column is None:
        texts = [each for each in range(len(names)) if _is_text(rows, each)]
        at = texts[0] if len(texts) == 1 else None
    listed = ", ".join(names[:20])
    if at is None and column is not None:
        raise UsageError(
            _("{path} has no column {column!r}. It has: {columns}.").format(
                path=path, column=column, columns=listed
            )
        )
    if at is None:
        raise UsageError(
            _(
                "Which column of {path} holds the questions? Its first row has: {columns}. "
                "Name it: --column NAME"
            ).format(path=path, columns=listed)
        )
    if names[at].endswith("?"):
        raise UsageError(
            _(
                "The first row of {path} is a question; put the names of the columns above it, "
                "such as: question"
            ).format(path=path)
        )
    return at


def _is_text(rows: Sequence[_Raw], at: int) -> bool:
    """Whether a column holds words."""
    cells = (row[at] for _number, row in rows if not isinstance(row, NotText) and at < len(row))
    return any(isinstance(each, str) and any(map(str.isalpha, each)) for each in cells)


def _row(raw: _Raw, at: int, width: int, claims: str | None) -> Row:
    """A row with as many cells as there are columns, and what it asks.

    `claims` is the language of the column's claims; None where it holds questions.
    """
    row_number, cells = raw
    if isinstance(cells, NotText):
        return Row(row_number, (None,) * width, "", str(cells))
    extra = ", ".join(text for each in cells[width:] if (text := text_of(each).strip()))
    kept = (*cells[:width], *(None,) * (width - len(cells)))
    question = " ".join(text_of(kept[at]).split())
    uncounted = isinstance(kept[at], Uncounted)
    kept = tuple(None if isinstance(each, Uncounted) else each for each in kept)
    problem = ""
    if extra:
        # Which of them is the question is unknown.
        problem = _("{count} cells, and {columns} columns; left out: {cells}").format(
            count=len(cells),
            columns=width,
            cells=extra if len(extra) <= _LONGEST_TOLD else extra[: _LONGEST_TOLD - 1] + "…",
        )
    elif uncounted:
        problem = _(
            "a formula without a stored value; open the file in a spreadsheet program and save it"
        )
    elif not question:
        problem = _("no question")
    elif len(question) > LONGEST_QUESTION:
        problem = _("longer than {limit} characters").format(limit=number(LONGEST_QUESTION))
    if problem or is_question(question):
        return Row(row_number, kept, question, problem)
    if claims is not None and (asked := yes_or_no(question, claims)):
        note = _("asked as: {question}").format(question=asked)
        return Row(row_number, kept, asked, note=note)
    note = _("a statement, not a question; to see both sides, ask it as: {question}").format(
        question="Did …?" if language_of([question]) == "en" else "Apakah …?"
    )
    return Row(row_number, kept, question, note=note)
