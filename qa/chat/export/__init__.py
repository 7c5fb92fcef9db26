"""A conversation written to a file, in the form that its suffix names.

A form is a file of its own here, with a function that makes its text, and a line in `WRITERS`.
Articles are named by `show.reference` in all of them: title, outlet, date, address, place, quote.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from qa.chat.export.bibtex import as_bibtex
from qa.chat.export.csl import as_csl
from qa.chat.export.jsonl import as_jsonl
from qa.chat.export.markdown import as_markdown
from qa.chat.export.page import as_html
from qa.chat.export.table import as_csv
from qa.chat.transcript import Turn
from qa.errors import UsageError
from qa.files import create
from qa.i18n import _
from qa.language.text import encodable

WRITERS: dict[str, Callable[[Sequence[Turn]], str]] = {
    ".md": as_markdown,
    ".html": as_html,
    ".csv": as_csv,
    ".bib": as_bibtex,
    ".json": as_csl,
    ".jsonl": as_jsonl,
}
"""How each kind of file, by its suffix, is written."""


def export(turns: Sequence[Turn], path: Path) -> None:
    """Write a conversation to a new file, wholly or not at all.

    Raises:
        UsageError: If the suffix is unknown, the file exists, or it cannot be written.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise UsageError(
            _(
                "Cannot export to {path}: name it .md (Markdown), .html (a page), .csv (a table), "
                ".bib (BibTeX), .json (CSL-JSON, for Zotero and others) or .jsonl (as --json)."
            ).format(path=path)
        )
    try:
        create(path, encodable(write(turns)))
    except FileExistsError as error:
        raise UsageError(
            _("{path} exists already; name another file.").format(path=path)
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            _("Cannot write {path}: {reason}. Name another file.").format(path=path, reason=reason)
        ) from error


def unused_name(now: datetime) -> Path:
    """A file name of this day and second in the working folder that nothing has yet."""
    stem = f"qa-{now:%Y-%m-%d-%H%M%S}"
    candidates = (Path(f"{stem}{more}.md") for more in ("", *(f"-{n}" for n in range(2, 100))))
    return next((path for path in candidates if not os.path.lexists(path)), Path(f"{stem}.md"))
