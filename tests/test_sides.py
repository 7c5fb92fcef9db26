"""Yes-or-no questions: told from others, and sentences sorted by the side they take."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer.names import with_names
from qa.answer.sides import sides
from qa.answer.stance import CLOSE, Side, judge
from qa.language.detect import detect
from qa.language.short_forms import expand
from qa.question.yes_or_no import asks_yes_or_no, plainly
from qa.types import Article
from tests.builders import article, passage, query

DATA = Path(__file__).parent / "data"


def rows(name: str, half: str) -> list[dict[str, Any]]:
    """The rows of one half of a labelled set."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["half"] == half]


LABELS = {
    Side.SO: "so",
    Side.OTHERWISE: "otherwise",
    Side.MAY: "neither",
    Side.ABOUT: "neither",
}


def side(row: dict[str, Any]) -> str:
    """`so`, `otherwise`, or `neither`."""
    return LABELS[taken(row["question"], row["sentence"])]


def taken(question: str, sentence: str, context: str = "") -> Side:
    """The side that a sentence takes."""
    judged = judge(query(question), sentence, detect(sentence), context=context)
    return judged.side if judged.share >= CLOSE else Side.ABOUT


@pytest.mark.parametrize("half", ["development", "held-out"])
def test_yes_or_no_questions_are_told_from_others(half: str) -> None:
    """`Apakah` may ask what; nine in ten at least of either kind are told."""
    told = Counter(
        (row["yes_or_no"], asks_yes_or_no(row["question"])) for row in rows("yes_or_no.jsonl", half)
    )
    assert told[True, True] >= 9 * told[True, False]
    assert told[False, False] >= 9 * told[False, True]


@pytest.mark.parametrize("half", ["development", "held-out"])
@pytest.mark.parametrize("label", ["so", "otherwise"])
def test_sentences_are_sorted_by_side(half: str, label: str) -> None:
    """Precision and recall of at least .9 over sentences of our own."""
    told = Counter((row["side"], side(row)) for row in rows("polarity.jsonl", half))
    right = told[label, label]
    assert right >= 0.9 * sum(n for (_, found), n in told.items() if found == label)
    assert right >= 0.9 * sum(n for (wanted, _), n in told.items() if wanted == label)


@pytest.mark.parametrize(
    "question", ["", "?", "Apakah", "Apakah?", "Is", "apakah yang", "Apakah nama"]
)
def test_scraps_are_no_yes_or_no_question(question: str) -> None:
    """Nothing raises where words are missing."""
    assert not asks_yes_or_no(question)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("bener gak sih wali kota Lontar mundur?", "Apakah wali kota Lontar mundur?"),
        ("apa iya tarif parkir naik", "Apakah tarif parkir naik?"),
        (
            "apa benar kalau Ratna sudah bayar denda?",
            "Apakah Ratna sudah bayar denda?",
        ),
        ("emangnya pasar Lontar ditutup?", "Apakah pasar Lontar ditutup?"),
        ("jembatan Karsa udah dibuka blm", "Apakah jembatan Karsa sudah dibuka?"),
        (
            "ada korban tewas ga di Karsa, ada nggak?",
            "Apakah ada korban tewas tidak di Karsa, ada?",
        ),
        ("bupati Karsa jadi datang atau nggak?", "Apakah bupati Karsa jadi datang?"),
        ("masa sih harga pupuk turunin gaji?", "Benarkah harga pupuk turunin gaji?"),
        ("apa Ratna Wijaya hadir di balai kota?", "Apakah Ratna Wijaya hadir di balai kota?"),
        ("apa ratna sudah membayar denda", "Apakah ratna sudah membayar denda"),
        # These ask what, which or who, or nothing at all.
        ("apa penyebab pasar Lontar ditutup?", None),
        ("apa yang sudah dibayar Ratna?", None),
        ("apa dampaknya kalau tarif naik?", None),
        ("apa makanan yang tidak pedas", None),
        ("siapa yang memang tidak hadir?", None),
        ("kapan pasarnya buka, sudah atau belum?", None),
        ("harga pupuk tidak naik di Karsa", None),
        ("tidak", None),
        ("", None),
    ],
)
def test_questions_of_yes_or_no_are_told_as_people_chat(typed: str, plain: str | None) -> None:
    """And put as an article would put them; others stay as they are."""
    written, _ = expand(typed)
    assert plainly(written) == (plain or written)
    assert asks_yes_or_no(plainly(written)) is (plain is not None)


ASKED = "Apakah Federasi Utara akan mengirim relawan ke Pulau Karsa?"


