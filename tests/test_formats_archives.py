from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from datetime import date
from pathlib import Path

import pytest

from qa.articles.folder import load
from qa.articles.members import member_name
from qa.cite import cite
from qa.settings import BuildSettings
from qa.types import Article, Note, Part, Skipped, Span
from tests.filed import (
    atom,
    captured,
    docx,
    eml,
    epub,
    mbox,
    mht,
    page,
    pdf,
    rss,
    tarred,
    zipped,
)

STORY = [
    "Menteri luar negeri tiba di kota Riga pada Selasa pagi untuk bertemu para sejawatnya.",
    "Pertemuan itu membahas bantuan bagi warga yang rumahnya rusak karena banjir bulan lalu.",
    "Ia akan kembali ke Jakarta pada hari Kamis, kata juru bicaranya kepada para wartawan.",
]


def loaded(tmp_path: Path, name: str, data: bytes) -> dict[str, Article]:
    """The articles of one file by their places, nothing of which is skipped."""
    found = everything(tmp_path, name, data)
    assert all(isinstance(item, Article) for item in found), found
    return {item.place: item for item in found if isinstance(item, Article)}


def everything(tmp_path: Path, name: str, data: bytes) -> list[Article | Skipped | Note]:
    """All that comes of one file."""
    (tmp_path / name).write_bytes(data)
    return list(load(tmp_path / name, BuildSettings(max_bytes=1_000_000)))


def reasons(tmp_path: Path, name: str, data: bytes) -> list[tuple[str, str]]:
    """What is skipped of one file, and why."""
    found = everything(tmp_path, name, data)
    return [(item.path, item.reason) for item in found if isinstance(item, Skipped)]


def test_a_mail_gives_its_text_sender_day_and_attachments(tmp_path: Path) -> None:
    """Attachments are read by the loaders of their own, and dated by the mail."""
    data = eml(
        "Rapat dimulai pukul sembilan di balai kota.",
        attached={
            "surat.docx": docx(["Anggaran naik lima persen."]),
            "peta.png": b"\x89PNG",
            "arsip.zip": zipped({"a.txt": "Hujan turun."}),
            "data.dat": b"x",
        },
    )
    *found, skipped = everything(tmp_path, "a.eml", data)
    articles = {item.place: item for item in found if isinstance(item, Article)}
    mail = articles["a.eml"]
    assert (mail.title, mail.source, mail.published) == ("Rapat", "Ani Wijaya", date(2022, 1, 30))
    assert mail.text == "Rapat dimulai pukul sembilan di balai kota."
    letter = articles["a.eml#surat.docx"]
    assert (letter.text, letter.published) == ("Anggaran naik lima persen.", date(2022, 1, 30))
    assert letter.parts == (Part(0, name="surat.docx"),)
    assert articles["a.eml#arsip.zip#a.txt"].text == "Hujan turun."
    assert skipped == Skipped("a.eml#data.dat", ".dat is not supported: save its text as .txt")


def test_wrapped_lines_of_a_mail_are_joined_and_quoted_ones_masked(tmp_path: Path) -> None:
    """A sentence does not end where a program broke the line."""
    body = (
        "Presiden akan menerima tamu dari Kota Riga pada hari Selasa pagi\n"
        "di istana negara, kata juru bicaranya.\n\nSalam,\nAni\n\n> Apa kabar di sana?\n> Baik."
    )
    mail = loaded(tmp_path, "a.eml", eml(body))["a.eml"]
    first = mail.text.split("\n\n")[0]
    assert first.endswith("hari Selasa pagi di istana negara, kata juru bicaranya.")
    masked = [mail.text[mask.start : mask.end] for mask in mail.masks]
    assert masked == ["> Apa kabar di sana?", "> Baik."]


def test_the_page_of_a_mail_is_read_where_its_text_is_a_stub(tmp_path: Path) -> None:
    """As newsletters have it."""
    mail = loaded(tmp_path, "a.eml", eml("Buka di peramban.", page=page(STORY)))["a.eml"]
    assert STORY[1] in mail.text
    assert "Buka" not in mail.text


