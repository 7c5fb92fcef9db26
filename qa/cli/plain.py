"""The chat line by line: for screen readers, pipes and terminals that cannot be drawn on.

The same conversation and the same commands as in the full chat. Nothing moves the cursor, nothing
is coloured, nothing spins; a quote stands between marks. Not handled: recalling earlier questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import click

from qa.chat.conversation import (
    COMMANDS,
    Ask,
    Began,
    Command,
    Conversation,
    Explain,
    Help,
    Leave,
    Notice,
    Open,
)
from qa.cli.screen import one_line
from qa.engine import Engine
from qa.errors import QAError
from qa.show import Line, as_text, in_context, wrapped

_MORE = (
    Command("2", "", "show source [2] of the last answer with its paragraph"),
    Command("Ctrl+C", "", "cancel a question; Ctrl+D leaves"),
)


def chat_line_by_line(
    open_engine: Callable[[], Engine], readline: Callable[[], bytes], *, prompted: bool, width: int
) -> None:
    """Answer line after line until there are no more.

    Args:
        open_engine: Called in the thread that then owns the engine.
        readline: The next line with its end; empty where there are no more.
        prompted: Whether a person types them: greet, and prompt for each.
        width: Columns to wrap to.

    Raises:
        QAError: If the engine cannot be opened; what fails later is told, and the chat goes on.
        KeyboardInterrupt: While opening, or between questions where nobody is prompted.
    """
    # Ctrl+C reaches this thread only, so that a question it cancels leaves the engine in order.
    with ThreadPoolExecutor(1, "qa-engine") as thread:
        engine = thread.submit(open_engine).result()
        try:
            chat = _Chat(engine, thread, width)
            if prompted:
                held = f"{engine.info.articles:,} articles"
                click.echo(f"{held}. Ask a question, or /help. A number shows that source.")
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

    def __init__(self, engine: Engine, thread: ThreadPoolExecutor, width: int) -> None:
        self._engine = engine
        self._thread = thread
        self._width = width
        self._conversation = Conversation()
        self._conversation.sources = thread.submit(engine.generation.sources).result()

    def respond(self, typed: str) -> bool:
        """Answer a question, or do what a command says; whether the chat goes on."""
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
            case Leave():
                return False
            case Notice(words=words, failed=failed):
                click.echo(one_line(words), err=failed)
        return True

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
            self._conversation.record(asked, answer, self._engine.info)
            click.echo(as_text(answer, self._engine.info, style=None, width=self._width))
            click.echo()

    def _say(self, lines: Sequence[Line]) -> None:
        click.echo(wrapped(lines, style=None, width=self._width))
        click.echo()
