"""An archive behind a server of qa, asked as if it were here: the same calls, the same answers.

    with qa.open("http://news.example:8321", token=token) as archive:
        print(archive.ask("Siapa juru bicara Kremlin?").best)

The server understands, reads and decides; whole answers come back, to the last bit.

Not handled: to retrieve alone, every article in turn, and how long the reader may read, which the
server bounds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self, TypeVar
from urllib.parse import quote as quoted
from urllib.parse import urlsplit

from qa.answer.timeline import Timeline
from qa.errors import ServerError, UsageError
from qa.i18n import _
from qa.packing import a, unpacked_whole
from qa.question.followup import Exchange, looked_back_on
from qa.quote import Quoted
from qa.search import Searched, Sort
from qa.settings import AskSettings, Filters
from qa.types import Answer, Article, Headline, IndexInfo, Overview, SourceSize

_TIMEOUT_S = 60.0
_MOST_BYTES = 256 << 20
_MOST_LISTED = 20_000
"""Articles that a list shows at most, the newest."""

_T = TypeVar("_T")


class Remote:
    """What front ends call of `Engine`, done by a server; close it, or use it as a context.

    It goes on with whichever generation the server has in use; `info` is that of the last answer.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._info: IndexInfo | None = None

    @classmethod
    def connect(cls, url: str, token: str = "") -> Remote:
        """An engine behind an address, once that has reported what it holds.

        Args:
            url: Such as `http://127.0.0.1:8321`.
            token: What the server asks for; empty for nothing.

        Raises:
            ServerError: If there is no server of qa, or it refuses.
            UsageError: If it is no such address.
        """
        remote = cls(Server(url, token))
        remote.about()
        return remote

    @property
    def generation(self) -> Self:
        """What lists articles and sources: itself."""
        return self

    @property
    def info(self) -> IndexInfo:
        """What the last answer was drawn from."""
        return self._info or self.about().index

    def about(self) -> Overview:
        """As `Engine.about`."""
        return self._of(Overview, self._server.get("/about?again=true"))

    def article(self, id: str) -> Article | None:  # noqa: A002 - the field's own name
        """As `Engine.article`."""
        found = self._server.get(f"/articles/{quoted(id, safe='')}?again=true", absent=True)
        return self._of(Article, found) if found else None

    def search(
        self,
        words: str,
        filters: Filters = Filters(),
        *,
        limit: int = 20,
        sort: Sort | str = Sort.BEST,
    ) -> Searched:
        """As `Engine.search`."""
        asked = {"words": words, "limit": limit, "sort": str(sort), **_filters(filters)}
        return self._of(Searched, self._server.post("/search", asked))

    def quote(self, quotation: str, filters: Filters = Filters(), *, limit: int = 20) -> Quoted:
        """As `Engine.quote`."""
        asked = {"quotation": quotation, "limit": limit, **_filters(filters)}
        return self._of(Quoted, self._server.post("/quote", asked))

    def timeline(
        self,
        topic: str,
        *,
        since: date | None = None,
        until: date | None = None,
        source: str | None = None,
        limit: int = 20,
    ) -> Timeline:
        """As `Engine.timeline`."""
        asked = {"topic": topic, "limit": limit, **_filters(Filters(since, until, source))}
        return self._of(Timeline, self._server.post("/timeline", asked))

    def ask(
        self,
        question: str,
        settings: AskSettings = AskSettings(),
        *,
        after: Sequence[Answer | Exchange] = (),
    ) -> Answer:
        """As `Engine.ask`; of the settings those that the server takes."""
        turns = [turn if isinstance(turn, Exchange) else Exchange.of(turn) for turn in after]
        asked = {
            "question": question,
            "now": (settings.now or date.today()).isoformat(),
            "date_filter": settings.date_filter,
            "read": settings.read,
            "after": [asdict(turn) for turn in looked_back_on(turns)],
            **_filters(settings.filters),
        }
        return self._of(Answer, self._server.post("/ask", asked))

    def require_source(self, source: str | None) -> None:
        """Nothing: with each request the server says whether there is such a source."""

    def sources(self) -> list[str]:
        """As `Generation.sources`."""
        return sorted(each.source for each in self.sizes(Filters()) if each.source)

    def sizes(self, filters: Filters) -> list[SourceSize]:
        """As `Generation.sizes`."""
        return [
            SourceSize(each["source"], each["articles"], _day(each["first"]), _day(each["last"]))
            for each in self._server.post("/sources", _filters(filters))["sources"]
        ]

    def headlines(self) -> list[Headline]:
        """As `Generation.headlines`, of so many articles as a list can show."""
        found = self._server.get(f"/articles?limit={_MOST_LISTED}")["articles"]
        return [
            Headline(each["id"], each["title"], each["source"], _day(each["published"]))
            for each in found
        ]

    def is_superseded(self) -> bool:
        """Never: the server itself opens what is built."""
        return False

    def close(self) -> None:
        """Nothing to close: no connection is kept."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _of(self, kind: type[_T], document: Any) -> _T:
        """What a document tells of, and the index that it tells it of."""
        try:
            again = a(dict, a(dict, document)["again"])
            self._info = unpacked_whole(IndexInfo, again["index"])
            return unpacked_whole(kind, again["of"])
        except (ValueError, KeyError) as error:
            raise self._server.no_server(error) from error


class Server:
    """Requests to a server from any thread, each on a connection of its own."""

    def __init__(self, url: str, token: str = "") -> None:
        parts = urlsplit(url.strip())
        try:
            known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise UsageError(
                _("{url} is no address of a server. Write it as http://127.0.0.1:8321").format(
                    url=url
                )
            )
        self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        self._path = parts.path.rstrip("/")
        opened = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connect = partial(opened, parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, *, absent: bool = False) -> Any:
        """The document at a path; where it may be `absent`, None for 404.

        Raises:
            ServerError: If there is none.
            UsageError: If the server says that the request makes no sense.
        """
        return self._document("GET", path, None, absent=absent)

    def post(self, path: str, asked: dict[str, Any]) -> Any:
        """The document that comes of a request, with what `Remote` makes objects of.

        Raises:
            ServerError: If there is none.
            UsageError: If the server says that the request makes no sense.
        """
        return self._document("POST", path, json.dumps({**asked, "again": True}).encode())

    def no_server(self, error: Exception) -> ServerError:
        """What to tell where something else than a server of qa answered."""
        return ServerError(
            _(
                "What {url} gives is no answer of qa ({reason}). See whether that is the server, "
                "and of this version."
            ).format(url=self.url, reason=error)
        )

    def _document(self, method: str, path: str, body: bytes | None, *, absent: bool = False) -> Any:
        status, said = self._sent(method, path, body)
        if absent and status == 404:
            return None
        try:
            document = json.loads(said)
            words = "" if status == 200 else str(document["error"])
        except (ValueError, KeyError, TypeError) as error:
            raise self.no_server(error) from error
        if status == 200:
            return document
        if status == 422:
            raise UsageError(words)
        raise ServerError(_("{url} does not answer: {reason}").format(url=self.url, reason=words))

    def _sent(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """The status and the body that come back."""
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        connection = self._connect()
        try:
            connection.request(method, self._path + path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(_MOST_BYTES)
        except (OSError, HTTPException) as error:
            raise ServerError(
                _("Cannot reach {url} ({reason}). Is it running: qa cluster status").format(
                    url=self.url, reason=error or type(error).__name__
                )
            ) from error
        finally:
            connection.close()


def _filters(filters: Filters) -> dict[str, Any]:
    """Filters as the server takes them."""
    return {
        "since": filters.since and filters.since.isoformat(),
        "until": filters.until and filters.until.isoformat(),
        "source": filters.source,
    }


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
