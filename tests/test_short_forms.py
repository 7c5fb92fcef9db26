"""Short forms: which are written out, which are other words, what else a name is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.language.short_forms import also_called, as_printed
from qa.language.short_forms import expand as expanded
from qa.question.asked import days_asked
from tests.test_asked import NOW


def expand(text: str) -> str:
    """A question with its short forms written out."""
    return expanded(text)[0]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (
            "siapa sih yg jadi menhan inggris?",
            "siapa yang jadi menteri pertahanan inggris?",
        ),
        ("menlu rusia siapa", "menteri luar negeri rusia siapa"),
        ("Menlu Rusia siapa?", "Menteri Luar Negeri Rusia siapa?"),
        ("SIAPA MENLU RUSIA?", "SIAPA MENTERI LUAR NEGERI RUSIA?"),
        ("menhannya siapa dong?", "menteri pertahanannya siapa?"),
        ("Menlu-nya siapa?", "Menteri Luar Negeri-nya siapa?"),
        (
            "kapan peskov bilang hotline ga dipake",
            "kapan peskov mengatakan hotline tidak dipakai",
        ),
        ("kenapa dong ya?", "kenapa?"),
        ("thn brp hotline dibuat?", "tahun berapa hotline dibuat?"),
        ("ranjau itu dr mana", "ranjau itu dari mana"),
        ("kok bisa rusia marah sih?", "bisa rusia marah?"),
        ("negara2 mana aja yg ikut?", "negara-negara mana saja yang ikut?"),
        ("siapa yg kirim 100rb tentara", "siapa yang kirim 100 ribu tentara"),
        ("apa kata presiden as?", "apa kata presiden Amerika Serikat?"),
        ("Siapa Ketua MK?", "Siapa Ketua Mahkamah Konstitusi?"),
        ("siapa ketua kpk skrg", "siapa ketua Komisi Pemberantasan Korupsi sekarang"),
        ("whos the uk defense minister", "who is the uk defense minister"),
        ("whats the fm of russia", "what is the foreign minister of russia"),
        ("gov't of the UK", "government of the UK"),
    ],
)
def test_short_forms_are_written_out(typed: str, written: str) -> None:
    """Once: what is written out holds nothing more to write out."""
    assert expand(typed) == written
    assert expand(written) == written


@pytest.mark.parametrize(
    "question",
    [
        "Berapa panjang as roda mobil itu?",
        "Siapa dr. Tirta?",
        "Siapa dr Tirta?",
        "Berapa kurs dong Vietnam?",
        "Siapa Pham Van Dong?",
        "Siapa Wim Kok?",
        "Mengapa Biden sapa warga?",
        "Apa isi kemlu.go.id?",
        "Apa itu APBN?",
        "Apa kepanjangan KPK?",
        "Tell us who leads NATO",
        "What did the U.S. send to the UN?",
        "TELL US WHO LEADS NATO",
        "Who told us that?",
        "Who was Kim Jong Un?",
        "Who spoke at 3 PM?",
        "What does kok mean?",
        "Who will march in May?",
        "Wie is de ceo van KPN?",
        "Când a venit la un as?",
        "Кто пресс-секретарь Кремля?",
        "When was the hotline established?",
        "dong?",
        "sih",
        "?",
        "",
    ],
)
def test_what_may_be_another_word_stays(question: str) -> None:
    """Ordinary words, names, units, other languages, and a form that is asked about."""
    assert expand(question) == question


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("apa kata jubir kremlin kmrn?", "kemarin"),
        ("siapa yg datang tgl 5 Mei 2021?", "5 Mei 2021"),
        ("apa yg terjadi sblm bln ini?", "sebelum bulan ini"),
    ],
)
def test_days_are_found_once_they_are_written_out(typed: str, words: str) -> None:
    """However short they were typed."""
    written = expand(typed)
    asked = days_asked(written, NOW)
    assert asked is not None
    assert written[asked.span.start : asked.span.end].endswith(words)


def test_a_name_is_also_searched_by_its_short_form() -> None:
    """All its words together weigh as much as the one that stands for them."""
    found = also_called("Siapa Menteri Luar Negeri Rusia?")
    assert set(found) == {"menteri", "luar", "negeri"}
    assert sum(forms["menlu"] for forms in found.values()) == pytest.approx(1)
    assert also_called("What did the United States send?")["states"]["us"] == 0.5
    assert also_called("Siapa yang luar biasa?") == {}


def test_a_passage_is_asked_in_the_form_that_it_prints() -> None:
    """Only where the words themselves are not there, and as it is written."""
    question = "Apa kata Menteri Luar Negeri Amerika Serikat?"
    assert as_printed(question, "Menlu AS tiba.") == "Apa kata menlu AS?"
    assert as_printed(question, "Menteri Luar Negeri (Menlu) tiba.") == question
    assert as_printed(question, "Roda dan as.") == question
    assert as_printed("Siapa Lavrov?", "Menlu Lavrov tiba.") == "Siapa Lavrov?"


@given(st.text(max_size=80))
def test_any_text_can_be_written_out(text: str) -> None:
    """Controls, marks and lone quotes are no error, and something is left to ask."""
    written = expand(text)
    assert as_printed(written, text) is not None
    assert written.strip() or not any(map(str.isalnum, text))


@given(
    st.lists(
        st.sampled_from(
            ["yg", "sih", "menlu", "AS", "dong", "ga", "x", ",", "?", "(", ")", "2", "kok", "nya"]
        ),
        max_size=4,
    )
)
def test_what_is_written_out_stays(words: list[str]) -> None:
    """However short forms meet."""
    written = expand(" ".join(words))
    assert expand(written) == written