def test_headers_of_a_mail_are_decoded(tmp_path: Path) -> None:
    """Of any charset, and what is broken stays as it is."""
    data = (
        b"Subject: =?utf-8?q?Ren=C3=A9e_tiba?=\nFrom: =?x-none?q?a?= <ani@contoh.id>\n"
        b"Date: nanti\nContent-Type: text/plain; charset=iso-8859-1\n\nCaf\xe9 itu ramai sekali."
    )
    mail = loaded(tmp_path, "a.eml", data)["a.eml"]
    assert (mail.title, mail.published) == ("Renée tiba", None)
    assert mail.text == "Café itu ramai sekali."


def test_mails_of_a_folder_are_called_by_their_number(tmp_path: Path) -> None:
    """A line that begins with `From ` does not part a mail."""
    mails = [
        eml("Satu.\nFrom sini ia pergi."),
        eml("Dua.", attached={"a.pdf": pdf([[(50, 700, 11, "Lampiran di halaman satu.")]])}),
    ]
    found = loaded(tmp_path, "a.mbox", mbox(mails))
    assert list(found) == ["a.mbox#1", "a.mbox#2", "a.mbox#2#a.pdf"]
    assert found["a.mbox#1"].text == "Satu.\nFrom sini ia pergi."
    assert found["a.mbox#1"].parts == ()
    assert found["a.mbox#2#a.pdf"].parts == (Part(0, page=1, name="2#a.pdf"),)


def test_a_saved_page_has_its_address(tmp_path: Path) -> None:
    """And the day on which it was saved, which is none of publication."""
    found = loaded(tmp_path, "a.mhtml", mht(STORY))["a.mhtml"]
    assert STORY[0] in found.text
    assert (found.url, found.captured) == ("https://contoh.id/berita/1", "2022-01-30")


def test_what_a_browser_saves_beside_a_page_is_not_read(tmp_path: Path) -> None:
    """In a folder, and in an archive of one; a folder of that name beside no page is read."""
    files = {
        "Berita.html": page(STORY),
        "Berita_files/saved.html": page(STORY[::-1]),
        "Berita_files/a/b.txt": "Iklan.",
        "Lain_files/a.txt": "Hujan turun.",
    }
    for name, text in files.items():
        (tmp_path / "c" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "c" / name).write_text(text)
    items = [item for item in load(tmp_path / "c", BuildSettings()) if isinstance(item, Article)]
    assert [item.path for item in items] == ["Berita.html", "Lain_files/a.txt"]
    found = loaded(tmp_path, "a.zip", zipped(files))
    assert list(found) == ["a.zip#Berita.html", "a.zip#Lain_files/a.txt"]


def pages() -> list[bytes]:
    """Records of a web archive: two captures of an address, and what is no page."""
    first, second = (page([*STORY, f"Kabar {word}."]).encode() for word in ("lama", "baru"))
    return [
        b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 1\r\n\r\nx\r\n\r\n",
        captured("https://a.id/1", first),
        captured("https://a.id/404", first, status="404 Not Found"),
        captured("https://a.id/x.png", b"\x89PNG", kind="image/png"),
        captured("https://a.id/1", second, when="2023-01-30T10:00:00Z"),
        captured("https://a.id/2", gzip.compress(first), more="Content-Encoding: gzip\r\n"),
        captured("https://a.id/1", first, when="2021-01-30T10:00:00Z"),
    ]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.wacz"])
def test_of_each_address_of_a_web_archive_the_newest_page_is_read(
    tmp_path: Path, name: str
) -> None:
    """Pages that were sent whole alone."""
    data, prefix = b"".join(pages()), ""
    if name == "a.warc.gz":
        data = b"".join(map(gzip.compress, pages()))
    if name == "a.wacz":
        half = [b"".join(map(gzip.compress, part)) for part in (pages()[:4], pages()[4:])]
        data = zipped({"archive/1.warc.gz": half[0], "archive/2.warc.gz": half[1], "x.json": "{}"})
        prefix = "archive/2.warc.gz#"
    found = loaded(tmp_path, name, data)
    numbers = [1, 2] if prefix else [5, 6]
    assert list(found) == [f"{name}#{prefix}{number}" for number in numbers]
    newest, other = found.values()
    assert newest.text.endswith("Kabar baru.")
    assert (newest.url, newest.captured) == ("https://a.id/1", "2023-01-30T10:00:00Z")
    assert other.text.endswith("Kabar lama.")


