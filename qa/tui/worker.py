"""The one thread that owns the engine: questions in, messages out.

A daemon, so that quitting never waits for a model or a question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread

from textual.message import Message
from textual.message_pump import MessagePump

from qa.engine import Engine
from qa.errors import QAError
from qa.types import Answer, IndexInfo


@dataclass
class Opened(Message):
    """The engine is open."""

    info: IndexInfo


@dataclass
class Answered(Message):
    """Question number `id` has its answer."""

    id: int
    answer: Answer
    info: IndexInfo


@dataclass
class Failed(Message):
    """The engine could not be opened (id 0), or question `id` could not be answered."""

    id: int
    error: str


class EngineThread(Thread):
    """Opens an engine and answers questions one after the other.

    Only the latest question counts: one that was cancelled or overtaken before its turn is not
    asked, and the answer to one that was cancelled while it was asked is dropped.
    """

    def __init__(self, target: MessagePump, open_engine: Callable[[], Engine]) -> None:
        super().__init__(name="qa-engine", daemon=True)
        self._app = target
        self._open = open_engine
        self._questions: SimpleQueue[tuple[int, str]] = SimpleQueue()
        self._latest = 0

    def ask(self, question: str) -> int:
        """Put a question in the queue.

        Returns:
            Its id, counted from 1.
        """
        self._latest += 1
        self._questions.put((self._latest, question))
        return self._latest

    def cancel(self) -> None:
        """Drop whatever is being asked."""
        self._latest += 1

    def run(self) -> None:
        """Open the engine, then serve for ever; after a failure each question tries it anew."""
        engine = self._opened(0)
        while True:
            id_, question = self._questions.get()
            if id_ != self._latest:
                continue
            engine = engine or self._opened(id_)
            if engine is None:
                continue
            try:
                answer = engine.ask(question)
            except Exception as error:
                # Whatever it is, the next question deserves a living thread.
                self._app.post_message(Failed(id_, _words(error)))
                continue
            if id_ == self._latest:
                self._app.post_message(Answered(id_, answer, engine.info))

    def _opened(self, id_: int) -> Engine | None:
        """The engine; None, and a message on behalf of question `id_`, if it cannot be opened."""
        try:
            engine = self._open()
        except Exception as error:
            self._app.post_message(Failed(id_, _words(error)))
            return None
        self._app.post_message(Opened(engine.info))
        return engine


def _words(error: Exception) -> str:
    """What to tell the person; a fault of our own is named as one."""
    if isinstance(error, QAError):
        return str(error)
    return f"qa itself failed: {type(error).__name__}: {error}"
