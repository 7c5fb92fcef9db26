"""The command line, as a person runs it: exit codes, streams, JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import qa
import qa.cli
from qa.places import shipped_corpus
from qa.store import open_generation
from tests.faults.damage import reseal
from tests.faults.small import write_encoder
from tests.tiny_deep import write_deep
from tests.tiny_reader import write_reader

MEND = "install qa again, or name another --reader."
ARTICLES = {
    "hotline.md": "---\ntitle: Saluran khusus\nsource: Kabar\npublished: 2024-11-21\n---\n"
    "Saluran khusus itu didirikan pada tahun 1963.\n\n"
    "Baca juga: Harga cabai naik di pasar induk\n\n"
    "Juru bicara Kremlin Dmitry Peskov mengatakan saluran itu belum dipakai.\n",
    "riga.txt": "Menteri luar negeri NATO bertemu di kota Riga pada Selasa.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over two articles, one of them with debris in it."""
    folder = tmp_path_factory.mktemp("cli")
    corpus = folder / "articles"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / "broken.txt").write_bytes(b"\x00\x01\x02")
    assert run("index", str(corpus), "--index", str(folder / "index")).returncode == 0
    return folder / "index"


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """`qa` within this process, which is faster than a new one."""
    with CliRunner().isolation(input=stdin) as (out, err, _):
        code = qa.cli.run(list(arguments))
        return subprocess.CompletedProcess(
            arguments, code, out.getvalue().decode(), err.getvalue().decode()
        )


