"""Speed and memory, measured in one run on one machine, beside a peer's where one is named."""

from tests.bench.report import BenchReport, Stack
from tests.bench.run import PEERS, bench

__all__ = ["PEERS", "BenchReport", "Stack", "bench"]
