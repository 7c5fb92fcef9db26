"""Who says a quotation, where the words beside it tell."""

from __future__ import annotations

from qa.types import Article, Span


def speaker(article: Article, quote: Span) -> Span | None:
    """The name of who says a quotation of an article; None where no word beside it tells."""
    return None
