"""What one sentence has to do with a yes-or-no question: says so, otherwise, may be, or none.

The question's act is the word for what is done (`menurunkan`, `sign`), those before it name who
does it. A sentence takes a side only in a clause that has the act, or a word that excludes it by
the `opposites` of the vocabulary, where who does it and to whom stand in the question's roles.

It says otherwise where it is denied an odd number of times (`tidak`, `belum`, `membantah`) or an
opposite is said; that it may be where it is planned, supposed, alleged, feared or stands under a
condition, in words that the question does not have itself. What is asked for, a
question within the sentence, and a noun for the act of which nothing is said to come (`menghadapi
gugatan`), are no side at all.

Not handled: synonyms that the vocabulary does not list, translations that the lexicon does not
know, irony, denial by another sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, zip_longest

from qa.answer.act import NOUN, Asked, Word, is_passive, taken_apart
from qa.answer.clauses import Clause, clauses_of, is_light, met
from qa.answer.roles import acts, is_converse, predicate, roles_kept
from qa.answer.standing import is_linked, is_named
from qa.language.short_forms import as_asked
from qa.language.stem import has_verb_prefix, roots
from qa.language.text import folded_words
from qa.language.vocabulary import known
from qa.question.query import Query

_PERSONS = frozenset({"dia", "ia", "beliau", "he", "she"})
CLOSE = 0.8
"""Share of the question's words from which a sentence is about it."""

_KNOWN = known()
_TITLES = _KNOWN.titles | _KNOWN.offices | _KNOWN.generic
_NAMED_ONCE = re.compile(r"\s*\(([^()]{1,40})\)")


