"""Rich Text Format: the text by striprtf, the title by the document's own properties.

Not handled: pictures and objects; text in several old encodings within one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from qa.articles.decode import NotText, read_bytes
from qa.articles.document import record
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".rtf",)

_TITLE = re.compile(r"\{\\title ([^{}]{1,300})\}")
_MADE = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_LINES = re.compile(r"\s*\n\s*")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a file."""
    try:
        yield _read(file, settings)
    except (UsageError, NotText) as error:
        yield Skipped(path, str(error))


def _read(file: BinaryIO, settings: BuildSettings) -> Record:
    to_text = need("striprtf.striprtf", "files").rtf_to_text
    # Beyond ASCII an RTF file holds bytes of the encoding that it names, written `\'e9`.
    marked = read_bytes(file, settings.max_bytes).decode("latin-1")
    if not marked.lstrip().startswith("{\\rtf"):
        raise NotText(_("damaged, or no RTF"))
    try:
        text = to_text(marked, errors="replace")
        title = to_text(f"{{\\rtf1 {found[1]}}}") if (found := _TITLE.search(marked)) else None
    except (ValueError, LookupError, IndexError, OverflowError) as error:
        raise NotText(_("damaged, or no RTF")) from error
    # Half characters, as of emoji, come one by one.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return record(_LINES.sub("\n\n", text).strip(), title, _made(marked), settings)


def _made(marked: str) -> date | None:
    """The day on which a file says it was made."""
    found = _MADE.search(marked)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
