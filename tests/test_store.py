from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import IndexDamaged, IndexMismatch, IndexMissing, StoreError
from qa.indexes import build_index
from qa.lexical.build import LexicalBuilder
from qa.lexical.index import LexicalIndex
from qa.settings import BuildSettings, Filters
from qa.store import (
    Draft,
    Manifest,
    Origin,
    draft,
    has_index,
    open_generation,
    origin_of,
    passage_digest,
    verify,
)
from qa.types import Article, Copy, Folder, Mask, Skipped, Span
from tests.faults.damage import reseal

DIM = 4


def article(text: str, path: str = "a.txt", **fields: object) -> Article:
    """An article whose identity is that of its text."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    plain = Article(id=sha256[:16], path=path, title="Judul", text=text, sha256=sha256)
    return replace(plain, **fields)  # type: ignore[arg-type]


GAS = article(
    "Harga gas naik. Iklan di sini. Warga mengantre.",
    "gas.txt",
    source="Harian Pagi",
    url="https://example.org/gas",
    published=date(2022, 1, 30),
    language="id",
    masks=(Mask(16, 30, "advertisement"),),
)
TALKS = article(
    "Talks began on Monday.",
    "talks.jsonl",
    record="7",
    source="ÉCHO",
    published=date(2022, 3, 1),
    language="en",
)
RAIN = article("Hujan turun 🌧 di Bogor.", "hujan.md", language="id")
ARTICLES = [GAS, TALKS, RAIN]
SPANS = {GAS.id: [Span(0, 15), Span(31, 47)], TALKS.id: [Span(0, 22)], RAIN.id: [Span(0, 23)]}


def fill(new: Draft, articles: list[Article] = ARTICLES) -> None:
    """Add articles, their passages, vectors and words: all that publishing asks for."""
    for one in articles:
        new.add_article(one)
    texts: list[str] = []
    languages: list[str] = []
    for one in new.articles():
        spans = SPANS.get(one.id, [Span(0, len(one.text))])
        cut = [one.text[span.start : span.end] for span in spans]
        new.add_passages(one.id, spans, masks=one.masks, digests=[*map(passage_digest, cut)])
        texts += cut
        languages += [one.language] * len(cut)
    new.add_vectors(build_index(np.eye(len(texts), DIM, dtype=np.float32)))
    builder = LexicalBuilder()
    builder.add(texts, languages)
    new.add_lexical(builder.build())


def publish(new: Draft, digest: str = "of the corpus") -> Manifest:
    """Publish under made-up names."""
    return new.publish(
        root="/corpus",
        folders=[Folder("/corpus")],
        digest=digest,
        encoder="tiny@0",
        dim=DIM,
    )


def write(index: Path, articles: list[Article] = ARTICLES) -> Manifest:
    """Build and publish an index."""
    with draft(index) as new:
        fill(new, articles)
        return publish(new)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index, built once."""
    index = tmp_path_factory.mktemp("built")
    write(index)
    return index


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    """A copy of an index, to be damaged."""
    return Path(shutil.copytree(built, tmp_path / "index"))


def folder_in(index: Path) -> Path:
    """The folder of the generation in use."""
    return index / (index / "CURRENT").read_text("ascii").split()[0]


def kept(index: Path) -> list[str]:
    """What lies in an index folder, but for the lock."""
    return sorted(path.name for path in index.iterdir() if path.name != ".lock")


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    """Every field of every article, in order, and every passage in its place."""
    manifest = write(tmp_path)
    with open_generation(tmp_path) as generation:
        assert generation.manifest == manifest
        assert list(generation.articles()) == ARTICLES
        assert generation.article(TALKS.id) == TALKS
        assert [passage.text for passage in generation.passages([3, 0, 1, 0])] == [
            RAIN.text,
            "Harga gas naik.",
            "Warga mengantre.",
            "Harga gas naik.",
        ]
        assert len(generation.vectors()) == len(generation.lexical()) == 4
    assert (manifest.articles, manifest.passages, manifest.dim) == (3, 4, DIM)
    assert manifest.languages == ("en", "id")
    assert manifest.stemmers == ("english", "indonesian")
    assert manifest.vectors == "Flat"
    assert verify(tmp_path) == []


