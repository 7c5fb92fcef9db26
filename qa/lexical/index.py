"""BM25 over stemmed words: which passages hold the words of a question.

What is kept is how often each passage says each word, and how long it is; what a word is worth is
worked out at the question, so that the counts of several indexes can be added up.

A passage is stemmed by its article's language. A question is stemmed in every way that the index
knows, so that a name in an English question meets an Indonesian passage.

A caller may give translations of its words, to meet passages in other languages (`lexicon`).

Not handled: synonyms and phrases. `near` gives what a misspelt word may be.
"""

from __future__ import annotations

import hashlib
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
import Stemmer
from numpy.typing import NDArray

from qa.errors import IndexDamaged, IndexMismatch
from qa.i18n import N_, _
from qa.language.stem import SNOWBALL
from qa.language.text import fold, words
from qa.protocols import Rows

_UNSTEMMED = "none"

_ASKING_WORDS = """
    apa apakah siapa siapakah kapan kapankah berapa berapakah mana manakah dimana dimanakah
    mengapa kenapa bagaimana bagaimanakah bila bilakah
    who whom whose what when where which why how
"""
_ASKING = frozenset(_ASKING_WORDS.split())
"""These ask; no passage is nearer to the answer for saying them. Left out of 402 questions of
TyDiQA-id over 4,263 passages, MRR@10 rises from .774 to .785 (2026-11)."""

# How often a passage of 600 characters says a word tells little: with k1 0.3 instead of 1.5, and
# what is nearest in meaning, MRR@10 rises on TyDiQA-id from .773 to .795, on SQuAD from .818 to
# .853, on news questions from .646 to .692 (2026-11).
_K1 = 0.3
_B = 0.75

_MOST_WORDS = 256

_WORDS = "words.json"
_ARRAYS = ("starts", "rows", "counts", "lengths")
"""The files of an index: its words, and the fields of its `Postings`, each in NumPy's format."""

_REBUILD = N_("Rebuild it: qa index FOLDER --full")

Stems: TypeAlias = Callable[[str], list[str]]
Translate: TypeAlias = Callable[[str], Mapping[str, float]]
"""What a folded word may be in other languages, each with its weight in (0, 1]."""


_PROBE = """
    Kementerian-kementerian mengatakan pada Jum’at bahwa 30.000 pasukan berlarian, berkeliaran dan
    mempertanggungjawabkannya; the ministers' naïve running studies were generously organised at
    19:30. Straße, façade, İstanbul, Ελλάδα, здравствуйте, كتابة, हिन्दी भाषा, 北京市, ファイル, 안녕
"""


def stemmer_of(language: str) -> str:
    """The Snowball stemmer for a language, ISO 639-1 or `und`; `none` where there is none."""
    return SNOWBALL.get(language, _UNSTEMMED)


@cache
def stemming(language: str) -> Stems:
    """What turns a text in a language into its folded, stemmed words, as the index has them.

    Raises:
        IndexMismatch: If this PyStemmer lacks the stemmer.
    """
    return _stemming(stemmer_of(language))


