"""Sentences, words, folding and safe text: what comes out, and that hostile input costs little."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.language.text import (
    encodable,
    fold,
    inside_words,
    one_line,
    safe,
    sentences,
    visible,
    words,
)
from tests.work import is_linear

PROSE = st.text(
    alphabet=st.one_of(
        st.sampled_from("aA bB.?!…\"'”’)]([,;:-\n\r\t  1 。？।؟é\u0301\u200b\x1b\x85\u2028"),
        st.characters(),
    ),
    max_size=200,
)


def cut(text: str) -> list[str]:
    """The words of each sentence."""
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ia tinggal di Jl. Merdeka No. 5 di Bandung.",
        "Rumah H. Agus dekat dengan rumah Hj. Siti.",
        "Pasien itu dirawat dr. Rini dan drg. Anton.",
        "Kuliah diberikan Prof. Dr. Ir. B.J. Habibie.",
        "Gugatan diajukan PT. Maju Jaya dan CV. Sentosa.",
        "Tiketnya Rp. 100.000 untuk satu orang.",
        "Sebanyak 1.000 orang dan 100.000 surat dihitung.",
        "Rapat dimulai pukul 19.30 WIB di balai kota.",
        "Acara itu dipandu Kombes Pol. Budi dan Brigjen. Pol. Andi.",
        "The U.S. Senate heard Mr. Smith and Gen. Lee at 9 a.m. Monday.",
        '"Kami pulang besok pagi," kata Budi.',
        '"Kapan kita pulang?" tanya Budi.',
        "“Kami pulang.” kata Budi.",
        "Ia menunggu... lalu pergi.",
        "1. Rusia",
        "Terbit pada Jan. 2021 di Kota J. K. Rowling.",
        "Situs resmi.go.id memuat berkas v2.0.1 hari ini.",
    ],
)
def test_abbreviations_numbers_and_quotations_do_not_end_a_sentence(sentence: str) -> None:
    """A stop inside a sentence leaves it whole."""
    assert cut(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ia pergi. Mereka tinggal.", ["Ia pergi.", "Mereka tinggal."]),
        ("“Kami pulang.” Lalu ia pergi.", ["“Kami pulang.”", "Lalu ia pergi."]),
        ("Benar! Siapa? Budi.", ["Benar!", "Siapa?", "Budi."]),
        ("Ia diam... Lalu pergi.", ["Ia diam...", "Lalu pergi."]),
        ("Nilainya 100.000. Itu naik.", ["Nilainya 100.000.", "Itu naik."]),
        ("Terjadi pada 2022. Pasukan pulang.", ["Terjadi pada 2022.", "Pasukan pulang."]),
        ("He came at 9 a.m. The room was empty.", ["He came at 9 a.m.", "The room was empty."]),
        ("Is that all? No. Wait.", ["Is that all?", "No.", "Wait."]),
        ("Buah, sayur, dll. Namun sepi.", ["Buah, sayur, dll.", "Namun sepi."]),
        ("Baris satu\r\nbaris dua\n\n  baris tiga ", ["Baris satu", "baris dua", "baris tiga"]),
        ("Bumi bulat.[3] Bulan juga.", ["Bumi bulat.[3]", "Bulan juga."]),
        ("彼は行った。そうだ！はい", ["彼は行った。", "そうだ！", "はい"]),
        ("ما هذا؟ هذا بيت. نعم", ["ما هذا؟", "هذا بيت.", "نعم"]),
        ("वह गया। वह आया।", ["वह गया।", "वह आया।"]),
        (" \n\t", []),
        ("", []),
    ],
)
def test_a_text_is_cut_where_its_sentences_end(text: str, expected: list[str]) -> None:
    """Stops, closing quotes, lines and the stops of other scripts end a sentence."""
    assert cut(text) == expected


def test_sentences_of_a_part_are_offsets_into_the_whole() -> None:
    """Only the range asked for is cut, and the offsets count from the text's start."""
    text = "Satu dua. Tiga empat. Lima."
    assert [(span.start, span.end) for span in sentences(text, 5, 16)] == [(5, 9), (10, 16)]
    assert sentences(text, 3, 3) == []


