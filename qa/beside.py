"""Work done in a thread beside other work, which waits for it.

Not handled: work that holds Python's global lock; it would only take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """Run some work while the block runs; the block ends when both have.

    What the work raises is raised after the block, unless the block itself raises.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run, name="beside")
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if raised:
        raise raised[0]
