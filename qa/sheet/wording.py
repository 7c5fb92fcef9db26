"""Whether a row asks or states, and a claim put as a question of yes or no."""

from __future__ import annotations

from qa.language.detect import detect, family
from qa.language.text import folded_words
from qa.question.analyse import asks
from qa.question.yes_or_no import asks_yes_or_no


def is_question(text: str) -> bool:
    """Whether a text asks: by its question mark, or by a word."""
    return "?" in text or asks_yes_or_no(text) or any(map(asks, folded_words(text)))


def yes_or_no(claim: str) -> str:
    """The question whether an Indonesian claim is so; empty where it cannot be asked simply."""
    asked = f"Apakah {claim.rstrip(' .!')}?"
    return asked if family(detect(claim)) == "id" and asks_yes_or_no(asked) else ""
