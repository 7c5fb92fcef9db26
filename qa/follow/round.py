"""One round through feeds: what is new in each is fetched and stored, one page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qa.follow.article import MOST_BYTES as MOST_PAGE_BYTES
from qa.follow.article import store, stored
from qa.follow.feeds import MOST_BYTES, Feed, read_feed
from qa.follow.fetch import Fetched, Fetcher, Unfetched, Waiting, place_of
from qa.follow.state import Followed, State, digest_of
from qa.i18n import N_

if TYPE_CHECKING:
    from qa.builder import Progress

FETCHING: Final = N_("fetching")

_MOST_NEW: Final = 100
"""Pages fetched of one feed in a round; the rest come in the next."""


@dataclass
class Round:
    """What came of a round: the files of new articles, feeds and pages that could not be had."""

    new: list[Path] = field(default_factory=list)
    failed_feeds: int = 0
    failed_pages: int = 0


def follow(
    feeds: Sequence[str],
    folder: Path,
    state: State,
    fetcher: Fetcher,
    *,
    tell: Callable[[str], None],
    progress: Progress | None = None,
) -> Round:
    """Fetch what is new in feeds into a folder; what fails is told, and the rest goes on.

    The state is saved after each page, so that a round that is broken off loses none.

    Args:
        feeds: Their addresses.
        folder: Where articles are stored, which is there.
        state: What is known from the rounds before; it is changed.
        fetcher: Fetches.
        tell: Is told what could not be had, and why.
        progress: Told how far each feed is.

    Raises:
        OSError: If an article or the state cannot be written.
    """
    done = Round()
    known = stored(folder)
    for address in feeds:
        before = state.feeds.setdefault(address, Followed())
        try:
            got = _fetch_feed(address, before, fetcher)
            feed = read_feed(got.body, got.address) if got else None
        except (Unfetched, ValueError) as error:
            done.failed_feeds += 1
            tell(f"{address}: {error}")
        else:
            if got and feed:
                private = None if got.is_public else place_of(address)
                pages = _Pages(feed, folder, fetcher, private, known, before.seen, tell)
                _take(pages, got, state, before, done, progress)
        state.waiting = fetcher.waiting
        state.save(folder)
    return done


def _fetch_feed(address: str, before: Followed, fetcher: Fetcher) -> Fetched | None:
    """A feed; None where it has not changed."""
    asked = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
    got = fetcher.get(
        address,
        most_bytes=MOST_BYTES,
        private=place_of(address),
        headers={name: value for name, value in asked.items() if value},
    )
    return None if got.status == 304 else got


@dataclass
class _Pages:
    """The pages of a feed that are new, and how they are had."""

    feed: Feed
    folder: Path
    fetcher: Fetcher
    private: str | None
    known: set[str]
    seen: set[str]
    tell: Callable[[str], None]

    def __post_init__(self) -> None:
        listed = {digest_of(item.address): item for item in self.feed.items}
        # What a feed no longer lists need not be remembered.
        self.seen &= listed.keys()
        self.new = [item for each, item in listed.items() if each not in self.known | self.seen]


def _take(
    pages: _Pages,
    got: Fetched,
    state: State,
    before: Followed,
    done: Round,
    progress: Progress | None,
) -> None:
    """Fetch and store the new pages of a feed."""
    taken = pages.new[:_MOST_NEW]
    is_whole = len(taken) == len(pages.new)
    for at, item in enumerate(taken):
        if progress:
            progress(FETCHING, at, len(taken))
        digest = digest_of(item.address)
        try:
            page = pages.fetcher.get(
                item.address, most_bytes=MOST_PAGE_BYTES, private=pages.private
            )
            done.new.append(store(page, item, pages.feed, pages.folder))
            pages.known.add(digest)
        except Waiting as error:
            pages.tell(f"{item.address}: {error}")
            is_whole = False
            break
        except Unfetched as error:
            done.failed_pages += 1
            pages.tell(f"{item.address}: {error}")
            is_whole = is_whole and error.final
            if error.final:
                pages.seen.add(digest)
        before.seen = pages.seen
        state.save(pages.folder)
    # Where a page is still to be had the whole feed is to come again.
    before.seen = pages.seen
    before.etag, before.modified = (
        _sendable(got.headers.get(name, "")) if is_whole else ""
        for name in ("etag", "last-modified")
    )


def _sendable(value: str) -> str:
    """What came as a header, if it may be sent back as one."""
    return value if value.isascii() and value.isprintable() and len(value) < 1_000 else ""
