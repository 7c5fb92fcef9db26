"""Whether a row asks or states, and a claim put as a question of yes or no.

Not handled: English claims that deny, that begin with more than who did it, or have two verbs; and
verbs whose base form is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from qa.language.detect import detect, family
from qa.language.stem import has_verb_prefix
from qa.language.text import fold, folded_words
from qa.language.vocabulary import known
from qa.question.analyse import asks
from qa.question.yes_or_no import asks_yes_or_no

_KNOWN = known()
_VERBS = _KNOWN.verb_forms
_DO = frozenset(("do", "does", "did"))
_HAVE = frozenset(("have", "has", "had"))
_AUXILIARIES = frozenset(word for word in _KNOWN.yes_or_no - _DO if "'" not in word)
_DENYING = _KNOWN.negations | _KNOWN.excluding
_CLAUSES = _KNOWN.relative | _KNOWN.clause_openers | _KNOWN.conditions
_LOWER = (
    _KNOWN.articles | _KNOWN.before_nouns | _KNOWN.persons | _KNOWN.pronouns | _KNOWN.pointers
    | _KNOWN.people | _KNOWN.troops | _KNOWN.quantities
)  # fmt: skip
"""Words that have a capital at the beginning of a sentence alone."""
_BEFORE_NOUNS = _KNOWN.articles | _KNOWN.before_nouns | _KNOWN.pointers | _KNOWN.quantities
_NO_SUBJECT = _KNOWN.prepositions | _CLAUSES | _KNOWN.connectives
_LONGEST_SUBJECT = 8
_ASKED = ("id", "en")
_INDONESIAN = _KNOWN.common["id"] | _KNOWN.telltales["id"]
_TELLING = 50
"""Claims that tell the language of all."""
_WORD = re.compile(r"[^\W_][\w'’.-]*", re.UNICODE)


def is_question(text: str) -> bool:
    """Whether a text asks: by its question mark, or by a word."""
    if "?" in text or asks_yes_or_no(text):
        return True
    first, *others = folded_words(text) or [""]
    # `Was ist passiert`, but `The mayor was arrested`.
    return asks(first) or any(asks(word) for word in others if word not in _AUXILIARIES)


def yes_or_no(claim: str, beside: str = "") -> str:
    """The question whether an Indonesian or English claim is so; empty where it is not simple.

    Args:
        claim: What is stated.
        beside: The language of the claims beside it, which holds where a few words tell no other.
    """
    claim = claim.rstrip(" .!")
    told = family(detect(claim))
    if told not in _ASKED:
        told = beside if beside != "id" or _holds_indonesian(claim) else ""
    asked = f"Apakah {claim}?" if told == "id" else _english(claim) if told == "en" else ""
    return asked if asks_yes_or_no(asked) else ""


def _holds_indonesian(claim: str) -> bool:
    """Whether a claim that was taken for another language, as names may be, has such a word."""
    return any(word in _INDONESIAN or has_verb_prefix(word) for word in folded_words(claim))


def language_of(claims: Iterable[str]) -> str:
    """The language that most of some claims are in."""
    return family(detect("\n".join(islice(claims, _TELLING))))


def _english(claim: str) -> str:
    """`X was arrested` as `Was X arrested?`, `X sent troops` as `Did X send troops?`."""
    words = list(_WORD.finditer(claim))
    folded = [fold(word.group()).replace("’", "'") for word in words]
    if any(word in _DENYING or word.endswith("n't") for word in folded):
        return ""
    finite = [at for at, word in enumerate(folded) if word in _AUXILIARIES or word in _VERBS]
    at = finite[0] if finite else 0
    if not 0 < at <= _LONGEST_SUBJECT or not _is_subject(claim[: words[at].start()], folded[:at]):
        return ""
    word, verb = words[at], folded[at]
    rest = claim[word.end() :]
    following = folded[at + 1] if at + 1 < len(words) else ""
    if verb in _AUXILIARIES and not (verb in _HAVE and not _is_participle(following)):
        leading, verb = verb, ""
    elif _has_one_verb(folded, at, finite):
        leading = "does" if verb.endswith("s") else "do" if verb == "have" else "did"
        verb = f" {'have' if verb in _HAVE else _VERBS[verb]}"
        # `Apple reports` may be what Apple reported; in `The planned strike` nobody plans.
        is_noun = leading == "does" and not claim[words[at - 1].start()].isupper()
        if folded[at - 1] in _BEFORE_NOUNS or (is_noun and word.group() not in _HAVE):
            return ""
    else:
        return ""
    subject = claim[: word.start()].strip()
    if folded[0] in _LOWER:
        subject = subject[0].lower() + subject[1:]
    return f"{leading.capitalize()} {subject}{verb}{rest}?"


def _is_subject(said: str, folded: list[str]) -> bool:
    """Whether words before a verb are no more than who did it."""
    return (
        folded[0] not in _NO_SUBJECT
        and _CLAUSES.isdisjoint(folded)
        and re.search(r"[,;:\"“”()]", said) is None
    )


def _is_participle(word: str) -> bool:
    return word in ("been", "become") or word.endswith(("ed", "en", "wn")) or word in _VERBS


def _has_one_verb(folded: list[str], at: int, finite: list[int]) -> bool:
    """Whether no other verb follows one, but in a clause that it reports, or that opens."""
    if folded[at] in _KNOWN.stating:
        return True
    clause = next((n for n in range(at + 1, len(folded)) if folded[n] in _CLAUSES), len(folded))
    return not any(at < other < clause for other in finite)
