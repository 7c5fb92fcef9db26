"""Reading the training data's layout."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.train.data import (
    Gold,
    NewsRow,
    QARow,
    RetrievalRow,
    SynonymRow,
    TranslationRow,
    qa_files,
    read_dictionary,
    read_news,
    read_ntrex,
    read_parallel,
    read_qa,
    read_retrieval,
    read_synonyms,
)


def write(path: Path, lines: Sequence[str | Mapping[str, object]]) -> Path:
    """Write lines, or objects as JSON lines, packed where the name ends in `.gz`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(
        (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n"
        for line in lines
    )
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


ROW = {
    "id": "squad-trans-7",
    "lang": "id",
    "question": "Di mana pasar itu?",
    "context": "Pasar itu ada di Sleman.",
    "answers": [{"text": "Sleman", "start": 17}],
    "source": "made up",
}


def test_qa_rows_keep_their_answers_and_share_the_english_id(tmp_path: Path) -> None:
    """A packed row comes back typed; a translated row knows its English id."""
    path = write(tmp_path / "qa/train/a.id.jsonl.gz", [ROW, {**ROW, "question": ""}])
    assert qa_files(tmp_path, "train") == [path]
    (row,) = read_qa(path)
    assert row == QARow(
        "squad-trans-7",
        "id",
        "Di mana pasar itu?",
        "Pasar itu ada di Sleman.",
        (Gold("Sleman", 17),),
        "made up",
    )
    assert row.shared_id == "7"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        {"id": "1"},
        {**ROW, "answers": [{"text": "Sleman", "start": 3}]},
        {**ROW, "answers": None},
    ],
)
def test_a_broken_qa_row_is_named_by_its_line(
    tmp_path: Path, line: str | Mapping[str, object]
) -> None:
    """The message says which line of which file, so that it can be mended."""
    path = write(tmp_path / "bad.jsonl", [ROW, line])
    with pytest.raises(UsageError, match=r"bad\.jsonl:2"):
        list(read_qa(path))


def test_other_files_come_back_as_their_rows(tmp_path: Path) -> None:
    """News, questions on news, sentence pairs and dictionaries, packed or not."""
    write(
        tmp_path / "retrieval/n.id.jsonl",
        [{"source": "s", "question": "q", "answer": "a", "context": "c"}],
    )
    write(tmp_path / "news/articles.ms.jsonl.gz", [{"title": "t", "text": "b"}])
    write(tmp_path / "news/articles.id.jsonl", [{"text": "b", "source": "s"}])
    write(tmp_path / "parallel/en-id.tsv.gz", ["good\tbaik"])
    write(tmp_path / "parallel/en-multi.tsv.gz", ["deu\tgood\tgut"])
    write(tmp_path / "parallel/ntrex.jsonl", [{"eng": "good", "ind": "baik"}])
    write(tmp_path / "dictionary/wordnet.en-id.tsv", ["rice\tberas\t1-n"])
    write(tmp_path / "dictionary/wiktionary.tsv.gz", ["es\trice\tarroz"])
    write(
        tmp_path / "dictionary/thesaurus.id.jsonl.gz",
        [{"word": "besar", "sinonim": ["(cak)", "agung"]}],
    )
    assert list(read_retrieval(tmp_path)) == [RetrievalRow("q", "a", "c", "s")]
    assert list(read_news(tmp_path)) == [
        NewsRow(None, "b", "id", "s"),
        NewsRow("t", "b", "ms", None),
    ]
    assert list(read_news(tmp_path, "ms")) == [NewsRow("t", "b", "ms", None)]
    assert list(read_parallel(tmp_path)) == [
        TranslationRow("id", "good", "baik"),
        TranslationRow("deu", "good", "gut"),
    ]
    assert list(read_ntrex(tmp_path)) == [{"eng": "good", "ind": "baik"}]
    assert list(read_dictionary(tmp_path)) == [
        TranslationRow("id", "rice", "beras"),
        TranslationRow("es", "rice", "arroz"),
    ]
    assert list(read_synonyms(tmp_path)) == [SynonymRow("besar", ("agung",))]


def test_absent_data_says_what_is_missing(tmp_path: Path) -> None:
    """An empty folder is a usage error that names the file looked for."""
    with pytest.raises(UsageError, match="--data"):
        qa_files(tmp_path, "train")
    write(tmp_path / "parallel/en-id.tsv", ["only one column"])
    with pytest.raises(UsageError, match=r"en-id\.tsv:1"):
        list(read_parallel(tmp_path))
