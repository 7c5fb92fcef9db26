"""Open a reader that was trained before as a model to train on.

Its 8-bit weights are made floating-point numbers again: integer times scale, for each output
channel. What quantising rounded away stays lost, which further training makes good.

Not handled: any other ONNX file than those that `qa.train.reader_export` writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering

from qa.errors import ModelError
from qa.readers.onnx import MODEL_FILE, TOKENIZER_FILE
from qa.train.reader_export import HEADS

_MODEL = "model."
_PRODUCT = "MatMulInteger"


def open_trained(folder: Path) -> tuple[BertForQuestionAnswering, Tokenizer]:
    """The model and the tokenizer of an exported reader, without dropout, attention eager.

    Raises:
        ModelError: If the folder holds no reader that `qa train reader` wrote.
    """
    try:
        stored = onnx.load(folder / MODEL_FILE)
        weights = dict(_weights(stored.graph))
        heads = {each.key: each.value for each in stored.metadata_props}[HEADS]
        model = BertForQuestionAnswering(_config(weights, int(heads)))
        model.load_state_dict({name: torch.from_numpy(each) for name, each in weights.items()})
        return model, Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    except Exception as error:
        # The parsers of ONNX and of the tokenizer raise classes of their own.
        raise ModelError(f"{folder} holds no reader to go on from ({error}).") from error


def _weights(graph: onnx.GraphProto) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Every weight by the name that the model gives it."""
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    for name, values in stored.items():
        if not name.startswith(_MODEL) or name.endswith(("_scale", "_zero_point")):
            continue
        if name.endswith("_quantized"):
            plain = name.removesuffix("_quantized")
            yield plain.removeprefix(_MODEL), _exact(stored, plain)
        else:
            yield name.removeprefix(_MODEL), values.copy()
    for node in graph.node:
        # A product keeps where it stands: /model/bert/encoder/layer.0/.../dense/MatMul_quant.
        if node.op_type == _PRODUCT and node.input[1].endswith("_quantized"):
            module = ".".join(node.name.split("/")[2:-1])
            values = _exact(stored, node.input[1].removesuffix("_quantized"))
            yield f"{module}.weight", np.ascontiguousarray(values.T)


def _exact(stored: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    """The numbers that integers, their zero points and their scales stand for."""
    integers = stored[f"{name}_quantized"].astype(np.float32)
    zero = stored[f"{name}_zero_point"].astype(np.float32)
    return (integers - zero) * stored[f"{name}_scale"].astype(np.float32)


def _config(weights: dict[str, NDArray[np.float32]], heads: int) -> BertConfig:
    """The shape of a BERT that holds such weights."""
    vocabulary, width = weights["bert.embeddings.word_embeddings.weight"].shape
    layers = {name.split(".")[3] for name in weights if name.startswith("bert.encoder.layer.")}
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=len(layers),
        num_attention_heads=heads,
        intermediate_size=len(weights["bert.encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(weights["bert.embeddings.position_embeddings.weight"]),
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    # As in training from the beginning, and as the exporter needs it.
    config._attn_implementation = "eager"
    return config
