"""Training a very small reader on a very small corpus of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering, BertModel

from qa.errors import ModelError, UsageError
from qa.protocols import Calibration
from qa.readers.onnx import OnnxReader, verify
from qa.readers.windows import Ids, Logits, with_windows
from qa.train.data import QARow, qa_files, read_qa
from qa.train.finetune import LOG, FineTuning, finetune
from qa.train.questions import Example, Examples, held_out, read_corpus
from qa.train.reader import ReaderTraining, train_reader
from qa.train.scores import Outcomes, outcomes
from qa.train.vocabulary import SPECIAL, add_scripts, align, start_vectors, train_tokenizer
from tests.builders import article, passage

PLACES = ["Sleman", "Bantul", "Malang", "Kediri", "Ambon", "Palu", "Kendari", "Manado", "Solo"]
THINGS = {"pasar": "market", "jembatan": "bridge", "sekolah": "school"}


def write(path: Path, rows: Sequence[object]) -> None:
    """A file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def question(id_: str, language: str, asked: str, context: str, answer: str) -> dict[str, object]:
    """A row as the files hold it; an empty answer means that there is none."""
    answers = [{"text": answer, "start": context.index(answer)}] if answer else []
    return {
        "id": id_,
        "lang": language,
        "question": asked,
        "context": context,
        "answers": answers,
        "source": "ours",
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each kind of file that the reader learns from, about where things stand."""
    folder = tmp_path_factory.mktemp("data")
    english, indonesian = [], []
    for place in PLACES:
        for thing, translated in THINGS.items():
            id_ = f"{place}-{thing}"
            english.append(
                question(
                    id_,
                    "en",
                    f"Where is the {translated} of {place}?",
                    f"People of {place} know it well: the {translated} stands by the river.",
                    "by the river",
                )
            )
            indonesian.append(
                question(
                    f"squad-trans-{id_}",
                    "id",
                    f"Di mana {thing} {place}?",
                    f"Warga {place} sangat mengenalnya: {thing} itu berdiri di tepi sungai.",
                    "di tepi sungai",
                )
            )
    unasked = question("x", "id", "Siapa wali kota Solo?", "Pasar Solo ramai.", "")
    write(folder / "qa/train/squad.en.jsonl", english)
    write(folder / "qa/train/squad-mt.id.jsonl", [*indonesian, unasked])
    write(folder / "qa/dev/squad.en.jsonl", english[:1])
    write(folder / "qa/dev/idk-mrc.id.jsonl", [*indonesian[:2], unasked])
    news = [{"title": "Kabar", "text": f"Warga {place} ramai.", "source": "a"} for place in PLACES]
    for language in ("id", "en", "ms"):
        write(folder / f"news/articles.{language}.jsonl", news)
    tabs = folder / "parallel"
    tabs.mkdir()
    pairs = [f"the {b} of {place}\t{a} {place}\n" for a, b in THINGS.items() for place in PLACES]
    (tabs / "en-id.tsv").write_text("".join(pairs), encoding="utf-8")
    (tabs / "en-multi.tsv").write_text("spa\tthe market\tel mercado\n" * 9, encoding="utf-8")
    words = folder / "dictionary"
    words.mkdir()
    (words / "wordnet.en-id.tsv").write_text("river\tsungai\t1-n\n", encoding="utf-8")
    (words / "wiktionary.tsv").write_text("es\triver\trio\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An English encoder with random weights, and its tokenizer."""
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("start")
    texts = [f"the {thing} stands by the river where people" for thing in THINGS.values()]
    tokenizer = train_tokenizer(texts * 5, 120)
    tokenizer.save(str(folder / "tokenizer.json"))
    BertModel(_tiny(tokenizer)).save_pretrained(folder)
    return folder


def _tiny(tokenizer: Tokenizer) -> BertConfig:
    return BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )


PLAIN = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.5, unsure=0.5)
SHARES = {"squad.en": 1.0, "squad-mt.id": 1.5, "squad.en>squad-mt.id": 1.0}
SMALL = ReaderTraining(
    tokens=250,
    news={"id": 100, "en": 100, "ms": 100},
    shares=SHARES,
    max_tokens=32,
    read_tokens=48,
    distil_minutes=0.01,
    finetuning=FineTuning(minutes=0.02, batch_tokens=200, every_minutes=0.008),
)


