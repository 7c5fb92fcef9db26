"""Strings that bite a terminal, a corpus with one in every place, and how a process ended."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from click.testing import CliRunner

import qa.cli

HOSTILE: Mapping[str, str] = {
    "Arlam": "\x1b[31m\x1b[2J",
    "Belun": "\x1b]52;c;ZXZpbA==\x07",
    "Cermi": "\x1b]8;;http://jahat.example\x1b\\klik\x1b]8;;\x1b\\",
    "Dorva": "\x9b31m\x9d0;judul\x9c",
    "Esmal": "benar\rpalsu",
    "Fintu": "\x07\x08\x7f",
    "Garpa": "\u202egnp.exe\u2066\u200f\u061c\u202c",
    "Hulme": "\u200b\u2060\ufeff\u00ad\u180e\u200d",
    "Irsak": "\U000e0041\U000e007f",
    "Jovan": "e" + "\u0301" * 10_000,
    "Kelda": "[bold red]x[/] [@click=app.bell]y[/] [/]",
    "Lurma": "\x0b\x0c\x85\u2028\u2029",
    "Mekta": "\ud800",
}
"""What bites, by the town whose article it stands in."""


def is_raw(text: str) -> bool:
    """Whether a terminal that is sent a text would obey or smear some of it."""
    steers = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    if any(unicodedata.category(c) in steers for c in text if c != "\n"):
        return True
    runs = groupby(text, key=lambda c: unicodedata.category(c) in ("Mn", "Me"))
    return any(piled and sum(1 for _ in run) > 8 for piled, run in runs)


def prose(town: str, bite: str) -> str:
    """An article with a hostile string before, in and behind the words that answer."""
    return (
        f"Wali kota {town} adalah {bite} Budi{bite} Santoso {bite}, kata juru bicara.\n\n"
        f"Ia tiba di {town} pada Selasa {bite}.\n"
    )


def write_corpus(folder: Path) -> int:
    """Put every hostile string into every place of a corpus; how many that were."""
    count = 0
    for town, bite in HOSTILE.items():
        for name, data in _files(town, bite):
            (folder / name).write_bytes(data)
            count += 1
    return count


def _files(town: str, bite: str) -> Iterator[tuple[str, bytes]]:
    """Files, each with the string in other places: text, name, front matter, fields, columns."""
    text = prose(town, bite)
    data = text.encode("utf-8", "surrogatepass")
    named = bite.replace("/", "_").encode("utf-8", "replace")[:200].decode("utf-8", "ignore")
    yield f"{town}.txt", data
    yield f"{town}-{named}\nqa: sound.txt", f"Di {town} hujan turun sejak pagi.".encode()
    # Read as cp1252, which the log tells.
    yield f"{town}-{named}.text", f"Di {town} Pr\xe9siden tiba kemarin sore.".encode("cp1252")
    yield f"{town}-{named}.txt.gz", b"no gzip"
    yield f"{town}-{named}.pdf", b"%PDF"
    escaped = json.dumps(bite)
    head = f"title: {escaped}\nsource: {escaped}\nurl: http://a.example/{named}\ndate: {escaped}\n"
    yield f"{town}.md", f"---\n{head}---\nDi {town} warga mengantre beras.\n".encode()
    yield (
        f"{town}-bad.md",
        f"---\ntitle: {{{named}\n---\nDi {town} pasar tutup lebih awal.\n".encode(),
    )
    page = f"<title>{named}</title><article><p>Di {town} jembatan {named} ambruk kemarin.</p>"
    yield f"{town}.html", (f"<html><body>{page}" + "<p>Warga menunggu.</p>" * 9).encode()
    row = dict.fromkeys(("id", "title", "source", "url", "published", "language"), bite)
    good = json.dumps({**row, "text": f"Di {town} panen {bite} gagal.", bite: bite})
    yield f"{town}.jsonl", f'{good}\n{{"text": {escaped}\n["{town}"]\n'.encode()
    yield f"{town}.csv", _table(["id", "text", bite], [bite, f"Di {town} sungai meluap.", bite])
    yield f"{town}-bare.csv", _table([bite, "isi"], [bite, "Tanpa kolom teks."])


def _table(*rows: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: exit code, both streams, and peak resident memory."""

    code: int
    out: bytes
    err: bytes
    peak_mib: float

    @property
    def is_safe(self) -> bool:
        """Whether nothing on either stream would steer a terminal, and no traceback is there."""
        try:
            told = f"{self.out.decode()}\n{self.err.decode()}"
        except UnicodeDecodeError:
            return False
        return not is_raw(told) and "Traceback" not in told


# Linux counts the memory of the process that calls `exec` into the peak of the one that follows.
_LAUNCHER = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""


def run(
    *arguments: str | bytes,
    stdin: bytes = b"",
    cwd: Path,
    timeout_s: float = 120,
    **environment: str,
) -> Ended:
    """A new process of `qa`, from `cwd`; `subprocess.TimeoutExpired` where it hangs."""
    peak = cwd / ".peak"
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(peak)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*launcher, sys.executable, "-m", "qa", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        out, err = process.communicate(stdin, timeout_s)
    except subprocess.TimeoutExpired:
        # The launcher alone would leave what it launched behind.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return Ended(process.returncode, out, err, int(peak.read_text()) / 1024)


def run_here(*arguments: str | bytes, stdin: bytes = b"", cwd: Path) -> Ended:
    """`qa` within this process, which takes a tenth of the time; its memory is not measured."""
    with chdir(cwd), CliRunner().isolation(input=stdin) as (out, err, _):
        code = qa.cli.run([os.fsdecode(argument) for argument in arguments])
        return Ended(code, out.getvalue(), err.getvalue(), 0)
