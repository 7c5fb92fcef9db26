"""Speed, memory and size, beside a peer where one is named: `python -m tests.bench`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from qa.errors import QAError
from qa.language.text import safe
from tests.bench import PEERS, bench


@click.command()
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Articles [default: the shipped ones]."
)
@click.option("--against", type=click.Choice(list(PEERS)), help="Run a peer beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(corpus: Path | None, against: str | None, as_json: bool) -> None:
    """Measure speed, memory and size in one run."""
    try:
        report = bench(corpus, against=against)
    except QAError as error:
        raise click.ClickException(safe(str(error))) from error
    click.echo(json.dumps(report.as_json()) if as_json else safe(report.table()))


if __name__ == "__main__":
    main()
