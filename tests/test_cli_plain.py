"""The chat line by line: the same commands, nothing but lines of text, and it leaves in peace."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import click
import pytest

import qa
from qa.builder import build
from qa.chat.archive import Archive
from qa.chat.history import History
from qa.chat.preferences import load_preferences
from qa.cli.plain import chat_line_by_line
from qa.engine import Engine
from qa.errors import IndexDamaged
from qa.i18n import use
from qa.protocols import Calibration, Reader
from qa.settings import BuildSettings
from qa.store import Generation
from qa.types import Finding, Passage
from tests.builders import article
from tests.chat import WHO, build_index, reader_beside
from tests.test_folders import put
from tests.tiny_reader import write_reader

TEXT = (
    "Hujan turun.\n\nJuru bicara Kremlin Dmitry Peskov mengatakan hal itu pada Selasa.\nLalu reda."
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over two articles, one of them hostile, and beside it a tiny reader."""
    folder = tmp_path_factory.mktemp("plain") / "index"
    hostile = "Ketua panitia \x1b]52;c;aGk=\x07\x9b Budi Santoso berbicara di aula."
    articles = [
        article(TEXT, source="Kabar"),
        article(hostile, path="b.txt", title="\x1b[31mJudul", source="Warta"),
    ]
    build(articles, folder, BuildSettings(), root="/corpus")
    write_reader(reader_beside(folder))
    return folder


def engine_of(index: Path) -> Engine:
    """An engine with the reader beside the index."""
    return Engine.open(index, reader=str(reader_beside(index)))


def said(
    index: Path,
    *typed: bytes | str,
    prompted: bool = False,
    folder: Path | None = None,
    settings: Path | None = None,
) -> None:
    """Have a chat of these lines."""
    lines = iter([one if isinstance(one, bytes) else f"{one}\n".encode() for one in typed])

    def readline(prompt: str) -> bytes:
        click.echo(prompt, nl=False)
        return next(lines, b"")

    chat_line_by_line(
        Archive(index, lambda at, _tell: engine_of(at)),
        readline,
        prompted=prompted,
        width=80,
        folder=folder,
        settings=settings,
    )