def of(text: str, path: str, day: date | None, *, group: str = "") -> Article:
    """An article of some day."""
    found = article(text, title="Kabar dari Karsa", path=path, published=day)
    return replace(found, group=group)


@pytest.mark.parametrize(
    ("question", "sentence", "context", "side"),
    [
        # What is told of others' telling is denied all the same; a guess is not.
        (
            "Apakah Raja Karsa bermalam di balai kota?",
            "Raja Karsa juga dikabarkan tidak akan bermalam di balai kota.",
            "",
            Side.OTHERWISE,
        ),
        (
            "Apakah Raja Karsa bermalam di balai kota?",
            "Raja Karsa mungkin tidak akan bermalam di balai kota.",
            "",
            Side.ABOUT,
        ),
        # A name may be shorter than in the title, but not another's.
        (
            "Apakah Ratna Wijaya sudah membayar denda parkir?",
            "Ratna mengaku belum membayar denda parkir ke kas daerah.",
            "Ratna Wijaya Disidang",
            Side.OTHERWISE,
        ),
        (
            "Apakah Ratna Wijaya sudah membayar denda parkir?",
            "Ratna mengaku belum membayar denda parkir ke kas daerah.",
            "Ratna Kusuma Disidang",
            Side.ABOUT,
        ),
        # What was said of the thing in between; who, in brackets.
        (
            "Apakah keberatan pedagang Pasar Lontar dikabulkan PTUN?",
            "Keberatan pedagang Pasar Lontar yang diserahkan Dewi tidak dikabulkan PTUN.",
            "",
            Side.OTHERWISE,
        ),
        (
            "Apakah keberatan pedagang dikabulkan PTUN?",
            "Keberatan pedagang dikabulkan oleh Pengadilan Tata Usaha Negara (PTUN).",
            "",
            Side.SO,
        ),
        (
            "Apakah keberatan pedagang dikabulkan PTUN?",
            "Keberatan pedagang dikabulkan oleh Pengadilan Negeri (PN).",
            "",
            Side.ABOUT,
        ),
        # A market opens and closes on one day.
        ("Apakah saham Lontar ditutup melemah?", "Saham Lontar dibuka melemah.", "", Side.ABOUT),
        ("Apakah saham Lontar ditutup melemah?", "Saham Lontar ditutup melemah.", "", Side.SO),
        (
            "Apakah saham Lontar ditutup melemah?",
            "Saham Lontar ditutup menguat.",
            "",
            Side.OTHERWISE,
        ),
        ("Did Lontar shares close higher?", "Lontar shares opened higher.", "", Side.ABOUT),
        ("Did Lontar shares close higher?", "Lontar shares closed higher.", "", Side.SO),
        ("Did the Lontar bridge close?", "The Lontar bridge opened today.", "", Side.OTHERWISE),
        (
            "Apakah saham Lontar ditutup di zona merah?",
            "Saham Lontar dibuka di zona merah.",
            "",
            Side.ABOUT,
        ),
        ("Apakah jalan Lontar ditutup?", "Jalan Lontar dibuka kemarin.", "", Side.OTHERWISE),
        # Not yet.
        (
            "Apakah Partai Padi bergabung dengan Poros Laut?",
            "Partai Padi bergabung dengan Poros Laut hanya soal waktu.",
            "",
            Side.MAY,
        ),
    ],
)
def test_what_stands_around_the_act_counts(
    question: str, sentence: str, context: str, side: Side
) -> None:
    """Hearsay, short names, clauses put between, brackets, sessions, matters of time."""
    assert taken(question, sentence, context) is side


def test_both_sides_are_given_oldest_first_one_sentence_of_an_article() -> None:
    """Numbers run with the days, an undated article comes last, a copy adds nothing."""
    no = "Federasi Utara menegaskan tidak akan mengirim relawan ke Pulau Karsa."
    yes = "Federasi Utara akan mengirim relawan ke Pulau Karsa."
    articles = [
        of(f"{yes} Mereka berangkat Senin.", "late.txt", date(2022, 3, 1)),
        of(f"Gedung itu sepi. {no} {no}", "early.txt", date(2022, 1, 1), group="g"),
        of(f"{no} Begitu bunyi suratnya.", "copy.txt", date(2022, 1, 2), group="g"),
        of(f"Kemarin {yes}", "undated.txt", None),
    ]
    found, closest, share = sides(query(ASKED), [passage(each) for each in articles], limit=4)
    assert [(place.n, place.quote) for place in found.says_otherwise] == [(1, no)]
    assert [(place.n, place.article.path) for place in found.says_so] == [
        (2, "late.txt"),
        (3, "undated.txt"),
    ]
    assert closest is found.says_so[0]
    assert share == 1.0
    for place in (*found.says_so, *found.says_otherwise):
        assert place.article.text[place.span.start : place.span.end] == place.quote


