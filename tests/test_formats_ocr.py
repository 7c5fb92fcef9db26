from __future__ import annotations

import io
import json
import os
import shutil
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

import qa
from qa.articles import ocr
from qa.articles.formats import pdf
from qa.builder import BuildReport
from qa.settings import BuildSettings
from qa.types import Part, Record, Skipped
from tests.filed import column, pictured
from tests.filed import pdf as made

WORDS = "Hujan turun di kota Riga"


@pytest.fixture(scope="module")
def scan() -> bytes:
    """A page that is a picture of words, as a scanner leaves it."""
    drawn = pypdfium2.PdfDocument(made([column([WORDS], x=40, top=60, size=18)], width=360))
    page = drawn[0]
    page.set_mediabox(0, 0, 360, 120)
    bitmap = page.render(scale=2, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B").tobytes()
    starts = range(0, bitmap.stride * (bitmap.height + 1), bitmap.stride)
    grey = b"".join(rows[start : start + bitmap.width] for start, _ in pairwise(starts))
    return pictured(bitmap.width, bitmap.height, grey)


def load(data: bytes, *, ocr: bool) -> list[Record | Skipped]:
    """What comes of a PDF."""
    return list(pdf.load(io.BytesIO(data), "a.pdf", BuildSettings(ocr=ocr)))


def test_pages_without_text_are_counted_and_named(scan: bytes) -> None:
    """With what reads them."""
    assert load(scan, ocr=False) == [
        Skipped(
            "a.pdf",
            "1 of its 1 pages holds no text and needs OCR (1): read their pictures with: "
            "qa index --ocr",
        )
    ]


def test_without_tesseract_it_is_to_be_installed(
    scan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing but that is missing."""
    monkeypatch.setenv("PATH", "")
    (told,) = load(scan, ocr=True)
    assert isinstance(told, Skipped)
    assert "install tesseract" in told.reason


@pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
def test_tesseract_reads_what_is_a_picture(scan: bytes) -> None:
    """As the text of the page."""
    (found,) = load(scan, ocr=True)
    assert isinstance(found, Record)
    assert (found.text, found.parts) == (WORDS, (Part(0, page=1),))


class Scanned:
    """A folder of scans, its index, and a tesseract that counts the pages that it is given."""

    def __init__(self, folder: Path, scan: bytes) -> None:
        self.articles = folder / "articles"
        self.articles.mkdir()
        (self.articles / "a.pdf").write_bytes(scan)
        self.index = folder / "index"
        self._log = folder / "log"
        self._program = folder / "bin" / "tesseract"
        self._program.parent.mkdir()
        self.says("Hujan turun di Riga", version="5.0")

    def says(self, words: str, *, version: str, code: int = 0) -> None:
        """Let tesseract read some words on every page from now on."""
        self._program.write_text(
            "#!/bin/sh\n"
            f'[ "$1" = --version ] && echo tesseract {version} && exit\n'
            '[ "$1" = --list-langs ] && echo ind && exit\n'
            f"echo page >> '{self._log}'\necho '{words}'\nexit {code}\n"
        )
        self._program.chmod(0o755)
        ocr._tesseract.cache_clear()

    def build(self, *, full: bool = False) -> BuildReport:
        """Index the folder."""
        return qa.build(self.articles, self.index, BuildSettings(ocr=True), full=full)

    @property
    def read(self) -> int:
        """How many pages tesseract was given."""
        return len(self._log.read_text().splitlines()) if self._log.exists() else 0

    @property
    def text(self) -> str:
        """The text of the article."""
        with qa.open(self.index, reader=None) as archive:
            return next(iter(archive.articles())).text

    @property
    def kept(self) -> list[Path]:
        """The files of what was read."""
        return sorted((self.index / ".ocr").iterdir())


@pytest.fixture
def scanned(tmp_path: Path, scan: bytes, monkeypatch: pytest.MonkeyPatch) -> Scanned:
    """One scan, and a tesseract of the test's own."""
    if os.name == "nt":
        pytest.skip("the tesseract of the test is a shell script")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    return Scanned(tmp_path, scan)


def test_a_page_is_read_once(scanned: Scanned, scan: bytes) -> None:
    """Whatever comes beside it, wherever the file moves; a changed file is read again."""
    scanned.build()
    assert (scanned.read, scanned.text) == (1, "Hujan turun di Riga")
    (scanned.articles / "b.txt").write_text("Bupati meresmikan pasar baru.")
    assert scanned.build().added == 1
    (scanned.articles / "a.pdf").rename(scanned.articles / "c.pdf")
    scanned.build()
    assert scanned.read == 1
    (scanned.articles / "c.pdf").write_bytes(scan + b"\n%")
    scanned.build()
    assert scanned.read == 2
    # What is no longer there is forgotten, and none but its owner reads the rest.
    (kept,) = scanned.kept
    assert kept.stat().st_mode & 0o077 == 0


def test_another_tesseract_reads_again_and_none_is_content(scanned: Scanned) -> None:
    """So does `--full`; without any, what was read before counts."""
    scanned.build()
    scanned.says("Salju turun di Riga", version="5.1")
    scanned.build()
    assert (scanned.read, scanned.text) == (2, "Salju turun di Riga")
    scanned.says("Kabut turun di Riga", version="5.1")
    scanned.build(full=True)
    assert (scanned.read, scanned.text) == (3, "Kabut turun di Riga")
    (scanned.articles.parent / "bin" / "tesseract").unlink()
    scanned.build()
    assert (scanned.read, scanned.text) == (3, "Kabut turun di Riga")


def test_a_page_without_words_is_not_read_again_but_one_that_failed_is(scanned: Scanned) -> None:
    """And the page is named each time."""
    (scanned.articles / "b.txt").write_text("Bupati meresmikan pasar baru.")
    scanned.says("Hujan", version="5.0", code=1)
    assert "needs OCR" in scanned.build().skipped[0].reason
    scanned.says("", version="5.0")
    assert "tesseract found none" in scanned.build().skipped[0].reason
    assert "tesseract found none" in scanned.build().skipped[0].reason
    assert scanned.read == 2


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{", '{"by": 1, "pages": []}', "[" * 100_000,
        '{"by": "tesseract 5.0 ind", "pages": {"1": [2]}}',
        '{"by": "tesseract 5.0 ind", "pages": {"-1": ["a"]}}',
        '{"by": "tesseract 5.0 ind", "pages": {"99999999999": ["a"]}}',
        '{"by": "tesseract 5.0 ind", "pages": {"x": ["a"]}}',
    ],
)  # fmt: skip
def test_what_is_damaged_is_read_again(scanned: Scanned, content: str) -> None:
    """Nothing that lies there costs the build."""
    scanned.build()
    (kept,) = scanned.kept
    whole = json.loads(kept.read_text())
    kept.write_text(content)
    scanned.build()
    assert (scanned.read, scanned.text) == (2, "Hujan turun di Riga")
    assert json.loads(scanned.kept[0].read_text()) == whole
