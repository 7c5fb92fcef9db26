"""Quotations: found word for word, altered or not at all, with exact places."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import qa
import qa.cli
from qa.engine import Engine
from qa.errors import UsageError
from qa.find import worded
from qa.quote import Kind, QuotePlace, Verdict
from qa.quote.align import align
from qa.quote.draft import quotations
from qa.quote.speaker import speaker
from qa.settings import Filters
from tests.bench.quotes import typographic
from tests.builders import article, index_of, span
from tests.work import is_linear

PLEDGE = (
    "“Kami tidak akan menaikkan tarif listrik untuk 2.500 pelanggan kecil di desa,” kata Menteri "
    "Energi Rahmat Hidayat di Bandung, Senin."
)
STORY = (
    "Pemerintah menunda kenaikan tarif. " + PLEDGE + " Ia menyebut cadangan batu bara cukup untuk "
    "tiga bulan. Gubernur menyambut keputusan itu dan meminta agar pelanggan besar ikut berhemat "
    "selama musim kemarau yang panjang."
)
ARTICLES = {
    "2021-03-02_a.md": f"---\nsource: Kabar\npublished: 2021-03-02\n---\n{STORY}\n",
    # A near-duplicate, printed a day later.
    "b.md": f"---\nsource: Harian\npublished: 2021-03-03\n---\n{STORY} Laporan: redaksi kami.\n",
    "c.md": "---\nsource: Pagi\npublished: 2020-01-05\n---\n"
    'Tak ada korban dalam banjir itu. Wali kota berkata, "Banjir setinggi 40 sentimeter surut '
    'dalam dua jam, dan warga sudah pulang".\n\nBaca juga: Harga cabai naik di pasar induk\n\n'
    "Petugas membersihkan lumpur dari tiga sekolah dasar negeri di tepi sungai.\n",
    "d.txt": "The minister’s plan won't cost more than $5 million, officials \x1b[31m said. It was "
    "re-\nconsidered twice by the co-operative.\n",
    "e.txt": "東京の桜は三月に咲くと気象庁が発表した。\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a few articles, two of them copies."""
    return index_of(tmp_path_factory.mktemp("quote"), ARTICLES)


@pytest.fixture(scope="module")
def archive(index: Path) -> Iterator[Engine]:
    """The index, open."""
    with qa.open(index, reader=None) as opened:
        yield opened


def words_at(place: QuotePlace) -> str:
    """The words at a place, which are its quote."""
    at, text = place.citation.span, place.citation.article.text
    assert text[at.start : at.end] == place.citation.quote
    return place.citation.quote


@pytest.mark.parametrize(
    "quotation",
    [
        "Kami tidak akan menaikkan tarif listrik untuk 2.500 pelanggan kecil di desa",
        "«KAMI TIDAK   akan\nmenaikkan tarif listrik untuk 2.500 pelanggan kecil di desa,»",
        "Kami tidak akan menaik-\nkan tarif lis\u00adtrik untuk 2.500 pelang- gan kecil di desa.",
        "batu-bara cukup untuk tiga bulan",
        "batubara cukup untuk tiga bulan. Gubernur menyambut",
        "pelanggan",
    ],
)
def test_typography_makes_no_difference(archive: Engine, quotation: str) -> None:
    """Spacing, case, marks, hyphens and line ends; copies stand under the oldest."""
    quoted = archive.quote(quotation)
    assert quoted.verdict is Verdict.VERBATIM
    assert quoted.nearest == ()
    first = quoted.places[0]
    assert first.citation.article.published == date(2021, 3, 2)
    assert first.difference == first.changes == ()
    assert worded(words_at(first)).run == worded(re.sub("-\\s+", "", quotation)).run
    assert {each.article.published for each in first.also} == {date(2021, 3, 3)}
    assert [place.n for place in quoted.citations] == list(range(1, len(quoted.citations) + 1))


def test_apostrophes_symbols_and_a_parted_word_of_the_article(archive: Engine) -> None:
    """Of whatever kind, on either side."""
    for quotation in (
        "The minister's plan won’t cost more than $5 million",
        "it was reconsidered twice by the cooperative",
    ):
        assert archive.quote(quotation).verdict is Verdict.VERBATIM, quotation
    (change,) = (
        archive.quote("The minister's plan won't cost more than €5 million").places[0].changes
    )
    assert (change.kind, change.given, change.found) == (Kind.NUMBER, "€", "$")