@pytest.fixture(scope="module")
def tokenizer(data: Path) -> Tokenizer:
    """A vocabulary of all the questions and contexts."""
    rows = [row for path in qa_files(data, "train") for row in read_qa(path)]
    return train_tokenizer([f"{row.question} {row.context}" for row in rows], 300)


def test_tokenizer_marks_question_and_passage(tokenizer: Tokenizer) -> None:
    """Special tokens come first in the vocabulary and stand where BERT has them."""
    assert [tokenizer.id_to_token(row) for row in range(5)] == list(SPECIAL)
    encoding = tokenizer.encode("Siapa?", "Warga Solo")
    assert encoding.tokens[0] == "[CLS]"
    assert encoding.tokens.count("[SEP]") == 2
    assert encoding.type_ids[0] == 0
    assert encoding.type_ids[-1] == 1


def test_alignment_finds_the_translation() -> None:
    """Only what varies together can explain it."""
    pairs = [
        (f"{a} {x}", f"{b} {y}")
        for a, b in [("pasar", "market"), ("sawah", "field")]
        for x, y in [("besar", "big"), ("baru", "new")]
    ] * 5
    new = train_tokenizer([pair[0] for pair in pairs], 100)
    old = train_tokenizer([pair[1] for pair in pairs], 100)
    table = align(pairs, new, old)
    row = new.get_vocab()["pasar"]
    assert table.probability[row].argmax() == old.get_vocab()["market"]
    assert table.sightings[row] > 5


def test_start_vectors_keep_what_is_known() -> None:
    """A known token keeps its vector; a translated one points where its translation does."""
    pairs = [("pasar radio", "market radio"), ("pasar", "market"), ("radio", "radio")] * 50
    new = train_tokenizer([pair[0] for pair in pairs], 60)
    old = train_tokenizer([pair[1] for pair in pairs], 60)
    vectors = np.random.default_rng(1).normal(size=(old.get_vocab_size(), 8)).astype(np.float32)
    share = np.full(new.get_vocab_size(), 1.0)
    started = start_vectors(new, old, vectors, align(pairs, new, old), share)
    old_ids, new_ids = old.get_vocab(), new.get_vocab()
    np.testing.assert_allclose(started[new_ids["radio"]], vectors[old_ids["radio"]])
    market = vectors[old_ids["market"]]
    cosine = started[new_ids["pasar"]] @ market / np.linalg.norm(market)
    assert cosine / np.linalg.norm(started[new_ids["pasar"]]) > 0.9


def test_tokens_of_other_scripts_go_behind_those_there_are() -> None:
    """Every old token keeps its number; the words of the other script are no longer unknown."""
    old = train_tokenizer(["pasar radio"] * 9, 60)
    wide = add_scripts(old, ["pasar 東京 radio", "موسيقى"] * 9, 40)
    assert old.get_vocab().items() <= wide.get_vocab().items()
    assert sorted(wide.get_vocab().values()) == list(range(wide.get_vocab_size()))
    assert wide.encode("pasar radio").ids == old.encode("pasar radio").ids
    assert "[UNK]" in old.encode("東京").tokens
    assert wide.encode("東京", add_special_tokens=False).tokens == ["東", "京"]
    assert wide.encode("موسيقى", add_special_tokens=False).tokens == ["موسيقى"]
    assert add_scripts(old, ["pasar baru"] * 9, 40).get_vocab() == old.get_vocab()


def test_start_vectors_tell_strange_tokens_apart() -> None:
    """Characters that the old vocabulary lacks do not all start as its one unknown token."""
    old = train_tokenizer(["market"] * 9, 60)
    wide = add_scripts(old, ["東京"] * 9, 40)
    vectors = np.random.default_rng(1).normal(size=(old.get_vocab_size(), 8)).astype(np.float32)
    share = np.ones(wide.get_vocab_size())
    started = start_vectors(wide, old, vectors, align([("東", "market")], wide, old), share)
    np.testing.assert_allclose(started[: len(vectors)], vectors)
    east, capital = (started[wide.get_vocab()[token]] for token in "東京")
    assert not np.allclose(east, capital)


