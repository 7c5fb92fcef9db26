from __future__ import annotations

import csv
import io
import json
from datetime import date
from html import escape
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from qa.articles.decode import NotText, decode, mend
from qa.articles.formats import LOADERS
from qa.articles.metadata import article as described
from qa.settings import BuildSettings
from qa.types import Article, Mask, Record, Skipped

_NAMED = "name the one that holds it: --column text=NAME"


def load(data: bytes, name: str, **columns: str) -> list[Record | Skipped]:
    """What the loader of a file's suffix makes of its bytes, of which it takes 100,000."""
    settings = BuildSettings(max_bytes=100_000, columns=columns)
    return list(LOADERS[Path(name).suffix](io.BytesIO(data), name, settings))


def record(data: bytes, name: str) -> Record:
    """The one record of a file."""
    (found,) = load(data, name)
    assert isinstance(found, Record)
    return found


def reason(data: bytes, name: str, **columns: str) -> str:
    """Why a file, or its one record, is skipped."""
    (found,) = load(data, name, **columns)
    assert isinstance(found, Skipped)
    return found.reason


@pytest.mark.parametrize(
    "data",
    [
        "Judul\r\n\r\nHujan – reda.\r\n".encode(),
        b"\xef\xbb\xbf" + "Judul\r\n\r\nHujan – reda.\r\n".encode(),
        "Judul\r\n\r\nHujan – reda.\r\n".encode("utf-16"),
        b"\xfe\xff" + "Judul\r\n\r\nHujan – reda.\r\n".encode("utf-16-be"),
        "Judul\r\n\r\nHujan – reda.\r\n".encode("cp1252"),
    ],
)
def test_text_is_the_files_own_in_every_encoding(data: bytes) -> None:
    """The byte order mark goes, newlines stay."""
    assert record(data, "a.txt").text == "Judul\r\n\r\nHujan – reda.\r\n"


