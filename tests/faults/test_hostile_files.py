"""Files that are no articles: skipped with a reason, in bounded memory and time."""

from __future__ import annotations

import gzip
import json
import os
import socket
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from qa.articles.folder import load
from qa.settings import BuildSettings
from qa.types import Article, Skipped
from tests import filed
from tests.faults.conftest import FaultCase, Tries
from tests.faults.hostile import run

pytestmark = pytest.mark.faults

MIB = 1 << 20
GOOD = "Menteri luar negeri NATO bertemu di kota Riga pada Selasa.\n"
MOST_MIB = 1024
"""The promise: no file takes more, by the limits as they are shipped."""

Write = Callable[[Path], None]


def sparse(name: str, size: int) -> Write:
    """A file of zeros that takes no room."""

    def write(folder: Path) -> None:
        with (folder / name).open("wb") as file:
            file.truncate(size)

    return write


def filled(name: str, data: bytes | Callable[[], bytes]) -> Write:
    """A file of those bytes."""

    def write(folder: Path) -> None:
        (folder / name).write_bytes(data if isinstance(data, bytes) else data())

    return write


def packed(name: str, block: bytes, count: int) -> Write:
    """A gzip file of a block many times over."""

    def write(folder: Path) -> None:
        with gzip.open(folder / name, "wb", 9) as file:
            for _ in range(count):
                file.write(block)

    return write


def denied(folder: Path) -> None:
    """A file that may not be read."""
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (folder / "a.txt").write_text(GOOD)
    (folder / "a.txt").chmod(0)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    + '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
)

WIDE = '{"\U0001f41f":['.encode()
NESTED = b"[" * 900 + b"]" * 900 + b","
OBJECTS = b'{"":' * 900 + b"{}" + b"}" * 900 + b","
"""What takes most memory for its bytes: as deep as it is read, four bytes a character."""

PARTED = b"Content-Type: multipart/mixed; boundary=a\n\n"


def pdf_bomb() -> bytes:
    """A PDF of one page, whose drawing is a gibibyte of spaces."""
    packer = zlib.compressobj(9)
    drawn = b"".join(packer.compress(b" " * MIB) for _ in range(1024)) + packer.flush()
    head, _, tail = filed.pdf([[(50, 700, 11, GOOD)]]).partition(b"<< /Length")
    packed = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)
    return head + packed + tail[tail.index(b"endstream") + len(b"endstream") :]


def zip_bombs() -> bytes:
    """An archive of archives, none of which is a bomb by itself."""
    inner = filed.zipped({"a.jsonl": bytes(64 * MIB)})
    return filed.zipped({f"{number}.zip": inner for number in range(16)})


