from __future__ import annotations

import io
import shutil
from itertools import pairwise

import pypdfium2
import pytest

from qa.articles.formats import pdf
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
