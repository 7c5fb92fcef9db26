"""Showing: the JSON form, the text a person reads, nothing hostile in either."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import decide, weigh
from qa.cite import cite
from qa.language.text import safe
from qa.protocols import Calibration
from qa.settings import AskSettings, Filters
from qa.show import (
    Line,
    as_json,
    as_text,
    byline,
    dumps,
    highlighted,
    in_context,
    lines,
    quotation,
    table,
    why,
    why_json,
    wrapped,
)
from qa.show.answer import measured, told_apart
from qa.show.place import cited
from qa.types import (
    Answer,
    Candidate,
    Citation,
    Copy,
    Coverage,
    DateFilter,
    Finding,
    Gate,
    Hit,
    IndexInfo,
    Read,
    Sides,
    Status,
    Support,
)
from tests.builders import article, passage, query, span

INFO = IndexInfo("g1", "2026-11-23T00:00:00Z", "/corpus", 1, 1, "static-1", "reader-1")
CALIBRATION = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.7, unsure=0.3)


def answer(text: str, words: str, *, margin: float = 2.0, title: str = "Judul") -> Answer:
    """The answer `words`, found in an article of this text."""
    of = article(text, title=title, source="Kabar", published=date(2024, 11, 21))
    finding = Finding(passage(of), span(of, words), score=margin, null=0.0)
    hit = Hit(0, 0.5, {"dense": 0.61, "lexical": 0.25}, {"dense": 3})
    return decided([Read(hit, finding.passage, finding)])


def decided(reads: list[Read]) -> Answer:
    """The answer to `Siapa?` that was decided from some passages."""
    weighed = weigh(reads, CALIBRATION, "id")
    result = decide(query("Siapa?"), weighed, calibration=CALIBRATION, settings=AskSettings())
    return Answer.of(result, question="Siapa?", language="id")


def test_json_has_exactly_the_documented_keys() -> None:
    """Scripts stand on these names."""
    document = as_json(answer("Kata Ani tadi.", "Ani"), Filters(since=date(2024, 1, 1)), INFO)
    assert list(document) == [
        "schema",
        "question",
        "understood",
        "corrected",
        "language",
        "status",
        "confidence",
        "answer",
        "citations",
        "alternatives",
        "conflicts",
        "history",
        "sides",
        "items",
        "reason",
        "closest",
        "nearest",
        "filters",
        "date_filter",
        "newest_first",
        "timings_ms",
        "index",
    ]
    assert document["answer"] == {
        "text": "Ani",
        "sentence": "Kata Ani tadi.",
        "citation": 1,
        "support": {"independent": 1, "articles": 1, "duplicates": 0},
    }
    assert (document["conflicts"], document["sides"]) == ([], None)
    assert (document["reason"], document["closest"]) == (None, None)
    (place,) = document["citations"]
    assert (place["start"], place["end"], place["quote"], place["line"]) == (5, 8, "Ani", 1)
    assert place["published"] == "2024-11-21"
    assert place["path"] == "/corpus/a.txt"
    assert document["filters"] == {"since": "2024-01-01", "until": None, "source": None}
    assert document["index"]["reader"] == "reader-1"


HALF = Coverage("g1", asked=2, answered=1)


def of_half(answer: Answer) -> Answer:
    """An answer of which one of two shards knows."""
    return replace(answer.incomplete(), coverage=HALF)


def test_a_part_of_the_index_makes_no_claim_about_the_whole() -> None:
    """Neither that it is answered nor that sources differ; the quotes stand as they are."""
    old, new = (
        Candidate(str(n), 0.9, numbered(f"{n} orang.", str(n), n, date(2022, n, 1))) for n in (1, 2)
    )
    whole = replace(
        answer("Kata Ani tadi.", "Ani"), best=new, conflicts=(old, new), history=(old, new)
    )
    part = of_half(whole)
    assert (part.status, part.best, part.alternatives) == (Status.INCOMPLETE, new, (old,))
    assert (part.conflicts, part.history) == ((), ())
    shown = " ".join(as_text(part, INFO, style=None, width=90).split())
    assert shown.startswith("1 of 2 parts of the archive answered.")
    assert "incomplete · confidence" in shown
    assert "Sources differ" not in shown
    document = as_json(part, Filters(), INFO)
    assert document["status"] == "incomplete"
    assert document["coverage"] == {"generation": "g1", "asked": 2, "answered": 1, "share": 0.5}


def test_what_a_part_of_the_index_does_not_have_is_not_called_not_found() -> None:
    """There is no reason why there is no answer; a guess is still shown."""
    part = of_half(not_found())
    shown = as_text(part, INFO, style=None, width=90)
    assert "incomplete\n" in shown
    assert "Not found" not in shown
    assert "Closest, a guess" in shown
    assert as_json(part, Filters(), INFO)["reason"] is None
    lost = replace(not_found(), dated=dated("pekan lalu", without=answer("Kata Budi.", "Budi")))
    without = of_half(lost).shown
    assert (without.status, without.best.text if without.best else "") == ("incomplete", "Budi")


def test_sides_of_a_part_of_the_index_are_no_balance() -> None:
    """`none otherwise` is not known."""
    shown = as_text(of_half(sided(otherwise=False)), INFO, style=None, width=90)
    assert "Pasukan akan dikirim. [2]" in shown
    assert "none otherwise" not in shown


def not_found() -> Answer:
    """`Ani`, one time in four by the logistic of -1.1, and another passage near to it."""
    of = article("Kata Ani tadi.", title="Judul", source="Kabar", published=date(2024, 11, 21))
    near = passage(article("Lalu hujan.", title="Cuaca", path="b.txt"), row=1)
    finding = Finding(passage(of), span(of, "Ani"), score=-1.1, null=0.0)
    reads = [Read(Hit(0, 0.5), finding.passage, finding), Read(Hit(1, 0.4), near, None)]
    return replace(decided(reads), trace=())


def test_json_of_no_answer_has_a_reason_what_is_closest_and_the_nearest() -> None:
    """The answer, null, is still there; by its number what is closest has a citation."""
    document = as_json(not_found(), Filters(), INFO)
    assert document["status"] == "no_answer"
    assert document["answer"] is None
    assert document["reason"] == {
        "gate": "reading: confidence",
        "value": 0.2497,
        "threshold": 0.3,
    }
    assert document["closest"] == {
        "text": "Ani",
        "confidence": 0.2497,
        "citation": 1,
        "support": {"independent": 1, "articles": 1, "duplicates": 0},
    }
    (place,) = document["citations"]
    assert (place["n"], place["start"], place["end"], place["quote"]) == (1, 5, 8, "Ani")
    assert [(near["n"], near["quote"]) for near in document["nearest"]] == [(2, "Lalu hujan.")]


def test_what_a_follow_up_was_taken_to_mean_comes_first() -> None:
    """Safe for a screen, whoever's words they are."""
    for margin in (2.0, -5.0):
        asked = replace(answer("Kata Ani tadi.", "Ani", margin=margin), understood="Kapan\x1b Ani?")
        assert as_text(asked, INFO, style=None, width=80).startswith("understood as: Kapan␛ Ani?\n")
        assert as_json(asked, Filters(), INFO)["understood"] == "Kapan\x1b Ani?"