class Side(StrEnum):
    """The side that a sentence takes."""

    SO = "says_so"
    OTHERWISE = "says_otherwise"
    MAY = "says_it_may"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence: the share of the question's words that it has with its context, and its side.

    `own` is the share that it has itself.
    """

    share: float
    side: Side
    own: float = 0.0


def judge(
    query: Query, sentence: str, language: str, *, context: str = "", article: str = ""
) -> Judged:
    """What a sentence has to do with a yes-or-no question.

    Where it has every word that is no name, names may stand in the context. Where it lacks one,
    the others must stand in one clause in the question's order: `mengerahkan pasukan ke Ukraina`
    is about sending them, `Ukraina`, `NATO` and `pasukan` in some sentence need not be.

    Args:
        query: The question.
        sentence: Any one.
        language: Of the sentence, ISO 639-1.
        context: What stands before it: the title, the last sentence.
        article: All of the text, which may say once what a name in the question is called.
    """
    asked = taken_apart(query, language)
    context = as_asked(query.words, context, article)

    def without(named: re.Match[str]) -> str:
        """What is in brackets goes, unless it is asked about: `Mahkamah Konstitusi (MK)`."""
        return f" {named[1]}" if asked.words & set(folded_words(named[1])) else ""

    sentence = as_asked(query.words, _NAMED_ONCE.sub(without, sentence), article)
    clauses = clauses_of(asked, sentence, language)
    places = [
        (at, place)
        for at, clause in enumerate(clauses)
        for place, word in enumerate(clause.words)
        if asked.act in word.keys
    ]
    # `X punya 32 kursi`, of `Apakah X punya lebih banyak kursi daripada Y?`
    is_compared = _KNOWN.compared_with.isdisjoint(asked.words) or not (
        _KNOWN.compared_with.isdisjoint(folded_words(sentence))
    )
    whole = sum(asked.weights.values())
    if not whole:
        return Judged(0.0, Side.ABOUT)
    there = {key for clause in clauses_of(asked, context, language) for key in clause.keys}
    there -= {asked.act}
    asked = _as_named(asked, clauses, there)
    names = asked.query.names & asked.weights.keys()
    met_here = met(word for clause in clauses for word in clause.words)
    led: Set[int] = frozenset()
    if places and not names <= met_here:
        clauses = _pointed_back(clauses, _subject(asked, context, language))
        # A headline leads no sentence.
        led = _subject(asked, context.partition("\n")[2], language)
    own = _weight(asked, met_here) / whole
    if asked.of_a_noun:
        side = _standing(asked, clauses, places, there)
        everywhere = there.union(*(clause.keys for clause in clauses))
        return Judged(_weight(asked, everywhere) / whole, side, own)
    if not places:
        # No act is known, or the sentence has none: the clause that says most of what is asked.
        at = max(range(len(clauses)), key=lambda at: _weight(asked, clauses[at].keys))
        if present := asked.of_presence:
            return _is_there(asked, present, clauses, there, whole)
        share = _share(asked, clauses, at, there) / whole
        is_side = asked.act is None and share == 1.0 and _in_order(clauses[at]) and is_compared
        # `karena tak menjadi Y`, of `Apakah X marah karena tidak menjadi Y?`
        said = asked.weights.keys() - names or asked.weights.keys()
        is_side = is_side and min(said) in clauses[at].keys
        side = _said(asked, clauses, at, len(clauses[at].words)) if is_side else Side.ABOUT
        return Judged(share, side, own)
    sided = [
        (at, place)
        for at, place in places
        if acts(asked, clauses[at].words, place, language)
        and roles_kept(asked, clauses, at, place, language, led=led)
    ]
    at, place = max(
        sided or places,
        key=lambda one: (
            _weight(asked, clauses[one[0]].keys),
            not clauses[one[0]].words[one[1]].opposes,
        ),
    )
    share = _share(asked, clauses, at, there) / whole
    everywhere = there.union(*(clause.keys for clause in clauses))
    # `menunda pengesahan RUU Sumber Daya Air` is not about the one that is asked about.
    is_side = bool(sided) and share >= CLOSE and names <= everywhere
    # `berunding hanya soal beras`, of `Apakah mereka berunding soal perbatasan?`
    is_side = is_side and is_compared and asked.topic <= met_here
    return Judged(share, _said(asked, clauses, at, place) if is_side else Side.ABOUT, own)


def _is_there(
    asked: Asked, present: Set[int], clauses: Sequence[Clause], told: Set[int], whole: int
) -> Judged:
    """What a sentence says of whether something is there, be it of what stands before it."""
    everywhere = told | met(word for clause in clauses for word in clause.words)
    share = _weight(asked, everywhere) / whole
    at = next((at for at, clause in enumerate(clauses) if present <= clause.keys), None)
    if at is None or share < CLOSE or asked.query.names & asked.weights.keys() - everywhere:
        return Judged(_weight(asked, met(clauses[at or 0].words)) / whole, Side.ABOUT)
    texts = [word.text for word in clauses[at].words]
    said = next((place for place, text in enumerate(texts) if text in _KNOWN.there_is), None)
    return Judged(share, Side.ABOUT if said is None else _said(asked, clauses, at, said))


def _as_named(asked: Asked, clauses: Sequence[Clause], told: Set[int]) -> Asked:
    """A question with its names as a sentence has them: `Sari`, below the title `Rina Sari`."""
    said = {key for clause in clauses for key in clause.keys} & asked.query.names
    left = {
        key for key in (asked.query.names & told) - said if not said.isdisjoint({key - 1, key + 1})
    }
    # `kanker kambuh`, below the title `Rina Sari Jalani Radiasi`
    names = asked.agents & asked.query.names
    if names and min(asked.agents) not in names and names.isdisjoint(said) and names <= told:
        words = [word for clause in clauses for word in clause.words]
        heads = asked.agents - names
        named = any(a.keys & heads and b.raw[0].isupper() for a, b in pairwise(words))
        left |= frozenset() if named else names
    if not left:
        return asked
    return replace(asked, agents=asked.agents - left, patients=asked.patients - left)


def _subject(asked: Asked, context: str, language: str) -> Set[int]:
    """The keys of who is named first, and alone, before a sentence; else nothing."""
    names = asked.query.names & asked.weights.keys()
    told = met(word for clause in clauses_of(asked, context, language) for word in clause.words)
    for line in reversed(context.split("\n")):
        said = [word for clause in clauses_of(asked, line, language) for word in clause.words]
        first = next((word for word in said if not (is_light(word) or word.text in _TITLES)), None)
        if first is None or _names_another(said):
            return frozenset()
        if first.keys & names:
            for role in (asked.agents & names, asked.patients & names):
                if first.keys & role and role <= told:
                    return role
            return frozenset()
        if said[0].text not in _PERSONS:
            return frozenset()
    return frozenset()


def _names_another(said: Sequence[Word]) -> bool:
    """Whether words name someone who is not asked about; a place or a day is no one."""
    return any(
        word.raw[0].isupper()
        # What goes on from a capital is part of one name.
        and (before.raw[0].islower() or before.text in _TITLES)
        and not word.keys
        and word.text not in _TITLES | _KNOWN.weekdays.keys() | _KNOWN.months.keys()
        and before.text not in _KNOWN.places_after | _KNOWN.prepositions
        for before, word in pairwise(said)
    )


def _pointed_back(clauses: list[Clause], subject: Set[int]) -> list[Clause]:
    """The clauses of a sentence, its first word standing for a subject where it points back."""
    if not subject or not clauses[0].words:
        return clauses
    words = clauses[0].words
    at = next((at for at, word in enumerate(words) if word.text not in _KNOWN.connectives), 0)
    points = words[at].text in _PERSONS or (
        words[at].text in _KNOWN.referring
        and not words[at].keys
        and (at + 1 == len(words) or not words[at + 1].raw[0].isupper())
    )
    if not points:
        return clauses
    pointing = replace(words[at], keys=words[at].keys | subject)
    return [replace(clauses[0], words=(*words[:at], pointing, *words[at + 1 :])), *clauses[1:]]


def _in_order(clause: Clause) -> bool:
    """Whether a clause has the words of a question one after the other, as it has them."""
    found = [min(word.keys) for word in clause.words if word.keys]
    return found == sorted(found)


def _standing(
    asked: Asked, clauses: Sequence[Clause], places: Sequence[tuple[int, int]], told: Set[int]
) -> Side:
    """The side of a sentence that may say what someone is; none where it says both."""
    found = {
        _said(asked, clauses, at, place)
        for at, place in places
        if is_linked(asked, clauses, at, place, told)
    }
    if any(is_named(asked, clauses, at, place, told) for at, place in places):
        found.add(Side.OTHERWISE if asked.negated else Side.SO)
    return found.pop() if len(found) == 1 else Side.ABOUT


def _weight(asked: Asked, keys: Set[int]) -> int:
    return sum(asked.weights[key] for key in keys if key in asked.weights)


def _share(asked: Asked, clauses: Sequence[Clause], at: int, context: Set[int]) -> int:
    """The weight of the question's words that a sentence has, with its context or in one clause."""
    everywhere = set().union(*(clause.keys for clause in clauses))
    if all(key in everywhere for key, weight in asked.weights.items() if weight == 1):
        return _weight(asked, everywhere | context)
    return _weight(asked, clauses[at].keys)


