"""From what a person typed to a `Query`, once: language, short forms, spelling, conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.language.detect import family
from qa.language.short_forms import expand
from qa.language.text import visible
from qa.lexical.index import Vocabulary
from qa.question.followup import Exchange, complete
from qa.question.query import Query
from qa.question.spelling import Passages, correct
from qa.question.yes_or_no import plainly


def understand(
    text: str,
    turns: Sequence[Exchange],
    now: date,
    *,
    index: Vocabulary,
    passages: Passages,
) -> Query:
    """What a question asks, and what it may mean after a conversation.

    Args:
        text: As it was typed.
        turns: The conversation so far, newest last.
        now: The day of the question.
        index: The words of the articles, by which misspelt ones are found.
        passages: Where these words stand as they are written.
    """
    expanded, language = expand(visible(text))
    written, corrected = correct(expanded, language, index, passages)
    if family(language) == "id" or written[:4].casefold() == "apa ":
        plain = plainly(written)
        # `apa iya` alone tells no language.
        written, language = plain, language if plain == written else "id"

    def spelt(turn: Exchange) -> Exchange:
        expanded, language = expand(turn.question, turn.language)
        return replace(turn, question=correct(expanded, language, index, passages)[0])

    meanings = tuple(
        Query.of(
            meaning.question,
            meaning.language or language,
            now,
            context=meaning.context,
            understood=str(meaning),
        )
        for meaning in complete(written, turns, spelt)
    )
    return Query.of(written, language, now, corrected=corrected, meanings=meanings)
