"""Follow-ups: which questions lean on the talk, what they may mean, which reading is answered."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles.folder import load
from qa.builder import build
from qa.engine import Engine
from qa.errors import UsageError
from qa.evaluate import evaluate
from qa.evaluate.questions import read_questions
from qa.question.followup import Exchange, Meaning, complete
from qa.question.lean import Lean, lean
from qa.settings import AskSettings, BuildSettings
from qa.types import Answer, Status

pytestmark = pytest.mark.usefixtures("read_once")

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests/data"
FEW = AskSettings(read=4)
"""Where many are asked: most articles have a passage or two, and half the time goes to reading."""
PESKOV = Exchange("Siapa juru bicara Kremlin?", "Dmitry Peskov", "Saluran Khusus Belum Dipakai")
WALLACE = Exchange("Siapa menteri pertahanan Inggris?", "Ben Wallace", "Inggris Kirim Senjata")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Kapan dia mengatakannya?", Lean.SURELY),
        ("Siapa yang mengatakannya?", Lean.SURELY),
        ("Berapa jumlahnya?", Lean.SURELY),
        ("Kenapa?", Lean.SURELY),
        ("Dari siapa?", Lean.SURELY),
        ("Kenapa begitu?", Lean.SURELY),
        ("Dan Prancis?", Lean.SURELY),
        ("Lalu di Kanada?", Lean.SURELY),
        ("And in Canada?", Lean.SURELY),
        ("Bagaimana dengan Kanada?", Lean.SURELY),
        ("Kanada?", Lean.SURELY),
        ("How old is she?", Lean.SURELY),
        ("Who said that?", Lean.SURELY),
        ("Berapa tentara Rusia di sana?", Lean.PERHAPS),
        ("Did Biden change his mind?", Lean.PERHAPS),
        ("Berapa yang tewas?", Lean.PERHAPS),
        ("Dihadiri berapa guru sekolah dasar dari desa tetangga?", Lean.PERHAPS),
        ("Berapa guru sekolah dasar dari desa tetangga hadir kemarin?", Lean.NOT),
        ("Dihadiri berapa guru dari Lontar Timur?", Lean.NOT),
        ("When was the tower built?", Lean.PERHAPS),
        ("Siapa juru bicara Kremlin?", Lean.NOT),
        ("When did Canada send special forces to Ukraine?", Lean.NOT),
        ("Apa itu NATO?", Lean.NOT),
        ("Berapa inflasi Indonesia tahun ini?", Lean.NOT),
        ("Which theorem states that Gauss was right?", Lean.NOT),
        ("Siapa presiden Kenya?", Lean.NOT),
        ("Kapan terjadinya Perang Dunia Kedua?", Lean.NOT),
        ("🙂", Lean.NOT),
    ],
)
def test_whether_a_question_leans_is_told_from_its_words(question: str, expected: Lean) -> None:
    """Pronouns, ellipsis and missing names, in both languages; fixed phrases are none."""
    assert lean(question) is expected


def meant(question: str, turns: list[Exchange]) -> list[str]:
    """What a question may mean, as a person reads it."""
    return [str(meaning) for meaning in complete(question, turns)]


def test_brackets_that_a_person_typed_are_no_context() -> None:
    """The question keeps its own, days behind them included."""
    (meaning,) = complete("Kapan dia (Peskov) mengatakannya pekan lalu?", [PESKOV])
    assert meaning == Meaning(
        "Kapan Dmitry Peskov (Peskov) mengatakannya pekan lalu?",
        "juru bicara Kremlin; Saluran Khusus Belum Dipakai",
    )


def test_a_personal_pronoun_is_the_last_person_that_answered() -> None:
    """And what the talk is about stands behind."""
    assert meant("Kapan dia mengatakannya?", [PESKOV]) == [
        "Kapan Dmitry Peskov mengatakannya? (juru bicara Kremlin; Saluran Khusus Belum Dipakai)"
    ]


def test_the_days_of_a_fragment_stay_in_the_question() -> None:
    """Those in brackets would not filter."""
    turns = [WALLACE, Exchange("Apa yang dia katakan?", "senjata antitank")]
    _, asked = complete("Dan Stoltenberg bulan lalu?", turns)
    assert asked.question == "Apa yang dia katakan bulan lalu?"
    assert asked.context.startswith("Stoltenberg bulan lalu;")


def test_a_fragment_takes_the_place_of_a_name() -> None:
    """`Dan Prancis?` asks the same of France; after a preposition it goes where that stood."""
    assert meant("Dan Prancis?", [WALLACE]) == ["Siapa menteri pertahanan Prancis?"]
    assert meant("What about 1990?", [Exchange("Who won the cup in 1986?", "Argentina")]) == [
        "Who won the cup in 1990?"
    ]
    assert meant("Dan Rusia?", [Exchange("Siapa Menteri Pertahanan Inggris?")]) == [
        "Siapa Menteri Pertahanan Rusia?"
    ]
    sent = Exchange("Kapan Inggris mengirim senjata ke Ukraina?", "Senin")
    assert meant("Lalu ke Polandia?", [sent])[0] == "Kapan Inggris mengirim senjata ke Polandia?"
    assert meant("Lalu Kanada?", [sent])[0] == "Kapan Kanada mengirim senjata ke Ukraina?"


def test_a_fragment_that_names_days_takes_the_place_of_days() -> None:
    """And never of a person or a place; where no days were asked for, they are added."""
    february = Exchange("Siapa menteri pertahanan Inggris pada Februari 2022?", "Ben Wallace")
    for fragment, days in (("Dan Januari 2022?", "Januari 2022"), ("Dan 2021?", "2021")):
        assert meant(fragment, [february])[0].endswith(f" {days}?")
    assert meant("Dan pada 9 Januari?", [february]) == [
        "Siapa menteri pertahanan Inggris pada 9 Januari?"
    ]
    assert meant("Dan Januari 2022?", [WALLACE])[0].endswith("Inggris Januari 2022?")


def test_a_fragment_carries_on_through_the_talk() -> None:
    """After `Dan Rusia?` the talk is about Russia."""
    turns = [WALLACE, Exchange("Dan Rusia?", "Sergei Shoigu", "Wallace Undang Menteri Rusia")]
    assert meant("Dan Kanada?", turns) == ["Siapa menteri pertahanan Kanada?"]
    assert meant("Berapa umurnya?", turns) == [
        "Berapa umurnya? (Sergei Shoigu; menteri pertahanan Rusia; Wallace Undang Menteri Rusia)"
    ]


def test_a_negation_of_the_talk_is_kept() -> None:
    """What is printed must not say the contrary."""
    turns = [Exchange("Siapa yang mengatakan NATO tidak akan mengirim pasukan?")]
    assert meant("Kapan itu?", turns) == [
        "Kapan itu? (mengatakan NATO tidak akan mengirim pasukan)"
    ]


def test_a_fragment_may_also_take_up_the_last_follow_up() -> None:
    """`Dan Kanada?` after `Kapan dikirim?`: the whole question first."""
    turns = [Exchange("Senjata apa yang dikirim Inggris?"), Exchange("Kapan dikirim?", "Senin")]
    assert meant("Dan Kanada?", turns) == [
        "Senjata apa yang dikirim Kanada?",
        "Kapan dikirim? (Kanada; Senjata dikirim Inggris)",
    ]


def test_a_new_whole_question_changes_the_subject() -> None:
    """What was said before it no longer completes anything."""
    turns = [PESKOV, Exchange("Di mana NATO bertemu?", "Riga", "NATO di Riga")]
    assert meant("Kapan itu?", turns) == ["Kapan itu? (Riga; NATO bertemu)"]


def test_without_a_talk_nothing_is_completed() -> None:
    """Nor where the question stands on its own."""
    assert meant("Kapan dia mengatakannya?", []) == []
    assert meant("Siapa menteri pertahanan Inggris?", [PESKOV]) == []


# The first call loads the model that tells languages.
@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40))))
def test_any_words_can_be_asked_after_any(question: str, said: list[tuple[str, str]]) -> None:
    """Whatever a file of a conversation holds."""
    turns = [Exchange(asked, answer, asked) for asked, answer in said]
    assert len(complete(question, turns)) <= 2


def test_what_is_closest_is_no_answer_that_the_talk_goes_on_with() -> None:
    """However sure, a guess is none."""
    guess = Answer(question="Kapan?", language="id", status=Status.NO_ANSWER, confidence=0.4)
    assert Exchange.of(guess) == Exchange("Kapan?", language="id")


@pytest.fixture(scope="module")
def index(desk_index: Path) -> Path:
    """The shipped articles, and those that the conversations are about."""
    return desk_index


@pytest.fixture(scope="module")
def engine(index: Path) -> Iterator[Engine]:
    """An engine over them with the bundled reader."""
    with closing(Engine.open(index)) as opened:
        yield opened


def test_a_chain_of_five_turns_stays_with_its_subject(engine: Engine) -> None:
    """Each answer is the next one's history, as in a chat."""
    turns: list[Answer] = []
    for question, expected in (
        ("Kapan satelit Cendrawasih-2 diluncurkan?", "14 Agustus 2023"),
        ("Dari mana?", "Florida"),
        ("Berapa beratnya?", "4,5 ton"),
        ("Perusahaan mana yang membuatnya?", "Orbitale"),
        ("Berapa biayanya?", "Rp7,2 triliun"),
    ):
        turns.append(engine.ask(question, after=turns))
        best = turns[-1].best
        assert best is not None
        assert expected in best.text
    assert [turn.understood is None for turn in turns] == [True, False, False, False, False]


