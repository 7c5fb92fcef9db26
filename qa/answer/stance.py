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
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, pairwise, zip_longest

from qa.language.detect import family
from qa.language.stem import has_verb_prefix, roots
from qa.language.text import fold, folded_words, words
from qa.language.vocabulary import known
from qa.lexical.lexicon import lexicon
from qa.question.query import Query


class Side(StrEnum):
    """The side that a sentence takes."""

    SO = "says_so"
    OTHERWISE = "says_otherwise"
    MAY = "says_it_may"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence: the share of the question's words in it, and its side."""

    share: float
    side: Side


CLOSE = 0.8
"""Share of the question's words from which a sentence is about it."""

_KNOWN = known()
_PLACES: dict[str, set[tuple[int, int]]] = defaultdict(set)
for _row, _said_in in enumerate(_KNOWN.opposites):
    for _at, _listed in enumerate(_said_in):
        for _each in _listed:
            _PLACES[_each].add((_row, _at))
_NAMED_ONCE = re.compile(r"\s*\([^()]{1,40}\)")
_MARKS = r"[,;:()“”\"–—]|\s-\s"
_OPENERS = "|".join(sorted(map(re.escape, _KNOWN.clause_openers), key=len, reverse=True))
_CLAUSE = re.compile(rf"{_MARKS}|\b(?:{_OPENERS})\b", re.IGNORECASE)
_NOUN = re.compile(
    r"(?:ke|pe[mnrl]?|peng|peny)?[a-z]{3,}an(?:nya)?|[a-z]{3,}(?:tion|ment|sal|val)s?"
)
_DOER = re.compile(r"pe(?:[mnrl]|ng|ny)?[a-z]{3,}")
_TELLING = _KNOWN.announcing | _KNOWN.denials | _KNOWN.planned | _KNOWN.negations
# What may stand between who acts and the act, or between the act and to whom.
_LIGHT = (
    _KNOWN.stop_words
    | _KNOWN.auxiliaries
    | _KNOWN.negations
    | _KNOWN.denials
    | _KNOWN.planned
    | _KNOWN.light
    | _KNOWN.possibly
    | _KNOWN.future
    | _KNOWN.pronouns
    | _KNOWN.persons
    | _KNOWN.announcing
    | _KNOWN.yes_or_no
)
_COUNTS = _KNOWN.numbers.keys() | _KNOWN.about | _KNOWN.generic | _KNOWN.counted
_COUNTS |= _KNOWN.quantities
_EMPTY = _KNOWN.light | _KNOWN.yes_or_no | _KNOWN.prepositions
_TRANSLATED = _KNOWN.nations | _KNOWN.titles | _KNOWN.offices | _KNOWN.bodies | _KNOWN.places
_LIKELY = 0.3
"""Likeliness from which a translation by the lexicon meets a word."""
_BETWEEN = 3
"""Most words between who acts and the act that say something else."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence; `keys` are those of the question that it meets."""

    text: str
    raw: str
    keys: Set[int]
    opposes: bool


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words of a clause, and the conjunction or stop that leads it in, folded."""

    words: tuple[_Word, ...]
    lead: str

    @property
    def keys(self) -> Set[int]:
        return set(chain.from_iterable(word.keys for word in self.words))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question taken apart: its keys with their weights, 2 for a name; which of them is the act.

    `meeting` are the forms that meet each key in the language of the sentence; `agents` are the
    keys that name who acts, `patients` those that name to whom or what, `oblique` tells that a
    preposition stands before these: `fall against the euro`.
    """

    query: Query
    meeting: tuple[frozenset[str], ...]
    weights: Mapping[int, int]
    words: Set[str]
    act: int | None
    act_word: str
    act_sides: Set[tuple[int, int]]
    passive: bool
    oblique: bool
    agents: Set[int]
    patients: Set[int]

    @property
    def of_a_state(self) -> bool:
        """Whether it asks how something is, so that the act may be part of what it asks of."""
        first = folded_words(self.query.words)[:1]
        return not self.act_sides and not _KNOWN.passive.isdisjoint(first)

    @property
    def by_noun(self) -> bool:
        """Whether the question itself names the act as a thing: `Is there a deployment?`."""
        return self.act is not None and _is_noun(self.act_word, self.query.language)

    @property
    def future(self) -> bool:
        """Whether it asks of what is to come."""
        return not _KNOWN.future.isdisjoint(self.words)