def test_text_shows_answer_citation_and_where_it_stands() -> None:
    """What a stranger sees through a pipe."""
    shown = as_text(answer("Baris satu.\nKata Ani tadi.", "Ani"), INFO, style=None, width=80)
    assert shown.splitlines() == [
        "Ani [1]",
        "answered · confidence 0.88",
        "",
        "[1] Judul",
        "    Kabar · 2024-11-21 · /corpus/a.txt:2",
        "    Kata »Ani« tadi.",
    ]


def test_a_quotation_holds_quote_sentence_and_source() -> None:
    """What a person pastes into a text of their own."""
    (place,) = answer("Baris satu.\nKata Ani\x1b[201~ tadi.", "Ani").citations
    assert quotation(place, "/corpus").splitlines() == [
        "“Ani”",
        "Kata »Ani«␛[201~ tadi.",
        "— Judul · Kabar · 2024-11-21 · /corpus/a.txt:2",
    ]


def test_a_quotation_of_a_whole_sentence_says_it_once() -> None:
    """There is nothing around it to show."""
    (place,) = answer("Kata Ani\r\ntadi.", "Kata Ani\r\ntadi.").citations
    first, second = quotation(place, "/corpus").splitlines()
    assert first == "“Kata Ani tadi.”"
    assert second.startswith("— Judul")


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\u2028\u2028", "\r\r"])
def test_a_citation_in_context_is_its_paragraph(gap: str) -> None:
    """Up to blank lines, whatever a line ends with; lines within it are joined."""
    text = f"Baris satu.{gap}Lalu hujan.\nKata Ani tadi.\nLalu reda.{gap}Baris akhir."
    (place,) = answer(text, "Ani").citations
    shown = wrapped(in_context(place, "/corpus"), style=None, width=80).splitlines()
    assert shown[0] == "[1] Judul"
    assert shown[2] == f"    line {place.line}: Lalu hujan. Kata »Ani« tadi. Lalu reda."