def process(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """A new process of `qa`, with nothing on its standard input."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "qa", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=cwd,
        env={**os.environ, **environment},
    )


def test_an_answer_is_printed_with_its_source(index: Path) -> None:
    """On a pipe: no colours, the quote marked, exit code 0."""
    done = process("ask", "Siapa juru bicara Kremlin?", "--index", str(index))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Dmitry Peskov [1]\n")
    assert "»Dmitry Peskov«" in done.stdout
    assert "hotline.md:10" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_is_one_document_and_the_quote_is_the_files_own(index: Path) -> None:
    """Offsets are code points of the file as it lies on disk."""
    done = run("ask", "Siapa juru bicara Kremlin?", "--index", str(index), "--json")
    document = json.loads(done.stdout)
    assert done.stderr == ""
    for place in document["citations"]:
        text = Path(place["path"]).read_text(encoding="utf-8")
        assert text[place["start"] : place["end"]] == place["quote"]
        assert text.count("\n", 0, place["start"]) + 1 == place["line"]


def test_no_answer_is_exit_code_1_and_says_why(index: Path) -> None:
    """Honest, and told apart from an error."""
    done = run("ask", "Di mana tiket pesawat ke Tokyo dijual?", "--index", str(index), "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["status"] == "no_answer"
    assert document["answer"] is None
    assert document["reason"]["value"] < document["reason"]["threshold"]
    (place,) = document["citations"]
    assert place["n"] == document["closest"]["citation"] == 1
    text = Path(place["path"]).read_text(encoding="utf-8")
    assert text[place["start"] : place["end"]] == document["closest"]["text"]
    assert place["start"] not in {near["start"] for near in document["nearest"]}


def test_masked_words_are_never_quoted(index: Path) -> None:
    """The headline of another article stands in the file, and answers nothing."""
    done = run("ask", "Apa yang naik di pasar induk?", "--index", str(index), "--json")
    assert "cabai" not in done.stdout.replace("Apa yang naik", "")


def test_questions_from_standard_input_come_back_in_order(index: Path) -> None:
    """Plain lines and JSON lines mixed; a bad line is a record, and exit code 2."""
    lines = 'Di kota mana menteri NATO bertemu?\n{"question": "Siapa Peskov?", "id": 7}\n{"q": 1}\n'
    done = run("ask", "-", "--index", str(index), "--json", stdin=lines)
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first["question"] == "Di kota mana menteri NATO bertemu?"
    assert second["input"] == {"question": "Siapa Peskov?", "id": 7}
    assert third == {"schema": "qa.error/1", "line": 3, "error": 'no "question" in this object'}
    assert done.returncode == 2


def test_questions_are_utf_8_whatever_the_locale(index: Path) -> None:
    """A byte order mark is no part of a question; a line in another encoding is a bad one."""
    lines = "\ufeffSiapa Peskov?\r\n".encode() + b"Pr\xe9siden siapa?\n" + "Где Рига?\n".encode()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "qa", "ask", "-", "--index", str(index), "--json"],
        input=lines,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first["question"] == "Siapa Peskov?"
    assert second == {"schema": "qa.error/1", "line": 2, "error": "not UTF-8 at byte 3"}
    assert third["question"] == "Где Рига?"
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", "  "], 2, "empty"),
        (["ask", "Siapa?", "--index", "nowhere"], 3, "qa index"),
        (["ask", "Siapa?", "--since", "30/11/2022"], 2, "2022-01-31"),
        (["ask", "Siapa?", "--until", "2022-02-30"], 2, "--until"),
        (["chat"], 2, "terminal"),
        (["ask", "Siapa?", "--since", "2022-02-01", "--until", "2022-01-01"], 2, "swap"),
        (["index", "nowhere"], 4, "nowhere"),
        (["index", ""], 2, "empty"),
        (["check", "--index", "nowhere"], 3, "qa index"),
        (["evaluate", "nowhere.jsonl"], 2, "nowhere.jsonl"),
        (["index", "--column", "text"], 2, "FIELD=NAME"),
    ],
)
def test_errors_are_one_line_with_their_exit_code(
    arguments: list[str], code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went wrong and what to do, on standard error, never a traceback."""
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_unknown_reader_is_exit_code_5(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is not there."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = run("ask", "Siapa?", "--index", str(index), "--reader", "no/such-model")
    assert done.returncode == 5
    assert "no/such-model" in done.stderr


def test_a_reader_without_a_file_is_exit_code_5(index: Path, reader: str, tmp_path: Path) -> None:
    """One line that names the file and says how to mend it."""
    folder = tmp_path / "reader"
    shutil.copytree(reader, folder)
    (folder / "tokens.npy").unlink()
    done = run("ask", "Siapa?", "--index", str(index), "--reader", str(folder))
    assert done.returncode == 5
    assert done.stderr == f"qa: {folder}/tokens.npy is not there: {MEND}\n"


def test_without_the_bundled_reader_nothing_stands_in_for_it(index: Path, tmp_path: Path) -> None:
    """In a qa that has everything else; a timeline reads nothing and needs none."""
    package = Path(qa.__file__).parent
    (tmp_path / "qa" / "models").mkdir(parents=True)
    there = [path for path in package.iterdir() if path.name not in ("models", "__pycache__")]
    for path in (*there, package / "models" / "encoder", package / "models" / "lexicon"):
        (tmp_path / path.relative_to(package.parent)).symlink_to(path)
    done = process("ask", "Siapa?", "--index", str(index), cwd=tmp_path, PYTHONPATH=str(tmp_path))
    absent = tmp_path / "qa" / "models" / "reader" / "config.json"
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == f"qa: {absent} is not there: {MEND}\n"
    told = process(
        "timeline", "NATO", "--index", str(index), cwd=tmp_path, PYTHONPATH=str(tmp_path)
    )
    assert told.returncode in (0, 1), told.stderr


def test_index_reports_what_changed(tmp_path: Path) -> None:
    """Added, changed, removed, unchanged, skipped; and nothing is done where nothing changed."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    arguments = ["index", str(corpus), "--index", str(tmp_path / "index"), "--json"]
    first = json.loads(run(*arguments).stdout)
    assert (first["added"], first["published"]) == (2, True)
    again = json.loads(run(*arguments).stdout)
    assert (again["unchanged"], again["published"]) == (2, False)
    (corpus / "riga.txt").unlink()
    (corpus / "hotline.md").write_text("Kini isinya lain sama sekali.\n", encoding="utf-8")
    (corpus / "empty.txt").touch()
    (corpus / "copy.md").write_text("Kini isinya lain sama sekali.\n", encoding="utf-8")
    last = json.loads(run(*arguments).stdout)
    assert (last["changed"], last["removed"], last["added"], last["duplicates"]) == (1, 1, 1, 1)
    assert [skipped["path"] for skipped in last["skipped"]] == ["empty.txt"]
    assert last["articles"] == 1


def test_progress_is_shown_on_a_terminal_that_can_rewrite_a_line(tmp_path: Path) -> None:
    """A warning has a line of its own, and nothing but the report reaches a dumb terminal."""
    (tmp_path / "a.txt").write_bytes("Présiden tiba di Riga.\n".encode("cp1252"))
    shown = on_terminal(tmp_path, "xterm")
    assert "reading 1" in shown
    assert "\r\x1b[Ka.txt: not UTF-8" in shown
    (tmp_path / "a.txt").write_text(ARTICLES["riga.txt"])
    assert on_terminal(tmp_path, "dumb") == ""


def on_terminal(folder: Path, kind: str) -> str:
    """What `qa index` tells a terminal of this kind beside its report."""
    terminal, ours = os.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as read:
        subprocess.run(
            [sys.executable, "-m", "qa", "index", "a.txt", "--index", "index"],
            stdout=subprocess.DEVNULL,
            stderr=ours,
            check=True,
            timeout=60,
            cwd=folder,
            env={**os.environ, "TERM": kind},
        )
        os.set_blocking(terminal, False)
        told = read.read(10_000) or b""
        os.close(ours)
    return told.decode()


def test_check_finds_a_flipped_byte(index: Path, tmp_path: Path) -> None:
    """Sound before, exit code 3 after."""
    copy = tmp_path / "index"
    shutil.copytree(index, copy)
    assert run("check", "--index", str(copy)).returncode == 0
    (vectors,) = copy.glob("*/vectors.faiss")
    damaged = bytearray(vectors.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    vectors.write_bytes(damaged)
    done = run("check", "--index", str(copy))
    assert done.returncode == 3
    assert "vectors.faiss" in done.stderr


def test_skipped_files_are_listed(index: Path) -> None:
    """With their reason, whenever one asks."""
    assert "broken.txt" in run("check", "--skipped", "--index", str(index)).stdout


def test_a_question_loads_no_heavy_module(index: Path) -> None:
    """Neither torch nor transformers nor textual: they would cost seconds."""
    code = (
        "import sys; from qa.cli import run;"
        f"code = run(['ask', 'Siapa Peskov?', '--index', {str(index)!r}, '--reader', 'bundled']);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'textual', 'ray', 'pyarrow'};"
        "heavy &= set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_a_closed_pipe_is_exit_code_141(index: Path) -> None:
    """As other commands end, and not as if there were no answer."""
    command = f"{sys.executable} -m qa ask - --index {index} --json"
    done = subprocess.run(  # noqa: S602 - a pipe is what is tested
        f"(yes 'Siapa Peskov?' | head -n 400 | {command}; echo $? >&2) | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr.strip() == "141"


@pytest.mark.parametrize("streams", [">&-", "<&-", "2>&-", ">&- 2>&- <&-"])
def test_a_stream_that_the_caller_closed_is_as_good_as_empty(
    index: Path, reader: str, streams: str
) -> None:
    """No traceback, and no other file gets its descriptor."""
    done = redirected(index, reader, streams)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has this device")
def test_output_to_a_full_disk_is_one_line_and_exit_code_74(index: Path, reader: str) -> None:
    """Told apart from an answer that was given."""
    done = redirected(index, reader, "> /dev/full")
    assert done.returncode == 74
    assert done.stderr == "qa: cannot write the output: No space left on device\n"


def redirected(index: Path, reader: str, streams: str) -> subprocess.CompletedProcess[str]:
    """A question asked in a shell that redirects its streams."""
    asked = f"-m qa ask 'Siapa juru bicara Kremlin?' --index {index} --reader {reader}"
    command = f"{sys.executable} {asked} {streams}"
    return subprocess.run(  # noqa: S602 - the shell's redirection is what is tested
        command, shell=True, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_bare_index_reads_again_what_it_holds(tmp_path: Path) -> None:
    """Its own file or folder, by its own columns, and never the default articles instead."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "other.txt").write_text(ARTICLES["riga.txt"], encoding="utf-8")
    corpus = tmp_path / "mine" / "news.jsonl"
    corpus.write_text(json.dumps({"body": "Menteri tiba di Riga."}), encoding="utf-8")
    folder = tmp_path / "index"
    named = ["index", str(corpus), "--index", str(folder), "--column", "text=body"]
    assert run(*named).returncode == 0
    again = json.loads(run("index", "--index", str(folder), "--json").stdout)
    assert (again["unchanged"], again["published"]) == (1, False)
    corpus.write_text(json.dumps({"body": "Menteri pulang dari Riga."}), encoding="utf-8")
    again = json.loads(run("index", "--index", str(folder), "--json").stdout)
    assert (again["articles"], again["published"]) == (1, True)
    (folder / "CURRENT").write_text("gone", encoding="utf-8")
    refused = run("index", "--index", str(folder), "--full")
    assert refused.returncode == 2
    assert "qa index FOLDER --full" in refused.stderr


def test_an_index_keeps_its_encoder_until_another_is_named(tmp_path: Path) -> None:
    """`qa index` with a folder and without; what the deep one would take is told at the end."""
    corpus, folder = tmp_path / "mine", tmp_path / "index"
    corpus.mkdir()
    (corpus / "riga.txt").write_text(ARTICLES["riga.txt"], encoding="utf-8")
    deep = str(write_deep(tmp_path / "deep", write_reader(tmp_path / "reader")))
    where = ["--index", str(folder)]

    def encoder() -> str:
        with open_generation(folder) as generation:
            return generation.manifest.encoder.partition("@")[0]

    told = run("index", str(corpus), *where).stdout
    assert told.endswith(f"it takes a moment once: qa index --encoder deep --index {folder}\n")
    assert encoder() == "qa-static"
    assert "--encoder" not in run("index", *where, "--encoder", deep).stdout
    assert encoder() == "tiny-deep"
    (corpus / "solo.txt").write_text("Warga Solo datang ke pasar.\n", encoding="utf-8")
    report = json.loads(run("index", str(corpus), *where, "--json").stdout)
    assert (report["added"], report["reused"], encoder()) == (1, 1, "tiny-deep")
    assert json.loads(run("index", *where, "--json").stdout)["published"] is False
    assert qa.build(corpus, folder).published is False
    assert run("ask", "Siapa bertemu di Riga?", *where).returncode == 0
    assert run("check", *where).returncode == 0
    assert "--encoder deep" in run("index", *where, "--encoder", "bundled").stdout
    assert encoder() == "qa-static"


def test_a_question_needs_no_quotes(index: Path) -> None:
    """The words of the command line are joined."""
    done = run("ask", "Siapa", "juru", "bicara", "Kremlin?", "--index", str(index))
    assert done.stdout.startswith("Dmitry Peskov [1]")


def test_why_follows_the_answer(index: Path) -> None:
    """In words, or in JSON with the answer's."""
    done = run("ask", "Siapa juru bicara Kremlin?", "--index", str(index), "--why")
    assert done.returncode == 0
    assert "yes: confidence of a possible answer" in done.stdout
    done = run("ask", "Siapa juru bicara Kremlin?", "--index", str(index), "--why", "--json")
    told = json.loads(done.stdout)["why"]
    assert told["passages"][0]["citation"] == 1
    assert told["gates"][0]["passed"] is True


def test_days_in_a_question_are_seen_from_now(index: Path) -> None:
    """And the filter can be turned off."""
    question = "Siapa juru bicara Kremlin pekan lalu?"
    arguments = ["ask", question, "--index", str(index), "--now", "2024-11-30", "--json"]
    shown = json.loads(run(*arguments).stdout)
    assert shown["answer"]["text"] == "Dmitry Peskov"
    assert shown["date_filter"]["words"] == "pekan lalu"
    assert shown["date_filter"]["since"] == "2024-11-18"
    assert shown["date_filter"]["undated"] == 1
    assert json.loads(run(*arguments, "--no-date-filter").stdout)["date_filter"] is None


def test_a_source_that_no_article_has_is_told_from_not_found(index: Path) -> None:
    """With those that there are."""
    done = run("ask", "Siapa?", "--index", str(index), "--source", "Suara Tak Ada")
    assert done.returncode == 2
    assert "No article is of the source 'Suara Tak Ada'. There are: " in done.stderr


def test_asking_leaves_no_record_of_use_behind(index: Path, reader: str, tmp_path: Path) -> None:
    """The library that runs the reader would keep one in the person's cache folder."""
    home, asked = str(tmp_path), ("ask", "Siapa juru bicara Kremlin?", "--reader", reader)
    done = process(*asked, "--index", str(index), HOME=home, XDG_CACHE_HOME=home)
    assert done.returncode == 0
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("kind", ["folder", "file", "parent", "child", "empty index"])
def test_another_folder_takes_the_place_of_none_unasked(tmp_path: Path, kind: str) -> None:
    """Not by a word in the report alone: it is refused, and the message says how."""
    first, second = tmp_path / "in" / "first", tmp_path / "in" / "second"
    for folder, words in ((first, "riga.txt"), (second, "hotline.md")):
        folder.mkdir(parents=True)
        (folder / words).write_text(ARTICLES[words], encoding="utf-8")
    where = ("--index", str(tmp_path / "index"))
    held, other = {
        "folder": (first, second),
        "file": (first, second / "hotline.md"),
        "parent": (first, tmp_path / "in"),
        "child": (tmp_path / "in", second),
        "empty index": (None, second),
    }[kind]
    if held is None:
        assert run("index", str(other), *where).returncode == 0
        return
    assert run("index", str(held), *where).returncode == 0
    before = run("inspect", "riga.txt", *where).stdout
    assert run("index", str(tmp_path / "nowhere"), *where).returncode == 4
    refused = run("index", str(other), *where)
    assert refused.returncode == 2
    assert str(held) in refused.stderr
    assert "--replace" in refused.stderr
    assert run("inspect", "riga.txt", *where).stdout == before
    assert run("index", str(held), *where).returncode == 0
    assert run("index", str(other), "--replace", *where).returncode == 0
    assert json.loads(run("index", *where, "--json").stdout)["published"] is False


def test_whether_to_replace_is_asked_beside_the_report(tmp_path: Path) -> None:
    """On standard error, so that a pipe gets the report alone; with --json nobody is asked."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"Berita {name} hari ini.\n")
    where = ("--index", str(tmp_path / "index"))
    assert run("index", str(tmp_path / "one"), *where).returncode == 0
    command = [sys.executable, "-m", "qa", "index", str(tmp_path / "two"), *where]
    keyboard, terminal = os.openpty()

    def typed(words: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
        os.write(keyboard, words)
        return subprocess.run(  # noqa: S603 - our own command
            [*command, *options], stdin=terminal, capture_output=True, check=False, timeout=60
        )

    try:
        unasked = typed(b"", "--json")
        assert (unasked.returncode, unasked.stdout) == (2, b"")
        assert b"--replace" in unasked.stderr
        refused = typed(b"n\n")
        assert (refused.returncode, refused.stdout) == (130, b"")
        assert b"Replace them?" in refused.stderr
        agreed = typed(b"y\n")
        assert agreed.returncode == 0
        assert agreed.stdout.startswith(b"1 articles")
    finally:
        os.close(keyboard)
        os.close(terminal)


def test_an_index_of_an_older_format_is_rebuilt_as_it_was(tmp_path: Path) -> None:
    """By a bare `qa index`: its folder, its encoder and its columns are told all the same."""
    encoder = str(write_encoder(tmp_path / "encoder"))
    (tmp_path / "a.jsonl").write_text('{"isi": "Menteri tiba di Riga."}', encoding="utf-8")
    where = ("--index", str(tmp_path / ".index"))
    made = ("--encoder", encoder, "--column", "text=isi")
    assert run("index", str(tmp_path / "a.jsonl"), *where, *made).returncode == 0
    reseal(tmp_path / ".index", format=5, words=None)
    assert run("inspect", "a.jsonl#1", *where).returncode == 3
    again = run("index", *where, "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["articles"] == 1
    with open_generation(tmp_path / ".index") as generation:
        (folder,) = generation.manifest.folders
        assert folder.path == str(tmp_path / "a.jsonl")
        assert generation.manifest.settings.encoder == encoder
        assert generation.manifest.settings.columns == {"text": "isi"}


def test_the_shipped_articles_give_way_unasked(tmp_path: Path, sample_index: Path) -> None:
    """They are a sample, and here again whenever they are wanted."""
    shutil.copytree(sample_index, tmp_path / "index")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "riga.txt").write_text(ARTICLES["riga.txt"], encoding="utf-8")
    where = ("--index", str(tmp_path / "index"))
    assert run("index", str(mine), *where).returncode == 0
    assert run("index", str(shipped_corpus()), *where).returncode == 2


def test_columns_are_remembered_for_their_folder(tmp_path: Path) -> None:
    """Naming it again changes none of them."""
    rows = [{"isi": f"Menteri ke-{n} tiba di Riga.", "tanggal": f"3/{n}/2021"} for n in (1, 2)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    where = ("--index", str(tmp_path / ".index"))
    named = ("index", str(tmp_path), *where)
    assert run(*named, "--column", "text=isi", "--date-order", "mdy").returncode == 0
    again = json.loads(run(*named, "--json").stdout)
    assert (again["articles"], again["unchanged"], again["published"]) == (2, 2, False)
    assert "published: 2021-03-02" in run("inspect", "a.jsonl#2", *where).stdout
