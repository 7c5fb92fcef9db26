"""Questions that a corpus answers, for a person who does not know yet what is in it.

They are made by rule of sentences that say who holds an office, when somebody was born or died, and
how many died where; one is kept if the engine answers it as its sentence does.

Not handled: articles in other languages than Indonesian and English, which give no question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qa.engine import Engine
from qa.errors import ModelError
from qa.language.text import folded_words
from qa.language.vocabulary import known
from qa.lexical.index import LexicalIndex
from qa.readers import open_reader
from qa.settings import BUNDLED, AskSettings
from qa.store import Generation
from qa.types import Passage, Status

_MOST = 6
_LEAST_ARTICLES = 10
"""Of fewer articles a person knows what is in them."""
_LOOKED_AT = 300
"""Passages that are tried of those nearest to each of the `_SEEDS`."""
_TRIED = 14
"""Most questions that are tried."""
_QUICK = AskSettings(read=2)
_ASKED = 7
"""Most questions that are asked once more, the surest of each kind first."""
_LONGER = AskSettings(read=4)
"""All of it took 2.7 s of one thread for 15,000 articles, and twice that as a person asks
(2026-11)."""
_SURE = 0.5
"""Confidence from which an answer will do where too few questions are answered for certain."""

_MORE = 2
"""Words that an answer may have beside those of its sentence: `Ipda`, `orang`."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, the kind it is of, and what its sentence says to it."""

    question: str
    kind: str
    says: str
    passage: Passage


def suggest(generation: Generation) -> tuple[str, ...]:
    """Some questions that a generation answers, of different articles, the surest first.

    None where there are too few articles, or the reader cannot be loaded. The same index gives the
    same questions.
    """
    if generation.manifest.articles < _LEAST_ARTICLES:
        return ()
    try:
        reader = open_reader(BUNDLED)
    except ModelError:
        return ()
    engine = Engine.over(generation, reader)
    tried = _surest(engine, _candidates(generation, generation.lexical())[:_TRIED], _QUICK)
    asked = _in_turns(tried, lambda one: (one.kind,))[:_ASKED]
    return tuple(one.question for one in _surest(engine, asked, _LONGER)[:_MOST])


def _surest(
    engine: Engine, candidates: Sequence[_Candidate], settings: AskSettings
) -> list[_Candidate]:
    """The questions that the engine answers as their sentences do, the surest first."""
    sure = [_answered(engine, one, settings) for one in candidates]
    found = sorted(zip(sure, candidates, strict=True), key=lambda each: -each[0])
    return [one for confidence, one in found if confidence]


def _answered(engine: Engine, one: _Candidate, settings: AskSettings) -> float:
    """How sure the engine is of what the sentence says; 0 where it is not, or says another thing.

    Above 1 where it has no doubt.
    """
    answer = engine.ask(one.question, settings)
    if answer.best is None or answer.best.confidence < _SURE or not _agrees(answer.best.text, one):
        return 0
    return answer.best.confidence + (answer.status is Status.ANSWERED)


def _agrees(answer: str, candidate: _Candidate) -> bool:
    """Whether an answer is what the sentence says, or part of that, or a word or two more."""
    given, said = set(folded_words(answer)), set(folded_words(candidate.says))
    return given <= said or (said <= given and len(given) <= len(said) + _MORE)


def _candidates(generation: Generation, words: LexicalIndex) -> list[_Candidate]:
    """Questions made of the sentences of a generation, of different articles, to be tried in order.

    Those that many sentences give go first, and kinds and sources take turns.
    """
    rows: set[int] = set()
    for seed in _SEEDS:
        scores = words.scores(seed)
        nearest = np.argsort(-scores, kind="stable")[:_LOOKED_AT]
        rows.update(nearest[scores[nearest] > 0].tolist())
    given = [one for passage in generation.passages(sorted(rows)) for one in made(passage)]
    times = Counter((one.question, one.says) for one in given)
    given.sort(key=lambda one: -times[one.question, one.says])
    met: set[str] = set()
    first: list[_Candidate] = []
    for one in given:
        if met.isdisjoint((one.question, one.passage.article.id)):
            met.update((one.question, one.passage.article.id))
            first.append(one)
    return _in_turns(first, lambda one: (one.kind, one.passage.article.source))


