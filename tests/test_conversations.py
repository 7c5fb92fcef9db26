"""Conversations that are kept: on disk, listed, gone on with, marked, deleted, damaged."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.builder import build
from qa.chat.conversation import (
    Ask,
    Began,
    Confirm,
    Conversation,
    Kept,
    Marked,
    Notice,
    Open,
    Resumed,
)
from qa.chat.conversations import Conversations, local_time
from qa.chat.transcript import Mark, Turn
from qa.chat.turn_json import completed, missing, packed, unpacked
from qa.engine import Engine
from qa.errors import UsageError
from qa.settings import BuildSettings, Filters
from qa.show import as_json, dumps, lines
from qa.types import Answer, Article, Result
from tests.builders import article
from tests.chat import WHO, build_index, engine_of
from tests.test_conversation import INFO, answered

PRICES = "Berapa harga tiket ke Tokyo?"
QUESTIONS = (WHO, PRICES, "Apakah Peskov berbicara?", "Siapa berbicara pada 2021?")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over three articles."""
    return build_index(tmp_path_factory.mktemp("kept") / "index")


@pytest.fixture(scope="module")
def answers(index: Path) -> list[Answer]:
    """Answers of several kinds, one of them none."""
    return [engine_of(index).ask(question) for question in QUESTIONS]


def talk(folder: Path, *questions: str) -> Conversation:
    """A conversation of some questions, which is kept."""
    conversation = Conversation(folder=folder)
    for question in questions:
        record(conversation, question)
    return conversation


def record(conversation: Conversation, question: str) -> Turn:
    """Ask a question, which `Ani` answers."""
    asked = conversation.enter(question)
    assert isinstance(asked, Ask)
    return conversation.record(asked, answered(question), INFO)


def only_file(folder: Path) -> Path:
    """The one file of a folder."""
    (file,) = folder.iterdir()
    return file


def resumed(folder: Path) -> Conversation:
    """The last conversation, gone on with by another process."""
    conversation = Conversation(folder=folder)
    assert isinstance(conversation.enter("/resume"), Resumed)
    return conversation


def words(conversation: Conversation, text: str) -> str:
    """What a notice or a question to confirm says."""
    outcome = conversation.enter(text)
    assert isinstance(outcome, Notice | Confirm | Resumed)
    return outcome.words


def untraced(result: Answer) -> Answer:
    """An answer without the passages that were read, which are not kept."""
    dated = result.dated
    if dated and dated.without:
        without: Result = replace(dated.without, trace=())
        dated = replace(dated, without=without)
    return replace(result, trace=(), dated=dated)


def test_a_turn_is_shown_again_as_it_was(answers: list[Answer], index: Path) -> None:
    """Line by line, and as JSON; with the whole articles it is the very answer."""
    engine = engine_of(index)
    for answer in answers:
        turn = Turn(answer, answer.filters, engine.info, "2026-11-28T13:55:25.000001+00:00")
        again = unpacked(json.loads(dumps(packed(turn))))
        assert lines(again.answer, again.info) == lines(answer, engine.info)
        assert as_json(again.answer, again.filters, again.info) == as_json(
            answer, answer.filters, engine.info
        )
        assert completed(again, engine.article).answer == untraced(answer)


def test_a_line_is_what_json_prints_and_more(tmp_path: Path) -> None:
    """Plain to read: when, then the document of `qa ask --json`, then what shows it again."""
    conversation = talk(tmp_path, "Siapa?")
    row = json.loads(only_file(tmp_path).read_text(encoding="utf-8"))
    asked, again = row.pop("asked"), row.pop("again")
    assert asked == conversation.turns[0].asked
    assert row == as_json(conversation.answers[0], Filters(), INFO)
    assert set(again) == {"answer", "articles", "filters", "index"}
    # Of an article no more than what is shown.
    assert [held["text"] for held in again["articles"].values()] == [
        {"0": "Kata Ani tadi."},
        {"0": "Hari ini Ani bicara."},
    ]