def _said(asked: Asked, clauses: Sequence[Clause], at: int, place: int) -> Side:
    """The side that a clause takes by the words before its act, and by what is said of it."""
    clause = clauses[at]
    texts = [word.text for word in clause.words]
    own = _asked_words(asked, texts)
    before, after = texts[:place], texts[place + 1 :]
    act = clause.words[place] if place < len(clause.words) else None
    opposes = act is not None and act.opposes and not is_converse(asked, clause, place)
    denied = (
        _denials(before, own)
        + _breaks_off(asked, clauses, at)
        # `tanpa menutup`; who does it `selain menutup` does it.
        + (not (_KNOWN.excluding - _KNOWN.besides).isdisjoint(before[-2:]))
    )
    asked_for = next((at for at, word in enumerate(before) if word in _KNOWN.unsaid - own), None)
    aimed = before[-1:] != [] and before[-1] in _KNOWN.purposes
    # `siap untuk`, but `melakukan visum guna`
    decided = not (_KNOWN.announcing | _KNOWN.planned | _KNOWN.denials).isdisjoint(before[-2:-1])
    if clause.lead in _KNOWN.purposes or (aimed and not decided):
        return Side.ABOUT
    if _asks(clauses, at, before):
        return Side.ABOUT
    wishes = sum(word in _KNOWN.unsaid - own for word in before)
    if asked_for is not None and (
        # `tak perlu ragu mencabut`
        wishes > 1
        or not _denials(before[:asked_for], own)
        or asked.agents & met(clause.words[asked_for:place])
    ):
        # `asked to`; `rejected the request that X should`
        return Side.ABOUT
    if act is not None and act.text in _KNOWN.beaten and (asked.placed or not asked.patients):
        opposes = is_passive(texts, place, asked.query.language)
    elif act is not None and opposes and asked.act_word in _KNOWN.converses:
        # `Y mengalahkan X`, of `Apakah X kalah?`
        opposes = not asked.agents & met(clause.words[place + 1 :])
    if opposes and _begins_another(clause, place):
        # `massa mulai bubar`, of `Apakah aksi berhenti?`
        return Side.ABOUT
    unless = [at for at, word in enumerate(before) if word in _KNOWN.excluding]
    if unless and asked.agents & met(clause.words[unless[-1] + 1 : place][:1]):
        # `kecuali X menyetujui`
        return Side.ABOUT
    refused = [at for at, word in enumerate(before) if word in _KNOWN.refusing - own]
    if refused and asked.agents & met(clause.words[refused[-1] : place]):
        # `NATO menolak X mengirim pasukan`
        return Side.ABOUT
    named = act is not None and NOUN.fullmatch(act.text) is not None
    named = named and not has_verb_prefix(texts[place], least=3)
    if named and _is_anothers(asked, clause.words[:place]):
        return Side.ABOUT
    if opposes and texts[place] in _KNOWN.sessions:
        level = [word for word in clause.words[place + 1 : place + 3] if word.keys]
        if level and level[0].text in _KNOWN.levels:
            # `opened higher`, of `Did shares close higher?`: another hour, no denial.
            return Side.ABOUT
    behind = [word.text for word in predicate(clause.words[place + 1 :])]
    reported = not (_KNOWN.planned | _KNOWN.possibly | _KNOWN.reports).isdisjoint(before)
    if not asked.of_a_noun and (named or reported or asked.of_a_state or place == len(texts)):
        denied += _denials(after if asked.of_a_state else behind, own)
    elif not asked.of_a_noun:
        denied += _untrue(after)
    may_be = _KNOWN.possibly - own
    pairs = [f"{a}-{b}" for a, b in zip_longest(before, before[1:], fillvalue="")]
    may = [
        at
        for at, two in enumerate(zip(before, pairs, strict=True))
        if not may_be.isdisjoint(two) and two[1] not in _KNOWN.unable
    ]
    if denied % 2 and clause.lead in _KNOWN.conditions:
        return Side.ABOUT
    if denied % 2:
        first = next(
            (at for at, word in enumerate(before) if _denies(before, at, own)), len(before)
        )
        # `mungkin tidak datang`, but `dikabarkan tidak datang`
        unsure = [at for at in may if before[at] not in _KNOWN.hearsay]
        if opposes or (unsure and (asked.of_a_noun or unsure[0] < first < len(before))):
            return Side.ABOUT
        return Side.OTHERWISE if not asked.negated else Side.SO
    hedged = may or not (_KNOWN.planned - own).isdisjoint(before)
    # `mengancam akan menyerang`, of `Apakah X mengancam menyerang?`
    future = asked.future or not (own & (_KNOWN.planned | _KNOWN.possibly)).isdisjoint(before)
    hedged = hedged or (not future and not _KNOWN.future.isdisjoint(before))
    # `plans to send`, but `managed to send`
    hedged = hedged or (
        not future
        and not (_KNOWN.infinitive - own).isdisjoint(before[-1:])
        and _KNOWN.achieving.isdisjoint(before[-2:])
    )
    # `penurunan suku bunga terbuka lebar`
    hedged = hedged or (named and not (_KNOWN.possibly | _KNOWN.planned).isdisjoint(behind))
    # `meninggal diduga karena`
    hedged = hedged or (asked.because and not may_be.isdisjoint(after[-1:]))
    hedged = hedged or not _KNOWN.due.isdisjoint(f"{a}-{b}" for a, b in pairwise(after))
    supposed = any(_is_condition(clauses, place) for place in (at, at + 1))
    if hedged or supposed:
        return Side.ABOUT if opposes else Side.MAY
    return Side.OTHERWISE if opposes != asked.negated else Side.SO


