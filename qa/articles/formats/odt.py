"""OpenDocument text (.odt): headings, paragraphs and lists in order, a row of a table on a line.

Not handled: notes and comments; .fodt, which is one XML file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from qa.articles.decode import NotText
from qa.articles.document import MARKUP, MOST_BYTES, record, table_lines
from qa.articles.zipped import open_zip, read_member, read_xml
from qa.days import dates
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

if TYPE_CHECKING:
    from lxml.etree import _Element

SUFFIXES = (".odt",)

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_UNREAD = frozenset((f"{_TEXT}note", f"{_OFFICE}annotation", f"{_TEXT}tracked-changes"))
_SPACES = frozenset((f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"))


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a document."""
    try:
        yield _read(file, settings)
    except NotText as error:
        yield Skipped(path, str(error))


def _read(file: BinaryIO, settings: BuildSettings) -> Record:
    most = MARKUP * settings.max_bytes
    with open_zip(file, MOST_BYTES) as archive:
        if b"encryption-data" in read_member(archive, "META-INF/manifest.xml", most):
            raise NotText(_("locked with a password; save it without one"))
        content = read_xml(archive, "content.xml", most)
        about = read_xml(archive, "meta.xml", most)
    body = None if content is None else content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise NotText(_("damaged, or no text document"))

    def told(*names: str) -> str:
        found = (about.findtext(f".//{name}") for name in names if about is not None)
        return next(filter(None, found), "")

    made = dates.parse(told(f"{_META}creation-date", f"{_DC}date")[:10])
    text = "\n\n".join(filter(None, _blocks(body)))
    return record(text, told(f"{_DC}title"), made, settings)


def _blocks(within: _Element) -> Iterator[str]:
    """The paragraphs and the rows of tables, in order."""
    for each in within:
        if each.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield _words(each)
        elif each.tag == f"{_TABLE}table":
            yield from _table(each)
        elif isinstance(each.tag, str) and each.tag not in _UNREAD:
            yield from _blocks(each)


def _table(table: _Element) -> Iterator[str]:
    """The rows of a table; those that it repeats at the top of each page have names."""
    inner = f"{_TABLE}table"
    # Not those of a table within a cell, which are its words.
    rows = [
        row for row in table.iter(f"{_TABLE}table-row") if next(row.iterancestors(inner)) is table
    ]
    cells = [[_words(cell) for cell in row if cell.tag == f"{_TABLE}table-cell"] for row in rows]
    if rows:
        is_headed = next(rows[0].iterancestors()).tag == f"{_TABLE}table-header-rows"
        yield from table_lines(cells, is_headed=is_headed)


def _words(within: _Element) -> str:
    """The words of a paragraph or a cell on one line."""
    return " ".join("".join(_pieces(within)).split())


def _pieces(within: _Element) -> Iterator[str]:
    if within.tag in _SPACES or within.tag == f"{_TEXT}p":
        yield " "
    if isinstance(within.tag, str) and within.tag not in _UNREAD:
        yield within.text or ""
        for each in within:
            yield from _pieces(each)
            yield each.tail or ""
