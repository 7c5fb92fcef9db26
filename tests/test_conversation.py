"""A conversation: what typed text means, filters, completion, what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qa.answer import decide, weigh
from qa.chat.conversation import (
    Ask,
    Began,
    Confirm,
    Conversation,
    Explain,
    Help,
    Leave,
    Make,
    Notice,
    Open,
)
from qa.errors import IndexDamaged
from qa.protocols import Calibration
from qa.settings import AskSettings, Filters
from qa.types import Answer, Article, DateFilter, Finding, Hit, IndexInfo, Read, SourceSize
from tests.builders import article, passage, query, span

INFO = IndexInfo("g1", "2026-11-23T00:00:00Z", "/corpus", 1, 1, "static-1", "reader-1")
CALIBRATION = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.7, unsure=0.3)


def answered(question: str = "Siapa?", *, margin: float = 2.0) -> Answer:
    """`Ani`, found in two articles."""
    reads = []
    for row, text in enumerate(["Kata Ani tadi.", "Hari ini Ani bicara."]):
        whole = passage(article(text, path=f"{row}.txt"), row=row)
        finding = Finding(whole, span(whole.article, "Ani"), score=margin, null=0.0)
        reads.append(Read(Hit(row, 1.0), whole, finding))
    weighed = weigh(reads, CALIBRATION, "id")
    result = decide(query(question), weighed, calibration=CALIBRATION, settings=AskSettings())
    return Answer.of(result, question=question, language="id")


def test_two_filters_that_only_together_leave_nothing_say_how_to_change_over() -> None:
    """And what is said works."""
    held = [
        SourceSize("Senja", 2, date(2020, 1, 2), date(2021, 2, 3)),
        SourceSize("Pagi", 1, date(2023, 1, 2), date(2023, 9, 3)),
    ]

    def sizes(filters: Filters) -> list[SourceSize]:
        return [one for one in held if filters.allow(one.last, one.source)]

    conversation = Conversation()
    conversation.turn_to(["Senja", "Pagi"], lambda _id: None, sizes)
    conversation.enter("/source senja")
    told = said(conversation, "/since 2023")
    assert "“since 2023-01-01” and “source Senja”" in told
    assert told.endswith("To have this one alone, lift the other first: /source")
    assert conversation.filters == Filters(source="Senja")
    conversation.enter("/source")
    conversation.enter("/since 2023")
    told = said(conversation, "/source senja")
    assert told.endswith("lift the other first: /since")
    conversation.enter("/until 2024")
    assert said(conversation, "/source senja").endswith("first: /since and /until")
    # Neither has any.
    assert "lift" not in said(conversation, "/since 2030")


def after_an_answer(*, margin: float = 2.0) -> Conversation:
    """A conversation of one question."""
    conversation = Conversation()
    asked = conversation.enter("Siapa?")
    assert isinstance(asked, Ask)
    conversation.record(asked, answered(margin=margin), INFO)
    return conversation


def said(conversation: Conversation, text: str) -> str:
    """The words of the notice that a text gives."""
    outcome = conversation.enter(text)
    assert isinstance(outcome, Notice)
    return outcome.words


def refused(conversation: Conversation, text: str) -> str:
    """The words of the notice that says why a text could not be done."""
    outcome = conversation.enter(text)
    assert isinstance(outcome, Notice)
    assert outcome.failed
    return outcome.words


def test_a_question_is_asked_under_the_filters_in_force() -> None:
    """And is recorded with them, whatever they are by the time it is answered."""
    conversation = Conversation()
    conversation.enter("/since 2022-01-31")
    asked = conversation.enter("  Siapa\nPeskov? ")
    assert isinstance(asked, Ask)
    assert asked.question == "Siapa\nPeskov?"
    conversation.enter("/since")
    turn = conversation.record(asked, answered(), INFO)
    assert turn.filters == Filters(since=date(2022, 1, 31))
    assert conversation.filters == Filters()
    assert conversation.answers == (turn.answer,)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("/since 2022", Filters(since=date(2022, 1, 1))),
        ("/since 2022-2", Filters(since=date(2022, 2, 1))),
        ("/until 2022", Filters(until=date(2022, 12, 31))),
        ("/until 2024-02", Filters(until=date(2024, 2, 29))),
        ("/UNTIL 2022-01-31", Filters(until=date(2022, 1, 31))),
        ("/source Kabar Nusantara", Filters(source="Kabar Nusantara")),
    ],
)
def test_filters_are_set_and_lifted(text: str, filters: Filters) -> None:
    """A year or a month alone means its first or last day; no argument lifts."""
    conversation = Conversation()
    assert "Asking articles" in said(conversation, text)
    assert conversation.filters == filters
    assert said(conversation, text.split()[0]) == "Asking all articles."
    assert conversation.filters == Filters()


def test_a_question_is_asked_after_the_answers_before_it() -> None:
    """Of this conversation only."""
    conversation = after_an_answer()
    asked = conversation.enter("Kapan?")
    assert isinstance(asked, Ask)
    assert asked.after == conversation.answers != ()
    conversation.enter("/new")
    anew = conversation.enter("Kapan?")
    assert isinstance(anew, Ask)
    assert anew.after == ()


def test_filters_in_force_are_conditions_that_can_be_dropped() -> None:
    """What a front end shows as chips."""
    conversation = Conversation()
    conversation.enter("/since 2022")
    conversation.enter("/source Kabar")
    assert [one.words for one in conversation.conditions] == ["since 2022-01-01", "source Kabar"]
    conversation.drop("since")
    conversation.drop("nonsense")
    assert [one.key for one in conversation.conditions] == ["source"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/since someday", "someday is no day"),
        ("/since 2022-02-30", "is no day"),
        ("/until 2022-13", "is no day"),
        ("/sinc 2022", "Is it /since?"),
        ("/xyzzy", "See /help."),
        ("/open", "Name an index, or a folder of articles"),
        ("/open no-such-folder", "There is no no-such-folder."),
        ("/export", "nothing to export"),
        ("/why", "no answer to explain"),
        ("2", "nothing to open yet"),
    ],
)
def test_what_cannot_be_done_says_why(text: str, says: str) -> None:
    """One line, and nothing changes."""
    conversation = Conversation()
    assert says in refused(conversation, text)
    assert conversation.filters == Filters()


def test_since_after_until_is_refused() -> None:
    """The filter that was there stays."""
    conversation = Conversation()
    conversation.enter("/until 2021")
    assert "/since 2022-01-01 is after /until 2021-12-31" in refused(conversation, "/since 2022")
    assert conversation.filters == Filters(until=date(2021, 12, 31))


def test_a_source_is_known_by_any_part_of_its_name() -> None:
    """Whatever the case; another one is refused with those that are near."""
    conversation = Conversation()
    conversation.sources = ["Kabar Nusantara", "Kabar Pagi", "The Wire"]
    said(conversation, "/source wire")
    assert conversation.filters.source == "The Wire"
    said(conversation, "/source kabar pagi")
    assert conversation.filters.source == "Kabar Pagi"
    conversation.sources = [*conversation.sources, "Odd\x1b"]
    said(conversation, "/source odd␛")
    assert conversation.filters.source == "Odd\x1b"
    assert "2 sources have “kab” in their name: Kabar Nusantara, Kabar Pagi." in refused(
        conversation, "/source kab"
    )
    assert "Is it The Wire?" in refused(conversation, "/source Teh Wire")
    assert "There are Kabar Nusantara, Kabar Pagi, The Wire, Odd" in refused(
        conversation, "/source q"
    )


def test_a_bare_number_opens_a_citation_of_the_last_answer() -> None:
    """As its marker is written, or without the brackets."""
    conversation = after_an_answer()
    for text in ("2", "[2]"):
        outcome = conversation.enter(text)
        assert isinstance(outcome, Open)
        assert outcome.place.article.path == "1.txt"
    assert refused(conversation, "7") == "The last answer has no source 7, 1 to 2."
    assert isinstance(conversation.enter("1963?"), Ask)


def test_without_an_answer_what_is_closest_and_the_nearest_can_be_opened() -> None:
    """They are what the person sees; of the nearest nothing is quoted."""
    conversation = after_an_answer(margin=-5)
    for number, quote, near in (("1", "Ani", False), ("2", "Hari ini Ani bicara.", True)):
        outcome = conversation.enter(number)
        assert isinstance(outcome, Open)
        assert outcome.place.quote == quote
        assert outcome.turn.is_near(outcome.place) == near


def test_the_commands_that_a_front_end_shows(tmp_path: Path) -> None:
    """`/help`, `/why`, `/new`, `/reindex` and `/open`."""
    conversation = after_an_answer()
    assert isinstance(conversation.enter("/help"), Help)
    assert isinstance(conversation.enter("/why"), Explain)
    assert isinstance(conversation.enter("/new"), Began)
    assert conversation.answers == ()
    assert conversation.enter("/reindex") == Make(None)
    assert conversation.enter(f"/open {tmp_path}") == Make(tmp_path)


def test_beginning_anew_asks_what_becomes_of_the_filters() -> None:
    """Only where there are any; both answers begin anew."""
    conversation = after_an_answer()
    conversation.enter("/since 2022")
    conversation.enter("/source Kabar")
    asks = conversation.enter("/new")
    assert isinstance(asks, Confirm)
    assert asks.words == "Keep the filters, since 2022-01-01 and source Kabar?"
    assert conversation.answers
    assert isinstance(conversation.enter(asks.text), Began)
    assert (conversation.answers, len(conversation.conditions)) == ((), 2)
    assert isinstance(conversation.enter(asks.otherwise), Began)
    assert conversation.conditions == []


def test_an_index_that_breaks_is_told() -> None:
    """A command that reads it fails like one that cannot be done."""

    def sizes(_filters: Filters) -> list[SourceSize]:
        raise IndexDamaged("broken")

    conversation = Conversation()
    conversation.turn_to(["Kabar"], lambda _id: None, sizes)
    assert refused(conversation, "/source Kabar") == "broken"


def test_filters_that_nothing_meets_are_refused_and_lifted_over_another_index() -> None:
    """What was in force stays in force, as long as the index has such articles."""
    conversation = Conversation(AskSettings(now=date(2024, 3, 14)))
    days = date(2024, 3, 1), date(2024, 3, 9)

    def sizes(filters: Filters) -> list[SourceSize]:
        return [SourceSize("Kabar", 3, *days)] if filters.allow(days[1], "Kabar") else []

    assert conversation.turn_to(["Kabar"], lambda _id: None, sizes) == ""
    said(conversation, "/since pekan lalu")
    assert "The articles are from 2024-03-01 to 2024-03-09." in refused(
        conversation, "/since kemarin"
    )
    assert conversation.filters == Filters(since=date(2024, 3, 4))
    assert conversation.turn_to(["Kabar"], lambda _id: None, sizes) == ""
    old = [SourceSize("Warta", 1, date(2020, 1, 1), date(2020, 1, 1))]
    words = conversation.turn_to(
        ["Warta"], lambda _id: None, lambda filters: [] if filters else old
    )
    assert words == (
        "No article is left by “since 2024-03-04”. The articles are from 2020-01-01 to 2020-01-01. "
        "All articles are asked now."
    )
    assert conversation.filters == Filters()


def test_an_article_that_the_index_no_longer_has_is_told(tmp_path: Path) -> None:
    """It is known by its text; what was shown of it stays."""
    conversation = after_an_answer()
    cited = conversation.turns[-1].places[0].article
    assert conversation.since_changed(cited) == ""
    conversation.turn_to([], {cited.id: cited}.get, lambda _filters: [])
    assert conversation.since_changed(cited) == ""
    conversation.turn_to([], lambda _id: None, lambda _filters: [])
    assert f"“{cited.title}” is not in the index any more" in conversation.since_changed(cited)
    assert isinstance(conversation.enter("1"), Open)

    def damaged(_id: str) -> Article | None:
        raise IndexDamaged(f"{tmp_path} is damaged")

    conversation.turn_to([], damaged, lambda _filters: [])
    assert "is damaged" in conversation.since_changed(cited)


def test_completion_offers_commands_and_sources() -> None:
    """In full, so that a front end only puts them in."""
    conversation = Conversation()
    conversation.sources = ["Kabar Nusantara", "The Wire"]

    def offered(text: str) -> list[str]:
        return [one.text for one in conversation.complete(text)]

    assert offered("/S") == ["/since ", "/source ", "/search ", "/settings"]
    assert offered("/language i") == ["/language id"]
    assert offered("/source k") == ["/source Kabar Nusantara"]
    assert offered("/source ") == ["/source Kabar Nusantara", "/source The Wire"]
    assert offered("/source wi") == ["/source The Wire"]
    assert offered("/source The Wire") == []
    assert offered("/since ") == []
    assert offered("Siapa /s") == []


def test_export_writes_the_conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the file named, else to one in the working folder; never over another."""
    monkeypatch.chdir(tmp_path)
    conversation = after_an_answer()
    assert said(conversation, "/export out.jsonl") == "Wrote 1 question to out.jsonl."
    assert "exists already" in refused(conversation, "/export out.jsonl")
    assert "qa-20" in said(conversation, "/export")
    assert len(list(tmp_path.glob("qa-*.md"))) == 1


@pytest.mark.parametrize("by_command", [True, False])
def test_the_days_of_a_question_are_a_condition_that_can_be_lifted(by_command: bool) -> None:
    """The question is then asked again, after the same turns, whatever days it names."""
    conversation = after_an_answer()
    asked = conversation.enter("Siapa pekan lalu?")
    assert isinstance(asked, Ask)
    held = DateFilter("pekan lalu", date(2022, 1, 10), date(2022, 1, 17))
    conversation.record(asked, replace(answered("Siapa pekan lalu?"), dated=held), INFO)
    (condition,) = conversation.conditions
    assert condition.words == "published 10–17 Jan 2022"
    again = conversation.enter("/anyday") if by_command else conversation.drop(condition.key)
    assert isinstance(again, Ask)
    assert again.question == "Siapa pekan lalu?"
    assert not again.settings.date_filter
    assert again.after == conversation.answers[:1]
    conversation.record(again, answered("Siapa pekan lalu?"), INFO)
    assert conversation.conditions == []
    assert "not held to any days" in refused(conversation, "/anyday")


def test_leaving_is_a_command() -> None:
    """Under both names that people try."""
    assert isinstance(Conversation().enter("/quit"), Leave)
    assert isinstance(Conversation().enter("/exit"), Leave)
