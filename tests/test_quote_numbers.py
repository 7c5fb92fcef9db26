"""Numbers in quotations: the same however they are written, and another one is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import qa
from qa.engine import Engine
from qa.find import worded
from qa.quote import Kind, Verdict
from qa.quote.numbers import valued
from tests.builders import index_of
from tests.work import is_linear

TEXT = (
    "Sekitar 40.000 penonton memadati stadion sejak pukul 19.30 WIB. Panitia menjual 2,5 juta "
    "kupon dalam dua puluh satu hari. Ini adalah kali kedua Wonogiri menjadi tuan rumah, dan tim "
    "tamu finis di peringkat ke-3. Suhu pagi itu 18,5 derajat."
)
ENGLISH = "The club won its first title in front of 1,250 people and paid 12.5 million for it."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An index of two articles, open."""
    folder = tmp_path_factory.mktemp("numbers")
    with qa.open(index_of(folder, {"a.md": TEXT, "b.md": ENGLISH}), reader=None) as opened:
        yield opened


@pytest.mark.parametrize(
    "quotation",
    [
        "Sekitar 40,000 penonton memadati stadion",
        "Sekitar 40 000 penonton memadati stadion",
        "Sekitar 40 ribu penonton memadati stadion",
        "empat puluh ribu penonton",
        "memadati stadion sejak pukul 19:30 WIB",
        "pukul 19:30 WIB",
        "menjual 2.500.000 kupon dalam 21 hari",
        "menjual dua juta lima ratus ribu kupon",
        "kali ke-2 Wonogiri menjadi tuan rumah",
        "finis di peringkat ketiga",
        "Suhu pagi itu 18.5 derajat",
        "its 1st title in front of 1250 people",
        "Sekitar 40 ribu penonton … sejak pukul 19:30",
    ],
)
def test_the_same_number_is_no_change(archive: Engine, quotation: str) -> None:
    """However it is written."""
    quoted = archive.quote(quotation)
    assert quoted.verdict is Verdict.VERBATIM
    assert quoted.places[0].changes == ()


@pytest.mark.parametrize(
    ("quotation", "given", "found"),
    [
        ("empat puluh satu ribu penonton memadati stadion", "empat puluh satu ribu", "40.000"),
        ("penonton memadati stadion sejak pukul 19:45 WIB", "19:45", "19.30"),
        ("Sekitar 400.000 penonton memadati stadion", "400.000", "40.000"),
        ("kali ketiga Wonogiri menjadi tuan rumah", "ketiga", "kedua"),
        ("The club won its second title in front", "second", "first"),
        ("kupon dalam dua puluh dua hari", "dua puluh dua", "dua puluh satu"),
        ("dan tim tamu finis di peringkat pertama", "pertama", "ke-3"),
        ("Panitia menjual 2,5 ribu kupon dalam", "2,5 ribu", "2,5 juta"),
    ],
)
def test_another_number_is_named(archive: Engine, quotation: str, given: str, found: str) -> None:
    """In words, in figures, of an order."""
    quoted = archive.quote(quotation)
    assert quoted.verdict is Verdict.ALTERED
    (change,) = quoted.places[0].changes
    assert (change.kind, change.given, change.found) == (Kind.NUMBER, given, found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.5 dan 15", "1.5 dan 15"),
        ("dua tiga hari, dua-tiga", "2 3 hari 2 3"),
        ("satu, dua", "1 2"),
        ("2020 300 orang", "2020 300 orang"),
        ("0812, 0.125", "0812 0.125"),
        ("Rp40.000,00 dan 1.234,50", "rp 40000 dan 1234.50"),
        ("one hundred and five of two and three", "105 of 2 and 3"),
        ("20.11.2023 pukul 07:05:09", "20.11.2023 pukul 07.05.09"),
        ("-5 juta, 3-4 juta; -1 207, -1.207", "-5 juta 3 4000000 -1207 -1207"),
        ("puluhan ribu; ribuan orang", "puluhan ribu ribuan orang"),
        ("the 2nd and 22nd; ke 2", "the #2 and #22 ke 2"),
        ("seratus dua belas ribu", "112000"),
    ],
)
def test_numbers_are_written_one_way(text: str, words: str) -> None:
    """By hand; what is vague, or two numbers, stays so."""
    found = valued(text, worded(text))
    assert " ".join(found.words) == words
    assert found.starts[0] == 0
    assert found.ends == sorted(found.ends)


def test_a_row_of_number_words_takes_linear_time() -> None:
    """Whatever a hostile text repeats."""
    for unit in ("satu ", "ribu ", "1 000 ", "ke-", "juta-", "half a "):
        assert is_linear(lambda text: valued(text, worded(text)), unit), unit
