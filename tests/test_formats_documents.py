from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest

import qa
from qa.articles.formats import LOADERS
from qa.articles.pages import Run, join, paragraphs
from qa.settings import BuildSettings
from qa.types import Part, Record, Skipped
from tests.filed import column, docx, epub, odt, pdf, rtf, zipped


def load(data: bytes, name: str, max_bytes: int = 1_000_000) -> list[Record | Skipped]:
    """What the loader of a file's suffix makes of its bytes."""
    settings = BuildSettings(max_bytes=max_bytes)
    return list(LOADERS[Path(name).suffix](io.BytesIO(data), name, settings))


def record(data: bytes, name: str) -> Record:
    """The one record of a file."""
    (found,) = load(data, name)
    assert isinstance(found, Record), found
    return found


def reason(data: bytes, name: str, max_bytes: int = 1_000_000) -> str:
    """Why a file is skipped."""
    (found,) = load(data, name, max_bytes)
    assert isinstance(found, Skipped)
    return found.reason


def pages_of(found: Record) -> list[tuple[object, str]]:
    """The pages or parts of a record, each with its text."""
    ends = [*(part.start for part in found.parts[1:]), len(found.text)]
    return [
        (part.page or part.name, found.text[part.start : end].strip())
        for part, end in zip(found.parts, ends, strict=True)
    ]


LEFT = ["Pemerintah mengumumkan pem-", "bangunan jembatan baru. Anak-", "anak sekolah akan lewat"]
RIGHT = ["Kolom kanan bercerita tentang", "harga beras di pasar induk", "yang naik tiga persen."]


def test_columns_of_a_pdf_are_read_one_after_the_other() -> None:
    """A headline above both comes first, and parted words are whole again."""
    page = [(50, 780, 20, "Judul di Atas Dua Kolom"), *column(LEFT), *column(RIGHT, x=320)]
    # A page is drawn in any order.
    found = record(pdf([sorted(page)], title="Berita Kota"), "a.pdf")
    assert found.title == "Berita Kota"
    assert found.text == (
        "Judul di Atas Dua Kolom\n\n"
        "Pemerintah mengumumkan pembangunan jembatan baru. Anak-anak sekolah akan lewat\n\n"
        "Kolom kanan bercerita tentang harga beras di pasar induk yang naik tiga persen."
    )


def test_rows_of_a_table_stay_together() -> None:
    """Short cells are no columns of prose."""
    cells = [("Kota", "Warga"), ("Riga", "600.000"), ("Oslo", "700.000"), ("Bern", "130.000")]
    page = [
        (x, 700 - 14 * row, 11, words)
        for row, pair in enumerate(cells)
        for x, words in zip((50, 300), pair, strict=True)
    ]
    assert "Riga 600.000" in record(pdf([page]), "a.pdf").text


def test_words_of_a_printed_page_are_those_of_pdfium() -> None:
    """A browser sets each letter by itself, and kerns: `tests/data/printed.pdf` is Chromium's."""
    data = (Path(__file__).parent / "data" / "printed.pdf").read_bytes()
    found = record(data, "a.pdf").text
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    assert sorted(found.split()) == sorted(page.get_text_range().split())
    assert found.split("\n\n") == [
        "Feri Tua Nusa Tawai Dihentikan",
        "NUSA TAWAI - Feri yang melayani 17 pulau, Tirta Jaya, berhenti sejak Rabu. Wali Kota "
        "Yohanis Patty meminta pemeriksaan.",
        '"Kami menunggu kapal ganti," ujar Tuti Wayan, juru mudi PT Varuna Jaya, di dermaga.',
        "Tarif lama, Rp12.500, tetap berlaku.",
    ]


def test_words_that_stand_wide_apart_are_no_columns() -> None:
    """As justified text has them; the lines around them run through the gap."""
    runs = [
        Run(left, 700 - 14 * row, right, 712 - 14 * row, text)
        for row, left, right, text in (
            (0, 50, 250, "Panitia mengumumkan hasil lomba"),
            (1, 50, 90, "dayung"),
            (1, 120, 250, "yang berlangsung di"),
            (2, 50, 250, "sungai itu sejak pagi hari tadi"),
            (3, 50, 250, "dan dihadiri banyak warga kota"),
            (4, 50, 120, "sampai petang."),
        )
    ]
    assert paragraphs(runs) == [" ".join(run.text for run in runs)]


def test_text_that_is_not_upright_comes_last() -> None:
    """It is no part of the lines that it stands beside."""
    page = pdf([[*column(LEFT * 4), (20, 300, 9, "Arsip lama")]])
    turned = page.replace(b"/F1 9 Tf 1 0 0 1 ", b"/F1 9 Tf 0 1 -1 0 ")
    assert record(turned, "a.pdf").text.split("\n\n")[-1] == "Arsip lama"


