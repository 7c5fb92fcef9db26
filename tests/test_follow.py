"""Feeds are followed politely, and nothing that a server sends does harm."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep, time

import pytest
import yaml
from filelock import FileLock

import qa
from qa.errors import UsageError
from qa.follow import Fetcher, Round, State, follow, named
from qa.follow.feeds import MOST_BYTES, read_feed
from qa.follow.fetch import Unfetched, is_public, place_of
from qa.follow.robots import Robots
from qa.follow.state import FILE
from tests.test_cli import run

PROSE = (
    "Gubernur membuka pasar induk yang baru pada Senin pagi di hadapan para pedagang dan warga.",
    "Pedagang beras berharap harga turun sebelum hari raya, sebab pasokan telah kembali lancar.",
    "Pemerintah kota menyiapkan dua ratus kios dan jalan masuk yang lebih lebar bagi truk.",
    "Warga yang tinggal di sekitar pasar meminta agar sampah diangkut dua kali dalam sehari.",
)
ROBOTS = "/robots.txt"
CHANGED = "Sat, 28 Nov 2026 01:00:00 GMT"
Told = Mapping[str, str]
Reply = tuple[int, Told, bytes]


def page(title: str = "Pasar induk dibuka") -> str:
    """A page with an article in it."""
    prose = "".join(f"<p>{words}</p>" for words in PROSE)
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{prose}"
        "</article></body></html>"
    )


def rss(*links: str, more: str = "") -> str:
    """A feed that lists some pages."""
    items = "".join(
        f"<item><title>Pasar {at}</title><link>{link}</link><author>Rina</author>"
        f"<pubDate>Sat, 28 Nov 2026 01:00:00 +0700</pubDate></item>"
        for at, link in enumerate(links)
    )
    return f'<rss version="2.0"><channel><title>Warta</title>{more}{items}</channel></rss>'


class Site:
    """A server on loopback: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply | Callable[[Told], Reply]] = {}
        self.asked: list[str] = []
        self.headers: dict[str, dict[str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                told = {name.lower(): value for name, value in self.headers.items()}
                site.headers[self.path] = told
                reply = site.replies.get(self.path, (404, {}, b""))
                status, headers, body = reply(told) if callable(reply) else reply
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.root = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, path: str, body: str | bytes = "", *, status: int = 200, **headers: str) -> str:
        """Answer so to a path; its address."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies[path] = (status, {"Content-Type": "text/html", **named}, data)
        return self.root + path

    def pages(self) -> list[str]:
        """What was asked for beside robots.txt, since the last time."""
        asked = [path for path in self.asked if path != ROBOTS]
        self.asked.clear()
        return asked

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server with a feed of two pages."""
    site = Site()
    site.serve("/feed", rss("/1", "/2"), ETag='"one"', Last_Modified=CHANGED)
    for path in ("/1", "/2"):
        site.serve(path, page(f"Pasar {path[1:]}"))
    yield site
    site.close()


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tests before have said of the network."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "")


class Desk:
    """A folder into which feeds are followed, round by round."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.paused: list[float] = []

    def fetcher(self, **options: object) -> Fetcher:
        """One that does not wait, but for what it is told."""
        made = Fetcher(delay_s=0.0, limit_s=10.0, pause=self.paused.append)
        for name, value in options.items():
            setattr(made, name, value)
        return made

    def round(self, *feeds: str, **options: object) -> Round:
        """One round, as another run of the command would make it."""
        self.told.clear()
        state = State.load(self.folder)
        fetcher = self.fetcher(waiting=state.waiting, **options)
        return follow(feeds, self.folder, state, fetcher, tell=self.told.append)

    def articles(self) -> list[str]:
        """The files of articles."""
        return sorted(path.name for path in self.folder.glob("*.md"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty one."""
    return Desk(tmp_path)


def fields(path: Path) -> dict[str, object]:
    """The front matter of an article."""
    _none, block, _text = path.read_text(encoding="utf-8").split("---\n", maxsplit=2)
    found = yaml.safe_load(block)
    assert isinstance(found, dict)
    return found


def test_what_is_new_becomes_articles(site: Site, desk: Desk) -> None:
    """Each once, with what the feed says of it; then nothing is asked for but the feed."""
    done = desk.round(site.root + "/feed")
    assert (len(done.new), done.failed_feeds, done.failed_pages, desk.told) == (2, 0, 0, [])
    assert site.pages() == ["/feed", "/1", "/2"]
    first = min(done.new)
    assert fields(first) == {
        "title": "Pasar 0",
        "source": "Warta",
        "author": "Rina",
        "date": date(2026, 11, 28),
        "url": site.root + "/1",
    }
    assert first.name.startswith("2026-11-28-pasar-0-")
    assert all(words in first.read_text(encoding="utf-8") for words in PROSE)
    site.replies["/feed"] = lambda told: (
        304 if told.get("if-none-match") == '"one"' else 500,
        {},
        b"",
    )
    assert desk.round(site.root + "/feed").new == []
    assert (site.pages(), desk.told) == (["/feed"], [])
    assert site.headers["/feed"]["if-modified-since"] == CHANGED
    assert site.headers["/feed"]["user-agent"].startswith(f"qa/{qa.__version__} ")
    site.serve("/feed", rss("/2", "/3#part"))
    site.serve("/3", page())
    assert len(desk.round(site.root + "/feed").new) == 1
    assert site.pages() == ["/feed", "/3"]


def test_feeds_of_every_kind_are_read() -> None:
    """Atom, JSON Feed, RSS 1.0; addresses relative to the feed's, days as they are written."""
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title type="html">'
        "&lt;b&gt;Satu&lt;/b&gt; &amp;amp; dua</title><link href='b?c=1'/>"
        "<author><name>Ani</name></author><updated>2026-11-28T01:00:00+07:00</updated></entry></feed>"
    )
    dotted = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A",
        "items": [
            {
                "url": "https://a.example/x/b?c=1",
                "title": "Satu & dua",
                "authors": [{"name": "Ani"}],
                "date_published": "2026-11-28T01:00:00+07:00",
            },
            {"id": 1},
            7,
        ],
    }
    for body in (atom, json.dumps(dotted)):
        feed = read_feed(body.encode(), "https://a.example/x/feed")
        (item,) = feed.items
        assert feed.title == "A"
        assert item.address == "https://a.example/x/b?c=1"
        assert (item.title, item.author) == ("Satu & dua", "Ani")
        assert item.published == date(2026, 11, 28)
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><item><title>Tiga</title><link>/3</link></item></rdf:RDF>'
    )
    (third,) = read_feed(rdf.encode(), "https://a.example/x/feed").items
    assert third.address == "https://a.example/3"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Selamat datang</body></html>",
        b"\x00\x01\x02" * 100,
        b"{",
        b'{"items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items":' + b"[" * 100_000,
        b'<rss version="2.0" ' + b"".join(b'a%d="1" ' % at for at in range(100_000)),
    ],
)
def test_what_is_no_feed_says_so(body: bytes) -> None:
    """Soon, and as a reason."""
    began = monotonic()
    with pytest.raises(ValueError, match=r"is no feed|too many attributes"):
        read_feed(body, "https://a.example/feed")
    assert monotonic() - began < 10


