"""A sheet of questions becomes a sheet of answers."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

import qa
from qa.cite import cite
from qa.engine import Engine
from qa.errors import UsageError
from qa.settings import AskSettings, Filters
from qa.sheet import fill, read, refuse_target
from qa.sheet.columns import COLUMNS, columns
from qa.sheet.wording import yes_or_no
from qa.sheet.write import decimal_mark
from qa.types import DateFilter, Sides, Status
from tests.builders import article, span
from tests.test_cli import run
from tests.test_show import INFO, answer, not_found

ARTICLES = {
    "hotline.md": "---\ntitle: Saluran khusus\nsource: Kabar\npublished: 2024-11-21\n"
    "url: https://kabar.example/1\n---\nSaluran khusus itu didirikan pada tahun 1963.\n",
    "riga.md": "---\ntitle: Pertemuan\nsource: Warta\npublished: 2021-11-30\n---\n"
    "Menteri luar negeri NATO bertemu di kota Riga pada Selasa.\n",
}
QUESTIONS = ("Kapan saluran khusus itu didirikan?", "Di kota mana menteri NATO bertemu?")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles."""
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    qa.build(folder / "articles", folder / "index")
    return folder / "index"


@pytest.fixture
def archive(index: Path, reader: str) -> Iterator[Engine]:
    """The articles of it, to ask."""
    with qa.open(index, reader=reader) as opened:
        yield opened


def written(path: Path, data: bytes | str) -> Path:
    """A file of these bytes."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file that a spreadsheet reads."""
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def asked(path: Path) -> list[str]:
    """The questions of a sheet."""
    return [row.question for row in read(path).rows]


def test_every_row_gets_the_answer_of_ask(archive: Engine, tmp_path: Path) -> None:
    """Its own columns first and as they were, then ours."""
    data = (
        f"no,pertanyaan,desk\n7,{QUESTIONS[0]},Rina\n8,Siapa presiden Bulan?,\n9,{QUESTIONS[1]},\n"
    )
    source, target = written(tmp_path / "in.csv", data), tmp_path / "out.csv"
    done = fill(read(source), target, archive)
    rows = table(target)
    assert list(rows[0]) == ["no", "pertanyaan", "desk", *COLUMNS]
    assert [row["no"] for row in rows] == ["7", "8", "9"]
    best = archive.ask(QUESTIONS[0]).best
    assert best is not None
    first = rows[0]
    assert {name: first[name] for name in COLUMNS if first[name]} == {
        "status": "unsure",
        "answer": "1963",
        "confidence": str(round(best.confidence, 4)),
        "quote": "1963",
        "sentence": "Saluran khusus itu didirikan pada tahun 1963.",
        "title": "Saluran khusus",
        "source": "Kabar",
        "date": "2024-11-21",
        "address": "https://kabar.example/1",
        "path": first["path"],
    }
    assert first["path"].endswith("articles/hotline.md:7")
    assert rows[1]["status"] == "no_answer"
    assert (rows[1]["answer"], rows[1]["confidence"]) == ("", "")
    assert (rows[2]["answer"], rows[2]["source"]) == ("Riga", "Warta")
    assert done.statuses == {"unsure": 2, "no_answer": 1}
    assert list(tmp_path.iterdir()) == [source, target]


@pytest.mark.parametrize(
    "data",
    [
        "no;pertanyaan\n1;Siapa, dan kapan?\n2;Di mana?\n",
        'sep=;\n"no";"Pertanyaan"\n1;"Siapa, dan kapan?"\n2;"Di mana?"\n',
        "no\tPERTANYAAN\r\n1\tSiapa, dan kapan?\r\n2\tDi mana?\r\n",
        "no|pertanyaan\n1|Siapa, dan kapan?\n\n2|Di mana?\n",
        "\ufeffpertanyaan\nSiapa, dan kapan?\nDi mana?\n",
        'question\n"Siapa, dan kapan?"\nDi mana?\n',
        'no,klaim,catatan\n1,"Siapa, dan\nkapan?",,,\n2,Di mana?\n',
        'no,apa\n1,"Siapa, dan kapan?"\n2,Di mana?\n',
    ],
)
def test_tables_are_read_as_spreadsheets_write_them(tmp_path: Path, data: str) -> None:
    """Whatever parts their cells; in UTF-16 too."""
    for encoding in ("utf-8", "utf-16"):
        path = written(tmp_path / "in.csv", data.encode(encoding))
        assert asked(path) == ["Siapa, dan kapan?", "Di mana?"]
        assert not any(row.problem for row in read(path).rows)


