"""Work spread over processes, its results in the order in which it was given.

loky starts them, for it needs no `if __name__ == "__main__"` in a script that calls `qa.build`.

Not handled: on Windows such a process may outlive the one that started it, where that is killed.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import chain
from logging.handlers import QueueHandler
from queue import SimpleQueue
from time import perf_counter, sleep
from typing import Any, TypeVar

from qa import i18n
from qa.errors import QAError
from qa.i18n import _

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_ALONE_S = 0.5
"""Work that this process does before it starts others, which takes about as long."""

_AHEAD = 4
"""Results for each process that may wait to be taken."""

_WATCH_S = 1.0
"""How often a process looks whether the one that started it has been killed."""

_work: Callable[[Any], Any]
"""What a process does with an item: sent to it once, as it may hold much."""

_logged: SimpleQueue[logging.LogRecord] = SimpleQueue()
"""What has been logged in a process and not yet sent to the one that started it."""


def in_order(
    work: Callable[[_Item], _Result], items: Iterable[_Item], *, most: int | None = None
) -> Iterator[_Result]:
    """What comes of some work on each item; what it logs is logged here, before its result.

    The work begins in this process. What takes longer than half a second goes on in others, if
    there are cores for them.

    Args:
        work: Can be pickled, with all that it holds; depends on its item alone.
        items: Taken as they are needed, in this process.
        most: Processes beside this one; as many as there are cores beside its own if None.

    Raises:
        QAError: If the system killed such a process.
    """
    remaining = iter(items)
    taken = 0.0
    for item in remaining:
        if taken > _ALONE_S:
            yield from _in_processes(work, chain([item], remaining), most)
            return
        started = perf_counter()
        result = work(item)
        taken += perf_counter() - started
        yield result


def _in_processes(
    work: Callable[[_Item], _Result], items: Iterator[_Item], most: int | None
) -> Iterator[_Result]:
    from loky import ProcessPoolExecutor, cpu_count
    from loky.process_executor import BrokenProcessPool

    spare = cpu_count() - 1
    processes = spare if most is None else min(most, spare)
    if processes < 1:
        yield from map(work, items)
        return
    try:
        pool = ProcessPoolExecutor(
            processes, initializer=_begin, initargs=(work, i18n.language(), os.getpid())
        )
    except (ImportError, OSError, ValueError):
        # As in a container without memory that processes can share; a ValueError in the chat,
        # whose standard error is no file.
        yield from map(work, items)
        return
    waiting: deque[Future[tuple[_Result, list[logging.LogRecord]]]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(_do, item))
            if len(waiting) > processes * _AHEAD:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    except BrokenProcessPool as error:
        raise QAError(
            _("A process that read the articles was killed: is there enough memory?")
        ) from error
    finally:
        pool.shutdown(kill_workers=True)


def _result(future: Future[tuple[_Result, list[logging.LogRecord]]]) -> _Result:
    result, logged = future.result()
    for record in logged:
        record.thread = threading.get_ident()
        logging.getLogger(record.name).handle(record)
    return result


def _begin(work: Callable[[Any], Any], language: str, parent: int) -> None:
    global _work  # noqa: PLW0603 - one in each process
    _work = work
    i18n.use(language)
    logging.getLogger().addHandler(QueueHandler(_logged))
    # A person's Ctrl+C reaches the process that asked, which then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(_WATCH_S)
    os._exit(1)


def _do(item: Any) -> tuple[Any, list[logging.LogRecord]]:
    result = _work(item)
    return result, [_logged.get_nowait() for _ in range(_logged.qsize())]
