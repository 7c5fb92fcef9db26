"""What is known of languages: one file each, `id.toml` for Indonesian; to add one is to add a file.

A question may mix languages and its language may be mistaken, so a word counts in every language:
`known()` is what all files say together. A key holds words separated by white space; those of the
calendar and of numbers hold a list of such, by their order, and `opposites` a list of rows, each of
words that exclude each other, with `/` between them; `verb_forms` a list of rows, each of a verb
and its finite forms; `counted_apart` lists words for what numbers count apart, in one order in
every file; `what_is_here` lists whole phrases. Every key may be left out.

Not handled: words that mean one thing in one language and another in the next (`was`); leave out
the rarer one.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

_BUNDLED = Path(__file__).parent
_NUMBERED = {
    # The key of a list -> the field it goes to, the number of its first word, and the steps.
    "months": ("months", 1, 1),
    "short_months": ("short_months", 1, 1),
    "weekdays": ("weekdays", 0, 1),
    "short_weekdays": ("short_weekdays", 0, 1),
    "numbers": ("numbers", 0, 1),
    "tens": ("numbers", 30, 10),
    "ordinals": ("ordinals", 1, 1),
}
_ROWS = frozenset({"opposites", "counted_apart", "verb_forms"})
_PHRASES = frozenset({"what_is_here"})
_BY_LANGUAGE = frozenset({"common", "telltales"})
_Words = frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words of some languages, folded, by what they tell.

    `common` and `telltales` are by language: its most frequent words, and those that a neighbour
    lacks. Months count from 1, weekdays from Monday, 0; `numbers` are number words. Each of the
    `opposites` is words that say one thing, words that say another, and so on; `verb_forms` gives
    the verb of a finite form.
    """

    common: Mapping[str, _Words] = field(default_factory=dict)
    telltales: Mapping[str, _Words] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    short_months: Mapping[str, int] = field(default_factory=dict)
    weekdays: Mapping[str, int] = field(default_factory=dict)
    short_weekdays: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    stop_words: _Words = frozenset()
    who: _Words = frozenset()
    when: _Words = frozenset()
    where: _Words = frozenset()
    why: _Words = frozenset()
    how: _Words = frozenset()
    how_many: _Words = frozenset()
    measured: _Words = frozenset()
    what: _Words = frozenset()
    meant: _Words = frozenset()
    times: _Words = frozenset()
    amounts: _Words = frozenset()
    places: _Words = frozenset()
    people: _Words = frozenset()
    negations: _Words = frozenset()
    excluding: _Words = frozenset()
    partly: _Words = frozenset()
    refusing: _Words = frozenset()
    partly_behind: _Words = frozenset()
    denials: _Words = frozenset()
    untrue: _Words = frozenset()
    opposites: tuple[tuple[_Words, ...], ...] = ()
    unbound: _Words = frozenset()
    sessions: _Words = frozenset()
    levels: _Words = frozenset()
    causes: _Words = frozenset()
    counted_apart: tuple[str, ...] = ()
    verb_forms: Mapping[str, str] = field(default_factory=dict)
    changed_by: _Words = frozenset()
    formerly: _Words = frozenset()
    grown_to: _Words = frozenset()
    about_a_number: _Words = frozenset()
    comparing: _Words = frozenset()
    compared_with: _Words = frozenset()
    of_an_act: _Words = frozenset()
    before_acts: _Words = frozenset()
    starting: _Words = frozenset()
    together: _Words = frozenset()
    by_way_of: _Words = frozenset()
    with_whom: _Words = frozenset()
    done_or_to_come: _Words = frozenset()
    nobody_named: _Words = frozenset()
    no_people: _Words = frozenset()
    shares: _Words = frozenset()
    unsaid: _Words = frozenset()
    embedding: _Words = frozenset()
    either: _Words = frozenset()
    possibly: _Words = frozenset()
    hearsay: _Words = frozenset()
    due: _Words = frozenset()
    planned: _Words = frozenset()
    future: _Words = frozenset()
    announcing: _Words = frozenset()
    achieving: _Words = frozenset()
    unable: _Words = frozenset()
    standings: _Words = frozenset()
    copulas: _Words = frozenset()
    becoming: _Words = frozenset()
    installed: _Words = frozenset()
    callings: _Words = frozenset()
    with_verbs: _Words = frozenset()
    nor: _Words = frozenset()
    not_quite: _Words = frozenset()
    speaking: _Words = frozenset()
    attributing: _Words = frozenset()
    stating: _Words = frozenset()
    passive: _Words = frozenset()
    agents: _Words = frozenset()
    infinitive: _Words = frozenset()
    before_nouns: _Words = frozenset()
    clause_openers: _Words = frozenset()
    purposes: _Words = frozenset()
    prepositions: _Words = frozenset()
    quantities: _Words = frozenset()
    first_persons: _Words = frozenset()
    reports: _Words = frozenset()
    reflexive: _Words = frozenset()
    relative: _Words = frozenset()
    beaten: _Words = frozenset()
    converses: _Words = frozenset()
    prevailing: _Words = frozenset()
    supporting: _Words = frozenset()
    before_bare: _Words = frozenset()
    fluctuating: _Words = frozenset()
    by_doing: _Words = frozenset()
    besides: _Words = frozenset()
    topics: _Words = frozenset()
    there_is: _Words = frozenset()
    settings: _Words = frozenset()
    parts: _Words = frozenset()
    referring: _Words = frozenset()
    relatives: _Words = frozenset()
    conditions: _Words = frozenset()
    other_questions: _Words = frozenset()
    yes_or_no: _Words = frozenset()
    auxiliaries: _Words = frozenset()
    crimes: _Words = frozenset()
    predicates: _Words = frozenset()
    asks_what: _Words = frozenset()
    no_verb: _Words = frozenset()
    light: _Words = frozenset()
    pointing: _Words = frozenset()
    troops: _Words = frozenset()
    persons: _Words = frozenset()
    pronouns: _Words = frozenset()
    pointers: _Words = frozenset()
    pointed_times: _Words = frozenset()
    connectives: _Words = frozenset()
    asking_with: _Words = frozenset()
    fixed_nya: _Words = frozenset()
    titles: _Words = frozenset()
    offices: _Words = frozenset()
    departments: _Words = frozenset()
    leads_a_body: _Words = frozenset()
    bodies: _Words = frozenset()
    nations: _Words = frozenset()
    generic: _Words = frozenset()
    after_names: _Words = frozenset()
    particles: _Words = frozenset()
    articles: _Words = frozenset()
    compass: _Words = frozenset()
    listing: _Words = frozenset()
    examples: _Words = frozenset()
    enumerating: _Words = frozenset()
    fillers: _Words = frozenset()
    places_after: _Words = frozenset()
    with_dates: _Words = frozenset()
    not_only_months: _Words = frozenset()
    verbs_too: _Words = frozenset()
    no_day_after: _Words = frozenset()
    no_day_before: _Words = frozenset()
    streets: _Words = frozenset()
    counted: _Words = frozenset()
    about: _Words = frozenset()
    abbreviated_titles: _Words = frozenset()
    abbreviations: _Words = frozenset()
    before_number: _Words = frozenset()
    may_end_sentence: _Words = frozenset()
    starters: _Words = frozenset()
    what_is_here: _Words = frozenset()