def test_a_long_line_is_a_paragraph_by_itself() -> None:
    """As where an article has no blank line at all."""
    text = f"Baris satu.\nLalu hujan. Kata Ani tadi{' sekali' * 20}.\nLalu reda."
    (place,) = answer(text, "Ani").citations
    words = "".join(words for words, _ in in_context(place, "/corpus")[-1].runs)
    assert words.startswith("line 2: Lalu hujan. Kata Ani tadi")
    assert "satu" not in words
    assert "reda" not in words


def test_of_a_paragraph_without_end_only_a_part_is_shown() -> None:
    """Some articles are one line; what is left out is marked."""
    (place,) = answer("kata " * 5000 + "Ani" + " kata" * 5000, "Ani").citations
    words = "".join(text for text, _ in in_context(place, "/corpus")[-1].runs)
    assert len(words) < 2100
    assert words.startswith("line 1: …kata")
    assert words.endswith("kata…")


def test_a_record_is_named_with_its_file() -> None:
    """The line is that within the record, which the file's own lines say nothing about."""
    of = replace(article("Satu.\nDua.", path="a.jsonl"), record="7")
    assert byline(of, "/corpus", 2) == "/corpus/a.jsonl#7:2"


def test_text_of_no_answer_says_so_first() -> None:
    """Honest before helpful: then what is closest, called a guess, then what is only near."""
    assert as_text(not_found(), INFO, style=None, width=80).splitlines() == [
        "Not found in these articles.",
        "not found · confidence 0.25, below 0.30",
        "",
        "Closest, a guess (confidence 0.25, below the 0.30 that an answer needs): [1]",
        "[1] Judul",
        "    Kabar · 2024-11-21 · /corpus/a.txt:1",
        "    Kata »Ani« tadi.",
        "",
        "Nearest passages (not an answer):",
        "2. Cuaca",
        "    /corpus/b.txt:1",
        "    Lalu hujan.",
    ]


@pytest.mark.parametrize(
    ("value", "threshold", "expected"),
    [
        (0.31, 0.43, "0.31, below 0.43"),
        (0.428, 0.431, "0.428, below 0.431"),
        (0.4293, 0.430107, "0.429, below 0.430"),
        (0.42999, 0.43001, "0.42999, below 0.43001"),
        (0.996, 0.997, "0.996, below 0.997"),
        (0.996, 1.0, "0.996, below 1.000"),
        (0.0012, 0.43, "0.001, below 0.43"),
        (0.00004, 0.43, "<0.0001, below 0.43"),
        (0.5, 0.99999, "0.50, below >0.9999"),
        (0.0, 1.0, "0, below 1"),
    ],
)
def test_a_value_and_what_it_is_measured_against_never_read_the_same(
    value: float, threshold: float, expected: str
) -> None:
    """Nor does one read 0 or 1 that is neither; counts have no decimals."""
    assert measured(Gate("gate", value, threshold), "below") == expected


@given(st.floats(0, 1), st.floats(0, 1))
def test_numbers_that_differ_are_shown_in_their_order(one: float, other: float) -> None:
    """What is below a threshold reads so, however near."""
    low, high = sorted((one, other))
    shown = told_apart(low, high)
    assert (shown[0] == shown[1]) == (low == high)
    least, most = (float(words.lstrip("<>")) for words in shown)
    assert least <= most


def test_an_answer_that_is_not_quite_sure_does_not_read_certain() -> None:
    """By hand: the logistic of 6 is 0.9975."""
    shown = as_text(answer("Kata Ani tadi.", "Ani", margin=6.0), INFO, style=None, width=80)
    assert "answered · confidence 0.998" in shown


