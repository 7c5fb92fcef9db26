"""Which findings give the same answer, how many independent sources say so, and who contradicts.

Findings of one answer are one cluster; near-duplicates (`qa.copies`) are one source. A cluster
contradicts the best when its value is a rival (`qa.answer.normalise`) of the kind that the question
asks for, no article says both, its confidence is a third of the best one's or more, its sentence
and title hold all of the question that the best one's do, and its passage all names of the
question, and both tell of one event: a number of another thing or event is no contradiction.
A number that other days gave otherwise is no contradiction either, but has a history.

Not handled: contradictions in words that are neither amounts, dates nor names; two events of one
place and kind that name no one else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qa.answer.amounts import asked_unit
from qa.answer.counted import counts_as_asked, is_difference, names_a_state
from qa.answer.normalise import Relation, Sort, Value, relate, value_of
from qa.cite import cite
from qa.days import dates
from qa.language.text import fold, folded_words, sentences, written_words
from qa.language.vocabulary import known
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
_SHARE = 0.33
"""Of the best answer's confidence, below which nothing contradicts it."""
_AROUND = 100
_COUNTING = frozenset(
    """korban orang jumlah jiwa warga banyak total buah unit number people person victims
    """.split()  # noqa: SIM905 - words read better than a list
)
_LIGHT = known().amounts | known().prepositions
_COMMON_NAMES = known().months.keys() | known().weekdays.keys() | known().nations | known().titles
_FLUCTUATING = known().fluctuating
_CHANGING = (known().installed | known().not_quite) - known().stating
_SCORE = re.compile(r"\d-\d")
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

    @property
    def day(self) -> date | None:
        """The first day on which an article that gives it came out; None if none is dated."""
        days = (finding.passage.article.published for _, finding in self.found)
        return min((day for day in days if day), default=None)


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
    """Those of some clusters that give another value of what the best one gives, in their order."""
    sort = _ASKED.get(query.kind)
    if sort is None or best.values[0].sort is not sort or _has_several(query):
        return []
    told = _articles(best)
    found = []
    for other in others:
        if (
            other.sure >= _SHARE * best.sure
            and _relate(query, best, other) is Relation.RIVAL
            and told.isdisjoint(_articles(other))
            and _same_event(query, best.found[0][1], other.found[0][1])
        ):
            found.append(other)
            told |= _articles(other)
    return found


def differs(query: Query, best: Cluster, other: Cluster) -> bool:
    """Whether a rival contradicts an answer, as far as their own sentences show.

    Not where one sentence has the value of the other too, where only one of them says that someone
    came into an office or left it, where the names of a question stand in neither sentence nor
    headline, or where a price has no day.
    """
    findings = best.found[0][1], other.found[0][1]
    told = [_own_sentence(one) for one in findings]
    if any(_holds(told[1 - at], one.quote) for at, one in enumerate(findings)):
        return False
    if query.kind is Kind.NUMBER:
        fluctuates = any(not key.isdisjoint(_FLUCTUATING) for key in query.keys)
        return not fluctuates or (best.day is not None and best.day == other.day)
    if not all(query.names <= met_around(query, one) for one in findings):
        return False
    return query.kind is not Kind.PERSON or _changes(told[0]) == _changes(told[1])


def _own_sentence(finding: Finding) -> str:
    return cite(finding.span, finding.passage.article, 0).sentence_text


def _holds(text: str, value: str) -> bool:
    """Whether a text has the words of a value in a row."""
    said, wanted = folded_words(text), folded_words(value)
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said)))


def _changes(sentence: str) -> bool:
    """Whether a sentence says that someone came into an office or has left it."""
    return not _CHANGING.isdisjoint(folded_words(sentence))


