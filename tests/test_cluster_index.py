"""Indexing for a cluster: what one machine makes, in shards; resumed, to the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from qa.cluster.index import Each, IndexReport, here, index
from qa.cluster.layout import ClusterGeneration, verify
from qa.cluster.steps import Facts
from qa.errors import CorpusError, StoreError, UsageError
from qa.folders import build, named
from qa.settings import BuildSettings, Filters
from qa.store import open_generation
from qa.store.reader import ArticleReader
from qa.types import Passage

BUILT = "2026-11-28T00:00:00+00:00"
SETTINGS = BuildSettings()
_TOWNS = ("Riga", "Depok", "Ambon", "Kupang", "Palu", "Bitung", "Sorong")
_GOODS = ("cabai", "beras", "gula", "kedelai", "garam", "kopi")


def story(number: int) -> str:
    """The text of an article: some like one another, each with the line that its site adds."""
    town, good = _TOWNS[number % 7], _GOODS[number % 6]
    sentences = [
        f"Harga {good} di kota {town} naik menjadi {number * 250 + 900} rupiah per kilogram.",
        f"Menteri perdagangan nomor {number} menjelaskan sebabnya kepada wartawan di {town}.",
        f"Pedagang {good} berharap pasokan dari {_TOWNS[(number * 3 + 1) % 7]} segera tiba.",
    ]
    body = " ".join(sentences * (1 + number % 3))
    return f"{body}\nSalam hangat dari dapur redaksi kita"


def corpus(folder: Path) -> Path:
    """Files of several formats, with texts that recur in others, near-duplicates and bad lines."""
    folder.mkdir()
    lines = []
    for number in range(40):
        text = story(number % 31)
        if number % 10 == 9:
            # Its words are nearly those of the one before.
            text = story(number - 1).replace("segera tiba", "segera datang")
        row = {
            "title": f"Harga ke-{number}",
            "text": text,
            "source": ("Kabar", "Warta")[number % 2],
        }
        if number % 4:
            row["published"] = f"{number % 12 + 1}/{number % 28 + 1}/2021"
        lines.append(json.dumps(row) if number != 17 else "{")
    (folder / "berita.jsonl").write_text("\n".join(lines) + "\n")
    with gzip.open(folder / "lama.jsonl.gz", "wt") as packed:
        packed.writelines(
            json.dumps({"text": story(number), "published": "2020-02-03"}) + "\n"
            for number in range(25, 45)
        )
    (folder / "sub").mkdir()
    for number in (3, 50, 51):
        (folder / "sub" / f"{number}.txt").write_text(f"Kabar {number}\n\n{story(number)}")
    (folder / "sub" / "kosong.txt").write_text("")
    (folder / "tabel.csv").write_text(
        "title,text\n" + "".join(f'Tabel {n},"{story(n)}"\n' for n in (2, 60, 61))
    )
    parquet(folder / "arsip.parquet")
    return folder


def parquet(path: Path) -> None:
    """The articles of a file of Parquet, in row groups of four."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    numbers = range(70, 81)
    table = pa.table(
        {
            "judul": [f"Tabel {number}" for number in numbers],
            "isi": [story(number) if number != 75 else None for number in numbers],
            "tanggal": [date(2021, 3, number - 60) for number in numbers],
        }
    )
    pq.write_table(table, path, row_group_size=4)


def clustered(
    source: Path,
    uri: Path,
    *,
    shards: int = 3,
    unit: int = 15,
    full: bool = False,
    each: Each = here,
) -> IndexReport:
    """Index one source into shards."""
    return index(
        [str(source)],
        str(uri),
        SETTINGS,
        shards=shards,
        unit=unit,
        full=full,
        each=each,
        built=BUILT,
    )


