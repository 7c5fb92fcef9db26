"""The ruler: question files in, exact match, F1, retrieval, abstention and latency out."""

from qa.evaluate.report import Report, table
from qa.evaluate.run import MODES, evaluate

__all__ = ["MODES", "Report", "evaluate", "table"]
