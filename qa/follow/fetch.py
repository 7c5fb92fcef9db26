"""Fetching one address after the other, as a guest on other people's servers.

A host is asked again only after a while, and what its robots.txt forbids is not asked for. Sizes,
times and redirects are bounded. A name is resolved here and the connection goes to the address
that was looked at, so that no answer of a name server leads into the private network.

Not handled: proxies, passwords, cookies.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic, sleep, time
from typing import Any, Final

import httpx

from qa import __version__
from qa.follow.robots import AGENT, UNKNOWN, Robots
from qa.i18n import _, number

USER_AGENT: Final = f"{AGENT}/{__version__} (feed reader)"

_LONGEST_ADDRESS: Final = 2_000
_MOST_REDIRECTS: Final = 5
_MOST_ROBOTS_BYTES: Final = 500 * 1024
_ROBOTS_KEPT_S: Final = 24 * 3600.0
_MOST_DELAY_S: Final = 60.0
"""Of what robots.txt asks for between two requests."""
_WAIT_S: Final = 600.0
"""After 429 or 503 from a host that does not say for how long."""
_MOST_WAIT_S: Final = 24 * 3600.0
_STEP: Final = 1 << 16
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class Unfetched(Exception):
    """Why an address was not fetched, for the person.

    Attributes:
        final: Whether it would be no use to try again.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Waiting(Unfetched):
    """A host asked to be left alone for a while."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: 200 with a body, or 304 without.

    Attributes:
        address: Where it came from in the end.
        headers: By their names in small letters.
        is_public: Whether it lies outside the private network.
    """

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_public: bool


