"""The calls that a Python program makes: build, open, ask, search, articles, timeline."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import qa
from qa.errors import CorpusError, IndexMissing, UsageError
from qa.store import open_generation
from tests.faults.damage import folder_in, reseal
from tests.faults.small import write_encoder

ARTICLES = {
    "a.md": "---\nsource: Kabar\npublished: 2024-11-21\n---\n"
    "Juru bicara Kremlin Dmitry Peskov mengatakannya pada 19 November 2024.\n",
    "b.txt": "Menteri luar negeri NATO bertemu di kota Riga pada Selasa.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles, built by paths that are text."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    report = qa.build(str(folder / "articles"), str(folder / "index"))
    assert (report.articles, report.published) == (2, True)
    assert not qa.build(folder / "articles", folder / "index").published
    return folder / "index"


def test_to_import_qa_imports_nothing_else() -> None:
    """So that it costs nearly no time: neither its own modules nor those of others."""
    code = (
        "import sys; before = set(sys.modules); import qa; new = {*sys.modules} - before;"
        "own = {name for name in new if name.split('.')[0] not in sys.stdlib_module_names};"
        "sys.exit(str(own - {'qa'} or ''))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr.strip() == ""


def test_an_archive_is_asked_until_it_is_closed(index: Path, reader: str) -> None:
    """By a path that is text, as by one that is not; what is best prints as words and place."""
    for where in (index, str(index)):
        with qa.open(where, reader=reader) as archive:
            answer = archive.ask("Siapa juru bicara Kremlin?")
    assert str(answer.best).startswith("Dmitry Peskov — ")
    assert str(answer.best).endswith(" · Kabar · 2024-11-21 · a.md:5")


def test_what_needs_no_reader_is_done_without_one(index: Path) -> None:
    """Searching, timelines, listing; only asking does need it."""
    with qa.open(index, reader=None) as archive:
        found = archive.search("juru bicara Kremlin")
        assert [hit.passage.article.path for hit in found.hits] == ["a.md"]
        assert archive.search("Kremlin NATO").hits == ()
        assert len(archive.search("Kremlin NATO", limit=1).nearest) == 1
        assert archive.search("Riga", qa.Filters(source="Kabar")).hits == ()
        assert archive.quote("Dmitry Peskov mengatakannya pada").verdict == "verbatim"
        (event,) = archive.timeline("juru bicara Kremlin").events
        assert event.day == date(2024, 11, 19)
        assert archive.timeline("Kremlin", since=date(2024, 11, 20)).events == ()
        with pytest.raises(UsageError, match="swap"):
            archive.timeline("Kremlin", since=date(2024, 2, 1), until=date(2024, 1, 1))
        assert sorted(article.path for article in archive.articles()) == ["a.md", "b.txt"]
        with pytest.raises(UsageError, match="with a reader"):
            archive.ask("Siapa?")


@pytest.mark.parametrize("damage", ["none", "another format", "a file is gone"])
def test_articles_of_another_folder_are_kept_unless_told(tmp_path: Path, damage: str) -> None:
    """Also those of an index that can no longer be asked; its encoder stays."""
    encoder = str(write_encoder(tmp_path / "encoder"))
    where = tmp_path / "index"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"Berita {name} hari ini.\n")
    qa.build(tmp_path / "one", where, qa.BuildSettings(encoder=encoder))
    if damage == "another format":
        reseal(where, format=5)
    elif damage == "a file is gone":
        (folder_in(where) / "articles.sqlite").unlink()
    with pytest.raises(CorpusError):
        qa.build(tmp_path / "nowhere", where)
    with pytest.raises(UsageError, match=r"one\. Keep them .* \(replace=True\)"):
        qa.build(tmp_path / "two", where)
    assert qa.build(tmp_path / "two", where, replace=True).published
    with open_generation(where) as generation:
        assert generation.manifest.settings.encoder == encoder


def test_what_is_not_there_is_an_error_of_qa(tmp_path: Path) -> None:
    """Folders and names alike."""
    with pytest.raises(CorpusError):
        qa.build(tmp_path / "nowhere", tmp_path / "index")
    with pytest.raises(IndexMissing):
        qa.open(tmp_path)
    with pytest.raises(AttributeError, match="no attribute 'ask'"):
        qa.ask  # noqa: B018
