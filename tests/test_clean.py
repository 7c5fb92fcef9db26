from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.clean import Page, Recurring, disjoint, masks
from qa.types import Mask
from tests.work import is_linear

SAMPLE = Path(__file__).parent / "data" / "boilerplate.jsonl"


def masked(text: str, *, title: str = "") -> list[str]:
    """The words masked in a text."""
    return [text[span.start : span.end] for span in masks(text, title=title)]


def test_a_sample_labelled_by_hand_is_masked_with_few_errors() -> None:
    """Precision and recall, by visible characters, over 44 texts that imitate real debris."""
    right = wrong = missed = 0
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        visible = {i for i, character in enumerate(text) if not character.isspace()}
        debris = {i for start, end in row["debris"] for i in range(start, end)} & visible
        spans = masks(text, title=row["title"])
        found = {i for span in spans for i in range(span.start, span.end)} & visible
        right += len(found & debris)
        wrong += len(found - debris)
        missed += len(debris - found)
    # Measured: 1.000 and 0.921. Five of the texts lie beyond the rules on purpose.
    assert right / (right + wrong) >= 0.99
    assert right / (right + missed) >= 0.91


def test_the_traps_of_real_articles_are_masked_and_their_prose_is_not(shared: Path) -> None:
    """The headline list, the pointers and the site's header of the seeds can never be quoted."""
    texts = {path.name[:3]: path.read_bytes().decode() for path in (shared / "seeds").glob("*.txt")}
    left = {}
    for name, text in texts.items():
        spans = masks(text)
        assert all(text[span.start : span.end].strip() for span in spans)
        left[name] = "".join(
            character
            for i, character in enumerate(text)
            if not any(span.start <= i < span.end for span in spans)
        )
    assert left["000"] == texts["000"]
    for trap in ("Baca juga", "READ", "Toko Daring", "Saorakyat", "(*)"):
        assert trap not in left["001"]
    assert "kantor berita.\n" not in left["002"]
    assert not left["002"].rstrip().endswith("institusi")
    assert left["003"].rstrip().endswith("ke Ukraina.")
    for trap in ("PEMILU", "2024", "Previous", "Inactive", "REUTERS"):
        assert trap not in left["004"]
    assert "NATO Tak Akan Kirim Pasukan jika Rusia Serang Ukraina" in left["004"]


@pytest.mark.parametrize(
    ("below", "byline"),
    [
        ("KOTA RANAH - Wali kota membuka pasar malam.", ""),
        ("KOTA RANAH - Gubernur melantik lima kepala dinas baru.", ""),
        ("Ranah Timur - Hujan turun. Warga pulang.", ""),
        ("RANAH - Rp1.250 per kilogram, itulah harga garam kini.", ""),
        ("Rini Laksmi - WartaRanah\nHujan turun sejak pagi.", "Rini Laksmi - WartaRanah"),
        ("Rini Laksmi - warta.co Hujan turun sejak pagi.", "Rini Laksmi - warta.co"),
        ("Rini Laksmi - detikBali Senin pagi hujan turun.", "Rini Laksmi - detikBali"),
    ],
)
def test_a_dateline_below_the_title_is_no_byline(below: str, byline: str) -> None:
    """Only a name that is a site's, or ends the line, is taken from the story."""
    title = "Judul Kota Ranah"
    text = f"{title}\n{below}"
    found = [text[m.start : m.end] for m in masks(text, title=title) if m.rule == "byline"]
    assert found == ([byline] if byline else [])


def test_the_second_line_of_a_headline_is_no_byline() -> None:
    """The title says that it is the headline's."""
    text = "Talud Sungai Roboh, Wali Kota\nPerintahkan Audit\n\n" + "Talud itu roboh semalam. " * 6
    assert masked(text, title="Talud Sungai Roboh, Wali Kota Perintahkan Audit") == []
    assert masked(text, title="Talud") == ["Perintahkan Audit"]


def test_a_paper_and_its_day_below_the_headline_are_no_prose() -> None:
    """Several places with their days are a list, and a list may be the answer."""
    prose = "\n" + "Talud itu roboh semalam. " * 6
    head = "Talud Sungai Ranah Roboh\nWarta Ranah, 14 Maret 2026"
    assert masked(head + prose) == ["Warta Ranah, 14 Maret 2026"]
    assert masked(head + "\nTawai, 21 Maret 2026" + prose) == []


