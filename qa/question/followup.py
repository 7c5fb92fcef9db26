"""What a question that leans on a conversation may mean.

"Kapan dia mengatakannya?", "Dan Kanada?", "And how old is she?" are completed by the last question
that stood on its own, the answers since, and the title of the article that gave the last one.

Indonesian, Malay and English only. Not handled: which of several persons a pronoun means (it is the
last answer that is one).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile
from typing import Self

from qa.days import named
from qa.question.analyse import TITLES, Kind, kind_of
from qa.question.lean import (
    MOST_WORDS,
    PERSONS,
    TRAILING,
    Lean,
    asked_about,
    fragment_of,
    is_content,
    lean,
    names,
    unconnected,
    words_of,
)
from qa.types import Answer, Span

_MOST_TURNS = 4
"""Turns that are looked back on; a conversation moves on."""
_MOST_SLOTS = 2
_MOST_ANSWER_WORDS = 8
_MOST_PART_WORDS = 20
_LONGEST_PART = 200
"""What a question carries along of each part of the talk; a reader cuts long questions."""
_PLACING = re.compile("di|ke|dari|pada|untuk|oleh|dengan|in|to|from|at|on|for|by|with")
_PLACED = (" di", " in", " ke", " to", " dari", " from")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of the conversation, the words that answered it, and their article's title.

    `language` is that of the question, ISO 639-1; empty where it is not known.
    """

    question: str
    answer: str | None = None
    title: str | None = None
    language: str = ""

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """What an answer leaves behind for the next question."""
        best = answer.shown.best
        if best is None:
            return cls(answer.question, language=answer.language)
        title = best.citation.article.title
        return cls(answer.question, best.text, title, answer.language)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a question may mean: its words made whole, and what the talk adds to them.

    `language` is that of the talk where the question is its; empty where the words are as typed.
    """

    question: str
    context: str = ""
    language: str = ""

    def __str__(self) -> str:
        return f"{self.question} ({self.context})" if self.context else self.question


def complete(
    question: str,
    turns: Sequence[Exchange],
    spelt: Callable[[Exchange], Exchange] = lambda turn: turn,
) -> list[Meaning]:
    """What a question may mean after some turns, likeliest first; nothing where it stands alone.

    Args:
        question: As it was typed.
        turns: The conversation so far, newest last.
        spelt: Gives a turn whose question is spelt as in the articles.
    """
    recent = looked_back_on(turns)
    if not recent or lean(question) is Lean.NOT:
        return []
    talk = _Talk.of([spelt(turn) for turn in recent])
    fragment = fragment_of(question)
    if fragment is not None:
        return talk.with_fragment(fragment)
    typed = _resolved(unconnected(question.strip().rstrip(TRAILING)), talk.person)
    return [Meaning(f"{typed}?", talk.about(typed))]


def looked_back_on(turns: Sequence[Exchange]) -> list[Exchange]:
    """The turns of a conversation that a question may lean on, newest last."""
    recent = [turn for turn in turns if 0 < len(words_of(turn.question)) <= MOST_WORDS]
    return recent[-_MOST_TURNS:]


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a conversation is about: its last whole question, and the turns since."""

    base: str
    asked: str
    answer: str
    person: str
    title: str
    language: str

    @classmethod
    def of(cls, turns: Sequence[Exchange]) -> Self:
        base, asked, answer, person, title = turns[0].question, "", "", "", ""
        language = turns[0].language
        for at, turn in enumerate(turns):
            if at:
                fragment = fragment_of(turn.question)
                if fragment is not None:
                    base, asked = _filled(base, fragment)[0], ""
                elif lean(turn.question) is Lean.NOT:
                    base, asked, person, title = turn.question, "", "", ""
                    language = turn.language
                else:
                    asked = turn.question
            title = turn.title or title
            answer = _short(turn.answer)
            if kind_of(turn.question, turn.language) is Kind.PERSON and answer[:1].isupper():
                person = answer
        return cls(base, asked, answer, person, title, language)

    def with_fragment(self, fragment: str) -> list[Meaning]:
        """What is asked of something else: the whole question, or the one that leant on it."""
        language = self.language
        filled = [Meaning(each, language=language) for each in _filled(self.base, fragment)]
        if not self.asked:
            return filled
        # Days filter in the question alone, not in its context.
        days = [fragment[span.start : span.end] for span in _days(fragment)]
        asked = " ".join([self.asked.strip().rstrip(TRAILING), *days])
        context = f"{fragment}; {_first_words(asked_about(self.base))}"
        return [filled[0], Meaning(f"{asked}?", context, language)]

    def about(self, question: str) -> str:
        """The answer and the rest of the talk, but for parts that say nothing new."""
        seen = {word.folded for word in words_of(question)}
        kept: list[str] = []
        parts = (self.answer, asked_about(self.base), asked_about(self.asked), self.title)
        for part in map(_first_words, parts):
            new = {word.folded for word in words_of(part) if is_content(word)} - seen
            if new:
                seen |= new
                kept.append(part)
        return "; ".join(kept)


def _first_words(text: str) -> str:
    """As many words of a text as a question can carry along."""
    found = words_of(text[:_LONGEST_PART])[:_MOST_PART_WORDS]
    return text[found[0].start : found[-1].end] if found else ""


def _filled(base: str, fragment: str) -> list[str]:
    """A question with a fragment in the place of each of its names or days, likeliest first."""
    found = words_of(fragment)
    bare = (
        fragment[found[1].start :]
        if _PLACING.fullmatch(found[0].folded) and found[1:]
        else fragment
    )
    if _days(bare) == [Span(0, len(bare))]:
        slots = _days(base)
    elif bare[0].isdecimal():
        slots = [Span(word.start, word.end) for word in words_of(base) if word.text[0].isdecimal()]
    else:
        slots = [_untitled(base, name) for name in names(base)]
        if bare is not fragment:
            # `di Kanada` goes where `di Inggris` stood.
            slots.sort(key=lambda slot: not base[: slot.start].rstrip().endswith(_PLACED))
    if not slots:
        return [f"{base.rstrip(TRAILING)} {fragment}?"]
    return [base[: slot.start] + bare + base[slot.end :] for slot in slots[:_MOST_SLOTS]]


def _days(text: str) -> list[Span]:
    """Where a text names days; which ones they are does not matter here."""
    return [each.span for each in named(text, date(2000, 1, 1))]


def _untitled(text: str, name: Span) -> Span:
    """A name without titles before it: of `Menteri Pertahanan Inggris` only `Inggris`."""
    found = [word for word in words_of(text) if name.start <= word.start and word.end <= name.end]
    bare = list(dropwhile(lambda word: word.folded in TITLES, found))
    return Span(bare[0].start, name.end) if bare else name


def _resolved(question: str, person: str) -> str:
    """A question with its personal pronouns replaced."""
    if not person:
        return question
    for word in reversed(words_of(question)):
        if word.folded in PERSONS:
            question = question[: word.start] + person + question[word.end :]
    return question


def _short(answer: str | None) -> str:
    """An answer that can stand for something in a question; nothing for a whole clause."""
    return answer if answer and len(words_of(answer)) <= _MOST_ANSWER_WORDS else ""
