"""The ruler, against numbers worked by hand, and a whole run over four small articles."""

from __future__ import annotations

import doctest
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.folder import load
from qa.builder import build
from qa.engine import Engine
from qa.errors import UsageError
from qa.evaluate import Report, evaluate, metrics, table
from qa.evaluate.metrics import exact_match, f1, recall, reciprocal_rank, tokens
from qa.evaluate.questions import Row, read_questions
from qa.evaluate.ranking import digest, has_text, is_named, rank_of
from qa.evaluate.report import Outcome
from qa.evaluate.run import context_articles
from qa.settings import BuildSettings, Filters
from qa.show import as_json
from qa.types import Article, Copy

KEYS = {
    "file": None,
    "mode": None,
    "questions": None,
    "exact_match": None,
    "f1": None,
    "answerable": {"n", "exact_match", "f1"},
    "unanswerable": {"n", "accuracy"},
    "retrieval": {"mrr@10", "mrr@10 read", "recall@1", "recall@5", "recall@20"},
    "coverage": None,
    "precision": None,
    "cited": None,
    "answered": {"share", "precision"},
    "latency_ms": {"p50", "p95"},
}

ARTICLES = {
    "panen.txt": "Panen padi di Desa Sukamaju naik tahun ini. Kepala desa Rahmat Hidayat senang.",
    "jembatan.txt": "Jembatan baru dibuka di Kota Melati. Panjangnya mencapai 250 meter.",
    "festival.txt": "Festival musik bambu digelar di Lapangan Merdeka. Penonton datang dari jauh.",
    "kereta.txt": "Kereta malam kini berhenti di Stasiun Cempaka. Tiketnya tetap murah.",
}


def article(path: str, text: str = "Isi.", record: str | None = None, *also: str) -> Article:
    """An article of which only its places and its text matter."""
    sha256 = digest(path + text)
    return Article(
        sha256[:16],
        path,
        "",
        text,
        sha256,
        record=record,
        also_at=tuple(
            Copy(path, id_ or None) for path, _, id_ in (each.partition("#") for each in also)
        ),
    )


def write_rows(path: Path, rows: list[object]) -> Path:
    """A question file of these rows."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Cat, a  dog!", ["cat", "dog"]),
        ("100.000 tentara", ["100000", "tentara"]),
        ("anti-tank", ["antitank"]),
        ("“Dmitry Peskov”…", ["dmitry", "peskov"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("１９６３", ["1963"]),
        ("«Москва»,", ["москва"]),
        ("東京都、日本", ["東", "京", "都", "日", "本"]),
        ("NATO的", ["nato", "的"]),
        ("cafe\u0301", ["café"]),
        ("?!…", []),
    ],
)
def test_tokens_fold_case_width_and_punctuation_of_every_script(
    text: str, expected: list[str]
) -> None:
    """What two answers are compared by."""
    assert tokens(text) == expected


def test_docstring_example_is_true() -> None:
    """The example in the documentation of `tokens` runs."""
    assert doctest.testmod(metrics).failed == 0


@pytest.mark.parametrize(
    ("answer", "golds", "exact", "overlap"),
    [
        # Two of the three words said are gold, both gold words are said: p = 2/3, r = 1.
        ("Presiden Joe Biden", ["Joe Biden"], 0.0, 0.8),
        # The best gold counts.
        ("Presiden Joe Biden", ["Biden", "presiden Joe Biden"], 1.0, 1.0),
        # A word said twice counts once against one gold word: p = 1/2, r = 1.
        ("ranjau ranjau", ["ranjau"], 0.0, 2 / 3),
        ("Riga", ["Kyiv"], 0.0, 0.0),
        ("the Riga", ["riga."], 1.0, 1.0),
        # No answer where there is one, and the other way round.
        ("", ["Riga"], 0.0, 0.0),
        ("Riga", [], 0.0, 0.0),
        ("", [], 1.0, 1.0),
        # Of 東京 and 東京都: two characters in common, p = 1, r = 2/3.
        ("東京", ["東京都"], 0.0, 0.8),
        # A gold answer of nothing but punctuation is none, so that "" is right, as in SQuAD v2.
        ("", ["-"], 1.0, 1.0),
    ],
)
def test_exact_match_and_f1_by_hand(
    answer: str, golds: list[str], exact: float, overlap: float
) -> None:
    """SQuAD v2's two measures, worked out beside each case."""
    assert exact_match(answer, golds) == exact
    assert f1(answer, golds) == pytest.approx(overlap)


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=4))
def test_f1_lies_between_exact_match_and_one_and_ignores_order(
    answer: str, golds: list[str]
) -> None:
    """Invariants of the measures for any text."""
    assert exact_match(answer, golds) <= f1(answer, golds) <= 1.0
    assert f1(answer, golds) == f1(answer, golds[::-1])


