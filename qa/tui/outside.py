"""What the chat hands to other programs: a file to an editor, an address to a browser.

Always as a vector of arguments, never through a shell. Not handled: a browser that runs in the
terminal itself.
"""

from __future__ import annotations

import gzip
import json
import shlex
import signal
import subprocess
import webbrowser
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from qa.errors import UsageError
from qa.i18n import _
from qa.types import Article

_FILE_IS_TEXT = (".txt", ".text", ".md", ".markdown")
"""Files whose lines are those of the article; all others are extracted from, or hold several."""

_TOLD_BY = 60
"""Characters of a record's text by which its line is found."""

_AT_LINE: Mapping[str, str] = {
    "code": "--goto",
    "codium": "--goto",
    "cursor": "--goto",
    "hx": "",
    "subl": "",
    "zed": "",
}
"""Editors that take `FILE:LINE`, and the option before it; the others take `+LINE FILE`."""

_BROWSERS_IN_TERMINALS = frozenset({"browsh", "elinks", "links", "lynx", "w3m", "www-browser"})


def line_in_file(article: Article, line: int, file: Path) -> int | None:
    """The line of a file on which line `line` of its article's text stands.

    Of a record of JSON it is the line of the record's text, whatever the line within it; in a table
    the text has lines of the file. None where the file's lines are not the article's, as those of a
    page, or the record is not found.
    """
    if article.record is not None:
        begins = _line_of_record(article, file)
        is_table = article.path.lower().removesuffix(".gz").endswith((".csv", ".tsv"))
        return begins + line - 1 if begins and is_table else begins
    whole = article.path.lower().removesuffix(".gz").endswith(_FILE_IS_TEXT)
    return line if whole else None


def _line_of_record(article: Article, file: Path) -> int | None:
    """The first line with the beginning of a record's text, of several the one with its id."""
    first = next((line.strip() for line in article.text.splitlines() if line.strip()), "")
    first = first[:_TOLD_BY]
    written = (json.dumps(first)[1:-1], json.dumps(first, ensure_ascii=False)[1:-1])
    # A table doubles its quotes; lone surrogates are in no file, and so are never found.
    forms = [each.encode("utf-8", "replace") for each in (*written, first.replace('"', '""'))]
    record = (article.record or "").encode("utf-8", "replace")
    found = None
    try:
        with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not first or not any(form in line for form in forms):
                    continue
                if str(number) == article.record or record in line:
                    return number
                found = found or number
    except (OSError, EOFError, zlib.error):
        # The editor says it better.
        return None
    return found


def article_file(article: Article, root: str) -> Path:
    """The file an article was read from.

    Raises:
        UsageError: If it is gone, or lies outside the corpus folder.
    """
    try:
        folder = Path(root).resolve(strict=True)
        file = (folder / article.path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(
            _("{path} is no longer in {root}. Index again: qa index").format(
                path=article.path, root=root
            )
        ) from error
    if not (file.is_relative_to(folder) and file.is_file()):
        raise UsageError(_("{path} is no file inside {root}.").format(path=article.path, root=root))
    return file


def opens_at_page(article: Article) -> bool:
    """Whether the file of an article is one that a browser opens at a page."""
    return article.record is None and article.path.lower().endswith(".pdf")


def page_address(file: Path, page: int | None) -> str:
    """The address of a PDF for a browser, at a page where there is one."""
    return file.as_uri() + (f"#page={page}" if page else "")


def editor_command(environment: Mapping[str, str], file: Path, line: int | None) -> list[str]:
    """The arguments that start the person's editor on a file.

    Raises:
        UsageError: If neither VISUAL nor EDITOR names one.
    """
    chosen = environment.get("VISUAL", "").strip() or environment.get("EDITOR", "").strip()
    try:
        editor = shlex.split(chosen)
    except ValueError as error:
        raise UsageError(
            _("EDITOR is {chosen!r}, which is no command: {reason}.").format(
                chosen=chosen, reason=error
            )
        ) from error
    if not editor:
        raise UsageError(_("No editor is set. Name yours before you start qa: export EDITOR=nano"))
    if line is None:
        return [*editor, str(file)]
    name = PurePath(editor[0]).stem.lower()
    if name not in _AT_LINE:
        return [*editor, f"+{line}", str(file)]
    return [*editor, *filter(None, [_AT_LINE[name]]), f"{file}:{line}"]


def run_editor(command: Sequence[str]) -> int:
    """Run an editor in this terminal until it ends.

    Returns:
        Its exit code.

    Raises:
        UsageError: If it cannot be started.
    """
    # Ctrl+C is then the editor's alone; a handler, unlike SIG_IGN, is not passed on to it.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - the person's editor
    except (OSError, ValueError) as error:
        raise UsageError(
            _("Cannot start the editor {editor!r}: {reason}.").format(
                editor=command[0], reason=error
            )
        ) from error
    finally:
        signal.signal(signal.SIGINT, before)


def browse(address: str) -> bool:
    """Hand an address to a browser with a window of its own; whether there was one to take it."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    name = PurePath(str(getattr(browser, "name", ""))).name
    # These would write over the chat.
    return name not in _BROWSERS_IN_TERMINALS and browser.open(address)
