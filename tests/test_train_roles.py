"""Made-up questions on who did what to whom, and on whether a sentence says so."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from qa.train.data import QARow
from qa.train.roles import Statement, deeds, sides

FILLERS = {
    "id": ["Harga beras naik pekan ini.", "Cuaca cerah.", "Inggris menang.", "Jalan itu macet."],
    "en": ["Rice prices rose this week.", "The sky was clear.", "Traffic was heavy."],
}

NAME = r"(?:[A-Z][\w']+ (?:da |of )?)*[A-Z][\w']+"
PASSIVE = rf"(?P<done>{NAME}) di\w+ (?:oleh )?(?P<doer>{NAME})[, ]"
ACTIVE = rf"(?P<doer>{NAME}) (?:hit|\w+ed) (?P<done>{NAME})[ .]"


@pytest.fixture(scope="module")
def rows() -> list[QARow]:
    """Enough rows that shares settle."""
    return list(deeds(FILLERS, 1200, seed=1))


@pytest.fixture(scope="module")
def plain_rows() -> list[QARow]:
    """Rows without sentences around the deed."""
    return list(deeds({}, 5000, seed=5))


@pytest.fixture(scope="module")
def statements() -> list[Statement]:
    """Enough statements that every template occurs."""
    return list(sides(1500, seed=1))


def test_answers_lie_where_they_say(rows: list[QARow]) -> None:
    """The context holds each answer at its offset, as whole words."""
    for row in rows:
        for gold in row.answers:
            end = gold.start + len(gold.text)
            assert row.context[gold.start : end] == gold.text
            assert not row.context[gold.start - 1 : gold.start].isalnum()
            assert not row.context[end : end + 1].isalnum()


def test_the_same_seed_gives_the_same() -> None:
    """Rows and statements depend on the seed alone."""
    assert list(deeds(FILLERS, 50, 3)) == list(deeds(FILLERS, 50, 3))
    assert list(deeds(FILLERS, 50, 3)) != list(deeds(FILLERS, 50, 4))
    assert list(sides(50, 3)) == list(sides(50, 3))
    assert list(sides(50, 3)) != list(sides(50, 4))


def test_shares(rows: list[QARow]) -> None:
    """A quarter is unanswerable, three fifths Indonesian, a tenth typed casually."""
    total = len(rows)
    assert len({row.id for row in rows}) == total
    assert sum(not row.answers for row in rows) / total == pytest.approx(0.25, abs=0.04)
    assert sum(row.language == "id" for row in rows) / total == pytest.approx(0.6, abs=0.04)
    assert sum("?" not in row.question for row in rows) / total == pytest.approx(0.1, abs=0.04)


def test_the_answer_is_never_in_the_question(rows: list[QARow]) -> None:
    """Whoever a question names is not whom it asks for."""
    for row in rows:
        for gold in row.answers:
            assert not re.search(rf"\b{re.escape(gold.text)}\b", row.question, re.IGNORECASE)


@pytest.mark.parametrize(
    ("passage", "question", "asked"),
    [
        (PASSIVE, r"Siapa(kah)? yang me\w+ .+|.* oleh siapa\W", "doer"),
        (PASSIVE, r"Siapa(kah)? yang di\w+ .+|Siapa.* korban.*", "done"),
        (ACTIVE, r"Whom? did .+|.*victim.*", "done"),
        (ACTIVE, r"Who \w+ed .*|.* by whom.*", "doer"),
    ],
)
def test_the_party_asked_for_is_the_answer(
    plain_rows: list[QARow], passage: str, question: str, asked: str
) -> None:
    """Passages of one plain form: the doer is never given for the one it was done to."""
    checked = 0
    for row in plain_rows:
        told = re.search(passage, row.context)
        if told and row.answers and re.fullmatch(question, row.question):
            assert row.answers[0].text == told[asked]
            checked += 1
    assert checked > 5


def test_no_slot_is_left_unfilled(rows: list[QARow], statements: list[Statement]) -> None:
    """Every template gets all that it names."""
    texts = [r.question + r.context for r in rows]
    for text in texts + [s.question + s.sentence for s in statements]:
        assert not re.search(r"[{}]|  |\n +| \.|None", text), text


def test_an_unanswerable_count_is_not_in_the_passage(plain_rows: list[QARow]) -> None:
    """A passage without a count still has other numbers."""
    rows = [row for row in plain_rows if row.question == "How many people were hurt?"]
    assert {bool(row.answers) for row in rows} == {True, False}
    for row in rows:
        assert bool(row.answers) == ("people were hurt" in row.context)
        assert re.search(r"\d", row.context)


def test_sides_are_balanced(statements: list[Statement]) -> None:
    """A third of the statements is on each side, and a question alone does not tell which."""
    assert set(Counter(s.side for s in statements).values()) == {500}


def test_what_is_planned_is_on_neither_side(statements: list[Statement]) -> None:
    """A plan answers only a question on the future."""
    plans = [s for s in statements if "berencana" in s.sentence or "plans to" in s.sentence]
    assert plans
    assert {s.side for s in plans} == {"neither"}


def test_what_was_done_is_asked_across_languages(plain_rows: list[QARow]) -> None:
    """English questions on Indonesian passages and the other way, each with a thing to find."""
    asked = Counter(
        (row.language, bool(re.match(r"What |.* what\?", row.question)), bool(row.answers))
        for row in plain_rows
        if re.match(r"What (did|has|was) |.* what\?|Apa (saja )?yang |.* apa\?", row.question)
        and row.question.endswith("?")
    )
    assert len(asked) == 8
    assert min(asked.values()) > 10