def test_cp1252_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A guess is never quiet, and one line is enough for a file of many."""
    load(b"caf\xe9", "a.txt")
    load(b'{"text": "caf\xe9"}\n{"text": "caf\xe9"}\n', "a.jsonl")
    assert [message.getMessage().partition(":")[0] for message in caplog.records] == [
        "a.txt",
        "a.jsonl#1",
    ]


def test_what_the_log_says_of_a_file_is_safe_to_print(caplog: pytest.LogCaptureFixture) -> None:
    """Its name may hold what steers a terminal."""
    load(b"caf\xe9", "\x1b]0;x\x07.txt")
    load(b"---\na: [\n---\n", "\x1b]0;x\x07.md")
    assert len(caplog.records) == 2
    assert "\x1b" not in caplog.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"PNG\0\0", "binary"),
        (b"\x81\xff\xfe", "neither UTF-8 nor cp1252"),
        (b"\x01\x02\xe9", "binary"),
        (b"\xff\xfeabc", "UTF-16"),
        (b"x" * 100_001, "larger than 100,000 bytes"),
    ],
)
def test_what_is_no_text_is_skipped_with_its_reason(data: bytes, said: str) -> None:
    """For whole files."""
    assert said in reason(data, "a.txt")


@given(st.text())
def test_any_text_survives_utf8(text: str) -> None:
    """Decoding gives back what was encoded, less a byte order mark, or says that it is binary."""
    data = text.encode("utf-8", "replace")
    try:
        decoded, western = decode(data)
    except NotText:
        assert b"\0" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff")
        return
    assert not western
    assert decoded.removeprefix("\ufeff") == data.decode().removeprefix("\ufeff")


def test_front_matter_is_read_and_masked() -> None:
    """All fields, for text and Markdown alike; the text stays whole."""
    text = (
        "---\ntitle: 'Air: Surut'\nsource: Warta\npublished: 2022-01-30\nlanguage: id\n"
        "url: https://a.id/1\n---\nHujan reda.\n"
    )
    for name in ("a.txt", "a.md"):
        assert record(text.encode(), name) == Record(
            text,
            title="Air: Surut",
            source="Warta",
            url="https://a.id/1",
            published=date(2022, 1, 30),
            language="id",
            masks=(Mask(0, text.index("Hujan"), "front matter"),),
        )


@pytest.mark.parametrize(
    ("block", "day"),
    [
        ("date: 2022-01-30T10:00:00Z", date(2022, 1, 30)),
        ("tanggal: Minggu, 30 Januari 2022", date(2022, 1, 30)),
        ("published: '20220130'", date(2022, 1, 30)),
        ("published: 20220130", date(2022, 1, 30)),
        ("published: [1]", None),
        ("title: 7", None),
    ],
)
def test_front_matter_dates_come_in_many_forms(block: str, day: date | None) -> None:
    """YAML's own dates, and those it leaves as text."""
    assert record(f"---\n{block}\n---\nX".encode(), "a.md").published == day


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x]\nb: *a",
        "a: !!python/object/apply:os.system [ls]",
        "a: !!bool x",
        "a: !!timestamp x",
        "a: !!int ''",
        "a: " + "[" * 5_000,
        "a: [1",
        "published: 2022-13-45",
        "title: x\n- y",
    ],
)
def test_hostile_front_matter_is_masked_but_not_believed(
    block: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Aliases, tags, depth and nonsense cost nothing and are told to the log."""
    found = record(f"---\n{block}\n---\nHujan.".encode(), "a.md")
    assert found.title is None
    assert found.text[found.masks[0].end :] == "Hujan."
    assert "front matter" in caplog.text


def test_a_rule_of_dashes_is_no_front_matter() -> None:
    """Prose between two rules stays prose."""
    text = "---\nHujan reda di utara.\n---\nWarga pulang."
    assert record(text.encode(), "a.md") == Record(text)


def test_markdown_takes_its_title_from_the_heading() -> None:
    """Where front matter names none."""
    assert record(b"\n# Hujan Reda #\n\nWarga pulang.", "a.md").title == "Hujan Reda"
    assert record(b"---\ntitle: X\n---\n# Y\n", "a.md").title == "X"
    assert record(b"Warga pulang.", "a.md").title is None


def test_html_gives_text_title_date_site_and_address() -> None:
    """As trafilatura finds them; navigation and footer are not text."""
    prose = "Bendungan baru itu mengairi sawah di tiga kecamatan sejak awal musim tanam. " * 4
    page = f"""<html lang="id"><head><title>Bendungan Baru</title>
        <meta property="og:title" content="Bendungan Baru">
        <meta property="og:site_name" content="Warta">
        <meta property="article:published_time" content="2022-01-30T10:00:00+07:00">
        <link rel="canonical" href="https://warta.example/bendungan"></head>
        <body><nav><a href="/">Beranda</a></nav><article><h1>Bendungan Baru</h1>
        <p>{prose}</p><p>{prose}</p></article><footer>Hubungi kami</footer></body></html>"""
    found = record(page.encode(), "a.html")
    assert prose.strip() in found.text
    assert "Hubungi" not in found.text
    assert (found.title, found.source, found.url) == (
        "Bendungan Baru",
        "Warta",
        "https://warta.example/bendungan",
    )
    assert found.published == date(2022, 1, 30)


@pytest.mark.parametrize("page", ["<html></html>", "<" * 5_000, "<div>" * 20_000])
def test_a_page_without_an_article_is_skipped(page: str) -> None:
    """Empty, broken and deeply nested pages."""
    assert "no article text" in reason(page.encode(), "a.html")


def test_a_page_that_the_parser_trips_over_is_skipped() -> None:
    """As one of 14,000 pages with random damage was."""
    assert "cannot be read" in reason(b"<svg><title></title><g>", "a.html")


def test_jsonl_maps_its_columns() -> None:
    """By the settings, else by their own names; the line number stands in for an id."""
    row = {"body": "Hujan.", "title": "T", "site": "Warta", "published": "30 Januari 2022"}
    data = b"\n" + json.dumps(row).encode() + b"\r\n"
    assert load(data, "a.jsonl", text="body", source="site") == [
        Record("Hujan.", title="T", source="Warta", published=date(2022, 1, 30), id="2")
    ]
    assert load(b'{"text": "X", "id": 7, "title": 3, "source": null, "url": true}', "a.jsonl") == [
        Record("X", title="3", id="7")
    ]
    assert load(b'{"text": "X", "id": " "}', "a.jsonl") == [Record("X", id="1")]


@pytest.mark.parametrize(
    ("row", "day"),
    [
        ({"text": "Wali kota membuka pasar, Senin (4/3).", "year": "2024"}, date(2024, 3, 4)),
        ({"isi": "Wali kota membuka pasar, Senin (4/3).", "Tahun": 2024}, date(2024, 3, 4)),
        ({"text": "Kata dia, Senin (4/3/2024).", "year": 2024}, date(2024, 3, 4)),
        ({"text": "Kata dia, Senin (4/3/2019).", "year": 2024}, None),
        ({"text": "Kata dia, Senin (4/3).", "year": "kelima"}, None),
        ({"text": "Kata dia kemarin.", "year": "2024"}, None),
        ({"text": "Kata dia, Senin (4/3).", "year": 2023, "date": "2024-03-05"}, date(2024, 3, 5)),
    ],
)
def test_a_column_of_years_tells_the_year_of_days_in_the_text(
    row: dict[str, object], day: date | None
) -> None:
    """And that a day of another year is not the article's; it makes no day of its own."""
    (record,) = load(json.dumps(row).encode(), "a.jsonl")
    assert isinstance(record, Record)
    found = described(record, "a.jsonl")
    assert isinstance(found, Article)
    assert found.published == day


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "a JSON list"),
        ("{}", "no field 'text'; name the one that holds it: --column text=NAME"),
        ('{"text": 5}', "is int, not text"),
        ('{"text": " "}', "empty"),
        ('{"text": ' + "9" * 5_000 + "}", "a number is too long"),
        ('{"text": ' + "[" * 90_000 + "}", "nested too deeply"),
        ('{"text": "' + "x" * 100_000 + '"}', "longer than 100,000 bytes"),
        ('{"text": "a\0b"}', "binary"),
    ],
)
def test_a_bad_line_of_jsonl_is_skipped_alone(line: str, said: str) -> None:
    """The lines around it are read."""
    good = b'{"text": "X"}'
    first, bad, last = load(b"\n".join((good, line.encode(), good)), "a.jsonl")
    assert first == Record("X", id="1")
    assert isinstance(bad, Skipped)
    assert bad.path == "a.jsonl#2"
    assert said in bad.reason
    assert last == Record("X", id="3")


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_records_are_read_from_utf16(name: str) -> None:
    """As spreadsheets on Windows write it."""
    text = '{"text": "Hujan – reda"}\n' if name.endswith("l") else "text,title\nHujan – reda,T\n"
    (found,) = load(text.encode("utf-16"), name)
    assert isinstance(found, Record)
    assert found.text == "Hujan – reda"
    (skipped,) = load((text * 5_000).encode("utf-16"), name)[:1]
    assert isinstance(skipped, Skipped)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_finds_its_delimiter_by_the_texts_column(delimiter: str) -> None:
    """Quoted fields keep delimiters and newlines."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["title", "text"], ["T", f'Satu{delimiter}\ndua "tiga"'], [], ["U", "Empat"]])
    found = load(b"\xef\xbb\xbf" + out.getvalue().encode(), "a.csv")
    assert found == [
        Record(f'Satu{delimiter}\ndua "tiga"', title="T", id="2"),
        Record("Empat", title="U", id="5"),
    ]


def test_a_bad_row_of_csv_is_skipped_alone() -> None:
    """Missing fields, empty text, too many columns, an overlong line; the rest goes on."""
    rows = ["text,title", "X,1", ",2", "Y", "a" + "," * 2_000, '"' + "z" * 200_000 + '"', "Z,6"]
    found = load("\n".join(rows).encode(), "a.csv")
    assert [item.id if isinstance(item, Record) else item.path for item in found] == [
        "2",
        "a.csv#3",
        "4",
        "a.csv#5",
        "a.csv#6",
        "7",
    ]


def test_an_open_quote_does_not_swallow_a_large_file() -> None:
    """The field limit ends it, reading goes on, and the process's limit is as before."""
    before = csv.field_size_limit()
    rows = ['text,title\n"open,1\n', *["line\n"] * 40_000, "Last,2\n"]
    found = load("".join(rows).encode(), "a.csv")
    assert any(isinstance(item, Skipped) and "field" in item.reason for item in found)
    assert csv.field_size_limit() == before