def test_passages_of_an_article_share_it(tmp_path: Path) -> None:
    """Its text is read once however many of its passages are asked for."""
    write(tmp_path)
    with open_generation(tmp_path) as generation:
        first, second = generation.passages([0, 1])
        assert first.article is second.article


def test_a_corpus_folder_may_have_any_name(tmp_path: Path) -> None:
    """Also one of bytes that are not UTF-8, which Python reads as lone surrogates."""
    with draft(tmp_path) as new:
        fill(new)
        new.publish(
            root="/caf\udce9",
            folders=[Folder("/caf\udce9")],
            digest="d",
            encoder="tiny@0",
            dim=DIM,
        )
    with open_generation(tmp_path) as generation:
        assert generation.manifest.root == "/caf\udce9"


def test_the_same_text_is_stored_once_with_all_its_places(tmp_path: Path) -> None:
    """Later places are kept beside the first, with their own further places."""
    copy = replace(TALKS, path="copy.txt", record=None, also_at=(Copy("third.csv", "2"),))
    with draft(tmp_path) as new:
        assert [new.add_article(one) for one in (GAS, TALKS, copy)] == [True, True, False]
        fill(new, [])
        publish(new)
    with open_generation(tmp_path) as generation:
        kept = generation.article(TALKS.id)
        assert [each.place for each in kept.also_at] == ["copy.txt", "third.csv#2"]
        assert generation.places() == {
            "gas.txt": GAS.id,
            "talks.jsonl#7": TALKS.id,
            "copy.txt": TALKS.id,
            "third.csv#2": TALKS.id,
        }


def test_masks_found_later_take_the_place_of_the_first(tmp_path: Path) -> None:
    """The first pass knows the loader's masks, the second all of them."""
    with draft(tmp_path) as new:
        new.add_article(GAS)
        assert next(new.articles()).masks == GAS.masks
        masks = (Mask(0, 5, "header"), *GAS.masks)
        new.add_passages(GAS.id, [Span(31, 47)], masks=masks, digests=[bytes(16)])
        assert next(new.articles()).masks == masks


def test_what_was_skipped_is_listed(tmp_path: Path) -> None:
    """In order, with the reason."""
    skipped = [Skipped("b.bin", "binary"), Skipped("a.txt", "empty")]
    with draft(tmp_path) as new:
        for one in skipped:
            new.add_skipped(one)
        fill(new)
        assert publish(new).skipped == 2
    with open_generation(tmp_path) as generation:
        assert generation.skipped() == skipped


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(since=date(2022, 1, 30)), [0, 1, 2]),
        (Filters(since=date(2022, 1, 31)), [2]),
        (Filters(until=date(2022, 1, 30)), [0, 1]),
        (Filters(since=date(2022, 2, 1), until=date(2022, 2, 28)), []),
        (Filters(source="harian pagi"), [0, 1]),
        (Filters(source="écho"), [2]),
        (Filters(source="Harian"), []),
        (Filters(source="écho", until=date(2022, 1, 30)), []),
    ],
)
def test_filters_allow_the_rows_of_articles_that_pass(
    filters: Filters, rows: list[int], tmp_path: Path
) -> None:
    """Days count in full, names whole and without case, undated articles never."""
    write(tmp_path)
    with open_generation(tmp_path) as generation:
        allowed = generation.allowed(filters)
        assert allowed is not None
        assert allowed.tolist() == rows
        assert generation.allowed(Filters()) is None


def test_undated_articles_are_counted_by_source(tmp_path: Path) -> None:
    """As a filter by date leaves them out."""
    write(tmp_path)
    with open_generation(tmp_path) as generation:
        undated = [each for each in generation.articles() if each.published is None]
        assert generation.undated(Filters()) == len(undated) > 0
        assert generation.undated(Filters(source="Harian")) == 0


def test_rows_are_found_by_what_was_encoded(tmp_path: Path) -> None:
    """So that a rebuild can take over vectors; what was never encoded has row -1."""
    write(tmp_path)
    with open_generation(tmp_path) as generation:
        digests = [passage_digest(text) for text in (RAIN.text, "baru", "Harga gas naik.")]
        assert generation.rows_by_digest().find(digests).tolist() == [3, -1, 0]
        assert generation.rows_by_digest().find([]).tolist() == []