def test_a_chain_over_real_articles(shared: Path, tmp_path: Path) -> None:
    """Five turns, three of which mean nothing alone."""
    corpus = shared / "seeds"
    build(load(corpus, BuildSettings()), tmp_path, BuildSettings(), root=str(corpus))
    turns: list[Answer] = []
    with closing(Engine.open(tmp_path)) as engine:
        for question, expected in (
            ("Siapa Menteri Pertahanan Inggris?", "Ben Wallace"),
            ("Siapa yang diundangnya?", "Sergei Shoigu"),
            ("Ke mana?", "London"),
            ("Kapan Kanada mengirim pasukan khusus?", "9 Januari"),
            ("Stasiun televisi mana yang memberitakannya?", "Global News"),
        ):
            turns.append(engine.ask(question, after=turns))
            best = turns[-1].best
            assert best is not None
            assert expected in best.text
    assert [turn.understood is None for turn in turns] == [True, False, False, True, False]


def test_a_question_that_stands_alone_stays_not_found_after_a_talk(engine: Engine) -> None:
    """Its completion finds an article on the talk, which says nothing of what is asked."""
    for question in ("Negara mana saja yang mengirim beras?", "Which countries sent rice?"):
        assert engine.ask(question).best is None
        for before in ("Siapa juru bicara Kremlin?", "Siapa Menteri Pertahanan Inggris?"):
            after = engine.ask(question, after=[engine.ask(before)])
            assert (after.best, after.understood) == (None, None)


