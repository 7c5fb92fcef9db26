"""What a person can set, and what is refused at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from qa.errors import UsageError
from qa.settings import AskSettings, BuildSettings, Filters

DAY = date(2022, 1, 30)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: BuildSettings(max_chars=49), "max_chars"),
        (lambda: BuildSettings(overlap_sentences=-1), "overlap_sentences"),
        (lambda: BuildSettings(max_bytes=0), "--max-bytes"),
        (lambda: BuildSettings(columns={"body": "text"}), "No such field: body"),
        (lambda: BuildSettings(source_from="url"), "folder"),
        (lambda: BuildSettings(source="A", source_from="folder"), "one source"),
        (lambda: AskSettings(read=0), "--read"),
        (lambda: AskSettings(read=51), "--read"),
        (lambda: AskSettings(read_ms=0), "--read-ms"),
        (lambda: AskSettings(read_ms=float("nan")), "--read-ms"),
        (lambda: AskSettings(alternatives=-1), "alternatives"),
        (lambda: AskSettings(nearest=-1), "nearest"),
        (lambda: AskSettings(now=date(9999, 1, 1)), "--now"),
        (lambda: Filters(since=date(2022, 2, 1), until=DAY), "swap them"),
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[[], object], says: str) -> None:
    """By the name of what is wrong."""
    with pytest.raises(UsageError, match=says):
        make()


def test_filters_are_true_where_they_filter() -> None:
    """A source without a name is a filter too; one day may be both ends."""
    assert not Filters()
    assert Filters(source="")
    assert Filters(since=DAY, until=DAY)