def test_csv_without_the_texts_column_says_which_there_are() -> None:
    """So that the person can name it."""
    said = reason(b"judul;kolom\nA;B\n", "a.csv")
    assert "--column text=NAME" in said
    assert "'text'" in said
    assert "judul, kolom" in said
    assert load(b"judul;kolom\nA;B\n", "a.csv", text="kolom") == [Record("B", title="A", id="2")]
    assert reason(b"", "a.csv") == reason(b"\n\n", "a.csv") == "empty"


def test_fields_are_known_by_their_usual_names_too() -> None:
    """A date is no less one for being called so; what an option names comes first."""
    row = {"text": "A", "date": "2022-02-03", "headline": "H", "link": "https://a.id"}
    (found,) = load(json.dumps(row).encode(), "a.jsonl")
    assert isinstance(found, Record)
    assert (found.published, found.title) == (date(2022, 2, 3), "H")
    assert found.url == "https://a.id"
    named = {**row, "seen": "2021-01-01"}
    (found,) = load(json.dumps(named).encode(), "a.jsonl", published="seen")
    assert isinstance(found, Record)
    assert found.published == date(2021, 1, 1)


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (("judul", "isi", "sumber", "tanggal", "tautan"), "a.csv"),
        (("Judul Berita", "Isi Berita", "SUMBER", "Tanggal Terbit", "Link"), "a.csv"),
        (("title", "content", "site_name", "publishedAt", "url"), "a.jsonl"),
        (("headline", "articleBody", "publisher", "date-published", "permalink"), "a.json"),
        (("Title", "full_text", "Source", "publish_date", "URL"), "a.json"),
    ],
)
def test_usual_names_of_columns_need_no_option(names: tuple[str, ...], name: str) -> None:
    """In Indonesian and English, however they are written."""
    values = ("Banjir surut", "Warga pulang.", "Warta", "2023-05-06T07:00:00Z", "https://w.id/1")
    row = {**dict(zip(names, values, strict=True)), "tags": [{"name": "banjir"}]}
    lines = [";".join(names), ";".join(values)]
    data = "\n".join(lines) if name == "a.csv" else json.dumps(row)
    (found,) = load(data.encode(), name)
    assert isinstance(found, Record)
    assert (found.title, found.text, found.source) == ("Banjir surut", "Warga pulang.", "Warta")
    assert (found.published, found.url) == (date(2023, 5, 6), "https://w.id/1")