def test_members_of_an_archive_are_read_by_their_own_formats(tmp_path: Path) -> None:
    """Also archives, files of records, and gzipped ones."""
    rows = [{"text": "Satu hujan.", "tanggal": "01/31/2022"}, {"text": "Dua."}]
    table = "text,tanggal\nTiga.,01/31/2022\nEmpat.,02/03/2022\n"
    members = {
        "2022/01/30/a.txt": b"Hujan turun.",
        "b.jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "c.csv.gz": gzip.compress(table.encode()),
        "d.zip": zipped({"e.md": "# Judul\n\nHujan reda.", ".DS_Store": b"x"}),
        "f.epub": epub({"Bab 1": "<p>Kisah hujan.</p>"}),
        "g.jpg": b"x",
        "__MACOSX/a.txt": b"x",
    }
    expected = {
        "2022/01/30/a.txt": date(2022, 1, 30),
        "b.jsonl#1": date(2022, 1, 31),
        "b.jsonl#2": None,
        "c.csv.gz#2": date(2022, 1, 31),
        "c.csv.gz#3": date(2022, 2, 3),
        "d.zip#e.md": None,
        "f.epub": date(2021, 5, 4),
    }
    packed = {"a.zip": zipped(members), "a.tar": tarred(members)}
    for name in ("a.tar.gz", "a.tgz"):
        packed[name] = gzip.compress(packed["a.tar"])
    for name, data in packed.items():
        found = loaded(tmp_path, name, data)
        assert {item.record: item.published for item in found.values()} == expected
        assert found[f"{name}#f.epub"].parts == (Part(0, name="Bab 1"),)
        assert found[f"{name}#d.zip#e.md"].parts == (Part(0, name="d.zip#e.md"),)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/a.txt", "etc/a.txt"),
        ("C:\\Windows\\a.txt", "Windows/a.txt"),
        ("a\x1b]0;x\x07\u202e.txt", "a␛]0;x␇·.txt"),
        ("./a//b.txt", "a/b.txt"),
        ("..", "-"),
    ],
)
def test_the_name_of_a_member_is_made_safe(name: str, shown: str) -> None:
    """It stays within the archive, and no terminal obeys it."""
    assert member_name(name) == shown


def test_long_names_of_members_stay_different() -> None:
    """Though they are shortened."""
    names = {member_name("x" * 500 + f"{number}" + "y" * 200 + ".txt") for number in range(3)}
    assert len(names) == 3
    assert all(len(name) < 220 for name in names)


ENTRIES = [
    {
        "title": "Hujan &amp; banjir",
        "link": "https://a.id/1",
        "guid": "g1",
        "pubDate": "Sun, 30 Jan 2022 23:30:00 +0700",
        "description": "Ringkasan.",
        "content:encoded": "<p>Hujan turun.</p><p>Sungai <b>meluap</b>.</p>",
    },
    {"title": "Kosong", "guid": "g2"},
    {"title": "Ringkas", "description": "Hanya ringkasan <i>ini</i>."},
]


@pytest.mark.parametrize("name", ["a.rss", "a.xml"])
def test_entries_of_a_feed_are_articles(tmp_path: Path, name: str) -> None:
    """By their ids, with the whole text where there is one."""
    full, empty, short = everything(tmp_path, name, rss(ENTRIES))
    assert isinstance(full, Article)
    assert isinstance(short, Article)
    assert (full.place, full.text) == (f"{name}#g1", "Hujan turun.\n\nSungai meluap.")
    assert (full.title, full.source, full.url) == ("Hujan & banjir", "Harian Uji", "https://a.id/1")
    assert full.published == date(2022, 1, 30)
    assert empty == Skipped(f"{name}#g2", "empty")
    assert (short.place, short.text) == (f"{name}#3", "Hanya ringkasan ini.")
    assert [each.parts for each in (full, short)] == [
        (Part(0, name="Hujan & banjir"),),
        (Part(0, name="Ringkas"),),
    ]
    # Its title is named already.
    assert cite(Span(0, 5), full, 1).spot == ":1"


