"""A conversation written down."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
import time
from dataclasses import astuple, replace
from datetime import date, datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from qa.chat.export import WRITERS, export, unused_name
from qa.chat.export.jsonl import as_jsonl
from qa.chat.export.markdown import as_markdown
from qa.chat.transcript import Mark, Turn
from qa.cite import cite
from qa.errors import UsageError
from qa.settings import Filters
from qa.show import as_json, as_text, quotation, reference
from qa.types import Finding, Hit, Read
from tests.builders import article, passage, span
from tests.test_show import INFO, answer, decided, not_found, sided

SINCE = Filters(since=date(2024, 1, 1))
TURN = Turn(replace(answer("Kata Ani tadi.", "Ani"), filters=SINCE), SINCE, INFO)
NONE = Turn(not_found(), Filters(), INFO)


def test_markdown_has_a_heading_a_question_and_a_footnote_a_citation() -> None:
    """Whole, as a reader of the file sees it."""
    assert as_markdown([TURN]).splitlines() == [
        "## Siapa?",
        "",
        "**Ani** [^1-1]",
        "",
        "answered · confidence 0.88",
        "",
        "only articles since 2024-01-01",
        "",
        "[^1-1]: Judul",
        "",
        "    Kabar · 2024-11-21 · /corpus/a.txt:1",
        "",
        "    Kata **Ani** tadi.",
        "",
    ]


def test_items_of_one_sentence_share_a_footnote() -> None:
    """Each marker has a definition; those after the first point at it."""
    found = answer("Kata Ani dan Budi tadi.", "Ani")
    assert found.best is not None
    of = found.best.citation.article
    other = replace(found.best, text="Budi", citation=cite(span(of, "Budi"), of, 2))
    written = as_markdown([replace(TURN, answer=replace(found, items=(found.best, other)))])
    assert "[^1-2]: see [^1-1]" in written
    assert "[^1-1]: Judul" in written
    assert "**Ani** dan **Budi**" in written


def test_footnotes_of_two_questions_do_not_meet() -> None:
    """Each is numbered by its question and its citation."""
    written = as_markdown([TURN, TURN])
    assert "[^1-1]:" in written
    assert "[^2-1]:" in written


def test_markdown_of_no_answer_has_what_is_closest_and_the_nearest() -> None:
    """As the screen does; the guess is a footnote that its line points at."""
    written = as_markdown([NONE]).split("\n\n")
    assert written[1:] == [
        "**Not found in these articles.**",
        "not found · confidence 0.25, below 0.30",
        "Closest, a guess (confidence 0.25, below the 0.30 that an answer needs): [^1-1]",
        "Nearest passages (not an answer):",
        "2. Cuaca",
        "    /corpus/b.txt:1",
        "    Lalu hujan.",
        "[^1-1]: Judul",
        "    Kabar · 2024-11-21 · /corpus/a.txt:1",
        "    Kata **Ani** tadi.",
        "",
    ]


def test_words_of_articles_stay_words_in_markdown() -> None:
    """No link, no heading, no HTML, no control character."""
    hostile = answer("<b>x</b> Ani [a](http://b)\x1b.", "Ani", title="# *t* [1]\x1b]52;")
    written = as_markdown([Turn(hostile, Filters(), INFO)])
    assert r"\<b\>x\</b\> **Ani** \[a\](http://b)␛." in written
    assert r"[^1-1]: \# \*t\* \[1\]␛\]52;" in written


def test_jsonl_is_what_ask_prints() -> None:
    """One document a line."""
    first, second = map(json.loads, as_jsonl([TURN, NONE]).splitlines())
    assert first == as_json(TURN.answer, TURN.filters, TURN.info)
    assert (second["status"], second["closest"]["text"]) == ("no_answer", "Ani")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """Neither a file nor a link to nowhere; and nothing is left beside it."""
    (tmp_path / "a.md").write_text("mine")
    (tmp_path / "b.md").symlink_to(tmp_path / "nowhere")
    for name in ("a.md", "b.md"):
        with pytest.raises(UsageError, match="exists already"):
            export([TURN], tmp_path / name)
    assert (tmp_path / "a.md").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.txt", "name it .md"),
        ("no/a.md", "No such file"),
        ("a\0.md", "null byte"),
        ("~nobody-at-all/a.md", "No such"),
    ],
)
def test_what_cannot_be_written_says_why(tmp_path: Path, name: str, says: str) -> None:
    """One line that names the file."""
    with pytest.raises(UsageError, match=says):
        export([TURN], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_lone_surrogate_can_be_written(tmp_path: Path) -> None:
    """A question may hold one where the terminal is not UTF-8."""
    turn = replace(TURN, answer=replace(TURN.answer, question="Siapa \udce9?"))
    for name in ("a.md", "a.jsonl"):
        export([turn], tmp_path / name)
        assert "Siapa" in (tmp_path / name).read_text(encoding="utf-8")


def test_a_name_is_found_that_nothing_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two exports within a second get two files."""
    monkeypatch.chdir(tmp_path)
    now = datetime(2026, 11, 24, 7, 41, 39)
    assert unused_name(now) == Path("qa-2026-11-24-074139.md")
    unused_name(now).touch()
    assert unused_name(now) == Path("qa-2026-11-24-074139-2.md")


