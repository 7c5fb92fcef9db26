"""Whether a clause says the act of a question of those whom the question names, in their roles."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import chain, pairwise

from qa.answer.act import Asked, Word, is_noun, is_passive
from qa.answer.clauses import Clause, is_light, met
from qa.language.detect import family
from qa.language.stem import has_verb_prefix
from qa.language.vocabulary import known

_KNOWN = known()
# `militia backed by`, but `blamed for`
_BY = _KNOWN.prepositions - {"for"}
_DOER = re.compile(r"pe(?:[mnrl]|ng|ny)?[a-z]{3,}")
_TELLING = _KNOWN.possibly | _KNOWN.announcing | _KNOWN.denials | _KNOWN.planned
_DOERS = _KNOWN.people | _KNOWN.callings | _KNOWN.counted | _KNOWN.troops | _KNOWN.bodies
_COUNTS = _KNOWN.numbers.keys() | _KNOWN.about | _KNOWN.generic | _KNOWN.counted
_COUNTS |= _KNOWN.quantities | _KNOWN.about_a_number
_OFFICES = _KNOWN.titles | _KNOWN.offices | _KNOWN.callings
_TITLES = _KNOWN.titles | _KNOWN.offices | _KNOWN.generic
_AHEAD = 6
"""Words behind an act among which a preposition leads to what it is done to."""
_TOWARDS = _KNOWN.prepositions - _KNOWN.places_after
_ABROAD = _KNOWN.nations - {"indonesia"}
_COUNTED = 2
"""Most words for what a number counts."""
_BETWEEN = 3
"""Most words between who acts and the act that say something else."""


def acts(asked: Asked, said: Sequence[Word], place: int, language: str) -> bool:
    """Whether a word says that the act is done or not, and does not only name it or who does it."""
    word = said[place].text
    if word in _KNOWN.predicates and {each.text for each in said[max(0, place - 1) : place]} & _BY:
        # `pulih dari cedera`
        return False
    if (
        family(language) == "id"
        and asked.act_word[:2] in ("di", "be")
        and word in asked.act_word[2:]
    ):
        # `musim libur`, of `Apakah sekolah diliburkan?`
        return bool(asked.act_sides)
    if family(language) == "id" and _DOER.fullmatch(word) and not word.endswith("an"):
        return word in _KNOWN.predicates
    if asked.by_noun or not _is_named(said, place, language):
        return True
    before = [each.text for each in said[:place]]
    after = said[place + 1 :]
    if is_noun(word, language) and len(predicate(after)) < len(after):
        return False
    telling = _TELLING | _KNOWN.supporting
    denied = before[:-1] if before[-1:] and before[-1] in _KNOWN.there_is else before
    if any(text in telling for text in before) or not _KNOWN.negations.isdisjoint(denied[-1:]):
        return True
    telling = (_TELLING | _KNOWN.negations) - _KNOWN.there_is
    return is_noun(word, language) and any(w.text in telling for w in after)


def predicate(after: Sequence[Word]) -> Sequence[Word]:
    """What is said of an act that is named, up to a denial of something else."""
    skipped = _KNOWN.auxiliaries | _KNOWN.future | _KNOWN.light
    for at, word in enumerate(after):
        if word.text in _KNOWN.negations:
            rest = [each for each in after[at + 1 :] if each.text not in skipped]
            ends = at + 1 == len(after)
            if ends or (rest and not rest[0].keys and rest[0].text not in _TELLING | _KNOWN.untrue):
                # `pemangkasan itu tidak mempengaruhi`, `pemangkasan itu bukan karena`
                return after[:at]
    return after


def _is_named(said: Sequence[Word], place: int, language: str) -> bool:
    """Whether an act is named as a thing: `an eighth defeat`, `pengiriman`."""
    if family(language) == "id" or is_noun(said[place].text, language):
        return is_noun(said[place].text, language)
    for word in said[max(0, place - 2) : place][::-1]:
        if word.text in _KNOWN.before_nouns or word.text.endswith("'s"):
            return True
        if word.keys:
            return False
    return False


def roles_kept(
    asked: Asked,
    clauses: Sequence[Clause],
    at: int,
    place: int,
    language: str,
    *,
    led: Set[int] = frozenset(),
) -> bool:
    """Whether who acts and to whom stand where the question has them.

    Args:
        asked: The question.
        clauses: Of the sentence.
        at: The clause that has the act.
        place: Where the act stands in it.
        language: Of the sentence.
        led: The keys of who the sentence before is about.
    """
    if _are_kept(asked, clauses, at, place, language, led):
        return True
    after = clauses[at].words[place + 1 :]
    if not asked.placed or _is_elsewhere(asked.patients, after):
        return False
    # Where it is done may be said before.
    without = replace(asked, patients=frozenset(), oblique=False)
    return _are_kept(without, clauses, at, place, language, led)


def _are_kept(
    asked: Asked,
    clauses: Sequence[Clause],
    at: int,
    place: int,
    language: str,
    led: Set[int],
) -> bool:
    said = clauses[at].words
    texts = [word.text for word in said]
    before, after = said[:place], said[place + 1 :]
    agents, patients = asked.agents, asked.patients
    if asked.because:
        following = clauses[at + 1 : at + 2]
        if not (following and following[0].lead in _KNOWN.causes and patients <= following[0].keys):
            return False
        patients = frozenset()
    head = clauses[at - 1].words if at and clauses[at].lead in _KNOWN.relative else ()
    if _is_of_another_nation(agents, (*head, *before)):
        return False
    is_named = is_noun(texts[place], language) and not asked.by_noun
    supported = place > 0 and texts[place - 1] in _KNOWN.supporting
    if is_named or (supported and not has_verb_prefix(texts[place], least=3)):
        if supported:
            # `melakukan penahanan terhadap`, `memberikan izin kepada`
            return _acts_alone(agents, before[:-1], clauses[: at + 1], language) and (
                not patients or _follows(patients, after, language) or _is_led_to(patients, after)
            )
        # `pengiriman pasukan Kanada`
        last = texts[place - 1] if place else ""
        if last.startswith("me") and has_verb_prefix(last, least=3) and last not in _TELLING:
            # `memperlihatkan penampilan`
            return last in _KNOWN.no_verb
        by = next((n for n, word in enumerate(after) if word.text in _KNOWN.agents), len(after))
        # Not `tuduhan bahwa Iran menyerang kilang Saudi`, of whom Saudi accuses.
        near = (*before, *after[: _BETWEEN + 1], *after[by:])
        named = [word for word in near if word.text not in _KNOWN.persons | _KNOWN.referring]
        return _follows(patients, after, language) and (
            agents <= met(named) or _is_told_of(agents, clauses[: at + 1])
        )
    is_by = not texts[place].endswith("ing") and not _KNOWN.agents.isdisjoint(
        texts[place + 1 : place + 3]
    )
    if is_by or is_passive(texts, place, language):
        if not asked.passive and not patients:
            # `Is the price rising?`: what rises is raised by another.
            return agents <= met(before) and _is_done_to(agents, before, ())
        who = agents if said[place].opposes else agents & asked.query.names
        told = [word for clause in clauses for word in clause.words]
        there = met(told) if _leads(agents, told) else met(said)
        if who and who.isdisjoint(there | led):
            # `Dua kilang diserang`, below a title that names who is asked about.
            return False
        return _is_done_to(patients, before, clauses[: at + 1]) and _is_done_by(
            agents, before, after
        )
    reflexive = not _KNOWN.reflexive.isdisjoint(texts[place + 1 : place + 2])
    transitive = _is_transitive(texts[place], language) and not reflexive
    if said[place].opposes and is_converse(asked, clauses[at], place):
        if after and after[0].text in _KNOWN.articles:
            # `lost the initiative to`
            return False
        if family(language) == "en":
            return _is_lost_to(agents, after)
        return bool(agents & met(after[: _BETWEEN + 2]))
    if asked.passive or (not patients and transitive):
        patients = patients or agents
        return _follows(patients, after, language) and (
            agents == patients or not agents or _is_done_by(agents, (), before)
        )
    if _speaks(before):
        agents = agents - met(clauses[at + 1].words if at + 1 < len(clauses) else ())
    if not patients:
        return _acts_alone(agents, before, clauses[: at + 1], language)
    if family(language) == "en" and texts[place] in _KNOWN.converses:
        return _is_lost_to(patients, after) and _acts_alone(
            agents, before, clauses[: at + 1], language
        )
    if asked.oblique or texts[place] in _KNOWN.converses:
        return min(patients) in met(after) and _acts_alone(
            agents, before, clauses[: at + 1], language
        )
    if texts[place] in _KNOWN.prevailing and _is_led_to(patients, after):
        # `menang 3-0 atas`
        return _acts_alone(agents, before, clauses[: at + 1], language)
    if texts[place].startswith("ber") and family(language) == "id":
        # `bertemu dengan X` is `bertemu X`.
        after = after[1:] if after and after[0].text in _KNOWN.with_whom else after
    if not _follows(patients, after, language):
        # `Harga beras naik`, of `Apakah pemerintah menaikkan harga beras?`
        everywhere = met(chain.from_iterable(clause.words for clause in clauses))
        return (
            not _is_transitive(texts[place], language)
            and family(language) == family(asked.query.language)
            and agents <= everywhere
            and not asked.query.names & patients & met(before)
            and _is_done_to(patients, before, ())
            and not agents & met(after)
        )
    return _acts_alone(agents, before, clauses[: at + 1], language)


def _is_elsewhere(places: Set[int], after: Sequence[Word]) -> bool:
    """Whether an act is said to be done in another place than a question asks of."""
    named = [
        then
        for word, then in pairwise(after)
        if word.text in _KNOWN.places_after and then.raw[0].isupper()
    ]
    return bool(named) and places.isdisjoint(met(after))


def _is_led_to(patients: Set[int], after: Sequence[Word]) -> bool:
    """Whether a preposition leads from an act to what it is done to: `menang 3-0 atas`."""
    lead = next((at for at, word in enumerate(after[:_AHEAD]) if word.text in _TOWARDS), None)
    return (
        lead is not None
        and not any(word.raw[0].isupper() for word in after[:lead])
        and bool(patients & met(after[lead + 1 : lead + 2 + _BETWEEN]))
    )


def _is_lost_to(winners: Set[int], after: Sequence[Word]) -> bool:
    """Whether `lost` is followed by to whom: not `lost to slip behind`."""
    to = next((at for at, word in enumerate(after) if word.text in _TOWARDS), len(after))
    return bool(winners & met(after[to + 1 : to + 3]))


def _is_of_another_nation(agents: Set[int], before: Sequence[Word]) -> bool:
    """Whether who acts is that of a nation that is not asked about: `pemerintah Malaysia`."""
    return any(
        word.keys & agents and then.text in _ABROAD and not then.keys
        for word, then in pairwise(before)
    )


def _acts_alone(
    agents: Set[int], before: Sequence[Word], clauses: Sequence[Clause], language: str
) -> bool:
    """Whether who acts stands before the act, and no one else between them."""
    if not agents:
        return True
    if agents <= met(before):
        own = [at for at, word in enumerate(before) if word.keys & agents]
        if belongs(before, own):
            return False
        rest = before[own[-1] + 1 :]
        if rest and rest[-1].text in _KNOWN.by_doing and not _leads(agents, before):
            # `BI mengikuti The Fed dengan menurunkan`
            return False
        head = next(at for at in own if min(agents) in before[at].keys)
        if clauses[-1].lead in _KNOWN.relative and not _leads(agents, before):
            # `warga yang bertemu X menolak`
            return False
        if head > 1 and before[head - 1].text in _KNOWN.prepositions - _KNOWN.relative:
            # `A former aide to X`
            return False
        same = [at for at, word in enumerate(rest) if word.text in _KNOWN.pronouns | _KNOWN.persons]
        if (
            same
            and rest[-1].text not in _KNOWN.first_persons
            and all(is_light(word) for word in rest[same[-1] :])
        ):
            # `The council said on Friday that it would ...`
            return True
        rest = _without_means(rest)
        between = [word for word in rest if not word.keys and not is_light(word)]
        joined = next(
            (at for at, word in enumerate(between) if not word.raw[0].isupper()), len(between)
        )
        if any(word.raw[0].isupper() for word in between[joined:]):
            return False
        return len(between) <= _BETWEEN and not _does_else(rest, language)
    if clauses[-1].lead in _KNOWN.relative:
        return _is_told_of(agents, clauses)
    passed = _KNOWN.becoming | _KNOWN.supporting | _KNOWN.achieving
    if any(not (word.keys or is_light(word) or word.text in passed) for word in before):
        return False
    earlier = _just_before(clauses[:-1])
    # `Ya, X lolos usai mengalahkan Y`
    last = clauses[-2].words if len(clauses) > 1 else ()
    if not (_leads(agents, earlier) or (agents <= met(last) and _leads(agents, last))):
        return False
    told = met(earlier)
    # `Relawan akan dikirim besok`; `bank itu`, `they`: the sentence before says who.
    pointed = any(word.text in _KNOWN.pointing | _KNOWN.pronouns for word in before)
    return agents <= told | met(before) or (pointed and not agents & told)


def _without_means(rest: Sequence[Word]) -> Sequence[Word]:
    """Words behind who acts without the name by way of which: `melalui Yayasan Karsa`."""
    at = next((at for at, word in enumerate(rest) if word.text in _KNOWN.by_way_of), len(rest))
    end = at + 1
    while end < len(rest) and rest[end].raw[0].isupper():
        end += 1
    return [*rest[:at], *rest[end:]] if end > at + 1 else rest


def _does_else(rest: Sequence[Word], language: str) -> bool:
    """Whether words behind who acts say that he does something else: `X blamed rebels for`."""
    for at, word in enumerate(rest):
        if word.keys or is_light(word) or word.raw[0].isupper():
            continue
        following = rest[at + 1].text if at + 1 < len(rest) else ""
        if f"{word.text}-{following}" in _KNOWN.denials | _KNOWN.possibly:
            continue
        if family(language) == "id":
            # `mendatangi rumah itu dan menyita`
            verb = word.text.startswith("me") and has_verb_prefix(word.text, least=3)
            behind = any(not w.keys and not is_light(w) for w in rest[at + 1 :])
            joined = rest[-1].text in _KNOWN.connectives | _KNOWN.listing
            if verb and behind and not joined and word.text not in _KNOWN.no_verb:
                return True
        elif word.text.endswith(("ed", "s", "ing")) and following not in _BY:
            return True
    return False


def _is_told_of(keys: Set[int], clauses: Sequence[Clause]) -> bool:
    """Whether the last clause is a relative one right behind all that is asked about."""
    if len(clauses) < 2 or clauses[-1].lead not in _KNOWN.relative:
        return False
    head = clauses[-2].words
    behind = head[-2:] if head[-1].keys or not head[-1].raw[0].islower() else head[-1:]
    return keys <= met(head) and any(not word.keys.isdisjoint(keys) for word in behind)


def _ends_with(patients: Set[int], clauses: Sequence[Clause]) -> bool:
    """Whether the last clause is a relative one behind a phrase of nothing but what is asked of."""
    if len(clauses) < 2 or clauses[-1].lead not in _KNOWN.relative:
        return False
    words = clauses[-2].words
    head = next((at for at, word in enumerate(words) if min(patients) in word.keys), len(words))
    return head < len(words) and all(word.keys & patients for word in words[head:])


def _just_before(earlier: Sequence[Clause]) -> list[Word]:
    """The words of the clause before, and of the one before that where this one is put between."""
    if not earlier:
        return []
    between = len(earlier) > 1 and (
        earlier[-1].lead in _KNOWN.relative or not earlier[-1].lead.isalpha()
    )
    return [word for clause in earlier[-2 if between else -1 :] for word in clause.words]


def _leads(agents: Set[int], said: Sequence[Word]) -> bool:
    """Whether nobody else stands before those who act, if they stand there."""
    first = next((at for at, word in enumerate(said) if word.keys & agents), 0)
    return all(word.keys or is_light(word) or word.text in _TITLES for word in said[:first])


def belongs(before: Sequence[Word], own: Sequence[int]) -> bool:
    """Whether what acts is only something of who is asked about: `the mayor's lawyer`."""
    first, last = own[0], own[-1]
    if last + 1 < len(before) and before[last].text.endswith("'s"):
        return True
    while first > 1 and before[first - 1].text in _KNOWN.titles:
        first -= 1
    return first > 0 and before[first - 1].text in _KNOWN.relatives


def _speaks(before: Sequence[Word]) -> bool:
    """Whether who says it says it of himself: `Saya tidak menerima suap`."""
    return any(word.text in _KNOWN.first_persons for word in before)


def _is_done_to(patients: Set[int], before: Sequence[Word], clauses: Sequence[Clause]) -> bool:
    """Whether what a passive is said of is what the question asks of."""
    if not patients:
        return True
    head = min(patients)
    if head in met(before):
        own = [at for at, word in enumerate(before) if word.keys & patients]
        if belongs(before, own):
            return False
        last = own[-1]
        between = [word for word in before[last + 1 :] if not word.keys and not is_light(word)]
        return len(between) <= _BETWEEN
    if _is_told_of({head}, clauses) or _ends_with(patients, clauses):
        return True
    other = any(not word.keys and not is_light(word) for word in before)
    return not other and head in met(_just_before(clauses[:-1]))


def _is_done_by(agents: Set[int], before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether a passive names who acts as the question does, or no one."""
    if not agents:
        return True
    by = next((at for at, word in enumerate(after) if word.text in _KNOWN.agents), None)
    if by is not None:
        return any(word.keys & agents for word in after[by + 1 : by + 4])
    after = _without_first_names(agents, after)
    if after and after[0].raw[0].isupper() and not after[0].keys & agents:
        return False
    doer = [word for word in after if word.text not in _KNOWN.quantities][:2]
    if doer and doer[0].text in _DOERS and not agents & met(doer):
        # `ditolak banyak pihak`
        return False
    if agents & met(after) and not agents & met(after[:3]):
        # `dituduh menyerang kilang X`
        return False
    # `X menegaskan pilkada tidak ditunda`
    own = [at for at, word in enumerate(before) if word.keys & agents]
    says = own and any(word.text in _KNOWN.announcing for word in before[own[-1] + 1 :][:2])
    return not own or bool(says) or bool(agents & met(after))


