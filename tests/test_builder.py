"""Building: what is reused, what is masked, what is refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from logging import getLogger
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

import qa
from qa.builder import BuildReport, build
from qa.errors import CorpusError, StoreError
from qa.settings import BuildSettings
from qa.store import open_generation, verify
from qa.types import Article, Mask, Part, Skipped
from tests.builders import article

HOTLINE = article("Saluran itu didirikan pada tahun 1963.\nKini belum dipakai.", path="hotline.txt")
RIGA = article("Menteri NATO bertemu di Riga.\nBaca juga: Harga cabai naik", path="riga.txt")


def built(
    index: Path, *items: Article | Skipped, full: bool = False, root: str = "/c"
) -> BuildReport:
    """Build an index of some articles."""
    return build(items, index, BuildSettings(), root=root, full=full)


def vectors(index: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Every vector of an index, in the order of its rows."""
    with open_generation(index) as generation:
        stored = generation.vectors()
        return stored.vectors(np.arange(len(stored)))


def test_a_rebuild_reuses_vectors_and_equals_a_full_one(tmp_path: Path) -> None:
    """What is reused is what would have been encoded."""
    built(tmp_path / "a", HOTLINE)
    report = built(tmp_path / "a", RIGA, HOTLINE)
    assert report.reused >= 1
    assert built(tmp_path / "b", RIGA, HOTLINE).reused == 0
    assert np.array_equal(vectors(tmp_path / "a"), vectors(tmp_path / "b"))


def test_nothing_of_a_damaged_index_is_reused(tmp_path: Path) -> None:
    """A flipped bit in a file too large to be hashed at every opening."""
    many = [article(f"Rapat ke-{n} di kota {n}.", path=f"{n}.txt") for n in range(1_100)]
    built(tmp_path, *many)
    (path,) = tmp_path.glob("*/vectors.faiss")
    content = bytearray(path.read_bytes())
    content[-2] ^= 0x7F
    path.write_bytes(content)
    report = built(tmp_path, *many)
    assert (report.reused, report.published) == (0, True)
    assert verify(tmp_path) == []


def test_a_fault_of_suggestions_costs_no_index(tmp_path: Path) -> None:
    """They are an extra; that there are none is told, with the reason."""

    def breaks(_generation: object) -> tuple[str, ...]:
        raise ValueError("shape (0, 3)")

    report = build([HOTLINE], tmp_path, BuildSettings(), root="/c", suggest=breaks)
    assert report.published
    assert [note.text for note in report.notes if "ValueError: shape (0, 3)" in note.text]
    assert verify(tmp_path) == []
    with open_generation(tmp_path) as generation:
        assert generation.manifest.questions == ()


def test_what_another_loader_makes_of_the_same_file_is_taken(tmp_path: Path) -> None:
    """Its text, what it masks, where its pages begin; every file is read again at each build."""
    text = "Warta Desa\n\nBupati meresmikan pasar baru."
    before = article(text, path="a.pdf")
    masked = article(text, path="a.pdf", masks=(Mask(0, 10, "running head"),))
    built(tmp_path, before)
    for item in (masked, replace(masked, parts=(Part(0, page=1),)), article(f"{text} Ramai.")):
        assert built(tmp_path, item).published
        assert not built(tmp_path, item).published


def test_nothing_is_published_where_nothing_changed(tmp_path: Path) -> None:
    """The same generation stays in use; --full builds another all the same."""
    built(tmp_path, HOTLINE, RIGA)
    with open_generation(tmp_path) as generation:
        before = generation.manifest.generation
    again = built(tmp_path, HOTLINE, RIGA)
    assert not again.published
    assert (again.articles, again.unchanged, again.passages) == (2, 2, again.reused)
    with open_generation(tmp_path) as generation:
        assert generation.manifest.generation == before
    assert built(tmp_path, HOTLINE, RIGA, full=True).published


def test_another_corpus_folder_is_another_index(tmp_path: Path) -> None:
    """Paths are shown relative to it."""
    built(tmp_path, HOTLINE, root="/one")
    assert built(tmp_path, HOTLINE, root="/two").published