def _in_turns(
    candidates: Sequence[_Candidate], of: Callable[[_Candidate], tuple[str | None, ...]]
) -> list[_Candidate]:
    """Candidates in their order, but so that those that are alike take turns with others."""
    seen: Counter[str | None] = Counter()
    turns: list[int] = []
    for one in candidates:
        turns.append(sum(seen[each] for each in of(one)))
        seen.update(of(one))
    return [candidates[n] for n in sorted(range(len(turns)), key=turns.__getitem__)]


def made(passage: Passage) -> Iterator[_Candidate]:
    """The questions that the sentences of a passage give."""
    for kind, pattern, question in _RULES.get(passage.article.language, ()):
        for match in pattern.finditer(passage.text):
            if _is_sound(match):
                parts = {name: " ".join(part.split()) for name, part in match.groupdict().items()}
                office = _lower(parts.get("office", ""))
                asked = question.format(**{**parts, "office": office})
                yield _Candidate(asked, kind, parts["says"], passage)


def _is_sound(match: re.Match[str]) -> bool:
    """Whether names are nothing but names, and nobody has left the office."""
    before = match.string[: match.start()].split()[-1:]
    if before and before[0].strip("(\"'“‘").lower() in _LEFT:
        return False
    name = match.groupdict().get("name", "")
    return _NO_NAMES.isdisjoint(folded_words(name))


def _lower(office: str) -> str:
    """An office in small letters, but for what is written in capitals: `menteri luar negeri`."""
    return " ".join(word if word.isupper() else word.lower() for word in office.split())


_KNOWN = known()
_NO_NAMES = (
    _KNOWN.titles | _KNOWN.offices | _KNOWN.nations | _KNOWN.generic | _KNOWN.weekdays.keys()
) - {"st"}
_LEFT = frozenset({"mantan", "eks", "bekas", "calon", "former", "ex", "then", "late", "acting"})

_NAME = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,2}"
_PLACE = r"[A-Z][\w-]+(?: [A-Z][\w-]+)?"
_NATION = (
    r"(?:Amerika Serikat|Arab Saudi|Korea (?:Selatan|Utara)|Uni Eropa|Rusia|Ukraina|Inggris"
    r"|Jerman|Prancis|Tiongkok|China|Cina|Jepang|Malaysia|Singapura|Australia|Kanada|Belanda|Italia"
    r"|Spanyol|Turki|Iran|Irak|Israel|Palestina|Polandia|Belarus|Filipina|Thailand|Vietnam|India"
    r"|Kremlin|Gedung Putih|Pentagon|(?!PT|CV|DP[CDW]|DPRD|RI)[A-Z]{2,6}(?: RI)?)"
)
_OFFICE_ID = (
    r"(?:[Ww]akil )?(?:[Jj]uru [Bb]icara|[Pp]residen|[Pp]erdana [Mm]enteri"
    r"|[Mm]enteri (?:[Ll]uar [Nn]egeri|[Pp]ertahanan|[Kk]euangan|[Dd]alam [Nn]egeri)"
    r"|[Ss]ekretaris [Jj]enderal|[Kk]etua(?: [Uu]mum)?|[Dd]irektur(?: [Uu]tama| [Jj]enderal)?"
    r"|[Kk]epala|[Kk]anselir|[Dd]uta [Bb]esar)"
)
_SAID_ID = r"(?=,| mengatakan| menyatakan| menyebut| menjelaskan| menegaskan| menuturkan| mengaku)"
_OFFICE_EN = (
    r"(?:[Ss]pokes(?:man|woman|person)|(?:[Vv]ice )?[Pp]resident|[Pp]rime [Mm]inister"
    r"|(?:[Ff]oreign|[Dd]efen[cs]e|[Ff]inance|[Ii]nterior) (?:[Mm]inister|[Ss]ecretary)"
    r"|[Ss]ecretary[- ][Gg]eneral|[Cc]hancellor|[Cc]hairman|[Dd]irector)"
)
_BODY_EN = (
    r"(?:Kremlin|White House|Pentagon|British|Russian|Ukrainian|German|French|Chinese|Japanese"
    r"|Indonesian|Malaysian|Australian|Canadian|Indian|Turkish|Polish|Israeli|Iranian|[A-Z]{2,6})"
)
_DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"