@pytest.mark.parametrize(
    ("quotation", "kind", "was", "said"),
    [
        ("tidak akan menaikkan tarif listrik untuk 3.500 pelanggan", "number", "3.500", "2.500"),
        ("batu bara cukup untuk empat bulan", "number", "empat", "tiga"),
        ("Kami akan menaikkan tarif listrik untuk 2.500 pelanggan", "negation", "", "tidak"),
        ("cadangan batu bara tidak cukup untuk tiga bulan", "negation", "tidak", ""),
        (
            "Kami tidak akan menawar tarif listrik untuk 2.500 pelanggan",
            "word",
            "menawar",
            "menaikkan",
        ),
        ("Kami tidak akan menaikan tarif listrik", "spelling", "menaikan", "menaikkan"),
        ("plan will cost more than $5 million", "negation", "will", "won't"),
        ("Banjir setinggi 40 sentimeter surut dalam dua hari", "word", "hari", "jam"),
    ],
)
def test_a_change_is_named(archive: Engine, quotation: str, kind: str, was: str, said: str) -> None:
    """What was given, what the article has, and where that stands."""
    quoted = archive.quote(quotation)
    assert quoted.verdict is Verdict.ALTERED
    place = quoted.places[0]
    (change,) = place.changes
    assert (change.kind, change.given, change.found) == (kind, was, said)
    text = place.citation.article.text
    assert text[change.span.start : change.span.end] == said
    assert words_at(place).startswith(place.difference[0].found)
    assert "".join(worded(piece.given).run for piece in place.difference) == worded(
        quotation
    ).run.replace(" ", "")


def test_numbers_and_negations_come_first(archive: Engine) -> None:
    """Whatever their order in the quotation."""
    quoted = archive.quote(
        "Kami tidak akan naikkan tarif listrik bagi 2.600 pelanggan kecil di dalam desa itu"
    )
    assert quoted.verdict is Verdict.NOT_FOUND
    quoted = archive.quote(
        "Tak ada korban dalam banjir itu. Wali kota berujar, Banjir setinggi 41 sentimeter surut "
        "dalam dua jam, dan warga belum pulang"
    )
    assert quoted.verdict is Verdict.ALTERED
    kinds = [change.kind for change in quoted.places[0].changes]
    assert kinds == [Kind.NUMBER, Kind.NEGATION, Kind.WORD]


@pytest.mark.parametrize(
    "quotation",
    [
        "pelanggan kecil tarif akan menaikkan desa di kami listrik tidak untuk",
        "Kami tidak akan menaikkan tarif listrik dan warga sudah pulang ke tepi sungai",
        "pelanggan desa",
        "Kami tidak akan menawar tarif listrik",
        "3.500 pelanggan kecil",
        "elanggan kecil di",
        "Presiden mengunjungi pabrik mobil di Karawang",
        "qwertz",
    ],
)
def test_what_nobody_said_is_not_found(archive: Engine, quotation: str) -> None:
    """Shuffled, spliced, short with a change, cut within a word, or of other words."""
    quoted = archive.quote(quotation)
    assert quoted.verdict is Verdict.NOT_FOUND
    assert quoted.places == ()
    for place in quoted.nearest:
        assert words_at(place)
        assert place.changes


def test_a_denial_before_a_quotation_is_told(archive: Engine) -> None:
    """As a change, where the rest is given as a sentence; else beside the place."""
    told = archive.quote("ada korban dalam banjir itu")
    assert told.verdict is Verdict.VERBATIM
    denial = told.places[0].negation
    assert denial is not None
    assert told.places[0].citation.article.text[denial.start : denial.end] == "Tak"
    cut = archive.quote("Ada korban dalam banjir itu.")
    assert cut.verdict is Verdict.ALTERED
    assert [(one.kind, one.found) for one in cut.places[0].changes] == [(Kind.NEGATION, "Tak")]


def test_a_quotation_goes_on_over_what_is_masked(archive: Engine) -> None:
    """And stands where it stands, with that within."""
    quoted = archive.quote("dan warga sudah pulang”. Petugas membersihkan lumpur")
    assert quoted.verdict is Verdict.VERBATIM
    assert "Baca juga" in words_at(quoted.places[0])


