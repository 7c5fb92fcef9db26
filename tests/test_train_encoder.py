"""Training a small encoder on a small corpus of our own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from qa.encoders.static import StaticEncoder, fingerprint, recorded
from qa.train.beside_words import shares
from qa.train.contrast import Contrast, contrast
from qa.train.e5 import encoder, read_e5
from qa.train.encoder import EncoderTraining, train_encoder
from qa.train.export import quantise
from qa.train.network import Network
from qa.train.pairs import qa_rows, sources, windows
from qa.train.pieces import piece_vectors
from qa.train.ranking import Ranking, Task, rank, tasks
from qa.train.tokens import BOUNDARY, tokenise, train_tokenizer
from qa.train.vocabulary import pair_tokenizer
from tests.tiny_e5 import write_e5

PLACES = ["Sleman", "Bantul", "Malang", "Kediri", "Ambon", "Palu", "Kendari", "Manado"]
THINGS = {"pasar": "market", "jembatan": "bridge", "sekolah": "school", "museum": "museum"}

SMALL = EncoderTraining(
    tokens=300,
    dim=16,
    steps=60,
    batch=16,
    score_every=30,
    learning_rate=0.05,
    vocabulary={"*": 10_000},
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of training file, a few rows each, about where things stand."""
    folder = tmp_path_factory.mktemp("data")
    rows: dict[str, list[dict[str, object]]] = {"train": [], "dev": []}
    for place in PLACES:
        for thing, english in THINGS.items():
            split = "dev" if (place, thing) == ("Ambon", "pasar") else "train"
            context = f"Sebuah {thing} di {place} berdiri di tepi kota. Warga datang."
            row: dict[str, object] = {
                "id": f"{place}-{thing}",
                "lang": "id",
                "question": f"Di mana {thing} {place} berdiri?",
                "context": context,
                "answers": [{"text": "tepi kota", "start": context.index("tepi kota")}],
                "source": "ours",
            }
            rows[split].append({**row, "id": f"squad-trans-{row['id']}"})
            passage = f"A {english} in {place} stands at the edge of town. People come."
            english_row: dict[str, object] = {
                **row,
                "lang": "en",
                "question": f"Where does the {english} of {place} stand?",
                "context": passage,
                "answers": [{"text": "edge of town", "start": passage.index("edge of town")}],
            }
            rows["train"].append(english_row)
    for split, kept in rows.items():
        (folder / "qa" / split).mkdir(parents=True)
        for language, name in (("id", "squad-mt.id"), ("en", "squad.en")):
            write(
                folder / f"qa/{split}/{name}.jsonl",
                [json.dumps(row) for row in kept if row["lang"] == language],
            )
    write(folder / "qa/dev/tydiqa.id.jsonl", [json.dumps(row) for row in rows["dev"]])
    articles = [
        {
            "title": f"Kabar {thing} {place}",
            "text": f"Warga {place} menunggu {thing} baru di kota. Pekerjaan selesai bulan depan. "
            f"Wali kota {place} meninjau {thing} itu.",
            "source": "ours",
        }
        for place in PLACES
        for thing in THINGS
    ]
    write(folder / "news/articles.id.jsonl", [json.dumps(article) for article in articles])
    questions = [
        {
            "source": "ours",
            "question": f"Siapa meninjau {article['title']}?",
            "answer": "Wali kota.",
            "context": article["text"],
        }
        for article in articles
    ]
    write(folder / "retrieval/q.id.jsonl", [json.dumps(question) for question in questions])
    pairs = [f"the {e} of {p} is new\t{t} {p} itu baru" for p in PLACES for t, e in THINGS.items()]
    write(folder / "parallel/en-id.tsv", pairs)
    write(folder / "parallel/en-multi.tsv", [f"deu\t{e}\t{e}" for e in THINGS.values()])
    write(folder / "parallel/ntrex.jsonl", ['{"ind": "pasar baru", "eng": "a new market"}'])
    write(folder / "dictionary/wordnet.en-id.tsv", [f"{e}\t{t}\t1" for t, e in THINGS.items()])
    write(folder / "dictionary/wiktionary.tsv", ["es\tmarket\tmercado"])
    write(folder / "dictionary/thesaurus.id.jsonl", ['{"word": "baru", "sinonim": ["anyar"]}'])
    return folder


