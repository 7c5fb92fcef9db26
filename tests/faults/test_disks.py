"""Builds whose disk fills, fails or refuses: the old index stays, in one line and exit code 3."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qa.store import verify
from tests.faults.builder import SHIM, Ended, Fault
from tests.faults.conftest import FaultCase, Tries
from tests.faults.small import texts_in
from tests.faults.stage import Stage, open_stage

pytestmark = pytest.mark.faults

PAGE = 4096
NOBODY = 65534


def refused(ended: Ended, word: str) -> bool:
    """Whether a build said in one line what went wrong and what to do, with exit code 3."""
    line, *more = ended.told.splitlines() or [""]
    says = line.startswith("qa: Cannot write ") and word in line and "--index DIR" in line
    return ended.code == 3 and says and not more


def unconfirmed(ended: Ended, stage: Stage) -> bool:
    """Whether a build said in one line that the new index, which is in use, may not last."""
    new = texts_in(stage.index) == stage.new and verify(stage.index) == []
    line, *more = ended.told.splitlines() or [""]
    return ended.code == 3 and new and "may be lost" in line and not more


def mount(*arguments: str) -> None:
    """Run `mount`; skip the test where that is not allowed."""
    tool = shutil.which("mount")
    if tool is None or os.geteuid():
        pytest.skip("only root can mount")
    done = subprocess.run(  # noqa: S603 - the system's own mount
        [tool, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")


@contextmanager
def tmpfs(folder: Path) -> Iterator[Callable[[str], None]]:
    """A file system of its own on a folder; what is given remounts it with other options."""
    folder.mkdir(exist_ok=True)
    mount("-t", "tmpfs", "-o", "size=16m", "qa-faults", str(folder))
    try:
        yield lambda options: mount("-o", f"remount,{options}", str(folder))
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - as above


def used(index: Path, what: str) -> int:
    """Bytes or files in use on the file system of a folder."""
    held = os.statvfs(index)
    if what == "size":
        return (held.f_blocks - held.f_bfree) * held.f_frsize
    return held.f_files - held.f_ffree


@pytest.mark.parametrize(
    ("what", "step", "plenty"), [("size", PAGE, "16m"), ("nr_inodes", 1, "1000")]
)
def test_a_full_disk_leaves_the_old_index(
    what: str, step: int, plenty: str, stage: Stage, tries: Tries, fault_case: FaultCase
) -> None:
    """However much of the new one it has room for, from nothing to one page or file too few."""
    lost = tried = 0
    with tmpfs(stage.index) as remount:
        stage.set()
        before = used(stage.index, what)
        for room in count(0, step * tries(1, 8)):
            remount(f"{what}={before + room}")
            ended = stage.build()
            remount(f"{what}={plenty}")
            if ended.code == 0:
                break
            lost += not (refused(ended, "space") or refused(ended, "full"))
            lost += not stage.is_as_before()
            tried += 1
        assert stage.is_mended()
    stage.set()
    fault_case(
        "disk full" if what == "size" else "no file left on the disk",
        injected="a tmpfs with room for every part of the new index but the last",
        outcome="old index, nothing left over, one line, exit 3",
        tries=tried,
        lost=lost,
    )


def test_a_file_that_may_not_grow_leaves_the_old_index(
    stage: Stage, tries: Tries, fault_case: FaultCase
) -> None:
    """As under a quota: a limit on the length of files, up to the longest that a build writes."""
    stage.set()
    longest = max(path.stat().st_size for path in stage.index.rglob("*") if path.is_file())
    limits = range(0, longest, 512 * tries(1, 16))
    lost = 0
    for limit in limits:
        ended = stage.build(Fault(file_bytes=limit))
        lost += not (refused(ended, "large") or refused(ended, "full") or refused(ended, "I/O"))
        lost += not stage.is_as_before()
    fault_case(
        "file too large",
        injected="RLIMIT_FSIZE from 0 to the largest file of the index",
        outcome="old index, nothing left over, one line, exit 3",
        tries=len(limits),
        lost=lost,
    )


def test_an_fsync_that_fails_leaves_the_old_index(
    tmp_path: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """Each of a build's in turn; what it was for may not be on the disk."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to make fsync fail with")
    library = tmp_path / "bad_fsync.so"
    arguments = ["-shared", "-fPIC", "-x", "c", "-o", str(library), "-"]
    subprocess.run([compiler, *arguments], input=SHIM, text=True, check=True)  # noqa: S603
    lost = tried = 0
    (tmp_path / "stage").mkdir()
    with open_stage(tmp_path / "stage", library) as stage:
        for number in count(0, tries(1, 4)):
            stage.set()
            ended = stage.build(Fault(bad_fsync=number))
            if ended.code == 0:
                break
            tried += 1
            told = refused(ended, "Input/output error") and stage.is_as_before()
            lost += not (told or unconfirmed(ended, stage))
    fault_case(
        "fsync fails",
        injected="EIO from each fsync of a build, by a library loaded before libc",
        outcome="old index, or new and told so, one line, exit 3",
        tries=tried,
        lost=lost,
    )


def test_a_read_only_disk_leaves_the_old_index_which_answers(
    stage: Stage, fault_case: FaultCase
) -> None:
    """Refused before anything is read; a question needs no writing."""
    with tmpfs(stage.index) as remount:
        stage.set()
        remount("ro")
        ended = stage.build()
        served = stage.is_as_before()
        remount("rw")
    fault_case(
        "read-only disk",
        injected="a tmpfs mounted read-only",
        outcome="old index, nothing left over, one line, exit 3",
        tries=1,
        lost=not (refused(ended, "Read-only") and served),
    )


@pytest.fixture(scope="module")
def open_to_all() -> Iterator[Stage]:
    """A stage where another user may go; pytest's folders are their owner's alone."""
    with TemporaryDirectory() as name, open_stage(Path(name)) as stage:
        yield stage


@pytest.mark.parametrize("denied", ["index", "index/.lock", "."])
def test_a_folder_of_another_user_is_left_as_it_is(
    denied: str, open_to_all: Stage, fault_case: FaultCase
) -> None:
    """What may not be written: the index, its lock, or the folder where it would be made."""
    root, stage = os.geteuid() == 0, open_to_all
    stage.set(empty=denied == ".")
    for path in [stage.folder, *stage.folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    if denied == ".":
        stage.index.rmdir()
    (stage.folder / denied).chmod(0o555 if (stage.folder / denied).is_dir() else 0o444)
    ended = stage.build(Fault(user=NOBODY if root else os.geteuid()))
    (stage.folder / denied).chmod(0o777)
    served = not stage.index.exists() if denied == "." else stage.is_as_before()
    fault_case(
        f"permission denied: {denied}",
        injected="a build by a user who may not write there",
        outcome="as it was, nothing left over, one line, exit 3",
        tries=1,
        lost=not (refused(ended, "Permission denied") and served),
    )
