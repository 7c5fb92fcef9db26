"""`qa follow`: feeds, fetched into a folder of articles that the index holds."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

import click
from filelock import FileLock, Timeout

import qa
from qa import hub
from qa.cli.index import report_line
from qa.cli.options import index_option, offline_option
from qa.cli.screen import one_line, progress
from qa.cli.stop import terminable
from qa.errors import QAError, UsageError
from qa.extras import need
from qa.i18n import _, ngettext, number
from qa.places import default_index

if TYPE_CHECKING:
    from qa.builder import BuildReport
    from qa.follow import Fetcher, Round, State

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LEAST = timedelta(minutes=1)


def _every(_context: click.Context, _option: click.Parameter, value: str | None) -> float | None:
    """The seconds of a time such as `30m`."""
    if value is None:
        return None
    told = re.fullmatch(r"(\d{1,4})\s*([smhd])", value.strip().lower())
    time = timedelta(**{_UNITS[told[2]]: int(told[1])}) if told else timedelta()
    if time < _LEAST:
        raise click.BadParameter(
            _("{value!r} is no time from 1m on; write it as 30m, 2h or 1d.").format(value=value)
        )
    return time.total_seconds()


@click.command()
@click.argument("feeds", metavar="FEED...", nargs=-1, required=True)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the articles; made if absent.",
)
@index_option
@offline_option
@click.option("--every", metavar="TIME", callback=_every, help="Again after 30m, 2h, 1d ...")
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    help="Seconds between two requests to a host; its robots.txt may ask for more.",
)
@terminable()
def follow(
    feeds: tuple[str, ...], into: Path, index: Path | None, every: float | None, delay: float
) -> int:
    """Fetch what is new in each FEED into a folder, and read that into the index.

    A feed is an address of RSS, Atom or JSON Feed, or an OPML file that lists some. One page is
    fetched after the other; what robots.txt forbids is not. Needs the extra `feeds`. This command
    alone goes to the network by itself.
    """
    if hub.is_forbidden():
        raise UsageError(
            _(
                "qa follow fetches from the network, which --offline (or HF_HUB_OFFLINE) forbids; "
                "leave that out."
            )
        )
    need("httpx", "feeds")
    need("feedparser", "feeds")
    from qa.follow import Fetcher, State, named

    addresses = named(feeds)
    where = index or default_index()
    try:
        into.mkdir(parents=True, exist_ok=True)
        with FileLock(into / ".qa-follow.lock", timeout=0):
            state = State.load(into)
            fetcher = Fetcher(delay_s=delay, waiting=state.waiting)
            stale = True
            while True:
                done = _round(addresses, into, state, fetcher)
                stale = stale or bool(done.new)
                try:
                    if stale and any(into.glob("*.md")):
                        click.echo(report_line(_index(into, where)))
                    stale = False
                except QAError as error:
                    if every is None:
                        raise
                    # Another build may be running; the next round tries again.
                    click.echo(f"qa: {one_line(str(error))}", err=True)
                if every is None:
                    return UsageError.exit_code if done.failed_feeds else 0
                sleep(every)
    except KeyboardInterrupt:
        if every is None:
            raise
        click.echo(_("stopped; the index is as it was last built"), err=True)
        return 0
    except Timeout as error:
        raise UsageError(
            _("Another qa follow is at work in {folder}.").format(folder=into)
        ) from error
    except OSError as error:
        raise UsageError(
            _("Cannot write in {folder}: {reason}.").format(
                folder=into, reason=error.strerror or error
            )
        ) from error


def _round(addresses: list[str], into: Path, state: State, fetcher: Fetcher) -> Round:
    """One round, reported on one line."""
    from qa.follow import follow as fetch

    def tell(words: str) -> None:
        click.echo(one_line(words), err=True)

    with progress() as told:
        done = fetch(addresses, into, state, fetcher, tell=tell, progress=told)
    new = ngettext("{count} new article", "{count} new articles", len(done.new))
    words = [new.format(count=number(len(done.new)))]
    if done.failed_pages:
        pages = ngettext("{count} page not read", "{count} pages not read", done.failed_pages)
        words.append(pages.format(count=number(done.failed_pages)))
    if done.failed_feeds:
        failed = ngettext("{count} feed failed", "{count} feeds failed", done.failed_feeds)
        words.append(failed.format(count=number(done.failed_feeds)))
    click.echo(", ".join(words))
    return done


def _index(into: Path, where: Path) -> BuildReport:
    """Read the folder into the index, beside what that holds, the sample aside."""
    from qa.store import origin_of

    before = origin_of(where)
    inside = before and any(into.resolve().is_relative_to(folder.path) for folder in before.folders)
    with progress() as told:
        return qa.build(
            None if inside else into,
            where,
            add=before is not None and not before.is_sample,
            progress=told,
        )