def test_ranks_count_by_hand() -> None:
    """Reciprocal rank stops at ten; recall asks whether the rank is within k."""
    assert [reciprocal_rank(rank) for rank in (1, 4, 10, 11, None)] == [1, 0.25, 0.1, 0, 0]
    assert [recall(rank, 5) for rank in (1, 5, 6, None)] == [1, 1, 0, 0]


def test_rank_counts_articles_and_not_passages() -> None:
    """Three hits of one article take one place."""
    first, second, third = article("a.md"), article("b.md"), article("c.md")
    found = [first, first, second, first, third]
    assert rank_of(is_named("c.md"), found) == 3
    assert rank_of(is_named("d.md"), found) is None
    assert rank_of(is_named("21"), [article(str(n)) for n in range(1, 30)]) is None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("kota/berita.md", True),
        ("berita.md", True),
        ("kota", False),
        ("arsip.jsonl#7", True),
        ("7", True),
        ("salinan.md", True),
    ],
)
def test_file_is_known_by_path_name_and_further_places(name: str, known: bool) -> None:
    """Every place of the same text is a name of it."""
    one = article("kota/berita.md", "Isi.", None, "lama/salinan.md", "arsip.jsonl#7")
    assert is_named(name)(one) is known


def test_record_is_known_by_its_id_and_not_by_the_file_it_shares() -> None:
    """All records of a file would else be right at once."""
    one = article("arsip.jsonl", "Isi.", "k-3")
    assert is_named("k-3")(one)
    assert is_named("arsip.jsonl#k-3")(one)
    assert not is_named("arsip.jsonl")(one)


