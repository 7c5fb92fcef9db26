"""The index under a chat: followed, built, changed for another; nobody's is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qa
from qa.chat.archive import Archive, Made, rebuilt, turned
from qa.engine import Engine
from qa.errors import CorpusError, IndexDamaged, IndexMissing, UsageError
from qa.settings import Filters
from qa.store.current import CURRENT
from qa.types import SourceSize
from tests.test_folders import BAKER, CAPTAIN, CLOCK, articles_by_folder, put


def untold(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def archive_of(index: Path) -> Archive:
    """An archive whose engines only retrieve."""
    return Archive(index, lambda at, _tell: Engine.open(at, reader=None))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own."""
    folder = tmp_path / "data"
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_: str(folder))
    return folder


@pytest.fixture
def sea(tmp_path: Path) -> Path:
    """A folder of one article."""
    return put(tmp_path / "laut", berita=CAPTAIN)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Another one."""
    return put(tmp_path / "kota", berita=BAKER)


def test_a_rebuilt_index_is_opened_anew_once(tmp_path: Path, sea: Path) -> None:
    """Whoever built it; the articles are those of the new one."""
    index = tmp_path / "index"
    qa.build(sea, index)
    archive = archive_of(index)
    before = archive.open(untold)
    gone = next(before.articles()).id
    assert archive.renew() is None
    put(sea, berita=CLOCK, lain=BAKER)
    qa.build(sea, index)
    engine = archive.renew()
    assert engine is not None
    assert engine is archive.engine
    assert rebuilt(engine) == "The index was rebuilt: 2 articles."
    assert archive.article(gone) is None
    assert archive.renew() is None
    archive.close()


def test_one_that_cannot_be_opened_leaves_the_old_one(tmp_path: Path, sea: Path) -> None:
    """It goes on to answer."""
    index = tmp_path / "index"
    qa.build(sea, index)
    archive = archive_of(index)
    before = archive.open(untold)
    put(sea, lain=BAKER)
    qa.build(sea, index)
    name = (index / CURRENT).read_text().split()[0]
    (index / name / "manifest.json").write_text("{}")
    with pytest.raises(IndexDamaged):
        archive.renew()
    assert archive.engine is before
    assert len(list(before.articles())) == 1
    archive.close()


def test_nothing_is_known_before_it_is_open(tmp_path: Path) -> None:
    """Which is no error."""
    archive = archive_of(tmp_path / "index")
    assert (archive.engine, archive.article("x"), archive.sizes(Filters())) == (None, None, ())
    archive.close()


def test_sizes_count_the_articles_of_each_source(tmp_path: Path) -> None:
    """Those that the filters let through, the largest first, and their days."""
    rows = "source,published,text\nWarta,2021-05-01,{}\nSurat,2022-05-01,{}\nSurat,,{}\n"
    (tmp_path / "news.csv").write_text(rows.format(CAPTAIN, BAKER, CLOCK), encoding="utf-8")
    qa.build(tmp_path / "news.csv", tmp_path / "index")
    archive = archive_of(tmp_path / "index")
    archive.open(untold)
    (letter, paper) = archive.sizes(Filters())
    assert (letter.source, letter.articles, str(letter.first)) == ("Surat", 2, "2022-05-01")
    assert paper == SourceSize("Warta", 1, paper.first, paper.first)
    assert archive.sizes(Filters(source="surat", until=paper.first)) == []
    archive.close()


def test_an_index_is_opened_as_it_is(tmp_path: Path, sea: Path, city: Path) -> None:
    """In place of the one before, and nothing is built."""
    qa.build(sea, tmp_path / "index")
    qa.build(city, tmp_path / "other")
    archive = archive_of(tmp_path / "index")
    before = archive.open(untold)
    made = archive.made(tmp_path / "other", untold)
    assert made == Made(tmp_path / "other", tmp_path / "other")
    engine = archive.take(made)
    assert archive.index == made.index
    assert [article.text for article in engine.articles()] == [BAKER]
    words = turned(made, engine, before)
    assert words == f"Questions go to {made.path} now: 1 article."
    archive.close()


def test_a_folder_takes_the_place_of_the_sample(
    tmp_path: Path, sample_index: Path, sea: Path
) -> None:
    """As with `qa index FOLDER`, so that the next command finds it."""
    index = Path(shutil.copytree(sample_index, tmp_path / "index"))
    archive = archive_of(index)
    before = archive.open(untold)
    made = archive.made(sea, untold)
    assert made.index == index
    assert articles_by_folder(index) == {str(sea): 1}
    words = turned(made, archive.take(made), before)
    assert words == f"Questions go to {sea} now: 1 article. Its index is {index}"
    archive.close()


def test_a_folder_never_takes_the_place_of_another(
    tmp_path: Path, data: Path, sea: Path, city: Path
) -> None:
    """It gets an index of its own, which is kept up to date from then on."""
    index = tmp_path / "index"
    qa.build(sea, index)
    as_it_was = (index / CURRENT).read_bytes()
    archive = archive_of(index)
    archive.open(untold)
    made = archive.made(city, untold).index
    assert made.parent == data / "indexes"
    assert articles_by_folder(made) == {str(city): 1}
    put(city, lain=CLOCK)
    assert archive.made(city, untold).index == made
    assert articles_by_folder(made) == {str(city): 2}
    assert (index / CURRENT).read_bytes() == as_it_was
    assert archive.made(sea, untold).index == index
    archive.close()


def test_an_index_that_cannot_be_read_is_left_alone(tmp_path: Path, data: Path, sea: Path) -> None:
    """Whatever it holds is somebody's."""
    index = tmp_path / "index"
    index.mkdir()
    (index / CURRENT).write_text("odd")
    made = archive_of(index).made(sea, untold).index
    assert made.parent == data / "indexes"
    assert (index / CURRENT).read_text() == "odd"


def test_an_index_is_built_anew_from_what_it_holds(tmp_path: Path, sea: Path, city: Path) -> None:
    """As with a bare `qa index`; what has not changed is said, once."""
    index = tmp_path / "index"
    qa.build(sea, index)
    qa.build(city, index, add=True)
    archive = archive_of(index)
    before = archive.open(untold)
    made = archive.made(None, untold)
    assert turned(made, archive.take(made), before) == "Nothing has changed: 2 articles."
    put(city, lain=CLOCK, rusak="")
    made = archive.made(None, untold)
    engine = archive.take(made)
    assert turned(made, engine, before) == (
        "The index was rebuilt: 3 articles. 1 file or record could not be read: qa check --skipped"
    )
    assert "rebuilt" not in turned(made, engine, engine)
    archive.close()


def test_what_cannot_be_built_says_what_to_do(tmp_path: Path) -> None:
    """No index, no readable index, no such folder."""
    with pytest.raises(IndexMissing, match="/open FOLDER"):
        archive_of(tmp_path / "index").made(None, untold)
    with pytest.raises(CorpusError, match="There is no"):
        archive_of(tmp_path / "index").made(tmp_path / "gone", untold)
    (tmp_path / CURRENT).write_text("odd")
    with pytest.raises(UsageError, match="cannot be read"):
        archive_of(tmp_path).made(None, untold)
