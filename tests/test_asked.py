"""The days a question asks about, as days of publication."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.days import period
from qa.question.asked import days_asked, wants_newest, without_days, without_newest

NOW = date(2022, 1, 19)


@pytest.mark.parametrize(
    ("question", "words", "shown"),
    [
        ("Apa yang terjadi sejak 2021?", "sejak 2021", "since 1 Jan 2021"),
        ("Apa yang berubah setelah Mei 2021?", "setelah Mei 2021", "since 1 Jun 2021"),
        ("Siapa datang sebelum bulan ini?", "sebelum bulan ini", "until 31 Dec 2021"),
        ("Siapa datang sampai dengan 5 Mei 2021?", "sampai dengan 5 Mei 2021", "until 5 May 2021"),
        ("Sejak Mei sampai Juli 2021 siapa?", "Sejak Mei sampai Juli 2021", "May–Jul 2021"),
        ("Antara 5 Mei dan Juli 2021 siapa?", "Antara 5 Mei dan Juli 2021", "5 May–31 Jul 2021"),
        (
            "Dari November hingga Januari 2022?",
            "Dari November hingga Januari 2022",
            "Nov 2021–Jan 2022",
        ),
        ("From Monday to Wednesday, who?", "From Monday to Wednesday", "17–19 Jan 2022"),
        (
            "Apa kata A kemarin dan kata B hari ini?",
            "kemarin dan kata B hari ini",
            "18–19 Jan 2022",
        ),
        ("Pidato dari Mei 2021?", "dari Mei 2021", "May 2021"),
    ],
)
def test_the_word_before_gives_the_direction(question: str, words: str, shown: str) -> None:
    """Open on one side, closed, or from the one to the other."""
    asked = days_asked(question, NOW)
    assert asked is not None
    assert question[asked.span.start : asked.span.end] == words
    assert period(asked.since, asked.until) == shown


def test_directions_that_leave_everything_open_ask_for_no_days() -> None:
    """Before one and after another year is any time."""
    assert days_asked("Apa setelah 2021 atau sebelum 2020?", NOW) is None
    assert days_asked("Siapa juara Piala Dunia 2022?", NOW) is None


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        # The morning after, and a week after an event; nothing beside an open side.
        ("Apa kata Lavrov pekan lalu?", "10–17 Jan 2022"),
        ("Apa kata Lavrov pada 4 Mei 2021?", "4–11 May 2021"),
        ("Apa kata Lavrov sebelum 4 Mei 2021?", "until 3 May 2021"),
    ],
)
def test_articles_about_a_day_may_come_out_later(question: str, shown: str) -> None:
    """By the rule in the module's header."""
    asked = days_asked(question, NOW)
    assert asked is not None
    assert period(*asked.published()) == shown


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Apa kata Lavrov pada 4 Mei 2021?", "Apa kata Lavrov?"),
        ("Pekan lalu siapa datang ke Kyiv?", "siapa datang ke Kyiv?"),
        ("Apa kata A kemarin dan kata B di hari ini?", "Apa kata A dan kata B?"),
        ("Where did they meet in the last two weeks?", "Where did they meet?"),
        ("Januari 2022?", "Januari 2022?"),
    ],
)
def test_the_rest_of_the_question_is_what_is_searched_for(question: str, rest: str) -> None:
    """With the words that led in gone too, and the question whole where nothing else is in it."""
    asked = days_asked(question, NOW)
    assert asked is not None
    assert without_days(question, asked) == rest


@pytest.mark.parametrize(
    "words", ["terbaru", "terkini", "saat ini", "sekarang", "latest", "Current"]
)
def test_some_words_ask_for_the_newest(words: str) -> None:
    """Whole words only."""
    assert wants_newest(f"{words} jumlah tentara?")
    assert not wants_newest(f"x{words} jumlah tentara?")


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Siapa menteri pertahanan saat ini?", "Siapa menteri pertahanan?"),
        ("Who is the current spokesman?", "Who is the spokesman?"),
        ("Terbaru?", "Terbaru?"),
        ("Siapa menteri?", "Siapa menteri?"),
    ],
)
def test_words_for_the_newest_are_not_searched_for(question: str, rest: str) -> None:
    """They order; they name nothing that an article would say."""
    assert without_newest(question) == rest


@given(
    st.lists(
        st.sampled_from(
            [
                "sejak",
                "sebelum",
                "antara",
                "dan",
                "sampai",
                "kemarin",
                "2021",
                "Mei",
                "5",
                "pekan",
                "lalu",
                "siapa",
                "?",
            ]
        ),
        max_size=10,
    ).map(" ".join),
    st.dates(date(1700, 1, 1), date(2199, 12, 31)),
)
def test_whatever_is_asked_the_days_are_in_order(question: str, now: date) -> None:
    """Nothing raises, spans are words of the question, and the rest is never empty."""
    asked = days_asked(question, now)
    if asked is None:
        return
    since, until = asked.published()
    assert since or until
    assert since is None or until is None or since <= until
    assert 0 <= asked.span.start < asked.span.end <= len(question)
    assert without_days(question, asked)
