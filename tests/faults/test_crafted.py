"""Files crafted by somebody who put every sum right: refused, or harmless, in bounded memory.

What such a file says may be false, and no check can tell: whoever writes an index can write what
they like into its articles.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.conftest import FaultCase, Tries
from tests.faults.crafted import attack
from tests.faults.damage import write_index

pytestmark = pytest.mark.faults

ROWS = 80
LEXICAL = ("data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((kind, "vectors.faiss") for kind in ("Flat", "IVF4,SQ8", "HNSW8_SQ8", "Exact")),
        *(("Flat", f"lexical/{name}") for name in LEXICAL),
        *(("Flat", f"lexical/{name}.index.json") for name in ("vocab", "params")),
        ("Flat", "articles.sqlite"),
    ],
)
def test_a_crafted_file_is_refused_or_harmless(
    kind: str, name: str, tmp_path: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """No crash, no hang, no error but ours, and no more memory than the file could fill."""
    write_index(tmp_path / "index", ROWS, kind=kind)
    number = tries(200, 15)
    outcome = attack(tmp_path / "index", name, seed=7, number=number)
    shutil.rmtree(tmp_path / "index")
    print(outcome.fell)  # noqa: T201 - what fell, where it did
    fault_case(
        f"crafted {name.rpartition('/')[2]}" + (f" ({kind})" if name == "vectors.faiss" else ""),
        injected="numbers overwritten, bits flipped, bytes cut out or put in; all sums right",
        outcome=f"{outcome.refused} refused, {outcome.served} harmless; within 512 MiB",
        tries=number,
        lost=sum(outcome.fell.values()),
    )