def judge(query: Query, sentence: str, language: str, *, context: str = "") -> Judged:
    """What a sentence has to do with a yes-or-no question.

    Where it has every word that is no name, names may stand in the context. Where it lacks one,
    the others must stand in one clause in the question's order: `mengerahkan pasukan ke Ukraina`
    is about sending them, `Ukraina`, `NATO` and `pasukan` in some sentence need not be.

    Args:
        query: The question.
        sentence: Any one.
        language: Of the sentence, ISO 639-1.
        context: What stands before it: the title, the last sentence.
    """
    asked = _asked(query, language)
    clauses = _clauses(asked, _NAMED_ONCE.sub("", sentence), language)
    places = [
        (at, place)
        for at, clause in enumerate(clauses)
        for place, word in enumerate(clause.words)
        if asked.act in word.keys
    ]
    whole = sum(asked.weights.values())
    if not whole:
        return Judged(0.0, Side.ABOUT)
    there = {key for clause in _clauses(asked, context, language) for key in clause.keys}
    there -= {asked.act}
    if not places:
        # No act is known, or the sentence has none: the clause that says most of what is asked.
        at = max(range(len(clauses)), key=lambda at: _weight(asked, clauses[at].keys))
        share = _share(asked, clauses, at, there) / whole
        is_side = asked.act is None and share >= CLOSE
        side = _said(asked, clauses, at, len(clauses[at].words)) if is_side else Side.ABOUT
        return Judged(share, side)
    sided = [
        (at, place)
        for at, place in places
        if _acts(asked, clauses[at].words, place, language)
        and _roles_kept(asked, clauses, at, place, language)
    ]
    at, place = max(
        sided or places,
        key=lambda one: (
            _weight(asked, clauses[one[0]].keys),
            not clauses[one[0]].words[one[1]].opposes,
        ),
    )
    share = _share(asked, clauses, at, there) / whole
    is_side = bool(sided) and share >= CLOSE
    return Judged(share, _said(asked, clauses, at, place) if is_side else Side.ABOUT)


@lru_cache(maxsize=64)
def _asked(query: Query, language: str) -> _Asked:
    """A question taken apart, to be met by sentences of a language."""
    weights = {
        at: 2 if at in query.names else 1
        for at, key in enumerate(query.keys)
        if _EMPTY.isdisjoint(key)
    }
    spoken = folded_words(query.words)
    places = _places(query, spoken)
    act = _act(query, weights, spoken, places)
    passive = act is not None and _is_passive(spoken, places[act], query.language)
    word = "" if act is None else spoken[places[act]]
    meeting = _meeting(query, spoken, places, language)
    sides = frozenset[tuple[int, int]]() if act is None else _sides(meeting[act], word)
    if act is not None and meeting[act] != query.keys[act]:
        sides = _sides(meeting[act])
    before = {at for at in weights if act is not None and at < act}
    after = {at for at in weights if act is not None and at > act}
    behind = [] if act is None else spoken[places[act] + 1 : places[act] + 2]
    oblique = not _KNOWN.prepositions.isdisjoint(behind)
    if passive:
        by = next((at for at, word in enumerate(spoken) if word in _KNOWN.agents), len(spoken))
        agents = {at for at in after if places[at] > by}
        return _Asked(
            query, meeting, weights, set(spoken), act, word, sides, True, False, agents, before
        )
    return _Asked(
        query, meeting, weights, set(spoken), act, word, sides, False, oblique, before, after
    )


def _meeting(
    query: Query, spoken: Sequence[str], places: Mapping[int, int], language: str
) -> tuple[frozenset[str], ...]:
    """The forms that meet each key of a question in a language, by the lexicon if it is another."""
    same = family(language) == family(query.language)
    table = None if same else lexicon(query.language, family(language))
    if table is None:
        return query.keys
    found = []
    for at, key in enumerate(query.keys):
        word = spoken[places[at]] if at in places else ""
        # What a lexicon gives for a person's name are words that stand beside it.
        others = {other for other, sure in table.translate(word).items() if sure >= _LIKELY}
        if at in query.names and word not in _TRANSLATED:
            others = {other for other in others if other[:2] == word[:2]}
        likely = others - _KNOWN.reflexive
        found.append(key.union(*(roots(other, language) for other in likely)))
    return tuple(found)


def _places(query: Query, spoken: Sequence[str]) -> dict[int, int]:
    """At which of its words each key of a question stands."""
    found: dict[int, int] = {}
    for place, word in enumerate(spoken):
        there = roots(word, query.language)
        for key, meeting in enumerate(query.keys):
            if key not in found and not there.isdisjoint(meeting):
                found[key] = place
    return found


