"""A folder with one file of every format, indexed at once and asked."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.builder import BuildReport
from qa.engine import Engine
from qa.show import as_json, as_text, reference
from qa.types import Answer, Part
from tests.builders import article
from tests.filed import (
    atom,
    captured,
    column,
    docx,
    eml,
    epub,
    mbox,
    mht,
    odt,
    page,
    pdf,
    rss,
    rtf,
    tarred,
    zipped,
)

PEOPLE = {
    "a.pdf": ("Waduk Sempor", "Rahmat Hidayat"),
    "b.docx": ("Bendungan Karet", "Siti Aminah"),
    "c.odt": ("Jembatan Ampera", "Joko Susilo"),
    "d.epub": ("Mercusuar Anyer", "Dewi Lestari"),
    "e.rtf": ("Stasiun Tugu", "Agus Salim"),
    "f.eml": ("Pasar Klewer", "Ratna Sari"),
    "g.mbox": ("Museum Bahari", "Bambang Pamungkas"),
    "h.mhtml": ("Kebun Raya", "Lina Marlina"),
    "i.warc.gz": ("Bandara Juanda", "Hendra Gunawan"),
    "j.wacz": ("Terminal Giwangan", "Putri Wulandari"),
    "k.zip": ("Gelora Delta", "Yusuf Mansur"),
    "l.tar.gz": ("Taman Sriwedari", "Maya Anggraini"),
    "m.rss": ("Alun-alun Kidul", "Fajar Nugroho"),
    "n.atom": ("Benteng Vastenburg", "Wati Suryani"),
    "o.json": ("Keraton Solo", "Eko Prasetyo"),
    "p.xml": ("Pelabuhan Merak", "Nina Kartika"),
}
"""Of each file a place and its head, whom nothing else names."""

IN_PARTS = {
    "d.epub": "Bab 2",
    "j.wacz": "archive/a.warc.gz#1",
    "k.zip": "arsip/kabar.txt",
    "l.tar.gz": "kabar.md",
    "m.rss": "Kabar",
    "n.atom": "Kabar",
    "o.json": "1",
    "p.xml": "Kabar",
}


def told(name: str) -> str:
    """What the file of a name tells, and nothing else does."""
    place, person = PEOPLE[name]
    return f"Kepala {place} adalah {person}."


def story(name: str) -> list[str]:
    """The same as a story of a page, unlike those of the others."""
    told_of = {
        "h.mhtml": "Ia dilantik oleh gubernur di hadapan para pegawai pada Senin pagi. "
        "Pelantikan itu disaksikan keluarga, warga, dan para wartawan dari berbagai daerah.",
        "i.warc.gz": "Penerbangan ke Makassar bertambah dua kali sehari sejak awal musim kemarau. "
        "Penumpang diminta tiba lebih awal karena pemeriksaan barang kini lebih ketat.",
        "j.wacz": "Bus malam berangkat dari sana menuju Denpasar dengan tarif yang baru. "
        "Para sopir menuntut ruang istirahat yang lebih bersih dan kantin yang murah.",
    }
    return [f"{told(name)} {told_of[name]}", "Kabar ini ditulis ulang dari catatan kami."]


def files() -> dict[str, bytes]:
    """Of every format one."""
    entry = {"title": "Kabar", "guid": "1", "id": "https://a.id/1", "day": "2022-01-30T00:00:00Z"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "x"}
    item = {"id": "1", "content_text": told("o.json")}
    other = "Halaman lain berbicara tentang cuaca yang cerah."
    j, i = (
        gzip.compress(captured(f"https://a.id/{name}", page(story(name)).encode()))
        for name in ("j.wacz", "i.warc.gz")
    )
    return {
        "a.pdf": pdf([column([other]), column([told("a.pdf")]), column([other[::-1]])]),
        "b.docx": docx([told("b.docx")]),
        "c.odt": odt(f"<text:p>{told('c.odt')}</text:p>"),
        "d.epub": epub({"Bab 1": f"<p>{other}</p>", "Bab 2": f"<p>{told('d.epub')}</p>"}),
        "e.rtf": rtf([told("e.rtf")]),
        "f.eml": eml(told("f.eml")),
        "g.mbox": mbox([eml("Cuaca sangat cerah."), eml(told("g.mbox"))]),
        "h.mhtml": mht(story("h.mhtml")),
        "i.warc.gz": i,
        "j.wacz": zipped({"archive/a.warc.gz": j}),
        "k.zip": zipped({"arsip/kabar.txt": told("k.zip")}),
        "l.tar.gz": gzip.compress(tarred({"kabar.md": told("l.tar.gz").encode()})),
        "m.rss": rss([{**entry, "description": told("m.rss")}]),
        "n.atom": atom([{**entry, "content": told("n.atom")}]),
        "o.json": json.dumps({**feed, "items": [item]}).encode(),
        "p.xml": rss([{**entry, "description": told("p.xml")}]),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the files."""
    folder = tmp_path_factory.mktemp("formats") / "arsip"
    folder.mkdir()
    for name, data in files().items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def built(folder: Path) -> BuildReport:
    """How its index was built."""
    return qa.build(folder, folder.parent / "index")


