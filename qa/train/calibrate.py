"""Turn a reader's margin and a hit's scores into a probability, and choose where to say nothing.

Platt scaling: logistic regression with a little L2, fitted by Newton's method.
Source: Platt, Advances in Large Margin Classifiers, 1999; Guo et al., ICML 2017 (on why to).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.answer import Evidence
from qa.evaluate.report import RIGHT
from qa.protocols import Calibration

PRECISION = 0.95
"""What "answered" promises on development data."""

_L2 = 1e-3  # Per row, on standardised features: keeps a separable sample finite.
_STEPS = 50
_FEWEST = 20  # Rows below which a precision is luck.


def fit(
    features: NDArray[np.float64],
    correct: NDArray[np.float64],
    abstaining: NDArray[np.float64] | None = None,
) -> Calibration:
    """Fit a calibration on development data.

    Args:
        features: The `Evidence` of each answer, (n, 8), all finite. A column that does not vary
            gets no weight.
        correct: The F1 of each answer, (n,); from `RIGHT` on it counts as right.
        abstaining: What saying nothing would have scored, in [0, 1], (n,): 1 where there is no
            answer to find. Zeros if not given.

    Raises:
        ValueError: If shapes do not match or there is no row.
    """
    n = len(features)
    if n == 0 or features.shape != (n, len(Evidence._fields)) or correct.shape != (n,):
        raise ValueError(f"features {features.shape} and correct {correct.shape} do not match")
    mean, spread = features.mean(axis=0), features.std(axis=0)
    used = spread > 1e-9
    scaled = np.where(used, (features - mean) / np.where(used, spread, 1.0), 0.0)
    design = np.column_stack([np.ones(n), scaled])
    weights = _logistic(design, (correct >= RIGHT).astype(np.float64))
    slopes = np.where(used, weights[1:] / np.where(used, spread, 1.0), 0.0)
    bias = float(weights[0] - slopes @ mean)
    confidence = _sigmoid(bias + features @ slopes)
    return Calibration(
        bias=bias,
        **dict(zip(Evidence._fields, slopes.tolist(), strict=True)),
        answered=precise_from(confidence, correct),
        unsure=worth_from(confidence, correct, np.zeros(n) if abstaining is None else abstaining),
    )


def precise_from(
    confidence: NDArray[np.float64], correct: NDArray[np.float64], precision: float = PRECISION
) -> float:
    """The lowest confidence from which answers are right often enough; 1.0 if none is.

    Fewer than 20 answers do not count, nor does a cut between answers of equal confidence.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    running = np.cumsum(correct[order] >= RIGHT) / np.arange(1, len(order) + 1)
    last_of_ties = np.append(ranked[:-1] > ranked[1:], True)
    good = np.flatnonzero((running >= precision) & last_of_ties)
    good = good[good + 1 >= _FEWEST]
    return float(ranked[good[-1]]) if good.size else 1.0


def worth_from(
    confidence: NDArray[np.float64],
    correct: NDArray[np.float64],
    abstaining: NDArray[np.float64],
    *,
    slack: float = 0.0,
) -> float:
    """The lowest confidence from which answering, below which saying nothing, scores about best.

    Args:
        confidence: Of each answer, (n,).
        correct: What each answer scores, (n,).
        abstaining: What saying nothing would have scored, (n,).
        slack: How far below the best a mean score counts as about best.

    Returns:
        0.0 where answering always is about best, 1.0 where it never is.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    gains = np.append(0.0, np.cumsum((correct - abstaining)[order]))
    last_of_ties = np.append(ranked[:-1] > ranked[1:], True)
    gains[1:][~last_of_ties] = -np.inf
    best = int(np.flatnonzero(gains >= gains.max() - slack * len(order))[-1])
    if best == 0:
        return 1.0
    return 0.0 if best == len(ranked) else float(ranked[best - 1])


def _logistic(design: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of least cross-entropy plus L2 on all but the first column."""
    penalty = np.diag(np.append(0.0, np.full(design.shape[1] - 1, _L2 * len(design))))
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        guess = _sigmoid(design @ weights)
        gradient = design.T @ (guess - target) + penalty @ weights
        # The smallest curvature keeps the step finite where every guess is sure.
        curvature = np.maximum(guess * (1 - guess), 1e-6)
        step = np.linalg.solve(
            design.T @ (design * curvature[:, None]) + penalty + 1e-9 * np.eye(len(weights)),
            gradient,
        )
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))