def test_atom_and_json_feeds_are_read_alike(tmp_path: Path) -> None:
    """The latter by its version, whatever the file is called."""
    row = {"title": "Hujan", "id": "https://a.id/1", "content": "<p>Hujan turun.</p>"}
    found = loaded(tmp_path, "a.atom", atom([{**row, "day": "2022-01-30T01:00:00Z"}]))
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harian Uji",
        "items": [
            {
                "id": "https://a.id/1",
                "url": "https://a.id/1",
                "title": "Hujan",
                "content_html": "<p>Hujan turun.</p>",
                "date_published": "2022-01-30T01:00:00Z",
            }
        ],
    }
    found |= loaded(tmp_path, "a.json", json.dumps(feed).encode())
    for article in found.values():
        assert (article.text, article.title) == ("Hujan turun.", "Hujan")
        assert (article.source, article.published) == ("Harian Uji", date(2022, 1, 30))
        assert article.url == article.record == "https://a.id/1"


def loop() -> bytes:
    """An archive in an archive, five deep."""
    data = zipped({"a.txt": "Hujan turun."})
    for _ in range(5):
        data = zipped({"b.zip": data})
    return data


def locked() -> bytes:
    """An archive whose member asks for a password."""
    data = bytearray(zipped({"a.txt": "Hujan turun."}))
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(sign) + at] |= 1
    return bytes(data)


def long_list() -> bytes:
    """An archive with a list of members longer than is read."""
    size = 9 << 20
    end = b"PK\5\6" + bytes(4) + b"\1\0\1\0" + size.to_bytes(4, "little") + bytes(6)
    return b"PK\1\2" + bytes(size - 4) + end


