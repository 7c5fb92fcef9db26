"""Watching: a rebuild once files have changed and settled, whatever goes wrong on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.cli import run
from qa.errors import CorpusError, QAError, StoreError
from qa.store import draft, open_generation
from qa.watch import Look, look, watch

OLD: Look = {"a.txt": (1, 1)}
HALF: Look = {"a.txt": (2, 5)}
WHOLE: Look = {"a.txt": (3, 9)}


class Over(Exception):
    """The turns of a test are used up."""


def turns(
    looks: list[Look | QAError], failures: list[QAError | None] | None = None
) -> tuple[list[Look], list[str]]:
    """What was built, and what was told, when each turn sees one of these.

    Args:
        looks: What a look gives, or raises.
        failures: What each build raises, None for none; later ones succeed.
    """
    seen, failing = iter(looks), iter(failures or [])
    now: list[Look] = []
    built: list[Look] = []
    told: list[str] = []

    def looking() -> Look:
        found = next(seen)
        if isinstance(found, QAError):
            raise found
        now.append(found)
        return found

    def rebuild() -> None:
        failure = next(failing, None)
        if failure:
            raise failure
        built.append(now[-1])

    left = len(looks)

    def wait() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise Over

    with pytest.raises(Over):
        watch(looking, rebuild, wait, told.append)
    return built, told


def test_it_builds_at_the_start_and_after_a_change() -> None:
    """And not where nothing has changed."""
    assert turns([OLD, OLD, OLD, WHOLE, WHOLE, WHOLE])[0] == [OLD, WHOLE]


def test_a_file_that_is_being_written_waits_until_it_settles() -> None:
    """Two looks in a row must agree."""
    assert turns([OLD, OLD, HALF, WHOLE, WHOLE])[0] == [OLD, WHOLE]


def test_a_change_that_is_taken_back_builds_nothing() -> None:
    """The index holds it already."""
    assert turns([OLD, OLD, HALF, OLD, OLD])[0] == [OLD]


def test_an_index_that_cannot_be_written_is_tried_again() -> None:
    """As while another build holds it; told once."""
    busy = StoreError("Process 7 is building. Wait for it.")
    built, told = turns([OLD, OLD, OLD, OLD], [busy, busy])
    assert (built, told) == ([OLD], [str(busy)])


def test_articles_at_fault_wait_for_the_next_change() -> None:
    """Nothing would come of trying again before."""
    empty = CorpusError("No readable article.")
    built, told = turns([OLD, OLD, OLD, OLD, WHOLE, WHOLE], [empty])
    assert (built, told) == ([WHOLE], [str(empty)])


def test_a_folder_that_vanishes_may_come_back() -> None:
    """A network drive, for example."""
    gone = CorpusError("Cannot read it.")
    built, told = turns([OLD, OLD, gone, gone, OLD, WHOLE, WHOLE])
    assert (built, told) == ([OLD, WHOLE], [str(gone)])


def test_a_look_sees_what_a_build_reads(tmp_path: Path) -> None:
    """Files in folders, not hidden ones; a link as itself."""
    (tmp_path / "in" / ".git").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("abc")
    (tmp_path / ".hidden").touch()
    (tmp_path / "in" / ".git" / "b.txt").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    seen = look(tmp_path)
    assert set(seen) == {"in/a.txt", "link"}
    assert seen["in/a.txt"] == ((tmp_path / "in" / "a.txt").stat().st_mtime_ns, 3)
    with pytest.raises(CorpusError, match="nowhere"):
        look(tmp_path / "nowhere")


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], str]]]:
    """A process that watches a folder, and what reads its next line."""
    corpus = tmp_path / "news"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Rapat berlangsung di kota Riga.\n")
    arguments = ["watch", str(corpus), "--index", str(tmp_path / "index"), "--interval", "0.1"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "qa", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    try:
        yield corpus, process.stdout.readline
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == 0
        assert rest.endswith("stopped; the index is as it was last built\n")
        with open_generation(tmp_path / "index") as generation:
            assert generation.is_whole()
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def test_the_command_follows_its_folder(watching: tuple[Path, Callable[[], str]]) -> None:
    """One line a rebuild; waits for another build; Ctrl-C leaves a whole index."""
    corpus, next_line = watching
    assert next_line() == f"watching {corpus}; Ctrl-C ends it\n"
    assert next_line().startswith("1 articles, 1 passages")
    (corpus / "b.txt").write_text("Peskov mengatakan hal lain.\n")
    assert "1 added, 0 changed, 0 removed, 1 unchanged" in next_line()
    with draft(corpus.parent / "index"):
        (corpus / "a.txt").unlink()
        assert "is building" in next_line()
    assert "0 added, 0 changed, 1 removed, 1 unchanged" in next_line()


def test_an_index_of_another_folder_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor is a folder watched that is not there."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"Berita {name} hari ini.\n")
    index = ["--index", str(tmp_path / "index")]
    assert run(["index", str(tmp_path / "one"), *index]) == 0
    assert run(["watch", str(tmp_path / "two"), *index]) == 2
    assert str(tmp_path / "one") in capsys.readouterr().err
    assert run(["watch", str(tmp_path / "none"), "--index", str(tmp_path / "new")]) == 4
