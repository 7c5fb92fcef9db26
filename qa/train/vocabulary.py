"""Choose which pieces of a large multilingual vocabulary a reader keeps.

A piece is worth the sum, over the languages, of its share of the language's tokens times the
language's weight. What is cut is spelt by smaller pieces that stay.

Does not learn new pieces: each must have a vector.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, processors

from qa.train.e5 import E5, SPECIAL, cut_tokenizer

_AT_ONCE = 2000


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> NDArray[np.int64]:
    """How often each piece stands in some texts, (pieces,)."""
    counts = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    waiting = iter(texts)
    while some := list(islice(waiting, _AT_ONCE)):
        for encoding in tokenizer.encode_batch_fast(some, add_special_tokens=False):
            np.add.at(counts, np.array(encoding.ids, dtype=np.int64), 1)
    return counts


def choose_pieces(
    counts: Mapping[str, NDArray[np.int64]],
    weights: Mapping[str, float],
    size: int,
    *,
    other: float = 1.0,
) -> list[int]:
    """The ids to keep, ascending, the special ones among them.

    Args:
        counts: For each language how often each piece stands in its texts, (pieces,).
        weights: What a language's share counts.
        size: How many to keep; fewer come back where fewer occur.
        other: The weight of a language that `weights` does not name.
    """
    worth = sum(
        weights.get(language, other) * count / max(count.sum(), 1)
        for language, count in sorted(counts.items())
    )
    worth = np.asarray(worth)
    best = [int(piece) for piece in np.argsort(-worth, kind="stable") if worth[piece] > 0]
    special = list(range(len(SPECIAL)))
    rest = [piece for piece in best if piece >= len(SPECIAL)]
    return sorted([*special, *rest[: size - len(special)]])


def pair_tokenizer(e5: E5, kept: list[int]) -> Tokenizer:
    """The tokenizer of some pieces that lays out `<s> question </s></s> passage </s>`."""
    tokenizer = cut_tokenizer(e5, kept)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return tokenizer
