"""HTML pages: main text, title, date, site and address, by trafilatura.

The article's text is what trafilatura extracts, since offsets into mark-up would help nobody; where
that is short, its search that favours recall is tried. Pages that list stories are skipped.

Not handled: pages that need JavaScript to show their text; several articles on one page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, BinaryIO

from qa.articles.decode import NotText, mend, read_text
from qa.days import dates
from qa.i18n import _, number
from qa.settings import BuildSettings
from qa.types import Record, Skipped

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

SUFFIXES = (".html", ".htm", ".xhtml")

# The extensive search takes any date of the page for the article's.
_DATES = {"original_date": True, "extensive_search": False}
_SHORT_CHARS = 300
"""Of a text that may be a cookie notice, while the story lies in an `aside`."""
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
    from trafilatura import load_html

    from qa.articles.formats.page import name_cells, stories_listed

    try:
        page = read_text(file, path, settings.max_bytes)
        mended = mend(page)
    except NotText as error:
        yield Skipped(path, str(error))
        return
    is_mended, page = mended != page, mended
    if len(page) > _MOST_CHARS:
        yield Skipped(
            path,
            _("a page of over {count} characters; save its text instead").format(
                count=number(_MOST_CHARS)
            ),
        )
        return
    if is_overloaded(page):
        yield Skipped(
            path, _("a tag of over {count} attributes").format(count=number(_MOST_ATTRIBUTES))
        )
        return
    try:
        tree = load_html(page)
        listed = 0 if tree is None else stories_listed(tree)
        if listed:
            yield Skipped(
                path,
                _("a list of {count} stories, no article; save the stories instead").format(
                    count=listed
                ),
            )
            return
        if tree is not None:
            name_cells(tree)
        found = None if tree is None else _article(tree)
    except Exception as error:
        # Of broken mark-up lxml raises what comes up: `<svg><title></title><g>` an AssertionError.
        yield Skipped(
            path, _("its mark-up cannot be read ({type})").format(type=type(error).__name__)
        )
        return
    if found is None or not found.text:
        yield Skipped(path, _("no article text found in the page"))
        return
    yield Record(
        found.text,
        title=found.title,
        source=found.sitename,
        url=found.url,
        published=dates.parse(found.date or ""),
        language=found.language,
        mended=is_mended,
    )


def _article(tree: HtmlElement) -> Document | None:
    """What trafilatura finds in a page; of a short find and what recall finds the longer one."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    def extract(tree: HtmlElement, *, recall: bool) -> Document | None:
        found = bare_extraction(
            tree,
            with_metadata=True,
            include_comments=False,
            favor_recall=recall,
            date_extraction_params=_DATES,
        )
        return found if isinstance(found, Document) and found.text else None

    found = extract(deepcopy(tree), recall=False)
    chars = len(found.text or "") if found else 0
    if chars >= _SHORT_CHARS:
        return found
    wider = extract(tree, recall=True)
    if found is None or wider is None:
        return found or wider
    # What it adds to the same text is menus, unless that was no more than a line of the story.
    is_same = set(_lines(found)) <= set(_lines(wider))
    return wider if len(wider.text or "") > (2 * chars if is_same else chars) else found


def _lines(found: Document) -> list[str]:
    return [" ".join(line.split()) for line in (found.text or "").splitlines()]


def is_overloaded(page: str) -> bool:
    """Whether a tag has so many attributes that the parser would not come to an end.

    Its time grows with the square of their number: 17 s for 100,000 of them (2026-11).
    """
    return any(
        # An attribute takes two characters at least, and most tags are short.
        len(tag["attributes"]) > 2 * _MOST_ATTRIBUTES
        and sum(1 for _ in _ATTRIBUTES.finditer(tag["attributes"])) > _MOST_ATTRIBUTES
        for tag in _TAG.finditer(page)
    )
