from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.days import dates
from tests.work import is_linear


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Minggu, 30 Januari 2022", date(2022, 1, 30)),
        ("Rabu, 27 Nov 2019 22:22 WIB", date(2019, 11, 27)),
        ("(30/1/2022)", date(2022, 1, 30)),
        ("3.10.2022", date(2022, 10, 3)),
        ("1/30/2022", date(2022, 1, 30)),
        ("January 5th, 2020", date(2020, 1, 5)),
        ("5 Ogos 2018", date(2018, 8, 5)),
        ("Sun, 30 Jan 2022 14:00:00 GMT", date(2022, 1, 30)),
        ("2022-01-30T14:00:00+07:00", date(2022, 1, 30)),
        ("20220130", date(2022, 1, 30)),
        ("31 Februari 2022", None),
        ("30/11", None),
        ("17 Agustus", None),
        ("2022", None),
        ("pasal 3/2/20221", None),
        ("", None),
    ],
)
def test_a_field_names_its_day(text: str, day: date | None) -> None:
    """Indonesian, Malay and English forms; what is no date of our time is none."""
    assert dates.parse(text) == day


def test_dates_in_prose_say_whether_they_are_days_of_the_news() -> None:
    """A weekday or a bracket marks a day that is reported; history has neither."""
    text = "Sejak 24 Mei 2014 sepi, lalu pada Senin (16/9/2019) dan Rabu, 18 September 2019 ramai."
    found = list(dates.find_dates(text))
    assert [(w.day, w.reported) for w in found] == [
        (date(2014, 5, 24), False),
        (date(2019, 9, 16), True),
        (date(2019, 9, 18), True),
    ]
    assert [text[w.span.start : w.span.end] for w in found] == [
        "24 Mei 2014",
        "16/9/2019",
        "18 September 2019",
    ]


def test_a_day_without_a_year_counts_only_where_the_year_is_known() -> None:
    """`(30/11)` alone could be any year."""
    assert dates.published([], "kata dia, Selasa (30/11).") is None
    assert dates.published([], "kata dia, Selasa (30/11).", year=2021) == date(2021, 11, 30)


@pytest.mark.parametrize(
    ("header", "body", "day"),
    [
        # The day on which a copy was saved stands above an older report.
        (["Kamis, 19 September 2024"], "kata dia, Minggu, 30 Januari 2022.", date(2022, 1, 30)),
        # The report is of the days before: the header is the article's own.
        (["Senin, 31 Januari 2022"], "kata dia, Minggu, 30 Januari 2022.", date(2022, 1, 31)),
        (["Senin, 31 Januari 2022"], "akan digelar Minggu, 6 Maret 2022.", date(2022, 1, 31)),
        (["Senin, 31 Januari 2022"], "tanpa tanggal", date(2022, 1, 31)),
        # A time of day, or a label, is what a site gives its article, not its clock.
        (["Kamis, 19 September 2024 10:30 WIB"], "Minggu, 30 Januari 2022", date(2024, 9, 19)),
        (["Published: 19 Sep 2024"], "Sunday, 30 January 2022", date(2024, 9, 19)),
        (["Judul Berita"], "sejak 24 Mei 2014", None),
        ([], "", None),
    ],
)
def test_the_day_of_publication_is_told_from_header_and_body(
    header: list[str], body: str, day: date | None
) -> None:
    """Each clause of the rule in `published`."""
    assert dates.published(header, body) == day


@pytest.mark.parametrize(
    ("line", "only"),
    [
        ("Thursday, 19 September 2024", True),
        ("Selasa, 04 Apr 2017 07:20 WIB", True),
        ("Published: 12 May 2020 10:15", True),
        ("2022-01-30T14:00:00+07:00", True),
        ("Rapat digelar 4 April 2017", False),
        ("Selasa", False),
        ("", False),
    ],
)
def test_a_date_line_holds_nothing_else(line: str, only: bool) -> None:
    """Weekday, time and label may stand beside the date, words may not."""
    assert dates.is_date_line(line) is only


def test_a_path_may_name_the_day() -> None:
    """As addresses and file names do; a long number does not."""
    assert dates.in_path("https://a.id/news/2022/01/30/judul") == date(2022, 1, 30)
    assert dates.in_path("2022-01-30_judul.txt") == date(2022, 1, 30)
    assert dates.in_path("20220130.txt") == date(2022, 1, 30)
    assert dates.in_path("id-202201301234.txt") is None
    assert dates.in_path("2022/30/30/judul") is None


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_is_read_back_from_its_common_forms(day: date) -> None:
    """ISO, slashes and the English long form."""
    assert dates.parse(day.isoformat()) == day
    assert dates.parse(f"{day.day}/{day.month}/{day.year}") == day
    assert dates.parse(f"{day:%B} {day.day}, {day.year}") == day


@given(st.text(alphabet="0123456789/.-, (Januari)", max_size=60))
def test_any_text_gives_dates_that_stand_in_it(text: str) -> None:
    """Spans lie in the text, in order, and nothing raises."""
    ends = 0
    for written in dates.find_dates(text, year=2020):
        assert ends <= written.span.start < written.span.end <= len(text)
        ends = written.span.end
    dates.parse(text)
    dates.is_date_line(text)


@pytest.mark.parametrize("piece", ["1", "1/1/", "Sabtu, ", "1 . - ", "1 mei ", "mei 1, ", "(1/1)"])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    """100 kB of pieces of dates."""
    assert is_linear(lambda text: list(dates.find_dates(text, year=2020)), piece)
    assert is_linear(dates.parse, piece)
