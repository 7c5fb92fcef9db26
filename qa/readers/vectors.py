"""Token vectors in four bits, unpacked only for the tokens of a window.

A row is blocks of 32 numbers in 18 bytes: a little-endian float16 scale, then 16 bytes, byte j
holding number j in its low half and number j + 16 in its high half; number = (q - 8) * scale. That
is the layout in which the reader's start comes (`qa.train.e5`), so nothing is rounded again. 64,000
rows of 384 are 14 MB where float32 would be 98.

Does not pack: nothing here makes vectors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BYTES = 2 + BLOCK // 2


def unpack(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The numbers of some rows.

    Args:
        rows: Shape (n, blocks * 18) uint8.

    Returns:
        Shape (n, blocks * 32) float32.

    Raises:
        ValueError: If a row is no whole number of blocks.
    """
    blocks = np.ascontiguousarray(rows).reshape(len(rows), -1, _BYTES)
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    packed = blocks[..., 2:]
    integers = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32)
    return ((integers - 8) * scales).reshape(len(rows), -1)
