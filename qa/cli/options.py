"""Options that several commands take."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from qa import hub, settings
from qa.errors import UsageError
from qa.i18n import use
from qa.settings import BUNDLED


def day(value: str) -> date:
    """A day as an option gives it."""
    try:
        return settings.day(value)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


index_option = click.option(
    "--index",
    "index",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the index [default: index/ of the project, else your data folder].",
)
cluster_option = click.option(
    "--cluster",
    metavar="URL",
    help="Ask a server in place of an index, such as http://127.0.0.1:8321: that of `qa cluster "
    "serve` or `qa serve`; or, on a node of the cluster, its URI.",
)
token_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the token that the server asks for.",
)
encoder_option = click.option(
    "--encoder",
    help="`bundled` (at once), `deep` (slower, finds more), or a sentence-transformers model, by "
    "name or path [default: the index's own, else bundled].",
)
reader_option = click.option(
    "--reader",
    default=BUNDLED,
    show_default=True,
    help="An extractive-QA model, by name or path.",
)
offline_option = click.option(
    "--offline",
    is_flag=True,
    expose_value=False,
    callback=lambda _context, _option, is_set: hub.forbid() if is_set else None,
    help="Never fetch a model; one downloaded before serves.",
)
since_option = click.option(
    "--since", type=day, metavar="YYYY-MM-DD", help="Published on this day or later."
)
until_option = click.option(
    "--until", type=day, metavar="YYYY-MM-DD", help="Published on this day or before."
)
source_option = click.option("--source", help="Only articles of this source.")
since_option = click.option(
    "--since", type=day, metavar="YYYY-MM-DD", help="Published on this day or later."
)
until_option = click.option(
    "--until", type=day, metavar="YYYY-MM-DD", help="Published on this day or before."
)
now_option = click.option(
    "--now", type=day, metavar="YYYY-MM-DD", help="Day of the question, if not today."
)
date_filter_option = click.option(
    "--date-filter/--no-date-filter",
    default=True,
    help="Whether days named in the question leave out articles.",
    show_default=True,
)


def _for_programs(_context: click.Context, _option: click.Parameter, is_set: bool) -> bool:
    if is_set:
        # A program reads it: not a word of it depends on whose terminal this is.
        use("en")
    return is_set


json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    is_eager=True,
    callback=_for_programs,
    help="Print one JSON document.",
)