def test_contexts_are_held_out_where_a_language_has_no_dev_set(tmp_path: Path) -> None:
    """About one in twenty, whole, and never learnt from; Indonesian has a dev set."""
    rows = [question(f"{n}", "sw", "Nani?", f"Juma {n // 2}.", "Juma") for n in range(400)]
    write(tmp_path / "qa/train/tydiqa.sw.jsonl", rows)
    write(tmp_path / "qa/train/idk-mrc.id.jsonl", [{**row, "lang": "id"} for row in rows])
    write(tmp_path / "qa/dev/idk-mrc.id.jsonl", rows[:1])
    names = ["tydiqa.sw", "idk-mrc.id"]
    held = held_out(tmp_path, names)
    assert list(held) == ["tydiqa.sw"]
    assert 4 <= len(held["tydiqa.sw"]) <= 40
    contexts = {row.context for row in held["tydiqa.sw"]}
    learnt = read_corpus(tmp_path, names).rows["tydiqa.sw"]
    assert contexts.isdisjoint(row.context for row in learnt)
    assert len(learnt) + len(held["tydiqa.sw"]) + (rows[0]["context"] not in contexts) * 2 == 400


def test_dev_rows_are_left_out_in_every_language(data: Path) -> None:
    """Neither the dev question, nor its translation, nor its context is learnt from."""
    corpus = read_corpus(data, list(SHARES))
    known = {row.shared_id for rows in corpus.rows.values() for row in rows}
    assert "Sleman-pasar" not in known
    assert "Sleman-jembatan" not in known
    assert "Bantul-pasar" in known


def test_questions_cross_languages(data: Path) -> None:
    """The question is in English, passage and answer are in Indonesian."""
    crossed = read_corpus(data, list(SHARES)).rows["squad.en>squad-mt.id"]
    assert len(crossed) == len(PLACES) * len(THINGS) - 2
    assert crossed[0].question.startswith("Where is")
    assert crossed[0].answers[0].text == "di tepi sungai"


def test_negatives_never_hold_the_answer(data: Path) -> None:
    """Where every passage has the answer's words, none is a negative."""
    corpus = read_corpus(data, ["squad.en", "squad-mt.id"])
    ids = {row.id for rows in corpus.rows.values() for row in rows if row.answers}
    assert not ids & set(corpus.negatives)


def _draw(data: Path, tokenizer: Tokenizer, max_tokens: int) -> list[Example]:
    corpus = read_corpus(data, list(SHARES))
    drawn = Examples(corpus, tokenizer, shares=SHARES, max_tokens=max_tokens, negatives=0.5)
    return drawn.round(1)


@pytest.mark.parametrize("max_tokens", [24, 64])
def test_examples_point_at_their_answers(data: Path, tokenizer: Tokenizer, max_tokens: int) -> None:
    """The labelled tokens spell the answer, in whole and cut windows; else both are 0."""
    examples = _draw(data, tokenizer, max_tokens)
    found = 0
    for example in examples:
        assert len(example.ids) <= max_tokens
        assert (example.start == 0) == (example.end == 0)
        if example.start:
            found += 1
            assert example.start >= example.passage
            words = tokenizer.decode(list(example.ids[example.start : example.end + 1]))
            assert words in ("by the river", "di tepi sungai")
    assert found > len(examples) / 2


def test_rounds_follow_their_seed(data: Path, tokenizer: Tokenizer) -> None:
    """The same number draws the same examples."""
    assert _draw(data, tokenizer, 24) == _draw(data, tokenizer, 24)


def test_outcomes_by_hand() -> None:
    """Two answerable rows, one of them missed below the threshold, and one unanswerable."""
    read = Outcomes(
        answering=np.array([1.0, 0.5, 0.0]),
        abstaining=np.array([0.0, 0.0, 1.0]),
        margin=np.array([2.0, -1.0, -3.0]),
    )
    assert read.scores() == {
        "all": pytest.approx(2 / 3),
        "answerable": 0.5,
        "forced": 0.75,
        "unanswerable": 1.0,
    }


def test_rows_without_a_finding_are_abstained(tokenizer: Tokenizer) -> None:
    """An empty context holds nothing, so its margin is below every threshold."""

    def score(ids: Ids, _mask: Ids, _types: Ids) -> tuple[Logits, Logits]:
        return np.zeros(ids.shape, np.float32), np.zeros(ids.shape, np.float32)

    rows = [QARow("a", "id", "Siapa?", "", (), "ours")]
    read = outcomes(with_windows(tokenizer, 32), score, rows)
    assert read.scores() == {"all": 1.0, "unanswerable": 1.0}


