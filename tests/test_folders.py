"""An index of several folders: none of them is lost, each is read as it was told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import qa
from qa.cli import run
from qa.errors import CorpusError, UsageError
from qa.places import is_shipped, shipped_corpus
from qa.settings import BuildSettings
from qa.store import open_generation
from qa.types import Article

CAPTAIN = "Kapten Wira Samudra memimpin kapal riset ke Laut Banda."
BAKER = "Tukang roti Nia Pertiwi membuka toko di Jalan Cempaka."
CLOCK = "Menara jam kota diperbaiki oleh Bram Setiawan."


def put(folder: Path, **texts: str) -> Path:
    """A folder with a text file for each of these."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def articles(index: Path) -> dict[str, Article]:
    """The articles of an index by their places."""
    with open_generation(index) as generation:
        return {article.place: article for article in generation.articles()}


def articles_by_folder(index: Path) -> dict[str, int]:
    """How many articles an index holds of each folder."""
    with qa.open(index, reader=None) as archive:
        return {folder.path: folder.articles for folder in archive.info.folders}


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """An index of two folders with files of one name."""
    index = tmp_path / "index"
    qa.build(put(tmp_path / "laut", berita=CAPTAIN), index)
    qa.build(put(tmp_path / "kota", berita=BAKER), index, add=True)
    return index


def test_a_folder_is_added_to_another(two: Path) -> None:
    """Files of one relative name keep places of their own."""
    found = {place: article.text for place, article in articles(two).items()}
    assert found == {"laut/berita.txt": CAPTAIN, "kota/berita.txt": BAKER}
    root = two.parent
    assert articles_by_folder(two) == {str(root / "laut"): 1, str(root / "kota"): 1}


def test_every_folder_is_kept_up_to_date(two: Path) -> None:
    """By a bare build, and by one that names one of them."""
    put(two.parent / "laut", lain=CLOCK)
    put(two.parent / "kota", berita=f"{BAKER} Ramai sekali.")
    report = qa.build(None, two)
    assert (report.added, report.changed, report.unchanged, report.removed) == (1, 1, 1, 0)
    (two.parent / "laut" / "lain.txt").unlink()
    report = qa.build(two.parent / "kota", two)
    assert (report.unchanged, report.removed) == (2, 1)
    assert qa.build(two.parent / "kota", two, add=True).published is False


