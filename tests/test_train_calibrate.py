"""Fitting a probability and its thresholds, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qa.train.calibrate import fit, precise_from, worth_from


def test_two_groups_get_their_log_odds() -> None:
    """Margin 1 is right 30 times in 40, margin -1 10 times in 40: log-odds of +-ln 3."""
    margin = np.array([1.0] * 40 + [-1.0] * 40)
    correct = np.array([1.0] * 30 + [0.0] * 10 + [1.0] * 10 + [0.0] * 30)
    features = np.column_stack([margin, np.zeros((80, 7))])
    calibration = fit(features, correct)
    assert calibration.margin == pytest.approx(math.log(3), rel=0.02)
    assert calibration.bias == pytest.approx(0, abs=1e-6)
    assert (calibration.dense, calibration.lexical) == (0.0, 0.0)


def test_each_feature_gets_its_own_weight() -> None:
    """Answers drawn from known weights give those weights back."""
    rng = np.random.default_rng(1)
    features = rng.normal(size=(20_000, 8)) * [4.0, 2.0, 1.0, 0.2, 1.0, 2.0, 3.0, 0.5]
    chance = 1 / (1 + np.exp(-(0.5 + features @ [0.5, 0.2, -0.4, 6.0, -1.0, 0.3, 0.1, -0.6])))
    calibration = fit(features, (rng.random(20_000) < chance).astype(float))
    assert calibration.bias == pytest.approx(0.5, abs=0.1)
    assert calibration.margin == pytest.approx(0.5, abs=0.05)
    assert calibration.lead == pytest.approx(0.2, abs=0.05)
    assert calibration.rank == pytest.approx(-0.4, abs=0.1)
    assert calibration.dense == pytest.approx(6.0, abs=0.4)
    assert calibration.lexical == pytest.approx(-1.0, abs=0.1)
    assert calibration.answers == pytest.approx(0.3, abs=0.05)
    assert calibration.within == pytest.approx(0.1, abs=0.05)
    assert calibration.foreign == pytest.approx(-0.6, abs=0.1)


def test_separable_answers_stay_finite() -> None:
    """A margin that tells right from wrong without fail."""
    features = np.column_stack([np.linspace(-5, 5, 50), np.zeros((50, 7))])
    calibration = fit(features, (features[:, 0] > 0).astype(float))
    assert 0 < calibration.margin < 100
    assert calibration.answered <= 0.6


def test_rows_that_do_not_match_are_refused() -> None:
    """Shapes are checked before anything is fitted."""
    with pytest.raises(ValueError, match="do not match"):
        fit(np.zeros((3, 8)), np.zeros(2))
    with pytest.raises(ValueError, match="do not match"):
        fit(np.zeros((0, 8)), np.zeros(0))


def test_precision_holds_from_its_threshold() -> None:
    """Of 100 answers the best 60 are right, then every other one: 75 are right of 83 at .9."""
    confidence = np.linspace(1, 0.01, 100)
    correct = np.array([1.0] * 60 + [0.0, 1.0] * 20)
    threshold = precise_from(confidence, correct, 0.9)
    kept = confidence >= threshold
    assert correct[kept].mean() >= 0.9
    # After 60 + 2k answers 60 + k are right: at least 0.9 while 60 + k >= 54 + 1.8k, so k <= 7.
    assert kept.sum() == 74


def test_few_right_answers_promise_nothing() -> None:
    """Nineteen right answers may be luck."""
    assert precise_from(np.linspace(1, 0, 19), np.ones(19)) == 1.0
    assert precise_from(np.linspace(1, 0.5, 20), np.ones(20)) == 0.5


def test_equal_confidence_is_not_cut_apart() -> None:
    """Thirty answers of one confidence, half of them right."""
    assert precise_from(np.full(30, 0.7), np.array([1.0] * 15 + [0.0] * 15)) == 1.0


def test_saying_nothing_pays_below_the_threshold() -> None:
    """Right, right, wrong where there is no answer, right by half: keep the first two."""
    confidence = np.array([0.9, 0.8, 0.4, 0.3])
    correct = np.array([1.0, 1.0, 0.0, 0.5])
    abstaining = np.array([0.0, 0.0, 1.0, 0.0])
    assert worth_from(confidence, correct, abstaining) == 0.8


def test_a_little_less_than_the_best_is_enough_for_a_lower_threshold() -> None:
    """Four answers gain 2.0 at best; with the third 1.9, a mean of .025 less."""
    confidence = np.array([0.9, 0.8, 0.4, 0.3])
    correct = np.array([1.0, 1.0, 0.0, 0.0])
    abstaining = np.array([0.0, 0.0, 0.1, 1.0])
    assert worth_from(confidence, correct, abstaining, slack=0.02) == 0.8
    assert worth_from(confidence, correct, abstaining, slack=0.03) == 0.4


def test_always_and_never_worth_answering() -> None:
    """Without unanswerable questions any answer is worth it; with nothing else none is."""
    confidence = np.array([0.9, 0.1])
    assert worth_from(confidence, np.array([1.0, 0.2]), np.zeros(2)) == 0.0
    assert worth_from(confidence, np.zeros(2), np.ones(2)) == 1.0
