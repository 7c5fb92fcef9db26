"""NumPy arrays in files, read without trust: they stay on disk until they are looked at.

The header is read here, because NumPy's own reading evaluates, warns and raises more than it says.
Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

Not handled: what the numbers say, and files that `np.save` did not write from an array of float32,
int32 or int64 in C order.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged

_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>[\x00-\xff]{2})"
    rb"\{'descr': '(?P<kind>[<>](?:f4|i4|i8))', 'fortran_order': False, "
    rb"'shape': \((?P<rows>\d{1,15}),(?: (?P<columns>\d{1,15}))?\), \} *\n"
)
_LONGEST_HEADER = 256


def open_array(path: Path) -> NDArray[Any]:
    """The array in an `.npy` file, of one dimension or two; memory is bounded by the file's size.

    Raises:
        IndexDamaged: If the file cannot be read, or is no such array to its last byte.
    """
    try:
        with path.open("rb") as file:
            header = _HEADER.match(file.read(_LONGEST_HEADER))
            size = file.seek(0, 2)
        if header is None or header.end() != 10 + int.from_bytes(header["length"], "little"):
            raise IndexDamaged(f"{path} is no array. Rebuild it: qa index FOLDER --full")
        kind = np.dtype(header["kind"].decode("ascii"))
        shape = tuple(int(length) for length in header.group("rows", "columns") if length)
        if header.end() + math.prod(shape) * kind.itemsize != size:
            raise IndexDamaged(f"{path} is cut short or longer. Rebuild it: qa index FOLDER --full")
        if not math.prod(shape):
            return np.empty(shape, kind)  # What is empty cannot be mapped.
        return np.asarray(np.memmap(path, kind, "r", header.end(), shape))
    except (OSError, ValueError) as error:
        raise IndexDamaged(
            f"{path} cannot be read ({error}). Rebuild it: qa index FOLDER --full"
        ) from error
