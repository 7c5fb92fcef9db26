"""A yes-or-no question taken apart: what is done, who does it, and to whom or what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from qa.language.detect import family
from qa.language.stem import has_verb_prefix, roots
from qa.language.text import folded_words
from qa.language.vocabulary import known
from qa.lexical.lexicon import lexicon
from qa.question.query import Query

_KNOWN = known()
_PLACES: dict[str, set[tuple[int, int]]] = defaultdict(set)
for _row, _said_in in enumerate(_KNOWN.opposites):
    for _at, _listed in enumerate(_said_in):
        for _each in _listed:
            _PLACES[_each].add((_row, _at))
NOUN = re.compile(
    r"(?:ke|pe[mnrl]?|peng|peny)?[a-z]{3,}an(?:nya)?|[a-z]{3,}(?:tion|ment|sal|val)s?"
)
_EMPTY = _KNOWN.light | _KNOWN.yes_or_no | _KNOWN.prepositions
_TRANSLATED = _KNOWN.nations | _KNOWN.titles | _KNOWN.offices | _KNOWN.bodies | _KNOWN.places
_OFFICES = _KNOWN.people | _KNOWN.titles | _KNOWN.offices | _KNOWN.places
# `Apakah benar X itu kini menjadi anggota?`
_LINKS = _KNOWN.copulas | _KNOWN.articles | _KNOWN.light | _KNOWN.pointing | _KNOWN.auxiliaries
_LIKELY = 0.3
"""Likeliness from which a translation by the lexicon meets a word."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence; `keys` are those of the question that it meets."""

    text: str
    raw: str
    keys: Set[int]
    opposes: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart: its keys with their weights, 2 for a name; which of them is the act.

    `meeting` are the forms that meet each key in the language of the sentence; `agents` are the
    keys that name who acts, `patients` those that name to whom or what; a preposition stands before
    these where it is `oblique` (`fall against the euro`), they only say where if it is `placed`, or
    why if `because`. `topic` are those of what is talked about. Where it asks what someone is
    (`of_a_noun`), the act is the noun, `agents` name him and `patients` what the noun is of.
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
    placed: bool
    because: bool
    topic: Set[int]
    agents: Set[int]
    patients: Set[int]
    of_a_noun: bool
    read: dict[str, Word] = field(default_factory=dict, compare=False, repr=False)
    """The words of sentences that were met by it, which come again."""

    @property
    def of_presence(self) -> Set[int]:
        """The keys of what is asked whether it is there: `Apakah ada korban dalam kebakaran?`."""
        spoken = folded_words(self.query.words)
        if self.act is not None or _KNOWN.there_is.isdisjoint(spoken[:3]):
            return frozenset()
        setting = (at for at, word in enumerate(spoken) if word in _KNOWN.settings)
        before = spoken[: next(setting, len(spoken))]
        forms = frozenset().union(*(roots(word, self.query.language) for word in before))
        return frozenset(at for at in self.weights if not forms.isdisjoint(self.query.keys[at]))

    @property
    def of_a_state(self) -> bool:
        """Whether it asks how something is, so that the act may be part of what it asks of."""
        first = folded_words(self.query.words)[:1]
        return not self.act_sides and not _KNOWN.passive.isdisjoint(first)

    @property
    def by_noun(self) -> bool:
        """Whether the question itself names the act as a thing: `Is there a deployment?`."""
        return self.act is not None and is_noun(self.act_word, self.query.language)

    @property
    def negated(self) -> bool:
        """Whether it asks for what is not; not `Apakah X marah karena tidak dipilih?`."""
        if not self.query.negated:
            return False
        spoken = folded_words(self.query.words)
        opens = _KNOWN.causes | (_KNOWN.clause_openers - _KNOWN.relative)
        end = next((at for at, word in enumerate(spoken) if at > 1 and word in opens), len(spoken))
        return not (_KNOWN.negations | _KNOWN.excluding).isdisjoint(spoken[:end])

    @property
    def future(self) -> bool:
        """Whether it asks of what is to come."""
        return not _KNOWN.future.isdisjoint(self.words)