def test_long_sentences_are_wrapped_and_lose_no_word() -> None:
    """A terminal of 40 columns."""
    words = " ".join(f"kata{n}" for n in range(40))
    shown = as_text(answer(words, "kata20 kata21"), INFO, style={}, width=40)
    body = shown.splitlines()[5:]
    assert all(len(line) <= 40 for line in body)
    assert " ".join(" ".join(body).split()) == words


def test_a_quote_over_several_rows_is_marked_once() -> None:
    """Two pairs of marks would be two quotes."""
    of = answer("Kata Ani Wijaya Budi Santoso Candra.", "Ani Wijaya Budi Santoso Candra")
    shown = as_text(of, INFO, style=None, width=40)
    assert shown.splitlines()[5:] == ["    Kata »Ani Wijaya Budi Santoso", "    Candra«."]


def test_rows_break_at_spaces_only_whatever_their_kind() -> None:
    """A comma stays with the quote before it; a no-break space is still a space."""
    of = answer("Kata wali kota setempat Ani Tumbelaka,\xa0tadi.", "Ani Tumbelaka")
    shown = as_text(of, INFO, style={}, width=40)
    assert shown.splitlines()[5:] == ["    Kata wali kota setempat Ani", "    Tumbelaka, tadi."]


def numbered(text: str, words: str, n: int, day: date | None, *, copies: int = 0) -> Citation:
    """A citation of an article of some day, which has copies."""
    of = replace(
        article(text, title=f"Judul {n}", path=f"{n}.txt", published=day),
        copies=tuple(Copy(f"copy-{n}.txt") for n in range(copies)),
    )
    return cite(span(of, words), of, n)


def differing() -> Answer:
    """An answer of two sources, one of them copied, which a third contradicts."""
    first = numbered("Ada 40.000 orang.", "40.000", 1, date(2022, 2, 1), copies=3)
    second = numbered("Ada 40 ribu jiwa.", "40 ribu", 2, None)
    third = numbered("Ada 45.000 orang.", "45.000", 3, date(2022, 1, 5))
    best = Candidate("40.000", 0.9, first, (second,), Support(2, 5, 3))
    other = Candidate("45.000", 0.5, third)
    return Answer(
        question="Berapa?",
        language="id",
        status=Status.ANSWERED,
        confidence=0.9,
        best=best,
        alternatives=(other,),
        conflicts=(other, best),
    )


def test_sources_that_differ_are_shown_oldest_first_with_their_days() -> None:
    """Neither is chosen silently, and the other is not listed again below."""
    shown = as_text(differing(), INFO, style=None, width=80).splitlines()
    assert shown[:4] == [
        "40.000 [1][2] (2 independent sources)",
        "answered · confidence 0.90",
        "Sources differ: 45.000 (2022-01-05) [3] → 40.000 (2022-02-01) [1][2]",
        "",
    ]
    where = shown.index(
        "    2022-02-01 · /corpus/1.txt:1 · also in 3 copies: copy-0.txt, copy-1.txt,"
    )
    assert shown[where + 1] == "    copy-2.txt"
    assert "    Ada »45.000« orang." in shown
    assert "Other answers:" not in shown


def test_json_of_sources_that_differ_names_values_days_and_copies() -> None:
    """Support adds up, and a conflict points at its citation."""
    document = as_json(differing(), Filters(), INFO)
    assert document["answer"]["support"] == {"independent": 2, "articles": 5, "duplicates": 3}
    assert document["conflicts"] == [
        {"value": "45.000", "published": "2022-01-05", "citation": 3},
        {"value": "40.000", "published": "2022-02-01", "citation": 1},
    ]
    assert document["alternatives"][0]["support"]["independent"] == 1
    assert [len(place["copies"]) for place in document["citations"]] == [3, 0, 0]


def sided(*, so: bool = True, otherwise: bool = True) -> Answer:
    """Sentences on the sides of a yes-or-no question."""
    no = numbered("Tidak ada rencana.", "Tidak ada rencana.", 1, date(2022, 1, 30))
    yes = numbered("Pasukan akan dikirim.", "Pasukan akan dikirim.", 2, None)
    found = Sides((yes,) if so else (), (no,) if otherwise else ())
    best = Candidate(yes.quote, 0.8, yes if so else no)
    return Answer(
        question="Apakah?",
        language="id",
        status=Status.UNSURE,
        confidence=0.8,
        best=best,
        sides=found,
    )


