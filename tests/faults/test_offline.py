"""The network: never with the bundled models, and with others only when it is allowed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest

from tests.faults.conftest import FaultCase

pytestmark = pytest.mark.faults

NETWORK = 99
"""The exit code of a process that touched a socket; nothing can swallow it."""

_GUARDED = f"""
import json, os, sys
def watch(event, arguments):
    if event.startswith("socket."):
        os.write(2, f"{{event}} {{arguments}}".encode())
        os._exit({NETWORK})
sys.addaudithook(watch)
from qa.cli import run
codes = [run(command) for command in json.loads(sys.argv[1])]
print("\\n" + json.dumps(codes))
"""
ROW = {"question": "Di kota mana?", "answers": ["Riga"], "context": "NATO bertemu di kota Riga."}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an article and a file of questions."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "articles").mkdir()
    (folder / "articles" / "a.txt").write_text(f"{ROW['context']}\n", "utf-8")
    (folder / "questions.jsonl").write_text(json.dumps(ROW) + "\n", "utf-8")
    return folder


def guarded(folder: Path, *commands: list[str]) -> tuple[list[int], list[str]]:
    """Run `qa` in one process that ends at its first touch of a socket, with no model in the cache.

    Returns:
        The exit code of each command, `NETWORK` alone if it was touched, and the lines of stderr.
    """
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _GUARDED, json.dumps(commands)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=folder,
        env={**os.environ, "HF_HOME": str(folder / "cache"), "HF_HUB_OFFLINE": ""},
    )
    told = done.stderr.splitlines()
    if done.returncode:
        return [done.returncode], told
    return json.loads(done.stdout.splitlines()[-1]), told


def test_the_guard_sees_the_network(folder: Path) -> None:
    """Else the tests below would show nothing."""
    asked = guarded(folder, ["index", "articles", "--index", "x", "--encoder", "no/such-model"])
    assert asked[0] == [NETWORK], asked


def test_bundled_models_touch_no_socket(folder: Path, reader: str, fault_case: FaultCase) -> None:
    """From the first index to the measurement."""
    commands = (
        ["index", "articles", "--index", "index"],
        ["ask", "Di kota mana NATO bertemu?", "--index", "index"],
        ["ask", "Di kota mana NATO bertemu?", "--index", "index", "--json", "--reader", reader],
        ["check", "--index", "index"],
        ["evaluate", "questions.jsonl", "--index", "index"],
        ["evaluate", "questions.jsonl", "--mode", "reading"],
        ["evaluate", "questions.jsonl", "--contexts", "--mode", "retrieval"],
    )
    codes, _ = guarded(folder, *commands)
    fault_case(
        "network, bundled models",
        injected="a process that ends at its first touch of a socket",
        outcome="index, ask, check, evaluate do their work",
        tries=len(commands),
        lost=len(commands) - sum(code in (0, 1) for code in codes),
    )


def test_offline_forbids_to_fetch_a_model(folder: Path, fault_case: FaultCase) -> None:
    """One line that says so, wherever a model can be named."""
    commands = (
        ["index", "articles", "--index", "x", "--encoder", "no/such-model"],
        ["ask", "Di mana?", "--index", "index", "--reader", "no/such-model"],
        ["evaluate", "questions.jsonl", "--index", "index", "--reader", "no/such-model"],
        ["evaluate", "questions.jsonl", "--contexts", "--encoder", "no/such-model"],
    )
    codes, _ = guarded(folder, ["index", "articles", "--index", "index"])
    assert codes == [0]
    codes, told = guarded(folder, *([*command, "--offline"] for command in commands))
    assert len(told) == len(commands), told
    fault_case(
        "network, --offline",
        injected="the same, and a model that would have to be fetched",
        outcome="one line, exit 5",
        tries=len(commands),
        lost=len(commands)
        - sum(code == 5 and "--offline" in line for code, line in zip(codes, told, strict=True)),
    )


def test_a_hub_that_cannot_be_reached_is_said_at_once(folder: Path, fault_case: FaultCase) -> None:
    """By a proxy that nobody listens at; transformers by itself would try for a minute."""
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "qa", "index", "articles", "--index", "x", "--encoder", "no/model"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=folder,
        env={
            **os.environ,
            "HF_HOME": str(folder / "cache"),
            "HF_HUB_OFFLINE": "",
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "",
        },
    )
    fault_case(
        "network down",
        injected="a proxy that nobody listens at",
        outcome=f"one line, exit 5, in {perf_counter() - started:.0f} s",
        tries=1,
        lost=done.returncode != 5 or done.stderr.count("\n") != 1 or "no/model" not in done.stderr,
    )