@dataclass
class Fetcher:
    """Fetches, and remembers when it last asked each host and which of them asked it to wait.

    Attributes:
        delay_s: Between two requests to a host; robots.txt may ask for more.
        limit_s: For a request, from connecting to the last byte.
        waiting: Hosts that are not to be asked before a moment, in seconds since 1970.
        pause: Sleeps for some seconds.
        is_public: Whether an address of a host lies outside the private network.
    """

    delay_s: float = 2.0
    limit_s: float = 60.0
    waiting: dict[str, float] = field(default_factory=dict)
    pause: Callable[[float], None] = sleep
    is_public: Callable[[str], bool] = field(default_factory=lambda: is_public)
    _asked: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, tuple[float, Robots]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # No connection is kept: another host may share an address, and TLS is for one name.
        self._transport = httpx.HTTPTransport(
            trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    def get(
        self,
        address: str,
        *,
        most_bytes: int,
        private: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Fetch an address, and what it redirects to.

        Args:
            address: Of http or https.
            most_bytes: Of the body, unpacked.
            private: The one place, as `place_of` writes it, that may lie in the private network.
            headers: To send with it.

        Raises:
            Unfetched: If it cannot be had, or is not to be.
        """
        got = self._follow(address, most_bytes, private, headers or {}, robots=True)
        if got.status in (200, 304):
            return got
        name = f"{got.status} {_phrase(got.status)}".strip()
        again = got.status >= 500 or got.status in (408, 425, 429)
        raise Unfetched(_("the server answers {status}").format(status=name), final=not again)

    def _follow(
        self,
        address: str,
        most_bytes: int,
        private: str | None,
        headers: Mapping[str, str],
        *,
        robots: bool,
    ) -> Fetched:
        """As `get`, whatever the status; `robots` unless it is robots.txt that is fetched."""
        url = _url(address)
        for _hop in range(_MOST_REDIRECTS + 1):
            if robots:
                self._obey(url, private)
            got = self._once(url, most_bytes, private, headers)
            if got.status not in _REDIRECTS:
                return got
            target = got.headers.get("location")
            if not target:
                raise Unfetched(_("it redirects to nowhere"), final=True)
            try:
                url = _url(str(url.join(target)))
            except (httpx.InvalidURL, ValueError) as error:
                raise Unfetched(_("it redirects to what is no address"), final=True) from error
        raise Unfetched(
            _("it redirects more than {count} times").format(count=_MOST_REDIRECTS), final=True
        )

    def _obey(self, url: httpx.URL, private: str | None) -> None:
        """Do as the robots.txt of a host says."""
        # Before anything is asked for there.
        self._addresses(url, private)
        root = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        until, rules = self._robots.get(root, (0.0, UNKNOWN))
        if monotonic() >= until:
            rules = self._rules(root, private)
            kept_s = _WAIT_S if rules is UNKNOWN else _ROBOTS_KEPT_S
            self._robots[root] = monotonic() + kept_s, rules
        if rules is UNKNOWN:
            raise Unfetched(_("the robots.txt of {host} cannot be read").format(host=url.host))
        if not rules.allow(url.raw_path.decode("ascii", "replace")):
            raise Unfetched(_("its robots.txt forbids it"), final=True)
        delay = max(self.delay_s, min(rules.delay_s, _MOST_DELAY_S))
        self._rest(url, delay)

    def _rules(self, address: str, private: str | None) -> Robots:
        """What a robots.txt says; one that is not there forbids nothing."""
        try:
            got = self._follow(address, _MOST_ROBOTS_BYTES, private, {}, robots=False)
        except Unfetched as error:
            if error.final:
                return UNKNOWN
            raise
        if got.status == HTTPStatus.OK:
            return Robots.read(got.body.decode("utf-8", "replace"))
        return UNKNOWN if got.status >= 500 else Robots()

    def _rest(self, url: httpx.URL, delay_s: float) -> None:
        """Wait until a host may be asked again."""
        left = self._asked.get(url.host, -delay_s) + delay_s - monotonic()
        if url.host in self._asked and left > 0:
            self.pause(left)

    def _once(
        self, url: httpx.URL, most_bytes: int, private: str | None, headers: Mapping[str, str]
    ) -> Fetched:
        """One request."""
        until = self.waiting.get(url.host, 0.0)
        if until > time():
            then = datetime.fromtimestamp(until).strftime("%H:%M")
            raise Waiting(_("{host} asks to wait until {time}").format(host=url.host, time=then))
        self.waiting.pop(url.host, None)
        error: Exception | None = None
        for place, is_public in self._addresses(url, private):
            self._asked[url.host] = monotonic()
            try:
                got = self._ask(url, place, most_bytes, headers)
            except httpx.ConnectError as failed:
                error = failed
                continue
            except (httpx.TransportError, OSError, zlib.error) as failed:
                raise Unfetched(_reason(failed)) from failed
            finally:
                self._asked[url.host] = monotonic()
            status, told, body = got
            if status in (429, 503):
                self.waiting[url.host] = time() + _retry_after(told.get("retry-after", ""))
            return Fetched(str(url), status, told, body, is_public)
        raise Unfetched(_reason(error)) from error

    def _addresses(self, url: httpx.URL, private: str | None) -> Iterator[tuple[str, bool]]:
        """The addresses of a host, each with whether it is public.

        Raises:
            Unfetched: If there are none, or one lies in the private network and may not.
        """
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unfetched(_("no such host: {host}").format(host=url.host)) from error
        places = list(dict.fromkeys(str(info[4][0]) for info in found))
        public = [self.is_public(place) for place in places]
        if not all(public) and _place(url) != private:
            raise Unfetched(
                _("{host} lies in the private network, and is not the feed's own place").format(
                    host=_place(url)
                ),
                final=True,
            )
        return iter(zip(places, public, strict=True))

    def _ask(
        self, url: httpx.URL, place: str, most_bytes: int, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request for a name to an address, and read what comes within the limits."""
        sent = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **headers,
        }
        with _deadline(self.limit_s) as watch:
            request = httpx.Request(
                "GET",
                url.copy_with(host=place, fragment=None),
                headers=sent,
                extensions={
                    "timeout": dict.fromkeys(("connect", "read", "write", "pool"), self.limit_s),
                    "sni_hostname": url.raw_host.decode("ascii"),
                    "trace": watch,
                },
            )
            response = self._transport.handle_request(request)
            try:
                told = {name.lower(): value for name, value in response.headers.items()}
                wanted = response.status_code == HTTPStatus.OK
                body = _body(response, told, most_bytes) if wanted else b""
            finally:
                response.close()
        return response.status_code, told, body


def place_of(address: str) -> str:
    """The host and port of an address, in one way of writing.

    Raises:
        Unfetched: If it is none.
    """
    return _place(_url(address))


def _url(address: str) -> httpx.URL:
    """An address that may be fetched.

    Raises:
        Unfetched: If it is none.
    """
    if len(address) > _LONGEST_ADDRESS:
        raise Unfetched(_("its address is too long"), final=True)
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise Unfetched(_("it is no address"), final=True) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise Unfetched(_("it is no address of http or https"), final=True)
    if url.userinfo:
        raise Unfetched(_("its address holds a password"), final=True)
    return url


def _place(url: httpx.URL) -> str:
    return f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"


def is_public(place: str) -> bool:
    """Whether an address lies in nobody's private network, however it is wrapped."""
    address = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        within = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            within.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if not all(_is_global(each) for each in within if each is not None):
            return False
        if address.ipv4_mapped is not None:
            return True
    return _is_global(address)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not address.is_multicast


@contextmanager
def _deadline(limit_s: float) -> Iterator[Callable[[str, dict[str, Any]], None]]:
    """What shows each connection; it is shut once the time is over, however slowly bytes come."""
    sockets: list[socket.socket] = []
    over = threading.Event()

    def watch(event: str, told: dict[str, Any]) -> None:
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            sockets.append(told["return_value"].get_extra_info("socket"))
            if over.is_set():
                shut()

    def shut() -> None:
        over.set()
        for each in sockets:
            try:
                # Of TLS too the connection below it.
                socket.socket.shutdown(each, socket.SHUT_RDWR)
            except OSError:
                continue

    timer = threading.Timer(limit_s, shut)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    except (httpx.TransportError, OSError, zlib.error) as error:
        if over.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()


def _body(response: httpx.Response, told: Mapping[str, str], most_bytes: int) -> bytes:
    """The body, decompressed as a stream, so that a bomb never fills the memory.

    Raises:
        Unfetched: If it is too large, or packed otherwise than by gzip.
    """
    packed = told.get("content-encoding", "identity").strip().lower()
    if packed not in ("identity", "gzip", "x-gzip", ""):
        raise Unfetched(_("packed in a way that was not asked for"), final=True)
    unpack = zlib.decompressobj(wbits=31) if "gzip" in packed else None
    body = bytearray()
    for chunk in response.iter_raw(_STEP):
        rest = chunk
        while rest:
            body += unpack.decompress(rest, most_bytes + 1 - len(body)) if unpack else rest
            if len(body) > most_bytes:
                raise Unfetched(
                    _("larger than {limit} bytes").format(limit=number(most_bytes)), final=True
                )
            rest = unpack.unconsumed_tail if unpack else b""
    if unpack and not unpack.eof:
        raise zlib.error
    return bytes(body)


def _retry_after(value: str) -> float:
    """For how many seconds a server asks to be left alone."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            then = parsedate_to_datetime(value)
        except ValueError:
            return _WAIT_S
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        seconds = then.timestamp() - time()
    return min(max(seconds, 0.0), _MOST_WAIT_S) if seconds == seconds else _WAIT_S


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _reason(error: Exception | None) -> str:
    """Why a request failed, in words."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return _("it takes too long")
    if isinstance(error, zlib.error):
        return _("its compressed data is damaged")
    if isinstance(error, httpx.ConnectError):
        return _("no connection: {reason}").format(reason=error)
    return _("the connection broke off")
