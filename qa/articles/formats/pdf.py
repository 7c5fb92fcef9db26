"""PDF: the text of its pages, each with where it begins; running heads and page numbers are masked.

Pages are read by pdfium in a process of its own (`qa/articles/pages.py` says why and how). A page
that shows something and holds no text is counted and named; with `--ocr` tesseract reads it, in
Indonesian and English where it knows them, once (`qa/articles/ocr.py`).

Not handled: the day on which the file was made, which of a scan is years after publication;
sentences that go on over a page; forms, notes and files within the file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from typing import Any, BinaryIO, Final

from qa.articles.decode import NotText, too_large
from qa.articles.ocr import Reading
from qa.articles.opening import whole_file
from qa.articles.pages import MOST_PAGES
from qa.errors import UsageError
from qa.extras import need
from qa.i18n import _, ngettext, number
from qa.language.text import one_line
from qa.settings import BuildSettings
from qa.types import Mask, Part, Record, Skipped

SUFFIXES = (".pdf",)

_ROOT: Final = Path(__file__).parents[3]
"""What `import qa` needs on the path."""
MOST_BYTES: Final = 1 << 30
"""Of a file, whose pictures count."""
_PAGE_S: Final = 60
"""Seconds for a page, OCR included."""
_LONGEST_HEAD: Final = 120
_LEAST_PAGES: Final = 3
_LEAST_SHARE: Final = 0.25
"""Of the pages: heads of left and right pages often differ, and so do those of chapters."""
_NAMED_PAGES: Final = 20
_NUMBER = re.compile(
    r"[\W_]*(?:(?:halaman|hal\.?|hlm\.?|page|p\.)\s*)?(?:\d{1,5}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|dari|of)\s*\d{1,5})?[\W_]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_NO_TITLE = re.compile(
    r"(?:microsoft word|powerpoint|untitled|layout)\b|\S+\.\w{2,5}$", re.IGNORECASE
)


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The one record of a PDF, and how many of its pages hold no text."""
    try:
        need("pypdfium2", "files")
        with whole_file(file, MOST_BYTES) as whole:
            title, pages = _read(whole, settings)
    except (UsageError, NotText) as error:
        yield Skipped(path, str(error))
        return
    unseen = [at for at, page in enumerate(pages, start=1) if not page["seen"]]
    if unseen:
        yield Skipped(path, _needs_ocr(unseen, len(pages), settings))
    text, parts, masks = _put_together([page["paragraphs"] for page in pages])
    if not text.strip():
        if not unseen:
            yield Skipped(path, _("empty"))
        return
    title = " ".join(one_line(title).split())
    yield Record(
        text, title="" if _NO_TITLE.match(title) else title, masks=tuple(masks), parts=tuple(parts)
    )