def over_time(query: Query, best: Cluster, against: Sequence[Cluster]) -> list[Cluster]:
    """The values of a number by their days, oldest first, where it changed with them; else none.

    Args:
        query: The question.
        best: The surest.
        against: Its `rivals` that are sure enough to answer. Those without a day, and those of a
            day that another has, are none of its history.
    """
    if query.kind is not Kind.NUMBER:
        return []
    dated = {day: one for one in (*against[::-1], best) if (day := one.day)}
    return [dated[day] for day in sorted(dated)] if best.day and len(dated) > 1 else []


def _relate(query: Query, best: Cluster, other: Cluster) -> Relation:
    """How two clusters stand to each other, as answers to a question."""
    one, two = best.values[0], other.values[0]
    if one.amount and two.amount:
        one = replace(one, amount=asked_unit(one.amount, query.words))
        two = replace(two, amount=asked_unit(two.amount, query.words))
    return relate(one, two)


def _same_event(query: Query, one: Finding, other: Finding) -> bool:
    """Whether two findings tell of one event, as far as names, days and what is counted show."""
    articles = one.passage.article, other.passage.article
    if articles[0].source_group == articles[1].source_group:
        return True
    there = _met(query, other.passage.text, articles[1])
    if not query.names & _met(query, one.passage.text, articles[0]) <= there:
        return False
    missing = met_around(query, one) - met_around(query, other) - _light(query)
    # `The death toll has climbed to 1,840` need not say `killed`.
    if query.kind is Kind.NUMBER and counts_as_asked(query, other):
        missing -= {at for at in missing if names_a_state(query.keys[at])}
    if missing:
        return False
    if query.kind is Kind.NUMBER and is_difference(one) != is_difference(other):
        return False
    # Both sides of a score are named beside it.
    if _SCORE.search(other.quote) and _names_beside(query, other) != query.names:
        return False
    days = _days_told(one), _days_told(other)
    if query.kind is Kind.NUMBER and all(days) and days[0].isdisjoint(days[1]):
        return False
    return bool(query.names) or _share_names(one, other)


def _names_beside(query: Query, finding: Finding) -> frozenset[int]:
    """Which names of a question stand in a finding's own sentence."""
    article = finding.passage.article
    there = query.met_by(cite(finding.span, article, 0).sentence_text, article.language)
    return query.names & there.keys()


def _days_told(finding: Finding) -> set[date]:
    """The days that a finding's sentence and headline name in full."""
    article = finding.passage.article
    sentence = cite(finding.span, article, 0).sentence_text
    return {written.day for written in dates.find_dates(f"{article.title}\n{sentence}")}


def _light(query: Query) -> frozenset[int]:
    """The keys of a question that say little of the event: `nilai`, `price`, `akibat`."""
    return frozenset(at for at, key in enumerate(query.keys) if not key.isdisjoint(_LIGHT))


def _share_names(one: Finding, other: Finding) -> bool:
    """Whether two passages have a headline, or a name within their sentences, in common."""
    if one.passage.article.title == other.passage.article.title:
        return True
    return not _names(one).isdisjoint(_names(other))


def _names(finding: Finding) -> frozenset[str]:
    """The words with a capital within the sentences of a passage, without days and countries."""
    text, span = finding.passage.article.text, finding.passage.span
    found: set[str] = set()
    for sentence in sentences(text, span.start, span.end):
        said = written_words(text[sentence.start : sentence.end])
        if not all(word[0].isupper() for word in said if len(word) > 3):
            found.update(fold(word) for word in said[1:] if word[0].isupper())
    return frozenset(found - _COMMON_NAMES)


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
    """What a finding says, to be compared with what others say; readers may cut a word in two."""
    article, span = finding.passage.article, finding.span
    text, start, end = article.text, span.start, span.end
    while start > 0 and text[start - 1].isalpha() and text[start].isalpha():
        start -= 1
    while end < len(text) and text[end - 1].isalpha() and text[end].isalpha():
        end += 1
    if _is_headline(article, span):
        # Every word may have a capital there.
        after = text[end : end + _AROUND].lower()
        return value_of(text[start:end].lower(), after=after, language=article.language)
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
    return query.several or not _AMONG.isdisjoint(folded_words(query.words))