@pytest.mark.parametrize(
    ("question", "texts", "said"),
    [
        (
            "apakah wira maju calon bupati lontar?",
            ["Kata dia, Wira maju menjadi calon bupati Lontar. Warga Lontar memuji Wira."],
            True,
        ),
        ("apakah warga maju calon bupati?", ["Ada warga. Kata dia, warga maju."], False),
        ("apakah bunga naik?", ["Kata Bunga Dewi, bunga naik. Kata Bunga, bunga tetap."], False),
    ],
)
def test_names_in_small_letters_are_told_by_the_articles(
    question: str, texts: list[str], said: bool
) -> None:
    """Not what they write with and without a capital."""
    found = with_names(query(question), [passage(article(text)) for text in texts])
    assert bool(found.names) is said


def test_names_that_were_typed_are_not_told_anew() -> None:
    """A capital anywhere is a person's own."""
    asked = query("Apakah Wira maju di lontar?")
    texts = ["Kata dia, warga Lontar datang ke Lontar."]
    assert with_names(asked, [passage(article(text)) for text in texts]) is asked


def test_names_may_stand_in_the_sentence_before() -> None:
    """The sentence itself holds what is said to be done."""
    told = of("Federasi Utara rapat soal Pulau Karsa. Relawan akan dikirim besok.", "a.txt", None)
    found, _, _ = sides(query(ASKED), [passage(told)], limit=4)
    assert [place.quote for place in found.says_so] == ["Relawan akan dikirim besok."]


def test_words_of_the_question_in_any_order_are_not_what_it_asks() -> None:
    """The verb is missing, and who and where have changed places."""
    told = of("Pulau Karsa menjamu relawan dari Federasi Utara.", "a.txt", None)
    found, closest, share = sides(query(ASKED), [passage(told)], limit=4)
    assert (found.taken, closest) == ((), None)
    assert share < CLOSE


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Apakah jalur khusus sudah digunakan?",
            "Jalur khusus yang menghubungkan Karsa dan Lontar belum digunakan.",
        ),
        ("Apakah jembatan dibuka?", "Jembatan yang dibangun untuk warga Lontar tidak dibuka."),
    ],
)
def test_a_denial_behind_a_relative_clause_denies(question: str, sentence: str) -> None:
    """The clause with the verb counts, though the one with the subject holds as much."""
    assert taken(question, sentence) is Side.OTHERWISE


@pytest.mark.parametrize(
    ("sentence", "side"),
    [
        ("Bank Samudra memangkas suku bunga kredit menjadi 5 persen.", Side.SO),
        ("Suku bunga kredit diturunkan Bank Samudra pada Kamis.", Side.SO),
        ("Bank Samudra menahan suku bunga kredit.", Side.OTHERWISE),
        ("Bank Samudra kembali menaikkan suku bunga kredit.", Side.OTHERWISE),
        ("Bank Samudra urung menurunkan suku bunga kredit.", Side.OTHERWISE),
        ("Bank Samudra tidak menaikkan suku bunga kredit.", Side.ABOUT),
        ("Bank Samudra berencana menurunkan suku bunga kredit.", Side.MAY),
        ("Bank Samudra akan menurunkan suku bunga kredit.", Side.MAY),
        ("Bank Samudra diduga menurunkan suku bunga kredit diam-diam.", Side.MAY),
        ("Bank Samudra kemungkinan tidak menurunkan suku bunga kredit.", Side.ABOUT),
        ("Bank Samudra tidak mengesampingkan menurunkan suku bunga kredit.", Side.MAY),
        ("Pengusaha mendesak Bank Samudra menurunkan suku bunga kredit.", Side.ABOUT),
        ("Koperasi Melati menurunkan suku bunga kredit.", Side.ABOUT),
        ("Bank Samudra memuji Koperasi Melati menurunkan suku bunga kredit.", Side.ABOUT),
        ("Bank Samudra Cuts Loan Rates", Side.ABOUT),
    ],
)
def test_opposites_hedges_and_other_actors(sentence: str, side: Side) -> None:
    """Only who is asked about, doing what is asked, says so."""
    assert taken("Apakah Bank Samudra menurunkan suku bunga kredit?", sentence) is side


