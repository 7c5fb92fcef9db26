"""Which form of a question is answered where it leans on a conversation: the surer one."""

from __future__ import annotations

from collections.abc import Sequence

from qa.language.short_forms import as_asked
from qa.question.lean import Lean
from qa.question.query import Query
from qa.types import Result, Status

_SURELY_MEANT = 0.2
_AS_TYPED = -0.1
"""What is added to the confidence of a completion before it is weighed against the words as typed,
by how surely the question leans; chosen on `tests/data/conversations-tune.jsonl`, and so that 1,102
whole questions after an unrelated talk lose .001 F1 (2026-11)."""
_OWN_WORDS = 0.5
"""Share of a question's own words in the article that answers its completion."""
_LATER = 0.1
"""By how much a less likely completion must be surer than the one before it."""


def choose(query: Query, results: Sequence[Result], *, as_typed: bool) -> int:
    """The place of the result that answers.

    A question that surely leans on the talk means its completion, unless the words as typed are
    answered far more surely; one that perhaps does means what it says, unless its completion is,
    from an article that has half of its words at least.

    Args:
        query: The question as typed.
        results: What the articles say to each form of it: to the question as typed where that was
            asked, then to what it may mean, likeliest first.
        as_typed: Whether the first is of the question as typed.
    """
    typed, meant = (results[0], results[1:]) if as_typed else (None, results)
    if not meant:
        return 0
    likeliest = max(range(len(meant)), key=lambda at: meant[at].confidence - _LATER * at)
    if typed is None:
        return likeliest
    best, surely = meant[likeliest], query.lean is Lean.SURELY
    favour = _SURELY_MEANT if surely else _AS_TYPED
    # How close a sentence is to a yes-or-no question says nothing about whom it is about.
    is_bound = surely and query.yes_or_no
    if typed.best and not is_bound and typed.confidence > best.confidence + favour:
        return 0
    return 1 + likeliest if surely or _answers(best, query) else 0


def _answers(meant: Result, query: Query) -> bool:
    """Whether the answer to a completion may be one to the question as well.

    The talk alone retrieves passages too, and some word of them always looks like an answer. An
    article without the question's words, as in another language, must be sure of it.
    """
    if meant.best is None:
        return False
    article = meant.best.citation.article
    text = as_asked(query.words, f"{article.title}\n{article.text}")
    met = query.met_by(text, article.language)
    return len(met) >= _OWN_WORDS * len(query.keys) or meant.status is Status.ANSWERED
