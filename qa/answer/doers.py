"""Whether a name is of one to whom a deed was done, where a question asks who did it.

`penculik Bimo Santosa` and `menikam tukang becak Darto` name the victim, as `Darto ditikam` does;
neither answers `Siapa penculik anak itu?`. So too `killer of Anna`, `killed Anna` and `Anna was
killed`. Of the nouns for who did it only those of crimes count: `pelatih Persija Budi Hakim` is he.

Right answers of training sets that are taken for it: 5 of 2,772 in Indonesian, 1 of 3,436 in
English (2026-11). Not handled: a deed in words that do not have the question's root, irregular
verbs of English, a pronoun in place of a name, other languages than Indonesian, Malay and English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile, pairwise

from qa.cite import cite
from qa.language.detect import family
from qa.language.stem import roots
from qa.language.text import fold, folded_words, written_words
from qa.language.vocabulary import known
from qa.question.analyse import STOPWORDS, TITLES, Kind
from qa.question.query import Query
from qa.types import Finding

_DOER = re.compile(r"pe(?:[mnrl]|ng|ny)?[a-z]{3,}(?<!an)")
_ACTIVE = re.compile(r"me(?:[mnrl]|ng|ny)?[a-z]{3,}")
_PASSIVE = re.compile(r"di[a-z]{3,}")
_DONE = frozenset(("korban", "victim", "victims", "whom"))
_LED_BY = frozenset(("pelaku", "tersangka", "dalang", "otak", "suspect", "suspected", "alleged"))
_WAS = frozenset(("was", "were", "is", "are", "been", "being"))
_KNOWN = known()
_BEFORE_DEEDS = STOPWORDS | _KNOWN.who | _LED_BY
_NO_VERBS = _KNOWN.no_verb | TITLES
_JOINING = STOPWORDS | _KNOWN.prepositions
_STOP = re.compile(r"[.,;:!?\n]|\b(?:oleh|by|dan|and)\b")
_REMARK = re.compile(r"\s*\([^()]*\)|\s*,\s*\d+\s*,")
_BETWEEN = 3
"""Most words between a deed and a name: `menikam tukang becak Darto`."""


def is_done_to(query: Query, finding: Finding) -> bool:
    """Whether a finding names whom the deed was done to, of a question for who did it."""
    article, span = finding.passage.article, finding.span
    language = family(article.language)
    deed = _deed(query) if query.kind is Kind.PERSON and language in ("id", "en") else None
    if deed is None:
        return False
    sentence = cite(span, article, 0).sentence
    before = written_words(_STOP.split(article.text[sentence.start : span.start])[-1])
    followed = _REMARK.sub(" ", article.text[span.end : sentence.end])
    after = written_words(_STOP.split(followed)[0])

    def is_of_name(word: str) -> bool:
        """Whether it may be the rest of the name, as `Bimo` of `Bimo Santosa`."""
        return word[0].isupper() and _forms(fold(word), language).isdisjoint(deed)

    led = list(dropwhile(is_of_name, before[::-1]))
    following = [fold(word) for word in dropwhile(is_of_name, after)]
    return _is_led(deed, led, language) or _is_followed(deed, following, language)


def _deed(query: Query) -> frozenset[str] | None:
    """The forms of the deed whose doer is asked for; None where something else is.

    Not of `Siapa yang ditikam?`, `Siapa korban penikaman?`, `Who was killed?`.
    """
    asked = folded_words(query.words)
    # `Melalui siapa mereka unggul?` has no doer.
    asked = list(dropwhile(lambda word: word.removesuffix("kah") not in _KNOWN.who, asked))
    if not _DONE.isdisjoint(asked):
        return None
    if "yang" in asked or "yg" in asked:
        asked = list(dropwhile(lambda word: word not in ("yang", "yg"), asked))[1:]
    elif asked[:1] == ["who"] and not _WAS.isdisjoint(asked[1:2]):
        # `Who is the suspected killer of the baker?`, but `Who is the Kremlin spokesman?`
        doers = (one for one, then in pairwise(asked) if one.endswith("er") and then == "of")
        asked = [one for one in doers if one not in TITLES][:1]
    elif asked[:1] == ["who"]:
        # `Who killed her?`, but `Who did she kill?`
        asked = asked[1:2] if asked[1:2] and asked[1].endswith("ed") else []
    word = next((word for word in asked if word not in _BEFORE_DEEDS), "")
    language = family(query.language)
    forms = _forms(word, language)
    if language == "id" and forms.isdisjoint(_KNOWN.crimes) and not _is_active(word):
        return None
    return None if not word or (language == "id" and _PASSIVE.fullmatch(word)) else forms


def _is_active(word: str) -> bool:
    """Whether a word looks like a verb with meN-; `menteri` is none."""
    return bool(_ACTIVE.fullmatch(word)) and word not in _NO_VERBS


def _is_led(deed: frozenset[str], led: Sequence[str], language: str) -> bool:
    """Whether words before a name, nearest first, are what was done, or who did it, to it."""
    for word in led[: 1 + _BETWEEN]:
        folded = fold(word)
        if not _forms(folded, language).isdisjoint(deed):
            if language == "en":
                return folded.endswith("ed") or (folded.endswith("er") and led[:1] == ["of"])
            doer = _DOER.fullmatch(folded) and not deed.isdisjoint(_KNOWN.crimes)
            return bool(doer) or _is_active(folded)
        joins = folded in _KNOWN.articles or (language == "en" and folded == "of")
        if word[0].isupper() or (folded in _JOINING and not joins):
            return False
    return False


def _is_followed(deed: frozenset[str], following: Sequence[str], language: str) -> bool:
    """Whether words after a name say that it was done to it."""
    if language == "en":
        verb = following[1:2] if following[:1] and following[0] in _WAS else []
        return any(not _forms(word, "en").isdisjoint(deed) for word in verb)
    return any(
        _PASSIVE.fullmatch(word) and not _forms(word, "id").isdisjoint(deed)
        for word in following[:_BETWEEN]
    )


def _forms(word: str, language: str) -> frozenset[str]:
    """The roots of a folded word; `kill` of `killer` too."""
    found = roots(word, language)
    return found | {word.removesuffix("er")} if language == "en" else found
