"""What a person reads of an answer, whichever front end shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from qa.days import period
from qa.i18n import N_, _, ngettext, number
from qa.language.text import one_line
from qa.settings import Filters
from qa.show.place import cited, source, together
from qa.show.screen import Line, Run, wrapped
from qa.types import (
    Answer,
    Candidate,
    Citation,
    Coverage,
    DateFilter,
    Gate,
    IndexInfo,
    Result,
    Sides,
    Status,
)

STATUS_WORDS = {
    Status.ANSWERED: N_("answered"),
    Status.UNSURE: N_("possible answer"),
    Status.NO_ANSWER: N_("not found"),
    Status.INCOMPLETE: N_("incomplete"),
}


_GLIMPSE = 240
"""Characters shown of a passage that is near but no answer."""

_MOST_ITEMS = 12
"""Items shown of a list; how many more there are is added."""

_FEWEST, _MOST = 2, 4
"""Decimals of a number between 0 and 1, where two numbers need no more to be told apart."""


def conditions(filters: Filters) -> list[tuple[str, str]]:
    """The filters that are set, by name, in words: `("since", "since 2022-01-31")`."""
    named = (
        ("since", filters.since, _("since {day}")),
        ("until", filters.until, _("until {day}")),
        ("source", filters.source, _("source {source}")),
    )
    return [
        (name, one_line(told.format(day=value, source=value)))
        for name, value, told in named
        if value
    ]


_ROLES = {
    Status.ANSWERED: "good",
    Status.UNSURE: "fair",
    Status.NO_ANSWER: "poor",
    Status.INCOMPLETE: "poor",
}


def day_condition(answer: Answer) -> str | None:
    """The days that a question filters its answer by, in words; None for no such filter."""
    dated = answer.dated
    if dated is None or dated.ignored:
        return None
    return _("published {days}").format(days=period(dated.since, dated.until))


def lines(answer: Answer, index: IndexInfo) -> list[Line]:
    """What a person reads, in order; all of it safe for a screen, none of it wrapped."""
    return [*_covered(answer.coverage), *_answer(answer, index), *sample(index)]


def _covered(coverage: Coverage | None) -> list[Line]:
    """That parts of a cluster's index did not answer, where that is so."""
    if coverage is None or coverage.answered == coverage.asked:
        return []
    words = ngettext(
        "{answered} of {count} part of the archive answered. What stands there follows; what the "
        "others hold is not known. Ask again in a moment.",
        "{answered} of {count} parts of the archive answered. What stands there follows; what the "
        "others hold is not known. Ask again in a moment.",
        coverage.asked,
    ).format(answered=coverage.answered, count=coverage.asked)
    return [Line.of((words, "poor")), Line.of()]


def sample(index: IndexInfo) -> list[Line]:
    """That an answer is of the sample articles, where there are no others."""
    if not index.is_sample:
        return []
    words = _(
        "From the sample articles that come with qa, not from yours. "
        "To ask your own: qa index FOLDER"
    )
    return [Line.of(), Line.of((words, "dim"))]


def _answer(answer: Answer, index: IndexInfo) -> list[Line]:
    """An answer of any status."""
    total = answer.timings_ms.get("total")
    seconds = ""
    if total is not None:
        seconds = " · " + _("{seconds} s").format(seconds=number(total / 1000, 2))
    meant = answer.understood
    head = []
    if meant:
        understood = _("understood as: {question}").format(question=meant)
        head.append(Line.of((one_line(understood), "dim")))
    head += [Line.of((words, "fair")) for words in _corrected(answer)]
    filtered = [Line.of((words, "dim")) for words in _filtered_by(answer)]
    if answer.best is None:
        status = (_(STATUS_WORDS[answer.status]), _ROLES[answer.status])
        if answer.status is Status.INCOMPLETE:
            shown = [*head, Line.of(status, (seconds, "dim")), *filtered]
        else:
            why = (status, (f" · {_why(answer)}{seconds}", "dim"))
            shown = [*head, Line.of((_not_found(answer), "answer")), Line.of(*why), *filtered]
        guess = _guess(answer, index.root)
        if answer.dated and answer.dated.without:
            heading = Line.of((_("Without the date filter:"), "dim"))
            without = _found(answer.dated.without, index.root)
            return [*shown, Line.of(), heading, *without, *guess]
        shown += guess
        if answer.nearest:
            shown += [Line.of(), Line.of((_("Nearest passages (not an answer):"), "dim"))]
        if answer.sides is not None:
            shown += _group(_ABOUT, answer.sides.about, index.root)
        for place in answer.nearest:
            words = " ".join(one_line(place.quote).split())
            glimpse = words if len(words) <= _GLIMPSE else words[:_GLIMPSE] + "…"
            shown += source([(f"{place.n}.", "")], place, [(glimpse, "dim")], index.root)
        return shown
    return [*head, *_found(answer, index.root, seconds, filtered)]


