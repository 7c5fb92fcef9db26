"""Yes-or-no questions: which sentences say what is asked, and which say otherwise.

A sentence is close when it holds nearly all of the question's content words, names counting twice;
names may stand just before it. It says otherwise when the clause that holds most of them denies an
odd number of times: by `tidak`, `belum`, `not` and their like, or by a verb such as `membantah`,
`menolak`, `denied`. No sentence is an answer: whoever reads the news decides.

What is only asked for, feared or warned of, and what stands under a condition, is no claim.

Not handled: a question in one language and an article in another, synonyms (`mengerahkan` for
`mengirim`), antonyms, irony, denial by another sentence, and `bisa` or `would` for what is not so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.cite import cite
from qa.language.stem import roots
from qa.language.text import fold, sentences, words
from qa.language.vocabulary import known
from qa.question.analyse import STOPWORDS, Question, analyse
from qa.types import Citation, Passage, Sides, Span

CLOSE = 0.8
"""Share of the question's words from which a sentence counts as close."""


_KNOWN = known()
_OTHER_QUESTIONS = _KNOWN.other_questions
_ASKING = _KNOWN.yes_or_no
_AUXILIARIES = _KNOWN.auxiliaries
_ASKS_WHAT = _KNOWN.asks_what
_POINTING = _KNOWN.pointing
_VERB = re.compile(r"(?:me(?:m|n|ng|ny|l|r|w)?|di|ber)[a-z]{3,}")
# What begins like a verb and is none.
_NO_VERB = _KNOWN.no_verb
_LIGHT = _KNOWN.light
_NOT = _KNOWN.negations
_PARTLY = _KNOWN.partly
_DENIES = re.compile(
    r"(?:mem|di)?bantah(?:an|kan|nya)?|tolak|(?:me|pe)nolak(?:an)?|ditolak|(?:me|di)(?:ny|s)angkal"
    r"|(?:me|di)(?:n|t)ampik|(?:me|di)(?:n|t)epis|(?:me|di)(?:n|t)entang|(?:me|di)?nafikan"
    r"|(?:mem|di|pem)?batal(?:kan|an)?|(?:me|di)(?:ng|k)esampingkan|(?:me|di)larang"
    r"|gagal|kegagalan|enggan|urung|mustahil|hoaks?|keliru"
    r"|den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|refus(?:e|es|ed|ing)|dismiss(?:es|ed|ing)?"
    r"|fail(?:s|ed|ing)?|cancel(?:s|led|ed|ling)?|oppos(?:e|es|ed|ing)|scrap(?:s|ped)?|false"
    r"|rul(?:e|es|ed|ing) out|ban(?:s|ned)"
)
# Who asks for a thing, fears it or warns of it does not say that it is so.
_UNSAID = _KNOWN.unsaid
_CONDITIONS = _KNOWN.conditions
# News says one for the other.
_TROOPS = _KNOWN.troops
_CLAUSE = re.compile(
    r"[,;:()“”\"–—]|\b(?:tetapi|tapi|namun|meskipun|meski|walaupun|walau|sekalipun|kendati"
    r"|sementara|sedangkan|karena|sebab|jika|jikalau|bila|apabila|kalau|seandainya|andai|yang"
    r"|agar|supaya|setelah|sesudah"
    r"|sebelum|but|although|though|while|because|if|unless|whereas|who|which|after|before)\b",
    re.IGNORECASE,
)


def asks_yes_or_no(question: str) -> bool:
    """Whether a question is one of yes or no; where `Apakah` may ask what, it is not."""
    raw = [question[span.start : span.end] for span in words(question)]
    folded = [fold(word) for word in raw]
    if len(folded) < 2 or not _OTHER_QUESTIONS.isdisjoint(folded[1:]):
        return False
    if folded[0] in _ASKING:
        return folded[1] not in _ASKING
    if folded[0] != "apakah":
        return False
    rest = folded[1:]
    before_yang = rest[: rest.index("yang")] if "yang" in rest else rest
    asks_what = rest[0] in _ASKS_WHAT
    if not _AUXILIARIES.isdisjoint(before_yang[: 4 if asks_what else None]):
        return True
    if asks_what or not before_yang:
        return False
    points = any(word in _POINTING for word in before_yang[1:-1])
    return points or any(_VERB.fullmatch(word) and word not in _NO_VERB for word in before_yang[1:])


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence: the share of the question's words in it, and whether it says so."""

    held: float
    so: bool


def judge(question: Question, sentence: str, language: str, *, context: str = "") -> Judged:
    """What a sentence has to do with a yes-or-no question.

    Where it has every word that is no name, names may stand in the context. Where it lacks one,
    the others must stand in one clause in the question's order: `mengerahkan pasukan ke Ukraina`
    is about sending them, `Ukraina`, `NATO` and `pasukan` in some sentence need not be.

    Args:
        question: As `qa.question.analyse.analyse` gives it.
        sentence: Any one.
        language: Of the sentence, ISO 639-1.
        context: What stands before it: the title, the last sentence.
    """
    keys = _keys(question)
    clauses, led = _clauses(sentence)
    met = [_met(keys, clause, language) for clause in clauses]
    shares = [sum(keys[key][1] for key in found) for found in met]
    # The clause that says most of what is asked, and the one with the last word of it, mostly the
    # verb: `hotline yang dirancang ... belum digunakan`; the first of several.
    main = shares.index(max(shares))
    verb = max(range(len(met)), key=lambda at: max(met[at], default=-1))
    everywhere = set().union(*met)
    if all(at in everywhere for at, (_, weight) in enumerate(keys) if weight == 1):
        everywhere |= _met(keys, _folded(context), language).keys()
        held = sum(keys[at][1] for at in everywhere)
    else:
        places = [met[main][at] for at in sorted(met[main])]
        held = shares[main] if places == sorted(places) else 0
    asked = set().union(*(key for key, _ in keys))
    telling = {main, verb}
    words_told = {word for at in telling for word in clauses[at]}
    unsaid = not _UNSAID.isdisjoint(words_told - asked)
    supposed = any(led[at] in _CONDITIONS for at in telling)
    if unsaid or supposed or _turned(keys, met[main], clauses[main]):
        held = 0
    denied = sum(_denials(clauses[at], asked) for at in telling) + question.negated
    whole = sum(weight for _, weight in keys)
    return Judged(held / whole if whole else 0.0, so=denied % 2 == 0)