@pytest.mark.parametrize(
    ("field", "source"),
    [
        ({"source": {"id": None, "name": "Harian Pagi"}}, "Harian Pagi"),
        ({"source": {"id": "the-post", "name": "The Post"}}, "The Post"),
        ({"publisher": {"@type": "Organization", "name": "Suara Kita"}}, "Suara Kita"),
        ({"publisher": [{"name": "Satu"}, {"name": "Dua"}]}, "Satu"),
        ({"source": {"id": "x"}, "publisher": {"name": "Warta"}}, "Warta"),
        ({"source": {"name": "La LibertÃ©"}}, "La Liberté"),
        ({"source": {"name": {"name": "x"}}}, None),
        ({"source": {}}, None),
        ({"source": []}, None),
    ],
)
def test_an_object_is_called_by_its_name(field: dict[str, object], source: str | None) -> None:
    """As news services and JSON-LD write who published an article."""
    row = {"title": "Hujan", "content": "Hujan reda di Riga.", **field}
    document = {"status": "ok", "totalResults": 1, "articles": [row]}
    assert record(json.dumps(document).encode(), "a.json").source == source


def test_the_texts_usual_name_goes_before_its_others() -> None:
    """What an option names goes first, and what is empty counts for nothing."""
    row = {"content": "C", "text": "T", "isi": "I"}
    for columns, text in (({}, "T"), ({"text": "isi"}, "I")):
        (found,) = load(json.dumps(row).encode(), "a.jsonl", **columns)
        assert isinstance(found, Record)
        assert found.text == text
    assert load(b'{"text": "", "isi": "I"}', "a.jsonl") == [Record("I", id="1")]
    assert reason(b'{"content": 5}', "a.jsonl") == "field 'text' is int, not text"
    assert load(b'{"berita": [{"isi": "I"}]}', "a.json") == [Record("I", id="1")]


def test_a_column_named_for_one_file_costs_another_nothing() -> None:
    """Files of other columns lie in the same folder."""
    assert load(b"body\nB\n", "a.csv", text="body") == [Record("B", id="2")]
    assert load(b"text\nB\n", "b.csv", text="body") == [Record("B", id="2")]


@given(st.binary(max_size=300), st.sampled_from([".txt", ".md", ".jsonl", ".csv"]))
def test_any_bytes_give_records_or_reasons(data: bytes, suffix: str) -> None:
    """No loader raises, and what it yields can be stored."""
    for item in load(data, f"a{suffix}"):
        assert isinstance(item, Record | Skipped)
        if isinstance(item, Record):
            assert item.text.strip()


# A NUL makes a file binary.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.text(CHARACTERS, min_size=1, max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(title=WORDS, source=WORDS, more=JSON, below=WORDS)
def test_front_matter_gives_what_was_written(
    title: str, source: str, more: object, below: str
) -> None:
    """Whatever stands beside it; and the text below is the file's own, at its own offset."""
    block = yaml.safe_dump({"title": title, "source": source, "more": more}, line_break="\n")
    text = f"---\n{block}---\n{below}."
    assume(mend(text) == text)
    found = record(text.encode(), "a.md")
    assert found.text == text
    if (found.title, found.source) != (None, None):
        assert (found.title, found.source) == (title, source)
    assert text[found.masks[0].end :] == f"{below}."


