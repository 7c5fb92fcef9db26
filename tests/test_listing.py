"""Questions that ask for several things, and what findings name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer.listing import items, listed, members
from qa.engine import Engine
from qa.language.text import fold
from qa.question.several import asks_for_several
from qa.settings import Filters
from qa.show import as_json, as_text
from qa.types import Finding, Hit, Mask, Read, Span
from tests.builders import article, passage, query, span

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests/data"


@pytest.mark.parametrize(
    "question",
    [
        "Negara mana saja yang mengirim senjata?",
        "Siapa saja pendirinya?",
        "Apa sajakah isinya?",
        "Sebutkan anggota NATO.",
        "Which countries sent arms?",
        "Who are the founders of Resik?",
        "What are the units of the force?",
    ],
)
def test_a_question_for_several_things_is_known_by_its_words(question: str) -> None:
    """In both languages."""
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "Siapa juru bicara Kremlin?",
        "Negara mana yang mengirim senjata?",
        "Apa isinya?",
        "Which broadcaster reported it?",
        "Which business is the largest?",
        "Who was his father?",
        "What causes inflation?",
    ],
)
def test_a_question_for_one_thing_gets_no_list(question: str) -> None:
    """However many articles answer it."""
    assert not asks_for_several(question)


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Dari Prancis, Inggris, atau Amerika.", "Inggris", "Prancis|Inggris|Amerika"),
        ("Ia berunding dengan NATO dan dengan OSCE, tidak lama.", "NATO", "NATO|OSCE"),
        ("Mereka ialah wanita, anak-anak dan warga tua.", "wanita", "wanita|anak-anak|warga tua"),
        (
            "Ia menemui PBB, NATO dan Organisasi untuk Keamanan dan Kerja Sama.",
            "PBB, NATO dan Organisasi untuk Keamanan dan Kerja Sama",
            "PBB|NATO|Organisasi untuk Keamanan dan Kerja Sama",
        ),
        ("Pabrik di Surabaya dan Makassar.", "Surabaya dan Makassar", "Surabaya|Makassar"),
        (
            "Ia didirikan dua teman kuliah, Ayu Sari dan Fajar Adi.",
            "dua teman kuliah, Ayu Sari dan Fajar Adi",
            "Ayu Sari|Fajar Adi",
        ),
        ("Bupati Damar, kata dia, pulang.", "Bupati Damar", "Bupati Damar"),
        (
            "Senin, tim yang terdiri dari Dinas Air, PT Karsa & Lontar dan warga, datang.",
            "Dinas Air",
            "Dinas Air|PT Karsa & Lontar|warga",
        ),
        (
            "Ia meliputi area makan, hotel dan dermaga.",
            "makan, hotel dan dermaga",
            "area makan|hotel|dermaga",
        ),
        ("Ada tiga desa yakni Kuta, Mertak, Sengkol.", "Mertak", "Kuta|Mertak|Sengkol"),
        ("Ia menjual buku, pena, dan lain sebagainya.", "buku", "buku|pena"),
        ("Buah itu manis dan tidak mahal.", "manis", "manis"),
        ("Riga, ibu kota Latvia.", "Riga, ibu kota Latvia", "Riga, ibu kota Latvia"),
        ("Sebanyak 1,200 orang pulang.", "1,200 orang", "1,200 orang"),
        (
            "Ada sekolah dan puskesmas di wilayah timur.",
            "sekolah dan puskesmas di wilayah timur",
            "sekolah|puskesmas",
        ),
        (
            "Mereka minta senjata, amunisi, dan obat, termasuk vaksin, kata dia.",
            "senjata",
            "senjata|amunisi|obat",
        ),
        (
            "Missing are Jonny Wick, Will Greenwood and Phil Vick.",
            "Jonny Wick",
            "Jonny Wick|Will Greenwood|Phil Vick",
        ),
        (
            "Two came to the auction, Gazona and the unknown Baikal Group, they said.",
            "Gazona",
            "Gazona|unknown Baikal Group",
        ),
        # What comes last may be joined by `hingga`, which else joins hours, days and numbers.
        (
            "Kebun itu merawat badak, anoa, babi rusa hingga tapir.",
            "badak",
            "badak|anoa|babi rusa|tapir",
        ),
        (
            "Rapat dihadiri Ayu Sari, Budi Karta, sampai Citra Dewi.",
            "Budi Karta",
            "Ayu Sari|Budi Karta|Citra Dewi",
        ),
        ("Kedai itu buka dari pagi hingga malam.", "pagi hingga malam", "pagi hingga malam"),
        ("Air naik, kata dia, hingga Mei.", "naik", "naik"),
        ("Ada 3, 4 hingga 5 orang.", "4 hingga 5 orang", "4 hingga 5 orang"),
        # What leads in is no member, nor is what speaks against it.
        ("Ada lari, renang dan senam, namun tidak ada silat.", "lari", "lari|renang|senam"),
        (
            "Ada lari, renang dan senam, namun tidak ada silat.",
            "lari, renang dan senam, namun tidak ada silat",
            "lari|renang|senam",
        ),
        ("Tanda awalnya, demam, mual dan pusing.", "demam, mual", "demam|mual|pusing"),
        ("American, British or French missiles.", "British or French", "American|British|French"),
    ],
)
def test_a_span_brings_the_enumeration_that_it_is_part_of(
    text: str, found: str, expected: str
) -> None:
    """Exact spans; an apposition or a number is no enumeration."""
    of = article(text)
    assert "|".join(text[at.start : at.end] for at in members(of, span(of, found))) == expected


ATTENDED = (
    "Yang hadir Menteri Koordinator Bidang Pangan, Energi, dan Kehutanan Wirya Basuki, "
    "Kapolri Tegar Wijaya, dan Kepala Badan Vulkanologi, Klimatologi, dan Kelautan Lintang Utari."
)
ATTENDING = (
    "Menteri Koordinator Bidang Pangan, Energi, dan Kehutanan Wirya Basuki|Kapolri Tegar Wijaya|"
    "Kepala Badan Vulkanologi, Klimatologi, dan Kelautan Lintang Utari"
)


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (ATTENDED, "Kapolri Tegar Wijaya", ATTENDING),
        (ATTENDED, "Kepala Badan Vulkanologi, Klimatologi, dan Kelautan Lintang Utari", ATTENDING),
        (ATTENDED, "Menteri Koordinator Bidang Pangan", ATTENDING),
        (
            "Menteri Pertanian dan Kehutanan Rusdi Halim dan Wakil Presiden Yudo pergi.",
            "Wakil Presiden Yudo",
            "Menteri Pertanian dan Kehutanan Rusdi Halim|Wakil Presiden Yudo",
        ),
        (
            "Itu tugas Kementerian Desa, Pembangunan Daerah Tertinggal, dan Transmigrasi.",
            "Kementerian Desa",
            "Kementerian Desa, Pembangunan Daerah Tertinggal, dan Transmigrasi",
        ),
        (
            "Ada Menteri Hukum dan HAM Rusdi Hakim, Kepala BIN Ani Wijaya, dan Kapolri.",
            "Menteri Hukum",
            "Menteri Hukum dan HAM Rusdi Hakim|Kepala BIN Ani Wijaya|Kapolri",
        ),
        (
            "Ada Menteri Agraria dan Tata Ruang Rusdi Hakim dan Menteri Hukum Ani Wijaya.",
            "Menteri Agraria",
            "Menteri Agraria dan Tata Ruang Rusdi Hakim|Menteri Hukum Ani Wijaya",
        ),
        (
            "Ada Menteri Pertanian, Menteri Kesehatan, dan Gubernur Bali.",
            "Menteri Kesehatan",
            "Menteri Pertanian|Menteri Kesehatan|Gubernur Bali",
        ),
        (
            "Ada Presiden Tegar Wijaya, Lintang Utari, dan Rusdi.",
            "Lintang Utari",
            "Presiden Tegar Wijaya|Lintang Utari|Rusdi",
        ),
        (
            "Ada gubernur Jawa Barat, Jawa Tengah, dan Bali.",
            "Jawa Tengah",
            "Jawa Barat|Jawa Tengah|Bali",
        ),
    ],
)
def test_a_title_that_enumerates_is_no_enumeration(text: str, found: str, expected: str) -> None:
    """Its fields are nouns that the lexicons know; titles and names beside each other are items."""
    of = article(text)
    assert "|".join(text[at.start : at.end] for at in members(of, span(of, found))) == expected


def test_an_english_title_that_enumerates_is_one_item() -> None:
    """With its prepositions."""
    text = "It met Minister for Energy, Culture and Research Ann Reed and Governor Tom Hale."
    of = replace(article(text), language="en")
    found = members(of, span(of, "Governor Tom Hale"))
    assert [text[at.start : at.end] for at in found] == [
        "Minister for Energy, Culture and Research Ann Reed",
        "Governor Tom Hale",
    ]


@pytest.mark.parametrize("found", ["RS (34", "RS (34), DK (29, petani), dan MN", "DK", "MN"])
@pytest.mark.parametrize("last", ["MN (51)", "MN"])
def test_a_remark_in_brackets_is_no_part_of_an_item(found: str, last: str) -> None:
    """Neither whole nor cut, and no comma inside it parts anything."""
    text = f"Mereka ialah RS (34), DK (29, petani), dan {last}. Polisi menyita sabu dan uang."
    of = article(text)
    assert [text[at.start : at.end] for at in members(of, span(of, found))] == ["RS", "DK", "MN"]


def test_an_open_bracket_ends_no_item() -> None:
    """Also where there is nothing but the span."""
    of = article("Yang pulang Lintang (ketua. Lainnya tinggal.")
    assert members(of, span(of, "Lintang (ketua")) == [span(of, "Lintang")]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Tersangka: A, B, dan C. Polisi menyita sabu, ganja, dan uang.", "B", "A|B|C"),
        ("Tersangka: R.S., dan D.K. Polisi menyita sabu, ganja, dan uang.", "D.K", "R.S|D.K"),
        ("Tersangka: A dan B. Polisi menyita sabu, ganja, dan uang.", "ganja", "sabu|ganja|uang"),
        ("Ada Rusdi, A. Malik, dan B. Noer.", "A. Malik", "Rusdi|A. Malik|B. Noer"),
    ],
)
def test_initials_end_a_sentence_behind_initials(text: str, found: str, expected: str) -> None:
    """Those before a name do not."""
    of = article(text)
    shown = [text[at.start : at.end] for at in members(of, span(of, found))]
    assert "|".join(one.rstrip(".") for one in shown)[-len(expected) :] == expected


def test_an_enumeration_does_not_reach_into_a_masked_span() -> None:
    """What is masked is never quoted."""
    text = "Juara:\n1. Joko\n2. Bram\n3. Baca juga: Hasil lengkap"
    numbered = article(text, masks=(Mask(text.index("3."), len(text), "see also"),))
    assert [text[at.start : at.end] for at in members(numbered, span(numbered, "Joko"))] == [
        "Joko",
        "Bram",
    ]
    of = article("Baca Riga dan Oslo dan Bern.")
    masked = article("Baca Riga dan Oslo dan Bern.", masks=(Mask(0, 14, "see also"),))
    assert len(members(of, span(of, "Oslo"))) == 3
    assert len(members(masked, span(masked, "Oslo"))) == 2


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "Pemenang lomba:\n1. Rina Sari, 34 tahun\n2. Joko (40)\n3. Dewi\n\nHadiah menyusul.",
            "Rina Sari",
            "Rina Sari|Joko|Dewi",
        ),
        (
            "Tiga pemenang yaitu 1. Rina Sari 2. Joko dan 3. Dewi. Hadiah menyusul.",
            "Joko",
            "Rina Sari|Joko|Dewi",
        ),
        ("1) Tutup keran\n2) Pakai ember\n", "Pakai ember", "Tutup keran|Pakai ember"),
        ("Putra:\n1. Joko\n2. Bram\nPutri:\n1. Rina\n2. Dewi\n", "Dewi", "Rina|Dewi"),
        ("Putra:\n1. Joko\n2. Bram\nPutri:\n1. Rina\n2. Dewi\n", "Joko", "Joko|Bram"),
        ("Ia finis di urutan 2. Rina lalu menyusul.", "Rina", "Rina"),
        ("Rina dan Dewi menang.\n1. Joko\n2. Bram", "Rina", "Rina|Dewi"),
    ],
)
def test_a_list_with_numbers_is_listed(text: str, found: str, expected: str) -> None:
    """On lines or in a row, each up to what is told of it; another list is not of it."""
    of = article(text)
    assert "|".join(text[at.start : at.end] for at in members(of, span(of, found))) == expected


@given(st.text("Ab c,.dan()\n12", max_size=60), st.data())
def test_members_are_spans_of_the_text_in_order(text: str, data: st.DataObject) -> None:
    """Disjoint, not empty, and the span itself where there is no enumeration."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    of = article(f"{text}.")
    found = members(of, Span(start, end + 1))
    assert found
    assert all(at.end <= then.start for at, then in pairwise(found))
    assert all(0 <= at.start < at.end <= len(of.text) for at in found)


