"""Characters of no width inside the words of an article: found by, not shown, kept in offsets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qa
from qa.cli import run

PLAIN = "Juru bicara pelabuhan Muara Angke adalah Stefania Karundeng.\n\nIa berkantor di Ancol."
SIGNS = {"Stefania": "Stefa\u200bnia", "Karundeng": "Karun\u00addeng", "Muara": "Mu\u2060ara"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article whose words hold what cannot be seen."""
    folder = tmp_path_factory.mktemp("articles")
    text = PLAIN
    for word, hidden in SIGNS.items():
        text = text.replace(word, hidden)
    (folder / "angke.txt").write_text(text, encoding="utf-8")
    qa.build(folder, folder / ".index")
    return folder / ".index"


@pytest.mark.parametrize(
    "question",
    [
        "Siapa juru bicara pelabuhan Muara Angke?",
        "Siapa juru bicara pela\u00adbuhan Mua\u200bra Angke?",
    ],
)
def test_an_answer_is_shown_as_it_is_read(
    index: Path, question: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON and the citation keep the words of the file."""
    assert run(["ask", question, "--index", str(index)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Stefania Karundeng [1]")
    assert "»Stefania Karundeng«" in printed
    assert "·nia" not in printed
    assert run(["ask", question, "--json", "--index", str(index)]) == 0
    document = json.loads(capsys.readouterr().out)
    (place, *_) = document["citations"]
    assert document["answer"]["text"] == place["quote"] == "Stefa\u200bnia Karun\u00addeng"
    with qa.open(index) as archive:
        (article,) = archive.articles()
        assert str(archive.ask(question).best).startswith("Stefania Karundeng — ")
    assert article.text[place["start"] : place["end"]] == place["quote"]


def test_a_misspelt_word_is_taken_for_one_as_it_is_read(index: Path) -> None:
    """Its hidden characters are no letters that were left out."""
    with qa.open(index) as archive:
        answer = archive.ask("Di mana Stefania Karundang berkantor?")
    assert [(each.typed, each.taken) for each in answer.corrected] == [("Karundang", "Karundeng")]
