"""Stream the training data: one dataclass a kind of row, one reader a kind of file.

The layout, under one folder: `qa/{train,dev}/NAME.LANGUAGE.jsonl.gz`, `retrieval/*.jsonl.gz`,
`news/articles.LANGUAGE.jsonl.gz`, `parallel/{en-id.tsv,en-multi.tsv,ntrex.jsonl}.gz`,
`nli/NAME-{train,val}.LANGUAGE.jsonl.gz` and
`dictionary/{wiktionary,wordnet.en-id}.tsv.gz`, `dictionary/thesaurus.LANGUAGE.jsonl.gz`. Every file
may also lie there unpacked, without `.gz`. Readers yield rows in the file's order and hold one row
at a time.

Does not split, shuffle, clean or balance anything: what to train on is the trainer's business.
Language codes are those of the files (`id`, but also `msa`, `zho`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, cast

from qa.errors import UsageError

_TRANSLATED = "squad-trans-"  # How squad-mt.id marks an id that is otherwise the English row's.


@dataclass(frozen=True, slots=True)
class Gold:
    """A right answer: `context[start:start + len(text)] == text`, in code points."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class QARow:
    """A question on a passage; no answers means that the passage does not answer it."""

    id: str
    language: str
    question: str
    context: str
    answers: tuple[Gold, ...]
    source: str

    @property
    def shared_id(self) -> str:
        """The id a question has in every language that it was translated to."""
        return self.id.removeprefix(_TRANSLATED)


@dataclass(frozen=True, slots=True)
class InferenceRow:
    """A premise and a hypothesis; `label` is `e` (entails), `c` (contradicts) or `n` (neither)."""

    premise: str
    hypothesis: str
    label: str


@dataclass(frozen=True, slots=True)
class RetrievalRow:
    """A question that a whole article answers; `answer` is rarely verbatim in it."""

    question: str
    answer: str
    context: str
    source: str


@dataclass(frozen=True, slots=True)
class NewsRow:
    """A news article; about one in twelve Indonesian ones has no headline."""

    title: str | None
    text: str
    language: str
    source: str | None


@dataclass(frozen=True, slots=True)
class TranslationRow:
    """A sentence or word in English and in another language."""

    language: str
    english: str
    translation: str


@dataclass(frozen=True, slots=True)
class SynonymRow:
    """A word and words that mean about the same."""

    word: str
    synonyms: tuple[str, ...]


def qa_files(data: Path, split: str) -> list[Path]:
    """The question-answer files of a split (`train` or `dev`), sorted by name.

    Raises:
        UsageError: If there is none.
    """
    return _files(data, f"qa/{split}/*.jsonl")


def set_name(path: Path) -> str:
    """`squad.en` of `squad.en.jsonl.gz`."""
    return ".".join(path.name.split(".")[:2])