def test_a_table_of_old_windows_is_read(tmp_path: Path) -> None:
    """As cp1252, like an article."""
    path = written(tmp_path / "in.csv", "question\nSiapa René?\n".encode("cp1252"))
    assert asked(path) == ["Siapa René?"]


def test_cells_are_parted_as_in_the_sheet(archive: Engine, tmp_path: Path) -> None:
    """Where that is by semicolons, numbers have a decimal comma."""
    source = written(tmp_path / "in.csv", f"no;question\n1;{QUESTIONS[0]}\n")
    fill(read(source), tmp_path / "out.csv", archive)
    names, row = csv.reader(
        io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig")), delimiter=";"
    )
    assert row[names.index("confidence")].startswith("0,")
    fill(read(source), tmp_path / "out.tsv", archive)
    assert (tmp_path / "out.tsv").read_text("utf-8-sig").startswith('"no"\t"question"\t')


def test_a_row_that_cannot_be_asked_stays_and_says_why(
    index: Path, reader: str, tmp_path: Path
) -> None:
    """In its place, with the reason; the rest is asked; the code is that of `qa ask -`."""
    long = "Siapa " * 400
    lines = ["no,question", "1,", "2,Siapa?,Di mana?", f"3,{long}", "4,\0", f"5,{QUESTIONS[1]}"]
    source, target = written(tmp_path / "in.csv", "\n".join(lines)), tmp_path / "out.csv"
    ran = run("sheet", str(source), str(target), "--index", str(index), "--reader", reader)
    assert ran.returncode == 2
    assert [(row["no"], row["status"], row["note"]) for row in table(target)] == [
        ("1", "not_asked", "no question"),
        ("2", "not_asked", "3 cells, and 2 columns; left out: Di mana?"),
        ("3", "not_asked", "longer than 2,000 characters"),
        ("", "not_asked", "binary, not text"),
        ("5", "unsure", ""),
    ]
    assert table(target)[1]["question"] == "Siapa?"
    assert f"{source}#2: not asked: no question" in ran.stderr
    assert "0 answered, 1 possible answers, 0 not found, 4 not asked" in ran.stdout


HOSTILE = (
    '=cmd|"/c calc"!A1',
    "+1+cmd",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    "＝1",
    "\n=1",
    "-5",
    "+1,5%",
)


def test_no_cell_is_a_formula(archive: Engine, tmp_path: Path) -> None:
    """Neither of the sheet's own cells nor of an article's; plain numbers stay numbers."""
    source = tmp_path / "in.jsonl"
    rows = [{"question": QUESTIONS[0], "=note": cell} for cell in HOSTILE]
    written(source, "\n".join(map(json.dumps, rows)))
    fill(read(source), tmp_path / "out.csv", archive)
    text = (tmp_path / "out.csv").read_text("utf-8-sig")
    names, *filled = csv.reader(io.StringIO(text))
    assert names[1] == "'=note"
    told = [row[1] for row in filled]
    assert told[-2:] == ["-5", "+1,5%"]
    assert all(cell.startswith("'") for cell in told[:-2])
    assert not any("\t" in cell or "\r" in cell for cell in told)
    fill(read(source), tmp_path / "out.xlsx", archive)
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    cells = [row[1] for row in sheet.iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:5] == ["=note", *HOSTILE[:4]]
    assert [cell.quotePrefix for cell in cells] == [True] * 9 + [False] * 2


