"""Articles, names and questions that try to steer the terminal: shown, never obeyed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import FaultCase, Tries
from tests.faults.hostile import HOSTILE, Ended, prose, run, run_here, write_corpus
from tests.tiny_reader import write_reader

pytestmark = pytest.mark.faults

Command = Callable[..., Ended]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `articles`, an index of them and a tiny reader."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "articles").mkdir()
    write_corpus(folder / "articles")
    ended = run("index", "articles", "--index", "index", cwd=folder)
    assert ended.code == 0
    assert ended.is_safe
    write_reader(folder / "reader")
    return folder


def ask(
    corpus: Path, *arguments: str | bytes, stdin: bytes = b"", run: Command = run_here
) -> Ended:
    """Ask the index."""
    options = ["--index", "index", "--reader", "reader"]
    return run("ask", *options, *arguments, stdin=stdin, cwd=corpus)


def test_nothing_hostile_reaches_the_screen(
    corpus: Path, tmp_path: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """Every byte of both streams of every command, on whatever the corpus holds.

    Each in a process of its own with `-m faults`, else those that write most.
    """
    here = (run_here, run)[tries(1, 0)]
    questions = [f"Siapa wali kota {town}?" for town in HOSTILE]
    asked = "\n".join(questions).encode()
    odd = b"\n".join(
        b"Siapa " + bite.replace("\n", "").encode("utf-8", "surrogatepass")
        for bite in HOSTILE.values()
    )
    rows = [
        {"question": f"Siapa {bite}?", "answers": [bite], "article": bite, "id": bite, "lang": bite}
        for bite in HOSTILE.values()
        if bite.strip()
    ]
    name = "soal\x1b[31m\x9b\u202e\nqa: sound.jsonl"
    (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    named = str(tmp_path / name)
    evaluate = ["evaluate", named, "--index", "index", "--reader", "reader"]
    ended = [
        here("index", "articles", "--index", "index", "--full", "--json", cwd=corpus),
        here("check", "--skipped", "--index", "index", cwd=corpus),
        ask(corpus, "-", stdin=asked, run=run),
        ask(corpus, "-", "--json", stdin=asked, run=here),
        ask(corpus, "-", stdin=odd, run=here),
        ask(corpus, "-", "--json", stdin=odd, run=here),
        here(*evaluate, cwd=corpus),
        here(*evaluate, "--json", cwd=corpus),
        here("evaluate", named, "--mode", "reading", cwd=corpus),
        run("chat", "--plain", "--index", "index", "--reader", "reader", stdin=odd, cwd=corpus),
        here("timeline", "wali kota", "--index", "index", cwd=corpus),
        here("timeline", "wali kota", "--index", "index", "--json", cwd=corpus),
        here("inspect", "Arlam.md", "--index", "index", cwd=corpus),
        here("inspect", "Dorva.txt", "--index", "index", "--json", cwd=corpus),
    ]
    assert [one.code for one in ended[:9]] == [0, 0, 0, 0, 2, 2, 0, 0, 2]
    assert [one.code for one in ended[-2:]] == [0, 0]
    fault_case(
        "hostile articles",
        injected="control sequences, bidi, marks, markup in text, names, fields",
        outcome="no raw control on any stream of any command",
        tries=len(HOSTILE) * 11 * len(ended),
        lost=sum(not one.is_safe for one in ended),
    )


def test_arguments_are_repeated_safely(corpus: Path, tries: Tries, fault_case: FaultCase) -> None:
    """In what click and qa say of them, and where they are a question."""
    bites = [
        b"\x1b[31m\x07\xff\x9b",
        "\u202e\u2028\x9b\U000e0041".encode(),
        b"e" + b"\xcc\x81" * 99,
    ]
    ways: list[Callable[[bytes], list[str | bytes]]] = [
        lambda bite: ["ask", b"x" + bite, "--index", "index", "--reader", "reader"],
        lambda bite: ["ask", b"x" + bite, "--index", "index", "--reader", "reader", "--json"],
        lambda bite: ["ask", "Siapa?", "--since", bite],
        lambda bite: ["ask", "Siapa?", "--index", b"no-" + bite],
        lambda bite: ["ask", "Siapa?", "--index", "index", "--source", bite],
        lambda bite: ["ask", "Siapa?", "--index", "index", "--offline", "--reader", bite],
        lambda bite: [b"x" + bite],
        lambda bite: ["ask", b"--" + bite],
        lambda bite: ["index", bite],
        lambda bite: ["index", "--column", bite],
        lambda bite: ["index", "--column", bite + b"=x"],
        lambda bite: ["evaluate", b"no-" + bite],
        lambda bite: ["evaluate", "x", "--mode", bite],
        lambda bite: ["check", "--index", b"no-" + bite],
    ]
    pairs = [(way, bite) for bite in bites for way in ways]
    ended = [
        (run_here if number % tries(1, 21) else run)(*way(bite), cwd=corpus)
        for number, (way, bite) in enumerate(pairs)
    ]
    fault_case(
        "hostile arguments",
        injected="control sequences in questions, options, names of files and commands",
        outcome="no raw control on any stream, no traceback",
        tries=len(ended),
        lost=sum(not one.is_safe or one.code > 5 for one in ended),
    )


def test_quotes_of_hostile_articles_are_the_files_own(corpus: Path, fault_case: FaultCase) -> None:
    """Offsets count what is there, not what is shown."""
    towns = [town for town in HOSTILE if town != "Mekta"]
    forms = ("Siapa wali kota {}?", "Kapan ia tiba di {}?")
    asked = "\n".join(form.format(town) for form in forms for town in towns).encode()
    documents = [
        json.loads(line) for line in ask(corpus, "-", "--json", stdin=asked).out.splitlines()
    ]
    places = [place for each in documents for place in (*each["citations"], *each["nearest"])]
    lost = 0
    for town in towns:
        here = [place for place in places if place["path"] == f"articles/{town}.txt"]
        text = prose(town, HOSTILE[town])
        lost += not here
        lost += any(text[place["start"] : place["end"]] != place["quote"] for place in here)
    fault_case(
        "offsets in hostile articles",
        injected="control sequences before, in and behind the answer",
        outcome="the quote is the slice of the file's text",
        tries=len(towns),
        lost=lost,
    )


def test_markup_is_shown_as_it_is_written(corpus: Path) -> None:
    """It means nothing to qa."""
    assert (
        "[bold red]x[/] [@click=app.bell]y[/] [/]"
        in ask(corpus, "Kapan ia tiba di Kelda?").out.decode()
    )
