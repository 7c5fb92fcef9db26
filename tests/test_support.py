"""Sources behind an answer: their own sentence, read alone, must give it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from qa.answer import decide
from qa.answer.counted import counts_another, counts_as_asked
from qa.answer.support import supported
from qa.protocols import Calibration, Reader
from qa.readers import open_reader
from qa.settings import AskSettings
from qa.types import Finding, Hit, Read
from tests.builders import article, passage, query, span

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The reader that ships."""
    return open_reader("bundled")


def found(text: str, words: str, margin: float = 0.0) -> Finding:
    """Words of an article of one sentence, found there with a margin."""
    of = article(text, title="")
    return Finding(passage(of), span(of, words), margin, 0.0)


def is_source(question: str, first: Finding, other: Finding, alone: Finding | None) -> bool:
    """Whether a second finding stays beside the first, where its sentence alone gives another."""
    return len(supported(query(question), [first, other], lambda _: [alone])) == 2


@pytest.mark.parametrize("label", [True, False])
def test_sentences_labelled_blind_are_told_apart(reader: Reader, label: bool) -> None:
    """Those that give an answer from those that only hold its words; hardly one of the latter."""
    told: Counter[tuple[bool, bool]] = Counter()
    for line in (DATA / "support.dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        of = article(row["sentence"], title="", language=row["language"])
        at = of.text.lower().index(row["answer"].lower())
        one = Finding(passage(of), span(of, of.text[at : at + len(row["answer"])]), 0.0, 0.0)
        asked = query(row["question"])
        (alone,) = reader.read([asked.words], [one.passage])
        told[row["label"], is_source(row["question"], one, one, alone)] += 1
    if label:
        assert told[True, True] >= 0.5 * (told[True, True] + told[True, False])
    else:
        assert told[True, True] >= 0.97 * (told[True, True] + told[False, True])


SAID = "Rina Karta memimpin Badan Pangan Lontar sejak Januari."
WHO = "Siapa yang memimpin Badan Pangan Lontar?"


@pytest.mark.parametrize(
    ("text", "margin", "counts"),
    [
        ("Badan Pangan Lontar dipimpin Rina Karta, kata bupati.", 9.0, True),
        ("Badan Pangan Lontar dipimpin Rina Karta, kata bupati.", 1.0, False),
        ("Badan Pangan Lontar menerima surat Rina Karta.", 9.0, False),
        ("Rina Karta mengunjungi gudang di Lontar.", 9.0, False),
    ],
)
def test_a_source_says_what_is_asked_and_surely(text: str, margin: float, counts: bool) -> None:
    """Not where it only names whom the others name, and not where the reader is unsure."""
    other = found(text, "Rina Karta", margin)
    assert is_source(WHO, found(SAID, "Rina Karta"), other, other) is counts


def test_a_source_whose_sentence_alone_gives_another_answer_or_none_does_not_count() -> None:
    """Whatever was found in its passage."""
    text = "Badan Pangan Lontar dipimpin Rina Karta, bukan Sari Dewi."
    other = found(text, "Rina Karta", 9.0)
    first = found(SAID, "Rina Karta")
    assert not is_source(WHO, first, other, found(text, "Sari Dewi", 9.0))
    assert not is_source(WHO, first, other, None)


@pytest.mark.parametrize(
    ("question", "text", "number", "another", "asked"),
    [
        ("Berapa korban tewas?", "Sebanyak 42 orang terluka.", "42 orang", True, False),
        ("Berapa korban tewas?", "Longsor menewaskan 12 orang dan melukai 30.", "12", False, True),
        ("Berapa korban tewas?", "Longsor menewaskan 12 orang dan melukai 30.", "30", True, False),
        ("Berapa korban luka?", "Tiga orang tewas, 40 orang luka-luka.", "Tiga", True, False),
        ("Berapa yang mengungsi?", "Ada 7.500 pengungsi di sana.", "7.500", False, True),
        ("Berapa kapal di sana?", "Sebanyak 42 orang terluka.", "42 orang", False, False),
        ("How many were killed?", "The blast wounded 120 people.", "120", True, False),
        ("How many were killed?", "The toll has climbed to 310.", "310", False, True),
    ],
)
def test_what_a_number_counts(
    question: str, text: str, number: str, another: bool, asked: bool
) -> None:
    """The dead are not the hurt."""
    of = article(text, language="en" if question.startswith("How") else "id")
    finding = Finding(passage(of), span(of, number), 0.0, 0.0)
    assert counts_another(query(question), finding) is another
    assert counts_as_asked(query(question), finding) is asked


def test_a_sentence_that_two_papers_share_is_one_source() -> None:
    """Word for word, whatever stands around it: one has copied it."""
    said = "Rina Karta memimpin Badan Pangan Lontar sejak Januari."
    texts = (f"{said} Ia bekas dosen.", f"Rapat ditunda. {said}", f"Kata warga, {said.lower()}")
    reads = []
    for row, text in enumerate(texts):
        of = passage(article(text, title="", path=f"{row}.txt"), row=row)
        name = "Rina Karta" if "Rina" in text else "rina karta"
        found_there = Finding(of, span(of.article, name), 9.0, 0.0)
        reads.append(Read(Hit(row, 1.0), of, found_there, confidence=0.9))
    calibration = Calibration(0.0, 1.0, 0.0, 0.0, answered=0.5, unsure=0.3)
    result = decide(query(WHO), reads, calibration=calibration, settings=AskSettings())
    assert result.best is not None
    assert [place.article.path for place in result.best.places] == ["0.txt", "2.txt"]
