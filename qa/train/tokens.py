"""The encoder's tokenizer, and texts as runs of token numbers.

The tokenizer folds case and compatibility forms and sees neither punctuation nor symbols. It cuts
at white space first, so that a text's tokens are those of its words one after the other, and splits
words by byte-pair merges (learnt in a minute; a unigram model took eight for no visible gain).
Languages written without spaces get long "words", cut all the same. Characters outside the learnt
alphabet become the unknown token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFKC, Lowercase, Replace, Strip
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.trainers import BpeTrainer

UNKNOWN = "[UNK]"
BOUNDARY = "\u2581"  # What Metaspace puts before a word; alone it is left from an unknown one.
_AT_ONCE = 20_000


def train_tokenizer(texts: Iterable[str], tokens: int) -> Tokenizer:
    """Learn a vocabulary of at most so many tokens."""
    tokenizer = Tokenizer(BPE(unk_token=UNKNOWN, fuse_unk=True))
    tokenizer.normalizer = Normalizers(
        [
            NFKC(),
            Lowercase(),
            # Soft hyphens and other invisible marks stand within words.
            Replace(Regex(r"\p{Cf}+"), ""),
            Replace(Regex(r"[\p{P}\p{S}\p{C}\p{Z}\s]+"), " "),
            Strip(),
        ]
    )
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always")
    trainer = BpeTrainer(
        vocab_size=tokens,
        special_tokens=[UNKNOWN],
        limit_alphabet=6_000,
        max_token_length=16,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def silent(tokenizer: Tokenizer) -> list[int]:
    """The tokens that say nothing, and have a vector of zeros: unknown, and a bare boundary."""
    vocabulary = tokenizer.get_vocab()
    return [vocabulary[UNKNOWN], vocabulary[BOUNDARY]]


@dataclass(frozen=True, slots=True)
class Bags:
    """The tokens of many texts: those of text i are `tokens[ends[i - 1]:ends[i]]`."""

    tokens: NDArray[np.int32]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends)

    def take(
        self, rows: NDArray[np.int64], max_tokens: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The tokens of some texts in one run, and where each text begins in it.

        Args:
            rows: Which texts, (n,).
            max_tokens: Most tokens of a text, the first ones; None for all.
        """
        bags = [self.tokens[self.ends[row - 1] if row else 0 : self.ends[row]] for row in rows]
        bags = [bag[:max_tokens] for bag in bags]
        starts = np.cumsum([0, *map(len, bags)], dtype=np.int64)[:-1]
        return np.concatenate(bags).astype(np.int64), starts


def tokenise(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """Texts as bags of the tokens that say something, in order."""
    unknown, boundary = silent(tokenizer)
    bags = []
    for start in range(0, len(texts), _AT_ONCE):
        batch = texts[start : start + _AT_ONCE]
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            bag = np.array(encoding.ids, np.int32)
            bags.append(bag[(bag != unknown) & (bag != boundary)])
    ends = np.cumsum([len(bag) for bag in bags], dtype=np.int64)
    return Bags(np.concatenate(bags), ends)
