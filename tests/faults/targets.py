"""What a fuzzer throws bytes at: only errors that are ours may come out.

Each takes any bytes, puts them where a file of an index would be, with every sum right, and uses it
as `qa` does. Files lie in memory where the system has a folder there.
"""

from __future__ import annotations

import atexit
import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import numpy as np

from qa.errors import QAError
from qa.indexes import open_index
from qa.lexical.index import LexicalIndex
from qa.settings import Filters
from qa.store.database import Database
from qa.store.files import CURRENT, current
from qa.store.generation import open_generation
from qa.store.manifest import read_manifest
from qa.store.verify import verify

DIM, ROWS = 4, 3
"""What the vector index and the lexical index are expected to hold."""


@cache
def _folder() -> Path:
    """A folder for this process, which goes with it."""
    memory = Path("/dev/shm")
    folder = Path(mkdtemp(prefix="qa-fuzz-", dir=memory if memory.is_dir() else None))
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def _file(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.write_bytes(data)
    return path


def fuzz_manifest(data: bytes) -> None:
    """A manifest whose sum CURRENT gives."""
    with suppress(QAError):
        read_manifest(_file("manifest.json", data), hashlib.sha256(data).hexdigest())


def fuzz_current(data: bytes) -> None:
    """CURRENT, by itself in an index and beside a generation."""
    _file(CURRENT, data)
    (_folder() / "000001-0123abcd").mkdir(exist_ok=True)
    current(_folder())
    with suppress(QAError):
        verify(_folder())
    with suppress(QAError):
        open_generation(_folder()).close()


def fuzz_articles(data: bytes) -> None:
    """The SQLite file."""
    with suppress(QAError):
        database = Database.open(_file("articles.sqlite", data))
        try:
            rows = min(database.passages_held, 100)
            database.allowed(Filters(source="s"))
            database.passages(range(rows))
            list(database.articles()) if database.articles_held < 100 else None
            database.places()
            database.skipped()
            list(database.problems()) if rows == database.passages_held else None
        finally:
            database.abandon()


def fuzz_vectors(data: bytes) -> None:
    """The vector index, as each kind."""
    path = _file("vectors.faiss", data)
    for kind in ("Flat", "IVF2,SQ8", "HNSW4_SQ8", "Exact"):
        with suppress(QAError):
            index = open_index(path, kind, DIM, ROWS)
            index.search(np.eye(1, DIM, dtype=np.float32), ROWS)
            index.vectors(np.arange(ROWS))


def fuzz_words(data: bytes) -> None:
    """The files of the lexical index: parameters, vocabulary and arrays, parted by a line."""
    folder = _folder() / "lexical"
    folder.mkdir(exist_ok=True)
    names = ("params.index.json", "vocab.index.json", "data", "indices", "indptr")
    parts = data.split(b"\n--\n")
    for number, name in enumerate(names):
        file = name if "." in name else f"{name}.csc.index.npy"
        (folder / file).write_bytes(parts[number] if number < len(parts) else b"")
    with suppress(QAError):
        LexicalIndex.open(folder, ROWS, ("none",)).scores("harga beras")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "manifest": fuzz_manifest,
    "current": fuzz_current,
    "articles": fuzz_articles,
    "vectors": fuzz_vectors,
    "words": fuzz_words,
}
"""Every target by its name."""