@pytest.mark.parametrize(
    ("question", "sentence", "side"),
    [
        ("Did Marlow beat Ashby?", "Marlow beat Ashby in extra time.", Side.SO),
        ("Did Marlow beat Ashby?", "Ashby beat Marlow in extra time.", Side.ABOUT),
        ("Did Marlow beat Ashby?", "Ashby lost 2-1 to Marlow.", Side.SO),
        ("Did Marlow beat Ashby?", "Marlow lost to Ashby on Sunday.", Side.OTHERWISE),
        ("Did Marlow beat Ashby?", "Marlow may beat Ashby on Sunday.", Side.MAY),
        ("Did the council approve the dam?", "The council rejected the dam.", Side.OTHERWISE),
        ("Did the council approve the dam?", "The council rejected calls to approve the dam.",
         Side.OTHERWISE),
        ("Did the council approve the dam?", "The council plans to approve the dam.", Side.MAY),
        ("Did the council approve the dam?", "Farmers asked the council to approve the dam.",
         Side.ABOUT),
        ("Did the council approve the dam?", "The dam was approved by the ministry.", Side.ABOUT),
        ("Will the council approve the dam?", "The council said it would approve the dam.",
         Side.SO),
        ("Did Rina Karta resign?", "Rina Karta's lawyer resigned.", Side.ABOUT),
        ("Apakah Rina Karta meninggal?", "Ayah Rina Karta meninggal di Lontar.", Side.ABOUT),
        ("Apakah Lontar mengalahkan Karsa?", "Karsa takluk 0-1 dari Lontar.", Side.SO),
        ("Apakah Lontar mengalahkan Karsa?", "Lontar dikalahkan Karsa 0-1.", Side.ABOUT),
        ("Apakah harga beras naik?", "Harga beras turun sejak panen raya.", Side.OTHERWISE),
        ("Apakah harga beras naik?", "Pemerintah menaikkan harga beras.", Side.SO),
        ("Apakah Inggris menaikkan pajak rokok?", "Britain raised cigarette taxes.", Side.SO),
        ("Apakah Inggris menaikkan pajak rokok?", "Britain cut cigarette taxes.", Side.OTHERWISE),
    ],
)  # fmt: skip
def test_roles_are_kept(question: str, sentence: str, side: Side) -> None:
    """In both languages, across them, in the passive and in words that turn the roles."""
    assert taken(question, sentence) is side


@pytest.mark.parametrize(
    ("question", "sentence", "side"),
    [
        ("Is the warehouse being used?", "Gudang itu belum digunakan.", Side.OTHERWISE),
        ("Is the warehouse being used?", "The warehouse is being used again.", Side.SO),
        ("Is the city library in use?", "Perpustakaan kota itu tidak digunakan lagi.",
         Side.OTHERWISE),
        ("Is the city library in use?", "The city library is no longer in use.", Side.OTHERWISE),
        ("Is the city library in use?", "The city library is in use.", Side.SO),
        ("Is the Lontar stadium being built?", "Stadion Lontar belum dibangun.", Side.OTHERWISE),
        ("Is the Lontar stadium in use?", "Stadion Lontar tidak digunakan.", Side.OTHERWISE),
        ("Will the northern stadium be built?", "The northern stadium will not be built.",
         Side.OTHERWISE),
        ("Is Lontar's new bridge ready?", "Jembatan baru Lontar belum siap.", Side.OTHERWISE),
        ("Is the coastal railway under construction?",
         "The coastal railway is under construction.", Side.SO),
        ("Was the teacher sued by the mayor?", "The teacher sued the mayor.", Side.ABOUT),
    ],
)  # fmt: skip
def test_a_denial_of_a_state_or_a_passive_denies(question: str, sentence: str, side: Side) -> None:
    """What is asked of stands before the act, and is not taken for it."""
    assert taken(question, sentence) is side


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Apakah Karsa membatalkan lelang?", "Karsa menunda lelang."),
        ("Apakah Karsa menunda lelang?", "Karsa membatalkan lelang."),
        ("Apakah Karsa menghentikan lelang?", "Karsa menunda lelang."),
        ("Apakah Karsa memulai lelang?", "Karsa melanjutkan lelang."),
        ("Apakah Rina Karta ditahan?", "Rina Karta ditangkap."),
        ("Apakah pengadilan mencabut aturan itu?", "Pengadilan membatalkan aturan itu."),
        ("Apakah Lontar melunasi utang?", "Lontar membayar utang."),
        ("Apakah Lontar menang?", "Lontar unggul 1-0."),
        ("Did Marlow stop the auction?", "Marlow postponed the auction."),
        ("Did Marlow lift the curfew?", "Marlow eased the curfew."),
        ("Did Marlow resume the auction?", "Marlow started the auction."),
        ("Did Marlow arrest the pilot?", "Marlow jailed the pilot."),
        ("Did Marlow ratify the treaty?", "Marlow backed the treaty."),
    ],
)
def test_neighbours_in_meaning_do_not_say_so(question: str, sentence: str) -> None:
    """What is postponed is neither cancelled nor stopped."""
    assert taken(question, sentence) is not Side.SO


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Apakah Karsa masih berada di Lontar?",
         "Polisi menyelidiki apakah Karsa masih berada di Lontar atau tidak."),
        ("Apakah Karsa masih berada di Lontar?",
         "Karsa masih berada di Lontar atau tidak, belum jelas."),
        ("Apakah Rina Karta mundur?", "Gubernur tidak menjawab apakah Rina Karta mundur."),
        ("Apakah Rina Karta mundur?", "Belum diketahui benarkah Rina Karta mundur."),
        ("Apakah Rina Karta mundur?", "Apakah Rina Karta mundur?"),
        ("Did Marlow approve the dam?", "He would not say whether Marlow approved the dam."),
        ("Did Marlow approve the dam?", "Nobody knows if Marlow approved the dam or not."),
        ("Did Marlow approve the dam?", "They asked whether Marlow, in 2020, approved the dam."),
    ],
)  # fmt: skip
def test_a_question_within_a_sentence_takes_no_side(question: str, sentence: str) -> None:
    """Though `or not` denies, and though `apakah` stands in the question itself."""
    assert taken(question, sentence) is Side.ABOUT