def long_header() -> bytes:
    """A tar file whose member's name is 9 MiB long."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("x" * (9 << 20)))
    return made.getvalue()


def bombs() -> bytes:
    """Archives side by side that each unpack to 60 MiB."""
    inner = zipped({"a.jsonl": bytes(60 << 20)})
    return zipped({f"{number}.zip": inner for number in range(3)}, stored=["0.zip"])


HOSTILE: list[tuple[str, bytes, str]] = [
    ("a.zip", b"", "no archive"),
    ("a.zip", b"PK sampah", "damaged"),
    ("a.zip", zipped({"a.txt": "Hujan turun."})[:-30], "damaged"),
    ("a.zip", zipped({"a.txt": bytes(70 << 20)}), "200 times"),
    ("a.zip", bombs(), "200 times"),
    ("a.zip", loop(), "too many others"),
    ("a.zip", locked(), "password"),
    ("a.zip", long_list(), "too long"),
    ("a.tar", b"sampah" * 200, "no archive"),
    ("a.tar", tarred({"a.txt": b"x" * 5_000})[:2_000], "damage"),
    ("a.tar", long_header(), "too long"),
    ("a.tgz", gzip.compress(tarred({"a.txt": b"x" * 9_000}))[:-20], "damaged"),
    ("a.eml", b"", "no mail"),
    ("a.eml", b"\0\1\2" * 100, "no mail"),
    ("a.eml", b"Subject: x\n\n", "empty"),
    ("a.eml", b"a:\n" * 30_000 + b"\nx", "headers and parts"),
    ("a.eml", b"Content-Type: text/plain; charset=a\0b\n\nx\xe9", "no mail"),
    ("a.eml", b"x" * ((32 << 20) + 1), "larger than"),
    ("a.mbox", b"sampah", "no folder of mail"),
    ("a.mbox", b"From x\n" + b"x" * ((32 << 20) + 1), "larger than"),
    ("a.mhtml", eml("Tidak ada."), "no page"),
    ("a.mhtml", b"", "no mail"),
    ("a.warc", b"sampah\n" * 5, "damaged"),
    ("a.warc", bytes(200_000), "damaged"),
    ("a.warc", captured("https://a.id/1", b"x")[:-300] + b"a:b\n" * 20_000, "damaged"),
    ("a.warc", captured("https://a.id/1", b"<p>x" * 300_000), "larger than"),
    ("a.warc.gz", gzip.compress(captured("https://a.id/1", page(STORY).encode()))[:-20], "damaged"),
    ("a.wacz", zipped({"a.txt": "x"}), "no web archive"),
    ("a.wacz", b"sampah", "damaged"),
    ("a.xml", b"<note>Halo</note>", "no feed"),
    ("a.rss", b"<rss></rss>", "without entries"),
    ("a.rss", b"sampah", "no feed"),
    ("a.rss", b"<rss>" + b"<a>" * 300_000, "tags"),
    ("a.eml", b"Subject: x\n\n" + b"kata demi " * 120_000, "larger than"),
]


@pytest.mark.parametrize(
    ("name", "data", "said"), HOSTILE, ids=[f"{name}-{said}" for name, _, said in HOSTILE]
)
def test_a_hostile_file_is_listed_with_its_reason(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    """Never fatal."""
    told = reasons(tmp_path, name, data)
    assert any(said in reason for _path, reason in told), told


def test_laughs_in_a_feed_end(tmp_path: Path) -> None:
    """Its entities are not expanded without end."""
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12)
    )
    data = rss([{"title": "x", "description": "TAWA"}]).replace(b"TAWA", b"&m; Hujan turun.")
    found = everything(tmp_path, "a.rss", data.replace(b"<rss", laughs + b"]><rss"))
    assert sum(len(str(item)) for item in found) < 10_000


def test_a_member_that_is_damaged_does_not_cost_the_others(tmp_path: Path) -> None:
    """Its checksum tells."""
    data = zipped({"a.txt": "Hujan turun.", "b.txt": "Reda."}, stored=["a.txt"])
    bad, good = everything(tmp_path, "a.zip", data.replace(b"Hujan turun.", b"Hujan tirun."))
    assert bad == Skipped("a.zip#a.txt", "its compressed data is damaged")
    assert isinstance(good, Article)


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    """As is a folder."""
    data = zipped({"a.txt": "Hujan.", "b/": "", "b/c.txt": "Reda."}).replace(b"a.txt", b"\0.txt")
    assert list(loaded(tmp_path, "a.zip", data)) == ["a.zip#b/c.txt"]


def test_a_packed_member_that_is_damaged_costs_itself_alone(tmp_path: Path) -> None:
    """As well as one that is packed twice."""
    packed = gzip.compress(b"Hujan turun di kota.")[:-9]
    bad, good = everything(tmp_path, "a.zip", zipped({"a.txt.gz": packed, "b.txt": "Reda."}))
    assert bad == Skipped("a.zip#a.txt.gz", "its compressed data is damaged")
    assert isinstance(good, Article)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", captured("https://a.id/1", b"x", status="404 Not Found")),
        ("a.warc.gz", gzip.compress(captured("https://a.id/1", b"{}", kind="application/json"))),
        ("a.wacz", zipped({"archive/a.warc": captured("https://a.id/1", b"", status="301 x")})),
        ("a.zip", zipped({})),
        ("a.zip", zipped({"foto.jpg": b"x"})),
        ("a.tgz", gzip.compress(tarred({".b.txt": b"x"}))),
        ("a.json", b"[]"),
        ("a.jsonl", b"\n"),
        ("a.csv", b"judul,isi\n"),
    ],
)
def test_a_file_that_holds_no_article_says_so(tmp_path: Path, name: str, data: bytes) -> None:
    """By itself, and in an archive, where what lies beside it is read."""
    assert everything(tmp_path, name, data) == [Skipped(name, "it holds no article")]
    found = everything(tmp_path, "b.zip", zipped({name: data, "c.txt": "Kabar pagi."}))
    assert found[0] == Skipped(f"b.zip#{name}", "it holds no article")
    assert [one.text for one in found[1:] if isinstance(one, Article)] == ["Kabar pagi."]


def test_links_and_devices_of_a_tar_are_passed_over(tmp_path: Path) -> None:
    """Wherever they point."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, kind in (("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.CHRTYPE)):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
    assert everything(tmp_path, "a.tar", made.getvalue()) == [
        Skipped("a.tar", "it holds no article")
    ]


@pytest.mark.parametrize(
    ("name", "module", "data"),
    [("a.warc", "warcio", b"".join(pages())), ("a.rss", "feedparser", rss(ENTRIES))],
)
def test_without_the_extra_such_a_file_is_listed(
    tmp_path: Path, name: str, module: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, module, None)
    ((path, reason),) = reasons(tmp_path, name, data)
    assert path == name
    assert "needs the extra 'files': pip install 'qa[files]'" in reason
