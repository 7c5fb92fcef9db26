"""A deep encoder for tests, in a folder as `qa train deep` writes one: made in a moment.

It knows the words that stand in the tests, as the tiny reader does, whose tokens it shares. A
text's vector is the mean of its words' codes; a word that says nothing, and one that no test holds,
adds nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, numpy_helper, parser, save

from qa.network import BLOCK, CONFIG_FILE, TOKENIZER_FILE, VECTORS_FILE, sha256_of

_NETWORK_FILE = "encoder.onnx"
_RULE = """
<ir_version: 8, opset_import: ["": 17]>
tiny (float[1, tokens, width] vectors) => (float[1, 128] mean)
{
  flags, codes = Split <axis = 2> (vectors, parts)
  mean = ReduceMean <axes = [1], keepdims = 0> (codes)
}
"""


def write_deep(folder: Path, reader: Path) -> Path:
    """Write the encoder into a folder beside that of a tiny reader; the folder."""
    folder.mkdir()
    model: ModelProto = parser.parse_model(_RULE)
    parts = np.array([BLOCK, 4 * BLOCK], dtype=np.int64)
    model.graph.initializer.append(numpy_helper.from_array(parts, "parts"))
    save(model, folder / _NETWORK_FILE)
    tokens = f"../{reader.name}"
    files = (_NETWORK_FILE, f"{tokens}/{VECTORS_FILE}", f"{tokens}/{TOKENIZER_FILE}")
    config = {
        "name": "tiny-deep",
        "network": _NETWORK_FILE,
        "tokens": tokens,
        "question": "query: ",
        "passage": "passage: ",
        "max_tokens": 64,
        "fusing": {"within": 0.4, "across": 0.5},
        "sha256": {file: sha256_of(folder / file) for file in files},
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    return folder
