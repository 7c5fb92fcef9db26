"""The articles of an index that may hold some words close together.

Not handled: words that an article parts at a line's end, and masked ones; the other words of a
quotation have to find them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qa.language.text import fold, words
from qa.lexical.index import LexicalIndex
from qa.protocols import Rows
from qa.settings import Filters
from qa.store import Generation

_CHOSEN = 24
"""Words, the rarest, that choose the articles."""
_HELD = 0.85
"""Of the weight of these words that the best article holds, what another one holds at least that
may hold all that is looked for. The best may lack some: those that a line's end parts."""
_PASSAGE = 300
"""Code points of a passage beside the sentence that it repeats, at least in most articles."""
_MOST_PASSAGES = 6
"""In a row, in which words are close together."""

_PARTED = re.compile(r"(?<=[^\W\d_])-\s+(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Articles by the first of their rows, those that hold the most of the words first.

    `weights` says how much of them each holds close together, in nats.
    """

    rows: Rows
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def whole(self) -> Rows:
        """Those that may hold all of the words."""
        return self.rows[self.weights >= _HELD * self.weights[:1]]


class Chooser:
    """Chooses articles of one generation by the words that their passages hold."""

    def __init__(self, generation: Generation, index: LexicalIndex) -> None:
        self._generation = generation
        self._index = index

    def candidates(self, text: str, filters: Filters, *, is_parted: bool = False) -> Candidates:
        """The articles that hold the most of a text's words in passages that follow each other.

        Of a long text, those of its beginning; of one in parts, in more passages.
        """
        text = text[: _PASSAGE * _MOST_PASSAGES]
        count = len(self._index)
        allowed = self._generation.allowed(filters)
        rows_of = [self._index.rows_of(word) for word in self._known(text)]
        rarest = sorted(rows_of, key=lambda rows: sum(map(len, rows)))[:_CHOSEN]
        passages = _MOST_PASSAGES if is_parted else min(_MOST_PASSAGES, 2 + len(text) // _PASSAGE)
        held = np.zeros(count, np.float32)
        for rows in rarest:
            here = np.zeros(count, np.bool_)
            for each in rows:
                here[each] = True
            if allowed is not None:
                elsewhere, here = here, np.zeros(count, np.bool_)
                here[allowed] = elsewhere[allowed]
            near = here
            for _again in range(passages - 1):
                following = here.copy()
                following[:-1] |= near[1:] & self._goes_on
                near = following
            if holding := np.count_nonzero(here):
                held += np.float32(np.log1p(count / holding)) * near
        most = np.maximum.reduceat(held, self._first_rows)
        some = np.flatnonzero(most)
        best = some[np.argsort(-most[some], kind="stable")]
        return Candidates(self._first_rows[best], most[best])

    @cached_property
    def _first_rows(self) -> Rows:
        return self._generation.first_rows()

    @cached_property
    def _goes_on(self) -> NDArray[np.bool_]:
        """For each passage but the last, whether the next is of the same article."""
        goes_on = np.ones(len(self._index), np.bool_)
        goes_on[self._first_rows] = False
        return goes_on[1:]

    def _known(self, text: str) -> set[str]:
        """The words of a text that the index knows; of one that a line's end parts, the whole."""
        folded = fold(text)
        joined = _words(_PARTED.sub("", folded))
        parted = _words(folded)
        known = {word for word in parted | joined if self._index.holds(word)}
        # `negara- negara` is two words: then their whole is not known, and they are.
        whole = known & joined - parted
        return {word for word in known if word in joined or not any(word in one for one in whole)}


def _words(folded: str) -> set[str]:
    return {folded[at.start : at.end] for at in words(folded)}
