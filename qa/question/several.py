"""Whether a question asks for several things, judged from its words.

Indonesian, Malay and English only.
"""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\b(?:siapa|apa|mana|dimana|kemana|kapan|berapa)[ \xa0]saja(?:kah)?\b|^\W*sebutkan\b"
    r"|\b(?:who|what|which)(?: \w+)? (?:are|were) the \w+s\b|^\W*(?:list|name) \w"
    r"|\bwhich (?:\w+ )?(?:people|\w{3,}[^s\W]s['’]?)\b(?! (?:is|was|does|has)\b)"
    r"|\bwhat (?:countries|nations|cities|companies|people|parties|agencies|things)\b",
    re.IGNORECASE,
)


def asks_for_several(question: str) -> bool:
    """Whether a question asks for a list: `siapa saja`, `which countries`, `who are the ...`."""
    return bool(_ASKS.search(question[:500]))
