"""txtai doing qa's work, in a process of its own: `index` passages, or `ask` questions of them.

Run by path so that nothing of qa is imported beside it. It retrieves and does not read, so its
times are a lower bound of what an answer from it would take. Arguments: the command, a folder for
the index, the encoder's folder; lines come in on standard input, JSON goes out.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from txtai.embeddings import Embeddings

HITS = 50


def index(folder: str, model: str) -> None:
    """Index passages, one JSON string a line; say how many seconds it took."""
    passages = [json.loads(line) for line in sys.stdin]
    started = perf_counter()
    embeddings = Embeddings(path=model, method="sentence-transformers", content=True)
    embeddings.index((row, text, None) for row, text in enumerate(passages))
    embeddings.save(folder)
    print(json.dumps({"seconds": perf_counter() - started}))  # noqa: T201 - this is its output


def ask(folder: str) -> None:
    """Answer questions, one JSON string a line, each with its milliseconds."""
    embeddings = Embeddings()
    embeddings.load(folder)
    for line in sys.stdin:
        started = perf_counter()
        hits = embeddings.search(json.loads(line), HITS)
        milliseconds = (perf_counter() - started) * 1000
        print(json.dumps({"ms": milliseconds, "hits": len(hits)}))  # noqa: T201 - as above


if __name__ == "__main__":
    command, target, encoder = sys.argv[1:]
    if command == "index":
        index(target, encoder)
    else:
        ask(target)