def test_a_sentence_goes_on_in_the_next_column() -> None:
    """Where the column ends without a stop; the foot of the page does not come between."""
    left = [
        "Kapal itu membawa beras dan",
        "gula dari pelabuhan lama, lalu",
        "berlabuh di dermaga yang baru",
    ]
    right = [
        "dibangun tahun lalu di sana.",
        "Warga menyambut kedatangannya",
        "dengan gembira sekali pagi itu.",
    ]
    page = [*column(left), *column(right, x=320), (50, 30, 9, "Lembar Warta 7")]
    assert record(pdf([page]), "a.pdf").text.split("\n\n") == [
        " ".join((*left, *right)),
        "Lembar Warta 7",
    ]


def test_pages_of_a_pdf_begin_where_their_text_does() -> None:
    """Running heads and page numbers are masked, not cut out."""
    pages = [
        [
            (50, 810, 9, f"Laporan Tahunan {2020 + number}"),
            *column([f"Kalimat halaman {word} ada di sini."], top=600),
            (290, 20, 9, str(number)),
        ]
        for number, word in enumerate(("satu", "dua", "tiga", "empat"), start=1)
    ]
    found = record(pdf(pages), "a.pdf")
    assert [(page, text.split("\n\n")[1]) for page, text in pages_of(found)] == [
        (1, "Kalimat halaman satu ada di sini."),
        (2, "Kalimat halaman dua ada di sini."),
        (3, "Kalimat halaman tiga ada di sini."),
        (4, "Kalimat halaman empat ada di sini."),
    ]
    masked = [(found.text[mask.start : mask.end], mask.rule) for mask in found.masks]
    assert masked[:2] == [("Laporan Tahunan 2021", "running head"), ("1", "page number")]
    assert len(masked) == 8


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("pem-", "bangunan", "pembangunan"),
        ("anak-", "anak kecil", "anak-anak kecil"),
        ("berlari-", "lari", "berlari-lari"),
        ("Jawa-", "Bali", "Jawa-Bali"),
        ("2021-", "2022", "2021-2022"),
        ("pem\u00ad", "bangunan", "pembangunan"),
        ("pem\ufffe", "bangunan", "pembangunan"),
        ("anak\ufffe", "anak", "anak-anak"),
        ("kata –", "ujarnya", "kata – ujarnya"),
        ("kata -", "ujarnya", "kata - ujarnya"),
        ("kata", "lain", "kata lain"),
    ],
)
def test_a_word_parted_at_the_end_of_a_line_is_whole_again(
    above: str, below: str, whole: str
) -> None:
    """But for a hyphen that belongs to it."""
    assert join(above, below) == whole


def test_a_paragraph_ends_where_its_last_line_is_short() -> None:
    """And the next begins."""
    lines = ["Baris pertama yang panjang sekali ini", "pendek.", "Paragraf lain yang panjang pula"]
    runs = [
        Run(50, 700 - 14 * at, 50 + 5 * len(line), 710 - 14 * at, line)
        for at, line in enumerate(lines)
    ]
    assert paragraphs(runs) == [f"{lines[0]} pendek.", lines[2]]


