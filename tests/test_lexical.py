from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from bm25s import BM25
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qa.errors import IndexDamaged, IndexMismatch
from qa.language.text import fold, words
from qa.lexical.build import LexicalBuilder
from qa.lexical.index import LexicalIndex

PASSAGES = [
    "Presiden menandatangani perjanjian gas di Jakarta.",
    "Harga gas naik; warga mengantre gas sejak pagi.",
    "The ministers signed an agreement in Tehran.",
    "Iran menolak perundingan.",
]
LANGUAGES = ["id", "id", "en", "id"]


def index_of(texts: list[str], languages: list[str]) -> LexicalIndex:
    """An index over some passages."""
    builder = LexicalBuilder()
    builder.add(texts, languages)
    return builder.build()


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    """Four passages in two languages."""
    return index_of(PASSAGES, LANGUAGES)


def test_a_score_is_what_the_formula_says() -> None:
    """By hand: three passages of two, two and four words, asked for `kopi`."""
    index = index_of(["kopi kopi", "kopi teh", "teh teh susu susu"], ["id"] * 3)
    share = [2 / (2 + 0.3 * (0.25 + 0.75 * 2 / (8 / 3))), 1 / (1 + 0.3 * (0.25 + 0.75 * 0.75)), 0]
    np.testing.assert_allclose(index.scores("kopi"), share, rtol=1e-5)


