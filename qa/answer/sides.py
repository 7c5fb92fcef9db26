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

from qa.cite import cite
from qa.language.text import fold, sentences, words
from qa.language.vocabulary import known
from qa.question.query import Query
from qa.types import Citation, Passage, Sides, Span

CLOSE = 0.8
"""Share of the question's words from which a sentence counts as close."""


_KNOWN = known()
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
_CLAUSE = re.compile(
    r"[,;:()“”\"–—]|\b(?:tetapi|tapi|namun|meskipun|meski|walaupun|walau|sekalipun|kendati"
    r"|sementara|sedangkan|karena|sebab|jika|jikalau|bila|apabila|kalau|seandainya|andai|yang"
    r"|agar|supaya|setelah|sesudah"
    r"|sebelum|but|although|though|while|because|if|unless|whereas|who|which|after|before)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence: the share of the question's words in it, and whether it says so."""

    share: float
    so: bool


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
    weights = _weights(query)
    texts, led = _clauses(sentence)
    clauses = [_folded(text) for text in texts]
    met = [_met(query, weights, text, language) for text in texts]
    shares = [sum(weights[key] for key in found) for found in met]
    # The clause that says most of what is asked, and the one with the last word of it, mostly the
    # verb: `hotline yang dirancang ... belum digunakan`; the first of several.
    main = shares.index(max(shares))
    verb = max(range(len(met)), key=lambda at: max(met[at], default=-1))
    everywhere = set().union(*met)
    if all(key in everywhere for key, weight in weights.items() if weight == 1):
        everywhere |= _met(query, weights, context, language).keys()
        share = sum(weights[key] for key in everywhere)
    else:
        places = [met[main][at] for at in sorted(met[main])]
        share = shares[main] if places == sorted(places) else 0
    asked = set().union(*(query.keys[key] for key in weights))
    telling = {main, verb}
    words_told = {word for at in telling for word in clauses[at]}
    unsaid = not _UNSAID.isdisjoint(words_told - asked)
    supposed = any(led[at] in _CONDITIONS for at in telling)
    if unsaid or supposed or _turned(weights, met[main], clauses[main]):
        share = 0
    denied = sum(_denials(clauses[at], asked) for at in telling) + query.negated
    whole = sum(weights.values())
    return Judged(share / whole if whole else 0.0, so=denied % 2 == 0)


def sides(
    query: Query, passages: Sequence[Passage], *, limit: int
) -> tuple[Sides, Citation | None, float]:
    """The sentences on each side of a yes-or-no question, numbered from the oldest on.

    Args:
        query: The question.
        passages: Where to look, best retrieved first.
        limit: Most sentences of a side: the closest, one of a source group.

    Returns:
        The sides, the closest sentence (None if none is close), and the largest share of the
        question that a sentence has.
    """
    closest: dict[str, tuple[float, int, bool, Passage, Span]] = {}
    most = 0.0
    for order, (passage, span, context) in enumerate(_sentences(passages)):
        article = passage.article
        sentence = article.text[span.start : span.end]
        judged = judge(query, sentence, article.language, context=context)
        most = max(most, judged.share)
        known = closest.get(article.source_group)
        if judged.share >= CLOSE and (known is None or judged.share > known[0]):
            closest[article.source_group] = judged.share, order, judged.so, passage, span
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


def _weights(query: Query) -> dict[int, int]:
    """The weight of each key of a question: 2 for a name. Those that say little are left out."""
    return {
        at: 2 if at in query.names else 1
        for at, key in enumerate(query.keys)
        if _LIGHT.isdisjoint(key)
    }


def _clauses(sentence: str) -> tuple[list[str], list[str]]:
    """Each clause, and the conjunction or stop that leads it in, folded."""
    breaks = list(_CLAUSE.finditer(sentence))
    starts = [0, *(each.end() for each in breaks)]
    ends = [*(each.start() for each in breaks), len(sentence)]
    clauses = [sentence[start:end] for start, end in zip(starts, ends, strict=True)]
    return clauses, ["", *(fold(each.group()) for each in breaks)]


def _turned(
    weights: Mapping[int, int],
    met: Mapping[int, int],
    clause: Sequence[str],
) -> bool:
    """Whether a clause says of the question's last name what it asks of the first.

    `Ukraina menyerang Rusia` does, of `Apakah Rusia menyerang Ukraina?`; a passive does not.
    """
    names = [at for at in met if weights[at] == 2]
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


def _met(query: Query, weights: Mapping[int, int], text: str, language: str) -> dict[int, int]:
    """The keys with a weight that a text has, and at which of its words first."""
    return {key: at for key, at in query.met_by(text, language).items() if key in weights}


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
