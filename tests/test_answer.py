"""Deciding: confidence, abstention, one answer found in several articles."""

from __future__ import annotations

import math
from datetime import date

import pytest

from qa.answer import Evidence, confidence, decide, evidence, weigh
from qa.protocols import Calibration
from qa.settings import AskSettings
from qa.types import Finding, Hit, Read, Result, Status
from tests.builders import article, passage, query, span

CALIBRATION = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.7, unsure=0.3)


def read(text: str, words: str | None, margin: float = 0.0, *, row: int = 0) -> Read:
    """One passage, with the finding of `words` in it at a margin over null."""
    whole = passage(article(text, path=f"{row}.txt"), row=row)
    finding = None
    if words is not None:
        finding = Finding(whole, span(whole.article, words), score=margin, null=0.0)
    return Read(Hit(row, 1.0 - row / 10), whole, finding)


def ask(
    *reads: Read,
    settings: AskSettings = AskSettings(),
    question: str = "Siapa?",
    filtered_out: bool = False,
) -> Result:
    """Decide between some passages."""
    weighed = weigh(reads, CALIBRATION, "id")
    return decide(
        query(question),
        weighed,
        calibration=CALIBRATION,
        settings=settings,
        filtered_out=filtered_out,
    )


def test_confidence_is_the_logistic_of_the_evidence() -> None:
    """0.5 - 1 + 0.2 * 5 - 0.5 * 2 + 2 * 0.25 + 4 * 0.125 = 0.5; the logistic of it is 0.6225."""
    calibration = Calibration(0.5, -1.0, 2.0, 4.0, answered=0.9, unsure=0.1, lead=0.2, rank=-0.5)
    seen = Evidence(margin=1.0, lead=5.0, rank=2.0, dense=0.25, lexical=0.125)
    assert confidence(calibration, seen) == pytest.approx(0.6225, abs=1e-4)


def test_confidence_of_an_enormous_margin_does_not_overflow() -> None:
    """A reader may be as sure as it likes."""
    for margin, sure in ((-1e9, 0.0), (1e9, 1.0)):
        seen = Evidence(margin, lead=0.0, rank=0.0, dense=0.0, lexical=0.0)
        assert confidence(CALIBRATION, seen) == pytest.approx(sure, abs=1e-9)


def test_the_lead_is_over_the_best_finding_in_other_words() -> None:
    """What holds a quote or is held by it is no rival; without a rival the margin -12 is one."""
    reads = [
        read("Menteri Ani bicara.", "Menteri Ani", 3.0),
        read("Ani bicara.", "Ani", 2.0, row=1),
        read("Budi bicara.", None, row=2),
        read("Budi bicara.", "Budi", 1.0, row=3),
    ]
    assert [seen and (seen.lead, seen.rank) for seen in evidence(reads, "id")] == [
        (2.0, 0.0),
        (1.0, math.log(2)),
        None,
        (-2.0, math.log(4)),
    ]
    (alone,) = evidence(reads[:1], "id")
    assert alone is not None
    assert alone.lead == 15.0


def test_the_most_confident_finding_answers_whatever_its_rank() -> None:
    """The fused order only decides what is read."""
    answer = ask(read("Ani bicara.", "Ani", 0.5), read("Budi bicara.", "Budi", 2.0, row=1))
    assert answer.best is not None
    assert answer.best.text == "Budi"
    assert answer.status is Status.ANSWERED
    assert [other.text for other in answer.alternatives] == ["Ani"]


@pytest.mark.parametrize(
    ("margin", "status"),
    [(0.9, Status.ANSWERED), (0.0, Status.UNSURE), (-0.9, Status.NO_ANSWER)],
)
def test_status_follows_the_thresholds(margin: float, status: Status) -> None:
    """Logistic(0.9) = 0.71, logistic(0) = 0.5, logistic(-0.9) = 0.29."""
    assert ask(read("Ani bicara.", "Ani", margin)).status is status


def test_no_answer_names_the_gate_and_the_nearest_passages() -> None:
    """The reader was not sure enough; other passages are shown, numbered, whole."""
    answer = ask(read("Ani bicara.", "Ani", -2.0), read("Budi bicara.", "Budi", -3.0, row=1))
    assert answer.best is None
    assert answer.reason is not None
    assert answer.reason.value < answer.reason.threshold == CALIBRATION.unsure
    assert [(place.n, place.quote) for place in answer.nearest] == [(2, "Budi bicara.")]