def _found(
    result: Result, root: str, seconds: str = "", filtered: Sequence[Line] = ()
) -> list[Line]:
    """A result that has an answer: it, what speaks against it, what left articles out, places."""
    if result.best is None:
        return []
    if result.sides is not None:
        return _sided(result.sides, root, seconds, filtered)
    listed = result.items[:_MOST_ITEMS]
    more = len(result.items) - len(listed)
    newest = " · " + _("newest first") if result.newest_first else ""
    sure = f" · {confidence(result.confidence)}{seconds}{newest}"
    shown = [
        Line.of(*_answered(result.best)),
        Line.of((_(STATUS_WORDS[result.status]), _ROLES[result.status]), (sure, "dim")),
        *(Line.of(("- ", ""), *_answered(item), indent=2) for item in listed),
        *([Line.of((_more(more), "dim"), indent=2)] if more else []),
        *_in_a_row(_("Over time:"), result.history),
        *_in_a_row(_("Sources differ:"), result.conflicts),
        *filtered,
        Line.of(),
    ]
    if listed:
        places = [place for one in (result.best, *listed) for place in one.places]
        return shown + together(places, root)
    told = [*result.history[::-1], *result.conflicts]
    against = [one for one in told if one != result.best]
    for one in (result.best, *against):
        for place in one.places:
            shown += cited(place, root)
    others = [other for other in result.alternatives if other not in against]
    if others:
        shown += [Line.of(), Line.of((_("Other answers:"), "dim"))]
    for other in others:
        note = (f" · {confidence(other.confidence)}", "dim")
        shown.append(Line.of(*_answered(other), note))
        for place in other.places:
            shown += cited(place, root)
    return shown


def as_text(
    answer: Answer, index: IndexInfo, *, style: Mapping[str, str] | None, width: int
) -> str:
    """What a person reads, wrapped to a screen; arguments as `wrapped` takes them."""
    return wrapped(lines(answer, index), style=style, width=width)


def _markers(candidate: Candidate) -> tuple[Run, ...]:
    """A space, and the number of each place."""
    return (" ", ""), *((f"[{place.n}]", "cite") for place in candidate.places)


def _answered(candidate: Candidate) -> list[Run]:
    """An answer, where it stands, and how many independent sources give it, where several do."""
    runs = [(one_line(candidate.text), "answer"), *_markers(candidate)]
    if (sources := candidate.support.independent) > 1:
        told = ngettext("{count} independent source", "{count} independent sources", sources)
        runs.append((f" ({told.format(count=sources)})", "dim"))
    return runs


def _in_a_row(title: str, candidates: Sequence[Candidate]) -> list[Line]:
    """Answers of several days or sources in one line, each with its day; nothing of none."""
    runs: list[Run] = []
    days = [one.published for one in candidates]
    for one, join in zip(candidates, [f"{title} ", *joins(days)], strict=False):
        runs += [
            (join, "fair"),
            (one_line(one.text), "answer"),
            (f" ({_day(one.published)})", ""),
            *_markers(one),
        ]
    return [Line.of(*runs)] if runs else []


def _more(count: int) -> str:
    told = ngettext("and {count} more is named", "and {count} more are named", count)
    return told.format(count=count)


def _not_found(answer: Answer) -> str:
    dated = answer.dated
    if dated is None or dated.ignored:
        return _("Not found in these articles.")
    days = period(dated.since, dated.until)
    return _("Not found in articles published {days}.").format(days=days)


def _guess(answer: Answer, root: str) -> list[Line]:
    """What is closest to an answer, labelled as no more than a guess.

    Beside the answer of all days it has no number: numbers are those of that answer's places.
    """
    if answer.closest is None or not answer.gates:
        return []
    sure, needed = told_apart(answer.closest.confidence, answer.gates[-1].threshold)
    place = answer.closest.citation
    if answer.dated and answer.dated.without:
        among = _(
            "Closest among articles {condition}, a guess (confidence {sure}, below the {needed} "
            "that an answer needs):"
        ).format(condition=day_condition(answer), sure=sure, needed=needed)
        return [Line.of(), Line.of((among, "dim")), *cited(place, root, mark=("-", ""))]
    guess = _(
        "Closest, a guess (confidence {sure}, below the {needed} that an answer needs):"
    ).format(sure=sure, needed=needed)
    head = Line.of((guess, "dim"), *_markers(answer.closest))
    return [Line.of(), head, *cited(place, root)]


def remarks(answer: Answer) -> list[str]:
    """How a question was read, and what left articles out; each on one line, safe for a screen."""
    return [*_corrected(answer), *_filtered_by(answer)]


def _corrected(answer: Answer) -> list[str]:
    """The words of a question that were taken for others."""
    taken = _("“{typed}” is in no article, taken for “{taken}”")
    return [one_line(taken.format(typed=each.typed, taken=each.taken)) for each in answer.corrected]