def test_a_quote_that_does_not_stand_in_its_article_is_no_quote(tmp_path: Path) -> None:
    """Changed in the file alone, the turn cannot be read; with its article, the index tells."""
    conversation = talk(tmp_path, "Siapa?", "Kapan?")
    articles = {place.article.id: place.article for place in conversation.turns[0].places}
    file = only_file(tmp_path)
    first, second = file.read_text().splitlines()
    quote = '"quote": "Ani"'
    assert quote in second
    other = second.replace(quote, '"quote": "Budi"')
    file.write_text(f"{first}\n{other}\n")
    assert len(resumed(tmp_path).turns) == 1
    file.write_text(f"{first}\n{second.replace('Ani', 'Ida')}\n")
    again = resumed(tmp_path)
    assert len(again.turns) == 2
    again.find = articles.get
    assert again.enter("/export a.md") == Notice(
        "The file of this conversation was changed: “Kapan?” cites words that do not stand in the "
        "article. Ask it anew in a new conversation: /new",
        failed=True,
    )
    assert "was changed" in words(again, "1")
    assert missing(again.whole(again.turns[1]))
    assert not missing(again.whole(again.turns[0]))


def test_files_are_for_their_owners_eyes(tmp_path: Path) -> None:
    """One a conversation."""
    folder = tmp_path / "state" / "conversations"
    conversation = talk(folder, "Siapa?", "Kapan?")
    conversation.enter("/new")
    record(conversation, "Di mana?")
    modes = [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()]
    assert modes == [0o600, 0o600]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_last_conversation_is_offered_and_gone_on_with(tmp_path: Path) -> None:
    """Its turns, its filters; what is asked next leans on them and is added to the same file."""
    conversation = talk(tmp_path, "Siapa?")
    conversation.enter("/since 2022")
    record(conversation, "Kapan?")
    again = Conversation(folder=tmp_path)
    assert again.offer is not None
    assert "“Siapa?” (2 questions, " in again.offer
    assert words(again, "/resume") == "Going on with “Siapa?”."
    assert [answer.question for answer in again.answers] == ["Siapa?", "Kapan?"]
    assert again.filters == conversation.filters
    asked = again.enter("Mengapa?")
    assert isinstance(asked, Ask)
    assert [answer.question for answer in asked.after] == ["Siapa?", "Kapan?"]
    again.record(asked, answered("Mengapa?"), INFO)
    assert len(resumed(tmp_path).turns) == 3
    assert len(list(tmp_path.iterdir())) == 1


def test_a_follow_up_means_the_same_after_a_resume(tmp_path: Path, index: Path) -> None:
    """To the engine an answer that was kept is as good as a fresh one."""
    engine = engine_of(index)
    conversation = Conversation(folder=tmp_path)
    asked = conversation.enter(WHO)
    assert isinstance(asked, Ask)
    conversation.record(asked, engine.ask(asked.question), engine.info)
    for each in (conversation, resumed(tmp_path)):
        follow_up = each.enter("Kapan dia mengatakan hal itu?")
        assert isinstance(follow_up, Ask)
        answer = engine.ask(follow_up.question, follow_up.settings, after=follow_up.after)
        assert answer.understood is not None
        assert answer.understood.startswith("Kapan Dmitry Peskov mengatakan hal itu?")


def test_conversations_are_listed_and_searched(tmp_path: Path) -> None:
    """The latest first; by any words of a question and its answer, whatever case and accents."""
    talk(tmp_path, "Siapa menteri?", "Siapa Café?")
    conversation = talk(tmp_path, "Di mana rapat?")
    kept = conversation.enter("/conversations")
    assert isinstance(kept, Kept)
    assert [match.summary.name for match in kept.matches] == ["Di mana rapat?", "Siapa menteri?"]
    kept = conversation.enter("/conversations ANI cafe")
    assert isinstance(kept, Kept)
    (match,) = kept.matches
    assert (match.number, match.said) == (2, ("Siapa Café?", "Ani"))
    assert words(conversation, "/resume 2") == "Going on with “Siapa menteri?”."


def test_a_conversation_is_named(tmp_path: Path) -> None:
    """By its first question, until the person names it; the name is kept."""
    conversation = talk(tmp_path, "Siapa " + "sekali " * 30)
    assert conversation.offer is not None
    assert len(conversation.offer) < 160
    assert words(conversation, "/rename Uji  coba") == "This conversation is now “Uji  coba”."
    assert words(Conversation(folder=tmp_path), "/resume") == "Going on with “Uji  coba”."