def test_another_language_counts_at_once_and_is_kept(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was set before stays; a bare command names the choices."""
    settings = tmp_path / "chat.json"
    settings.write_text('{"theme": "nord"}')
    try:
        said(index, "/language", "/language id", "/help", "/settings", settings=settings)
    finally:
        use("en")
    out, err = capsys.readouterr()
    assert "In use: English. /language en (English), /language id (Bahasa Indonesia)" in out
    assert "/since TANGGAL: hanya artikel sejak tanggal ini" in out
    assert f"Setelan disimpan di {settings}." in out
    held = load_preferences(settings)
    assert (held.theme, held.language, err) == ("nord", "id", "")


def test_a_question_is_answered_and_its_source_shown(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number gives the paragraph, with its line and the quote marked."""
    said(index, "Siapa juru bicara Kremlin?", "1", "/quit", "Siapa Budi?")
    out, err = capsys.readouterr()
    assert out.startswith("Dmitry Peskov [1]\n")
    assert "    line 3: Juru bicara Kremlin »Dmitry Peskov« mengatakan hal itu pada" in out
    assert "Lalu reda." in out
    assert "Budi" not in out
    assert err == ""


def test_a_passage_that_is_only_near_is_shown_without_marks(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It answers nothing; what is closest is marked, as a guess."""
    said(index, "Berapa harga tiket pesawat Kremlin ke Tokyo?", "1", "2")
    out, err = capsys.readouterr()
    said_first, closest, near = out.split("    line 1: ")
    assert said_first.startswith("Not found in these articles.\n")
    assert "a guess (confidence 0.14, below the 0.50 that an answer needs)" in said_first
    assert "»52«" in closest
    assert near.startswith("Hujan turun.")
    assert "»" not in near
    assert err == ""


def test_commands_are_those_of_the_chat(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be done is told on standard error, and the chat goes on."""
    said(
        index,
        "1",
        "/source Warta",
        "Siapa juru bicara Kremlin?",
        "/source",
        "/since 2022-13",
        "/wy",
        "Siapa juru bicara Kremlin?",
        "/why",
        "/new",
        "/why",
        "/help",
    )
    out, err = capsys.readouterr()
    assert "Asking articles source Warta." in out
    assert out.count("Dmitry Peskov [1]") == 1
    assert "What an answer needs:" in out
    assert "A new conversation." in out
    assert "/export [FILE]: write" in out
    assert "/quit: leave" in out
    problems = err.splitlines()
    assert "ask a question first" in problems[0]
    assert "2022-13 is no day" in problems[1]
    assert "/why" in problems[2]
    assert "no answer to explain" in problems[3]
    assert len(problems) == 4


def test_a_conversation_is_exported(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As from the full chat."""
    said(index, "Siapa juru bicara Kremlin?", f"/export {tmp_path / 'a.md'}")
    assert "Wrote 1 question" in capsys.readouterr().out
    assert "Peskov" in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_a_conversation_is_kept_and_gone_on_with(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Offered, listed, shown at its last turn; its sources and bookmarks open."""
    said(
        index,
        "Siapa juru bicara Kremlin?",
        "/bookmark 1 cek",
        "/rename Kremlin\x1b[2J",
        folder=tmp_path,
    )
    capsys.readouterr()
    commands = ("/conversations peskov", "/resume", "1", "/bookmarks", "/bookmarks 1")
    said(index, *commands, prompted=True, folder=tmp_path)
    out, err = capsys.readouterr()
    assert "> The last conversation: “Kremlin␛[2J” (1 question, " in out.replace("\n", "> ", 1)
    assert "1. Kremlin␛[2J (1 question, " in out
    assert "   Siapa juru bicara Kremlin? · Dmitry Peskov\n" in out
    assert "Going on with “Kremlin␛[2J”.\n> Siapa juru bicara Kremlin?\nDmitry Peskov [1]\n" in out
    assert "1. cek · Dmitry Peskov · Siapa juru bicara Kremlin?" in out
    assert out.count("    line 3: Juru bicara Kremlin »Dmitry Peskov« mengatakan hal itu") == 2
    assert (err, "\x1b" in out) == ("", False)


def test_deleting_asks_and_another_line_is_no(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the very next line is an answer."""
    said(index, "Siapa juru bicara Kremlin?", "/delete", "/conversations", "y", folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    said(index, "/delete 1", "ya", "/conversations", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    out, _ = capsys.readouterr()
    assert "Delete “Siapa juru bicara Kremlin?” (1 question) for good?" in out
    assert out.endswith("None is kept yet.\n")


def test_lines_that_are_no_text_are_told_and_left_out(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A byte order mark and a missing last line end are nothing wrong."""
    said(index, b"\xff\xfe\n", b"\n", b"  \r\n", b"\xef\xbb\xbfSiapa juru bicara Kremlin?")
    out, err = capsys.readouterr()
    assert err == "qa: that line is not UTF-8 at byte 1.\n"
    assert "Dmitry Peskov [1]" in out


def test_nothing_of_an_article_steers_the_terminal(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor of a question."""
    said(index, "Siapa ketua panitia?", "1", "/why", "/source \x1b[2J", "\x1b]0;x\x07?")
    shown = "".join(capsys.readouterr())
    assert "Budi" in shown
    assert not set(shown) & {"\x1b", "\x07", "\x9b"}


def test_only_a_person_is_greeted_and_prompted(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The end of the input ends the line too."""
    said(index, "/new", prompted=True)
    assert capsys.readouterr().out == (
        "2 articles. Ask a question, or /help. A number shows that source.\n"
        "> A new conversation.\n> \n"
    )


class Interrupting:
    """Reads as another reader does, but on the first question the person presses Ctrl+C."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.id = reader.id
        self.calibration: Calibration = reader.calibration
        self.cancelled = Event()
        self._first = True

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """Read, but not before the person has seen that the question is cancelled."""
        if self._first:
            self._first = False
            os.kill(os.getpid(), signal.SIGINT)
            assert self.cancelled.wait(10)
        return self._reader.read(questions, passages)


def test_ctrl_c_cancels_the_question_and_the_next_one_is_answered(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer of a cancelled question never shows, and there is nothing to explain of it."""
    engine = engine_of(index)
    reader = Interrupting(engine.reader)
    opened = Engine.open(index, reader=reader)

    def lines() -> Iterator[bytes]:
        yield b"Siapa ketua panitia?\n"
        reader.cancelled.set()
        yield b"/why\n"
        yield b"Siapa juru bicara Kremlin?\n"
        yield b""

    typed = lines()
    chat_line_by_line(
        Archive(index, lambda _at, _tell: opened), lambda _: next(typed), prompted=False, width=80
    )
    out, err = capsys.readouterr()
    assert out.startswith("Cancelled.\nDmitry Peskov [1]\n")
    assert "no answer to explain" in err


def test_ctrl_c_between_questions_leaves_only_a_person_in_the_chat(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a prompt it drops what was typed; in a pipe it ends the run."""
    archive = Archive(index, lambda at, _tell: engine_of(at))
    ends = iter([KeyboardInterrupt, None])

    def readline(prompt: str) -> bytes:
        click.echo(prompt, nl=False)
        if raised := next(ends):
            raise raised
        return b""

    chat_line_by_line(archive, readline, prompted=True, width=80)
    assert "> \nCtrl+D or /quit leaves.\n> \n" in capsys.readouterr().out
    ends = iter([KeyboardInterrupt, None])
    with pytest.raises(KeyboardInterrupt):
        chat_line_by_line(archive, readline, prompted=False, width=80)


def test_through_a_pipe_it_takes_plain_and_loads_nothing_for_drawing(index: Path) -> None:
    """Exit code 0 whatever the answers were."""
    code = (
        "import sys; from qa.cli import run; code = run(sys.argv[1:]);"
        "sys.exit(99 if 'textual' in sys.modules or 'torch' in sys.modules else code)"
    )
    reader = reader_beside(index)
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code, "chat", "--plain", "--reader", reader, "--index", index],
        input="Siapa juru bicara Kremlin?\nBerapa harga tiket ke Tokyo?\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Dmitry Peskov [1]\n")
    assert "Not found in these articles." in done.stdout


def test_without_plain_a_pipe_is_told_of_it() -> None:
    """And of `qa ask -`, which gives an answer a line to programs."""
    done = subprocess.run(
        [sys.executable, "-m", "qa", "chat"],
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "qa chat --plain" in done.stderr
    assert "qa ask -" in done.stderr


def test_with_standard_error_elsewhere_the_chat_does_not_draw_into_it() -> None:
    """That is where Textual draws: the person would look at an empty screen."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "qa", "chat"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert b"qa chat --plain" in done.stderr
    assert b"\x1b" not in done.stderr


def test_on_a_terminal_that_cannot_be_drawn_on_it_is_plain_by_itself(index: Path) -> None:
    """It says so; not one escape sequence reaches the terminal."""
    ours, theirs = pty.openpty()
    chatting = ["chat", "--reader", str(reader_beside(index)), "--index", str(index)]
    arguments = [sys.executable, "-m", "qa", *chatting]
    chat = subprocess.Popen(  # noqa: S603 - our own command
        arguments, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "dumb"}
    )
    os.close(theirs)
    os.write(ours, b"Siapa juru bicara Kremlin?\n\x04")
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:
            # What Linux raises where the other side has closed.
            break
    os.close(ours)
    assert chat.wait(30) == 0
    words = shown.decode().replace("\r\n", "\n")
    assert "TERM=dumb" in words
    assert "2 articles." in words
    assert "> Dmitry Peskov [1]" in words
    assert "\x1b" not in words


def test_the_index_is_followed_rebuilt_and_changed_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in the full chat; what another process built is told."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_: str(tmp_path / "data"))
    index, reader = tmp_path / "index", str(write_reader(tmp_path / "reader"))
    news = put(tmp_path / "berita", rapat="Ketua panitia Budi Santoso berbicara di aula.")
    other = put(tmp_path / "lain", rapat="Ketua panitia Tono Saputra menutup pasar.")
    qa.build(news, index)
    who = "Siapa ketua panitia?\n"

    def lines() -> Iterator[str]:
        yield who
        put(news, rapat="Ketua panitia Rina Wulandari membuka rapat.")
        qa.build(news, index)
        yield "/why\n"
        yield "1\n"
        yield who
        yield "1\n"
        put(news, lagi="Harga cabai naik di pasar.")
        yield from ("/reindex\n", "/reindex\n", f"/open {other}\n", who)
        (other / "rapat.txt").unlink()
        yield from ("/reindex\n", who, "/since 2030\n")

    typed = lines()
    chat_line_by_line(
        Archive(index, lambda at, _tell: Engine.open(at, reader=reader)),
        lambda _: next(typed, "").encode(),
        prompted=False,
        width=80,
    )
    out, err = capsys.readouterr()
    said = [
        "Budi Santoso [1]\n",
        "line 1: Ketua panitia »Budi Santoso«",
        "The index was rebuilt: 1 article.\nRina Wulandari [1]\n",
        "line 1: Ketua panitia »Rina Wulandari«",
        "The index was rebuilt: 2 articles.\nNothing has changed: 2 articles.\n",
        f"Questions go to {other} now: 1 article. Its index is {tmp_path}",
        "Tono Saputra [1]\n",
        "Tono Saputra [1]\n",
    ]
    for words in said:
        _before, found, out = out.partition(words)
        assert found, (words, out)
    assert "qa: building the index; " in err
    assert f"qa: No articles in {other}." in err


def test_an_old_answer_opens_with_a_word_on_what_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The paragraph is shown as it was."""
    index, reader = tmp_path / "index", str(write_reader(tmp_path / "reader"))
    news = put(tmp_path / "berita", rapat="Ketua panitia Budi Santoso berbicara di aula.")
    qa.build(news, index)

    def lines() -> Iterator[str]:
        yield "Siapa ketua panitia?\n"
        put(news, rapat="Harga cabai naik.")
        yield from ("/reindex\n", "1\n")

    typed = lines()
    chat_line_by_line(
        Archive(index, lambda at, _tell: Engine.open(at, reader=reader)),
        lambda _: next(typed, "").encode(),
        prompted=False,
        width=80,
    )
    out, _err = capsys.readouterr()
    assert "is not in the index any more, or was changed; this is how it was" in out
    assert "line 1: Ketua panitia »Budi Santoso«" in out.partition("any more")[2]


def test_beginning_anew_asks_about_filters(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Yes keeps them, no lifts them, and any other line goes on as before."""
    who = "Siapa juru bicara Kremlin?"
    said(index, "/source warta", "/new", "ya", who, "/new", who, "/new", "n", who)
    out, err = capsys.readouterr()
    asks = "Keep the filters, source Warta? (y/n)\n"
    first, second, third, last = out.split(asks)
    assert first == "Asking articles source Warta.\n"
    assert second.startswith("A new conversation.\n")
    assert not third.startswith("A new conversation.\n")
    assert last.startswith("A new conversation.\nDmitry Peskov [1]\n")
    assert ("Peskov [1]" in second + third, err) == (False, "")


def test_questions_are_kept_once_to_be_recalled(index: Path, tmp_path: Path) -> None:
    """Commands are not; as in the full chat."""
    history = History(tmp_path / "history.jsonl")
    lines = iter(["Siapa Budi?\n", "/why\n", "Siapa Budi?\n", "Apa itu?\n"])
    chat_line_by_line(
        Archive(index, lambda at, _tell: engine_of(at)),
        lambda _: next(lines, "").encode(),
        prompted=False,
        width=80,
        history=history,
    )
    assert History(tmp_path / "history.jsonl").questions == ["Siapa Budi?", "Apa itu?"]


def test_what_is_in_here_is_told_and_a_number_asks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers ask until there is an answer, whose sources they show then."""
    index = build_index(tmp_path / "index", questions=(WHO,))
    said(index, "halo", "1", "1", "/about", prompted=True)
    out = capsys.readouterr().out
    assert out.count(f"  1. {WHO}\n") == 2
    assert "Articles per year: 2021: 1, 2024: 1" in out
    assert "> Dmitry Peskov [1][2]" in out
    assert "line 1: Juru bicara Kremlin »Dmitry Peskov«" in out
    assert f"  - {WHO}\n" in out


def test_articles_are_listed_and_shown_by_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers are those of the list until a question is asked."""
    index = build_index(tmp_path / "index", questions=(WHO,))
    said(index, "/browse", "2", "7", WHO, "1")
    out, err = capsys.readouterr()
    assert out.startswith("1. 2024-11-20  Kabar  Kata Kremlin\n2. 2021-01-02  Wire  The Line\n3. ")
    assert "3 articles. A number shows one" in out
    assert "The Line\nWire · 2021-01-02 · /corpus/b.txt:1\nJuru bicara Kremlin Dmitry" in out
    assert "The list has no number 7." in err
    assert "»Dmitry Peskov«" in out
    assert "\x1b" not in out


def test_passages_are_searched_and_a_number_shows_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words marked; the filters in force hold."""
    said(build_index(tmp_path / "index"), '/search "juru bicara"', "1", "9", "/search -x")
    out, err = capsys.readouterr()
    assert out.startswith("2 passages in 2 articles\n[1] ")
    assert out.count("»Juru bicara«") == 3
    assert "line " in out
    assert "The list has no number 9." in err
    assert "Only words to leave out" in err
    assert "\x1b" not in out
    said(tmp_path / "index", "/source Wire", "/search juru bicara")
    assert "1 passage in 1 article\n" in capsys.readouterr().out


def test_an_index_that_breaks_is_told_and_the_chat_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where its file is written over meanwhile."""

    def broken(*_of: object) -> None:
        raise IndexDamaged("broken")

    index_here = build_index(tmp_path / "index")
    monkeypatch.setattr(Generation, "headlines", broken)
    said(index_here, "/browse", WHO)
    out, err = capsys.readouterr()
    assert err == "qa: broken\n"
    assert "Dmitry Peskov [1]" in out
