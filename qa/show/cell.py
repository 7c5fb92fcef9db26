"""A text as a cell of a table that a spreadsheet opens."""

from __future__ import annotations

import re

from qa.language.text import safe, visible

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes a cell that begins with it for."""

_NUMBER = re.compile(r"[-+][0-9][0-9.,]*%?")


def cell(text: str) -> str:
    """The text made safe, behind an apostrophe where it would be a formula; lines stay lines."""
    shown = safe(visible(text))
    return f"'{shown}" if is_formula(shown) else shown


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula; a plain number is none."""
    head = text.strip()
    return head.startswith(_FORMULA) and not _NUMBER.fullmatch(head)
