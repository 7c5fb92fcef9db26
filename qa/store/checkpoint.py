"""Vectors of a build under way, for the next one to go on with if this one is killed.

They lie in one file beside the drafts, in the order in which they were made, until a build that
wanted them is published:

    16 bytes that name the encoder, then for each passage
    16 bytes that name its text, its vector in float32, 16 bytes of BLAKE2b over all of these

What does not sum up right, such as a record cut short, is cut off with all behind it.

Not handled: vectors of two encoders at once. Those of another are dropped.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Vectors

FILE = "vectors.unfinished"

_DIGEST_BYTES = 16


class VectorCheckpoint:
    """The file, open to be read and added to. Close it, or remove it.

    Raises:
        OSError: From every method, if the file cannot be read or written, or the name is that of
            a link, a pipe or the like.
    """

    def __init__(self, index: Path, encoder: str, dim: int) -> None:
        """Open the file in the folder of an index, for vectors of an encoder by its id."""
        self._dim = dim
        self._name = _digest(f"{encoder} {dim}".encode())
        self._size = 2 * _DIGEST_BYTES + 4 * dim
        self._rows: dict[bytes, int] = {}
        self._count = 0
        path = index / FILE
        self._file = _open(path)
        self._path = path
        self._begin()

    def _begin(self) -> None:
        """Find what is whole, and drop the rest."""
        file = self._file
        if file.read(_DIGEST_BYTES) != self._name:
            file.seek(0)
            file.truncate()
            file.write(self._name)
        while len(record := file.read(self._size)) == self._size and self._is_whole(record):
            self._note(record[:_DIGEST_BYTES])
        file.truncate(self._at(self._count))

    def find(self, digests: Iterable[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors of those digests that are stored, each (dim,)."""
        found = {}
        for digest in digests:
            if (row := self._rows.get(digest)) is not None:
                self._file.seek(self._at(row) + _DIGEST_BYTES)
                found[digest] = np.frombuffer(self._file.read(4 * self._dim), "<f4")
        return found

    def add(self, digests: Iterable[bytes], vectors: Vectors) -> None:
        """Keep further vectors, (n, dim), which are safe from a kill when this returns."""
        self._file.seek(self._at(self._count))
        for digest, vector in zip(digests, vectors, strict=True):
            record = digest + vector.astype("<f4").tobytes()
            self._file.write(record + _digest(self._name + record))
            self._note(digest)
        self._file.flush()

    def close(self) -> None:
        """Let go of the file, which stays."""
        self._file.close()

    def remove(self) -> None:
        """Remove the file."""
        self.close()
        self._path.unlink(missing_ok=True)

    def _note(self, digest: bytes) -> None:
        """Take down whose vector the next row holds."""
        self._rows[digest] = self._count
        self._count += 1

    def _is_whole(self, record: bytes) -> bool:
        data, summed = record[:-_DIGEST_BYTES], record[-_DIGEST_BYTES:]
        return _digest(self._name + data) == summed

    def _at(self, row: int) -> int:
        """Where the record of a row begins."""
        return _DIGEST_BYTES + row * self._size


def _open(path: Path) -> BinaryIO:
    """The file, made if absent; nothing that another name leads to, since it is truncated."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    foreign = OSError(f"{path.name} is a link or no file; remove it")
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        raise foreign if error.errno == errno.ELOOP else error from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        os.close(descriptor)
        raise foreign
    return os.fdopen(descriptor, "rb+")


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
