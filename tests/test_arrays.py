from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.arrays import open_array
from qa.errors import IndexDamaged

ARRAYS = [
    np.arange(6, dtype=np.float32),
    np.arange(6, dtype=np.int32),
    np.arange(6, dtype=np.int64),
    np.arange(6, dtype=np.float32).reshape(3, 2),
    np.arange(6, dtype=np.float32).reshape(6, 1),
    np.empty(0, np.int32),
    np.empty((0, 4), np.float32),
    np.zeros(100_000, np.float32),
]


@pytest.mark.parametrize("array", ARRAYS)
def test_what_numpy_saved_is_read_back(array: NDArray[np.generic], tmp_path: Path) -> None:
    """Kind, shape and numbers; the file is not copied into memory."""
    path = tmp_path / "array.npy"
    np.save(path, array)
    found = open_array(path)
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert (found == array).all()
    assert isinstance(found.base, np.memmap) == bool(array.size)


SOUND = b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
SOUND = SOUND.ljust(127) + b"\n" + bytes(8)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        SOUND[:-1],
        SOUND + b"\0",
        SOUND[:60],
        SOUND.replace(b"(2,)", b"(3,)"),
        SOUND.replace(b"(2,), }  ", b"(2, 2), }"),
        SOUND.replace(b"(2,), }        ", b"(999999999,), }"),
        SOUND.replace(b"<f4", b"|O8"),
        SOUND.replace(b"<f4", b"<f8"),
        SOUND.replace(b"False", b"True "),
        SOUND.replace(b"v\x00{", b"u\x00{"),
        SOUND.replace(b"\x01\x00v", b"\x02\x00v"),
        SOUND.replace(b"{'d", b"\n 'd"),
        b"PK\x03\x04" + bytes(100),
        b"\x80\x04\x95" + bytes(100),
    ],
)
def test_anything_else_is_damage(content: bytes, tmp_path: Path) -> None:
    """Cut, longer, of objects, an archive, a pickle, a header for Python to evaluate."""
    path = tmp_path / "array.npy"
    path.write_bytes(SOUND)
    assert open_array(path).tolist() == [0, 0]
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match="qa index FOLDER --full"):
        open_array(path)


def test_a_file_that_is_not_there_is_damage(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(IndexDamaged, match=r"array\.npy"):
        open_array(tmp_path / "array.npy")
