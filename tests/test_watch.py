"""Watching: a rebuild once files have changed and settled, whatever goes wrong on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from qa.cli import run
from qa.errors import CorpusError, QAError, StoreError
from qa.store import draft, open_generation
from qa.watch import changes, watch


def turns(
    changes: list[bool], failures: list[QAError | None] | None = None
) -> tuple[list[int], list[str]]:
    """After how many turns there was a build, and what was told.

    Args:
        changes: Whether files have changed, turn by turn.
        failures: What each build raises, None for none; later ones succeed.
    """
    failing = iter(failures or [])
    begun = 0
    built: list[int] = []
    told: list[str] = []

    def counted() -> Iterator[bool]:
        nonlocal begun
        for changed in changes:
            begun += 1
            yield changed

    def rebuild() -> None:
        failure = next(failing, None)
        if failure:
            raise failure
        built.append(begun)

    watch(counted(), rebuild, told.append)
    return built, told


def test_it_builds_at_the_start_and_after_a_change() -> None:
    """And not where nothing has changed."""
    assert turns([False, False, True, False, False])[0] == [1, 4]


def test_files_that_are_being_written_wait_until_it_is_quiet() -> None:
    """Every change puts it off."""
    assert turns([True, True, False, True, True, True, False])[0] == [3, 7]


def test_an_index_that_cannot_be_written_is_tried_again() -> None:
    """As while another build is running; told once."""
    busy = StoreError("Process 7 is building. Wait for it.")
    assert turns([False] * 4, [busy, busy]) == ([3], [str(busy)])


def test_articles_at_fault_wait_for_the_next_change() -> None:
    """Nothing would come of trying again before."""
    empty = CorpusError("No readable article.")
    assert turns([False, False, False, True, False], [empty]) == ([5], [str(empty)])


@pytest.mark.parametrize("poll", [False, True])
def test_changes_are_those_of_files_that_a_build_reads(poll: bool, tmp_path: Path) -> None:
    """In folders too; not of hidden files nor of the index; a folder may vanish and come back."""
    corpus = tmp_path / "news"
    (corpus / "in").mkdir(parents=True)
    (corpus / "index").mkdir()
    told = changes([corpus], corpus / "index", quiet_s=0.2, poll=poll)
    assert not next(told)

    def follows(change: Callable[[], object]) -> bool:
        """Whether one of the next turns tells of a change; then all is quiet again."""
        change()
        seen = any([next(told), next(told), next(told)])
        while next(told):
            pass
        return seen

    assert follows(lambda: (corpus / "in" / "a.txt").write_text("Berita."))
    assert not follows(lambda: (corpus / ".a.txt.swp").write_text("x"))
    assert not follows(lambda: (corpus / "index" / "CURRENT").write_text("x"))
    assert follows((corpus / "in" / "a.txt").unlink)
    rmtree(corpus)
    assert next(told)
    assert not next(told)
    assert follows(corpus.mkdir)


def test_every_folder_of_an_index_is_watched(tmp_path: Path) -> None:
    """A change in any of them tells."""
    folders = [tmp_path / "satu", tmp_path / "dua"]
    for folder in folders:
        folder.mkdir()
    told = changes(folders, tmp_path / "index", quiet_s=0.2, poll=False)
    assert not next(told)
    for folder in folders:
        (folder / "a.txt").write_text("Berita.")
        assert any([next(told), next(told), next(told)])
        while next(told):
            pass


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


def test_an_index_of_one_file_is_not_watched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor for the folder that the file lies in, which would take its place at each change."""
    (tmp_path / "a.txt").write_text("Berita pertama hari ini.\n")
    index = ["--index", str(tmp_path / ".index")]
    assert run(["index", str(tmp_path / "a.txt"), *index]) == 0
    for arguments in ([], [str(tmp_path)]):
        assert run(["watch", *arguments, *index]) == 2
        assert "only a folder can be watched" in capsys.readouterr().err
