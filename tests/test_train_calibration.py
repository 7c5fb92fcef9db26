"""Calibrating a reader over an index: weights over all findings, thresholds over the best."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from qa.answer import Evidence
from qa.train.calibration import Reading, calibrate, fit_readings


def found(margin: float, right: float) -> tuple[Evidence, float]:
    """A finding with this margin over null, as right as that."""
    return Evidence(margin, lead=0.0, rank=0.0, dense=0.5, lexical=0.5), right


def test_a_margin_that_tells_right_from_wrong_answers_and_abstains() -> None:
    """Forty right at +3, forty without an answer at -3: all are told apart."""
    readings = [Reading(True, (found(3.0, 1.0), found(-3.0, 0.0)))] * 40
    readings += [Reading(False, (found(-3.0, 0.0),))] * 40
    calibration, given = fit_readings(readings)
    assert calibration.margin > 0
    assert calibration.weights[1:] == (0.0,) * 4  # none of them varies
    assert given == pytest.approx(
        {"coverage": 0.5, "precision": 1.0, "f1": 1.0, "f1 answerable": 1.0, "refused": 1.0}
    )


def test_questions_for_which_nothing_was_found_count() -> None:
    """Finding nothing is abstaining."""
    readings = [Reading(True, (found(3.0, 1.0),))] * 30 + [Reading(True, ())] * 10
    assert fit_readings(readings)[1]["f1"] == pytest.approx(0.75)


def test_a_folder_of_questions_calibrates_a_reader(tmp_path: Path) -> None:
    """The whole way, on two questions asked over and over."""
    text = "Juru bicara Kremlin Dmitry Peskov mengatakan hal itu."
    rows = [
        {
            "id": f"{n}",
            "lang": "id",
            "question": "Siapa juru bicara Kremlin?" if n % 2 else "Berapa harga cabai di Tokyo?",
            "context": text,
            "answers": [{"text": "Dmitry Peskov", "start": text.index("Dmitry")}] if n % 2 else [],
            "source": "ours",
        }
        for n in range(60)
    ]
    for split in ("dev", "train"):
        folder = tmp_path / "qa" / split
        folder.mkdir(parents=True)
        with gzip.open(folder / "ours.id.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    calibration, given = calibrate(tmp_path, "overlap")
    assert 0 < calibration.unsure <= calibration.answered <= 1
    assert given["f1"] == 1.0
