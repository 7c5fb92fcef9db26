"""Rows written to a file of the kind that its suffix names, none of their cells a formula."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from qa.extras import need
from qa.i18n import number
from qa.language.text import safe, visible
from qa.sheet.read import text_of
from qa.show import cell, dumps, is_formula

_LONGEST_CELL: Final = 32_767
"""Characters that a cell of a workbook may hold."""
_EXACT: Final = 2**53
"""A workbook holds numbers as floats."""
_NARROWEST, _WIDEST = 8, 60
_LOOKED_AT: Final = 200
"""Rows that tell how wide a column is."""


def decimal_mark(kind: str, delimiter: str) -> str:
    """What numbers within words have, so that they look like those in cells of their own.

    A workbook shows numbers as the person's system does, which is taken for the language in use.
    """
    if kind == ".xlsx":
        return number(0.5, 1)[1]
    return "," if kind == ".csv" and delimiter == ";" else "."


def _csv(
    path: Path, names: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str
) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        # Quoted throughout: where a spreadsheet parts cells elsewhere, none can begin a formula.
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        for row in (names, *rows):
            writer.writerow([_csv_cell(value, delimiter) for value in row])


def _csv_cell(value: object, delimiter: str) -> str:
    if isinstance(value, float) and delimiter == ";":
        # Where a spreadsheet parts cells so, 0.856 would be 856.
        return str(value).replace(".", ",")
    return cell(text_of(value))


def _tsv(
    path: Path, names: Sequence[str], rows: Iterable[Sequence[object]], _delimiter: str
) -> None:
    _csv(path, names, rows, "\t")


def _json_lines(
    path: Path, names: Sequence[str], rows: Iterable[Sequence[object]], _delimiter: str
) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(dumps(dict(zip(names, map(_json_value, row), strict=True))) + "\n")


def _json_value(value: object) -> object:
    return text_of(value) if isinstance(value, date | time | timedelta) else value


def _workbook(
    path: Path, names: Sequence[str], rows: Iterable[Sequence[object]], _delimiter: str
) -> None:
    need("openpyxl", "sheet")
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("qa")
    sheet.freeze_panes = "A2"
    held_rows = list(rows)
    # Of a sheet that is written row by row widths must be known before the first.
    for at, column in enumerate(zip(names, *held_rows[:_LOOKED_AT], strict=True), start=1):
        longest = max(len(text_of(value)) for value in column)
        width = min(max(longest, _NARROWEST), _WIDEST) + 2
        sheet.column_dimensions[get_column_letter(at)].width = width
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    for row_at, row in enumerate((names, *held_rows)):
        cells = []
        for value in row:
            held = _workbook_value(value)
            made = WriteOnlyCell(sheet, held)
            made.alignment = wrapped
            if row_at == 0:
                made.font = bold
            if isinstance(held, str):
                # Text, whatever it begins with, also once a person has edited it.
                made.data_type = "s"
                made.quotePrefix = is_formula(held)
            cells.append(made)
        sheet.append(cells)
    with path.open("wb") as file:
        book.save(file)


def _workbook_value(value: object) -> Any:
    if isinstance(value, datetime) and value.time() == time():
        # A spreadsheet shows its day alone.
        return value.date()
    if isinstance(value, bool | date | time | timedelta) or value is None:
        return value
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) < _EXACT:
        return value
    text = safe(visible(text_of(value)))
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"


WRITERS: Final[
    dict[str, Callable[[Path, Sequence[str], Iterable[Sequence[object]], str], None]]
] = {
    ".csv": _csv,
    ".tsv": _tsv,
    ".xlsx": _workbook,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}
"""How each kind of file, by its suffix, is written: its path, the names of the columns, rows of a
cell for each, and what parts the cells of CSV."""