HOSTILE_TITLE = (
    '=cmd|"/c calc"!A1 {\\}%_&#$~^ <script>alert(1)</script>\n\x1b]52;c;aGk=\x07 @misc{x,'
)
ADDRESS = "https://kabar.example/a_b?c=1%20&d=#e"


def hostile_turn(*, address: str | None = ADDRESS) -> Turn:
    """An answer out of an article of which every word is against us."""
    of = article(
        "Kata +Ani, <b>\"'&{ tadi.",
        title=HOSTILE_TITLE,
        source="-Kabar {",
        published=date(2024, 1, 2),
    )
    of = replace(of, url=address)
    finding = Finding(passage(of), span(of, "+Ani, <b>\"'&{"), score=2.0, null=0.0)
    found = decided([Read(Hit(0, 0.5), finding.passage, finding)])
    return Turn(replace(found, question="@Siapa </title>\r\n?"), Filters(), INFO)


def by_suffix(suffix: str, *turns: Turn) -> str:
    """What a file of a kind holds."""
    return WRITERS[suffix](turns)


def test_the_parts_of_a_citation_have_one_order_everywhere() -> None:
    """Title, outlet, date, address, place: on the screen, in the clipboard, in the exports."""
    of = replace(answer("Kata Ani tadi.", "Ani").citations[0].article, url="https://a.example/1")
    found = answer("Kata Ani tadi.", "Ani")
    assert found.best is not None
    place = replace(found.best.citation, article=of)
    turn = replace(TURN, answer=replace(found, best=replace(found.best, citation=place)))
    parts = ["Judul", "Kabar", "2024-11-21", "https://a.example/1", "/corpus/a.txt:1"]
    assert list(astuple(reference(of, "/corpus", 1))) == parts
    assert quotation(place, "/corpus").endswith("— " + " · ".join(parts))
    row = next(csv.reader(io.StringIO(by_suffix(".csv", turn).splitlines()[1])))
    assert row[7:12] == parts
    for suffix in (".md", ".html"):
        text = by_suffix(suffix, turn)
        assert sorted(parts, key=text.rindex) == parts
    assert " · ".join(parts[1:]) in as_text(turn.answer, INFO, style=None, width=80)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://a.example/\x1b]8;;x", 'https://a"b', "ftp://a.example"],
)
def test_only_an_address_of_the_web_is_given(address: str) -> None:
    """Nowhere else is it made a link, nor written down as one."""
    turn = hostile_turn(address=address)
    for suffix in (".csv", ".bib", ".json", ".html", ".md"):
        assert address not in by_suffix(suffix, turn)
    assert '<a href="http' not in by_suffix(".html", turn)


def test_no_cell_of_a_table_is_a_formula() -> None:
    """As a spreadsheet reads it; and each row has every column."""
    text = by_suffix(".csv", hostile_turn(), NONE)
    assert text.startswith("\ufeff")
    names, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert {len(row) for row in rows} == {len(names)}
    first, second = (dict(zip(names, row, strict=True)) for row in rows)
    assert first["question"] == "'@Siapa </title> ?"
    assert first["title"].startswith("'=cmd")
    assert first["outlet"] == "'-Kabar {"
    assert first["quote"].startswith("'+Ani")
    assert first["date"] == "2024-01-02"
    assert first["address"] == ADDRESS
    assert (second["status"], second["answer"], second["quote"]) == ("no_answer", "", "")
    assert not {"\x1b", "\x07"} & set(text)


