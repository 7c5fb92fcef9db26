"""The forms in which a question is asked: each meaning of it, among the articles its days leave.

`qa/question/asked.py` says which days leave out which articles.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, replace
from datetime import date

from qa.protocols import Archive
from qa.question.lean import Lean
from qa.question.query import Query
from qa.settings import AskSettings, Filters
from qa.types import DateFilter


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A query among some passages.

    Attributes:
        query: What is asked.
        filters: Those that let the passages through.
        allowed: What `Archive.allowed` gave; None for all.
        dated: The filter by the days that the query names.
        wider: The form without that filter; None where nothing is left out by it.
    """

    query: Query
    filters: Filters
    allowed: Sized | None
    dated: DateFilter | None = None
    wider: Form | None = None

    @property
    def is_filtered_out(self) -> bool:
        """Whether no passage is left to answer."""
        return self.allowed is not None and not len(self.allowed)


def forms(query: Query, settings: AskSettings, archive: Archive) -> list[Form]:
    """The forms in which a question is asked, as typed first.

    The typed form is left out where there are two meanings, to keep enough passages for each, and
    where the question surely needs the conversation and its days filter.

    Args:
        query: The question.
        settings: The filters that the person set take the place of the days that the query names.
        archive: Knows which passages a filter leaves.
    """
    everywhere = archive.allowed(settings.filters)
    typed, *meant = [
        _form(each, everywhere, settings, archive) for each in (query, *query.meanings)
    ]
    is_dated = query.lean is Lean.SURELY and any(form.wider for form in meant)
    return meant if len(meant) > 1 or is_dated else [typed, *meant]


def _form(query: Query, everywhere: Sized | None, settings: AskSettings, archive: Archive) -> Form:
    """A query among the passages that its days leave."""
    given, days = settings.filters, query.days
    if days is None or not settings.date_filter or given.since or given.until:
        return Form(query, given, everywhere)
    since, until = days.published()
    words = query.text[days.span.start : days.span.end]
    filters = replace(given, since=since, until=until)
    allowed = archive.allowed(filters)
    is_unpublished = not days.deictic and allowed is not None and not len(allowed)
    if is_unpublished or (since is not None and since > (settings.now or date.today())):
        return Form(query, given, everywhere, DateFilter(words, since, until, ignored=True))
    dated = DateFilter(words, since, until, undated=archive.undated(given))
    wider = Form(query, given, everywhere)
    return Form(query.without_days(), filters, allowed, dated, wider)
