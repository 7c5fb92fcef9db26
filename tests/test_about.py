"""What an index holds, at a glance: counts, dates, the chart, `qa about`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from qa.builder import build
from qa.cli import run
from qa.settings import BuildSettings
from qa.show import about, about_json, wrapped
from qa.show import questions as question_lines
from qa.store import Generation, open_generation
from qa.types import Folder, IndexInfo, Overview
from tests.builders import article

ASKED = ("Siapa juru bicara Kremlin?", "Kapan \x1b[31m Ani wafat?")


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    """Four texts, one of them in two sources and one undated."""
    index = tmp_path_factory.mktemp("about") / "index"
    articles = [
        article("Satu hal.", path="a", source="Kabar", published=date(2022, 1, 31)),
        article("Dua hal.", path="b", source="Kabar", published=date(2022, 3, 2)),
        article("Dua hal.", path="c", source="Warta", published=date(2022, 4, 2)),
        article("Tiga hal.", path="d", source="Kabar", published=date(2022, 3, 1)),
        article("Empat hal.", path="e"),
    ]
    build(articles, index, BuildSettings(), root="/corpus", suggest=lambda _generation: ASKED)
    with open_generation(index) as opened:
        yield opened


def told(overview: Overview, *, drawn: bool = True) -> str:
    """What a person reads."""
    return wrapped(about(overview, drawn=drawn), style=None, width=120)


def of_months(months: dict[str, int]) -> Overview:
    """An overview of an index with so many articles a month."""
    info = IndexInfo("g", "2026-11-28T10:00:00+00:00", "/corpus", sum(months.values()), 1, "e", "")
    first, last = (date.fromisoformat(f"{month}-01") for month in (min(months), max(months)))
    return Overview(info, {}, months, first, last, 0)


def test_articles_are_counted_by_source_month_and_day(generation: Generation) -> None:
    """By hand. A text of two sources counts in both, and came out on the first of its days."""
    overview = generation.overview()
    assert overview.index.articles == 4
    assert overview.sources == {"Kabar": 3, "Warta": 1}
    assert list(overview.sources) == ["Kabar", "Warta"]
    assert overview.months == {"2022-01": 1, "2022-03": 2}
    assert (overview.first, overview.last) == (date(2022, 1, 31), date(2022, 3, 2))
    assert overview.undated == 1
    assert overview.questions == ASKED


def test_a_person_reads_what_there_is(generation: Generation) -> None:
    """A month without articles has no bar, and the highest count is named."""
    shown = told(generation.overview())
    assert "4 articles\n  /corpus\n" in shown
    assert "Sources: Kabar 3 · Warta 1" in shown
    assert "Dates: 2022-01-31 to 2022-03-02 · 1 (25%) without a date" in shown
    assert "Articles per month: 2022-01 ▄·█ 2022-03 · most in 2022-03: 2" in shown
    assert "sample" not in shown


def test_a_screen_reader_gets_numbers_for_bars(generation: Generation) -> None:
    """By year, in words."""
    shown = told(generation.overview(), drawn=False)
    assert "Articles per year: 2022: 3" in shown
    assert "█" not in shown


def test_questions_are_numbered_and_safe(generation: Generation) -> None:
    """A question of the corpus steers no terminal."""
    shown = wrapped(question_lines(generation.overview()), style=None, width=80)
    assert "1. Siapa juru bicara Kremlin?" in shown
    assert "\x1b" not in shown
    assert question_lines(replace(generation.overview(), questions=())) == []


def test_the_chart_is_of_years_where_there_are_many_months() -> None:
    """The widest is 36 bars."""
    months = {
        f"{year}-{month:02}": year - 2000 for year in range(2001, 2005) for month in range(1, 13)
    }
    assert "Articles per year: 2001 ▂▄▆█ 2004 · most in 2004: 48" in told(of_months(months))
    centuries = {f"{year}-01": 1 for year in range(1700, 2001)}
    assert "1964 " in told(of_months(centuries))
    assert "before and after: 265" in told(of_months(centuries))


def test_a_slip_in_a_date_does_not_flatten_the_chart() -> None:
    """One article of 2109 among a thousand of 2019."""
    shown = told(of_months({"2019-08": 400, "2019-09": 800, "2109-09": 1}))
    assert "2019-08 ▄█ 2019-09 · most in 2019-09: 800, before and after: 1" in shown


def test_one_month_needs_no_chart() -> None:
    """A bar alone shows nothing."""
    assert "per month" not in told(of_months({"2022-01": 3}))


def test_an_index_without_a_date_says_so() -> None:
    """Nor is there a chart."""
    overview = replace(of_months({"2022-01": 2}), months={}, first=None, last=None, undated=2)
    for drawn in (True, False):
        assert "Dates: 2 (100%) without a date" in told(overview, drawn=drawn)


def test_folders_are_counted_each_and_the_sample_is_named() -> None:
    """Two folders, both of the sample."""
    folders = (Folder("/a", is_sample=True, articles=2), Folder("/b", is_sample=True, articles=1))
    overview = of_months({"2022-01": 3})
    shown = told(replace(overview, index=replace(overview.index, folders=folders)))
    assert "the sample that ships with qa" in shown
    assert "  /a · 2 articles\n  /b · 1 article\n" in shown


def test_headlines_come_newest_first_and_undated_last(generation: Generation) -> None:
    """As `/browse` lists them."""
    days = [headline.published for headline in generation.headlines()]
    assert days == [date(2022, 3, 2), date(2022, 3, 1), date(2022, 1, 31), None]


def test_the_command_prints_it(generation: Generation, capsys: pytest.CaptureFixture[str]) -> None:
    """For a person, and as JSON."""
    index = str(generation.path.parent)
    assert run(["about", "--index", index]) == 0
    out = capsys.readouterr().out
    assert "4 articles" in out
    assert "1. Siapa juru bicara Kremlin?" in out
    assert run(["about", "--index", index, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == about_json(generation.overview())
    assert document["schema"] == "qa.about/1"
    assert document["months"] == [
        {"month": "2022-01", "articles": 1},
        {"month": "2022-03", "articles": 2},
    ]