@pytest.mark.parametrize(
    ("text", "debris"),
    [
        ("Hujan reda. Baca Juga Warga pulang.", ["Baca Juga"]),
        ("Hujan reda. (Baca: Banjir Surut) Warga pulang.", ["(Baca: Banjir Surut)"]),
        ("Hujan reda. Baca juga:,Warga pulang.", ["Baca juga:,"]),
        ("Hujan reda. Baca juga buku itu.", []),
        (
            "Hujan reda. Baca juga: Sungai Besar Meluap Lagi Semalam Warga telah pulang ke desa.",
            ["Baca juga: Sungai Besar Meluap Lagi Semalam"],
        ),
        (
            'Hujan reda. Baca juga: Sungai Besar Meluap "Kami takut," kata Ani.',
            ["Baca juga: Sungai Besar Meluap"],
        ),
        ("Hujan reda. Baca juga: kata ini biasa saja.", ["Baca juga:"]),
    ],
)
def test_a_pointer_within_a_line_ends_where_prose_goes_on(text: str, debris: list[str]) -> None:
    """Where a headline runs into the next sentence, only what is surely headline is masked."""
    assert masked(text) == debris


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("JAKARTA, Warta.com– ", True),
        ("Warta.com, Jakarta - ", True),
        ("LONDON (Reuters) - ", True),
        ("KUALA LUMPUR 29 Mei - ", True),
        ("KUALA LUMPUR: ", True),
        ("WartaPagi - ", True),
        ("Bali (AFP) – ", True),
        ("Badan Iklim (BMKG) - ", False),
        ("NATO-", False),
        ("COVID-19 ", False),
        ("Presiden – ", False),
        ("Menurut BPBD, ", False),
    ],
)
def test_a_dateline_is_masked_without_its_sentence(line: str, dateline: bool) -> None:
    """Place and agency go; the first word of the sentence stays."""
    sentence = "Warga" if dateline else "yang"
    text = f"{line}{sentence} kembali ke rumah masing-masing setelah air sungai surut semalam."
    assert masked(text) == ([line] if dateline else [])


@pytest.mark.parametrize(
    "line",
    [
        "Lihat video itu sebelum menilai, kata jaksa kepada hakim.",
        "Video (durasi 5 menit) itu direkam dari lantai tiga.",
        "Unduh aplikasi Cek Tagihan di Play Store, lalu masukkan nomor pelanggan.",
        'Lagu terakhir malam itu adalah "Angin Malam" - BTX',
        "Halaman 12 buku itu memuat peta yang salah.",
        "Dilarang mengambil foto di dalam gua.",
        "Lanjut ke babak final, tim itu menunggu lawan dari selatan.",
        "AFP naik dua poin hari ini",
        'Mereka menandatangani "nota" (dan/atau) lampirannya di depan notaris.',
        "Copyright holders met in Geneva.",
        "Sign up for the scheme closes on Friday.",
        "Previous owners paid the tax.",
    ],
)
def test_prose_that_resembles_debris_stays(line: str) -> None:
    """A wrong mask would hide an answer for good."""
    assert masked(f"{line}\nWarga pulang ke rumah masing-masing setelah air surut.") == []


def test_two_names_below_the_prose_may_be_the_answer() -> None:
    """One name is who wrote it; two are a list, unless in capitals."""
    prose = "Dewan juri mengumumkan pemenang lomba menulis malam itu.\n"
    assert masked(f"{prose}Sari Wulan") == ["Sari Wulan"]
    assert masked(f"{prose}Sari Wulan\nBudi Hartono") == []
    assert masked(f"{prose}SARI WULAN\nLINTAS KOTA") == ["SARI WULAN", "LINTAS KOTA"]


def test_the_headline_of_the_article_itself_stays() -> None:
    """Neither a rule nor a list nor recurrence hides the line that is the title."""
    text = "Baca Juga Hak Anda\nWarga diminta membaca surat tagihan sebelum membayar, kata dinas.\n"
    assert masked(text, title="Baca Juga Hak Anda") == []
    recurring = Recurring()
    for _ in range(5):
        recurring.add(text, "s")
    assert masks(text, title="Baca Juga Hak Anda", recurring=recurring, source="s") == ()


def test_a_list_of_headlines_ends_at_the_next_sentence() -> None:
    """Prose below a list of headlines is prose again."""
    text = (
        "Kapal itu berlayar lagi pada hari Senin setelah diperbaiki.\n"
        "Berita Terkait\nKapal Tua Dijual Murah\n\nNakhoda Muda Raih Gelar\n"
        "Penumpang pertama naik sebelum subuh.\n"
    )
    assert masked(text) == ["Berita Terkait", "Kapal Tua Dijual Murah", "Nakhoda Muda Raih Gelar"]


def test_lines_that_recur_in_a_source_are_masked_there_only() -> None:
    """Three articles of one source make a line recur; another source's line stays."""
    recurring = Recurring()
    for day in range(3):
        recurring.add(f"Isi berita ke-{day}.\nSalam hangat dari redaksi", "warta")
    text = "Isi lain.\nSalam hangat dari redaksi"
    line = Mask(10, len(text), "recurring")
    assert masks(text, recurring=recurring, source="warta") == (line,)
    assert masks(text, recurring=recurring, source="kabar") == ()