def test_the_surest_finding_below_the_threshold_is_closest() -> None:
    """Logistic(-1) = 0.27, whatever was retrieved first; it is cited like an answer."""
    answer = ask(
        read("Hujan turun.", None),
        read("Ani bicara.", "Ani", -3.0, row=1),
        read("Kata Budi tadi.", "Budi", -1.0, row=2),
    )
    assert (answer.status, answer.best, answer.alternatives) == (Status.NO_ANSWER, None, ())
    closest = answer.closest
    assert closest is not None
    assert (closest.text, closest.citation.n) == ("Budi", 1)
    assert closest.confidence == answer.confidence == pytest.approx(0.2689, abs=1e-4)
    place = closest.citation
    assert place.article.text[place.span.start : place.span.end] == place.quote == "Budi"
    assert answer.citations == (place,)
    assert [(near.n, near.quote) for near in answer.nearest] == [
        (2, "Hujan turun."),
        (3, "Ani bicara."),
    ]


def test_the_latest_asked_for_does_not_change_what_is_closest() -> None:
    """Newer articles come first among answers, and this is none."""
    reads = [read("Ani bicara.", "Ani", -1.0), read("Budi bicara.", "Budi", -1.1, row=1)]
    answer = ask(*reads, question="Siapa yang terbaru?")
    assert answer.closest is not None
    assert answer.closest.text == "Ani"


def test_only_the_passage_of_what_is_closest_leaves_the_nearest() -> None:
    """The best passage of its article stays where that is another one."""
    of = article("Hujan turun. Ani bicara.")
    first, second = passage(of, "Hujan turun."), passage(of, "Ani bicara.", row=1)
    finding = Finding(second, span(of, "Ani"), score=-1.0, null=0.0)
    answer = ask(Read(Hit(0, 1.0), first, None), Read(Hit(1, 0.9), second, finding))
    assert [(place.n, place.quote) for place in answer.nearest] == [(2, "Hujan turun.")]


def test_nothing_is_closest_where_there_is_an_answer_or_nothing_was_found() -> None:
    """Answered, possible, nothing retrieved, nothing read."""
    for reads in (
        [read("Ani.", "Ani", 2.0), read("Budi.", "Budi", -2.0, row=1)],
        [read("Ani.", "Ani", 0.0)],
        [],
        [read("Ani.", None)],
    ):
        assert ask(*reads).closest is None
    assert [place.n for place in ask(read("Ani.", None)).nearest] == [1]


def test_nothing_retrieved_is_told_apart_from_nothing_read() -> None:
    """With no passage at all the gate is retrieval."""
    reason = ask().reason
    assert reason is not None
    assert reason.name.startswith("retrieval")


def test_filters_that_leave_nothing_are_named() -> None:
    """It is not the corpus that does not say."""
    answer = ask(filtered_out=True)
    assert answer.reason is not None
    assert answer.reason.name.startswith("filters")
    assert answer.closest is None


def test_the_same_words_in_two_articles_are_one_answer_with_two_citations() -> None:
    """Case and accents do not make another answer; citation numbers run on."""
    answer = ask(
        read("Ani bicara.", "Ani", 2.0),
        read("Kata ANI tadi.", "ANI", 1.5, row=1),
        read("Budi bicara.", "Budi", 1.0, row=2),
    )
    assert answer.best is not None
    assert [place.quote for place in answer.best.also] == ["ANI"]
    assert [(place.n, place.quote) for place in answer.citations] == [
        (1, "Ani"),
        (2, "ANI"),
        (3, "Budi"),
    ]


def test_two_passages_of_one_article_are_cited_once() -> None:
    """Overlapping passages find the same words twice."""
    one = read("Ani bicara.", "Ani", 2.0)
    answer = ask(one, one)
    assert len(answer.citations) == 1


def test_every_quote_is_the_article_at_its_span() -> None:
    """The promise that everything else stands on."""
    answer = ask(read("Kata Ani, 40.000 orang.", "40.000", 2.0), read("Ada 12.", "12", 1.0, row=1))
    for place in answer.citations:
        assert place.article.text[place.span.start : place.span.end] == place.quote