def sums(folder: Path) -> dict[str, str]:
    """The sha256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def every_passage(generation: ClusterGeneration) -> dict[int, tuple[Passage, bytes, bytes]]:
    """The passages of all shards by their rows in the corpus, with digests and vectors."""
    found = {}
    for number in range(len(generation.manifest.shards)):
        rows = generation.rows(number).tolist()
        with generation.shard(number) as shard:
            local = range(len(rows))
            vectors = shard.vectors().vectors(np.arange(len(rows)))
            passages = shard.passages(local)
            for row, passage, digest, vector in zip(
                rows, passages, digests(shard.path), vectors, strict=True
            ):
                assert row not in found
                found[row] = (replace(passage, row=row), digest, vector.tobytes())
    return found


def digests(generation: Path) -> list[bytes]:
    """The digest of each passage of a generation."""
    reader = ArticleReader.open(generation / "articles.sqlite")
    try:
        return [digest for _article, _spans, some in reader.cut() for digest in some]
    finally:
        reader.close()


@pytest.mark.parametrize(("shards", "unit"), [(1, 1_000), (4, 7)])
def test_the_shards_are_what_one_machine_makes(tmp_path: Path, shards: int, unit: int) -> None:
    """Rows, texts, places, groups, masks, digests, vectors and how common each stem is."""
    source = corpus(tmp_path / "c")
    build([named(source, SETTINGS)], tmp_path / "plain", SETTINGS)
    report = clustered(source, tmp_path / "out", shards=shards, unit=unit)
    generation = ClusterGeneration.open(str(tmp_path / "out"))
    assert list(verify(str(tmp_path / "out"))) == []
    found = every_passage(generation)
    with open_generation(tmp_path / "plain") as plain:
        held = plain.manifest
        vectors = plain.vectors().vectors(np.arange(held.passages))
        expected = {
            row: (passage, digest, vectors[row].tobytes())
            for row, (passage, digest) in enumerate(
                zip(plain.passages(range(held.passages)), digests(plain.path), strict=True)
            )
        }
        assert found == expected
        lexical = plain.lexical()
        skipped = plain.skipped()
        undated = plain.undated(Filters())
    assert any(passage.article.copies for passage, *_ in found.values())
    assert any(passage.article.also_at for passage, *_ in found.values())
    assert any(mask.rule == "recurring" for p, *_ in found.values() for mask in p.article.masks)
    statistics = generation.statistics()
    postings = lexical.postings
    assert list(statistics.stems) == sorted(lexical.vocabulary)
    for at, stem in enumerate(statistics.stems):
        number = lexical.vocabulary[stem]
        rows = postings.rows[postings.starts[number] : postings.starts[number + 1]]
        assert (statistics.frequencies[at], statistics.first[at]) == (len(rows), rows[0])
    manifest = generation.manifest
    for name in ("digest", "root", "folders", "articles", "passages", "encoder", "dim", "vectors"):
        assert getattr(manifest, name) == getattr(held, name), name
    assert (manifest.stemmers, manifest.languages) == (held.stemmers, held.languages)
    assert manifest.words == postings.lengths.sum()
    with generation.shard(0) as first:
        assert first.skipped() == skipped
    assert (report.skipped_count, report.undated) == (len(skipped), undated)
    assert report.units > (unit < 50)


def test_the_cutting_into_units_leaves_no_trace(tmp_path: Path) -> None:
    """Shards and statistics are the same to the byte, however the input is cut."""
    source = corpus(tmp_path / "c")
    made = []
    for unit in (5, 40):
        clustered(source, tmp_path / f"{unit}", unit=unit)
        (generation,) = (tmp_path / f"{unit}").glob("0*")
        made.append(sums(generation))
        made[-1].pop("manifest.json")
    assert made[0] == made[1]


class Broken(Exception):
    """What stands in for a power failure."""


def breaking(after: int) -> Each:
    """Does tasks as `here`, and breaks off after so many."""
    left = iter(range(after))

    def each(kind: str, folder: Path, numbers: Sequence[int]) -> Iterator[Facts]:
        for facts in here(kind, folder, numbers):
            if next(left, None) is None:
                raise Broken
            yield facts

    return each


def test_a_run_that_is_broken_off_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """Wherever it breaks off; nothing of it can be seen before it is whole."""
    source = corpus(tmp_path / "c")
    # Each unit is read and cut, then the shards are written.
    every = 2 * clustered(source, tmp_path / "whole").units + 3
    whole = sums(tmp_path / "whole")
    for tasks in (0, every // 2, every - 4, every - 1):
        with pytest.raises(Broken):
            clustered(source, tmp_path / "out", each=breaking(tasks))
        assert not (tmp_path / "out" / "CURRENT").exists()
    clustered(source, tmp_path / "out")
    assert sums(tmp_path / "out") == whole


def test_what_was_damaged_meanwhile_is_made_again(tmp_path: Path) -> None:
    """A file of a unit that was done is not what it was, and another has gone."""
    source = corpus(tmp_path / "c")
    clustered(source, tmp_path / "whole")
    with pytest.raises(Broken):
        clustered(source, tmp_path / "out", each=breaking(12))
    (work,) = (tmp_path / "out").glob("work-*")
    (work / "read-00001" / "ids.npy").unlink()
    path = work / "cut-00000" / "vectors.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    clustered(source, tmp_path / "out")
    assert sums(tmp_path / "out") == sums(tmp_path / "whole")


def test_the_same_input_is_not_indexed_twice(tmp_path: Path) -> None:
    """Another file makes another generation; the one before stays for a step back."""
    source = corpus(tmp_path / "c")
    first = clustered(source, tmp_path / "out", unit=40)
    again = clustered(source, tmp_path / "out", unit=40)
    assert (first.published, again.published) == (True, False)
    assert (again.articles, again.passages) == (first.articles, first.passages)
    for name in ("new.txt", "newer.txt"):
        (source / name).write_text(f"Kabar baru\n\n{story(len(name) * 20)}")
        assert clustered(source, tmp_path / "out", unit=40).published
    kept = sorted(path.name[:6] for path in (tmp_path / "out").glob("0*"))
    assert kept == ["000002", "000003"]
    assert ClusterGeneration.open(str(tmp_path / "out")).manifest.generation[:6] == "000003"


def test_a_damaged_index_is_made_again(tmp_path: Path) -> None:
    """By the same command where opening sees it, else by `--full`: to the same bytes."""
    source = corpus(tmp_path / "c")
    clustered(source, tmp_path / "out", unit=40)
    (first,) = (tmp_path / "out").glob("0*")
    whole = sums(first)
    whole.pop("manifest.json")
    (first / "statistics" / "stems.json").unlink()
    assert clustered(source, tmp_path / "out", unit=40).published
    assert clustered(source, tmp_path / "out", unit=40, full=True).published
    for generation in (tmp_path / "out").glob("00000[23]*"):
        made = sums(generation)
        made.pop("manifest.json")
        assert made == whole


def test_sources_of_several_places_have_the_paths_that_one_machine_gives(tmp_path: Path) -> None:
    """Relative to the nearest folder that holds them all."""
    source = corpus(tmp_path / "c")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x.txt").write_text(story(80))
    sources = [source / "berita.jsonl", tmp_path / "d"]
    build([named(each, SETTINGS) for each in sources], tmp_path / "plain", SETTINGS)
    index(list(map(str, sources)), str(tmp_path / "out"), SETTINGS, shards=2, unit=10)
    found = every_passage(ClusterGeneration.open(str(tmp_path / "out")))
    with open_generation(tmp_path / "plain") as plain:
        expected = plain.passages(range(plain.manifest.passages))
        assert [found[row][0] for row in range(len(expected))] == expected


def test_urls_are_read_by_fsspec(tmp_path: Path) -> None:
    """A folder of a store that is no disk: the same articles in the same order."""
    fsspec = pytest.importorskip("fsspec")
    source = corpus(tmp_path / "c")
    store = fsspec.filesystem("memory")
    store.put(str(source), "/news", recursive=True)
    build([named(source, SETTINGS)], tmp_path / "plain", SETTINGS)
    index(["memory://news"], str(tmp_path / "out"), SETTINGS, shards=2, unit=7)
    found = every_passage(ClusterGeneration.open(str(tmp_path / "out")))
    with open_generation(tmp_path / "plain") as plain:
        expected = plain.passages(range(plain.manifest.passages))
        assert [found[row][0] for row in range(len(expected))] == expected


def test_what_makes_no_sense_is_told(tmp_path: Path) -> None:
    """No article, no source, no shard, no folder to write to, and one that is written to."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "bad.jsonl").write_text("{\n")
    with pytest.raises(CorpusError, match="No readable article"):
        clustered(tmp_path / "c", tmp_path / "out")
    with pytest.raises(CorpusError, match="There is no"):
        clustered(tmp_path / "absent", tmp_path / "out")
    with pytest.raises(UsageError, match="Shards"):
        clustered(tmp_path / "c", tmp_path / "out", shards=0)
    with pytest.raises(UsageError, match="every node sees"):
        index([str(tmp_path / "c")], "s3://bucket/x", SETTINGS, shards=1)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Cannot write"):
        clustered(tmp_path / "c", tmp_path / "file")
