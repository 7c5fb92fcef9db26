"""`qa about`: what is in an index."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.index import index_to_ask
from qa.cli.options import index_option, json_option
from qa.cli.screen import print_json, print_lines


@click.command()
@index_option
@json_option
def about(index: Path | None, as_json: bool) -> None:
    """Show what is in the index: folders, sources, dates, and questions that it answers."""
    from qa import show
    from qa.store import open_generation

    with open_generation(index_to_ask(index)) as generation:
        overview = generation.overview()
    if as_json:
        print_json(show.about_json(overview))
        return
    print_lines([*show.about(overview), *show.questions(overview)])