def test_workbooks_keep_numbers_and_days(archive: Engine, tmp_path: Path) -> None:
    """In and out; and the sheet of one kind may be written as another."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["no", "question", "when"], [7, QUESTIONS[0], datetime(2024, 5, 6)], [], [8, None]):
        sheet.append(row)
    book.save(tmp_path / "in.xlsx")
    found = read(tmp_path / "in.xlsx")
    assert [(row.number, row.problem) for row in found.rows] == [(2, ""), (4, "no question")]
    fill(found, tmp_path / "out.xlsx", archive)
    names, first, second = (
        load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows(values_only=True)
    )
    assert names[:4] == ("no", "question", "when", "status")
    assert first[:5] == (7, QUESTIONS[0], datetime(2024, 5, 6), "unsure", "1963")
    assert isinstance(first[5], float)
    assert second[:4] == (8, None, None, "not_asked")
    fill(found, tmp_path / "out.jsonl", archive)
    one, two = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert (one["no"], one["when"], one["answer"]) == (7, "2024-05-06", "1963")
    assert (two["question"], two["status"], two["confidence"]) == (None, "not_asked", None)
    fill(read(tmp_path / "out.jsonl"), tmp_path / "again.csv", archive)
    (again, _) = table(tmp_path / "again.csv")
    assert (again["answer"], again["qa answer"]) == ("1963", "1963")


def test_json_lines_keep_what_is_no_text(archive: Engine, tmp_path: Path) -> None:
    """Lists and objects too; a line that is no object is a row that was not asked."""
    data = '{"id": [1, {"a": true}], "question": "Siapa?"}\n\n[1]\n{"more": 2}\n{"question":\n'
    source, target = written(tmp_path / "in.jsonl", data), tmp_path / "out.jsonl"
    fill(read(source), target, archive)
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert rows[0]["id"] == [1, {"a": True}]
    assert [row["status"] for row in rows] == ["no_answer", *["not_asked"] * 3]
    assert [row["note"] for row in rows[1:3]] == ["no object", "no question"]
    assert rows[3]["note"].startswith("not JSON")
    assert rows[2]["more"] == 2


class _Stop:
    """A progress that stops a run before one of its rows, and counts."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self, _stage: str, done: int, _total: int) -> None:
        if done == self.at:
            raise KeyboardInterrupt


def test_what_is_broken_off_goes_on(archive: Engine, tmp_path: Path) -> None:
    """Nothing is asked twice, and the file is that of a run that was not stopped."""
    lines = ["question", *QUESTIONS, QUESTIONS[0], "Siapa presiden Bulan?"]
    source = written(tmp_path / "in.csv", "\n".join(lines))
    whole, target = tmp_path / "whole.csv", tmp_path / "out.csv"
    fill(read(source), whole, archive)
    with pytest.raises(KeyboardInterrupt):
        fill(read(source), target, archive, progress=_Stop(2))
    part = tmp_path / "out.csv.part"
    assert part.exists()
    assert not target.exists()
    # As a kill in the middle of a line leaves it.
    part.write_bytes(part.read_bytes() + b'{"question": "Si')
    done = fill(read(source), target, archive)
    assert done.reused == 2
    assert target.read_bytes() == whole.read_bytes()
    assert not part.exists()


def test_answers_of_another_run_are_not_mixed_in(archive: Engine, tmp_path: Path) -> None:
    """With other settings all rows are asked anew; a day that nobody gave stays the first one's."""
    source = written(tmp_path / "in.csv", "\n".join(["question", *QUESTIONS]))
    target, part = tmp_path / "out.csv", tmp_path / "out.csv.part"
    with pytest.raises(KeyboardInterrupt):
        fill(read(source), target, archive, progress=_Stop(1))
    head, *rest = part.read_text("utf-8").splitlines(keepends=True)
    part.write_text("".join([json.dumps(json.loads(head) | {"now": "2020-02-02"}), "\n", *rest]))
    with pytest.raises(KeyboardInterrupt):
        fill(read(source), target, archive, progress=_Stop(1))
    assert json.loads(part.read_text().splitlines()[0])["now"] == "2020-02-02"
    narrow = AskSettings(filters=Filters(source="Warta"))
    done = fill(read(source), target, archive, narrow)
    assert done.reused == 0
    assert [row["status"] for row in table(target)] == ["no_answer", "unsure"]
    assert {row["note"] for row in table(target)} == {"only articles source Warta"}


