"""Progress: how long a stage will yet take, in words."""

from __future__ import annotations

import pytest

from qa.cli.screen import Pace, duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a moment"),
        (2.9, "a moment"),
        (40, "about 40 seconds"),
        (89, "about 89 seconds"),
        (91, "about 2 minutes"),
        (540, "about 9 minutes"),
        (5400, "about 2 hours"),
        (4e5, "about 111 hours"),
    ],
)
def test_a_time_is_told_in_the_unit_that_suits_it(seconds: float, words: str) -> None:
    """Rounded, since it is a guess."""
    assert duration(seconds) == words


def test_the_time_left_follows_the_pace_of_the_last_minute() -> None:
    """What a build that was broken off had made is taken at once, and says nothing of the rest."""
    pace = Pace()
    assert pace.left_s("indexing", 0, 1000, now=0) is None
    assert pace.left_s("indexing", 500, 1000, now=1) is None
    assert pace.left_s("indexing", 520, 1000, now=5) == pytest.approx(480 * 5 / 520)
    for second in range(6, 200):
        left = pace.left_s("indexing", 520 + 2 * (second - 5), 1000, now=second)
    assert left == pytest.approx((480 - 2 * 194) / 2)


def test_no_time_is_told_that_is_not_known() -> None:
    """At once, where nothing moves, in another stage, and where it is as good as done."""
    pace = Pace()
    for now in (0, 10):
        assert pace.left_s("reading", 5, 10, now=now) is None
    assert pace.left_s("indexing", 5, 10, now=20) is None
    assert pace.left_s("indexing", 9, 10, now=24) is None
