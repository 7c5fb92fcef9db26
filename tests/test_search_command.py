"""Searching: words, phrases, what is left out; marks with exact offsets; the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import qa
import qa.cli
from qa.engine import Engine
from qa.errors import UsageError
from qa.search import SearchHit, Wanted, wanted
from qa.settings import Filters
from qa.store import open_generation
from tests.builders import index_of

ARTICLES = {
    "2021-05-01_a.md": "---\nsource: Kabar\npublished: 2021-05-01\n---\n"
    "Kapal perang Rusia berlabuh di Sevastopol. Ranjau darat tidak dibahas.\n",
    "b.md": "---\nsource: Pagi\npublished: 2020-02-03\n---\n"
    "Kapal ikan menabrak ranjau di laut. Awak kapal selamat, kata \x1b[31mnelayan.\n",
    "c.txt": "Petani menemukan ranjau darat di sawah, lalu polisi meledakkan ranjau itu.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three articles, one undated."""
    return index_of(tmp_path_factory.mktemp("search"), ARTICLES)


@pytest.fixture(scope="module")
def archive(index: Path) -> Iterator[Engine]:
    """The index, open."""
    with qa.open(index, reader=None) as opened:
        yield opened


def marked(hit: SearchHit) -> list[str]:
    """The words that a hit marks, sliced from its article."""
    return [hit.passage.article.text[mark.start : mark.end] for mark in hit.marks]


def paths(archive: Engine, typed: str, **how: object) -> list[str]:
    """The files of what is found, in order."""
    found = archive.search(typed, **how)  # type: ignore[arg-type]
    return [hit.passage.article.path for hit in found.hits]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Ranjau darat", Wanted(("ranjau", "darat"), (), ())),
        ('"ranjau darat" -kapal', Wanted((), ("ranjau darat",), ("kapal",))),
        (
            "“ranjau darat” -“kapal perang” laut",
            Wanted(("laut",), ("ranjau darat",), ("kapal perang",)),
        ),
        ('ranjau "kapal perang', Wanted(("ranjau",), ("kapal perang",), ())),
        ("Covid-19 - ranjau", Wanted(("covid", "19", "ranjau"), (), ())),
        ('ranjau "" -', Wanted(("ranjau",), (), ())),
    ],
)
def test_what_is_typed_is_taken_apart(typed: str, asked: Wanted) -> None:
    """A hyphen leaves out only where a word begins with it."""
    assert wanted(typed) == asked