def test_a_blank_page_needs_no_ocr() -> None:
    """It shows nothing, but counts as a page."""
    found = record(
        pdf([[(50, 700, 11, "Halo dunia.")], [], [(50, 700, 11, "Akhir kata.")]]), "a.pdf"
    )
    assert [page for page, text in pages_of(found) if text] == [1, 3]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf([[(50, 700, 11, "Rahasia.")]], locked=True), "password"),
        (b"%PDF-1.4\nsampah", "damaged"),
        (b"", "damaged"),
        (pdf([[(50, 700, 11, "Halo dunia.")]])[:200], "damaged"),
        (pdf([[]]), "empty"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_skipped_with_its_reason(data: bytes, said: str) -> None:
    """Locked, garbage, truncated, empty."""
    assert said in reason(data, "a.pdf")


def test_a_pdf_of_more_text_than_allowed_is_skipped() -> None:
    """Its pictures do not count."""
    page = column(["kata demi kata demi kata demi kata"] * 40)
    assert "larger than 1,000 bytes" in reason(pdf([page]), "a.pdf", max_bytes=1_000)


def test_a_word_document_gives_paragraphs_tables_title_and_day() -> None:
    """The day is that on which it was made, for want of another."""
    data = docx(
        ["Menteri tiba di Riga.", "", "Ia pulang esok."],
        rows=[["Kota", "Hari"], ["Riga", "Senin"]],
        title="Kunjungan",
        created=datetime(2022, 1, 30, 8),
    )
    assert record(data, "a.docx") == Record(
        "Menteri tiba di Riga.\n\nIa pulang esok.\n\nKota | Hari\n\nRiga | Senin",
        title="Kunjungan",
        made=date(2022, 1, 30),
    )


HARVEST = [["Desa", "Penduduk"], ["Wonorejo", "1.240"], ["Sumberagung", "980"]]


def table_of(rows: Sequence[Sequence[str]], *, headed: int = 0) -> str:
    """A table of OpenDocument, its first rows marked as those of names."""
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    lines = [f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows]
    head = f"<table:table-header-rows>{''.join(lines[:headed])}</table:table-header-rows>"
    return f"<table:table>{head if headed else ''}{''.join(lines[headed:])}</table:table>"


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        (
            HARVEST,
            ["| Desa: Wonorejo | Penduduk: 1.240 |", "| Desa: Sumberagung | Penduduk: 980 |"],
        ),
        (
            [["Kota", "2023", "2024"], ["Riga", "600", "610"], ["Oslo", "", "Rp 710"]],
            ["| Kota: Riga | 2023: 600 | 2024: 610 |", "| Kota: Oslo | 2024: Rp 710 |"],
        ),
        # No names: words alone, a row of figures, one row, rows of other lengths.
        ([["Nama", "Budi"], ["Kota", "Riga"]], ["Nama | Budi", "Kota | Riga"]),
        (
            [["Riga", "600"], ["Oslo", "700"], ["Bern", "130"]],
            ["Riga | 600", "Oslo | 700", "Bern | 130"],
        ),
        ([["Desa", "Penduduk"], ["Wonorejo", "1.240"]], ["Desa | Penduduk", "Wonorejo | 1.240"]),
        (
            [*HARVEST, ["Jumlah"]],
            ["Desa | Penduduk", "Wonorejo | 1.240", "Sumberagung | 980", "Jumlah"],
        ),
    ],
)
def test_a_cell_of_a_document_has_the_name_of_its_column(
    rows: Sequence[Sequence[str]], read: Sequence[str]
) -> None:
    """Where figures stand below names; in both kinds of documents."""
    assert record(odt(table_of(rows)), "a.odt").text == "\n\n".join(read)
    if len({len(row) for row in rows}) == 1:
        assert record(docx([], rows=rows), "a.docx").text == "\n\n".join(read)


def test_a_row_that_a_document_marks_has_the_names_of_the_columns() -> None:
    """Repeated on each page, or all of it in bold."""
    rows = [["Nama", "Jabatan"], ["Budi", "Camat"]]
    read = "| Nama: Budi | Jabatan: Camat |"
    assert record(odt(table_of(rows, headed=1)), "a.odt").text == read
    for mark in ("bold", "repeated"):
        assert record(docx([], rows=rows, head=mark), "a.docx").text == read


def test_a_table_within_a_cell_is_its_words() -> None:
    """Once."""
    inner = table_of([["Riga", "Oslo"]])
    outer = f"<table:table-row><table:table-cell>{inner}</table:table-cell></table:table-row>"
    assert record(odt(f"<table:table>{outer}</table:table>"), "a.odt").text == "Riga Oslo"


@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_a_question_by_a_column_is_answered(tmp_path: Path, name: str) -> None:
    """Of the row that it asks for."""
    story = "Kecamatan Tirtomoyo mendata warganya pada tahun lalu."
    rows = [["Desa", "Jumlah penduduk"], *HARVEST[1:], ["Karanganyar", "2.315"]]
    made = (
        docx([story], rows=rows)
        if name == "a.docx"
        else odt(f"<text:p>{story}</text:p>{table_of(rows)}")
    )
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(made)
    qa.build(tmp_path / "in", tmp_path / "index")
    with qa.open(tmp_path / "index") as archive:
        answer = archive.ask("Berapa jumlah penduduk Desa Karanganyar?")
    assert answer.best is not None
    assert answer.best.text == "2.315"


def test_the_day_of_an_empty_template_is_not_taken() -> None:
    """python-docx leaves that of its own."""
    assert record(docx(["Halo dunia."]), "a.docx").made is None


def test_an_opendocument_text_gives_the_same() -> None:
    """Spaces are elements there, and notes stand within the text."""
    blocks = (
        "<text:h>Kunjungan</text:h><text:p>Menteri<text:s/>tiba <text:span>di Riga</text:span>."
        "<text:note><text:note-body><text:p>catatan</text:p></text:note-body></text:note></text:p>"
        "<text:list><text:list-item><text:p>satu</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Riga</text:p></table:table-cell>"
        "<table:table-cell><text:p>Senin</text:p></table:table-cell></table:table-row></table:table>"
    )
    found = record(odt(blocks, title="Judul", created="2022-01-30T08:00:00"), "a.odt")
    assert found == Record(
        "Kunjungan\n\nMenteri tiba di Riga.\n\nsatu\n\nRiga | Senin",
        title="Judul",
        made=date(2022, 1, 30),
    )


