"""Numbers as news writes them, in Indonesian, Malay and English: `100 ribu tentara` -> an amount.

Figures with either thousands mark, numbers in words, scales, vague ones (`puluhan ribu`), ranges,
`sekitar` and its like, money, shares, and what is counted, read from the words around the number.

Not handled: fractions (`dua pertiga`), Roman numerals, sums (`2 meter 10`), conversion between
units or currencies; a thing counted that is not in the table is known by its first word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qa.language.stem import has_verb_prefix
from qa.language.text import fold
from qa.language.vocabulary import known


@dataclass(frozen=True, slots=True)
class Amount:
    """From `low` to `high`, equal where there is one number; `unit` is empty where there is none.

    `about` tells that the text itself calls the number rough.
    """

    low: Decimal
    high: Decimal
    unit: str
    about: bool


def _table(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _named(listed: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in listed.items() for word in words.split()}


_KNOWN = known()
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|us\$|as\$|[$€£%]|[^\W\d_]+|[^\w\s]|\n")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_ABOUT = _KNOWN.about
_LEADING = _ABOUT | _table(
    "sebanyak sejumlah sebesar senilai mencapai seluas sepanjang a an the of"
)
_SURELY_ABOUT = _ABOUT - _table("dari than to at")
_ONES = {word: Decimal(value) for word, value in _KNOWN.numbers.items()}
_SCALES = {
    word: Decimal(10) ** power
    for power, words in {
        2: "ratus seratus hundred",
        3: "ribu seribu thousand",
        6: "juta sejuta million",
        9: "miliar milyar semiliar bilion billion",
        12: "triliun trilion setriliun trillion",
    }.items()
    for word in words.split()
}
_ONE_OF = _table("seratus seribu sejuta semiliar setriliun")
_LETTERS = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}
_GLUED = re.compile(r"(?<=\d)(k|m|mn|bn|tn)\b")
_VAGUE = {
    word: (Decimal(low), Decimal(high))
    for (low, high), words in {
        (11, 19): "belasan",
        (20, 99): "puluhan tens dozens",
        (100, 999): "ratusan hundreds",
        (1_000, 9_999): "ribuan thousands",
        (1_000_000, 9_999_999): "jutaan millions",
    }.items()
    for word in words.split()
}
_PLURAL = {"hundreds": "hundred", "thousands": "thousand", "millions": "million"}
_CURRENCIES = _named(
    {
        "IDR": "rp rupiah idr",
        "USD": "us$ as$ $ usd dolar dollar dollars",
        "EUR": "€ euro euros eur",
        "GBP": "£ gbp pound pounds",
        "MYR": "rm ringgit myr",
        "JPY": "¥ yen jpy",
    }
)
_PERSONS = _table("soldiers people refugees students members spectators")
_UNITS = _named(
    {
        "%": "% persen peratus percent pct",
        "soldiers": "tentara prajurit pasukan serdadu personel askar troops soldiers personnel",
        "people": "orang jiwa korban warga penduduk people persons victims residents citizens",
        "refugees": "pengungsi pelarian refugees",
        "students": "siswa murid pelajar students pupils",
        "members": "anggota members",
        "spectators": "penonton spectators",
        "countries": "negara countries nations",
        "houses": "rumah houses homes",
        "schools": "sekolah schools",
        "missiles": "rudal missiles",
        "barrels": "barel barrels",
        "doses": "dosis doses",
        "years": "tahun year years",
        "months": "bulan month months",
        "weeks": "minggu pekan week weeks",
        "days": "hari day days",
        "hours": "jam hour hours",
        "minutes": "menit minute minutes",
        "km": "km kilometer kilometre kilometers kilometres",
        "m": "m meter metre meters metres",
        "miles": "mil mile miles",
        "ha": "ha hektar hektare hectare hectares",
        "kg": "kg kilogram kilograms",
        "tons": "ton tons tonnes",
    }
)
_CLASSIFIERS = _table("orang buah unit ekor lembar per")
_JOINS = _table("- – hingga sampai to until dan and")
_STOPS = _table('. ; : ! ? ( ) \n , “ ” "')


_TENS = _table("belas puluh")


def is_numeral(word: str) -> bool:
    """Whether a folded word is a number, part of one or a vague one: `dua`, `puluh`, `ribuan`."""
    return word in _ONES or word in _SCALES or word in _VAGUE or word in _TENS


def says_a_number(text: str) -> bool:
    """Whether a text has a number, in figures or in words: `tiga rumah`, `keempat`, `separuh`."""
    if any(map(str.isnumeric, text)):
        return True
    return any(
        is_numeral(word)
        or word in _KNOWN.ordinals
        or word in _KNOWN.quantities | _KNOWN.shares
        or word.startswith("seper")
        for word in _TOKEN.findall(fold(text))
    )


def amount(before: str, quote: str, after: str, language: str) -> Amount | None:
    """The amount that a quote begins with; None where it begins with no number.

    Args:
        before: The words before the quote, for `sekitar` and `Rp`.
        quote: The words to read.
        after: The words after the quote, for `ribu` and what is counted.
        language: ISO 639-1; English reads `1.500` as one and a half.
    """
    inside = _tokens(quote)
    tokens = inside + _clause(_tokens(after[:80]))
    prior = _tokens(before[-40:])[-3:]
    at, money, about = 0, _CURRENCIES.get(prior[-1], "") if prior else "", False
    about = not _SURELY_ABOUT.isdisjoint(prior)
    while at < len(inside) and (inside[at] in _LEADING or inside[at] in _CURRENCIES):
        # `kira-kira`, `Rp. 5`
        money = _CURRENCIES.get(inside[at], money)
        about = about or inside[at] in _SURELY_ABOUT
        at += 1 + (inside[at + 1 : at + 2] in (["-"], ["."]))
    if at >= len(inside):
        return None
    first = _number(tokens, at, language)
    if first is None or (first[2] == 1 and tokens[at] == "one" and "of" in tokens[at + 1 : at + 2]):
        return None
    low, high, used = first
    at += used
    second = (
        _number(tokens, at + 1, language) if tokens[at : at + 1] and tokens[at] in _JOINS else None
    )
    if second is not None and second[0] > low and at < len(inside):
        at += 1 + second[2]
        high = second[1]
        # `100-120 ribu`
        low = low * 1000 if low < 1000 <= high else low
    return Amount(low, high, money or _unit(tokens[at:]), about)


def exact(words: Sequence[str], at: int) -> tuple[Decimal, int] | None:
    """The value of the number that begins at a folded word, and its length in words.

    None where none begins there, or a vague one. Figures are read as Indonesian writes them.
    """
    word = words[at]
    if word in _VAGUE or (word[:1].isdecimal() and not _FIGURE.fullmatch(word)):
        return None
    found = _number(words, at, "id")
    return None if found is None else (found[0], found[2])


def small_number(word: str) -> int | None:
    """The value of a folded word that is a number of one token: `tiga`, `12`; else None."""
    if word.isdecimal():
        return int(word)
    return int(_ONES[word]) if word in _ONES else None


def is_unit(word: str) -> bool:
    """Whether a folded word says what is counted or measured."""
    return word in _UNITS or word in _CURRENCIES


def is_scale(word: str) -> bool:
    """Whether a folded word multiplies the number before it: `juta`, `thousand`."""
    return word in _SCALES and word not in _ONE_OF


def is_currency(word: str) -> bool:
    """Whether a folded word or sign stands for money."""
    return word in _CURRENCIES


def asked_unit(amount: Amount, question: str) -> Amount:
    """An amount with the unit that a question asks for, where its own may be no other.

    `Berapa tersangka?` is answered by `delapan tersangka`, by `17 orang` and by a bare `17`.
    """
    asked = _tokens(question)
    known = next(
        (unit for word in asked if (unit := _CURRENCIES.get(word) or _UNITS.get(word))), ""
    )
    alike = {"", *asked} if known else {"", "people", *asked}
    return replace(amount, unit=known or "asked") if amount.unit in alike else amount


def relate(a: Amount, b: Amount) -> bool | None:
    """True where two amounts are the same, False where they cannot both be right, else None.

    A rough number and one within 5% of it are neither, as are a vague one and a number within it.
    """
    if a.unit != b.unit and a.unit and b.unit and not {a.unit, b.unit} <= _PERSONS:
        return None
    if (a.low, a.high) == (b.low, b.high):
        return True
    if a.unit != b.unit:
        return None
    slack = Decimal("0.05") if a.about or b.about else Decimal(0)
    slack *= max(a.high, b.high)
    if a.low <= b.high + slack and b.low <= a.high + slack:
        return None
    # `ribuan` is also said of tens of thousands.
    vague = a.low * 9 <= a.high or b.low * 9 <= b.high
    return None if vague and max(a.low, b.low) <= 10 * min(a.high, b.high) else False


def _tokens(text: str) -> list[str]:
    folded = _GLUED.sub(lambda letters: f" {_LETTERS[letters.group()]}", fold(text))
    return _TOKEN.findall(folded)


def _clause(tokens: Sequence[str]) -> list[str]:
    """The tokens before the first stop."""
    stop = next((at for at, token in enumerate(tokens) if token in _STOPS), len(tokens))
    return list(tokens[:stop])


def _number(tokens: Sequence[str], at: int, language: str) -> tuple[Decimal, Decimal, int] | None:
    """Lowest and highest value of the number that begins at a token, and its length in tokens."""
    token = tokens[at] if at < len(tokens) else ""
    if token in _VAGUE:
        low, high = _VAGUE[token]
        factor, used = _scale(tokens, at + 1)
        return low * factor, (high + 1) * factor - 1 if factor > 1 else high, 1 + used
    if token in ("setengah", "half"):
        skip = 1 + (tokens[at + 1 : at + 2] == ["a"])
        factor, used = _scale(tokens, at + skip)
        return (factor / 2, factor / 2, skip + used) if used else None
    if token[:1].isdecimal():
        factor, used = _scale(tokens, at + 1)
        value = _figure(token, language, scaled=used > 0) * factor
        return value, value, 1 + used
    value, used = _said(tokens, at)
    return (value, value, used) if used else None


def _scale(tokens: Sequence[str], at: int) -> tuple[Decimal, int]:
    """The product of the scales from a token on (`ribu`, `of thousands`), and their length."""
    factor, start = Decimal(1), at
    while at < len(tokens):
        word = tokens[at]
        if word == "of" and tokens[at + 1 : at + 2] and tokens[at + 1] in _PLURAL:
            at += 1
            word = tokens[at]
        word = _PLURAL.get(word, word)
        if word not in _SCALES or word in _ONE_OF:
            break
        factor *= _SCALES[word]
        at += 1
    return factor, at - start


def _figure(digits: str, language: str, *, scaled: bool) -> Decimal:
    """The value of digits with marks; which mark is the decimal one is inferred from both."""
    marks = [mark for mark in digits if not mark.isdecimal()]
    groups = re.split(r"[.,]", digits)
    if not marks:
        return Decimal(digits)
    if len(set(marks)) == 2 and marks[-1] not in marks[:-1]:
        return Decimal("".join(groups[:-1]) + "." + groups[-1])
    thousands = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
    own_decimal = "." if language == "en" else ","
    if len(marks) == 1 and marks[0] == own_decimal and (scaled or language == "en"):
        thousands = False
    if thousands and groups[0] != "0":
        return Decimal("".join(groups))
    return Decimal(groups[0] + "." + "".join(groups[1:]))


def _said(tokens: Sequence[str], at: int) -> tuple[Decimal, int]:
    """The value of a number in words, and its length in tokens; length 0 where it is none."""
    total, part, start = Decimal(0), Decimal(0), at
    while at < len(tokens):
        word = tokens[at]
        if word in _ONES and _fits(part, _ONES[word]):
            part += _ONES[word]
        elif word == "belas" and part:
            part += 10
        elif word == "puluh" and part:
            part = part - part % 10 + part % 10 * 10
        elif word in ("ratus", "seratus", "hundred") and (part or word == "seratus"):
            part = part - part % 10 + max(part % 10, Decimal(1)) * 100
        elif word in _SCALES and (part or word in _ONE_OF):
            total += max(part, Decimal(1)) * _SCALES[word]
            part = Decimal(0)
        elif (
            at == start
            or word not in ("-", "and")
            or not tokens[at + 1 :]
            or not _fits(part, _ONES.get(tokens[at + 1], Decimal(100)))
        ):
            break
        at += 1
    return total + part, at - start


def _fits(part: Decimal, more: Decimal) -> bool:
    """Whether a number below a hundred goes on with another: `twenty one`, but no `dua tiga`."""
    tens = part % 100
    return more < 100 and (not tens or (tens >= 20 and not tens % 10 and 0 < more < 10))


def _unit(tokens: Sequence[str]) -> str:
    """What is counted, by the words after the number."""
    words = [word for word in tokens if word != "-"]
    if words[:2] == ["per", "cent"]:
        return "%"
    if words[:2] == ["negara", "anggota"]:
        return "members"
    known = [_CURRENCIES.get(word) or _UNITS.get(word) for word in words[:3]]
    if known and words[0] in _CLASSIFIERS and any(known[1:2]):
        known[0] = None
    # Adjectives come first in English: `about 100,000 Russian troops`.
    found = next((unit for unit in known if unit), None)
    if found:
        return found
    is_thing = words and words[0].isalpha() and words[0] not in _KNOWN.stop_words
    return words[0] if is_thing and not has_verb_prefix(words[0]) else ""
