"""Write a network as ONNX in 8 bits, as the reader and the deep encoder ship.

The file is everything behind the token vectors; those stay in the four bits that they came in.
Weights become integers with a scale for each output channel; activations are scaled over the run
they belong to, so that a window, or a text, is to be run alone. Per channel matters: with one scale
a tensor, vectors of such an encoder kept a cosine of .931 with the original, per channel .992.
Weights of products use 7 of the 8 bits: processors without VNNI (most before 2020) add pairs of
products in 16 bits, which 8 bits overflow without a word. What stands behind the layers stays
exact, and so do the few inner channels of each layer whose activations dwarf the others': one scale
for both rounded the others away, and a reader's margin fell by .95 on average; with them apart by
.06 (2026-11).
"""

from __future__ import annotations

import copy
import json
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor

from qa.network import INPUT
from qa.train.network import Network

if TYPE_CHECKING:
    import onnx
    from transformers.models.bert.modeling_bert import BertLayer

HEADS = "heads"
"""Under which the file says how many heads attend, which no shape in it tells."""

OUTLIERS = "outliers"
"""Under which the file says, in JSON, which inner channels of each layer are kept exact."""

PLACES = "places"
"""Under which the file says, in JSON, which module of the network each matrix belongs to."""

_OPSET = 17
_OUTLIERS = 4  # Channels of a layer; one to three of them are far out.
_SAMPLE = (16, 128)  # Windows of random tokens, and their length: the same channels stand out.


def export_onnx(
    model: Network,
    path: Path,
    ending: Callable[[Network], torch.nn.Module],
    outputs: Mapping[str, bool],
) -> None:
    """Write a network, from token vectors on, as one file in 8 bits.

    Args:
        model: On the CPU; it stays as it is.
        path: The file to write, in a folder that is there.
        ending: Makes of the network what takes token vectors, (1, tokens, width), and gives the
            outputs.
        outputs: Their names in order, and whether each has a number, or a row, for every token.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        exact, small = Path(scratch) / "exact.onnx", Path(scratch) / "small.onnx"
        outliers = _outliers(model)
        apart = _with_outliers_apart(model, outliers)
        apart.bert.set_attn_implementation("eager")
        _export(ending(apart).eval(), model.bert.config.hidden_size, exact, outputs)
        heads = model.bert.config.num_attention_heads
        _quantise(exact, small, {HEADS: str(heads), OUTLIERS: json.dumps(outliers)})
        small.replace(path)


class _Output(torch.nn.Module):
    """The second half of a layer, which computes the outlying channels of the first by itself."""

    def __init__(self, layer: BertLayer, channels: Sequence[int]) -> None:
        """Take these channels out of the layer's own matrices."""
        super().__init__()
        first, self.act = layer.intermediate.dense, layer.intermediate.intermediate_act_fn
        self.dense, self.LayerNorm = layer.output.dense, layer.output.LayerNorm
        self.outlier_in = torch.nn.Parameter(first.weight[channels].T.contiguous())
        self.outlier_bias = torch.nn.Parameter(first.bias[channels])
        self.outlier_out = torch.nn.Parameter(self.dense.weight[:, channels].T.contiguous())
        with torch.no_grad():
            first.weight[channels] = 0
            first.bias[channels] = 0
            self.dense.weight[:, channels] = 0

    def forward(self, inner: Tensor, attended: Tensor) -> Tensor:
        outlying = self.act(attended @ self.outlier_in + self.outlier_bias) @ self.outlier_out
        normed: Tensor = self.LayerNorm(self.dense(inner) + outlying + attended)
        return normed


@torch.no_grad()
def _outliers(model: Network) -> list[list[int]]:
    """For each layer the inner channels whose activations are greatest."""
    drawn = torch.Generator().manual_seed(0)
    ids = torch.randint(len(model.vectors), _SAMPLE, generator=drawn)
    greatest: list[list[int]] = []

    def note(_: torch.nn.Module, inputs: tuple[Tensor, ...]) -> None:
        inner = inputs[0].abs().amax((0, 1))
        found = inner.topk(min(_OUTLIERS, len(inner))).indices
        greatest.append(sorted(found.tolist()))

    hooks = [layer.output.dense.register_forward_pre_hook(note) for layer in _layers(model)]
    model(ids)
    for hook in hooks:
        hook.remove()
    return greatest


def _with_outliers_apart(model: Network, outliers: Sequence[Sequence[int]]) -> Network:
    """A copy of the model that scores alike, with these channels of each layer apart."""
    model = copy.deepcopy(model)
    for layer, channels in zip(_layers(model), outliers, strict=True):
        layer.output = _Output(layer, channels)
    return model


def _layers(model: Network) -> Iterable[Any]:
    return cast("Iterable[Any]", model.bert.encoder.layer)


def _export(ending: torch.nn.Module, width: int, path: Path, outputs: Mapping[str, bool]) -> None:
    with warnings.catch_warnings():
        # The exporter by TorchScript is called old; that by torch.export fixes the length.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            ending,
            (torch.zeros(1, 16, width),),
            path,
            input_names=[INPUT],
            output_names=list(outputs),
            dynamic_axes={
                name: {1: "tokens"} for name, each in {INPUT: True, **outputs}.items() if each
            },
            opset_version=_OPSET,
            dynamo=False,
        )


def _quantise(exact: Path, small: Path, known: Mapping[str, str]) -> None:
    """Write the file in 8 bits, and in it what is `known` of the network."""
    # Only those who train have the package onnx.
    import onnx
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = onnx.load(exact).graph.node
    quantised = small.with_suffix(".quantised")
    quantize_dynamic(
        exact,
        quantised,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=[
            node.name
            for node in nodes
            if "/bert/" not in node.name or any("outlier" in name for name in node.input)
        ],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    # Fused here, once, it opens in a third of the time; this level is the same on every processor.
    options = SessionOptions()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(small)
    InferenceSession(str(quantised), options, providers=["CPUExecutionProvider"])
    model = onnx.load(small)
    places = json.dumps(_places(onnx.load(quantised).graph))
    onnx.helper.set_model_props(model, {**known, PLACES: places})
    onnx.save(model, small)


def _places(graph: onnx.GraphProto) -> dict[str, str]:
    """For each matrix the module of the network that it belongs to, before nodes are fused.

    A product keeps where it stands in its name: `/bert/encoder/layer.0/.../dense/MatMul_quant`.
    """
    constants = {each.name for each in graph.initializer}
    return {
        node.input[1].removesuffix("_quantized"): ".".join(node.name.split("/")[1:-1])
        for node in graph.node
        if node.op_type in ("MatMul", "MatMulInteger") and node.input[1] in constants
    }