_SEEDS = (
    "juru bicara",
    "perdana menteri pertahanan luar negeri",
    "sekretaris jenderal",
    "ketua umum direktur utama",
    "lahir tanggal",
    "meninggal dunia wafat",
    "gempa kecelakaan kebakaran menewaskan",
    "spokesman spokeswoman",
    "prime minister secretary general",
    "earthquake explosion fire killed",
    "died",
)
"""Words near which the rules find what they look for."""

_WHO, _WHEN, _HOW_MANY = "who", "when", "how many"
_RULES: dict[str, list[tuple[str, re.Pattern[str], str]]] = {
    language: [(kind, re.compile(pattern), question) for kind, pattern, question in rules]
    for language, rules in {
        "id": [
            (
                _WHO,
                rf"\b(?P<office>{_OFFICE_ID}) (?P<of>{_NATION})(?P<says> (?P<name>{_NAME}))\b",
                "Siapa {office} {of}?",
            ),
            (
                _WHO,
                rf"\b(?P<office>{_OFFICE_ID}) (?P<of>[A-Z][\w-]+(?: [A-Z][\w-]+){{0,4}}),"
                rf"(?P<says> (?P<name>{_NAME})){_SAID_ID}",
                "Siapa {office} {of}?",
            ),
            (
                _WHO,
                rf"(?P<says>(?P<name>{_NAME})), (?P<office>{_OFFICE_ID})"
                r" (?P<of>[A-Z][\w-]+(?: [A-Z][\w-]+){0,4})(?=[,.])",
                "Siapa {office} {of}?",
            ),
            (
                _WHEN,
                rf"\b(?P<name>{_NAME}) (?P<what>lahir|wafat|meninggal(?: dunia)?)"
                rf" (?:di {_PLACE},? )?(?:pada )?(?:tanggal )?(?P<says>{_DAY})",
                "Kapan {name} {what}?",
            ),
            (
                _HOW_MANY,
                r"\b(?P<office>[Gg]empa(?: [Bb]umi)?|[Kk]ecelakaan|[Kk]ebakaran|[Ll]edakan"
                r"|[Bb]anjir|(?:[Tt]anah )?[Ll]ongsor|[Kk]erusuhan|[Ss]erangan"
                r"|[Bb]adai|[Tt]opan|[Tt]sunami)"
                rf" (?:\w+ ){{0,3}}di (?P<place>{_PLACE})[^.]{{0,60}}?\bmenewaskan"
                r" (?:\w+nya |sekitar |hingga )?(?P<says>\d[\d.]*|\w+)(?= orang)",
                "Berapa orang tewas akibat {office} di {place}?",
            ),
        ],
        "en": [
            (
                _WHO,
                rf"\b(?P<of>{_BODY_EN}) (?P<office>{_OFFICE_EN})(?P<says> (?P<name>{_NAME}))\b",
                "Who is the {of} {office}?",
            ),
            (
                _WHO,
                rf"(?P<says>(?P<name>{_NAME})), (?:the )?(?P<office>{_OFFICE_EN}) of"
                r" (?P<of>(?:the )?[A-Z][\w-]+(?: [A-Z][\w-]+){0,3})(?=[,.])",
                "Who is the {office} of {of}?",
            ),
            (
                _WHEN,
                rf"\b(?P<name>{_NAME}) died (?:in {_PLACE},? )?on (?P<says>{_DAY})",
                "When did {name} die?",
            ),
            (
                _HOW_MANY,
                r"\b(?P<office>[Ee]arthquake|[Ff]ire|[Ee]xplosion|[Ff]lood|[Ll]andslide|[Cc]rash"
                rf"|[Tt]yphoon|[Ss]torm|[Aa]ttack) in (?P<place>{_PLACE})[^.]{{0,60}}?\bkilled"
                r" (?:at least |about |some )?(?P<says>\d[\d,]*|\w+)(?= people)",
                "How many people died in the {office} in {place}?",
            ),
        ],
    }.items()
}