def test_an_article_goes_by_the_names_that_ask_gives_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `ask --json` prints, from here or absolute, serves in a question file as it is."""
    folder = tmp_path / "berita"
    folder.mkdir()
    (folder / "a.txt").write_text("Bupati Rara Ayu membuka pasar ikan.", encoding="utf-8")
    row = {"id": "k7", "text": "Camat Dodi Sanjaya menutup jalan desa."}
    (folder / "b.jsonl").write_text(json.dumps(row), encoding="utf-8")
    build(load(folder, BuildSettings()), tmp_path / "ix", BuildSettings(), root=str(folder))
    for here in (tmp_path, Path("/")):
        monkeypatch.chdir(here)
        for question in ("Siapa yang membuka pasar ikan?", "Siapa yang menutup jalan desa?"):
            with Engine.open(tmp_path / "ix") as engine:
                answer = engine.ask(question)
                place = as_json(answer, Filters(), engine.info)["citations"][0]
            path = place["path"] + (f"#{place['record']}" if place["record"] else "")
            for name in (path, place["article_id"]):
                asked = {"question": question, "answers": ["?"], "article": name}
                (tmp_path / "q.jsonl").write_text(json.dumps(asked), encoding="utf-8")
                (report,) = evaluate([tmp_path / "q.jsonl"], index=tmp_path / "ix")
                assert (report.recall_1, report.cited) == (1.0, 1.0)


def test_contexts_become_one_article_each() -> None:
    """The same context under two questions is one article, found again by its text."""
    rows = [Row("1", "?", (), context=text) for text in ("Satu.", "Dua.", "Satu.")]
    made = list(context_articles(rows))
    assert [(one.path, one.text) for one in made] == [
        ("context-000000", "Satu."),
        ("context-000001", "Dua."),
    ]
    assert [has_text("Dua.")(one) for one in made] == [False, True]


def test_questions_are_read_with_both_forms_of_answer(tmp_path: Path) -> None:
    """Plain texts, texts with a start, none; `doc` for `article`; a byte-order mark; gzip."""
    rows = [
        {"question": "Siapa?", "answers": ["A", {"text": "B", "start": 3}], "doc": "x.txt"},
        {"id": 9, "lang": "id", "question": "Apa?", "answers": [], "context": "C", "source": 1},
    ]
    text = "\ufeff" + "\n\n".join(json.dumps(row) for row in rows)
    packed = tmp_path / "questions.jsonl.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_questions(packed) == [
        Row("1", "Siapa?", ("A", "B"), article="x.txt"),
        Row("9", "Apa?", (), lang="id", context="C"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[1]",
        "[" * 100_000,
        '{"answers": []}',
        '{"question": " ", "answers": []}',
        '{"question": "?"}',
        '{"question": "?", "answers": "A"}',
        '{"question": "?", "answers": [""]}',
        '{"question": "?", "answers": [{"start": 1}]}',
        '{"question": "?", "answers": [], "context": 5}',
    ],
)
def test_bad_row_is_named_with_file_and_line(tmp_path: Path, line: str) -> None:
    """The person can go to the line and mend it."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "?", "answers": []}\n' + line, encoding="utf-8")
    with pytest.raises(UsageError, match=r"rows\.jsonl, line 2: "):
        read_questions(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jsonl", b"\n"),
        ("latin.jsonl", b'{"question": "caf\xe9", "answers": []}'),
        ("cut.jsonl.gz", gzip.compress(b"{}" * 100, mtime=0)[:-12]),
        ("plain.jsonl.gz", b"{}"),
    ],
)
def test_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    """Empty, not UTF-8, a broken gzip file: each is an error of usage."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=name):
        read_questions(tmp_path / name)
    with pytest.raises(UsageError, match="absent"):
        read_questions(tmp_path / "absent")


def test_report_adds_up_by_hand() -> None:
    """Four questions: one right, one half right, one declined, one answered that has no answer."""
    outcomes = [
        Outcome(
            Row("1", "?", ("Riga",)),
            0.010,
            "Riga",
            ranked=True,
            rank=1,
            read_rank=2,
            cited=True,
            sure=True,
        ),
        Outcome(
            Row("2", "?", ("Joe Biden",)),
            0.020,
            "Presiden Joe Biden",
            ranked=True,
            rank=4,
            read_rank=1,
            cited=False,
        ),
        Outcome(Row("3", "?", ("1963",)), 0.030, "", ranked=True, rank=None),
        Outcome(Row("4", "?", ()), 0.040, "Kyiv", sure=True),
    ]
    assert Report.of("q.jsonl", "open", outcomes).as_json() == {
        "file": "q.jsonl",
        "mode": "open",
        "questions": 4,
        "exact_match": 0.25,
        "f1": 0.45,
        "answerable": {"n": 3, "exact_match": 0.3333, "f1": 0.6},
        "unanswerable": {"n": 1, "accuracy": 0.0},
        "retrieval": {
            "mrr@10": 0.4167,
            "mrr@10 read": 0.5,
            "recall@1": 0.3333,
            "recall@5": 0.6667,
            "recall@20": 0.6667,
        },
        "coverage": 0.75,
        "precision": 0.6667,
        "cited": 0.5,
        "answered": {"share": 0.3333, "precision": 0.5},
        "latency_ms": {"p50": 25.0, "p95": 38.5},
    }


def test_report_of_retrieval_leaves_null_what_was_not_read() -> None:
    """The keys stay; what does not apply is null."""
    rows = [Row("1", "?", ("A",)), Row("2", "?", ())]
    report = Report.of("q", "retrieval", [Outcome(row, 0.001) for row in rows]).as_json()
    assert report["f1"] is report["coverage"] is report["precision"] is None
    assert report["answerable"] == {"n": 1, "exact_match": None, "f1": None}
    assert report["unanswerable"] == {"n": 1, "accuracy": None}
    assert set(report["retrieval"].values()) == {None}


def test_table_has_a_line_for_each_file_and_a_dash_for_null() -> None:
    """People see the same numbers, aligned."""
    report = Report.of("q.jsonl", "retrieval", [Outcome(Row("1", "?", ("A",)), 0.5)])
    head, line = table([report]).splitlines()
    assert len(head) == len(line)
    assert line.split() == ["q.jsonl", "1", *"-" * 14, "500.0", "500.0"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Four articles."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Three questions over them, the last without an answer."""
    return write_rows(
        tmp_path / "rows.jsonl",
        [
            {
                "question": "Berapa panjang jembatan baru di Kota Melati?",
                "answers": ["250 meter"],
                "article": "jembatan.txt",
                "context": ARTICLES["jembatan.txt"],
            },
            {
                "question": "Siapa kepala desa Sukamaju?",
                "answers": ["Rahmat Hidayat"],
                "article": "panen.txt",
                "context": ARTICLES["panen.txt"],
            },
            {
                "question": "Qwzx vbnm?",
                "answers": [],
                "context": ARTICLES["kereta.txt"],
            },
        ],
    )


