"""A page becomes an article in a file of its own: Markdown with front matter."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

import yaml

from qa.articles.decode import NotText, decode, mend
from qa.articles.formats import html
from qa.files import replace
from qa.follow.feeds import Feed, Item
from qa.follow.fetch import Fetched, Unfetched
from qa.follow.state import digest_of
from qa.i18n import _
from qa.language.text import encodable, fold, one_line, written_words
from qa.types import Record

MOST_BYTES: Final = 4 * 1024 * 1024
_LONGEST_STEM: Final = 60
_PAGES: Final = ("text/html", "application/xhtml+xml", "")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_CHARSETS: Final = re.compile(
    r"(?:iso-?8859-\d{1,2}|windows-\d{3,4}|cp\d{3,4}|latin-?\d|us-ascii|gbk|gb2312|gb18030|big5"
    r"|euc-(?:jp|kr|tw)|shift_jis|iso-2022-jp|koi8-[ru]|tis-620|utf-16(?:le|be)?)",
    re.IGNORECASE,
)


def stored(folder: Path) -> set[str]:
    """The digests of the addresses whose articles a folder holds."""
    return {path.stem.rpartition("-")[2] for path in folder.glob("*.md")}


def store(page: Fetched, item: Item, feed: Feed, folder: Path) -> Path:
    """Write the article of a page into a folder.

    Returns:
        The file, named after its day, its title and its address.

    Raises:
        Unfetched: If there is no article in the page.
        OSError: If it cannot be written.
    """
    record = _record(page)
    published = item.published or record.published
    title = item.title or _line(record.title)
    fields = {
        "title": title,
        "source": _line(record.source) or feed.title,
        "author": item.author,
        "date": published,
        "url": page.address,
    }
    block = yaml.safe_dump(
        {name: value for name, value in fields.items() if value},
        allow_unicode=True,
        sort_keys=False,
        width=1_000,
    )
    path = folder / _name(published, title, item.address)
    replace(path, encodable(f"---\n{block}---\n\n{record.text.strip()}\n"))
    return path


def _record(page: Fetched) -> Record:
    """The article in a page.

    Raises:
        Unfetched: If there is none.
    """
    kind, _semicolon, rest = page.headers.get("content-type", "").partition(";")
    if kind.strip().lower() not in _PAGES:
        raise Unfetched(
            _("it is no page but {type}").format(type=one_line(kind.strip())), final=True
        )
    charset = _CHARSET.search(rest)
    try:
        if charset and _CHARSETS.fullmatch(charset[1]):
            text = page.body.decode(charset[1], "replace")
        else:
            text, _western = decode(page.body)
        return html.story(mend(text))
    except NotText as error:
        raise Unfetched(str(error), final=True) from error


def _name(published: date | None, title: str, address: str) -> str:
    """A file name that every system takes, and no other address gives."""
    words = "-".join(re.sub(r"[^a-z0-9]", "", fold(word)) for word in written_words(title))
    stem = re.sub(r"-+", "-", words).strip("-")[:_LONGEST_STEM].rstrip("-")
    day = published.isoformat() if published else ""
    return "-".join(part for part in (day, stem, digest_of(address)) if part) + ".md"


def _line(value: str | None) -> str:
    return " ".join(one_line(value or "").split())[:300]
