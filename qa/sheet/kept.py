"""The answers of a run that is not done, one a line of a file beside the one it is to write.

Its first line says what they were drawn from and how. Rows are known by their questions: what is
put in or taken out of the sheet meanwhile costs no answer, and a question that stands in it twice
is asked once.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from qa.articles.decode import NotText
from qa.articles.formats.jsonl import parsed_line
from qa.articles.lines import read_lines
from qa.articles.opening import open_file
from qa.errors import UsageError
from qa.files import append_line
from qa.i18n import _
from qa.language.text import one_line

_log = logging.getLogger(__name__)
SCHEMA: Final = "qa.sheet/1"
_MOST_BYTES: Final = 1 << 20


class Kept:
    """Answers by their questions, in memory and in a file."""

    def __init__(self, path: Path) -> None:
        """Read what an earlier run left.

        Raises:
            UsageError: If the file is none of those that a run leaves.
        """
        self.path = path
        self.head: dict[str, object] = {}
        self.answers: dict[str, dict[str, object]] = {}
        try:
            lines = list(_objects(path))
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._strange() from error
        if not lines or lines[0].get("schema") != SCHEMA:
            raise self._strange()
        self.head = lines[0]
        for line in lines[1:]:
            question, answer = line.get("question"), line.get("answer")
            if isinstance(question, str) and isinstance(answer, dict):
                self.answers[question] = answer

    def day(self, made: Mapping[str, object]) -> date | None:
        """The day that an earlier run's questions are relative to, if it was made so."""
        if not self.head.items() >= made.items():
            return None
        try:
            return date.fromisoformat(str(self.head.get("now")))
        except ValueError:
            return None

    def begin(self, made: Mapping[str, object], now: date) -> None:
        """Go on with what is there if it was made so, relative to that day; else begin anew.

        Raises:
            OSError: If the file cannot be written.
        """
        head = {"schema": SCHEMA, **made, "now": now.isoformat()}
        if head == self.head:
            return
        if self.answers:
            _log.warning(
                _("%s: made with another index or other options; all rows are asked again."),
                one_line(str(self.path)),
            )
        self.head, self.answers = head, {}
        self.path.unlink(missing_ok=True)
        self._append(head)

    def add(self, question: str, answer: dict[str, object]) -> None:
        """Keep an answer.

        Raises:
            OSError: If it cannot be written.
        """
        self.answers[question] = answer
        self._append({"question": question, "answer": answer})

    def _append(self, document: dict[str, object]) -> None:
        append_line(self.path, json.dumps(document).encode() + b"\n")

    def _strange(self) -> UsageError:
        return UsageError(
            _("{path} is not what an unfinished `qa sheet` left; move it away.").format(
                path=self.path
            )
        )


def _objects(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a file, without a line that was cut short."""
    with open_file(path) as file:
        for _at, line in read_lines(file, "", _MOST_BYTES):
            row = line if isinstance(line, NotText) else parsed_line(line)
            if isinstance(row, dict):
                yield row