def test_items_are_different_and_cited_on_from_the_answer() -> None:
    """What the question says itself is none."""
    of = article("Rusia berunding dengan NATO dan OSCE.")
    finding = Finding(passage(of), span(of, "NATO dan OSCE"), 1.0, 0.0)
    named = items(query("Dengan siapa saja NATO?"), [(0.5, finding), (0.4, finding)])
    assert [(item.text, item.citation.n) for item in named] == [("OSCE", 1)]
    named = items(query("Dengan siapa saja?"), [(0.5, finding)], cited=[named[0].citation])
    assert [(item.text, item.citation.n) for item in named] == [("NATO", 2), ("OSCE", 1)]


def test_items_of_several_articles_come_before_many_of_one() -> None:
    """Six of the surest enumeration, the others' items, then the rest of it; one thing once."""
    long = article("Hadir Ani, Budi, Cici, Dodi, Edi, Fani, Gani dan Hani.", path="a.txt")
    short = article("Hadir Ani dan Iwan, juga Iwan Putra.", path="b.txt")
    found = [
        (0.9, Finding(passage(long), span(long, "Ani"), 1.0, 0.0)),
        (0.8, Finding(passage(short), span(short, "Iwan"), 1.0, 0.0)),
        (0.8, Finding(passage(short), span(short, "Iwan Putra"), 1.0, 0.0)),
    ]
    names = [item.text for item in items(query("Siapa saja?"), found)]
    assert names == ["Ani", "Budi", "Cici", "Dodi", "Edi", "Fani", "Iwan", "Gani", "Hani"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Tiga kota mana saja?", ["Bone", "Palu", "Poso"]),
        ("Di 4 kota mana saja?", ["Kota Bima", "Kabupaten Bima", "Bone", "Palu"]),
        ("Which three cities?", ["Bone", "Palu", "Poso"]),
        ("Kota mana saja?", ["Kota Bima", "Kabupaten Bima", "Bone", "Palu", "Poso"]),
        (
            "Kota mana saja pada 3 Mei 2024?",
            ["Kota Bima", "Kabupaten Bima", "Bone", "Palu", "Poso"],
        ),
    ],
)
def test_a_question_says_how_many_things_there_are(question: str, expected: list[str]) -> None:
    """An enumeration of as many comes first; no more are listed."""
    two = article("Di Kota Bima dan Kabupaten Bima saja.", path="a.txt")
    three = article("Di Bone, Palu, dan Poso saja.", path="b.txt")
    reads = [
        Read(Hit(0, 1.0), passage(of), Finding(passage(of), span(of, first), 1.0, 0.0), sure)
        for of, first, sure in ((two, "Kota Bima", 0.9), (three, "Bone", 0.8))
    ]
    named = listed(query(question), reads, least=0.1, cited=[])
    assert [item.text for item in named] == expected


