"""Any bytes in the place of an index's files: only errors that are ours come out."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.conftest import FaultCase, Tries
from tests.faults.crafted import craft
from tests.faults.damage import folder_in, write_index
from tests.faults.targets import DIM, ROWS, TARGETS

pytestmark = pytest.mark.faults

LEXICAL = ("params.index.json", "vocab.index.json")
ARRAYS = ("data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """For each target the bytes that it would take without a complaint."""
    index = tmp_path_factory.mktemp("fuzz")
    write_index(index, ROWS, dim=DIM)
    folder = folder_in(index)
    words = [(folder / "lexical" / name).read_bytes() for name in (*LEXICAL, *ARRAYS)]
    return {
        "manifest": (folder / "manifest.json").read_bytes(),
        "current": (index / "CURRENT").read_bytes(),
        "articles": (folder / "articles.sqlite").read_bytes(),
        "vectors": (folder / "vectors.faiss").read_bytes(),
        "words": b"\n--\n".join(words),
    }


def with_a_field_changed(manifest: bytes, chance: Random, value: object) -> bytes:
    """A manifest in which one field, of the whole or of its parts, is something else."""
    document = json.loads(manifest)
    parts = [document, document["settings"], document["files"], *document["files"].values()]
    part = chance.choice(parts)
    part[chance.choice([*part, "extra"])] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_the_bytes_only_our_errors_come_out(
    name: str, sound: dict[str, bytes], tries: Tries, fault_case: FaultCase
) -> None:
    """Any bytes at all, and sound files with something wrong in them."""
    tried = 0
    number = tries(1000, 40)

    @settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))
    @given(what=st.integers(0, 9), wild=st.binary(max_size=500), chance=st.randoms(), value=JSON)
    def throw(what: int, wild: bytes, chance: Random, value: object) -> None:
        nonlocal tried
        tried += 1
        if what == 0:
            data = wild
        elif what < 5 and name == "manifest":
            data = with_a_field_changed(sound[name], chance, value)
        else:
            data = craft(sound[name], chance)
        TARGETS[name](data)

    throw()
    fault_case(
        f"fuzzed {name}",
        injected="any bytes, and the sound file with something wrong, by Hypothesis",
        outcome="refused or harmless; no error but ours",
        tries=tried,
        lost=0,
    )
