"""`qa evaluate`: how good the answers are."""

from __future__ import annotations

import json
from pathlib import Path

import click

from qa.cli.options import index_option, json_option, offline_option, reader_option
from qa.cli.screen import progress
from qa.language.text import safe


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mode",
    type=click.Choice(["open", "reading", "retrieval", "conversation"]),
    default="open",
    show_default=True,
)
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Articles to ask instead of the index."
)
@click.option("--contexts", is_flag=True, help="Ask the contexts of the rows themselves.")
@click.option("--limit", type=click.IntRange(min=1), help="First questions of each file only.")
@index_option
@click.option(
    "--encoder",
    help="Of a temporary index, such as `deep`; else the one the index must have been built with.",
)
@reader_option
@offline_option
@click.option(
    "--retriever",
    type=click.Choice(["fused", "dense", "lexical"]),
    default="fused",
    show_default=True,
    help="Retrieve with all, or with one part alone.",
)
@json_option
def evaluate(
    files: tuple[Path, ...],
    mode: str,
    corpus: Path | None,
    contexts: bool,
    limit: int | None,
    index: Path | None,
    encoder: str | None,
    reader: str,
    retriever: str,
    as_json: bool,
) -> None:
    """Measure answers against question FILES (JSONL, .gz too)."""
    from qa.evaluate import evaluate as measure
    from qa.evaluate import table

    with progress() as tell:
        reports = measure(
            files,
            mode,
            index=index,
            corpus=corpus,
            contexts=contexts,
            limit=limit,
            encoder=encoder,
            reader=reader,
            retriever=retriever,
            progress=tell,
        )
    if not as_json:
        click.echo(safe(table(reports)))
        return
    documents = [report.as_json() for report in reports]
    click.echo(json.dumps(documents[0] if len(documents) == 1 else documents))