def sides(
    question: str, passages: Sequence[Passage], *, limit: int
) -> tuple[Sides, Citation | None, float]:
    """The sentences on each side of a yes-or-no question, numbered from the oldest on.

    Args:
        question: As it was asked.
        passages: Where to look, best retrieved first.
        limit: Most sentences of a side: the closest, one of a witness.

    Returns:
        The sides, the closest sentence (None if none is close), and the largest share of the
        question that a sentence has.
    """
    asked = analyse(question)
    closest: dict[str, tuple[float, int, bool, Passage, Span]] = {}
    most = 0.0
    for order, (passage, span, context) in enumerate(_sentences(passages)):
        article = passage.article
        sentence = article.text[span.start : span.end]
        judged = judge(asked, sentence, article.language, context=context)
        most = max(most, judged.held)
        known = closest.get(article.witness)
        if judged.held >= CLOSE and (known is None or judged.held > known[0]):
            closest[article.witness] = judged.held, order, judged.so, passage, span
    ranked = sorted(closest.values(), key=lambda one: (-one[0], one[1]))
    kept = [one for side in (True, False) for one in [r for r in ranked if r[2] is side][:limit]]
    kept.sort(key=lambda one: (_day(one[3]), one[1]))
    cited = [
        (so, cite(span, passage.article, n))
        for n, (_, _, so, passage, span) in enumerate(kept, start=1)
    ]
    found = Sides(
        tuple(place for so, place in cited if so), tuple(place for so, place in cited if not so)
    )
    return found, cited[kept.index(ranked[0])][1] if ranked else None, most


def _sentences(passages: Sequence[Passage]) -> Iterator[tuple[Passage, Span, str]]:
    """Every sentence of some passages with its context, those that passages share once."""
    seen: set[tuple[str, int]] = set()
    for passage in passages:
        text = passage.article.text
        before = passage.article.title
        for span in sentences(text, passage.span.start, passage.span.end):
            if (passage.article.id, span.start) not in seen:
                seen.add((passage.article.id, span.start))
                yield passage, span, before
            before = f"{passage.article.title}\n{text[span.start : span.end]}"


@lru_cache(maxsize=64)
def _keys(question: Question) -> tuple[tuple[frozenset[str], int], ...]:
    """The content words of a question as the forms that meet them, and the weight of each."""
    return tuple(
        (
            frozenset().union(*(roots(form, question.language) for form in key)),
            2 if at in question.names else 1,
        )
        for at, key in enumerate(question.keys)
        if _LIGHT.isdisjoint(key)
    )


def _clauses(sentence: str) -> tuple[list[list[str]], list[str]]:
    """The words of each clause, and the conjunction or stop that leads it in, folded."""
    breaks = list(_CLAUSE.finditer(sentence))
    starts = [0, *(each.end() for each in breaks)]
    ends = [*(each.start() for each in breaks), len(sentence)]
    clauses = [_folded(sentence[start:end]) for start, end in zip(starts, ends, strict=True)]
    return clauses, ["", *(fold(each.group()) for each in breaks)]


def _turned(
    keys: Sequence[tuple[frozenset[str], int]],
    met: Mapping[int, int],
    clause: Sequence[str],
) -> bool:
    """Whether a clause says of the question's last name what it asks of the first.

    `Ukraina menyerang Rusia` does, of `Apakah Rusia menyerang Ukraina?`; a passive does not.
    """
    names = [at for at in met if keys[at][1] == 2]
    if len(names) < 2:
        return False
    first, last = min(names), max(names)
    between = [at for at in met if first < at < last and at not in names]
    return any(
        met[last] < met[verb] < met[first]
        and not clause[met[verb]].startswith("di")
        and not {"oleh", "by"} & set(clause)
        for verb in between
    )


def _folded(text: str) -> list[str]:
    return [fold(text[span.start : span.end]) for span in words(text)]


def _day(passage: Passage) -> str:
    """Sorts the oldest first and the undated last."""
    published = passage.article.published
    return published.isoformat() if published else "~"


def _met(
    keys: Sequence[tuple[frozenset[str], int]], clause: Sequence[str], language: str
) -> dict[int, int]:
    """Which keys of the question a clause holds, and at which of its words first."""
    found: dict[int, int] = {}
    for place, word in enumerate(clause):
        if word in STOPWORDS:
            continue
        there = roots(word, language)
        troops = not _TROOPS.isdisjoint(there)
        for at, (key, _) in enumerate(keys):
            if not there.isdisjoint(key) or (troops and not _TROOPS.isdisjoint(key)):
                found.setdefault(at, place)
    return found


def _denials(clause: Sequence[str], asked: set[str]) -> int:
    """How often a clause denies, by words that the question does not itself ask about."""
    count = 0
    for at, word in enumerate(clause):
        following = clause[at + 1] if at + 1 < len(clause) else ""
        if word in _NOT:
            count += following not in _PARTLY
        elif word not in asked and (
            _DENIES.fullmatch(word) or _DENIES.fullmatch(f"{word} {following}")
        ):
            count += 1
    return count
