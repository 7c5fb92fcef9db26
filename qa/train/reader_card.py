"""The model card of a trained reader: its data, settings, dev scores and limits."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from qa.network import CONFIG_FILE, TOKENIZER_FILE, VECTORS_FILE
from qa.readers.onnx import MODEL_FILE
from qa.train.calibration import Reliability
from qa.train.card import table
from qa.train.scores import Outcomes

CARD_FILE = "README.md"

_DATA = (
    ("multilingual-e5-small (118M parameters, 96M of them vectors)", "the start", "MIT"),
    ("IDK-MRC (id)", "questions, half unanswerable", "CC BY-SA 4.0"),
    ("TyDiQA gold passages (id, en, sw, ko)", "questions", "Apache-2.0"),
    ("FacQA (id)", "questions on news", "Apache-2.0"),
    ("News-silver (id)", "questions on whole news articles", "none stated"),
    ("SQuAD 1.1 and 2.0, in part (en)", "questions", "CC BY-SA 4.0"),
    ("SQuAD translated (id; es, da)", "questions", "CC BY-SA 4.0; CC BY 4.0"),
    ("PIAF (fr), TQuAD (tr)", "questions", "MIT, none stated"),
    ("JaQuAD (ja), CMRC 2018, DRCD (zh), in part", "questions", "CC BY-SA 3.0 and 4.0"),
    ("KorQuAD (ko), in part", "questions", "CC BY-ND 2.0 KR"),
    ("ARCD (ar), PersianQA (fa), in part", "questions", "MIT, GPL-3.0"),
    ("IndoNLI (id)", "what a sentence says to a question", "CC BY-SA"),
    ("Made up (`qa/train/roles.py`)", "who did what to whom; opposites", "this repository's"),
    ("News in Indonesian", "passages that do not answer; the vocabulary", "mostly none stated"),
    ("News in Malay and English; Tatoeba, WMT, TICO-19, TED", "the vocabulary", "various"),
)

_CARD = """\
---
pipeline_tag: question-answering
license: other
tags: [extractive-qa, onnx, multilingual]
---

# qa-reader: the reader that ships with qa

Finds the words of a passage that answer a question, or says that they are not there; says beside
that how likely the passage is to answer at all, and what a sentence says to a yes-or-no question.
Twelve layers of 384 in 8-bit integers with a scale for each output channel, {tokens:,} token
vectors in four bits. Indonesian and English first; a hundred languages to some degree.

- sha256 of `reader.onnx`: `{sha256}`
- {megabytes:.1f} MB with vectors and tokenizer
- made by `qa train reader --data DATA --out FOLDER`: {minutes:.0f} minutes of fine-tuning,
  {examples:,} examples, seed {seed}, on {machine}

## Dev scores

Each question on its own context, token F1 as SQuAD v2 counts it. `all` and `answerable` let the
reader say "not here" below a margin of 0, `forced` does not; `float32` is `all` before quantising.

{scores}

`squad.en>squad-mt.id` asks in English on passages in Indonesian. The sets that are not of `qa/dev`
are one context in twenty of the training files of their language, kept out of training (200 rows at
most).

Each question on passages that BM25 finds for it but that do not answer: {refused:.3f} refused.

What a premise says to its hypothesis (IndoNLI, development), before quantising: {told_apart:.3f}
told right.

## Confidence over an index

Not fitted yet: `qa train calibration --reader FOLDER --data DATA --write`.

## Dev scores while it trained

The first rows of each set only.

{log}

## Settings

{settings}

## Data and licences

{data}

No text of these sets is in this folder. Left out of training: the questions of the dev sets and
their translations, the contexts of all dev sets, and what is held out above.

## Limits

- It sees one passage at a time: no arithmetic, no reasoning over several.
- Negation and swapped roles still fool it; see the unanswerable column.
- Trained on public text with its errors; an answer is a quotation, not the truth.
"""


_CONFIDENCE = "## Confidence over an index\n"
_GIVEN = """
Fitted by `qa train calibration` on one half of the dev questions (the thresholds on all), asked of
indexes that lack the context of every second one; measured on the other half. "Right" is an F1 of
.5 or more.

- of the questions with an answer {coverage:.3f} come as "answered"; of all that do {precision:.3f}
  are right
- F1 {f1:.3f}; {f1_answerable:.3f} where there is an answer; where there is none {refused:.3f} are
  refused
- expected calibration error {error:.3f}

{bins}
"""


def write_card(
    folder: Path,
    settings: Mapping[str, Any],
    exported: Mapping[str, Outcomes],
    trained: Mapping[str, Outcomes],
    negatives: Outcomes,
    told_apart: float,
    log: Sequence[Mapping[str, float]],
) -> None:
    """Write `README.md` beside a reader that was just exported to the folder.

    Args:
        folder: Where the reader lies.
        settings: How it was trained, by name.
        exported: What the shipped model makes of each dev set.
        trained: What the model made of it before quantising.
        negatives: What the shipped model makes of retrieved passages that do not answer.
        told_apart: How often what a premise says to its hypothesis is classified right.
        log: Rows of counters and scores, in the order they were taken.
    """
    config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    files = (MODEL_FILE, VECTORS_FILE, TOKENIZER_FILE)
    measures = ("all", "answerable", "forced", "unanswerable")
    card = _CARD.format(
        tokens=Tokenizer.from_file(str(folder / TOKENIZER_FILE)).get_vocab_size(),
        sha256=config["sha256"][MODEL_FILE],
        megabytes=sum((folder / name).stat().st_size for name in files) / 1e6,
        minutes=settings["finetuning"]["minutes"],
        examples=round(log[-1]["examples"]) if log else 0,
        seed=settings["seed"],
        machine=f"{os.cpu_count()} shared cores of a {platform.machine()} CPU",
        refused=float(np.mean(negatives.margin < 0)) if len(negatives.margin) else 1.0,
        told_apart=told_apart,
        scores=table(
            ("set", *measures, "float32"),
            (
                (
                    name,
                    *(_number(read.scores().get(measure)) for measure in measures),
                    _number(trained[name].scores()["all"]),
                )
                for name, read in exported.items()
            ),
        ),
        log=_log(log),
        # Less the paths of this machine.
        settings=table(
            ("setting", "value"),
            ((name, value) for name, value in settings.items() if name not in ("start", "encoder")),
        ),
        data=table(("set", "what it gave", "licence as stated"), _DATA),
    )
    (folder / CARD_FILE).write_text(card, encoding="utf-8")


def write_reliability(folder: Path, given: Reliability) -> None:
    """Put what a calibration gives into the card of the reader in `folder`."""
    path = folder / CARD_FILE
    card = path.read_text(encoding="utf-8")
    before, heading, rest = card.partition(_CONFIDENCE)
    _, following, after = rest.partition("\n## ")
    section = _GIVEN.format(**asdict(given) | {"bins": given.as_table()})
    path.write_text(before + heading + section + following + after, encoding="utf-8")


def _log(rows: Sequence[Mapping[str, float]]) -> str:
    forced = list(dict.fromkeys(key for row in rows for key in row if key.endswith("/forced")))
    return table(
        ("minutes", "examples", "loss", *forced),
        (
            (
                round(row["seconds"] / 60),
                f"{row['examples']:,.0f}",
                _number(row["loss"]),
                *(_number(row.get(key)) for key in forced),
            )
            for row in rows
        ),
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
