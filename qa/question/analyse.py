"""What a question asks for: the kind of answer its words point to, and the words to look for.

Indonesian, Malay and English are read with care; of Spanish, French, German, Dutch, Portuguese and
Russian only the question words are known. Not handled: questions of several parts, and a question
without a question word, which asks for a thing; yes or no is for `qa.question.yes_or_no`.
"""

from __future__ import annotations

from enum import StrEnum

from qa.language.detect import family
from qa.language.stem import forms, roots
from qa.language.text import fold, folded_words, written_words
from qa.language.vocabulary import known


class Kind(StrEnum):
    """The kind of answer asked for."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    NAME = "name"
    REASON = "reason"
    OTHER = "other"  # A thing, a manner, a definition.


_KNOWN = known()
STOPWORDS = _KNOWN.stop_words
_NEGATIONS = _KNOWN.negations | _KNOWN.excluding
_TROOPS = _KNOWN.troops
"""News says one for the other."""
TITLES = _KNOWN.titles
_ASKS_FOR = {
    # First in the question wins; `what` and `which` are decided by the noun they go with.
    **dict.fromkeys(_KNOWN.who, Kind.PERSON),
    **dict.fromkeys(_KNOWN.when, Kind.TIME),
    **dict.fromkeys(_KNOWN.where, Kind.PLACE),
    **dict.fromkeys(_KNOWN.how_many, Kind.NUMBER),
    **dict.fromkeys(_KNOWN.why, Kind.REASON),
    **dict.fromkeys(_KNOWN.how | _KNOWN.what, Kind.OTHER),
}
_NOUNS = {
    **dict.fromkeys(_KNOWN.times, Kind.TIME),
    **dict.fromkeys(_KNOWN.amounts, Kind.NUMBER),
    **dict.fromkeys(_KNOWN.places, Kind.PLACE),
    **dict.fromkeys(_KNOWN.people, Kind.PERSON),
}


def asks(word: str) -> bool:
    """Whether a folded word asks for something: `siapa`, `siapakah`, `who`."""
    return _bare(word) in _ASKS_FOR


def says_little(word: str) -> bool:
    """Whether a word, as it stands, says little of what is asked; `AS` and `WHO` are names."""
    return fold(word) in STOPWORDS and not _is_short(word)


def _is_short(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def content(text: str, language: str) -> tuple[tuple[frozenset[str], ...], frozenset[int]]:
    """The content words of a question, and which of them look like names or are numbers.

    Each word is given as the forms that meet it: folded, and their roots. One that stands there
    twice (`kata-kata`) counts once, at its first place.
    """
    raw = written_words(text)
    keys: dict[frozenset[str], int] = {}
    shouted = not any(word.islower() for word in raw)
    for at, word in enumerate(_folded(raw)):
        if word in STOPWORDS and (shouted or not _is_short(raw[at])):
            continue
        key = frozenset().union(*(roots(form, language) for form in forms(word, language)))
        keys.setdefault(key if _TROOPS.isdisjoint(key) else key | _TROOPS, at)
    named = frozenset(
        key
        for key, at in enumerate(keys.values())
        if raw[at][0].isdecimal() or (at > 0 and raw[at][0].isupper())
    )
    return tuple(keys), named


def denies(text: str) -> bool:
    """Whether a question asks for what is not."""
    return not _NEGATIONS.isdisjoint(folded_words(text))


def kind_of(text: str, language: str) -> Kind:
    """The kind of answer that a question asks for."""
    raw = written_words(text)
    return _asked_for(_folded(raw), raw, language)


def _folded(raw: list[str]) -> list[str]:
    return [_bare(fold(word)) for word in raw]


def _bare(word: str) -> str:
    """A word of a question without the particle -kah (`siapakah`, `negarakah`)."""
    base = word.removesuffix("kah")
    return base if base in _ASKS_FOR or base in _NOUNS else word


def _asked_for(folded: list[str], raw: list[str], language: str) -> Kind:
    """The kind of answer."""
    at = next((at for at, word in enumerate(folded) if word in _ASKS_FOR), None)
    if at is None:
        return Kind.TIME if folded[:1] in (["bila"], ["bilakah"]) else Kind.OTHER
    kind = _ASKS_FOR[folded[at]]
    before = folded[at - 1] if at else ""
    after = [word for word in folded[at + 1 :] if word not in STOPWORDS]
    if folded[at] in _KNOWN.how and not _KNOWN.measured.isdisjoint(folded[at + 1 : at + 2]):
        return Kind.NUMBER
    if kind is Kind.NUMBER:
        return Kind.TIME if before in _KNOWN.times else kind
    if kind is Kind.PERSON and after and (_KNOWN.people | TITLES).isdisjoint(after):
        named = all(word[0].isupper() for word in raw[at + 1 :])
        return Kind.OTHER if named else kind
    if folded[at] not in _KNOWN.what:
        return kind
    if folded[at] == "mana" and before in ("di", "ke", "dari"):
        return Kind.PLACE
    if not _KNOWN.meant.isdisjoint(folded) or folded[at + 1 : at + 2] == ["itu"]:
        return Kind.OTHER
    following = after[0] if after else ""
    bare = folded[at + 1 : at + 2] in (["is"], ["are"]) and folded[at + 2 : at + 3] != ["the"]
    if bare and len(after) <= 2 and following not in _NOUNS:
        return Kind.OTHER
    # `kota mana`, `surat kabar apa`, but `apa kota terbesar`, `which newspaper`.
    behind = family(language) == "id" and before and before not in STOPWORDS
    head = before if behind else following
    if head in _NOUNS:
        return _NOUNS[head]
    a_name = behind or folded[at] == "which" or not {"nama", "name"}.isdisjoint(folded)
    return Kind.NAME if a_name else Kind.OTHER