def test_words_counted_in_many_runs_give_the_index_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, whether the counts wait in a file or in memory; some batches hold nothing."""
    texts = [
        f"{text} {'kata ' * (number % 7)}{number % 5}" for number in range(40) for text in PASSAGES
    ]
    texts[9:9] = ["", "…"]
    languages = ["id", "en"] * (len(texts) // 2)
    index_of(texts, languages).save(tmp_path / "one")
    monkeypatch.setattr("qa.lexical.build._AT_ONCE", 50)
    with (tmp_path / "waiting").open("w+b") as file:
        builder = LexicalBuilder(file)
        for at in range(0, len(texts), 3):
            builder.add(texts[at : at + 3], languages[at : at + 3])
            builder.add([], [])
        builder.build().save(tmp_path / "many")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "many" / path.name).read_bytes(), path.name


def test_an_unknown_word_lowers_every_score() -> None:
    """By hand: `kopi` has idf ln(1 + 1.5/2.5), an unknown word ln(1 + 3.5/0.5)."""
    index = index_of(["kopi kopi", "kopi teh", "teh teh susu susu"], ["id"] * 3)
    known, unknown = np.log(1.6), np.log(8)
    expected = index.scores("kopi") * known / (known + unknown)
    np.testing.assert_allclose(index.scores("kopi zzyzx"), expected, rtol=1e-5)


def test_the_words_of_the_question_find_their_passage(index: LexicalIndex) -> None:
    """Through Indonesian affixes and English endings alike."""
    assert index.scores("Siapa yang menandatangani perjanjian?").argmax() == 0
    assert index.scores("agreements that the minister signs").argmax() == 2


def test_a_name_meets_the_stem_of_another_language(index: LexicalIndex) -> None:
    """An English question reaches the Indonesian passage that shares a name with it."""
    assert index.scores("Did Iran refuse?").argmax() == 3


def test_malay_is_stemmed_as_indonesian() -> None:
    """`perbincangan` and `berbincang` meet."""
    index = index_of(["Perbincangan bermula semula", "Harga minyak naik"], ["ms", "ms"])
    assert index.stemmers == ("indonesian",)
    assert index.scores("berbincang")[0] > 0


def test_words_that_only_ask_do_not_count(index: LexicalIndex) -> None:
    """A question scores as its other words do, unless it has no other."""
    assert np.array_equal(index.scores("Berapa harga gas?"), index.scores("harga gas"))
    asking = index_of(["Apa kata dia", "Entah"], ["id", "id"])
    assert asking.scores("apa?")[0] > 0


def test_a_word_said_twice_counts_once(index: LexicalIndex) -> None:
    """Also in another form with the same stem."""
    assert np.array_equal(index.scores("harga gas"), index.scores("gas harga gas harganya"))


def test_case_and_accents_do_not_matter() -> None:
    """Folding comes before stemming, on both sides."""
    index = index_of(["Élysée ÉTAIT fermé", "rien"], ["fr", "fr"])
    assert np.array_equal(index.scores("elysee"), index.scores("ÉLYSÉE"))
    assert index.scores("elysee")[0] > 0


def test_a_language_without_stemmer_keeps_its_words() -> None:
    """Words are matched as they are, and its stemmer is named `none`."""
    index = index_of(["Tổng thống phát biểu", "kopi"], ["vi", "und"])
    assert index.stemmers == ("none",)
    assert index.scores("tong thong")[0] > 0


def test_a_question_without_known_words_scores_zero(index: LexicalIndex) -> None:
    """Nothing asked, only marks, or only words that no passage holds."""
    for question in ("", "?!", "🙂🙂", "qwertyuiop"):
        scores = index.scores(question)
        assert scores.shape == (4,)
        assert not scores.any()


@pytest.mark.parametrize("texts", [[], ["", "... ?"]])
def test_an_index_without_words_can_be_kept(texts: list[str], tmp_path: Path) -> None:
    """It scores nothing, and survives saving."""
    built = index_of(texts, ["id"] * len(texts))
    built.save(tmp_path)
    opened = LexicalIndex.open(tmp_path, built.stemmers)
    assert opened.scores("apa saja").tolist() == [0] * len(texts)


PROSE = st.text(st.sampled_from("abkéŁя漢字ก'’.,:1 9\n\t\x1c\u3000\u200d-_?"), max_size=60)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(PROSE, min_size=1, max_size=5))
def test_every_word_of_a_passage_can_be_asked_for(texts: list[str]) -> None:
    """Reading a passage piece by piece finds the words that reading it whole would."""
    index = index_of(texts, ["und"] * len(texts))
    for row, text in enumerate(texts):
        for at in words(folded := fold(text)):
            assert index.scores(folded[at.start : at.end])[row] > 0


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(PROSE, min_size=1, max_size=5), question=PROSE)
def test_scores_lie_between_zero_and_one(texts: list[str], question: str) -> None:
    """Whatever is asked of whatever."""
    scores = index_of(texts, ["id"] * len(texts)).scores(question)
    assert scores.min() >= 0
    assert scores.max() <= 1


def test_a_long_question_is_bounded(index: LexicalIndex) -> None:
    """The words after the first 256 different ones change nothing."""
    flood = " ".join(f"kata{n}" for n in range(20_000))
    assert np.array_equal(index.scores(f"{flood} gas"), np.zeros(4))


def test_an_opened_index_is_the_one_saved(index: LexicalIndex, tmp_path: Path) -> None:
    """The same scores for a question in either language."""
    index.save(tmp_path)
    opened = LexicalIndex.open(tmp_path, index.stemmers)
    assert len(opened) == 4
    for question in ("harga gas di Jakarta", "Who signed the agreement?"):
        assert np.array_equal(index.scores(question), opened.scores(question))


@settings(max_examples=50, deadline=None)
@given(
    passages=st.lists(st.lists(st.sampled_from("abcde"), max_size=12), min_size=1, max_size=8),
    asked=st.lists(st.sampled_from("abcdef"), min_size=1, unique=True),
)
def test_scores_are_those_of_bm25s(passages: list[list[str]], asked: list[str]) -> None:
    """But for our divisor, which is the same for every passage; the oracle is bm25s."""
    vocabulary = {word: number for number, word in enumerate("abcde")}
    oracle = BM25(k1=0.3, b=0.75, method="lucene")
    tokens = [[vocabulary[word] for word in passage] for passage in passages]
    assume(any(tokens))
    oracle.index((tokens, vocabulary), create_empty_token=False, show_progress=False)
    df = [sum(word in passage for passage in passages) for word in asked]
    bound = sum(np.log1p((len(passages) - n + 0.5) / (n + 0.5)) for n in df)
    index = index_of([" ".join(passage) for passage in passages], ["und"] * len(passages))
    known = [word for word in asked if word != "f"]
    # The oracle cannot be asked for nothing.
    expected = oracle.get_scores(known) / bound if known else np.zeros(len(passages))
    np.testing.assert_allclose(index.scores(" ".join(asked)), expected, rtol=1e-5, atol=1e-7)


def test_counts_of_two_indexes_add_up_to_those_of_one(tmp_path: Path) -> None:
    """Files hold how often and how long alone, nothing that hangs on the other passages."""
    folders = [tmp_path / name for name in ("first", "second", "both")]
    for folder, texts in zip(folders, (PASSAGES[:2], PASSAGES[2:], PASSAGES), strict=True):
        index_of(texts, ["und"] * len(texts)).save(folder)
    tables: list[dict[tuple[str, int], int]] = []
    for folder, first in zip(folders, (0, 2, 0), strict=True):
        kept = json.loads((folder / "words.json").read_bytes())
        starts, rows, counts = (
            np.load(folder / f"{name}.npy") for name in ("starts", "rows", "counts")
        )
        held = np.repeat(np.arange(len(kept)), np.diff(starts))
        pairs = zip(held.tolist(), (rows + first).tolist(), counts.tolist(), strict=True)
        tables.append({(kept[word], row): count for word, row, count in pairs})
    assert tables[0] | tables[1] == tables[2]


def test_the_same_passages_give_the_same_bytes(tmp_path: Path) -> None:
    """However they were handed over."""
    whole = index_of(PASSAGES, LANGUAGES)
    builder = LexicalBuilder()
    for text, language in zip(PASSAGES, LANGUAGES, strict=True):
        builder.add([text], [language])
    whole.save(tmp_path / "whole")
    builder.build().save(tmp_path / "single")
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "single").iterdir())
    for name in names:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "single" / name).read_bytes()


@pytest.mark.parametrize(
    "name",
    ["words.json", "starts.npy", "rows.npy", "counts.npy", "lengths.npy"],
)
def test_a_missing_or_cut_file_is_refused(index: LexicalIndex, name: str, tmp_path: Path) -> None:
    """At any length below the whole."""
    index.save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    for length in (len(whole) - 1, len(whole) // 2, 20, 0):
        (tmp_path / name).write_bytes(whole[:length])
        with pytest.raises(IndexDamaged, match="qa index FOLDER --full"):
            LexicalIndex.open(tmp_path, index.stemmers)
    (tmp_path / name).unlink()
    with pytest.raises(IndexDamaged):
        LexicalIndex.open(tmp_path, index.stemmers)


def test_a_pickled_array_is_refused(index: LexicalIndex, tmp_path: Path) -> None:
    """Nothing in an index folder is ever executed."""
    index.save(tmp_path)
    np.save(tmp_path / "counts.npy", np.array([object()]), allow_pickle=True)
    with pytest.raises(IndexDamaged):
        LexicalIndex.open(tmp_path, index.stemmers)


def test_a_stemmer_that_is_not_installed_is_named(index: LexicalIndex, tmp_path: Path) -> None:
    """An index of a later version, or a tampered manifest."""
    index.save(tmp_path)
    with pytest.raises(IndexMismatch, match="klingon"):
        LexicalIndex.open(tmp_path, ("klingon",))