def test_a_folder_that_is_absent_costs_no_article(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor does one whose disk is not there; what to do is said, and it works."""
    before = articles(two)
    kota = two.parent / "kota dua"
    (two.parent / "kota").rename(kota)
    with pytest.raises(CorpusError, match=rf"{two.parent}/kota\b.*--drop"):
        qa.build(None, two)
    (two.parent / "kota").mkdir()
    with pytest.raises(CorpusError, match=r"No readable article in .*kota; .*--drop"):
        qa.build(two.parent / "laut", two)
    assert articles(two) == before
    assert run(["index", "--drop", str(two.parent / "kota"), "--index", str(two)]) == 0
    assert list(articles(two)) == ["berita.txt"]
    assert run(["index", "--drop", str(two.parent / "kota"), "--index", str(two)]) == 2
    assert "does not hold" in capsys.readouterr().err
    assert run(["index", "--drop", str(two.parent / "laut"), "--index", str(two)]) == 2
    assert "nothing is left" in capsys.readouterr().err


def test_an_empty_folder_is_not_to_be_taken_out_of_what_never_held_it(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor is one that there is not."""
    for name, words in (("kosong", "No readable article"), ("tiada", "There is no")):
        put(two.parent / "kosong")
        assert run(["index", str(two.parent / name), "--add", "--index", str(two)]) != 0
        told = capsys.readouterr().err
        assert words in told
        assert "--drop" not in told
    assert len(articles(two)) == 2


def test_another_folder_takes_a_word(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In Python and on the command line; then it takes the place of both."""
    other = put(two.parent / "lain", jam=CLOCK)
    with pytest.raises(UsageError, match=r"add=True.*replace=True"):
        qa.build(other, two)
    for command in (["index", str(other)], ["watch", str(other)]):
        assert run([*command, "--index", str(two)]) == 2
        told = capsys.readouterr().err
        assert "--add" in told
        assert "--replace" in told
    assert len(articles(two)) == 2
    qa.build(other, two, replace=True)
    assert list(articles(two)) == ["jam.txt"]


def test_folders_that_lie_in_one_another_are_told(two: Path) -> None:
    """An article would have two places."""
    inner = put(two.parent / "laut" / "dalam", jam=CLOCK)
    for folder in (inner, two.parent, two.parent / "laut" / "berita.txt"):
        with pytest.raises(UsageError, match="lie one in the other"):
            qa.build(folder, two, add=True)


def test_nothing_is_added_to_what_cannot_be_read(two: Path) -> None:
    """What it held would be lost unseen."""
    (manifest,) = two.glob(f"{(two / 'CURRENT').read_text().split()[0]}/manifest.json")
    manifest.write_text("{}")
    for folder in (None, put(two.parent / "lain", jam=CLOCK)):
        with pytest.raises(UsageError):
            qa.build(folder, two, add=True)


def test_what_cannot_be_read_gives_way_to_a_word_alone(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that it held takes the place of both by --full or --replace, never by itself."""
    laut, index = str(two.parent / "laut"), ["--index", str(two)]

    def damage() -> None:
        (two / "CURRENT").write_text("\0" * 40)

    damage()
    assert run(["index", laut, *index]) == 2
    assert "--full" in capsys.readouterr().err
    with pytest.raises(UsageError, match="cannot be read"):
        qa.build(laut, two)
    for word in ("--full", "--replace"):
        assert run(["index", laut, word, *index]) == 0
        assert articles_by_folder(two) == {laut: 1}
        damage()


def test_files_of_one_folder_are_folders_of_their_own(tmp_path: Path) -> None:
    """Each with its columns, which a bare build remembers."""
    rows = {"a": {"isi": CAPTAIN, "tgl": "3/5/2021"}, "b": {"badan": BAKER, "tgl": "3/5/2021"}}
    for name, row in rows.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row), encoding="utf-8")
    index = ["--index", str(tmp_path / "index")]
    first = ["--column", "text=isi", "--date-order", "mdy"]
    assert run(["index", str(tmp_path / "a.jsonl"), *first, *index]) == 0
    second = ["--column", "text=badan", "--set", "source=Harian B"]
    assert run(["index", str(tmp_path / "b.jsonl"), "--add", *second, *index]) == 0
    assert run(["index", "--full", *index]) == 0
    found = articles(tmp_path / "index")
    days = {place: str(article.published) for place, article in found.items()}
    assert days == {"a.jsonl#1": "2021-03-05", "b.jsonl#1": "2021-05-03"}
    assert [article.source for article in found.values()] == [None, "Harian B"]
    assert list(articles_by_folder(tmp_path / "index").values()) == [1, 1]


def test_a_note_on_a_file_is_told_while_it_is_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Later it counts; a full build tells it once more."""
    twice = "Kafé itu résmi dibuka di Jalan André.".encode().decode("cp1252").encode()
    file = put(tmp_path / "kota", lain=CLOCK) / "dua.txt"
    file.write_bytes(twice)
    command = ["index", str(tmp_path / "kota"), "--index", str(tmp_path / "index")]

    def told(*more: str) -> str:
        assert run([*command, *more]) == 0
        return capsys.readouterr().err

    mended, before = "dua.txt: 1 of its texts", "1 note on files that have not changed"
    assert mended in (first := told())
    assert before not in first
    put(tmp_path / "kota", lain=f"{CLOCK} Besok selesai.")
    assert mended not in (second := told())
    assert before in second
    assert mended in told("--full")
    file.write_bytes(twice + twice)
    assert mended in told()


def test_a_setting_of_one_folder_names_it(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there are several."""
    assert run(["index", "--column", "text=isi", "--index", str(two)]) == 2
    assert "qa index FOLDER" in capsys.readouterr().err
    for arguments in (["--add"], [str(two.parent / "kota"), "--drop", "x"]):
        assert run(["index", *arguments, "--index", str(two)]) == 2


def test_a_text_in_two_folders_counts_in_both(two: Path) -> None:
    """It is one article, with both places."""
    put(two.parent / "kota", salinan=CAPTAIN)
    report = qa.build(None, two)
    assert (report.articles, report.duplicates) == (2, 1)
    assert list(articles_by_folder(two).values()) == [1, 2]


