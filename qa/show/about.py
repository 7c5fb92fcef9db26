"""What an index holds, for a person: folders, sources, dates, when it was built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from qa.i18n import _, language, ngettext, number
from qa.language.detect import detect, family
from qa.language.text import one_line
from qa.show.screen import Line
from qa.types import Folder, Overview

ABOUT_SCHEMA = "qa.about/1"

_SOURCES_NAMED = 6
_FOLDERS_NAMED = 6
_BARS = "▁▂▃▄▅▆▇█"
_NO_BAR = "·"
_MOST_BARS = 36
_YEARS_TOLD = 12


def about(
    overview: Overview, *, drawn: bool = True, open_with: str = "qa index FOLDER"
) -> list[Line]:
    """What an index holds, without its questions.

    Args:
        overview: What there is.
        drawn: Whether a row of bars shows how many articles came out when, else the numbers do.
        open_with: What a person types to ask articles of their own.
    """
    index = overview.index
    shown = [
        Line.of((article_count(index.articles), "answer"), *_sample(index.is_sample, open_with))
    ]
    alone = len(index.folders) == 1
    shown += [Line.of(*_folder(each, alone), indent=2) for each in index.folders[:_FOLDERS_NAMED]]
    if (more := len(index.folders) - _FOLDERS_NAMED) > 0:
        words = ngettext("and {count} more folder", "and {count} more folders", more)
        shown.append(Line.of((words.format(count=more), "dim"), indent=2))
    shown += _of_sources(overview.sources)
    shown += _of_days(overview, drawn=drawn)
    built = index.built.replace("T", " ").replace("+00:00", " UTC")
    shown.append(Line.of((_("Built: "), "dim"), (one_line(built), "")))
    return shown


def suggested(overview: Overview) -> tuple[str, ...]:
    """Questions that an index answers, those in the language in use first."""
    others = (family(detect(question)) != language() for question in overview.questions)
    ordered = sorted(zip(others, range(len(overview.questions)), overview.questions, strict=True))
    return tuple(question for *_order, question in ordered)


def questions(overview: Overview, *, numbered: bool = True) -> list[Line]:
    """Questions that an index answers; nothing where it has none."""
    asked = [
        Line.of((f"{n}." if numbered else "-", ""), (f" {one_line(question)}", ""), indent=2)
        for n, question in enumerate(suggested(overview), start=1)
    ]
    return [Line.of((_("Questions that it answers:"), "dim")), *asked] if asked else []


def about_json(overview: Overview) -> dict[str, Any]:
    """The documented JSON form."""
    index = overview.index
    return {
        "schema": ABOUT_SCHEMA,
        "index": {"id": index.id, "built": index.built},
        "is_sample": index.is_sample,
        "articles": index.articles,
        "passages": index.passages,
        "undated": overview.undated,
        "first": overview.first.isoformat() if overview.first else None,
        "last": overview.last.isoformat() if overview.last else None,
        "folders": [{"path": each.path, "articles": each.articles} for each in index.folders],
        "sources": [
            {"source": source, "articles": count} for source, count in overview.sources.items()
        ],
        "months": [{"month": month, "articles": count} for month, count in overview.months.items()],
        "questions": list(overview.questions),
    }


def article_count(count: int) -> str:
    """So many articles, in words."""
    return ngettext("{count} article", "{count} articles", count).format(count=number(count))


def _sample(is_sample: bool, open_with: str) -> list[tuple[str, str]]:
    words = _(" · the sample that ships with qa; to ask your own: {command}")
    return [(words.format(command=open_with), "fair")] if is_sample else []


def _folder(folder: Folder, alone: bool) -> list[tuple[str, str]]:
    count = [] if alone else [(f" · {article_count(folder.articles)}", "dim")]
    return [(one_line(folder.path), "path"), *count]


def _of_sources(sources: Mapping[str, int]) -> list[Line]:
    """The largest sources, each with how many articles it has, and how many more there are."""
    if not sources:
        return []
    named = list(sources.items())[:_SOURCES_NAMED]
    words = [f"{one_line(source)} {number(count)}" for source, count in named]
    if (more := len(sources) - len(named)) > 0:
        words.append(ngettext("{count} more", "{count} more", more).format(count=number(more)))
    return [Line.of((_("Sources: "), "dim"), (" · ".join(words), ""))]


def _of_days(overview: Overview, *, drawn: bool) -> list[Line]:
    """The days of the articles: the first and the last, how many there are when, the undated."""
    undated = _("{count} without a date").format(
        count=f"{number(overview.undated)} ({overview.undated / overview.index.articles:.0%})"
    )
    if overview.first is None or overview.last is None:
        return [Line.of((_("Dates: "), "dim"), (undated, ""))]
    span = _("{first} to {last}").format(first=overview.first, last=overview.last)
    tail = f" · {undated}" if overview.undated else ""
    return [
        Line.of((_("Dates: "), "dim"), (span, ""), (tail, "dim")),
        *(_chart(overview.months) if drawn else _told(overview.months)),
    ]


def _chart(months: Mapping[str, int]) -> list[Line]:
    """A bar for each month, or each year, and words that say what it shows.

    Nothing where there is but one. Of many, those before and after which there is next to nothing
    are left out, as is the year of a slip such as 2109.
    """
    counts, title = _every_month(months), _("Articles per month: ")
    if len(counts) > _MOST_BARS:
        counts = _every_month(_trimmed(months))
    if len(counts) > _MOST_BARS:
        counts, title = _every_year(_trimmed(months)), _("Articles per year: ")
    named = list(counts)[-_MOST_BARS:]
    if len(named) == 1:
        return []
    top = max(named, key=counts.__getitem__)
    most = counts[top]
    bars = "".join(
        _BARS[(counts[name] * len(_BARS) - 1) // most] if counts[name] else _NO_BAR
        for name in named
    )
    told = _("most in {when}: {count}").format(when=top, count=number(most))
    if outside := sum(months.values()) - sum(counts[name] for name in named):
        told += _(", before and after: {count}").format(count=number(outside))
    drawn = f"{named[0]} {bars} {named[-1]}"
    return [Line.of((title, "dim"), (drawn, ""), (f" · {told}", "dim"))]


def _trimmed(months: Mapping[str, int]) -> dict[str, int]:
    """Months without the first and the last ones that hold at most 1 of 200 articles together."""
    few = sum(months.values()) // 200
    names = list(months)
    for at in (0, -1):
        left = few
        while (left := left - months[names[at]]) >= 0:
            del names[at]
    return {name: months[name] for name in names}


def _told(months: Mapping[str, int]) -> list[Line]:
    """How many articles there are of each year that has any, the last ones, in words."""
    years = [(year, count) for year, count in _every_year(months).items() if count]
    words = ", ".join(f"{year}: {number(count)}" for year, count in years[-_YEARS_TOLD:])
    return [Line.of((_("Articles per year: "), "dim"), (words, ""))]


def _every_month(months: Mapping[str, int]) -> dict[str, int]:
    """How many articles each month has, from the first to the last."""
    first, last = (int(name[:4]) * 12 + int(name[5:]) - 1 for name in (min(months), max(months)))
    names = (f"{n // 12:04}-{n % 12 + 1:02}" for n in range(first, last + 1))
    return {name: months.get(name, 0) for name in names}


def _every_year(months: Mapping[str, int]) -> dict[str, int]:
    """How many articles each year has, from the first to the last."""
    counts: Counter[str] = Counter()
    for month, count in _every_month(months).items():
        counts[month[:4]] += count
    return dict(counts)
