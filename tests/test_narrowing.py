"""What the filters of a chat take, and what they refuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from qa.chat.narrowing import day, matching, source, unmet
from qa.errors import UsageError
from qa.settings import Filters
from qa.types import SourceSize

TODAY = date(2024, 3, 14)
PAPERS = ["Harian Senja", "Koran Témpo", "Tempo", "Tempo English", "Warta Ibu"]
SIZES = [
    SourceSize("Harian Senja", 1200, date(2020, 1, 2), date(2021, 2, 3)),
    SourceSize("Tempo", 30, date(2023, 1, 2), date(2023, 9, 3)),
    SourceSize("Tempo English", 4, None, None),
    SourceSize(None, 3, date(2019, 1, 1), date(2019, 1, 1)),
]


def sizes(filters: Filters) -> Sequence[SourceSize]:
    """Those that filters let through, as an index counts them."""
    return [
        one
        for one in SIZES
        if filters.allow(one.first, one.source) or filters.allow(one.last, one.source)
    ]


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022-2", "2022-02-01", "2022-02-28"),
        ("2022-02-05", "2022-02-05", "2022-02-05"),
        ("31/12/2022", "2022-12-31", "2022-12-31"),
        ("5 Februari 2023", "2023-02-05", "2023-02-05"),
        ("kemarin", "2024-03-13", "2024-03-13"),
        ("pekan lalu", "2024-03-04", "2024-03-10"),
        ("last month", "2024-02-01", "2024-02-29"),
        ("Agustus 2021", "2021-08-01", "2021-08-31"),
        ("awal 2022", "2022-01-01", "2022-04-30"),
    ],
)
def test_days_are_typed_as_in_questions(typed: str, first: str, last: str) -> None:
    """Of several, `/since` takes the first and `/until` the last."""
    assert day(typed, TODAY, last=False) == date.fromisoformat(first)
    assert day(typed, TODAY, last=True) == date.fromisoformat(last)


@pytest.mark.parametrize(
    "typed", ["besok lusa", "2022-13", "30 Februari 2022", "kemarin atau 2019-05-05", "31/12", "x"]
)
def test_what_names_no_day_is_refused(typed: str) -> None:
    """With what may be typed."""
    with pytest.raises(UsageError, match="is no day; write 2022-01-31, 31/12/2022"):
        day(typed, TODAY, last=False)


@pytest.mark.parametrize(
    ("typed", "is_source"),
    [
        ("senja", "Harian Senja"),
        ("KORAN tempo", "Koran Témpo"),
        ("english", "Tempo English"),
        ("tempo", "Tempo"),
        ("ta i", "Warta Ibu"),
    ],
)
def test_a_source_is_known_by_any_part_of_its_name(typed: str, is_source: str) -> None:
    """Whatever case and accents; a name that is typed wholly is that one."""
    assert source(PAPERS, SIZES, typed) == is_source


def test_several_sources_are_named_with_their_sizes() -> None:
    """So are those near to a name that none has, and else the largest."""
    with pytest.raises(UsageError, match=r"3 .* have “emp” .*: Tempo \(30\), Tempo English \(4\)"):
        source(PAPERS, SIZES, "emp")
    with pytest.raises(UsageError, match=r"Is it Harian Senja \(1,200\)\?"):
        source(PAPERS, SIZES, "harian sneja")
    with pytest.raises(UsageError, match=r"There are Harian Senja \(1,200\), Tempo \(30\), "):
        source(PAPERS, SIZES, "zzz")
    many = [f"Koran {n}" for n in range(9)]
    with pytest.raises(UsageError, match=r"Koran 5, 3 more\. Type more"):
        source(many, [], "koran")


def test_names_that_begin_so_come_first() -> None:
    """Of those that may be meant."""
    assert matching(PAPERS, "te") == ["Tempo", "Tempo English", "Koran Témpo"]
    assert matching(["Odd\x1b"], "odd␛") == ["Odd\x1b"]
    assert source([], [], "Kabar") == "Kabar"


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        (
            Filters(since=date(2030, 1, 1)),
            "No article is left by “since 2030-01-01”. "
            "The articles are from 2019-01-01 to 2023-09-03.",
        ),
        (
            Filters(until=date(2021, 1, 1), source="Tempo"),
            "No article is left by “until 2021-01-01” and “source Tempo”. Those of Tempo are from "
            "2023-01-02 to 2023-09-03. At that time there are Harian Senja (1,200).",
        ),
        (
            Filters(since=date(2023, 1, 1), source="Tempo English"),
            "No article is left by “since 2023-01-01” and “source Tempo English”. Those of Tempo "
            "English are without a date. At that time there are Tempo (30).",
        ),
        (
            Filters(source="Kabar"),
            "No article is left by “source Kabar”. The articles are from 2019-01-01 to 2023-09-03. "
            "At that time there are Harian Senja (1,200), Tempo (30), Tempo English (4).",
        ),
    ],
)
def test_filters_that_nothing_meets_name_the_choices(filters: Filters, says: str) -> None:
    """The span of days, and the sources with their sizes."""
    assert unmet(filters, sizes) == says


def test_filters_that_something_meets_are_taken() -> None:
    """And any, where nothing is known of the index yet."""
    assert unmet(Filters(since=date(2023, 5, 1), source="tempo"), sizes) is None
    assert unmet(Filters(since=date(2030, 1, 1)), lambda _filters: []) is None