@pytest.mark.parametrize(
    ("question", "found", "answers"),
    [
        ("Berapa yang datang?", "Senin, 3 Mei 2024", False),
        ("Berapa yang datang?", "Ani Wijaya", False),
        ("Berapa yang datang?", "40 orang", True),
        ("Berapa yang datang?", "rombongan penari", False),
        ("Berapa yang datang?", "puluhan penari", True),
        ("Berapa yang datang?", "sepertiga warga", True),
        ("Urutan berapa yang datang?", "ketujuh", True),
        ("Siapa yang datang?", "40 orang", False),
        ("Siapa yang datang?", "3 Mei 2024", False),
        ("Siapa yang datang?", "warga desa", True),
        ("Di mana ia datang?", "3 Mei 2024", False),
        ("Di mana ia datang?", "balai desa", True),
        ("Kapan ia datang?", "3 Mei 2024", True),
        ("Apa yang datang?", "40 orang", True),
        ("Siapa yang datang?", "ditemukan tewas di sawah", False),
        ("Di mana ia datang?", "menemui warga", False),
        ("Apa yang terjadi?", "ditemukan tewas di sawah", True),
        ("Siapa yang datang?", "pemilik kebun", True),
        ("Siapa yang datang?", "seseorang yang menunggu", False),
        ("Siapa yang datang?", "menteri", True),
    ],
)
def test_what_is_of_another_kind_answers_nothing(question: str, found: str, answers: bool) -> None:
    """A day is no number, and neither is a name; who and where are no numbers, and no deeds."""
    of = read(f"Kata kepala desa, {found} disebut dalam rapat.", found, 9.0)
    result = ask(of, question=question)
    assert (result.best is not None) is answers


@pytest.mark.parametrize(
    ("question", "text", "margin", "answers"),
    [
        ("Siapa bupati Lontar?", "Bupati Karsa ialah Ani.", -0.2, False),
        ("Siapa bupati Lontar?", "Bupati Karsa ialah Ani.", 0.2, True),
        ("Siapa bupati Lontar?", "Bupati Lontar ialah Ani.", -0.2, True),
        ("Siapa bupati?", "Bupati Karsa ialah Ani.", -0.2, True),
        ("Siapa ketua Komisi Pemberantasan Korupsi?", "Ketua KPK ialah Ani.", -0.2, True),
        ("Siapa bupati Lontar Karsa?", "Bupati Karsa ialah Ani.", -0.2, True),
        ("Who leads Lontar?", "Bupati Karsa ialah Ani.", -0.2, True),
    ],
)
def test_an_article_without_any_name_of_the_question_must_be_sure(
    question: str, text: str, margin: float, answers: bool
) -> None:
    """In its own language; a short form is the name as well."""
    result = ask(read(text, "Ani", margin), question=question)
    assert (result.best is not None) is answers


def test_alternatives_are_limited() -> None:
    """No more than asked for."""
    names = ("Ani", "Budi", "Cici", "Dodi", "Edi", "Fani")
    reads = [read(f"{name} bicara.", name, 1.0, row=n) for n, name in enumerate(names)]
    assert len(ask(*reads, settings=AskSettings(alternatives=2)).alternatives) == 2


def test_the_gates_are_those_that_the_question_came_to() -> None:
    """The reason of no answer is the last of them; the one that parts statuses stops nothing."""
    none, unread, possible = ask(), ask(read("Ani.", "Ani", -5.0)), ask(read("Ani.", "Ani", 0.0))
    assert [gate.passed for gate in none.gates] == [False]
    assert [gate.passed for gate in unread.gates] == [True, False]
    assert [gate.passed for gate in possible.gates] == [True, True, False]
    for answer in (none, unread):
        assert answer.reason == answer.gates[-1]
    assert possible.reason is None
    assert [gate.threshold for gate in possible.gates] == [1.0, 0.3, 0.7]


def test_the_trace_has_the_confidence_of_every_finding() -> None:
    """By hand: the logistic of 0 is one half; nothing found has none."""
    first, second = weigh([read("Ani.", "Ani", 0.0), read("Budi.", None, row=1)], CALIBRATION, "id")
    assert first.confidence == 0.5
    assert first.finding is not None
    assert (second.finding, second.confidence) == (None, None)


def test_the_latest_asked_for_puts_newer_articles_first_among_equals() -> None:
    """Logistic(1.0) = .73, (0.8) = .69 and (0.2) = .55: the last is not about as sure."""
    days = [date(2022, 1, 30), None, date(2024, 11, 20), date(2026, 1, 1)]
    reads = []
    for row, (name, margin) in enumerate(
        [("Ani", 1.0), ("Budi", 0.9), ("Cici", 0.8), ("Didi", 0.2)]
    ):
        whole = passage(article(f"{name} bicara.", path=f"{row}.txt", published=days[row]), row=row)
        finding = Finding(whole, span(whole.article, name), score=margin, null=0.0)
        reads.append(Read(Hit(row, 1.0), whole, finding))
    answer = ask(*reads, question="Siapa yang terbaru?")
    assert answer.best is not None
    found = [answer.best, *answer.alternatives]
    assert [each.text for each in found] == ["Cici", "Ani", "Budi", "Didi"]
    assert [each.citation.n for each in found] == [1, 2, 3, 4]
    assert answer.newest_first
