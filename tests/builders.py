"""Small real things for tests: an article, a passage of it, a hit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import qa
from qa.language.detect import detect
from qa.question.query import Query
from qa.types import Article, Mask, Passage, Span


def article(
    text: str,
    *,
    title: str = "Judul",
    path: str = "a.txt",
    source: str | None = None,
    published: date | None = None,
    language: str = "id",
    masks: tuple[Mask, ...] = (),
    record: str | None = None,
) -> Article:
    """An article as loading makes it."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Article(
        id=digest[:16],
        path=path,
        title=title,
        text=text,
        sha256=digest,
        source=source,
        published=published,
        language=language,
        masks=masks,
        record=record,
    )


def passage(of: Article, words: str | None = None, *, row: int = 0) -> Passage:
    """The passage of an article that holds exactly `words`; the whole text if none are given."""
    if words is None:
        return Passage(row, of, Span(0, len(of.text)))
    return Passage(row, of, span(of, words))


def span(of: Article, words: str) -> Span:
    """Where `words` first stand in an article."""
    start = of.text.index(words)
    return Span(start, start + len(words))


def query(text: str, *, now: date = date(2022, 1, 19)) -> Query:
    """A question as it is understood where nothing is misspelt or shortened."""
    return Query.of(text, detect(text), now)


def index_of(folder: Path, articles: Mapping[str, str]) -> Path:
    """An index in a folder, of files with some names and texts."""
    (folder / "articles").mkdir()
    for name, text in articles.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    qa.build(folder / "articles", folder / "index")
    return folder / "index"