@pytest.mark.parametrize(
    ("typed", "message"), [("-kapal", "leave out"), ("", "no word"), ('"…" -', "no word")]
)
def test_what_looks_for_nothing_is_refused(typed: str, message: str) -> None:
    """With what to type."""
    with pytest.raises(UsageError, match=message):
        wanted(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_search_or_refused(typed: str) -> None:
    """Nothing else comes of it."""
    try:
        asked = wanted(typed)
    except UsageError:
        return
    assert asked.words or asked.phrases


def test_all_words_must_stand_in_a_passage(archive: Engine) -> None:
    """In any of their forms, and each is marked at its place."""
    found = archive.search("kapal ranjau")
    assert (found.articles, found.passages) == (2, 2)
    by_path = {hit.passage.article.path: marked(hit) for hit in found.hits}
    assert by_path["b.md"] == ["Kapal", "ranjau", "kapal"]
    (hit,) = archive.search("sawahnya ranjau").hits
    assert marked(hit) == ["ranjau", "sawah", "ranjau"]


def test_phrases_and_what_is_left_out(archive: Engine) -> None:
    """A phrase is words in a row; what is left out leaves out articles."""
    assert sorted(paths(archive, '"RANJAU  darat"')) == ["2021-05-01_a.md", "c.txt"]
    assert paths(archive, '"ranjau darat" -kapal') == ["c.txt"]
    assert paths(archive, 'ranjau -"kapal perang" -sawah') == ["b.md"]
    assert paths(archive, '"ranjau di"') == ["b.md"]
    (hit,) = archive.search('"ranjau darat" sawah').hits
    assert marked(hit) == ["ranjau darat", "sawah"]


def test_the_order_and_the_limit(archive: Engine) -> None:
    """Undated ones last; what is above the limit is counted."""
    assert paths(archive, "ranjau", sort="oldest") == ["b.md", "2021-05-01_a.md", "c.txt"]
    assert paths(archive, "ranjau", sort="newest") == ["2021-05-01_a.md", "b.md", "c.txt"]
    found = archive.search("ranjau", limit=1)
    assert (len(found.hits), found.passages) == (1, 3)
    assert found.hits[0].score == max(hit.score for hit in archive.search("ranjau").hits)
    with pytest.raises(UsageError, match="sort"):
        archive.search("ranjau", sort="longest")


def test_filters(archive: Engine) -> None:
    """By days and source, as `ask` takes them."""
    assert paths(archive, "ranjau", filters=Filters(source="pagi")) == ["b.md"]
    assert paths(archive, "ranjau", filters=Filters(since=date(2021, 1, 1))) == ["2021-05-01_a.md"]


def test_where_no_passage_has_them_all_the_nearest_are_told_apart(archive: Engine) -> None:
    """They are no hits."""
    found = archive.search("kapal qwertz")
    assert (found.hits, found.passages, found.articles) == ((), 0, 0)
    assert found.nearest
    for hit in found.nearest:
        assert set(map(str.lower, marked(hit))) <= {"kapal"}


def invoke(*arguments: str) -> Result:
    """`qa` within this process, with its exit code."""
    return CliRunner().invoke(qa.cli.cli, ["search", *arguments], standalone_mode=False)


def test_the_command_marks_the_words(index: Path) -> None:
    """Safe for a screen; a word may begin with a hyphen, wherever the options stand."""
    done = invoke("ranjau", "-k", "1", "--sort", "oldest", "--index", str(index))
    assert done.return_value == 0
    assert done.stdout.startswith("3 passages in 3 articles\n[1] ")
    assert "»ranjau«" in done.stdout
    assert "2 more with a higher --limit." in done.stdout
    done = invoke("kapal", "-kremlin", "-sawah", "--index", str(index))
    assert done.stdout.startswith("2 passages in 2 articles\n")
    assert "\x1b" not in done.stdout
    done = invoke("ranjau", "-kapal", "--index", str(index), "-k1")
    assert done.stdout.startswith("1 passage in 1 article\n")
    done = invoke("qwertz", "--index", str(index))
    assert done.return_value == 1
    assert done.stdout.startswith("No passage holds all of these words.")
    assert isinstance(invoke("-kapal", "--index", str(index)).exception, UsageError)


def test_json_is_documented_and_marks_are_slices(index: Path) -> None:
    """One document, offsets in code points of the article's text."""
    done = invoke("ranjau", "darat", "--json", "--index", str(index))
    document = json.loads(done.stdout)
    assert list(document) == [
        "schema", "words", "articles", "passages", "hits", "nearest", "unread", "sort", "filters",
        "index",
    ]  # fmt: skip
    assert (document["schema"], document["passages"]) == ("qa.search/1", 2)
    for hit in document["hits"]:
        citation = hit["citation"]
        for mark in hit["marks"]:
            start, end = (mark[at] - citation["start"] for at in ("start", "end"))
            assert citation["quote"][start:end] == mark["text"]


def test_passages_that_share_the_marked_sentence_come_once(tmp_path: Path) -> None:
    """Of two that overlap; in the next only what is marked there alone counts, and is marked."""
    fill = "dan hujan turun di lereng sementara jalan desa tergenang air sejak pagi " * 3
    # A passage has at most 600 characters, and repeats the last sentence of the one before.
    text = f"Senin {fill}. Bupati membagikan terpal {fill}. Rabu {fill}. Sabtu {fill}."
    index = index_of(tmp_path, {"a.txt": text, "b.txt": "Terpal tiba di posko."})
    with open_generation(index) as generation:
        rows = np.arange(generation.manifest.passages)
        held = ["terpal" in each.text for each in generation.passages(rows, Filters())]
        assert sum(held) == 2
    with qa.open(index, reader=None) as archive:
        for sort in ("best", "oldest"):
            found = archive.search("terpal", sort=sort)
            assert (found.passages, found.articles, len(found.hits)) == (2, 2, 2)
            assert [marked(hit) for hit in found.hits].count(["terpal"]) == 1
        assert [marked(hit) for hit in archive.search("terpal", limit=1).hits] == [["Terpal"]]
        (hit,) = archive.search("terpal lereng").hits
        assert "terpal" in {word.casefold() for word in marked(hit)}
        marks = [mark for hit in archive.search("hujan", limit=50).hits for mark in hit.marks]
        assert len(marks) == len(set(marks)) == text.count("hujan")
