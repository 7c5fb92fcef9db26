"""A file of a corpus, opened so that reading it ends: nothing that waits, no bomb.

Not handled: a disk or a network share that does not answer.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from qa.i18n import _, number

RATIO: Final = 200
FREE_BYTES: Final = 64 * 1024 * 1024


def open_file(path: Path, *, follow: bool = False) -> BinaryIO:
    """A regular file at its beginning, unpacked where the name ends in `.gz`.

    Args:
        path: Its name may have come to mean something else since it was looked at.
        follow: Whether it may be a symbolic link.

    Raises:
        OSError: If it cannot be opened, or is a pipe, a device or the like. While it is read: if it
            unpacks to over 64 MiB and over 200 times its size, which text does not; deflate reaches
            1,032 times.
        EOFError, zlib.error: While it is read, if compressed data is damaged.
    """
    # Opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    file = os.fdopen(descriptor, "rb")
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise OSError(_("not a regular file"))
    if path.suffix.lower() != ".gz":
        return file
    unpacked = _Unpacked(file, max(FREE_BYTES, RATIO * status.st_size))
    return cast("BinaryIO", io.BufferedReader(unpacked))


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

    def __init__(self, file: io.BufferedReader, most_bytes: int) -> None:
        self._file = file
        self._gzip = gzip.GzipFile(fileobj=file)
        self._left = most_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        count = self._gzip.readinto(cast("bytearray", buffer))
        self._left -= count
        if self._left < 0:
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
