"""What a question asks for, and which of its words count."""

from __future__ import annotations

import pytest

from qa.question.analyse import Kind
from tests.builders import query


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
        ("Bagaimana cara membuat tempe?", Kind.OTHER),
        ("How do bees find flowers?", Kind.OTHER),
        ("Apa yang dimaksud dengan inflasi?", Kind.OTHER),
        ("Siapakah Raden Saleh?", Kind.OTHER),
        ("Apa yang dibawa para petani?", Kind.OTHER),
        ("¿Quién abrió la feria?", Kind.PERSON),
        ("Où se trouve le pont ?", Kind.PLACE),
        ("Wann wurde die Brücke gebaut?", Kind.TIME),
        ("Сколько людей пришло?", Kind.NUMBER),
        ("", Kind.OTHER),
    ],
)
def test_the_question_s_words_tell_what_is_asked_for(question: str, kind: Kind) -> None:
    """The question word decides, with the noun it goes with."""
    assert query(question).kind is kind


def test_a_question_is_reduced_to_its_content() -> None:
    """Function words fall away; names and negation are kept apart."""
    question = query("Berapa tentara yang tidak ikut latihan di Natuna?")
    assert ["tentara" in key for key in question.keys] == [True, False, False, False]
    assert [max(question.keys[at]) for at in question.names] == ["natuna"]
    assert question.negated