def test_scripts_without_spaces(archive: Engine) -> None:
    """A letter is a word there."""
    quoted = archive.quote("桜は三月に咲く")
    assert quoted.verdict is Verdict.VERBATIM
    assert words_at(quoted.places[0]) == "桜は三月に咲く"
    assert archive.quote("桜は四月に咲くと気象庁").verdict is Verdict.ALTERED


def test_filters_and_the_limit(archive: Engine) -> None:
    """What they leave out is not found; what is above the limit is counted."""
    pledge = "tidak akan menaikkan tarif listrik"
    late = archive.quote(pledge, Filters(since=date(2021, 3, 3)))
    assert [place.citation.article.source for place in late.places] == ["Harian"]
    assert archive.quote(pledge, Filters(source="Pagi")).verdict is Verdict.NOT_FOUND
    short = archive.quote("pelanggan", limit=1)
    assert (len(short.places), short.more > 0) == (1, True)


@pytest.mark.parametrize("quotation", ["", "  ", "“…”", "—"])
def test_a_quotation_without_words_is_refused(archive: Engine, quotation: str) -> None:
    """With how to give one."""
    with pytest.raises(UsageError, match="no words"):
        archive.quote(quotation)


LAB = (
    "Pasien 3-4 orang sehari, kadar gula < 7 persen, lahir 1950-1955. Direktur menampik dikatakan "
    "menunda gaji perawat honorer, dan belum sekali pun menyebut rumah sakit itu akan ditutup. "
    "Ia menolak usul, tetapi siap bertemu warga desa."
)


def test_numbers_side_by_side_are_no_other_number(tmp_path: Path) -> None:
    """Nor is less than a number more than it."""
    (tmp_path / "a.txt").write_text(LAB)
    qa.build(tmp_path / "a.txt", tmp_path / "index")
    with qa.open(tmp_path / "index", reader=None) as lab:
        for said in ("Pasien 34 orang sehari", "lahir 19501955", "kadar gula > 7 persen"):
            assert lab.quote(said).verdict is not Verdict.VERBATIM, said
        for said in ("Pasien 3–4 orang sehari", "kadar gula <7 persen"):
            assert lab.quote(said).verdict is Verdict.VERBATIM, said
        for said, denial in (
            ("menunda gaji perawat honorer", "menampik"),
            ("rumah sakit itu akan ditutup", "belum"),
            ("siap bertemu warga desa", None),
        ):
            (place,) = lab.quote(said).places
            denied = place.negation and LAB[place.negation.start : place.negation.end]
            assert denied == denial, said


@given(st.data(), st.integers(0, 1 << 20))
def test_any_slice_of_an_article_is_verbatim(
    archive: Engine, data: st.DataObject, seed: int
) -> None:
    """From word to word, as another typesetter sets it; and its place is an exact slice."""
    text = data.draw(
        st.sampled_from([STORY, *ARTICLES["c.md"].split("---\n")[2].split("\n\n")[::2]])
    )
    words = worded(text)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(len(words) - 1, first + 30)))
    at = words.span(first, last)
    chance = random.Random(seed)  # noqa: S311 - no secret
    quotation = typographic(text[at.start : at.end], chance)
    quoted = archive.quote(quotation)
    if not words.words[first - 1 : first] or words.words[first - 1] not in ("tidak", "tak"):
        assert quoted.verdict is Verdict.VERBATIM, quotation
    for place in quoted.places:
        words_at(place)


@given(st.text(max_size=80), st.text(max_size=80))
def test_an_alignment_covers_both(quotation: str, text: str) -> None:
    """Whatever the words: the parts follow each other, in the quotation and in the article."""
    one, other = worded(quotation), worded(text)
    if not one.words or not other.words:
        return
    found = align(one, other, lambda _at: False)
    assert found.parts[0].given[0] == 0
    assert found.parts[-1].given[1] == len(one)
    for part, following in zip(found.parts, found.parts[1:], strict=False):
        assert (part.given[1], part.found[1]) == (following.given[0], following.found[0])
    assert found.cost <= len(one)
    for part in found.parts:
        if part.kind is None:
            assert one.words[slice(*part.given)] == other.words[slice(*part.found)] or "".join(
                one.words[slice(*part.given)]
            ) == "".join(other.words[slice(*part.found)])


