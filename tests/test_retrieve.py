from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.indexes import build_index
from qa.lexical.build import LexicalBuilder
from qa.protocols import Fusing, Vectors
from qa.retrieve import Dense, Fused, Lexical, Retriever
from tests.builders import query

MEANINGS = {
    "pasukan": 0, "tentara": 0, "troops": 0, "soldiers": 0,
    "gas": 1, "energi": 1, "energy": 1,
    "hujan": 2, "banjir": 2, "rain": 2, "flood": 2,
}  # fmt: skip

PASSAGES = [
    "Tentara tiba di perbatasan kemarin.",
    "Harga gas dan energi naik lagi.",
    "Banjir dan hujan di Bogor.",
    "Rain and flood hit the northern coast.",
    "Pasukan dan gas.",
    "Tidak ada apa pun.",
]
LANGUAGES = ["id", "id", "id", "en", "id", "id"]


class Dictionary:
    """An encoder of three meanings: words of one meaning share a direction."""

    id = "dictionary@1"
    dim = 3
    is_slow = False

    def __init__(self, fusing: Fusing) -> None:
        self.fusing = fusing

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """The mean direction of the words known; zeros where there is none."""
        vectors = np.zeros((len(texts), 3), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.lower().replace("?", " ").replace(".", " ").split():
                if word in MEANINGS:
                    vector[MEANINGS[word]] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(lengths, 1e-9)
        return unit

    encode_questions = encode_passages


def retrievers(
    texts: list[str], languages: list[str], fusing: Fusing = Fusing(matched=1.0)
) -> tuple[Dense, Lexical, Fused]:
    """Each kind of retriever over the same passages."""
    encoder = Dictionary(fusing)
    builder = LexicalBuilder()
    builder.add(texts, languages)
    dense = Dense(encoder, build_index(encoder.encode_passages(texts)))
    lexical = Lexical(builder.build())
    return dense, lexical, Fused(dense, lexical, lambda rows: [languages[row] for row in rows])


ALL = retrievers(PASSAGES, LANGUAGES)
DENSE, LEXICAL, FUSED = ALL


@pytest.fixture(params=ALL, ids=["dense", "lexical", "fused"])
def retriever(request: pytest.FixtureRequest) -> Retriever:
    """Each retriever in turn."""
    found: Retriever = request.param
    return found


def found(retriever: Retriever, question: str, k: int = 10) -> list[int]:
    """The rows of a question's hits."""
    return [hit.row for hit in retriever.retrieve([query(question)], k)[0]]


def test_meaning_finds_other_words_for_the_same() -> None:
    """`soldiers` is nearest to `tentara`, then to the passage that is half about it."""
    assert found(DENSE, "soldiers?", 2) == [0, 4]


def test_words_find_only_passages_that_hold_one() -> None:
    """A passage without any word of the question is no hit."""
    assert found(LEXICAL, "Kapan harga gas naik?") == [1, 4]
    assert found(LEXICAL, "prajurit") == []


def test_fusion_finds_what_either_finds() -> None:
    """`tiba` is known to words alone, `pasukan` leads to `tentara` by meaning alone."""
    assert found(FUSED, "pasukan tiba", 2) == [0, 4]
    assert found(FUSED, "Bogor", 1) == [2]


def test_a_fused_hit_carries_what_each_part_said() -> None:
    """On the scales of the parts themselves, also where only one of them found it."""
    question = "harga energi di Bogor"
    cosines = {hit.row: hit.score for hit in DENSE.retrieve([query(question)], 10)[0]}
    shares = {hit.row: hit.score for hit in LEXICAL.retrieve([query(question)], 10)[0]}
    for hit in FUSED.retrieve([query(question)], 10)[0]:
        assert hit.parts == {"dense": cosines[hit.row], "lexical": shares.get(hit.row, 0.0)}


def test_a_fused_score_is_what_the_formula_says() -> None:
    """By hand for one question: floor 0, cosine of row 4 is 1/sqrt(2), weights .7 and .3."""
    hits = {hit.row: hit for hit in FUSED.retrieve([query("Berapa harga gas dan di mana?")], 10)[0]}
    assert hits[4].parts["dense"] == pytest.approx(2**-0.5)
    assert hits[4].score == pytest.approx(0.7 * hits[4].parts["lexical"] + 0.3 * 2**-0.5)


def test_nearness_is_on_a_scale_that_encoders_share() -> None:
    """0 is the cosine of unrelated texts, 1 that of a question and what answers it."""
    *_, fused = retrievers(PASSAGES, LANGUAGES, Fusing(unrelated=0.5, matched=0.75))
    hits = {hit.row: hit for hit in fused.retrieve([query("Berapa harga gas dan di mana?")], 10)[0]}
    assert hits[4].parts["dense"] == pytest.approx((2**-0.5 - 0.5) / 0.25)


def test_an_encoder_says_what_words_count_within_a_language_and_across() -> None:
    """Row 3 is in English and the question in Indonesian; row 2 is not."""
    *_, fused = retrievers(PASSAGES, LANGUAGES, Fusing(within=0.25, across=0.75, matched=1.0))
    hits = {
        hit.row: hit for hit in fused.retrieve([query("Kapan hujan dan flood di mana?")], 10)[0]
    }
    for row, words in ((2, 0.25), (3, 0.75)):
        share, cosine = hits[row].parts["lexical"], hits[row].parts["dense"]
        assert share > 0
        assert hits[row].score == pytest.approx(words * share + (1 - words) * cosine)


def test_hits_come_best_first_with_ties_to_the_lower_row(retriever: Retriever) -> None:
    """And no row comes twice."""
    hits = retriever.retrieve([query("gas, hujan dan banjir di mana?")], 10)[0]
    assert hits
    assert [(-hit.score, hit.row) for hit in hits] == sorted((-hit.score, hit.row) for hit in hits)
    assert len({hit.row for hit in hits}) == len(hits)


def test_equal_passages_come_in_the_order_of_their_rows() -> None:
    """Also across the boundary at k."""
    for retriever in retrievers(["gas naik"] * 300, ["id"] * 300):
        assert found(retriever, "gas", 5) == [0, 1, 2, 3, 4]


def test_a_question_that_says_nothing_finds_nothing(retriever: Retriever) -> None:
    """Neither words nor meaning."""
    for question in ("", "?!", "🙂"):
        assert found(retriever, question) == []


def test_many_questions_are_answered_in_order(retriever: Retriever) -> None:
    """Each as it would be alone; none give none."""
    questions = ["gas", "", "hujan di Bogor", "gas"]
    together = retriever.retrieve([query(question) for question in questions], 3)
    assert together == [retriever.retrieve([query(question)], 3)[0] for question in questions]
    assert retriever.retrieve([], 3) == []


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(sorted(MEANINGS)), max_size=4).map(" ".join),
        min_size=1,
        max_size=12,
    ),
    question=st.lists(st.sampled_from([*MEANINGS, "tiba"]), min_size=1, max_size=3).map(" ".join),
    k=st.integers(1, 5),
    data=st.data(),
)
def test_filtered_hits_are_the_best_of_those_allowed(
    texts: list[str], question: str, k: int, data: st.DataObject
) -> None:
    """As if a filter were applied to the hits of everything, with nothing cut off before."""
    rows = sorted(data.draw(st.sets(st.integers(0, len(texts) - 1))))
    allowed = np.array(rows, dtype=np.int64)
    dense, lexical, fused = retrievers(texts, ["id"] * len(texts))
    for retriever in (dense, lexical):
        everything = retriever.retrieve([query(question)], len(texts))[0]
        expected = [(hit.row, hit.parts) for hit in everything if hit.row in rows][:k]
        found = retriever.retrieve([query(question)], k, allowed=[allowed])[0]
        assert [(hit.row, hit.parts) for hit in found] == expected
        assert [*chain(*(hit.ranks.values() for hit in found))] == [*range(1, len(found) + 1)]
    everything = fused.retrieve([query(question)], len(texts), allowed=[allowed])[0]
    assert {hit.row for hit in everything} <= set(rows)
    assert fused.retrieve([query(question)], k, allowed=[allowed])[0] == everything[:k]


def test_parts_over_other_passages_cannot_be_fused() -> None:
    """Rows must mean the same to both."""
    with pytest.raises(ValueError, match="differ in number"):
        Fused(DENSE, retrievers(["gas"], ["id"])[1], lambda rows: ["id"] * len(rows))


def test_a_fused_hit_knows_its_rank_in_each_retriever() -> None:
    """As that retriever alone would have it; none where it shares no word."""
    texts = ["Ani bicara di aula.", "Budi bicara.", "Harga cabai naik."]
    dense, lexical, fused = retrievers(texts, ["id"] * 3)
    question = "Di mana Ani bicara?"
    alone = {
        name: {hit.row: hit.ranks[name] for hit in retriever.retrieve([query(question)], 3)[0]}
        for name, retriever in (("dense", dense), ("lexical", lexical))
    }
    for hit in fused.retrieve([query(question)], 3)[0]:
        assert hit.ranks == {name: by[hit.row] for name, by in alone.items() if hit.row in by}
    assert set(alone["lexical"]) == {0, 1}
