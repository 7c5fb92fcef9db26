"""Bring the catalogues under `qa/locale` up to date with what qa says.

    python -m tests.catalogue

Messages are those in `_()`, `N_()` and `ngettext()`, the help of the commands, which click keeps as
it was written, and click's own that a person meets. New ones are added without a translation, old
ones taken out; then every catalogue is compiled. Says which messages still lack a translation, and
exits with 1 if there is one.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from qa.cli import cli
from qa.i18n import LANGUAGES, LOCALE

_SOURCES = LOCALE.parent


_CLICK: tuple[str | tuple[str, str], ...] = (
    "Usage:",
    "Options",
    "Positional arguments",
    "Commands",
    "Show the version and exit.",
    "Show this message and exit.",
    "default: {default}",
    "required",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Missing command.",
    "Missing argument",
    "Missing option",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "No such option {name!r}.",
    "No such command {name!r}.",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    "Option {name!r} does not take a value.",
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is not readable.",
    "file",
    "directory",
)


def messages() -> Catalog:
    """Every message, without translations."""
    catalog = Catalog(project="qa", charset="utf-8", fuzzy=False)
    for _, _, message, comments, _ in extract_from_dir(_SOURCES, comment_tags=["Note:"]):
        catalog.add(message, auto_comments=comments)
    for text in (*_helps(cli), *_CLICK):
        catalog.add(text)
    return catalog


def _helps(command: click.Command) -> Iterator[str]:
    """The help of a command and of all that belongs to it."""
    texts = [command.help, *(getattr(one, "help", None) for one in command.params)]
    yield from (cleandoc(text) for text in texts if text)
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from _helps(one)


def catalogue(language: str) -> Path:
    """The file with the translations into a language."""
    return LOCALE / language / "LC_MESSAGES" / "qa.po"


def translations(language: str) -> Catalog:
    """The translations that there are."""
    with catalogue(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """The messages of a catalogue that lack a translation, or have one that is only a guess."""
    lacking = []
    for one in catalog:
        strings = [one.string] if isinstance(one.string, str | None) else one.string
        if one.id and (one.fuzzy or not all(strings)):
            lacking.append(one.id if isinstance(one.id, str) else one.id[0])
    return lacking


def main() -> int:
    """Bring the catalogues up to date."""
    lacking = 0
    for language in LANGUAGES.keys() - {"en"}:
        file = catalogue(language)
        held = translations(language) if file.exists() else Catalog(language, project="qa")
        held.fuzzy, held.header_comment = False, f"# What qa says, in {LANGUAGES[language]}."
        found = messages()
        found.creation_date = held.creation_date
        held.update(found, no_fuzzy_matching=True)
        held.obsolete.clear()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as written:
            write_po(written, held, width=100, omit_header=False, sort_output=True)
        file.with_suffix(".mo").write_bytes(compiled(held))
        for one in missing(held):
            lacking += 1
            sys.stdout.write(f"{language}: no translation of {one!r}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
