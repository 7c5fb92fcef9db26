"""An answer as the columns of a sheet, in the words and numbers that a person sees of it.

`confidence` is filled where `qa ask` shows one beside an answer: not for the sides of a yes-or-no
question, and a guess has its own within its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from qa.i18n import _
from qa.show import one_line, reference, remarks
from qa.types import Answer, Candidate, Citation, IndexInfo, Sides

STATUS: Final = "status"
NOTE: Final = "note"
NOT_ASKED: Final = "not_asked"
"""The status of a row that holds no question."""

COLUMNS: Final = (
    STATUS, "answer", "confidence", "quote", "sentence",
    "title", "source", "date", "address", "path", "page", "part",
    "closest guess", "alternatives", "side", "says so", "says otherwise", "says it may",
    NOTE, "checked by",
)  # fmt: skip
"""What stands behind the columns of the file; `checked by` is for a person to fill in."""


def columns(answer: Answer, index: IndexInfo, mark: str = ".") -> dict[str, object]:
    """The columns of an answer that are filled; `mark` is that of decimals within words."""
    best, root = answer.best, index.root
    told: dict[str, object] = {STATUS: answer.status.value, NOTE: "; ".join(remarks(answer))}
    if best is not None:
        told |= {"answer": _words(best.text), **_place(best.citation, root)}
        if answer.items:
            told["answer"] = "; ".join(_words(item.text) for item in answer.items)
        if answer.sides is None:
            told["confidence"] = _sure(answer)
    if answer.closest is not None:
        told["closest guess"] = _candidate(answer.closest, root, mark)
    if answer.sides is not None and best is not None:
        told |= _sides(answer.sides, root)
    told["alternatives"] = " | ".join(dict.fromkeys(_others(answer, root, mark)))
    return told


def _others(answer: Answer, root: str, mark: str) -> Iterator[str]:
    """What else the articles say: on other days, in other sources, for all days."""
    against = [*answer.history[::-1], *answer.conflicts]
    for one in against:
        if one != answer.best:
            yield f"{_words(one.text)} ({_where(one.citation, root)})"
    for one in answer.alternatives:
        if one not in against:
            yield _candidate(one, root, mark)
    without = answer.dated.without if answer.dated else None
    if without and without.best:
        yield " ".join((_("Without the date filter:"), _candidate(without.best, root, mark)))


def _place(place: Citation, root: str) -> dict[str, object]:
    of = reference(place.article, root, place)
    return {
        "quote": _words(place.quote),
        "sentence": _words(place.sentence_text),
        "title": of.title,
        "source": of.outlet,
        "date": of.date,
        "address": of.address,
        "path": of.place,
        "page": place.page,
        "part": place.part and _words(place.part),
    }


def _sides(sides: Sides, root: str) -> dict[str, object]:
    """Which side sentences take, and the sentences of each."""
    sided = {
        "says so": sides.says_so,
        "says otherwise": sides.says_otherwise,
        "says it may": sides.says_it_may,
    }
    named = " / ".join(side for side, places in sided.items() if places)
    return {"side": named, **{side: _quotes(places, root) for side, places in sided.items()}}


def _quotes(places: Sequence[Citation], root: str) -> str:
    return " | ".join(
        f"“{_words(place.sentence_text)}” ({_where(place, root)})" for place in places
    )


def _candidate(candidate: Candidate, root: str, mark: str) -> str:
    """An answer's words, how sure it is, and who says it when."""
    value = str(_sure(candidate)).replace(".", mark)
    said = _("confidence {value}").format(value=value)
    return f"{_words(candidate.text)} ({said}, {_where(candidate.citation, root)})"


def _sure(of: Answer | Candidate) -> float:
    return round(of.confidence, 4)


def _where(place: Citation, root: str) -> str:
    of = reference(place.article, root, place)
    return ", ".join(part for part in (of.outlet or of.title, of.date) if part)


def _words(text: str) -> str:
    return " ".join(one_line(text).split())
