"""Where the right article stands among hits: by article, not by passage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from qa.types import Article

_DEEPEST = 20
"""The last rank that a report looks at."""


def rank_of(is_right: Callable[[Article], bool], found: Iterable[Article]) -> int | None:
    """The place of the right article among the distinct ones found, from 1.

    Args:
        is_right: Says whether an article is the right one.
        found: The articles of the hits, best first, each as often as it was hit.

    Returns:
        None if it is not among the first 20 articles, the deepest a report looks.
    """
    seen: set[str] = set()
    for article in found:
        if article.id in seen:
            continue
        seen.add(article.id)
        if is_right(article):
            return len(seen)
        if len(seen) == _DEEPEST:
            break
    return None


def digest(text: str) -> str:
    """The SHA-256 of a text as `Article.sha256` has it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def has_text(context: str) -> Callable[[Article], bool]:
    """Whether an article is a context of a question file, word for word."""
    sha256 = digest(context)
    return lambda article: article.sha256 == sha256


def is_named(name: str) -> Callable[[Article], bool]:
    """Whether an article is the one that a question file calls by this name.

    A file goes by its path or its bare name; a record of a JSON or CSV file by its id, alone or as
    `path#id`. Every further place of the same text counts too.
    """
    return lambda article: name in _names(article)


def _names(article: Article) -> set[str]:
    if article.record is None:
        known = {article.path, PurePosixPath(article.path).name}
    else:
        known = {article.record, article.place}
    for copy in article.also_at:
        known |= {copy.place, PurePosixPath(copy.place).name, copy.place.rpartition("#")[2]}
    return known
