"""Earlier questions: kept, tolerated when damaged, recalled with the draft."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.history import History, Recall, search


def test_questions_outlive_the_process_for_their_owner_only(tmp_path: Path) -> None:
    """Several lines, lone surrogates and all; the same one twice is kept once."""
    path = tmp_path / "state" / "history.jsonl"
    history = History(path)
    for question in ("Siapa?", "Di mana,\nkapan \udce9?", "Di mana,\nkapan \udce9?"):
        history.add(question)
    assert History(path).questions == ["Siapa?", "Di mana,\nkapan \udce9?"]
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    History(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    """Bytes, other JSON, and a line cut short, on to which the next must not hang."""
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'\xff\x00\n{"question": "A?"}\n[1]\n{"question": 7}\n{"question": "B')
    history = History(path)
    assert history.questions == ["A?"]
    history.add("C?")
    assert History(path).questions == ["A?", "C?"]


@pytest.mark.skipif(os.name == "nt", reason="a file is no folder there either, with other words")
def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    """And is told once."""
    (tmp_path / "state").write_text("a file")
    history = History(tmp_path / "state" / "history.jsonl")
    assert history.problem is not None
    assert "history.jsonl" in history.problem
    history.add("Siapa?")
    assert history.questions == ["Siapa?"]


def test_only_the_end_of_a_long_file_is_read(tmp_path: Path) -> None:
    """A thousand questions can be recalled."""
    path = tmp_path / "history.jsonl"
    path.write_text("".join(f'{{"question": "{n}{"x" * 2000}?"}}\n' for n in range(1500)))
    questions = History(path).questions
    assert questions[-1].startswith("1499x")
    assert len(questions) <= 1000


def test_recall_walks_back_and_returns_to_the_draft() -> None:
    """As a shell does it."""
    history = History()
    for question in ("A?", "B?"):
        history.add(question)
    recall = Recall(history)
    assert recall.newer() is None
    assert [recall.older("dra"), recall.older("B?"), recall.older("A?")] == ["B?", "A?", None]
    assert [recall.newer(), recall.newer(), recall.newer()] == ["B?", "dra", None]
    recall.older("new draft")
    recall.leave()
    assert recall.newer() is None
    assert Recall(History()).older("x") is None


def test_questions_are_found_by_some_of_their_letters() -> None:
    """Those that hold them side by side first; then the latest; each once."""
    questions = ["Kremlin?", "Kapan ruang makan?", "Siapa di KREMLIN?", "Kremlin?"]
    found = [(match.question, match.at) for match in search(questions, "krem")]
    assert found == [("Kremlin?", (0, 1, 2, 3)), ("Siapa di KREMLIN?", (9, 10, 11, 12))]
    assert [match.question for match in search(questions, "k rm")] == [
        "Kremlin?",
        "Siapa di KREMLIN?",
        "Kapan ruang makan?",
    ]
    assert [match.question for match in search(questions, "")] == [
        "Kremlin?",
        "Siapa di KREMLIN?",
        "Kapan ruang makan?",
    ]
    assert search(questions, "xyz") == []
    assert search(["İstanbul?"], "stan")[0].at == (1, 2, 3, 4)
