"""IBM model 1: which word of one language means which of another, learnt from sentence pairs.

Source: Brown et al., Computational Linguistics 19(2), 1993, section 4.1. Fitted by expectation
maximisation over every link of a word to a word within a pair, all kept in memory: some 40 bytes
for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LONGEST = 40
"""Words; beyond it a sentence says little about which word is which, and its pair is left out."""

_TINY = 1e-12

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Links:
    """Link i says that source word `source[i]` means target word `target[i]`.

    `probability[i]` is P(target | source), links that occur nowhere left out; a source word's sum
    to 1 over all its links. `sightings` counts, in expectation, the target words that each source
    word explains, shape (sources,).
    """

    source: Ids
    target: Ids
    probability: NDArray[np.float64]
    sightings: NDArray[np.float64]


def fit(
    pairs: Iterable[tuple[Ids, Ids]], *, sources: int, targets: int, iterations: int = 6
) -> Links:
    """Fit P(target word | source word).

    A NULL word takes what no source word explains, and is left out of what is returned.

    Args:
        pairs: Word numbers of each pair of sentences, source first.
        sources: Source words there are.
        targets: Target words there are.
        iterations: Of expectation maximisation.

    Returns:
        No links where there is no pair.
    """
    null, wide = sources, targets
    keys, starts = [], []
    at = 0
    for left, right in pairs:
        if 0 < len(left) <= LONGEST and 0 < len(right) <= LONGEST:
            said = np.append(left, null)
            keys.append((said[None, :] * wide + right[:, None]).ravel())
            starts.append(at + len(said) * np.arange(len(right)))
            at += len(said) * len(right)
    if not keys:
        none = np.empty(0, np.int64)
        return Links(none, none, np.empty(0), np.zeros(sources))
    links, link_of = np.unique(np.concatenate(keys), return_inverse=True)
    group = np.concatenate(starts)
    sizes = np.diff(np.append(group, at))
    source, target = links // wide, links % wide
    probability: NDArray[np.float64] = np.ones(len(links))
    totals: NDArray[np.float64] = np.zeros(sources + 1)
    for _ in range(iterations):
        posterior = probability[link_of]
        posterior /= np.repeat(np.add.reduceat(posterior, group) + _TINY, sizes)
        counts = np.bincount(link_of, weights=posterior, minlength=len(links))
        totals = np.bincount(source, counts, sources + 1).astype(np.float64)
        probability = counts / (totals[source] + _TINY)
    told = source < null
    return Links(source[told], target[told], probability[told], totals[:null])
