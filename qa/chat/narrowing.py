"""What `/since`, `/until` and `/source` take, validated against what the index has.

Nothing here asks: it reads what was typed, and refuses what no article can meet, with the choices.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from difflib import get_close_matches

from qa.days import named
from qa.errors import UsageError
from qa.i18n import _, ngettext, number
from qa.language.text import fold, safe
from qa.settings import Filters
from qa.show import conditions
from qa.types import SourceSize

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_NAMED = 6


def day(typed: str, today: date, *, last: bool) -> date:
    """The first or the last of the days that were typed: `2022`, `31/12/2022`, `pekan lalu`.

    Args:
        typed: A day, a month or a year, in numbers or in words as in questions.
        today: The day that `kemarin` is relative to.
        last: Whether the last of several days is meant.

    Raises:
        UsageError: If no days are meant, or those of two times.
    """
    found = _DATE.fullmatch(typed)
    try:
        if found:
            year, month = int(found[1]), int(found[2] or (12 if last else 1))
            return date(year, month, int(found[3] or (monthrange(year, month)[1] if last else 1)))
    except ValueError:
        # No such month, or no such day in it.
        pass
    else:
        days = named(typed, today)
        if len(days) == 1:
            span = days[0].span
            # `30 Februari 2022` names a month, and more that was not understood.
            if not re.search(r"[0-9]", typed[: span.start] + typed[span.end :]):
                return days[0].until if last else days[0].since
    raise UsageError(
        _("{typed} is no day; write 2022-01-31, 31/12/2022, 2022-01, 2022 or “pekan lalu”.").format(
            typed=typed
        )
    )


def matching(sources: Sequence[str], typed: str) -> list[str]:
    """The sources with some letters in their name, whatever case and accents.

    Those that begin with them come first; one that has no other letters is the only one.
    """
    wanted = folded(typed)
    holding = [source for source in sources if wanted in folded(source)]
    whole = [source for source in holding if folded(source) == wanted]
    return whole[:1] or sorted(holding, key=lambda source: not folded(source).startswith(wanted))


def source(sources: Sequence[str], sizes: Sequence[SourceSize], typed: str) -> str:
    """The index's own name of the source meant; as typed where no sources are known.

    Args:
        sources: The names in the index.
        sizes: How many articles each has, the most first.
        typed: Any part of a name.

    Raises:
        UsageError: If none has it in its name, or several have.
    """
    found = matching(sources, typed)
    if not sources or len(found) == 1:
        return found[0] if found else typed
    if found:
        raise UsageError(
            _("{count} sources have “{typed}” in their name: {names}. Type more of one.").format(
                count=len(found), typed=typed, names=_choices(sizes, found)
            )
        )
    by_name = {folded(name): name for name in sources}
    near = [by_name[name] for name in get_close_matches(folded(typed), by_name, n=3)]
    hint = _("Is it {names}?") if near else _("There are {names}.")
    raise UsageError(
        _("No source has “{typed}” in its name.").format(typed=typed)
        + " "
        + hint.format(names=_choices(sizes, near or sources))
    )


def unmet(filters: Filters, sizes: Callable[[Filters], Sequence[SourceSize]]) -> str | None:
    """What to say of filters that no article meets, and what there is instead; None if some do.

    Args:
        filters: These.
        sizes: How many articles of each source some filters let through; of no filters none as long
            as that is not known.
    """
    every = sizes(Filters())
    if sizes(filters) or not every:
        return None
    asked = _(" and ").join(f"“{words}”" for _key, words in conditions(filters))
    told = [_("No article is left by {asked}.").format(asked=asked)]
    of_source = sizes(Filters(source=filters.source)) if filters.source else []
    days = _("Those of {source} are {days}.") if of_source else _("The articles are {days}.")
    told.append(days.format(source=filters.source, days=_days(of_source or every)))
    others = sizes(Filters(filters.since, filters.until)) if filters.source else []
    if others:
        told.append(_("At that time there are {names}.").format(names=_choices(others)))
    elif filters.source and not of_source:
        told.append(_("There are {names}.").format(names=_choices(every)))
    return " ".join(told)


def folded(name: str) -> str:
    """A source's name as it is compared: as a screen shows it, from which it is typed."""
    return fold(safe(name))


def _days(sizes: Sequence[SourceSize]) -> str:
    firsts = [size.first for size in sizes if size.first]
    lasts = [size.last for size in sizes if size.last]
    if not (firsts and lasts):
        return _("without a date")
    return _("from {first} to {last}").format(first=min(firsts), last=max(lasts))


def _choices(sizes: Sequence[SourceSize], names: Sequence[str] = ()) -> str:
    """Sources by name with how many articles each has, the most first; all where none is named."""
    counts = {size.source: size.articles for size in sizes if size.source}
    ordered = [name for name in counts if not names or name in names] or names
    told = [
        f"{name} ({number(counts[name])})" if name in counts else name for name in ordered[:_NAMED]
    ]
    if (more := len(ordered) - _NAMED) > 0:
        told.append(ngettext("{count} more", "{count} more", more).format(count=number(more)))
    return ", ".join(told) or _("none that is named")
