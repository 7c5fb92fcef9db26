"""A mail (.eml): subject, sender and day, the text of its body, and its attachments as files.

The plain text of a mail is taken, lines that were wrapped joined, and lines that quote another mail
masked; the page that it holds only where the plain text is a stub. Not handled: signed and
encrypted mail beyond the parts that can be read; .msg.
"""

from __future__ import annotations

import email
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import BinaryIO, Final

from qa.articles.decode import NotText, decode_as, read_bytes, too_large
from qa.articles.formats import html
from qa.articles.members import Within, load_member
from qa.i18n import _, number
from qa.settings import BuildSettings
from qa.types import Mask, Record, Skipped

SUFFIXES = (".eml",)

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of a mail with its attachments, which takes several times that in memory."""
_MOST_LINES: Final = 20_000
"""Of its headers, and of what parts its parts: each of them takes two kilobytes."""
_STUB_CHARS: Final = 200
_LONGEST_HEADER: Final = 2_000
_WRAPPED: Final = (50, 80)
"""Characters of a line that a program wrapped."""
_HEADER = re.compile(rb"^(?:[!-9;-~]{1,100}:|--)", re.MULTILINE)
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)


@dataclass(slots=True)
class _Content:
    """What a mail holds."""

    plain: list[str] = field(default_factory=list)
    page: str = ""
    attached: list[tuple[str, bytes]] = field(default_factory=list)


def load(
    file: BinaryIO, path: str, settings: BuildSettings, within: Within | None = None
) -> Iterator[Record | Skipped]:
    """The record of a mail, then those of its attachments."""
    try:
        data = read_bytes(file, MOST_BYTES)
        yield from of_message(data, path, settings, within or Within.of(file))
    except NotText as error:
        yield Skipped(path, str(error))


def of_message(
    data: bytes, path: str, settings: BuildSettings, within: Within
) -> Iterator[Record | Skipped]:
    """The record of a mail, then those of its attachments.

    Raises:
        NotText: If it is no mail.
    """
    with reading():
        message = parsed(data)
        content = _Content()
        for part in parts(message):
            _sort(part, content)
        sender, address = parseaddr(header(message, "From"))
        title, day = header(message, "Subject"), sent(message)
    try:
        body = _body(content)
        if len(body.text) > settings.max_bytes:
            raise too_large(settings.max_bytes)
        yield replace(
            body,
            title=title or None,
            source=sender or address or None,
            published=day,
        )
    except NotText as error:
        if not content.attached:
            yield Skipped(path, str(error))
    for name, attached in content.attached:
        for record in load_member(
            name, io.BytesIO(attached), len(attached), path, settings, within
        ):
            if isinstance(record, Record) and not record.published:
                yield replace(record, made=record.made or day)
            else:
                yield record


@contextmanager
def reading() -> Iterator[None]:
    """Turn whatever the library raises on a broken mail into the reason it is not read."""
    try:
        yield
    except (NotText, OSError):
        raise
    except Exception as error:
        raise NotText(_("damaged, or no mail")) from error


def parsed(data: bytes) -> Message:
    """A mail, or a page that is saved as one.

    Raises:
        NotText: If it is none, or would take too much memory.
    """
    lines = (at for at, _found in enumerate(_HEADER.finditer(data)))
    if any(at == _MOST_LINES for at in lines):
        raise NotText(_("more than {count} headers and parts").format(count=number(_MOST_LINES)))
    message = email.message_from_bytes(data)
    if not message.keys():
        raise NotText(_("damaged, or no mail"))
    return message


def parts(message: Message) -> Iterator[Message]:
    """The parts of a mail that hold something, in order; a mail within it is one."""
    pending = [message]
    while pending:
        part = pending.pop()
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            pending.extend(each for each in reversed(inside) if isinstance(each, Message))
        else:
            yield part


def text_of(part: Message) -> str:
    """The text of a part, whatever encoding it names.

    Raises:
        NotText: If it holds none.
    """
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return decode_as(data, part.get_content_charset() or "")


def header(message: Message, name: str) -> str:
    """A header on one line, as it is meant; nothing where there is none."""
    value = str(message.get(name) or "")[:_LONGEST_HEADER]
    with suppress(MessageError, ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.encode("utf-8", "replace").decode().split())


def sent(message: Message) -> date | None:
    """The day of a mail, where its sender was."""
    try:
        return parsedate_to_datetime(header(message, "Date")).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _sort(part: Message, content: _Content) -> None:
    """Put a part to what it is."""
    kind, name = part.get_content_type(), part.get_filename()
    inside = part.get_payload()
    if kind == "message/rfc822" and isinstance(inside, list):
        mails = [each for each in inside if isinstance(each, Message)]
        content.attached += [
            (name or f"{len(content.attached) + 1}.eml", bytes(each)) for each in mails
        ]
    elif name:
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            content.attached.append((name, data))
    elif kind == "text/plain":
        content.plain.append(text_of(part))
    elif kind == "text/html" and not content.page:
        content.page = text_of(part)


def _body(content: _Content) -> Record:
    """The text of a mail as a record."""
    plain = _unwrapped("\n".join(content.plain))
    if len(plain) >= _STUB_CHARS or not content.page:
        if not plain:
            raise NotText(_("empty"))
        masks = tuple(Mask(*found.span(), "quoted mail") for found in _QUOTED.finditer(plain))
        return Record(plain, masks=masks)
    try:
        return Record(html.story(content.page).text)
    except NotText:
        # Imported here: it takes most of a second.
        from qa.articles.formats.page import all_text

        if not (text := all_text(html.parsed(content.page)) or plain):
            raise
        return Record(text)


def _unwrapped(text: str) -> str:
    """Paragraphs whose lines a program wrapped, each on one line."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(text.splitlines()).strip()):
        lines = [line.rstrip() for line in paragraph.split("\n")]
        wrapped = all(_WRAPPED[0] <= len(line) <= _WRAPPED[1] for line in lines[:-1])
        is_quoted = any(line.startswith(">") for line in lines)
        paragraphs.append((" " if wrapped and not is_quoted else "\n").join(lines))
    return "\n\n".join(paragraphs)
