"""JSON over a whole file: an array of objects, one article an object, as scrapers export it.

An object that holds no text but one list of objects, as `{"articles": [...]}`, is that list, and a
feed (jsonfeed.org) is read as one. Values that follow one another, over one line each or several,
are read in turn. What stands behind an error cannot be read, and is reported. Not handled: fields
inside fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from qa.articles.decode import NotText, read_text
from qa.articles.fields import names_text, to_record
from qa.articles.formats import feed
from qa.articles.lines import LONGEST_RECORD
from qa.i18n import _, number
from qa.settings import BuildSettings
from qa.types import Record, Skipped

SUFFIXES = (".json",)

_BETWEEN = re.compile(r"[\s,]*")
_DECODER: Final = json.JSONDecoder()


def load(file: BinaryIO, path: str, settings: BuildSettings) -> Iterator[Record | Skipped]:
    """The records of a file, in order; one without an id is called by its number, from 1."""
    try:
        # It is loaded whole, and all of it may be one value.
        text = read_text(file, path, max(LONGEST_RECORD, settings.max_bytes))
    except NotText as error:
        yield Skipped(path, str(error))
        return
    number = 0
    for value in _values(text):
        if feed.is_json_feed(value):
            yield from feed.of_json(value, path)
            continue
        for row in rows(value):
            number += 1
            kept = bounded(row, settings.max_bytes)
            yield record(kept, str(number), f"{path}#{number}", settings)


def rows(value: object) -> list[object]:
    """The rows of a value: those of its one list of objects, else itself."""
    if isinstance(value, dict) and not names_text(
        name for name, each in value.items() if not isinstance(each, list)
    ):
        lists = [each for each in value.values() if isinstance(each, list)]
        if len(lists) == 1 and lists[0] and all(isinstance(each, dict) for each in lists[0]):
            return lists[0]
    return [value]


def record(row: object, number: str, where: str, settings: BuildSettings) -> Record | Skipped:
    """The record of a row, or why it is none.

    Args:
        row: As JSON gives it, or why it cannot be read.
        number: Its id where it has none of its own.
        where: What `Skipped` calls it.
        settings: Name the columns.
    """
    if isinstance(row, NotText):
        return Skipped(where, str(row))
    if not isinstance(row, dict):
        return Skipped(where, _("a JSON {type}, not an object").format(type=type(row).__name__))
    try:
        return to_record(row, number, settings)
    except NotText as error:
        return Skipped(where, str(error))


def parsed(text: str, start: int = 0) -> tuple[object, int]:
    """The value that begins at a place of a text, and where it ends.

    Raises:
        NotText: If there is none.
    """
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if error.lineno > 1:
            told = _("not JSON: {reason} at line {line} column {column}")
        else:
            told = _("not JSON: {reason} at column {column}")
        raise NotText(
            told.format(reason=error.msg, line=error.lineno, column=error.colno)
        ) from error
    except RecursionError as error:
        raise NotText(_("not JSON we can read: nested too deeply")) from error
    except ValueError as error:
        # Python refuses integers of over 4,300 digits, whose conversion takes quadratic time.
        raise NotText(_("not JSON we can read: a number is too long")) from error


def bounded(row: object, max_bytes: int) -> object:
    """A row, or the reason that its fields hold more text than a record may."""
    texts = [of for of in row.values() if isinstance(of, str)] if isinstance(row, dict) else []
    held = sum(len(each.encode("utf-8", "surrogatepass")) for each in texts)
    return (
        NotText(_("longer than {limit} bytes").format(limit=number(max_bytes)))
        if held > max_bytes
        else row
    )


def _values(text: str) -> Iterator[object]:
    """The values of a file, those of an array one by one; at an error its reason, and the end."""
    at = _next(text, 0)
    inside = False
    while at < len(text):
        if (text[at] == "[" and not inside) or (text[at] == "]" and inside):
            inside = not inside
            at = _next(text, at + 1)
            continue
        try:
            value, at = parsed(text, at)
        except NotText as error:
            yield NotText(_("{reason}; nothing behind it can be read").format(reason=error))
            return
        yield value
        at = _next(text, at)
    if inside:
        yield NotText(_("the file ends within its array"))


def _next(text: str, at: int) -> int:
    """Where the next value or bracket begins."""
    gap = _BETWEEN.match(text, at)
    return gap.end() if gap else at
