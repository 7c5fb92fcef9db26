"""Quotations in parts: what dots leave out, what an editor put in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import qa
import qa.cli
from qa.engine import Engine
from qa.find import worded
from qa.quote import Kind, QuotePlace, Verdict
from qa.quote.gaps import Given
from tests.builders import index_of
from tests.work import is_linear

SAID = (
    "“Kami tidak akan menutup pelabuhan lama di Teluk Bayang sebelum dermaga baru selesai "
    "dibangun,” kata Kepala Dinas Perhubungan Sutrisno Hadi. Ia menambahkan bahwa 1.400 nelayan "
    "akan tetap memakai dermaga kayu itu. “Semua perahu kecil boleh bersandar tanpa membayar "
    "retribusi sampai akhir tahun.”"
)
FILLER = "Hujan turun di lereng utara sejak pagi dan jalan desa tergenang air setinggi lutut. "
LONG = (
    "Bupati memulai pidatonya dengan ucapan terima kasih kepada para relawan. "
    + FILLER * 16
    + "Bupati menutup pidatonya dengan doa bersama untuk para korban."
)
ENGLISH = (
    'Harbour master Ellen Brand told reporters: "She promised the fishermen a new quay by spring, '
    'and nobody will lose a berth."'
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An index of a few articles, open."""
    texts = {"a.md": SAID, "b.md": LONG, "c.md": ENGLISH, "d.md": FILLER * 3}
    with qa.open(index_of(tmp_path_factory.mktemp("gaps"), texts), reader=None) as opened:
        yield opened


def left_out(place: QuotePlace) -> list[tuple[str, str]]:
    """What stands between the parts, in the quotation and in the article."""
    text = place.citation.article.text
    return [(gap.given, text[gap.span.start : gap.span.end]) for gap in place.gaps]


@pytest.mark.parametrize("dots", ["…", "...", "[...]", "[…]", "(...)", "(…)", ". . .", " ... "])
def test_what_dots_leave_out_is_shown(archive: Engine, dots: str) -> None:
    """Whatever they look like; the parts are verbatim."""
    quoted = archive.quote(f"Kami tidak akan menutup pelabuhan lama {dots} sebelum dermaga baru")
    assert quoted.verdict is Verdict.VERBATIM
    (place,) = quoted.places
    assert left_out(place) == [(dots.strip(), "di Teluk Bayang")]
    assert place.citation.quote == (
        "Kami tidak akan menutup pelabuhan lama di Teluk Bayang sebelum dermaga baru"
    )


def test_parts_may_stand_in_several_sentences(archive: Engine) -> None:
    """With what others say between them; dots at the ends leave nothing out."""
    quoted = archive.quote(
        "...dermaga baru selesai dibangun … Semua perahu kecil … tanpa membayar retribusi …"
    )
    assert quoted.verdict is Verdict.VERBATIM
    (place,) = quoted.places
    assert [given for given, _found in left_out(place)] == ["…", "…"]
    assert left_out(place)[1][1] == "boleh bersandar"


@pytest.mark.parametrize(
    "quotation",
    [
        # In another order, of two articles, too far away, too little.
        "sebelum dermaga baru selesai dibangun … Kami tidak akan menutup pelabuhan lama",
        "Kami tidak akan menutup pelabuhan lama … jalan desa tergenang air setinggi lutut",
        "memulai pidatonya dengan ucapan terima kasih … menutup pidatonya dengan doa bersama",
        "Kami … tahun",
        "perahu … air … doa",
    ],
)
def test_parts_that_do_not_stand_so_are_not_found(archive: Engine, quotation: str) -> None:
    """They were not said in a row by anybody."""
    assert archive.quote(quotation).verdict is not Verdict.VERBATIM
    assert archive.quote(quotation).places == ()


