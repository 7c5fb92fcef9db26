"""The engine: from a question to an answer that stands in the article."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qa.builder import build
from qa.chat.transcript import Turn
from qa.encoders import BUNDLED_FOLDER
from qa.engine import Engine
from qa.errors import IndexMismatch, IndexMissing, UsageError
from qa.settings import AskSettings, BuildSettings, Filters
from qa.show import as_text
from qa.types import Article, Status
from tests.builders import article

ARTICLES = [
    article(
        "Juru bicara Kremlin Dmitry Peskov mengatakan hal itu.",
        path="peskov.txt",
        source="Kabar",
        published=date(2024, 11, 21),
    ),
    article("Stoltenberg memimpin rapat di Riga.", path="riga.txt", published=date(2021, 11, 30)),
    article("The hotline was set up in 1963.", path="hotline.txt", language="en"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three articles."""
    folder = tmp_path_factory.mktemp("engine")
    build(ARTICLES, folder, BuildSettings(), root="/corpus")
    return folder


@pytest.fixture(scope="module")
def engine(index: Path, reader: str) -> Iterator[Engine]:
    """An engine with the tiny reader."""
    with closing(Engine.open(index, reader=reader)) as opened:
        yield opened


def test_an_answer_is_a_slice_of_the_article(engine: Engine) -> None:
    """Citation, article and words agree."""
    answer = engine.ask("Siapa juru bicara Kremlin?")
    assert answer.best is not None
    assert answer.best.text == "Dmitry Peskov"
    place = answer.best.citation
    assert place.article.path == "peskov.txt"
    assert place.article.text[place.span.start : place.span.end] == place.quote == "Dmitry Peskov"


def test_questions_are_answered_in_order_and_as_if_alone(engine: Engine) -> None:
    """A batch is no more than its questions."""
    questions = ["When was the hotline set up?", "Siapa juru bicara Kremlin?"]
    together = engine.ask_many(questions)
    assert [answer.question for answer in together] == questions
    assert together == [engine.ask(each) for each in questions]


def test_an_index_is_opened_by_a_path_of_either_kind(index: Path) -> None:
    """What a person types in Python is a string."""
    with closing(Engine.open(str(index), reader=None)) as engine:
        assert engine.info.articles == len(ARTICLES)


def test_filters_keep_other_articles_from_answering(engine: Engine) -> None:
    """By date and by source; an undated article is left out under a date."""
    question = "Siapa juru bicara Kremlin?"
    for filters in (Filters(until=date(2021, 12, 31)), Filters(source="Lain")):
        answer = engine.ask(question, AskSettings(filters=filters))
        assert answer.status is Status.NO_ANSWER
        assert {place.article.path for place in answer.nearest} <= {"riga.txt"}
    kept = engine.ask(question, AskSettings(filters=Filters(source="kabar")))
    assert kept.best is not None


def test_the_sources_that_can_be_filtered_by_are_known(engine: Engine) -> None:
    """Articles without one add none."""
    assert engine.generation.sources() == ["Kabar"]


def test_days_in_a_question_filter_and_are_told(engine: Engine) -> None:
    """Seen from `now`; undated articles are left out and counted."""
    answer = engine.ask("Siapa juru bicara Kremlin pekan ini?", AskSettings(now=date(2024, 11, 22)))
    assert answer.best is not None
    assert answer.best.text == "Dmitry Peskov"
    dated = answer.dated
    assert dated is not None
    assert (dated.since, dated.until) == (date(2024, 11, 18), date(2024, 11, 25))
    assert dated.words == "pekan ini"
    assert (dated.undated, dated.ignored, dated.without) == (1, False, None)


def test_what_the_filter_loses_is_told_beside_not_found(engine: Engine) -> None:
    """The answer is "not found"; the one without the filter stands apart."""
    answer = engine.ask(
        "Siapa juru bicara Kremlin bulan lalu?", AskSettings(now=date(2024, 11, 22))
    )
    assert answer.status is Status.NO_ANSWER
    assert answer.dated is not None
    without = answer.dated.without
    assert without is not None
    assert without.best is not None
    assert without.best.text == "Dmitry Peskov"


