"""ZIP files opened so that reading them ends: no bomb, no list of files that fills memory.

Nothing is ever unpacked to the disk under a name that an archive gives. Not handled: members that
are packed otherwise than by deflate, as hardly any program does.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from qa.articles.decode import NotText, too_large
from qa.articles.opening import FREE_BYTES, RATIO, whole_file
from qa.i18n import _

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_LIST: Final = 8 * 1024 * 1024
"""Bytes of the list of members; a member takes 46 and its name."""
_ENCRYPTED: Final = 0x1

ERRORS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OverflowError,
    ValueError,
)
"""What `zipfile` raises of a file that is damaged, locked or packed in another way."""


class Bounded:
    """A file that gives no more at once than a list of members may take."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Bytes, up to a size or the file's end."""
        if not 0 <= size <= _LONGEST_LIST:
            size = _LONGEST_LIST + 1
        data = self._file.read(size)
        if len(data) > _LONGEST_LIST:
            raise NotText(_("a list of members too long to read; split it"))
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As of any file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As of any file."""
        return self._file.tell()

    def seekable(self) -> bool:
        """As of any file."""
        return True


@contextmanager
def open_zip(file: BinaryIO, max_bytes: int) -> Iterator[zipfile.ZipFile]:
    """A ZIP file, whose members can be read, each no longer than it says.

    Args:
        file: At its beginning.
        max_bytes: Of the file.

    Raises:
        NotText: If it is none, or unpacks to over 64 MiB and over 200 times its size, which text
            does not; the message is the reason, for the person. So too within the block.
    """
    with whole_file(file, max_bytes) as whole:
        try:
            size = whole.seek(0, io.SEEK_END)
            with zipfile.ZipFile(Bounded(whole)) as archive:
                _see_that_it_is_no_bomb(archive, size)
                yield archive
        except NotText:
            raise
        except ERRORS as error:
            raise NotText(_("its compressed data is damaged")) from error


def _see_that_it_is_no_bomb(archive: zipfile.ZipFile, size: int) -> None:
    if sum(member.file_size for member in archive.infolist()) > max(FREE_BYTES, RATIO * size):
        raise NotText(_("it unpacks to over {count} times its size").format(count=RATIO))


def check(member: zipfile.ZipInfo, max_bytes: int) -> None:
    """See that a member can be read.

    Raises:
        NotText: If it is locked, packed in an unusual way, or larger than `max_bytes`.
    """
    if member.flag_bits & _ENCRYPTED:
        raise NotText(_("locked with a password; save it without one"))
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotText(_("packed in a way that qa does not read; unpack it"))
    if member.file_size > max_bytes:
        raise too_large(max_bytes)


def read_member(archive: zipfile.ZipFile, name: str, max_bytes: int) -> bytes:
    """The bytes of a member; none where there is no such member.

    Raises:
        NotText: If it cannot be read.
    """
    try:
        member = archive.getinfo(name)
    except KeyError:
        return b""
    check(member, max_bytes)
    return archive.read(member)


def read_xml(archive: zipfile.ZipFile, name: str, max_bytes: int) -> _Element | None:
    """The tree of a member, no entity of which is expanded; None where there is no such member.

    Raises:
        NotText: If it cannot be read.
    """
    # Imported here: most corpora need none of it.
    from lxml import etree

    data = read_member(archive, name, max_bytes)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser) if data else None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotText(_("its mark-up cannot be read ({type})").format(type="XML")) from error
