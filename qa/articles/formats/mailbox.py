"""A folder of mail in one file (.mbox), read mail by mail, however long the file is.

Not handled: a mail whose own lines begin with `From ` behind a blank line and were not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from qa.articles.decode import NotText, too_large
from qa.articles.formats import mail
from qa.articles.members import Within
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".mbox",)

_FROM = b"From "
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_STEP = 1 << 16


def load(
    file: BinaryIO, path: str, settings: BuildSettings, within: Within | None = None
) -> Iterator[Record | Skipped]:
    """The records of each mail, which is called by its number, from 1, and of its attachments."""
    within = within or Within.of(file)
    first = file.readline(_STEP)
    if not first.startswith(_FROM):
        yield Skipped(path, _("damaged, or no folder of mail"))
        return
    for row, data in enumerate(_mails(file), start=1):
        where = f"{path}#{row}"
        try:
            if data is None:
                raise too_large(mail.MOST_BYTES)
            for record in mail.of_message(data, where, settings, within):
                if isinstance(record, Record):
                    inside = "" if record.id is None else f"#{record.id}"
                    yield replace(record, id=f"{row}{inside}")
                else:
                    yield record
        except NotText as error:
            yield Skipped(where, str(error))


def _mails(file: BinaryIO) -> Iterator[bytes | None]:
    """The mails of a file behind its first line; None for one that is too large."""
    lines: list[bytes] = []
    held, was_blank, begins = 0, False, True
    while line := file.readline(_STEP):
        if begins and was_blank and line.startswith(_FROM):
            yield _whole(lines, held)
            lines, held = [], 0
        elif (held := held + len(line)) <= mail.MOST_BYTES:
            lines.append(line)
        else:
            lines.clear()
        was_blank = begins and not line.strip()
        # A line longer than a step comes in pieces.
        begins = line.endswith(b"\n")
    yield _whole(lines, held)


def _whole(lines: list[bytes], held: int) -> bytes | None:
    return _QUOTED_FROM.sub(rb"\1", b"".join(lines)) if held <= mail.MOST_BYTES else None
