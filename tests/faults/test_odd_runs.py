"""Runs that nobody planned for: one line, the documented exit code, never a traceback."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import FaultCase, Tries
from tests.faults.hostile import Ended, run, run_here

pytestmark = pytest.mark.faults

SENTENCE = "Menteri luar negeri NATO bertemu di kota Riga pada Selasa.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `one`, an index of a single row, and `same`, one of equal articles."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "none").mkdir()
    for name, count in (("one", 1), ("same", 300)):
        corpus = folder / f"{name}-articles"
        corpus.mkdir()
        for number in range(count):
            (corpus / f"{number}.txt").write_text(SENTENCE, "utf-8")
        ended = run_here("index", str(corpus), "--index", name, "--json", cwd=folder)
        assert json.loads(ended.out)["articles"] == 1
    return folder


QUESTIONS: dict[str, tuple[bytes, set[int]]] = {
    "of 100 kB": (b"Siapa presiden yang tiba? " * 4_000, {0, 1}),
    "of 100 kB without a space": (b"x" * 100_000, {0, 1}),
    "of 100 kB in Chinese": (("总统是谁" * 8_000).encode(), {0, 1}),
    "of 100 kB of marks": (("e" + "\u0301" * 50_000).encode(), {0, 1}),
    "of 100 kB of question marks": (b"?" * 100_000, {0, 1}),
    "of stop words": (b"yang dan di", {0, 1}),
    "of emoji": ("😀👩‍👩‍👧‍👦".encode(), {0, 1}),
    "of a NUL": (b"siapa\0dia", {0, 1}),
    "of 2 MB": (b"x" * 2_000_000, {2}),
    "nested 100,000 deep": (b'{"question":' * 100_000, {2}),
    "with a number of 100,000 digits": (b'{"question": ' + b"9" * 100_000 + b"}", {2}),
    "that is no line": (b"", {0}),
}
"""Questions on standard input, and the exit codes that answer them."""


@pytest.mark.parametrize("index", ["one", "same"])
def test_an_odd_question_is_answered_or_refused(
    index: str, folder: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """Alone in its process; a few of them in one."""
    chosen = list(QUESTIONS.values())[:: tries(1, 5)]
    if not tries(1, 0):
        # A line that is refused decides how the process ends.
        lines, ends = zip(*chosen, strict=True)
        chosen = [(b"\n".join(lines), max(ends, key=max))]
    lost = 0
    for question, codes in chosen:
        ended = run("ask", "-", "--index", index, stdin=question + b"\n", cwd=folder)
        lost += ended.code not in codes or not ended.is_safe
    fault_case(
        f"odd questions, {'one row' if index == 'one' else 'equal articles'}",
        injected="100 kB, stop words, emoji, NUL, JSON bombs",
        outcome="answered or refused in one line, exit 0, 1 or 2",
        tries=len(chosen),
        lost=lost,
    )


def test_nothing_to_index_or_to_ask_is_said_in_one_line(folder: Path) -> None:
    """An empty folder, an empty question."""
    ended = run_here("index", "none", "--index", "never", cwd=folder)
    assert (ended.code, ended.err.count(b"\n"), ended.is_safe) == (4, 1, True)
    ended = run_here("ask", "", "--index", "one", cwd=folder)
    assert (ended.code, ended.err.count(b"\n"), ended.is_safe) == (2, 1, True)


ENVIRONMENTS: dict[str, dict[str, str]] = {
    "LC_ALL=C without UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ASCII streams": {"PYTHONIOENCODING": "ascii"},
    "one column": {"COLUMNS": "1", "LINES": "1"},
    "no HOME": {},
    "LANG=C": {"LANG": "C"},
    "Latin-1 streams": {"PYTHONIOENCODING": "latin-1"},
    "a dumb terminal": {"TERM": "dumb"},
    "no colour": {"NO_COLOR": "1"},
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_odd_environment_changes_no_answer(
    name: str, folder: Path, reader: str, tries: Tries, fault_case: FaultCase
) -> None:
    """Nothing but what is set here is in it."""
    if not tries(1, name in list(ENVIRONMENTS)[:3]):
        pytest.skip("the odder ones: with -m faults all")
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "qa", "ask", "Di kota mana? · é"),
            *("--index", "one", "--reader", reader),
        ],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=folder,
        env=ENVIRONMENTS[name],
    )
    fault_case(
        f"environment: {name}",
        injected="nothing else set",
        outcome="answered",
        tries=1,
        lost=done.returncode not in (0, 1) or done.stderr != b"" or b"Riga" not in done.stdout,
    )


def limited(mib: int) -> Callable[[], None]:
    """What limits the address space of a process before it starts."""
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the limit does nothing")
def test_too_little_memory_is_said_in_one_line(
    folder: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """Where libraries would die of it, before they are loaded; above, where it runs out."""
    limits = range(150, 1_400, tries(50, 600))
    lost = 0
    for mib in limits:
        done = subprocess.run(
            [sys.executable, "-m", "qa", "ask", "Di kota mana?", "--index", "one"],
            capture_output=True,
            check=False,
            timeout=60,
            cwd=folder,
            preexec_fn=limited(mib),
        )
        ended = Ended(done.returncode, done.stdout, done.stderr, 0)
        one_line = done.stderr.startswith(b"qa: not enough memory") and ended.err.count(b"\n") == 1
        lost += not (ended.is_safe and (ended.code in (0, 1) or (ended.code == 71 and one_line)))
    fault_case(
        "little memory",
        injected="RLIMIT_AS of 150 to 1,400 MiB",
        outcome="answered, or one line and exit 71",
        tries=len(limits),
        lost=lost,
    )


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["ask -", "index one-articles", "check", "evaluate nothing"])
def test_a_closed_stream_is_no_fault(
    command: str, streams: str, folder: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """Nor does another file get its descriptor."""
    if not tries(1, command == "ask -" and "<&-" in streams):
        pytest.skip("tests/test_cli.py has the others of a question: with -m faults all")
    line = f"{sys.executable} -m qa {command} --index one {streams}"
    done = subprocess.run(  # noqa: S602 - the shell's redirection is what is tested
        line,
        shell=True,
        capture_output=True,
        check=False,
        timeout=60,
        cwd=folder,
        env={**os.environ},
    )
    expected = 2 if command.startswith("evaluate") else 0
    fault_case(
        f"closed streams: {command}",
        injected=streams,
        outcome="as if they were empty",
        tries=1,
        lost=done.returncode != expected or b"Traceback" in done.stderr,
    )
