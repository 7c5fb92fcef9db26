"""JSON lines: each turn as `qa ask --json` prints it, and its bookmarks if it has any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from qa.chat.transcript import Turn
from qa.show import as_json, dumps


def as_jsonl(turns: Sequence[Turn]) -> str:
    """One document a line."""
    lines = []
    for turn in turns:
        document = as_json(turn.answer, turn.filters, turn.info)
        if turn.marks:
            document["bookmarks"] = [asdict(mark) for mark in turn.marks]
        lines.append(f"{dumps(document)}\n")
    return "".join(lines)
