"""One round through feeds: what is new in each is fetched and stored, one page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qa.articles.decode import NotText
from qa.follow.article import MOST_BYTES as MOST_PAGE_BYTES
from qa.follow.article import store, stored
from qa.follow.feeds import MOST_BYTES, Feed, Item, read_feed
from qa.follow.fetch import Fetcher, Unfetched, Waiting, place_of
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
    """Fetch what is new in feeds into a folder; what fails is reported, and the rest goes on.

    The state is saved after each page, so that a round that is broken off loses none.

    Args:
        feeds: Their addresses.
        folder: Where articles are stored, which is there.
        state: What is known from the rounds before; it is changed.
        fetcher: Fetches.
        tell: Called with what could not be fetched, and why.
        progress: Told how far each feed is.

    Raises:
        OSError: If an article or the state cannot be written.
    """
    going = _Going(folder, state, fetcher, tell, progress, stored(folder))
    for address in feeds:
        try:
            going.through(address)
        except (Unfetched, NotText) as error:
            going.done.failed_feeds += 1
            tell(f"{address}: {error}")
        going.save()
    return going.done


@dataclass
class _Going:
    """A round on its way; `known` are the digests of the addresses that have an article."""

    folder: Path
    state: State
    fetcher: Fetcher
    tell: Callable[[str], None]
    progress: Progress | None
    known: set[str]
    done: Round = field(default_factory=Round)

    def through(self, address: str) -> None:
        """Fetch a feed, and its pages that are new.

        Raises:
            Unfetched: If it cannot be had.
            NotText: If it is no feed.
        """
        place = place_of(address)
        followed = self.state.feeds.setdefault(address, Followed())
        asked = {"If-None-Match": followed.etag, "If-Modified-Since": followed.modified}
        headers = {name: value for name, value in asked.items() if value}
        got = self.fetcher.get(address, most_bytes=MOST_BYTES, private=place, headers=headers)
        if got.status == HTTPStatus.NOT_MODIFIED:
            return
        feed = read_feed(got.body, got.address)
        listed = {digest_of(item.address): item for item in feed.items}
        # What a feed no longer lists need not be remembered.
        followed.seen &= listed.keys()
        new = [item for each, item in listed.items() if each not in self.known | followed.seen]
        # A feed from outside leads nowhere inside.
        private = None if got.is_public else place
        is_whole = self._pages(feed, new[:_MOST_NEW], followed, private) and len(new) <= _MOST_NEW
        # Where a page is still to be had the whole feed is to come again.
        followed.etag = _sendable(got.headers.get("etag", "")) if is_whole else ""
        followed.modified = _sendable(got.headers.get("last-modified", "")) if is_whole else ""

    def _pages(
        self, feed: Feed, new: Sequence[Item], followed: Followed, private: str | None
    ) -> bool:
        """Fetch and store the pages of some items; whether none is to be tried again."""
        is_whole = True
        for at, item in enumerate(new):
            if self.progress:
                self.progress(FETCHING, at, len(new))
            try:
                page = self.fetcher.get(item.address, most_bytes=MOST_PAGE_BYTES, private=private)
                self.done.new.append(store(page, item, feed, self.folder))
                self.known.add(digest_of(item.address))
            except Unfetched as error:
                self.tell(f"{item.address}: {error}")
                self.done.failed_pages += 1
                is_whole = is_whole and error.final
                if isinstance(error, Waiting):
                    break
                if error.final:
                    followed.seen.add(digest_of(item.address))
            self.save()
        return is_whole

    def save(self) -> None:
        """Write down what is known."""
        self.state.waiting = self.fetcher.waiting
        self.state.save(self.folder)


def _sendable(value: str) -> str:
    """What came as a header, if it may be sent back as one."""
    return value if value.isascii() and value.isprintable() and len(value) < 1_000 else ""