def test_a_long_article_is_looked_through_in_parts() -> None:
    """And the quotation found wherever it stands, over the border of two parts too."""
    wanted = worded("satu dua tiga empat lima enam")
    filler = "kata " * 700_000
    for before in (0, 699_044, 700_000):
        text = f"{filler[: 5 * before]}satu dua tiga sepuluh lima enam {filler[5 * before :]}"
        found = align(wanted, worded(text), lambda _at: False)
        assert (found.cost, found.found) == (1, (before, before + 6))


def test_words_are_found_in_linear_time() -> None:
    """Whatever a hostile text repeats."""
    for unit in ("a'", "-1", "1.", "a-\n", "é", "東", "“"):
        assert is_linear(worded, unit), unit
        assert is_linear(quotations, unit), unit


@pytest.mark.parametrize(
    ("text", "quote", "name"),
    [
        (PLEDGE, "Kami tidak akan", "Menteri Energi Rahmat Hidayat"),
        (
            'Presiden Joko Widodo, Senin (20/11), mengatakan, "Kita maju."',
            "Kita maju",
            "Presiden Joko Widodo",
        ),
        ("Menurut Menteri Sri Mulyani, ekonomi tumbuh.", "ekonomi tumbuh", "Menteri Sri Mulyani"),
        ("“Never. Not now,” President Joe Biden said.", "Never", "President Joe Biden"),
        ('"Never," said Mr. Smith. "We win."', "We win", "Mr. Smith"),
        ("The war may end, according to the White House.", "The war may end", "White House"),
        ('"Kami siap," kata dia.', "Kami siap", None),
        ('Rahmat pulang. "Kami siap," ujarnya.', "Kami siap", None),
        (
            '"Kami siap," kata Ketua DPRD Kota, Ani Wati Sari.',
            "siap",
            "Ketua DPRD Kota, Ani Wati Sari",
        ),
        ('"Kami siap," kata Ketua DPRD Kota, Senin Malam.', "siap", "Ketua DPRD Kota"),
        ('"Kami siap," kata Bupati Ani Wati, Jakarta Selatan.', "siap", "Bupati Ani Wati"),
        ('"Kami siap," kata Ani, Budi Santo, dan Tono.', "siap", "Ani"),
        # Who a pronoun is: who alone said something in that sentence or the one before.
        (f"{PLEDGE} “Kami hitung lagi,” ujarnya.", "Kami hitung", "Menteri Energi Rahmat Hidayat"),
        (f"{PLEDGE}\n“Kami hitung lagi,” kata dia.", "hitung", "Menteri Energi Rahmat Hidayat"),
        (
            f'{PLEDGE} Ia menambahkan, "Kami hitung lagi."',
            "Kami hitung",
            "Menteri Energi Rahmat Hidayat",
        ),
        ('Ellen Brand said so. "It works," she said.', "It works", "Ellen Brand"),
        (
            'Menurut Tono Wibowo harga naik, Rina Sari mengatakan turun. "Ya," ujarnya.',
            "Ya",
            None,
        ),
        (f"{PLEDGE} Jalan macet. “Kami hitung lagi,” ujarnya.", "Kami hitung", None),
        (f"{PLEDGE} “Kami hitung lagi,” kata warga.", "Kami hitung", None),
        (f"{PLEDGE} “Kami hitung lagi,” kata mereka.", "Kami hitung", None),
        (f"{PLEDGE} “Kami hitung lagi,” they said.", "Kami hitung", None),
        ("Rahmat berkata demikian. Harga naik lagi.", "Harga naik", None),
        ("Ia datang ke Jakarta.", "datang ke", None),
        ("Spokesman Ivan Orlov told Latvian reporters it works.", "Ivan Orlov", None),
        ("Ivan Orlov said Latvia may join.", "Ivan Orlov", None),
        ('"It works," told Latvian reporters Mr. Orlov.', "It works", None),
    ],
)
def test_who_says_it_where_the_words_beside_it_tell(
    text: str, quote: str, name: str | None
) -> None:
    """A name with what somebody is; no pronoun, and nobody where nobody says it."""
    of = article(text)
    found = speaker(of, span(of, quote))
    assert (found and text[found.start : found.end]) == name


def test_inches_open_no_quotation() -> None:
    """Nor does a mark before a space."""
    text = """Panjangnya 12" dan 7" saja, "kata" tukang. 6'2" tingginya, " lalu ("pergi")."""
    assert [each.text for each in quotations(text)] == ["kata", "pergi"]