def test_what_a_path_tells_is_told_within_its_folder(tmp_path: Path) -> None:
    """A further folder changes no date of the first, whatever both are called."""
    first = put(tmp_path / "2019-01-02", berita=CAPTAIN)
    index = tmp_path / "index"
    qa.build(first, index)
    qa.build(put(tmp_path / "lain", berita=BAKER), index, add=True)
    assert articles(index)["2019-01-02/berita.txt"].published is None


def test_the_encoder_is_that_of_all_folders(two: Path) -> None:
    """So is how passages are cut."""
    qa.build(two.parent / "kota", two, BuildSettings(max_chars=300, source="Kota"))
    with open_generation(two) as generation:
        made = [folder.settings for folder in generation.manifest.folders]
    assert [one.max_chars for one in made] == [300, 300]
    assert [one.source for one in made] == ["", "Kota"]


@pytest.mark.parametrize("add", [False, True])
def test_the_sample_gives_way_but_to_what_is_added(
    tmp_path: Path, sample_index: Path, *, add: bool
) -> None:
    """It is no one's own."""
    index = Path(shutil.copytree(sample_index, tmp_path / "index"))
    qa.build(put(tmp_path / "laut", berita=CAPTAIN), index, add=add)
    assert len(articles_by_folder(index)) == 1 + add
    with qa.open(index, reader=None) as archive:
        assert not archive.info.is_sample


def test_an_answer_from_the_sample_says_so(
    tmp_path: Path, sample_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Found or not, as text and as JSON; one from a person's own articles says nothing."""
    own = tmp_path / "own"
    qa.build(put(tmp_path / "laut", berita=CAPTAIN), own)
    for index, said in ((sample_index, True), (own, False)):
        for question in ("Siapa juru bicara Kremlin?", "Berapa harga kubis di Mars?"):
            run(["ask", question, "--index", str(index)])
            assert ("sample articles that come with qa" in capsys.readouterr().out) is said
            run(["ask", question, "--json", "--index", str(index)])
            assert json.loads(capsys.readouterr().out)["index"]["sample"] is said


def test_a_copy_of_the_sample_is_the_sample_until_it_holds_more(tmp_path: Path) -> None:
    """As `corpus/` of a checkout beside qa from a wheel; what is put into it is not lost."""
    copy, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(shipped_corpus(), copy)
    (copy / ".catatan").write_text("rahasia")
    report = qa.build(copy, index)
    with qa.open(index, reader=None) as archive:
        assert archive.info.is_sample
    put(copy, roti=BAKER)
    again = qa.build(None, index)
    assert (again.added, again.unchanged) == (1, report.articles)
    with qa.open(index, reader=None) as archive:
        assert not archive.info.is_sample
    (copy / "roti.txt").unlink()
    (first,) = sorted(copy.glob("*.md"))[:1]
    first.write_text(CAPTAIN)
    assert not is_shipped(copy)
    shutil.rmtree(copy)
    assert not is_shipped(copy)


def test_a_new_index_without_a_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in its name must not build the sample."""
    for command in ("index", "watch"):
        assert run([command, "--index", str(tmp_path / "baru")]) == 2
        assert "name a folder" in capsys.readouterr().err
    assert not (tmp_path / "baru").exists()
    with pytest.raises(UsageError, match="name one"):
        qa.build(None, tmp_path / "baru")


def test_a_source_is_given_where_the_file_names_none(tmp_path: Path) -> None:
    """By name or by folder; it is remembered, and gives way to the other."""
    put(tmp_path / "news" / "Harian Laut", kapal=CAPTAIN)
    put(tmp_path / "news", roti=BAKER, jam=f"---\nsource: Jam Kita\n---\n{CLOCK}")
    index = ["--index", str(tmp_path / "index")]
    folder = str(tmp_path / "news")

    def sources(*options: str) -> list[str | None]:
        assert run(["index", *options, *index]) == 0
        found = articles(tmp_path / "index")
        names = ("Harian Laut/kapal.txt", "roti.txt", "jam.txt")
        return [found[name].source for name in names]

    assert sources(folder, "--source-from", "folder") == ["Harian Laut", "news", "Jam Kita"]
    assert sources("--full") == ["Harian Laut", "news", "Jam Kita"]
    assert sources("--set", "source=Koran C") == ["Koran C", "Koran C", "Jam Kita"]
    assert sources(folder) == ["Koran C", "Koran C", "Jam Kita"]
    for wrong in (["--set", "penulis=X"], ["--set", "source=X", "--source-from", "folder"]):
        assert run(["index", folder, *wrong, *index]) == 2