def test_a_run_goes_on_from_its_checkpoint(
    data: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """Counters and weights are found again; a run that is over trains no further."""
    settings = FineTuning(minutes=0.01, batch_tokens=200, every_minutes=1.0)
    rounds: list[int] = []

    def draw(number: int) -> list[Example]:
        rounds.append(number)
        return _draw(data, tokenizer, 24)

    def run() -> BertForQuestionAnswering:
        model = BertForQuestionAnswering(_tiny(tokenizer))
        finetune(
            model,
            draw,
            mask_id=4,
            folder=tmp_path,
            settings=settings,
            evaluate=lambda _: {"forced": 0.5},
        )
        return model

    first = run()
    log: Mapping[str, float] = json.loads((tmp_path / LOG).read_text(encoding="utf-8"))
    assert log["step"] >= 1
    assert log["forced"] == 0.5
    again = run()
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name])


def test_data_that_is_not_there_is_named(tmp_path: Path, start: Path) -> None:
    """The folder must be laid out as the training data is."""
    with pytest.raises(UsageError, match="name the training data"):
        train_reader(tmp_path, tmp_path / "out", ReaderTraining(start=start))


def test_the_whole_way_gives_a_reader_that_opens(data: Path, start: Path, tmp_path: Path) -> None:
    """Vocabulary, distillation, fine-tuning, export, calibration and card, in two seconds."""
    pytest.importorskip("onnx", reason="the extra `train` is not installed")
    out = tmp_path / "reader"
    train_reader(data, out, replace(SMALL, start=start))
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "config.json",
        "reader.onnx",
        "tokenizer.json",
    ]
    verify(out)
    reader = OnnxReader.open(out)
    of = article("Warga Palu sangat mengenalnya: pasar itu berdiri di tepi sungai.")
    (found,) = reader.read(["Di mana pasar Palu?"], [passage(of)])
    assert found is not None
    assert 0 <= reader.calibration.unsure <= 1
    card = (out / "README.md").read_text(encoding="utf-8")
    assert reader.id.rpartition("-")[2] in card
    assert str(tmp_path) not in card
    further = tmp_path / "further"
    train_reader(data, further, replace(SMALL, start=out))
    assert OnnxReader.open(further).id != reader.id


def test_a_reader_goes_on_with_questions_alone(data: Path, start: Path, tmp_path: Path) -> None:
    """Own questions, in a script that it has no token of, and no sentence or word pairs."""
    pytest.importorskip("onnx", reason="the extra `train` is not installed")
    train_reader(data, tmp_path / "first", replace(SMALL, start=start))
    own = tmp_path / "own"
    rows = [question(f"{n}", "ja", "どこ?", f"市場は東京{n}にある。", "東京") for n in range(9)]
    write(own / "qa/train/squad.en.jsonl", rows)
    write(own / "qa/dev/squad.en.jsonl", rows[:1])
    settings = replace(SMALL, start=tmp_path / "first", shares={"squad.en": 1.0})
    train_reader(own, tmp_path / "further", settings)
    tokens = Tokenizer.from_file(str(tmp_path / "further/tokenizer.json")).encode("東京").tokens
    assert "[UNK]" not in tokens


def test_an_exported_reader_comes_back_as_it_was(tokenizer: Tokenizer, tmp_path: Path) -> None:
    """Every weight under its own name, to within the step of its 8 bits."""
    pytest.importorskip("onnx", reason="the extra `train` is not installed")
    from qa.train.reader_export import export_reader
    from qa.train.reader_import import open_trained

    torch.manual_seed(3)
    config = _tiny(tokenizer)
    config._attn_implementation = "eager"
    model = BertForQuestionAnswering(config)
    for weight in model.parameters():
        # The exporter keeps equal ones once, as all biases are before training.
        torch.nn.init.normal_(weight)
    export_reader(model, tokenizer, tmp_path, name="a", max_tokens=48, calibration=PLAIN)
    again, words = open_trained(tmp_path)
    assert words.get_vocab() == tokenizer.get_vocab()
    assert again.config.num_attention_heads == config.num_attention_heads
    mended = again.state_dict()
    for name, tensor in model.state_dict().items():
        step = tensor.abs().max().item() / 63
        np.testing.assert_allclose(mended[name], tensor, atol=step, err_msg=name)


def test_a_folder_without_a_reader_is_named(tmp_path: Path) -> None:
    """Going on needs a file that training wrote."""
    pytest.importorskip("onnx", reason="the extra `train` is not installed")
    from qa.train.reader_import import open_trained

    (tmp_path / "reader.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="no reader to go on from"):
        open_trained(tmp_path)
