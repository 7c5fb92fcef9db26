"""The reader without a model: what it takes a question to ask for, and what it finds."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.protocols import Reader
from qa.readers.overlap import OverlapReader
from qa.readers.question import Kind, analyse
from qa.types import Article, Finding, Passage, Span


def passage(text: str, language: str = "id", start: int = 0, end: int | None = None) -> Passage:
    """A passage of an article that holds nothing else, or a part of one."""
    article = Article(id="a", path="a.txt", title="", text=text, sha256="", language=language)
    return Passage(0, article, Span(start, len(text) if end is None else end))


def find(question: str, text: str, language: str = "id") -> Finding:
    """The finding of one pair."""
    finding = OverlapReader().read([question], [passage(text, language)])[0]
    assert finding is not None
    return finding


def answer(question: str, text: str, language: str = "id") -> str:
    """The words found."""
    span = find(question, text, language).span
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Siapa wali kota Bogor?", Kind.PERSON),
        ("Siapakah yang membuka pameran itu?", Kind.PERSON),
        ("Who opened the fair?", Kind.PERSON),
        ("Kapan jembatan itu dibuka?", Kind.TIME),
        ("Tahun berapakah jembatan itu dibuka?", Kind.TIME),
        ("Bilakah jambatan itu dibuka?", Kind.TIME),
        ("In what year was the bridge opened?", Kind.TIME),
        ("Di mana pameran itu digelar?", Kind.PLACE),
        ("Kota mana yang menjadi tuan rumah?", Kind.PLACE),
        ("Which city hosts the fair?", Kind.PLACE),
        ("Berapa banyak pengunjung pameran itu?", Kind.NUMBER),
        ("Berapa tahun jembatan itu dibangun?", Kind.NUMBER),
        ("How many people came?", Kind.NUMBER),
        ("Surat kabar apa yang memuat berita itu?", Kind.NAME),
        ("Which newspaper reported it?", Kind.NAME),
        ("Mengapa pameran itu ditunda?", Kind.REASON),
        ("Why was the fair put off?", Kind.REASON),
        ("Bagaimana cara membuat tempe?", Kind.MANNER),
        ("How do bees find flowers?", Kind.MANNER),
        ("Apa yang dimaksud dengan inflasi?", Kind.DEFINITION),
        ("Siapakah Raden Saleh?", Kind.DEFINITION),
        ("Apa yang dibawa para petani?", Kind.THING),
        ("¿Quién abrió la feria?", Kind.PERSON),
        ("Où se trouve le pont ?", Kind.PLACE),
        ("Wann wurde die Brücke gebaut?", Kind.TIME),
        ("Сколько людей пришло?", Kind.NUMBER),
        ("", Kind.THING),
    ],
)
def test_the_question_s_words_tell_what_is_asked_for(question: str, kind: Kind) -> None:
    """The question word decides, with the noun it goes with."""
    assert analyse(question).kind is kind


def test_a_question_is_reduced_to_its_content() -> None:
    """Function words fall away; the noun asked for, names and negation are kept apart."""
    question = analyse("Berapa tentara yang tidak ikut latihan di Natuna?")
    assert ["tentara" in key for key in question.keys] == [True, False, False, False]
    assert "tentara" in question.head
    assert [max(question.keys[at]) for at in question.names] == ["natuna"]
    assert question.negated


FAIR = (
    "Wali Kota Bogor Ratna Wijaya membuka pameran buku pada Sabtu, 12 Maret 2022. "
    "Pameran digelar di Kebun Raya karena gedung lama rusak akibat banjir. "
    "Sebanyak 3.500 pengunjung datang, kata panitia kepada Harian Pelita."
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Siapa wali kota Bogor?", "Ratna Wijaya"),
        ("Kapan pameran buku dibuka?", "Sabtu, 12 Maret 2022"),
        ("Di mana pameran digelar?", "Kebun Raya"),
        ("Berapa jumlah pengunjung pameran?", "3.500"),
        ("Kepada harian apa panitia berbicara?", "Pelita"),
    ],
)
def test_each_kind_of_question_finds_its_kind_of_answer(question: str, expected: str) -> None:
    """One passage, a name, a time, a place and a number."""
    assert answer(question, FAIR) == expected


def test_a_title_is_left_off_a_name() -> None:
    """The office and the country before a name are not part of the answer."""
    text = "Menteri Pertanian Inggris Alan Firth tiba di Jakarta pada Senin."
    assert answer("Siapa menteri pertanian Inggris?", text) == "Alan Firth"


def test_english_is_read_too() -> None:
    """The same in English."""
    text = "The bridge was opened by Maria Lund on 4 May 1998. It is 620 metres long."
    assert answer("Who opened the bridge?", text, "en") == "Maria Lund"
    assert answer("When was the bridge opened?", text, "en") == "4 May 1998"
    assert answer("How long is the bridge?", text, "en") == "620 metres"


def test_names_and_numbers_meet_across_languages() -> None:
    """An English question finds a name in an Indonesian passage by the names around it."""
    text = "Bank Sentral dipimpin Dewi Lestari sejak 2019. Kantornya berada di Medan."
    assert answer("Since when has Dewi Lestari led it?", text) == "2019"


def test_a_passage_that_lacks_the_question_s_words_has_a_lower_margin() -> None:
    """What the passage does not speak of raises the null."""
    there = find("Siapa wali kota Bogor?", FAIR)
    absent = find("Siapa pelatih tim renang Papua?", FAIR)
    assert there.margin > absent.margin + 1


def test_a_finding_is_in_article_coordinates() -> None:
    """The span counts from the article's start, not from the passage's."""
    text = "Baris pertama.\n" + FAIR
    whole = passage(text, start=15)
    finding = OverlapReader().read(["Siapa wali kota Bogor?"], [whole])[0]
    assert finding is not None
    assert finding.passage is whole
    assert text[finding.span.start : finding.span.end] == "Ratna Wijaya"


def test_pairs_are_answered_in_order_and_nothing_is_none() -> None:
    """One result a pair; None where there is no word to answer with."""
    reader: Reader = OverlapReader()
    found = reader.read(["Siapa?", "Kapan?"], [passage("..."), passage("Rapat pada Januari 2020.")])
    assert found[0] is None
    assert found[1] is not None
    assert reader.read([], []) == []
    assert reader.id == "overlap"


def test_the_calibration_orders_its_thresholds() -> None:
    """A surer finding is a likelier answer, and answering asks for more than being unsure."""
    calibration = OverlapReader().calibration
    assert calibration.margin > 0
    assert 0 < calibration.unsure < calibration.answered < 1


WRITING = st.text(
    alphabet=st.one_of(st.sampled_from("aB 1.,?!'\"()-\n“”%/年東।é"), st.characters()), max_size=150
)


@settings(deadline=None)
@given(st.sampled_from(["Siapa B?", "Kapan a?", "How many aB?", "Mengapa 1?", "東京?"]), WRITING)
def test_a_span_lies_in_its_passage_without_space_at_its_ends(question: str, text: str) -> None:
    """Whatever the text, and the same each time."""
    source = passage("x " + text + " y", start=2, end=2 + len(text))
    finding, again = OverlapReader().read([question, question], [source, source])
    assert finding == again
    if finding is not None:
        assert source.span.start <= finding.span.start < finding.span.end <= source.span.end
        words = source.article.text[finding.span.start : finding.span.end]
        assert words == words.strip()


@pytest.mark.parametrize(
    "unit", [".", '"', "(", "a ", "A ", "B. ", "1 ", "1.", "karena ", "12 Mei "]
)
def test_hostile_repetition_costs_linear_time(unit: str) -> None:
    """A passage of 20 kB of one thing is read in well under the time that squares would need."""
    source = passage(unit * (20_000 // len(unit)))
    begin = process_time()
    OverlapReader().read(["Siapa yang datang pada 1 Mei karena A?"], [source])
    assert process_time() - begin < 5
