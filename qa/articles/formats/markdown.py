"""Markdown: as plain text, and the first heading is the title where front matter names none.

The text stays the file's own, since offsets are; the `#` of headings is masked.
Not handled: other mark-up is read as if it were words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from qa.articles.formats import txt
from qa.settings import BuildSettings
from qa.types import Mask, Record, Skipped

SUFFIXES = (".md", ".markdown")

_HASHES = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
_HEADING = re.compile(r"\s*#{1,2}[ \t]+(?P<title>[^\r\n]{1,300})")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a Markdown file; front matter and the marks of headings are masked."""
    for record in txt.load(file, path, settings):
        if isinstance(record, Skipped):
            yield record
            continue
        start = max((mask.end for mask in record.masks), default=0)
        heading = _HEADING.match(record.text, start)
        hashes = (
            Mask(*found.span(), "heading mark") for found in _HASHES.finditer(record.text, start)
        )
        title = record.title or (heading["title"].rstrip("# \t") if heading else None)
        yield replace(record, title=title, masks=(*record.masks, *hashes))
