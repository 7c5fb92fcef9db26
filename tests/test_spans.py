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
        ("Berapa rumah rusak?", "Rumah rusak bertambah menjadi 61 unit, sebelumnya 52 unit.",
         "52", "61"),
        ("Berapa rumah rusak?", "Jumlahnya menjadi 61 unit dari semula hanya 52.", "52", "61"),
        ("Berapa rumah rusak sebelumnya?", "Kini menjadi 61 unit, sebelumnya 52 unit.", "52",
         "52"),
        ("Berapa harga beras?", "Beras naik dari Rp12.500 menjadi Rp13.100 per kilo.", "Rp12.500",
         "Rp13.100"),
        ("Berapa peserta lulus?", "Yang lulus menjadi 61 dari 80 peserta.", "80", "80"),
        ("Berapa orang hadir?", "Panitia membagi 12 orang menjadi 3 kelompok.", "12", "12 orang"),
        ("How many homes burnt?", "The count rose to 61 homes from 52.", "52", "61 homes"),
        ("Berapa skornya?", "Tim itu menang 3-1 lalu kalah tipis 0-1.", "3-1 lalu kalah tipis 0-1",
         "3-1"),
        ("Berapa skornya?", "Ia menang 7-5 dan 6-2.", "7-5 dan 6-2", "7-5 dan 6-2"),
        ("Di mana pameran digelar?", "Pameran di Lombok pada Sabtu 14 Maret 2020.",
         "Lombok pada Sabtu 14 Maret", "Lombok"),
        ("Kapan pameran digelar?", "Pameran di Lombok 14 Maret lalu.", "Lombok 14 Maret",
         "14 Maret"),
        ("Kapan pameran digelar?", "Pameran Sabtu 14 Maret.", "Sabtu 14 Maret", "Sabtu 14 Maret"),
        ("Di mana pameran digelar?", "Pameran 14 Maret di Lombok.", "14 Maret", "14 Maret"),
        ("Kapan pameran ditutup?", "Pameran dibuka Senin (2/3) dan ditutup pada Kamis (5/3) nanti.",
         "Senin (2/3) dan ditutup pada Kamis (5/3)", "Kamis (5/3)"),
        ("Kapan pameran dibuka?", "Pameran dibuka Senin (2/3) dan ditutup pada Kamis (5/3) nanti.",
         "Senin (2/3) dan ditutup pada Kamis (5/3)", "Senin (2/3)"),
        ("Kapan pameran digelar?", "Pameran digelar 2 Maret dan 5 Maret.", "2 Maret dan 5 Maret",
         "2 Maret dan 5 Maret"),
        ("Kapan ia tiba?", "Ia tiba di Palu, Donggala, Rabu (10/3/2021) pagi.",
         "Palu, Donggala, Rabu (10/3/2021)", "Rabu (10/3/2021)"),
        ("Kapan ia tiba?", "Ia tiba Rabu Pon, 10 Maret.", "Rabu Pon, 10 Maret",
         "Rabu Pon, 10 Maret"),
        ("Berapa nomor posko?", "Hubungi posko (0751) 8801.", "0751) 8801", "(0751) 8801"),
        ("Berapa cabang lomba?", "Ada 9 cabang, termasuk lari dan renang.",
         "9 cabang, termasuk lari", "9 cabang"),
        ("Apa yang hadir?", "Yang hadir (JPU, Palu) ini.", "(JPU", "(JPU"),
        ("Apa yang menutup kota?", "Libur karena asap menutup kota.", "menutup kota",
         "menutup kota"),
    ],
)  # fmt: skip
def test_a_finding_is_made_whole(question: str, text: str, found: str, expected: str) -> None:
    """A number brings its unit and its money, a title the rest of it, a reason its clause."""
    of = article(text)
    assert whole(query(question), Finding(passage(of), span(of, found), 1.0, 0.0)).quote == expected