@pytest.mark.parametrize(
    ("begins", "question", "told"),
    [
        ("Pada 2016 juru", "Siapa juru bicara Kremlin pada 2016?", True),
        ("Pada 3 Mei 2016 juru", "Siapa juru bicara Kremlin pada 2016?", True),
        ("Hingga Mei 2016 juru", "Siapa juru bicara Kremlin hingga Mei 2016?", True),
        ("Pada Mei 2015 juru", "Siapa juru bicara Kremlin hingga Mei 2016?", False),
        ("Pada 2017 juru", "Siapa juru bicara Kremlin pada 2016?", False),
        ("Juru", "Siapa juru bicara Kremlin pada 2016?", False),
    ],
)
def test_an_article_of_other_days_answers_where_it_tells_of_those(
    tmp_path: Path, reader: str, begins: str, question: str, told: bool
) -> None:
    """In the sentence of the answer; else it stands apart, below "not found"."""
    later = f"{begins} bicara Kremlin Dmitry Peskov mengatakan hal itu."
    articles = [
        article(later, path="later.txt", published=date(2019, 11, 21)),
        article("Stoltenberg di Riga.", path="riga.txt", published=date(2016, 5, 2)),
    ]
    build(articles, tmp_path, BuildSettings(), root="/corpus")
    with closing(Engine.open(tmp_path, reader=reader)) as opened:
        answer = opened.ask(question, AskSettings(now=date(2024, 11, 22)))
    assert answer.dated is not None
    assert answer.dated.told is told
    assert (answer.best is not None) is told
    shown = answer.shown.best
    assert shown is not None
    assert shown.text == "Dmitry Peskov"


def test_a_calendar_day_without_articles_is_content(engine: Engine) -> None:
    """It leaves nothing out, and what is still to come does not either."""
    year = engine.ask("When was the hotline set up in 1963?", AskSettings(now=date(2024, 11, 22)))
    assert year.dated is not None
    assert year.dated.ignored
    assert year.best is not None
    assert year.best.citation.article.path == "hotline.txt"
    ahead = engine.ask("Siapa juru bicara Kremlin besok?", AskSettings(now=date(2024, 11, 20)))
    assert ahead.dated is not None
    assert ahead.dated.ignored
    assert ahead.best is not None


def test_a_filter_by_days_can_be_refused_and_gives_way(engine: Engine) -> None:
    """To `date_filter=False`, and to bounds that are given."""
    question = "Siapa juru bicara Kremlin bulan lalu?"
    for settings in (
        AskSettings(now=date(2024, 11, 22), date_filter=False),
        AskSettings(now=date(2024, 11, 22), filters=Filters(since=date(2024, 11, 1))),
    ):
        answer = engine.ask(question, settings)
        assert answer.dated is None
        assert answer.best is not None
    source = AskSettings(now=date(2024, 11, 22), filters=Filters(source="Lain"))
    assert engine.ask("Siapa juru bicara Kremlin pekan ini?", source).best is None


def test_a_question_of_no_words_finds_nothing_and_says_so(engine: Engine) -> None:
    """Emoji and stop words are no error."""
    for question in ("🙂🙂", "apa?", "?"):
        assert engine.ask(question).status is Status.NO_ANSWER


def test_however_short_the_time_the_best_passages_are_read(engine: Engine) -> None:
    """One batch always is."""
    answer = engine.ask("Siapa juru bicara Kremlin?", AskSettings(read_ms=1e-9))
    assert answer.best is not None


def test_timings_add_up(engine: Engine) -> None:
    """The stages make the total, in milliseconds."""
    timings = dict(engine.ask("Siapa juru bicara Kremlin?").timings_ms)
    total = timings.pop("total")
    assert sum(timings.values()) == pytest.approx(total)


def test_the_part_retrievers_can_be_asked_alone(index: Path) -> None:
    """To measure what each is worth."""
    for name, parts in (("dense", {"dense"}), ("lexical", {"lexical"})):
        with closing(Engine.open(index, reader=None, retriever=name)) as engine:
            (hits,) = engine.retrieve_many(["Siapa juru bicara Kremlin?"])
            assert all(set(hit.parts) == parts for hit in hits)


