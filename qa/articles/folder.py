"""A corpus folder becomes articles, one at a time; what cannot be read is listed, never fatal.

Files are taken by suffix (`formats`), gzipped ones too, in sorted order. Hidden files, pictures and
other things that nobody takes for an article are passed over in silence. Symbolic links are not
followed; pipes, devices and sockets are not opened.

A field the file does not give is told from what is there: the title from the headline, else the
first sentence, else the file's name; the date from the address, the path, or, where a file is one
article, from its text (`qa/days/dates.py` has the rule); the language by detection.

Not handled: archives (zip, tar), office documents, PDF.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from qa.articles.formats import LOADERS
from qa.articles.formats.opening import open_file
from qa.clean import rules
from qa.days import dates
from qa.errors import CorpusError
from qa.language.detect import detect
from qa.language.text import safe, sentences
from qa.settings import BuildSettings
from qa.types import Article, Record, Skipped, Span

_DOCUMENTS: Final = frozenset(
    # Office, e-book, feed, mail, mark-up, archive, database.
    """.pdf .doc .docx .odt .rtf .epub .mobi .pages .ppt .pptx .xls .xlsx .ods .xml .rss .json
    .yaml .yml .mht .mhtml .eml .msg .tex .rst .adoc .org .djvu .ps .zip .tar .tgz .7z .rar .bz2
    .xz .zst .gz .parquet .warc .sqlite .db""".split()  # noqa: SIM905 - words read better than a list
)
"""Suffixes of what a person may take for an article, so that passing it over must be said."""

_READ_CHARS: Final = 1_000
# 1,000 instead of 500 take 70 µs more an article and change 19 of 1,500 Malay ones (2026-11).
_DETECT_CHARS: Final = 600
_TITLE_CHARS: Final = 80
_LONGEST_FIELD: Final = 300
_MOST_SKIPPED: Final = 1_000
_NO_TITLE: Final = frozenset(("no title", "untitled", "null", "none", "nan", "-"))
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_LANGUAGES: Final = {
    "ind": "id", "in": "id", "indonesian": "id", "indonesia": "id", "bahasa": "id",
    "msa": "ms", "may": "ms", "zsm": "ms", "malay": "ms", "melayu": "ms",
    "eng": "en", "english": "en", "inggris": "en",
}  # fmt: skip


def load(corpus: Path, settings: BuildSettings) -> Iterator[Article | Skipped]:
    """The articles of a folder, or of one file, and what could not be read, in path order.

    The same text under two paths comes twice. Of one file at most 1,000 records that cannot be read
    are listed, then their number. Memory stays bounded, however large the corpus:
    `settings.max_bytes` limits a file that is one article, and one record of a JSONL or CSV file
    (to 16 MiB at most), which may itself be of any size. Files read as cp1252, for want of a better
    encoding, and broken front matter are told to the log `qa.articles.folder`.

    Raises:
        CorpusError: If the corpus is absent or cannot be opened.
    """
    try:
        mode = corpus.stat().st_mode
    except (OSError, ValueError) as error:
        raise CorpusError(f"No corpus at {corpus}: name a folder of articles.") from error
    if stat.S_ISREG(mode):
        if _loader_suffix(corpus.name) is None:
            known = ", ".join(sorted(LOADERS))
            raise CorpusError(f"{corpus} is of no format that qa reads ({known}, also with .gz).")
        return _file(corpus, _printable(corpus.name), settings, follow=True)
    if not stat.S_ISDIR(mode):
        raise CorpusError(f"{corpus} is neither a folder nor a file: name a folder of articles.")
    try:
        os.scandir(corpus).close()
    except OSError as error:
        raise CorpusError(f"Cannot read {corpus}: {error.strerror}. Check its rights.") from error
    return _folder(corpus, settings)


def root_of(corpus: Path) -> Path:
    """The folder that the paths of a corpus's articles are relative to, absolute."""
    return corpus.parent.resolve() if corpus.is_file() else corpus.resolve()


def _folder(corpus: Path, settings: BuildSettings) -> Iterator[Article | Skipped]:
    pending = [""]
    while pending:
        inside = pending.pop()
        try:
            with os.scandir(corpus / inside) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Skipped(_printable(inside), f"cannot be listed: {error.strerror}")
            continue
        folders = []
        for entry in found:
            path = f"{inside}{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{path}/")
            else:
                yield from _entry(corpus, entry, path, settings)
        pending.extend(reversed(folders))


def _entry(
    corpus: Path, entry: os.DirEntry[str], path: str, settings: BuildSettings
) -> Iterator[Article | Skipped]:
    """What one name in a folder that is no folder itself gives."""
    shown = _printable(path)
    if entry.is_symlink():
        # Within the corpus the file is met under its own name.
        target = Path(os.path.realpath(entry.path))
        # Of a path that is too long `Path.exists` raises.
        if not os.path.exists(target):  # noqa: PTH110
            yield Skipped(shown, "a symbolic link to nothing")
        elif not target.is_relative_to(Path(os.path.realpath(corpus))):
            yield Skipped(shown, "a symbolic link out of the corpus; copy the file in")
    elif _loader_suffix(entry.name) is None:
        if (reason := _unread(entry.name)) is not None:
            yield Skipped(shown, reason)
    elif not entry.is_file(follow_symlinks=False):
        yield Skipped(shown, "not a regular file")
    else:
        yield from _file(Path(entry.path), shown, settings)