def test_a_page_is_read_as_a_draft(tmp_path: Path, index: Path) -> None:
    """Its story, not its mark-up; what holds none is refused with its reason."""
    page = tmp_path / "draf.html"
    story = f"<p>{STORY.replace('“', '&ldquo;').replace('”', '&rdquo;')}</p>" * 2
    page.write_text(f'<html lang="id"><body><article><h1>Tarif</h1>{story}</article></body></html>')
    done = CliRunner().invoke(qa.cli.cli, ["quote", "--draft", str(page), "--index", str(index)])
    assert "utf-8" not in done.output
    assert "Verbatim" in done.output
    (tmp_path / "rusak.docx").write_bytes(b"no zip")
    told = CliRunner().invoke(qa.cli.cli, ["quote", "--draft", str(tmp_path / "rusak.docx")])
    assert isinstance(told.exception, UsageError)


def test_the_quotations_of_a_draft() -> None:
    """Marks of all kinds, over lines, nested, unclosed to the end of a paragraph; block quotes."""
    text = (
        'Ia berkata, “Harga naik\nlagi,” dan "tidak turun" «pekan ini» serta „besok pagi“.\n'
        "It's the ministers' plan, 'not ours', he said. ‘It’s late’\n\n"
        "“Yang pertama\n\n“yang kedua.”\n\n> Blok kutipan\n> dua baris “di dalam”\n\nAkhir. ””\n"
    )
    found = quotations(text)
    assert [each.text for each in found] == [
        "Harga naik lagi,",
        "tidak turun",
        "pekan ini",
        "besok pagi",
        "not ours",
        "It’s late",
        "Yang pertama",
        "yang kedua.",
        "Blok kutipan dua baris “di dalam”",
    ]
    assert [each.line for each in found] == [1, 2, 2, 2, 3, 3, 5, 7, 9]
    for each in found[:6]:
        assert " ".join(text[each.span.start : each.span.end].split()) == each.text


def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
    """`qa` within this process, with its exit code."""
    return CliRunner().invoke(qa.cli.cli, arguments, input=stdin, standalone_mode=False)


def test_the_command_prints_verdict_place_and_changes(index: Path) -> None:
    """Safe for a screen; 0 where it is verbatim, else 1."""
    done = invoke("quote", "tidak akan menaikkan tarif", "--index", str(index))
    assert done.return_value == 0
    assert done.stdout.startswith("Verbatim · 1 place\n[1] ")
    assert "»tidak akan menaikkan tarif«" in done.stdout
    assert "said by Menteri Energi Rahmat Hidayat" in done.stdout
    done = invoke("quote", "akan menaikkan tarif listrik untuk 9 pelanggan", "--index", str(index))
    assert done.return_value == 1
    assert "[-9-]{+2.500+}" in done.stdout
    assert "number: quoted “9”, the article has “2.500”" in done.stdout
    done = invoke("quote", "5 million, officials", "--index", str(index))
    assert "\x1b" not in done.stdout


def test_json_is_documented_and_quotes_are_slices(index: Path) -> None:
    """One document; a verdict, places, changes."""
    done = invoke("quote", "batu bara cukup untuk lima bulan", "--json", "--index", str(index))
    document = json.loads(done.stdout)
    assert list(document) == [
        "schema", "quotation", "verdict", "places", "nearest", "more", "unread", "filters",
        "took_ms", "index",
    ]  # fmt: skip
    assert (document["schema"], document["verdict"]) == ("qa.quote/1", "altered")
    (place,) = document["places"]
    assert [each["kind"] for each in place["changes"]] == ["number"]
    assert place["citation"]["quote"] == "batu bara cukup untuk tiga bulan"
    assert len(place["also"]) == 1


def test_a_file_of_quotations(index: Path, tmp_path: Path) -> None:
    """One a line or as JSON; a bad line is told, and the exit code is the worst of all."""
    lines = 'batu bara cukup untuk\n\n{"quotation": "warga sudah pulang", "id": 7}\n'
    path = tmp_path / "quotes.txt"
    path.write_text(lines)
    done = invoke("quote", "--from", str(path), "--json", "--index", str(index))
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["verdict"] for each in documents] == ["verbatim", "verbatim"]
    assert documents[1]["input"]["id"] == 7
    assert done.return_value == 0
    done = invoke("quote", "--from", "-", "--index", str(index), stdin=lines.encode())
    assert done.stdout.startswith("> batu bara cukup untuk\nVerbatim · 1 place\n")
    bad = lines.encode() + b'\xff\n{"a": 1}\n...\nqwertz qwertz\n'
    done = invoke("quote", "-", "--json", "--index", str(index), stdin=bad)
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each.get("verdict", each.get("line")) for each in documents] == [
        "verbatim", "verbatim", 4, 5, 6, "not_found",
    ]  # fmt: skip
    assert done.return_value == 2


