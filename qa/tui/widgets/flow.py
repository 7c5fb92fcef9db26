"""Chips in rows: each whole, or cut where it is longer than a row."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

GAP = 1
"""Columns between two chips."""


def flow(chips: Sequence[Content], width: int) -> list[Content]:
    """Chips side by side, as many in a row as its width holds; at least one in each."""
    rows: list[Content] = []
    for chip in chips:
        cut = chip.truncate(max(1, width), ellipsis=True)
        if rows and rows[-1].cell_length + GAP + cut.cell_length <= width:
            rows[-1] = Content.assemble(rows[-1], " " * GAP, cut)
        else:
            rows.append(cut)
    return rows
