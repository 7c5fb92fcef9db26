"""`qa cluster`: the same archive over many machines; needs the extra `cluster`."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

import qa
from qa.cli.index import reading, reading_options
from qa.cli.options import encoder_option, json_option, offline_option, reader_option
from qa.cli.screen import one_line, progress
from qa.cli.serve import complain, listening, serving_options
from qa.cli.stop import terminable
from qa.errors import ShardsMissing, UsageError
from qa.i18n import _, ngettext, number
from qa.settings import BuildSettings

if TYPE_CHECKING:
    from pathlib import Path

    from qa.engine import Engine


_address_option = click.option(
    "--address",
    help="Of a Ray cluster: `auto`, or HOST:PORT [default: the one that Ray finds, else this "
    "machine].",
)


def served(
    where: str, index: Path | None, token_file: Path | None, command: click.Context
) -> Engine:
    """An engine that asks what `qa cluster serve` runs, until the command ends.

    Args:
        where: The address of its server, or the URI, on a node of the Ray cluster.
        index: What was named beside it.
        token_file: With the token that the server asks for.
        command: What asks.

    Raises:
        UsageError: If an index is named too, there is no such place, or the token cannot be read.
        ServerError: If the server cannot be reached, or refuses.
    """
    if index is not None:
        raise UsageError(_("Name an index or a cluster, not both: --index or --cluster."))
    if where.startswith(("http://", "https://")):
        from qa.serve.guard import read_token

        return qa.open(where, token=read_token(token_file).decode("ascii") if token_file else "")
    from qa.cluster.serve import connected

    return command.with_resource(connected(where)).engine()


@click.group()
def cluster() -> None:
    """Index and serve an archive that one machine cannot hold, on Ray.

    URI is a folder that every node sees at the same path: a network share, a mounted bucket.
    """


@cluster.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--out", "uri", required=True, metavar="URI", help="Where the index is to lie.")
@click.option("--shards", type=int, required=True, help="How many parts it has.")
@click.option(
    "--unit", type=int, default=100_000, show_default=True, help="Articles that a task takes."
)
@_address_option
@click.option("--full", is_flag=True, help="Make it anew, though nothing has changed.")
@encoder_option
@offline_option
@reading_options
@json_option
@terminable()
def index(
    sources: tuple[str, ...],
    uri: str,
    shards: int,
    unit: int,
    address: str | None,
    full: bool,
    encoder: str | None,
    columns: tuple[str, ...],
    max_bytes: int | None,
    date_order: str | None,
    told: tuple[str, ...],
    source_from: str | None,
    ocr: bool | None,
    as_json: bool,
) -> None:
    """Read the articles of SOURCES into an index of several shards.

    A source is a folder or a file that every node sees, or a URL such as s3://bucket/news. Started
    again after it was broken off, the same command goes on where it was.
    """
    from qa.cluster.index import index as build
    from qa.cluster.on_ray import on_ray

    settings = replace(
        BuildSettings(), **reading(columns, max_bytes, date_order, told, source_from, ocr)
    )
    settings = replace(settings, encoder=encoder or settings.encoder)
    with on_ray(address) as each, progress() as tell:
        report = build(
            sources,
            uri,
            settings,
            shards=shards,
            unit=unit,
            full=full,
            each=each,
            progress=tell,
        )
    for note in report.notes[:20]:
        click.echo(one_line(f"{note.path}: {note.text}"), err=True)
    for skipped in report.skipped[:20]:
        words = _("skipped {path}: {reason}").format(path=skipped.path, reason=skipped.reason)
        click.echo(one_line(words), err=True)
    if as_json:
        click.echo(json.dumps(report.as_json()))
        return
    if not report.published:
        click.echo(_("nothing has changed: the index in use is of these files"))
    words = ngettext(
        "{articles} articles, {passages} passages in {count} shard, {seconds} s "
        "({duplicates} duplicates, {skipped} skipped)",
        "{articles} articles, {passages} passages in {count} shards, {seconds} s "
        "({duplicates} duplicates, {skipped} skipped)",
        report.shards,
    ).format(
        articles=number(report.articles),
        passages=number(report.passages),
        count=number(report.shards),
        seconds=number(report.seconds, 1),
        duplicates=number(report.duplicates),
        skipped=number(report.skipped_count),
    )
    click.echo(words)


@cluster.command()
@click.argument("uri")
def check(uri: str) -> int:
    """Verify each shard of an index, and tell which is damaged and what to do."""
    from qa.cluster.layout import ClusterGeneration, verify

    damaged = False
    for problem in verify(uri):
        damaged = True
        click.echo(one_line(problem), err=True)
    if damaged:
        return 3
    manifest = ClusterGeneration.open(uri).manifest
    count = len(manifest.shards)
    words = ngettext(
        "sound: {articles} articles, {passages} passages in {count} shard, built {built}, "
        "{vectors} vectors by {encoder}",
        "sound: {articles} articles, {passages} passages in {count} shards, built {built}, "
        "{vectors} vectors by {encoder}",
        count,
    ).format(
        articles=number(manifest.articles),
        passages=number(manifest.passages),
        count=number(count),
        built=manifest.built,
        vectors=manifest.vectors,
        encoder=manifest.encoder,
    )
    click.echo(one_line(words))
    return 0


@cluster.command()
@click.argument("uri")
@reader_option
@offline_option
@click.option(
    "--replicas",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Of each shard, each on a node of its own.",
)
@click.option(
    "--readers", type=click.IntRange(min=1), default=2, show_default=True, help="How many read."
)
@click.option(
    "--cpus",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Of a node that each of these takes, as Ray counts them.",
)
@_address_option
@serving_options
def serve(
    uri: str,
    reader: str,
    replicas: int,
    readers: int,
    cpus: float,
    address: str | None,
    workers: int,
    queue: int,
    timeout: float,
    **rest: Any,
) -> None:
    """Answer questions over HTTP from the shards of an index, as `qa serve` does from one machine.

    Shards and readers run on Ray until Ctrl-C ends this. A rebuilt index is picked up.
    """
    from qa.cluster.serve import running

    with listening(**rest, extra="cluster") as run:
        from qa.serve.desk import Desk

        with running(
            uri, reader=reader, replicas=replicas, readers=readers, cpus=cpus, address=address
        ) as held:
            run(
                Desk(
                    held.engine,
                    workers=workers,
                    waiting=queue,
                    limit_s=timeout,
                    tell=complain,
                    further=held.figures,
                )
            )


@cluster.command()
@click.argument("uri")
@click.argument("generation")
def use(uri: str, generation: str) -> None:
    """Put a generation that is still there into use, such as the one before: to roll back.

    Servers pick it up with their next question.
    """
    from qa.cluster.layout import roll_back

    roll_back(uri, generation)
    click.echo(_("{generation} is in use.").format(generation=one_line(generation)))


@cluster.command()
@click.argument("uri")
@click.option("--address", default="auto", show_default=True, help="Of the Ray cluster.")
@json_option
def status(uri: str, address: str, as_json: bool) -> int:
    """Show what runs for an index: nodes, shards and readers; exit code 6 where one has none."""
    from qa.cluster.serve import status as of

    found = of(uri, address)
    if as_json:
        click.echo(json.dumps(asdict(found)))
    else:
        nodes = ngettext("{count} node", "{count} nodes", found.nodes)
        click.echo(f"{found.generation} · {nodes.format(count=found.nodes)}")
        for name, (run, there) in found.replicas.items():
            click.echo(_("{name}: {run} of {there} run").format(name=name, run=run, there=there))
    return 0 if all(run for run, _there in found.replicas.values()) else ShardsMissing.exit_code
