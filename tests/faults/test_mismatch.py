"""Models and settings that are not those of the index: refused, with both fingerprints named."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from qa.encoders import verify_encoder
from qa.encoders.static import CONFIG, TOKENIZER, WEIGHTS, fingerprint
from qa.engine import Engine
from qa.errors import ModelError, QAError
from qa.places import MODELS
from qa.readers import verify_reader
from tests.faults.builder import Builder
from tests.faults.conftest import FaultCase, Tries
from tests.faults.damage import reseal
from tests.faults.small import write_corpus, write_encoder
from tests.faults.stage import Stage

pytestmark = pytest.mark.faults

QUESTION = "Berapa harga beras?"


def record(encoder: Path) -> None:
    """Let an encoder record its fingerprint, as the bundled one does."""
    document = {"name": "small", "sha256": fingerprint(encoder)}
    (encoder / CONFIG).write_text(json.dumps(document), "utf-8")


def other_weights(encoder: Path) -> None:
    """Give an encoder the weights of another, of the same shape."""
    held = load_file(encoder / WEIGHTS)
    save_file({name: np.flip(of, 0).copy() for name, of in held.items()}, encoder / WEIGHTS)


def refusal(index: Path) -> QAError | None:
    """What opening an index says against it."""
    try:
        Engine.open(index, reader=None).close()
    except QAError as error:
        return error
    return None


def names_both(error: QAError | None, command: str) -> bool:
    """Whether an error names two fingerprints and what mends it."""
    told = str(error)
    return len(set(re.findall(r"\b[0-9a-f]{16}\b", told))) == 2 and command in told


@pytest.fixture
def made(stage: Stage, tmp_path: Path) -> Path:
    """A folder with a corpus, an encoder that records its fingerprint, and an index by it."""
    write_corpus(tmp_path / "corpus", 1)
    record(write_encoder(tmp_path / "encoder"))
    arguments = ["index", f"{tmp_path}/corpus", "--index", f"{tmp_path}/index"]
    ended = stage.builder.run([*arguments, "--encoder", f"{tmp_path}/encoder"], tmp_path)
    assert ended.code == 0
    assert refusal(tmp_path / "index") is None
    return tmp_path


@pytest.mark.parametrize("recorded", ["the new one", "none"])
def test_an_encoder_of_another_id_is_refused(
    recorded: str, made: Path, fault_case: FaultCase
) -> None:
    """Its id ends in the fingerprint that its folder records, or else that of its files."""
    encoder = made / "encoder"
    other_weights(encoder)
    if recorded == "the new one":
        record(encoder)
    else:
        (encoder / CONFIG).write_text('{"name": "small"}', "utf-8")
    fault_case(
        "encoder swapped",
        injected=f"other weights; the fingerprint recorded is {recorded}",
        outcome="refused, both fingerprints named",
        tries=1,
        lost=not names_both(refusal(made / "index"), "qa index "),
    )


def test_check_finds_an_encoder_of_other_weights(
    made: Path, stage: Stage, fault_case: FaultCase
) -> None:
    """Where its folder still records the old fingerprint, which is all that a question looks at."""
    other_weights(made / "encoder")
    assert refusal(made / "index") is None
    code, lines = run(stage.builder, ["check", "--index", f"{made}/index"], made)
    fault_case(
        "encoder swapped under its old fingerprint",
        injected="other weights",
        outcome="found by check, exit 5; not by ask",
        tries=1,
        lost=(code, lines) != (5, 1),
    )


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER])
def test_check_finds_a_flipped_bit_of_an_encoder(
    name: str, made: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """By its fingerprint; a question compares only the one that is recorded."""
    chance = random.Random(7)  # noqa: S311 - chance that is the same in every run
    path = made / "encoder" / name
    sound = path.read_bytes()
    number = tries(200, 10)
    lost = 0
    for _ in range(number):
        flipped = bytearray(sound)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        lost += not differs(verify_encoder, made / "encoder")
    fault_case(
        f"encoder's {name}",
        injected="one bit flipped",
        outcome="found by check, exit 5; not by ask",
        tries=number,
        lost=lost,
    )


@pytest.mark.skipif(not (MODELS / "reader").is_dir(), reason="no reader ships yet")
def test_check_finds_a_flipped_bit_of_a_reader(
    made: Path, stage: Stage, tries: Tries, fault_case: FaultCase
) -> None:
    """Of its weights or its tokenizer."""
    chance = random.Random(7)  # noqa: S311 - as above
    reader = Path(shutil.copytree(MODELS / "reader", made / "reader"))
    number = tries(20, 2)
    lost = 0
    for at in range(number):
        path = reader / ("reader.onnx" if at % 2 else "tokenizer.json")
        sound = path.read_bytes()
        flipped = bytearray(sound)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        lost += not differs(verify_reader, reader)
        path.write_bytes(sound)
    (reader / "reader.onnx").write_bytes(b"other")
    check = ["check", "--index", f"{made}/index", "--reader", str(reader)]
    ended = stage.builder.run(check, made)
    named = len(set(re.findall(r"\b[0-9a-f]{16}\b", ended.told))) == 2
    fault_case(
        "reader's files",
        injected="one bit flipped; another model in its place",
        outcome="found by check, exit 5, both fingerprints named",
        tries=number + 1,
        lost=lost + (ended.code != 5 or not named),
    )


def differs(verify: Callable[[str], None], model: Path) -> bool:
    """Whether what `qa check` asks of a model tells that it differs from what it records."""
    try:
        verify(str(model))
    except ModelError:
        return True
    return False


@pytest.mark.parametrize("name", ["words", "cutting"])
def test_an_index_made_otherwise_is_refused(name: str, made: Path, fault_case: FaultCase) -> None:
    """By a qa whose tokeniser, stemmers or chunking were others."""
    reseal(made / "index", **{name: "0123456789abcdef"})
    told = refusal(made / "index")
    fault_case(
        f"another way of {'finding words' if name == 'words' else 'cutting passages'}",
        injected="a manifest that another qa would have written",
        outcome="refused, both fingerprints named, exit 3",
        tries=1,
        lost=not names_both(told, f"qa index --full --index {made}/index"),
    )


def test_the_command_line_refuses_in_one_line(
    made: Path, stage: Stage, reader: str, fault_case: FaultCase
) -> None:
    """`ask` with exit code 3 for an index, 5 for a model; `check` too."""
    ask = ["ask", QUESTION, "--index", f"{made}/index", "--reader", reader]
    check = ["check", "--index", f"{made}/index"]
    sound = [run(stage.builder, arguments, made) for arguments in (ask, check)]
    reseal(made / "index", words="0" * 16)
    index = [run(stage.builder, arguments, made) for arguments in (ask, check)]
    reseal(made / "index", format=99)
    version = [run(stage.builder, arguments, made) for arguments in (ask, check)]
    lost = sum(code != 0 for code, _ in sound)
    lost += sum(one != (3, 1) for one in (*index, *version))
    fault_case(
        "incompatible index at the command line",
        injected="other words; a format of the future",
        outcome="one line, exit 3, from ask and check",
        tries=4,
        lost=lost,
    )


def run(builder: Builder, arguments: list[str], folder: Path) -> tuple[int, int]:
    """The exit code of a command, and how many lines it told."""
    ended = builder.run(arguments, folder)
    return ended.code, len(ended.told.splitlines())
