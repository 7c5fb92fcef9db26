"""Bytes become text, without a guess that could fail quietly.

UTF-8 and UTF-16 are detected by their byte order marks, UTF-8 by being valid, and what is left is
taken for cp1252, the old encoding of Windows in the West, with a warning. Newlines stay as they
are. Text that was encoded twice (`RenÃ©e`) is mended where nothing is lost by it, by ftfy.

Not handled: other encodings (UTF-32, Latin-2, Shift-JIS ...); text in them reads as cp1252 or as
binary.
"""

from __future__ import annotations

import codecs
import logging
import re
from typing import BinaryIO

from qa.i18n import _, number
from qa.language.text import one_line

_log = logging.getLogger("qa.articles.folder")
# A character of UTF-8 is two bytes at least; behind some the second has become a space.
_SUSPECT = re.compile(r"[^\x00-\x7f]{2}|[\x80-\x9f]|[ÂÃÅ] ")
_RUNS = re.compile(r"(?<=[\n>])")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")

_NEVER = frozenset(("idna", "punycode", "undefined"))
"""Encodings that no text is in, and that take quadratic time."""


class NotText(ValueError):
    """Bytes that hold no text we can read; the message is the reason, for the person."""


def read_text(file: BinaryIO, path: str, max_bytes: int) -> str:
    """The whole text of a file; a warning names the `path`, and there is none where that is empty.

    Raises:
        NotText: If it is empty, longer than `max_bytes`, or binary.
    """
    data = read_bytes(file, max_bytes)
    text, western = decode(data)
    if western and path:
        warn_western(path)
    if not text.strip():
        raise NotText(_("empty"))
    return text


def read_bytes(file: BinaryIO, max_bytes: int) -> bytes:
    """All that is left of a file.

    Raises:
        NotText: If it is longer than `max_bytes`.
    """
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise too_large(max_bytes)
    return data


def too_large(max_bytes: int) -> NotText:
    """The reason why a file or its text is not read."""
    return NotText(
        _("larger than {limit} bytes; raise --max-bytes or split it").format(
            limit=number(max_bytes)
        )
    )


def mend(text: str) -> str:
    """A text without what comes of UTF-8 that was read as another encoding and saved again.

    Each line, and each run between tags, is mended by itself, and what is lost in it stays lost.
    """
    if text.isascii() or not _SUSPECT.search(text):
        return text
    # Imported here: most texts need none of it.
    from ftfy import TextFixerConfig, fix_encoding

    without_loss = TextFixerConfig(replace_lossy_sequences=False)
    runs = (
        fix_encoding(run, without_loss) if _SUSPECT.search(run) else run
        for run in _RUNS.split(text)
    )
    return "".join(runs).removeprefix("\ufeff")


def decode(data: bytes) -> tuple[str, bool]:
    """The text that bytes hold, without byte order mark, and whether cp1252 had to do.

    Raises:
        NotText: If they are binary.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), False
        except UnicodeDecodeError as error:
            raise NotText(
                _("marked as UTF-16 but broken at byte {byte}").format(byte=number(error.start))
            ) from error
    if b"\0" in data:
        raise NotText(_("binary, not text"))
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise NotText(_("neither UTF-8 nor cp1252 text; save it as UTF-8")) from error
    if _CONTROLS.search(text):
        raise NotText(_("binary, not text"))
    return text, True


def decode_as(data: bytes, charset: str) -> str:
    """Decode bytes by a declared encoding, else as `decode` does.

    Raises:
        NotText: If they are binary.
    """
    try:
        known = codecs.lookup(charset).name
        if known not in _NEVER:
            return data.decode(known)
    except (LookupError, ValueError):
        pass
    return decode(data)[0]


def warn_western(path: str) -> None:
    """Tell the log that a file was read as cp1252 for want of anything better."""
    _log.warning(_("%s: not UTF-8; read as cp1252. Save it as UTF-8 to be sure."), one_line(path))
