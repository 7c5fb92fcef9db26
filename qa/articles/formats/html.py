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
from dataclasses import replace
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
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>]++)?)?"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"<[A-Za-z][^\s/>]*+(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*)")


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a page."""
    try:
        page = read_text(file, path, settings.max_bytes)
        mended = mend(page)
        yield replace(story(mended), mended=mended != page)
    except NotText as error:
        yield Skipped(path, str(error))


def story(page: str) -> Record:
    """The record of a page.

    Raises:
        NotText: If it holds no article; the message is the reason, for the person.
    """
    # Imported here: it takes most of a second, and most corpora hold no page.
    from qa.articles.formats.page import name_cells, stories_listed, tell_author_and_tags

    # It tells in the log of what it makes of a page, which says nothing to the person.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    tree = parsed(page)
    try:
        listed = stories_listed(tree)
        if not listed:
            name_cells(tree)
            tell_author_and_tags(tree)
        found = None if listed else _article(tree)
    except Exception as error:
        raise _unreadable(error) from error
    if listed:
        raise NotText(
            _("a list of {count} stories, no article; save the stories instead").format(
                count=listed
            )
        )
    if found is None or not found.text:
        raise NotText(_("no article text found in the page"))
    return Record(
        found.text,
        title=found.title,
        source=found.sitename,
        url=found.url,
        published=dates.parse(found.date or ""),
        language=found.language,
    )


def parsed(page: str) -> HtmlElement:
    """The tree of a page, or of a piece of one.

    Raises:
        NotText: If it cannot be read in bounded time and memory, or holds nothing.
    """
    from trafilatura import load_html

    if len(page) > _MOST_CHARS:
        raise NotText(
            _("a page of over {count} characters; save its text instead").format(
                count=number(_MOST_CHARS)
            )
        )
    if is_overloaded(page):
        raise NotText(_("a tag of over {count} attributes").format(count=number(_MOST_ATTRIBUTES)))
    try:
        tree = load_html(page)
    except Exception as error:
        raise _unreadable(error) from error
    if tree is None:
        raise NotText(_("no article text found in the page"))
    return tree


def _unreadable(error: Exception) -> NotText:
    """Of broken mark-up lxml raises what comes up: `<svg><title></title><g>` an AssertionError."""
    return NotText(_("its mark-up cannot be read ({type})").format(type=type(error).__name__))


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