@pytest.fixture(scope="module")
def archive(folder: Path, built: BuildReport) -> Iterator[Engine]:
    """The index."""
    assert built.published
    with qa.open(folder.parent / "index") as archive:
        yield archive


def ask(archive: Engine, name: str) -> Answer:
    """Who is the head of the place that a file tells of."""
    return archive.ask(f"Siapa kepala {PEOPLE[name][0]}?")


def test_all_of_them_are_indexed_at_once(folder: Path, built: BuildReport) -> None:
    """Nothing is skipped, and again nothing is written."""
    assert built.skipped == ()
    assert built.articles == len(PEOPLE) + 1
    again = qa.build(folder, folder.parent / "index")
    assert (again.published, again.unchanged) == (False, built.articles)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_question_is_answered_from_each_with_its_page_or_part(archive: Engine, name: str) -> None:
    """In the words of the text that is kept."""
    answer = ask(archive, name)
    assert answer.best is not None
    place = answer.best.citation
    assert answer.best.text == PEOPLE[name][1]
    assert place.article.path == name
    assert place.article.text[place.span.start : place.span.end] == place.quote
    assert place.page == (2 if name == "a.pdf" else None)
    assert place.part == IN_PARTS.get(name)
    (cited,) = [
        one
        for one in as_json(answer, answer.filters, archive.info)["citations"]
        if one["n"] == place.n
    ]
    assert (cited["page"], cited["part"]) == (place.page, place.part)


def test_the_page_is_shown_where_the_place_is(archive: Engine) -> None:
    """A member of an archive is named with it, and is not named twice."""
    for name, shown in (
        ("a.pdf", "a.pdf, p. 2"),
        ("d.epub", "d.epub, Bab 2"),
        ("k.zip", "k.zip#arsip/kabar.txt:1"),
    ):
        answer = ask(archive, name)
        assert answer.best is not None
        place = answer.best.citation
        assert reference(place.article, archive.info.root, place).place.endswith(shown)
        assert shown in as_text(answer, archive.info, style=None, width=200)
        assert str(place).endswith(shown)


def test_a_page_of_a_pdf_in_another_file_names_that_file_too(tmp_path: Path) -> None:
    """Both in `--json`, and each once where it is shown."""
    report = pdf([column(["Kepala Balai Arkeologi adalah Gusti Ngurah."])])
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "surat.eml").write_bytes(
        eml("Terlampir.", attached={"arsip.zip": zipped({"2023/lapor.pdf": report})})
    )
    qa.build(tmp_path / "a", tmp_path / "index")
    with qa.open(tmp_path / "index") as archive:
        place = archive.quote("Kepala Balai Arkeologi").places[0].citation
    assert (place.page, place.part) == (1, "arsip.zip#2023/lapor.pdf")
    assert str(place).endswith("surat.eml#arsip.zip#2023/lapor.pdf, p. 1")


def test_when_a_page_was_captured_is_kept(archive: Engine) -> None:
    """And told in JSON."""
    answer = ask(archive, "i.warc.gz")
    cited = as_json(answer, answer.filters, archive.info)["citations"][0]
    assert (cited["captured"], cited["url"]) == ("2022-01-30T10:00:00Z", "https://a.id/i.warc.gz")


def test_a_change_of_one_member_reuses_the_rest(tmp_path: Path) -> None:
    """What has not changed is neither added nor encoded anew."""
    (tmp_path / "a").mkdir()
    archive = tmp_path / "a" / "a.zip"
    members = {f"{name}.txt": told(name) for name in PEOPLE}
    archive.write_bytes(zipped(members))
    first = qa.build(tmp_path / "a", tmp_path / "index")
    archive.write_bytes(zipped({**members, "k.zip.txt": "Hujan turun di kota itu."}))
    second = qa.build(tmp_path / "a", tmp_path / "index")
    assert (first.added, second.changed, second.unchanged) == (len(PEOPLE), 1, len(PEOPLE) - 1)
    assert second.reused == second.passages - 1


def test_parts_of_an_article_hold_until_the_next_begins() -> None:
    """None before the first."""
    of = replace(article("satu dua tiga"), parts=(Part(5, page=1), Part(9, page=2)))
    found = [of.part_at(offset) for offset in (0, 5, 8, 9, 13)]
    assert [part and part.page for part in found] == [None, 1, 1, 2, 2]


def test_to_import_every_loader_imports_none_of_their_libraries() -> None:
    """They are of an extra, and slow."""
    code = (
        "import qa.articles.folder, sys; sys.exit(str({'pypdfium2', 'docx', 'striprtf', 'warcio',"
        " 'feedparser', 'lxml', 'trafilatura'} & {*sys.modules} or ''))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr.strip() == ""
