"""The bench: what it measures of a process, how numbers are put together, and one small run."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from qa.errors import CorpusError, QAError, UsageError
from tests.bench import PEERS, BenchReport, Stack, bench
from tests.bench.growth import Point, plot, shown
from tests.bench.process import run
from tests.bench.splice import spliced

OURS = Stack(
    name="qa 0",
    work="retrieve, read",
    cold_s=[0.5, 0.4, 0.9],
    cold_peak_mib=150.04,
    index_s=2.0,
    index_wall_s=2.5,
    index_peak_mib=200.0,
    index_bytes=1_500_000,
    warm_ms={"retrieve": [1.0, 2.0, 3.0], "total": [10.0, 20.0, 30.0]},
)
THEIRS = Stack(
    name="peer 1",
    work="retrieve",
    cold_s=[5.0, 4.0, 6.0],
    cold_peak_mib=600.16,
    index_s=8.0,
    index_wall_s=12.0,
    index_peak_mib=700.0,
    index_bytes=3_000_000,
    warm_ms={"retrieve": [8.0, 5.0, 11.0]},
)


def report(peer: Stack | None) -> BenchReport:
    """A report of 100 articles and 400 passages."""
    return BenchReport(
        "2 cores", "corpus", 100, 400, 3, "e", "r", "torch", [2.0, 3.0, 2.5], OURS, peer
    )


def installed(peer: str) -> bool:
    """Whether every distribution that a peer needs is there."""
    try:
        return all(importlib.metadata.version(name) for name in PEERS[peer])
    except importlib.metadata.PackageNotFoundError:
        return False


def python(code: str) -> list[str]:
    """A command that runs a line of Python."""
    return [sys.executable, "-I", "-S", "-c", code]


def test_process_is_measured_with_its_input_and_output() -> None:
    """Lines go in, text comes out, time and memory are above nothing."""
    done = run(python("print(input()[::-1], input())"), lines=["Kiev", "é"])
    assert done.output == "veiK é\n"
    assert 0 < done.seconds < 60
    assert done.peak_mib > 1


def test_peak_memory_is_the_childs_and_not_ours() -> None:
    """Memory that this process holds does not count for a child; memory of the child does."""
    held = bytearray(b"x") * (200 << 20)
    small = run(python("pass")).peak_mib
    large = run(python("held = bytearray(b'x') * (120 << 20)")).peak_mib
    assert len(held) == 200 << 20
    assert small < 100
    assert 110 < large - small < 140


def test_failed_process_is_an_error_with_its_last_words() -> None:
    """Also where its exit code would do, when it has printed nothing."""
    for good in ((0,), (0, 1)):
        with pytest.raises(QAError, match="no such model"):
            run(python("import sys; sys.exit('no such model')"), good=good)
    assert run(python("print(7); raise SystemExit(1)"), good=(0, 1)).output == "7\n"


def test_report_holds_medians_and_rates_by_hand() -> None:
    """400 passages in 2 s; the median of three; percentiles between the neighbours."""
    ours = report(None).as_json()
    assert ours["qa"] == {
        "name": "qa 0",
        "work": "retrieve, read",
        "cold_start_s": {"median": 0.5, "runs": [0.5, 0.4, 0.9]},
        "index": {
            "seconds": 2.0,
            "wall_s": 2.5,
            "passages_per_s": 200.0,
            "articles_per_s": 50.0,
            "bytes": 1_500_000,
        },
        "warm_ms": {"retrieve": {"p50": 2.0, "p95": 2.9}, "total": {"p50": 20.0, "p95": 29.0}},
        "peak_mib": {"ask": 150.0, "index": 200.0},
    }
    assert ours["peer"] is ours["ratios"] is None
    assert ours["import"] == {
        "package": "torch",
        "median_s": 2.5,
        "runs_s": [2.0, 3.0, 2.5],
        "cold_start_share": 0.2,
    }


def test_ratios_divide_the_peers_number_by_ours() -> None:
    """Cold 5 s by 0.5 s, index 8 s by 2 s, retrieval 8 ms by 2 ms, memory 600 by 150."""
    assert report(THEIRS).as_json()["ratios"] == {
        "cold_start": 10.0,
        "index": 4.0,
        "retrieve_p50": 4.0,
        "peak_ask": 4.0,
    }


def test_table_sets_the_stacks_side_by_side() -> None:
    """A stage that a peer does not have is a dash."""
    lines = report(THEIRS).table().splitlines()
    assert lines[1].split() == ["qa", "0", "peer", "1"]
    assert any(
        line.split() == ["warm", "total,", "p50", "/", "p95", "20.0", "/", "29.0", "ms", "-"]
        for line in lines
    )


def test_keys_are_told_by_median_and_percentile() -> None:
    """The slowest of three is near the 95th."""
    pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    from tests.bench.keys import shown

    rows = [line.split() for line in shown({"n": [10.0, 20.0, 90.0]}).splitlines()]
    assert rows[1] == ["n", "3", "20", "83"]


def test_unknown_peer_and_runs_are_refused() -> None:
    """Before anything is measured."""
    with pytest.raises(UsageError, match="--against"):
        bench(against="grep")
    with pytest.raises(UsageError, match="runs must"):
        bench(runs=0)


@pytest.mark.parametrize("peer", PEERS)
def test_absent_peer_says_how_to_install_it(peer: str) -> None:
    """The extra that brings it is named."""
    if installed(peer):
        pytest.skip(f"{peer} is installed")
    with pytest.raises(UsageError, match=r'pip install "qa\[bench\]"'):
        bench(against=peer)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two articles."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "panen.md").write_text("# Panen raya\n\nPanen padi di Desa Sukamaju naik.\n")
    (folder / "jembatan.md").write_text("# Jembatan\n\nJembatan baru dibuka di Kota Melati.\n")
    return folder


def test_bench_measures_every_stage_of_a_small_corpus(corpus: Path, reader: str) -> None:
    """A whole run, once, in new processes; it leaves no index behind."""
    found = bench(corpus, runs=1, reader=reader, imported="json").as_json()
    assert (found["articles"], found["questions"]) == (2, 2)
    assert found["passages"] >= 2
    assert {"retrieve", "read", "total"} <= set(found["qa"]["warm_ms"])
    assert found["qa"]["peak_mib"]["ask"] > 10
    assert found["qa"]["index"]["bytes"] > 0
    assert 0 < found["qa"]["cold_start_s"]["median"] < 60
    assert [path.name for path in corpus.parent.iterdir()] == ["corpus"]


def test_articles_without_words_cannot_be_asked(tmp_path: Path) -> None:
    """There is no question to take from them."""
    (tmp_path / "stars.txt").write_text("* * *\n")
    with pytest.raises(CorpusError, match="no passage"):
        bench(tmp_path, runs=1)


@pytest.mark.parametrize("peer", PEERS)
def test_installed_peer_does_the_same_work(peer: str, corpus: Path, reader: str) -> None:
    """Where the extra `bench` is installed."""
    if not installed(peer):
        pytest.skip(f"{peer} is not installed")
    found = bench(corpus, against=peer, runs=1, reader=reader, imported="json").as_json()
    assert found["peer"]["work"] == "retrieve"
    assert set(found["ratios"]) == {"cold_start", "index", "retrieve_p50", "peak_ask"}


def test_a_spliced_corpus_is_always_the_same_and_grows_at_its_end(tmp_path: Path) -> None:
    """Sentences, titles and papers of the news, days, and a name of its own in each article."""
    news = tmp_path / "news.jsonl"
    records = [
        {"title": f"Judul {n}", "text": f"Kalimat {n} a. Kalimat {n} b.", "source": f"Koran {n}"}
        for n in range(5)
    ]
    news.write_text("".join(json.dumps(record) + "\n" for record in records))
    some, more = list(spliced(news, 3)), list(spliced(news, 200))
    assert more[:3] == some
    assert {each["title"] for each in more} == {f"Judul {n}" for n in range(5)}
    ends = [each["text"].rpartition("Demikian disampaikan ")[2] for each in more]
    assert len(set(ends)) == 200
    assert len({each["published"] for each in more}) > 100


def test_growth_is_told_as_a_table_and_drawn() -> None:
    """A row a size, and a panel a measure that any reader of SVG can parse."""
    points = [
        Point(n, 4 * n, 2, n / 400, n / 300, 500, n / 100, (5, 9), (100, 130), (110, 150), 0.8, 200)
        for n in (2_500, 25_000, 250_000)
    ]
    lines = shown(points).splitlines()
    assert len(lines) == 4
    assert lines[-1].split()[:3] == ["1,000,000", "625", "833"]
    drawing = ET.fromstring(plot(points))  # noqa: S314 - our own
    assert len(drawing) == 4
    assert "1,000,000 passages" in plot(points)
