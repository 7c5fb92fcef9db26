"""Markdown: as plain text, and the first heading is the title where front matter names none.

Not handled: the mark-up itself stays in the text, since offsets are the file's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from qa.loaders import txt
from qa.settings import BuildSettings
from qa.types import Record, Skipped, Span

_HEADING = re.compile(r"\s*#{1,2}[ \t]+(?P<title>[^\r\n]{1,300})")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a Markdown file; its text is the file's own, front matter masked."""
    for record in txt.load(file, path, settings):
        if isinstance(record, Record) and record.title is None:
            start = max(record.masks, default=Span(0, 0)).end
            heading = _HEADING.match(record.text, start)
            if heading:
                yield replace(record, title=heading["title"].rstrip("# \t"))
                continue
        yield record
