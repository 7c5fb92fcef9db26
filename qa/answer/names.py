"""Which words of a question typed without capitals are names, as the articles found write them.

`bahlil maju caketum golkar` names who stands as `Bahlil` and `Golkar` wherever a sentence does not
begin with it. Not handled: names that no article found has, or that are common words as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from qa.language.text import fold, words
from qa.question.query import Query
from qa.types import Passage

_BEGINS = re.compile(r"[.!?:\n\"“”‘(–—-]\s*$")
_LEAST = 2
"""Times that a word must stand there with a capital, and as often for each time without one."""
_TIMES = 4


def with_names(query: Query, passages: Sequence[Passage]) -> Query:
    """A query whose names are told by the passages where it has been typed in small letters."""
    if query.names or any(map(str.isupper, query.words[1:])):
        return query
    forms = {form: at for at, key in enumerate(query.keys) for form in key}
    capital, small = Counter[int](), Counter[int]()
    for passage in passages:
        text = passage.text
        for span in words(text):
            at = forms.get(fold(text[span.start : span.end]))
            if at is None:
                continue
            if not text[span.start].isupper():
                small[at] += 1
            elif span.start and not _BEGINS.search(text, max(0, span.start - 3), span.start):
                capital[at] += 1
    names = frozenset(
        at for at, times in capital.items() if times >= max(_LEAST, _TIMES * small[at])
    )
    return replace(query, names=names) if names else query
