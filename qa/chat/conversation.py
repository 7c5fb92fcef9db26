"""A conversation under any front end: its turns, the filters in force, what was typed.

`Conversation.enter` takes what the person typed and says what is to be shown or asked; a front end
asks the engine, hands the answer to `record`, and displays. `answers` are those since `/new`.
Turns are stored by `qa/chat/conversations.py`, if it is given a folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from qa.chat import narrowing
from qa.chat.conversations import Bookmark, Match, Summary, matching, now
from qa.chat.export import export, unused_name
from qa.chat.keeping import Keeping
from qa.chat.paths import completed_paths, expanded, typed_path
from qa.chat.transcript import Turn
from qa.chat.turn_json import Excerpt, completed, contradicted, gone, missing
from qa.errors import QAError, UsageError
from qa.i18n import LANGUAGES, N_, _, language, ngettext, number
from qa.question.greeting import asks_what_is_here
from qa.settings import AskSettings, Filters
from qa.show import Line, conditions, day_condition, why
from qa.types import Answer, Article, Citation, IndexInfo, SourceSize

Find: TypeAlias = Callable[[str], Article | None]
Sizes: TypeAlias = Callable[[Filters], Sequence[SourceSize]]

_DAYS = "days"
"""The key of the condition that a question's own days make."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: its name, what it takes, what it does."""

    name: str
    takes: str
    does: str

    @property
    def usage(self) -> str:
        """How it is typed, in the language in use."""
        return f"{self.name} {_(self.takes)}" if self.takes else self.name

    @property
    def told(self) -> str:
        """What it does, in the language in use."""
        return _(self.does)


COMMANDS = (
    Command("/since", N_("DATE"), N_("only articles from this day on; bare: any day")),
    Command("/until", N_("DATE"), N_("only articles up to this day; bare: any day")),
    Command("/source", N_("NAME"), N_("only articles of this source; bare: any")),
    Command("/anyday", "", N_("the last question again, whatever days it names")),
    Command("/new", "", N_("begin a new conversation")),
    Command("/retry", "", N_("the last question again, from the index as it is now")),
    Command(
        "/conversations", N_("[WORDS]"), N_("earlier conversations, or those that hold these words")
    ),
    Command("/resume", "[N]", N_("go on with number N of that list; bare: the last one")),
    Command("/rename", N_("NAME"), N_("name this conversation")),
    Command("/delete", "[N]", N_("delete number N of that list; bare: this conversation")),
    Command(
        "/bookmark", N_("[N] [NOTE]"), N_("mark the last answer, or its source [N], with a note")
    ),
    Command("/bookmarks", "[N]", N_("what is marked; open number N of it")),
    Command("/export", N_("[FILE]"), N_("write to a new .md .html .csv .bib .json .jsonl")),
    Command("/why", "", N_("how the last answer was found")),
    Command("/help", "", N_("commands and keys")),
    Command("/quit", "", N_("leave")),
    Command(
        "/open", N_("PATH"), N_("ask another index, or index a folder of articles and ask that")
    ),
    Command("/reindex", "", N_("read the articles of this index again; ask on meanwhile")),
    Command("/about", "", N_("what is in here, and what can be asked")),
    Command("/browse", N_("[WORDS]"), N_("the articles by date, or those of these words")),
    Command("/search", N_("WORDS"), N_("passages with these words, “a phrase”, none with -this")),
    Command("/language", "id|en", N_("what qa speaks; bare: which it is and which there are")),
    Command("/settings", "", N_("language, theme, article pane, keys")),
)

AT_HOME = frozenset({"/open", "/export", "/reindex"})
"""Commands that act on the machine that qa runs on; whoever chats in a browser has none of them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question for the engine, as things stood when it was typed.

    `settings` hold the filters in force, `after` the answers that it may lean on, oldest first.
    """

    question: str
    settings: AskSettings
    after: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """Show the article of a place of a turn."""

    turn: Turn
    place: Citation