@lru_cache(maxsize=16)
def taken_apart(query: Query, language: str) -> Asked:
    """A question taken apart, to be met by sentences of a language."""
    weights = {
        at: 2 if at in query.names else 1
        for at, key in enumerate(query.keys)
        if _EMPTY.isdisjoint(key)
    }
    spoken = folded_words(query.words)
    places = _places(query, spoken)
    about = next((at for at, word in enumerate(spoken) if word in _KNOWN.topics), len(spoken))
    topic = frozenset(at for at in weights if places.get(at, 0) > about)
    weights = {at: each for at, each in weights.items() if places.get(at) != about or not topic}
    noun = _noun(query, weights, spoken, places)
    act = _act(query, weights, spoken, places) if noun is None else noun[1]
    passive = act is not None and noun is None and is_passive(spoken, places[act], query.language)
    word = "" if act is None else spoken[places[act]]
    meeting = _meeting(query, spoken, places, language)
    sides = frozenset[tuple[int, int]]() if act is None else places_of(meeting[act], word)
    if act is not None and meeting[act] != query.keys[act]:
        sides = places_of(meeting[act])
    before = {at for at in weights if act is not None and at < act}
    after = {at for at in weights if act is not None and at > act}
    agents, patients = (after, before) if passive else (before, after)
    behind = [] if act is None else spoken[places[act] + 1 : places[act] + 2]
    agents -= {at for at in agents if spoken[places.get(at, 0)] in _KNOWN.planned | _KNOWN.possibly}
    if passive:
        by = next((at for at, word in enumerate(spoken) if word in _KNOWN.agents), len(spoken))
        agents = {at for at in after if places[at] > by}
    if act is not None:
        # `menembak jatuh`, `merebut kembali`
        patients -= {
            at for at in patients if at == act + 1 and spoken[places[at]] in _KNOWN.with_verbs
        }
    if noun is not None:
        made = {at for at in weights if spoken[places.get(at, 0)] in _KNOWN.installed}
        weights = {at: weight for at, weight in weights.items() if at not in made}
        agents = {at for at in weights if at <= noun[0]}
        patients = weights.keys() - agents - {noun[1]}
    return Asked(
        query=query,
        meeting=meeting,
        weights=weights,
        words=set(spoken),
        act=act,
        act_word=word,
        act_sides=sides,
        passive=passive,
        oblique=not passive and not _KNOWN.prepositions.isdisjoint(behind),
        topic=topic,
        because=not _KNOWN.causes.isdisjoint(behind),
        placed=not passive
        and (
            not _KNOWN.places_after.isdisjoint(behind)
            # `absen melawan X`
            or (word in _KNOWN.predicates and not _KNOWN.prepositions.isdisjoint(behind))
        ),
        agents=frozenset(agents),
        patients=frozenset(patients),
        of_a_noun=noun is not None,
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
    """The key of a question that says what is done; None where that is unknown."""
    own = [at for at in weights if at not in query.names and at in places]
    # `the office being built`, `the office in use`, where the noun before might be taken for it.
    helped = _KNOWN.passive & _KNOWN.stop_words
    for at in own:
        if places[at] > 1 and spoken[places[at] - 1] in helped:
            return at
    if family(query.language) == "id":
        verbs = []
        for at in own:
            word = spoken[places[at]]
            if (
                has_verb_prefix(word, least=3)
                and word not in _KNOWN.no_verb
                and (not word.endswith("an") or word.startswith("me"))
            ):
                verbs.append(at)
        # `Apakah X berencana menutup Y?`
        hedges = _KNOWN.planned | _KNOWN.possibly
        verbs = [at for at in verbs if spoken[places[at]] not in hedges] or verbs
        if verbs:
            first, second = verbs[0], verbs[0] + 1
            # `ditutup naik`: what a session ended with, not that it ended.
            moves = (
                spoken[places[first]] in _KNOWN.sessions
                and second in own
                and places[second] == places[first] + 1
                and places_of(query.keys[second])
            )
            return second if moves else first
    listed = [at for at in own if places_of(query.keys[at])]
    if spoken[:1] and spoken[0] in _KNOWN.before_bare:
        # `Did they collect votes?`
        listed = [at for at in listed if not _is_plural(spoken[places[at]])]
    said = [at for at in own if at > min(weights) and spoken[places[at]] in _KNOWN.predicates]
    if said and not listed:
        return said[0]
    # `naik` alone, `raise`; `Will the bank hold rates?` names who before.
    later = [at for at in listed if at > min(weights)]
    if later or listed:
        return (later or listed)[0]
    if family(query.language) == "id":
        verbs = [at for at in own if has_verb_prefix(spoken[places[at]], least=3)]
        return verbs[0] if verbs else None
    return _bare_verb(query, own, weights, spoken, places)


def _bare_verb(
    query: Query,
    own: Sequence[int],
    weights: Mapping[int, int],
    spoken: Sequence[str],
    places: Mapping[int, int],
) -> int | None:
    """The key of an English question that is its verb, found by its position."""
    if weights and min(weights) in query.names:
        first = next((at for at in own if at > min(weights)), None)
        if first is None:
            return None
        # `British troops enter`, `the city's army attacked`
        last = spoken[places[first] - 1]
        of_noun = last in _KNOWN.nations or last.endswith("'s") or _is_plural(spoken[places[first]])
        second = first + 1
        if of_noun and second in own and places[second] == places[first] + 1:
            return second
        return first
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
    while len(run) > 2 and spoken[0] in _KNOWN.before_bare and _is_plural(spoken[places[run[-1]]]):
        run.pop()
    return run[-1] if 1 < len(run) < len(weights) or len(run) == 2 == len(weights) else None


def _is_plural(word: str) -> bool:
    """Whether a word of English is a plural and thus no verb behind `did`."""
    return word.endswith("s") and not word.endswith("ss")


def _noun(
    query: Query, weights: Mapping[int, int], spoken: Sequence[str], places: Mapping[int, int]
) -> tuple[int, int] | None:
    """The last key of who is asked about and that of the noun, where it asks what someone is."""
    own = [at for at in weights if at in places]
    english = family(query.language) != "id"
    if english and _KNOWN.passive.isdisjoint(spoken[:1]):
        return None
    nouns = [at for at in own[1:] if spoken[places[at]] in _KNOWN.standings]
    nouns += [
        at
        for at in own[1:]
        if at - 1 in query.names
        and spoken[places[at]] in _OFFICES | _KNOWN.not_quite
        # `Apakah Ayu syuting Running Man?`
        and all(
            each in query.names or spoken[places[each]] in _OFFICES | _LINKS for each in own[:2]
        )
    ]
    for noun in nouns:
        starts = places[noun]
        if english:
            # `Is X a NATO member?`
            articles = [at for at in range(2, starts) if spoken[at] in _KNOWN.articles]
            starts = articles[-1] if articles else starts
        made = _KNOWN.installed if spoken[places[noun]] in _KNOWN.standings else frozenset()
        own = [at for at in own if spoken[places[at]] not in made]
        last = [at for at in own if places[at] < starts][-1:]
        if (
            not last
            or spoken[places[last[0]]] in _OFFICES - _KNOWN.places
            or any(_may_be_verb(query, at, spoken[places[at]]) for at in own if at != noun)
        ):
            continue
        between = spoken[places[last[0]] + 1 : starts]
        if (_LINKS | made).issuperset(between):
            return last[0], noun
    return None


def _may_be_verb(query: Query, at: int, word: str) -> bool:
    """Whether a word of a question may say what is done."""
    if at in query.names or word in _KNOWN.copulas | _KNOWN.standings:
        return False
    if family(query.language) == "id":
        return has_verb_prefix(word, least=3) and word not in _KNOWN.no_verb
    return bool(places_of(query.keys[at], word)) or word.endswith(("ing", "ed"))


def places_of(forms: Set[str], word: str = "") -> Set[tuple[int, int]]:
    """The rows of opposites that a word stands in, and on which side; a root where it does not."""
    exact = _PLACES.get(word, set())
    rows = {row for row, _ in exact}
    # `menetapkan` is not `tetap`
    found = chain.from_iterable(_PLACES.get(form, ()) for form in forms - _KNOWN.unbound)
    return exact | {place for place in found if place[0] not in rows}


def is_passive(spoken: Sequence[str], at: int, language: str) -> bool:
    """Whether a word says what is done to what stands before it."""
    word = spoken[at]
    if family(language) == "id":
        return word.startswith("di") and len(word) > 4
    near = spoken[:at] if at < 6 else spoken[at - 3 : at]
    last = next((at for at in reversed(range(len(near))) if near[at] in _KNOWN.passive), len(near))
    # `is said to have sent`, `was forced to send`
    helped = last < len(near) and _KNOWN.infinitive.isdisjoint(near[last:])
    in_a_state = not _KNOWN.prepositions.isdisjoint(spoken[max(at - 1, 0) : at])
    return helped and not in_a_state and not word.endswith("ing")


def is_noun(word: str, language: str) -> bool:
    """Whether a word looks like the noun of an act: `pengiriman`, `deployment`."""
    if family(language) == "id" and has_verb_prefix(word, least=3):
        return False
    return NOUN.fullmatch(word) is not None
