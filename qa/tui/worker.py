"""The one thread that owns the engine: questions in, messages out.

A daemon, so that quitting never waits for a model, a question or an index being built.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

from textual.message_pump import MessagePump

from qa.chat.conversation import Ask
from qa.errors import QAError
from qa.tui.messages import Answered, Building, Failed, Opened

if TYPE_CHECKING:
    from qa.engine import Engine

OpenEngine: TypeAlias = "Callable[[Callable[[str, int, int], None]], Engine]"
"""Opens the engine; where an index must be built first, tells how far each stage is."""


class _Stopped(Exception):
    """The person does not want the index that is being built."""


class EngineThread(Thread):
    """Opens an engine and answers questions one after the other.

    Only the latest question counts: one that was cancelled or overtaken before its turn is not
    asked, and the answer to one that was cancelled while it was asked is dropped.
    """

    def __init__(self, target: MessagePump, open_engine: OpenEngine) -> None:
        super().__init__(name="qa-engine", daemon=True)
        self._app = target
        self._open = open_engine
        self._questions: SimpleQueue[tuple[int, Ask] | None] = SimpleQueue()
        self._latest = 0
        self._stop_building = False

    def ask(self, asked: Ask) -> int:
        """Put a question in the queue.

        Returns:
            Its id, counted from 1.
        """
        self._latest += 1
        self._questions.put((self._latest, asked))
        return self._latest

    def cancel(self) -> None:
        """Drop whatever is being asked."""
        self._latest += 1

    def stop_building(self) -> None:
        """Leave off building an index; the next question begins anew."""
        self._stop_building = True

    def finish(self, timeout_s: float) -> bool:
        """Ask the thread to end.

        Returns:
            Whether it has; False where it is still at work after the time given.
        """
        self._latest += 1
        self._stop_building = True
        self._questions.put(None)
        if self.is_alive():
            self.join(timeout_s)
        return not self.is_alive()

    def run(self) -> None:
        """Open the engine, then serve to the end; after a failure each question tries it anew."""
        engine = self._opened(0)
        while (question := self._questions.get()) is not None:
            id_, asked = question
            if id_ != self._latest:
                continue
            engine = engine or self._opened(id_)
            if engine is None:
                continue
            try:
                answer = engine.ask(asked.question, asked.settings, after=asked.after)
            except Exception as error:
                # Whatever it is, the next question deserves a living thread.
                self._app.post_message(Failed(id_, _words(error)))
                continue
            if id_ == self._latest:
                self._app.post_message(Answered(id_, answer, engine.info))

    def _opened(self, id_: int) -> Engine | None:
        """The engine; None, and a message on behalf of question `id_`, if it cannot be opened."""
        try:
            engine = self._open(self._tell)
            opened = Opened(engine.info, engine.generation.sources(), engine.article)
        except Exception as error:
            self._stop_building = False
            self._app.post_message(Failed(id_, _words(error)))
            return None
        self._app.post_message(opened)
        return engine

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._stop_building:
            raise _Stopped
        self._app.post_message(Building(stage, done, total))


def _words(error: Exception) -> str:
    """What to tell the person; a fault of our own is named as one."""
    if isinstance(error, _Stopped):
        return "Stopped; there is no index yet. The next question builds it."
    if isinstance(error, QAError):
        return str(error)
    return f"qa itself failed: {type(error).__name__}: {error}"
