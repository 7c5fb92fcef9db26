"""A small corpus in editions, an encoder of its words, and what an index of it must hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from qa.encoders.static import MODULES, TOKENIZER, WEIGHTS
from qa.errors import IndexMissing
from qa.store import open_generation

GOODS = ("beras", "gula", "cabai", "minyak", "telur")


def sentence(good: str, edition: int) -> str:
    """What the article on a good says in an edition of the corpus."""
    return f"Harga {good} di pasar menjadi {edition}00 rupiah."


def write_corpus(folder: Path, edition: int) -> list[str]:
    """Write an edition of the corpus in place of the one before; its texts, in order."""
    folder.mkdir(exist_ok=True)
    texts = []
    for good in sorted(GOODS):
        text = f"{sentence(good, edition)} Warga mengantre sejak pagi.\n"
        (folder / f"{good}.txt").write_text(text, "utf-8")
        texts.append(text)
    return texts


def write_encoder(folder: Path) -> Path:
    """A static model that knows the words of the corpus."""
    folder.mkdir()
    known = [
        "[UNK]",
        *["Harga", "di", "pasar", "menjadi", "rupiah", "Warga", "mengantre", "sejak", "pagi"],
        *GOODS,
    ]
    vocabulary = {word: number for number, word in enumerate(known)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / TOKENIZER))
    weights = np.random.default_rng(0).normal(size=(len(known), 8)).astype(np.float32)
    save_file({"embedding.weight": weights}, folder / WEIGHTS)
    kind = "sentence_transformers.models.StaticEmbedding"
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (folder / MODULES).write_text(json.dumps(modules), "utf-8")
    return folder


def texts_in(index: Path) -> list[str] | None:
    """The texts of the articles in use; None where there is no index."""
    try:
        generation = open_generation(index)
    except IndexMissing:
        return None
    with generation:
        return [article.text for article in generation.articles()]


def unswept(index: Path) -> list[str]:
    """What lies in an index beside CURRENT, the lock, the generation in use and the one before."""
    names = sorted(path.name for path in index.iterdir() if path.name not in {"CURRENT", ".lock"})
    in_use = (index / "CURRENT").read_text("ascii").split()[0]
    before = [name for name in names if name < in_use][-1:]
    return [name for name in names if name not in {in_use, *before}]
