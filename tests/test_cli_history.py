"""A conversation in a file: read as words only, added to a whole line at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qa.cli import cli
from qa.cli.history import append_turn, read_history
from qa.errors import UsageError
from qa.question.followup import Exchange


def document(question: str, answer: str | None = None, title: str = "Judul") -> dict[str, Any]:
    """What `qa ask --json` prints, as far as a conversation needs it."""
    return {
        "schema": "qa.answer/1",
        "question": question,
        "answer": answer and {"text": answer, "citation": 1},
        "citations": [{"n": 1, "title": title}] if answer else [],
    }


def test_what_was_added_is_read_back_in_order(tmp_path: Path) -> None:
    """No file is an empty conversation; question, answer and title are kept."""
    path = tmp_path / "talk.jsonl"
    assert read_history(path) == []
    append_turn(path, document("Siapa?", "Ani", "Judul\u2028dua"))
    append_turn(path, document("Kapan?"))
    assert read_history(path) == [Exchange("Siapa?", "Ani", "Judul\u2028dua"), Exchange("Kapan?")]
    assert path.read_bytes().count(b"\n") == 2


def test_what_was_only_closest_is_no_answer_of_the_conversation(tmp_path: Path) -> None:
    """Its words and its article are not leant on."""
    path = tmp_path / "talk.jsonl"
    guessed = {"closest": {"text": "Ani", "citation": 1}, "citations": [{"n": 1, "title": "Judul"}]}
    append_turn(path, {**document("Siapa?"), **guessed})
    assert read_history(path) == [Exchange("Siapa?")]


def test_a_line_without_its_end_is_not_run_into(tmp_path: Path) -> None:
    """An editor may save the file so."""
    path = tmp_path / "talk.jsonl"
    path.write_text(json.dumps(document("Siapa?")), encoding="utf-8")
    append_turn(path, document("Kapan?"))
    assert read_history(path) == [Exchange("Siapa?"), Exchange("Kapan?")]


def test_blank_lines_and_error_records_are_passed_over(tmp_path: Path) -> None:
    """The output of `qa ask - --json` is a conversation too."""
    path = tmp_path / "talk.jsonl"
    record = {"schema": "qa.error/1", "line": 1, "error": "not JSON"}
    path.write_text(f"{json.dumps(record)}\n\n{json.dumps(document('Siapa?'))}\n")
    assert read_history(path) == [Exchange("Siapa?")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[]", "no document"),
        (b'{"question": "Siapa?"}', "no document"),
        (b'{"schema": "qa.answer/1"}', "question"),
        (b'{"schema": "qa.answer/1", "question": 1}', "question"),
        (b'{"schema": "qa.answer/1", "question": "a", "answer": 1}', "text"),
        (b'{"schema": "qa.answer/1", "question": "a", "answer": []}', "text"),
        (b'{"schema": "qa.answer/1", "question": "a", "answer": {"text": {}}}', "text"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: bytes, says: str) -> None:
    """By file and number, with what to do."""
    path = tmp_path / "talk.jsonl"
    path.write_bytes(json.dumps(document("Siapa?")).encode() + b"\n" + line + b"\n")
    with pytest.raises(UsageError, match=says) as raised:
        read_history(path)
    assert f"{path}, line 2" in str(raised.value)


def test_what_is_no_file_cannot_be_a_conversation(tmp_path: Path) -> None:
    """A folder that is not there, a folder in its place, a file without rights."""
    with pytest.raises(UsageError, match="no folder"):
        read_history(tmp_path / "nowhere" / "talk.jsonl")
    with pytest.raises(UsageError, match="no plain file"):
        read_history(tmp_path)
    with pytest.raises(UsageError, match="Cannot write"):
        append_turn(tmp_path, document("Siapa?"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "a.txt").write_text(
        "Juru bicara Kremlin Dmitry Peskov mengatakannya pada Senin.\n", encoding="utf-8"
    )
    (folder / "b.txt").write_text("Menteri NATO bertemu di kota Riga.\n", encoding="utf-8")
    assert invoke("index", str(folder), "--index", str(folder / "index")).exit_code == 0
    return folder / "index"


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    """The command line within this process."""
    return CliRunner().invoke(cli, arguments, input=stdin, catch_exceptions=False)


def test_a_question_on_the_command_line_goes_on_with_the_conversation(
    index: Path, reader: str, tmp_path: Path
) -> None:
    """What it was taken to mean is printed, in JSON and as text."""
    talk = str(tmp_path / "talk.jsonl")
    asking = ["--index", str(index), "--reader", reader, "--conversation", talk]
    invoke("ask", "Siapa juru bicara Kremlin?", *asking)
    told = json.loads(invoke("ask", "Kapan dia mengatakannya?", *asking, "--json").stdout)
    assert told["answer"]["text"] == "Senin"
    assert told["understood"].startswith("Kapan Dmitry Peskov mengatakannya?")
    assert [turn.question for turn in read_history(Path(talk))] == [
        "Siapa juru bicara Kremlin?",
        "Kapan dia mengatakannya?",
    ]
    text = invoke("ask", "Kapan dia mengatakannya?", *asking).stdout
    assert text.startswith("understood as: Kapan Dmitry Peskov mengatakannya?")


def test_lines_of_standard_input_are_turns_of_a_conversation(
    index: Path, reader: str, tmp_path: Path
) -> None:
    """Without one, each stands alone."""
    lines = "Siapa juru bicara Kremlin?\nKapan dia mengatakannya?\n"
    asking = ["ask", "-", "--json", "--index", str(index), "--reader", reader]
    alone = invoke(*asking, stdin=lines).stdout.splitlines()
    assert json.loads(alone[1])["understood"] is None
    talk = tmp_path / "talk.jsonl"
    after = invoke(*asking, "--conversation", str(talk), stdin=lines).stdout.splitlines()
    assert json.loads(after[1])["understood"]
    assert len(read_history(talk)) == 2
