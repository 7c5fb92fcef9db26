"""Speed, memory and size, beside a peer where one is named: `python -m tests.bench`.

`python -m tests.bench keys --index FOLDER` takes the time from a key of the chat to its effect.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from qa.errors import QAError
from qa.language.text import safe
from tests.bench import PEERS, bench


@click.group(invoke_without_command=True)
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Articles [default: the shipped ones]."
)
@click.option("--against", type=click.Choice(list(PEERS)), help="Run a peer beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def main(context: click.Context, corpus: Path | None, against: str | None, as_json: bool) -> None:
    """Measure speed, memory and size in one run."""
    if context.invoked_subcommand:
        return
    try:
        report = bench(corpus, against=against)
    except QAError as error:
        raise click.ClickException(safe(str(error))) from error
    click.echo(json.dumps(report.as_json()) if as_json else safe(report.table()))


@main.command()
@click.option("--index", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--times", default=30, show_default=True, help="Of each key.")
def keys(index: Path, times: int) -> None:
    """From a key of the chat to its effect on a terminal, over an index."""
    from tests.bench.keys import measure, shown

    click.echo(shown(measure(index, times)))


if __name__ == "__main__":
    main()