@given(PROSE)
def test_sentences_cover_the_text_in_order_without_touching(text: str) -> None:
    """Every visible character lies in exactly one sentence; none begins or ends with space."""
    spans = sentences(text)
    covered = [at for span in spans for at in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    assert {at for at, sign in enumerate(text) if not sign.isspace()} <= set(covered)
    assert all(cut.strip() == cut != "" for cut in (text[s.start : s.end] for s in spans))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jum'at, 100.000 tentara", ["Jum'at", "100.000", "tentara"]),
        ("negara-negara NATO (1949)", ["negara", "negara", "NATO", "1949"]),
        ("pukul 19:30, skor 3-1.", ["pukul", "19:30", "skor", "3", "1"]),
        ("snake_case x", ["snake", "case", "x"]),
        ("naïve nai\u0308ve", ["naïve", "nai\u0308ve"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("東京都へ iPhone用", ["東京", "京都", "都へ", "iPhone", "用"]),
        ("... — !", []),
        ("", []),
    ],
)
def test_words_are_what_matching_needs(text: str, expected: list[str]) -> None:
    """Numbers and marked letters stay whole; scripts without spaces give bigrams."""
    assert [text[span.start : span.end] for span in words(text)] == expected


@given(PROSE)
def test_every_word_is_visible_and_in_order(text: str) -> None:
    """Words come by their start and hold no white space."""
    spans = words(text)
    assert spans == sorted(spans)
    assert all(not any(map(str.isspace, text[s.start : s.end])) and len(s) > 0 for s in spans)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KREMLIN", "kremlin"),
        ("Université", "universite"),
        ("O’Neil", "o'neil"),
        ("ＮＡＴＯ", "nato"),
        ("مُحَمَّد", "محمد"),
        ("Łódź".replace("Ł", "L"), "lodz"),
        ("ko\u00adta", "kota"),
    ],
)
def test_fold_makes_ways_of_writing_one(one: str, other: str) -> None:
    """Case, width, accents, points and hyphenation do not part words."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("й", "и"), ("が", "か"), ("में", "म")])
def test_fold_keeps_marks_that_tell_letters_apart(one: str, other: str) -> None:
    """A mark that makes another letter is no accent."""
    assert fold(one) != fold(other)


def test_safe_shows_what_steers_a_terminal() -> None:
    """Each control has one visible stand-in; newline and prose stay."""
    text = "a\x1b]0;x\x07b\tc\r\nd\x85e\u2028f\x7fg\x9bh\ud800i\u202ej\ufeffk\u200bl é 東"
    shown = "a␛]0;x␇b c \nd e f␡g\ufffdh\ufffdi·j·k·l é 東"
    assert safe(text) == shown


@given(st.text(max_size=200))
def test_safe_keeps_every_offset(text: str) -> None:
    """The length is the same, and making safe twice changes nothing."""
    shown = safe(text)
    assert len(shown) == len(text)
    assert safe(shown) == shown
    assert "\x1b" not in shown


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_encodable_text_can_be_encoded_and_keeps_its_offsets(text: str) -> None:
    """Only lone surrogates are replaced, each by one character."""
    readable = encodable(text + "\ud800a")
    assert len(readable) == len(text) + 2
    assert readable == readable.encode().decode()
    assert readable.endswith("\ufffda")


@pytest.mark.parametrize(
    "unit",
    [".", '"', ". ", '."', "a. ", "A. ", "[1].", "a\u0301", " ", "1,", "'a", "\u200b", "a\u200d"],
)
def test_hostile_repetition_costs_linear_time(unit: str) -> None:
    """100 kB of one thing."""
    for read in (sentences, words, fold, safe, visible):
        assert is_linear(read, unit)


def test_safe_shows_no_more_marks_on_a_letter_than_any_script_has() -> None:
    """Ten thousand of them would be drawn over the rows around; offsets stay."""
    assert safe("e" + "\u0301" * 8) == "e" + "\u0301" * 8
    assert safe("e" + "\u0301" * 10_000 + "x") == "e" + "\u0301" * 8 + "·" * 9_992 + "x"
    assert safe("क्षत्रिय नमस्ते שָׁלוֹם") == "क्षत्रिय नमस्ते שָׁלוֹם"


def test_one_line_is_safe_and_has_no_line_break() -> None:
    """A file name may hold one, and could put a line of its own into what is printed."""
    assert one_line("a\nqa: sound\r\x1b[2K") == "a qa: sound ␛[2K"


def test_places_inside_words() -> None:
    """None before a word or behind it, in a script without spaces, or in a mile of marks."""
    assert inside_words("di Jum'at, 10.5") == {1, *range(4, 9), 12, 13, 14}
    assert inside_words("\u5317\u4eac \u0e01\u0e02") == set()
    assert inside_words("e" + "\u0301" * 100 + "Ani") == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Pemerin\u00adtah", "Pemerintah"),
        ("Zelen\u200bskyy tiba", "Zelenskyy tiba"),
        ("\ufeffJudul \u200bberita\u2060.", "Judul berita."),
        ("Ri\u200d\u200cna", "Rina"),
        ("كتاب\u200bها", "كتابها"),
        ("ភាសា\u200bខ្មែរ", "ភាសាខ្មែរ"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d👧 tiba", "👩\u200d👧 tiba"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        # Where no word is near, what hides there is shown.
        ("- \u200b\u200b -", "- ·· -"),
        ("a\u202eb", "a·b"),
    ],
)
def test_what_has_no_width_is_dropped_from_words_alone(text: str, shown: str) -> None:
    """Not where it changes what is seen."""
    assert one_line(text) == shown


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"])
def test_a_word_goes_on_behind_what_has_no_width(sign: str) -> None:
    """It ends before it where nothing follows."""
    text = f"Pelabu{sign}han {sign}Muara{sign} ramai"
    found = [text[span.start : span.end] for span in words(text)]
    assert [fold(word) for word in found] == ["pelabuhan", "muara", "ramai"]
    assert text.index("l") in inside_words(text)


def test_no_pattern_has_a_possessive_group() -> None:
    """Python before 3.11.5 matches them wrongly (python/cpython issue 101955); sets are sound."""
    group = re.compile(r"(?<!\\)\)(?:[*+?]|\{[\d,]+\})\+|\(\?>")
    found = [
        f"{path.name}: {line.strip()}"
        for path in Path(qa.__file__).parent.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if group.search(line)
    ]
    assert not found
