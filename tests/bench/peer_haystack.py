"""Haystack doing qa's work, in a process of its own; see `peer_txtai.py`.

Its in-memory store keeps the index as one JSON file, which each new process reads whole.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

from haystack import Document
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

HITS = 50


def index(folder: Path, model: str) -> None:
    """Index passages, one JSON string a line; say how many seconds it took."""
    # The id is given, else texts that occur twice would collide.
    documents = [
        Document(id=str(row), content=json.loads(line)) for row, line in enumerate(sys.stdin)
    ]
    started = perf_counter()
    embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
    embedder.warm_up()
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedder.run(documents)["documents"])
    folder.mkdir(parents=True, exist_ok=True)
    store.save_to_disk(str(folder / "store.json"))
    print(json.dumps({"seconds": perf_counter() - started}))  # noqa: T201 - this is its output


def ask(folder: Path, model: str) -> None:
    """Answer questions, one JSON string a line, each with its milliseconds."""
    store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
    embedder = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
    embedder.warm_up()
    retriever = InMemoryEmbeddingRetriever(store, top_k=HITS)
    for line in sys.stdin:
        started = perf_counter()
        vector = embedder.run(json.loads(line))["embedding"]
        hits = retriever.run(query_embedding=vector)["documents"]
        milliseconds = (perf_counter() - started) * 1000
        print(json.dumps({"ms": milliseconds, "hits": len(hits)}))  # noqa: T201 - as above


if __name__ == "__main__":
    command, target, encoder = sys.argv[1:]
    if command == "index":
        index(Path(target), encoder)
    else:
        ask(Path(target), encoder)