def test_chapters_of_a_book_are_its_parts() -> None:
    """By their headings."""
    chapters = {"Bab 1 & awal": "<p>Hujan turun.</p>", "Bab 2": "<p>Hujan <i>reda</i>.</p>"}
    found = record(epub(chapters), "a.epub")
    assert pages_of(found) == [
        ("Bab 1 & awal", "Bab 1 & awal\n\nHujan turun."),
        ("Bab 2", "Bab 2\n\nHujan reda."),
    ]
    assert (found.title, found.source, found.published, found.language) == (
        "Buku",
        "Penerbit Uji",
        date(2021, 5, 4),
        "id-ID",
    )


def test_rich_text_is_read_with_its_accents() -> None:
    """Of Windows, and beyond."""
    found = record(rtf(["Menteri di Besançon.", "Kata “damai” 北京."], title="Judul"), "a.rtf")
    assert found == Record(
        "Menteri di Besançon.\n\nKata “damai” 北京.", title="Judul", made=date(2022, 1, 30)
    )


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12))
    + '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        ("a.docx", b"PK\3\4 sampah", "damaged"),
        ("a.docx", docx(["Halo dunia."])[:2_000], "damaged"),
        ("a.docx", zipped({"a.txt": "Halo dunia."}), "damaged"),
        ("a.docx", docx([]), "empty"),
        ("a.docx", zipped({"word/document.xml": b" " * 5_000_000}), "larger than"),
        ("a.odt", zipped({"content.xml": "<a/>"}), "damaged"),
        ("a.odt", zipped({"content.xml": "<a"}), "mark-up"),
        ("a.odt", odt("<text:p>x</text:p>", locked=True), "password"),
        ("a.odt", odt(""), "empty"),
        ("a.epub", zipped({"mimetype": "x"}), "damaged"),
        ("a.epub", epub({"A": "<p>x</p>"}, locked=["OEBPS/c%200.xhtml"]), "locked (DRM)"),
        ("a.epub", epub({}), "empty"),
        ("a.rtf", b"Halo dunia.", "no RTF"),
        ("a.rtf", b"", "no RTF"),
        ("a.rtf", rtf(["", ""]), "empty"),
        ("a.odt", zipped({"content.xml": b" " * 70_000_000}), "200 times"),
        ("a.odt", zipped({"content.xml": LAUGHS + "<x>&m;&f;</x>"}), "mark-up"),
    ],
)
def test_a_document_that_cannot_be_read_is_skipped_with_its_reason(
    name: str, data: bytes, said: str
) -> None:
    """Locked, garbage, truncated, empty, a bomb."""
    assert said in reason(data, name)


@pytest.mark.parametrize("entity", ['"rahasia"', 'SYSTEM "file:///etc/hostname"'])
def test_no_entity_of_a_document_is_expanded(entity: str) -> None:
    """Neither one of its own nor a file."""
    with zipfile.ZipFile(io.BytesIO(odt("<text:p>Halo dunia &amp;e; lagi.</text:p>"))) as archive:
        content = archive.read("content.xml").decode().replace("&amp;", "&")
    data = zipped({"content.xml": f"<!DOCTYPE x [<!ENTITY e {entity}>]>{content}"})
    assert record(data, "a.odt").text == "Halo dunia lagi."


def test_a_chapter_that_is_missing_is_told_and_the_others_are_read() -> None:
    """By its name in the book."""
    data = epub({"A": "<p>Hujan.</p>", "B": "<p>Reda.</p>"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if "c 0" not in name}
    told, found = load(zipped(members), "a.epub")
    assert told == Skipped("a.epub#OEBPS/c 0.xhtml", "not in the book")
    assert isinstance(found, Record)
    assert found.parts == (Part(0, name="B"),)


@pytest.mark.parametrize(
    ("name", "module", "data"),
    [
        ("a.pdf", "pypdfium2", pdf([[(50, 700, 11, "Halo.")]])),
        ("a.docx", "docx", b"PK"),
        ("a.rtf", "striprtf.striprtf", rtf(["Halo."])),
    ],
)
def test_without_the_extra_such_a_file_is_listed(
    name: str, module: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, module, None)
    assert "needs the extra 'files': pip install 'qa[files]'" in reason(data, name)
