"""Passages -> a lexical index: which words each says, how often, and how long it is.

Not handled: adding to an index that is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from qa.lexical.index import LexicalIndex, Postings, stemmer_of, stemming

_MOST_PIECES = 500_000
_LONGEST_PIECE = 40
_MOST_OFTEN = np.iinfo(np.uint16).max
"""A word that a passage says more often than that counts as if it said it so often."""


class LexicalBuilder:
    """Takes passages in the order of their rows, then builds their index.

    Until then a passage is held as ten bytes for each different word.
    """

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._pieces: dict[str, _Pieces] = {}
        self._counted: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16]]] = []
        self._lengths: list[int] = []

    def add(self, texts: Sequence[str], languages: Sequence[str]) -> None:
        """Take further passages, each with its ISO 639-1 language or `und`."""
        passages = []
        for text, language in zip(texts, languages, strict=True):
            stemmer = stemmer_of(language)
            if stemmer not in self._pieces:
                self._pieces[stemmer] = _Pieces(language, self._vocabulary)
            numbers = self._pieces[stemmer]
            passages.append([n for piece in text.split() for n in numbers[piece]])
        lengths = [len(passage) for passage in passages]
        words = np.fromiter(chain.from_iterable(passages), np.int64, sum(lengths))
        rows = np.repeat(np.arange(len(lengths)), lengths)
        said, counts = np.unique(rows * (len(self._vocabulary) + 1) + words, return_counts=True)
        rows, words = np.divmod(said, len(self._vocabulary) + 1)
        self._counted.append(
            (
                words.astype(np.int32),
                (rows + len(self._lengths)).astype(np.int32),
                np.minimum(counts, _MOST_OFTEN).astype(np.uint16),
            )
        )
        self._lengths += lengths

    def build(self) -> LexicalIndex:
        """The index over all passages taken; the same passages give the same index."""
        self.add([], [])
        words, rows, counts = (np.concatenate(parts) for parts in zip(*self._counted, strict=True))
        by_word = np.argsort(words, kind="stable")
        starts = np.zeros(len(self._vocabulary) + 1, dtype=np.int64)
        np.cumsum(np.bincount(words, minlength=len(self._vocabulary)), out=starts[1:])
        lengths = np.array(self._lengths, dtype=np.int32)
        postings = Postings(starts, rows[by_word], counts[by_word], lengths)
        return LexicalIndex(self._vocabulary, postings, tuple(sorted(self._pieces)))


class _Pieces(dict[str, list[int]]):
    """The word numbers of what stands between two spaces, found once and kept.

    No word holds white space, so a passage's words are those of its pieces. Looking pieces up reads
    20,000 passages of 64 words a second, finding words in each passage 12,000 (2026-11).
    """

    def __init__(self, language: str, vocabulary: dict[str, int]) -> None:
        super().__init__()
        self._stems = stemming(language)
        self._vocabulary = vocabulary

    def __missing__(self, piece: str) -> list[int]:
        vocabulary = self._vocabulary
        numbers = [vocabulary.setdefault(stem, len(vocabulary)) for stem in self._stems(piece)]
        if len(self) >= _MOST_PIECES:
            self.clear()
        if len(piece) <= _LONGEST_PIECE:
            self[piece] = numbers
        return numbers
