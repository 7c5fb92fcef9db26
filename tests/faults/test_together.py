"""Several processes at one index: readers during rebuilds, two builders, a builder that died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa.store import draft, open_generation, verify
from tests.faults.builder import Fault
from tests.faults.conftest import FaultCase, Tries
from tests.faults.small import texts_in, unswept, write_corpus
from tests.faults.stage import Stage

pytestmark = pytest.mark.faults

REBUILDS = 5


def generation_in(index: Path) -> str:
    """The name of the generation in use."""
    with open_generation(index) as generation:
        return generation.manifest.generation


def test_a_reader_sees_one_whole_generation_at_a_time(
    stage: Stage, reader: str, tries: Tries, fault_case: FaultCase
) -> None:
    """While the corpus is indexed anew and anew, each edition with other prices."""
    number = tries(1000, 60)
    stage.set()
    editions = {generation_in(stage.index): "2"}
    asked: list[str] = []
    command = [sys.executable, "-m", "tests.faults.asker", str(stage.index), reader, str(number)]
    asker = subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    with asker as process:
        assert process.stdout is not None
        for rebuild in range(REBUILDS):
            while len(asked) <= number * (rebuild + 1) // (REBUILDS + 2):
                asked.append(process.stdout.readline())
            write_corpus(stage.folder / "corpus", 10 + rebuild)
            assert stage.build().code == 0
            editions[generation_in(stage.index)] = str(10 + rebuild)
        asked += process.stdout.readlines()
    write_corpus(stage.folder / "corpus", 3)
    wrong = [line for line in asked if line.split()[1:] != [editions.get(line.split()[0], "?")]]
    seen = {line.split()[0] for line in asked}
    assert process.returncode == 0
    assert len(seen) > REBUILDS / 2
    fault_case(
        "reading during rebuilds",
        injected=f"{REBUILDS} rebuilds of another corpus while questions are asked",
        outcome=f"each answer from one whole generation, of {len(seen)} seen",
        tries=number,
        lost=len(wrong) + number - len(asked),
    )


def test_an_index_answers_while_it_is_upgraded(
    stage: Stage, reader: str, tries: Tries, fault_case: FaultCase
) -> None:
    """Each answer is of the old generation or the new: of its articles, by its encoder."""
    number = tries(200, 30)
    stage.set()
    before = generation_in(stage.index)
    command = [sys.executable, "-m", "tests.faults.asker", str(stage.index), reader, str(number)]
    asker = subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    with asker as process:
        assert process.stdout is not None
        asked = [process.stdout.readline() for _ in range(number // 3)]
        assert stage.build(encoder="deep").code == 0
        asked += process.stdout.readlines()
    assert process.returncode == 0
    editions = {before: "2", generation_in(stage.index): "3"}
    with open_generation(stage.index) as generation:
        assert generation.manifest.encoder.startswith("tiny-deep@")
    wrong = [line for line in asked if line.split()[1:] != [editions.get(line.split()[0], "?")]]
    fault_case(
        "asking during an upgrade to the deep encoder",
        injected="an upgrade over another corpus while questions are asked",
        outcome="each answer from one whole generation, by its own encoder",
        tries=number,
        lost=len(wrong) + number - len(asked),
    )


def test_a_second_build_says_who_holds_the_lock(stage: Stage, fault_case: FaultCase) -> None:
    """And leaves the first to go on."""
    stage.set()
    with draft(stage.index):
        ended = stage.build()
    told = f"qa: Process {os.getpid()} is building {stage.index}/. Wait for it"
    refused = ended.code == 3 and ended.told.startswith(told) and ended.told.count("\n") == 1
    fault_case(
        "two builds at once",
        injected="a build while another process holds the lock",
        outcome="the second names the first's process, exit 3; the first goes on",
        tries=1,
        lost=not (refused and stage.is_as_before() and stage.is_mended()),
    )


def test_the_lock_of_a_dead_build_is_free(
    stage: Stage, tries: Tries, fault_case: FaultCase
) -> None:
    """The next build takes it at once, and the dead one's draft goes."""
    number = tries(10, 2)
    lost = 0
    for at in range(number):
        stage.set()
        dead = stage.build(Fault(signal.SIGKILL, at=30 + 2 * at))
        left = unswept(stage.index) != []
        ended = stage.build()
        served = texts_in(stage.index) == stage.new and verify(stage.index) == []
        swept = ended.code == 0 and served and not unswept(stage.index)
        lost += not (dead.code == -signal.SIGKILL and left and swept)
    fault_case(
        "lock of a dead build",
        injected="SIGKILL while the lock is held",
        outcome="the next build takes it and sweeps",
        tries=number,
        lost=lost,
    )