@given(block=st.text(CHARACTERS, max_size=200), below=st.text(CHARACTERS, max_size=50))
def test_any_front_matter_leaves_the_text_as_it_is(block: str, below: str) -> None:
    """What cannot be read is masked or prose, never cut and never an error."""
    text = f"---\ntitle: {block}\n---\n{below}x"
    assume(mend(text) == text)
    found = record(text.encode(), "a.txt")
    assert found.text == text
    assert all(mask.end <= len(text) for mask in found.masks)


@given(rows=st.lists(st.dictionaries(st.sampled_from(["text", "id", "title"]) | WORDS, JSON)))
def test_any_json_line_gives_its_text_or_a_reason(rows: list[dict[str, object]]) -> None:
    """In order, and none is lost."""
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    found = load(lines.encode(), "a.jsonl")
    assert len(found) == len(rows)
    for row, item in zip(rows, found, strict=True):
        text = row.get("text")
        if isinstance(text, str) and text.strip():
            assert isinstance(item, Record)
            assert item.text == mend(text)
        elif isinstance(item, Record):
            # Under another usual name of the field, such as `berita`.
            assert item.text in [mend(each) for each in row.values() if isinstance(each, str)]
        else:
            assert isinstance(item, Skipped)


@given(texts=st.lists(WORDS, max_size=5))
def test_any_text_survives_a_table(texts: list[str]) -> None:
    """Quotes, delimiters and line breaks within a field."""
    table = io.StringIO()
    rows = csv.writer(table, quoting=csv.QUOTE_ALL)
    rows.writerows([["id", "text"], *(["x", text] for text in texts)])
    found = [
        item.text for item in load(table.getvalue().encode(), "a.csv") if isinstance(item, Record)
    ]
    assert found == [text for text in map(mend, texts) if text.strip()]


@pytest.mark.parametrize(
    ("tag", "read"),
    [("<p" + " a=1" * 5_000 + ">", True), ("<p" + " a=1" * 5_001 + ">", False)],
)
def test_a_tag_has_only_so_many_attributes(tag: str, read: bool) -> None:
    """The parser's time grows with the square of their number."""
    page = f"<html><body><article>{tag}Presiden tiba di Riga.</p></article></body></html>"
    (found,) = load(page.encode(), "a.html")
    assert isinstance(found, Record) == read


@pytest.mark.parametrize("name", ["a.html", "a.xhtml"])
def test_entities_of_a_page_are_not_expanded(name: str) -> None:
    """Neither those that multiply nor those that name a file."""
    entities = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">'
    page = f"<!DOCTYPE html [{entities}]><html><body><article><p>Awal &b; &f; akhir.</p></article>"
    found = record(f'<?xml version="1.0"?>{page}</body></html>'.encode(), name)
    assert "akhir" in found.text
    assert "lol" not in found.text.split("Awal")[1]
    assert "root:" not in found.text