def _begins_another(clause: Clause, place: int) -> bool:
    """Whether a word for a beginning is of another act, whose verb follows: `mulai bubar`."""
    following = clause.words[place + 1 : place + 2]
    return clause.words[place].text in _KNOWN.starting and any(
        not (word.keys or is_light(word) or word.text in _KNOWN.prepositions | _KNOWN.with_dates)
        and word.raw[0].islower()
        for word in following
    )


def _is_condition(clauses: Sequence[Clause], at: int) -> bool:
    """Whether a clause is there, and says under what condition: not `mengakui jika`."""
    if at >= len(clauses) or clauses[at].lead not in _KNOWN.conditions:
        return False
    told = _KNOWN.stating | _KNOWN.announcing
    return at == 0 or clauses[at - 1].words[-1].text not in told


def _asked_words(asked: Asked, texts: Sequence[str]) -> Set[str]:
    """The words of a question, and those of a clause that are forms of one: `plan`, `plans`."""
    language = asked.query.language
    there = frozenset[str]().union(*(roots(word, language) for word in asked.words))
    return asked.words | {word for word in texts if not there.isdisjoint(roots(word, language))}


def _asks(clauses: Sequence[Clause], at: int, before: Sequence[str]) -> bool:
    """Whether a clause is a question within the sentence: `apakah ia datang`, `came or not`."""
    earlier = {word.text for clause in clauses[:at] for word in clause.words}
    if not _KNOWN.embedding.isdisjoint(earlier.union(before)):
        return True
    texts = [word.text for word in clauses[at].words]
    return any(a in _KNOWN.either and b in _KNOWN.negations for a, b in pairwise(texts))


