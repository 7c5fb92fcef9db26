"""A file of a corpus, opened so that reading it ends: nothing that waits, no bomb.

Not handled: a disk or a network share that does not answer.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from qa.i18n import _, number

RATIO: Final = 200
FREE_BYTES: Final = 64 * 1024 * 1024


class Damaged(OSError):
    """Compressed data that cannot be unpacked; the message says so."""


def open_file(path: Path, *, follow: bool = False) -> BinaryIO:
    """A regular file at its beginning, unpacked where the name ends in `.gz` or `.tgz`.

    Args:
        path: Its name may have come to mean something else since it was looked at.
        follow: Whether it may be a symbolic link.

    Raises:
        OSError: If it cannot be opened, or is a pipe, a device or the like. While it is read: if it
            unpacks to over 64 MiB and over 200 times its size, which text does not; deflate reaches
            1,032 times.
        Damaged: While it is read, if compressed data is damaged.
    """
    # Opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    file = os.fdopen(descriptor, "rb")
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise OSError(_("not a regular file"))
    if path.suffix.lower() not in (".gz", ".tgz"):
        return file
    return gunzipped(file, status.st_size)


def gunzipped(file: BinaryIO, size: int = 0) -> BinaryIO:
    """What a gzip file holds, as `open_file` bounds it; it may be read again from its beginning.

    Args:
        file: Closed with what is returned.
        size: Of the file.
    """
    return cast("BinaryIO", io.BufferedReader(_Unpacked(file, size)))


def disk_bytes(file: BinaryIO) -> int:
    """How many bytes a file takes on the disk, packed or not; 0 where it lies on none."""
    raw = getattr(file, "raw", None)
    if isinstance(raw, _Unpacked):
        return raw.packed_bytes
    try:
        return os.fstat(file.fileno()).st_size
    except (OSError, ValueError):
        return 0


@contextmanager
def whole_file(file: BinaryIO, max_bytes: int) -> Iterator[BinaryIO]:
    """A file of the disk that can be read at any place: the file itself, else a copy of it.

    Raises:
        OSError: If it cannot be copied, or is larger than `max_bytes`.
    """
    try:
        file.fileno()
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
    except (OSError, ValueError):
        with tempfile.TemporaryFile() as copy:
            left = max_bytes
            while data := file.read(1 << 16):
                left -= len(data)
                if left < 0:
                    raise _too_large(max_bytes) from None
                copy.write(data)
            copy.seek(0)
            yield cast("BinaryIO", copy)
        return
    if size > max_bytes:
        raise _too_large(max_bytes)
    yield file


def _too_large(max_bytes: int) -> OSError:
    return OSError(_("larger than {limit} bytes").format(limit=number(max_bytes)))


class _Unpacked(io.RawIOBase):
    """What a gzip file holds, up to a limit."""

    def __init__(self, file: BinaryIO, packed_bytes: int) -> None:
        self.packed_bytes = packed_bytes
        self._file = file
        self._gzip = gzip.GzipFile(fileobj=file)
        self._most = max(FREE_BYTES, RATIO * packed_bytes)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) == (0, io.SEEK_SET):
            self._gzip.rewind()
            self._at = 0
        elif (offset, whence) != (0, io.SEEK_CUR):
            raise io.UnsupportedOperation
        return self._at

    def readinto(self, buffer: object) -> int:
        try:
            count = self._gzip.readinto(cast("bytearray", buffer))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Damaged(_("its compressed data is damaged")) from error
        self._at += count
        if self._at > self._most:
            raise OSError(
                _("it unpacks to over {count} times its size; unpack it if that is right").format(
                    count=RATIO
                )
            )
        return count

    def close(self) -> None:
        self._gzip.close()
        self._file.close()
        super().close()
