"""How often a fault is injected, and the table of what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import pytest

from qa.show import table
from tests.faults.stage import Stage, open_stage


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table."""

    name: str
    injected: str
    outcome: str
    tries: int
    lost: int


class FaultCase(Protocol):
    """What the fixture `fault_case` gives."""

    def __call__(self, name: str, *, injected: str, outcome: str, tries: int, lost: int) -> None:
        """Put a line into the table; the test fails if anything was lost."""


Tries = Callable[[int, int], int]
"""What the fixture `tries` gives."""

_CASES = pytest.StashKey[list[Case]]()


def _whole(config: pytest.Config) -> bool:
    """Whether the whole table was asked for, by `-m faults`."""
    return bool(config.option.markexpr == "faults")


@pytest.fixture(scope="session")
def tries(pytestconfig: pytest.Config) -> Tries:
    """`tries(full, few)`: how often to inject, `full` times under `-m faults`, else `few`."""
    return lambda full, few: full if _whole(pytestconfig) else few


@pytest.fixture(scope="session")
def fault_case(pytestconfig: pytest.Config) -> FaultCase:
    """Takes down what was injected, what came of it, how often, and how often that went wrong."""
    cases = pytestconfig.stash.setdefault(_CASES, [])

    def take(name: str, *, injected: str, outcome: str, tries: int, lost: int) -> None:
        cases.append(Case(name, injected, outcome, tries, lost))
        assert tries > 0, f"{name}: nothing was injected"
        assert lost == 0, f"{name}: {lost} of {tries} lost"

    return take


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An old index, and a new corpus to build over it."""
    with open_stage(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """A line a case, where the whole table was asked for."""
    cases = config.stash.get(_CASES, [])
    if cases and _whole(config):
        terminalreporter.section("faults")
        terminalreporter.line(_table(cases))


def _table(cases: list[Case]) -> str:
    """The cases in columns, under a heading, with the sum of all tries below."""
    rows = [("case", "injected", "outcome", "tries", "lost")]
    rows += [(c.name, c.injected, c.outcome, f"{c.tries:,}", f"{c.lost:,}") for c in cases]
    rows.append(("", "", "", f"{sum(c.tries for c in cases):,}", f"{sum(c.lost for c in cases):,}"))
    return table(rows, left=3)
