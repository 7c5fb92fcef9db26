"""Builds that are killed, terminated, interrupted: the index is the old or the new one."""

from __future__ import annotations

import random
import signal
from itertools import islice, zip_longest
from pathlib import Path

import pytest

from qa.store import open_generation, verify
from qa.store.checkpoint import FILE
from tests.faults.builder import NONE, Fault
from tests.faults.conftest import FaultCase, Tries
from tests.faults.small import texts_in, unswept
from tests.faults.stage import Stage

pytestmark = pytest.mark.faults


def spread(stage: Stage, number: int, *, empty: bool = False) -> list[Fault]:
    """Places to kill a build at: every file-system event, some lines of code, some times."""
    stage.set(empty=empty)
    events = stage.build().steps
    stage.set(empty=empty)
    whole = stage.build(Fault(steps="line"))
    chance = random.Random(7)  # noqa: S311 - chance that is the same in every run
    at_events = [Fault(signal.SIGKILL, at=at) for at in range(events)]
    chance.shuffle(at_events)
    at_lines = (
        Fault(signal.SIGKILL, at=chance.randrange(whole.steps), steps="line") for _ in range(number)
    )
    at_times = (
        Fault(signal.SIGKILL, after_s=chance.uniform(0, whole.seconds / 2)) for _ in range(number)
    )
    if number < events:
        mixed = zip_longest(at_events, at_lines, at_times)
        return list(islice((one for three in mixed for one in three if one), number))
    rest = (one for two in zip(at_lines, at_times, strict=False) for one in two)
    return [*at_events, *islice(rest, number - events)]


@pytest.mark.parametrize("empty", [False, True])
def test_a_killed_build_leaves_the_old_index_or_the_new(
    empty: bool, stage: Stage, tries: Tries, fault_case: FaultCase
) -> None:
    """Sound to the last byte, and the next build sweeps what the dead one left."""
    faults = spread(stage, tries(60, 4) if empty else tries(200, 8), empty=empty)
    lost = killed = 0
    for fault in faults:
        stage.set(empty=empty)
        killed += stage.build(fault).code == -signal.SIGKILL
        served = texts_in(stage.index)
        sound = served in (None if empty else stage.old, stage.new)
        whole = served is None or verify(stage.index) == []
        lost += not (sound and whole and stage.is_mended())
    assert killed > len(faults) / 2
    fault_case(
        "first build killed" if empty else "build killed",
        injected="SIGKILL at each file-system event, random lines, random times",
        outcome=f"{'none' if empty else 'old'} or new, sound; next build sweeps",
        tries=len(faults),
        lost=lost,
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_build_leaves_the_old_index_and_nothing_else(
    number: signal.Signals, code: int, stage: Stage, tries: Tries, fault_case: FaultCase
) -> None:
    """At any step until it publishes; the exit code says that it was stopped."""
    stage.set()
    steps = stage.build().steps
    places = random.Random(7).sample(range(steps), tries(steps, 6))  # noqa: S311 - as above
    lost = 0
    for at in places:
        stage.set()
        ended = stage.build(Fault(number, at=at))
        sound = texts_in(stage.index) in (stage.old, stage.new) and verify(stage.index) == []
        told = "terminated" if code == 143 else "interrupted"
        said = ended.code == code and ended.told.split("\n")[-2:] == [f"qa: {told}", ""]
        lost += not (sound and said and "Traceback" not in ended.told and not unswept(stage.index))
    fault_case(
        f"build stopped by {number.name}",
        injected="the signal at each file-system event",
        outcome=f"old or new, nothing left over, exit {code}",
        tries=len(places),
        lost=lost,
    )


def sums(index: Path) -> dict[str, str]:
    """The sum of every file of the generation in use."""
    with open_generation(index) as generation:
        return {name: of.sha256 for name, of in generation.manifest.files.items()}


def test_an_upgrade_killed_three_times_ends_with_the_same_bytes(
    stage: Stage, tries: Tries, fault_case: FaultCase
) -> None:
    """To the deep encoder: what was embedded is kept, and what is kept is what would be made."""
    many = stage.folder / "many"
    many.mkdir()
    for number in range(tries(400, 200)):
        (many / f"{number}.txt").write_text(f"Harga beras ke {number} di pasar.\n", "utf-8")

    def upgrade(fault: Fault = NONE) -> int:
        return stage.build(fault, corpus="many", encoder="deep").code

    stage.set()
    whole = stage.build(Fault(steps="line"), corpus="many", encoder="deep").steps
    expected = sums(stage.index)
    chance = random.Random(7)  # noqa: S311 - as above
    number = tries(20, 2)
    lost = killed = grown = 0
    for _ in range(number):
        stage.set()
        sizes = [0]
        for at in sorted(chance.sample(range(whole // 4, whole * 9 // 10), 3)):
            ended = upgrade(Fault(signal.SIGKILL, at=at, steps="line"))
            killed += ended == -signal.SIGKILL
            lost += texts_in(stage.index) != stage.old and ended != 0
            kept = stage.index / FILE
            sizes.append(kept.stat().st_size if kept.exists() else 0)
        grown += sizes == sorted(sizes) and sizes[-1] > 0
        code = upgrade()
        lost += code != 0 or sums(stage.index) != expected or verify(stage.index) != []
        lost += bool(unswept(stage.index))
    assert killed > number
    assert grown > number / 2
    fault_case(
        "upgrade to the deep encoder killed three times",
        injected="SIGKILL at three lines of the store, one build after the other",
        outcome="the old index until the same bytes as of an undisturbed one",
        tries=number,
        lost=lost,
    )
