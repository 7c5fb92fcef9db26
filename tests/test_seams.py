"""The seams of the engine: whatever is asked after whatever talk, nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qa
from qa.builder import build
from qa.engine import Engine
from qa.settings import BUNDLED, AskSettings, BuildSettings, Filters
from qa.types import Answer
from tests.builders import article

NOW = date(2024, 11, 22)
DAYS = {
    "pekan ini": (date(2024, 11, 18), date(2024, 11, 25)),
    "pekan lalu": (date(2024, 11, 11), date(2024, 11, 18)),
    "last month": (date(2024, 10, 1), date(2024, 11, 1)),
}
"""What a question may say of days, and what that leaves, seen from `NOW`."""

WHO = "Siapa juru bicara Kremlin?"
PLAIN = (
    WHO,
    "Kapan dia mengatakannya?",
    "Dan Stoltenberg?",
    "Negara mana saja yang mengirim senjata?",
    "Apakah Peskov mengatakan hal itu?",
    "Where did he (Peskov) say so?",
    "Berapa?",
)
QUESTIONS = st.sampled_from(PLAIN) | st.text(max_size=40)
TALKS = st.lists(QUESTIONS, max_size=2)
FILTERS = st.builds(
    Filters,
    since=st.none() | st.dates(date(2021, 1, 1), date(2024, 11, 15)),
    until=st.none() | st.dates(date(2024, 11, 15), NOW),
    source=st.none() | st.sampled_from(["Kabar", "Lain"]),
)
FEW = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module", params=["tiny", BUNDLED])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, reader: str
) -> Iterator[Engine]:
    """An engine over four articles, with the tiny reader or the one that ships."""
    folder = tmp_path_factory.mktemp("seams")
    said = "Juru bicara Kremlin Dmitry Peskov mengatakan hal itu di Moskow."
    articles = [
        article(said, path="a.txt", source="Kabar", published=date(2024, 11, 20)),
        article(f"{said} Lagi.", path="b.txt", source="Lain", published=date(2024, 11, 13)),
        article("Ukraina dan Riga mengirim senjata.", path="c.txt", published=date(2024, 10, 2)),
        article("Stoltenberg memimpin rapat di Riga.", path="d.txt"),
    ]
    build(articles, folder, BuildSettings(), root="/corpus")
    chosen = reader if request.param == "tiny" else request.param
    with qa.open(folder, reader=chosen) as archive:
        yield archive


def talk(engine: Engine, questions: list[str], asking: AskSettings) -> list[Answer]:
    """The answers of a conversation, each after those before it."""
    answers: list[Answer] = []
    for question in questions:
        answers.append(engine.ask(question, asking, after=answers))
    return answers


@FEW
@given(TALKS, QUESTIONS, FILTERS)
def test_every_question_of_every_talk_gets_an_answer_made_of_slices(
    engine: Engine, before: list[str], question: str, filters: Filters
) -> None:
    """Nothing raises; quotes stand where they are cited; filters are kept, and kept to."""
    for answer in talk(engine, [*before, question], AskSettings(filters=filters, now=NOW)):
        without = answer.dated.without if answer.dated else None
        for place in (*answer.citations, *answer.nearest, *(without.citations if without else ())):
            of = place.article
            assert of.text[place.span.start : place.span.end] == place.quote
            assert filters.source in (None, of.source)
            assert filters.since is None or (of.published and of.published >= filters.since)
            assert filters.until is None or (of.published and of.published <= filters.until)
        assert answer.filters == filters
    assert answer.question == question


@FEW
@given(TALKS, st.sampled_from(PLAIN), st.sampled_from(sorted(DAYS)))
def test_days_that_a_question_names_are_kept_to_after_every_talk(
    engine: Engine, before: list[str], question: str, days: str
) -> None:
    """Said in the answer, whether or not what the question leans on was asked too."""
    asked = f"{question.removesuffix('?')} {days}?"
    answer = talk(engine, [*before, asked], AskSettings(now=NOW))[-1]
    assert answer.dated is not None
    assert (answer.dated.words, answer.dated.ignored) == (days, False)
    assert (answer.dated.since, answer.dated.until) == DAYS[days]
    since, until = DAYS[days]
    for place in answer.citations:
        assert place.article.published is not None
        assert since <= place.article.published <= until
