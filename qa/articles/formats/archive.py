"""Archives (.zip, .tar, .tar.gz, .tgz): each member as a file of its own format.

Members are read as they come, larger ones by way of a copy without a name. Not handled: archives
that other programs pack (.rar, .7z, .tar.xz); links within an archive.
"""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Final, cast

from qa.articles.decode import NotText
from qa.articles.members import Within, load_member, member_name
from qa.articles.opening import whole_file
from qa.articles.zipped import ERRORS, Bounded, check, open_zip
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".zip", ".tar", ".tgz")

_ZIP: Final = b"PK"
_DAMAGED = (*ERRORS, tarfile.TarError)


def load(
    file: BinaryIO, path: str, settings: BuildSettings, within: Within | None = None
) -> Iterator[Record | Skipped]:
    """The records of every member, in the order of the archive."""
    within = within or Within.of(file)
    try:
        with whole_file(file, sys.maxsize) as whole:
            begin = whole.read(len(_ZIP))
            whole.seek(0)
            read = _zip if begin == _ZIP else _tar
            yield from read(whole, path, settings, within)
    except NotText as error:
        yield Skipped(path, str(error))


def _zip(
    file: BinaryIO, path: str, settings: BuildSettings, within: Within
) -> Iterator[Record | Skipped]:
    # Imported here: it imports this module.
    from qa.articles.formats import beside_page

    with open_zip(file, sys.maxsize) as archive:
        beside_pages = {beside_page(name) for name in archive.namelist()}
        for member in archive.infolist():
            folders = map(str, PurePosixPath(member.filename).parents)
            is_folder = not member.filename or member.is_dir()
            if is_folder or not beside_pages.isdisjoint(folders):
                continue
            try:
                check(member, sys.maxsize)
                with archive.open(member) as opened:
                    yield from load_member(
                        member.filename,
                        cast("BinaryIO", opened),
                        member.compress_size,
                        path,
                        settings,
                        within,
                    )
            except NotText as error:
                yield Skipped(f"{path}#{member_name(member.filename)}", str(error))
            except ERRORS:
                reason = _("its compressed data is damaged")
                yield Skipped(f"{path}#{member_name(member.filename)}", reason)


def _tar(
    file: BinaryIO, path: str, settings: BuildSettings, within: Within
) -> Iterator[Record | Skipped]:
    try:
        with tarfile.open(fileobj=cast("BinaryIO", Bounded(file)), mode="r:") as archive:
            while (member := archive.next()) is not None:
                # It would keep them all.
                archive.members.clear()  # type: ignore[attr-defined]
                opened = archive.extractfile(member) if member.isreg() else None
                if opened is not None:
                    yield from load_member(
                        member.name,
                        cast("BinaryIO", opened),
                        member.size,
                        path,
                        settings,
                        within,
                    )
    except NotText:
        raise
    except _DAMAGED as error:
        raise NotText(_("damaged, or no archive; nothing behind the damage is read")) from error
