from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.metadata import article
from qa.days import dates
from qa.types import Article, Record
from tests.work import is_linear

DATA = Path(__file__).parent / "data"


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
        # A paper and its day below the headline.
        (
            ["Talud Roboh", "Warta Ranah, 14 Maret 2026"],
            "roboh Kamis (12/3/2026).",
            date(2026, 3, 14),
        ),
        (["Warta Ranah, Sabtu, 14 Maret 2026", "Talud Roboh"], "Hujan.", date(2026, 3, 14)),
        (["Talud Roboh", "Lahir di Ranah, 14 Maret 2016"], "Hujan.", None),
        (["Talud Roboh", "Ranah, 14 Maret 1946"], "Hujan.", None),
        (["Konser", "Ranah, 14 Maret 2026", "Tawai, 21 Maret 2026"], "Hujan.", None),
        (["Lomba Dimulai, 14 Maret 2026"], "Hujan.", None),
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


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Bandung, 2 Mei 2023 - Hujan deras", date(2023, 5, 2)),
        ("PARIS, June 4 2023 (AFP) — Police said", date(2023, 6, 4)),
        ("Tribunnews.com, Medan, 1/6/2022 -- Warga", date(2022, 6, 1)),
        ("(ANTARA) Kupang, Selasa, 10 Januari 2023 - Nelayan", date(2023, 1, 10)),
        ("By Anna Reyes | March 8, 2022", date(2022, 3, 8)),
        ("Oleh Sari Dewi dan Joko Umar, 8 Maret 2022", date(2022, 3, 8)),
        ("Updated: 5 March 2022 by Jane Doe", date(2022, 3, 5)),
        ("9 Mei 2022 | 10:20", date(2022, 5, 9)),
        ("Pasar itu berdiri sejak 2 Mei 1923 - dan masih ramai", None),
        ("Kronologi Tragedi Pasar Rebo, 1 Oktober 1988", None),
        ("Festival, 3 Mei 2023 - 5 Mei 2023", None),
        ("Published in Nature on 3 May 2023, the study says that the ice is thinning", None),
        ("2 Mei 1923 adalah hari lahir penyair itu", None),
        ("Terbit pertama kali pada 1 Juli 1974 di Makassar", None),
    ],
)
def test_a_dateline_tells_the_day(line: str, day: date | None) -> None:
    """Behind place, agency, name or label, and before a rule; else a date is of what is told."""
    assert dates.published([], f"{line}\nDan hujan turun.") == day


@pytest.mark.parametrize(
    ("value", "order", "day"),
    [
        ("3/4/2021", "", date(2021, 4, 3)),
        ("3/4/2021", "mdy", date(2021, 3, 4)),
        ("3/31/2021", "", date(2021, 3, 31)),
        ("3/31/2021", "dmy", None),
        ("31.12.68", "dmy", date(2068, 12, 31)),
        ("12/31/69 8:15 AM", "mdy", date(1969, 12, 31)),
        ("Sabtu, 03/04/2021 10.15 WIB", "dmy", date(2021, 4, 3)),
        ("2021-03-04", "mdy", date(2021, 3, 4)),
        ("2021/3/4", "mdy", date(2021, 3, 4)),
        ("4 Maret 2021", "mdy", date(2021, 3, 4)),
        ("1.2.3.2021", "", None),
        ("4 Mar 2021 10.30.12", "", date(2021, 3, 4)),
        ("10:15 3/4/2021", "mdy", date(2021, 3, 4)),
    ],
)
def test_a_field_is_read_in_the_order_of_its_column(
    value: str, order: str, day: date | None
) -> None:
    """Of numbers alone; what names the month or begins with the year needs no order."""
    assert dates.parse(value, order=order) == day