def test_deleting_asks_first(tmp_path: Path) -> None:
    """And what goes on is begun anew if it is what was deleted."""
    talk(tmp_path, "Siapa?")
    conversation = talk(tmp_path, "Kapan?")
    conversation.enter("/conversations")
    asks = conversation.enter("/delete 2")
    assert asks == Confirm("Delete “Siapa?” (1 question) for good?", "/delete 2 yes")
    assert len(list(tmp_path.iterdir())) == 2
    assert words(conversation, "/delete 2 yes") == "Deleted “Siapa?”."
    assert len(list(tmp_path.iterdir())) == 1
    asks = conversation.enter("/delete")
    assert isinstance(asks, Confirm)
    assert isinstance(conversation.enter(asks.text), Began)
    assert list(tmp_path.iterdir()) == []
    assert conversation.turns == []


def listed(folder: Path) -> list[tuple[str, str, list[str]]]:
    """Name, size and bookmarks of all conversations, as another process lists them."""
    kept = Conversation(folder=folder).enter("/conversations")
    assert isinstance(kept, Kept)
    return [
        (one.name, one.size, [mark.mark.note for mark in one.bookmarks])
        for one in kept.conversations
    ]


def test_many_conversations_are_not_read_again(tmp_path: Path) -> None:
    """What lists show of them is kept; of the one that has changed it is made anew."""
    talk(tmp_path, "Siapa?").enter("/bookmark cek")
    first = only_file(tmp_path)
    for n in range(300):
        (tmp_path / f"2020-01-01-{n:06}-0000.jsonl").write_bytes(first.read_bytes())
    every = listed(tmp_path)
    assert every == [("Siapa?", "1 question", ["cek"])] * 301
    kept = tmp_path / ".summaries.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    rows = json.loads(kept.read_text())
    rows["2020-01-01-000007-0000.jsonl"][2] = "Dari simpanan"
    kept.write_text(json.dumps(rows))
    assert [name for name, _size, _marks in listed(tmp_path)].count("Dari simpanan") == 1
    talking = resumed(tmp_path)
    record(talking, "Kapan?")
    assert ("Siapa?", "2 questions", ["cek"]) in listed(tmp_path)
    rows["2020-01-01-000007-0000.jsonl"][5][0][0] = 7
    for doctored in (json.dumps(rows), "[]", "{", '{"schema": "qa.summaries/1", "a.jsonl": 3}'):
        kept.write_text(doctored)
        assert len(listed(tmp_path)) == 301


def test_nothing_stays_of_what_was_deleted(tmp_path: Path) -> None:
    """Whether the chat listed it before, another process deleted it, or a person did."""
    secret = talk(tmp_path, "Siapa pengadu itu?")
    for n in range(300):
        (tmp_path / f"2020-01-01-{n:06}-0000.jsonl").write_bytes(
            only_file(tmp_path).read_bytes().replace(b"pengadu", b"ketua")
            if n == 0
            else (tmp_path / "2020-01-01-000000-0000.jsonl").read_bytes()
        )
    kept = tmp_path / ".summaries.json"
    listed(tmp_path)
    assert "pengadu" in kept.read_text()
    asks = secret.enter("/delete")
    assert isinstance(asks, Confirm)
    secret.enter(asks.text)
    assert "pengadu" not in kept.read_text()
    assert len(listed(tmp_path)) == 300
    for file in sorted(tmp_path.glob("*.jsonl"))[:200]:
        file.unlink()
    assert len(listed(tmp_path)) == 100
    assert not kept.exists()


def test_what_was_deleted_elsewhere_does_not_come_back(tmp_path: Path) -> None:
    """Nor half of it: that later turns are not kept is said, until a new one begins."""
    conversation = talk(tmp_path, "Siapa?")
    other = resumed(tmp_path)
    asks = other.enter("/delete")
    assert isinstance(asks, Confirm)
    other.enter(asks.text)
    record(conversation, "Kapan?")
    assert "deleted elsewhere" in (conversation.problem or "")
    for command in ("/rename Rapat", "/bookmark"):
        assert "deleted elsewhere" in words(conversation, command)
    assert list(tmp_path.iterdir()) == []
    conversation.enter("/new")
    record(conversation, "Di mana?")
    assert conversation.problem is None
    assert [answer.question for answer in resumed(tmp_path).answers] == ["Di mana?"]


