"""The reader without a model: typed candidates, scored by the question's words around them.

A linear score over what can be seen: the look of a candidate against the kind of answer asked for,
how near the question's words stand, which word comes before. It is the floor that every model must
beat, and answers where no model is at hand.

Not handled: paraphrase, inference, pronouns, and an answer that is no candidate; across languages
only names and numbers meet. A question of what is not the case only lowers the margin.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from qa.protocols import Calibration
from qa.readers.candidates import NATIONS, Candidate, Look, Words, candidates
from qa.readers.overlap_weights import WEIGHTS
from qa.readers.question import STOPWORDS, TITLES, Kind, Question, analyse, stems
from qa.text import fold, sentences, words
from qa.types import Finding, Passage, Span

# What the word before a candidate says about it.
_GROUPS = {
    "after_place": "di ke in at near kota negara pulau",
    "after_from": "dari from asal daripada",
    "after_by": "oleh by bernama named called",
    "after_is": "adalah ialah yaitu yakni iaitu merupakan sebagai is was are were as",
    "after_on": "pada on since sejak tahun year tanggal until hingga sampai",
    "after_about": """
        sekitar about around hampir nearly approximately sebanyak sejumlah berjumlah mencapai seluas
        sebesar setinggi
    """,
    "after_the": "the a an of",
    "after_said": "kata ujar menurut said says to",
}
_BEFORE = {word: group for group, listed in _GROUPS.items() for word in listed.split()}
_FAR = 99
_NAMED = (Kind.PERSON, Kind.PLACE)
_FITTING = {
    Kind.PERSON: (Look.NAME, Look.BARE, Look.PAIR),
    Kind.PLACE: (Look.NAME, Look.BARE, Look.PAIR),
    Kind.TIME: (Look.DATE, Look.YEAR, Look.SAID_YEAR),
    Kind.NUMBER: (Look.NUMBER, Look.FIGURE, Look.COUNT, Look.ABOUT),
}

# Score and null are the two sides of a logistic regression of "the span is right" (F1 of at least
# .5) on 1,100 training questions each of FacQA, TyDiQA-id, IDK-MRC and SQuAD, every one paired with
# its own passage and with the four wrong ones that BM25 ranks highest. `_AHEAD` weighs the log of
# the span's share in a softmax over the passage's candidates.
_SCORE = 0.22
_AHEAD = 1.05
_NULL = {
    "bias": 1.87,
    "missing": 1.4,
    "missing_around": 1.31,
    "names_missing": 1.49,
    "named": -0.74,
    "words": -0.77,
    "unfit_value": 1.07,
    "unfit_name": 0.63,
    "negated": 0.86,
}
# Platt scaling on the development splits of the same four sets (1,993 questions, a fifth of them
# unanswerable), the best of five passages each. Precision reaches .9 at a confidence of .79 over
# all, and at .67 on the news questions of FacQA alone; abstaining scores best below .28.
_CALIBRATION = Calibration(
    bias=0.3, margin=0.88, dense=0.0, lexical=0.0, answered=0.79, unsure=0.28, alone=-1.41
)


class OverlapReader:
    """Finds the candidate that the question's words point to; holds no state."""

    @property
    def id(self) -> str:
        """Its name; the weights are part of the code."""
        return "overlap"

    @property
    def calibration(self) -> Calibration:
        """Fitted on development data; it knows nothing of retrieval scores."""
        return _CALIBRATION

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """The best candidate of each pair, ties to the first; None where a passage has none."""
        return [
            _read(analyse(question), passage)
            for question, passage in zip(questions, passages, strict=True)
        ]


def _read(question: Question, passage: Passage) -> Finding | None:
    pair = Pair(question, passage.text, passage.article.language)
    found = candidates(pair.words)
    if not found:
        return None
    weights = _weights(question.kind, question.language == "en")
    scores = [
        sum(weights.get(name, 0.0) * value for name, value in pair.features(candidate))
        for candidate in found
    ]
    top = max(scores)
    best = found[scores.index(top)]
    ahead = -math.log(sum(math.exp(score - top) for score in scores))
    start = passage.span.start
    return Finding(
        passage=passage,
        span=Span(start + best.start, start + best.end),
        score=_SCORE * top + _AHEAD * ahead,
        null=pair.null(best),
    )


@lru_cache(maxsize=32)
def _weights(kind: Kind, english: bool) -> Mapping[str, float]:
    """The weights for one kind of question: those of every kind, and its own."""
    total: dict[str, float] = {}
    for group in ("every", kind.value, "english") if english else ("every", kind.value):
        for name, weight in WEIGHTS.get(group, {}).items():
            total[name] = total.get(name, 0.0) + weight
    return total