def _filtered_by(answer: Answer) -> list[str]:
    """What left articles out: the filters that the person set, the days that the question names."""
    shown = []
    if answer.filters:
        named = ", ".join(words for _, words in conditions(answer.filters))
        only = _("only articles {conditions}").format(conditions=named)
        shown.append(only + _undated(answer.undated))
    if answer.dated and answer.dated.ignored:
        left = (
            _("{words} left nothing out: the answer itself tells of then")
            if answer.dated.told
            else _("{words} left nothing out: no article was published then")
        )
        shown.append(left.format(words=_day_words(answer.dated)))
    elif answer.dated:
        filtered = _("{condition} (from {words})").format(
            condition=day_condition(answer), words=_day_words(answer.dated)
        )
        lifted = _("lifted by --no-date-filter or /anyday")
        shown.append(f"{filtered}{_undated(answer.dated.undated)} · {lifted}")
    return shown


def _undated(count: int) -> str:
    if not count:
        return ""
    told = ngettext("{count} undated article left out", "{count} undated articles left out", count)
    return " · " + told.format(count=number(count))


def _day_words(dated: DateFilter) -> str:
    return f"“{one_line(dated.words)}”"


_SO, _OTHERWISE, _MAY = N_("says so"), N_("says otherwise"), N_("says it may")
_ABOUT = N_("About this, and on no side:")


def _sided(sides: Sides, root: str, seconds: str, dated: Sequence[Line]) -> list[Line]:
    """Every side of a yes-or-no question: who says what when, then the sentences themselves."""
    so, otherwise = sides.says_so, sides.says_otherwise
    if so and otherwise:
        head = _("Sentences say both.")
    elif so:
        head = _("Sentences say so, none otherwise.")
    elif otherwise:
        head = _("Sentences say otherwise, none so.")
    else:
        head = _("Sentences say that it may be.")
    side = {
        place.n: named
        for named, places in ((_SO, so), (_OTHERWISE, otherwise), (_MAY, sides.says_it_may))
        for place in places
    }
    days = [place.article.published for place in sides.taken]
    runs: list[Run] = []
    for place, join in zip(sides.taken, ["", *joins(days)], strict=True):
        runs += [
            (join, "dim"),
            (f"{_(side[place.n])} ({_day(place.article.published)}) ", ""),
            (f"[{place.n}]", "cite"),
        ]
    shown = [
        Line.of((head, "answer"), (" " + _("Read the sentences; this is no yes or no."), "dim")),
        Line.of((_(STATUS_WORDS[Status.UNSURE]), "fair"), (seconds, "dim")),
        *dated,
        Line.of(*runs),
    ]
    for title, places in (
        (N_("Sentences that say so:"), so),
        (N_("Sentences that say otherwise:"), otherwise),
        (N_("Sentences that say it may be:"), sides.says_it_may),
        (_ABOUT, sides.about),
    ):
        shown += _group(title, places, root)
    return shown


def _group(title: str, places: Sequence[Citation], root: str) -> list[Line]:
    """Sentences under their heading; nothing where there are none."""
    head = [Line.of(), Line.of((_(title), "dim"))] if places else []
    return head + [line for place in places for line in cited(place, root)]


def joins(days: Sequence[date | None]) -> list[str]:
    """What stands between things of some days, in order: an arrow where a later one follows."""
    return [
        " → " if before and after and before < after else " · " for before, after in pairwise(days)
    ]


def _day(published: date | None) -> str:
    return published.isoformat() if published else _("undated")


def _why(answer: Answer) -> str:
    if (reason := answer.reason) is None:
        return ""
    # Without the stage that it belongs to, which is for `--why` and programs.
    name = _(reason.name).rpartition(": ")[2]
    return " ".join((name, measured(reason, _("below"))))


def measured(gate: Gate, relation: str) -> str:
    """What a gate measured, against what it asks for; counts without decimals."""
    value, threshold = gate.value, gate.threshold
    if value.is_integer() and threshold.is_integer():
        return f"{value:.0f}, {relation} {threshold:.0f}"
    value_shown, threshold_shown = told_apart(value, threshold)
    return f"{value_shown}, {relation} {threshold_shown}"


def confidence(value: float) -> str:
    """How sure an answer is, in words."""
    return _("confidence {value}").format(value=decimal(value))


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers in [0, 1] with as many decimals as `decimal` gives, and as tell them apart."""
    digits = _FEWEST
    while one != other and f"{one:.{digits}f}" == f"{other:.{digits}f}":
        digits += 1
    return decimal(one, digits), decimal(other, digits)


def decimal(value: float, fewest: int = _FEWEST) -> str:
    """A number in [0, 1] with as few decimals as keep it from reading 0 or 1 where it is neither.

    After the fourth it reads `<0.0001` or `>0.9999`.
    """
    most = max(fewest, _MOST)
    for digits in range(fewest, most + 1):
        rounded = round(value, digits)
        if rounded not in (0, 1) or rounded == value:
            return number(value, digits)
    edge = 10.0**-most
    return f"<{number(edge, most)}" if value < edge else f">{number(1 - edge, most)}"
