"""Lines that a program gives: plain, or each a JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from qa.i18n import _, number

_LONGEST_LINE = 1 << 20


def bounded(lines: IO[bytes]) -> Iterator[bytes]:
    """Each line, and of one that is too long only enough to see that it is."""
    while line := lines.readline(_LONGEST_LINE + 1):
        yield line
        while len(line) > _LONGEST_LINE and not line.endswith(b"\n"):
            line = lines.readline(_LONGEST_LINE + 1)


def said(line: bytes, key: str) -> tuple[str, dict[str, Any] | None]:
    """The words of a line, and the JSON object they came in under a key, if they did.

    Raises:
        ValueError: If the line is too long or not UTF-8, or looks like JSON and is no object with
            words under the key.
    """
    if len(line) > _LONGEST_LINE:
        raise ValueError(_("longer than {limit} bytes").format(limit=number(_LONGEST_LINE)))
    try:
        words = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise ValueError(_("not UTF-8 at byte {byte}").format(byte=error.start + 1)) from error
    if not words.startswith("{"):
        return words, None
    try:
        row = json.loads(words)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("not JSON: {reason}").format(reason=error)) from error
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(_('no "{key}" in this object').format(key=key))
    return value, row
