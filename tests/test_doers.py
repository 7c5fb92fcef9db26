"""Who did it is not whom it was done to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answer.doers import is_done_to
from qa.types import Finding
from tests.builders import article, passage, query, span


def done_to(question: str, text: str, found: str, language: str = "id") -> bool:
    """Whether a finding in a text of one article is of whom it was done to."""
    of = replace(article(text, title=""), language=language)
    return is_done_to(query(question), Finding(passage(of), span(of, found), 0.0, 0.0))


@pytest.mark.parametrize(
    ("question", "text", "victim"),
    [
        (
            "Siapa yang menikam sopir itu?",
            "Polisi menangkap penikam Lintang Utari.",
            "Lintang Utari",
        ),
        ("Siapa penikam sopir itu?", "Penikam Lintang Utari ditangkap polisi.", "Utari"),
        ("Siapa pelaku penikaman sopir?", "Rusdi menikam sopir truk Lintang.", "Lintang"),
        ("Siapa tersangka pembunuh guru?", "Ia membunuh Lintang Utari (34).", "Lintang Utari"),
        ("Siapa yang membunuh guru?", "Lintang Utari (34) dibunuh di rumahnya.", "Lintang Utari"),
        ("siapa yg membunuh guru", "Lintang, 34, lalu dibunuh.", "Lintang"),
        ("Siapa yang meretas situs bank?", "Situs Bank Lontar diretas.", "Bank Lontar"),
    ],
)
def test_whom_it_was_done_to_did_not_do_it(question: str, text: str, victim: str) -> None:
    """Behind who does it or the deed, or before it is done."""
    assert done_to(question, text, victim)


@pytest.mark.parametrize(
    ("question", "text", "doer"),
    [
        ("Siapa yang menikam sopir itu?", "Lintang ditikam Rusdi Hakim.", "Rusdi Hakim"),
        ("Siapa yang menikam sopir itu?", "Lintang ditikam oleh Rusdi.", "Rusdi"),
        ("Siapa penikam sopir itu?", "Penikam Lintang adalah Rusdi Hakim.", "Rusdi Hakim"),
        ("Siapa penikam sopir itu?", "Penikam sopir itu, Rusdi, ditangkap.", "Rusdi"),
        ("Siapa yang menikam sopir itu?", "Rusdi Hakim menikam Lintang.", "Rusdi Hakim"),
        ("Siapa yang ditikam Rusdi?", "Rusdi menikam Lintang.", "Lintang"),
        ("Siapa korban penikaman itu?", "Rusdi menikam Lintang.", "Lintang"),
        ("Siapa tersangka pembunuh guru?", "Rusdi ditetapkan sebagai tersangka.", "Rusdi"),
        ("Siapa yang memimpin rapat?", "Pemimpin rapat Rusdi Hakim hadir.", "Rusdi Hakim"),
        ("Siapa pelatih Persija?", "Kata pelatih Persija Rusdi Hakim, timnya siap.", "Rusdi Hakim"),
        ("Siapa penemu obat itu?", "Penemu obat Rusdi Hakim hadir.", "Rusdi Hakim"),
        ("Apa yang menikam sopir?", "Penikam Lintang ditangkap.", "Lintang"),
    ],
)
def test_who_did_it_may_answer(question: str, text: str, doer: str) -> None:
    """By whom, what he is called, and questions for the other one."""
    assert not done_to(question, text, doer)


@pytest.mark.parametrize(
    ("question", "text", "found", "is_victim"),
    [
        (
            "Who killed the baker?",
            "They arrested the suspected killer of Ann Reed.",
            "Ann Reed",
            True,
        ),
        ("Who killed the baker?", "Tom Hale killed the baker Ann Reed.", "Ann Reed", True),
        ("Who killed the baker?", "Ann Reed was killed on Monday.", "Ann Reed", True),
        ("Who is the killer of the baker?", "He killed Ann Reed.", "Ann Reed", True),
        ("Who killed the baker?", "Tom Hale killed Ann Reed.", "Tom Hale", False),
        ("Who killed the baker?", "She was killed by Tom Hale.", "Tom Hale", False),
        ("Who killed the baker?", "The killer, Tom Hale, fled.", "Tom Hale", False),
        ("Who is the Lontar spokesman?", "Lontar spokesman Tom Hale spoke.", "Tom Hale", False),
        ("Who is the mayor of Lontar?", "Lontar mayor Tom Hale spoke.", "Tom Hale", False),
        ("Who is the leader of Lontar?", "Lontar leader Tom Hale spoke.", "Tom Hale", False),
        ("Who leads Lontar?", "The leader of Lontar, Tom Hale, spoke.", "Tom Hale", False),
        ("Who was killed?", "Tom Hale killed Ann Reed.", "Ann Reed", False),
    ],
)
def test_in_english_too(question: str, text: str, found: str, is_victim: bool) -> None:
    """Behind a killer of someone, behind the deed, before it was done."""
    assert done_to(question, text, found, "en") is is_victim