def _loader_suffix(name: str) -> str | None:
    """The suffix by which a file's loader is known; None where there is no loader."""
    suffix = PurePosixPath(name.lower().removesuffix(".gz")).suffix
    return suffix if suffix in LOADERS else None


def _unread(name: str) -> str | None:
    """Why a file without a loader is not read, where anybody would ask."""
    suffix = PurePosixPath(name.lower()).suffix
    if not suffix:
        return "has no suffix; call it .txt if it is text"
    if suffix in _DOCUMENTS:
        return f"{suffix} is not supported: convert it to text"
    return None


def _file(
    path: Path, shown: str, settings: BuildSettings, *, follow: bool = False
) -> Iterator[Article | Skipped]:
    suffix = _loader_suffix(path.name)
    loader = LOADERS[suffix or ""]
    whole = suffix not in (".jsonl", ".ndjson", ".csv", ".tsv")
    skipped = 0
    try:
        with open_file(path, follow=follow) as file:
            for item in _items(loader(file, shown, settings), shown, whole=whole):
                skipped += isinstance(item, Skipped)
                # What was skipped is held in memory to be reported.
                if skipped <= _MOST_SKIPPED or not isinstance(item, Skipped):
                    yield item
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield Skipped(shown, "its compressed data is damaged")
    except OSError as error:
        yield Skipped(shown, f"cannot be read: {error.strerror or error}")
    if skipped > _MOST_SKIPPED:
        yield Skipped(shown, f"{skipped - _MOST_SKIPPED:,} more of its records cannot be read")


def _items(
    records: Iterator[Record | Skipped], shown: str, *, whole: bool
) -> Iterator[Article | Skipped]:
    for record in records:
        yield record if isinstance(record, Skipped) else _article(record, shown, whole=whole)


def _article(record: Record, path: str, *, whole: bool) -> Article | Skipped:
    """The article of a record, what it lacks told from its text; `whole` if it fills its file."""
    text = record.text
    try:
        sha256 = hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        place = path if whole else f"{path}#{_field(record.id)}"
        return Skipped(place, "holds half a character (a lone surrogate)")
    start = max(record.masks, default=Span(0, 0)).end
    if not text[start:].strip():
        return Skipped(path, "empty below its front matter")
    url = _address(record.url)
    return Article(
        id=sha256[:16],
        path=path,
        title=_title(record, start) or PurePosixPath(path).stem.replace("_", " "),
        text=text,
        sha256=sha256,
        source=_field(record.source),
        url=url,
        published=record.published or _published(text, start, path, url, whole=whole),
        language=_language(record.language) or detect(text[start : start + _DETECT_CHARS]),
        record=None if whole else _field(record.id),
        masks=record.masks,
    )


def _title(record: Record, start: int) -> str | None:
    """The record's own title, else the headline, else the beginning of the first sentence."""
    given = _field(record.title)
    if given and given.casefold() not in _NO_TITLE:
        return given
    if above := _field(rules.head(record.text[: start + _READ_CHARS], start).headline):
        return above
    draft = Article("", "", "", record.text[: start + 2 * _READ_CHARS], "", masks=record.masks)
    masked = rules.masks(draft)
    for sentence in sentences(draft.text, start):
        prose = draft.text[_behind(sentence, masked).start : sentence.end]
        if any(c.isalnum() for c in prose):
            return _shortened(_field(prose) or "")
    return None


def _behind(sentence: Span, masked: tuple[Span, ...]) -> Span:
    """The sentence without what is masked at its beginning."""
    for mask in masked:
        if mask.start <= sentence.start < mask.end:
            return Span(min(mask.end, sentence.end), sentence.end)
    return sentence


def _shortened(title: str) -> str:
    if len(title) <= _TITLE_CHARS:
        return title
    return f"{title[:_TITLE_CHARS].rsplit(' ', 1)[0].rstrip(' ,;:-–')}…"


def _published(text: str, start: int, path: str, url: str | None, *, whole: bool) -> date | None:
    """The day from the address, or, for a file of one article, from its path or its text."""
    found = dates.in_path(url) if url else None
    if found or not whole:
        return found
    if found := dates.in_path(path):
        return found
    year = _YEAR.search(path)
    read = text[start : start + 2 * _READ_CHARS]
    head = rules.head(read)
    return dates.published(head.lines, read[head.prose :], year=int(year.group()) if year else None)


def _language(given: str | None) -> str | None:
    """The ISO 639-1 code of what metadata calls the language; None if it calls it nothing known."""
    head = re.split(r"[-_ (]", given.strip().lower(), maxsplit=1)[0] if given else ""
    code = _LANGUAGES.get(head, head)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _address(url: str | None) -> str | None:
    """The address, if a browser may safely be sent there."""
    if not url or len(url) > 2_000 or any(c.isspace() or not c.isprintable() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _field(value: str | None) -> str | None:
    """Metadata as one printable line of bounded length; None where nothing is left of it."""
    if not value:
        return None
    return " ".join(safe(value[: 2 * _LONGEST_FIELD]).split())[:_LONGEST_FIELD] or None


def _printable(path: str) -> str:
    """A path that can be stored and shown, whatever bytes the file system holds."""
    return os.fsencode(path).decode("utf-8", "replace").rstrip("/")
