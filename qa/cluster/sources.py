"""Which files a cluster indexes, and their cutting into units of about as many articles.

The files and their order are those of `qa index`. A file of JSON Lines is cut between lines where
it holds more than a unit, one of Parquet between its row groups; another file of many records is a
unit by itself.

Not handled: cutting inside an archive, a CSV, or a JSON array; what changes while it is read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, cast

from qa.articles.decode import NotText
from qa.articles.folder import File, files, load_file, printable, root_of
from qa.articles.formats import COLUMNS, CONTAINERS, date_order, jsonl, parquet, suffix_of
from qa.articles.opening import gunzipped
from qa.errors import CorpusError, UsageError
from qa.extras import need
from qa.folders import common_root
from qa.i18n import _
from qa.settings import BuildSettings
from qa.types import Folder, Loaded, Record, Skipped

_STEP: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """What a person named.

    Attributes:
        address: An absolute path, or a URL that fsspec opens.
        settings: How its articles are read.
        inside: What the paths of its articles begin with; empty for nothing.
        name: Of its folder, a source of what lies in it directly.
    """

    address: str
    settings: BuildSettings
    inside: str = ""
    name: str = ""

    @property
    def is_url(self) -> bool:
        """Whether fsspec opens it."""
        return "://" in self.address


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a source, or what of it cannot be read.

    Attributes:
        source: The number of the source.
        address: As of the source.
        shown: Its path relative to the source, made printable.
        follow: Whether it may be a symbolic link.
        mark: Another wherever the file has changed.
        reason: Why it cannot be read; empty if it can.
    """

    source: int
    address: str
    shown: str
    follow: bool = False
    mark: str = ""
    reason: str = ""

    def open(self) -> BinaryIO:
        """The file at its beginning, unpacked; errors as those of `open_file`."""
        if "://" not in self.address:
            return File(Path(self.address), self.shown, self.follow).open()
        fs, path = need("fsspec.core", "cluster").url_to_fs(self.address)
        file = cast("BinaryIO", fs.open(path, "rb"))
        packed = PurePosixPath(self.shown).suffix.lower() in (".gz", ".tgz")
        return gunzipped(file, int(fs.size(path) or 0)) if packed else file


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or some lines or row groups of one.

    Attributes:
        file: The number of the file in the list.
        first: The number of the first line or row; 0 for the whole file.
        start: Where that begins, in bytes of the unpacked file, or its row group in Parquet.
        stop: Where the last one ends, or the row group behind it.
        order: Of day and month in the dates of the whole file.
    """

    file: int
    first: int = 0
    start: int = 0
    stop: int = 0
    order: str = ""

    def items(self, listed: Listed, source: Source) -> Iterator[Loaded]:
        """The articles of the piece, and what of it cannot be read, as `qa index` has them."""
        if listed.reason:
            found: Iterator[Loaded] = iter([Skipped(listed.shown, listed.reason)])
        elif self.first:
            settings = replace(source.settings, date_order=self.order)
            found = load_file(
                listed.open, listed.shown, settings, folder=source.name, read=self._read
            )
        else:
            found = load_file(listed.open, listed.shown, source.settings, folder=source.name)
        for item in found:
            yield replace(item, path=f"{source.inside}/{item.path}") if source.inside else item

    def _read(
        self, file: BinaryIO, path: str, settings: BuildSettings
    ) -> Iterator[Record | Skipped]:
        if path.lower().endswith(parquet.SUFFIXES):
            groups = range(self.start, self.stop)
            yield from parquet.rows(file, path, settings, groups, self.first)
            return
        try:
            file.seek(self.start)
        except io.UnsupportedOperation:
            # Compressed.
            left = self.start
            while left and (passed := len(file.read(min(left, _STEP)))):
                left -= passed
        part = io.BufferedReader(_Part(file, self.stop - self.start))
        yield from jsonl.lines(cast("BinaryIO", part), path, settings, self.first)


class _Part(io.RawIOBase):
    """So many bytes from where a file stands."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file = file
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._file.read(min(len(buffer), self._left))
        buffer[: len(found)] = found
        self._left -= len(found)
        return len(found)


def listed(sources: Sequence[Source]) -> list[Listed]:
    """The files of sources, in the order in which `qa index` reads them.

    Raises:
        CorpusError: If a source is absent, or cannot be opened.
        UsageError: If one is a URL, and fsspec is not installed.
    """
    found: list[Listed] = []
    for number, source in enumerate(sources):
        found += _remote(number, source) if source.is_url else _local(number, source)
    return found


def _local(number: int, source: Source) -> Iterator[Listed]:
    for one in files(Path(source.address)):
        if isinstance(one, Skipped):
            yield Listed(number, "", one.path, reason=one.reason)
            continue
        try:
            status = one.path.stat()
        except OSError as error:
            yield Listed(number, "", one.shown, reason=error.strerror or str(error))
            continue
        mark = f"{status.st_size} {status.st_mtime_ns}"
        yield Listed(number, str(one.path), one.shown, one.follow, mark)


