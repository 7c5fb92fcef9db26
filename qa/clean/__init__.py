"""What is no prose in an article: spans to mask, each with its rule, never to delete.

Rules look at whole lines and at the lines above and below the prose (`rules`), within a line
(`inline`), and at lines that recur over many articles of a source (`recurring`). `debris` holds the
patterns of what news sites leave behind.
"""

from __future__ import annotations

from collections.abc import Iterable

from qa.clean.recurring import Recurring
from qa.clean.rules import Page
from qa.types import Mask

__all__ = ["Page", "Recurring", "disjoint", "masks"]


def masks(
    text: str,
    *,
    title: str = "",
    known: tuple[Mask, ...] = (),
    recurring: Recurring | None = None,
    source: str | None = None,
) -> tuple[Mask, ...]:
    """What may be neither indexed nor quoted, sorted and disjoint, in code points of the text.

    Args:
        text: Of the article.
        title: The line that repeats it stays.
        known: Masks that the file's format gives; they are kept.
        recurring: Lines counted over the corpus; None to go without.
        source: Of the article, which recurring lines are counted by.
    """
    first = min(known, default=None)
    page = Page(text, first.end if first and first.start == 0 else 0, title=title)
    return disjoint(text, [*known, *page.masks(recurring, source)])


def disjoint(text: str, found: Iterable[Mask]) -> tuple[Mask, ...]:
    """Masks by start, each cut where the one before it ends; none is white space alone."""
    apart: list[Mask] = []
    end = 0
    for mask in sorted(found):
        left = text[max(mask.start, end) : mask.end]
        if left.strip():
            start = mask.end - len(left.lstrip()) if mask.start < end else mask.start
            apart.append(Mask(start, mask.end, mask.rule))
            end = mask.end
    return tuple(apart)
