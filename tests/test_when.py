"""The days that words name, by hand and on the labelled set."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.days import Reference, named, period
from qa.question.asked import days_asked
from tests.work import is_linear

WEDNESDAY = date(2022, 1, 19)
LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "dates.jsonl").read_text("utf-8").splitlines()
]


def days(text: str, today: date = WEDNESDAY, *, ahead: bool = False) -> list[tuple[str, str]]:
    """The words of a text that name days, and the days as they are shown."""
    return [
        (text[each.span.start : each.span.end], period(each.since, each.until))
        for each in named(text, today, ahead=ahead)
    ]


@pytest.mark.parametrize("kind", ["question", "article"])
def test_labelled_days_are_found_and_little_else(kind: str) -> None:
    """Precision and recall of at least .95 where words and both days must be right.

    `tune` and `held` were labelled before the grammar was written, `fresh` after.
    """
    found = right = labels = 0
    for row in LABELLED:
        if row["kind"] != kind:
            continue
        text, now = row["text"], date.fromisoformat(row["now"])
        if kind == "question":
            asked = days_asked(text, now)
            got = [(asked.span, asked.since, asked.until)] if asked else []
        else:
            got = [(each.span, each.since, each.until) for each in named(text, now, ahead=True)]
        found, labels, at = found + len(got), labels + len(row["dates"]), 0
        for label in row["dates"]:
            start = text.index(label["words"], at)
            at = start + len(label["words"])
            wanted = [
                date.fromisoformat(day) if day else None for day in (label["since"], label["until"])
            ]
            right += any(
                span.start < at and start < span.end and [since, until] == wanted
                for span, since, until in got
            )
    assert labels > 100
    assert right >= 0.95 * found
    assert right >= 0.95 * labels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The year is that of the date beside it, over the turn of the year too.
        ("dari 27 September-6 Oktober 2019", ("27 September-6 Oktober 2019", "27 Sep–6 Oct 2019")),
        ("November-Januari 2022", ("November-Januari 2022", "Nov 2021–Jan 2022")),
        ("23 hingga 27 Desember lalu", ("23 hingga 27 Desember lalu", "23–27 Dec 2021")),
        # A unit's end is not its weekend, and in Malay it is `hujung`.
        ("hujung bulan ini", ("hujung bulan ini", "21–31 Jan 2022")),
        ("akhir pekan ini", ("akhir pekan ini", "22–23 Jan 2022")),
        ("the end of last week", ("end of last week", "10–16 Jan 2022")),
        # A leap day has few years to be in.
        ("29 Februari", ("29 Februari", "29 Feb 2020")),
        ("tahun 1800-an", ("tahun 1800-an", "1800–1899")),
        ("pada tahun 1990-an", ("tahun 1990-an", "1990–1999")),
        ("Desember tahun lalu", ("Desember tahun lalu", "Dec 2021")),
        ("pada Minggu pekan lalu", ("Minggu pekan lalu", "16 Jan 2022")),
        ("Monday next week", ("Monday next week", "24 Jan 2022")),
        ("pekan yang akan datang", ("pekan yang akan datang", "24–30 Jan 2022")),
        ("Februari nanti", ("Februari nanti", "Feb 2022")),
        ("Senin (17/1/2022) kemarin", ("Senin (17/1/2022)", "17 Jan 2022")),
        ("the day before yesterday", ("day before yesterday", "17 Jan 2022")),
        ("besar (15-16/1) di sini", ("(15-16/1)", "15–16 Jan 2022")),
        ("hari minggu", ("minggu", "16 Jan 2022")),
    ],
)
def test_days_are_named_in_many_ways(text: str, expected: tuple[str, str]) -> None:
    """Seen from Wednesday, 19 January 2022."""
    assert days(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "beberapa pekan lalu",
        "tahun-tahun mendatang",
        "Esok harinya ia pulang",
        "setiap Senin",
        "puluhan tahun lalu",
        "1,5 tahun lalu",
        "2 juta tahun lalu",
        "lima belas tahun lalu",
        "in the coming weeks",
        "UU Nomor 30 Tahun 2002",
        "pada 2022 tentara",
        "perempat (3/4)",
        "Jalan 17 Agustus",
        "31 Februari",
        "Minggu lagi",
        "hari lalu",
        "",
    ],
)
def test_words_that_name_no_day_are_none(text: str) -> None:
    """Vague, counted, part of a name, or no day at all."""
    assert days(text) == []


def test_an_article_may_look_ahead() -> None:
    """To the next day where that is near or the sentence says so; a question looks back."""
    assert days("pada 20 Februari", ahead=True) == [("20 Februari", "20 Feb 2022")]
    assert days("pada 20 Februari") == [("20 Februari", "20 Feb 2021")]
    assert days("Rusia akan hadir pada Jumat", ahead=True) == [("Jumat", "21 Jan 2022")]
    assert days("Rusia akan hadir, kata Lavrov, Jumat", ahead=True) == [("Jumat", "14 Jan 2022")]
    assert days("Rusia akan hadir. Pada Jumat ia", ahead=True) == [("Jumat", "14 Jan 2022")]
    assert days("sejak Februari", ahead=True) == [("Februari", "Feb 2021")]


def test_a_weekday_and_its_date_are_one() -> None:
    """With its time of day and the bracket that closes."""
    text = "kata dia, Selasa malam (18/1), lalu Rabu, 19 Januari 2022, dan Kamis."
    assert days(text, ahead=True) == [
        ("Selasa malam (18/1)", "18 Jan 2022"),
        ("Rabu, 19 Januari 2022", "19 Jan 2022"),
        ("Kamis", "13 Jan 2022"),
    ]
    references = [each.reference for each in named(text, WEDNESDAY, ahead=True)]
    assert references == [Reference.PARTIAL, Reference.FULL, Reference.DEICTIC]


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (date(2022, 1, 10), date(2022, 1, 16), "10–16 Jan 2022"),
        (date(2022, 1, 30), date(2022, 2, 2), "30 Jan–2 Feb 2022"),
        (date(2021, 11, 30), date(2022, 11, 30), "30 Nov 2021–30 Nov 2022"),
        (date(2022, 1, 1), date(2022, 3, 31), "Jan–Mar 2022"),
        (date(2021, 12, 1), date(2022, 1, 31), "Dec 2021–Jan 2022"),
        (date(2022, 1, 18), date(2022, 1, 18), "18 Jan 2022"),
        (date(2024, 2, 1), date(2024, 2, 29), "Feb 2024"),
        (date(2019, 1, 1), date(2021, 12, 31), "2019–2021"),
        (date(2021, 1, 1), date(2021, 12, 31), "2021"),
        (date(2022, 1, 10), None, "since 10 Jan 2022"),
        (None, date(2022, 2, 28), "until 28 Feb 2022"),
        (None, None, "any time"),
    ],
)
def test_days_are_written_out_shortly(since: date | None, until: date | None, shown: str) -> None:
    """What both ends share is said once."""
    assert period(since, until) == shown


WORDS = (
    "pada hari minggu pekan bulan tahun lalu yang ini depan dua 3 12 31 2021 Mei May Januari feb"
    " Selasa Jumat kemarin akhir last next two ago (18/1) 5/6 - sampai dan , . 1990-an terakhir"
    " sepekan akan kata 𝟙 ① ٣"
)


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join), st.dates(), st.booleans()
)
def test_whatever_the_text_spans_stand_in_it_in_order(text: str, today: date, ahead: bool) -> None:
    """And no first day comes after its last; nothing raises, also at the ends of the calendar."""
    ends = 0
    for each in named(text, today, ahead=ahead):
        assert ends <= each.span.start < each.span.end <= len(text)
        assert each.since <= each.until
        ends = each.span.end


@pytest.mark.parametrize(
    "piece", ["1 ", "1/1/", "Sabtu (", "akhir ", "pekan lalu ", "1-1 mei-", "y "]
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    """30 kB of pieces of dates."""
    assert is_linear(lambda text: named(text, WEDNESDAY, ahead=True), piece, 30_000)