def _act(
    query: Query, weights: Mapping[int, int], spoken: Sequence[str], places: Mapping[int, int]
) -> int | None:
    """The key of a question that says what is done; None where that cannot be told."""
    own = [at for at in weights if at not in query.names and at in places]
    # `the office being built`, `the office in use`, where the noun before might be taken for it.
    helped = _KNOWN.passive & _KNOWN.stop_words
    for at in own:
        if places[at] > 1 and spoken[places[at] - 1] in helped:
            return at
    if family(query.language) == "id":
        for at in own:
            word = spoken[places[at]]
            if (
                has_verb_prefix(word, least=3)
                and word not in _KNOWN.no_verb
                and not word.endswith("an")
            ):
                return at
    listed = [at for at in own if _sides(query.keys[at])]
    # `naik` alone, `raise`; `Will the bank hold rates?` names who before.
    later = [at for at in listed if at > min(weights)]
    if later or listed:
        return (later or listed)[0]
    if family(query.language) == "id":
        verbs = (at for at in own if has_verb_prefix(spoken[places[at]], least=3))
        return next(verbs, None)
    named = [at for at in weights if at in query.names]
    if named:
        behind = next(at for at in range(named[0], len(query.keys) + 1) if at not in query.names)
        return behind if behind in own else None
    run: list[int] = []
    for at in own:
        gap = spoken[places[run[-1]] + 1 : places[at]] if run else []
        if (
            len(gap) == 1
            and spoken[0] in _KNOWN.passive
            and not _KNOWN.prepositions.isdisjoint(gap)
        ):
            return at
        if gap:
            break
        run.append(at)
    return run[-1] if 1 < len(run) < len(own) or len(run) == 2 == len(own) else None


def _sides(forms: Set[str], word: str = "") -> Set[tuple[int, int]]:
    """The rows of opposites that a word stands in, and on which side; a root where it does not."""
    exact = _PLACES.get(word, set())
    rows = {row for row, _ in exact}
    found = chain.from_iterable(_PLACES.get(form, ()) for form in forms)
    return exact | {place for place in found if place[0] not in rows}


def _is_passive(spoken: Sequence[str], at: int, language: str) -> bool:
    word = spoken[at]
    if family(language) == "id":
        return word.startswith("di") and len(word) > 4
    helped = not _KNOWN.passive.isdisjoint(spoken[:at] if at < 6 else spoken[at - 3 : at])
    in_a_state = not _KNOWN.prepositions.isdisjoint(spoken[max(at - 1, 0) : at])
    return helped and not in_a_state and not word.endswith("ing")


def _clauses(asked: _Asked, sentence: str, language: str) -> list[_Clause]:
    """The clauses of a sentence; at least one, of those that have words."""
    breaks = list(_CLAUSE.finditer(sentence))
    starts = [0, *(each.end() for each in breaks)]
    ends = [*(each.start() for each in breaks), len(sentence)]
    leads = ["", *(fold(each.group()).strip() for each in breaks)]
    found: list[_Clause] = []
    pending = ""
    for start, end, lead in zip(starts, ends, leads, strict=True):
        text = sentence[start:end]
        taken = tuple(_word(asked, text[span.start : span.end], language) for span in words(text))
        pending = lead if lead.isalpha() or not pending else pending
        if taken:
            found.append(_Clause(taken, pending))
            pending = ""
    return found or [_Clause((), "")]


def _word(asked: _Asked, raw: str, language: str) -> _Word:
    text = fold(raw)
    if text in _KNOWN.stop_words:
        return _Word(text, raw, frozenset(), opposes=False)
    there = roots(text, language)
    keys = {key for key in asked.weights if not there.isdisjoint(asked.meeting[key])}
    if asked.act is None:
        return _Word(text, raw, keys, opposes=False)
    own, its = asked.act_sides, _sides(there, text)
    if not own.isdisjoint(its):
        return _Word(text, raw, keys | {asked.act}, opposes=False)
    if not {row for row, _ in own}.isdisjoint(row for row, _ in its):
        return _Word(text, raw, keys | {asked.act}, opposes=True)
    return _Word(text, raw, keys, opposes=False)


def _weight(asked: _Asked, keys: Set[int]) -> int:
    return sum(asked.weights[key] for key in keys if key in asked.weights)