def test_a_file_that_appears_meanwhile_is_not_lost(archive: Engine, tmp_path: Path) -> None:
    """The answers stay where they are, and the same command with `--force` writes them."""
    source = written(tmp_path / "in.csv", f"question\n{QUESTIONS[0]}\n")
    target = tmp_path / "out.csv"

    def appear(_stage: str, _done: int, _total: int) -> None:
        target.write_text("mine")

    with pytest.raises(UsageError, match="--force"):
        fill(read(source), target, archive, progress=appear)
    assert target.read_text() == "mine"
    assert fill(read(source), target, archive, force=True).reused == 1
    assert table(target)[0]["answer"] == "1963"


def test_a_file_that_no_run_left_is_not_touched(archive: Engine, tmp_path: Path) -> None:
    """Whatever stands where the answers would be kept."""
    source = written(tmp_path / "in.csv", f"question\n{QUESTIONS[0]}\n")
    part = written(tmp_path / "out.csv.part", "mine\n")
    with pytest.raises(UsageError, match="move it away"):
        fill(read(source), tmp_path / "out.csv", archive)
    assert part.read_text() == "mine\n"


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """Neither the sheet itself, whatever it is called, nor another file but for `--force`."""
    source = written(tmp_path / "in.csv", "question\nSiapa?\n")
    (tmp_path / "link.csv").symlink_to(source)
    for name in ("in.csv", "link.csv"):
        with pytest.raises(UsageError, match="written over itself"):
            refuse_target(source, tmp_path / name, force=True)
    there = written(tmp_path / "there.csv", "mine")
    with pytest.raises(UsageError, match="--force"):
        refuse_target(source, there, force=False)
    refuse_target(source, there, force=True)
    for name, says in (("out.txt", r"a sheet is \.csv"), ("no/out.csv", "no folder")):
        with pytest.raises(UsageError, match=says):
            refuse_target(source, tmp_path / name, force=False)


@pytest.mark.parametrize(
    ("data", "column", "says"),
    [
        ("judul,isi\na,b\n", None, "Which column.*judul, isi.*--column NAME"),
        ("judul,isi\na,b\n", "tanya", "no column 'tanya'.*judul, isi"),
        ("Siapa Ani?\nSiapa Budi?\n", None, "is a question; put the names"),
        ("", None, "empty"),
        ("question\n" + "\n1" * 200_001, None, "more than 200,000 rows"),
    ],
)
def test_a_column_that_is_not_clear_is_an_error(
    tmp_path: Path, data: str, column: str | None, says: str
) -> None:
    """It lists the columns, or says what is amiss."""
    with pytest.raises(UsageError, match=says):
        read(written(tmp_path / "in.csv", data), column)


def test_a_column_is_named_in_any_case(tmp_path: Path) -> None:
    """As it stands there first; two of a name are told apart."""
    path = written(tmp_path / "in.csv", "Tanya,tanya,,\n1,2,3,4\n")
    assert read(path, "tanya").rows[0].question == "2"
    assert read(path, "TANYA").names == ("Tanya", "tanya 2", "column 3", "column 4")


def test_a_workbook_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named before anything is asked; CSV needs none."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    source = written(tmp_path / "in.csv", "question\nSiapa?\n")
    with pytest.raises(UsageError, match=r"extra 'sheet': pip install 'qa\[sheet\]'"):
        refuse_target(source, tmp_path / "out.xlsx", force=False)
    with pytest.raises(UsageError, match=r"qa\[sheet\]"):
        read(written(tmp_path / "in.xlsx", b"PK"))
    assert asked(source) == ["Siapa?"]


