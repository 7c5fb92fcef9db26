"""Paths that are typed: what they may become, what is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.chat.paths import completed_paths, typed_path
from qa.errors import UsageError
from qa.store.current import CURRENT


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, which is the working folder too, with an index, a folder and a file in it."""
    for name in ("berita lama", "indeks", ".simpan", "be\x1brita"):
        (tmp_path / name).mkdir()
    (tmp_path / "indeks" / CURRENT).touch()
    (tmp_path / "berkas.csv").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_path_is_completed_as_it_is_typed(home: Path) -> None:
    """Folders end with a slash, a whole one comes first, hidden ones only when asked for."""
    assert list(completed_paths("be")) == [("berita lama/", "a folder"), ("berkas.csv", "")]
    assert list(completed_paths("")) == [
        ("berita lama/", "a folder"),
        ("berkas.csv", ""),
        ("indeks/", "an index"),
    ]
    assert list(completed_paths("~/.")) == [("~/.simpan/", "a folder")]
    assert list(completed_paths(f"{home}/indeks/")) == [
        (f"{home}/indeks/", "an index"),
        (f"{home}/indeks/CURRENT", ""),
    ]


def test_what_cannot_be_read_completes_nothing(home: Path) -> None:
    """Nor does a home of nobody."""
    assert list(completed_paths(f"{home}/gone/x")) == []
    assert list(completed_paths("~nobody-of-this-name/x")) == []
    assert list(completed_paths("a\0b/c")) == []


@pytest.mark.parametrize(
    "typed", ["berita lama", "'berita lama'", r"berita\ lama", "~/berita lama"]
)
def test_a_path_may_be_quoted_as_a_terminal_drops_it(home: Path, typed: str) -> None:
    """Or typed as it is."""
    assert typed_path(typed).resolve() == (home / "berita lama").resolve()


@pytest.mark.parametrize(
    "typed", ["gone", "'open quote", "~nobody-of-this-name", "x" * 5000, "a\0b"]
)
def test_a_path_that_is_not_there_is_refused(home: Path, typed: str) -> None:  # noqa: ARG001
    """Whatever it is."""
    with pytest.raises(UsageError, match="There is no"):
        typed_path(typed)
    with pytest.raises(UsageError, match="/open FOLDER"):
        typed_path("")
