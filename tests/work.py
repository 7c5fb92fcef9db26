"""Work that is counted or compared, so that a busy or slow machine fails no test."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from types import FrameType

_MEASURABLE_S = 0.2
"""What takes less of the processor on a whole text is no matter."""

_TRIES = 6


def is_linear(work: Callable[[str], object], unit: str, length: int = 100_000) -> bool:
    """Whether four times as many repetitions of `unit` take less than eight times as long.

    On a virtual machine the clock of a process counts time that the host took: what is linear
    shows it in one of several tries, what is quadratic in none.

    Args:
        work: Called with a text of the length, and with a quarter of it where that took long.
        unit: What the text is made of.
        length: Code points.
    """
    whole = unit * (length // len(unit))
    quarter = whole[: len(whole) // 4]
    for _ in range(_TRIES):
        took = seconds(work, whole)
        if took < _MEASURABLE_S or took < 8 * seconds(work, quarter):
            return True
    return False


def seconds(work: Callable[[str], object], text: str) -> float:
    """Seconds of the processor on one call."""
    started = process_time()
    work(text)
    return process_time() - started


@contextmanager
def calls(package: str) -> Iterator[Counter[str]]:
    """Count, by qualified name, the calls of a package's functions in this thread."""
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_globals["__name__"].startswith(package):
            counted[frame.f_code.co_qualname] += 1

    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(None)