def test_a_feed_that_fails_does_not_stop_the_others(site: Site, desk: Desk) -> None:
    """Each is told with its reason."""
    bomb = "".join(
        f'<!ENTITY e{at} "{f"&e{at - 1};" * 10 if at else "x" * 10}">' for at in range(10)
    )
    feeds = [
        site.serve("/html", page()),
        site.serve("/bomb", f"<!DOCTYPE r [{bomb}]>" + rss(more="<link>&e9;</link>")),
        site.serve("/large", b" " * (MOST_BYTES + 1)),
        site.serve("/gone", status=410),
        site.root + "/feed",
    ]
    began = monotonic()
    done = desk.round(*feeds)
    assert monotonic() - began < 20
    assert len(done.new) == 2
    told = "\n".join(desk.told)
    for reason in (
        "/html: it is no feed",
        "/large: larger than 2,097,152",
        "/gone: the server answers 410",
    ):
        assert reason in told
    assert done.failed_feeds == 3


def test_robots_are_obeyed(site: Site, desk: Desk) -> None:
    """What they forbid is not asked for; what fails forbids all until it can be read."""
    site.serve(
        ROBOTS, "User-agent: qa\nDisallow: /1\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /\n"
    )
    done = desk.round(site.root + "/feed")
    assert (len(done.new), site.pages()) == (1, ["/feed", "/2"])
    assert desk.told == [f"{site.root}/1: its robots.txt forbids it"]
    assert [round(seconds) for seconds in desk.paused] == [7, 7]
    site.serve(ROBOTS, status=500)
    done = desk.round(site.root + "/feed")
    assert (done.failed_feeds, site.pages()) == (1, [])
    assert "robots.txt of 127.0.0.1 cannot be read" in desk.told[0]


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("\ufeffuser-agent : *\ndisallow : /a # not this", "/abc", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: x\nUser-agent: qa\nDisallow: /a\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: x\nDisallow: /\nUser-agent: QA\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /*?print", "/a/b?print=1", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /%7Ea", "/~a", False),
        ("Disallow: /\nnonsense\n: x", "/a", True),
        ("User-agent: *\nDisallow: " + "/*a" * 20_000, "/" + "a" * 20_000, True),
    ],
)
def test_rules_are_read_as_the_standard_says(rules: str, path: str, allowed: bool) -> None:
    """RFC 9309: the longest rule that fits, of those for us or else for all."""
    began = monotonic()
    assert Robots.read(rules).allow(path) is allowed
    assert monotonic() - began < 5


def test_a_host_is_given_time(site: Site, desk: Desk) -> None:
    """Between any two requests, the redirects among them."""
    site.serve("/1", status=302, Location="/2")
    desk.round(site.root + "/feed", delay_s=5.0)
    assert site.pages() == ["/feed", "/1", "/2", "/2"]
    assert [round(seconds) for seconds in desk.paused] == [5] * 4


def test_redirects_end(site: Site, desk: Desk) -> None:
    """A loop, one to nowhere, one to what is no page of the web."""
    site.serve("/1", status=301, Location="/1")
    for place in ("", "file:///etc/passwd", "http://[", "ftp://a.example/", "//u:p@127.0.0.1/"):
        site.serve("/2", status=302, Location=place)
        desk.round(site.root + "/feed")
        assert desk.articles() == []
        assert "redirects" in " ".join(desk.told) or len(desk.told) == 1
        (desk.folder / FILE).unlink()
    assert site.pages().count("/1") == 6 * 5


def test_a_public_feed_leads_nowhere_inside(site: Site, desk: Desk) -> None:
    """Neither by a link nor by a redirect nor by its own redirect; nothing is asked for there."""
    port = site.root.rpartition(":")[2]
    inside = f"http://127.0.0.2:{port}"
    outside: dict[str, object] = {"is_public": lambda place: place != "127.0.0.2"}
    site.serve("/feed", rss(f"{inside}/1", f"http://localhost:{port}/2", "/1"))
    site.serve("/1", status=302, Location=f"{inside}/1")
    site.serve("/moved", status=302, Location=f"{inside}/feed")
    done = desk.round(site.root + "/feed", site.root + "/moved", **outside)
    assert "in the private network" in desk.told[0]
    assert f"{site.root}/1: 127.0.0.2:{port} lies in the private network" in "\n".join(desk.told)
    assert (len(done.new), done.failed_pages, done.failed_feeds) == (1, 2, 1)
    assert site.pages() == ["/feed", "/2", "/1", "/moved"]
    assert site.headers["/2"]["host"] == f"localhost:{port}"


def test_a_feed_inside_leads_to_its_own_place_alone(site: Site, desk: Desk) -> None:
    """As of an intranet; another port of the same machine is another place."""
    other = Site()
    other.serve("/x", page())
    site.serve("/feed", rss("/1", f"{other.root}/x"))
    done = desk.round(site.root + "/feed")
    assert (len(done.new), done.failed_pages) == (1, 1)
    assert other.asked == []
    other.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        *((inside, False) for inside in ("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1")),
        *((inside, False) for inside in ("169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1")),
        *((inside, False) for inside in ("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1")),
        *((inside, False) for inside in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")),
    ],
)
def test_the_private_network_is_known(address: str, public: bool) -> None:
    """Also behind an address of another kind."""
    assert is_public(address) is public


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a.example",
        "file:///etc/passwd",
        "http://",
        "http://u:p@a.example/",
        "http://" + "a" * 3_000,
    ],
)
def test_what_is_no_address_is_not_fetched(desk: Desk, address: str) -> None:
    """Whoever names it."""
    with pytest.raises(Unfetched):
        desk.fetcher().get(address, most_bytes=1)
    with pytest.raises(Unfetched):
        place_of(address)


def test_a_page_that_is_gone_is_not_asked_for_again(site: Site, desk: Desk) -> None:
    """One that fails for now is, though the feed has not changed."""
    site.serve("/1", status=404)
    site.serve("/2", status=502)
    desk.round(site.root + "/feed")
    assert sorted(desk.told) == [
        f"{site.root}/1: the server answers 404 Not Found",
        f"{site.root}/2: the server answers 502 Bad Gateway",
    ]
    assert site.pages() == ["/feed", "/1", "/2"]
    site.serve("/2", page())
    assert len(desk.round(site.root + "/feed").new) == 1
    assert site.pages() == ["/feed", "/2"]
    assert "if-none-match" not in site.headers["/feed"]


@pytest.mark.parametrize("in_seconds", [True, False])
def test_a_host_that_asks_to_wait_is_left_alone(site: Site, desk: Desk, in_seconds: bool) -> None:
    """For as long as it says, in later runs too."""
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    site.serve("/1", status=429, Retry_After="100" if in_seconds else then)
    desk.round(site.root + "/feed")
    assert site.pages() == ["/feed", "/1"]
    done = desk.round(site.root + "/feed")
    assert (done.failed_feeds, site.pages()) == (1, [])
    assert "127.0.0.1 asks to wait until" in desk.told[0]
    state = State.load(desk.folder)
    assert 80 < state.waiting["127.0.0.1"] - time() < 101
    state.waiting["127.0.0.1"] = time() - 1
    state.save(desk.folder)
    site.serve("/1", page())
    assert len(desk.round(site.root + "/feed").new) == 2


def test_bombs_and_floods_are_cut_off(site: Site, desk: Desk) -> None:
    """Packed once or twice, cut short, of another packing, or simply too long."""
    bomb = gzip.compress(b"\0" * (64 << 20))
    site.serve("/feed", rss(*(f"/{at}" for at in range(5))))
    site.serve("/0", bomb, Content_Encoding="gzip")
    site.serve("/1", gzip.compress(bomb), Content_Encoding="gzip, gzip")
    site.serve("/2", gzip.compress(page().encode())[:-9], Content_Encoding="gzip")
    site.serve("/3", b"x" * (5 << 20))
    site.serve("/4", gzip.compress(page().encode()), Content_Encoding="gzip")
    done = desk.round(site.root + "/feed")
    assert len(done.new) == 1
    reasons = [words.partition(": ")[2] for words in desk.told]
    assert reasons == [
        "larger than 4,194,304 bytes",
        "packed in a way that was not asked for",
        "its compressed data is damaged",
        "larger than 4,194,304 bytes",
    ]


def test_bytes_that_drip_are_not_waited_for(site: Site, desk: Desk) -> None:
    """The time is for the whole request."""

    def slow(_told: Told) -> Reply:
        sleep(3)
        return 200, {}, b""

    site.replies["/1"] = slow
    began = monotonic()
    desk.round(site.root + "/feed", limit_s=0.5)
    assert f"{site.root}/1: it takes too long" in desk.told
    assert monotonic() - began < 2.5


def test_headers_that_drip_are_not_waited_for(desk: Desk) -> None:
    """A byte comes soon each time, and yet the time ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def drip() -> None:
        connection, _peer = listening.accept()
        with connection:
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                for _at in range(100):
                    connection.sendall(b"x")
                    sleep(0.1)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    place = f"127.0.0.1:{port}"
    began = monotonic()
    with pytest.raises(Unfetched, match="takes too long"):
        desk.fetcher(limit_s=0.6).get(f"http://{place}/", most_bytes=10, private=place)
    assert monotonic() - began < 5
    listening.close()
    thread.join()


def test_pages_are_read_in_the_encoding_that_they_come_in(site: Site, desk: Desk) -> None:
    """As the header says, where it names one of text."""
    body = page("Pasar").replace("Gubernur", "Губернатор")
    site.serve("/1", body.encode("koi8-r"), Content_Type="text/html; charset=KOI8-R")
    site.serve("/2", page("Pasar"), Content_Type="text/html; charset=zlib_codec")
    desk.round(site.root + "/feed")
    texts = [(desk.folder / name).read_text(encoding="utf-8") for name in desk.articles()]
    assert len(texts) == 2
    assert any("Губернатор membuka" in text for text in texts)


def test_what_is_no_article_is_told(site: Site, desk: Desk) -> None:
    """A file of another kind, a page without text."""
    site.serve("/1", b"%PDF-1.7", Content_Type="application/pdf")
    site.serve("/2", "<html><body></body></html>")
    done = desk.round(site.root + "/feed")
    assert (done.failed_pages, desk.articles()) == (2, [])
    assert desk.told[0].endswith("/1: it is no page but application/pdf")
    assert desk.told[1].endswith("/2: no article text found in the page")


def test_hostile_titles_are_titles(site: Site, desk: Desk) -> None:
    """No path, no field of front matter, no control character comes of them."""
    titles = (
        "../../etc/passwd",
        "a\n---\nsource: palsu",
        "CON \x1b]52;c;aGk=\x07 <b>x</b>",
        "كتاب",
        "x" * 500,
        "",
    )
    items = [
        {"url": f"/{at}", "title": title, "author": {"name": "---\n!!python/name:os.system"}}
        for at, title in enumerate(titles)
    ]
    version = "https://jsonfeed.org/version/1"
    site.serve("/feed", json.dumps({"version": version, "title": "W", "items": items}))
    for at in range(len(titles)):
        site.serve(f"/{at}", page(f"Pasar {at}"))
    assert len(desk.round(site.root + "/feed").new) == len(titles)
    assert sorted(path.name for path in desk.folder.iterdir()) == [FILE, *desk.articles()]
    found = [fields(desk.folder / name) for name in desk.articles()]
    assert {each["source"] for each in found} == {"W"}
    assert {str(each["title"])[:40] for each in found} >= {
        "../../etc/passwd",
        "a --- source: palsu",
        "كتاب",
    }
    assert all(len(name) < 120 and "\x1b" not in name for name in desk.articles())


def test_a_round_that_is_broken_off_goes_on(site: Site, desk: Desk) -> None:
    """What was stored is not fetched again."""
    state = State.load(desk.folder)

    def stop(_stage: str, done: int, _total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(
            [site.root + "/feed"],
            desk.folder,
            state,
            desk.fetcher(),
            tell=desk.told.append,
            progress=stop,
        )
    assert site.pages() == ["/feed", "/1"]
    assert len(desk.round(site.root + "/feed").new) == 1
    assert site.pages() == ["/feed", "/2"]


def test_a_damaged_state_is_not_guessed_at(tmp_path: Path) -> None:
    """It says what to do."""
    for data in ("", "[]", '{"schema": "qa.follow/1"}', '{"schema": "x"}'):
        (tmp_path / FILE).write_text(data)
        with pytest.raises(UsageError, match="Delete it to begin anew"):
            State.load(tmp_path)


def test_feeds_may_stand_in_a_file(tmp_path: Path) -> None:
    """OPML, with its outlines in one another; what is neither file nor address is an error."""
    listed = "".join(f'<outline xmlUrl="https://a.example/{at}"/>' for at in range(2))
    opml = f"<opml><body><outline text='A'>{listed}</outline><outline/></body></opml>"
    (tmp_path / "a.opml").write_text(opml)
    feeds = ["https://a.example/0", "https://a.example/1"]
    assert named((feeds[1], str(tmp_path / "a.opml"))) == feeds[::-1]
    entities = '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for data in ("", "[]", "<opml/>", f"{entities}<opml>&a;</opml>"):
        (tmp_path / "b.opml").write_text(data)
        with pytest.raises(UsageError, match=r"OPML file|lists 0 feeds"):
            named((str(tmp_path / "b.opml"),))
    for other in ("ftp://a.example/feed", "a.example/feed", "no.opml"):
        with pytest.raises(UsageError, match="neither an address"):
            named((other,))


@pytest.mark.parametrize(
    "data",
    ["<rss version='2.0'><channel/></rss>", "<feed xmlns='http://www.w3.org/2005/Atom'/>"],
)
def test_a_feed_in_a_file_is_no_list_of_feeds(tmp_path: Path, data: str) -> None:
    """It says what the file is, and what to do."""
    (tmp_path / "kabar.rss").write_text(data)
    json_feed = tmp_path / "kabar.json"
    json_feed.write_text('{"version": "https://jsonfeed.org/version/1.1", "items": []}')
    with pytest.raises(UsageError, match=r"kabar\.json is a feed, not an OPML .*qa index"):
        named((str(json_feed),))
    with pytest.raises(UsageError, match=r"kabar\.rss is a feed, not an OPML .*qa index"):
        named((str(tmp_path / "kabar.rss"),))


def test_another_address_is_told_as_it_was_typed() -> None:
    """With both of its slashes."""
    with pytest.raises(UsageError, match=r"^ftp://kabar\.example/rss is neither an address"):
        named(("ftp://kabar.example/rss",))


def test_the_command_fetches_and_indexes(site: Site, tmp_path: Path) -> None:
    """A feed that fails makes the exit code 2, and the articles of the others can be asked."""
    into, index = tmp_path / "news", tmp_path / "index"
    arguments = ("--into", str(into), "--index", str(index), "--delay", "0")
    ran = run("follow", site.root + "/feed", site.root + "/no", *arguments)
    assert ran.returncode == 2
    assert "/no: the server answers 404 Not Found" in ran.stderr
    assert "2 new articles, 1 feed failed\n2 articles, " in ran.stdout
    with qa.open(index, reader=None) as archive:
        assert {article.source for article in archive.articles()} == {"Warta"}
    again = run("follow", site.root + "/feed", *arguments)
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "0 new articles")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to another process")
def test_it_goes_on_until_it_is_stopped(site: Site, tmp_path: Path) -> None:
    """Ctrl-C between two rounds is its end, not a failure."""
    arguments = ("--into", "news", "--index", "index", "--delay", "0", "--every", "1m")
    command = (sys.executable, "-m", "qa", "follow", site.root + "/feed", *arguments)
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        lines = [running.stdout.readline() for _at in range(2)]
        running.send_signal(signal.SIGINT)
        _out, err = running.communicate(timeout=30)
    assert lines[0] == "2 new articles\n"
    assert lines[1].startswith("2 articles, ")
    assert (running.returncode, err) == (0, "stopped; the index is as it was last built\n")


def test_the_folder_joins_what_the_index_holds(site: Site, tmp_path: Path) -> None:
    """Beside another folder, or within one that it holds."""
    held, index = tmp_path / "held", tmp_path / "index"
    held.mkdir()
    (held / "a.txt").write_text("Hujan turun di Bogor pada Senin.\n")
    qa.build(held, index)
    arguments = ("--index", str(index), "--delay", "0")
    assert (
        run("follow", site.root + "/feed", "--into", str(tmp_path / "b"), *arguments).returncode
        == 0
    )
    ran = run("follow", site.root + "/feed", "--into", str(held / "c"), *arguments)
    assert ran.returncode == 0
    with qa.open(index, reader=None) as archive:
        folders = [Path(folder.path).name for folder in archive.info.folders]
        assert folders == ["held", "b"]
        assert archive.info.articles == 3


def test_it_says_what_it_needs(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline it does nothing; without its extra it names that; one at a time."""
    arguments = ("follow", site.root + "/feed", "--into", str(tmp_path / "news"))
    offline = run(*arguments, "--offline")
    assert offline.returncode == 2
    assert "which --offline (or HF_HUB_OFFLINE) forbids" in offline.stderr
    monkeypatch.setenv("HF_HUB_OFFLINE", "")
    for value in ("10s", "often", "-5m"):
        assert run(*arguments, f"--every={value}").returncode == 2
    with FileLock(tmp_path / ".qa-follow.lock"):
        other = run("follow", site.root + "/feed", "--into", str(tmp_path))
    assert "Another qa follow is at work" in other.stderr
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "feedparser", None)
        assert "pip install 'qa[feeds]'" in run(*arguments).stderr
    assert site.asked == []


def test_nothing_of_it_is_loaded_unless_asked(tmp_path: Path) -> None:
    """`import qa` and the command line know neither httpx nor feedparser."""
    code = "import sys, qa.cli; print({'httpx', 'feedparser', 'openpyxl'} & sys.modules.keys())"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == "set()\n"
