"""Asking the rows of a sheet, and writing the file once all of them have been asked."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from qa.errors import UsageError
from qa.extras import need
from qa.files import replacing
from qa.i18n import N_, _
from qa.settings import AskSettings
from qa.sheet.columns import COLUMNS, NOT_ASKED, NOTE, STATUS, columns
from qa.sheet.kept import Kept
from qa.sheet.read import Row, Sheet
from qa.sheet.write import WRITERS, decimal_mark

if TYPE_CHECKING:
    from qa.builder import Progress
    from qa.engine import Engine

ASKING = N_("asking")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a sheet: rows of each status, those that were not asked, answers reused."""

    statuses: Counter[str]
    problems: tuple[Row, ...]
    reused: int


def part_of(target: Path) -> Path:
    """Where the answers stand until the file is written."""
    return target.with_name(f"{target.name}.part")


def refuse_target(source: Path, target: Path, *, force: bool) -> None:
    """An error where a file cannot be written, before hours go into what is to stand in it.

    Raises:
        UsageError: If it is the sheet itself, of an unknown kind, there already and not to be
            replaced, or its folder is not there.
    """
    kind = target.suffix.lower()
    if kind not in WRITERS:
        raise UsageError(
            _("Cannot write {path}: a sheet is {kinds}.").format(
                path=target, kinds=", ".join(WRITERS)
            )
        )
    if kind == ".xlsx":
        need("openpyxl", "sheet")
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(
            _("{path} would be written over itself; name another file.").format(path=target)
        )
    _check_free(target, force=force)
    if not target.parent.is_dir():
        raise UsageError(_("There is no folder {folder}.").format(folder=target.parent))


def _check_free(target: Path, *, force: bool) -> None:
    if os.path.lexists(target) and (not force or not target.is_file()):
        raise UsageError(
            _("{path} exists already; name another file, or replace it: --force").format(
                path=target
            )
        )


def fill(
    sheet: Sheet,
    target: Path,
    archive: Engine,
    settings: AskSettings = AskSettings(),
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Done:
    """Ask every row of a sheet, and write it with its answers to a file, wholly or not at all.

    Until then the answers are kept beside it, and a run that was broken off goes on with them,
    relative to the day on which it began, if the index, the reader and the settings are the same.
    With `force` the file may replace one of its name, also one that has appeared meanwhile.

    Raises:
        UsageError: If a file cannot be written, or what is kept is not from such a run.
    """
    kept = Kept(part_of(target))
    kind = target.suffix.lower()
    mark = decimal_mark(kind, sheet.delimiter)
    made = {
        "version": qa.__version__,
        "index": archive.info.id,
        "reader": archive.info.reader,
        "settings": repr(replace(settings, now=None)),
        "decimal_mark": mark,
    }
    now = settings.now or kept.day(made) or date.today()
    settings = replace(settings, now=now)
    asked = [row for row in sheet.rows if not row.problem]
    try:
        kept.begin(made, now)
        reused = len({row.question for row in asked} & kept.answers.keys())
        for at, row in enumerate(asked):
            if progress:
                progress(ASKING, at, len(asked))
            if row.question not in kept.answers:
                answer = archive.ask(row.question, settings)
                kept.add(row.question, columns(answer, archive.info, mark))
        _check_free(target, force=force)
        with replacing(target) as partial:
            rows = (_cells(row, kept) for row in sheet.rows)
            WRITERS[kind](partial, _names(sheet), rows, sheet.delimiter)
        kept.path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            _(
                "Cannot write {path}: {reason}. The answers so far are kept; mend that, and the "
                "same command goes on."
            ).format(path=target, reason=error.strerror or error)
        ) from error
    statuses = Counter(str(_told(row, kept)[STATUS]) for row in sheet.rows)
    return Done(statuses, tuple(row for row in sheet.rows if row.problem), reused)


def _told(row: Row, kept: Kept) -> dict[str, object]:
    """The columns of a row that are filled."""
    if row.problem:
        return {STATUS: NOT_ASKED, NOTE: row.problem}
    told = kept.answers[row.question]
    return told | {NOTE: "; ".join(filter(None, (row.note, str(told.get(NOTE) or ""))))}


def _cells(row: Row, kept: Kept) -> list[object]:
    told = _told(row, kept)
    return [*row.cells, *(told.get(name) or None for name in COLUMNS)]


def _names(sheet: Sheet) -> list[str]:
    """The names of all columns; one of ours that the sheet has too is called `qa ...`."""
    taken = {name.casefold() for name in sheet.names}
    names = [*sheet.names]
    for name in COLUMNS:
        own = name
        while own.casefold() in taken:
            own = f"qa {own}"
        names.append(own)
    return names