def read_qa(path: Path) -> Iterator[QARow]:
    """Question-answer rows of one file; a row without a question is left out.

    Raises:
        UsageError: If a line is no such row, or an answer does not stand where it says.
    """
    for where, row in _json_lines(path):
        try:
            answers = tuple(Gold(gold["text"], int(gold["start"])) for gold in row["answers"])
            context = row["context"]
            read = QARow(
                str(row["id"]), row["lang"], row["question"], context, answers, row["source"]
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{where} is no question-answer row: {error!r}.") from error
        for gold in answers:
            if context[gold.start : gold.start + len(gold.text)] != gold.text:
                raise UsageError(f"{where}: no {gold.text!r} at {gold.start} of its context.")
        if read.question:
            yield read


def read_inference(data: Path, split: str) -> Iterator[InferenceRow]:
    """Rows of every file of a split (`train` or `val`) under `nli/`; none where there is no file.

    Raises:
        UsageError: If a line is no such row.
    """
    for path in sorted(data.glob(f"nli/*-{split}.*")):
        for where, row in _json_lines(path):
            try:
                yield InferenceRow(row["premise"], row["hypothesis"], row["label"])
            except KeyError as error:
                raise UsageError(f"{where} is no inference row: it has no {error}.") from error


def read_retrieval(data: Path) -> Iterator[RetrievalRow]:
    """Rows of every file under `retrieval/`.

    Raises:
        UsageError: If there is no file, or a line is no such row.
    """
    for path in _files(data, "retrieval/*.jsonl"):
        for where, row in _json_lines(path):
            try:
                yield RetrievalRow(row["question"], row["answer"], row["context"], row["source"])
            except KeyError as error:
                raise UsageError(f"{where} is no retrieval row: it has no {error}.") from error


def read_news(data: Path, language: str = "*") -> Iterator[NewsRow]:
    """News articles of one language, or of all, sorted by language.

    Raises:
        UsageError: If there is no file, or a line is no such row.
    """
    for path in _files(data, f"news/articles.{language}.jsonl"):
        code = path.name.split(".")[1]
        for where, row in _json_lines(path):
            try:
                yield NewsRow(row.get("title"), row["text"], code, row.get("source"))
            except KeyError as error:
                raise UsageError(f"{where} is no news row: it has no {error}.") from error


def read_parallel(data: Path) -> Iterator[TranslationRow]:
    """Sentences in English and another language; `id` first, then the other languages.

    Raises:
        UsageError: If a file is absent, or a line has too few columns.
    """
    (path,) = _files(data, "parallel/en-id.tsv")
    for english, translation in _tab_lines(path, 2):
        yield TranslationRow("id", english, translation)
    (path,) = _files(data, "parallel/en-multi.tsv")
    for language, english, translation in _tab_lines(path, 3):
        yield TranslationRow(language, english, translation)


def read_ntrex(data: Path) -> Iterator[Mapping[str, str]]:
    """One sentence a row in many languages: three-letter code -> sentence.

    Raises:
        UsageError: If the file is absent, or a line is no JSON object.
    """
    (path,) = _files(data, "parallel/ntrex.jsonl")
    for _, row in _json_lines(path):
        yield row


def read_dictionary(data: Path) -> Iterator[TranslationRow]:
    """English words and their translations: WordNet's Indonesian ones, then Wiktionary's.

    Raises:
        UsageError: If a file is absent, or a line has too few columns.
    """
    (path,) = _files(data, "dictionary/wordnet.en-id.tsv")
    for english, translation, _ in _tab_lines(path, 3):
        yield TranslationRow("id", english, translation)
    (path,) = _files(data, "dictionary/wiktionary.tsv")
    for language, english, translation in _tab_lines(path, 3):
        yield TranslationRow(language, english, translation)


def read_synonyms(data: Path, language: str = "id") -> Iterator[SynonymRow]:
    """Words with synonyms; usage labels such as `(ki)` are left out.

    Raises:
        UsageError: If the file is absent, or a line is no such row.
    """
    (path,) = _files(data, f"dictionary/thesaurus.{language}.jsonl")
    for where, row in _json_lines(path):
        try:
            synonyms = (synonym for synonym in row["sinonim"] if not synonym.startswith("("))
            yield SynonymRow(row["word"], tuple(synonyms))
        except KeyError as error:
            raise UsageError(f"{where} is no thesaurus row: it has no {error}.") from error


def _files(data: Path, pattern: str) -> list[Path]:
    """Files of a pattern under `data`, packed or not, sorted by name; never empty."""
    found = sorted([*data.glob(pattern), *data.glob(pattern + ".gz")])
    if not found:
        raise UsageError(f"No {pattern}.gz in {data}: name the training data with --data.")
    return found


def _open(path: Path) -> TextIO:
    """Open a text file, unpacking it on the way where its name ends in `.gz`."""
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8"))
    return path.open(encoding="utf-8")


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line as a JSON object, with `path:line` for messages."""
    with _open(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UsageError(f"{path}:{number} is not JSON: {error}.") from error
            if not isinstance(row, dict):
                raise UsageError(f"{path}:{number} is not a JSON object.")
            yield f"{path}:{number}", row


def _tab_lines(path: Path, columns: int) -> Iterator[list[str]]:
    """Each line's first columns."""
    with _open(path) as lines:
        for number, line in enumerate(lines, 1):
            fields = line.rstrip("\n").split("\t")
            if len(fields) < columns:
                raise UsageError(f"{path}:{number} has fewer than {columns} columns.")
            yield fields[:columns]
