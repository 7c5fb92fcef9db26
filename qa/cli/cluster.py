"""`qa cluster`: the same archive over many machines; needs the extra `cluster`."""

from __future__ import annotations

import click

from qa.cli.screen import one_line
from qa.i18n import ngettext, number


@click.group()
def cluster() -> None:
    """Index and serve an archive that one machine cannot hold, on Ray.

    URI is a folder that every node sees at the same path: a network share, a mounted bucket.
    """


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
