"""Finding articles by what a list shows of them."""

from __future__ import annotations

from datetime import date

from qa.chat.browsing import Browser, said
from qa.types import Headline

NEWEST = Headline("1", "Gempa di Ambon", "Kabar", date(2022, 3, 1))
OLDER = Headline("2", "Pémilu \x1b[31mdi Riga", "Warta", date(2022, 1, 31))
UNDATED = Headline("3", "Tanpa hari", None, None)
BROWSER = Browser([NEWEST, OLDER, UNDATED])


def test_every_word_must_stand_in_date_source_or_title() -> None:
    """In any order, part of a word too, whatever case and accents."""
    assert BROWSER.find("") == [NEWEST, OLDER, UNDATED]
    assert BROWSER.find("warta 2022-01") == [OLDER]
    assert BROWSER.find("pemi RIG") == [OLDER]
    assert BROWSER.find("gempa warta") == []
    assert BROWSER.find("undated") == [UNDATED]


def test_a_headline_steers_no_terminal() -> None:
    """It stands on one line."""
    assert said(OLDER) == "2022-01-31  Warta  Pémilu ␛[31mdi Riga"
