"""What multilingual-e5-small says of each token of another vocabulary, taken alone.

Each token is read by the network as a text of its own, and is the mean of the last layer: a word in
one language then lies near the same word in others before any step of training. The vectors are cut
to their principal components and each component is brought to variance 1: e5's texts lie along few
directions, and left so, the rest of the dimensions would carry nothing (model2vec does the same but
for the last step; without it English questions find Indonesian passages at MRR .11 instead of .37,
nothing trained).
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.network import unpack
from qa.train.e5 import SPECIAL, cut_tokenizer, encoder, read_e5
from qa.train.tokens import BOUNDARY

_AT_ONCE = 512
_FIRST, _LAST = SPECIAL.index("<s>"), SPECIAL.index("</s>")


def piece_vectors(tokenizer: Tokenizer, e5: Path, dim: int) -> NDArray[np.float32]:
    """A vector for each token of a tokenizer, (tokens, dim), of variance 1 in each dimension.

    A token that begins a word and one within words are the same text, and have the same vector.

    Args:
        tokenizer: As of `qa.train.tokens`.
        e5: The model's file; see `qa.train.e5`.
        dim: At most the width of e5, and fewer than the tokens.

    Raises:
        ModelError: If the file is not of the layout that `qa.train.e5` reads.
    """
    tokens = tokenizer.get_vocab()
    texts = [""] * tokenizer.get_vocab_size()
    for token, number in tokens.items():
        texts[number] = token.replace(BOUNDARY, "")
    distinct = sorted(set(texts))
    place = {text: row for row, text in enumerate(distinct)}
    vectors = _whitened(_alone(e5, distinct), dim)
    return vectors[[place[text] for text in texts]]


@torch.inference_mode()
def _alone(path: Path, texts: list[str]) -> NDArray[np.float32]:
    """Mean of the last layer for each text, at unit length, (texts, width)."""
    e5 = read_e5(path)
    model = encoder(e5).train(mode=False)
    encodings = cut_tokenizer(e5, range(len(e5.pieces))).encode_batch_fast(texts)
    ids = [[_FIRST, *encoding.ids, _LAST] for encoding in encodings]
    vectors = np.empty((len(texts), e5.config.hidden_size), np.float32)
    # Of one length, so that nothing is padded.
    by_length = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    for _, same in groupby(by_length, key=lambda row: len(ids[row])):
        alike = list(same)
        for start in range(0, len(alike), _AT_ONCE):
            rows = alike[start : start + _AT_ONCE]
            pieces = np.array([ids[row] for row in rows])
            embedded = unpack(e5.vectors[pieces.ravel()]).reshape(*pieces.shape, -1)
            with torch.autocast("cpu", torch.bfloat16):
                last = model(inputs_embeds=torch.from_numpy(embedded)).last_hidden_state
            vectors[rows] = torch.nn.functional.normalize(last.float().mean(dim=1)).numpy()
    return vectors


def _whitened(vectors: NDArray[np.float32], dim: int) -> NDArray[np.float32]:
    """The first principal components, each of mean 0 and variance 1."""
    centred = vectors - vectors.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(centred, rowvar=False))
    best = np.argsort(-values)[:dim]
    whitened: NDArray[np.float32] = (centred @ axes[:, best] / np.sqrt(values[best])).astype(
        np.float32
    )
    return whitened
