from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import socket
from datetime import date
from pathlib import Path

import pytest

from qa.articles.folder import load, root_of
from qa.errors import CorpusError
from qa.settings import BuildSettings
from qa.types import Article, Note, Skipped
from tests.work import is_linear

PROSE = "Warga kembali ke rumah masing-masing setelah air sungai surut semalam, kata kepala desa.\n"


def articles(corpus: Path, **columns: str) -> list[Article]:
    """The articles of a corpus."""
    found = load(corpus, BuildSettings(columns=columns))
    return [item for item in found if isinstance(item, Article)]


def skipped(corpus: Path, *, max_bytes: int = 10_000) -> dict[str, str]:
    """What is skipped, and why."""
    found = load(corpus, BuildSettings(max_bytes=max_bytes))
    return {item.path: item.reason for item in found if isinstance(item, Skipped)}


def text_article(folder: Path, text: str, name: str = "a.txt") -> Article:
    """The article of a text file."""
    (folder / name).write_bytes(text.encode())
    (found,) = articles(folder)
    return found


def test_a_folder_is_walked_in_order_with_paths_relative_to_it(tmp_path: Path) -> None:
    """Files before folders at each level, sorted; suffixes in any case."""
    for name in ("b/z.txt", "b/a.md", "a/x.TXT", "c.txt", "B.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PROSE)
    found = [article.path for article in articles(tmp_path)]
    assert found == ["B.txt", "c.txt", "a/x.TXT", "b/a.md", "b/z.txt"]
    assert [article.path for article in articles(tmp_path / "b" / "z.txt")] == ["z.txt"]


def test_paths_are_relative_to_the_root(tmp_path: Path) -> None:
    """Of a folder, of one file, and of a link to one."""
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    for corpus in (tmp_path, tmp_path / "a.txt", tmp_path / "link.txt"):
        (article,) = articles(corpus)
        assert (root_of(corpus) / article.path).read_text() == article.text


def test_an_article_carries_the_files_own_text(tmp_path: Path) -> None:
    """Identity is the text's, and the newlines are the file's."""
    text = "Judul Berita Ini Cukup Panjang\r\n\r\n" + PROSE
    article = text_article(tmp_path, text)
    assert article.text == text
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert article.id == article.sha256[:16]
    assert (article.record, article.also_at, article.masks) == (None, (), ())


def test_hidden_things_and_pictures_are_passed_over_in_silence(tmp_path: Path) -> None:
    """Nobody takes them for articles."""
    (tmp_path / ".git").mkdir()
    for name in (".git/a.txt", ".DS_Store", ".hidden.txt", "photo.JPG", "style.css", "a.sha256"):
        (tmp_path / name).write_text(PROSE)
    assert list(load(tmp_path, BuildSettings())) == []


def test_documents_of_other_kinds_are_listed(tmp_path: Path) -> None:
    """A person who put them there learns what to do."""
    for name in ("a.xlsx", "b.DOC", "c.rar", "e", "f.msg", "g.LOG", "h.odd", "i.log.gz"):
        (tmp_path / name).write_text(PROSE)
    assert skipped(tmp_path) == {
        "a.xlsx": ".xlsx is not supported: save its text as .txt",
        "b.DOC": ".doc is not supported: save its text as .txt",
        "c.rar": ".rar is not supported: save its text as .txt",
        "e": "has no suffix; call it .txt if it is text",
        "f.msg": ".msg is not supported: save its text as .txt",
        "g.LOG": ".log is not supported: save its text as .txt",
        "h.odd": ".odd is not supported: save its text as .txt",
        "i.log.gz": ".gz is not supported: save its text as .txt",
    }


def test_bad_files_are_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    """Binary, empty, too large, empty below front matter, damaged gzip."""
    (tmp_path / "binary.txt").write_bytes(b"\0\1\2")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "large.txt").write_bytes(b"x" * 10_001)
    (tmp_path / "bare.md").write_text("---\ntitle: X\n---\n \n")
    (tmp_path / "cut.txt.gz").write_bytes(gzip.compress(os.urandom(5_000))[:-100])
    (tmp_path / "not.txt.gz").write_bytes(b"plain")
    (tmp_path / "good.txt").write_text(PROSE)
    found = skipped(tmp_path)
    assert set(found) == {
        "binary.txt",
        "empty.txt",
        "large.txt",
        "bare.md",
        "cut.txt.gz",
        "not.txt.gz",
    }
    assert "front matter" in found["bare.md"]
    assert "damaged" in found["cut.txt.gz"]
    assert "damaged" in found["not.txt.gz"]
    assert "good.txt" in [article.path for article in articles(tmp_path)]


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    """A pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(tmp_path)  # a socket's path may be no longer than 107 bytes
        try:
            bound.bind("socket.txt")
        finally:
            os.chdir(here)
    assert skipped(tmp_path) == {
        "pipe.txt": "not a regular file",
        "socket.txt": "not a regular file",
    }
    with pytest.raises(CorpusError, match="neither a folder nor a file"):
        load(tmp_path / "pipe.txt", BuildSettings())


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    """Within the corpus in silence, out of it with a reason, in circles without end."""
    outside = tmp_path / "secret.txt"
    outside.write_text(PROSE)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "real.txt").write_text(PROSE)
    (corpus / "again.txt").symlink_to(corpus / "real.txt")
    (corpus / "circle").symlink_to(corpus)
    (corpus / "out.txt").symlink_to(outside)
    (corpus / "gone.txt").symlink_to(tmp_path / "nothing")
    assert [article.path for article in articles(corpus)] == ["real.txt"]
    found = skipped(corpus)
    assert set(found) == {"out.txt", "gone.txt"}
    assert "out of the corpus" in found["out.txt"]
    (tmp_path / "link").symlink_to(corpus)
    assert [article.path for article in articles(tmp_path / "link")] == ["real.txt"]


def test_a_name_that_is_no_unicode_can_be_stored(tmp_path: Path) -> None:
    """Its odd bytes are replaced."""
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(PROSE)
    assert [article.path for article in articles(tmp_path)] == ["caf\ufffd.txt"]


def test_an_absent_or_foreign_corpus_is_an_error(tmp_path: Path) -> None:
    """At once, not at the first article."""
    with pytest.raises(CorpusError, match="There is no"):
        load(tmp_path / "nothing", BuildSettings())
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(CorpusError, match="no format that qa reads"):
        load(tmp_path / "a.xlsx", BuildSettings())


def test_records_of_one_file_keep_their_ids(tmp_path: Path) -> None:
    """Gzipped or not; a bad line is listed by its number; columns are mapped."""
    rows = [json.dumps({"isi": PROSE, "id": "x7", "judul": "T"}), "{", json.dumps({"isi": "Lain."})]
    data = "\n".join(rows).encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(data))
    found = list(load(tmp_path, BuildSettings(columns={"text": "isi", "title": "judul"})))
    first, bad, last = found
    assert isinstance(first, Article)
    assert (first.path, first.record, first.title) == ("a.jsonl.gz", "x7", "T")
    assert isinstance(bad, Skipped)
    assert bad.path == "a.jsonl.gz#2"
    assert isinstance(last, Article)
    assert (last.record, last.title) == ("3", "Lain.")


def test_half_a_character_is_skipped(tmp_path: Path) -> None:
    """A lone surrogate can be written in JSON but stored nowhere; in a title it is replaced."""
    rows = (
        '{"text": "a\\ud800b"}\n{"text": "a\\ud800b", "id": "\\ud800"}\n'
        '{"text": "X", "title": "a\\ud800b"}\n'
    )
    (tmp_path / "a.jsonl").write_text(rows)
    assert list(skipped(tmp_path)) == ["a.jsonl#1", "a.jsonl#\ufffd"]
    assert "surrogate" in skipped(tmp_path)["a.jsonl#1"]
    assert [article.title for article in articles(tmp_path)] == ["a\ufffdb"]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://warta.example/a?b=1", True),
        ("http://warta.example", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[", False),
        ("https://a.b/\x1b[31m", False),
        ("https://a.b/ c", False),
    ],
)
def test_only_web_addresses_are_kept(tmp_path: Path, url: str, kept: bool) -> None:
    """A terminal may make a link of it."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": PROSE, "url": url}))
    (article,) = articles(tmp_path)
    assert article.url == (url if kept else None)


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ("id", "id"),
        ("en-GB", "en"),
        ("Indonesian", "id"),
        ("ind", "id"),
        ("zsm", "ms"),
        ("?", "id"),
    ],
)
def test_the_language_is_a_code_or_detected(tmp_path: Path, given: str, language: str) -> None:
    """Names and longer codes are brought to ISO 639-1."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": PROSE, "language": given}))
    assert articles(tmp_path)[0].language == language


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "NEWS\nSungai Surut, Warga Pulang Semalam\n\n" + PROSE,
            "Sungai Surut, Warga Pulang Semalam",
        ),
        (PROSE, "Warga kembali ke rumah masing-masing setelah air sungai surut semalam, kata…"),
        ("JAKARTA, Warta.com - Air surut. " + PROSE, "Air surut."),
        ("Air surut.", "Air surut."),
        ("ADVERTISEMENT\n", "a b"),
    ],
)
def test_a_bare_text_has_a_title(tmp_path: Path, text: str, title: str) -> None:
    """The headline, else the first sentence without its dateline, else the file's name."""
    assert text_article(tmp_path, text, "a_b.txt").title == title


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("a.txt", f"Judul Berita Hari Ini\nSenin, 3 Mei 2021\n\n{PROSE}", date(2021, 5, 3)),
        ("a.txt", f"{PROSE}Itu katanya, Senin (3/5/2021).", date(2021, 5, 3)),
        ("a.txt", f"{PROSE}Itu katanya, Selasa (30/11).", None),
        ("2021/a.txt", f"{PROSE}Itu katanya, Selasa (30/11).", date(2021, 11, 30)),
        ("2021-05-04_a.txt", PROSE, date(2021, 5, 4)),
        (
            "a.md",
            f"# Judul\nSenin, 3 Mei 2021\n\n{PROSE}\n\n## Lain\n{PROSE}",
            date(2021, 5, 3),
        ),
    ],
)
def test_a_bare_text_may_have_a_date(
    tmp_path: Path, name: str, text: str, day: date | None
) -> None:
    """From its path, its header or what it reports."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    assert text_article(tmp_path, text, name).published == day


def test_title_and_date_stand_above_a_later_heading(tmp_path: Path) -> None:
    """Only masks at the top are skipped, such as front matter, not up to the last heading mark."""
    text = (
        "---\nsource: Kabar\n---\nPasar ikan dibuka lagi pada Senin, 3 Mei 2021, kata warga.\n\n"
        f"## Lanjutan\n\n{PROSE}"
    )
    article = text_article(tmp_path, text, "a.md")
    assert article.title == "Pasar ikan dibuka lagi pada Senin, 3 Mei 2021, kata warga."
    assert article.published == date(2021, 5, 3)


def test_a_record_has_the_date_of_its_field_or_its_address_or_its_text(tmp_path: Path) -> None:
    """In this order; the name of its file is that of many records."""
    rows: list[dict[str, str]] = [
        {"text": "Pada Senin (3/5/2021) hujan.", "published": "2020-01-02T03:04:05Z"},
        {"text": "Pada Senin (3/5/2021) hujan.", "url": "https://a.id/2020/01/02/hujan"},
        {"text": "Pada Senin (3/5/2021) hujan."},
        {"text": "Pada Senin hujan."},
    ]
    (tmp_path / "2019-08-09.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = [article.published for article in articles(tmp_path)]
    assert found == [date(2020, 1, 2), date(2020, 1, 2), date(2021, 5, 3), None]


DATED_TEXTS = [
    ("Semarang, 7 Juni 2023 - Wali kota membuka pasar apung itu.", date(2023, 6, 7)),
    ("GENEVA, Aug. 9, 2022 (AP) - Delegates met behind closed doors.", date(2022, 8, 9)),
    ("Posted 12 October 2021\nThe lighthouse will be painted again.", date(2021, 10, 12)),
    ("Antaranews.com - 05/11/2023, 08:45 WIB\nPasar apung dibuka.", date(2023, 11, 5)),
    ('"Air sudah surut," kata Camat Bayu Seno, Kamis (9/2/2023).', date(2023, 2, 9)),
    ("Partai itu lahir di Bandung pada 4 Juli 1927.", None),
]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.jsonl.gz"])
def test_records_are_dated_from_their_text_as_files_are(tmp_path: Path, name: str) -> None:
    """Where no column has the day."""
    rows = [{"title": f"Kabar {n}", "text": text} for n, (text, _) in enumerate(DATED_TEXTS)]
    (tmp_path / name).write_bytes(as_file(rows, name))
    assert [article.published for article in articles(tmp_path)] == [day for _, day in DATED_TEXTS]
    (tmp_path / name).unlink()
    for n, (text, _) in enumerate(DATED_TEXTS):
        (tmp_path / f"{n}.txt").write_text(f"Kabar {n}\n{text}")
    assert [article.published for article in articles(tmp_path)] == [day for _, day in DATED_TEXTS]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.csv.gz"])
@pytest.mark.parametrize(
    ("column", "days", "noted"),
    [
        (["07/04/2021", "07/19/2021", "08/02/2021"], ["07-04", "07-19", "08-02"], True),
        (["04/07/2021", "19/07/2021", "02/08/2021"], ["07-04", "07-19", "08-02"], False),
        (["4.7.21 10:30", "30.7.21", "-"], ["07-04", "07-30", None], False),
        (["3/4/21", "3/31/21", "31/3/21", "3/30/21"], ["03-04", "03-31", None, "03-30"], True),
        (["04/07/2021", "05/07/2021"], ["07-04", "07-05"], False),
        (["2021-07-04", "7/5/2021", "7/15/2021"], ["07-04", "07-05", "07-15"], True),
        (["4 Juli 2021", "July 5, 2021", ""], ["07-04", "07-05", None], False),
    ],
)
def test_a_column_has_one_order_of_day_and_month(
    tmp_path: Path, name: str, column: list[str], days: list[str | None], noted: bool
) -> None:
    """That of the dates which can be read in one way only, wherever in the file they stand."""
    rows = [
        {"title": str(n), "tanggal": day, "text": f"{PROSE} {n}"} for n, day in enumerate(column)
    ]
    (tmp_path / name).write_bytes(as_file(rows, name))
    found = [article.published for article in articles(tmp_path)]
    assert found == [day and date.fromisoformat(f"2021-{day}") for day in days]
    notes = [item for item in load(tmp_path, BuildSettings()) if isinstance(item, Note)]
    assert [(note.path, "month first" in note.text) for note in notes] == [(name, True)] * noted


@pytest.mark.parametrize(
    ("order", "days"),
    [("dmy", [date(2021, 4, 3), None]), ("mdy", [date(2021, 3, 4), date(2021, 3, 31)])],
)
def test_the_order_that_a_person_tells_counts(
    tmp_path: Path, order: str, days: list[date | None]
) -> None:
    """Whatever the column looks like."""
    rows = [{"date": day, "text": f"{PROSE} {day}"} for day in ("3/4/2021", "3/31/2021")]
    (tmp_path / "a.csv").write_bytes(as_file(rows, "a.csv"))
    found = list(load(tmp_path, BuildSettings(date_order=order)))
    assert [item.published for item in found if isinstance(item, Article)] == days
    assert len(found) == 2


def as_file(rows: list[dict[str, str]], name: str) -> bytes:
    """Rows as a file of records, by the suffix of its name."""
    kind = name.removesuffix(".gz")
    if kind.endswith(".json"):
        data = json.dumps(rows)
    elif kind.endswith(".jsonl"):
        data = "\n".join(map(json.dumps, rows))
    else:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), delimiter="\t" if ".t" in kind else ",")
        writer.writeheader()
        writer.writerows(rows)
        data = out.getvalue()
    return gzip.compress(data.encode()) if name.endswith(".gz") else data.encode()


def test_metadata_is_one_printable_line(tmp_path: Path) -> None:
    """Control characters, newlines, endless titles and placeholders come to nothing bad."""
    rows = [
        {"text": PROSE, "title": "A\n\x1b[31mB", "source": "x" * 1_000},
        {"text": PROSE, "title": "No Title", "source": " "},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    first, second = articles(tmp_path)
    assert first.title == "A ␛[31mB"
    assert first.source == "x" * 300
    assert second.title.startswith("Warga kembali")
    assert second.source is None


def test_the_seeds_have_titles_dates_and_languages(shared: Path) -> None:
    """The page's own date in 004 gives way to the one its prose reports."""
    found = articles(shared / "seeds")
    assert [article.path[:3] for article in found] == ["000", "001", "002", "003", "004"]
    assert {article.language for article in found} == {"id"}
    assert [article.published for article in found] == [None, None, None, None, date(2022, 1, 30)]
    assert found[1].title == "Nato Umumkan akan Kirim Pasukan ke Ukraina Menyusul Invasi Rusia"
    assert found[3].title.startswith("Menteri luar negeri negara bagian NATO")
    assert found[4].title == "NATO Tak Akan Kirim Pasukan jika Rusia Serang Ukraina"


@pytest.mark.parametrize("piece", ["a", "A ", "\n", ". ", "---\n", "Jakarta - ", "1/1/"])
def test_a_hostile_text_loads_in_linear_time(tmp_path: Path, piece: str) -> None:
    """A megabyte of anything that titles and dates are told from."""

    def load_it(text: str) -> None:
        (tmp_path / "a.txt").write_text(f"x{text}")
        list(load(tmp_path, BuildSettings()))

    assert is_linear(load_it, piece, 1_000_000)