def test_no_passage_touches_masked_text(tmp_path: Path) -> None:
    """The headline of another article is neither indexed nor lost."""
    built(tmp_path, RIGA)
    with open_generation(tmp_path) as generation:
        (stored,) = generation.articles()
        texts = [passage.text for passage in generation.passages(range(len(generation.vectors())))]
    assert stored.text == RIGA.text
    assert texts == ["Menteri NATO bertemu di Riga."]


def test_one_text_at_two_places_is_indexed_once(tmp_path: Path) -> None:
    """Both places are kept."""
    copy = article(HOTLINE.text, path="copy.txt")
    report = built(tmp_path, HOTLINE, copy)
    assert (report.articles, report.duplicates, report.added) == (1, 1, 2)
    with open_generation(tmp_path) as generation:
        (stored,) = generation.articles()
    assert (stored.path, [each.place for each in stored.also_at]) == ("hotline.txt", ["copy.txt"])


def test_articles_with_nothing_to_read_make_an_index_without_passages(tmp_path: Path) -> None:
    """All of it is masked or holds no word."""
    report = built(tmp_path, article("* * *\n\n---", title=""))
    assert (report.articles, report.passages) == (1, 0)


def test_what_was_skipped_is_kept_with_its_reason(tmp_path: Path) -> None:
    """It can be asked for later."""
    skipped = Skipped("bad.txt", "it is empty")
    assert built(tmp_path, HOTLINE, skipped).skipped == (skipped,)
    with open_generation(tmp_path) as generation:
        assert generation.skipped() == [skipped]


@pytest.mark.parametrize(
    ("items", "says"),
    [((), "No articles in /c"), ((Skipped("bad.txt", "it is empty"),), "bad.txt: it is empty")],
)
def test_a_corpus_without_articles_is_an_error_that_keeps_the_old_index(
    tmp_path: Path, items: tuple[Skipped, ...], says: str
) -> None:
    """A wrong folder must not wipe out what is there."""
    built(tmp_path, HOTLINE)
    with pytest.raises(CorpusError, match=says):
        built(tmp_path, *items)
    with open_generation(tmp_path) as generation:
        assert generation.manifest.articles == 1


def test_a_warning_is_told_for_files_with_something_new(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of others it is counted; `full` tells all."""
    folder, index = tmp_path / "in", tmp_path / "index"
    folder.mkdir()
    western = "Ren\xe9 tiba di Manado.".encode("cp1252")
    (folder / "a.txt").write_bytes(western)
    (folder / "b.txt").write_text("Bupati Minahasa menutup pasar.")
    told = []
    for added in (None, None, "c.txt", None):
        if added:
            (folder / added).write_bytes(western + b" Ia pulang.")
        caplog.clear()
        report = qa.build(folder, index)
        told.append((len(caplog.records), report.notes_before))
    assert told == [(1, 0), (0, 1), (1, 1), (0, 2)]
    caplog.clear()
    assert qa.build(folder, index, full=True).notes_before == 0
    assert len(caplog.records) == 2


def test_warnings_of_another_thread_pass(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A build holds back its own alone."""

    def reads_beside() -> Iterator[Article]:
        reader = Thread(target=getLogger("qa.articles.folder").warning, args=("beside",))
        reader.start()
        reader.join()
        assert [each.getMessage() for each in caplog.records] == ["beside"]
        yield HOTLINE

    build(reads_beside(), tmp_path, BuildSettings(), root="/c")
    assert len(caplog.records) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_disk_that_is_full_is_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left to write when the file is closed is not missed."""
    full = partial(Path("/dev/full").open, "r+b", 1 << 20)
    # `qa.store.draft` is a function of that module.
    monkeypatch.setattr(sys.modules["qa.store.draft"], "TemporaryFile", lambda **_: full())
    with pytest.raises(StoreError, match="No space left"):
        built(tmp_path, HOTLINE)