def _share(asked: _Asked, clauses: Sequence[_Clause], at: int, context: Set[int]) -> int:
    """The weight of the question's words that a sentence has, with its context or in one clause."""
    everywhere = set().union(*(clause.keys for clause in clauses))
    if all(key in everywhere for key, weight in asked.weights.items() if weight == 1):
        return _weight(asked, everywhere | context)
    return _weight(asked, clauses[at].keys)


def _acts(asked: _Asked, said: Sequence[_Word], place: int, language: str) -> bool:
    """Whether a word says that the act is done or not, and does not only name it or who does it."""
    word = said[place].text
    if (
        family(language) == "id"
        and asked.act_word[:2] in ("di", "be")
        and word in asked.act_word[2:]
    ):
        # `musim libur`, of `Apakah sekolah diliburkan?`
        return bool(asked.act_sides)
    if family(language) == "id" and _DOER.fullmatch(word) and not word.endswith("an"):
        return False
    if asked.by_noun or not _is_named(said, place, language):
        return True
    before = {each.text for each in said[:place]}
    return not _TELLING.isdisjoint(before) or (
        _is_noun(word, language) and any(each.text in _TELLING for each in said[place + 1 :])
    )


def _is_noun(word: str, language: str) -> bool:
    """Whether a word looks like the noun of an act: `pengiriman`, `deployment`."""
    if family(language) == "id" and has_verb_prefix(word, least=3):
        return False
    return _NOUN.fullmatch(word) is not None


def _is_named(said: Sequence[_Word], place: int, language: str) -> bool:
    """Whether an act is named as a thing: `an eighth defeat`, `pengiriman`."""
    if family(language) == "id" or _is_noun(said[place].text, language):
        return _is_noun(said[place].text, language)
    for word in said[max(0, place - 2) : place][::-1]:
        if word.text in _KNOWN.before_nouns or word.text.endswith("'s"):
            return True
        if word.keys:
            return False
    return False


def _roles_kept(
    asked: _Asked, clauses: Sequence[_Clause], at: int, place: int, language: str
) -> bool:
    """Whether who acts and to whom stand where the question has them."""
    said = clauses[at].words
    texts = [word.text for word in said]
    before, after = said[:place], said[place + 1 :]
    agents, patients = asked.agents, asked.patients
    if _is_noun(texts[place], language) and not asked.by_noun:
        # `pengiriman pasukan Kanada`
        return _follows(patients, after, language) and agents <= _met(said)
    if _is_passive(texts, place, language) or any(
        w in _KNOWN.agents for w in texts[place + 1 : place + 3]
    ):
        if not asked.passive and not patients:
            # `Is the price rising?`: what rises is raised by another.
            return agents <= _met(before) and _is_done_to(agents, before, ())
        return _is_done_to(patients, before, clauses[: at + 1]) and _is_done_by(
            agents, before, after
        )
    reflexive = not _KNOWN.reflexive.isdisjoint(texts[place + 1 : place + 2])
    transitive = _is_transitive(texts[place], language) and not reflexive
    if said[place].opposes and _is_converse(asked, clauses[at], place):
        return bool(agents & _met(after[: _BETWEEN + 2]))
    if asked.passive or (not patients and transitive):
        patients = patients or agents
        return _follows(patients, after, language) and (
            agents == patients or not agents or _is_done_by(agents, (), before)
        )
    if _speaks(before):
        agents -= _met(clauses[at + 1].words if at + 1 < len(clauses) else ())
    if not patients:
        return _acts_alone(agents, before, clauses[: at + 1])
    if asked.oblique or texts[place] in _KNOWN.converses:
        return min(patients) in _met(after) and _acts_alone(agents, before, clauses[: at + 1])
    if not _follows(patients, after, language):
        # `Harga beras naik`, of `Apakah pemerintah menaikkan harga beras?`
        everywhere = _met(chain.from_iterable(clause.words for clause in clauses))
        return (
            not _is_transitive(texts[place], language)
            and family(language) == family(asked.query.language)
            and agents <= everywhere
            and not asked.query.names & patients & _met(before)
            and _is_done_to(patients, before, ())
            and not agents & _met(after)
        )
    return _acts_alone(agents, before, clauses[: at + 1])


def _met(said: Iterable[_Word]) -> frozenset[int]:
    return frozenset(chain.from_iterable(word.keys for word in said))


