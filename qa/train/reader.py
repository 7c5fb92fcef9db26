"""Train the bundled reader: multilingual-e5-small learns to answer.

Three steps, the first two kept in `OUT/training` until the last is done, so that a run goes on
where it was cut off: a vocabulary cut to the languages of the data (`qa.train.vocabulary`),
fine-tuning on questions (`qa.train.finetune`), and export with a calibration fitted on the dev sets
(`qa.train.reader_export`, `qa.train.calibrate`). A reader that was trained before
(`qa.train.reader_import`), or the weights of one, goes on to the second at once.

Steps are timed, not counted, so two runs of one seed differ by the speed of the machine.
"""

from __future__ import annotations

import copy
import json
import math
import random
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.answer import Evidence
from qa.language.text import sentences
from qa.network import TOKENIZER_FILE, VECTORS_FILE
from qa.protocols import Calibration
from qa.readers.onnx import BATCH_TOKENS, OnnxReader
from qa.readers.windows import shortened, with_windows
from qa.train.calibrate import fit, worth_from
from qa.train.data import (
    QARow,
    qa_files,
    read_inference,
    read_news,
    read_parallel,
    read_qa,
    set_name,
)
from qa.train.e5 import E5, cut_tokenizer, encoder, find_e5, read_e5
from qa.train.finetune import LOG, FineTuning, finetune
from qa.train.network import SIDES, Network, read_weights
from qa.train.pairs import beginning
from qa.train.questions import (
    Corpus,
    Examples,
    Variety,
    across,
    cut,
    held_out,
    read_corpus,
    retrieve_negatives,
)
from qa.train.reader_card import write_card
from qa.train.reader_export import ReaderConfig, export_reader, write_config
from qa.train.roles import deeds, sides
from qa.train.scores import Outcomes, outcomes, torch_score
from qa.train.vocabulary import choose_pieces, count_pieces, pair_tokenizer

NAME = "qa-reader"

_PLAIN = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.5, unsure=0.5)
_SHARES = {
    "idk-mrc.id": 1.2,
    "tydiqa.id": 1.0,
    "facqa.id": 2.0,
    "news-silver.id": 2.2,
    "squad-mt.id": 0.7,
    "squad.en": 0.6,
    "tydiqa.en": 0.7,
    "squad-mt.es": 0.35,
    "squad-mt.da": 0.15,
    "piaf.fr": 0.5,
    "tquad.tr": 0.25,
    "tydiqa.sw": 0.4,
    "jaquad.ja": 0.1,
    "cmrc2018.zh": 0.3,
    "drcd.zh": 0.15,
    "korquad.ko": 0.25,
    "tydiqa.ko": 0.6,
    "arcd.ar": 0.9,
    "persianqa.fa": 0.9,
    "squad.en>squad-mt.id": 0.7,
    "squad-mt.id>squad.en": 0.4,
    "squad-mt.es>squad-mt.id": 0.3,
    "squad-mt.da>squad-mt.id": 0.2,
    "squad-mt.es>squad.en": 0.2,
    "squad-mt.id>squad-mt.es": 0.2,
}
# What a language's share of tokens counts in choosing the vocabulary.
_WEIGHTS = {"id": 8.0, "en": 4.0, "ms": 2.0} | dict.fromkeys(
    ["es", "fr", "de", "pt", "nl", "it", "tr", "ru", "ar", "fa", "ja", "zh", "ko", "da", "sw"], 2.0
)
_OTHER_WEIGHT = 0.25
# Codes of `parallel/` by those of `qa/`.
_CODES = {
    "msa": "ms", "jpn": "ja", "cmn_Hans": "zh", "cmn_Hant": "zh", "zho": "zh", "kor": "ko",
    "ara": "ar", "fas": "fa", "spa": "es", "fra": "fr", "deu": "de", "por": "pt", "nld": "nl",
    "ita": "it", "tur": "tr", "swa": "sw", "rus": "ru", "dan": "da",
}  # fmt: skip
_CROSS = ("squad.en>squad-mt.id", "squad-mt.id>squad.en")
_DEEDS = "deeds"
_FILLING = 1_000
_LABELS = {"e": "says_so", "c": "says_otherwise", "n": "neither"}


