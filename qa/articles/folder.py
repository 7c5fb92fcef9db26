"""A corpus folder becomes articles, one at a time; what cannot be read is listed, never fatal.

Files are taken by suffix (`formats`), gzipped ones too, in sorted order. Hidden files, pictures,
code and other things that nobody takes for an article are passed over in silence. Symbolic links
are not followed; pipes, devices and sockets are not opened.

A folder `X_files` beside a page `X.html` is what a browser saves with it, and is not read.

Not handled: old office documents (.doc), sheets and slides.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from qa.articles.formats import (
    COLUMNS,
    CONTAINERS,
    LOADERS,
    Loader,
    beside_page,
    date_order,
    loader,
    suffix_of,
    suffixes,
    unread,
)
from qa.articles.metadata import article
from qa.articles.opening import Damaged, open_file
from qa.errors import CorpusError
from qa.i18n import _, number
from qa.parallel import in_order
from qa.settings import BuildSettings
from qa.types import Article, Loaded, Note, Part, Record, Skipped

_MOST_SKIPPED: Final = 1_000


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be read.

    Attributes:
        path: Where it lies.
        shown: Its path relative to the corpus, made printable.
        follow: Whether it may be a symbolic link.
    """

    path: Path
    shown: str
    follow: bool = False

    def open(self) -> BinaryIO:
        """The file at its beginning, unpacked; errors as those of `open_file`."""
        return open_file(self.path, follow=self.follow)


def load(corpus: Path, settings: BuildSettings) -> Iterator[Loaded]:
    """The articles of a folder, or of one file, and what could not be read, in path order.

    The same text under two paths comes twice. Of one file at most 1,000 records that cannot be read
    are listed, then their number. Memory stays bounded, however large the corpus:
    `settings.max_bytes` limits a file that is one article, and one record of a file of records (to
    16 MiB at most): JSONL and CSV may be of any size, JSON is loaded whole, 16 MiB at most.
    Files read as cp1252, for want of a better encoding, and broken front matter are logged
    `qa.articles.folder`.

    Raises:
        CorpusError: If the corpus is absent or cannot be opened.
    """
    found = files(corpus)
    return _loaded(found, settings, root=corpus if corpus.is_dir() else corpus.parent)


def _loaded(
    found: Iterable[File | Skipped], settings: BuildSettings, *, root: Path
) -> Iterator[Loaded]:
    folder = root.resolve().name
    read = partial(_at_once, settings=settings, folder=folder)
    # What tesseract reads is kept by this process.
    for one, items in map(read, found) if settings.ocr else in_order(read, found):
        if isinstance(one, Skipped):
            yield one
        elif items is None:
            yield from load_file(one.open, one.shown, settings, folder=folder)
        else:
            yield from items


def _at_once(
    one: File | Skipped, settings: BuildSettings, folder: str
) -> tuple[File | Skipped, list[Loaded] | None]:
    """A file with its articles; None for those of one that may hold more than memory does."""
    if isinstance(one, Skipped):
        return one, None
    suffix = suffix_of(one.path.name)
    if suffix not in LOADERS or suffix in COLUMNS or suffix in CONTAINERS:
        return one, None
    return one, list(load_file(one.open, one.shown, settings, folder=folder))


def files(corpus: Path) -> Iterator[File | Skipped]:
    """The files of a folder that are read, or one file, and what cannot be read, in path order.

    Raises:
        CorpusError: As `load`.
    """
    try:
        mode = corpus.stat().st_mode
    except (OSError, ValueError) as error:
        raise CorpusError(
            _("There is no {corpus}: name a folder of articles, or a file.").format(corpus=corpus)
        ) from error
    if stat.S_ISREG(mode):
        if suffix_of(corpus.name) is None:
            known = ", ".join(sorted(suffixes()))
            raise CorpusError(
                _("{corpus} is of no format that qa reads ({known}, also with .gz).").format(
                    corpus=corpus, known=known
                )
            )
        return iter([File(corpus, printable(corpus.name), follow=True)])
    if not stat.S_ISDIR(mode):
        raise CorpusError(
            _("{corpus} is neither a folder nor a file: name a folder of articles.").format(
                corpus=corpus
            )
        )
    try:
        os.scandir(corpus).close()
    except OSError as error:
        raise CorpusError(
            _("Cannot read {corpus}: {reason}. Check its rights.").format(
                corpus=corpus, reason=error.strerror
            )
        ) from error
    return _walk(corpus)


