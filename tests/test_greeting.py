"""What asks nothing of the articles."""

from __future__ import annotations

import pytest

from qa.language.text import folded_words
from qa.language.vocabulary import known
from qa.question.greeting import asks_what_is_here


@pytest.mark.parametrize(
    "text",
    [
        "halo", "Hai!", "Selamat pagi.", "apa isi arsip ini?", "Apa yang bisa saya tanyakan?",
        "what can I ask?", "What is in here?", "What’s in here?", "hello", "HELP", "bantuan",
        "Halo, apa isi arsip ini?", "Hello! What can I ask?",
    ],
)  # fmt: skip
def test_a_greeting_or_what_is_here_is_no_question(text: str) -> None:
    """Whatever the capitals and the stops."""
    assert asks_what_is_here(text)


@pytest.mark.parametrize(
    "text",
    [
        "Halo, siapa juru bicara Kremlin?", "Siapa yang meminta bantuan?", "", "?",
        "apa isi surat itu?", "help wanted", "halo " * 5000, "halo halo halo halo",
    ],
)  # fmt: skip
def test_what_asks_something_is_a_question(text: str) -> None:
    """The whole text must be such a phrase, or two."""
    assert not asks_what_is_here(text)


def test_every_phrase_is_written_as_texts_are_compared() -> None:
    """Else it would never be met."""
    assert all(" ".join(folded_words(each)) == each for each in known().what_is_here)