def fingerprint(stemmers: Sequence[str]) -> str:
    """Of how words are made: another wherever folding, cutting or stemming has changed.

    Taken from what comes of a text with words of many kinds, and from the release of the stemmers,
    which know more words than it holds.

    Raises:
        IndexMismatch: If this PyStemmer lacks one of the stemmers.
    """
    words = {stemmer: _stemming(stemmer)(_PROBE) for stemmer in stemmers}
    made = json.dumps([Stemmer.version(), words], sort_keys=True)
    return hashlib.sha256(made.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Postings:
    """Which passages say which words: a sparse matrix, passages by words.

    The passages `rows[starts[w]:starts[w + 1]]`, ascending, say word w as often as
    `counts[starts[w]:starts[w + 1]]` tells; passage p is `lengths[p]` words long.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Near:
    """A stem of the index that is spelt almost like a word.

    Attributes:
        stem: As the index holds it.
        of: The stem of the word.
        edits: Letters to add, leave out, replace or swap with the next.
        held_by: How many passages hold it.
        first: The row of the first of them.
    """

    stem: str
    of: str
    edits: int
    held_by: int
    first: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """How common words are in the whole corpus, of which an index holds a part.

    Attributes:
        stems: Each once, with its number.
        frequencies: How many passages hold the stem of a number, shape (n,).
        first: The row in the corpus of the first of them, shape (n,).
        passages: How many there are.
        words: The sum of their lengths.
    """

    stems: Mapping[str, int]
    frequencies: NDArray[np.int64]
    first: NDArray[np.int64]
    passages: int
    words: int

    def frequency(self, stem: str) -> int:
        """How many passages hold a stem."""
        number = self.stems.get(stem)
        return 0 if number is None else int(self.frequencies[number])


class Vocabulary(ABC):
    """The stems that passages hold."""

    def __init__(self, vocabulary: Mapping[str, int], stemmers: tuple[str, ...]) -> None:
        self._vocabulary = vocabulary
        self._stemmers = stemmers
        self._stems = [_stemming(stemmer) for stemmer in stemmers]
        self._begun: dict[str, list[str]] = {}

    @property
    def stemmers(self) -> tuple[str, ...]:
        """The Snowball stemmers that made its words; `none` for words left as they are."""
        return self._stemmers

    def holds(self, word: str) -> bool:
        """Whether a passage holds a word, or another of its stem."""
        return bool(self._numbers(word))

    def stems_of(self, word: str) -> frozenset[str]:
        """The stems of a word, in every way that the index knows."""
        return frozenset(stem for stems in self._stems for stem in stems(word))

    def has_stem(self, word: str, stem: str) -> bool:
        """Whether this is a stem of a word."""
        return stem in self.stems_of(word)

    @abstractmethod
    def together(self, word: str, other: str) -> bool:
        """Whether a passage holds both words, or others of their stems."""

    def near(self, word: str, edits: int) -> list[Near]:
        """The stems that begin like those of a word and are at most so many edits from one.

        The first call for a letter looks through all stems: 23 ms for 300,000 of them (2026-11).
        """
        # 20 ms, which a question of known words need not wait for.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near: list[Near] = []
        for of in self.stems_of(word):
            alike = process.extract(
                of, self._begin(of[0]), scorer=OSA.distance, score_cutoff=edits, limit=None
            )
            for stem, distance, _key in alike:
                frequency, first = self._first(self._vocabulary[stem])
                near.append(Near(stem, of, int(distance), frequency, first))
        return near

    def _begin(self, letter: str) -> list[str]:
        """The stems that begin with a letter."""
        if letter not in self._begun:
            self._begun[letter] = [stem for stem in self._vocabulary if stem[0] == letter]
        return self._begun[letter]

    @abstractmethod
    def _first(self, number: int) -> tuple[int, int]:
        """How many passages hold the stem of a number, and the row of the first of them."""

    def _numbers(self, word: str) -> list[int]:
        """The numbers of the stems of a word."""
        return [self._vocabulary[stem] for stem in self.stems_of(word) if stem in self._vocabulary]


class LexicalIndex(Vocabulary):
    """Scores every passage for a question, in [0, 1], comparable between questions.

    score(p) = sum over words w of  max over stems t of w  of  weight(t) * bm25(t, p)
               divided by  sum over words w of  max over stems t of w  of  weight(t) * idf(t)

    with the stems of the word itself at weight 1 and those of its translations at theirs,
    bm25(t, p) = idf(t) * tf / (tf + k1 * (1 - b + b * length(p) / mean length)) and
    idf(t) = ln(1 + (n - df + 0.5) / (df + 0.5)): Lucene's form, Kamphuis et al., ECIR 2020,
    doi:10.1007/978-3-030-45442-5_4. The divisor is what a passage that says every word without end
    would approach; a word that no passage holds counts there with df = 0. A passage of mean length
    that says each word once scores 1 / (1 + k1) = 0.77.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        postings: Postings,
        stemmers: tuple[str, ...],
        whole: Statistics | None = None,
    ) -> None:
        """An index; `whole` tells of the corpus where these passages are a part of it."""
        super().__init__(vocabulary, stemmers)
        self._postings = postings
        self._whole = whole
        self._n = whole.passages if whole else len(postings.lengths)
        mean = max(whole.words if whole else int(postings.lengths.sum()), 1) / max(self._n, 1)
        self._damping = (_K1 * (1 - _B + _B / mean * postings.lengths)).astype(np.float32)

    @classmethod
    def open(cls, folder: Path, stemmers: tuple[str, ...], whole: Statistics | None = None) -> Self:
        """The index that `save` wrote; its arrays stay on disk until they are read.

        `whole` is what `LexicalIndex` takes.

        Raises:
            IndexDamaged: If a file cannot be read.
            IndexMismatch: If this PyStemmer lacks one of the stemmers.
        """
        path = folder / _WORDS
        try:
            words = json.loads(path.read_bytes())
            arrays = []
            for name in _ARRAYS:
                path = folder / f"{name}.npy"
                array = np.load(path, mmap_mode="r", allow_pickle=False)
                arrays.append(np.asarray(array))
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(
                _("{path} cannot be read ({reason}). {todo}").format(
                    path=path, reason=error, todo=_(_REBUILD)
                )
            ) from error
        vocabulary = dict(zip(words, range(len(words)), strict=True))
        return cls(vocabulary, Postings(*arrays), stemmers, whole)

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """The number of each stem, which `postings` go by, in the order of these."""
        return self._vocabulary

    @property
    def postings(self) -> Postings:
        """Which passages say which stems."""
        return self._postings

    def __len__(self) -> int:
        return len(self._postings.lengths)

    def save(self, folder: Path) -> None:
        """Write the index into a folder, made if absent."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _WORDS).write_text(json.dumps(list(self._vocabulary)), encoding="ascii")
        for name in _ARRAYS:
            with (folder / f"{name}.npy").open("wb") as file:
                np.save(file, getattr(self._postings, name), allow_pickle=False)

    def scores(self, question: str, translate: Translate | None = None) -> NDArray[np.float32]:
        """The score of every passage, shape (n,); zeros where no word of the question is known.

        Words that only ask do not count, and no more than the first 256 different words do.

        Args:
            question: In any language.
            translate: What its words are in the languages of the passages; nothing if None.
        """
        scores = np.zeros(len(self), dtype=np.float32)
        bound = 0.0
        for stems in self._words(question, translate):
            bound += max(
                (weight * self._idf(stem) for stem, weight in stems.items()),
                default=_idf(0, self._n),
            )
            here = {stem: weight for stem, weight in stems.items() if stem in self._vocabulary}
            if len(here) == 1:
                ((stem, weight),) = here.items()
                rows, values = self._bm25(stem)
                np.add.at(scores, rows, weight * values)
            elif here:
                best = np.zeros_like(scores)
                for stem, weight in here.items():
                    rows, values = self._bm25(stem)
                    np.maximum.at(best, rows, weight * values)
                scores += best
        return scores / np.float32(bound) if bound else scores

    def holding(self, word: str) -> Rows:
        """The passages that hold a word, or another of its stem, ascending."""
        rows = self.rows_of(word)
        if len(rows) == 1:
            return rows[0].astype(np.int64)
        return np.unique(np.concatenate([np.empty(0, np.int64), *rows]))

    def rows_of(self, word: str) -> list[NDArray[np.int32]]:
        """For each stem of a word the passages that hold it, ascending."""
        return [self._rows(number) for number in self._numbers(word)]

    def together(self, word: str, other: str) -> bool:
        """Whether a passage holds both words, or others of their stems."""
        these, those = ([self._rows(at) for at in self._numbers(each)] for each in (word, other))
        return any(bool(np.isin(one, two).any()) for one in these for two in those)

    def _words(self, question: str, translate: Translate | None) -> list[dict[str, float]]:
        """For each word of a question its stems that the corpus holds; none for an unknown word.

        Each comes with its weight. A word that shares a stem with one before it is that word again.
        """
        asked = _folded_words(question)
        seen: set[str] = set()
        found: list[dict[str, float]] = []
        for word in [word for word in asked if word not in _ASKING] or asked:
            stems = dict.fromkeys(stem for stemmed in self._stems for stem in stemmed(word))
            if seen.isdisjoint(stems):
                weights = dict.fromkeys(stems, 1.0)
                for translation, weight in (translate(word) if translate else {}).items():
                    for stemmed in self._stems:
                        for stem in stemmed(translation):
                            weights[stem] = max(weight, weights.get(stem, 0.0))
                found.append(
                    {stem: weight for stem, weight in weights.items() if self._frequency(stem)}
                )
            seen.update(stems)
            if len(found) == _MOST_WORDS:
                break
        return found

    def _rows(self, number: int) -> NDArray[np.int32]:
        """The passages that say a word, ascending."""
        starts = self._postings.starts
        return self._postings.rows[starts[number] : starts[number + 1]]

    def _first(self, number: int) -> tuple[int, int]:
        rows = self._rows(number)
        return len(rows), int(rows[0])

    def _frequency(self, stem: str) -> int:
        """How many passages of the corpus hold a stem."""
        if self._whole:
            return self._whole.frequency(stem)
        number = self._vocabulary.get(stem)
        return 0 if number is None else len(self._rows(number))

    def _bm25(self, stem: str) -> tuple[Rows, NDArray[np.float32]]:
        """The passages that say a word, and its score in each."""
        starts, number = self._postings.starts, self._vocabulary[stem]
        rows = self._rows(number).astype(np.int64)
        counts = self._postings.counts[starts[number] : starts[number + 1]].astype(np.float32)
        return rows, np.float32(self._idf(stem)) * counts / (counts + self._damping.take(rows))

    def _idf(self, stem: str) -> float:
        return _idf(self._frequency(stem), self._n)


def _idf(df: int, n: int) -> float:
    """How much a word tells that df of n passages hold, in nats."""
    return math.log1p((n - df + 0.5) / (df + 0.5))


def _stemming(stemmer: str) -> Stems:
    """What turns a text into the stems of its words, by a Snowball stemmer or `none`."""
    if stemmer == _UNSTEMMED:
        return _folded_words
    try:
        snowball = Stemmer.Stemmer(stemmer)
    except KeyError as error:
        raise IndexMismatch(
            _(
                "The index was built with a stemmer for {stemmer}, which this "
                "PyStemmer lacks. Upgrade PyStemmer, or rebuild the index: qa index "
                "FOLDER --full"
            ).format(stemmer=stemmer)
        ) from error

    def stems(text: str) -> list[str]:
        found: list[str] = snowball.stemWords(_folded_words(text))
        return found

    return stems


def _folded_words(text: str) -> list[str]:
    if text.isascii() and text.isalnum():
        return [text.lower()]
    folded = fold(text)
    return [folded[at.start : at.end] for at in words(folded)]