def test_a_part_that_is_altered_stays_so(archive: Engine) -> None:
    """And the change is named, with what was left out beside it."""
    quoted = archive.quote(
        "Kami tidak akan menutup pelabuhan lama … 1.500 nelayan akan tetap memakai dermaga kayu"
    )
    assert quoted.verdict is Verdict.ALTERED
    (place,) = quoted.places
    assert [(one.kind, one.given, one.found) for one in place.changes] == [
        (Kind.NUMBER, "1.500", "1.400")
    ]
    ((dots, text),) = left_out(place)
    assert dots == "…"
    assert text.startswith("di Teluk Bayang")
    assert text.endswith("menambahkan bahwa")


def test_a_denial_behind_dots_is_a_change(archive: Engine) -> None:
    """Dots do not turn what was said into its opposite."""
    quoted = archive.quote("Kami … akan menutup pelabuhan lama di Teluk Bayang")
    assert quoted.verdict is Verdict.ALTERED
    (change,) = quoted.places[0].changes
    assert (change.kind, change.given, change.found) == (Kind.NEGATION, "", "tidak")
    further = archive.quote("and … will lose a berth")
    assert further.verdict is Verdict.VERBATIM or further.places[0].changes


@pytest.mark.parametrize(
    ("quotation", "gaps"),
    [
        ("[Pemerintah] tidak akan menutup pelabuhan lama", [("[Pemerintah]", "")]),
        (
            "[Pemerintah] tidak akan menutup pelabuhan [itu] sebelum dermaga baru selesai",
            [("[Pemerintah]", ""), ("[itu]", "lama di Teluk Bayang")],
        ),
        ("Semua perahu kecil [nelayan] boleh bersandar", [("[nelayan]", "")]),
        ("[The mayor] promised the fishermen a new quay", [("[The mayor]", "")]),
        ("promised [them] a new quay by spring", [("[them]", "the fishermen")]),
        ("nobody will lose a berth [in the harbour]", [("[in the harbour]", "")]),
        ("tanpa membayar … [apa pun] sampai akhir tahun", [("… [apa pun]", "retribusi")]),
    ],
)
def test_words_in_brackets_are_the_editors(
    archive: Engine, quotation: str, gaps: list[tuple[str, str]]
) -> None:
    """In place of some of the article's, or beside them."""
    quoted = archive.quote(quotation)
    assert quoted.verdict is Verdict.VERBATIM
    (place,) = quoted.places
    assert left_out(place) == gaps
    assert any(gap.is_editors for gap in place.gaps)


def test_brackets_do_not_turn_what_was_said(archive: Engine) -> None:
    """A negation that they put in or away, and another number, is a change; a day named is none."""
    for quotation, said, found, kind in (
        (
            "Kami [akan] menutup pelabuhan lama di Teluk Bayang",
            "[akan]",
            "tidak akan",
            Kind.NEGATION,
        ),
        (
            "Semua perahu kecil [tidak] boleh bersandar tanpa membayar",
            "[tidak]",
            "",
            Kind.NEGATION,
        ),
        (
            "menambahkan bahwa [1.700] nelayan akan tetap memakai dermaga",
            "[1.700]",
            "1.400",
            Kind.NUMBER,
        ),
    ):
        quoted = archive.quote(quotation)
        assert quoted.verdict is Verdict.ALTERED, quotation
        (change,) = quoted.places[0].changes
        assert (change.kind, change.given, change.found) == (kind, said, found)
    named = archive.quote("boleh bersandar tanpa membayar retribusi sampai [31 Desember]")
    assert named.verdict is Verdict.VERBATIM


def test_brackets_within_a_word_are_punctuation(archive: Engine) -> None:
    """As is a word in brackets that the article has."""
    for quotation in ("[S]emua perahu kecil boleh", "Semua perahu [kecil] boleh bersandar"):
        quoted = archive.quote(quotation)
        assert quoted.verdict is Verdict.VERBATIM
        assert quoted.places[0].gaps == ()


