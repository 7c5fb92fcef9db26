"""Word documents (.docx): paragraphs and tables in order, a row of a table on a line.

Title and day come from the document's properties, the day only where nothing else tells one. Not
handled: headers, footers, notes and comments; .doc, which is another format.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO

from qa.articles.decode import NotText
from qa.articles.document import MARKUP, MOST_BYTES, record, table_lines
from qa.articles.opening import whole_file
from qa.articles.zipped import ERRORS, check, open_zip
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Record, Skipped

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element

SUFFIXES = (".docx",)

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How .doc begins, and a .docx that is locked."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset(("0", "false", "off"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a document."""
    try:
        yield _read(file, settings)
    except (UsageError, NotText) as error:
        yield Skipped(path, str(error))


def _read(file: BinaryIO, settings: BuildSettings) -> Record:
    """The record of a document.

    Raises:
        NotText: If there is none.
        UsageError: If python-docx is not installed.
    """
    docx = need("docx", "files")
    with whole_file(file, MOST_BYTES) as whole, _opened(whole) as archive:
        for member in archive.infolist():
            is_xml = member.filename.endswith((".xml", ".rels"))
            check(member, MARKUP * settings.max_bytes if is_xml else MOST_BYTES)
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            raise NotText(_("its pictures are too large; save it without them"))
        try:
            document = docx.Document(archive.fp)
            text = "\n\n".join(filter(None, _blocks(document.element.body)))
            properties = document.core_properties
            title, created = properties.title, properties.created
        except NotText:
            raise
        except (*ERRORS, AttributeError, TypeError, SyntaxError) as error:
            # Of what lacks a part of a document python-docx raises what comes up.
            raise NotText(_("damaged, or no Word document")) from error
    return record(text, title, created, settings)


def _opened(file: BinaryIO) -> AbstractContextManager[ZipFile]:
    is_old = file.read(len(_OLD)) == _OLD
    file.seek(0)
    if is_old:
        raise NotText(_("locked with a password, or an old .doc; save it anew as .docx"))
    return open_zip(file, MOST_BYTES)


def _blocks(within: _Element) -> Iterator[str]:
    """The paragraphs and the rows of tables, in order."""
    for each in within:
        if each.tag == f"{_W}p":
            yield _words(each)
        elif each.tag == f"{_W}tbl":
            # Not those of a table within a cell, which are its words.
            rows = [
                row for row in each.iter(f"{_W}tr") if next(row.iterancestors(f"{_W}tbl")) is each
            ]
            cells = [[_words(cell) for cell in row.iterchildren(f"{_W}tc")] for row in rows]
            if rows:
                yield from table_lines(cells, is_headed=_is_head(rows[0]))
        elif isinstance(each.tag, str):
            # What holds paragraphs, such as a form's field.
            yield from _blocks(each)


def _is_head(row: _Element) -> bool:
    """Whether a row is repeated at the top of each page, or all of its words are bold."""
    marks = row.find(f"{_W}trPr/{_W}tblHeader")
    if marks is not None:
        return marks.get(f"{_W}val", "1") not in _OFF
    runs = [run for run in row.iter(f"{_W}r") if run.find(f"{_W}t") is not None]
    bold = [run.find(f"{_W}rPr/{_W}b") for run in runs]
    return bool(runs) and all(
        each is not None and each.get(f"{_W}val", "1") not in _OFF for each in bold
    )


def _words(within: _Element) -> str:
    """The words of a paragraph or a cell on one line."""
    words: list[str] = []
    pending = [within]
    while pending:
        each = pending.pop()
        if each.tag == f"{_W}t":
            words.append(each.text or "")
        elif each.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            words.append(" ")
        elif each.tag != _FALLBACK:
            # A paragraph within, as a cell or a box of text has several, is no word.
            words.append(" " if each.tag == f"{_W}p" else "")
            pending.extend(reversed(each))
    return " ".join("".join(words).split())
