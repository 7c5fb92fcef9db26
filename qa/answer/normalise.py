"""Answers made comparable: `Menlu Lavrov` and `Sergey Lavrov` are one, 100.000 and 120.000 are not.

An answer is an amount, a date, a name or other words. Two answers are the same, rivals (of one
kind, and not both right), or unrelated: so is what cannot be compared, or only might be the same,
so that doubt neither merges nor claims a contradiction.

Not handled: relative dates, hours, nicknames that are no part of the name, names written in other
scripts, and synonyms; of places only some have their names in two languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.answer import amounts
from qa.answer.amounts import Amount
from qa.days import dates
from qa.language.stem import stems
from qa.language.text import fold
from qa.language.vocabulary import known
from qa.question.analyse import STOPWORDS, TITLES


class Sort(StrEnum):
    """What an answer is, as far as its words tell."""

    AMOUNT = "amount"
    DATE = "date"
    NAME = "name"
    WORDS = "words"


class Relation(StrEnum):
    """How two answers stand to each other."""

    SAME = "same"
    RIVAL = "rival"
    UNRELATED = "unrelated"


Day = tuple[int | None, int | None, int | None]
"""Year, month and day, each where it is known."""


@dataclass(frozen=True, slots=True)
class Value:
    """An answer made comparable.

    `words` are its content words, folded and stemmed, in order; `name` those of the name without
    titles, spelt one way; `acronym` tells that the name is one word in capitals.
    """

    sort: Sort
    words: tuple[str, ...]
    amount: Amount | None = None
    day: Day | None = None
    name: tuple[str, ...] = ()
    acronym: bool = False


_KNOWN = known()
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’.][^\W\d_]+)*\.?")
_PART = re.compile(r"[,;()\n]+")
_WITH_DATES = _KNOWN.with_dates | _KNOWN.weekdays.keys()
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_DATE_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d[\w/.-]*")
_PARTICLES = _KNOWN.particles
# What a thing is, before its name or after it.
_GENERIC = _KNOWN.generic
_AFTER_NAMES = _GENERIC | _KNOWN.after_names
_ARTICLES = _KNOWN.articles
_LISTING = _KNOWN.listing
_BODIES = _KNOWN.bodies
_NATIONS = _KNOWN.nations
_OFFICES = TITLES | _KNOWN.offices
_LEADS_A_BODY = _KNOWN.leads_a_body
_COMPASS = _KNOWN.compass
_ELSEWHERE = {
    other: name
    for name, others in {
        "amerika serikat": "united states/united states of america/usa/u.s/us/as",
        "inggris": "britain/united kingdom/uk/great britain/britania raya",
        "rusia": "russia",
        "ukraina": "ukraine",
        "jerman": "germany",
        "prancis": "france/perancis",
        "tiongkok": "china/cina",
        "jepang": "japan",
        "kanada": "canada",
        "turki": "turkey/turkiye",
        "polandia": "poland",
        "belanda": "netherlands",
        "moskow": "moscow/moskwa/moskva",
        "kiev": "kyiv/kyjiv",
        "pbb": "un/united nations/perserikatan bangsa-bangsa",
        "uni eropa": "european union/eu",
    }.items()
    for other in others.split("/")
}
_SPELT = {
    "oe": "u",
    "dj": "j",
    "tj": "c",
    "x": "ks",
    "y": "i",
    "j": "i",
    "ph": "f",
}
_TWICE = re.compile(r"(.)\1")
_VARIANTS = {
    "mohamad": "muhamad",
    "mohamed": "muhamad",
    "muhamed": "muhamad",
    "moh": "muhamad",
    "muh": "muhamad",
    "aleksandr": "aleksander",
}
_NEGATIONS = _KNOWN.negations | _KNOWN.excluding


def value_of(quote: str, *, before: str = "", after: str = "", language: str = "id") -> Value:
    """An answer made comparable.

    Args:
        quote: The answer, as an article has it.
        before: What stands before it in the sentence.
        after: What stands after it, which may say what is counted.
        language: Of the article, ISO 639-1.
    """
    # A reader that runs over a line's end takes a bit of the next.
    quote = max(quote.splitlines() or [""], key=len)
    spoken = _WORD.findall(quote)
    kept = [fold(word).rstrip(".") for word in spoken]
    content = [word for word in kept if word not in STOPWORDS or word in _NEGATIONS]
    words = tuple(stems(content or kept, language))
    day = _day(quote)
    if day is not None and not (day[1] is None and _counts(after, language)):
        return Value(Sort.DATE, words, day=day)
    amount = amounts.amount(before, quote, after, language)
    if amount is not None:
        return Value(Sort.AMOUNT, words, amount=amount)
    name = _name(quote)
    if name:
        return Value(
            Sort.NAME, words, name=name, acronym=len(name) == 1 and _ends_in_capitals(spoken)
        )
    return Value(Sort.WORDS, words)


def relate(a: Value, b: Value) -> Relation:
    """How two answers stand to each other; symmetric."""
    if a.amount and b.amount:
        same = amounts.relate(a.amount, b.amount)
        return Relation.UNRELATED if same is None else Relation.SAME if same else Relation.RIVAL
    if a.day and b.day:
        return _relate_days(a.day, b.day)
    if a.name and b.name:
        return _relate_names(a, b)
    if a.words and (a.words == b.words or _holds(a, b) or _holds(b, a)):
        return Relation.SAME
    return Relation.UNRELATED


def _counts(after: str, language: str) -> bool:
    """Whether what follows a bare year says that it is no year."""
    counted = amounts.amount("", "1", after[:20], language)
    return after[:1] == " " and counted is not None and counted.unit in _COUNTED


_COUNTED = frozenset(
    ("people", "soldiers", "houses", "refugees", "students", "missiles", "doses", "spectators")
)
_COUNTED |= {"IDR", "USD", "%"}


def _day(quote: str) -> Day | None:
    """The day, month or year that a quote says, where it says nothing else."""
    tokens = [token for token in _DATE_TOKEN.findall(quote) if fold(token) not in _WITH_DATES]
    core = " ".join(tokens)
    if _YEAR.fullmatch(core):
        return int(core), None, None
    # What is missing is put in, so that one grammar of dates serves.
    for written, given in (
        (core, (True, True, True)),
        (f"({core})", (False, True, True)),
        (f"{core} 2000", (False, True, True)),
        (f"1 {core}", (True, True, False)),
        (f"1 {core} 2000", (False, True, False)),
    ):
        found = next(dates.find_dates(written, year=2000), None)
        if found is not None and len(found.span) >= len(core):
            day = (found.day.year, found.day.month, found.day.day)
            year, month, date = (
                part if said else None for part, said in zip(day, given, strict=True)
            )
            return year, month, date
    return None


def _relate_days(a: Day, b: Day) -> Relation:
    """The same where one refines the other, rivals where a part differs.

    A month alone is too little to be the same as a day of some year.
    """
    both = [(one, other) for one, other in zip(a, b, strict=True) if one and other]
    if any(one != other for one, other in both):
        return Relation.RIVAL
    if a == b:
        return Relation.SAME
    known = bool(a[0] and b[0]) or len(both) > 1
    refined = all(one is None or other for one, other in zip(a, b, strict=True))
    refines = all(other is None or one for one, other in zip(a, b, strict=True))
    return Relation.SAME if known and (refined or refines) else Relation.UNRELATED


def _name(quote: str) -> tuple[str, ...]:
    """The words of the one name that a quote is; none where it is no name, several, or a role."""
    if not _LISTING.isdisjoint(map(fold, _WORD.findall(quote))):
        return ()
    parts = [found for part in _PART.split(quote) if (found := _bare_name(part)) != ()]
    if not parts or parts[0] is None:
        return ()
    named = [part for part in parts if part]
    # `Ibu Kota Latvia, Riga`, `Bandung, Indonesia`: the place is the one that is no country.
    narrow = [part for part in named if not _is_nation(part)] or named[:1]
    return narrow[0] if len(narrow) == 1 else ()


def _bare_name(part: str) -> tuple[str, ...] | None:
    """A name without what stands before and after it; None where the part is none, () if empty."""
    spoken = [word.rstrip(".") if len(word) > 2 else word for word in _WORD.findall(part)]
    while spoken and fold(spoken[0]) in _ARTICLES:
        del spoken[0]
    folded = [fold(word).rstrip(".") for word in spoken]
    while folded and folded[-1] in _AFTER_NAMES:
        del folded[-1], spoken[-1]
    if _is_nation(folded):
        return _spelt(_ELSEWHERE.get(" ".join(folded), " ".join(folded)).split())
    first, office = 0, False
    while first < len(folded):
        word = folded[first]
        if word not in _OFFICES and word not in _GENERIC and not (office and word in _NATIONS):
            break
        office = office or word in _OFFICES
        first += 1
    if first == len(folded) > 1:
        # `Menteri Luar Negeri Rusia` is a role.
        return None
    left = spoken[first:] or spoken
    if len(left) == 1 and left[0].isupper() and not _LEADS_A_BODY.isdisjoint(folded[:first]):
        # `Ketua KPK`, but `Presiden SBY`.
        return None
    if not all(word[0].isupper() or fold(word) in _PARTICLES for word in left):
        return None
    bare = " ".join(folded[first:] or folded)
    return _spelt(_ELSEWHERE.get(bare, bare).split())


def _relate_names(a: Value, b: Value) -> Relation:
    """The same where one is the other in short: a surname, a first name, initials, an acronym."""
    short, long = sorted((a, b), key=lambda value: len(value.name))
    if short.name == long.name:
        return Relation.SAME
    if short.acronym and short.name == _spelt(["".join(word[0] for word in long.name)]):
        return Relation.SAME
    if (short.name[0] in _BODIES) != (long.name[0] in _BODIES):
        return Relation.UNRELATED
    rest = list(long.name)
    for word in short.name:
        match = next((at for at, other in enumerate(rest) if _meets(word, other)), None)
        if match is None:
            return Relation.UNRELATED if _nearly(short.name, long.name) else Relation.RIVAL
        del rest[match]
    if not _COMPASS.isdisjoint(rest):
        return Relation.UNRELATED
    at_an_end = short.name[-1:] == long.name[-1:] or _meets(short.name[0], long.name[0])
    return Relation.SAME if at_an_end else Relation.UNRELATED


def _ends_in_capitals(spoken: Sequence[str]) -> bool:
    return spoken[-1].isupper() and 2 <= len(spoken[-1]) <= 6


def _meets(word: str, other: str) -> bool:
    """Whether two words of names are one, perhaps as an initial."""
    return word == other or (min(len(word), len(other)) == 1 and word[0] == other[0])


def _nearly(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether all words but one are equal, and that one begins alike: perhaps a misspelling."""
    if len(short) != len(long) or len(short) < 2:
        return False
    odd = [(a, b) for a, b in zip(short, long, strict=True) if a != b]
    return len(odd) == 1 and odd[0][0][:3] == odd[0][1][:3]


def _holds(large: Value, small: Value) -> bool:
    """Whether words hold all of others, are little more, and deny no more than they."""
    held, holding = set(small.words), set(large.words)
    if not held < holding or len(held) < 2 or 5 * len(held) < 3 * len(holding):
        return False
    return _NEGATIONS.isdisjoint(holding - held)


def _is_nation(words: Sequence[str]) -> bool:
    known = " ".join(words) in _ELSEWHERE or _NATIONS.issuperset(words)
    return bool(words) and known


def _spelt(words: Sequence[str]) -> tuple[str, ...]:
    """Words of a name in one spelling: of old Dutch ways, of Cyrillic letters, of doubled ones."""
    spelt = []
    for word in words:
        bare = word.replace("'", "").replace("’", "")
        for old, new in _SPELT.items():
            bare = bare.replace(old, new)
        bare = _TWICE.sub(r"\1", bare)
        spelt.append(_VARIANTS.get(bare, bare))
    return tuple(spelt)