SMALL: dict[str, tuple[Write, str]] = {
    "invalid UTF-8": (filled("a.txt", b"\x81\xfe\xff salah"), "neither UTF-8 nor cp1252"),
    "NUL": (filled("a.txt", b"satu\0dua"), "binary"),
    "UTF-16 without BOM": (filled("a.txt", GOOD.encode("utf-16-le")), "binary"),
    "UTF-16 cut in two": (filled("a.txt", GOOD.encode("utf-16")[:-1]), "broken"),
    "lone surrogate, UTF-8": (filled("a.txt", b"\x81\xed\xa0\x80"), "neither"),
    "lone surrogate, UTF-16": (filled("a.txt", b"\xff\xfe\x00\xd8A\x00"), "broken"),
    "lone surrogate, JSON": (filled("a.jsonl", b'{"text": "\\ud800"}'), "half a character"),
    "no gzip": (filled("a.txt.gz", b"PK\3\4"), "damaged"),
    "cut gzip": (filled("a.txt.gz", gzip.compress(GOOD.encode())[:-9]), "damaged"),
    "gzip with junk behind": (filled("a.txt.gz", gzip.compress(b"x") + b"junk"), "damaged"),
    "gzip bomb of 100 MiB": (packed("a.jsonl.gz", b"\0" * MIB, 100), "200 times"),
    "gzip in gzip": (filled("a.txt.gz.gz", gzip.compress(gzip.compress(b"x"))), "not supported"),
    "broken gzip checksum": (
        filled("a.txt.gz", gzip.compress(b"x")[:-8] + b"\0\0\0\0\1\0\0\0"),
        "damaged",
    ),
    "JSON nested 100,000 deep": (filled("a.jsonl", b'{"a":' * 100_000), "deeply"),
    "JSON integer of 100,000 digits": (filled("a.jsonl", b'{"a":' + b"9" * 100_000 + b"}"), "long"),
    "JSON text is 1e999": (filled("a.jsonl", b'{"text": 1e999}'), "float"),
    "JSON text is NaN": (filled("a.jsonl", b'{"text": NaN}'), "float"),
    "JSON array": (filled("a.jsonl", b"[1]"), "not an object"),
    "CSV of a million columns": (
        filled("a.csv", lambda: b"text,b\n" + b"," * 1_000_000),
        "columns",
    ),
    "CSV of a million names": (filled("a.csv", lambda: b"a," * 1_000_000), "field"),
    "CSV with an open quote": (
        filled("a.csv", lambda: b'text\n"' + (b"a" * 65_535 + b"\n") * 150),
        "limit",
    ),
    "tag of 500,000 attributes": (
        filled("a.html", lambda: b"<p" + b" a=1" * 500_000 + b">Halo"),
        "attributes",
    ),
    "page nested 100,000 deep": (filled("a.html", lambda: b"<div>" * 100_000), "no article"),
    "pipe": (lambda folder: os.mkfifo(folder / "a.txt"), "not a regular file"),
    "link to itself": (lambda folder: (folder / "a.txt").symlink_to("a.txt"), "nothing"),
    "link to a device": (lambda folder: (folder / "a.txt").symlink_to("/dev/zero"), "out of"),
    "link out of the corpus": (
        lambda folder: (folder / "a.txt").symlink_to("/etc/passwd"),
        "out of",
    ),
    "file for root only": (denied, "cannot be read"),
    "page larger than allowed": (filled("a.html", lambda: b"a" * (4 * MIB + 1)), "a page of over"),
    "larger than allowed": (filled("a.txt", lambda: b"a" * (8 * MIB + 1)), "larger than"),
    "line longer than allowed": (filled("a.jsonl", lambda: b"a" * (8 * MIB + 1)), "longer than"),
}
"""Files by what is wrong with them, and a word of the reason that is given."""