def test_a_whole_question_is_answered_the_same_after_any_talk(index: Path) -> None:
    """Harm done to the sample questions by a talk about something else: none."""
    talk = [
        Exchange("Siapa perancang Museum Bahari?", "Satria Hutomo", "Museum Bahari Baru Dibuka")
    ]
    with closing(Engine.open(index)) as engine:
        for row in read_questions(DATA / "questions.jsonl"):
            alone = engine.ask(row.question, FEW)
            after = engine.ask(row.question, FEW, after=talk)
            assert after.understood is None
            assert after.best == alone.best


def test_follow_ups_find_their_article(index: Path) -> None:
    """Half of the conversations was never tuned on; 30 articles leave the typed words .85."""
    file = DATA / "conversations.jsonl"
    alone, after = evaluate([file], "conversation", index=index, settings=FEW)
    assert (alone.questions, after.questions) == (41, 41)
    assert alone.recall_1 is not None
    assert after.recall_1 is not None
    assert after.recall_1 >= 1.3 * alone.recall_1


def test_a_file_without_follow_ups_measures_no_conversation(
    index: Path, reader: str, tmp_path: Path
) -> None:
    """Rows that name no conversation are one."""
    rows = [{"question": "Siapa?", "answers": []}, {"question": "Kapan?", "answers": []}]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    _, after = evaluate([file], "conversation", index=index, reader=reader)
    assert after.questions == 1
    file.write_text(json.dumps(rows[0]))
    with pytest.raises(UsageError, match="no question after another"):
        evaluate([file], "conversation", index=index, reader=reader)


def test_completions_hold_the_names_that_people_write_out(shared: Path) -> None:
    """CANARD: of the names that a human rewrite adds to a follow-up, two in three are there."""
    held = added = 0
    file = shared / "data/conversation/canard.en.jsonl.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows[1::4]:
        title, section, *said = row["History"]
        turns = [
            Exchange(question, words, f"{title} {section}")
            for question, words in zip(said[::2], said[1::2], strict=True)
        ]
        names = _names(row["Rewrite"]) - {word.casefold() for word in row["Question"].split()}
        whole = " ".join(meant(row["Question"], turns)).casefold()
        added += len(names)
        held += sum(name in whole for name in names)
    assert held >= 0.6 * added


def _names(text: str) -> set[str]:
    """The capitalised words of a question but its first, folded."""
    words = [word.strip("?.,'\"()").removesuffix("'s") for word in text.split()[1:]]
    return {word.casefold() for word in words if word[:1].isupper()}