def test_sides_are_shown_with_their_days_and_no_verdict() -> None:
    """Oldest first in the summary, each sentence under its side."""
    shown = as_text(sided(), INFO, style=None, width=90).splitlines()
    assert shown[:3] == [
        "Sentences say both. Read the sentences; this is no yes or no.",
        "possible answer",
        "says otherwise (2022-01-30) [1] · says so (undated) [2]",
    ]
    assert shown.index("Sentences that say so:") < shown.index("    »Pasukan akan dikirim.«")
    assert shown.index("Sentences that say otherwise:") < shown.index("    »Tidak ada rencana.«")
    assert as_json(sided(), Filters(), INFO)["sides"] == {
        "says_so": [2],
        "says_otherwise": [1],
        "says_it_may": [],
        "about": [],
    }


def test_what_may_be_and_what_is_only_about_it_stand_apart() -> None:
    """Days in order get an arrow; a day that is not known gets none."""
    plan, later, other = (
        numbered(f"{n} pasukan.", f"{n} pasukan.", n, date(2022, n, 1)) for n in (1, 2, 3)
    )
    answer = replace(sided(), sides=Sides((later,), (), (plan,), (other,)))
    shown = as_text(answer, INFO, style=None, width=90).splitlines()
    assert "says it may (2022-01-01) [1] → says so (2022-02-01) [2]" in shown
    assert shown.index("Sentences that say it may be:") > shown.index("Sentences that say so:")
    assert shown.index("About this, and on no side:") < shown.index("    »3 pasukan.«")


def test_sentences_on_no_side_are_no_answer() -> None:
    """They are shown under their heading, below what says that nothing was found."""
    other = numbered("3 pasukan.", "3 pasukan.", 1, None)
    answer = replace(
        sided(), status=Status.NO_ANSWER, best=None, sides=Sides(about=(other,)), confidence=0.0
    )
    shown = as_text(answer, INFO, style=None, width=90).splitlines()
    assert shown[0] == "Not found in these articles."
    assert shown.index("About this, and on no side:") < shown.index("    »3 pasukan.«")


def test_one_side_alone_is_called_so() -> None:
    """The other side's heading does not stand over nothing."""
    shown = as_text(sided(otherwise=False), INFO, style=None, width=90)
    assert "Sentences say so, none otherwise." in shown
    shown = as_text(sided(so=False), INFO, style=None, width=90)
    assert "Sentences say otherwise, none so." in shown
    assert "Sentences that say so:" not in shown


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_control_character_of_an_article_reaches_the_screen(before: str, title: str) -> None:
    """ESC, C1, bidi overrides and their kind are made visible, in text and title alike."""
    hostile = before + "\x1b]52;c;aGk=\x07\x9b31m\u202e Ani \r\n" + before
    shown = as_text(answer(hostile, "Ani", title=title), INFO, style=None, width=80)
    assert not set(shown) & {*map(chr, range(10)), *map(chr, range(11, 32)), "\x7f", "\u202e"}
    assert not set(shown) & set(map(chr, range(0x80, 0xA0)))


@given(st.text(max_size=40), st.text(max_size=40))
def test_highlighted_parts_are_as_long_as_what_they_show(before: str, after: str) -> None:
    """Making text safe shifts nothing."""
    (place,) = answer(f"{before} Ani {after}", " Ani ").citations
    assert len(highlighted(place)[1]) == len(place.quote)


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_json_escapes_what_a_terminal_would_obey(words: str) -> None:
    """No control leaves raw, lone surrogates included, and every word comes back as it was."""
    hostile = words + "\x1b\x9b\u202e\u2028\u061c\U000e0041" + "\u0301" * 20 + "\ud800"
    line = dumps({"quote": hostile})
    assert safe(line) == line
    assert "\n" not in line
    line.encode()
    assert json.loads(line)["quote"] == hostile


def test_why_shows_the_retrievers_the_reader_and_the_gates() -> None:
    """Enough to see which of them was wrong."""
    shown = wrapped(why(answer("Kata Ani tadi.", "Ani"), INFO), style=None, width=80)
    assert shown.splitlines() == [
        "Passages read, best retrieved first:",
        "1. Judul [1]",
        "    in meaning number 3 (0.61), in words not among the first (0.25)",
        "    »Ani« is more likely than no answer (by 2.00) · confidence 0.88",
        "",
        "What an answer needs:",
        "    yes: passages near the question: 1, needs 1",
        "    yes: confidence of a possible answer: 0.88, needs 0.30",
        "    yes: confidence to be called answered: 0.88, needs 0.70",
        "",
        "encoder static-1 · reader reader-1",
    ]


