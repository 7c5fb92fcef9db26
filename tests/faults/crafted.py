"""Uses index files crafted by somebody who also put their sums right, in processes that may die.

    python -m tests.faults.crafted INDEX FILE SEED NUMBER

A file's fields are overwritten, its bytes flipped, taken out, put in; then the index is verified,
opened and asked, with a limit on memory. Prints a JSON object: how often it was refused, how often
served, and what else came of it (a crash, an error that is not ours), which is what must not be.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_SECONDS = 20
_MEBIBYTES = 512
_NUMBERS = [0, 1, 8, 79, 80, 81, 10**6, 10**9, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62]
_NUMBERS += [2**63 - 1, 2**63, 2**64 - 1]
_FIRST_BYTES = 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often crafted files were refused and served; and everything else, in words."""

    refused: int
    served: int
    fell: dict[str, int]


def attack(index: Path, name: str, *, seed: int, number: int) -> Outcome:
    """Craft a file of an index in some ways; what came of it. The index is spoiled by it."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", __name__, str(index), name, str(seed), str(number)],
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return Outcome(**json.loads(done.stdout))


def craft(content: bytes, chance: random.Random) -> bytes:
    """A file's bytes with one to four things wrong, most often a number in its first bytes."""
    crafted = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        if not crafted:
            break
        near = chance.random() < 0.5
        at = chance.randrange(min(len(crafted), _FIRST_BYTES) if near else len(crafted))
        what = chance.random()
        if what < 0.4:
            crafted[at] ^= 1 << chance.randrange(8)
        elif what < 0.8:
            width = chance.choice([4, 8])
            number = chance.choice(_NUMBERS) % (1 << 8 * width)
            crafted[at : at + width] = number.to_bytes(width, "little")
        elif what < 0.9:
            del crafted[at : at + chance.choice([1, 4, 8, 100])]
        else:
            crafted[at:at] = bytes(chance.choice([1, 4, 8, 100]))
    return bytes(crafted)


def use(index: Path) -> bool:
    """Do with an index all that `qa` does; whether it was refused."""
    import numpy as np

    from qa.errors import StoreError
    from qa.settings import Filters
    from qa.store import open_generation, verify

    try:
        refused = verify(index) != []
        with open_generation(index) as generation:
            n, dim = generation.manifest.passages, generation.manifest.dim
            vectors, lexical = generation.vectors(), generation.lexical()
            questions = np.eye(2, dim, dtype=np.float32)
            for k in (1, 50):
                vectors.search(questions, k)
            vectors.search(questions, 5, allowed=np.arange(0, n, 2))
            vectors.vectors(np.arange(n))
            lexical.scores("kata 5 w7 w8 w9")
            generation.allowed(Filters(source="s"))
            generation.allowed(Filters(until=date(2022, 1, 1)))
            generation.passages(range(n))
            list(generation.articles())
            generation.places()
            generation.skipped()
            generation.rows_by_digest()
    except StoreError:
        return True
    return refused


def _limit(mebibytes: int) -> None:
    """Let this process take so much more memory than it has."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + (mebibytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _attempts(path: Path, index: Path, seed: int, numbers: range, told: int) -> None:
    """Some attempts; before each its number is told, and then what came of it."""
    from tests.faults.damage import reseal

    sound = path.read_bytes()
    _limit(_MEBIBYTES)
    for number in numbers:
        os.write(told, f"{number}\n".encode())
        path.write_bytes(craft(sound, random.Random(f"{seed} {number}")))  # noqa: S311 - repeatable
        reseal(index)
        signal.alarm(_SECONDS)
        try:
            outcome = "refused" if use(index) else "served"
        except BaseException as error:  # All that is not ours is what we look for.
            outcome = f"{type(error).__name__}: {error}".partition("\n")[0]
        signal.alarm(0)
        os.write(told, f"{outcome}\n".encode())


def _main(index: Path, name: str, seed: int, number: int) -> None:
    from tests.faults.damage import folder_in

    path = folder_in(index) / name
    sound = path.read_bytes()
    counts: Counter[str] = Counter()
    first = 0
    while first < number:
        ours, told = os.pipe()
        path.write_bytes(sound)
        process = os.fork()
        if not process:
            _attempts(path, index, seed, range(first, number), told)
            os._exit(0)
        os.close(told)
        with os.fdopen(ours, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        counts.update(lines[1::2])
        if len(lines) % 2:
            counts[f"ended with {code}"] += 1
        first += (len(lines) + 1) // 2
    refused, served = counts.pop("refused", 0), counts.pop("served", 0)
    print(json.dumps({"refused": refused, "served": served, "fell": counts}))  # noqa: T201


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