@pytest.mark.parametrize(
    ("question", "found", "expected"),
    [
        ("Alat apa saja yang dikirim?", "pompa, perahu dan pelatih", "pompa|perahu"),
        ("Apa saja yang dikirim?", "pompa dan pelatih", "pompa|pelatih"),
        ("Siapa saja yang dikirim?", "pemain, pelatih dan Ayu", "pemain|pelatih|Ayu"),
        ("Pemain mana saja yang pergi?", "bek, pelatih dan Ayu", "bek|pelatih|Ayu"),
        ("Kapal apa saja yang dikirim?", "feri dan nelayan", ""),
        ("Bagian tubuh mana saja?", "kepala, leher dan bahu", "kepala|leher|bahu"),
    ],
)
def test_things_that_are_asked_for_are_not_people(question: str, found: str, expected: str) -> None:
    """Those whom a table lists; of what is then one thing there is no list."""
    of = article(f"Isinya {found}.")
    finding = Finding(passage(of), span(of, found), 1.0, 0.0)
    read = Read(Hit(0, 1.0), passage(of), finding, 0.9)
    named = listed(query(question), [read], least=0.1, cited=[])
    assert "|".join(item.text for item in named) == expected


@pytest.mark.parametrize(
    ("text", "found", "count"),
    [
        ("Surat untuk NATO dan OSCE, organisasi keamanan dan kerja sama Eropa.", "keamanan", 1),
        ("Ia bertemu badan cuaca dan iklim setempat.", "badan cuaca", 1),
        ("Ia bertemu organisasi guru dan partai lokal.", "organisasi guru", 2),
        ("Ia bertemu organisasi guru dan Lintang.", "organisasi guru", 2),
    ],
)
def test_a_body_in_small_letters_may_have_a_conjunction(text: str, found: str, count: int) -> None:
    """What follows is of it, unless it begins a name or another body."""
    of = article(text)
    assert len(members(of, span(of, found))) == count