def _acts_alone(agents: Set[int], before: Sequence[_Word], clauses: Sequence[_Clause]) -> bool:
    """Whether who acts stands before the act, and no one else between them."""
    if not agents:
        return True
    if agents <= _met(before):
        own = [at for at, word in enumerate(before) if word.keys & agents]
        if _belongs(before, own):
            return False
        rest = before[own[-1] + 1 :]
        if (
            rest
            and rest[-1].text not in _KNOWN.first_persons
            and any(word.text in _KNOWN.pronouns | _KNOWN.persons for word in rest[-3:])
        ):
            # `The council said on Friday that it would ...`
            return True
        between = [word for word in rest if not word.keys and not _is_light(word)]
        joined = next(
            (at for at, word in enumerate(between) if not word.raw[0].isupper()), len(between)
        )
        return len(between) <= _BETWEEN and not any(w.raw[0].isupper() for w in between[joined:])
    if _is_told_of(agents, clauses):
        return True
    if any(not word.keys and not _is_light(word) for word in before):
        return False
    told = _met(_just_before(clauses[:-1]))
    # `Relawan akan dikirim besok`; `bank itu`, `they`: the sentence before says who.
    pointed = any(word.text in _KNOWN.pointing | _KNOWN.pronouns for word in before)
    return agents <= told | _met(before) or (pointed and not agents & told)


def _is_told_of(keys: Set[int], clauses: Sequence[_Clause]) -> bool:
    """Whether the last clause is a relative one right behind all that is asked about."""
    if len(clauses) < 2 or clauses[-1].lead not in _KNOWN.relative:
        return False
    head = clauses[-2].words
    return keys <= _met(head) and any(not word.keys.isdisjoint(keys) for word in head[-2:])


def _just_before(earlier: Sequence[_Clause]) -> list[_Word]:
    """The words of the clause before, and of the one before that where this one is put between."""
    if not earlier:
        return []
    between = len(earlier) > 1 and (
        earlier[-1].lead in _KNOWN.relative or not earlier[-1].lead.isalpha()
    )
    return [word for clause in earlier[-2 if between else -1 :] for word in clause.words]


def _belongs(before: Sequence[_Word], own: Sequence[int]) -> bool:
    """Whether what acts is only something of who is asked about: `the mayor's lawyer`."""
    first, last = own[0], own[-1]
    if last + 1 < len(before) and before[last].text.endswith("'s"):
        return True
    return first > 0 and before[first - 1].text in _KNOWN.relatives


def _speaks(before: Sequence[_Word]) -> bool:
    """Whether who says it says it of himself: `Saya tidak menerima suap`."""
    return any(word.text in _KNOWN.first_persons for word in before)


def _is_light(word: _Word) -> bool:
    """Whether a word may stand between who acts and the act."""
    return word.text in _LIGHT


def _is_done_to(patients: Set[int], before: Sequence[_Word], clauses: Sequence[_Clause]) -> bool:
    """Whether what a passive is said of is what the question asks of."""
    if not patients:
        return True
    head = min(patients)
    if head in _met(before):
        last = max(at for at, word in enumerate(before) if word.keys & patients)
        between = [word for word in before[last + 1 :] if not word.keys and not _is_light(word)]
        return len(between) <= _BETWEEN
    if _is_told_of({head}, clauses):
        return True
    own = any(not word.keys and not _is_light(word) for word in before)
    return not own and head in _met(_just_before(clauses[:-1]))


def _is_done_by(agents: Set[int], before: Sequence[_Word], after: Sequence[_Word]) -> bool:
    """Whether a passive names who acts as the question does, or no one."""
    if not agents:
        return True
    by = next((at for at, word in enumerate(after) if word.text in _KNOWN.agents), None)
    if by is not None:
        return any(word.keys & agents for word in after[by + 1 : by + 4])
    if after and after[0].raw[0].isupper() and not after[0].keys & agents:
        return False
    return not agents & _met(before) or bool(agents & _met(after))


def _follows(patients: Set[int], after: Sequence[_Word], language: str) -> bool:
    """Whether what an act is done to comes right after it, but for a number or an adjective."""
    counts = False
    for word in after[: _BETWEEN + 2]:
        if word.keys & patients:
            return True
        if family(language) != "id" and word.text in _KNOWN.prepositions and not counts:
            return False
        counts = word.text[0].isdecimal() or word.text in _COUNTS
        if family(language) == "id" and not counts and not _is_light(word):
            return False
    return False


def _is_transitive(word: str, language: str) -> bool:
    """Whether a word is an active verb that has an object by its form: `menaikkan`."""
    return family(language) == "id" and re.fullmatch(r"me\w+(?:kan|i)", word) is not None


