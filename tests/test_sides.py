"""Yes-or-no questions: told from others, and sentences sorted by the side they take."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qa.readers.question import analyse
from qa.sides import CLOSE, asks_yes_or_no, judge, sides
from qa.types import Article
from tests.builders import article, passage

DATA = Path(__file__).parent / "data"


def rows(name: str, half: str) -> list[dict[str, Any]]:
    """The rows of one half of a labelled set."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["half"] == half]


def side(row: dict[str, Any]) -> str:
    """`so`, `otherwise`, or `neither` where the sentence is not close."""
    asked = analyse(row["question"])
    judged = judge(asked, row["sentence"], asked.language)
    if judged.held < CLOSE:
        return "neither"
    return "so" if judged.so else "otherwise"
