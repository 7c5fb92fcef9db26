"""Web archives (.warc, .warc.gz, .wacz): each page as an article, with its address.

Only pages that were sent whole (status 200, HTML) are read, and of one address the newest capture.
A file is read twice, first for the addresses alone, of which 16 bytes each are kept. Records are
called by their number in the file, from 1. Not handled: captures that only say that nothing has
changed, whose text is that of the capture before.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO, Final, NamedTuple, cast

from qa.articles.decode import NotText, decode_as, mend, read_bytes
from qa.articles.formats import html
from qa.articles.members import Within
from qa.articles.opening import gunzipped, whole_file
from qa.articles.zipped import check, open_zip
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _
from qa.parallel import in_order
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".warc", ".wacz")

_PAGES: Final = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_WARC = re.compile(r"archive/.*\.warc(?:\.gz)?", re.IGNORECASE)

_LONGEST_LINE: Final = 64 * 1024
_MOST_LINES: Final = 10_000
"""Of the headers of a record."""

_Newest = dict[bytes, tuple[str, str, int]]
"""By a digest of the address: when it was captured, in which file and by which number."""
_Open = Callable[[], BinaryIO]


class _Page(NamedTuple):
    path: str
    place: str
    data: bytes
    charset: str
    address: str
    captured: str | None


def load(
    file: BinaryIO, path: str, settings: BuildSettings, within: Within | None = None
) -> Iterator[Record | Skipped]:
    """The records of the pages, in the order of the file."""
    within = within or Within.of(file)
    try:
        need("warcio", "files")
        is_zip = path.lower().endswith(".wacz")
        with _members(file, within) if is_zip else _alone(file) as files:
            yield from _read(files, path, settings)
    except (UsageError, NotText) as error:
        yield Skipped(path, str(error))


@contextmanager
def _alone(file: BinaryIO) -> Iterator[dict[str, _Open]]:
    """A file of records by no name, opened from its beginning each time."""

    def again(of: BinaryIO) -> _Open:
        def opened() -> BinaryIO:
            of.seek(0)
            return of

        return opened

    if file.seekable():
        yield {"": again(file)}
        return
    with whole_file(file, sys.maxsize) as whole:
        yield {"": again(whole)}


@contextmanager
def _members(file: BinaryIO, within: Within) -> Iterator[dict[str, _Open]]:
    """The files of records of a WACZ by their names."""
    with open_zip(file, sys.maxsize) as archive:

        def opening(name: str) -> _Open:
            def opened() -> BinaryIO:
                member = archive.getinfo(name)
                check(member, sys.maxsize)
                read = within.counted(cast("BinaryIO", archive.open(member)))
                if not name.lower().endswith(".gz"):
                    return read
                return within.counted(gunzipped(read, member.file_size))

            return opened

        names = [name for name in archive.namelist() if _WARC.fullmatch(name)]
        if not names:
            raise NotText(_("damaged, or no web archive"))
        yield {name: opening(name) for name in names}


def _read(
    files: dict[str, _Open], path: str, settings: BuildSettings
) -> Iterator[Record | Skipped]:
    newest: _Newest = {}
    for name, opened in files.items():
        for number, capture in _captures(opened()):
            if not isinstance(capture, NotText):
                key = _key(capture)
                newest[key] = max(newest.get(key, ("", "", 0)), (_when(capture), name, number))
    yield from in_order(_told, _newest_pages(files, newest, path, settings))


def _newest_pages(
    files: dict[str, _Open], newest: _Newest, path: str, settings: BuildSettings
) -> Iterator[_Page | Skipped]:
    for name, opened in files.items():
        for number, capture in _captures(opened()):
            place = f"{name}#{number}" if name else str(number)
            if isinstance(capture, NotText):
                yield Skipped(f"{path}#{place}", str(capture))
            elif newest.get(_key(capture)) == (_when(capture), name, number):
                try:
                    yield _page(capture, path, place, settings)
                except NotText as error:
                    yield Skipped(f"{path}#{place}", str(error))


def _told(page: _Page | Skipped) -> Record | Skipped:
    """The record of a page, which depends on nothing else."""
    if isinstance(page, Skipped):
        return page
    try:
        record = html.story(mend(decode_as(page.data, page.charset)))
    except NotText as error:
        return Skipped(f"{page.path}#{page.place}", str(error))
    return replace(record, id=page.place, url=page.address, captured=page.captured)


def _captures(file: BinaryIO) -> Iterator[tuple[int, Any]]:
    """The records of pages that were sent whole, each with its number from 1.

    What is damaged comes last, as the reason.
    """
    from warcio.archiveiterator import ArchiveIterator

    number = 0
    try:
        records = ArchiveIterator(file)
        lines = _bound(records)
        for number, record in enumerate(records, start=1):
            lines.clear()
            if record.rec_type == "response" and _is_page(record.http_headers):
                yield number, record
    except OSError:
        raise
    except Exception:
        # Of broken records warcio raises what comes up.
        yield number + 1, NotText(_("damaged; nothing behind it can be read"))


def _bound(records: Any) -> list[None]:
    """Have the lines of headers bounded in length and number, which warcio reads whole.

    Returns:
        A line for each that was read, to be cleared when a record begins.
    """
    records.INC_RECORD = ""  # It would be written to the screen.
    read = records.reader.readline
    lines: list[None] = []

    def readline(length: int | None = None) -> bytes:
        line: bytes = read(min(length or _LONGEST_LINE, _LONGEST_LINE))
        lines.append(None)
        if len(line) == _LONGEST_LINE or len(lines) > _MOST_LINES:
            raise NotText
        return line

    records.reader.readline = readline
    return lines


def _is_page(headers: Any) -> bool:
    """Whether HTTP headers are those of a page that was sent whole."""
    if headers is None or headers.get_statuscode() != "200":
        return False
    kind = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return kind in _PAGES


def _key(record: Any) -> bytes:
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    return hashlib.blake2b(address.strip("<>").encode("utf-8", "replace"), digest_size=16).digest()


def _when(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Date") or "")[:40]


def _page(record: Any, path: str, place: str, settings: BuildSettings) -> _Page:
    """The page of a record.

    Raises:
        NotText: If it is too large, or its compressed data is damaged.
    """
    try:
        data = read_bytes(record.content_stream(), settings.max_bytes)
    except OSError:
        raise
    except NotText:
        raise
    except Exception as error:
        raise NotText(_("its compressed data is damaged")) from error
    charset = _CHARSET.search(record.http_headers.get_header("Content-Type") or "")
    address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    return _Page(path, place, data, charset[1] if charset else "", address, _when(record) or None)
