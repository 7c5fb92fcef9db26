"""Which findings give the same answer, how many independent sources say so, and who contradicts.

Findings of one answer are one cluster; near-duplicates (`qa.copies`) are one source. A cluster
contradicts the best when its value is a rival (`qa.answer.normalise`) of the kind that the question
asks for, no article says both, its confidence is a tenth of the best one's or more, its sentence
and title hold all of the question that the best one's do, and its passage all names of the
question: a number of another thing is no contradiction.

Not handled: contradictions in words that are neither amounts, dates nor names; a value that has
changed between two dates is shown as a disagreement, with both dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.answer.normalise import Relation, Sort, Value, relate, value_of
from qa.cite import cite
from qa.language.text import fold, words
from qa.question.analyse import Kind
from qa.question.query import Query
from qa.types import Article, Finding, Span, Support

LEAST = 0.02
"""Confidence below which a finding neither supports an answer nor contradicts it."""

_ASKED = {
    Kind.NUMBER: Sort.AMOUNT,
    Kind.TIME: Sort.DATE,
    Kind.PERSON: Sort.NAME,
    Kind.PLACE: Sort.NAME,
    Kind.NAME: Sort.NAME,
}
_SHARE = 0.5
"""Of the best answer's confidence, below which nothing contradicts it."""
_AROUND = 100
_COUNTING = frozenset(
    """korban orang jumlah jiwa warga banyak total buah unit number people person victims
    """.split()  # noqa: SIM905 - words read better than a list
)
_AMONG = frozenset(("antara", "among"))


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Findings that give one answer, the surest first, each with its confidence."""

    found: list[tuple[float, Finding]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    @property
    def sure(self) -> float:
        """The confidence of the surest."""
        return self.found[0][0]


def clusters(ranked: Sequence[tuple[float, Finding]]) -> list[Cluster]:
    """The distinct answers among findings, the surest first.

    A finding joins the first cluster whose surest finding says the same and none of whose others
    is its rival: `2022` does not make one answer of January and February 2022.

    Args:
        ranked: Confidence and finding, the surest first; those below `LEAST` are left out.
    """
    made: list[Cluster] = []
    for sure, finding in ranked:
        if sure < LEAST:
            break
        value = value_said(finding)
        home = next((cluster for cluster in made if _joins(finding, value, cluster)), None)
        if home is None:
            home = Cluster()
            made.append(home)
        home.found.append((sure, finding))
        home.values.append(value)
    return made


def rivals(query: Query, best: Cluster, others: Sequence[Cluster]) -> list[Cluster]:
    """Those of some clusters that contradict the best one, in their order."""
    sort = _ASKED.get(query.kind)
    if sort is None or best.values[0].sort is not sort or _has_several(query):
        return []
    surest = best.found[0][1]
    needed = met_around(query, surest)
    told = _articles(best)
    found = []
    for other in others:
        finding = other.found[0][1]
        if (
            other.sure >= _SHARE * best.sure
            and relate(best.values[0], other.values[0]) is Relation.RIVAL
            and told.isdisjoint(_articles(other))
            and needed <= met_around(query, finding)
            and query.names <= _met(query, finding.passage.text, finding.passage.article)
        ):
            found.append(other)
            told |= _articles(other)
    return found


def support(articles: Sequence[Article]) -> Support:
    """How many sources stand behind an answer.

    Args:
        articles: One of each source group.
    """
    duplicates = sum(len(article.also_at) + len(article.copies) for article in articles)
    return Support(len(articles), len(articles) + duplicates, duplicates)


def met_around(query: Query, finding: Finding) -> frozenset[int]:
    """Which keys of a question stand in a finding's sentence or in the title over it.

    Those that only say that something is counted are left out.
    """
    article = finding.passage.article
    there = _met(query, cite(finding.span, article, 0).sentence_text, article)
    return frozenset(at for at in there if _COUNTING.isdisjoint(query.keys[at]))


def _met(query: Query, text: str, article: Article) -> frozenset[int]:
    """Which keys of a question stand in a text of an article, or in its title."""
    return frozenset(query.met_by(f"{text}\n{article.title}", article.language))


def value_said(finding: Finding) -> Value:
    """What a finding says, to be compared with what others say."""
    """What a finding says; readers may cut a word in two."""
    article, span = finding.passage.article, finding.span
    text, start, end = article.text, span.start, span.end
    while start > 0 and text[start - 1].isalpha() and text[start].isalpha():
        start -= 1
    while end < len(text) and text[end - 1].isalpha() and text[end].isalpha():
        end += 1
    if _is_headline(article, span):
        # Every word may have a capital there.
        return value_of(text[start:end].lower(), language=article.language)
    return value_of(
        text[start:end],
        before=text[max(0, start - _AROUND) : start],
        after=text[end : end + _AROUND],
        language=article.language,
    )


def _is_headline(article: Article, span: Span) -> bool:
    """Whether a span lies in the line that is the article's title, in Title Case."""
    start = article.text.rfind("\n", 0, span.start) + 1
    end = article.text.find("\n", span.start)
    line = article.text[start : end if end >= 0 else None].strip(" #\r")
    capital = [word[0].isupper() for word in line.split() if len(word) > 3]
    return line == article.title.strip() and len(capital) > 1 and all(capital)


def _joins(finding: Finding, value: Value, cluster: Cluster) -> bool:
    first = cluster.found[0][1]
    if fold(first.quote) == fold(finding.quote):
        return True
    if first.passage.article.id == finding.passage.article.id and first.span.overlaps(finding.span):
        return True
    return relate(cluster.values[0], value) is Relation.SAME and not any(
        relate(other, value) is Relation.RIVAL for other in cluster.values[1:]
    )


def _articles(cluster: Cluster) -> set[str]:
    return {finding.passage.article.id for _, finding in cluster.found}


def _has_several(query: Query) -> bool:
    """Whether a question has more than one right answer."""
    asked = {fold(query.words[span.start : span.end]) for span in words(query.words)}
    return query.several or not _AMONG.isdisjoint(asked)