def test_why_numbers_what_is_closest_unless_the_answer_of_all_days_is_shown() -> None:
    """A number in it opens what the same number opens elsewhere."""
    guessed = answer("Kata Ani tadi.", "Ani", margin=-1.1)
    assert "1. Judul [1]" in wrapped(why(guessed, INFO), style=None, width=80)
    lost = replace(guessed, dated=dated("kini", without=answer("Kata Budi tadi.", "Budi")))
    assert "[1]" not in wrapped(why(lost, INFO), style=None, width=80)


def test_why_as_json_numbers_and_places_what_the_document_cites() -> None:
    """Also where a person is shown the answer of all days, which is cited apart."""
    guessed = answer("Kata Ani tadi.", "Ani", margin=-1.1)
    lost = replace(guessed, dated=dated("kini", without=answer("Kata Budi tadi.", "Budi")))
    for one in (guessed, lost):
        (read,) = why_json(one, INFO)["passages"]
        (cited,) = as_json(one, Filters(), INFO)["citations"]
        assert (read["citation"], read["found"]) == (cited["n"], cited["quote"])
        assert (read["path"], read["record"]) == (cited["path"], cited["record"])


def test_markers_of_citations_are_runs_of_their_own() -> None:
    """A front end makes them clickable."""
    shown = lines(answer("Kata Ani tadi.", "Ani"), INFO)
    marked = [run for line in shown for run in line.runs if run[1] == "cite"]
    assert marked == [("[1]", "cite"), ("[1]", "cite")]


def dated(words: str, **changes: Any) -> DateFilter:
    """A filter of one week."""
    return replace(DateFilter(words, date(2022, 1, 10), date(2022, 1, 17)), **changes)


def test_what_the_days_of_a_question_left_out_is_said() -> None:
    """The days, the words they come from, the undated articles, and how to undo it."""
    filtered = replace(
        answer("Kata Ani tadi.", "Ani"),
        question="Siapa pekan lalu?",
        dated=dated("pekan lalu", undated=3),
    )
    shown = as_text(filtered, INFO, style=None, width=120).splitlines()
    assert shown[2] == (
        "published 10–17 Jan 2022 (from “pekan lalu”) · 3 undated articles left out"
        " · lifted by --no-date-filter or /anyday"
    )
    assert as_json(filtered, Filters(), INFO)["date_filter"] == {
        "words": "pekan lalu",
        "since": "2022-01-10",
        "until": "2022-01-17",
        "undated": 3,
        "ignored": False,
        "told": False,
        "without": None,
    }


def test_days_that_left_nothing_out_are_named_too() -> None:
    """No article was published then, so the words are content."""
    ignored = replace(
        answer("Kata Ani tadi.", "Ani"),
        question="Siapa tahun 1963?",
        dated=dated("tahun 1963", ignored=True),
    )
    shown = as_text(ignored, INFO, style=None, width=100).splitlines()
    assert shown[2] == "“tahun 1963” left nothing out: no article was published then"
    told = replace(ignored, dated=dated("tahun 1963", ignored=True, told=True))
    shown = as_text(told, INFO, style=None, width=100).splitlines()
    assert shown[2] == "“tahun 1963” left nothing out: the answer itself tells of then"


def test_no_answer_on_the_days_asked_comes_with_the_one_of_all_days() -> None:
    """Never silently: first that there is none, then what there is."""
    lost = replace(
        answer("Kata Ani tadi.", "Ani", margin=-5.0),
        question="Siapa pekan lalu?",
        dated=dated("pekan lalu", without=answer("Kata Budi tadi.", "Budi")),
    )
    shown = as_text(lost, INFO, style=None, width=100).splitlines()
    assert shown[0] == "Not found in articles published 10–17 Jan 2022."
    at = shown.index("Without the date filter:")
    assert shown[at + 1] == "Budi [1]"
    guess = (
        "Closest among articles published 10–17 Jan 2022, a guess"
        " (confidence 0.01, below the 0.30 that an answer needs):"
    )
    assert " ".join(shown[-5:-3]) == guess
    assert shown[-3:] == [
        "- Judul",
        "    Kabar · 2024-11-21 · /corpus/a.txt:1",
        "    Kata »Ani« tadi.",
    ]
    assert "    Kata »Budi« tadi." in shown
    document = as_json(lost, Filters(), INFO)
    assert document["answer"] is None
    assert document["closest"]["text"] == "Ani"
    assert document["date_filter"]["without"]["text"] == "Budi"
    assert document["date_filter"]["without"]["citation"]["quote"] == "Budi"