ROWS: list[dict[str, object]] = [
    {"title": "Pasar Ikan Dibuka", "text": "Camat Bayu Seno membuka pasar ikan."},
    {"id": "p-7", "text": "The mill at Orrin Bay burned down; \u201cnobody was hurt\u201d."},
]
RECORDS = [
    Record("Camat Bayu Seno membuka pasar ikan.", title="Pasar Ikan Dibuka", id="1"),
    Record("The mill at Orrin Bay burned down; “nobody was hurt”.", id="p-7"),
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(ROWS)),
        ("a.json", json.dumps(ROWS, indent=4)),
        ("a.jsonl", json.dumps(ROWS, indent=1)),
        ("a.ndjson", "\r\n  " + json.dumps(ROWS)),
        ("a.json", json.dumps({"status": "ok", "total": 2, "articles": ROWS})),
        ("a.json", "\n".join(json.dumps(row) for row in ROWS)),
        ("a.json", "\n".join(json.dumps(row, indent=2) for row in ROWS)),
        ("a.jsonl", "\n".join(json.dumps([row]) for row in ROWS)),
        ("a.json", json.dumps(ROWS).removesuffix("]") + ",]"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_array_of_json_is_read_record_by_record(name: str, text: str, encoding: str) -> None:
    """In one line or many, bare or within an object, under every name it is given."""
    assert load(text.encode(encoding), name) == RECORDS


@pytest.mark.parametrize(
    ("name", "around"),
    [("a.json", "[{}]"), ("a.jsonl", "[{}]"), ("a.json", '{{"articles": [{}]}}')],
)
def test_a_record_of_an_array_above_the_limit_is_skipped(name: str, around: str) -> None:
    """By itself, as a line of JSONL is, though the file may be larger."""
    rows = [{"text": "Kata. " * count} for count in (10_000, 20_000, 10)]
    found = load(around.format(", ".join(map(json.dumps, rows))).encode(), name)
    assert [one.id for one in found if isinstance(one, Record)] == ["1", "3"]
    assert Skipped(f"{name}#2", "longer than 100,000 bytes") in found


def test_one_object_is_one_record() -> None:
    """Also where it holds lists beside its text."""
    row = {"text": "Hujan reda.", "tags": [{"name": "cuaca"}], "links": []}
    assert load(json.dumps(row, indent=2).encode(), "a.json") == [Record("Hujan reda.", id="1")]


@pytest.mark.parametrize(
    ("text", "read", "where", "said"),
    [
        ('[{"text": "A"}, {"text": "B"', 1, "a.json#2", "nothing behind it can be read"),
        ('[{"text": "A"}, {"text": "B"}', 2, "a.json#3", "ends within its array"),
        ('[{"text": "A"},\n{"text": B}, {"text": "C"}]', 1, "a.json#2", "at line 2 column 10"),
        ('[{"text": "A"}, 3, {"text": "C"}]', 2, "a.json#2", "a JSON int, not an object"),
        ('[{"text": "A"}, [{"text": "B"}]]', 1, "a.json#2", "a JSON list, not an object"),
        ('[{"text": "A"}, {"kolom": "B"}]', 1, "a.json#2", "--column text=NAME"),
        ('{"name": "qa", "version": "1.0"}', 0, "a.json#1", "no field 'text'"),
        ('[{"text": "A"}, {"n": ' + "9" * 5_000 + "}]", 1, "a.json#2", "a number is too long"),
        ('[{"text": "A"}, ' + '{"a":' * 90_000, 1, "a.json#2", "nested too deeply"),
    ],
)
def test_what_an_array_holds_that_is_no_record_is_told(
    text: str, read: int, where: str, said: str
) -> None:
    """The records before it are read, and those behind it where JSON goes on."""
    found = load(text.encode(), "a.json")
    assert sum(isinstance(one, Record) for one in found) == read
    (skipped,) = [one for one in found if isinstance(one, Skipped)]
    assert skipped.path == where
    assert said in skipped.reason


def test_an_empty_array_holds_nothing() -> None:
    """No record, and nothing to complain of."""
    assert load(b"[]", "a.json") == []
    assert reason(b"", "a.json") == "empty"


@pytest.mark.parametrize(
    "text",
    [
        'sep=;\ntitle;text\nJudul;"Satu, dua; tiga"\n',
        'SEP=,\r\ntitle,text\r\nJudul,"Satu, dua; tiga"\r\n',
        'sep=|\ntitle|text\nJudul|"Satu, dua; tiga"\n',
        '"sep=;"\ntitle;text\nJudul;"Satu, dua; tiga"\n',
        "sep=\t\ntitle\ttext\nJudul\tSatu, dua; tiga\n",
        "sep=^\ntitle^text\nJudul^Satu, dua; tiga\n",
        'sep=;;\n\ntitle;text\nJudul;"Satu, dua; tiga"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_line_that_tells_excel_the_delimiter_is_obeyed(text: str, encoding: str) -> None:
    """It is no row of names, whatever delimiter it names."""
    (found,) = load(text.encode(encoding), "a.csv")
    assert isinstance(found, Record)
    assert found.title == "Judul"
    assert found.text.startswith("Satu, dua")


def test_a_column_may_be_called_sep() -> None:
    """Only the whole line tells the delimiter."""
    (found,) = load(b"sep,text\n1,Hujan reda.\n", "a.csv")
    assert found == Record("Hujan reda.", id="2")


@pytest.mark.parametrize(
    ("right", "encoding", "times"),
    [
        ("Menteri José Muñoz membuka kafé “Élan”.", "cp1252", 1),
        ("Menteri José Muñoz membuka kafé.", "cp1252", 2),
        ("The mayor’s office said: “No” – again…", "cp1252", 1),
        ("Αθήνα dan Москва menandatangani perjanjian.", "latin-1", 1),
        ("Suhu 37 °C, harga €5, ½ liter.", "cp1252", 1),
        ("Łódź, Ångström, São Tomé, Škoda", "cp1252", 1),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.json", "a.csv", "a.html"])
def test_text_that_was_encoded_twice_is_mended(
    name: str, right: str, encoding: str, times: int
) -> None:
    """And says so; its other lines stay as they are."""
    wrong = right
    for _ in range(times):
        # As browsers do: of bytes that cp1252 does not know they make control characters.
        wrong = "".join(
            bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in wrong.encode()
        )
    text = (
        f"{wrong}\n\nBesok pun toko itu buka lagi – kata warga sekitar – sejak pukul enam pagi.\n"
    )
    if name.endswith(".csv"):
        data = 'text\n"' + text.replace('"', '""') + '"\n'
    elif name.endswith((".jsonl", ".json")):
        data = json.dumps({"text": text})
    elif name.endswith(".html"):
        data = "<article>" + "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    else:
        data = text
    found = record(data.encode(), name)
    assert found.mended
    assert found.text.startswith(right)
    assert "lagi – kata warga" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "Wali Kota José Muñoz – “Élan” – 37 °C, €5…",
        "Crème brûlée à la carte, naïve façade, SÃO PAULO",
        "東京で会議が開かれた。Москва, Αθήνα, القاهرة",
        "Rasa ❤️ dan 👩‍👩‍👧 di layar",
        "Huruf Ã, â dan Â",
        "Rusak: caf\ufffd dan RenÃ\ufffde",
        "x" * 1_000,
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_text_that_was_encoded_once_stays_as_it_is(name: str, text: str) -> None:
    """Whatever it is written in, and where mending would lose something."""
    data = json.dumps({"text": text}) if name.endswith("l") else text
    found = record(data.encode(), name)
    assert (found.text, found.mended) == (text, False)


STORY = """<p>Camat Bayu Seno membuka pasar ikan di Pantai Lurus pada Selasa pagi.</p>
    <p>Nelayan dari lima desa datang sejak subuh dan membawa hasil tangkapan semalam.</p>
    <p>Pasar itu memuat 120 kios dan buka sejak pukul empat pagi, kata camat kepada wartawan.</p>
    <p>Pedagang berharap harga ikan lebih stabil setelah pasar itu dibuka untuk umum.</p>"""
NOTICE = """<div class="consent">Situs ini memakai cookie agar layanan kami lebih baik. Dengan terus
    membaca Anda setuju dengan kebijakan privasi kami. Setuju</div>"""


@pytest.mark.parametrize(
    "body",
    [
        f"{NOTICE}<h1>Pasar Ikan Dibuka</h1><aside>{STORY}</aside>",
        f"<nav><a href='/'>Beranda</a></nav>{NOTICE}<aside class='news'>{STORY}</aside>",
        f"{NOTICE}<main><h1>Pasar Ikan Dibuka</h1>{STORY}</main>",
        f"{NOTICE}<main><div><a href='/x'>Lain</a></div><aside>{STORY}</aside></main>",
        f"{NOTICE}<div id='isi'>{STORY}</div><footer>Hak cipta</footer>",
        f"<div role='main'><aside id='story'>{STORY}</aside></div>{NOTICE}",
    ],
)
def test_a_story_is_found_wherever_a_page_has_it(body: str) -> None:
    """And the notice beside it is none."""
    page = f"<html><head><title>Pasar Ikan Dibuka</title></head><body>{body}</body></html>"
    found = record(page.encode(), "a.html")
    assert "Bayu Seno membuka pasar ikan" in found.text
    assert "dibuka untuk umum" in found.text
    assert "cookie" not in found.text


CARDS = [
    ("Pasar Ikan Dibuka", "Camat Bayu Seno membuka pasar ikan.", "1 Mei 2024"),
    ("Panen Jagung Naik", "Panen mencapai 20 ton di tiga desa.", "2 Mei 2024"),
    ("Kapal Riset Tiba", "Kapal itu tiba di Selat Merak dari timur.", "3 Mei 2024"),
]


@pytest.mark.parametrize(
    "card",
    [
        "<div class=card><a href=/1><h3>{0}</h3></a><p>{1}</p><span>{2}</span></div>",
        "<li><h2><a href=/1>{0}</a></h2><time>{2}</time><p>{1}</p></li>",
        "<article><a href=/1><h3>{0}</h3><p>{1}</p></a><small>{2}</small></article>",
        "<h2><a href=/1>{0}</a></h2><p>{2} {1}</p>",
        "<section><h4>{0}</h4><p>{1}</p><a href=/1>Baca selengkapnya</a></section>",
        "<a href=/1><h3>{0}</h3><p>{1}</p></a>",
        "<tr><td><h3><a href=/1>{0}</a></h3>{1}</td></tr>",
    ],
)
@pytest.mark.parametrize("around", ["<main>{}</main>", "<table>{}</table>", "<ul>{}</ul>"])
def test_a_page_that_lists_stories_is_no_article(card: str, around: str) -> None:
    """It is skipped and called what it is; the same list below a story costs the story nothing."""
    cards = around.format("".join(card.format(*each) for each in CARDS))
    title = "<html><head><title>Berita Terkini</title></head><body><h1>Berita Terkini</h1>"
    assert "a list of 3 stories" in reason(f"{title}{NOTICE}{cards}".encode(), "a.html")
    found = record(f"{title}<article>{STORY}</article>{cards}".encode(), "a.html")
    assert "Bayu Seno membuka pasar ikan di Pantai Lurus" in found.text


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ("<tr><th>Kota</th><th>Tewas</th></tr><tr><td>Lurus</td><td>12</td></tr>", "Tewas: 12"),
        (
            "<thead><tr><th>Kota</th><th>Luka</th></tr></thead><tr><th>Wangi</th><td>7</td></tr>",
            "Luka: 7",
        ),
        ("<tr><th>Tahun</th><th>Ton</th></tr><tr><td>2023</td><td>4.200</td></tr>", "Ton: 4.200"),
        ("<tr><th>Partai</th><th>Kursi</th></tr><tr><td>A</td><td><b>9</b></td></tr>", "Kursi: 9"),
        ("<tr><td>Kota</td><td>Tewas</td></tr><tr><td>Lurus</td><td>12</td></tr>", "Tewas"),
    ],
)
def test_a_cell_of_a_table_has_the_name_of_its_column(rows: str, read: str) -> None:
    """Which stands nowhere alone, where it could be taken for an answer."""
    page = f"<html><body><article>{STORY}<table>{rows}</table></article></body></html>"
    found = record(page.encode(), "a.html")
    assert found.text.count(read.partition(":")[0]) == 1
    assert read in found.text


def test_a_table_with_a_cell_across_columns_stays_as_it_is() -> None:
    """All of it, though rows before that one are as long as the row of names."""
    rows = "".join(f"<tr><td>{city}</td><td>{dead}</td></tr>" for city, dead in [("Lurus", 12)])
    head, last = "<tr><th>Kota</th><th>Tewas</th></tr>", "<tr><td colspan=2>Sumber: BPBD</td></tr>"
    page = f"<html><body><article>{STORY}<table>{head}{rows}{last}</table></article></body></html>"
    found = record(page.encode(), "a.html")
    assert "Tewas: 12" not in found.text
    assert found.text.count("Tewas") == 1


def written(**columns: list[object]) -> bytes:
    """A file of Parquet."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    data = io.BytesIO()
    pq.write_table(pa.table(columns), data, row_group_size=2)
    return data.getvalue()


def test_parquet_maps_its_columns() -> None:
    """As those of JSON; a row without a text is skipped by itself."""
    day = date(2021, 3, 4)
    data = written(Isi=["X", None, "Z"], tanggal=[day, day, None], id=[7, 8, None])
    first, bad, last = load(data, "a.parquet")
    assert (first, last) == (Record("X", published=day, id="7"), Record("Z", id="3"))
    assert isinstance(bad, Skipped)
    assert (bad.path, bad.reason) == ("a.parquet#2", "no field 'text'; " + _NAMED)


def test_what_is_no_parquet_is_skipped() -> None:
    """Not the format, cut short, damaged within, or without a column for the text."""
    data = written(text=["kata " * 50] * 5)
    assert "not Parquet" in reason(b"PAR1" * 9, "a.parquet")
    assert "not Parquet" in reason(data[:-1], "a.parquet")
    damaged = data[:20] + bytes(60) + data[80:]
    assert any(isinstance(each, Skipped) for each in load(damaged, "a.parquet"))
    assert "no column 'text'" in reason(written(a=["X"]), "a.parquet")


def test_a_bomb_of_parquet_is_not_unpacked() -> None:
    """Texts of half a megabyte that take some hundred bytes."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    data = io.BytesIO()
    table = pa.table({"text": ["a" * 500_000] * 150})
    pq.write_table(table, data, compression="zstd", use_dictionary=False)
    assert len(data.getvalue()) < 300_000
    assert "unpacks to over 200 times" in reason(data.getvalue(), "a.parquet")
