"""Where things lie when nobody says."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from qa.places import default_corpus, default_index, project, shipped_corpus
from qa.show import location


def test_a_project_is_the_nearest_folder_with_corpus_and_index(tmp_path: Path) -> None:
    """From anywhere below it; either folder alone makes none."""
    below = tmp_path / "home" / "notes" / "corpus"
    below.mkdir(parents=True)
    home = tmp_path / "home"
    (home / "corpus").mkdir()
    (home / "index").mkdir()
    with chdir(below):
        assert project() == home.resolve()
        assert default_index() == home.resolve() / "index"
        assert default_corpus() == home.resolve() / "corpus"


def test_outside_a_project_the_users_folder_and_the_shipped_articles_serve(tmp_path: Path) -> None:
    """The articles that come with qa are there."""
    with chdir(tmp_path):
        assert project() is None
        assert default_index().name == "index"
        assert default_corpus() == shipped_corpus()
    assert list(shipped_corpus().glob("*.md"))


def test_a_working_directory_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """Another terminal may have removed it."""
    gone = tmp_path / "gone"
    gone.mkdir()
    with chdir(gone):
        gone.rmdir()
        assert project() is None
        assert location("/corpus", "a.txt") == "/corpus/a.txt"