def _remote(number: int, source: Source) -> Iterator[Listed]:
    """The files that fsspec lists; errors of any store are raised as those of a corpus."""
    try:
        fs, root = need("fsspec.core", "cluster").url_to_fs(source.address)
        alone = fs.isfile(root)
        paths = [root] if alone else [path for path in fs.find(root) if path != root]
        base = root.rsplit("/", 1)[0] if alone else root.rstrip("/")
        inside = [path[len(base) :].lstrip("/") for path in paths]
        for path, name in sorted(zip(paths, inside, strict=True), key=lambda one: _order(one[1])):
            parts = PurePosixPath(name).parts
            if any(part.startswith(".") for part in parts) or suffix_of(parts[-1]) is None:
                continue
            address = fs.unstrip_protocol(path)
            yield Listed(number, address, printable(name), mark=str(fs.ukey(path)))
    except (OSError, ValueError, ImportError) as error:
        raise CorpusError(
            _("Cannot read {corpus}: {reason}. Check its rights.").format(
                corpus=source.address, reason=error
            )
        ) from error


def _order(path: str) -> list[tuple[bool, str]]:
    """Sorts the files of a folder before those of the folders in it, as on a disk."""
    parts = PurePosixPath(path).parts
    return [(at < len(parts) - 1, part) for at, part in enumerate(parts)]


def is_surveyed(one: Listed) -> bool:
    """Whether a file may be cut."""
    return not one.reason and _suffix(one) in (*jsonl.SUFFIXES, *parquet.SUFFIXES)


def _suffix(one: Listed) -> str:
    return suffix_of(PurePosixPath(one.shown).name) or ""


def survey(one: Listed, source: Source, unit: int) -> dict[str, Any]:
    """Where a file may be cut.

    Returns:
        `lines`, or rows; `cuts`, which are the number and the start of each line that a unit may
        begin with, and the end of the file; `order` of its dates. No line where it is to be read
        whole.
    """
    try:
        cuts = _groups(one, unit) if _suffix(one) in parquet.SUFFIXES else _lines(one, unit)
        lines = cuts[-1][0] - 1
        order = source.settings.date_order
        if lines > unit and not order:
            with one.open() as file:
                order = date_order(_suffix(one), file, source.settings)
    except (OSError, NotText, UsageError):
        # Reading it will tell.
        return {"lines": 0}
    return {"lines": lines, "cuts": cuts, "order": order}


def _lines(one: Listed, unit: int) -> list[tuple[int, int]]:
    """The number and the start of each `unit`-th line, and of what would stand behind the last."""
    with one.open() as file:
        head = file.read(64)
    is_wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if is_wide or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b""):
        return [(1, 0)]
    cuts = [(1, 0)]
    lines = at = 0
    begun = False
    with one.open() as file:
        while line := file.readline(_STEP):
            if not begun and lines and lines % unit == 0:
                cuts.append((lines + 1, at))
            lines += not begun
            at += len(line)
            begun = not line.endswith(b"\n")
    return [*cuts, (lines + 1, at)]


def _groups(one: Listed, unit: int) -> list[tuple[int, int]]:
    """The number of the first row and that of the row group where a unit begins, and the end."""
    need("pyarrow.parquet", "cluster")
    cuts = [(1, 0)]
    row = 1
    with one.open() as file:
        sizes = parquet.sizes(file)
    for number, rows in enumerate(sizes):
        if row > 1 and row + rows - cuts[-1][0] > unit:
            cuts.append((row, number))
        row += rows
    return [*cuts, (row, len(sizes))]


def units(
    found: Sequence[Listed], surveyed: Mapping[int, Mapping[str, Any]], unit: int
) -> list[list[Piece]]:
    """The pieces of each unit, of about `unit` articles, in order."""
    cut: list[list[Piece]] = [[]]
    held = 0
    for number, one in enumerate(found):
        told = surveyed.get(number, {"lines": 0})
        suffix = _suffix(one)
        many = suffix in COLUMNS or suffix in CONTAINERS
        count = told["lines"] or (unit if many else 1)
        if held and held + count > unit:
            cut.append([])
            held = 0
        if count <= unit or not told["lines"]:
            cut[-1].append(Piece(number))
            held += count
            continue
        for (first, start), (_next, stop) in zip(told["cuts"], told["cuts"][1:], strict=False):
            if held:
                cut.append([])
            cut[-1].append(Piece(number, first, start, stop, told["order"]))
            held = unit
    return [pieces for pieces in cut if pieces]


def named(addresses: Sequence[str], settings: BuildSettings) -> tuple[str, list[Source]]:
    """The root of some sources, and each with what the paths of its articles begin with.

    Several are relative to the nearest folder that holds them all, as in `qa index`; where one of
    them is a URL, to nothing.

    Raises:
        CorpusError: If one is absent.
        UsageError: If two lie on different drives.
    """
    found = []
    for address in addresses:
        if "://" in address:
            at = address.rstrip("/")
            has_suffix = suffix_of(PurePosixPath(at).name) is not None
            folder = at.rsplit("/", 1)[0] if has_suffix else at
        else:
            files(Path(address))
            at, folder = str(Path(address).resolve()), str(root_of(Path(address)))
        found.append((Source(at, settings, folder, PurePosixPath(folder).name), folder))
    if len(found) == 1:
        return found[0][1], [replace(found[0][0], inside="")]
    if any(source.is_url for source, _root in found):
        return "", [source for source, _root in found]
    root = common_root([Folder(source.address, settings) for source, _root in found])
    return root, [
        replace(source, inside=Folder(source.inside, settings).within(root)) for source, _ in found
    ]
