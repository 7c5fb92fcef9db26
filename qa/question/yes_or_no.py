"""Whether a question is one of yes or no, judged from its words, and its plain wording.

Indonesian, Malay and English only; how people chat in Indonesian alone (`beritanya bener gak?`).
"""

from __future__ import annotations

import re
from itertools import takewhile

from qa.language.stem import has_verb_prefix
from qa.language.text import fold, written_words
from qa.language.vocabulary import known

_KNOWN = known()
_OTHER_QUESTIONS = _KNOWN.other_questions
_ASKING = _KNOWN.yes_or_no
_AUXILIARIES = _KNOWN.auxiliaries
_ASKS_WHAT = _KNOWN.asks_what
_POINTING = _KNOWN.pointing
# Verbs and adjectives without a prefix: `Apakah harga naik?`
_SAID = frozenset().union(*(said for row in _KNOWN.opposites for said in row)) - _KNOWN.standings
# What someone is: `Apakah Jokowi presiden?`
_TITLES = _KNOWN.titles | _KNOWN.offices
_NOUNS = _KNOWN.standings | _KNOWN.people | _KNOWN.places | _KNOWN.copulas | _TITLES
# What begins like a verb and is none.
_NO_VERB = _KNOWN.no_verb
_NAMED = _TITLES | _KNOWN.nations
_SO = r"(?:\s+(?:kalau|bahwa|jika))?"
_TRUE = "benar|betul"
_CHATTED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # `apa iya`, `benar tidak`
        rf"(?:apa\s+(?:{_TRUE}|iya)|(?:{_TRUE})\s+(?:tidak|enggak))\b{_SO}\s+(?P<said>.+)",
        r"(?:memang|emang|bukan)(?:nya)?\s+(?P<said>.+)",
        r"masa(?:k|\s+iya)?\s+(?P<said>.+)",
        # `A ... atau tidak`, `A sudah ... belum`
        r"(?:apa\s+)?(?P<said>.+?)(?:\s+(?:atau|apa)\s+bukan|(?:\s+(?:atau|apa))?\s+(?:tidak|belum))\W*",
    )
]
"""What is asked of, and around it what only asks, once short forms are written out."""
_FEWEST = 2
"""Words of a question that something is asked of."""


def asks_yes_or_no(question: str) -> bool:
    """Whether a question is one of yes or no; where `Apakah` may ask what, it is not."""
    raw = written_words(question)
    folded = [fold(word) for word in raw]
    if len(folded) < 2 or not _OTHER_QUESTIONS.isdisjoint(folded[1:]):
        return False
    if folded[0] in _ASKING:
        return folded[1] not in _ASKING
    if folded[0] != "apakah":
        return False
    rest = folded[1:]
    if rest[:2] == ["ibu", "kota"]:
        rest[:2] = ["ibukota"]
    before_yang = rest[: rest.index("yang")] if "yang" in rest else rest
    asks_what = rest[0] in _ASKS_WHAT
    if not _AUXILIARIES.isdisjoint(before_yang[: 4 if asks_what else None]):
        return True
    # `Apakah ibu kota dipindahkan?`, but `Apakah tujuan dibentuknya BPUPKI?`
    if rest[0] in _KNOWN.places and any(_is_passive(word) for word in before_yang[1:]):
        return True
    if asks_what or not before_yang:
        return False
    if any(word in _SAID or word in _KNOWN.predicates for word in before_yang[1:]):
        return True
    # The name, whole, and what it is: not `Apakah peran Budi sebagai ketua?`
    named = list(takewhile(lambda word: word[0].isupper(), raw[1:]))
    if any(map(_is_name, named)) and not _NOUNS.isdisjoint(folded[1 + len(named) :][:1]):
        return True
    if named and "yang" not in rest and _is_said_of(raw[1 + len(named) :], named):
        return True
    points = any(word in _POINTING for word in before_yang[1:-1])
    return points or any(_is_verb(word) for word in before_yang[1:])


def plainly(question: str) -> str:
    """A question of yes or no as an article would put it; any other as it is.

    `beritanya bener gak?`, once its short forms are written out, is `Apakah beritanya benar?`.
    `apa` is `apakah` before who does it alone: `apa Ayu hadir?`, but `apa makanan khas Ambon?`.
    """
    text = question.strip()
    first, _, rest = text.partition(" ")
    if fold(first) == "apa" and _asks_of_someone(rest):
        return f"Apakah {rest}"
    for chatted in _CHATTED:
        found = chatted.fullmatch(text)
        if found and _is_statement(found["said"]):
            said = found["said"] + "?" * (not found["said"].endswith("?"))
            asked = f"Apakah {said}"
            return asked if asks_yes_or_no(asked) else f"Benarkah {said}"
    return question


def _asks_of_someone(text: str) -> bool:
    raw = written_words(text)
    folded = [fold(word) for word in raw]
    if not raw or "yang" in folded or folded[0] in _ASKS_WHAT | _POINTING:
        return False
    named = raw[0][0].isupper() or folded[0] in _NAMED
    stands = named or not _KNOWN.done_or_to_come.isdisjoint(folded[1:3])
    return stands and asks_yes_or_no(f"Apakah {text}")


def _is_statement(text: str) -> bool:
    """Whether a text asks nothing by a word of its own."""
    folded = [fold(word) for word in written_words(text)]
    return (
        len(folded) >= _FEWEST
        and folded[0] not in _ASKS_WHAT
        and not {"apakah", "yang"} & {*folded}
        and _OTHER_QUESTIONS.isdisjoint(folded)
    )


def _is_said_of(rest: list[str], named: list[str]) -> bool:
    """Whether something is said of a name that begins a question: `Apakah Ayu kaget?`.

    Not `Apakah Gunung tertinggi di Jawa?`, `Apakah Karsa itu?`, `Apakah Karsa dan Lontar?`.
    """
    first = fold(named[0])
    follows = fold(rest[0]) if rest else ""
    return (
        # An article begins a sentence of another language: `Le maire`, `Der Minister`.
        first not in _ASKS_WHAT | _NOUNS | _KNOWN.generic | _KNOWN.nations | _KNOWN.stop_words
        and follows.isalpha()
        and rest[0].islower()
        and follows not in _KNOWN.stop_words | _POINTING | _KNOWN.prepositions
        and not follows.startswith(("ter", "se"))
    )


def _is_name(word: str) -> bool:
    return word[0].isupper() and fold(word) not in _TITLES


def _is_passive(word: str) -> bool:
    return word.startswith("di") and _is_verb(word) and not word.endswith("nya")


def _is_verb(word: str) -> bool:
    """Whether a word looks like a verb; with ter- most are none (`terbaru`, `tertinggi`)."""
    is_one = has_verb_prefix(word, least=3) and not word.startswith("ter")
    return is_one and word not in _NO_VERB
