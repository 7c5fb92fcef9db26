"""Work done in a thread while other work is done, which waits for it.

Not handled: work that holds Python's global lock; it would only take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from qa.errors import QAError


@contextmanager
def run_in_background(work: Callable[[], None]) -> Iterator[None]:
    """Run some work while the block runs; the block ends when both have.

    What the work raises is raised after the block, also in place of a fault of the block, which it
    may well explain; what the block tells a person, a QAError, comes first.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run, name="background")
    thread.start()
    try:
        yield
    except Exception as error:
        thread.join()
        if raised and not isinstance(error, QAError):
            raise raised[0] from error
        raise
    finally:
        thread.join()
    if raised:
        raise raised[0]
