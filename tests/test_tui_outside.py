"""Editors and browsers: what is started, with which arguments, and what never is."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.show import web_address
from qa.tui.outside import article_file, editor_command, line_in_file, run_editor
from tests.builders import article

FILE = Path("/corpus/a b.txt")


@pytest.mark.parametrize(
    ("environment", "line", "command"),
    [
        ({"EDITOR": "vim"}, 7, ["vim", "+7", "/corpus/a b.txt"]),
        ({"EDITOR": "vim", "VISUAL": "emacs -nw"}, 7, ["emacs", "-nw", "+7", "/corpus/a b.txt"]),
        ({"EDITOR": "vim", "VISUAL": " "}, None, ["vim", "/corpus/a b.txt"]),
        ({"EDITOR": "'/my apps/ed' -x"}, 7, ["/my apps/ed", "-x", "+7", "/corpus/a b.txt"]),
        ({"EDITOR": "vim; rm -rf ~"}, 7, ["vim;", "rm", "-rf", "~", "+7", "/corpus/a b.txt"]),
        ({"VISUAL": "code --wait"}, 7, ["code", "--wait", "--goto", "/corpus/a b.txt:7"]),
        ({"VISUAL": "/usr/bin/hx"}, 7, ["/usr/bin/hx", "/corpus/a b.txt:7"]),
    ],
)
def test_the_editor_is_started_with_a_vector_of_arguments(
    environment: dict[str, str], line: int | None, command: list[str]
) -> None:
    """VISUAL before EDITOR; nothing in either meets a shell."""
    assert editor_command(environment, FILE, line) == command


@pytest.mark.parametrize(
    ("environment", "says"),
    [({}, "export EDITOR"), ({"EDITOR": ""}, "export EDITOR"), ({"EDITOR": "vi 'x"}, "no command")],
)
def test_no_editor_is_an_error_that_says_what_to_set(
    environment: dict[str, str], says: str
) -> None:
    """Most people have never set one."""
    with pytest.raises(UsageError, match=says):
        editor_command(environment, FILE, 1)


def test_an_editor_that_is_not_there_is_named() -> None:
    """A typing error in a profile, most likely."""
    with pytest.raises(UsageError, match="'no-such-editor'"):
        run_editor(["no-such-editor", "a.txt"])
    with pytest.raises(UsageError, match="Cannot start"):
        run_editor(["a\0b"])


def test_an_editors_exit_code_comes_back() -> None:
    """Vim's `:cq`, say."""
    assert run_editor([sys.executable, "-c", "raise SystemExit(3)"]) == 3


def test_only_a_file_inside_the_corpus_is_opened(tmp_path: Path) -> None:
    """Not one above it, not through a link, not a folder, not one that is gone."""
    corpus = tmp_path / "corpus"
    (corpus / "folder").mkdir(parents=True)
    (corpus / "a.txt").write_text("x")
    (tmp_path / "secret.txt").write_text("x")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert article_file(article("x"), str(corpus)) == (corpus / "a.txt").resolve()
    for path in (
        "../secret.txt",
        str(tmp_path / "secret.txt"),
        "link.txt",
        "folder",
        "b.txt",
        "\0",
    ):
        with pytest.raises(UsageError):
            article_file(article("x", path=path), str(corpus))
    with pytest.raises(UsageError, match="no longer"):
        article_file(article("x"), str(tmp_path / "gone"))


def test_a_line_is_the_files_only_where_the_file_is_the_text() -> None:
    """That of a page's extracted text says nothing about its file."""
    assert line_in_file(article("x", path="a.md"), 9, FILE) == 9
    assert line_in_file(article("x", path="A.TXT.gz"), 9, FILE) == 9
    assert line_in_file(article("x", path="a.html"), 9, FILE) is None


