"""Books (.epub): one article, each chapter a part of it with its title.

All the text of a chapter is taken; pages of a book have no menus to leave out. Not handled: books
that are locked (DRM), which are reported; the table of contents, since chapters have headings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote

from qa.articles.decode import NotText, decode, too_large
from qa.articles.formats import html
from qa.articles.zipped import open_zip, read_member, read_xml
from qa.days import dates
from qa.i18n import _, number
from qa.settings import BuildSettings
from qa.types import Part, Record, Skipped

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element
    from lxml.html import HtmlElement

SUFFIXES = (".epub",)

MOST_BYTES: Final = 1 << 30
_MOST_CHAPTERS: Final = 5_000
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_LONGEST_TITLE = 200


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a book, and the chapters of it that cannot be read."""
    try:
        with open_zip(file, MOST_BYTES) as archive:
            yield from _read(archive, path, settings)
    except NotText as error:
        yield Skipped(path, str(error))


def _read(archive: ZipFile, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    most = settings.max_bytes
    box = read_xml(archive, "META-INF/container.xml", most)
    named = None if box is None else box.find(".//{*}rootfile")
    place = "" if named is None else named.get("full-path", "")
    book = read_xml(archive, place, most)
    if book is None:
        raise NotText(_("damaged, or no book"))
    # Imported here: it takes most of a second.
    from qa.articles.formats.page import all_text

    locked = _locked(archive, most)
    text: list[str] = []
    parts: list[Part] = []
    at = held = 0
    for count, name in enumerate(_chapters(book, posixpath.dirname(place)), start=1):
        if count > _MOST_CHAPTERS:
            raise NotText(_("more than {count} chapters").format(count=number(_MOST_CHAPTERS)))
        if name in locked:
            raise NotText(_("locked (DRM); qa cannot read it"))
        try:
            page = read_member(archive, name, most)
            if not page:
                raise NotText(_("not in the book"))  # noqa: TRY301
            tree = html.parsed(decode(page)[0])
        except NotText as error:
            yield Skipped(f"{path}#{name}", str(error))
            continue
        words = all_text(tree)
        if not words:
            continue
        held += len(words.encode("utf-8", "surrogatepass"))
        if held > most:
            raise too_large(most)
        parts.append(Part(at, name=_title(tree) or posixpath.basename(name)))
        text.append(f"{words}\n\n")
        at += len(text[-1])
    whole = "".join(text).rstrip()
    if not whole:
        raise NotText(_("empty"))

    def told(name: str) -> str | None:
        return book.findtext(f".//{_DC}{name}")

    yield Record(
        whole,
        title=told("title"),
        source=told("publisher"),
        published=dates.parse((told("date") or "")[:10]),
        language=told("language"),
        parts=tuple(parts),
    )


def _chapters(book: _Element, folder: str) -> Iterator[str]:
    """The members that hold the chapters, in the order of the book, each once."""
    items = {
        item.get("id"): item.get("href", "")
        for item in book.iter(f"{_OPF}item")
        if item.get("media-type") in _PAGES
    }
    names = (items.get(each.get("idref")) for each in book.iter(f"{_OPF}itemref"))
    for href in dict.fromkeys(filter(None, names)):
        yield posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))


def _locked(archive: ZipFile, most: int) -> set[str]:
    """The members that are encrypted, which fonts may be in a book that is not locked."""
    told = read_xml(archive, "META-INF/encryption.xml", most)
    found = () if told is None else told.iter("{*}CipherReference")
    return {unquote(each.get("URI", "")) for each in found}


def _title(tree: HtmlElement) -> str:
    """A chapter's first heading, else the title of its page."""
    for tag in ("h1", "h2", "h3", "title"):
        for each in tree.iter(tag):
            if words := " ".join(each.text_content().split()):
                return words[:_LONGEST_TITLE]
    return ""