def _said(asked: _Asked, clauses: Sequence[_Clause], at: int, place: int) -> Side:
    """The side that a clause takes by the words before its act, and by what is said of it."""
    clause = clauses[at]
    texts = [word.text for word in clause.words]
    own = asked.words
    before, after = texts[:place], texts[place + 1 :]
    act = clause.words[place] if place < len(clause.words) else None
    opposes = act is not None and act.opposes and not _is_converse(asked, clause, place)
    denied = _denials(before, own) + (not _KNOWN.excluding.isdisjoint(before[-2:]))
    asked_for = next((at for at, word in enumerate(before) if word in _KNOWN.unsaid - own), None)
    aimed = before[-1:] != [] and before[-1] in _KNOWN.purposes
    decided = not (_KNOWN.announcing | _KNOWN.planned | _KNOWN.denials).isdisjoint(before[-3:])
    if clause.lead in _KNOWN.purposes or (aimed and not decided):
        return Side.ABOUT
    if _asks(clauses, at, before):
        return Side.ABOUT
    if asked_for is not None and not _denials(before[:asked_for], own):
        return Side.ABOUT
    named = place < len(texts) and _NOUN.fullmatch(texts[place]) is not None
    reported = not (_KNOWN.planned | _KNOWN.possibly | _KNOWN.reports).isdisjoint(before)
    if named or reported or asked.of_a_state or place == len(texts):
        denied += _denials(after, own)
    else:
        denied += _untrue(after)
    may_be = _KNOWN.possibly - own
    pairs = [f"{a}-{b}" for a, b in zip_longest(before, before[1:], fillvalue="")]
    may = [
        at for at, two in enumerate(zip(before, pairs, strict=True)) if not may_be.isdisjoint(two)
    ]
    if denied % 2 and clause.lead in _KNOWN.conditions:
        return Side.ABOUT
    if denied % 2:
        first = next(
            (at for at, word in enumerate(before) if _denies(before, at, own)), len(before)
        )
        if opposes or (may and may[0] < first < len(before)):
            return Side.ABOUT
        return Side.OTHERWISE if not asked.query.negated else Side.SO
    hedged = may or not (_KNOWN.planned - own).isdisjoint(before)
    hedged = hedged or (not asked.future and not _KNOWN.future.isdisjoint(before))
    hedged = hedged or (
        not asked.future and place > 0 and before[-1:] != [] and before[-1] in _KNOWN.infinitive
    )
    following = clauses[at + 1 : at + 2]
    supposed = clause.lead in _KNOWN.conditions or any(
        other.lead in _KNOWN.conditions for other in following
    )
    if hedged or supposed:
        return Side.ABOUT if opposes else Side.MAY
    return Side.OTHERWISE if opposes != asked.query.negated else Side.SO


def _asks(clauses: Sequence[_Clause], at: int, before: Sequence[str]) -> bool:
    """Whether a clause is a question within the sentence: `apakah ia datang`, `came or not`."""
    earlier = {word.text for clause in clauses[:at] for word in clause.words}
    if not _KNOWN.embedding.isdisjoint(earlier.union(before)):
        return True
    texts = [word.text for word in clauses[at].words]
    return any(a in _KNOWN.either and b in _KNOWN.negations for a, b in pairwise(texts))


def _is_converse(asked: _Asked, clause: _Clause, place: int) -> bool:
    """Whether the opposite is said of the other one: `B lost to A`."""
    return (
        clause.words[place].text in _KNOWN.converses
        and bool(asked.patients)
        and asked.patients <= _met(clause.words[:place])
    )


def _denials(said: Sequence[str], own: Set[str]) -> int:
    """How often words deny, by words that the question does not itself ask about."""
    return sum(_denies(said, at, own) for at in range(len(said)))


def _denies(said: Sequence[str], at: int, own: Set[str]) -> bool:
    word, following = said[at], said[at + 1] if at + 1 < len(said) else ""
    if word in _KNOWN.negations:
        return following not in _KNOWN.partly
    if word in own:
        return False
    return word in _KNOWN.denials or f"{word}-{following}" in _KNOWN.denials


def _untrue(said: Sequence[str]) -> int:
    """1 where what was said is called false: `tidak benar`, `hoaks`, `nihil`."""
    pairs = pairwise(said)
    called = any(a in _KNOWN.negations and b in _KNOWN.untrue for a, b in pairs)
    return int(called or not (_KNOWN.denials & _KNOWN.untrue).isdisjoint(said))
