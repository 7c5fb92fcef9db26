"""HTML pages: main text, title, date, site and address, by trafilatura.

The article's text is what trafilatura extracts, since offsets into mark-up would help nobody.

Not handled: pages that need JavaScript to show their text; several articles on one page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import BinaryIO

from qa.articles.decode import NotText, read_text
from qa.days import dates
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".html", ".htm", ".xhtml")

# The extensive search takes any date of the page for the article's.
_DATES = {"original_date": True, "extensive_search": False}
_MOST_CHARS = 4 * 1024 * 1024
"""Of a page: 8 MiB of nested tags took 1.5 GiB to read (2026-11)."""
_MOST_ATTRIBUTES = 5_000
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>]++)?+)?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"<[A-Za-z][^\s/>]*+(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*+)")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a page."""
    # It tells in the log of what it makes of a page, which says nothing to the person.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # Imported here: it takes most of a second, and most corpora hold no page.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    try:
        page = read_text(file, path, settings.max_bytes)
    except NotText as error:
        yield Skipped(path, str(error))
        return
    if len(page) > _MOST_CHARS:
        yield Skipped(path, f"a page of over {_MOST_CHARS:,} characters; save its text instead")
        return
    if _is_overloaded(page):
        yield Skipped(path, f"a tag of over {_MOST_ATTRIBUTES:,} attributes")
        return
    try:
        found = bare_extraction(
            page, with_metadata=True, include_comments=False, date_extraction_params=_DATES
        )
    except Exception as error:
        # Of broken mark-up lxml raises what comes up: `<svg><title></title><g>` an AssertionError.
        yield Skipped(path, f"its mark-up cannot be read ({type(error).__name__})")
        return
    if not isinstance(found, Document) or not found.text:
        yield Skipped(path, "no article text found in the page")
        return
    yield Record(
        found.text,
        title=found.title,
        source=found.sitename,
        url=found.url,
        published=dates.parse(found.date or ""),
        language=found.language,
    )


def _is_overloaded(page: str) -> bool:
    """Whether a tag has so many attributes that the parser would not come to an end.

    Its time grows with the square of their number: 17 s for 100,000 of them (2026-11).
    """
    return any(
        # An attribute takes two characters at least, and most tags are short.
        len(tag["attributes"]) > 2 * _MOST_ATTRIBUTES
        and sum(1 for _ in _ATTRIBUTES.finditer(tag["attributes"])) > _MOST_ATTRIBUTES
        for tag in _TAG.finditer(page)
    )
