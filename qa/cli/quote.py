"""`qa quote`: whether the articles have a quotation, one a line, or those of a draft."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import click

import qa
from qa.cli.index import index_to_ask
from qa.cli.lines import bounded, said
from qa.cli.options import (
    index_option,
    json_option,
    since_option,
    source_option,
    until_option,
)
from qa.cli.screen import one_line, print_json, print_lines
from qa.errors import UsageError
from qa.i18n import _
from qa.settings import BuildSettings, Filters

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.quote import Quoted
    from qa.quote.draft import Drafted

_MOST = 20
_IN_DRAFT = 3
"""Places of each quotation of a draft, so that short ones do not bury the report."""
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("quotation", nargs=-1)
@index_option
@json_option
@since_option
@until_option
@source_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="Most places to show [default: 20, of each quotation of a draft 3].",
)
@click.option("--from", "lines", type=_FILE, help="Check the quotations of a file, one a line.")
@click.option("--draft", type=_FILE, help="Check every quotation of a text; print a report.")
@click.option("--html", type=_FILE, help="Write the report of a draft to a new page instead.")
def quote(
    quotation: tuple[str, ...],
    index: Path | None,
    as_json: bool,
    since: date | None,
    until: date | None,
    source: str | None,
    limit: int | None,
    lines: Path | None,
    draft: Path | None,
    html: Path | None,
) -> int:
    """Say whether the articles have QUOTATION word for word, altered, or not at all.

    `-` reads one a line from standard input, or JSON objects with `quotation`. The exit code is 0
    where all are verbatim, else 1.
    """
    if html is not None and draft is None:
        raise UsageError(_("--html takes the report of a draft: add --draft FILE."))
    words = " ".join(quotation)
    if sum((bool(words.strip()), lines is not None, draft is not None)) != 1:
        raise UsageError(
            _(
                'Give one quotation, --from FILE or --draft FILE, such as: qa quote "Saluran itu '
                'belum dipakai"'
            )
        )
    filters = Filters(since, until, source)
    text = _draft(draft) if draft else ""
    with qa.open(index_to_ask(index), reader=None) as archive:
        archive.require_source(source)
        most = limit or (_IN_DRAFT if draft else _MOST)
        asked = _Asked(archive, filters, most, as_json=as_json)
        if draft is not None:
            return asked.report(draft, text, html)
        if words == "-" or lines == Path("-"):
            return asked.each_of(sys.stdin.buffer)
        if lines is not None:
            with _opened(lines) as file:
                return asked.each_of(file)
        return asked.one(words)


class _Asked:
    """Checks quotations, and prints what becomes of them."""

    def __init__(self, archive: Engine, filters: Filters, limit: int, *, as_json: bool) -> None:
        self._archive = archive
        self._filters = filters
        self._limit = limit
        self._as_json = as_json

    def one(self, words: str, row: dict[str, Any] | None = None) -> int:
        """Print what becomes of a quotation; 0 where it is verbatim, else 1."""
        from qa.show import quote_json, quoted_lines

        quoted = self._archive.quote(words, self._filters, limit=self._limit)
        if self._as_json:
            document = quote_json(quoted, self._archive.info)
            print_json(document if row is None else {**document, "input": row})
        else:
            print_lines(quoted_lines(quoted, self._archive.info))
        return _code([quoted])

    def each_of(self, lines: IO[bytes]) -> int:
        """Check each line as it comes; a bad one becomes an error record and exit code 2."""
        codes = {0}
        for at, line in enumerate(bounded(lines), start=1):
            if not line.strip():
                continue
            try:
                words, row = said(line, "quotation")
                if not self._as_json:
                    click.echo(f"{'' if at == 1 else chr(10)}> {one_line(words)}")
                codes.add(self.one(words, row))
            except (ValueError, UsageError) as error:
                codes.add(UsageError.exit_code)
                if self._as_json:
                    from qa.show import ERROR_SCHEMA

                    print_json({"schema": ERROR_SCHEMA, "line": at, "error": str(error)})
                else:
                    told = _("qa: line {line}: {reason}").format(line=at, reason=error)
                    click.echo(one_line(told), err=True)
        return max(codes)

    def report(self, draft: Path, text: str, html: Path | None) -> int:
        """Print the report of a draft, or write it to a page; 0 where all is verbatim, else 1."""
        from qa.quote.draft import quotations
        from qa.show.report import Report

        found = quotations(text)
        checked: list[tuple[Drafted, Quoted]] = [
            (each, self._archive.quote(each.text, self._filters, limit=self._limit))
            for each in found
            if not each.is_word
        ]
        words = [each for each in found if each.is_word]
        report = Report(draft.name, checked, words, self._archive.info)
        if html is not None:
            _write(html, report.as_html())
        if self._as_json:
            print_json(report.as_json())
        elif html is None:
            click.echo(report.as_markdown(), nl=False)
        return _code([quoted for _drafted, quoted in checked])


def _code(checked: list[Quoted]) -> int:
    return int(any(quoted.verdict != "verbatim" for quoted in checked))


def _opened(path: Path) -> BinaryIO:
    """A file, open to be read.

    Raises:
        UsageError: If it cannot be opened.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error


def _draft(path: Path) -> str:
    """The text of a draft: that of its article, where its format has more than text.

    Raises:
        UsageError: If it cannot be read.
    """
    from qa.articles.decode import NotText, read_text
    from qa.articles.folder import load
    from qa.articles.formats import markdown, suffix_of, txt
    from qa.types import Article, Skipped

    if suffix_of(path.name) not in (None, *txt.SUFFIXES, *markdown.SUFFIXES):
        read = list(load(path, BuildSettings()))
        texts = [each.text for each in read if isinstance(each, Article)]
        if not texts:
            reasons = [each.reason for each in read if isinstance(each, Skipped)]
            raise _unreadable(path, "; ".join(reasons))
        return "\n\n".join(texts)
    try:
        with _opened(path) as file:
            return read_text(file, str(path), BuildSettings().max_bytes)
    except NotText as error:
        raise _unreadable(path, str(error)) from error
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error


def _unreadable(path: Path, reason: str) -> UsageError:
    return UsageError(
        _("Cannot read {path}: {reason}. Name a text file.").format(path=path, reason=reason)
    )


def _write(path: Path, page: str) -> None:
    from qa.files import create
    from qa.language.text import encodable

    try:
        create(path, encodable(page))
    except FileExistsError as error:
        raise UsageError(
            _("{path} exists already; name another file.").format(path=path)
        ) from error
    except OSError as error:
        raise UsageError(
            _("Cannot write {path}: {reason}. Name another file.").format(
                path=path, reason=error.strerror
            )
        ) from error
