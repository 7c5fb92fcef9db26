"""`qa search`: the passages that hold some words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click

import qa
from qa.cli.index import index_to_ask
from qa.cli.options import (
    index_option,
    json_option,
    since_option,
    source_option,
    until_option,
)
from qa.cli.screen import print_json, print_lines
from qa.settings import Filters

_OPTION = re.compile(r"--.*|-h|-k\d*")


class _Search(click.Command):
    """Takes `-kapal` for a word, though it begins like an option; the order makes no difference."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with such words behind the options."""
        known = [each for each in args if not each.startswith("-") or _OPTION.fullmatch(each)]
        words = [each for each in args if each not in known]
        return super().parse_args(ctx, [*known, *([] if "--" in known else ["--"]), *words])


@click.command(cls=_Search)
@click.argument("words", nargs=-1, required=True)
@index_option
@json_option
@since_option
@until_option
@source_option
@click.option(
    "--sort",
    type=click.Choice(["best", "oldest", "newest"]),
    default="best",
    show_default=True,
    help="Which passages come first.",
)
@click.option(
    "--limit",
    "-k",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Most passages to show.",
)
def search(
    words: tuple[str, ...],
    index: Path | None,
    as_json: bool,
    since: date | None,
    until: date | None,
    source: str | None,
    sort: str,
    limit: int,
) -> int:
    """Show the passages that hold all WORDS, which are marked; nothing is read or understood.

    \b
    qa search ranjau darat            both words, in any of their forms
    qa search '"ranjau darat" -kapal' a phrase, in no article that says kapal
    """
    from qa.show import search_json, search_lines

    with qa.open(index_to_ask(index), reader=None) as archive:
        archive.require_source(source)
        filters = Filters(since, until, source)
        found = archive.search(" ".join(words), filters, limit=limit, sort=sort)
        if as_json:
            print_json(search_json(found, archive.info))
        else:
            print_lines(search_lines(found, archive.info))
    return 0 if found.hits else 1
