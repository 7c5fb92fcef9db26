"""Inspecting an article: passages, masks with the rule of each, dates, copies."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from qa.articles.folder import load
from qa.builder import build
from qa.cli import run
from qa.errors import UsageError
from qa.inspection import Inspection, inspect
from qa.settings import BuildSettings
from qa.store import Generation, open_generation
from tests.builders import article

PROSE = (
    "Menteri luar negeri NATO bertemu di kota Riga pada Selasa, 30 November 2021, kata juru bicara."
)
RECURRING = "Kabar pagi untuk pembaca setia di rumah"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles with debris, a copy, records of one file, and hostile words; indexed."""
    corpus = tmp_path_factory.mktemp("inspect")
    (corpus / "desk").mkdir()
    (corpus / "riga.md").write_text(
        f"---\nsource: Kabar\npublished: 2021-12-01\n---\n# NATO di Riga\n\n{PROSE}\n\n"
        f"Baca juga: Harga cabai naik\n\n{RECURRING}\n",
        encoding="utf-8",
    )
    for number in range(4):
        (corpus / f"{number}.md").write_text(
            f"---\nsource: Kabar\n---\n# Berita {number}\n\n{PROSE} No {number}.\n\n{RECURRING}\n",
            encoding="utf-8",
        )
    (corpus / "desk" / "copy.txt").write_text("Sama \x1b[31m saja bunyinya.\n", encoding="utf-8")
    (corpus / "same.txt").write_text("Sama \x1b[31m saja bunyinya.\n", encoding="utf-8")
    rows = [{"id": "a", "text": "Satu berita."}, {"id": "b", "text": "Dua berita."}]
    lone = {"id": "7", "text": "Perahu karet itu hanyut sampai ke muara semalam."}
    (corpus / "lone.jsonl").write_text(json.dumps(lone))
    (corpus / "news.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    settings = BuildSettings()
    build(load(corpus, settings), corpus / ".index", settings, root=str(corpus))
    return corpus


@pytest.fixture(scope="module")
def generation(folder: Path) -> Iterator[Generation]:
    """The index, open."""
    with open_generation(folder / ".index") as opened:
        yield opened


def masked(seen: Inspection) -> list[tuple[str, str]]:
    """Each rule with the words that it masks."""
    article = seen.article
    return [(mask.rule, article.text[mask.start : mask.end].strip()) for mask in article.masks]


def test_every_masked_span_has_its_rule(generation: Generation) -> None:
    """The loader's, those of a line, and what recurs in the source."""
    assert masked(inspect(generation, "riga.md")) == [
        ("front matter", "---\nsource: Kabar\npublished: 2021-12-01\n---"),
        ("heading mark", "#"),
        ("see also", "Baca juga: Harga cabai naik"),
        ("recurring", RECURRING),
    ]


def test_passages_are_those_of_the_index(generation: Generation) -> None:
    """In order, with their rows; every date is a span of the text."""
    seen = inspect(generation, "riga.md")
    assert [one.text for one in seen.passages] == [f"NATO di Riga\n\n{PROSE}"]
    assert [one.row for one in seen.passages] == [
        one.row for one in generation.passages([one.row for one in seen.passages])
    ]
    written = [seen.article.text[one.span.start : one.span.end] for one in seen.dates]
    assert written == ["2021-12-01", "30 November 2021"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("riga.md", "riga.md"),
        ("news.jsonl#b", "news.jsonl#b"),
        ("b", "news.jsonl#b"),
        ("desk/copy.txt", "same.txt"),
        ("same.txt", "same.txt"),
        ("copy.txt", "same.txt"),
        ("lone.jsonl", "lone.jsonl#7"),
    ],
)
def test_an_article_goes_by_several_names(generation: Generation, name: str, place: str) -> None:
    """Path, record, bare name, the place of a copy; its id, and its path from here."""
    seen = inspect(generation, name)
    assert seen.article.place == place
    assert inspect(generation, seen.article.id) == seen
    from_here = Path(generation.manifest.root) / seen.article.place
    assert inspect(generation, str(from_here)) == seen


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("riga.mdx", "Perhaps: riga.md"),
        ("news.jsonl", "Several articles.*Perhaps: news.jsonl#"),
        ("copi.txt", "Perhaps: desk/copy.txt"),
        ("zzzzzzzzzzz", "path from an answer"),
        ("", "path from an answer"),
    ],
)
def test_a_name_that_is_none_gets_near_ones(generation: Generation, name: str, says: str) -> None:
    """As typing goes."""
    with pytest.raises(UsageError, match=says):
        inspect(generation, name)


def test_the_command_shows_it_all_safely(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences of an article never reach the screen; copies are listed."""
    assert run(["inspect", "same.txt", "--index", str(folder / ".index")]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "also at: desk/copy.txt" in shown
    assert run(["inspect", "riga.md", "--index", str(folder / ".index")]) == 0
    assert "see also · line 9 · " in capsys.readouterr().out


def test_json_spans_are_slices(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the file, in code points."""
    assert run(["inspect", "riga.md", "--index", str(folder / ".index"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    text = Path(document["path"]).read_text(encoding="utf-8")
    parts = [*document["passages"], *document["masked"], *document["dates"]]
    assert len(parts) >= 6
    assert all(text[part["start"] : part["end"]] == part["text"] for part in parts)


def test_an_unknown_article_is_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And no index is 3."""
    assert run(["inspect", "riga", "--index", str(folder / ".index")]) == 2
    assert capsys.readouterr().err == "qa: No article is called 'riga'. Perhaps: riga.md\n"
    assert run(["inspect", "riga.md", "--index", str(folder / "nowhere")]) == 3


@pytest.mark.parametrize(
    "name", ["Café.txt", "Zoë/Åse.md", "Señor Núñez.txt", "Ấp Bắc.txt", "é#1.txt"]
)
@pytest.mark.parametrize(("stored", "typed"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFC", "NFC")])
def test_a_name_is_found_in_either_normal_form(
    tmp_path: Path, name: str, stored: Literal["NFC", "NFD"], typed: Literal["NFC", "NFD"]
) -> None:
    """As a Mac stores it, or as a keyboard types it: whole, bare, or as the path from here."""
    words = article("Kafe itu dibuka pagi tadi.", path=unicodedata.normalize(stored, name))
    build([words], tmp_path, BuildSettings(), root="/corpus")
    asked = unicodedata.normalize(typed, name)
    with open_generation(tmp_path) as opened:
        for each in (asked, asked.rpartition("/")[2], f"/corpus/{asked}"):
            assert inspect(opened, each).article.id == words.id
