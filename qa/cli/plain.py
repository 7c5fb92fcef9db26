"""The chat line by line: for screen readers, pipes and terminals that cannot be drawn on.

The same conversation and the same commands as in the full chat. Nothing moves the cursor, nothing
is coloured, nothing spins; a quote stands between marks. Not handled: recalling earlier questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import click

from qa.chat.conversation import (
    COMMANDS,
    Ask,
    Began,
    Command,
    Confirm,
    Conversation,
    Explain,
    Help,
    Kept,
    Leave,
    Marked,
    Notice,
    Open,
    Resumed,
)
from qa.cli.screen import one_line
from qa.engine import Engine
from qa.errors import QAError
from qa.i18n import _
from qa.show import Line, as_text, in_context, wrapped

_MORE = (
    Command("2", "", "show source [2] of the last answer with its paragraph"),
    Command("Ctrl+C", "", "cancel a question; Ctrl+D leaves"),
)

_YES = ("y", "yes", "ya")


def chat_line_by_line(
    open_engine: Callable[[], Engine],
    readline: Callable[[], bytes],
    *,
    prompted: bool,
    width: int,
    folder: Path | None = None,
) -> None:
    """Answer line after line until there are no more.

    Args:
        open_engine: Called in the thread that then owns the engine.
        readline: The next line with its end; empty where there are no more.
        prompted: Whether a person types them: greet, and prompt for each.
        width: Columns to wrap to.
        folder: Where conversations are kept; None keeps none.

    Raises:
        QAError: If the engine cannot be opened; what fails later is told, and the chat goes on.
        KeyboardInterrupt: While opening, or between questions where nobody is prompted.
    """
    # Ctrl+C reaches this thread only, so that a question it cancels leaves the engine in order.
    with ThreadPoolExecutor(1, "qa-engine") as thread:
        engine = thread.submit(open_engine).result()
        try:
            chat = _Chat(engine, thread, width, folder)
            if prompted:
                held = f"{engine.info.articles:,} articles"
                click.echo(f"{held}. Ask a question, or /help. A number shows that source.")
                chat.offer()
            while (typed := _next(readline, prompted=prompted)) and chat.respond(typed):
                pass
        finally:
            thread.submit(engine.close).result()


def _next(readline: Callable[[], bytes], *, prompted: bool) -> str | None:
    """The next line that is not blank and is UTF-8, without its end; None after the last one."""
    while True:
        try:
            if prompted:
                click.echo("> ", nl=False)
            line = readline()
        except KeyboardInterrupt:
            if not prompted:
                raise
            click.echo("\nCtrl+D or /quit leaves.")
            continue
        if not line:
            if prompted:
                click.echo()
            return None
        try:
            typed = line.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            click.echo(f"qa: that line is not UTF-8 at byte {error.start + 1}.", err=True)
            continue
        if typed:
            return typed


class _Chat:
    """Says what comes of each line."""

    def __init__(
        self, engine: Engine, thread: ThreadPoolExecutor, width: int, folder: Path | None
    ) -> None:
        self._engine = engine
        self._thread = thread
        self._width = width
        self._conversation = Conversation(folder=folder)
        self._conversation.find = engine.article
        self._confirm: Confirm | None = None
        self._conversation.sources = thread.submit(engine.generation.sources).result()

    def respond(self, typed: str) -> bool:
        """Answer a question, or do what a command says; whether the chat goes on."""
        confirm, self._confirm = self._confirm, None
        if confirm is not None and typed.lower() in _YES:
            typed = confirm.text
        match self._conversation.enter(typed):
            case Ask() as asked:
                self._ask(asked)
            case Open(turn=turn, place=place):
                self._say(in_context(place, turn.info.root, nearest=turn.is_near(place)))
            case Explain(lines=lines):
                self._say(lines)
            case Help():
                for command in (*COMMANDS, *_MORE):
                    click.echo(f"{command.name} {command.takes}".rstrip() + f": {command.does}")
            case Began():
                click.echo("A new conversation.")
            case Resumed(words=words):
                click.echo(one_line(words))
                turn = self._conversation.turns[-1]
                click.echo(f"> {one_line(turn.answer.question)}")
                click.echo(as_text(turn.answer, turn.info, style=None, width=self._width))
                click.echo()
            case Kept() as kept:
                self._list(kept)
            case Marked(bookmarks=bookmarks):
                for number, one in enumerate(bookmarks, start=1):
                    parts = (one.mark.note, one.words, one.question)
                    click.echo(f"{number}. {one_line(' · '.join(filter(None, parts)))}")
            case Confirm() as asks:
                self._confirm = asks
                click.echo(f"{one_line(asks.words)} " + _("y deletes it, anything else does not."))
            case Leave():
                return False
            case Notice(words=words, failed=failed):
                click.echo(one_line(words), err=failed)
        return True

    def offer(self) -> None:
        """Name the conversation that can be gone on with."""
        if offer := self._conversation.offer:
            click.echo(one_line(offer))

    def _list(self, kept: Kept) -> None:
        """Conversations by their numbers, each with the question that holds what is wanted."""
        if not kept.matches:
            click.echo(_("No conversation holds that.") if kept.wanted else _("None is kept yet."))
        for match in kept.matches:
            one = match.summary
            click.echo(f"{match.number}. {one_line(one.name)} ({one.size}, {one.when})")
            if match.said:
                click.echo(f"   {one_line(' · '.join(filter(None, match.said)))}")

    def _ask(self, asked: Ask) -> None:
        ask = partial(self._engine.ask, asked.question, asked.settings, after=asked.after)
        answering = self._thread.submit(ask)
        try:
            answer = answering.result()
        except KeyboardInterrupt:
            answering.cancel()
            click.echo("Cancelled.")
        except QAError as error:
            click.echo(f"qa: {one_line(str(error))}", err=True)
        except Exception as error:
            # Whatever it is, the next question deserves an answer.
            fault = one_line(f"{type(error).__name__}: {error}")
            click.echo(f"qa: qa itself failed: {fault}", err=True)
        else:
            told = self._conversation.problem
            self._conversation.record(asked, answer, self._engine.info)
            if (problem := self._conversation.problem) and problem != told:
                click.echo(f"qa: {one_line(problem)}", err=True)
            click.echo(as_text(answer, self._engine.info, style=None, width=self._width))
            click.echo()

    def _say(self, lines: Sequence[Line]) -> None:
        click.echo(wrapped(lines, style=None, width=self._width))
        click.echo()
