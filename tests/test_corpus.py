"""What the articles that ship with qa must be: whole, ours, and answering the sample questions."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ARTICLES = sorted((ROOT / "corpus").glob("*.md"))
SHARED_WORDS = 8
"""A run of this many words in common with a seed counts as copied."""


def front_matter(path: Path) -> tuple[dict[str, Any], str]:
    """The fields between the two `---` lines, and what follows."""
    _, fields, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(fields), body


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of `SHARED_WORDS` words of a text, case ignored."""
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[start:] for start in range(SHARED_WORDS)), strict=False))


def questions() -> list[dict[str, Any]]:
    """The sample questions over the shipped corpus."""
    lines = (ROOT / "tests/data/questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article_says_what_it_is_and_is_short(path: Path) -> None:
    """Title, source, date and language stand in the front matter, 120 to 350 words below it."""
    fields, body = front_matter(path)
    assert set(fields) == {"title", "source", "published", "language"}
    assert isinstance(fields["published"], date)
    assert f"# {fields['title']}\n" in body
    assert 120 <= len(body.split()) <= 350
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem)


def test_most_articles_are_indonesian_with_some_english_and_malay() -> None:
    """The mix that the first version of the corpus promises."""
    languages = Counter(front_matter(path)[0]["language"] for path in ARTICLES)
    assert languages["id"] >= 9
    assert languages["en"] >= 3
    assert languages["ms"] >= 1
    assert languages.total() >= 12


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article_copies_no_sentence_of_its_sources(path: Path, shared: Path) -> None:
    """The facts are theirs, the words are ours."""
    theirs = set[tuple[str, ...]]()
    for seed in (shared / "seeds").glob("*.txt"):
        theirs |= runs(seed.read_text(encoding="utf-8"))
    assert theirs
    assert not runs(path.read_text(encoding="utf-8")) & theirs


def test_the_disagreement_on_troops_is_kept_with_its_dates() -> None:
    """In January NATO sends no combat troops; after the invasion it announces thousands."""
    before, _ = front_matter(ROOT / "corpus/nato-tidak-akan-kirim-pasukan-tempur.md")
    after, _ = front_matter(ROOT / "corpus/nato-kerahkan-pasukan-respons.md")
    assert before["published"] == date(2022, 1, 30)
    assert after["published"] > date(2022, 2, 24)


def test_every_sample_answer_stands_in_the_article_it_names() -> None:
    """A gold answer is a slice of the body, never only of the front matter."""
    bodies = {path.name: front_matter(path)[1] for path in ARTICLES}
    for row in questions():
        for answer in row["answers"]:
            assert answer in bodies[row["article"]], row["id"]


def test_sample_questions_are_many_in_several_languages_and_some_have_no_answer() -> None:
    """Enough of each kind that a broken stage shows."""
    rows = questions()
    assert len({row["id"] for row in rows}) == len(rows) >= 40
    assert sum(not row["answers"] for row in rows) >= 10
    assert {row["lang"] for row in rows} >= {"id", "en", "ms", "es", "ru"}
