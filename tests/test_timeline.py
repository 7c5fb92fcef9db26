"""Timelines: dated sentences on a topic, in order, each once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa.answer.timeline import timeline
from qa.cli import cli, run
from qa.types import Passage, Span
from tests.builders import article, passage, query

STRIKE = "Ranjau darat meledak di Kherson pada 3 Maret 2022 dan melukai dua orang."
VOW = "Ukraina berjanji tidak akan memasang ranjau darat di kota."


def whole(*texts: str, published: date | None = None) -> list[Passage]:
    """A passage for each text, each an article of its own."""
    return [
        passage(article(text, path=f"{row}.txt", published=published), row=row)
        for row, text in enumerate(texts)
    ]


def test_a_day_is_the_date_in_the_sentence_else_the_articles() -> None:
    """In the order of the days, with the date's own span."""
    found = timeline(query("ranjau darat"), whole(VOW, STRIKE, published=date(2022, 4, 1)))
    assert [(event.day, event.written is None) for event in found.events] == [
        (date(2022, 3, 3), False),
        (date(2022, 4, 1), True),
    ]
    written = found.events[0].written
    assert written is not None
    place = found.events[0].citation
    assert place.article.text[written.start : written.end] == "3 Maret 2022"
    assert [place.n for place in found.citations] == [1, 2]
    assert all(
        place.article.text[place.span.start : place.span.end] == place.quote
        for place in found.citations
    )


def test_sentences_without_a_day_are_counted_and_left_out() -> None:
    """Neither a date in them nor an article's."""
    found = timeline(query("ranjau darat"), whole(STRIKE, VOW))
    assert len(found.events) == 1
    assert found.undated == 1


def test_the_same_sentence_counts_once() -> None:
    """Nearly the same words; another number says another thing."""
    edited = STRIKE.replace("meledak", "telah meledak")
    more = STRIKE.replace("dua orang", "2 orang")
    found = timeline(query("ranjau darat"), whole(STRIKE, edited, more))
    assert [len(event.also) for event in found.events] == [1, 0]


def test_sentences_off_the_topic_are_left_out() -> None:
    """Whatever else the passage says; a sentence that two passages share comes once."""
    of = article(f"{STRIKE} Harga beras naik pada 4 Maret 2022 di pasar.")
    both = [Passage(0, of, Span(0, len(of.text))), Passage(1, of, Span(0, len(STRIKE)))]
    assert [event.day for event in timeline(query("ranjau darat"), both).events] == [
        date(2022, 3, 3)
    ]


def test_days_can_be_bounded_and_events_limited() -> None:
    """The limit keeps what is most on the topic, and says how many it left out."""
    passages = whole(VOW, STRIKE, published=date(2022, 4, 1))
    assert len(timeline(query("ranjau darat"), passages, since=date(2022, 4, 1)).events) == 1
    assert len(timeline(query("ranjau darat"), passages, until=date(2022, 3, 31)).events) == 1
    found = timeline(query("ranjau darat Kherson"), passages, limit=1)
    assert [event.day for event in found.events] == [date(2022, 3, 3)]
    assert found.more == 1


def test_a_topic_without_words_has_no_events() -> None:
    """Nor is it an error."""
    assert timeline(query("🙂"), whole(STRIKE)).events == ()
    assert timeline(query("ranjau"), []).events == ()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles on one topic, one of them hostile."""
    folder = tmp_path_factory.mktemp("timeline")
    (folder / "2022-03-05_a.txt").write_text(f"{STRIKE}\n", encoding="utf-8")
    (folder / "2022-04-01_b.txt").write_text(f"{VOW}\x1b[31m\n", encoding="utf-8")
    assert invoke("index", str(folder), "--index", str(folder / "index")).exit_code == 0
    return folder / "index"


def invoke(*arguments: str) -> Result:
    """The command line within this process."""
    return CliRunner().invoke(cli, arguments, catch_exceptions=False)


def test_the_command_prints_days_sentences_and_sources(index: Path) -> None:
    """Safe for a screen; exit code 0."""
    done = invoke("timeline", "ranjau", "darat", "--index", str(index))
    assert done.exit_code == 0
    assert done.stdout.startswith("2022-03-03 · written in the sentence\n    Ranjau darat")
    assert "»3 Maret 2022«" in done.stdout
    assert "2022-04-01 · published\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stdout.endswith("2 events.\n")


def test_json_quotes_are_slices(index: Path) -> None:
    """One document, offsets in code points of the file."""
    done = invoke("timeline", "ranjau darat", "--index", str(index), "--json")
    document = json.loads(done.stdout)
    assert list(document) == ["schema", "topic", "events", "undated", "more", "index"]
    assert [(event["day"], event["by"]) for event in document["events"]] == [
        ("2022-03-03", "written"),
        ("2022-04-01", "published"),
    ]
    for event in document["events"]:
        place = event["citation"]
        text = Path(place["path"]).read_text(encoding="utf-8")
        assert text[place["start"] : place["end"]] == place["quote"]


def test_nothing_found_is_exit_code_1_and_nonsense_2(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As for a question."""
    asking = ["timeline", "harga beras", "--index", str(index)]
    assert run(asking) == 1
    assert capsys.readouterr().out == "No dated sentence on this topic.\n"
    assert run([*asking, "--since", "2022-02-02", "--until", "2022-01-01"]) == 2
    assert "swap" in capsys.readouterr().err
    assert run([*asking, "--until", "kemarin"]) == 2
    assert "kemarin" in capsys.readouterr().err
    assert run(["timeline", " ", "--index", str(index)]) == 2
    assert run(["timeline", "beras", "--index", str(index / "nowhere")]) == 3
