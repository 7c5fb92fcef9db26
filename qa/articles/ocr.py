"""What tesseract read on the pages of files, kept beside an index, so that it reads a page once.

One JSON file for each file that has such pages, by the SHA-256 of its bytes, also where it lies in
another one: `{"by": "tesseract 5.3.0 eng", "pages": {"3": ["A paragraph.", ...]}}`. What another
tesseract read counts only where there is none now. A build that ends well forgets what it did not
ask for, so that no more is kept than the index holds.

Not handled: two processes that read one file at a time, of which the later is kept.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

from qa.articles.opening import open_file
from qa.articles.pages import MOST_PAGES
from qa.files import replace

_MOST_BYTES: Final = 64 * 1024 * 1024
"""Of what is kept of one file: JSON takes six bytes for a character at most."""

Pages = dict[int, list[str]]
"""The paragraphs of pages, by their number from 1 on."""


class Kept:
    """What was read on the pages of files, in a folder that is made when there is something."""

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        """Begin; `anew` reads every page again."""
        self._folder = folder
        self._anew = anew
        self._asked: set[str] = set()

    def pages(self, digest: str, by: str) -> Pages:
        """The pages of a file that have been read, by some tesseract or, where it is "", by any."""
        self._asked.add(digest)
        if self._anew:
            return {}
        try:
            with open_file(self._path(digest)) as file:
                kept = json.loads(file.read(_MOST_BYTES))
            pages = {int(number): paragraphs for number, paragraphs in kept["pages"].items()}
            is_ours = by in ("", kept["by"]) and all(map(_is_page, pages.items()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # None, or none that qa wrote: the pages are read again.
            return {}
        return pages if is_ours else {}

    def keep(self, digest: str, by: str, pages: Mapping[int, list[str]]) -> None:
        """Keep what was read of a file; where it cannot be written, nothing is."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            replace(self._path(digest), json.dumps({"by": by, "pages": pages}), mode=0o600)

    def forget_others(self) -> None:
        """Remove what was not asked for."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.stem not in self._asked:
                    path.unlink()

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"


_KEPT: ContextVar[Kept | None] = ContextVar("kept", default=None)


@contextmanager
def kept_in(folder: Path, *, anew: bool = False) -> Iterator[Kept]:
    """Keep in a folder what is read in the block, and read what is kept there."""
    kept = Kept(folder, anew=anew)
    before = _KEPT.set(kept)
    try:
        yield kept
    finally:
        _KEPT.reset(before)


class Reading:
    """The pages of one file that tesseract reads, those that it has read before among them.

    Attributes:
        languages: Those that tesseract is to read, as it takes them; nothing where there is none.
        known: What was read before.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Look for what is kept of a file, which can be read at any place."""
        self._kept = _KEPT.get()
        self._by, self.languages = _tesseract(shutil.which("tesseract"))
        self._digest = ""
        self.known: Pages = {}
        self._read: Pages = {}
        if self._kept:
            self._digest = _digest(file)
            self.known = self._kept.pages(self._digest, self._by)

    def add(self, page: int, paragraphs: list[str]) -> None:
        """Take what tesseract read on a page, which may be nothing."""
        self._read[page] = paragraphs

    def keep(self) -> None:
        """Keep what was read, if anything was."""
        if self._kept and self._read:
            self._kept.keep(self._digest, self._by, self.known | self._read)


@cache
def _tesseract(program: str | None) -> tuple[str, str]:
    """A tesseract with its languages, and those of Indonesian and English that it knows."""
    if program is None:
        return "", ""
    version, listed = (
        subprocess.run(  # noqa: S603 - as the person has it installed
            [program, option], capture_output=True, text=True, errors="replace", check=False
        ).stdout
        for option in ("--version", "--list-langs")
    )
    languages = "+".join(name for name in ("ind", "eng") if name in listed.split()) or "eng"
    return " ".join([*version.split("\n", 1)[0].split(), languages]), languages


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


def _is_page(page: tuple[int, object]) -> bool:
    number, paragraphs = page
    is_text = isinstance(paragraphs, list) and all(isinstance(each, str) for each in paragraphs)
    return is_text and 1 <= number <= MOST_PAGES