def test_a_draft_is_reported(index: Path, tmp_path: Path) -> None:
    """As Markdown, as a page without script, as JSON; nothing in it becomes markup."""
    draft = tmp_path / "story.md"
    draft.write_text(
        'Kata menteri, “tidak akan menaikkan tarif listrik”.\n\n"<b>cukup</b> untuk 9 bulan lagi" '
        "dan\n\n> Gubernur menyambut keputusan ini dan meminta agar pelanggan besar\n",
        encoding="utf-8",
    )
    done = invoke("quote", "--draft", str(draft), "--index", str(index))
    assert done.return_value == 1
    assert "3 quotations: 1 verbatim, 1 altered, 1 not found." in done.stdout
    assert "## Line 3: “\\<b\\>cukup\\</b\\> untuk 9 bulan lagi”" in done.stdout
    page = tmp_path / "report.html"
    assert (
        invoke("quote", "--draft", str(draft), "--html", str(page), "--index", str(index)).stdout
        == ""
    )
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;b&gt;cukup" in html
    assert "<del>ini</del>" in html
    assert "<ins>itu</ins>" in html
    with pytest.raises(UsageError, match="exists already"):
        raise (
            invoke(
                "quote", "--draft", str(draft), "--html", str(page), "--index", str(index)
            ).exception
            or AssertionError
        )
    done = invoke("quote", "--draft", str(draft), "--json", "--index", str(index))
    document = json.loads(done.stdout)
    assert (document["verbatim"], document["altered"], document["not_found"]) == (1, 1, 1)
    text = draft.read_text(encoding="utf-8")
    for each in document["quotations"][:2]:
        assert text[each["start"] : each["end"]] == each["quotation"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Give one quotation"),
        (("a", "--from", "b"), "Give one quotation"),
        (("a", "--html", "b"), "add --draft"),
        (("--draft", "nowhere.md"), "Cannot read"),
        (("--from", "nowhere.md"), "Cannot read"),
        (("...",), "no words"),
        (("a", "--source", "Nobody"), "No article is of the source"),
    ],
)
def test_what_makes_no_sense_is_said(index: Path, arguments: tuple[str, ...], message: str) -> None:
    """With what to do."""
    done = invoke("quote", *arguments, "--index", str(index))
    assert isinstance(done.exception, UsageError)
    assert message in str(done.exception)


def test_single_words_of_a_draft_stand_apart(index: Path, tmp_path: Path) -> None:
    """Neither checked nor counted: they quote nobody. In words, as a page and as JSON."""
    draft = tmp_path / "story.md"
    draft.write_text(
        'Yang disebut "pelanggan" dan “<i>hemat</i>-hemat”: “tidak akan menaikkan tarif listrik”.\n'
        "Ini 'korban'.\n"
    )
    done = invoke("quote", "--draft", str(draft), "--index", str(index))
    assert done.return_value == 1
    assert "2 quotations: 1 verbatim, 0 altered, 1 not found." in done.stdout
    assert done.stdout.endswith(
        "## Single words between quotation marks, not checked\n\n"
        "- Line 1: “pelanggan”\n- Line 2: “korban”\n"
    )
    page = tmp_path / "report.html"
    invoke("quote", "--draft", str(draft), "--html", str(page), "--index", str(index))
    assert "<li>Line 1: “pelanggan”</li>" in page.read_text(encoding="utf-8")
    document = json.loads(
        invoke("quote", "--draft", str(draft), "--json", "--index", str(index)).stdout
    )
    text = draft.read_text(encoding="utf-8")
    assert [text[each["start"] : each["end"]] for each in document["words"]] == [
        "pelanggan",
        "korban",
    ]
    assert (document["verbatim"], len(document["quotations"])) == (1, 2)
    draft.write_text('Ini "pelanggan".')
    assert invoke("quote", "--draft", str(draft), "--index", str(index)).return_value == 0