def test_the_days_that_an_article_means_stand_below_its_words() -> None:
    """Published on Thursday, 21 November 2024; a full date needs no help."""
    found = answer("Kata Ani, Selasa (19/11), pekan lalu dan 5 Mei 2020.", "Ani")
    shown = as_text(found, INFO, style=None, width=100).splitlines()
    assert shown[-1] == "    Selasa (19/11) → 19 Nov 2024 · pekan lalu → 11–17 Nov 2024"
    (place,) = as_json(found, Filters(), INFO)["citations"]
    assert place["dates"] == [
        {
            "text": "Selasa (19/11)",
            "start": 10,
            "end": 24,
            "from": "2024-11-19",
            "to": "2024-11-19",
        },
        {
            "text": "pekan lalu",
            "start": 26,
            "end": 36,
            "from": "2024-11-11",
            "to": "2024-11-17",
        },
    ]


def test_newest_first_is_said() -> None:
    """So that nobody takes the order for that of confidence."""
    newest = replace(answer("Kata Ani tadi.", "Ani"), newest_first=True)
    shown = as_text(newest, INFO, style=None, width=80).splitlines()
    assert shown[1] == "answered · confidence 0.88 · newest first"


def test_wide_characters_fill_two_columns_and_are_cut_where_a_row_ends() -> None:
    """By hand: 36 columns after the indent hold 18 of them; none is lost."""
    of = answer(f"{'漢' * 40}Ani", "Ani")
    shown = as_text(of, INFO, style={}, width=40)
    assert shown.splitlines()[5:] == [f"    {'漢' * 18}"] * 2 + [f"    {'漢' * 4}Ani"]


def test_a_path_longer_than_a_row_stays_in_one_piece() -> None:
    """It can be copied, and found with grep."""
    of = replace(article("Kata Ani tadi.", path=f"{'berita/' * 9}a.txt"), source="Kabar")
    shown = wrapped(in_context(cite(span(of, "Ani"), of, 1), "/corpus"), style=None, width=40)
    assert f"    /corpus/{'berita/' * 9}a.txt:1" in shown.splitlines()


def test_words_are_dressed_by_their_role_and_never_read_as_markup() -> None:
    """Nothing in brackets or between colons means anything."""
    line = Line.of((":smile: [red]Ani[/red] ", ""), ("[bold]", "quote"))
    shown = wrapped([line], style={"quote": "bold"}, width=80)
    assert shown == ":smile: [red]Ani[/red] \x1b[1m[bold]\x1b[0m"


def test_a_table_is_aligned_by_columns_of_the_screen() -> None:
    """A wide character takes two; what is in brackets is no markup."""
    assert table([["a", "n"], ["漢[b]", "10"]]).splitlines() == ["a       n", "漢[b]  10"]


@pytest.mark.parametrize("width", [20, 40, 72])
@pytest.mark.parametrize("style", [None, {"path": "dim"}])
@pytest.mark.parametrize(
    "path",
    [
        "berita hari ini/wali kota meresmikan taman baca di kampung kita.txt",
        "dua  jarak/  di depan.txt",
        "arsip/berita-daerah-istimewa-yogyakarta-tahun-dua-ribu-dua-puluh-empat.txt",
        "日本 ニュース/東京で新しい図書館が開館し多くの市民が訪れた.txt",
    ],
)
def test_a_path_is_printed_in_one_piece(
    path: str, style: dict[str, str] | None, width: int
) -> None:
    """However long, with its spaces as they are; it is there to be copied."""
    of = article("Kata Ani tadi.", path=path, source="Kabar Nusantara", published=date(2024, 3, 4))
    place = cite(span(of, "Ani"), of, 1)
    for shown in (cited(place, "/arsip kita"), in_context(place, "/arsip kita")):
        assert f"/arsip kita/{path}:1" in wrapped(shown, style=style, width=width)
    assert quotation(place, "/arsip kita").endswith(f" · /arsip kita/{path}:1")
