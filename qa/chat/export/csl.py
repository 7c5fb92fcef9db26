"""CSL-JSON, the form in which Zotero, pandoc and others exchange references (schema 1.0.2).

There `<b>`, `<i>`, `<sc>`, `<span ...>` and their kind are markup; of an article they are words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from qa.chat.export.works import Work, works
from qa.chat.transcript import Turn

_MARKUP = re.compile(r"<(/?(?:b|i|sc|su[bp]|span)\b[^<>]*)>", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def as_csl(turns: Sequence[Turn]) -> str:
    """A list with an item for each article cited."""
    return f"{json.dumps([_item(work) for work in works(turns)], ensure_ascii=False, indent=2)}\n"


def _item(work: Work) -> dict[str, Any]:
    of, published = work.reference, work.article.published
    language = work.article.language
    fields = {
        "id": work.key,
        "type": "article-newspaper",
        "title": _words(of.title),
        "container-title": _words(of.outlet),
        "issued": published and {"date-parts": [[published.year, published.month, published.day]]},
        "URL": of.address,
        "language": language if _LANGUAGE.fullmatch(language) and language != "und" else "",
        "note": _words(work.note),
    }
    return {name: value for name, value in fields.items() if value}


def _words(text: str) -> str:
    """Words in which nothing is markup: its brackets give way to others that look like them."""
    return _MARKUP.sub(r"‹\1›", text)