@pytest.mark.parametrize(
    ("sentence", "side"),
    [
        ("Wali kota berjanji membantu jika Karsa menyerang Lontar.", Side.MAY),
        ("Warga mengungsi karena khawatir Karsa menyerang Lontar.", Side.MAY),
        ("Gubernur memperingatkan bahwa Karsa akan menyerang Lontar.", Side.MAY),
        ("Lontar menyerang Karsa sejak pagi.", Side.ABOUT),
        ("Lontar siap menghadapi serangan Karsa.", Side.ABOUT),
    ],
)
def test_conditions_fears_and_turned_roles_are_no_claims(sentence: str, side: Side) -> None:
    """What is said of them is neither so nor otherwise."""
    assert taken("Apakah Karsa akan menyerang Lontar?", sentence) is side


def test_who_is_sued_is_not_who_sues() -> None:
    """Though the sentence has all words, or the title over it has."""
    question = "Apakah Koperasi Tani menggugat Bank Muara?"
    title = "Bank Muara Gugat Koperasi Tani"
    assert taken(question, title) is Side.ABOUT
    assert taken(question, "Koperasi Tani siap menghadapi gugatan itu.", title) is Side.ABOUT
    assert taken("Apakah Bank Muara menggugat Koperasi Tani?", title) is Side.SO


def test_a_passive_turns_the_roles_back() -> None:
    """Who is named last did it."""
    question = "Apakah Karsa menyerang Lontar?"
    assert taken(question, "Lontar diserang Karsa sejak pagi.") is Side.SO
    assert taken(question, "Karsa menyerang Lontar sejak pagi.") is Side.SO
    assert taken(question, "Karsa diserang Lontar sejak pagi.") is Side.ABOUT


def test_who_asks_for_a_thing_does_not_say_that_it_is_so() -> None:
    """No side is taken by a wish; the sentence is only about it."""
    told = of("Menteri meminta Federasi Utara mengirim relawan ke Pulau Karsa.", "a.txt", None)
    found, closest, share = sides(query(ASKED), [passage(told)], limit=4)
    assert (len(found.about), found.taken, closest, share) == (1, (), None, 0.0)


