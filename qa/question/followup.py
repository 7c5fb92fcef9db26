"""What a question that leans on a conversation may mean, and which of its meanings is answered.

"Kapan dia mengatakannya?", "Dan Kanada?", "And how old is she?" are completed by the last question
that stood on its own, the answers since, and the title of the article that gave the last one.

Indonesian, Malay and English only. Not handled: which of several persons a pronoun means (it is the
last answer that is one).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile
from typing import Self

from qa.days import named
from qa.question.analyse import TITLES, Kind, Question, analyse
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
from qa.types import Answer, Span, Status

_MOST_TURNS = 4
"""Turns that are looked back on; a conversation moves on."""
_MOST_SLOTS = 2
_MOST_ANSWER_WORDS = 8
_MOST_PART_WORDS = 20
_LONGEST_PART = 200
"""What a question carries along of each part of the talk; a reader cuts long questions."""
_SURELY_MEANT = 0.2
_AS_TYPED = -0.1
"""What is added to the confidence of a completion before it is weighed against the words as typed,
by how surely the question leans; chosen on `tests/data/conversations-tune.jsonl`, and so that 1,102
whole questions after an unrelated talk lose .001 F1 (2026-11)."""
_OWN_WORDS = 0.5
"""Share of a question's own words in the article that answers its completion."""
_LATER = 0.1
"""By how much a less likely completion must be surer than the one before it."""
_PLACING = re.compile("di|ke|dari|pada|untuk|oleh|dengan|in|to|from|at|on|for|by|with")
_PLACED = (" di", " in", " ke", " to", " dari", " from")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation, the words that answered it, and their article's title."""

    question: str
    answer: str | None = None
    title: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """What an answer leaves behind for the next question."""
        best = answer.shown.best
        if best is None:
            return cls(answer.question)
        return cls(answer.question, best.text, best.citation.article.title)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a question may mean: its words made whole, and what the talk adds to them.

    Days in the context do not filter, and no sentence need contain its words.
    """

    question: str
    context: str = ""

    def __str__(self) -> str:
        return f"{self.question} ({self.context})" if self.context else self.question


def complete(question: str, turns: Sequence[Turn]) -> list[Meaning]:
    """What a question may mean after some turns, likeliest first; nothing where it stands alone.

    Args:
        question: As it was typed.
        turns: The conversation so far, newest last.
    """
    recent = [turn for turn in turns if 0 < len(words_of(turn.question)) <= MOST_WORDS]
    recent = recent[-_MOST_TURNS:]
    if not recent or lean(question) is Lean.NOT:
        return []
    talk = _Talk.of(recent)
    fragment = fragment_of(question)
    if fragment is not None:
        return talk.with_fragment(fragment)
    typed = _resolved(unconnected(question.strip().rstrip(TRAILING)), talk.person)
    return [Meaning(f"{typed}?", talk.about(typed))]


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a conversation is about: its last whole question, and what was said since."""

    base: str
    asked: str
    answer: str
    person: str
    title: str

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> Self:
        base, asked, answer, person, title = turns[0].question, "", "", "", ""
        for at, turn in enumerate(turns):
            if at:
                fragment = fragment_of(turn.question)
                if fragment is not None:
                    base, asked = _filled(base, fragment)[0], ""
                elif lean(turn.question) is Lean.NOT:
                    base, asked, person, title = turn.question, "", "", ""
                else:
                    asked = turn.question
            title = turn.title or title
            answer = _short(turn.answer)
            if analyse(turn.question).kind is Kind.PERSON and answer[:1].isupper():
                person = answer
        return cls(base, asked, answer, person, title)

    def with_fragment(self, fragment: str) -> list[Meaning]:
        """What is asked of something else: the whole question, or the one that leant on it."""
        filled = [Meaning(question) for question in _filled(self.base, fragment)]
        if not self.asked:
            return filled
        asked = self.asked.strip().rstrip(TRAILING)
        context = f"{fragment}; {_first_words(asked_about(self.base))}"
        return [filled[0], Meaning(f"{asked}?", context)]

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


def choose(
    typed: Answer, completed: Sequence[tuple[Meaning, Answer]], need: Lean, question: Question
) -> Answer:
    """The answer to a question as typed, or to what it may mean: whichever is surer.

    A question that surely leans on the talk means its completion, unless the words as typed are
    answered far more surely; one that perhaps does means what it says, unless its completion is,
    from an article that has half of its words at least.

    Args:
        typed: The answer to the question alone.
        completed: What it may mean, and the answer to that; at least one, likeliest first.
        need: How surely it leans.
        question: The question alone, analysed.

    Returns:
        An answer under the question as typed; `understood` is the completion that it answers, if
        it answers one.
    """
    at = max(range(len(completed)), key=lambda at: completed[at][1].confidence - _LATER * at)
    completion, best = completed[at]
    favour = _SURELY_MEANT if need is Lean.SURELY else _AS_TYPED
    # How close a sentence is to a yes-or-no question says nothing about whom it is about.
    bound = need is Lean.SURELY and typed.sides is not None
    if typed.best and not bound and typed.confidence > best.confidence + favour:
        return typed
    if need is not Lean.SURELY and not _answers(best, question):
        return typed
    return replace(
        best, question=typed.question, language=typed.language, understood=str(completion)
    )


def _answers(completed: Answer, question: Question) -> bool:
    """Whether the answer to a completion may be one to the question as well.

    The talk alone retrieves passages too, and some word of them always looks like an answer. An
    article without the question's words, as in another language, must be sure of it.
    """
    if completed.best is None:
        return False
    article = completed.best.citation.article
    met = question.met_by(f"{article.title}\n{article.text}", article.language)
    is_met = len(met) >= _OWN_WORDS * len(question.keys)
    return is_met or completed.status is Status.ANSWERED


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