def test_sentences_that_a_few_articles_share_stay() -> None:
    """A wire story's sentence in several articles is prose, however short."""
    recurring = Recurring()
    for _ in range(9):
        recurring.add("Hujan turun lagi.", "warta")
    assert masks("Hujan turun lagi.", recurring=recurring, source="warta") == ()


def test_the_memory_of_recurring_lines_is_bounded() -> None:
    """Frequent lines outlive any number of lines seen once."""
    recurring = Recurring(capacity=100)
    for number in range(2_000):
        recurring.add(f"Baris {number} saja\nSalam hangat dari redaksi", None)
    assert len(recurring._lines) <= 101
    assert recurring.recurs("Salam hangat dari redaksi", None)


def test_masks_of_the_format_are_kept() -> None:
    """Front matter, then the debris right below it."""
    text = "---\ntitle: X\n---\nADVERTISEMENT\nHujan reda."
    above = Mask(0, 17, "front matter")
    assert masks(text, known=(above,)) == (above, Mask(17, 30, "advertisement"))


def test_masks_that_overlap_are_cut_apart() -> None:
    """The one that begins first keeps its words, the rest is the other's; nothing lies twice."""
    text = "# Baca juga: Banjir surut\nHujan reda."
    mark = Mask(0, 2, "heading mark")
    assert masks(text, known=(mark,)) == (mark, Mask(2, 25, "see also"))
    assert disjoint("abcdef", [Mask(0, 6, "x"), Mask(1, 3, "y")]) == (Mask(0, 6, "x"),)
    assert disjoint("ab  cd", [Mask(0, 3, "x"), Mask(1, 6, "y")]) == (
        Mask(0, 3, "x"),
        Mask(4, 6, "y"),
    )


def test_the_head_of_a_text_names_headline_lines_and_prose() -> None:
    """What `load` tells a bare text's title and date from."""
    text = (
        "NEWS\nSenin, 3 Mei 2021\nPasar Ikan Dibuka Lagi\n\n"
        "Pasar ikan dibuka lagi setelah dibersihkan.\n"
    )
    found = Page(text).head()
    assert found.headline == "Pasar Ikan Dibuka Lagi"
    assert found.lines == ("NEWS", "Senin, 3 Mei 2021", "Pasar Ikan Dibuka Lagi")
    assert text[found.prose :].startswith("Pasar ikan dibuka")
    prose = "Prosa saja, tanpa judul, dan cukup panjang untuk sebuah kalimat."
    assert Page(prose).head().headline is None
    assert Page("").head().lines == ()


DEBRIS = st.sampled_from(
    [
        "Baca juga:",
        "Artikel Terkait",
        " (abc/def)",
        "\n",
        "Star Inactive",
        "Foto: ",
        ". ",
        '"',
        "Jakarta - ",
    ]
)


@settings(max_examples=150)
@given(st.lists(st.one_of(st.text(max_size=20), DEBRIS), max_size=30).map("".join))
def test_masks_are_sorted_disjoint_and_within_the_text(text: str) -> None:
    """For any text; each has a rule, and they cover all that the rules find."""
    spans = masks(text)
    assert all(span and span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(mask.rule for mask in spans)
    covered = {i for span in spans for i in range(span.start, span.end)}
    for mask in Page(text).masks():
        words = range(mask.start, mask.end)
        assert covered.issuperset(i for i in words if not text[i].isspace())


@pytest.mark.parametrize(
    "piece",
    [
        "a", "A", " ", "\xa0", "Baca juga: ", "(Baca: ", "[Gambas:", "Star Inactive", "READ  ",
        "Foto: A/", "- ", "(a/b", "Aa Bb ", "ABC.", "#a ", "Halaman 1 2 ", "di halaman ", "simak ",
        "Facebook ", ".\n", "a\n", "1/1/", "loading...", "Baca juga: A B C D ", "klik ", "1 (",
        "Artikel Terkait\n", "Baca juga: A\n", "KOMPAS.com/", "#", "1", "Kiriman dibagikan oleh ",
    ],
)  # fmt: skip
def test_hostile_text_takes_linear_time(piece: str) -> None:
    """100 kB of anything that a rule begins with, on one line or many."""

    def on_many_lines(text: str) -> str:
        return "\n".join(f"halaman {text[at : at + 290]}" for at in range(0, len(text), 290))

    assert is_linear(masks, piece)
    assert is_linear(lambda text: masks(on_many_lines(text)), piece, 29_000)
    assert is_linear(lambda text: masks(f"Judul\n{text}.", title="Judul"), piece)
