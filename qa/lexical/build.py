"""Passages -> a lexical index: which words each says, how often, and how long it is.

Not handled: adding to an index that is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def merged(
    parts: Iterable[tuple[LexicalIndex, NDArray[np.int64]]], stemmers: Sequence[str]
) -> LexicalIndex:
    """One index over some passages of several, its stems sorted.

    Args:
        parts: Each index, and the passages of it to take, ascending; they become the next rows.
        stemmers: What made the words of any of them, and of those that are to be asked like it.
    """
    said: list[tuple[list[str], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16]]] = []
    lengths: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
    count = 0
    for index, taken in parts:
        postings = index.postings
        new = np.full(len(index), -1, np.int64)
        new[taken] = np.arange(count, count + len(taken))
        rows = new[postings.rows]
        here = np.flatnonzero(rows >= 0)
        words = np.repeat(np.arange(len(index.vocabulary)), np.diff(postings.starts))[here]
        known = np.unique(words)
        stems = list(index.vocabulary)
        said.append(
            (
                [stems[at] for at in known],
                np.searchsorted(known, words),
                rows[here],
                postings.counts[here],
            )
        )
        lengths.append(postings.lengths[taken])
        count += len(taken)
    vocabulary = {
        stem: number
        for number, stem in enumerate(sorted({stem for stems, *_ in said for stem in stems}))
    }
    words = np.concatenate(
        [np.empty(0, np.int64)]
        + [np.array([vocabulary[s] for s in stems], np.int64)[at] for stems, at, *_ in said]
    )
    rows = np.concatenate([np.empty(0, np.int64), *(rows for *_, rows, _ in said)])
    counts = np.concatenate([np.empty(0, np.uint16), *(counts for *_, counts in said)])
    by_word = np.argsort(words, kind="stable")
    starts = np.zeros(len(vocabulary) + 1, np.int64)
    np.cumsum(np.bincount(words, minlength=len(vocabulary)), out=starts[1:])
    postings = Postings(
        starts, rows[by_word].astype(np.int32), counts[by_word], np.concatenate(lengths)
    )
    return LexicalIndex(vocabulary, postings, tuple(stemmers))


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