def _follows(patients: Set[int], after: Sequence[Word], language: str) -> bool:
    """Whether what an act is done to comes right after it, but for a number or an adjective."""
    counts = False
    counted = 0
    after = _without_first_names(patients, _without_office(patients, after))
    for word in after[: _BETWEEN + 2]:
        if word.keys & patients:
            return True
        if word.keys:
            # `menembak jatuh`
            continue
        if counts and word.text in _KNOWN.parts:
            return False
        if counts and counted < _COUNTED and word.raw.islower():
            # `tiga fasilitas nuklir Iran`
            counted += 1
            continue
        if family(language) != "id" and word.text in _KNOWN.prepositions and not counts:
            return False
        counts = word.text[0].isdecimal() or word.text in _COUNTS
        if family(language) == "id" and not (
            counts or is_light(word) or word.text in _KNOWN.of_an_act
        ):
            return False
    return False


def _without_first_names(keys: Set[int], after: Sequence[Word]) -> Sequence[Word]:
    """What follows an act from a name on that is asked for by its end: `Wijaya` of `Ratna Wijaya`.

    Not `Ketua DPR Wijaya`, nor `Karsa Timur Wijaya`, who may be another's.
    """
    first = next((at for at, word in enumerate(after[: _BETWEEN + 1]) if word.keys & keys), 0)
    given = after[:first]
    is_name = bool(given) and all(
        word.raw[0].isupper()
        and not word.raw.isupper()
        and not word.keys
        and word.text not in _TITLES | _KNOWN.nations | _KNOWN.compass | _KNOWN.bodies
        for word in given
    )
    return after[first:] if is_name and after[first].raw[0].isupper() else after


