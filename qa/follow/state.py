"""What is remembered between two rounds, in one small file among the articles.

An article is known by its address: the file of each ends in a part of the sha256 of that. Of
addresses that gave no article those are kept that their feed still lists.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qa.errors import UsageError
from qa.files import replace
from qa.i18n import _

FILE: Final = ".qa-follow.json"
"""Hidden, so that it is not taken for an article."""

SCHEMA: Final = "qa.follow/1"


@dataclass
class Followed:
    """What is known of a feed: what to ask with whether it has changed, and what it listed."""

    etag: str = ""
    modified: str = ""
    seen: set[str] = field(default_factory=set)


@dataclass
class State:
    """What is known of each feed, by its address, and the hosts that asked to be left alone."""

    feeds: dict[str, Followed] = field(default_factory=dict)
    waiting: dict[str, float] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> State:
        """The state of a folder; an empty one where there is none yet.

        Raises:
            UsageError: If it cannot be read.
        """
        path = folder / FILE
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["schema"] != SCHEMA:
                raise ValueError(told["schema"])  # noqa: TRY301 - told as the others are
            feeds = {
                str(address): Followed(str(one["etag"]), str(one["modified"]), set(one["seen"]))
                for address, one in told["feeds"].items()
            }
            waiting = {str(host): float(until) for host, until in told["waiting"].items()}
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UsageError(
                _("Cannot read {path}. Delete it to begin anew: no article is lost.").format(
                    path=path
                )
            ) from error
        return cls(feeds, waiting)

    def save(self, folder: Path) -> None:
        """Write it, wholly or not at all.

        Raises:
            OSError: If it cannot be written.
        """
        told: dict[str, Any] = {
            "schema": SCHEMA,
            "feeds": {
                address: {"etag": one.etag, "modified": one.modified, "seen": sorted(one.seen)}
                for address, one in self.feeds.items()
            },
            "waiting": self.waiting,
        }
        replace(folder / FILE, json.dumps(told, indent=1) + "\n")


def digest_of(address: str) -> str:
    """What an address is known by."""
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:16]