@settings(max_examples=10, deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, unique=True
    )
)
def test_any_text_survives(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """NUL, emoji, marks, whatever Unicode holds: to the last code point."""
    index = tmp_path_factory.mktemp("index")
    articles = [article(text, f"{n}.txt") for n, text in enumerate(texts)]
    write(index, articles)
    with open_generation(index) as generation:
        assert list(generation.articles()) == articles
        rows = range(generation.manifest.passages)
        assert [passage.text for passage in generation.passages(rows)] == texts


def test_a_lone_surrogate_is_refused_by_name(tmp_path: Path) -> None:
    """It is no character, and SQLite cannot keep it."""
    with draft(tmp_path) as new, pytest.raises(StoreError, match=r"odd\.txt.*surrogate"):
        new.add_article(article("a \ud800 b", "odd.txt"))


def test_two_texts_cannot_share_an_id(tmp_path: Path) -> None:
    """Sixteen digits can be made to agree; the whole sha256 decides."""
    with draft(tmp_path) as new:
        new.add_article(GAS)
        with pytest.raises(StoreError, match="talks"):
            new.add_article(replace(TALKS, id=GAS.id))


def test_an_index_that_was_never_built_says_how_to_build_one(tmp_path: Path) -> None:
    """The folder may be there or not."""
    for index in (tmp_path, tmp_path / "none"):
        assert not has_index(index)
        with pytest.raises(IndexMissing, match=r"Build one: qa index FOLDER --index "):
            open_generation(index)


def test_a_draft_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Whether by an error, by Ctrl-C, or by never publishing; the index in use stays."""
    manifest = write(tmp_path)
    before = kept(tmp_path)
    for failure in (RuntimeError, KeyboardInterrupt, SystemExit):
        with pytest.raises(failure), draft(tmp_path) as new:  # noqa: PT012
            fill(new)
            raise failure
    with draft(tmp_path) as new:
        fill(new)
    assert kept(tmp_path) == before == [manifest.generation, "CURRENT"]
    assert verify(tmp_path) == []


def test_what_a_draft_keeps_out_of_memory_is_not_published(tmp_path: Path) -> None:
    """A file to write and read meanwhile, closed at the end; a full disk is told."""
    with draft(tmp_path) as new:
        file = new.scratch()
        file.write(b"much")
        fill(new)
        publish(new)
        assert file.closed
    assert verify(tmp_path) == []
    with pytest.raises(StoreError, match="No space left"), draft(tmp_path) as new, new.writing():
        raise OSError(errno.ENOSPC, "No space left on device")


def test_publishing_asks_for_a_vector_and_words_for_every_passage(tmp_path: Path) -> None:
    """Whatever is missing, nothing is published."""
    with draft(tmp_path) as new, pytest.raises(ValueError, match="needs vectors"):
        publish(new)
    with draft(tmp_path) as new:
        fill(new)
        new.add_vectors(build_index(np.eye(3, DIM, dtype=np.float32)))
        with pytest.raises(ValueError, match="differ in number"):
            publish(new)
    assert kept(tmp_path) == []


def test_a_reader_is_not_disturbed_by_rebuilds(tmp_path: Path) -> None:
    """It goes on answering from its own generation; who opens anew gets the newest."""
    write(tmp_path)
    with open_generation(tmp_path) as generation:
        lexical = generation.lexical()
        for _ in range(3):
            write(tmp_path, [RAIN])
        assert [passage.text for passage in generation.passages([0])] == ["Harga gas naik."]
        assert lexical.scores("harga").argmax() == 0
    with open_generation(tmp_path) as generation:
        assert generation.manifest.articles == 1


def test_the_generation_before_stays_and_older_ones_go(tmp_path: Path) -> None:
    """A reader may be between reading CURRENT and opening what it names."""
    first, second, third = (write(tmp_path).generation for _ in range(3))
    assert first < second < third
    assert kept(tmp_path) == [second, third, "CURRENT"]


def test_what_dead_builds_left_is_swept(tmp_path: Path) -> None:
    """Unfinished drafts, and a generation that was renamed but never put into use."""
    used = write(tmp_path).generation
    (tmp_path / "000002-0123abcd.4711.partial" / "lexical").mkdir(parents=True)
    (tmp_path / "000007-0123abcd").mkdir()
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with draft(tmp_path):
        assert len(kept(tmp_path)) == 4
    assert kept(tmp_path) == [used, "CURRENT", "notes.txt"]


def test_a_first_generation_that_was_never_put_into_use_is_swept(tmp_path: Path) -> None:
    """As if the power had failed between the last two steps of the first build."""
    (tmp_path / write(tmp_path).generation).joinpath("manifest.json").unlink()
    (tmp_path / "CURRENT").unlink()
    with draft(tmp_path):
        assert all(name.endswith(".partial") for name in kept(tmp_path))
    assert kept(tmp_path) == []


def test_a_second_builder_is_told_who_builds(tmp_path: Path) -> None:
    """At once, by process id, and the first is not disturbed."""
    with draft(tmp_path) as new:
        with (
            pytest.raises(StoreError, match=rf"Process {os.getpid()} is building"),
            draft(tmp_path),
        ):
            pass
        fill(new)
        publish(new)
    assert verify(tmp_path) == []


def test_a_builder_that_was_killed_holds_no_lock(tmp_path: Path) -> None:
    """A process that dies in the middle of a build leaves an index that can be built."""
    code = (
        "import os, sys; from pathlib import Path; from qa.store import draft\n"
        "with draft(Path(sys.argv[1])): os._exit(9)"
    )
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)  # noqa: S603
    assert died.returncode == 9
    assert any(name.endswith(".partial") for name in kept(tmp_path))
    manifest = write(tmp_path)
    assert kept(tmp_path) == [manifest.generation, "CURRENT"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file stands where the index should be."""
    (tmp_path / "index").write_text("", "utf-8")
    with pytest.raises(StoreError, match=r"Cannot write .*index"), draft(tmp_path / "index"):
        pass


def test_a_generation_serves_other_threads(tmp_path: Path) -> None:
    """The chat opens it in one thread and asks in another."""
    write(tmp_path)
    texts: list[str] = []
    with open_generation(tmp_path) as generation:
        reader = Thread(target=lambda: texts.extend(p.text for p in generation.passages([2])))
        reader.start()
        reader.join()
    assert texts == [TALKS.text]


FILES = ["articles.sqlite", "vectors.faiss", "lexical/words.json", "manifest.json"]


def cut(path: Path) -> None:
    """Lose the last byte."""
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    """Gain a byte."""
    path.write_bytes(path.read_bytes() + b"\0")


def flip(path: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def link(path: Path) -> None:
    """Move the file out of the index and leave a link to it."""
    moved = path.rename(path.parents[2] / "moved")
    path.symlink_to(moved)


def pipe(path: Path) -> None:
    """Put a pipe in its place, which would make a reader wait for ever."""
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("damage", [cut, grow, flip, link, pipe, Path.unlink])
@pytest.mark.parametrize("name", FILES)
def test_damage_to_a_file_is_found(name: str, damage: Callable[[Path], None], index: Path) -> None:
    """By opening the index and by verifying it; the message says what mends it."""
    damage(folder_in(index) / name)
    with pytest.raises((IndexDamaged, IndexMismatch), match="qa index FOLDER --full"):
        open_generation(index)
    assert verify(index)


def test_damage_below_the_surface_is_found_by_verifying(tmp_path: Path) -> None:
    """A bit in a large file, which opening does not hash."""
    long = article("kata " * 400_000, "long.txt")
    path = tmp_path / write(tmp_path, [long]).generation / "articles.sqlite"
    flip(path)
    open_generation(tmp_path).close()
    assert any("sha256" in problem for problem in verify(tmp_path))


def test_a_file_that_does_not_belong_is_found(index: Path) -> None:
    """Verifying knows every file of a generation."""
    (folder_in(index) / "lexical" / "extra.npy").write_bytes(b"")
    assert any("does not belong" in problem for problem in verify(index))


def test_a_passage_on_masked_text_is_found(tmp_path: Path) -> None:
    """Written by a part that broke its promise, and sound in every byte."""
    with draft(tmp_path) as new:
        fill(new, [replace(RAIN, masks=(Mask(3, 5, "byline"),))])
        publish(new)
    assert verify(tmp_path) == ["1 passages touch masked text, the first of them passage 0"]


def test_files_of_two_builds_cannot_be_mixed(tmp_path: Path) -> None:
    """Each may be sound, together they are not."""
    old, new = (tmp_path / write(tmp_path, articles).generation for articles in (ARTICLES, [RAIN]))
    for name in ("articles.sqlite", "vectors.faiss", "manifest.json"):
        sound = (new / name).read_bytes()
        (new / name).write_bytes((old / name).read_bytes())
        with pytest.raises(IndexDamaged):
            open_generation(tmp_path)
        (new / name).write_bytes(sound)
    assert verify(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["", "000009-0123abcd", "../x", "/etc", "000001-0123abcd/..", "x" * 5_000_000]
)
@pytest.mark.parametrize("end", ["", "\n", f" {'0' * 64}\n"])
def test_a_current_that_names_nothing_is_damage(name: str, end: str, index: Path) -> None:
    """Nor does it lead out of the folder."""
    (index / "CURRENT").write_text(name + end, "utf-8")
    with pytest.raises(IndexDamaged, match="qa index FOLDER --full"):
        open_generation(index)
    assert verify(index)


def test_a_build_mends_a_damaged_current(index: Path) -> None:
    """What CURRENT no longer named stays as the one before, and goes with the build after."""
    (index / "CURRENT").write_bytes(b"\0" * 100)
    mended, latest = write(index).generation, write(index).generation
    assert verify(index) == []
    assert kept(index) == [mended, latest, "CURRENT"]


def rewrite(index: Path, content: bytes) -> None:
    """Give the generation in use another manifest, and CURRENT the sum of it."""
    folder = folder_in(index)
    (folder / "manifest.json").write_bytes(content)
    line = f"{folder.name} {hashlib.sha256(content).hexdigest()}\n"
    (index / "CURRENT").write_text(line, "ascii")


@pytest.mark.parametrize("questions", [[1, 2], [None], 5])
def test_questions_that_are_no_words_are_damage(questions: object, index: Path) -> None:
    """A chat would show them."""
    reseal(index, questions=questions)
    with pytest.raises(IndexDamaged, match="is no manifest"):
        open_generation(index)


def test_an_index_of_another_format_asks_for_a_rebuild(index: Path) -> None:
    """Both formats are named, whatever else that format may hold, and the folder if it is there."""
    rewrite(index, b'{"format": 99}')
    with pytest.raises(IndexMismatch, match=r"format 99.*format 8.*qa index FOLDER --full"):
        open_generation(index)
    rewrite(index, b'{"format": 1, "root": "/my news"}')
    with pytest.raises(IndexMismatch, match=re.escape(f"qa index --full --index {index}")):
        open_generation(index)
    older = b'{"format": 5, "root": "/a", "read_from": "/a/b.csv", "settings": %s}'
    rewrite(index, older % b'{"encoder": "deep", "columns": {"text": "isi teks"}, "gone": 1}')
    made = BuildSettings(encoder="deep", columns={"text": "isi teks"})
    assert origin_of(index) == Origin(root="/a", folders=(Folder("/a/b.csv", made),), articles=0)
    rewrite(index, older % b'{"max_chars": "many"}')
    with pytest.raises(IndexMismatch, match="qa index FOLDER --full"):
        open_generation(index)


def test_what_an_index_was_made_from_is_told_by_any_format(index: Path) -> None:
    """And where other files are damaged; not by a manifest that is."""
    made = origin_of(index)
    assert made is not None
    assert made.articles == len(ARTICLES)
    (folder_in(index) / "articles.sqlite").unlink()
    assert origin_of(index) == made
    told = {"path": "/corpus", "settings": {"encoder": "deep", "gone": 1}, "articles": 3}
    reseal(index, format=8, folders=[told], words=None)
    deep = Folder("/corpus", BuildSettings(encoder="deep"), articles=3)
    assert origin_of(index) == replace(made, folders=(deep,))
    (folder_in(index) / "manifest.json").write_bytes(b"{}")
    assert origin_of(index) is None
    for content in (b"[]", b"{}", b'{"root": "/c", "settings": []}', b'{"root": "/c"'):
        rewrite(index, content)
        assert origin_of(index) is None
    assert origin_of(index / "nowhere") is None


def test_a_lexical_index_of_other_words_is_found(index: Path) -> None:
    """The stemmers are in the manifest; an unknown one is named."""
    folder = folder_in(index)
    with pytest.raises(IndexMismatch, match="elvish"):
        LexicalIndex.open(folder / "lexical", ("elvish",))
