"""A conversation written down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from qa.chat.export import export, unused_name
from qa.chat.export.jsonl import as_jsonl
from qa.chat.export.markdown import as_markdown
from qa.chat.transcript import Turn
from qa.cite import cite
from qa.errors import UsageError
from qa.settings import Filters
from qa.show import as_json
from tests.builders import span
from tests.test_show import INFO, answer, not_found

SINCE = Filters(since=date(2024, 1, 1))
TURN = Turn(replace(answer("Kata Ani tadi.", "Ani"), filters=SINCE), SINCE, INFO)
NONE = Turn(not_found(), Filters(), INFO)


def test_markdown_has_a_heading_a_question_and_a_footnote_a_citation() -> None:
    """Whole, as a reader of the file sees it."""
    assert as_markdown([TURN]).splitlines() == [
        "## Siapa?",
        "",
        "**Ani** [^1-1]",
        "",
        "answered · confidence 0.88",
        "",
        "only articles since 2024-01-01",
        "",
        "[^1-1]: Judul",
        "",
        "    Kabar · 2024-11-21 · /corpus/a.txt:1",
        "",
        "    Kata **Ani** tadi.",
        "",
    ]


def test_items_of_one_sentence_share_a_footnote() -> None:
    """Each marker has a definition; those after the first point at it."""
    found = answer("Kata Ani dan Budi tadi.", "Ani")
    assert found.best is not None
    of = found.best.citation.article
    other = replace(found.best, text="Budi", citation=cite(span(of, "Budi"), of, 2))
    written = as_markdown([replace(TURN, answer=replace(found, items=(found.best, other)))])
    assert "[^1-2]: see [^1-1]" in written
    assert "[^1-1]: Judul" in written
    assert "**Ani** dan **Budi**" in written


def test_footnotes_of_two_questions_do_not_meet() -> None:
    """Each is numbered by its question and its citation."""
    written = as_markdown([TURN, TURN])
    assert "[^1-1]:" in written
    assert "[^2-1]:" in written


def test_markdown_of_no_answer_has_what_is_closest_and_the_nearest() -> None:
    """As the screen does; the guess is a footnote that its line points at."""
    written = as_markdown([NONE]).split("\n\n")
    assert written[1:] == [
        "**Not found in these articles.**",
        "not found · reading: confidence 0.25, below 0.30",
        "Closest, a guess (confidence 0.25, below the 0.30 that an answer needs): [^1-1]",
        "Nearest passages (not an answer):",
        "2. Cuaca",
        "    /corpus/b.txt:1",
        "    Lalu hujan.",
        "[^1-1]: Judul",
        "    Kabar · 2024-11-21 · /corpus/a.txt:1",
        "    Kata **Ani** tadi.",
        "",
    ]


def test_words_of_articles_stay_words_in_markdown() -> None:
    """No link, no heading, no HTML, no control character."""
    hostile = answer("<b>x</b> Ani [a](http://b)\x1b.", "Ani", title="# *t* [1]\x1b]52;")
    written = as_markdown([Turn(hostile, Filters(), INFO)])
    assert r"\<b\>x\</b\> **Ani** \[a\](http://b)␛." in written
    assert r"[^1-1]: \# \*t\* \[1\]␛\]52;" in written


def test_jsonl_is_what_ask_prints() -> None:
    """One document a line."""
    first, second = map(json.loads, as_jsonl([TURN, NONE]).splitlines())
    assert first == as_json(TURN.answer, TURN.filters, TURN.info)
    assert (second["status"], second["closest"]["text"]) == ("no_answer", "Ani")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """Neither a file nor a link to nowhere; and nothing is left beside it."""
    (tmp_path / "a.md").write_text("mine")
    (tmp_path / "b.md").symlink_to(tmp_path / "nowhere")
    for name in ("a.md", "b.md"):
        with pytest.raises(UsageError, match="exists already"):
            export([TURN], tmp_path / name)
    assert (tmp_path / "a.md").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("name", "says"),
    [("a.txt", "name it .md"), ("no/a.md", "No such file"), ("a\0.md", "null byte")],
)
def test_what_cannot_be_written_says_why(tmp_path: Path, name: str, says: str) -> None:
    """One line that names the file."""
    with pytest.raises(UsageError, match=says):
        export([TURN], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_lone_surrogate_can_be_written(tmp_path: Path) -> None:
    """A question may hold one where the terminal is not UTF-8."""
    turn = replace(TURN, answer=replace(TURN.answer, question="Siapa \udce9?"))
    for name in ("a.md", "a.jsonl"):
        export([turn], tmp_path / name)
        assert "Siapa" in (tmp_path / name).read_text(encoding="utf-8")


def test_a_name_is_found_that_nothing_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two exports within a second get two files."""
    monkeypatch.chdir(tmp_path)
    now = datetime(2026, 11, 24, 7, 41, 39)
    assert unused_name(now) == Path("qa-2026-11-24-074139.md")
    unused_name(now).touch()
    assert unused_name(now) == Path("qa-2026-11-24-074139-2.md")
