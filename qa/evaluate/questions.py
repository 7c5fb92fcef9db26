"""Question files -> rows: JSON Lines, gzip-compressed where the name ends in `.gz`.

A row: `{id?, lang?, question, answers: [text or {text, start}], context?, article?,
conversation?}`, with `doc` as another name of `article`; `answers: []` means that there is no
answer. Other keys are passed
over, `start` too: answers are compared as words, wherever they stand. A file is read whole.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import UsageError

_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its right answers; none means that there is no answer.

    `article` is the right article as `qa.evaluate.ranking.is_named` takes it; `context` the text to
    read.
    `conversation` names the conversation that the question is the next turn of.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    lang: str | None = None
    context: str | None = None
    article: str | None = None
    conversation: str | None = None


def read_questions(path: Path) -> list[Row]:
    """The rows of a file, in order; blank lines are passed over. A row without id gets its line.

    Raises:
        UsageError: If the file cannot be read, holds no row, or a row is not as described above.
    """
    rows = [
        _row(line, where=f"{path}, line {number}", number=number)
        for number, line in enumerate(_text(path).split("\n"), start=1)
        if line.strip()
    ]
    if not rows:
        raise UsageError(f"{path} holds no questions: one JSON object a line is expected.")
    return rows


def _text(path: Path) -> str:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise UsageError(f"{path} holds over {_MOST_BYTES:,} bytes: split it.")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror or error}.") from error
    except (EOFError, zlib.error) as error:
        raise UsageError(f"{path} is not a whole gzip file: {error}. Fetch it again.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error


def _row(line: str, *, where: str, number: int) -> Row:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: not a JSON object ({error}).") from error
    if not isinstance(fields, dict):
        raise UsageError(f"{where}: not a JSON object.")
    question = fields.get("question")
    if not isinstance(question, str) or not question.strip():
        raise UsageError(f'{where}: "question" must be a text that is not empty.')
    name = "article" if fields.get("article") is not None else "doc"
    return Row(
        id=str(fields.get("id", number)),
        question=question,
        answers=_answers(fields.get("answers"), where),
        lang=_optional(fields, "lang", where),
        context=_optional(fields, "context", where),
        article=_optional(fields, name, where),
        conversation=_optional(fields, "conversation", where),
    )


def _answers(listed: object, where: str) -> tuple[str, ...]:
    if not isinstance(listed, list):
        raise UsageError(f'{where}: "answers" must be a list, [] where there is no answer.')
    texts = [answer.get("text") if isinstance(answer, dict) else answer for answer in listed]
    answers = [text for text in texts if isinstance(text, str) and text.strip()]
    if len(answers) != len(texts):
        raise UsageError(f'{where}: an answer must be a text, or {{"text": ...}}, not empty.')
    return tuple(answers)


def _optional(fields: dict[str, Any], name: str, where: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f'{where}: "{name}" must be a text or absent.')
    return value