@pytest.mark.parametrize("mode", ["open", "reading", "retrieval"])
def test_every_mode_gives_every_documented_key(
    mode: str, corpus: Path, rows: Path, reader: str
) -> None:
    """The form that other tools build on."""
    asked = None if mode == "reading" else corpus
    [report] = evaluate([rows], mode, corpus=asked, reader=reader)
    found = report.as_json()
    assert list(found) == list(KEYS)
    for name, inner in KEYS.items():
        assert inner is None or set(found[name]) == inner
    assert found["questions"] == 3
    assert found["answerable"]["n"] == 2
    assert (found["f1"] is None) is (mode == "retrieval")
    assert (found["retrieval"]["recall@5"] is None) is (mode == "reading")


def test_retrieval_finds_the_article_by_name_and_by_context(corpus: Path, rows: Path) -> None:
    """The same questions over the same four texts, once as files and once as contexts."""
    [by_name] = evaluate([rows], "retrieval", corpus=corpus)
    [by_context] = evaluate([rows], "retrieval", corpus=corpus, contexts=True)
    assert by_name.recall_1 == by_context.recall_1 == 1.0
    assert by_name.unanswerable == 1


def test_existing_index_is_asked_and_limit_counts_questions(
    tmp_path: Path, corpus: Path, rows: Path, reader: str
) -> None:
    """Without --corpus and --contexts the index is as `qa index` left it."""
    settings = BuildSettings()
    build(load(corpus, settings), tmp_path / "index", settings, root=str(corpus))
    told: list[tuple[str, int, int]] = []
    [report, again] = evaluate(
        [rows, rows],
        index=tmp_path / "index",
        reader=reader,
        limit=2,
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    assert report.questions == again.questions == 2
    assert report.recall_5 == 1.0
    assert report.unanswerable_accuracy is None
    assert told == [("asking", 1, 2), ("asking", 2, 2)] * 2


def test_options_that_do_not_go_together_are_refused(tmp_path: Path, corpus: Path) -> None:
    """Before anything is built."""
    bare = write_rows(tmp_path / "bare.jsonl", [{"question": "?", "answers": []}])
    with pytest.raises(UsageError, match="leave out"):
        evaluate([bare], "reading", corpus=corpus)
    with pytest.raises(UsageError, match='no "context"'):
        evaluate([bare], contexts=True)
    with pytest.raises(UsageError, match='no "context"'):
        evaluate([bare], "reading")
    with pytest.raises(UsageError, match="--mode"):
        evaluate([bare], "closed")
