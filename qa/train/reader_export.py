"""Write a trained reader as the folder that `OnnxReader` opens: ONNX in 8 bits, no pickle.

`reader.onnx` is everything behind the token vectors; those stay in the four bits that they came in
(`tokens.npy`). Weights become integers with a scale for each output channel; activations are scaled
over the window they belong to, so a window is scored alone. Per channel matters: with one scale a
tensor, vectors of such an encoder kept a cosine of .931 with the original, per channel .992.
Weights of products use 7 of the 8 bits: processors without VNNI (most before 2020) add pairs of
products in 16 bits, which 8 bits overflow without a word. The two heads stay exact.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from qa.protocols import Calibration
from qa.readers.onnx import (
    CONFIG_FILE,
    INPUT,
    MODEL_FILE,
    OUTPUTS,
    TOKENIZER_FILE,
    VECTORS_FILE,
)
from qa.train.network import Network

if TYPE_CHECKING:
    import onnx

HEADS = "heads"
"""Under which the file says how many heads attend, which no shape in it tells."""

PLACES = "places"
"""Under which the file says, in JSON, which module of the network each matrix belongs to."""

_OPSET = 17


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """What `config.json` says beside the sums of the files.

    Attributes:
        name: What the reader's id begins with.
        max_tokens: Longest window.
        titled: Whether questions are to be asked with the article's headline behind them.
        calibration: Of the exported model's scores.
    """

    name: str
    max_tokens: int
    titled: bool
    calibration: Calibration


def export_reader(model: Network, tokenizer: Tokenizer, folder: Path, config: ReaderConfig) -> None:
    """Write `reader.onnx`, `tokens.npy`, `tokenizer.json` and `config.json`.

    Args:
        model: On the CPU.
        tokenizer: The model's.
        folder: Where to; made if absent.
        config: What to write beside them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        exact, small = Path(scratch) / "exact.onnx", Path(scratch) / "small.onnx"
        _export(model, exact)
        _quantise(exact, small, heads=model.bert.config.num_attention_heads)
        small.replace(folder / MODEL_FILE)
    np.save(folder / VECTORS_FILE, model.packed, allow_pickle=False)
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    write_config(folder, config)


def write_config(folder: Path, config: ReaderConfig) -> None:
    """Write `config.json` for the files that lie in `folder`."""
    whole = asdict(config)
    whole["calibration"] = {key: round(value, 6) for key, value in whole["calibration"].items()}
    files = (MODEL_FILE, VECTORS_FILE, TOKENIZER_FILE)
    whole["sha256"] = {file: _sha256(folder / file) for file in files}
    part = folder / f"{CONFIG_FILE}.part"
    part.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    part.replace(folder / CONFIG_FILE)


def write_calibration(folder: Path, calibration: Calibration) -> None:
    """Put another calibration into the `config.json` of a reader that was exported to `folder`."""
    known = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    names = [field.name for field in fields(ReaderConfig)]
    config = ReaderConfig(**{name: known[name] for name in names})
    write_config(folder, replace(config, calibration=calibration))


class _Scores(torch.nn.Module):
    """The network from token vectors on, with the outputs that the file names, in their order."""

    def __init__(self, model: Network) -> None:
        super().__init__()
        self.model = model

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        spans, first = self.model.heads(vectors)
        return spans[..., 0], spans[..., 1], first


def _export(model: Network, path: Path) -> None:
    sample = torch.zeros(1, 16, model.bert.config.hidden_size)
    attention = model.bert.config._attn_implementation
    model.bert.set_attn_implementation("eager")
    with warnings.catch_warnings():
        # The exporter by TorchScript is called old; that by torch.export fixes the length.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Scores(model).eval(),
            (sample,),
            path,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_axes={INPUT: {1: "tokens"}, **{name: {1: "tokens"} for name in OUTPUTS[:2]}},
            opset_version=_OPSET,
            dynamo=False,
        )
    model.bert.set_attn_implementation(attention)


def _quantise(exact: Path, small: Path, *, heads: int) -> None:
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
        nodes_to_exclude=[node.name for node in nodes if "/bert/" not in node.name],
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
    onnx.helper.set_model_props(model, {HEADS: str(heads), PLACES: places})
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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
