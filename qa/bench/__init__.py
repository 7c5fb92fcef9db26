"""Speed and memory, measured in one run on one machine, beside a peer's where one is named."""

from qa.bench.report import BenchReport, Stack
from qa.bench.run import PEERS, bench

__all__ = ["PEERS", "BenchReport", "Stack", "bench"]
