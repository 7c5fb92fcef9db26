"""CSL-JSON, the form in which Zotero, pandoc and others exchange references (schema 1.0.2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qa.chat.export.works import Work, works
from qa.chat.transcript import Turn


def as_csl(turns: Sequence[Turn]) -> str:
    """A list with an item for each article cited."""
    return f"{json.dumps([_item(work) for work in works(turns)], ensure_ascii=False, indent=2)}\n"


def _item(work: Work) -> dict[str, Any]:
    of, published = work.reference, work.article.published
    language = work.article.language
    fields = {
        "id": work.key,
        "type": "article-newspaper",
        "title": of.title,
        "container-title": of.outlet,
        "issued": published and {"date-parts": [[published.year, published.month, published.day]]},
        "URL": of.address,
        "language": "" if language == "und" else language,
        "note": work.note,
    }
    return {name: value for name, value in fields.items() if value}
