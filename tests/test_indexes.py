from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.errors import IndexDamaged
from qa.indexes import (
    FaissIndex,
    build_index,
    choose,
    inner,
    is_enough,
    open_index,
    sample,
    train,
)
from qa.protocols import Rows, VectorIndex, Vectors
from qa.store.scratch import VectorFile
from tests.oracles import Exact

KINDS = ("Flat", "IVF16,SQ8", "HNSW16_SQ8")


def unit(vectors: Vectors) -> Vectors:
    """The vectors, each scaled to unit length."""
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def scattered(n: int, *, dim: int = 16, seed: int = 7) -> Vectors:
    """Vectors of unit length in all directions."""
    return unit(np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of index in turn."""
    return str(request.param)


def test_the_kind_follows_the_number_of_rows() -> None:
    """Flat below 100,000 rows, lists by the square root to four million, a graph above."""
    assert choose(0) == choose(99_999) == "Flat"
    assert choose(100_000) == "IVF1024,SQ8"
    assert choose(1_000_000) == "IVF4096,SQ8"
    assert choose(4_000_000) == "IVF8192,SQ8"
    assert choose(4_000_001) == "HNSW32_SQ8"


def test_shards_have_no_graph() -> None:
    """What is found in the graphs of parts is not what the graph of the whole finds."""
    assert choose(1_000_001, in_shards=True) == "IVF4096,SQ8"
    assert choose(99_999, in_shards=True) == "Flat"


@pytest.mark.parametrize("kind", ["Flat", "IVF16,SQ8"])
def test_shards_trained_as_one_find_what_one_finds(kind: str, tmp_path: Path) -> None:
    """Scores and rows, merged, are those of one index to the last bit, with and without filters."""
    vectors = scattered(2_000)
    one = build_index(vectors, kind)
    train(vectors[sample(2_000, kind)], kind).save(tmp_path / "trained")
    parts = [np.arange(at, 2_000, 3) for at in range(3)]
    questions = scattered(20, seed=3)
    shards = []
    for rows in parts:
        shard = open_index(tmp_path / "trained", kind)
        shard.fill([vectors[rows[:100]], vectors[rows[100:]]])
        shards.append(shard)
    for step in (1, 7):
        allowed = np.arange(0, 2_000, step)
        scores, found = one.search(questions, 10, allowed=allowed if step > 1 else None)
        for at in range(len(questions)):
            merged: list[tuple[float, int]] = []
            for shard, rows in zip(shards, parts, strict=True):
                mine = np.flatnonzero(rows % step == 0) if step > 1 else None
                some, local = shard.search(questions[at : at + 1], 10, allowed=mine)
                merged += zip((-some[0]).tolist(), rows[local[0]].tolist(), strict=True)
            best = sorted(merged)[:10]
            assert [row for _score, row in best] == found[at].tolist()
            assert [-score for score, _row in best] == scores[at].tolist()


def test_rows_come_best_first_with_their_inner_products() -> None:
    """Worked out by hand on the four directions of a plane."""
    vectors = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], dtype=np.float32)
    question = np.array([[0.6, 0.8]], dtype=np.float32)
    scores, rows = build_index(vectors, "Flat").search(question, 3)
    assert rows.tolist() == [[1, 0, 2]]
    np.testing.assert_allclose(scores, [[0.8, 0.6, -0.6]], rtol=1e-6)


def test_a_vector_is_nearest_to_itself(kind: str) -> None:
    """Every kind finds the vector asked for, under its own name."""
    vectors = scattered(400)
    index = build_index(vectors, kind)
    _, rows = index.search(vectors[:50], 1)
    assert (index.kind, len(index)) == (kind, 400)
    assert rows[:, 0].tolist() == list(range(50))


def test_an_approximate_index_finds_most_of_what_is_there(kind: str) -> None:
    """At least nine of the ten nearest, over questions that resemble the vectors."""
    vectors = scattered(2_000)
    noise = np.random.default_rng(1).standard_normal((100, 16)).astype(np.float32)
    questions = unit(vectors[::20] + 0.1 * noise)
    _, expected = Exact(vectors).search(questions, 10)
    _, rows = build_index(vectors, kind).search(questions, 10)
    shared = [len(set(a) & set(b)) for a, b in zip(rows.tolist(), expected.tolist(), strict=True)]
    assert np.mean(shared) >= (10 if kind == "Flat" else 9)


@cache
def with_oracles() -> list[tuple[VectorIndex, Exact]]:
    """An index of each kind, and brute force over the vectors as it keeps them."""
    indexes = [build_index(scattered(300), kind) for kind in KINDS]
    return [(index, Exact(index.vectors(np.arange(300)))) for index in indexes]


@settings(max_examples=50, deadline=None)
@given(
    allowed=st.sets(st.integers(0, 299), max_size=300),
    k=st.integers(0, 40),
    seed=st.integers(0, 5),
)
def test_filtered_search_equals_brute_force_over_the_filtered_set(
    allowed: set[int], k: int, seed: int
) -> None:
    """For every kind: the top k of its own stored vectors among those allowed."""
    rows = np.array(sorted(allowed), dtype=np.int64)
    questions = scattered(3, seed=seed + 100)
    for index, oracle in with_oracles():
        scores, found = index.search(questions, k, allowed=rows)
        expected_scores, expected = oracle.search(questions, k, allowed=rows)
        assert found.shape == (3, min(k, len(allowed)))
        assert found.tolist() == expected.tolist()
        assert scores.tolist() == expected_scores.tolist()


def test_ties_go_to_the_lower_row(kind: str) -> None:
    """Vectors that recur are found in the order of their rows, also across the boundary at k."""
    vectors = np.tile(scattered(5), (60, 1))
    index = build_index(vectors, kind)
    _, rows = index.search(vectors[3:4], 70)
    assert rows[0, :60].tolist() == list(range(3, 300, 5))
    _, rows = index.search(vectors[3:4], 7)
    assert rows.tolist() == [[3, 8, 13, 18, 23, 28, 33]]


def test_a_question_of_zeros_finds_the_first_rows(kind: str) -> None:
    """Nothing is nearer than anything else, so rows come in order."""
    index = build_index(scattered(200), kind)
    scores, rows = index.search(np.zeros((1, 16), dtype=np.float32), 5)
    assert rows.tolist() == [[0, 1, 2, 3, 4]]
    assert not scores.any()


def test_a_question_scores_the_same_alone_and_in_a_batch(kind: str) -> None:
    """To the last bit, although FAISS takes another way for twenty questions and more."""
    index = build_index(scattered(500), kind)
    questions = scattered(64, seed=3)
    batch_scores, batch_rows = index.search(questions, 10)
    alone = [index.search(question[np.newaxis], 10) for question in questions]
    assert np.array_equal(np.concatenate([rows for _, rows in alone]), batch_rows)
    assert np.array_equal(np.concatenate([scores for scores, _ in alone]), batch_scores)


def test_every_row_can_be_asked_for(kind: str) -> None:
    """A k beyond the number of rows gives each row once."""
    index = build_index(scattered(100), kind)
    _, rows = index.search(scattered(2, seed=5), 1_000)
    assert [sorted(found) for found in rows.tolist()] == [list(range(100))] * 2


def test_no_question_and_no_row_give_empty_results(kind: str) -> None:
    """Shapes hold where there is nothing to find."""
    index = build_index(scattered(50), kind)
    none = np.empty(0, dtype=np.int64)
    assert index.search(scattered(0), 5)[1].shape == (0, 5)
    assert index.search(scattered(2), 5, allowed=none)[1].shape == (2, 0)
    assert index.vectors(none).shape == (0, 16)


def test_a_vector_of_no_numbers_ends_in_an_error(kind: str) -> None:
    """Not in a search without end."""
    index = build_index(scattered(50), kind)
    with pytest.raises(IndexDamaged, match="no number"):
        index.search(np.full((1, 16), np.nan, dtype=np.float32), 50)


@pytest.mark.parametrize("row", [-1, 50])
def test_a_row_that_is_not_there_cannot_be_allowed(kind: str, row: int) -> None:
    """A filter made for another index is an error, not a wrong answer."""
    with pytest.raises(ValueError, match="rows must lie in"):
        build_index(scattered(50), kind).search(scattered(1), 5, allowed=np.array([row]))


def test_stored_vectors_come_back(kind: str) -> None:
    """Exactly, or within what one byte a number can hold."""
    vectors = scattered(300)
    rows = np.array([5, 0, 299])
    np.testing.assert_allclose(
        build_index(vectors, kind).vectors(rows), vectors[rows], atol=0 if kind == "Flat" else 0.01
    )


@pytest.mark.parametrize("on_disk", [False, True])
def test_an_opened_index_is_the_one_saved(kind: str, on_disk: bool, tmp_path: Path) -> None:
    """Same rows, same scores, same vectors."""
    index = build_index(scattered(300), kind)
    index.save(tmp_path / "vectors")
    opened = open_index(tmp_path / "vectors", kind, on_disk=on_disk)
    scores, rows = index.search(scattered(5, seed=9), 7)
    opened_scores, opened_rows = opened.search(scattered(5, seed=9), 7)
    assert np.array_equal(scores, opened_scores)
    assert np.array_equal(rows, opened_rows)
    everything = np.arange(300)
    assert np.array_equal(index.vectors(everything), opened.vectors(everything))


def test_the_same_vectors_give_the_same_bytes(kind: str, tmp_path: Path) -> None:
    """Training and building hold no chance."""
    for name in ("first", "second"):
        build_index(scattered(2_000), kind).save(tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_vectors_in_a_file_give_the_index_of_those_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, although they are read and added a block at a time."""
    vectors = scattered(3 * 4096 + 17, dim=4)
    build_index(vectors, "IVF16,SQ8").save(tmp_path / "whole")
    monkeypatch.setattr("qa.indexes._BLOCK", 4096)
    with (tmp_path / "waiting").open("w+b") as file:
        waiting = VectorFile(file, 4)
        for start in range(0, len(vectors), 10_000):
            waiting.add(vectors[start : start + 10_000])
        assert waiting.shape == vectors.shape
        assert np.array_equal(waiting[5:9], vectors[5:9])
        assert len(waiting[len(vectors) :]) == 0
        build_index(waiting, "IVF16,SQ8").save(tmp_path / "blocks")
    assert (tmp_path / "blocks").read_bytes() == (tmp_path / "whole").read_bytes()


def test_a_file_cut_short_is_refused(kind: str, tmp_path: Path) -> None:
    """At any point, from nothing at all to one byte missing."""
    path = tmp_path / "vectors"
    build_index(scattered(300), kind).save(path)
    whole = path.read_bytes()
    for length in (0, 10, 44, 60, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(IndexDamaged):
            open_index(path, kind)


def test_a_missing_file_is_damage(kind: str, tmp_path: Path) -> None:
    """The message names the file and the command that mends it."""
    with pytest.raises(IndexDamaged, match=r"gone.*qa index FOLDER --full"):
        open_index(tmp_path / "gone", kind)


def test_a_full_disk_is_an_error(kind: str) -> None:
    """FAISS's own writer would say nothing."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(OSError, match="No space left"):
        build_index(scattered(300), kind).save(full)


def test_shards_find_together_what_one_index_finds() -> None:
    """Also where they hold too few rows where they first look, or ties that go on elsewhere."""
    kind, vectors = "IVF64,SQ8", scattered(3000)
    vectors[1000:1060] = vectors[1000]
    one = build_index(vectors, kind)
    rows = [np.arange(at, len(vectors), 4) for at in range(4)]
    shards = [train(vectors[sample(len(vectors), kind)], kind) for _ in rows]
    for shard, mine in zip(shards, rows, strict=True):
        shard.fill([vectors[mine]])
    enough = 0
    for question in [*scattered(30, seed=1), vectors[1000]]:
        for k in (5, 30, 900):
            near, rough = map(np.concatenate, zip(*looked(shards, rows, question, k), strict=True))
            scores = inner(one.vectors(near), question)
            expected = one.search(question[None], k)[1][0].tolist()
            best = np.lexsort((near, -scores))[:k]
            if is_enough(rough, scores, k):
                enough += 1
                assert near[best].tolist() == expected
            else:
                found = [
                    mine[each.search(question[None], k, allowed=np.arange(len(mine)))[1][0]]
                    for each, mine in zip(shards, rows, strict=True)
                ]
                near = np.concatenate(found)
                best = np.lexsort((near, -inner(one.vectors(near), question)))[:k]
                assert near[best].tolist() == expected
    assert 31 <= enough < 93


def looked(
    shards: list[FaissIndex], rows: list[Rows], question: NDArray[np.float32], k: int
) -> Iterator[tuple[Rows, NDArray[np.float32]]]:
    """What each shard first looks at, by the rows of all."""
    for shard, mine in zip(shards, rows, strict=True):
        first = shard.first_look(question[None], k)
        assert first is not None
        yield mine[first[0]], first[1]