@pytest.mark.parametrize(
    ("confidence", "least", "count"), [(0.18, 0.1, 2), (0.18, 0.3, 0), (0.12, 0.1, 0)]
)
def test_nothing_is_listed_below_what_an_answer_needs(
    confidence: float, least: float, count: int
) -> None:
    """Nor below .15, in the question's language too."""
    of = article("Rapat di Palu dihadiri Ani dan Budi.")
    whole = passage(of)
    read = Read(Hit(0, 1.0), whole, Finding(whole, span(of, "Ani"), 1.0, 0.0), confidence)
    question = query("Siapa saja yang menghadiri rapat itu?")
    assert len(listed(question, [read], least=least, cited=[])) == count


@pytest.fixture(scope="module")
def engine(desk_index: Path) -> Iterator[Engine]:
    """An engine over the shipped articles and those that conversations are about."""
    with closing(Engine.open(desk_index)) as opened:
        yield opened


def test_a_list_is_shown_as_bullets_each_with_its_citation(engine: Engine) -> None:
    """The sentence once, every item marked in it."""
    question = "Di kota mana saja pabrik baru Resik akan dibuka?"
    answer = engine.ask(question)
    assert [item.text for item in answer.items] == ["Surabaya", "Makassar"]
    for place in answer.citations:
        assert place.article.text[place.span.start : place.span.end] == place.quote
    shown = as_text(answer, engine.info, style=None, width=100)
    assert "  - Surabaya [2]\n  - Makassar [3]\n" in shown
    assert "di »Surabaya« dan »Makassar«." in shown
    document = as_json(answer, Filters(), engine.info)
    assert [(item["text"], item["citation"]) for item in document["items"]] == [
        ("Surabaya", 2),
        ("Makassar", 3),
    ]
    assert [place["n"] for place in document["citations"]] == [1, 2, 3]


def test_what_is_listed_is_numbered_before_what_is_not_shown(engine: Engine) -> None:
    """No number is missing on the screen, though there are other answers."""
    answer = engine.ask("Dengan siapa saja Rusia akan berunding?")
    assert answer.best is not None
    assert answer.alternatives
    shown = [place.n for one in (answer.best, *answer.items) for place in one.places]
    assert shown == list(range(1, len(shown) + 1))
    assert {place.n for place in answer.citations} == set(range(1, len(answer.citations) + 1))


def test_one_thing_is_no_list(engine: Engine) -> None:
    """Whatever the articles say about it."""
    assert engine.ask("Di kota mana kantor pusat Resik?").items == ()


def test_most_of_what_is_listed_is_right(engine: Engine) -> None:
    """Some others are the same things in another language."""
    right = given_ = wanted = 0
    for line in (DATA / "lists.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        golds = {fold(item) for item in row["items"]}
        answer = engine.ask(row["question"])
        texts = [item.text for item in answer.items]
        right += sum(fold(text) in golds for text in texts)
        given_ += len(texts)
        wanted += len(golds)
    assert right >= 0.8 * given_
    assert right >= 0.55 * wanted