def write(path: Path, lines: list[str]) -> None:
    """Write lines to a file, its folder made if absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="module")
def e5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny e5 that knows some words."""
    path = tmp_path_factory.mktemp("e5") / "e5.bin"
    write_e5(path, [*THINGS, *THINGS.values(), "abcdefghijklmnopqrstuvwxyz"])
    return path


@pytest.fixture(scope="module")
def trained(data: Path, e5: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an encoder trained on the small data."""
    out = tmp_path_factory.mktemp("model") / "encoder"
    train_encoder(data, out, SMALL, e5=e5)
    return out


def test_training_writes_a_model_that_ranks_the_right_passage_first(
    data: Path, trained: Path
) -> None:
    """A question that was held out finds its passage among those trained on."""
    encoder = StaticEncoder.open(trained)
    (task,) = (task for task in tasks(data) if task.name == "tydiqa.id")
    ranking = rank(
        task, encoder.encode_questions(task.questions), encoder.encode_passages(task.passages)
    )
    assert ranking == Ranking(1.0, 1.0)


def test_the_folder_records_its_fingerprint_and_a_card(trained: Path) -> None:
    """What `qa check` compares is there, and no checkpoint is left."""
    assert recorded(trained) == fingerprint(trained)
    card = (trained / "README.md").read_text(encoding="utf-8")
    assert fingerprint(trained) in card
    assert "| 60 |" in card
    assert "tydiqa.id" in card
    assert not list(trained.glob("checkpoint*"))


def test_the_same_seed_gives_the_same_model_also_after_a_break(
    data: Path, e5: Path, trained: Path, tmp_path: Path
) -> None:
    """A run that was cut off half way goes on from its checkpoint to the same weights."""
    broken = tmp_path / "encoder"
    with pytest.raises(KeyboardInterrupt):
        train_encoder(data, broken, SMALL, e5=e5, on_score=interrupt)
    assert list(broken.glob("checkpoint*"))
    train_encoder(data, broken, SMALL, e5=e5)
    assert fingerprint(broken) == fingerprint(trained)


def interrupt(step: int, scores: Mapping[str, Ranking]) -> None:
    """Stop a run as a person would, once it has been scored."""
    raise KeyboardInterrupt(step, scores)


def test_nothing_of_dev_is_trained_on(data: Path) -> None:
    """Neither a dev context nor the English paragraph that it is a translation of."""
    _, held_out = qa_rows(data)
    assert len(held_out) == 2
    drawn = {source.name: source.right for source in sources(data, 0)}
    assert {"qa.id", "qa.en", "qa.across"} <= drawn.keys()
    assert not held_out & {text for name in drawn if name.startswith("qa.") for text in drawn[name]}


def test_tokens_start_as_what_e5_says_of_them_alone(e5: Path) -> None:
    """Each dimension has variance 1 over the distinct texts; a boundary makes no other text."""
    tokenizer = train_tokenizer(["pasar jembatan sekolah museum market bridge school"] * 2, 90)
    vectors = piece_vectors(tokenizer, e5, 8)
    number = tokenizer.get_vocab()
    assert vectors.shape == (tokenizer.get_vocab_size(), 8)
    np.testing.assert_array_equal(vectors[number[f"{BOUNDARY}m"]], vectors[number["m"]])
    texts = {token.replace(BOUNDARY, ""): row for token, row in number.items()}
    distinct = vectors[list(texts.values())]
    np.testing.assert_allclose(distinct.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(np.cov(distinct, rowvar=False), np.eye(8), atol=1e-3)


def test_words_find_wrong_passages_and_never_the_right_one() -> None:
    """What shares most words with a question is drawn as wrong, unless it answers."""
    passages = ["pasar baru Ambon dibuka", "pasar lama Ambon ditutup", "hujan turun di Palu"]
    found = shares(["pasar baru Ambon"], passages, np.array([0]), np.array([0]), "id")
    assert found is not None
    words = found.of(np.array([0]), np.arange(3))[0]
    assert words[0] > words[1] > words[2] == 0
    assert sorted(found.nearest[0].tolist()) == [1, 2]
    assert found.hard(np.array([0]), np.random.default_rng(0))[0] in {1, 2}


def test_a_source_of_one_passage_has_no_wrong_ones() -> None:
    """So there is nothing to draw, and it is trained on without."""
    assert shares(["pasar", "baru"], ["pasar baru"], np.arange(2), np.zeros(2, int), "id") is None


def test_windows_cover_a_text_in_whole_sentences() -> None:
    """Two sentences fit where three do not; a longer one stands alone."""
    assert list(windows("Satu. Dua. Tiga panjang sekali.", 10)) == [
        "Satu. Dua.",
        "Tiga panjang sekali.",
    ]
    assert list(windows("  ")) == []


def test_rank_counts_from_one_and_looks_no_further_than_ten() -> None:
    """By hand: ranks 1 and 2 of two questions, so (1 + 1/2) / 2."""
    task = Task.of("t", ["a", "b"], ["x", "y"], ["z"])
    questions = np.array([[1, 0], [1, 0]], np.float32)
    passages = np.array([[1, 0], [0.5, 0], [0, 1]], np.float32)
    assert rank(task, questions, passages) == Ranking(0.75, 1.0)


def test_quantised_rows_keep_their_direction_and_zeros() -> None:
    """The largest number of a row becomes 127, and a row of zeros stays one."""
    integers, scales = quantise(np.array([[2, -1], [0, 0]], np.float32))
    assert integers.tolist() == [[127, -64], [0, 0]]
    np.testing.assert_allclose(scales, [2 / 127, 0], rtol=1e-6)


def test_a_text_has_the_tokens_of_its_words() -> None:
    """Punctuation separates, case and soft hyphens do not count, unknown letters are dropped."""
    tokenizer = train_tokenizer(["pasar baru di kota baru"], 60)
    once = tokenise(tokenizer, ["pasar", "baru"])
    both = tokenise(tokenizer, ["Pa\u00adsar--BARU!", "Ω"])
    np.testing.assert_array_equal(both.tokens, once.tokens)
    assert both.ends.tolist() == [len(both.tokens)] * 2


def test_contrast_brings_questions_near_to_what_answers_them(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that a step takes a second of, so that the machine's load changes nothing."""
    rows, held_out = qa_rows(data)
    asked = {
        row.context: row.question for row in rows if row.answers and row.context not in held_out
    }
    write_e5(tmp_path / "tiny.bin", [*asked, *asked.values(), "query: passage:"])
    e5 = read_e5(tmp_path / "tiny.bin")
    model = Network(encoder(e5), e5.vectors)
    tokenizer = pair_tokenizer(e5, list(range(len(e5.pieces))))
    tokenizer.no_truncation()

    def mean(text: str) -> torch.Tensor:
        hidden = model.bert(inputs_embeds=model.vectors[torch.tensor([tokenizer.encode(text).ids])])
        return torch.nn.functional.normalize(hidden.last_hidden_state.mean(1)[0], dim=-1)

    def apart() -> float:
        with torch.no_grad():
            questions = torch.stack([mean(f"query: {question}") for question in asked.values()])
            passages = torch.stack([mean(f"passage: {passage}") for passage in asked])
        cosines = questions @ passages.T
        return float(cosines.diagonal().mean() - cosines.mean())

    before = apart()
    seconds = itertools.count()
    monkeypatch.setattr("qa.train.contrast.time.monotonic", lambda: next(seconds))
    # Weights drawn at random are no start to keep a share of.
    settings = Contrast(
        minutes=1.0, frozen=0, batch=16, learning_rate=0.003, start_share=0.0, threads=1
    )
    contrast(model, tokenizer, data, ("query: ", "passage: "), settings)
    assert apart() > before + 0.1
