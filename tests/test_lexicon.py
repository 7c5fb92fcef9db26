"""Questions that meet articles in another language by the words of a lexicon."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ModelError
from qa.lexical import lexicon as lexicons
from qa.lexical.build import LexicalBuilder
from qa.lexical.index import LexicalIndex
from qa.lexical.lexicon import Lexicon, lexicon, verify_lexicons
from qa.retrieve import Lexical
from qa.train.lexicon import LexiconTraining, train_lexicon
from tests.builders import query

PASSAGES = ["Gereja itu dibangun di tepi sungai.", "Panen padi naik.", "Pasar ramai hari ini."]


@pytest.fixture
def index() -> LexicalIndex:
    """Three Indonesian passages."""
    builder = LexicalBuilder()
    builder.add(PASSAGES, ["id"] * 3)
    return builder.build()


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[object], Path]]:
    """Puts a table in the place of the lexicon from English to Indonesian that ships."""
    monkeypatch.setattr(lexicons, "FOLDER", tmp_path)
    lexicon.cache_clear()

    def ship(table: object) -> Path:
        path = tmp_path / "en.id.json.gz"
        path.write_bytes(gzip.compress(json.dumps(table).encode()))
        return path

    yield ship
    lexicon.cache_clear()


def test_a_question_finds_the_words_it_is_translated_to(
    index: LexicalIndex, shipped: Callable[[object], Path]
) -> None:
    """By its stem; the passage that holds two translations stands first."""
    shipped({"church": {"gereja": 1.0}, "river": {"sungai": 1.0, "pasar": 0.1}})
    (hits,) = Lexical(index).retrieve([query("Which churches are by the river?")], 5)
    assert [hit.row for hit in hits] == [0, 2]
    assert 0 < hits[1].score < hits[0].score <= 1


def test_a_question_in_the_language_of_the_passages_is_not_translated(
    index: LexicalIndex, shipped: Callable[[object], Path]
) -> None:
    """An Indonesian word that is spelt as an English one stays what it is."""
    shipped({"air": {"udara": 1.0, "padi": 1.0}})
    assert not Lexical(index).shares(query("Di mana air itu mengalir?"))[1:].any()


def test_without_a_lexicon_words_are_what_they_are(
    index: LexicalIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name still meets itself."""
    monkeypatch.setattr(lexicons, "FOLDER", tmp_path / "absent")
    lexicon.cache_clear()
    shares = Lexical(index).shares(query("What is the panen of the church?"))
    np.testing.assert_array_equal(shares > 0, [False, True, False])
    verify_lexicons(tmp_path / "absent")
    lexicon.cache_clear()


@pytest.mark.parametrize(
    "table",
    [[], {"a": ["b"]}, {"a": {"b": 2}}, {"a": {"b": "much"}}, {"a": {"b": float("nan")}}, None],
)
def test_a_damaged_lexicon_is_named(shipped: Callable[[object], Path], table: object) -> None:
    """Whatever is wrong with it, the file is told."""
    path = shipped(table)
    with pytest.raises(ModelError, match=r"en\.id\.json\.gz is damaged"):
        Lexicon.open(path, "en")


def test_a_swapped_lexicon_is_found(tmp_path: Path) -> None:
    """By its sha256; an absent one, and a record that cannot be read, too."""
    (tmp_path / "en.id.json.gz").write_text("{}", encoding="utf-8")
    (tmp_path / "config.json").write_text('{"sha256": {"en.id.json.gz": "0"}}', encoding="utf-8")
    with pytest.raises(ModelError, match=r"en\.id\.json\.gz"):
        verify_lexicons(tmp_path)
    (tmp_path / "en.id.json.gz").unlink()
    with pytest.raises(ModelError, match=r"en\.id\.json\.gz"):
        verify_lexicons(tmp_path)
    (tmp_path / "config.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json"):
        verify_lexicons(tmp_path)


def test_training_finds_what_varies_together(tmp_path: Path) -> None:
    """In both directions, and from a third language by way of English; names stay out."""
    data, out = tmp_path / "data", tmp_path / "out"
    (data / "parallel").mkdir(parents=True)
    (data / "dictionary").mkdir()
    things = {
        "market": ("pasar", "mercado"),
        "river": ("sungai", "rio"),
        "city": ("kota", "ciudad"),
    }
    places = ["Ambon", "Palu", "Solo"]
    english = [(thing, place) for thing in things for place in places] * 3
    (data / "parallel/en-id.tsv").write_text(
        "".join(f"the {a} of {b}\t{things[a][0]} {b}\n" for a, b in english), encoding="utf-8"
    )
    (data / "parallel/en-multi.tsv").write_text(
        "".join(f"spa\tthe {a} of {b}\tel {things[a][1]} de {b}\n" for a, b in english),
        encoding="utf-8",
    )
    (data / "dictionary/wordnet.en-id.tsv").write_text("river\tsungai\t1-n\n", encoding="utf-8")
    (data / "dictionary/wiktionary.tsv").write_text("es\triver\trio\n", encoding="utf-8")
    train_lexicon(data, out, LexiconTraining(common=0.3))
    verify_lexicons(out)
    there, back = (Lexicon.open(out / f"{one}.json.gz", one[:2]) for one in ("en.id", "id.en"))
    assert there.translate("markets")["pasar"] == 1
    assert back.translate("pasarnya")["market"] == 1
    assert Lexicon.open(out / "es.id.json.gz", "es").translate("ciudad")["kota"] == 1
    assert not there.translate("ambon")
    assert "en.id.json.gz" in (out / "README.md").read_text(encoding="utf-8")


def test_the_lexicons_that_ship_are_sound() -> None:
    """Every file opens, and is the one recorded."""
    verify_lexicons()
    for path in sorted(lexicons.FOLDER.glob("*.json.gz")):
        Lexicon.open(path, path.name[:2])
    english = lexicon("en", "id")
    assert english is not None
    assert english.translate("church")["gereja"] == 1