def _is_anothers(asked: Asked, before: Sequence[Word]) -> bool:
    """Whether a refusal before a noun is of another: `warga menolak pengesahan oleh DPR`."""
    denials = [at for at, word in enumerate(before) if word.text in _KNOWN.refusing]
    if not denials or not asked.agents:
        return False
    content = [at for at in range(denials[0]) if before[at].keys or not is_light(before[at])]
    if not content:
        return False
    # `warga di depan gedung DPR menolak`
    near = {word.text for word in before[1 : content[-1]][-3:]}
    other = not before[content[-1]].keys & asked.agents
    return other or not near.isdisjoint(_KNOWN.prepositions)


def _breaks_off(asked: Asked, clauses: Sequence[Clause], at: int) -> bool:
    """Whether the clause goes on from one that ends with a denial: `did not, in the end, send`."""
    if clauses[at].lead.isalpha() or asked.agents & clauses[at].keys:
        return False
    return any(clause.words[-1].text in _KNOWN.negations for clause in clauses[max(at - 2, 0) : at])


def _denials(said: Sequence[str], own: Set[str]) -> int:
    """How often words deny, by words that the question does not itself ask about."""
    count = sum(_denies(said, at, own) for at in range(len(said)))
    # `neither X nor Y`
    again = sum(word in _KNOWN.nor for word in said)
    return count - again if count > again else count


def _denies(said: Sequence[str], at: int, own: Set[str]) -> bool:
    word, following = said[at], said[at + 1] if at + 1 < len(said) else ""
    if word in _KNOWN.negations:
        # `bukan hanya`, `bukan kali ini saja`
        near = said[at + 1 : at + 7]
        # `tidak menutup kemungkinan`
        if len(near) > 1 and "-".join(near[:2]) in _KNOWN.possibly - _KNOWN.denials:
            return False
        return following not in _KNOWN.partly and _KNOWN.partly_behind.isdisjoint(near)
    aside = _KNOWN.purposes | _KNOWN.partly
    if word in own or (word in _KNOWN.untrue and following in aside):
        # `keliru dalam menetapkan`, `salah satunya`
        return False
    return word in _KNOWN.denials or f"{word}-{following}" in _KNOWN.denials


def _untrue(said: Sequence[str]) -> int:
    """1 where what was said is called false: `tidak benar`, `hoaks`, `nihil`."""
    pairs = pairwise(said)
    called = any(a in _KNOWN.negations and b in _KNOWN.untrue for a, b in pairs)
    return int(called or not (_KNOWN.denials & _KNOWN.untrue).isdisjoint(said))
