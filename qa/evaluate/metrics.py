"""How right an answer is and how high the right article stands: one formula, one function.

Exact match and F1 follow SQuAD v2's official script, with its ASCII normalisation widened to all
scripts as MLQA's script does. Scripts written without spaces are compared by character, not word.
Not handled: articles of languages other than English; Spanish `el` counts as a word.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
# Han, kana, Thai, Lao, Myanmar and Khmer: no spaces between words, so a character is a token.
_TOKENS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
    "|[^\\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+"
)
_ASCII_PUNCTUATION = frozenset(string.punctuation)


def tokens(text: str) -> list[str]:
    """The tokens that two answers are compared by; empty for text of punctuation alone.

    Unicode NFKC and case folding, punctuation of every script taken out, then the English articles,
    then split at white space, and into characters in scripts written without it.

    Source: `normalize_answer` of SQuAD v2's evaluate-v2.0.py (Rajpurkar et al., ACL 2018,
    arXiv:1806.03822) and of mlqa_evaluation_v1.py (Lewis et al., ACL 2020, arXiv:1910.07475).

    >>> tokens("The U.S. president")
    ['us', 'president']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(character for character in folded if not _is_punctuation(character))
    return _TOKENS.findall(_ARTICLES.sub(" ", bare))


def _is_punctuation(character: str) -> bool:
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1.0 if the tokens of the answer are those of some gold answer, else 0.0.

    Args:
        answer: The predicted answer; empty for "no answer".
        golds: The right answers; none where there is no answer, and then only "" is right.
    """
    said = tokens(answer)
    return float(any(said == gold for gold in _gold_tokens(golds)))


def f1(answer: str, golds: Sequence[str]) -> float:
    """The best token F1 in [0, 1] against any gold answer; arguments as for `exact_match`.

    F1 = 2 * p * r / (p + r), with p and r the tokens in common as a share of those of the answer
    and of the gold answer, each token as often as it occurs. Where either side has no tokens: 1.0
    if both have none, else 0.0. Source: evaluate-v2.0.py, as for `tokens`.
    """
    said = tokens(answer)
    return max(_token_f1(said, gold) for gold in _gold_tokens(golds))


def _gold_tokens(golds: Sequence[str]) -> list[list[str]]:
    """As SQuAD v2: gold answers without any token do not count; none at all means "no answer"."""
    return [gold for gold in map(tokens, golds) if gold] or [[]]


def _token_f1(said: Sequence[str], gold: Sequence[str]) -> float:
    if not said or not gold:
        return float(said == gold)
    common = (Counter(said) & Counter(gold)).total()
    # 2pr / (p + r) with p = common / said and r = common / gold.
    return 2 * common / (len(said) + len(gold))


def reciprocal_rank(rank: int | None, k: int = 10) -> float:
    """1 / rank of the right article, counted from 1; 0.0 below rank k or if it was not found.

    Its mean over questions is MRR@k. Source: Voorhees, TREC-8 QA track report, 1999.
    """
    return 1 / rank if rank is not None and rank <= k else 0.0


def recall(rank: int | None, k: int) -> float:
    """1.0 if the right article, the only one, is among the first k, else 0.0.

    Its mean over questions is recall@k, here the same as success@k (one right article a question).
    Source: Manning, Raghavan and Schuetze, Introduction to Information Retrieval, 2008, ch. 8.
    """
    return float(rank is not None and rank <= k)