@dataclass(frozen=True, slots=True)
class ReaderTraining:
    """Every setting of a run.

    Attributes:
        start: What to go on from: the folder of a reader, or a file of weights; the encoder of the
            extra `train` as it comes if None.
        encoder: The encoder's file; that of the installed package if None.
        tokens: Most pieces of the vocabulary, unless `start` is a reader, which has one.
        shares: For each training set (`squad.en`), or question in one and passage in another
            (`squad.en>squad-mt.id`), which part of its rows a round draws.
        deeds: Made-up questions a round draws on who did what to whom.
        sides: Made-up yes-or-no questions that a round draws.
        inferences: Part of the rows of `nli/` that a round draws beside them.
        news: Articles whose passages are searched for ones that do not answer.
        variety: How examples are changed.
        max_tokens: Longest example and window.
        titled: Whether questions over an index are asked with the article's headline behind them.
        finetuning: How to fine-tune.
        start_share: Of a run that goes on from trained weights, which part of its weights stays
            theirs: what both learnt adds up, what either learnt by heart does not. Source:
            Wortsman et al., CVPR 2022, arXiv:2109.01903. With 0, .3 and .5 the mean F1 over 13 dev
            sets was .710, .715 and .720 (2026-11).
        dev_rows: Most rows of each dev set scored at a checkpoint; all of them are at the end.
        threads: Threads of torch.
        seed: Of everything drawn.
    """

    start: Path | None = None
    encoder: Path | None = None
    tokens: int = 88_000
    shares: Mapping[str, float] = field(default_factory=lambda: dict(_SHARES))
    deeds: int = 7_000
    sides: int = 2_500
    inferences: float = 1.0
    news: int = 6_000
    variety: Variety = field(default_factory=Variety)
    max_tokens: int = 256
    titled: bool = True
    finetuning: FineTuning = field(default_factory=lambda: FineTuning(minutes=150.0))
    start_share: float = 0.5
    dev_rows: int = 100
    threads: int = 2
    seed: int = 0


def train_reader(data: Path, out: Path, settings: ReaderTraining | None = None) -> None:
    """Train a reader and write it, with its model card, into a folder.

    Args:
        data: The folder of training data; see `qa.train.data`.
        out: Where to write; made if absent.
        settings: How; the bundled reader's settings if None.

    Raises:
        UsageError: If data is missing or malformed.
        ModelError: If there is nothing to go on from at `settings.start`.
    """
    settings = settings or ReaderTraining()
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    work = out / "training"
    work.mkdir(parents=True, exist_ok=True)
    model, tokenizer = begin(data, work, settings)
    before = {} if settings.start is None else copy.deepcopy(model.state_dict())
    names = list(settings.shares)
    windows = with_windows(tokenizer, settings.max_tokens)
    scored = dev_sets(data) | held_out(data, names)

    def evaluate(trained: Network) -> dict[str, float]:
        trained.train(mode=False)
        score = torch_score(trained)
        return {
            f"{name}/{measure}": value
            for name, rows in scored.items()
            for measure, value in outcomes(windows, score, rows[: settings.dev_rows])
            .scores()
            .items()
        }

    finetune(
        model,
        _examples(data, tokenizer, settings).round,
        folder=work,
        settings=settings.finetuning,
        evaluate=evaluate,
        device="cuda" if torch.cuda.is_available() else "cpu",
    )
    log = [json.loads(line) for line in (work / LOG).read_text(encoding="utf-8").splitlines()]
    model.cpu()
    share = settings.start_share
    after = model.state_dict()
    model.load_state_dict(
        {name: (1 - share) * after[name] + share * each for name, each in before.items()} or after
    )
    publish(model, tokenizer, out, data, settings, log)
    shutil.rmtree(work)


def dev_sets(data: Path) -> dict[str, list[QARow]]:
    """The development rows by set (`squad.en`)."""
    return {set_name(path): list(read_qa(path)) for path in qa_files(data, "dev")}


def cross_sets(data: Path) -> dict[str, list[QARow]]:
    """Development questions in one language on passages in another, both ways, by shared ids."""
    dev = dev_sets(data)
    rows = dict(dev)
    for path in qa_files(data, "train"):
        rows[set_name(path)] = [*rows.get(set_name(path), ()), *read_qa(path)]
    found = {
        name: list(
            across(rows | {name.partition(">")[2]: dev.get(name.partition(">")[2], [])}, name)
        )
        for name in _CROSS
    }
    return {name: rows for name, rows in found.items() if rows}


def publish(
    model: Network,
    tokenizer: Tokenizer,
    out: Path,
    data: Path,
    settings: ReaderTraining,
    log: Sequence[Mapping[str, float]],
) -> None:
    """Export a trained model, calibrate what was exported, and write its card.

    Args:
        model: On the CPU.
        tokenizer: The model's.
        out: The folder to write to.
        data: The folder of training data, whose dev sets are scored.
        settings: How it was trained.
        log: What came of it on the way.
    """
    model.train(mode=False)
    config = ReaderConfig(NAME, settings.max_tokens, settings.titled, _PLAIN)
    export_reader(model, tokenizer, out, config)
    reader = OnnxReader.open(out)
    windows = with_windows(tokenizer, settings.max_tokens)

    def read(rows: Sequence[QARow]) -> Outcomes:
        return outcomes(
            windows, reader.score, rows, batch_tokens=BATCH_TOKENS, workers=reader.workers
        )

    dev = dev_sets(data)
    scored = {**dev, **cross_sets(data), **held_out(data, list(settings.shares))}
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
    write_config(out, replace(config, calibration=calibration))
    score = torch_score(model)
    write_card(
        out,
        asdict(settings),
        exported,
        {name: outcomes(windows, score, rows) for name, rows in scored.items()},
        negatives,
        _told_apart(model, windows, data),
        log,
    )