class Pair:
    """A question and a passage's text: where the words of the one stand in the other."""

    def __init__(self, question: Question, text: str, language: str) -> None:
        """Match the words.

        Args:
            question: The question, analysed.
            text: The passage.
            language: The passage's, to stem it by.
        """
        spans = words(text)
        folded = [fold(text[span.start : span.end]) for span in spans]
        found = sentences(text)
        ends = [span.end for span in found]
        by_form: dict[str, int] = {}
        for key, forms in enumerate(question.keys):
            for form in forms:
                by_form.setdefault(form, key)
        self._question = question
        self._size = math.sqrt(max(1, len(question.keys)))
        self._sentence_of = [bisect_right(ends, span.start) for span in spans]
        self._keys_in: list[set[int]] = [set() for _ in found]
        self._places: dict[int, list[int]] = {}
        self._heads: set[int] = set()
        asked = [False] * len(spans)
        for at, (word, stem) in enumerate(zip(folded, stems(folded, language), strict=True)):
            met = by_form.get(stem, by_form.get(word))
            if met is not None:
                asked[at] = True
                self._places.setdefault(met, []).append(at)
                self._keys_in[self._sentence_of[at]].add(met)
            if word in question.head or stem in question.head:
                self._heads.add(at)
        self._most = max(map(len, self._keys_in), default=0)
        starts = [0, *self._sentence_of]
        begins = {at for at in range(len(spans)) if at == 0 or starts[at] != starts[at + 1]}
        self.words = Words(text, spans, folded, asked, self._sentence_of, frozenset(begins), ends)

    def features(self, candidate: Candidate) -> Iterator[tuple[str, float]]:
        """What can be seen of a candidate, by name."""
        first, last, seen = candidate.first, candidate.last, self.words
        sentence = self._sentence_of[first]
        n = last - first + 1
        yield candidate.look, 1.0
        yield from self._nearness(first, last, sentence)
        asked = sum(seen.asked[first : last + 1])
        yield "asked", asked / n
        yield "all_asked", float(asked == n)
        yield "words", math.log(n)
        yield "long", max(0, n - 8) / 8
        yield "stop_first", float(seen.folded[first] in STOPWORDS)
        yield "stop_last", float(seen.folded[last] in STOPWORDS)
        if self._heads:
            yield "head_in", float(not self._heads.isdisjoint(range(first, last + 1)))
            yield "head_before", float(not self._heads.isdisjoint(range(first - 2, first)))
            yield "head_after", float(not self._heads.isdisjoint(range(last + 1, last + 3)))
        if first in seen.begins:
            yield "begins", 1.0
        else:
            before = seen.folded[first - 1]
            yield _BEFORE.get(before, "after_other"), 1.0
            yield "after_title", float(before in TITLES)
        yield "titled", float(seen.folded[first] in TITLES and candidate.look == Look.NAME)
        yield "nation", float(n == 1 and seen.folded[first] in NATIONS)
        lead = seen.text[candidate.start - 1] if candidate.start else ""
        trail = seen.text[candidate.end : candidate.end + 2]
        yield "bracketed", float(lead == "(")
        yield "quoted", float(lead in ("“", '"'))
        yield "before_bracket", float(trail == " (")
        yield "before_comma", float(trail[:1] == ",")
        yield "before_stop", float(trail[:1] in (".", ""))

    def _nearness(self, first: int, last: int, sentence: int) -> Iterator[tuple[str, float]]:
        """How much of the question the sentence holds, and how near it stands."""
        here = self._keys_in[sentence]
        yield "sentence", len(here) / self._size**2
        yield "best", float(len(here) == self._most)
        yield "first_sentence", float(sentence == 0)
        closest = _FAR
        for key in here:
            places = self._places[key]
            left, right = bisect_left(places, first), bisect_right(places, last)
            before = first - places[left - 1] if left else _FAR
            after = places[right] - last if right < len(places) else _FAR
            distance, side = min((before, "left"), (after, "right"))
            if distance < _FAR:
                closest = min(closest, distance)
                # A word found everywhere says less about where the answer is.
                worth = 1 / (1 + distance) / math.sqrt(len(places)) / self._size
                yield f"name_{side}" if key in self._question.names else f"word_{side}", worth
        yield "touches", float(closest == 1)
        for other, name in ((sentence - 1, "previous"), (sentence + 1, "next")):
            if 0 <= other < len(self._keys_in):
                yield name, len(self._keys_in[other] - here) / self._size**2

    def null(self, candidate: Candidate) -> float:
        """How much speaks for "this passage does not answer", on the scale of the score."""
        question = self._question
        sentence = self._sentence_of[candidate.first]
        around = set().union(*self._keys_in[max(0, sentence - 1) : sentence + 2])
        size = max(1, len(question.keys))
        unfit = candidate.look not in _FITTING.get(question.kind, (candidate.look,))
        seen = {
            "bias": 1.0,
            "missing": 1 - len(self._places) / size,
            "missing_around": 1 - len(around) / size,
            "names_missing": len(question.names - self._places.keys())
            / max(1, len(question.names)),
            "named": float(bool(question.names)),
            "words": math.log(size),
            f"unfit_{'name' if question.kind in _NAMED else 'value'}": float(unfit),
            "negated": float(question.negated),
        }
        return sum(_NULL[name] * value for name, value in seen.items())