def test_it_is_said_in_words_and_in_json(tmp_path: Path) -> None:
    """What was left out, what an editor put in, and what is a change beside them."""
    index = index_of(tmp_path, {"a.md": SAID})

    def run(*arguments: str) -> str:
        return (
            CliRunner()
            .invoke(qa.cli.cli, ["quote", *arguments, "--index", str(index)], standalone_mode=False)
            .stdout
        )

    words = "[Pemerintah] tidak akan menutup … sebelum dermaga baru selesai"
    told = run(words)
    assert told.startswith("Verbatim · words left out · an editor's words · 1 place\n")
    assert "[Pemerintah] »tidak akan menutup« … »sebelum dermaga baru selesai«\n" in told
    assert "left out: “pelabuhan lama di Teluk Bayang”" in told
    assert "put in by an editor: “[Pemerintah]”" in told
    (place,) = json.loads(run(words, "--json"))["places"]
    text = place["citation"]["quote"]
    at = place["citation"]["start"]
    editors, gap = place["left_out"]
    assert (editors["given"], editors["text"]) == ("[Pemerintah]", "")
    assert text[gap["start"] - at : gap["end"] - at] == gap["text"]
    assert gap["text"] == "pelabuhan lama di Teluk Bayang"
    denied = run("Kami … akan menutup pelabuhan lama")
    assert "Kami … {+tidak+} akan menutup pelabuhan lama" in denied
    turned = run("Kami [akan] menutup pelabuhan lama")
    assert "Kami [-[akan]-]{+tidak akan+} menutup pelabuhan lama" in turned
    assert "editor: " not in turned
    assert "Before it" not in turned
    assert "negation: quoted nothing, the article has “tidak”" in denied


@given(st.text(alphabet="ab1 .…[]()\n“”-", max_size=120))
def test_parts_cover_the_words(text: str) -> None:
    """Whatever the marks: every part has a word, and the parts follow each other."""
    quotation = Given.of(text)
    if not quotation.words.words:
        return
    parts = quotation.parts
    assert len(parts) == len(quotation.cuts) + 1 <= 21
    assert parts[0][0] == 0
    assert parts[-1][1] == len(quotation.words)
    assert all(first < after for first, after in parts)
    assert [after for _first, after in parts[:-1]] == [first for first, _after in parts[1:]]


def test_no_word_is_joined_over_a_cut(archive: Engine) -> None:
    """Else a part may have none."""
    quotation = Given.of("di … mana di mana … kami").joined({"dimana"})
    assert quotation.words.words == ["di", "mana", "dimana", "kami"]
    assert quotation.parts == ((0, 1), (1, 3), (3, 4))
    assert archive.quote(" ".join(["dan … di"] * 9)).verdict is Verdict.NOT_FOUND


@given(
    st.lists(
        st.sampled_from(
            [
                "…",
                "...",
                "[itu]",
                "[tidak]",
                "[1.500]",
                "Kami",
                "tidak",
                "akan",
                "menutup",
                "pelabuhan",
                "lama",
                "di",
                "mana",
                "dimana",
                "Semua",
                "perahu",
                "kecil",
                "boleh",
                "bersandar",
                "1.400",
                "40",
                "ribu",
                "nelayan",
                "ke-2",
                "kedua",
            ]
        ),
        min_size=1,
        max_size=14,
    )
)
def test_any_row_of_words_and_dots_is_checked(archive: Engine, row: list[str]) -> None:
    """Places are slices, and so is what is left out there."""
    quotation = " ".join(row)
    if not worded(quotation).words:
        return
    quoted = archive.quote(quotation)
    for place in (*quoted.places, *quoted.nearest):
        at, text = place.citation.span, place.citation.article.text
        assert text[at.start : at.end] == place.citation.quote
        for gap in place.gaps:
            assert at.start <= gap.span.start <= gap.span.end <= at.end
            assert gap.given in quotation
        changed = bool(place.changes)
        assert changed == (quoted.verdict is not Verdict.VERBATIM)


def test_hostile_marks_take_linear_time() -> None:
    """Brackets that are never closed, dots without end."""
    for unit in ("[", "[ ", ". ", "[a", "…a", "(.", "[a]b "):
        assert is_linear(Given.of, unit), unit