_KEYS = frozenset(each.name for each in fields(Vocabulary)) | _NUMBERED.keys()


@cache
def known(folder: Path = _BUNDLED) -> Vocabulary:
    """What all files of a folder say together; read once.

    Raises:
        ValueError: If a file is no TOML, has a key that is not known, or a value of another shape;
            the message names the file.
    """
    return read(sorted(folder.glob("*.toml")))


def read(files: Iterable[Path]) -> Vocabulary:
    """What some files say together, each named after its language, ISO 639-1.

    Raises:
        ValueError: As `known` does.
    """
    words: defaultdict[str, set[str]] = defaultdict(set)
    numbered: defaultdict[str, dict[str, int]] = defaultdict(dict)
    by_language: defaultdict[str, dict[str, _Words]] = defaultdict(dict)
    opposites: list[tuple[_Words, ...]] = []
    apart: list[list[str]] = []
    bases: dict[str, str] = {}
    for path in files:
        for key, value in _content(path).items():
            if key in _NUMBERED:
                name, start, step = _NUMBERED[key]
                for at, listed in enumerate(value):
                    numbered[name].update(dict.fromkeys(listed.split(), start + at * step))
            elif key == "opposites":
                opposites += [
                    tuple(frozenset(said.split()) for said in row.split("/")) for row in value
                ]
            elif key == "counted_apart":
                apart.append(value)
            elif key == "verb_forms":
                for base, *finite in map(str.split, value):
                    bases.update(dict.fromkeys(finite, base))
            elif key in _PHRASES:
                words[key].update(value)
            elif key in _BY_LANGUAGE:
                by_language[key][path.stem] = frozenset(value.split())
            else:
                words[key].update(value.split())
    found: dict[str, Any] = {**by_language, **numbered, "opposites": tuple(opposites)}
    found["verb_forms"] = bases
    found["counted_apart"] = tuple(" ".join(listed) for listed in zip_longest(*apart, fillvalue=""))
    found |= {key: frozenset(listed) for key, listed in words.items()}
    return Vocabulary(**found)


def _content(path: Path) -> dict[str, Any]:
    """The keys of a file, each with a value of the shape that it must have."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
    for key, value in content.items():
        if key not in _KEYS:
            raise ValueError(f"{path}: the key {key} is not known.")
        if key in _NUMBERED or key in _ROWS or key in _PHRASES:
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise ValueError(f"{path}: {key} must be a list of strings.")
        elif not isinstance(value, str):
            raise ValueError(f"{path}: {key} must be a string of words.")
    return content
