"""Asks an index one question after the other, in a process of its own.

    python -m tests.faults.asker INDEX READER NUMBER

Every other question is asked of an engine that is opened for it, the others of one that is opened
once. Prints a line an answer: its generation, and the editions of the corpus that it shows.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import closing
from pathlib import Path

from qa.engine import Engine
from qa.settings import Filters
from qa.show import as_json
from tests.faults.small import GOODS


def _told(engine: Engine, number: int) -> str:
    """What one answer shows."""
    answer = engine.ask(f"Berapa harga {GOODS[number % len(GOODS)]} di pasar?")
    document = json.dumps(as_json(answer, Filters(), engine.info))
    editions = sorted(set(re.findall(r"\b(\d+)00 rupiah", document)))
    return f"{engine.info.id} {' '.join(editions)}"


def _main(index: Path, reader: str, number: int) -> None:
    with closing(Engine.open(index, reader=reader)) as held:
        for at in range(number):
            if at % 2:
                print(_told(held, at), flush=True)  # noqa: T201
            else:
                with closing(Engine.open(index, reader=reader)) as opened:
                    print(_told(opened, at), flush=True)  # noqa: T201


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
