"""Questions that an index answers, made as it is built."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.builder import build
from qa.settings import BuildSettings
from qa.store import open_generation
from qa.suggest import made, suggest
from tests.builders import article, passage

SENTENCES = {
    "Juru Bicara KPK Febri Diansyah mengatakan hal itu.": (
        "id", "Siapa juru bicara KPK?", "Febri Diansyah",
    ),
    "Hal itu dikatakan Kepala Dinas Kesehatan Kota Bogor, Retno Wulandari, kemarin.": (
        "id", "Siapa kepala Dinas Kesehatan Kota Bogor?", "Retno Wulandari",
    ),
    "Igor Konashenkov, juru bicara Kementerian Pertahanan Rusia, membantahnya.": (
        "id", "Siapa juru bicara Kementerian Pertahanan Rusia?", "Igor Konashenkov",
    ),
    "Menteri Pertahanan Inggris Ben Wallace mengundurkan diri.": (
        "id", "Siapa menteri pertahanan Inggris?", "Ben Wallace",
    ),
    "Ani Yudhoyono wafat pada 1 Juni 2019 di Singapura.": (
        "id", "Kapan Ani Yudhoyono wafat?", "1 Juni 2019",
    ),
    "Gempa bumi di Kota Ambon menewaskan sedikitnya 20 orang.": (
        "id", "Berapa orang tewas akibat gempa bumi di Kota Ambon?", "20",
    ),
    "Kremlin spokesman Dmitry Peskov said so.": (
        "en", "Who is the Kremlin spokesman?", "Dmitry Peskov",
    ),
    "Jens Stoltenberg, the secretary general of NATO, said so.": (
        "en", "Who is the secretary general of NATO?", "Jens Stoltenberg",
    ),
    "Mr Harris said that Robert Brown Smith died on 3 May 2019.": (
        "en", "When did Robert Brown Smith die?", "3 May 2019",
    ),
    "An explosion in Kabul yesterday killed at least 12 people.": (
        "en", "How many people died in the explosion in Kabul?", "12",
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_gives_a_question_and_what_it_says(sentence: str) -> None:
    """One for each rule."""
    language, question, says = SENTENCES[sentence]
    (one,) = made(passage(article(sentence, language=language)))
    assert (one.question, one.says.strip()) == (question, says)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Mantan juru bicara KPK Febri Diansyah mengatakan hal itu.", "id"),
        ("The former Kremlin spokesman Dmitry Peskov said so.", "en"),
        ("Juru bicara KPK Senin Selasa mengatakan hal itu.", "id"),
        ("Presiden Joko Widodo, Wakil Presiden Jusuf Kalla mengatakan hal itu.", "id"),
        ("Direktur PT Satria Nusantara mengatakan hal itu.", "id"),
        ("Juru bicara KPK Febri Diansyah mengatakan hal itu.", "ms"),
    ],
)
def test_nothing_is_asked_of_other_sentences(sentence: str, language: str) -> None:
    """Who has left an office, what is no name, other languages."""
    assert list(made(passage(article(sentence, language=language)))) == []


def test_the_sample_gives_questions_that_it_answers(sample_index: Path) -> None:
    """Kept with the index, the same when it is built again, and answered as it stands there."""
    with qa.open(sample_index) as archive:
        questions = archive.about().questions
        assert 4 <= len(questions) <= 6
        assert "Siapa juru bicara Kremlin?" in questions
        answers = [archive.ask(question) for question in questions]
        assert all(answer.best and answer.best.confidence >= 0.5 for answer in answers)
    with open_generation(sample_index) as generation:
        assert suggest(generation) == questions


def test_a_handful_of_articles_gives_none(tmp_path: Path) -> None:
    """The reader is not even opened."""
    articles = [article(sentence) for sentence in SENTENCES][:3]
    build(articles, tmp_path / "index", BuildSettings(), root="/corpus", suggest=suggest)
    with open_generation(tmp_path / "index") as generation:
        assert generation.overview().questions == ()