def root_of(corpus: Path) -> Path:
    """The folder that the paths of a corpus's articles are relative to, absolute."""
    return corpus.parent.resolve() if corpus.is_file() else corpus.resolve()


def _walk(corpus: Path) -> Iterator[File | Skipped]:
    pending = [""]
    while pending:
        inside = pending.pop()
        try:
            with os.scandir(corpus / inside) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Skipped(
                printable(inside), _("cannot be listed: {reason}").format(reason=error.strerror)
            )
            continue
        folders = []
        beside_pages = {beside_page(entry.name) for entry in found}
        for entry in found:
            path = f"{inside}{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in beside_pages:
                    folders.append(f"{path}/")
            else:
                yield from _entry(corpus, entry, path)
        pending.extend(reversed(folders))


def _entry(corpus: Path, entry: os.DirEntry[str], path: str) -> Iterator[File | Skipped]:
    """What one name in a folder that is no folder itself is."""
    shown = printable(path)
    if entry.is_symlink():
        # Within the corpus the file is met under its own name.
        target = Path(os.path.realpath(entry.path))
        # Of a path that is too long `Path.exists` raises.
        if not os.path.exists(target):  # noqa: PTH110
            yield Skipped(shown, _("a symbolic link to nothing"))
        elif not target.is_relative_to(Path(os.path.realpath(corpus))):
            yield Skipped(shown, _("a symbolic link out of the corpus; copy the file in"))
    elif suffix_of(entry.name) is None:
        if (reason := unread(entry.name)) is not None:
            yield Skipped(shown, reason)
    elif not entry.is_file(follow_symlinks=False):
        yield Skipped(shown, _("not a regular file"))
    else:
        yield File(Path(entry.path), shown)


def load_file(
    open_: Callable[[], BinaryIO],
    shown: str,
    settings: BuildSettings,
    *,
    folder: str,
    read: Loader | None = None,
) -> Iterator[Loaded]:
    """The articles of one file, and what could not be read of it.

    Args:
        open_: Opens it at its beginning, unpacked.
        shown: Its path relative to the corpus, whose suffix says how it is read.
        settings: How it is read.
        folder: The name of the corpus folder, a source of what lies in it directly.
        read: Reads it in place of its format's loader; then `settings` say the order of dates.
    """
    inside = PurePosixPath(shown).parent.name or printable(folder)
    source = settings.source or (inside if settings.source_from else "")
    suffix = suffix_of(PurePosixPath(shown).name) or ""
    found = skipped = mended = 0
    month_first = False
    try:
        if suffix in COLUMNS and not settings.date_order and read is None:
            with open_() as file:
                settings = replace(settings, date_order=date_order(suffix, file, settings))
            month_first = settings.date_order == "mdy"
        with open_() as file:
            for record in (read or loader(suffix))(file, shown, settings):
                if isinstance(record, Skipped):
                    item: Article | Skipped = record
                else:
                    named = _named(record) if suffix in CONTAINERS else record
                    item = article(named, shown, source)
                found += 1
                skipped += isinstance(item, Skipped)
                mended += isinstance(item, Article) and item.mended
                # The report keeps what was skipped in memory.
                if skipped <= _MOST_SKIPPED or not isinstance(item, Skipped):
                    yield item
            # A piece of a file may hold none.
            if not found and read is None:
                yield Skipped(shown, _("it holds no article"))
    except Damaged as error:
        yield Skipped(shown, str(error))
    except OSError as error:
        yield Skipped(shown, _("cannot be read: {reason}").format(reason=error.strerror or error))
    # Notes on a file follow its articles, by which a build knows whether they are new to it.
    if month_first:
        yield Note(shown, _("its dates are read month first; --date-order dmy overrules it"))
    if mended:
        yield Note(
            shown,
            _("{count} of its texts had been encoded twice and are mended").format(
                count=number(mended)
            ),
        )
    if skipped > _MOST_SKIPPED:
        yield Skipped(
            shown,
            _("{count} more of its records cannot be read").format(
                count=number(skipped - _MOST_SKIPPED)
            ),
        )


def _named(record: Record) -> Record:
    """A record of a file of files; its parts without a name have that of the member that it is.

    A number, as of a mail in a mailbox, is no name.
    """
    if record.id is None or record.id.isdecimal():
        return record
    parts = record.parts or (Part(0),)
    return replace(record, parts=tuple(replace(of, name=of.name or record.id) for of in parts))


def printable(path: str) -> str:
    """A path that can be stored and shown, whatever bytes the file system holds."""
    return os.fsencode(path).decode("utf-8", "replace").rstrip("/")
