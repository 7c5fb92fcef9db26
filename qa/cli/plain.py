"""The chat line by line: for screen readers, pipes and terminals that cannot be drawn on.

The same conversation and the same commands as in the full chat. Nothing moves the cursor, nothing
is coloured, nothing spins; a quote stands between marks. While an index is built nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import click

from qa.chat.archive import Archive, rebuilt, turned, unopened
from qa.chat.browsing import Browser, Passages, said
from qa.chat.conversation import (
    COMMANDS,
    About,
    Ask,
    Began,
    Browse,
    Command,
    Confirm,
    Conversation,
    Explain,
    Help,
    Kept,
    Leave,
    Make,
    Marked,
    Notice,
    Open,
    Resumed,
    Search,
    Settings,
    Speak,
)
from qa.chat.history import History
from qa.chat.preferences import load_preferences, save_preferences
from qa.cli.screen import one_line
from qa.cli.stop import terminable
from qa.engine import Engine
from qa.errors import QAError, UsageError
from qa.i18n import LANGUAGES, N_, _, language, ngettext, number, use
from qa.show import (
    Line,
    about,
    as_text,
    in_context,
    placed,
    questions,
    search_lines,
    suggested,
    wrapped,
)
from qa.types import Answer, Citation, Headline

_MORE = (
    Command("2", "", N_("show source [2] of the last answer with its paragraph")),
    Command("Ctrl+C", "", N_("cancel a question; Ctrl+D leaves")),
)

_LISTED = 20
"""Most articles that `/browse` lists, and passages that `/search` does."""

_YES = ("y", "yes", "ya")
_NO = ("n", "no", "tidak")


def chat_line_by_line(
    archive: Archive,
    readline: Callable[[str], bytes],
    *,
    prompted: bool,
    width: int,
    folder: Path | None = None,
    history: History | None = None,
    settings: Path | None = None,
) -> None:
    """Answer line after line until there are no more.

    Args:
        archive: What to ask; a thread of its own has the engine.
        readline: The next line with its end; empty where there are no more. Takes the prompt.
        prompted: Whether a person types them: greet, and prompt for each.
        width: Columns to wrap to.
        folder: Where conversations are kept; None keeps none.
        history: Earlier questions, to which those asked are added.
        settings: Where the language is kept; None keeps it only as long as the process.

    Raises:
        QAError: If the index cannot be opened; what fails later is reported, and the chat goes on.
        KeyboardInterrupt: While opening, or between questions where nobody is prompted.
    """
    # Ctrl+C reaches this thread only, so that a question it cancels leaves the engine in order.
    with ThreadPoolExecutor(1, "qa-engine") as thread:
        engine = thread.submit(archive.open, _Stages(_("no index yet"))).result()
        try:
            chat = _Chat(archive, engine, thread, width, folder, history or History(), settings)
            if prompted:
                count = engine.info.articles
                total = ngettext("{count} article.", "{count} articles.", count)
                how = _("Ask a question, or /help. A number shows that source.")
                click.echo(f"{total.format(count=number(count))} {how}")
                chat.greet()
                chat.offer()
            while (typed := _next(readline, prompted=prompted)) and chat.respond(typed):
                pass
        finally:
            thread.submit(archive.close).result()


def _next(readline: Callable[[str], bytes], *, prompted: bool) -> str | None:
    """The next line that is not blank and is UTF-8, without its end; None after the last one."""
    while True:
        try:
            line = readline("> " if prompted else "")
        except KeyboardInterrupt:
            if not prompted:
                raise
            click.echo("\n" + _("Ctrl+D or /quit leaves."))
            continue
        if not line:
            if prompted:
                click.echo()
            return None
        try:
            typed = line.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            words = _("that line is not UTF-8 at byte {n}.").format(n=error.start + 1)
            click.echo(f"qa: {words}", err=True)
            continue
        if typed:
            return typed


class _Stages:
    """Says each stage of a build once."""

    def __init__(self, why: str) -> None:
        self._why = why
        self._said: set[str] = set()

    def __call__(self, stage: str, _done: int, _total: int) -> None:
        if stage not in self._said:
            self._said.add(stage)
            click.echo(f"qa: {self._why}; {_(stage)}", err=True)


class _Chat:
    """Says what comes of each line."""

    def __init__(
        self,
        archive: Archive,
        engine: Engine,
        thread: ThreadPoolExecutor,
        width: int,
        folder: Path | None,
        history: History,
        settings: Path | None,
    ) -> None:
        self._archive = archive
        self._thread = thread
        self._width = width
        self._history = history
        self._settings = settings
        self._conversation = Conversation(folder=folder)
        self._confirm: Confirm | None = None
        self._listed: dict[str, Headline | Citation] = {}
        self._turn_to(engine)

    def respond(self, typed: str) -> bool:
        """Answer a question, or do what a command says; whether the chat goes on."""
        try:
            return self._respond(typed)
        except QAError as error:
            click.echo(f"qa: {one_line(str(error))}", err=True)
            return True

    def _respond(self, typed: str) -> bool:
        confirm, self._confirm = self._confirm, None
        if confirm is not None and typed.lower() in (*_YES, *_NO):
            typed = confirm.text if typed.lower() in _YES else confirm.otherwise
            if not typed:
                return True
        if self._listed and typed.isdecimal():
            self._show(typed)
            return True
        match self._conversation.enter(typed):
            case Ask() as asked:
                self._history.add(asked.question)
                self._ask(asked)
            case Make(path=path):
                self._make(path)
            case Open(turn=turn, place=place):
                if words := self._conversation.since_changed(place.article):
                    click.echo(one_line(words))
                self._say(in_context(place, turn.info.root, nearest=turn.is_near(place)))
            case Explain(lines=lines):
                self._say(lines)
            case Help():
                for command in (*COMMANDS, *_MORE):
                    click.echo(f"{command.usage}: {command.told}")
            case About():
                # Bars are noise to a screen reader.
                self._say(
                    [*about(self._about, drawn=False, open_with="/open FOLDER"), *self._questions()]
                )
            case Browse(wanted=wanted):
                self._browse(wanted)
            case Search() as asked:
                self._search(asked)
            case Began():
                click.echo(_("A new conversation."))
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
                click.echo(" ".join((one_line(asks.words), _("(y/n)"))))
            case Speak(language=spoken):
                self._speak(spoken)
            case Settings():
                click.echo(_spoken_now())
                if self._settings is not None:
                    where = _("Settings are kept in {file}.").format(file=self._settings)
                    click.echo(one_line(where))
            case Leave():
                return False
            case Notice(words=words, failed=failed):
                click.echo(one_line(words), err=failed)
        return True

    def _speak(self, spoken: str) -> None:
        """Speak another language, now and the next time."""
        use(spoken)
        self._conversation.questions = suggested(self._about)
        click.echo(_spoken_now())
        if self._settings is None:
            return
        try:
            stored = load_preferences(self._settings)
            save_preferences(replace(stored, language=spoken), self._settings)
        except UsageError as error:
            click.echo(f"qa: {one_line(str(error))}", err=True)

    def greet(self) -> None:
        """List questions that a number asks at the start."""
        if shown := self._questions():
            self._say([*shown, Line.of((_("A number asks it; /about says what is in here."), ""))])

    def _questions(self) -> list[Line]:
        """Questions that can be asked, by number as long as numbers do not stand for sources."""
        return questions(self._about, numbered=not self._conversation.turns)

    def _browse(self, wanted: str) -> None:
        """List the newest articles, or those that have some words; a number shows one."""
        headlines = self._thread.submit(self._engine.generation.headlines).result()
        found = Browser(headlines).find(wanted)
        listed = dict(enumerate(found[:_LISTED], start=1))
        self._listed = {str(n): one for n, one in listed.items()}
        for n, headline in listed.items():
            click.echo(f"{n}. {said(headline)}")
        count = ngettext("{count} article.", "{count} articles.", len(found))
        more = _("A number shows one until the next question; /browse WORDS finds others.")
        click.echo(f"{count.format(count=number(len(found)))} {more}")

    def _search(self, asked: Search) -> None:
        """Show the passages that hold some words; a number shows one in its paragraph."""
        found = self._thread.submit(
            Passages.of, self._engine, asked.wanted, asked.filters, limit=_LISTED
        ).result()
        self._listed = {str(place.n): place for place in found.places}
        self._say(search_lines(found.found, self._engine.info))

    def _show(self, number: str) -> None:
        """Show an article of the list, without what is masked in it; a passage in its paragraph."""
        listed = self._listed.get(number)
        if isinstance(listed, Citation):
            self._say(in_context(listed, self._engine.info.root))
            return
        article = self._engine.article(listed.id) if listed else None
        if article is None:
            click.echo(_("The list has no number {n}.").format(n=number), err=True)
            return
        where = Line.of(*placed(article, self._engine.info.root, 1))
        starts = [0, *(mask.end for mask in article.masks)]
        ends = [*(mask.start for mask in article.masks), len(article.text)]
        parts = (article.text[start:end] for start, end in zip(starts, ends, strict=True))
        rows = [Line.of((one_line(row), "")) for row in "".join(parts).splitlines() if row.strip()]
        self._say([Line.of((one_line(article.title), "answer")), where, *rows])

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
        self._listed = {}
        before = self._engine
        answering = self._thread.submit(self._answer, asked)
        try:
            words, answer = answering.result()
        except KeyboardInterrupt:
            answering.cancel()
            click.echo(_("Cancelled."))
        except QAError as error:
            click.echo(f"qa: {one_line(str(error))}", err=True)
        except Exception as error:
            # Whatever it is, the next question deserves an answer.
            fault = one_line(f"{type(error).__name__}: {error}")
            words = _("qa itself failed: {fault}").format(fault=fault)
            click.echo(f"qa: {words}", err=True)
        else:
            if words:
                click.echo(one_line(words))
            if self._engine is not before:
                self._turn_to(self._engine)
            told, info = self._conversation.problem, self._engine.info
            self._conversation.record(asked, answer, info)
            if (problem := self._conversation.problem) and problem != told:
                click.echo(f"qa: {one_line(problem)}", err=True)
            click.echo(as_text(answer, info, style=None, width=self._width))
            click.echo()

    def _answer(self, asked: Ask) -> tuple[str, Answer]:
        """An answer from the generation in use, and what to say where it is another than before."""
        words = ""
        try:
            if renewed := self._archive.renew():
                self._engine, words = renewed, rebuilt(renewed)
        except QAError as error:
            words = unopened(error)
        return words, self._engine.ask(asked.question, asked.settings, after=asked.after)

    def _make(self, path: Path | None) -> None:
        """Build or open an index, and ask that from now on."""
        before = self._engine
        try:
            with terminable():
                made = self._archive.made(path, _Stages(_("building the index")))
            engine = self._thread.submit(self._archive.take, made).result()
        except KeyboardInterrupt:
            click.echo(_("Stopped; the index is as it was."))
        except QAError as error:
            click.echo(f"qa: {one_line(str(error))}", err=True)
        else:
            click.echo(one_line(turned(made, engine, before)))
            self._turn_to(engine)

    def _turn_to(self, engine: Engine) -> None:
        """Have what is open now under the conversation."""
        self._engine, archive = engine, self._archive
        sources = self._thread.submit(engine.generation.sources).result()
        self._about = self._thread.submit(engine.about).result()
        self._conversation.questions = suggested(self._about)
        # Its numbers are of the index before.
        self._listed = {}
        if words := self._conversation.turn_to(sources, archive.article, archive.sizes):
            click.echo(one_line(words))

    def _say(self, lines: Sequence[Line]) -> None:
        click.echo(wrapped(lines, style=None, width=self._width))
        click.echo()


def _spoken_now() -> str:
    return _("Language: {language}").format(language=LANGUAGES[language()])
