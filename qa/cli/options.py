"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

from qa import hub
from qa.settings import BUNDLED

index_option = click.option(
    "--index",
    "index",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the index [default: index/ of the project, else your data folder].",
)
encoder_option = click.option(
    "--encoder",
    default=BUNDLED,
    show_default=True,
    help="A sentence-transformers model, by name or path.",
)
reader_option = click.option(
    "--reader",
    default=BUNDLED,
    show_default=True,
    help="`overlap` (no model), or an extractive-QA model, by name or path.",
)
offline_option = click.option(
    "--offline",
    is_flag=True,
    expose_value=False,
    callback=lambda _context, _option, is_set: hub.forbid() if is_set else None,
    help="Never fetch a model; one downloaded before serves.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