LARGE: dict[str, tuple[Write, str]] = {
    "2 GiB of zeros, .txt": (sparse("a.txt", 2 << 30), "larger than"),
    "2 GiB of zeros, .jsonl": (sparse("a.jsonl", 2 << 30), "longer than"),
    "2 GiB of zeros, .csv": (sparse("a.csv", 2 << 30), "longer than"),
    "one line of 100 MB": (filled("a.txt", lambda: b"a" * 100_000_000), "larger than"),
    "one line of 100 MB, .jsonl": (filled("a.jsonl", lambda: b"a" * 100_000_000), "longer than"),
    "gzip bomb, .txt": (packed("a.txt.gz", b"\0" * MIB, 2000), "larger than"),
    "gzip bomb, .html": (packed("a.html.gz", b" " * MIB, 2000), "larger than"),
    "gzip bomb, .jsonl": (packed("a.jsonl.gz", b"\0" * MIB, 2000), "200 times"),
    "gzip bomb, .csv": (packed("a.csv.gz", b"text\n" + b"a" * MIB + b"\n", 400), "200 times"),
    "a million lines of junk": (
        filled("a.jsonl", lambda: b"x\n" * 1_000_000),
        "more of its records",
    ),
    "8 MiB of short lines": (filled("a.txt", lambda: b"a b\n" * (2 * MIB)), ""),
    "8 MiB of short sentences": (filled("a.txt", lambda: b"Ab. " * (2 * MIB)), ""),
    "8 MiB without a stop": (filled("a.txt", lambda: b"kata " * (8 * MIB // 5)), ""),
    "8 MiB without a space": (filled("a.txt", lambda: b"a" * (8 * MIB)), ""),
    "4 MiB of paragraphs, .html": (
        filled("a.html", lambda: b"<p>Presiden tiba.</p>" * 190_000),
        "",
    ),
    "4 MiB of nesting, .html": (filled("a.html", lambda: b"<b><i><p>Kata. " * 275_000), ""),
    "16 MiB of lists in lists, .json": (
        filled("a.json", lambda: WIDE + NESTED * (16 * MIB // len(NESTED) - 1) + b"{}]}"),
        "no field 'text'",
    ),
    "16 MiB of objects in objects, .json": (
        filled("a.json", lambda: WIDE + OBJECTS * (16 * MIB // len(OBJECTS) - 1) + b"{}]}"),
        "no field 'text'",
    ),
    "larger than 16 MiB, .json": (
        filled("a.json", lambda: b"[" + b"{}," * (6 * MIB) + b"{}]"),
        "larger than",
    ),
    "page that unpacks to 1 GiB, .pdf": (filled("a.pdf", pdf_bomb), "time or memory"),
    "5 million parts, .eml": (
        filled("a.eml", lambda: PARTED + b"--a\n\n" * 5_000_000),
        "headers and parts",
    ),
    "16 MiB attached, .eml": (
        filled("a.eml", lambda: filed.eml(GOOD, attached={"a.txt": b"kata " * (16 * MIB // 5)})),
        "larger than",
    ),
    "2 million tags in tags, .rss": (filled("a.rss", lambda: b"<rss>" + b"<a>" * 2 * MIB), "tags"),
    "28 MiB of mark-up, .odt": (
        filled("a.odt", lambda: filed.odt("<text:p>x</text:p>" * 1_600_000)),
        "",
    ),
    "archives that unpack to 1 GiB, .zip": (
        filled("a.zip", zip_bombs),
        "200 times",
    ),
    "2 GiB of zeros, .warc": (sparse("a.warc", 2 << 30), "damaged"),
    "2 GiB of zeros, .mbox": (sparse("a.mbox", 2 << 30), "no folder of mail"),
    "laughs, .html": (filled("a.html", (LAUGHS + "<p>&l11; &f;").encode()), ""),
    "laughs, .xhtml": (filled("a.xhtml", (LAUGHS + "<html><body><p>&l11;").encode()), ""),
}
"""The same where size is what is wrong; without a word the file may as well be read."""


def reasons(folder: Path) -> list[str]:
    """Why files of a corpus were skipped; what it holds beside them is read."""
    items = list(load(folder, BuildSettings()))
    assert "z.txt" in [item.path for item in items if isinstance(item, Article)]
    return [item.reason for item in items if isinstance(item, Skipped)]


@pytest.mark.parametrize("name", SMALL)
def test_a_hostile_file_is_skipped_with_its_reason(
    name: str, tmp_path: Path, fault_case: FaultCase
) -> None:
    """And the article beside it is read."""
    write, says = SMALL[name]
    write(tmp_path)
    (tmp_path / "z.txt").write_text(GOOD)
    told = reasons(tmp_path)
    fault_case(
        f"file: {name}",
        injected="among the articles",
        outcome="skipped with its reason, the rest read",
        tries=1,
        lost=not any(says in reason for reason in told),
    )


@pytest.mark.parametrize("name", LARGE)
def test_a_hostile_file_takes_bounded_memory(
    name: str, tmp_path: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """A build of it and one good article, from start to end."""
    if not tries(1, name == "2 GiB of zeros, .txt"):
        pytest.skip("minutes: with -m faults")
    write, says = LARGE[name]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write(corpus)
    (corpus / "z.txt").write_text(GOOD)
    ended = run("index", "corpus", "--index", "index", "--json", cwd=tmp_path, timeout_s=240)
    report = json.loads(ended.out)
    told = [one["reason"] for one in report["skipped"]]
    what = "skipped" if told else "read"
    told_so = any(says in reason for reason in told) if says else True
    fault_case(
        f"file: {name}",
        injected="among the articles",
        outcome=f"{what}; peak {ended.peak_mib:.0f} MiB, {report['seconds']:.0f} s",
        tries=1,
        lost=not (ended.code == 0 and ended.is_safe and told_so and ended.peak_mib < MOST_MIB),
    )


def test_a_socket_and_a_device_are_not_opened(tmp_path: Path) -> None:
    """Nor is a corpus that is one."""
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as bound:
        os.chdir(tmp_path)  # a socket's path may be no longer than 107 bytes
        try:
            bound.bind("a.txt")
        finally:
            os.chdir(here)
    (tmp_path / "z.txt").write_text(GOOD)
    assert reasons(tmp_path) == ["not a regular file"]
    ended = run("index", "/dev/zero", "--index", "index", cwd=tmp_path)
    assert (ended.code, ended.err.count(b"\n")) == (4, 1)


def test_a_file_that_becomes_a_pipe_or_a_link_is_not_waited_for(tmp_path: Path) -> None:
    """Between the moment its folder is listed and that in which it is opened."""
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        (tmp_path / name).write_text(f"{name}: {GOOD}")
    items = load(tmp_path, BuildSettings())
    first = next(items)
    for name in ("b.txt", "c.txt", "d.txt"):
        (tmp_path / name).unlink()
    os.mkfifo(tmp_path / "b.txt")
    (tmp_path / "c.txt").symlink_to("/etc/passwd")
    assert first.path == "a.txt"
    reason = {item.path: item.reason for item in items if isinstance(item, Skipped)}
    assert "not a regular file" in reason["b.txt"]
    assert "symbolic link" in reason["c.txt"]
    assert "No such file" in reason["d.txt"]


def test_a_file_that_shrinks_while_it_is_read_gives_what_is_left(tmp_path: Path) -> None:
    """Records so far stay; a packed one ends in its reason."""
    rows = "".join(f'{{"text": "Kalimat nomor {i}."}}\n' for i in range(20_000)).encode()
    (tmp_path / "a.jsonl").write_bytes(rows)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(rows, 0))
    items = load(tmp_path, BuildSettings())
    list(islice(items, 10))
    os.truncate(tmp_path / "a.jsonl", 100)
    ended = list(items)
    assert sum(isinstance(item, Article) for item in ended) >= 20_000 - 10
    assert [item.reason for item in ended if isinstance(item, Skipped)][-1:] != ["damaged"]


def test_deep_and_odd_folders_are_walked(tmp_path: Path) -> None:
    """500 levels, and so long a path that no system takes it; line breaks in names."""
    for name, depth, root in (("x", 500, "a"), ("x" * 250, 30, "b")):
        folder = os.open(tmp_path, os.O_RDONLY)
        for level in [root, *[name] * depth]:
            os.mkdir(level, dir_fd=folder)
            inner = os.open(level, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        file = os.open("z.txt", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
        os.write(file, f"{root}: {GOOD}".encode())
        os.close(file)
        os.symlink("z.txt", "y.txt", dir_fd=folder)
        os.close(folder)
    (tmp_path / "c\nd").mkdir()
    (tmp_path / "c\nd" / "e\n.txt").write_text(GOOD)
    items = list(load(tmp_path, BuildSettings()))
    assert [item.path.count("/") for item in items if isinstance(item, Article)] == [501, 1]
    assert ["too long" in item.reason for item in items if isinstance(item, Skipped)] == [True]


def test_a_folder_of_many_files_is_read(
    tmp_path: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """100,000 of them, each with its reason."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    count = tries(100_000, 2_000)
    for number in range(count):
        (corpus / f"{number}.txt").touch()
    (corpus / "z.txt").write_text(GOOD)
    ended = run("index", "corpus", "--index", "index", "--json", cwd=tmp_path)
    report = json.loads(ended.out)
    fault_case(
        "folder of many empty files",
        injected=f"{count:,} of them in one folder",
        outcome=f"skipped; peak {ended.peak_mib:.0f} MiB, {report['seconds']:.0f} s",
        tries=count,
        lost=count - len(report["skipped"]) + (ended.peak_mib >= MOST_MIB),
    )
