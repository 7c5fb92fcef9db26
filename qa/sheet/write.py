"""Rows written to a file of the kind that its suffix names, none of their cells a formula."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Final

from qa.extras import need
from qa.language.text import safe, visible
from qa.sheet.read import text_of
from qa.show import cell, dumps, is_formula

_LONGEST_CELL: Final = 32_767
"""Characters that a cell of a workbook may hold."""
_EXACT: Final = 2**53
"""A workbook holds numbers as floats."""


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

    book = Workbook(write_only=True)
    sheet = book.create_sheet("qa")
    sheet.freeze_panes = "A2"
    for row in (names, *rows):
        cells = []
        for value in row:
            held = _workbook_value(value)
            made = WriteOnlyCell(sheet, held)
            if isinstance(held, str):
                # Text, whatever it begins with, also once a person has edited it.
                made.data_type = "s"
                made.quotePrefix = is_formula(held)
            cells.append(made)
        sheet.append(cells)
    with path.open("wb") as file:
        book.save(file)


def _workbook_value(value: object) -> Any:
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
