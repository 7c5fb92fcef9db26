"""How an index grows: built and asked at several sizes, as numbers, a table and a plot.

Each size is a corpus that `splice` makes, indexed by `qa index` and asked by `qa ask`, each in a
process of its own. What was measured is kept in `growth.json`: no size is measured twice.

Not handled: other work on the machine, which wall-clock times show and CPU times hardly do.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from qa.show import table
from qa.store import open_generation
from tests.bench.process import run
from tests.bench.splice import write

MEASURED = "growth.json"
PLOT = "growth.svg"

_QUESTIONS = 50
_COLD = 3
_ANSWERED = (0, 1)
_YEAR = "pada tahun 2019"


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at one size; a pair is the median and the 95th percentile.

    Attributes:
        articles: In the index.
        passages: In the index.
        cores: Of the machine.
        index_s: Wall-clock seconds of `qa index`, with the start of the process.
        index_cpu_s: Seconds of CPU time of it.
        index_peak_mib: Highest resident memory of it.
        index_mib: Size of the files.
        retrieve_ms: Of a question, in a warm process.
        ask_ms: Of a question and its answer.
        dated_ms: Of a question that names a year, and its answer.
        cold_s: Median seconds of a new process that answers one question.
        ask_peak_mib: Highest resident memory of the warm process.
    """

    articles: int
    passages: int
    cores: int
    index_s: float
    index_cpu_s: float
    index_peak_mib: float
    index_mib: float
    retrieve_ms: tuple[float, float]
    ask_ms: tuple[float, float]
    dated_ms: tuple[float, float]
    cold_s: float
    ask_peak_mib: float


def grow(
    news: Path, sizes: Sequence[int], folder: Path, told: Callable[[str], None]
) -> list[Point]:
    """Measure sizes that are not yet measured, and draw all of them.

    Args:
        news: As `splice.spliced` takes it.
        sizes: How many articles.
        folder: Where corpora, indexes, numbers and plot are kept.
        told: Takes what is being done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / MEASURED
    points = [Point(**each) for each in json.loads(kept.read_text())] if kept.exists() else []
    for size in sizes:
        if size not in {point.articles for point in points}:
            points.append(_measured(news, size, folder / str(size), told))
            points.sort(key=lambda point: point.articles)
            kept.write_text(json.dumps([asdict(point) for point in points], indent=1) + "\n")
    (folder / PLOT).write_text(plot(points), encoding="utf-8")
    return points


def _measured(news: Path, size: int, folder: Path, told: Callable[[str], None]) -> Point:
    corpus, index = folder / "corpus" / "news.jsonl", folder / "index"
    corpus.parent.mkdir(parents=True, exist_ok=True)
    told(f"{size} articles: splicing")
    write(news, size, corpus)
    told(f"{size} articles: indexing")
    command = [sys.executable, "-m", "qa"]
    built = run([*command, "index", "--json", "--full", "--index", str(index), str(corpus.parent)])
    with open_generation(index) as generation:
        info = generation.info()
    with corpus.open(encoding="utf-8") as file:
        step = max(1, size // _QUESTIONS)
        titles = [json.loads(line)["title"] for line in islice(file, 0, step * _QUESTIONS, step)]
    told(f"{size} articles: asking")
    ask = [*command, "ask", "--json", "--index", str(index), "--"]
    cold = [run([*ask, titles[0]], good=_ANSWERED).seconds for _ in range(_COLD)]
    asked = [titles[0], *titles, *(f"{title} {_YEAR}" for title in titles)]
    warm = run([*ask, "-"], lines=[json.dumps({"question": q}) for q in asked], good=_ANSWERED)
    timings = [json.loads(line)["timings_ms"] for line in warm.output.splitlines()][1:]
    plain, dated = timings[: len(titles)], timings[len(titles) :]
    return Point(
        articles=info.articles,
        passages=info.passages,
        cores=os.cpu_count() or 1,
        index_s=built.seconds,
        index_cpu_s=built.cpu_s,
        index_peak_mib=built.peak_mib,
        index_mib=sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / 2**20,
        retrieve_ms=_middle_and_most([one["retrieve"] for one in plain]),
        ask_ms=_middle_and_most([one["total"] for one in plain]),
        dated_ms=_middle_and_most([one["total"] for one in dated]),
        cold_s=statistics.median(cold),
        ask_peak_mib=warm.peak_mib,
    )


def _middle_and_most(ms: Sequence[float]) -> tuple[float, float]:
    return float(np.percentile(ms, 50)), float(np.percentile(ms, 95))


def shown(points: Sequence[Point]) -> str:
    """The points as a table, one a row."""
    head = ["passages", "index s", "CPU s", "MiB", "disk MiB", "retrieve", "ask", "dated", "cold s"]
    rows = [
        [
            f"{point.passages:,}",
            f"{point.index_s:.0f}",
            f"{point.index_cpu_s:.0f}",
            f"{point.index_peak_mib:.0f}",
            f"{point.index_mib:.0f}",
            *(
                f"{middle:.0f} / {most:.0f}"
                for middle, most in (point.retrieve_ms, point.ask_ms, point.dated_ms)
            ),
            f"{point.cold_s:.2f}",
        ]
        for point in points
    ]
    return table([head, *rows])


_PANELS: tuple[tuple[str, Callable[[Point], float]], ...] = (
    ("index, s of CPU time", lambda point: point.index_cpu_s),
    ("index, peak MiB", lambda point: point.index_peak_mib),
    ("retrieve, p95 ms", lambda point: point.retrieve_ms[1]),
    ("ask, p50 ms", lambda point: point.ask_ms[0]),
)
_WIDTH, _HEIGHT, _LEFT, _TOP, _BELOW = 200, 150, 30, 26, 30


def plot(points: Sequence[Point]) -> str:
    """The points as a drawing in SVG: a panel a measure, both axes linear from zero."""
    most = max((point.passages for point in points), default=1)
    panels = [
        f'<g transform="translate({_LEFT + at * (_WIDTH + _LEFT)} {_TOP})">'
        f"{_panel(title, [(point.passages / most, value(point)) for point in points], most)}</g>"
        for at, (title, value) in enumerate(_PANELS)
    ]
    width = _LEFT + len(panels) * (_WIDTH + _LEFT)
    height = _TOP + _HEIGHT + _BELOW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="11" fill="#555">\n' + "\n".join(panels) + "\n</svg>\n"
    )


def _panel(title: str, points: Sequence[tuple[float, float]], most: int) -> str:
    top = _round_up(max((value for _, value in points), default=1))
    places = [(x * _WIDTH, _HEIGHT * (1 - value / top)) for x, value in points]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3"/>' for x, y in places)
    values = "".join(
        f'<text x="{x - 4:.0f}" y="{y - 7:.0f}" text-anchor="end">{value:.0f}</text>'
        for (x, y), (_, value) in zip(places[-2:], points[-2:], strict=True)
    )
    return (
        f'<text y="-10" font-weight="bold">{title}</text>'
        f'<path d="M0 0V{_HEIGHT}H{_WIDTH}" fill="none" stroke="#999"/>'
        f'<polyline points="{line}" fill="none" stroke="#2a7ab0" stroke-width="2"/>'
        f'<g fill="#2a7ab0">{dots}</g>{values}'
        f'<text x="{_WIDTH}" y="{_HEIGHT + 16}" text-anchor="end">{most:,} passages</text>'
    )


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 ... that leaves room above a value."""
    wanted = max(value, 1e-9) * 1.1
    power = 10 ** math.floor(math.log10(wanted))
    return next(float(power * step) for step in (1, 2, 5, 10) if power * step >= wanted)