@pytest.mark.parametrize("label", ["says_so", "says_otherwise", "says_it_may"])
@pytest.mark.parametrize("name", ["sides.dev.jsonl", "sides.own.jsonl", "sides.news.jsonl"])
def test_labelled_sentences_are_sorted_by_side(name: str, label: str) -> None:
    """Of a side .95 are right, and three quarters of it are found; the first set is blind."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    told = Counter(
        (row["label"], taken(row["question"], row["sentence"], row.get("context", "")).value)
        for row in map(json.loads, lines)
    )
    right = told[label, label]
    assert right >= 0.95 * sum(n for (_, found), n in told.items() if found == label)
    assert right >= 0.75 * sum(n for (wanted, _), n in told.items() if wanted == label)


@pytest.mark.parametrize(
    "question",
    [
        "Apakah Wira Salim tersangka?",
        "Apakah Karsa anggota Liga Utara?",
        "Apakah Wira Salim bupati Lontar?",
        "Apakah Wira Salim seorang dokter?",
        "Apakah wali kota itu tersangka?",
        "Apakah Wira Salim kaget?",
        "Apakah Ratna syuting di Lontar?",
        "Apakah Karsa punya bandara?",
        "Apakah Bram Goro warga Lontar?",
        "Apakah Wira bahagia atas kemenangan Karsa?",
    ],
)
def test_what_someone_is_is_asked_by_yes_or_no(question: str) -> None:
    """Though no verb is in it."""
    assert asks_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    ["Apakah hak tersangka?", "Apakah tugas bupati Lontar?", "Apakah ibu kota Lontar?",
     "Apakah Piala Presiden?", "Apakah syarat anggota Liga Utara?",
     "Apakah Gunung tertinggi di Karsa?", "Apakah Karsa itu?", "Apakah Karsa dan Lontar?",
     "Apakah Lomba terbesar yang digelar Karsa?", "Apakah Wira Salim?"],
)  # fmt: skip
def test_what_a_thing_is_is_not(question: str) -> None:
    """Nobody is named of whom it may be so."""
    assert not asks_yes_or_no(question)


@pytest.mark.parametrize(
    ("sentence", "side"),
    [
        ("Jaksa menetapkan Wira Salim sebagai tersangka.", Side.SO),
        ("Wira Salim ditetapkan jaksa Lontar sebagai tersangka.", Side.SO),
        ("Wira Salim, tersangka penyelundupan kayu, menolak bicara.", Side.SO),
        ("Jaksa memeriksa tersangka Wira Salim.", Side.SO),
        ("Wira Salim bukan tersangka.", Side.OTHERWISE),
        ("Wira Salim masih berstatus saksi.", Side.OTHERWISE),
        ("Wira Salim akan menjadi tersangka.", Side.MAY),
        ("Wira Salim menjadi saksi bagi tersangka Dani Goro.", Side.ABOUT),
        ("Pelapor Wira Salim menjadi tersangka.", Side.ABOUT),
        ("Menurut Wira Salim, tersangka berbohong.", Side.ABOUT),
        ("Wira Salim, korban penipuan itu, memaafkan tersangka.", Side.ABOUT),
    ],
)
def test_a_noun_is_said_only_of_whom_it_is_linked_to(sentence: str, side: Side) -> None:
    """The words of the question may all stand in a sentence on another."""
    assert taken("Apakah Wira Salim tersangka?", sentence) is side


@pytest.mark.parametrize(
    ("question", "sentence", "side"),
    [
        ("Apakah AS menyerang Karsa?", "Lontar menyerang Karsa dengan restu AS.", Side.ABOUT),
        ("Apakah AS menyerang Karsa?", "AS menyerang Karsa semalam.", Side.SO),
        ("Apakah Lontar berencana menutup pasar?", "Lontar merencanakan penutupan jalan.",
         Side.ABOUT),
        ("Does Marlow plan to sell the dam?", "Marlow plans to sell the dam.", Side.SO),
        ("Did Marlow sell the dam?", "Marlow managed to sell the dam.", Side.SO),
        ("Did Marlow sell the dam?", "Marlow did not, in the end, sell the dam.",
         Side.OTHERWISE),
        ("Did Marlow sell the dam?", "Neither Marlow nor Ashby sold the dam.", Side.OTHERWISE),
        ("Did Marlow sell the dam?", "Marlow blamed Ashby for selling the dam.", Side.ABOUT),
        ("Did Marlow sell the dam?", "An adviser to Marlow sold the dam.", Side.ABOUT),
        ("Did Marlow win?", "Marlow was beaten by Ashby.", Side.OTHERWISE),
        ("Apakah Lontar menang?", "Lontar dikalahkan Karsa.", Side.OTHERWISE),
        ("Apakah Karsa mengesahkan aturan?",
         "Warga di depan kantor Karsa menolak pengesahan aturan.", Side.ABOUT),
        ("Apakah Karsa mengesahkan aturan?",
         "Warga mendesak kepastian dari Karsa kapan aturan disahkan.", Side.ABOUT),
        ("Apakah polisi menangkap pencuri?",
         "Polisi melakukan pencarian guna penangkapan pencuri.", Side.ABOUT),
        ("Apakah Lontar menjual waduk?", "Karsa menolak Lontar menjual waduk.", Side.ABOUT),
    ],
)  # fmt: skip
def test_hedges_of_the_question_and_other_actors(question: str, sentence: str, side: Side) -> None:
    """A hedge that is asked about is none; what another does or refuses is no claim."""
    assert taken(question, sentence) is side


@pytest.mark.parametrize(
    ("question", "sentence", "side"),
    [
        # A name may begin before the part of it that is asked for; another's office may not.
        ("Apakah Karsa menahan Salim?", "Karsa menahan Wira Salim dan ajudannya.", Side.SO),
        ("Apakah Karsa menahan Salim?", "Karsa menahan Menteri Salim.", Side.SO),
        ("Apakah Karsa menahan Salim?", "Karsa menahan ajudan Wira Salim.", Side.ABOUT),
        ("Apakah Karsa menahan Salim?", "Karsa tidak menahan Wira Salim.", Side.OTHERWISE),
        ("Apakah Karsa menjual waduk?", "Waduk itu dijual Perum Karsa.", Side.SO),
        ("Apakah Karsa menjual waduk?", "Waduk itu belum tentu dijual Perum Karsa.", Side.MAY),
        # With whom.
        ("Apakah Wira bertemu Goro?", "Wira Salim bertemu dengan Wali Kota Bram Goro.", Side.SO),
        ("Apakah Wira bertemu Goro?", "Wira Salim bertemu dengan ajudan Bram Goro.", Side.ABOUT),
        ("Apakah Wira bertemu Goro?", "Wira Salim bertemu dengan Dani Goro.", Side.SO),
        ("Apakah Wira bertemu Bram Goro?", "Wira bertemu dengan Dani Goro.", Side.ABOUT),
        # In so many words, by way of someone, made so with someone.
        ("Apakah Karsa menggelar lomba?", "Karsa menggelar kegiatan lomba.", Side.SO),
        ("Apakah Karsa menggelar lomba?", "Karsa menggelar rapat lomba.", Side.ABOUT),
        ("Apakah Karsa menggelar lomba?", "Karsa melalui Yayasan Lontar menggelar lomba.", Side.SO),
        ("Apakah Wira Salim dilantik?", "Politisi Lontar, Wira Salim, resmi dilantik.", Side.SO),
        ("Apakah Wira Salim dilantik?", "Politisi Lontar, Wira Salim, batal dilantik.",
         Side.OTHERWISE),
        ("Apakah Wira Salim meresmikan pasar?", "Wira Salim sempat meresmikan pasar.", Side.SO),
        ("Apakah Wira Salim meresmikan pasar?", "Wira Salim menutup pasar.", Side.ABOUT),
        ("Apakah Wira Salim tersangka?",
         "KPK menetapkan Wira Salim beserta sopirnya, Bram Goro, sebagai tersangka.", Side.SO),
        ("Apakah Wira Salim tersangka?",
         "KPK memeriksa Wira Salim dan menetapkan sopirnya, Bram Goro, sebagai tersangka.",
         Side.ABOUT),
        # What is denied is why, not that.
        ("Apakah Wira marah karena tidak jadi bupati?",
         "Isu soal Wira marah karena tak jadi bupati beredar.", Side.ABOUT),
        ("Apakah Wira marah karena tidak jadi bupati?",
         "Wira membantah isu yang menyebut dirinya marah karena tak jadi bupati.", Side.ABOUT),
        ("Apakah Wira tidak marah?", "Wira tidak marah.", Side.SO),
        ("Apakah Wira marah?", "Dalam narasi yang beredar disebut Wira Salim marah.", Side.MAY),
        ("Apakah Wira marah?", "Dalam narasi yang beredar disebut Tak Terpilih Wira Salim Marah.",
         Side.ABOUT),
        # An office at the end of a name is none.
        ("Apakah Wira syuting Iron Man?", "Wira bintang tamu Iron Man.", Side.ABOUT),
        ("Apakah Wira Salim bupati Lontar?", "Wira Salim kini bupati Lontar.", Side.SO),
        # Another act begins; more than another; before a ban ends.
        ("Apakah aksi Lontar berhenti?", "Massa aksi Lontar mulai bubar.", Side.ABOUT),
        ("Apakah aksi Lontar berhenti?", "Aksi Lontar mulai lagi.", Side.OTHERWISE),
        ("Apakah Karsa punya lebih banyak kapal daripada Lontar?",
         "Karsa punya 32 kapal, Lontar 40.", Side.ABOUT),
        ("Has Marlow signed Ashby?",
         "Marlow would consider signing Ashby once he has served his ban.", Side.MAY),
    ],
)  # fmt: skip
def test_names_begun_before_and_acts_in_other_words(
    question: str, sentence: str, side: Side
) -> None:
    """News gives a whole name, and says in more words what is asked in few."""
    assert taken(question, sentence) is side


@pytest.mark.parametrize(
    ("question", "context", "sentence", "side"),
    [
        ("Apakah Karsa menutup tambang?", "", "Karsa melakukan penutupan tambang.", Side.SO),
        ("Apakah Karsa mengalahkan Lontar?", "", "Karsa menang 2-0 atas Lontar.", Side.SO),
        ("Apakah Karsa mengalahkan Lontar?", "", "Lontar menang 2-0 atas Karsa.", Side.ABOUT),
        ("Apakah Karsa memecat Wira Salim?", "", "Karsa memecat penasihat hukumnya Wira Salim.",
         Side.SO),
        ("Apakah Karsa memecat Wira Salim?", "", "Karsa memecat ajudan Menteri Wira Salim.",
         Side.ABOUT),
        ("Apakah Karsa menerima bantuan?", "", "Karsa menerima 5,2 juta ton bantuan.", Side.SO),
        ("Apakah Karsa menolak aturan?", "", "Karsa menolak tiga pasal aturan.", Side.ABOUT),
        ("Apakah pemerintah menaikkan pajak?", "", "Pemerintah Malaysia menaikkan pajak.",
         Side.ABOUT),
        ("Apakah Karsa menyerang kilang?", "Karsa dan Kilang", "Dua kilang diserang semalam.",
         Side.ABOUT),
        ("Apakah Karsa memeriksa Wira soal suap?", "", "Karsa memeriksa Wira hanya soal pajak.",
         Side.ABOUT),
        ("Apakah Karsa membuka waduk?", "", "Karsa tidak menutup kemungkinan membuka waduk.",
         Side.MAY),
        ("Apakah Karsa menjual waduk?", "", "Menteri mengakui jika Karsa menjual waduk.", Side.SO),
        ("Apakah Wira Salim cedera?", "", "Wira Salim baru pulih dari cedera.", Side.ABOUT),
        ("Apakah Wira Salim cedera?", "", "Wira Salim mengalami cedera.", Side.SO),
        ("Apakah Wira Salim pensiun?", "Wira Salim Pamit", "Ia pensiun kemarin.", Side.SO),
        ("Apakah Wira Salim pensiun?", "Bram Goro Pamit\nWira Salim dan Bram Goro bertemu.",
         "Ia pensiun kemarin.", Side.ABOUT),
        ("Apakah ada korban dalam kebakaran Pasar Lontar?", "Kebakaran Pasar Lontar",
         "Tidak ada korban, kata polisi.", Side.OTHERWISE),
        ("Apakah ada korban dalam kebakaran Pasar Lontar?", "Kebakaran Pasar Lontar",
         "Keluarga korban menangis.", Side.ABOUT),
        ("Apakah warga Lontar sakit karena asap?", "",
         "Warga Lontar sakit karena menghirup asap.", Side.SO),
        ("Did Marlow beat Ashby?", "", "Ashby lost the lead to Marlow.", Side.ABOUT),
    ],
)  # fmt: skip
def test_what_news_says_in_other_words(
    question: str, context: str, sentence: str, side: Side
) -> None:
    """Nouns for acts, offices, pronouns, settings; not parts, or what another does."""
    assert taken(question, sentence, context) is side


def test_a_name_is_met_by_what_an_article_calls_it_once() -> None:
    """In brackets; and initials by their words."""
    asked = query("Apakah Wisal menolak usul PKR?")
    sentence = "Wira Salim menolak usul Partai Karsa Raya."
    said = judge(asked, sentence, "id", article="Bupati Wira Salim (Wisal) hadir.")
    assert (said.side, said.share) == (Side.SO, 1.0)
    assert judge(asked, sentence, "id").side is Side.ABOUT


def test_a_sentence_in_the_first_person_changes_nothing_for_the_next() -> None:
    """Who is asked about is the same in each."""
    question = "Apakah Lontar menolak aturan Karsa?"
    taken(question, "Saya tidak menolak aturan Karsa, kata wali kota Lontar.")
    assert taken(question, "Warga menolak aturan Karsa.") is Side.ABOUT


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_sentence_can_be_judged(question: str, sentence: str) -> None:
    """Nothing raises, and a share is a share."""
    assert 0.0 <= judge(query(question), sentence, "id", context=question).share <= 1.0
