"""Worker threads, each with an engine of its own, and the work that waits for one.

A worker looks before each piece of work whether the index was rebuilt, by whichever process, and
opens the new generation: what is asked after a build is answered from it, and each answer is drawn
from one generation alone. The reader, which is most of what there is to load, is shared.

Work that was begun cannot be taken back: one whose time is up goes on until its next look at the
clock, and holds its worker until then, though whoever asked got an error at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Condition, Thread
from time import perf_counter
from typing import Any, Self, TypeVar

from qa.engine import Engine
from qa.errors import QAError
from qa.readers import open_reader
from qa.readers.onnx import OnnxReader

WORKERS = 2
"""One retrieves and decides while the reader's threads, one a core, read for the other."""

_TIMED = 500
"""Pieces of work, the last ones, of which the quantiles are."""

_T = TypeVar("_T")

Work = Callable[[Engine, float], _T]
"""Takes an engine and the seconds that are left."""


class Refused(Exception):
    """Not now; the message says why. Ask again after `after_s` seconds."""

    after_s = 2


@dataclass(slots=True, eq=False)
class _Job:
    work: Work[Any]
    deadline: float
    """By `perf_counter`, in seconds."""
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True)
class Counts:
    """What has come of the work so far; `begun` and `waiting` are of now."""

    done: int = 0
    refused: int = 0
    late: int = 0
    begun: int = 0
    waiting: int = 0


class Desk:
    """Takes work from any thread, as much as can wait, and has it done.

    Args:
        opened: Opens an engine over the generation in use.
        workers: How many threads, each with an engine of its own.
        waiting: Most work that waits.
        limit_s: Seconds after which nobody waits for a piece of work any longer.
        tell: Told in a line what went wrong with a new generation.
        further: Gives figures beside those of the desk, by names as Prometheus has them.
    """

    def __init__(
        self,
        opened: Callable[[], Engine],
        *,
        workers: int = WORKERS,
        waiting: int = 16,
        limit_s: float = 30.0,
        tell: Callable[[str], None] = lambda _: None,
        further: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        self._open = opened
        self._further = further
        self._took_s: deque[float] = deque(maxlen=_TIMED)
        self._most = waiting
        self._limit_s = limit_s
        self._tell = tell
        self._told = ""
        self._jobs: deque[_Job] = deque()
        self._turn = Condition()
        self._counts = Counts()
        self._closed = False
        engines = [self._open() for _ in range(workers)]
        self.info = engines[0].info
        self._threads = [
            Thread(target=self._work, args=(engine,), name=f"qa-serve-{n}", daemon=True)
            for n, engine in enumerate(engines)
        ]
        for thread in self._threads:
            thread.start()

    @classmethod
    def over(
        cls,
        index: Path,
        reader: str,
        *,
        workers: int = WORKERS,
        waiting: int = 16,
        limit_s: float = 30.0,
        tell: Callable[[str], None] = lambda _: None,
    ) -> Self:
        """One over an index, whose engines share a reader.

        Args:
            index: The folder of the index.
            reader: `bundled`, or an extractive-QA model by name or path.
            workers: How many threads; a reader that is not ours is asked by one.
            waiting: As for a desk.
            limit_s: As for a desk.
            tell: As for a desk.
        """
        shared = open_reader(reader)
        # Of the others it is not known that two threads may ask them at a time.
        several = workers if isinstance(shared, OnnxReader) else 1
        return cls(
            partial(Engine.open, index, reader=shared),
            workers=several,
            waiting=waiting,
            limit_s=limit_s,
            tell=tell,
        )

    @property
    def counts(self) -> Counts:
        """What has come of the work so far."""
        with self._turn:
            now = self._counts
            return Counts(now.done, now.refused, now.late, now.begun, len(self._jobs))

    @property
    def figures(self) -> dict[str, float]:
        """What there is to watch, by names as Prometheus has them."""
        counts = self.counts
        with self._turn:
            took = sorted(self._took_s)
        quantiles = {
            f'qa_work_seconds{{quantile="{share}"}}': round(took[int(share * (len(took) - 1))], 4)
            for share in (0.5, 0.95)
            if took
        }
        return {
            "qa_work_done_total": counts.done,
            "qa_work_refused_total": counts.refused,
            "qa_work_late_total": counts.late,
            "qa_work_waiting": counts.waiting,
            "qa_work_begun": counts.begun,
            **quantiles,
            **self._further(),
        }

    def submit(self, work: Work[_T]) -> Future[_T]:
        """Have a piece of work done; cancelling the future frees its place while it waits.

        Raises:
            Refused: If no more can wait.
        """
        job = _Job(work, perf_counter() + self._limit_s)
        with self._turn:
            if self._closed or len(self._jobs) >= self._most:
                self._counts.refused += 1
                raise Refused(
                    "The server is closing." if self._closed else "Too many questions wait."
                )
            self._jobs.append(job)
            self._turn.notify()
        job.future.add_done_callback(lambda _: self._drop(job))
        return job.future

    async def done(self, work: Work[_T]) -> _T:
        """What comes of a piece of work.

        Raises:
            Refused: If no more can wait, or it is not done in time.
        """
        future = self.submit(work)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._limit_s)
        except TimeoutError as error:
            with self._turn:
                self._counts.late += 1
            raise Refused(f"No answer within {self._limit_s:g} seconds.") from error

    def close(self, patience_s: float) -> bool:
        """Take no more work, forget what waits, and give what is begun so many seconds.

        Returns:
            Whether all workers have ended.
        """
        with self._turn:
            self._closed = True
            jobs = list(self._jobs)
            self._turn.notify_all()
        for job in jobs:
            job.future.cancel()
        until = perf_counter() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, until - perf_counter()))
        return not any(thread.is_alive() for thread in self._threads)

    def _drop(self, job: _Job) -> None:
        """Free the place of work that is not waited for any longer."""
        with self._turn:
            if job in self._jobs:
                self._jobs.remove(job)

    def _next(self) -> _Job | None:
        with self._turn:
            self._turn.wait_for(lambda: self._jobs or self._closed)
            return self._jobs.popleft() if self._jobs else None

    def _work(self, engine: Engine) -> None:
        while job := self._next():
            if not job.future.set_running_or_notify_cancel():
                continue
            started = perf_counter()
            with self._turn:
                self._counts.begun += 1
            try:
                engine = self._renewed(engine)
                result = job.work(engine, job.deadline - perf_counter())
                if perf_counter() >= job.deadline:
                    # A reader that looked at the clock may have left passages unread.
                    raise TimeoutError  # noqa: TRY301 - as if the work itself had
            except BaseException as error:
                # Whatever it is, the next question deserves a living thread.
                job.future.set_exception(error)
            else:
                job.future.set_result(result)
            with self._turn:
                self._counts.begun -= 1
                self._counts.done += 1
                self._took_s.append(perf_counter() - started)
        engine.close()

    def _renewed(self, engine: Engine) -> Engine:
        """The engine of the generation in use; the old one where that cannot be opened."""
        if not engine.generation.is_superseded():
            return engine
        try:
            renewed = self._open()
        except QAError as error:
            words = f"The index was rebuilt but cannot be opened: {error}"
            if words != self._told:
                self._told = words
                self._tell(words)
            return engine
        engine.close()
        self.info = renewed.info
        return renewed
