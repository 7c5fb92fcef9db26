"""Files within a file, such as the members of an archive: each is read by the loader of its suffix.

What all of them unpack to is bounded together, however deep they lie. Names are labels alone:
nothing is written under one.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final, cast

from qa.articles.opening import FREE_BYTES, RATIO, Damaged, disk_bytes, gunzipped, whole_file
from qa.days import dates
from qa.i18n import _
from qa.language.text import one_line
from qa.settings import BuildSettings
from qa.types import Record, Skipped

_DEEPEST: Final = 3
_MEMBER_BYTES: Final = 512
"""What a member counts for at least, so that their number is bounded too."""
_LONGEST_NAME: Final = 200
_DRIVE = re.compile(r"^[A-Za-z]:")


class TooMuch(OSError):
    """A file unpacks to more than is read; the message says so."""


@dataclass(slots=True)
class Within:
    """How deep a file lies in others, and how many bytes may yet be unpacked of the outermost."""

    left: int
    depth: int = 0

    @classmethod
    def of(cls, file: BinaryIO) -> Within:
        """For a file that lies in no other."""
        return cls(max(FREE_BYTES, RATIO * disk_bytes(file)))

    def counted(self, file: BinaryIO) -> BinaryIO:
        """A file whose bytes are counted as they are read."""
        return cast("BinaryIO", io.BufferedReader(_Counted(file, self)))

    def take(self, count: int) -> None:
        """Count bytes.

        Raises:
            TooMuch: If they are too many; then nothing more of the outermost file is read.
        """
        self.left -= count
        if self.left < 0:
            raise TooMuch(_("it unpacks to over {count} times its size").format(count=RATIO))


def member_name(name: str) -> str:
    """A name as a person may be shown it: relative, within the archive, on one line, not too long.

    Names that differ stay different.
    """
    steps = _DRIVE.sub("", name.replace("\\", "/")).split("/")
    clean = "/".join(step for step in steps if step not in ("", ".", ".."))
    clean = " ".join(one_line(clean).split()) or "-"
    if len(clean) <= _LONGEST_NAME:
        return clean
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{clean[: _LONGEST_NAME // 2]}…{digest}…{clean[-_LONGEST_NAME // 2 :]}"


def load_member(
    name: str, file: BinaryIO, size: int, path: str, settings: BuildSettings, within: Within
) -> Iterator[Record | Skipped]:
    """The records of a file within a file, each with the member's name in its id.

    Args:
        name: As the outer file gives it.
        file: At its beginning.
        size: Of the file, in bytes.
        path: Of the outer file.
        settings: As of the outer file.
        within: Of the outer file.

    Raises:
        TooMuch: If too much has been unpacked.
    """
    # They import this module.
    from qa.articles import formats

    name = member_name(name)
    if any(step.startswith((".", "__MACOSX")) for step in name.split("/")):
        return
    where = f"{path}#{name}"
    suffix = formats.suffix_of(name)
    if suffix is None:
        if (reason := formats.unread(name)) is not None:
            yield Skipped(where, reason)
        return
    within.take(_MEMBER_BYTES)
    opened = within.counted(file)
    if name.lower().endswith((".gz", ".tgz")):
        opened = within.counted(gunzipped(opened, size))
    found = False
    try:
        for record in _records(suffix, opened, where, settings, within):
            found = True
            yield record if isinstance(record, Skipped) else _named(record, name)
        if not found:
            yield Skipped(where, _("it holds no article"))
    except TooMuch:
        raise
    except Damaged as error:
        yield Skipped(where, str(error))
    except OSError as error:
        yield Skipped(where, _("cannot be read: {reason}").format(reason=error.strerror or error))


def _named(record: Record, name: str) -> Record:
    """A record of a member of a name."""
    if record.id is not None:
        return replace(record, id=f"{name}#{record.id}")
    # As of a file that is one article, its own path may tell the day.
    day = record.published or dates.in_path(record.url or "") or dates.in_path(name)
    return replace(record, id=name, published=day)


def _records(
    suffix: str, file: BinaryIO, where: str, settings: BuildSettings, within: Within
) -> Iterator[Record | Skipped]:
    from qa.articles import formats

    if suffix in formats.CONTAINERS:
        if within.depth == _DEEPEST:
            yield Skipped(where, _("an archive in too many others; unpack it"))
            return
        within.depth += 1
        try:
            yield from formats.CONTAINERS[suffix](file, where, settings, within)
        finally:
            within.depth -= 1
    elif suffix in formats.COLUMNS and not settings.date_order:
        # Read twice, so a copy of it is kept meanwhile.
        with whole_file(file, sys.maxsize) as whole:
            order = formats.date_order(suffix, whole, settings)
            whole.seek(0)
            yield from formats.loader(suffix)(whole, where, replace(settings, date_order=order))
    else:
        yield from formats.loader(suffix)(file, where, settings)


class _Counted(io.RawIOBase):
    """A file whose bytes are counted as they are read."""

    def __init__(self, file: BinaryIO, within: Within) -> None:
        self._file = file
        self._within = within

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = self._file.read(len(view))
        self._within.take(len(data))
        view[: len(data)] = data
        return len(data)
