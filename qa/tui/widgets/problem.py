"""What could not be done and what to do about it; it stays until something else is done."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from qa.show import one_line


class Problem(Static):
    """One problem; nothing where there is none."""

    DEFAULT_CSS = """
    Problem {
        display: none;
        height: auto;
        max-height: 4;
        padding: 0 1;
        color: $text-error;
    }
    """

    def __init__(self) -> None:
        super().__init__(classes="problem", markup=False)
        self._words = ""

    def show(self, words: str) -> None:
        """Say what is wrong; no words take it away."""
        if words != self._words:
            self._words = words
            self.display = bool(words)
            self.update(Content.assemble(("✗ ", "bold"), one_line(words)))
