"""Which meaning of a question is answered: the surer one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answer import choose
from qa.question.lean import Lean
from qa.question.query import Query
from qa.types import Candidate, Citation, Result, Status
from tests.builders import article, query, span


def result(words: str | None, confidence: float) -> Result:
    """What some passage says with this confidence; None for nothing."""
    if words is None:
        return Result(status=Status.NO_ANSWER, confidence=confidence)
    of = article(f"Kata {words} tadi.")
    at = span(of, words)
    best = Candidate(words, confidence, Citation(1, of, at, at, words, 1))
    return Result(status=Status.UNSURE, confidence=confidence, best=best)


def asked(question: str, need: Lean) -> Query:
    """A question that leans so on the conversation."""
    return replace(query(question), lean=need)


@pytest.mark.parametrize(
    ("need", "typed", "meant", "expected"),
    [
        (Lean.SURELY, ("Ani", 0.6), ("Budi", 0.5), 1),
        (Lean.SURELY, ("Ani", 0.9), ("Budi", 0.5), 0),
        (Lean.SURELY, ("Ani", 0.6), (None, 0.2), 0),
        (Lean.SURELY, ("Ani", 0.3), (None, 0.2), 1),
        (Lean.PERHAPS, ("Ani", 0.6), ("Budi", 0.6), 0),
        (Lean.PERHAPS, ("Ani", 0.6), ("Budi", 0.65), 0),
        (Lean.PERHAPS, ("Ani", 0.6), ("Budi", 0.75), 1),
        (Lean.PERHAPS, (None, 0.2), ("Budi", 0.4), 1),
        (Lean.PERHAPS, (None, 0.2), (None, 0.4), 0),
    ],
)
def test_the_surer_meaning_answers(
    need: Lean,
    typed: tuple[str | None, float],
    meant: tuple[str | None, float],
    expected: int,
) -> None:
    """The words as typed are favoured where they may stand alone, the completion where not."""
    assert (
        choose(asked("Kapan?", need), [result(*typed), result(*meant)], as_typed=True) == expected
    )


def test_the_likelier_of_two_meanings_answers_unless_the_other_is_clearly_surer() -> None:
    """By a tenth; as typed it was not asked."""
    fragment = asked("Dan Ani?", Lean.SURELY)
    assert choose(fragment, [result("Ani", 0.5), result("Budi", 0.55)], as_typed=False) == 0
    assert choose(fragment, [result("Ani", 0.5), result("Budi", 0.65)], as_typed=False) == 1


def test_only_an_article_with_words_of_the_question_answers_its_completion() -> None:
    """Where it may stand alone; one without them, as in another language, must be sure."""
    typed, found = result(None, 0.2), result("Budi", 0.6)
    without = asked("Siapa pengirim meriam?", Lean.PERHAPS)
    assert choose(without, [typed, found], as_typed=True) == 0
    other = asked("Who sent the cannon?", Lean.PERHAPS)
    assert choose(other, [typed, replace(found, status=Status.ANSWERED)], as_typed=True) == 1
    assert choose(asked("Siapa yang kata tadi?", Lean.PERHAPS), [typed, found], as_typed=True) == 1


def test_a_guess_answers_nothing_however_sure() -> None:
    """What surely leans on the talk does not lean on it, and what stands alone beats it."""
    guess = replace(result(None, 0.4), closest=result("Budi", 0.4).best)
    answered = result("Ani", 0.35)
    assert choose(asked("Kapan?", Lean.SURELY), [guess, answered], as_typed=True) == 1
    assert choose(asked("Kapan?", Lean.PERHAPS), [answered, guess], as_typed=True) == 0
