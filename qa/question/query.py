"""A question, understood: what every later stage takes in place of its words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from qa.language.stem import roots
from qa.language.text import fold, words
from qa.question.analyse import Kind, content, denies, kind_of, says_little
from qa.question.asked import Asked, days_asked, wants_newest, without_days, without_newest
from qa.question.lean import Lean, lean
from qa.question.several import asks_for_several
from qa.question.yes_or_no import asks_yes_or_no
from qa.types import Correction


@dataclass(frozen=True, slots=True)
class Query:
    """One way to understand a question.

    Attributes:
        text: The question as an article would put it, and made whole where a conversation does.
        words: What to search and to read for: the text without the days relative to today
            and without words for the newest, its context in brackets behind it.
        language: Of the question, ISO 639-1.
        kind: The kind of answer that it asks for.
        keys: The content words of `words` in order, each as the forms that meet it.
        names: Indices into `keys` of the words that look like names or are numbers.
        negated: Whether it asks for what is not.
        yes_or_no: Whether it is a question of yes or no.
        several: Whether it asks for several things.
        newest: Whether it asks how things stand now.
        days: The days that the text names; None for none.
        lean: How surely it needs the conversation before it.
        context: What the conversation adds to the text. Days in it do not filter, and no sentence
            need contain its words.
        corrected: The misspelt words of the question, and what they were taken for.
        meanings: What it may mean after the conversation, likeliest first; at most two.
        understood: How a person reads a meaning; None for a question as typed.
    """

    text: str
    words: str
    language: str
    kind: Kind
    keys: tuple[frozenset[str], ...]
    names: frozenset[int]
    negated: bool
    yes_or_no: bool
    several: bool
    newest: bool
    days: Asked | None
    lean: Lean
    context: str = ""
    corrected: tuple[Correction, ...] = ()
    meanings: tuple[Query, ...] = ()
    understood: str | None = None

    @classmethod
    def of(
        cls,
        text: str,
        language: str,
        now: date,
        *,
        context: str = "",
        corrected: tuple[Correction, ...] = (),
        meanings: tuple[Query, ...] = (),
        understood: str | None = None,
    ) -> Self:
        """Analyse a question whose language and meanings are known.

        Args:
            text: Spelt as in the articles.
            language: ISO 639-1.
            now: The day that `kemarin` is relative to.
            context: What the conversation adds; nothing is added to a question of yes or no.
            corrected: As in `Query`.
            meanings: As in `Query`.
            understood: As in `Query`.
        """
        days = days_asked(text, now)
        yes_or_no = asks_yes_or_no(text)
        context = "" if yes_or_no else context
        rest = without_days(text, days) if days and days.deictic else text
        sought = _sought(rest, context)
        keys, names = content(sought, language)
        return cls(
            text=text,
            words=sought,
            language=language,
            kind=kind_of(sought, language),
            keys=keys,
            names=names,
            negated=denies(sought),
            yes_or_no=yes_or_no,
            several=asks_for_several(text),
            newest=wants_newest(text),
            days=days,
            lean=lean(text),
            context=context,
            corrected=corrected,
            meanings=meanings,
            understood=understood,
        )

    def without_days(self) -> Self:
        """The query without the words that name days, where these filter articles instead."""
        if self.days is None or self.days.deictic:
            return self
        sought = _sought(without_days(self.text, self.days), self.context)
        keys, names = content(sought, self.language)
        return replace(self, words=sought, keys=keys, names=names)

    def met_by(self, text: str, language: str) -> dict[int, int]:
        """Which keys stand in a text of some language, and at which of its words, from 0, first."""
        met: dict[int, int] = {}
        for at, span in enumerate(words(text)):
            raw = text[span.start : span.end]
            if says_little(raw):
                continue
            word = fold(raw)
            there = roots(word, language)
            for key, meeting in enumerate(self.keys):
                if key not in met and not there.isdisjoint(meeting):
                    met[key] = at
        return met


def _sought(text: str, context: str) -> str:
    words = without_newest(text)
    return f"{words} ({context})" if context else words
