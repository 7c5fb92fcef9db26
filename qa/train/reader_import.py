"""Open a reader that was trained before as a network to train on.

Its 8-bit weights are made floating-point numbers again: integer times scale, for each output
channel. What quantising rounded away stays lost, which further training makes good. Its token
vectors and its vocabulary are as they were.

Not handled: any other ONNX file than those that `qa.train.quantise` writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig

from qa.errors import ModelError
from qa.network import TOKENIZER_FILE, VECTORS_FILE
from qa.readers.onnx import MODEL_FILE
from qa.train.e5 import layers
from qa.train.network import Network
from qa.train.quantise import HEADS, OUTLIERS, PLACES

_MODEL = "model."
_EPS = 1e-12


def open_trained(folder: Path) -> tuple[Network, Tokenizer]:
    """The network and the tokenizer of an exported reader.

    Raises:
        ModelError: If the folder holds no reader that `qa train reader` wrote.
    """
    try:
        stored = onnx.load(folder / MODEL_FILE)
        known = {each.key: each.value for each in stored.metadata_props}
        weights = dict(_weights(stored.graph, json.loads(known[PLACES])))
        _join(weights, json.loads(known[OUTLIERS]))
        vectors = np.load(folder / VECTORS_FILE, allow_pickle=False)
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        model = Network(layers(_config(weights, int(known[HEADS]))), vectors)
        model.load({name: torch.from_numpy(each) for name, each in weights.items()})
    except Exception as error:
        # The parsers of ONNX and of the tokenizer raise classes of their own.
        raise ModelError(f"{folder} holds no reader to go on from ({error}).") from error
    return model, tokenizer


def _weights(
    graph: onnx.GraphProto, places: dict[str, str]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Every weight by the name that the network gives it."""
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    for name, values in stored.items():
        if name.startswith(_MODEL):
            yield name.removeprefix(_MODEL), values.copy()
    for name, module in places.items():
        values = stored[name] if name in stored else _exact(stored, name)
        yield f"{module}.weight", np.ascontiguousarray(values.T)


def _join(weights: dict[str, NDArray[np.float32]], outliers: list[list[int]]) -> None:
    """Put the channels that were kept apart back into their layers' matrices."""
    for number, channels in enumerate(outliers):
        layer = f"bert.encoder.layer.{number}"
        first, second = f"{layer}.intermediate.dense", f"{layer}.output.dense"
        weights[f"{first}.weight"][channels] = weights.pop(f"{layer}.output.outlier_in").T
        weights[f"{first}.bias"][channels] = weights.pop(f"{layer}.output.outlier_bias")
        weights[f"{second}.weight"][:, channels] = weights.pop(f"{layer}.output.outlier_out").T


def _exact(stored: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    """The numbers that integers, their zero points and their scales stand for."""
    integers = stored[f"{name}_quantized"].astype(np.float32)
    zero = stored[f"{name}_zero_point"].astype(np.float32)
    return (integers - zero) * stored[f"{name}_scale"].astype(np.float32)


def _config(weights: dict[str, NDArray[np.float32]], heads: int) -> BertConfig:
    """The shape of a network that holds such weights."""
    positions, width = weights["bert.embeddings.position_embeddings.weight"].shape
    layers = {name.split(".")[3] for name in weights if name.startswith("bert.encoder.layer.")}
    return BertConfig(
        vocab_size=1,
        hidden_size=width,
        num_hidden_layers=len(layers),
        num_attention_heads=heads,
        intermediate_size=len(weights["bert.encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=positions,
        layer_norm_eps=_EPS,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