def test_without_a_reader_it_only_retrieves(index: Path) -> None:
    """Whoever asks it is told, whatever the question."""
    with closing(Engine.open(index, reader=None)) as engine:
        assert engine.info.reader == ""
        assert engine.retrieve_many(["Siapa juru bicara Kremlin?"])[0]
        for question in ("Siapa juru bicara Kremlin?", "Apakah Stoltenberg memimpin rapat?"):
            with pytest.raises(UsageError, match="only retrieves"):
                engine.ask(question)


def test_an_index_of_another_encoder_is_refused(index: Path, tmp_path: Path) -> None:
    """Vectors of two encoders do not compare, even where their lengths agree."""
    other = tmp_path / "encoder"
    shutil.copytree(BUNDLED_FOLDER, other)
    config = json.loads((other / "config.json").read_text(encoding="utf-8"))
    config["sha256"] = "0" * 64
    (other / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="qa index --full --index"):
        Engine.open(index, encoder=str(other))


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    """The first thing that a newcomer meets."""
    with pytest.raises(IndexMissing, match="qa index"):
        Engine.open(tmp_path)


def test_an_answer_says_what_was_read_and_how_it_was_found(engine: Engine) -> None:
    """Each retriever's score and rank, the finding, its confidence."""
    answer = engine.ask("Siapa juru bicara Kremlin?")
    first = answer.trace[0]
    assert first.passage.article.path == "peskov.txt"
    assert first.hit.ranks == {"dense": 1, "lexical": 1}
    assert first.confidence == answer.confidence
    assert answer.gates[0].passed


def test_a_yes_or_no_question_is_answered_by_sentences(engine: Engine) -> None:
    """No span is read; the closest sentence is quoted whole, and never more than possible."""
    answer = engine.ask("Apakah Stoltenberg memimpin rapat di Riga?")
    assert answer.status is Status.UNSURE
    assert answer.best is not None
    assert answer.best.text == "Stoltenberg memimpin rapat di Riga."
    assert answer.sides is not None
    assert [place.quote for place in answer.sides.says_so] == [answer.best.text]


def test_a_yes_or_no_question_that_nothing_comes_close_to_is_not_answered(engine: Engine) -> None:
    """The gate says how much of the question was found together."""
    answer = engine.ask("Apakah Peskov akan mengundurkan diri besok pagi?")
    assert answer.status is Status.NO_ANSWER
    assert answer.best is None
    assert answer.reason is not None
    assert answer.reason.name.startswith("sides")


def test_days_filter_a_yes_or_no_question_and_need_not_be_held(engine: Engine) -> None:
    """The sentence that says so does not name the day on which its article came out."""
    now = AskSettings(now=date(2024, 11, 22))
    answer = engine.ask("Apakah Stoltenberg memimpin rapat di Riga pada November 2021?", now)
    assert answer.question.endswith("pada November 2021?")
    assert answer.sides is not None
    assert len(answer.sides.says_so) == 1


def test_days_of_a_turn_before_hold_a_question_that_goes_on_with_it(engine: Engine) -> None:
    """But not those of its answer, which only say what the talk is about."""
    now = AskSettings(now=date(2024, 11, 22))
    first = engine.ask("Siapa juru bicara Kremlin pada 20 November 2024?", now)
    assert first.dated is not None
    answer = engine.ask("Dan Bandung?", now, after=[first])
    assert answer.understood is not None
    assert answer.dated is not None
    assert answer.dated.words == "20 November 2024"


def test_days_behind_brackets_filter_a_question_that_leans_on_the_talk(engine: Engine) -> None:
    """What a person typed in brackets is no context, whose days do not filter."""
    now = AskSettings(now=date(2024, 11, 26))
    first = engine.ask("Siapa juru bicara Kremlin?", now)
    answer = engine.ask("Kapan dia (orang itu) mengatakannya pekan lalu?", now, after=[first])
    assert answer.understood is not None
    assert answer.dated is not None
    assert answer.dated.words == "pekan lalu"


