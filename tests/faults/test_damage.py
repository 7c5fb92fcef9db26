"""Files of an index that are cut, flipped, exchanged, gone: told as damage, never served.

Opening reads what `qa.store.generation` says; `qa check` reads every byte.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.articles.folder import load
from qa.builder import build
from qa.settings import BuildSettings
from tests.faults.conftest import FaultCase, Tries
from tests.faults.damage import (
    files_in,
    folder_in,
    found_by_check,
    found_by_opening,
    restored,
    write_index,
)
from tests.faults.small import write_corpus, write_encoder
from tests.faults.stage import Stage

pytestmark = pytest.mark.faults

BLOCK = 4096


@pytest.fixture
def index(stage: Stage, tmp_path: Path) -> Path:
    """A small index, to be damaged; opening hashes all its files."""
    return Path(shutil.copytree(stage.folder / "template", tmp_path / "index"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with files over a mebibyte, of which opening looks at the size alone."""
    index = tmp_path_factory.mktemp("large")
    write_index(index, 6000, dim=64)
    return index


def test_a_file_cut_at_any_block_is_damage(
    large: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """By the size that the manifest gives, so that opening sees it too."""
    tried = lost = 0
    for path in files_in(large):
        with restored(path) as content:
            for size in range((len(content) - 1) // BLOCK * BLOCK, -1, -BLOCK * tries(1, 64)):
                os.truncate(path, size)
                tried += 1
                lost += not (found_by_check(large) and found_by_opening(large))
    fault_case(
        "file cut short",
        injected="truncation at each 4 KiB boundary of each file",
        outcome="damaged, by check and by ask",
        tries=tried,
        lost=lost,
    )


def flips(index: Path, number: int) -> Iterator[None]:
    """Flip one bit of some file after the other, each file as often as any other, and back."""
    chance = random.Random(7)  # noqa: S311 - chance that is the same in every run
    paths = files_in(index)
    for _ in range(number):
        path = chance.choice(paths)
        with path.open("rb+", buffering=0) as file:
            at = chance.randrange(path.stat().st_size)
            file.seek(at)
            (byte,) = file.read(1)
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))
            yield
            file.seek(at)
            file.write(bytes([byte]))


def test_a_flipped_bit_is_damage(index: Path, tries: Tries, fault_case: FaultCase) -> None:
    """Of CURRENT, the manifest, the articles, the vectors, the words; by opening too."""
    number = tries(10_000, 150)
    lost = sum(
        not (found_by_check(index) and found_by_opening(index)) for _ in flips(index, number)
    )
    assert not found_by_check(index)
    fault_case(
        "bit flipped",
        injected="one bit of any file of a generation, or of CURRENT",
        outcome="damaged, by check and by ask",
        tries=number,
        lost=lost,
    )


def test_a_flipped_bit_of_a_large_file_is_damage_to_check(
    large: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """Opening would have to read it all; what it reads, it reads without trust."""
    number = tries(500, 20)
    lost = sum(not found_by_check(large) for _ in flips(large, number))
    opened = sum(not found_by_opening(large) for _ in flips(large, number))
    assert opened < number
    fault_case(
        "bit flipped, files over 1 MiB",
        injected="one bit of any file of a generation, or of CURRENT",
        outcome=f"damaged, by check; by ask all but {opened}",
        tries=number,
        lost=lost,
    )


def test_a_file_with_more_behind_it_is_damage(index: Path, fault_case: FaultCase) -> None:
    """One byte, a block of zeros, or the file once more."""
    tried = lost = 0
    for path in files_in(index):
        for number in range(3):
            with restored(path) as content:
                path.write_bytes(content + (b"\n", bytes(BLOCK), content)[number])
                tried += 1
                lost += not (found_by_check(index) and found_by_opening(index))
    fault_case(
        "trailing junk",
        injected="a byte, 4 KiB of zeros, or the file again behind each file",
        outcome="damaged, by check and by ask",
        tries=tried,
        lost=lost,
    )


def gone(_path: Path, _content: bytes) -> None:
    """Leave nothing."""


def empty(path: Path, _content: bytes) -> None:
    """Leave a file without a byte."""
    path.touch()


def link(path: Path, content: bytes) -> None:
    """Leave a link to a file of the same bytes."""
    elsewhere = path.with_name("elsewhere")
    elsewhere.write_bytes(content)
    path.symlink_to(elsewhere)


def loop(path: Path, _content: bytes) -> None:
    """Leave a link to itself."""
    path.symlink_to(path)


def pipe(path: Path, _content: bytes) -> None:
    """Leave a pipe that nobody writes to."""
    os.mkfifo(path)


def test_what_is_no_file_of_the_index_is_damage(index: Path, fault_case: FaultCase) -> None:
    """Whatever else has its name; a pipe keeps nobody waiting."""
    kinds = (gone, empty, link, loop, pipe)
    lost = 0
    for path in files_in(index):
        for kind in kinds:
            with restored(path) as content:
                path.unlink()
                kind(path, content)
                lost += not (found_by_check(index) and found_by_opening(index))
            path.with_name("elsewhere").unlink(missing_ok=True)
    fault_case(
        "missing or other file",
        injected="each file gone, empty, a link, a loop, a pipe",
        outcome="damaged (without CURRENT: no index), by check and by ask",
        tries=len(kinds) * len(files_in(index)),
        lost=lost,
    )


def test_files_of_two_builds_are_damage(index: Path, fault_case: FaultCase) -> None:
    """Each is sound; together they are nobody's index."""
    before = next(path for path in index.iterdir() if path.is_dir() and path != folder_in(index))
    tried = lost = 0
    for path in files_in(index)[1:]:
        other = (before / path.relative_to(folder_in(index))).read_bytes()
        with restored(path) as content:
            if other != content:
                path.write_bytes(other)
                tried += 1
                lost += not (found_by_check(index) and found_by_opening(index))
    fault_case(
        "builds mixed",
        injected="each file that differs taken from the build before",
        outcome="damaged, by check and by ask",
        tries=tried,
        lost=lost,
    )


def test_damage_that_opening_does_not_see_keeps_nobody_from_building_anew(
    large: Path, tmp_path: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """A page of zeros in the articles, which a build compares its own with."""
    corpus = tmp_path / "corpus"
    write_corpus(corpus, 1)
    settings = BuildSettings(encoder=str(write_encoder(tmp_path / "encoder")))
    pages = (folder_in(large) / "articles.sqlite").stat().st_size // BLOCK
    number = tries(40, 4)
    chance = random.Random(7)  # noqa: S311 - chance that is the same in every run
    lost = 0
    for page in chance.sample(range(1, pages), number):
        index = Path(shutil.copytree(large, tmp_path / "index"))
        with (folder_in(index) / "articles.sqlite").open("rb+") as file:
            file.seek(page * BLOCK)
            file.write(bytes(BLOCK))
        build(load(corpus, settings), index, settings, root=str(corpus))
        lost += found_by_check(index)
        shutil.rmtree(index)
    fault_case(
        "build over damage",
        injected="a page of zeros in the articles of the index in use",
        outcome="a new index, sound",
        tries=number,
        lost=lost,
    )
