"""A conversation kept in a file: one `qa ask --json` document a line, oldest first.

Only words are taken from it, whoever wrote it: what was asked, what was answered, the title of the
article. Not handled: two processes that go on with one conversation at once see each other's turns
only when they start; their lines do not mix.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.files import append_line
from qa.question.followup import Exchange
from qa.show import ERROR_SCHEMA, SCHEMA, dumps


def read_history(path: Path) -> list[Exchange]:
    """The turns of a conversation, oldest first; none where there is no file yet.

    Records of questions that could not be read, which `qa ask - --json` prints, are passed over.

    Raises:
        UsageError: If the file cannot be read, or a line of it is no document of `qa ask --json`.
    """
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder: make it, or name another --conversation.")
    try:
        if not path.exists():
            return []
        if not path.is_file():
            raise UsageError(f"{path} is no plain file: name another --conversation.")
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        raise UsageError(f"Cannot read the conversation {path}: {error}.") from error
    turns: list[Exchange] = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            turn = _turn(line)
        except ValueError as error:
            raise UsageError(
                f"{path}, line {number}: {error}. Take the line out, or begin another file."
            ) from error
        if turn is not None:
            turns.append(turn)
    return turns


def append_turn(path: Path, document: Mapping[str, Any]) -> None:
    """Add a turn as one line, by one write: a line is there whole, or not at all.

    Raises:
        UsageError: If the file cannot be opened for writing.
        OSError: If the disk is full.
    """
    line = dumps(document).encode("utf-8") + b"\n"
    try:
        append_line(path, line)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise UsageError(
            f"Cannot write the conversation {path}: {error.strerror or error}."
        ) from error


def _turn(line: bytes) -> Exchange | None:
    """The turn of a line, None for the record of an error; ValueError if it is neither."""
    try:
        document = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("schema") not in (SCHEMA, ERROR_SCHEMA):
        raise ValueError("no document of `qa ask --json`")
    if document["schema"] == ERROR_SCHEMA:
        return None
    question = document.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('no "question" in it')
    answer = document.get("answer")
    language = document.get("language")
    language = language if isinstance(language, str) else ""
    if answer is None:
        return Exchange(question, language=language)
    return Exchange(question, _text_field(answer, "text"), _title(document, answer), language)


def _title(document: Mapping[str, Any], answer: Mapping[str, Any]) -> str | None:
    """The title of the article that the answer cites."""
    places = document.get("citations")
    for place in places if isinstance(places, list) else ():
        if isinstance(place, dict) and place.get("n") == answer.get("citation"):
            return _text_field(place, "title")
    return None


def _text_field(fields: object, name: str) -> str:
    value = fields.get(name) if isinstance(fields, dict) else None
    if isinstance(value, str):
        return value
    raise ValueError(f'no text under "{name}"')