def _without_office(patients: Set[int], after: Sequence[Word]) -> Sequence[Word]:
    """What follows an act without the office before a name: `memecat penasihatnya X`.

    Not `menahan ajudan Menteri X`, who is another.
    """
    name = next((at for at, word in enumerate(after[: 2 * _BETWEEN]) if word.keys & patients), 0)
    office = after[:name]
    if not office or min(patients) not in after[name].keys or not after[name].raw[0].isupper():
        return after
    if any(word.text in _KNOWN.relatives or word.text in _KNOWN.prepositions for word in office):
        return after
    begun = [word for word in office if word.text in _OFFICES]
    nested = any(not word.raw[0].isupper() for word in begun) and any(
        word.raw[0].isupper() for word in office
    )
    own = office[-1].text.endswith("nya")
    titled = bool(begun) and begun[0] is office[0] and not nested
    return after[name:] if own or titled else after


def _is_transitive(word: str, language: str) -> bool:
    """Whether a word is an active verb that has an object by its form: `menaikkan`."""
    return family(language) == "id" and re.fullmatch(r"me\w+(?:kan|i)", word) is not None


def is_converse(asked: Asked, clause: Clause, place: int) -> bool:
    """Whether the opposite is said of the other one: `B lost to A`."""
    return (
        clause.words[place].text in _KNOWN.converses
        and bool(asked.patients)
        and asked.patients <= met(clause.words[:place])
    )
