"""NumPy arrays in files, read without trust: they stay on disk until they are looked at.

Not handled: what the numbers say. Their kind and their shape are for the caller to check.
"""

from __future__ import annotations

from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from qa.errors import IndexDamaged

# What NumPy's reading of a header raises, and mapping as many bytes as it asks for.
_WRONG = (OSError, ValueError, TypeError, EOFError, SyntaxError, OverflowError, TokenError)


def open_array(path: Path) -> NDArray[Any]:
    """The array in an `.npy` file; memory is bounded by the file's size, whatever its header says.

    Raises:
        IndexDamaged: If the file cannot be read, or is no array.
    """
    try:
        return np.asarray(open_memmap(path, mode="r"))
    except _WRONG as error:
        reason = str(error).partition("\n")[0]
        raise IndexDamaged(f"{path} cannot be read ({reason}). Rebuild it: qa index --full") from (
            error
        )