@dataclass(frozen=True, slots=True)
class Explain:
    """Show how the last answer was found."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """Show the commands, and whatever else the front end offers."""


@dataclass(frozen=True, slots=True)
class About:
    """Show what is in the index."""


@dataclass(frozen=True, slots=True)
class Browse:
    """Show the articles by date; `wanted` are the words to find them by, none for all."""

    wanted: str


@dataclass(frozen=True, slots=True)
class Search:
    """Show the passages that hold some words, of the articles that the filters let through."""

    wanted: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class Leave:
    """The person is done."""


@dataclass(frozen=True, slots=True)
class Began:
    """A new conversation has begun; what was shown of the old one may go."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """An earlier conversation goes on: its turns are to be shown, and then these words."""

    words: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Show the conversations that were looked for; `wanted` are the words, none for all."""

    conversations: tuple[Summary, ...]
    wanted: str

    @property
    def matches(self) -> list[Match]:
        """Those that hold the words."""
        return matching(self.conversations, self.wanted)


@dataclass(frozen=True, slots=True)
class Marked:
    """Show the bookmarks; `/bookmarks N` opens number N, from 1."""

    bookmarks: tuple[Bookmark, ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """Ask the person, and enter `text` if they say yes, and `otherwise` if no, unless empty."""

    words: str
    text: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Make:
    """Make the index of a path, as `Archive.made`, and ask that from then on."""

    path: Path | None


@dataclass(frozen=True, slots=True)
class Speak:
    """Speak a language from now on, and keep it; a key of `LANGUAGES`."""

    language: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Show what is set for good."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell; `failed` where what was typed could not be done."""

    words: str
    failed: bool = False


Outcome: TypeAlias = (
    Ask
    | Open
    | Explain
    | Help
    | About
    | Browse
    | Search
    | Began
    | Resumed
    | Kept
    | Marked
    | Confirm
    | Make
    | Speak
    | Settings
    | Leave
    | Notice
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter in force, as a person reads it; `key` is what `drop` takes."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What the typed text may become, and a word on it."""

    text: str
    hint: str


class Conversation:
    """The state of one chat.

    `sources` are the names of sources in the index, once it is open; empty until then, which
    lets `/source` take any name. `find` gives an article of the index by its id, None if it has
    none; until then, None. `sizes` says how many articles of each source some filters let through.
    `questions` are some that the index answers.

    Args:
        settings: How questions are answered at first.
        folder: Where conversations are kept; None keeps this one only as long as the process.
    """

    def __init__(
        self,
        settings: AskSettings = AskSettings(),
        *,
        folder: Path | None = None,
        in_browser: bool = False,
    ) -> None:
        self.settings = settings
        self.sources: Sequence[str] = ()
        self.questions: Sequence[str] = ()
        self.find: Find | None = None
        self.sizes: Sizes = lambda _filters: ()
        self.turns: list[Turn] = []
        self._keeping = Keeping(folder)
        without = AT_HOME if in_browser else frozenset()
        self.commands = tuple(one for one in COMMANDS if one.name not in without)

    @property
    def problem(self) -> str | None:
        """Why the last turn is not kept, where it is not."""
        return self._keeping.kept.problem

    @property
    def offer(self) -> str | None:
        """A word on the last conversation, which `/resume` takes up; None if there is none."""
        return self._keeping.offer

    @property
    def filters(self) -> Filters:
        """The filters in force."""
        return self.settings.filters

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers given since the conversation began, oldest first."""
        return tuple(turn.answer for turn in self.turns)

    @property
    def conditions(self) -> list[Condition]:
        """The filters in force, one by one, and the days that the last question named."""
        chosen = [Condition(*named) for named in conditions(self.filters)]
        days = day_condition(self.turns[-1].answer) if self.turns else None
        return [*chosen, Condition(_DAYS, days)] if days else chosen

    def drop(self, key: str) -> Ask | None:
        """Lift one condition; one that is not in force stays so.

        Returns:
            What to ask again: the last question where it was its days that were lifted.
        """
        if key in ("since", "until", "source"):
            self._filter(self._changed(**{key: None}))
        return self._any_day() if key == _DAYS else None

    def record(self, asked: Ask, answer: Answer, info: IndexInfo) -> Turn:
        """Keep the answer to a question."""
        turn = Turn(answer, asked.settings.filters, info, now())
        self.turns.append(turn)
        self._keeping.add(turn)
        return turn

    def whole(self, turn: Turn) -> Turn:
        """A turn of an earlier conversation with the whole articles that the index has of it."""
        return completed(turn, self.find) if self.find and missing(turn) else turn

    def enter(self, text: str) -> Outcome:
        """What to do about a text that the person sent; empty text is a notice."""
        typed = text.strip()
        if not typed:
            return Notice(_("Type a question, or /help."))
        if re.fullmatch(r"\[?[0-9]{1,3}\]?", typed):
            n = int(typed.strip("[]"))
            if not self.turns and 0 < n <= len(self.questions):
                return Ask(self.questions[n - 1], self.settings)
            return self.opened(n)
        if not typed.startswith("/") and asks_what_is_here(typed):
            return About()
        if not typed.startswith("/"):
            return Ask(typed, self.settings, self.answers)
        name, *rest = typed.split(maxsplit=1)
        argument = rest[0].strip() if rest else ""
        try:
            return self._command(name.lower(), argument)
        except QAError as error:
            return Notice(str(error), failed=True)

    def opened(self, n: int, turn: Turn | None = None) -> Open | Notice:
        """Place `n` of a turn, of the last one if none is named."""
        turn = turn or (self.turns[-1] if self.turns else None)
        if turn is None:
            return Notice(_("There is nothing to open yet: ask a question first."), failed=True)
        if not turn.places:
            return Notice(_("The last answer has no sources."), failed=True)
        if any(place.n == n for place in turn.places):
            try:
                whole = self.whole(turn)
            except QAError as error:
                return Notice(str(error), failed=True)
            place = next(place for place in whole.places if place.n == n)
            if not isinstance(place.article, Excerpt):
                return Open(whole, place)
            later = _("The index is still being opened; try again in a moment.")
            return Notice(gone(place.article) if self.find else later, failed=True)
        words = ngettext(
            "The last answer has no source {n}, only {count}.",
            "The last answer has no source {n}, 1 to {count}.",
            len(turn.places),
        )
        return Notice(words.format(n=n, count=len(turn.places)), failed=True)

    def since_changed(self, article: Article) -> str:
        """What to say of an article that an answer cites and the index no longer has as it was."""
        try:
            if self.find is None or self.find(article.id) is not None:
                return ""
        except QAError as error:
            return str(error)
        return _(
            "“{title}” is not in the index any more, or was changed; this is how it was when the "
            "question was asked. /retry asks the last question again."
        ).format(title=article.title)

    def turn_to(self, sources: Sequence[str], find: Find, sizes: Sizes) -> str:
        """Have another index, or another generation, under the conversation.

        Returns:
            What to say: that the filters are lifted, if no article there meets them.
        """
        self.sources, self.find, self.sizes = sources, find, sizes
        if not self.filters or (words := narrowing.unmet(self.filters, sizes)) is None:
            return ""
        self._filter(Filters())
        return words + " " + _("All articles are asked now.")

    def complete(self, text: str) -> list[Completion]:
        """What a text that begins a command may become, in the order of the commands."""
        name, space, argument = text.partition(" ")
        if not text.startswith("/") or "\n" in text:
            return []
        if not space:
            return [
                Completion(f"{one.name} " if one.takes else one.name, one.told)
                for one in self.commands
                if one.name.startswith(name.lower())
            ]
        if name.lower() == "/source":
            wanted = argument.strip()
            found = narrowing.matching(self.sources, wanted)
            if [narrowing.folded(source) for source in found] == [narrowing.folded(wanted)]:
                # It is whole, and stays as it was typed.
                return []
            return [Completion(f"/source {source}", "") for source in found]
        if name.lower() == "/language":
            wanted = argument.strip().lower()
            codes = [code for code in LANGUAGES if code.startswith(wanted)]
            return [Completion(f"/language {code}", LANGUAGES[code]) for code in codes]
        if name.lower() == "/open" and self._has("/open"):
            return [Completion(f"/open {path}", hint) for path, hint in completed_paths(argument)]
        return []

    def _any_day(self) -> Ask | None:
        """The last question again, not filtered by its days; None if it was not filtered by any."""
        if not self.turns or not day_condition(self.turns[-1].answer):
            return None
        *before, last = self.answers
        return Ask(last.question, replace(self.settings, date_filter=False), tuple(before))

    def _has(self, name: str) -> bool:
        return any(one.name == name for one in self.commands)

    def _command(self, name: str, argument: str) -> Outcome:
        if name in AT_HOME and not self._has(name):
            raise UsageError(
                _("{name} acts on the machine that qa runs on: start qa chat there.").format(
                    name=name
                )
            )
        match name:
            case "/since":
                return self._filtered(since=self._day(argument, last=False))
            case "/until":
                return self._filtered(until=self._day(argument, last=True))
            case "/source":
                return self._filtered(source=self._source(argument) if argument else None)
            case "/anyday":
                again = self._any_day()
                if again is None:
                    raise UsageError(_("The last question was not held to any days."))
                return again
            case "/new":
                return self._new(argument)
            case "/retry":
                *before, last = (turn.answer for turn in self._answered())
                return Ask(last.question, self.settings, tuple(before))
            case "/conversations":
                return Kept(self._keeping.list(), argument)
            case "/resume":
                return self._resumed(argument)
            case "/rename":
                self._keeping.rename(argument)
                return Notice(_("This conversation is now “{name}”.").format(name=argument))
            case "/delete":
                return self._deleted(argument)
            case "/bookmark":
                return self._bookmarked(argument)
            case "/bookmarks":
                if not argument:
                    return Marked(self._keeping.bookmarks())
                turn, n = self._keeping.bookmarked(argument)
                return self.opened(n, turn)
            case "/export":
                return self._exported(argument)
            case "/why":
                return self._explained()
            case "/help":
                return Help()
            case "/open":
                return Make(typed_path(argument))
            case "/reindex":
                return Make(None)
            case "/about":
                return About()
            case "/browse":
                return Browse(argument)
            case "/search":
                # It loads numpy, for which the first sight of the chat is not to wait.
                from qa.search import wanted

                # What searches for nothing is shown at once.
                wanted(argument)
                return Search(argument, self.filters)
            case "/language":
                return _spoken(argument)
            case "/settings":
                return Settings()
            case "/quit" | "/exit":
                return Leave()
        near = get_close_matches(name, [command.name for command in self.commands], n=1)
        hint = _("Is it {names}?").format(names=near[0]) if near else _("See /help.")
        raise UsageError(_("No command {name}.").format(name=name) + " " + hint)

    def _filter(self, filters: Filters) -> None:
        self.settings = replace(self.settings, filters=filters)

    def _changed(self, **changes: date | str | None) -> Filters:
        return replace(self.filters, **changes)  # type: ignore[arg-type]

    def _in_force(self) -> str:
        """The filters in force, in words; empty if there are none."""
        return _(" and ").join(words for _key, words in conditions(self.filters))

    def _filtered(self, **changes: date | str | None) -> Notice:
        since = changes.get("since", self.filters.since)
        until = changes.get("until", self.filters.until)
        if isinstance(since, date) and isinstance(until, date) and since > until:
            raise UsageError(
                _("/since {since} is after /until {until}; change the other one first.").format(
                    since=since, until=until
                )
            )
        narrowed = self._changed(**changes)
        if words := narrowing.unmet(narrowed, self.sizes):
            others = [f"/{key}" for key, _words in conditions(self.filters) if key not in changes]
            if others and self.sizes(Filters(**changes)):  # type: ignore[arg-type]
                # Each has articles and the two have none: a person may want the new one instead.
                words += " " + _("To have this one alone, lift the other first: {commands}").format(
                    commands=_(" and ").join(others)
                )
            raise UsageError(words)
        self._filter(narrowed)
        if in_force := self._in_force():
            return Notice(_("Asking articles {condition}.").format(condition=in_force))
        return Notice(_("Asking all articles."))

    def _source(self, typed: str) -> str:
        return narrowing.source(self.sources, self.sizes(Filters()), typed)

    def _day(self, typed: str, *, last: bool) -> date | None:
        today = self.settings.now or datetime.now().astimezone().date()
        return narrowing.day(typed, today, last=last) if typed else None

    def _exported(self, argument: str) -> Notice:
        if not self.turns:
            raise UsageError(_("There is nothing to export yet: ask a question first."))
        for turn in self.turns:
            if self.find and contradicted(turn, self.find):
                raise UsageError(
                    _(
                        "The file of this conversation was changed: “{question}” cites words that "
                        "do not stand in the article. Ask it anew in a new conversation: /new"
                    ).format(question=turn.answer.question)
                )
        path = expanded(argument) if argument else unused_name(datetime.now().astimezone())
        export(self.turns, path)
        count = len(self.turns)
        many = ngettext("{count} question", "{count} questions", count).format(count=number(count))
        return Notice(_("Wrote {questions} to {path}.").format(questions=many, path=path))

    def _explained(self) -> Explain:
        if not self.turns:
            raise UsageError(_("There is no answer to explain yet: ask a question first."))
        turn = self.turns[-1]
        return Explain(tuple(why(turn.answer, turn.info)))

    def _answered(self) -> list[Turn]:
        if not self.turns:
            raise UsageError(_("There is no answer yet: ask a question first."))
        return self.turns

    def _new(self, argument: str) -> Confirm | Began:
        """Begin anew; where there are filters, `yes` keeps them and `no` does not."""
        if self.filters and argument not in ("yes", "no"):
            words = _("Keep the filters, {filters}?").format(filters=self._in_force())
            return Confirm(words, "/new yes", "/new no")
        if argument == "no":
            self._filter(Filters())
        return self._begun()

    def _begun(self) -> Began:
        self.turns = []
        self._keeping.begin()
        return Began()

    def _resumed(self, number: str) -> Resumed:
        stored = self._keeping.resume(number)
        self.turns = stored.turns
        self._filter(stored.turns[-1].filters)
        words = _("Going on with “{name}”.").format(name=stored.name)
        if bad := stored.passed_over:
            words += " " + ngettext(
                "{count} line of {file} could not be read and is passed over.",
                "{count} lines of {file} could not be read and are passed over.",
                bad,
            ).format(count=bad, file=stored.file)
        return Resumed(words)

    def _deleted(self, argument: str) -> Confirm | Began | Notice:
        number = argument.removesuffix("yes").strip()
        one = self._keeping.to_delete(number)
        if not argument.endswith("yes"):
            words = _("Delete “{name}” ({size}) for good?").format(name=one.name, size=one.size)
            return Confirm(words, " ".join(filter(None, ("/delete", number, "yes"))))
        if self._keeping.delete(one):
            return self._begun()
        return Notice(_("Deleted “{name}”.").format(name=one.name))

    def _bookmarked(self, argument: str) -> Notice:
        n = self._keeping.mark(self._answered()[-1], argument).n
        if n is None:
            return Notice(_("Marked the answer; /bookmarks lists what is marked."))
        return Notice(_("Marked source [{n}]; /bookmarks lists what is marked.").format(n=n))


def _spoken(typed: str) -> Speak | Notice:
    """The language that was typed, by its code or its own name."""
    wanted = typed.lower()
    for code, name in LANGUAGES.items():
        if wanted and wanted in (code, name.lower(), name.lower().rpartition(" ")[2]):
            return Speak(code)
    choices = ", ".join(f"/language {code} ({name})" for code, name in LANGUAGES.items())
    if wanted:
        raise UsageError(
            _("qa does not speak “{language}”: {choices}.").format(language=typed, choices=choices)
        )
    now_spoken = LANGUAGES[language()]
    return Notice(_("In use: {language}. {choices}").format(language=now_spoken, choices=choices))
