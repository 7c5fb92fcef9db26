"""Words of a question that no article holds, taken for the word that they misspell.

`Stoltenburg` is taken for `Stoltenberg` where articles know only the one. A question about
something that is not there must not be answered about something else, so a word stays that

- some passage holds, in any form of its stem;
- has fewer than four letters, other signs than letters, or capitals alone;
- is a word: one that a lexicon knows, that asks, or that joins others; `Irlandia` is no misspelt
  `Islandia`;
- is part of a name of which no passage holds another part beside its neighbour;
- has no neighbour, or several equally good ones.

A neighbour begins with the same letter and sounds alike, as if one only heard it: it is one edit
away, from seven letters on two, and has the same consonants, with `f` and `v`, `k` and `c`, `s` and
`z` as one. From seven letters on one edit of any kind is enough. The nearest counts, then what more
passages hold. What is written as a name is taken for a name alone, and so is whatever a question in
another language than the articles' holds.

A question in a language that is neither the articles' nor one with a lexicon stays: nothing tells
its ordinary words from misspelt ones.

Of 1,399 Indonesian questions about other texts, 23 had a word replaced over 4,000 news articles and
one over the shipped ones; of misspelt names there, all with another vowel, a doubled letter or
another letter of the same sound were found, .9 of those with two letters swapped, .45 of those
that lack one, .6 with a neighbour on the keyboard (2026-11).

Not handled: a wrong first letter, words run together or torn apart, and a misspelling that is a
word of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from typing import TypeAlias

from qa.chunk import encoder_text
from qa.language.text import fold
from qa.lexical.index import Vocabulary, stemmer_of
from qa.lexical.lexicon import has_lexicon, is_word
from qa.question.analyse import STOPWORDS, asks
from qa.question.lean import Word, names, words_of
from qa.types import Correction, Passage

Passages: TypeAlias = Callable[[Sequence[int]], Sequence[Passage]]
"""Gives the passages of some rows, in the order asked for."""

_SHORTEST = 4
_SHORTEST_ELSEWHERE = 6
"""In a question in another language than the articles'."""
_LONG = 7
"""From so many letters on a word may be two edits away."""
_FEW_LETTERS = 5
"""Up to so many letters a word of a lexicon is no neighbour: it has too many."""
_MOST = 6
"""Words that are looked into; a question of more unknown ones is not misspelt."""
_ALIKE = str.maketrans("vwqczx", "ffkkss", "aeiouyh'")


def correct(
    question: str, language: str, index: Vocabulary, passages: Passages
) -> tuple[str, tuple[Correction, ...]]:
    """A question with its misspelt words replaced, and which these are.

    Args:
        question: With its short forms written out.
        language: Of the question, ISO 639-1.
        index: The words of the articles.
        passages: Where these words stand as they are written.
    """
    unknown = list(islice(_unknown(question, index), _MOST + 1))
    if not unknown or len(unknown) > _MOST:
        return question, ()
    native = stemmer_of(language) in index.stemmers
    if not native and not has_lexicon(language):
        return question, ()
    found: list[Correction] = []
    for word in reversed(unknown):
        # Of a question in another language a lexicon was looked up anyway, and knows most words.
        if not native and (
            len(word.folded) < _SHORTEST_ELSEWHERE or is_word(word.folded, language)
        ):
            continue
        as_name = not native or (word.text[0].isupper() and word.start > 0)
        taken = _taken_for(word.folded, index, passages, as_name=as_name)
        if taken is None or is_word(word.folded, language):
            continue
        if len(word.folded) <= _FEW_LETTERS and is_word(fold(taken), language):
            continue
        others = _named_with(word, question)
        if others and not any(index.together(fold(taken), other) for other in others):
            continue
        question = question[: word.start] + taken + question[word.end :]
        found.append(Correction(word.text, taken))
    return question, tuple(reversed(found))


def _unknown(question: str, index: Vocabulary) -> Iterator[Word]:
    """The words of a question that could be misspelt."""
    for word in words_of(question):
        if len(word.folded) < _SHORTEST or not (word.text.isalpha() and word.folded.isalpha()):
            continue
        if word.text.isupper() and not question.isupper():
            # It is an abbreviation, and another is no likelier for looking like it.
            continue
        if not (word.folded in STOPWORDS or asks(word.folded) or index.holds(word.folded)):
            yield word


def _named_with(word: Word, question: str) -> list[str]:
    """The other words, folded, of a name that a word is part of."""
    return [
        other.folded
        for name in names(question)
        if name.start <= word.start and word.end <= name.end
        for other in words_of(question[name.start : name.end])
        if other.folded != word.folded
    ]


def _taken_for(word: str, index: Vocabulary, passages: Passages, *, as_name: bool) -> str | None:
    """The word of the articles that a folded word misspells; None if none is clearly the one."""
    is_long = len(word) >= _LONG
    most = 2 if is_long else 1
    near = [
        each
        for each in index.near(word, most)
        if _sound_alike(each.of, each.stem, each.edits, is_long=is_long)
    ]
    # What stands in the articles is a word, of which the index holds the stem.
    found = passages([each.first for each in near]) if near else []
    fit: dict[str, tuple[int, int]] = {}
    for each, passage in zip(near, found, strict=True):
        written = _written(word, each.stem, index, passage)
        if written is None:
            continue
        edits, text, is_name = written
        other = fold(text)
        if is_name < as_name or not (other.isalpha() and 0 < edits <= most):
            continue
        if _sound_alike(word, other, edits, is_long=is_long):
            fit[text] = min((edits, -each.held_by), fit.get(text, (3, 0)))
    ranked = sorted((rank, text) for text, rank in fit.items())
    if not ranked or (ranked[1:] and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _written(
    word: str, stem: str, index: Vocabulary, passage: Passage
) -> tuple[int, str, bool] | None:
    """How a stem is written in a passage or its headline, which are indexed together.

    Returns:
        Edits from a word, the text, and whether it looks a name; None where no word of it is found,
        as of a passage that the index's words were made of otherwise.
    """
    # 20 ms, which a question of known words need not wait for.
    from rapidfuzz.distance import OSA

    text = encoder_text(passage)
    forms = [each for each in words_of(text) if index.has_stem(each.folded, stem)]
    if not forms:
        return None
    nearest = min(forms, key=lambda form: OSA.distance(word, form.folded))
    edits = int(OSA.distance(word, nearest.folded))
    return edits, nearest.text, all(form.text[0].isupper() for form in forms)


def _sound_alike(word: str, other: str, edits: int, *, is_long: bool) -> bool:
    """Whether a word could be meant for another that is so many edits away."""
    return (edits == 1 and is_long) or _sound(word) == _sound(other)


def _sound(word: str) -> str:
    """The first letter and the consonants of a word as they are heard, each once in a row."""
    heard = word.replace("ph", "f").replace("ck", "k").translate(_ALIKE)
    return word[0] + "".join(letter for letter, _ in groupby(heard))
