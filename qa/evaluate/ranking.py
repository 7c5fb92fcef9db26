"""Where the right article stands among hits: by article, not by passage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from qa.show import location
from qa.types import Article, Copy

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


def is_named(name: str, root: str = "") -> Callable[[Article], bool]:
    """Whether an article is the one that a question file calls by this name.

    An article goes by its id and its place as `qa ask --json` has them: `article_id`, `path`, and
    of a record `path#record`. Shorter, a file goes by its path in its folder or its bare name, a
    record by its id. Every further place of the same text counts too.

    Args:
        name: In the question file.
        root: The folder that paths of articles are relative to.
    """
    return lambda article: name in _names(article, root)


def _names(article: Article, root: str) -> set[str]:
    here = Copy(article.path, article.record)
    known = {article.id}
    for copy in (here, *article.also_at):
        short = PurePosixPath(copy.path).name if copy.record is None else copy.record
        known |= {short, copy.place, location(root, copy.place)}
    return known