def test_bookmarks_are_kept_listed_and_opened(tmp_path: Path, index: Path) -> None:
    """Of an answer or of a quote, with a note or without; one on the same place gives way."""
    engine = engine_of(index)
    conversation = Conversation(folder=tmp_path)
    asked = conversation.enter(WHO)
    assert isinstance(asked, Ask)
    conversation.record(asked, engine.ask(asked.question), engine.info)
    assert words(conversation, "/bookmark 2 first") == (
        "Marked source [2]; /bookmarks lists what is marked."
    )
    conversation.enter("/bookmark [2] cek tahun 1963")
    conversation.enter("/bookmark untuk halaman depan")
    other = Conversation(folder=tmp_path)
    other.find = engine.article
    listed = other.enter("/bookmarks")
    assert isinstance(listed, Marked)
    assert [(one.mark, one.words) for one in listed.bookmarks] == [
        (Mark(2, "cek tahun 1963"), "Dmitry Peskov"),
        (Mark(None, "untuk halaman depan"), "Dmitry Peskov"),
    ]
    for number, n in (("1", 2), ("2", 1)):
        opened = other.enter(f"/bookmarks {number}")
        assert isinstance(opened, Open)
        assert opened.place.n == n
        assert opened.place.article == engine.article(opened.place.article.id)
    assert resumed(tmp_path).turns[0].marks == conversation.turns[0].marks


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/resume", "no earlier conversation"),
        ("/resume 3", "No conversation 3"),
        ("/rename x", "no conversation to name"),
        ("/delete", "nothing to delete"),
        ("/bookmark", "no answer yet"),
        ("/bookmarks", "Nothing is marked yet"),
        ("/retry", "no answer yet"),
        (f"/resume {'9' * 5000}", "No conversation 999"),
        (f"/delete {'9' * 5000}", "No conversation 999"),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path: Path, text: str, says: str) -> None:
    """One line, and nothing changes."""
    assert says in words(Conversation(folder=tmp_path), text)


def test_a_source_that_is_not_there_cannot_be_marked(tmp_path: Path) -> None:
    """A number after `/bookmark` is one of a source."""
    assert "no source 9" in words(talk(tmp_path, "Siapa?"), "/bookmark 9 x")


def test_the_last_question_is_asked_again(tmp_path: Path) -> None:
    """Under the filters in force now, after the answers before it."""
    conversation = talk(tmp_path, "Siapa?", "Kapan?")
    conversation.enter("/since 2022")
    again = conversation.enter("/retry")
    assert isinstance(again, Ask)
    assert (again.question, again.settings.filters) == ("Kapan?", conversation.filters)
    assert [answer.question for answer in again.after] == ["Siapa?"]


def test_an_article_that_is_gone_says_so_when_it_is_opened(tmp_path: Path, index: Path) -> None:
    """The others open; until the index is open none does."""
    engine = engine_of(index)
    conversation = Conversation(folder=tmp_path / "kept")
    asked = conversation.enter(WHO)
    assert isinstance(asked, Ask)
    conversation.record(asked, engine.ask(asked.question), engine.info)
    again = resumed(tmp_path / "kept")
    assert "still being opened" in words(again, "1")
    build(
        [article("Lain.", path="z.txt"), _kept(engine, "The Line")],
        tmp_path / "i",
        BuildSettings(),
        root="/c",
    )
    with Engine.open(tmp_path / "i", reader=None) as other:
        again.find = other.article
        assert "“Kata Kremlin” is not in this index any more" in words(again, "1")
        opened = again.enter("2")
        assert isinstance(opened, Open)
        assert opened.place.article.text.startswith("Juru bicara Kremlin Dmitry Peskov told")


def _kept(engine: Engine, title: str) -> Article:
    return next(one for one in engine.articles() if one.title == title)


def test_damaged_and_foreign_lines_are_passed_over_with_a_word(tmp_path: Path) -> None:
    """Whatever they are; the turns between them are there."""
    talk(tmp_path, "Siapa?", "Kapan?")
    file = only_file(tmp_path)
    first, second = file.read_bytes().splitlines()
    turn = json.loads(first)
    foreign: list[bytes] = [
        b"\xff\x00",
        b"[" * 100_000,
        b'{"schema": "qa.answer/1", "question": "x"}',
        b'{"again": 5, "asked": "x"}',
        b'{"schema": "qa.bookmark/1", "asked": 3}',
        json.dumps(turn | {"again": turn["again"] | {"articles": {}}}).encode(),
        json.dumps(turn | {"again": turn["again"] | {"index": None}}).encode(),
        second[:-40],
    ]
    file.write_bytes(b"\n".join([first, *foreign, b"", second, b'{"asked": "2026']))
    conversation = Conversation(folder=tmp_path)
    assert f"9 lines of {file} could not be read and are passed over." in words(
        conversation, "/resume"
    )
    assert [answer.question for answer in conversation.answers] == ["Siapa?", "Kapan?"]
    record(conversation, "Di mana?")
    assert len(resumed(tmp_path).turns) == 3


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_in_a_line_is_a_crash(
    answers: list[Answer], index: Path, data: st.DataObject
) -> None:
    """Anything at all in the place of anything: the turn can be shown, or it is refused."""
    turn = Turn(data.draw(st.sampled_from(answers)), Filters(), engine_of(index).info, "x")
    row = json.loads(dumps(packed(turn)))
    at = row["again"]
    while True:
        key = data.draw(st.sampled_from(sorted(at))) if isinstance(at, dict) else 0
        deeper = at[key]
        if not isinstance(deeper, dict | list) or not deeper or data.draw(st.booleans()):
            break
        at = deeper
    at[key] = data.draw(_JSON)
    try:
        again = unpacked(row)
    except ValueError:
        return
    lines(again.answer, again.info)


