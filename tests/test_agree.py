"""Agreement: small sets of articles that say the same, or contradict each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qa.build import build
from qa.engine import Engine
from qa.language import detect
from qa.settings import BuildSettings
from qa.types import Answer
from tests.builders import article

SETS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "disagreement.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An index of the articles of all sets, and the reader that ships."""
    folder = tmp_path_factory.mktemp("agree")
    articles = [
        article(
            f"{each['title']}\n\n{each['text']}",
            title=each["title"],
            path=f"{number:02}-{at}.txt",
            published=date.fromisoformat(each["published"]),
            language=detect(each["text"]),
        )
        for number, of in enumerate(SETS)
        for at, each in enumerate(of["articles"])
    ]
    build(articles, folder, BuildSettings(), root="/corpus")
    with closing(Engine.open(folder)) as opened:
        yield opened


def contradictions(answer: Answer) -> list[str]:
    """The values that contradict each other, oldest first."""
    return [one.text for one in answer.conflicts]


def agrees(found: list[str], expected: list[str]) -> bool:
    """Whether values were found that begin as expected, in that order."""
    pairs = zip(found, expected, strict=False)
    return len(found) == len(expected) and all(want in have for have, want in pairs)