def test_bibtex_stands_whatever_the_words_are() -> None:
    """Braces are paired, commands are words, keys are unique; LaTeX takes the address as it is."""
    other = Turn(answer("Kata Ani tadi.", "Ani", title="Judul"), Filters(), INFO)
    text = by_suffix(".bib", hostile_turn(), other, other, NONE)
    assert text.count("{") == text.count("}")
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    keys = re.findall(r"^@article\{([a-z0-9-]+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == 2
    assert r"\textbraceleft{}\textbackslash{}\textbraceright{}\%\_\&\#\$" in text
    assert f"  url = {{{ADDRESS}}},\n" in text
    assert "  journal = {-Kabar \\textbraceleft{}},\n" in text
    assert "  date = {2024-01-02},\n  year = {2024},\n" in text
    assert "\n  month = jan,\n" in text
    assert "\n  title = {{=cmd" in text
    assert not {"\x1b", "\x07"} & set(text)
    assert r"note = {“Ani” (/corpus/a.txt:1)}" in text


def test_what_has_no_outlet_or_no_date_is_misc() -> None:
    """BibTeX's article asks for both."""
    of = article("Kata Ani tadi.", title="Judul")
    finding = Finding(passage(of), span(of, "Ani"), score=2.0, null=0.0)
    turn = Turn(decided([Read(Hit(0, 0.5), finding.passage, finding)]), Filters(), INFO)
    assert by_suffix(".bib", turn).startswith(f"@misc{{article-{of.id[:6]},\n  title = ")


def test_csl_is_a_list_of_items() -> None:
    """As Zotero and pandoc read it; one an article, however often it is cited."""
    turn = hostile_turn()
    (item,) = json.loads(by_suffix(".json", turn, turn))
    assert item["type"] == "article-newspaper"
    assert item["issued"] == {"date-parts": [[2024, 1, 2]]}
    assert (item["container-title"], item["URL"]) == ("-Kabar {", ADDRESS)
    assert item["title"].startswith('=cmd|"/c calc"!A1 {\\}%')
    assert json.loads(by_suffix(".json", NONE)) == []


def test_in_csl_nothing_of_an_article_is_markup() -> None:
    """What styles would print bold are words; a language is a code, or is not told."""
    of = replace(
        article("Kata Ani <i>tadi</i> saja.", title="<b>Tebal</b> 3 < 4", source="<sc>Kabar</sc>"),
        language="x; drop",
    )
    finding = Finding(passage(of), span(of, "Ani <i>tadi</i>"), score=2.0, null=0.0)
    turn = Turn(decided([Read(Hit(0, 0.5), finding.passage, finding)]), Filters(), INFO)
    (item,) = json.loads(by_suffix(".json", turn))
    assert item["title"] == "‹b›Tebal‹/b› 3 < 4"
    assert item["container-title"] == "‹sc›Kabar‹/sc›"
    assert "“Ani ‹i›tadi‹/i›”" in item["note"]
    assert "language" not in item


def test_a_table_has_the_side_of_each_sentence_and_no_confidence() -> None:
    """As on the screen, where no sentence is the answer."""
    text = by_suffix(".csv", Turn(sided(), Filters(), INFO), TURN)
    names, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    told = [dict(zip(names, row, strict=True)) for row in rows]
    assert [(row["side"], row["answer"], row["confidence"]) for row in told] == [
        ("says_otherwise", "", ""),
        ("says_so", "", ""),
        ("", "Ani", "0.88"),
    ]


def test_a_page_tells_a_moment_with_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be read where the clock is another; what is no moment stays as it is."""
    monkeypatch.setenv("TZ", "Asia/Jakarta")
    time.tzset()
    try:
        asked = "2026-11-28T13:55:25.000001+00:00"
        page = by_suffix(".html", replace(TURN, asked=asked), replace(TURN, asked="<kapan>"))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "<time>2026-11-28 20:55+07:00</time>" in page
    assert "<time>&lt;kapan&gt;</time>" in page


def test_a_page_needs_nothing_and_runs_nothing() -> None:
    """Its policy lets in its own style alone; the quote is marked; every tag is ours."""
    text = by_suffix(".html", hostile_turn(), NONE)
    assert "<script" not in text
    assert "default-src 'none'; style-src 'sha256-" in text
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in text
    assert "<mark>+Ani, &lt;b&gt;&quot;&#x27;&amp;{</mark>" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert f'<a href="{escape(ADDRESS)}" rel="noopener noreferrer">' in text
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert {name for name, _ in tags.links} == {"a"}
    assert not {"\x1b", "\x07"} & set(text)


class Tags(HTMLParser):
    """The tags of a page that are still open, and what it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more is open."""
        if tag != "meta":
            self.open.append(tag)
        self.links += [(tag, value) for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        """It closes the last one."""
        assert self.open.pop() == tag


def test_bookmarks_go_with_every_export() -> None:
    """With the place that they are on."""
    turn = replace(TURN, marks=[Mark(1, "cek <ini>"), Mark(None, "untuk halaman depan")])
    for suffix in (".md", ".html", ".csv", ".bib", ".json", ".jsonl"):
        text = html.unescape(by_suffix(suffix, turn)).replace("\\", "")
        assert "cek <ini>" in text, suffix
    for suffix in (".md", ".html", ".csv", ".jsonl"):
        assert "untuk halaman depan" in by_suffix(suffix, turn)


def test_every_form_can_be_written(tmp_path: Path) -> None:
    """Of any words, also of a question that is not Unicode."""
    turn = replace(TURN, answer=replace(TURN.answer, question="Siapa \udce9?"))
    for suffix in WRITERS:
        export([turn, hostile_turn(), NONE], tmp_path / f"a{suffix}")
    assert len(list(tmp_path.iterdir())) == len(WRITERS)


def test_an_address_in_markdown_is_a_link_as_it_stands() -> None:
    """Not escaped, which would lead elsewhere; what is around it is."""
    from qa.show.markup import markdown

    assert markdown("a_b · https://x.example/p?a=1&b=2#c · *d*") == (
        r"a\_b · <https://x.example/p?a=1&b=2#c> · \*d\*"
    )
    assert markdown("see https://x.example/a_b") == r"see https://x.example/a\_b"
