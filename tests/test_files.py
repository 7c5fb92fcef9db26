"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from qa.files import append_line, create, fsync_tree, replace, replacing


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Made if absent, with the rights asked for, and nothing left beside it."""
    path = tmp_path / "a"
    for text in ("old\n", "né\n"):
        replace(path, text, mode=0o600)
        assert path.read_bytes() == text.encode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["a"]


def test_a_failure_leaves_the_old_contents(tmp_path: Path) -> None:
    """Whatever was written until then."""
    path = tmp_path / "a"
    replace(path, "old")
    with pytest.raises(RuntimeError), replacing(path) as partial:  # noqa: PT012
        partial.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_a_file_that_exists_is_not_created_again(tmp_path: Path) -> None:
    """Nor is a link to nothing written through."""
    create(tmp_path / "a", "one")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("a", "link"):
        with pytest.raises(FileExistsError):
            create(tmp_path / name, "two")
    assert (tmp_path / "a").read_text() == "one"
    assert names(tmp_path) == ["a", "link"]


def test_a_tree_is_forced_to_disk(tmp_path: Path) -> None:
    """With folders in it, and nothing of it changed."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_text("x")
    fsync_tree(tmp_path)
    assert (tmp_path / "in" / "a").read_text() == "x"


def test_a_line_is_added_whole_after_whatever_was_cut_short(tmp_path: Path) -> None:
    """In a file for its owner's eyes only."""
    path = tmp_path / "a.jsonl"
    append_line(path, b"1\n")
    append_line(path, b"2\n")
    with path.open("ab") as file:
        file.write(b"cut sh")
    append_line(path, b"3\n")
    assert path.read_bytes() == b"1\n2\ncut sh\n3\n"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OSError, match="directory"):
        append_line(tmp_path, b"1\n")
    with pytest.raises(FileNotFoundError):
        append_line(tmp_path / "b.jsonl", b"1\n", anew=False)
    assert names(tmp_path) == ["a.jsonl"]


def test_a_disk_that_fails_leaves_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next try would find the name taken."""

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        create(tmp_path / "a.md", "words")
    assert list(tmp_path.iterdir()) == []