def test_what_is_shown_without_the_date_filter_is_what_can_be_opened(engine: Engine) -> None:
    """The places of "not found" give way to those of the answer below it."""
    question = "Siapa juru bicara Kremlin bulan lalu?"
    answer = engine.ask(question, AskSettings(now=date(2024, 11, 22)))
    assert answer.best is None
    assert answer.dated is not None
    assert answer.shown is answer.dated.without
    assert Turn(answer, Filters(), engine.info).places == answer.shown.citations


def test_filters_that_the_person_set_are_told_with_what_they_leave_out(engine: Engine) -> None:
    """Undated articles too, which nobody may have thought of."""
    answer = engine.ask("Siapa wali kota?", AskSettings(filters=Filters(since=date(2024, 1, 1))))
    assert answer.filters == Filters(since=date(2024, 1, 1))
    assert answer.undated == 1
    shown = as_text(answer, engine.info, style=None, width=100)
    assert "only articles since 2024-01-01 · 1 undated article left out" in shown
    assert not engine.ask("Siapa wali kota?").filters


WIRE = "Perahu wisata Merpati Biru kandas di Selat Lurus. Nakhoda Yudo Prasena selamat."


def printed(
    path: str, source: str | None, day: date | None, *, record: str | None = None
) -> Article:
    """One text as a paper printed it."""
    of = article(WIRE, title=f"Kata {source}", path=path, source=source, published=day)
    return replace(of, record=record, url=f"https://{path}.example/")


PRINTS = [
    printed("undated.html", "Harian Satu", None),
    printed("b.jsonl", "Harian Dua", date(2023, 8, 12), record="b"),
    printed("c.txt", "Harian Tiga", date(2023, 8, 10)),
    printed("d.csv", None, date(2023, 8, 14), record="4"),
    printed("e.txt", "Harian Dua", date(2023, 8, 20)),
]


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory, reader: str) -> Iterator[Engine]:
    """An index of one text that stands in five places."""
    folder = tmp_path_factory.mktemp("wire")
    build(PRINTS, folder, BuildSettings(), root="/corpus")
    with closing(Engine.open(folder, reader=reader)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("filters", "place"),
    [
        (Filters(), "c.txt"),
        (Filters(source="harian satu"), "undated.html"),
        (Filters(source="Harian Dua"), "b.jsonl#b"),
        (Filters(source="Harian Dua", since=date(2023, 8, 13)), "e.txt"),
        (Filters(since=date(2023, 8, 11)), "b.jsonl#b"),
        (Filters(since=date(2023, 8, 13), until=date(2023, 8, 15)), "d.csv#4"),
        (Filters(until=date(2023, 8, 10)), "c.txt"),
        (Filters(until=date(2023, 8, 9)), None),
        (Filters(source="Harian Satu", until=date(2023, 8, 30)), None),
        (Filters(source="Harian Lima"), None),
    ],
)
def test_a_text_is_cited_where_the_filters_let_it_stand(
    wire: Engine, filters: Filters, place: str | None
) -> None:
    """With source, day, title and address of that place, and the others named; else the oldest."""
    found = [hit.passage.article for hit in wire.search("nakhoda perahu", filters).hits]
    assert {each.place for each in found} == ({place} if place else set())
    for each in found:
        (printed_as,) = [one for one in PRINTS if one.place == each.place]
        assert (each.source, each.published, each.title, each.url) == (
            printed_as.source,
            printed_as.published,
            printed_as.title,
            printed_as.url,
        )
        assert {each.place, *(copy.place for copy in each.also_at)} == {one.place for one in PRINTS}


def test_days_of_a_question_find_the_copy_of_that_day(wire: Engine) -> None:
    """As filters do; and the answer says where else it stands."""
    answer = wire.ask("Siapa nakhoda perahu pada 12 Agustus 2023?")
    assert answer.best is not None
    assert answer.best.citation.article.place == "b.jsonl#b"
    assert "also in 4 copies: Harian Tiga 2023-08-10" in " ".join(
        as_text(answer, wire.info, style=None, width=200).split()
    )


def test_every_source_of_a_text_is_named(wire: Engine) -> None:
    """Also those of its copies, once each."""
    assert wire.generation.sources() == ["Harian Dua", "Harian Satu", "Harian Tiga"]
    assert wire.generation.undated(Filters()) == 0
