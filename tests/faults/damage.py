"""An index to be damaged, and who finds out: `qa check`, and the opening that `qa ask` does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from qa.errors import StoreError
from qa.indexes import build_index
from qa.lexical.build import LexicalBuilder
from qa.store import draft, open_generation, passage_digest, verify
from qa.types import Folder, Span
from tests.builders import article

DIM = 8


def write_index(index: Path, n: int, *, kind: str | None = None, dim: int = DIM) -> None:
    """Publish an index of n articles of one passage each, under a made-up encoder."""
    chance = np.random.default_rng(0)
    vectors = chance.normal(size=(n, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [
        " ".join(["kata", str(number), *(f"w{word}" for word in chance.integers(0, 9000, 12))])
        for number in range(n)
    ]
    languages = ["en" if number % 3 == 0 else "id" for number in range(n)]
    words = LexicalBuilder()
    words.add(texts, languages)
    with draft(index) as new:
        for text, language in zip(texts, languages, strict=True):
            new.add_article(article(text, path=f"{text[:9]}.txt", source="S", language=language))
        for one in list(new.articles()):
            digests = [passage_digest(one.text)]
            new.add_passages(one.id, [Span(0, len(one.text))], masks=(), digests=digests)
        new.add_vectors(build_index(vectors, kind))
        new.add_lexical(words.build())
        new.publish(
            root="/c",
            folders=[Folder("/c")],
            digest="d",
            encoder="t@0",
            dim=dim,
        )


def folder_in(index: Path) -> Path:
    """The folder of the generation in use."""
    return index / (index / "CURRENT").read_text("ascii").split()[0]


def files_in(index: Path) -> list[Path]:
    """CURRENT, the manifest, and every file of the generation in use."""
    return [index / "CURRENT", *sorted(p for p in folder_in(index).rglob("*") if p.is_file())]


def found_by_check(index: Path) -> bool:
    """Whether verifying tells that something is wrong."""
    try:
        return verify(index) != []
    except StoreError:
        return True


def found_by_opening(index: Path) -> bool:
    """Whether opening all parts tells that something is wrong."""
    try:
        with open_generation(index) as generation:
            generation.vectors()
            generation.lexical()
    except StoreError:
        return True
    return False


@contextmanager
def restored(path: Path) -> Iterator[bytes]:
    """A file's bytes, which it has again after the block, whatever happens to it."""
    content = path.read_bytes()
    try:
        yield content
    finally:
        if path.is_symlink() or path.exists():
            path.unlink()
        path.write_bytes(content)


def reseal(index: Path, **fields: object) -> None:
    """Change fields of the manifest in use, and give CURRENT the sum of it."""
    folder = folder_in(index)
    document = json.loads((folder / "manifest.json").read_bytes())
    manifest = json.dumps({**document, **fields}).encode()
    (folder / "manifest.json").write_bytes(manifest)
    line = f"{folder.name} {hashlib.sha256(manifest).hexdigest()}\n"
    (index / "CURRENT").write_text(line, "ascii")
