"""The index of a cluster on disk: opened with verification, named last, hostile input refused."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from qa.builder import build
from qa.cli import run
from qa.cluster.layout import (
    ROWS,
    ClusterGeneration,
    ClusterManifest,
    Shard,
    folder_of,
    point,
    publish,
    save_statistics,
    shard_name,
    verify,
)
from qa.errors import IndexDamaged, IndexMismatch, IndexMissing, UsageError
from qa.settings import BuildSettings
from qa.store import open_generation
from qa.store.current import InUse, file_sum
from qa.store.manifest import MANIFEST
from tests.builders import article

NAME = "000001-0123abcd"


def published(root: Path) -> ClusterGeneration:
    """A generation of one shard with two passages, made from an ordinary index."""
    one = article("Rapat di kota Riga dibuka menteri.", path="riga.txt")
    two = article("Harga cabai naik di pasar Minggu.", path="cabai.txt")
    build([one, two], root / "plain", BuildSettings(), root="/c")
    folder = root / "out" / "partial"
    with open_generation(root / "plain") as plain:
        shutil.copytree(plain.path, folder / shard_name(0))
        held = plain.manifest
        words = plain.lexical()
    shard = folder / shard_name(0)
    np.save(shard / ROWS, np.arange(held.passages), allow_pickle=False)
    files = {**held.files, ROWS: file_sum(shard / ROWS)}
    mine = dataclasses.replace(held, generation=shard.name, files=files)
    (shard / MANIFEST).write_text(mine.as_json())
    save_statistics(folder, ["cabai", "riga"], np.array([1, 1]), np.array([1, 0]))
    manifest = ClusterManifest(
        root=held.root,
        folders=held.folders,
        articles=held.articles,
        generation=NAME,
        built=held.built,
        digest=held.digest,
        encoder=held.encoder,
        dim=held.dim,
        vectors=held.vectors,
        stemmers=words.stemmers,
        languages=held.languages,
        passages=held.passages,
        words=10,
        skipped=0,
        shards=(
            Shard(shard.name, held.articles, held.passages, file_sum(shard / MANIFEST).sha256),
        ),
        files={
            path.relative_to(folder).as_posix(): file_sum(path)
            for path in sorted((folder / "statistics").iterdir())
        },
    )
    publish(root / "out", folder, manifest)
    return ClusterGeneration.open(str(root / "out"))


def rewritten(generation: ClusterGeneration, **changed: object) -> str:
    """A manifest with other fields, which CURRENT names: what somebody hostile could write."""
    path = generation.path / MANIFEST
    document = json.loads(path.read_text()) | changed
    path.write_text(json.dumps(document))
    point(generation.path.parent, InUse(NAME, file_sum(path).sha256))
    return str(generation.path.parent)


def test_what_was_published_is_opened_whole(tmp_path: Path) -> None:
    """Its shards, rows and statistics are those that were written."""
    generation = published(tmp_path)
    with generation.shard(0) as shard:
        assert [each.path for each in shard.articles()] == ["riga.txt", "cabai.txt"]
    assert generation.rows(0).tolist() == [0, 1]
    known = generation.statistics()
    assert (list(known.stems), known.frequencies.tolist()) == (["cabai", "riga"], [1, 1])
    assert not generation.is_superseded()
    assert list(verify(str(generation.path.parent))) == []


def test_a_damaged_shard_is_named_with_what_to_do(tmp_path: Path) -> None:
    """One flipped byte of a large file, which opening does not read, and a file too many."""
    generation = published(tmp_path)
    path = generation.path / "shard-000" / "articles.sqlite"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    (generation.path / "other").touch()
    strange, damaged = verify(str(generation.path.parent))
    assert "other does not belong there" in strange
    assert damaged.startswith("shard-000 is damaged: ")
    assert "articles.sqlite: its sha256 differs" in damaged
    assert "qa cluster index SOURCES --out" in damaged


def test_rows_outside_of_the_corpus_are_refused(tmp_path: Path) -> None:
    """A merge by them would name passages that are not there."""
    generation = published(tmp_path)
    for rows in ([0, 2], [1, 0], [-1, 0]):
        np.save(generation.path / "shard-000" / ROWS, np.array(rows), allow_pickle=False)
        with pytest.raises(IndexDamaged, match="ascending rows"):
            generation.rows(0)
    np.save(generation.path / "shard-000" / ROWS, np.array([{}, {}]), allow_pickle=True)
    with pytest.raises(IndexDamaged):
        generation.rows(0)


def test_a_hostile_manifest_is_refused(tmp_path: Path) -> None:
    """Whatever its sum: no name leads out of the folder, and the counts fit."""
    generation = published(tmp_path)
    shard = json.loads((generation.path / MANIFEST).read_text())["shards"][0]
    hostile: list[dict[str, object]] = [
        {"shards": []},
        {"shards": [shard | {"name": "../../plain"}]},
        {"shards": [shard | {"passages": 7}]},
        {"shards": [shard | {"sha256": "0"}]},
        {"shards": 3},
        {"files": {"../CURRENT": {"bytes": 1, "sha256": ""}}},
        {"words": "many"},
        {"folders": []},
    ]
    for changed in hostile:
        with pytest.raises(IndexDamaged, match="is no manifest"):
            ClusterGeneration.open(rewritten(generation, **changed))
    with pytest.raises(IndexMismatch, match="has format 99"):
        ClusterGeneration.open(rewritten(generation, format=99))


def test_a_shard_made_otherwise_is_refused(tmp_path: Path) -> None:
    """Scores of two encoders are not to be merged."""
    generation = published(tmp_path)
    other = ClusterGeneration.open(rewritten(generation, encoder="another@0123"))
    with pytest.raises(IndexDamaged, match="made otherwise"):
        other.shard(0)


def test_without_an_index_a_person_is_told_what_to_run(tmp_path: Path) -> None:
    """Nothing there, a CURRENT that names nothing, and no folder at all."""
    with pytest.raises(IndexMissing, match="qa cluster index SOURCES"):
        ClusterGeneration.open(str(tmp_path))
    (tmp_path / "CURRENT").write_text("../../etc 00\n")
    with pytest.raises(IndexDamaged, match="names no generation"):
        ClusterGeneration.open(str(tmp_path))
    with pytest.raises(UsageError, match="every node sees"):
        ClusterGeneration.open("s3://bucket/index")
    assert folder_of(tmp_path.as_uri()) == tmp_path


def test_check_tells_what_is_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line: 0 where all is sound, else 3 and each problem."""
    generation = published(tmp_path)
    uri = str(generation.path.parent)
    assert run(["cluster", "check", uri]) == 0
    assert "sound: 2 articles, 2 passages in 1 shard" in capsys.readouterr().out
    (generation.path / "shard-000" / ROWS).unlink()
    assert run(["cluster", "check", uri]) == 3
    assert "shard-000 is damaged" in capsys.readouterr().err
    assert run(["cluster", "check", str(tmp_path / "none")]) == 3
    assert "Build one: qa cluster index" in capsys.readouterr().err