def _read(file: BinaryIO, settings: BuildSettings) -> tuple[str, list[dict[str, Any]]]:
    """The title of a file and its pages.

    Raises:
        NotText: If they cannot all be read.
    """
    program = [sys.executable, "-P", "-m", "qa.articles.pages"]
    reading = Reading(file) if settings.ocr else None
    if reading and reading.languages:
        # The pages that it has read before, a bit each.
        program += [reading.languages, f"{sum(1 << page for page in reading.known):x}"]
    paths = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    # tesseract would start a thread for each core, for no gain on one page.
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_THREAD_LIMIT": "1"}
    file.seek(0)
    with subprocess.Popen(  # noqa: S603 - our own
        program,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        try:
            head = _told(process, settings)
            if "failed" in head:
                raise NotText(
                    _("locked with a password; save it without one")
                    if head["failed"] == "password"
                    else _("damaged, or no PDF")
                )
            if head["pages"] > MOST_PAGES:
                raise NotText(
                    _("more than {count} pages; split it").format(count=number(MOST_PAGES))
                )
            pages: list[dict[str, Any]] = []
            left = settings.max_bytes
            for page in range(1, head["pages"] + 1):
                pages.append(_told(process, settings, page))
                if reading:
                    _recognise(pages[-1], page, reading)
                left -= sum(len(each.encode()) for each in pages[-1]["paragraphs"])
                if left < 0:
                    raise too_large(settings.max_bytes)
        finally:
            process.kill()
            if reading:
                reading.keep()
    return head["title"], pages


def _recognise(told: dict[str, Any], page: int, reading: Reading) -> None:
    """Give a page the words that tesseract read on it before, or keep those that it reads now."""
    if told.get("recognised"):
        reading.add(page, told["paragraphs"])
    elif not told["seen"] and page in reading.known:
        told["paragraphs"] = reading.known[page]
        told["seen"] = bool(told["paragraphs"])


def _told(process: subprocess.Popen[bytes], settings: BuildSettings, page: int = 1) -> Any:
    """What the next line of the reader says."""
    timer = Timer(_PAGE_S, process.kill)
    timer.start()
    try:
        # ASCII takes six bytes for a character.
        line = process.stdout.readline(6 * settings.max_bytes + 1_000) if process.stdout else b""
        return json.loads(line)
    except ValueError as error:
        raise NotText(
            _("page {page} takes too much time or memory").format(page=number(page))
        ) from error
    finally:
        timer.cancel()


def _needs_ocr(unseen: Sequence[int], count: int, settings: BuildSettings) -> str:
    """What to tell of pages without text."""
    named = ", ".join(map(str, unseen[:_NAMED_PAGES])) + ("…" if len(unseen) > _NAMED_PAGES else "")
    if not settings.ocr:
        todo = _("read their pictures with: qa index --ocr")
    elif shutil.which("tesseract"):
        todo = _("tesseract found none in their pictures")
    else:
        todo = _("install tesseract, and tesseract-ocr-ind for Indonesian")
    return ngettext(
        "{unseen} of its {count} pages holds no text and needs OCR ({named}): {todo}",
        "{unseen} of its {count} pages hold no text and need OCR ({named}): {todo}",
        len(unseen),
    ).format(unseen=number(len(unseen)), count=number(count), named=named, todo=todo)


def _put_together(pages: Sequence[Sequence[str]]) -> tuple[str, list[Part], list[Mask]]:
    """The text of pages, where each begins in it, and what is no prose: heads and numbers."""
    heads = _heads(pages)
    text: list[str] = []
    parts: list[Part] = []
    masks: list[Mask] = []
    at = 0
    for page, paragraphs in enumerate(pages, start=1):
        parts.append(Part(at, page=page))
        for place, paragraph in enumerate(paragraphs):
            words = _UNPRINTED.sub("", paragraph)
            if place in _edges(paragraphs):
                if _NUMBER.fullmatch(words):
                    masks.append(Mask(at, at + len(words), "page number"))
                elif _shape(words) in heads:
                    masks.append(Mask(at, at + len(words), "running head"))
            text.append(f"{words}\n\n")
            at += len(text[-1])
    return "".join(text).rstrip(), parts, masks


def _heads(pages: Sequence[Sequence[str]]) -> set[str]:
    """The shapes of short paragraphs that stand at the head or foot of many pages."""
    counted = Counter(
        shape
        for page in pages
        for shape in {_shape(page[place]) for place in _edges(page)}
        if len(shape) <= _LONGEST_HEAD
    )
    least = max(_LEAST_PAGES, _LEAST_SHARE * len(pages))
    return {shape for shape, count in counted.items() if count >= least}


def _edges(paragraphs: Sequence[str]) -> set[int]:
    """The places of the first two and the last two paragraphs of a page."""
    count = len(paragraphs)
    return {place for place in (0, 1, count - 2, count - 1) if 0 <= place < count}


def _shape(words: str) -> str:
    """Words without the numbers that change from page to page."""
    return _DIGITS.sub("#", " ".join(words.split())).casefold()
