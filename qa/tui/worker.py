"""The one thread that owns the engine: questions in, messages out.

It and the thread beside it that builds are daemons, so that quitting never waits for a model, a
question or an index being built.
"""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from textual.message_pump import MessagePump

from qa.chat.archive import Archive, Made, rebuilt, turned, unopened
from qa.chat.browsing import Browser, Passages
from qa.chat.conversation import Ask, Browse, Search
from qa.errors import QAError
from qa.i18n import _, language
from qa.tui.messages import Answered, Building, Failed, Listed, Opened, Searched

if TYPE_CHECKING:
    from qa.engine import Engine


class _Stopped(Exception):
    """The person does not want the index that is being built."""


class EngineThread(Thread):
    """Opens an archive and answers questions one after the other.

    Only the latest question counts: one that was cancelled or overtaken before its turn is not
    asked, and the answer to one that was cancelled while it was asked is dropped. Before each it
    looks whether the index was rebuilt, by whichever process. `is_building` says whether an index
    is built while questions go on.
    """

    def __init__(self, target: MessagePump, archive: Archive) -> None:
        super().__init__(name="qa-engine", daemon=True)
        self._app = target
        self._archive = archive
        self._work: SimpleQueue[tuple[int, Ask | Browse | Search] | Made | None] = SimpleQueue()
        self._latest = 0
        self._tried = Event()
        self._builder: Thread | None = None
        self._browsed: tuple[Engine, str, Browser] | None = None
        self.is_building = False
        self._stop_building = False

    def ask(self, asked: Ask | Browse | Search) -> int:
        """Put a question in the queue, or that articles be listed or searched.

        Returns:
            Its id, counted from 1.
        """
        self._latest += 1
        self._work.put((self._latest, asked))
        return self._latest

    def cancel(self) -> None:
        """Drop whatever is being asked."""
        self._latest += 1

    def build(self, path: Path | None) -> None:
        """Make an index as `Archive.made`, and ask that from then on; one at a time.

        Questions go to the index that is open meanwhile.
        """
        self.is_building, self._stop_building = True, False
        self._builder = Thread(target=self._build, args=(path,), name="qa-build", daemon=True)
        self._builder.start()

    def stop_building(self) -> None:
        """Leave off building an index; the next question begins anew where there is none."""
        self._stop_building = True

    def finish(self, timeout_s: float) -> bool:
        """Ask the threads to end.

        Returns:
            Whether they have; False where one is still at work after the time given.
        """
        self._latest += 1
        self._stop_building = True
        self._work.put(None)
        threads = [thread for thread in (self, self._builder) if thread and thread.is_alive()]
        for thread in threads:
            thread.join(timeout_s / len(threads))
        return not any(thread.is_alive() for thread in threads)

    def run(self) -> None:
        """Open the engine, then serve to the end; after a failure each question tries it anew."""
        self._opened(0)
        self._tried.set()
        while (work := self._work.get()) is not None:
            if isinstance(work, Made):
                self._turn_to(work)
            elif work[0] == self._latest:
                self._answer(*work)

    def _answer(self, id_: int, asked: Ask | Browse | Search) -> None:
        engine = self._current(id_)
        if engine is None:
            return
        try:
            if isinstance(asked, Browse):
                self._app.post_message(Listed(self._browser(engine), asked.wanted))
                return
            if isinstance(asked, Search):
                passages = Passages.of(engine, asked.wanted, asked.filters)
                if id_ == self._latest:
                    self._app.post_message(Searched(passages))
                return
            answer = engine.ask(asked.question, asked.settings, after=asked.after)
        except Exception as error:
            # Whatever it is, the next question deserves a living thread.
            self._app.post_message(Failed(id_, self._words(error)))
            return
        if id_ == self._latest:
            self._app.post_message(Answered(id_, answer, engine.info))

    def _browser(self, engine: Engine) -> Browser:
        """The articles of an engine, read once: 15,000 take 0.1 s (2026-11)."""
        if self._browsed is None or self._browsed[:2] != (engine, language()):
            self._browsed = engine, language(), Browser(engine.generation.headlines())
        return self._browsed[2]

    def _current(self, id_: int) -> Engine | None:
        """The engine of the generation in use, else of the one before; None as `_opened`."""
        if self._archive.engine is None:
            return self._opened(id_)
        try:
            if renewed := self._archive.renew():
                self._say_open(renewed, rebuilt(renewed))
        except Exception as error:
            self._app.post_message(Failed(0, unopened(error)))
        return self._archive.engine

    def _opened(self, id_: int) -> Engine | None:
        """The engine; None, and a message on behalf of question `id_`, if it cannot be opened."""
        try:
            engine = self._archive.open(self._tell)
            self._say_open(engine)
        except Exception as error:
            self._stop_building = False
            self._app.post_message(Failed(id_, self._words(error)))
            return None
        return engine

    def _turn_to(self, made: Made) -> None:
        before = self._archive.engine
        try:
            engine = self._archive.take(made)
            self._say_open(engine, turned(made, engine, before))
        except Exception as error:
            self._app.post_message(Failed(0, self._words(error)))

    def _say_open(self, engine: Engine, words: str = "") -> None:
        sources = engine.generation.sources()
        archive = self._archive
        self._app.post_message(
            Opened(engine.info, engine.about(), sources, archive.article, archive.sizes, words)
        )

    def _build(self, path: Path | None) -> None:
        # Two builds at a time would be one too many, where the first question's is not done.
        self._tried.wait()
        try:
            made = self._archive.made(path, self._tell)
        except Exception as error:
            self.is_building = False
            self._app.post_message(Failed(0, self._words(error)))
        else:
            self.is_building = False
            self._work.put(made)

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._stop_building:
            raise _Stopped
        self._app.post_message(Building(stage, done, total))

    def _words(self, error: Exception) -> str:
        """What to tell the person; a fault of our own is named as one."""
        if isinstance(error, _Stopped):
            if self._archive.engine is None:
                return _("Stopped; there is no index yet. The next question builds it.")
            return _("Stopped; the index is as it was.")
        if isinstance(error, QAError):
            return str(error)
        return _("qa itself failed: {fault}").format(fault=f"{type(error).__name__}: {error}")
