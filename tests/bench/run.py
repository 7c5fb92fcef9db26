"""One run: index a corpus, ask it cold and warm, and the same through a peer where one is named.

Everything that is timed runs in a process of its own, as a person starts it, one after another.
Not handled: other work on the machine; trust ratios within a run, not times between runs.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from qa import __version__
from qa.encoders import BUNDLED_FOLDER
from qa.errors import CorpusError, UsageError
from qa.places import default_corpus
from qa.settings import BUNDLED
from qa.store import open_generation
from tests.bench.process import Run, run
from tests.bench.report import BenchReport, Stack

PEERS = {
    "txtai": ("txtai",),
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
}
"""Peers by name, with the distributions that each needs; the first gives its version."""

_QUIET = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
_QUESTIONS = 50
_ANSWERED = (0, 1)
"""Exit codes of `qa ask`: answered, and no answer."""


def bench(
    corpus: Path | None = None,
    *,
    against: str | None = None,
    runs: int = 5,
    encoder: str = BUNDLED,
    reader: str = BUNDLED,
    imported: str = "sentence_transformers",
) -> BenchReport:
    """Measure speed and memory over a corpus, through temporary indexes.

    The questions are titles of its articles, at most 50, evenly spaced; the first, asked once
    beforehand, warms the process up and is not counted.

    Args:
        corpus: The articles; None for those of `qa index`.
        against: `txtai` or `haystack`: the same passages and questions through that, with the same
            encoder. It retrieves and does not read.
        runs: New processes for the cold start, and for the import it is compared with.
        encoder: As `qa index` takes it.
        reader: As `qa ask` takes it.
        imported: The package whose bare import the cold start is set against.

    Raises:
        UsageError: If the peer is unknown or not installed, or `runs` is below 1.
        CorpusError: If all that the corpus holds is masked.
        QAError: If a process fails.
    """
    if runs < 1:
        raise UsageError("runs must be at least 1.")
    if against is not None:
        _require(against)
    articles = corpus or default_corpus()
    with TemporaryDirectory(prefix="qa-bench-") as name:
        folder = Path(name)
        index = folder / "qa"
        built = run(_qa("index", "--index", str(index), "--encoder", encoder, str(articles)))
        passages, questions = _work(index)
        if not questions:
            raise CorpusError(f"{articles} holds no passage to ask about: name other articles.")
        options = ["--index", str(index), "--reader", reader, "--"]
        imports: list[Run] = []
        cold: list[Run] = []
        for _ in range(runs):
            # In turn, so that whatever else the machine does weighs on both alike.
            imports.append(run([sys.executable, "-c", f"import {imported}"]))
            cold.append(run(_qa("ask", *options, questions[0]), good=_ANSWERED))
        lines = [json.dumps({"question": question}) for question in [questions[0], *questions]]
        warm = run(_qa("ask", *options, "-"), lines=lines, good=_ANSWERED)
        answers = [json.loads(line) for line in warm.output.splitlines()][1:]
        report = json.loads(built.output)
        ours = Stack(
            name=f"qa {__version__}",
            work="retrieve, read",
            cold_s=[one.seconds for one in cold],
            cold_peak_mib=max(one.peak_mib for one in cold),
            index_s=report["seconds"],
            index_wall_s=built.seconds,
            index_peak_mib=built.peak_mib,
            index_bytes=_size(index),
            warm_ms=_stages([answer["timings_ms"] for answer in answers]),
        )
        peer = None
        if against is not None:
            model = str(BUNDLED_FOLDER) if encoder == BUNDLED else encoder
            peer = _peer(against, folder / "peer", model, passages, questions, runs)
        return BenchReport(
            machine=f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
            f"Python {platform.python_version()}",
            corpus=articles.name,
            articles=report["articles"],
            passages=len(passages),
            questions=len(questions),
            encoder=answers[0]["index"]["encoder"],
            reader=answers[0]["index"]["reader"],
            imported=imported,
            import_s=[one.seconds for one in imports],
            qa=ours,
            peer=peer,
        )


def _qa(command: str, *arguments: str) -> list[str]:
    """A command of qa that prints JSON."""
    return [sys.executable, "-m", "qa", command, "--json", *arguments]


def _require(peer: str) -> None:
    if peer not in PEERS:
        raise UsageError(f"--against is one of {', '.join(PEERS)}; got {peer!r}.")
    for distribution in PEERS[peer]:
        try:
            importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError as error:
            raise UsageError(
                f'{peer} needs {distribution}, which is not installed: pip install "qa[bench]"'
            ) from error


def _work(index: Path) -> tuple[list[str], list[str]]:
    """The passages of an index by row, and titles of its articles as questions."""
    with open_generation(index) as generation:
        passages = generation.passages(range(generation.manifest.passages))
    titles = list(dict.fromkeys(passage.article.title or passage.text for passage in passages))
    step = max(1, len(titles) // _QUESTIONS)
    return [passage.text for passage in passages], titles[::step][:_QUESTIONS]


def _stages(timings: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Milliseconds by stage, one for each question."""
    return {stage: [one[stage] for one in timings] for stage in timings[0]}


def _peer(
    name: str,
    folder: Path,
    model: str,
    passages: Sequence[str],
    questions: Sequence[str],
    runs: int,
) -> Stack:
    """The same work through a peer, in new processes likewise."""
    script = Path(__file__).with_name(f"peer_{name}.py")
    # -P keeps this folder off the path; the script brings in nothing of qa.
    command = [sys.executable, "-P", str(script)]
    target = [str(folder), model]
    built = run([*command, "index", *target], lines=_json(passages), environment=_QUIET)
    cold = [
        run([*command, "ask", *target], lines=_json(questions[:1]), environment=_QUIET)
        for _ in range(runs)
    ]
    asked = _json([questions[0], *questions])
    warm = run([*command, "ask", *target], lines=asked, environment=_QUIET)
    retrieved = [json.loads(line)["ms"] for line in warm.output.splitlines()][1:]
    package = PEERS[name][0]
    return Stack(
        name=f"{package} {importlib.metadata.version(package)}",
        work="retrieve",
        cold_s=[one.seconds for one in cold],
        cold_peak_mib=max(one.peak_mib for one in cold),
        index_s=json.loads(built.output.splitlines()[-1])["seconds"],
        index_wall_s=built.seconds,
        index_peak_mib=built.peak_mib,
        index_bytes=_size(folder),
        warm_ms={"retrieve": retrieved},
    )


def _json(texts: Sequence[str]) -> list[str]:
    return [json.dumps(text) for text in texts]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
