"""Vectors of a build that was broken off: kept, checked, gone on with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qa.errors import StoreError
from qa.protocols import Vectors
from qa.store import draft
from qa.store.checkpoint import FILE, VectorCheckpoint

DIM = 3
DIGESTS = [bytes([number] * 16) for number in range(5)]
VECTORS = (np.arange(15) / 7).reshape(5, DIM).astype(np.float32)


def keep(folder: Path, encoder: str = "e@1") -> VectorCheckpoint:
    """The file of a folder."""
    return VectorCheckpoint(folder, encoder, DIM)


def kept_in(folder: Path, encoder: str = "e@1") -> dict[bytes, list[float]]:
    """What a new build finds in the file, and it is closed."""
    kept = keep(folder, encoder)
    found = {digest: vector.tolist() for digest, vector in kept.find(DIGESTS).items()}
    kept.close()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all five vectors, added in two parts."""
    kept = keep(tmp_path)
    kept.add(DIGESTS[:2], VECTORS[:2])
    kept.add(DIGESTS[2:], VECTORS[2:])
    kept.close()
    return tmp_path


def test_what_was_kept_is_found_to_the_last_bit(folder: Path) -> None:
    """By whoever opens the file next; and more can be added."""
    assert kept_in(folder) == dict(zip(DIGESTS, VECTORS.tolist(), strict=True))
    kept = keep(folder)
    kept.add([b"z" * 16], VECTORS[:1])
    assert list(kept.find([b"z" * 16, b"y" * 16])) == [b"z" * 16]
    kept.close()


@pytest.mark.parametrize("size", [0, 10, 16, 17, 59, 60, 61, 120, 235])
def test_a_file_cut_short_keeps_what_is_whole(folder: Path, size: int) -> None:
    """Each record is 44 bytes after the first 16: as a kill leaves it."""
    path = folder / FILE
    path.write_bytes(path.read_bytes()[:size])
    assert list(kept_in(folder)) == DIGESTS[: max(0, size - 16) // 44]
    kept = keep(folder)
    kept.add(DIGESTS, VECTORS)
    kept.close()
    assert kept_in(folder) == dict(zip(DIGESTS, VECTORS.tolist(), strict=True))


@pytest.mark.parametrize("at", [0, 16, 40, 59, 60, 235])
def test_a_flipped_bit_is_not_believed(folder: Path, at: int) -> None:
    """Nor what comes behind it."""
    path = folder / FILE
    content = bytearray(path.read_bytes())
    content[at] ^= 4
    path.write_bytes(content)
    assert list(kept_in(folder)) == DIGESTS[: max(0, at - 16) // 44]


def test_vectors_of_another_encoder_are_dropped(folder: Path) -> None:
    """They would be of another meaning; those of the first are not there afterwards either."""
    assert kept_in(folder, "e@2") == {}
    assert kept_in(folder) == {}


@pytest.mark.parametrize("kind", ["link", "second name", "link to nothing", "pipe"])
def test_what_is_no_file_of_its_own_is_refused(kind: str, tmp_path: Path) -> None:
    """It would be truncated, and what a link leads to with it."""
    other = tmp_path / "notes.txt"
    if kind != "link to nothing":
        other.write_text("Catatan.")
    path = tmp_path / "index" / FILE
    path.parent.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "second name":
        path.hardlink_to(other)
    else:
        path.symlink_to(other)
    with (
        draft(path.parent) as new,
        pytest.raises(StoreError, match="is a link or no file; remove it"),
    ):
        new.keep_vectors("e@1", DIM)
    assert not other.exists() if kind == "link to nothing" else other.read_text() == "Catatan."


def test_a_build_goes_on_with_what_one_before_had_made(tmp_path: Path) -> None:
    """Only what is missing is encoded, and the file stays until the build is published."""
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return VECTORS[: len(texts)]

    texts = dict(zip(DIGESTS, "abcde", strict=True))
    for wanted in ("ab", "abc", "abcde"):
        with draft(tmp_path) as new:
            new.keep_vectors("e@1", DIM)
            some = {digest: text for digest, text in texts.items() if text in wanted}
            assert set(new.embedded(some, encode)) == set(some)
    assert "".join(asked) == "abcde"
    assert (tmp_path / FILE).exists()
