"""Findings made whole: units, money, titles, clauses."""

from __future__ import annotations

import pytest

from qa.answer.spans import whole
from qa.types import Finding
from tests.builders import article, passage, query, span


@pytest.mark.parametrize(
    ("question", "text", "found", "expected"),
    [
        ("Berapa tentara di sana?", "Ada 40.000 tentara di sana.", "40.000", "40.000 tentara"),
        ("Berapa kerugiannya?", "Rugi Rp 5 miliar tahun ini.", "5", "Rp 5 miliar"),
        ("Berapa kerugiannya?", "Rugi Rp7,5 triliun, kata dia.", "7,5 triliun", "Rp7,5 triliun"),
        ("Berapa inflasinya?", "Inflasi 2,8 persen pada Mei.", "2,8", "2,8 persen"),
        ("Berapa inflasinya?", "Inflasi 2,8% pada Mei.", "2,8", "2,8%"),
        ("Berapa yang setuju?", "Sebanyak 60% warga setuju.", "60", "60%"),
        ("Berapa yang setuju?", "Sebanyak 60 warga setuju.", "60", "60 warga"),
        ("How much did it cost?", "It cost $710 million in all.", "710", "$710 million"),
        ("How many people came?", "Some 1,200 people came.", "1,200", "1,200 people"),
        ("Berapa anggotanya?", "Ada tiga anggota tim.", "tiga", "tiga"),
        ("Kapan ia lahir?", "Ia lahir 12 tahun lalu.", "12", "12"),
        ("Siapa yang datang?", "Duta Besar Rina Karta datang.", "Besar Rina Karta",
         "Duta Besar Rina Karta"),
        ("Siapa yang datang?", "Presiden Rina Karta datang.", "Rina Karta", "Rina Karta"),
        ("Mengapa sekolah libur?", "Sekolah libur karena asap pekat menutup kota.",
         "menutup kota", "asap pekat menutup kota"),
        ("Kenapa rapat batal?", "Rapat batal lantaran, kata dia, hujan turun.", "hujan turun",
         "hujan turun"),
        ("Mengapa ia dipecat?", "Ia dipecat karena mencuri. Kini timnya kalah.", "kalah", "kalah"),
        ("Why was it closed?", "It was closed because the dam had burst.", "burst",
         "the dam had burst"),
        ("Kapan ia tiba?", "Ia tiba Selasa (10/9/2019) pagi.", "Selasa (10/9/2019",
         "Selasa (10/9/2019)"),
        ("Siapa yang hadir?", "Jaksa Penuntut (JPU, Palu) hadir.", "Jaksa Penuntut (JPU",
         "Jaksa Penuntut"),
        ("Apa yang hadir?", "Yang hadir (JPU, Palu) ini.", "(JPU", "(JPU"),
        ("Apa yang menutup kota?", "Libur karena asap menutup kota.", "menutup kota",
         "menutup kota"),
    ],
)  # fmt: skip
def test_a_finding_is_made_whole(question: str, text: str, found: str, expected: str) -> None:
    """A number brings its unit and its money, a title the rest of it, a reason its clause."""
    of = article(text)
    assert whole(query(question), Finding(passage(of), span(of, found), 1.0, 0.0)).quote == expected
