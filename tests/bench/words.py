"""What BM25 finds by the statistics of each shard alone, beside those of the whole corpus.

Not handled: shards that articles do not go to by hash; there the statistics differ far more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import numpy as np

from qa.cluster.layout import ClusterGeneration
from qa.lexical.index import LexicalIndex, _idf
from qa.protocols import Rows
from qa.store import open_generation

_BEST = 10
_COMMON = 200
_WORD = re.compile(r"[a-z]{4,}")

_Held: TypeAlias = Sequence[tuple[LexicalIndex, Rows]]
"""The words of each shard, and the row in the whole corpus of each of its passages."""


def recall(
    index: Path, whole: ClusterGeneration, questions: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Of the ten passages that BM25 over one index has best, the share that shards have best.

    Args:
        index: Of one machine.
        whole: The same articles in shards.
        questions: To ask; the most common words are asked too, each alone and two at a time.

    Returns:
        The mean share by what is asked and by whose statistics.
    """
    statistics = whole.statistics()
    stems = list(statistics.stems)
    most = np.argsort(-statistics.frequencies, kind="stable")
    common = [stems[at] for at in most if _WORD.fullmatch(stems[at])][:_COMMON]
    asked = {
        "questions": questions,
        "common words": common,
        "two common words": [" ".join(two) for two in zip(common[::2], common[1::2], strict=False)],
    }
    with ExitStack() as opened:
        one = opened.enter_context(open_generation(index)).lexical()
        numbers = range(len(whole.manifest.shards))
        shards = [opened.enter_context(whole.shard(number)) for number in numbers]
        rows = [whole.rows(number) for number in numbers]
        exact: _Held = [(one, np.arange(len(one)))]
        held: dict[str, _Held] = {
            by: list(zip((shard.lexical(known) for shard in shards), rows, strict=True))
            for by, known in (("of the whole corpus", statistics), ("of each shard", None))
        }
        return {
            name: {by: _share(exact, found, queries) for by, found in held.items()}
            for name, queries in asked.items()
        }


def _share(exact: _Held, held: _Held, queries: Sequence[str]) -> float:
    """The mean share of the exact best that is among the best, of queries that find anything."""
    pairs = [(_best(exact, query), _best(held, query)) for query in queries]
    return round(float(np.mean([len(a & b) / len(a) for a, b in pairs if a])), 3)


def _best(held: _Held, query: str) -> set[int]:
    """The rows of the best passages by the sum of BM25 over words, ties to the lower row."""
    scores, rows = [], []
    for words, of in held:
        # Engines compare sums, not their shares of what each shard's words could score.
        bound = sum(
            max(map(words._idf, stems), default=_idf(0, words._n))
            for stems in words._words(query, None)
        )
        found = words.scores(query) * np.float32(bound)
        at = np.flatnonzero(found)
        scores.append(-found[at])
        rows.append(of[at])
    order = np.lexsort((np.concatenate(rows), np.concatenate(scores)))
    return set(np.concatenate(rows)[order[:_BEST]].tolist())