def test_a_folder_of_nonsense_is_an_empty_one(tmp_path: Path) -> None:
    """Links to nowhere, folders, empty files, other files."""
    (tmp_path / "a.jsonl").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.jsonl").mkdir()
    (tmp_path / "c.jsonl").touch()
    (tmp_path / "d.jsonl").write_text("{}\n[]\n")
    (tmp_path / "notes.txt").write_text("mine")
    conversation = Conversation(folder=tmp_path)
    assert conversation.offer is None
    assert "no earlier conversation" in words(conversation, "/resume")
    kept = conversation.enter("/conversations")
    assert kept == Kept((), "")


def test_a_file_that_goes_while_the_folder_is_listed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another chat deletes it."""
    talk(tmp_path, "Siapa?")
    gone = tmp_path / "a.jsonl"
    names = [gone, only_file(tmp_path)]
    monkeypatch.setattr(Path, "glob", lambda _folder, _pattern: names)
    assert Conversations(tmp_path).files() == names[1:]


@pytest.mark.parametrize(
    ("held", "by"),
    [("confidence", "NaN"), ("id", "../x"), ("confidence", "1" + "0" * 400)],
)
def test_a_value_that_no_answer_has_is_refused(tmp_path: Path, held: str, by: str) -> None:
    """A confidence that no comparison ends with, an id that no article has."""
    talk(tmp_path, "Siapa juru bicara Kremlin?")
    row = json.loads(only_file(tmp_path).read_bytes())
    if held == "id":
        row["again"]["articles"][by] = next(iter(row["again"]["articles"].values()))
    else:
        row["again"]["answer"][held] = json.loads(by)
    with pytest.raises(ValueError, match=r"no turn|not a number|no id"):
        unpacked(row)


def test_a_day_that_is_none_is_safe() -> None:
    """A list shows when a conversation was, whatever its file says."""
    assert local_time("\x1b]0;x\x07") == "␛]0;x␇"


def test_where_nothing_can_be_written_the_chat_goes_on(tmp_path: Path) -> None:
    """And says so."""
    (tmp_path / "file").touch()
    conversation = talk(tmp_path / "file" / "conversations", "Siapa?")
    assert conversation.problem is not None
    assert "This conversation is not kept: cannot write" in conversation.problem
    assert len(conversation.turns) == 1


def test_killed_while_writing_loses_at_most_the_turn_being_written(tmp_path: Path) -> None:
    """A process that writes turn after turn is killed; every line but perhaps the last is whole."""
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from tests.test_conversations import talk, record
        conversation = talk(Path(sys.argv[1]), "Siapa?")
        n = 0
        while True:
            record(conversation, f"Kapan {n}?")
            n += 1
            print(n, flush=True)
    """)
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as writing:
        assert writing.stdout is not None
        said = [writing.stdout.readline() for _ in range(25)]
        os.kill(writing.pid, signal.SIGKILL)
        said += writing.stdout.read().splitlines(keepends=True)
    whole = sum(one.endswith("\n") for one in said)
    held = Conversations(tmp_path).read(only_file(tmp_path))
    assert held.passed_over <= 1
    assert len(held.turns) >= whole + 1


def test_a_file_that_has_gone_says_so(tmp_path: Path) -> None:
    """Another chat may have deleted it since it was listed."""
    conversation = talk(tmp_path, "Siapa?")
    conversation.enter("/conversations")
    only_file(tmp_path).unlink()
    assert "Cannot read" in words(conversation, "/resume 1")
    with pytest.raises(UsageError, match="Cannot read"):
        Conversations(tmp_path).read(tmp_path / "a.jsonl")
