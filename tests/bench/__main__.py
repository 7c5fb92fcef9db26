"""Speed, memory and size, beside a peer where one is named: `python -m tests.bench`.

`python -m tests.bench serve` measures the server under load, `python -m tests.bench keys` the time
from a key of the chat to its effect, `python -m tests.bench growth` an index at several sizes, of
articles that `python -m tests.bench splice` makes of real ones, `python -m tests.bench cluster`
shards on Ray beside one index.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import click

from qa.errors import QAError
from qa.language.text import safe
from tests.bench import PEERS, bench
from tests.bench.serve import serve_bench

_corpus_option = click.option(
    "--corpus", type=click.Path(path_type=Path), help="Articles [default: the shipped ones]."
)
_PARTS = ("overhead", "words", "same", "nodes")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True)
@_corpus_option
@click.option("--against", type=click.Choice(list(PEERS)), help="Run a peer beside it.")
@_json_option
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
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("work", type=click.Path(path_type=Path))
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(_PARTS),
    help="Measure these [default: all].",
)
@click.option("--shards", default=4, show_default=True)
@click.option("--count", default=500, show_default=True, help="Questions.")
@click.option("--read", default=10, show_default=True, help="Passages to read for each.")
@click.option("--seconds", default=60.0, show_default=True, help="A phase lasts.")
@click.option("--clients", default=16, show_default=True, help="At a time while nodes are killed.")
@click.option("--seed", default=7, show_default=True, help="Of the choice of questions.")
def cluster(folder: Path, work: Path, parts: tuple[str, ...], **options: Any) -> None:
    """Measure a cluster on this machine beside one index, of the articles of FOLDER.

    WORK keeps the indexes, and the numbers in cluster.json. Parts are what one shard costs a
    question, what statistics of each shard alone would lose, whether answers are the same bit for
    bit, and what is answered while nodes are killed.
    """
    from tests.bench.cluster import measure

    told = partial(click.echo, err=True)
    report = measure(folder, work, parts=parts or _PARTS, told=told, **options)
    click.echo(safe(json.dumps(report, indent=1)))


@main.command()
@_corpus_option
@click.option("--seconds", default=60.0, show_default=True, help="Under load.")
@click.option("--builds", default=3, show_default=True, help="Of the index meanwhile.")
@click.option("--requests", default=10_000, show_default=True, help="That cannot be served.")
@_json_option
@click.argument("options", nargs=-1)
def serve(
    corpus: Path | None,
    seconds: float,
    builds: int,
    requests: int,
    as_json: bool,
    options: tuple[str, ...],
) -> None:
    """Measure `qa serve` under load; OPTIONS go to it, after `--`."""
    try:
        report = serve_bench(
            corpus, seconds=seconds, builds=builds, requests=requests, options=options
        )
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


_news = click.argument("news", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@main.command()
@_news
@click.option("--articles", default=1000, show_default=True, help="How many to make.")
@click.argument("out", type=click.Path(path_type=Path))
def splice(news: Path, articles: int, out: Path) -> None:
    """Write a corpus of any size to OUT, spliced from NEWS in JSONL; always the same one."""
    from tests.bench.splice import write

    write(news, articles, out)


@main.command()
@_news
@click.option("--articles", multiple=True, type=int, help="A size [default: four, to a million].")
@click.argument("folder", type=click.Path(path_type=Path))
def growth(news: Path, articles: tuple[int, ...], folder: Path) -> None:
    """Index and ask articles spliced from NEWS at several sizes; FOLDER keeps everything."""
    from tests.bench.growth import grow, shown

    click.echo(shown(grow(news, articles or (2_350, 24_000, 75_000, 244_000), folder, click.echo)))


if __name__ == "__main__":
    main()
