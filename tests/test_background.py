from __future__ import annotations

from threading import Event

import pytest

from qa.background import run_in_background
from qa.errors import QAError


def test_both_are_done_when_the_block_ends() -> None:
    """Each may wait for the other, so neither waits its turn."""
    here, there = Event(), Event()

    def work() -> None:
        there.set()
        assert here.wait(10)

    with run_in_background(work):
        assert there.wait(10)
        here.set()


def fail() -> None:
    """Work that goes wrong."""
    raise ValueError("beside")


def test_what_the_work_raises_comes_after_the_block() -> None:
    """The block has done all it would."""
    done = []
    with pytest.raises(ValueError, match="beside"), run_in_background(fail):
        done.append(True)
    assert done == [True]


def test_what_the_block_tells_a_person_comes_first() -> None:
    """It stands nearer to what the caller asked for; any other fault may be due to the work's."""
    with pytest.raises(QAError), run_in_background(fail):
        raise QAError
    with pytest.raises(ValueError, match="beside"), run_in_background(fail):
        raise KeyError
    with pytest.raises(KeyError), run_in_background(lambda: None):
        raise KeyError
