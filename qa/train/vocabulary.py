"""Give a pre-trained English encoder a vocabulary of more languages, with vectors to start from.

A token that the encoder already knows keeps its vector. Another one starts as what it is
translated to: the mean of English vectors weighted by IBM model 1, fitted on sentence pairs; a
token that the pairs hardly show starts as the mean of the pieces that the old vocabulary cut it
into. So a sentence in Indonesian starts as a word-by-word gloss in English, which the encoder can
nearly read. Tokens of scripts other than European ones are learnt apart, so that they take no room
from the others (`add_scripts`).

Source: WECHSEL, Minixhofer et al., NAACL 2022, doi:10.18653/v1/2022.naacl-main.293 (vectors carried
over by translation).

Does not cut Chinese and Japanese into words: each Han character is a token, as in BERT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers.trainers import WordPieceTrainer

from qa.train.model1 import fit

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

_SHRINK = 4.0  # Sightings at which translation and pieces weigh the same.
_EUROPEAN = re.compile("[^\\s\u0590-\U0010ffff]+")  # Runs of characters before the Hebrew ones.
_TINY = 1e-12


def train_tokenizer(texts: Iterable[str], size: int, alphabet: int = 600) -> Tokenizer:
    """An uncased WordPiece tokenizer that cuts and folds text just as BERT's does.

    Args:
        texts: What to learn from.
        size: Tokens in the vocabulary, the special ones included.
        alphabet: Characters kept, the most frequent ones.
    """
    model = models.WordPiece(unk_token=SPECIAL[1], max_input_chars_per_word=64)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = WordPieceTrainer(
        vocab_size=size,
        min_frequency=5,
        limit_alphabet=alphabet,
        special_tokens=list(SPECIAL),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ids
    )
    return tokenizer


def add_scripts(
    tokenizer: Tokenizer, texts: Iterable[str], tokens: int, alphabet: int = 4_000
) -> Tokenizer:
    """The same tokenizer with more tokens at the end, for scripts other than European ones.

    Args:
        tokenizer: One of `train_tokenizer`.
        texts: What to learn from; European letters in it are passed over.
        tokens: How many at most.
        alphabet: Characters kept, the most frequent ones.
    """
    others = (_EUROPEAN.sub(" ", text) for text in texts)
    learnt = train_tokenizer(others, tokens + len(SPECIAL), alphabet).get_vocab()
    whole = json.loads(tokenizer.to_str())
    known = whole["model"]["vocab"]
    added = [token for token in sorted(learnt, key=learnt.__getitem__) if token not in known]
    whole["model"]["vocab"] = known | {
        token: row for row, token in enumerate(added, start=len(known))
    }
    return Tokenizer.from_str(json.dumps(whole))


@dataclass(frozen=True, slots=True)
class TranslationTable:
    """How often each new token stands in the pairs, and what it means in old tokens.

    `probability` has shape (new tokens, old tokens), each row summing to 1 or to 0.
    """

    probability: sparse.csr_matrix
    sightings: NDArray[np.float64]


def align(
    pairs: Sequence[tuple[str, str]], new: Tokenizer, old: Tokenizer, *, iterations: int = 6
) -> TranslationTable:
    """P(old token | new token) by IBM model 1, from (translation, English) sentence pairs.

    Translations below one in twenty are dropped.
    """
    links = fit(
        zip(
            _encode(new, [pair[0] for pair in pairs]),
            _encode(old, [pair[1] for pair in pairs]),
            strict=True,
        ),
        sources=new.get_vocab_size(),
        targets=old.get_vocab_size(),
        iterations=iterations,
    )
    keep = links.probability >= 1 / 20
    table = sparse.csr_matrix(
        (links.probability[keep], (links.source[keep], links.target[keep])),
        shape=(new.get_vocab_size(), old.get_vocab_size()),
    )
    sums = np.asarray(table.sum(axis=1)).ravel()
    table = sparse.diags(1 / np.maximum(sums, _TINY)) @ table
    return TranslationTable(sparse.csr_matrix(table), np.where(sums > 0, links.sightings, 0.0))


def start_vectors(
    new: Tokenizer,
    old: Tokenizer,
    old_vectors: NDArray[np.float32],
    table: TranslationTable,
    english_share: NDArray[np.float64],
) -> NDArray[np.float32]:
    """A vector for every new token, (new tokens, dim) float32.

    Args:
        new: The new tokenizer.
        old: The encoder's own tokenizer.
        old_vectors: The encoder's vectors, (old tokens, dim).
        table: What the new tokens are translated to.
        english_share: For each new token, which part of its sightings is in English text, in
            [0, 1]: a spelling that two languages share (`air`, `dan`) becomes a mixture.
    """
    pieces = _pieces(new, old)
    from_pieces = pieces @ old_vectors
    # Tokens of characters that the old vocabulary lacks must differ, or none could be told.
    strange = pieces[:, [old.get_vocab()[SPECIAL[1]]]].toarray().ravel() > 0
    strange[new.get_vocab()[SPECIAL[1]]] = False
    drawn = np.random.default_rng(0).normal(size=(int(strange.sum()), old_vectors.shape[1]))
    from_pieces[strange] = drawn * old_vectors.std()
    weight = (table.sightings / (table.sightings + _SHRINK))[:, None]
    translated = weight * (table.probability @ old_vectors) + (1 - weight) * from_pieces
    length = np.linalg.norm(old_vectors, axis=1).mean()
    translated *= length / np.maximum(np.linalg.norm(translated, axis=1, keepdims=True), _TINY)
    old_ids = old.get_vocab()
    known = np.zeros(new.get_vocab_size())
    for token, row in new.get_vocab().items():
        if token in SPECIAL:
            known[row] = 1.0
        elif token in old_ids:
            known[row] = english_share[row]
    share = known[:, None]
    return np.ascontiguousarray(share * from_pieces + (1 - share) * translated, dtype=np.float32)


def english_shares(
    new: Tokenizer, english: Sequence[str], other: Sequence[str]
) -> NDArray[np.float64]:
    """For each new token the part of its rate in English text; 1 for one seen in neither."""
    rates = []
    for texts in (english, other):
        ids = np.concatenate([*_encode(new, texts), np.zeros(0, np.int64)])
        counts = np.bincount(ids, minlength=new.get_vocab_size()).astype(np.float64)
        rates.append(counts / max(counts.sum(), 1.0))
    return np.where(rates[0] + rates[1] > 0, rates[0] / (rates[0] + rates[1] + _TINY), 1.0)


def _encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[NDArray[np.int64]]:
    """Token ids of each text, without special tokens."""
    encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [np.array(encoding.ids, dtype=np.int64) for encoding in encodings]


def _pieces(new: Tokenizer, old: Tokenizer) -> sparse.csr_matrix:
    """For each new token the mean of the old tokens that spell it, (new tokens, old tokens)."""
    old_ids = old.get_vocab()
    weights, rows, columns = [], [], []
    for token, row in new.get_vocab().items():
        if token in old_ids:
            ids = [old_ids[token]]
        elif token.startswith("##"):
            # Cut behind a letter that the old vocabulary leaves alone, so that pieces stay inner.
            ids = old.encode("x" + token[2:], add_special_tokens=False).ids
            ids = [piece for piece in ids if piece != old_ids.get("x")] or ids
        else:
            ids = old.encode(token, add_special_tokens=False).ids
        rows += [row] * len(ids)
        columns += ids
        weights += [1 / len(ids)] * len(ids)
    shape = (new.get_vocab_size(), old.get_vocab_size())
    return sparse.csr_matrix((weights, (rows, columns)), shape=shape)
