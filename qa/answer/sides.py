"""Yes-or-no questions: which sentences say what is asked, and which say otherwise or may be.

Each is judged by itself (`qa.answer.stance`). Those that are about the question and take no side
are shown as such. No sentence is an answer: whoever reads the news decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answer.stance import CLOSE, Side, judge
from qa.cite import cite
from qa.language.text import sentences
from qa.question.query import Query
from qa.types import Citation, Passage, Sides, Span


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A sentence that is about the question, and the side it takes."""

    side: Side
    share: float
    own: float
    order: int
    passage: Passage
    span: Span

    @property
    def place(self) -> tuple[bool, float, float, int]:
        """Sorts the closest last, those that take a side after the others."""
        return self.side is not Side.ABOUT, self.share, self.own, -self.order


def sides(
    query: Query, passages: Sequence[Passage], *, limit: int
) -> tuple[Sides, Citation | None, float]:
    """The sentences on each side of a yes-or-no question, numbered from the oldest on.

    Args:
        query: The question.
        passages: Where to look, best retrieved first.
        limit: Most sentences of a side: the closest, one of a source group.

    Returns:
        The sides, the closest sentence that takes one (None if none does), and the largest share of
        the question that such a sentence has.
    """
    closest: dict[str, _Found] = {}
    for order, (passage, span, context) in enumerate(_sentences(passages)):
        article = passage.article
        sentence = article.text[span.start : span.end]
        judged = judge(query, sentence, article.language, context=context, article=article.text)
        found = _Found(judged.side, judged.share, judged.own, order, passage, span)
        known = closest.get(article.source_group)
        if judged.share >= CLOSE and (known is None or found.place > known.place):
            closest[article.source_group] = found
    ranked = sorted(closest.values(), key=lambda one: one.place, reverse=True)
    kept = [one for side in Side for one in [r for r in ranked if r.side is side][:limit]]
    kept.sort(key=lambda one: (_day(one.passage), one.order))
    cited = {one: cite(one.span, one.passage.article, n) for n, one in enumerate(kept, start=1)}
    told = Sides(
        **{side: tuple(place for one, place in cited.items() if one.side is side) for side in Side}
    )
    best = ranked[0] if ranked and ranked[0].side is not Side.ABOUT else None
    return told, cited[best] if best else None, best.share if best else 0.0


def _sentences(passages: Sequence[Passage]) -> Iterator[tuple[Passage, Span, str]]:
    """Every sentence of some passages with its context, those that passages share once."""
    seen: set[tuple[str, int]] = set()
    for passage in passages:
        text = passage.article.text
        before = passage.article.title
        for span in sentences(text, passage.span.start, passage.span.end):
            if (passage.article.id, span.start) not in seen:
                seen.add((passage.article.id, span.start))
                yield passage, span, before
            before = f"{passage.article.title}\n{text[span.start : span.end]}"


def _day(passage: Passage) -> str:
    """Sorts the oldest first and the undated last."""
    published = passage.article.published
    return published.isoformat() if published else "~"