def test_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    """Garbage, a bomb of zeros, entities within entities, a size that is a lie."""
    path = tmp_path / "in.xlsx"
    for data in (b"", b"PK\x03\x04", b"question\nSiapa?\n"):
        with pytest.raises(UsageError, match="no workbook"):
            read(written(path, data))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * (17 << 20))
    with pytest.raises(UsageError, match="more than 16,777,216 bytes"):
        read(path)
    book = Workbook()
    book.worksheets[0].append(["question"])
    book.worksheets[0].append(["Siapa?"])
    book.save(path)
    sheet = "xl/worksheets/sheet1.xml"
    _rewrite(path, sheet, b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert asked(path) == ["Siapa?"]
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10 if at else b"x" * 10)
        for at in range(10)
    )
    _rewrite(path, sheet, b"<worksheet ", b"<!DOCTYPE worksheet [%s]><worksheet " % entities)
    _rewrite(path, sheet, b"Siapa?", b"&e9;")
    with pytest.raises(UsageError, match="no workbook"):
        read(path)


def _rewrite(path: Path, name: str, before: bytes, after: bytes) -> None:
    """Change some bytes of a part of a workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    assert before in parts[name]
    parts[name] = parts[name].replace(before, after)
    with zipfile.ZipFile(path, "w") as packed:
        for each, data in parts.items():
            packed.writestr(each, data)


def test_sides_have_their_sentences_and_no_confidence() -> None:
    """As `qa ask` shows none for them."""
    found = answer("Kata Ani tadi.", "Ani")
    of = article("Budi membantah.", source="Warta", published=date(2024, 11, 22))
    assert found.best is not None
    denied = cite(span(of, "Budi membantah."), of, 2)
    sides = Sides(says_so=(found.best.citation,), says_otherwise=(denied,))
    told = columns(replace(found, status=Status.UNSURE, sides=sides), INFO)
    assert "confidence" not in told
    assert told["side"] == "says so / says otherwise"
    assert told["says so"] == "“Kata Ani tadi.” (Kabar, 2024-11-21)"
    assert told["says otherwise"] == "“Budi membantah.” (Warta, 2024-11-22)"


def test_a_guess_is_no_answer() -> None:
    """It stands in a column of its own, with its confidence."""
    told = columns(not_found(), INFO)
    assert (told["status"], "answer" in told) == ("no_answer", False)
    assert told["closest guess"] == "Ani (confidence 0.2497, Kabar, 2024-11-21)"


def test_other_answers_are_listed_once() -> None:
    """What differs has no confidence, as on the screen; an answer of other days says so."""
    found = answer("Kata Ani tadi.", "Ani")
    assert found.best is not None
    other = replace(found.best, text="Budi")
    told = columns(replace(found, conflicts=(found.best, other), alternatives=(other,)), INFO)
    assert told["alternatives"] == "Budi (Kabar, 2024-11-21)"
    dated = DateFilter("pekan lalu", date(2026, 1, 1), date(2026, 1, 7), without=found)
    told = columns(replace(not_found(), dated=dated), INFO)
    assert (
        told["alternatives"]
        == "Without the date filter: Ani (confidence 0.8808, Kabar, 2024-11-21)"
    )
    assert "“pekan lalu”" in str(told["note"])


def test_a_page_and_a_part_have_columns() -> None:
    """Of a file that has them."""
    found = answer("Kata Ani tadi.", "Ani")
    assert found.best is not None
    place = replace(found.best.citation, page=3, part="Bab\n2")
    told = columns(replace(found, best=replace(found.best, citation=place)), INFO)
    assert (told["page"], told["part"]) == (3, "Bab 2")


def test_items_are_the_answer() -> None:
    """Of a question for several things."""
    found = answer("Kata Ani tadi.", "Ani")
    assert found.best is not None
    items = (found.best, replace(found.best, text="Budi"))
    assert columns(replace(found, items=items), INFO)["answer"] == "Ani; Budi"


def test_the_command_with_the_reader_that_ships(index: Path, tmp_path: Path) -> None:
    """From a workbook to one; then it refuses to write over it."""
    book = Workbook()
    for row in (["question"], [QUESTIONS[0]]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "in.xlsx")
    arguments = (
        "sheet",
        str(tmp_path / "in.xlsx"),
        str(tmp_path / "out.xlsx"),
        "--index",
        str(index),
    )
    ran = run(*arguments)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "1 row asked by its column 'question'" in ran.stdout
    _names, told = load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows(values_only=True)
    assert "1963" in told
    again = run(*arguments)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert run(*arguments, "--force").returncode == 0


def test_a_claim_is_asked_as_a_question_of_yes_or_no(tmp_path: Path) -> None:
    """Where its column says so and that is simple; other statements get a note."""
    claims = [
        "Polisi menangkap tiga nelayan.",
        "Polisi menangkap siapa?",
        "Le maire a démissionné.",
    ]
    rows = read(written(tmp_path / "in.csv", "\n".join(["klaim", *claims]))).rows
    assert rows[0].question == "Apakah Polisi menangkap tiga nelayan?"
    assert rows[0].note == "asked as: Apakah Polisi menangkap tiga nelayan?"
    assert rows[0].cells == (claims[0],)
    assert (rows[1].question, rows[1].note) == (claims[1], "")
    assert rows[2].question == claims[2]
    assert "a statement, not a question" in rows[2].note
    asks = ["Wali kota Palu siapa", "Is the mayor rich", "berapa harga cabai"]
    rows = read(written(tmp_path / "in.csv", "\n".join(["pertanyaan", *claims[:1], *asks]))).rows
    assert rows[0].question == claims[0]
    assert "ask it as: Apakah …?" in rows[0].note
    assert [row.note for row in rows[1:]] == ["", "", ""]


@pytest.mark.parametrize(
    ("claim", "asked"),
    [
        ("The mayor was arrested.", "Was the mayor arrested?"),
        ("The hotline was set up in 1963", "Was the hotline set up in 1963?"),
        ("The man arrested in Paris has been released", ""),
        ("The government has withdrawn the bill", "Has the government withdrawn the bill?"),
        ("The village has a school", "Does the village have a school?"),
        ("Russia sends troops to the border", "Does Russia send troops to the border?"),
        (
            "Joe Biden told reporters that he would run",
            "Did Joe Biden tell reporters that he would run?",
        ),
        ("The minister said the price was fixed", "Did the minister say the price was fixed?"),
        ("He won the election.", "Did he win the election?"),
        # A denial, an opening, a second verb, a noun like a verb, a verb that is not known.
        ("The president did not resign.", ""),
        ("The mayor never resigned", ""),
        ("In 2020 the minister was sacked.", ""),
        ("The bill, which was passed in May, failed.", ""),
        ("The minister visited Rome and met the pope", ""),
        ("The planned strike hit the port", ""),
        ("Apple reports fell in March", ""),
        ("The army attacks the town", ""),
        ("The mayor yodelled", ""),
        ("A quiet day in the harbour", ""),
    ],
)
def test_an_english_claim_is_asked_where_a_rule_can(claim: str, asked: str) -> None:
    """By its auxiliary, or with `did` where the verb is known."""
    assert yes_or_no(claim, "en") == asked


@pytest.mark.parametrize(
    ("claim", "is_asked"),
    [
        ("Burgemeester treedt af", False),
        ("El presidente viaja a Madrid", False),
        ("Der Minister tritt zurück.", False),
        ("San Siro ditutup", True),
        ("Biden bertemu Xi", True),
    ],
)
def test_a_claim_in_another_language_is_not_asked_in_indonesian(
    claim: str, *, is_asked: bool
) -> None:
    """Though those beside it are; a name of another language makes none such."""
    assert bool(yes_or_no(claim, "id")) == is_asked


def test_a_short_claim_is_in_the_language_of_those_beside_it(tmp_path: Path) -> None:
    """A few words may look like any language."""
    claims = [
        "The mayor was arrested by the police in the capital.",
        "Russia sent troops to Ukraine",
    ]
    rows = read(written(tmp_path / "in.csv", "\n".join(["claim", *claims]))).rows
    assert [row.question for row in rows] == [
        "Was the mayor arrested by the police in the capital?",
        "Did Russia send troops to Ukraine?",
    ]
    (row,) = read(written(tmp_path / "in.csv", f"question\n{claims[0]}")).rows
    assert row.question == claims[0]
    assert "ask it as: Did …?" in row.note


def test_the_note_of_a_statement_stands_beside_its_answer(archive: Engine, tmp_path: Path) -> None:
    """With the status of what was asked."""
    source = written(tmp_path / "in.csv", "klaim\nMenteri luar negeri NATO bertemu di Riga\n")
    fill(read(source), tmp_path / "out.csv", archive)
    (row,) = table(tmp_path / "out.csv")
    assert row["klaim"] == "Menteri luar negeri NATO bertemu di Riga"
    assert row["note"].startswith("asked as: Apakah Menteri luar negeri NATO bertemu di Riga?")
    assert row["status"] != "not_asked"


def test_a_formula_without_a_value_says_so(tmp_path: Path) -> None:
    """Also where the row holds nothing else; an empty cell is still no question."""
    book = Workbook()
    sheet = book.worksheets[0]
    for cells in (["question", "no"], ["=A1"], ["Siapa?", "=1+1"], [None, 3]):
        sheet.append(cells)
    book.save(tmp_path / "in.xlsx")
    rows = read(tmp_path / "in.xlsx").rows
    assert rows[0].problem.startswith("a formula without a stored value")
    assert [(row.question, row.problem) for row in rows[1:]] == [
        ("Siapa?", ""), ("", "no question"),
    ]  # fmt: skip
    assert [row.cells for row in rows] == [(None, None), ("Siapa?", None), (None, 3)]


def test_a_cell_of_a_workbook_beyond_the_names_stays_in_its_column(tmp_path: Path) -> None:
    """The row is asked; a title above the names is no column, which is said."""
    book = Workbook()
    sheet = book.worksheets[0]
    rows = (["no", "pertanyaan"], [1, "Siapa?"], [2, "Kapan?", None, "lihat arsip"])
    for cells in rows:
        sheet.append(cells)
    book.save(tmp_path / "in.xlsx")
    found = read(tmp_path / "in.xlsx")
    assert found.names == ("no", "pertanyaan", "column 3", "column 4")
    assert [(row.question, row.problem) for row in found.rows] == [("Siapa?", ""), ("Kapan?", "")]
    assert found.rows[1].cells == (2, "Kapan?", None, "lihat arsip")
    sheet.insert_rows(1)
    sheet["A1"] = "Daftar pertanyaan 2024"
    sheet.merge_cells("A1:B1")
    book.save(tmp_path / "in.xlsx")
    with pytest.raises(UsageError, match=r"Which column .* Daftar pertanyaan 2024, column 2"):
        read(tmp_path / "in.xlsx")


def test_a_workbook_is_easy_to_read(archive: Engine, tmp_path: Path) -> None:
    """Bold names, wrapped text, wide columns, days without an hour; text stays text."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["question", "day", "at"])
    sheet.append([QUESTIONS[0], datetime(2023, 7, 9), datetime(2023, 7, 9, 14, 30)])
    book.save(tmp_path / "in.xlsx")
    fill(read(tmp_path / "in.xlsx"), tmp_path / "out.xlsx", archive)
    out = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert all(cell.font.bold for cell in out[1])
    assert not any(cell.font.bold for cell in out[2])
    assert out["A2"].alignment.wrap_text
    assert out.column_dimensions["A"].width == len(QUESTIONS[0]) + 2
    assert out["B2"].number_format == "yyyy-mm-dd"
    assert out["C2"].value == datetime(2023, 7, 9, 14, 30)
    source = written(tmp_path / "in.csv", f"question,nip\n{QUESTIONS[0]},00712\n")
    fill(read(source), tmp_path / "again.xlsx", archive)
    assert load_workbook(tmp_path / "again.xlsx").worksheets[0]["B2"].value == "00712"


def test_decimals_of_a_sheet_are_written_one_way() -> None:
    """In the column of confidence and within words, by what parts the cells."""
    told = columns(not_found(), INFO, ",")
    assert re.search(r"confidence 0,\d+", str(told["closest guess"]))
    assert (decimal_mark(".csv", ";"), decimal_mark(".csv", ",")) == (",", ".")
    assert (decimal_mark(".tsv", ";"), decimal_mark(".xlsx", ";")) == (".", ".")
