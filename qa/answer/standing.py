"""Whether a sentence says that someone is what a question asks: `Apakah X tersangka?`.

He is said to be it where a noun links to him (`X ditetapkan sebagai tersangka`, `X is a member of
Y`), stands before his name (`tersangka X`) or behind it between commas (`X, tersangka kasus ...,`).
What stands between him and the noun must not be about anyone else.

Not handled: `dua tersangka, yakni X dan Y`; a pronoun for him; what he is said to be by a verb
(`X memimpin Indonesia`).
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from qa.answer.act import Asked, Word
from qa.answer.clauses import Clause, met
from qa.answer.roles import belongs
from qa.language.stem import has_verb_prefix
from qa.language.vocabulary import known

_KNOWN = known()
_LINKING = (
    _KNOWN.copulas
    | _KNOWN.installed
    | _KNOWN.auxiliaries
    | _KNOWN.yes_or_no
    | _KNOWN.negations
    | _KNOWN.denials
    | _KNOWN.planned
    | _KNOWN.possibly
    | _KNOWN.future
    | _KNOWN.light
    | _KNOWN.pointing
    | _KNOWN.articles
    | _KNOWN.first_persons
) - _KNOWN.prepositions
_OFFICES = _KNOWN.titles | _KNOWN.offices | _KNOWN.people
_NOUNS = _OFFICES | _KNOWN.standings | _KNOWN.places | _KNOWN.not_quite
_BEFORE_NAMES = _OFFICES | _KNOWN.callings | _KNOWN.announcing | _KNOWN.reports
_ADVERBS = _KNOWN.light | _KNOWN.articles | _KNOWN.auxiliaries
_LAST = _KNOWN.copulas | _KNOWN.negations | _KNOWN.installed | _KNOWN.passive
_UNKNOWN = 3
"""Most words of a noun phrase that the question does not have."""


def is_linked(asked: Asked, clauses: Sequence[Clause], at: int, head: int, told: Set[int]) -> bool:
    """Whether a verb, or nothing, links who is asked about to a noun behind.

    Args:
        asked: A question for what someone is.
        clauses: Of the sentence.
        at: The clause.
        head: Where the noun stands in it.
        told: The keys of the text before the sentence.
    """
    said = clauses[at].words
    phrase = _phrase(asked, said, head)
    if phrase is None:
        return False
    before = said[: phrase[0]]
    own = [place for place, word in enumerate(before) if word.keys & asked.agents]
    if not own:
        links = any(word.text in _KNOWN.copulas | _KNOWN.installed for word in before)
        ends = _ends_with(asked, clauses[:at], told) or _is_made_with(asked, clauses[:at], told)
        return links and _links(before, said[head]) and ends
    last = own[-1]
    while last + 1 < len(before) and last < own[-1] + 2 and before[last + 1].raw[0].isupper():
        last += 1
    if belongs(before, own) or not _is_whole(asked, before, told):
        return False
    earlier, between = before[: own[0]], before[last + 1 :]
    if not _is_of_him(earlier, clauses[at].lead, asked.query.language):
        return False
    if any(word.text in _KNOWN.prepositions | _KNOWN.agents for word in earlier[-3:]):
        return False
    made = any(word.text in _KNOWN.installed for word in earlier[-4:])
    denied = any(word.text in _KNOWN.negations for word in earlier)
    if denied and not made and any(_is_verb(word) for word in earlier):
        # `tidak memeriksa X sebagai tersangka`
        return False
    if made and all(word.text in _KNOWN.articles for word in between):
        return True
    if _LAST.isdisjoint(word.text for word in between):
        # `X tersangka`
        english = asked.query.language == "en"
        return not english and not between and not denied and _ends(said, phrase[1])
    return _links(between, said[head])


def is_named(asked: Asked, clauses: Sequence[Clause], at: int, head: int, told: Set[int]) -> bool:
    """Whether a noun stands right before who is asked about, or behind him between commas."""
    said = clauses[at].words
    phrase = _phrase(asked, said, head)
    if phrase is None or said[head].opposes:
        return False
    start, end = phrase
    behind = said[end + 1 : end + 4]
    if behind[1:] and not behind[0].keys and behind[0].raw[0].isupper():
        # `Sekretaris Jenderal NATO Jens Stoltenberg`
        behind = behind[1:] if behind[1].keys & asked.agents else behind
    if behind and behind[0].keys & asked.agents:
        # `tersangka pembunuhan X` may be of the one who was killed.
        of_it = end == head or said[end].raw[0].isupper()
        denied = start > 0 and said[start - 1].text in _KNOWN.negations | _KNOWN.copulas
        return of_it and not denied and _is_whole(asked, behind, told)
    opens = all(word.text in _KNOWN.articles | _KNOWN.copulas for word in said[:start])
    if not opens or not _ends(said, end) or (behind and behind[0].raw[0].isupper()):
        return False
    closed = at + 1 < len(clauses) or any(_is_verb(word) for word in clauses[at - 1].words)
    return clauses[at].lead == "," and closed and _ends_with(asked, clauses[:at], told)


def _phrase(asked: Asked, said: Sequence[Word], head: int) -> tuple[int, int] | None:
    """The first and last word of a noun with what it is of; None where that is not there."""
    if said[head].text not in _NOUNS:
        # `dakwaan`, of `terdakwa`
        return None
    missing = set(asked.patients)
    start = end = head
    unknown = 0
    for place in range(head + 1, len(said)):
        word = said[place]
        if word.keys & missing:
            missing -= word.keys
            end, unknown = place, 0
        elif word.text not in _KNOWN.stop_words:
            unknown += 1
            if unknown > _UNKNOWN or _is_verb(word) or word.keys & asked.agents:
                break
    while start > 0 and (said[start - 1].keys & missing):
        start -= 1
        missing -= said[start].keys
    if missing or (start > 0 and said[start - 1].text in _KNOWN.not_quite):
        return None
    return start, end


def _links(between: Sequence[Word], noun: Word) -> bool:
    """Whether words between someone and a noun say that he is it, or is not."""
    texts = [word.text for word in between]
    made = next((at for at, text in enumerate(texts) if text in _KNOWN.installed), None)
    if made is not None and not _is_active(between[made]):
        # `ditetapkan penyidik KPK sebagai tersangka`
        link = next((at for at in range(made + 1, len(texts)) if texts[at] in _KNOWN.copulas), made)
        if link - made <= _UNKNOWN + 2:
            texts = texts[: made + 1] + texts[link:]
    elif made is not None:
        return False
    texts = [
        text
        for text, following in zip(texts, [*texts[1:], ""], strict=True)
        if text not in _KNOWN.infinitive or following not in _KNOWN.copulas
    ]
    ends = [text for text in texts if text not in _ADVERBS or text in _LAST]
    if noun.opposes and not (_KNOWN.installed | _KNOWN.becoming).isdisjoint(texts):
        # `menjadi saksi` in some trial
        return False
    if ends and ends[-1] in _KNOWN.installed and noun.text in _OFFICES and ends[-1][:2] == "di":
        # `ditunjuk menteri` is by him
        return False
    return bool(ends) and ends[-1] in _LAST and _LINKING.issuperset(texts)


def _ends_with(asked: Asked, earlier: Sequence[Clause], told: Set[int]) -> bool:
    """Whether the clause before, but for an age or a relative clause, ends with his name."""
    rest = [clause for clause in earlier if not all(w.raw[0].isdecimal() for w in clause.words)]
    if rest and rest[-1].lead in _KNOWN.relative:
        rest.pop()
    if not rest or rest[-1].lead.isalpha():
        return False
    said = rest[-1].words
    own = [place for place, word in enumerate(said) if word.keys & asked.agents]
    if not own or own[-1] < len(said) - 2 or not said[-1].raw[0].isupper():
        return False
    if said[0].text in _KNOWN.prepositions | _KNOWN.speaking or belongs(said, own):
        return False
    return _is_whole(asked, said, told) and not any(
        word.text in _KNOWN.speaking for word in said[: own[0]][-1:]
    )


def _is_made_with(asked: Asked, earlier: Sequence[Clause], told: Set[int]) -> bool:
    """Whether he is made something with one whose name stands between: `X dan sopirnya, Y,`."""
    if len(earlier) < 2 or not all(word.raw[0].isupper() for word in earlier[-1].words):
        return False
    said = earlier[-2].words
    made = next((at for at, word in enumerate(said) if word.text in _KNOWN.installed), len(said))
    own = [at for at, word in enumerate(said) if at > made and word.keys & asked.agents]
    return (
        bool(own)
        and said[own[-1] + 1 :][:1] != ()
        and said[own[-1] + 1].text in _KNOWN.listing | _KNOWN.together
        and all(word.raw[0].isupper() for word in said[made + 1 : own[0]])
        and not any(word.text in _KNOWN.negations | _KNOWN.denials for word in said[:made])
        and _is_whole(asked, said, told)
    )


def _is_whole(asked: Asked, said: Sequence[Word], told: Set[int]) -> bool:
    """Whether all of who is asked about is named, if in part by the words before the sentence."""
    there = met(said)
    names = asked.agents & asked.query.names
    return asked.agents <= there | told and (not names or bool(names & there))


def _is_of_him(earlier: Sequence[Word], lead: str, language: str) -> bool:
    """Whether words before a name leave it the subject: not `pelapor X`, `anak buah X`."""
    if not earlier:
        return True
    last = earlier[-1]
    if language != "id":
        return not last.text.endswith("'s")
    if last.text in _KNOWN.not_quite:
        # `membatalkan penetapan X`
        return any(word.text in _KNOWN.denials for word in earlier)
    if _is_verb(last):
        return lead not in _KNOWN.relative
    return (
        (last.raw[0].isupper() and len(earlier) > 1)
        or last.text in _BEFORE_NAMES
        or last.text in _LINKING
    )


def _ends(said: Sequence[Word], end: int) -> bool:
    """Whether no verb follows a noun phrase, of which the noun might be the subject."""
    rest = said[end + 1 :]
    return not any(_is_verb(word) or word.text in _KNOWN.auxiliaries for word in rest) and not any(
        word.text in _KNOWN.passive | _KNOWN.yes_or_no for word in rest[:1]
    )


def _is_verb(word: Word) -> bool:
    looks = has_verb_prefix(word.text, least=3) and word.text not in _KNOWN.no_verb
    return looks and word.raw[0].islower() and word.text not in _KNOWN.standings


def _is_active(word: Word) -> bool:
    return word.text.startswith("me")
