"""Whether a text asks nothing of the articles: a greeting, or what there is to ask."""

from __future__ import annotations

from qa.language.text import folded_words
from qa.language.vocabulary import known

_LONGEST = 16
"""Words of a text that may be two such phrases."""


def asks_what_is_here(text: str) -> bool:
    """Whether a text is a greeting, a question for what is in here, or the one after the other.

    The whole of it: `Halo, siapa juru bicara Kremlin?` asks something of the articles.
    """
    phrases = known().what_is_here
    said = folded_words(text[:200])
    if len(said) > _LONGEST or len(text) > 200:
        return False
    halves = ((" ".join(said[:at]), " ".join(said[at:])) for at in range(1, len(said) + 1))
    return any(one in phrases and (not two or two in phrases) for one, two in halves)