NEWS = [
    {"id": "k-7", "isi": 'Kata "ibu" itu café.\nBaris dua.', "judul": "Satu"},
    {"id": "k-8", "isi": "Hujan turun di Ambon.", "judul": "Dua"},
    {"id": "k-9", "isi": 'Kata "ibu" itu café.\nBaris dua.', "judul": "Tiga"},
]


def _jsonl(*, ascii_only: bool) -> bytes:
    rows = (json.dumps(each, ensure_ascii=ascii_only) for each in NEWS)
    return "\n".join(rows).encode()


def _csv() -> bytes:
    rows = ('"' + '","'.join(v.replace('"', '""') for v in each.values()) + '"' for each in NEWS)
    return "\r\n".join(["id,isi,judul", *rows]).encode()


@pytest.mark.parametrize(
    ("name", "held", "lines"),
    [
        ("a.jsonl", _jsonl(ascii_only=True), [1, 2, 3]),
        ("a.jsonl.gz", gzip.compress(_jsonl(ascii_only=False)), [1, 2, 3]),
        ("a.json", json.dumps(NEWS, indent=1).encode(), [4, 9, 4]),
        ("a.csv", _csv(), [2, 4, 5]),
    ],
)
def test_a_record_is_opened_at_its_own_line(
    tmp_path: Path, name: str, held: bytes, lines: list[int]
) -> None:
    """By the beginning of its text, of equal ones by its id; a table's lines are the text's too."""
    file = tmp_path / name
    file.write_bytes(held)
    records = [article(each["isi"], path=name, record=each["id"]) for each in NEWS]
    assert [line_in_file(each, 1, file) for each in records] == lines
    second = line_in_file(records[0], 2, file)
    assert second == (lines[0] + 1 if name == "a.csv" else lines[0])


def test_a_record_without_an_id_is_known_by_its_number(tmp_path: Path) -> None:
    """Of the same text twice; a record that is gone has no line, nor has a broken file."""
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "Sama."}\n{"text": "Sama."}\n')
    assert line_in_file(article("Sama.", path="a.jsonl", record="2"), 1, file) == 2
    assert line_in_file(article("Lain.", path="a.jsonl", record="1"), 1, file) is None
    assert line_in_file(article("\n", path="a.jsonl", record="1"), 1, file) is None
    broken = tmp_path / "a.jsonl.gz"
    broken.write_bytes(b"\x1f\x8b broken")
    assert line_in_file(article("Sama.", path="a.jsonl.gz", record="1"), 1, broken) is None


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c#d", "http://[::1]:8000/", "https://例え.jp/é"]
)
def test_an_address_of_the_web_may_be_opened(url: str) -> None:
    """As it stands; nothing is rewritten."""
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://example.org/",
        "example.org",
        "https://",
        "https://example.org/\x1b]0;x",
        "https://example.org/a b",
        "https://example.org/\u202emoc",
        "https://example.org/\u3000",
        'https://example.org/"; rm -rf ~',
        "https://[bad/",
        " https://example.org/",
        "--version",
    ],
)
def test_whatever_else_an_article_calls_its_address_is_not(url: str | None) -> None:
    """Other schemes, hidden characters, options, and what could leave a script's quotes."""
    assert web_address(url) is None


def test_the_persons_own_browser_gets_the_address_as_one_argument(tmp_path: Path) -> None:
    """As BROWSER names it; one that would draw in this terminal is left alone."""
    given = tmp_path / "given"
    own = tmp_path / "browser"
    writes = f"import sys; open({str(given)!r}, 'w').write(repr(sys.argv[1:]))"
    own.write_text(f"#!{sys.executable}\n{writes}")
    own.chmod(0o755)
    code = "from qa.tui.outside import browse; print(browse('https://example.org/?a=b&c=$(x)'))"

    def run(browser: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "BROWSER": browser},
        )
        return done.stdout.strip()

    assert run(str(own)) == "True"
    assert given.read_text() == repr(["https://example.org/?a=b&c=$(x)"])
    assert run("lynx") == "False"
