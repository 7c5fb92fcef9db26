"""Passages -> a lexical index: which words each says, how often, and how long it is.

Not handled: adding to an index that is built.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from io import SEEK_END, BytesIO
from itertools import chain
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from qa.lexical.index import LexicalIndex, Postings, stemmer_of, stemming

_MOST_PIECES = 500_000
_LONGEST_PIECE = 40
_AT_ONCE = 4_000_000
"""Words that are counted together; 150 MB of memory while they are."""

_RUN = (np.int32, np.int32, np.int32, np.uint16)
"""What a run is written as."""

_MOST_OFTEN = 65_535
"""A term frequency above this counts as this."""


class LexicalBuilder:
    """Takes passages in the order of their rows, then builds their index.

    Words are counted some millions at a time and then stored in a file, six bytes for each
    different word of a passage; memory holds the vocabulary, and the index itself once it is built.
    """

    def __init__(self, file: BinaryIO | None = None) -> None:
        """Begin with nothing; `file` is empty, and read and written here. None holds all."""
        self._file = file or BytesIO()
        self._vocabulary: dict[str, int] = {}
        self._pieces: dict[str, _Pieces] = {}
        self._lengths = array("i")
        self._said: list[NDArray[np.int32]] = []
        self._waiting = self._counted = 0
        self._runs: list[tuple[int, int]] = []

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
        self._said.append(np.fromiter(chain.from_iterable(passages), np.int32, sum(lengths)))
        self._lengths.extend(lengths)
        self._waiting += sum(lengths)
        if self._waiting >= _AT_ONCE:
            self._count()

    def build(self) -> LexicalIndex:
        """The index over all passages taken; the same passages give the same index."""
        self._count()
        for pieces in self._pieces.values():
            pieces.clear()
        starts = np.zeros(len(self._vocabulary) + 1, np.int64)
        for words, held_by, _rows, _counts in self._counts():
            starts[words + 1] += held_by
        np.cumsum(starts, out=starts)
        rows = np.empty(starts[-1], np.int32)
        counts = np.empty(starts[-1], np.uint16)
        ends = starts[:-1].copy()
        for words, held_by, some_rows, some_counts in self._counts():
            # A word's passages stand together in the run, and behind those of runs before.
            places = np.repeat(ends[words] - np.cumsum(held_by) + held_by, held_by)
            places += np.arange(len(some_rows))
            rows[places] = some_rows
            counts[places] = some_counts
            ends[words] += held_by
        postings = Postings(starts, rows, counts, np.array(self._lengths, np.int32))
        return LexicalIndex(self._vocabulary, postings, tuple(sorted(self._pieces)))

    def _count(self) -> None:
        """Write how often each of the passages that wait says each word: one run."""
        first, self._counted = self._counted, len(self._lengths)
        if not self._said:
            return
        lengths = np.array(self._lengths[first:], np.int64)
        said = np.concatenate(self._said).astype(np.int64)
        self._said.clear()
        self._waiting = 0
        said *= len(lengths)
        said += np.repeat(np.arange(len(lengths)), lengths)
        said, counts = np.unique(said, return_counts=True)
        numbers, rows = np.divmod(said, max(len(lengths), 1))
        words, held_by = np.unique(numbers, return_counts=True)
        counts = np.minimum(counts, _MOST_OFTEN)
        self._file.seek(0, SEEK_END)
        for part, kind in zip((words, held_by, rows + first, counts), _RUN, strict=True):
            self._file.write(part.astype(kind).tobytes())
        self._runs.append((len(words), len(rows)))

    def _counts(self) -> Iterator[list[NDArray[Any]]]:
        """The runs: their words, how many passages hold each, and its rows and counts in these."""
        self._file.seek(0)
        for words, postings in self._runs:
            lengths = (words, words, postings, postings)
            yield [
                np.frombuffer(self._file.read(length * np.dtype(kind).itemsize), kind)
                for kind, length in zip(_RUN, lengths, strict=True)
            ]


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