def _told_apart(model: Network, tokenizer: Tokenizer, data: Path) -> float:
    """How often what a premise says to its hypothesis is classified right, of the rows held out."""
    right = []
    for row in read_inference(data, "val"):
        (asked,) = shortened(tokenizer, [row.hypothesis])
        ids = torch.tensor([tokenizer.encode(asked, row.premise).ids])
        with torch.inference_mode():
            _, first = model(ids)
        right.append(SIDES[int(first[0, 1:].argmax())] == _LABELS[row.label])
    return float(np.mean(right)) if right else math.nan


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
    scored = np.isfinite(margin)
    answering = np.concatenate([outcome.answering for outcome in pairs])
    abstaining = np.concatenate([outcome.abstaining for outcome in pairs])
    return margin[scored], answering[scored], abstaining[scored]


def begin(data: Path, work: Path, settings: ReaderTraining) -> tuple[Network, Tokenizer]:
    """What fine-tuning begins with; tokenizer and token vectors are kept in `work`."""
    start = settings.start
    if start is not None and start.is_dir():
        # It imports onnx, which only those who train have.
        from qa.train.reader_import import open_trained

        return open_trained(start)
    e5 = read_e5(settings.encoder or find_e5())
    if not (work / VECTORS_FILE).exists():
        kept = choose_pieces(_counts(data, e5), _WEIGHTS, settings.tokens, other=_OTHER_WEIGHT)
        pair_tokenizer(e5, kept).save(str(work / TOKENIZER_FILE), pretty=False)
        np.save(work / VECTORS_FILE, e5.vectors[kept], allow_pickle=False)
    vectors = np.load(work / VECTORS_FILE, allow_pickle=False)
    model = Network(encoder(e5), vectors)
    if start is not None:
        model.load(read_weights(start))
    return model, Tokenizer.from_file(str(work / TOKENIZER_FILE))


def _counts(data: Path, e5: E5) -> dict[str, NDArray[np.int64]]:
    """How often each piece stands in the texts of each language."""
    texts: dict[str, dict[str, None]] = {}
    for path in qa_files(data, "train"):
        for row in read_qa(path):
            texts.setdefault(row.language, {}).update({row.context: None, row.question: None})
    # Who trains on their own questions need hold nothing else.
    if (data / "parallel").is_dir():
        for pair in read_parallel(data):
            language = _CODES.get(pair.language, pair.language)
            texts.setdefault(language, {})[pair.translation] = None
    if (data / "news").is_dir():
        for article in read_news(data):
            texts.setdefault(article.language, {})[article.text] = None
    whole = cut_tokenizer(e5, range(len(e5.pieces)))
    return {language: count_pieces(whole, some) for language, some in texts.items()}


def _examples(data: Path, tokenizer: Tokenizer, settings: ReaderTraining) -> Examples:
    rng = random.Random(settings.seed)  # noqa: S311
    news = _news(data, settings.news, rng)
    corpus = read_corpus(
        data, list(settings.shares), {"id": [piece for text in news for piece in cut(text)]}
    )
    contexts: dict[str, dict[str, None]] = {"id": dict.fromkeys(news)}
    for rows in corpus.rows.values():
        for row in rows:
            contexts.setdefault(row.language, {})[row.context] = None
    fillers = {
        language: _fillers(list(contexts.get(language, ()))[:_FILLING]) for language in ("id", "en")
    }
    made = list(deeds(fillers, settings.deeds, settings.seed))
    return Examples(
        Corpus({**corpus.rows, _DEEDS: made}, corpus.negatives),
        tokenizer,
        shares={**settings.shares, _DEEDS: 1.0},
        max_tokens=settings.max_tokens,
        variety=settings.variety,
        sides=[*_inferences(data, settings.inferences, rng), *_statements(settings)],
    )


def _news(data: Path, most: int, rng: random.Random) -> list[str]:
    """Indonesian news articles, drawn at random, none that a dev question is asked of."""
    if not (data / "news").is_dir():
        return []
    held_out = {beginning(row.context) for rows in dev_sets(data).values() for row in rows}
    texts = [row.text for row in read_news(data, "id") if beginning(row.text) not in held_out]
    return rng.sample(texts, min(most, len(texts)))


def _fillers(texts: Sequence[str]) -> list[str]:
    """Whole sentences of middling length."""
    found = (text[span.start : span.end] for text in texts for span in sentences(text)[1:4])
    return [sentence for sentence in found if 40 <= len(sentence) <= 200]


def _inferences(data: Path, part: float, rng: random.Random) -> Iterator[tuple[str, str, int]]:
    """What a premise says to its hypothesis, which half the time is put as a question."""
    for row in read_inference(data, "train"):
        if rng.random() >= part:
            continue
        asked = row.hypothesis
        if rng.random() < 0.5:
            asked = f"Apakah {asked[:1].lower()}{asked[1:].rstrip(' .')}?"
        yield asked, row.premise, SIDES.index(_LABELS[row.label])


def _statements(settings: ReaderTraining) -> Iterator[tuple[str, str, int]]:
    for made in sides(settings.sides, settings.seed):
        yield made.question, made.sentence, SIDES.index(made.side)