@pytest.mark.parametrize(
    "text",
    [
        "Pada 17 Agustus 1945 gedung ini menjadi saksi proklamasi. Kini ia menjadi museum.",
        "Jumat, 17 Agustus 1945, teks proklamasi dibacakan di rumah itu.\nKini ia menjadi taman.",
        "Gelombang itu datang pada Minggu, 26 Desember 2004, dan menyapu pantai.",
        "Gunung itu meletus pada Senin (27/8/1883) dan terdengar sampai Australia.",
        "The bridge was opened on Monday, 19 March 1932 by the premier.",
        "On Tuesday, September 11, 2001, two planes hit the towers. Survivors meet every year.",
        "Kereta pertama berjalan pada Sabtu, 10 Agustus 1867 dari Semarang ke Tanggung.",
        "Ia lahir di Padang, Kamis (2/5/1996), dan besar di Medan.",
        "Kilas balik: Sabtu, 27 Mei 2006, gempa mengguncang kota itu selama 57 detik.",
        "17 Agustus 1945 adalah hari kemerdekaan. Sekolah kami merayakannya dengan lomba.",
        "5 Oktober 1945 - Hari lahir tentara. Setiap tahun ia diperingati.",
        "He died on Friday (22/11/1963) in Dallas, and the file was released this week.",
        "Sejak Rabu (12/10/2016) pasar itu kosong, kata seorang pedagang.",
        "Warga mengenang banjir di kota tua itu, Jumat (2/2/2007).",
        "Stadion yang diresmikan Presiden pada Jumat (24/8/1962) itu akan diganti.",
        "The diary begins on Thursday, 4 August 1914, the day the war came to the village.",
        "Konser itu akan digelar pada Sabtu (20/4/2024).",
        "Jalan layang itu dibangun sejak Senin (3/8/2015) lalu.",
        "The company, founded on Tuesday (6/6/2000), has moved to a new building.",
        "Toko buku itu tutup Minggu (5/1/2014) silam.",
    ],
)
@pytest.mark.parametrize("headline", ["", "Berita Hari Ini\n"])
def test_a_day_that_a_text_recalls_is_not_its_own(headline: str, text: str) -> None:
    """An old event told in it, or one to come."""
    found = article(Record(headline + text), "a.txt")
    assert isinstance(found, Article)
    assert found.published is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Gedung dari Jumat (24/8/1962) itu dibuka lagi.\nWarga datang, Minggu (3/3/2024).", 3),
        ("JAKARTA, 3 Maret 2024 - Pada Jumat, 17 Agustus 1945, rumah itu menjadi saksi.", 3),
        ('Kami mengenang banjir Jumat (2/2/2007) itu. "Ngeri," kata Ani, Minggu (3/3/2024).', 3),
        ("Pencuri ditangkap, Senin (4/3/2024). Ia buron sejak Rabu (4/3/2015).", 4),
        ("Festival akan digelar Sabtu (20/4/2024), kata panitia, Kamis (7/3/2024).", 7),
        ("Lomba akan digelar pada Sabtu, 20 April 2024, kata panitia, Kamis (7/3/2024).", 7),
        ("Truk terguling, Senin (4/3/2024). Sopirnya sadar, kata polisi, Rabu (6/3/2024).", 6),
        ("Truk terguling, Rabu (6/3/2024). Jalan itu rusak, kata warga, Senin (4/3/2024).", 6),
        ("Pasar ikan dibuka lagi pada Rabu, 6 Maret 2024, kata warga.", 6),
        ("Wali kota meresmikan taman di Kebon Sirih, Rabu, 6 Maret 2024.", 6),
        ("Warta Kita Rabu, 06 Mar 2024 08:45 WIB Taman dibuka wali kota.", 6),
    ],
)
def test_the_day_of_the_news_is_told_from_others(text: str, day: int) -> None:
    """All of them in March 2024."""
    assert dates.published([], text) == date(2024, 3, day)


@pytest.mark.parametrize(
    ("name", "least"), [("datelines.dev.jsonl", 0.97), ("columns.dev.jsonl", 0.97)]
)
def test_labelled_dates_are_read(name: str, least: float) -> None:
    """Written before the rules, by one who had not seen them; the held half is for the end."""
    rows = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    right = []
    for row in rows:
        if "text" in row:
            found = article(Record(row["text"]), "a.txt")
            assert isinstance(found, Article)
            right.append(_iso(found.published) == row["date"])
        else:
            order = dates.column_order(row["values"])
            days = [_iso(dates.parse(value, order=order)) for value in row["values"]]
            right += [got == day for got, day in zip(days, row["dates"], strict=True)]
    assert sum(right) / len(right) >= least


@pytest.mark.parametrize(
    "line",
    [
        "Oleh Tari Lestari, 2024-03-03T10:15:00+07:00",
        "By Tari Lestari on 2024-03-03",
        "By Tari Lestari · 2024-03-03",
        "By Tari Lestari, Published 2024-03-03T10:15:00.000Z",
        "2024-03-03T10:15:00Z",
    ],
)
def test_a_byline_may_have_its_day_as_machines_write_it(line: str) -> None:
    """With the time of day, or behind `on`."""
    found = article(Record(f"Taman Dibuka\n{line}\n\nWarga datang ke taman sejak pagi."), "a.txt")
    assert isinstance(found, Article)
    assert found.published == date(2024, 3, 3)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def test_a_day_that_is_yet_to_come_is_no_day_of_publication() -> None:
    """A year is mistyped; where the text alone tells the day."""
    for text in (
        "Jakarta, 3 Maret 2124 - Gubernur hadir.",
        'Warga selamat," kata dia, Selasa (10/9/2109).',
    ):
        found = article(Record(text), "a.txt")
        assert isinstance(found, Article)
        assert found.published is None
    told = article(Record("Hujan.", published=date(2124, 3, 3)), "a.txt")
    assert isinstance(told, Article)
    assert told.published == date(2124, 3, 3)
