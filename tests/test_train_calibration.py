"""Calibrating a reader over an index: weights over all findings, thresholds over the best."""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.answer import Evidence
from qa.train.calibration import Reading, Reliability, calibrate, fit_readings, reliability

BUNDLED = "bundled"


def found(margin: float, right: float) -> tuple[Evidence, float]:
    """A finding with this margin over null, as right as that."""
    return Evidence(margin, lead=0.0, rank=0.0, dense=0.5, lexical=0.5), right


def test_a_margin_that_tells_right_from_wrong_answers_and_abstains() -> None:
    """Forty right at +3, forty without an answer at -3: all are told apart."""
    readings = [Reading("a", True, (found(3.0, 1.0), found(-3.0, 0.0)))] * 40
    readings += [Reading("b", False, (found(-3.0, 0.0),))] * 40
    calibration = fit_readings(readings)
    assert calibration.margin > 0
    assert calibration.weights[1:] == (0.0,) * 7  # none of them varies
    given = reliability(calibration, readings)
    assert (given.coverage, given.precision, given.f1, given.f1_answerable, given.refused) == (
        (1.0,) * 5
    )


def test_questions_for_which_nothing_was_found_count() -> None:
    """Finding nothing is abstaining."""
    readings = [Reading("a", True, (found(3.0, 1.0),))] * 30 + [Reading("b", True, ())] * 10
    assert reliability(fit_readings(readings), readings).f1 == pytest.approx(0.75)


def test_reliability_by_hand() -> None:
    """Of 20 answers at .75 a half is right, of 20 at .25 none: the error is a quarter."""
    readings = [Reading("a", True, (found(1.0, 1.0),)), Reading("a", True, (found(1.0, 0.4),))] * 10
    readings += [Reading("b", False, (found(-1.0, 0.0),))] * 20
    calibration = replace(fit_readings(readings), bias=0.0, margin=math.log(3), dense=0, lexical=0)
    given = reliability(replace(calibration, answered=0.7, unsure=0.5), readings)
    assert np.array(given.bins) == pytest.approx(np.array([[20, 0.25, 0.0], [20, 0.75, 0.5]]))
    assert given.error == pytest.approx(0.25)
    assert given.precision == 0.5
    assert given.f1 == pytest.approx((10 * 1.0 + 10 * 0.4 + 20) / 40)
    assert given.as_table().splitlines()[-1] == "| 20 | 0.750 | 0.500 |"


def test_a_folder_of_questions_calibrates_a_reader(tmp_path: Path) -> None:
    """The whole way, on questions of which every second has no answer in its index."""
    rows = []
    for n in range(32):
        # No name shares a word with another, or the other's passage would answer, too.
        answer = "BDFGKLMN"[n // 8] + "aeiou"[n % 5] + "tnrsdkwl"[n % 8] + "o"
        text = f"Juru bicara Kota {n} Raya bernama {answer} dan ia menyukai catur."
        rows.append(
            {
                "id": f"{n}",
                "lang": "id",
                "question": f"Siapa juru bicara Kota {n} Raya?",
                "context": text,
                "answers": [{"text": answer, "start": text.index(answer)}],
                "source": "ours",
            }
        )
    for split in ("dev", "train"):
        folder = tmp_path / "qa" / split
        folder.mkdir(parents=True)
        with gzip.open(folder / "ours.id.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    calibration, given = calibrate(tmp_path, BUNDLED)
    assert 0 < calibration.unsure <= calibration.answered <= 1
    assert 0 <= given.error <= 1
    assert sum(count for count, _, _ in given.bins) < 32


def test_what_a_calibration_gives_goes_into_the_card(tmp_path: Path) -> None:
    """In place of what stood there; the sections around it stay."""
    from qa.train.reader_card import CARD_FILE, write_reliability

    card = tmp_path / CARD_FILE
    card.write_text("# a\n\n## Confidence over an index\n\nNot yet.\n\n## Settings\n\nb\n")
    given = Reliability(0.4, 0.95, 0.8, 0.7, 0.9, 0.02, ((20, 0.75, 0.5),))
    for _ in range(2):
        write_reliability(tmp_path, given)
        written = card.read_text(encoding="utf-8")
        assert "Not yet" not in written
        assert "0.950" in written
        assert written.count("| 20 | 0.750 | 0.500 |") == 1
        assert written.startswith("# a\n\n## Confidence over an index\n\n")
        assert written.endswith("\n\n## Settings\n\nb\n")
