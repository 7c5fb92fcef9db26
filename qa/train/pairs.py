"""Turn the training data into pairs of texts that belong together, and hold the dev sets out.

A source is one kind of pair: question and passage, headline and article, sentence and translation.
The encoder draws each batch from one source, so that what it must tell apart is alike.

Held out of every source: each context of `qa/dev` and its translations, one news article in ten of
those with questions, and one English-Indonesian sentence pair in fifty.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np

from qa.train.data import (
    NewsRow,
    QARow,
    qa_files,
    read_dictionary,
    read_news,
    read_ntrex,
    read_parallel,
    read_qa,
    read_retrieval,
    read_synonyms,
)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")
_NTREX_LANGUAGES = 12


@dataclass(slots=True)
class Source:
    """Pairs of one kind: `left[i]` belongs with `right[i]`.

    `weight` is this source's share of the batches, relative to the others. `language` is that of
    both texts, ISO 639-1, where words alone find much: where questions are asked of passages.
    """

    name: str
    weight: float
    language: str | None = None
    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)

    def add(self, left: str, right: str) -> None:
        """Add one pair."""
        self.left.append(left)
        self.right.append(right)


def one_in(n: int, text: str) -> bool:
    """Whether a text falls into a fixed one-in-n sample: by its hash, so on every machine alike."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") % n == 0


def beginning(text: str) -> str:
    """The words an article begins with: copies of it in other sets differ in the rest."""
    return " ".join(_WORD.findall(text[:300])).lower()


def is_held_out_article(text: str) -> bool:
    """Whether a news article is held out for dev."""
    return one_in(10, beginning(text))


def is_held_out_sentence(english: str) -> bool:
    """Whether a translated sentence is held out for dev."""
    return one_in(50, english)


def qa_rows(data: Path) -> tuple[list[QARow], set[str]]:
    """All rows of both splits, and the contexts that no training pair may hold.

    A context is held out if it is in `qa/dev`, or holds a question that such a context of another
    language holds too, to two steps: SQuAD's paragraphs are in four languages here.
    """
    train = [row for path in qa_files(data, "train") for row in read_qa(path)]
    dev = [row for path in qa_files(data, "dev") for row in read_qa(path)]
    held_out = {row.context for row in dev}
    for _ in range(2):
        ids = {row.shared_id for row in [*train, *dev] if row.context in held_out}
        held_out |= {row.context for row in train if row.shared_id in ids}
    return train, held_out


def sources(data: Path, seed: int) -> list[Source]:
    """Every source of training pairs, empty ones left out.

    Args:
        data: The folder of training data.
        seed: Decides which sentence of an article is taken out, and the like.
    """
    rng = np.random.default_rng(seed)
    made = [
        *_question_sources(data),
        _news_questions(data),
        *_news_sources(data, rng),
        *_translation_sources(data, rng),
        *_word_sources(data, rng),
    ]
    return [source for source in made if source.left]


def _question_sources(data: Path) -> Iterator[Source]:
    """Questions with the passage that answers them, in one language and across two."""
    weights = {"id": 6.0, "en": 3.0}
    by_language: dict[str, Source] = {}
    by_id: dict[str, dict[str, QARow]] = defaultdict(dict)
    rows, held_out = qa_rows(data)
    for row in rows:
        if row.context in held_out:
            continue
        by_id[row.shared_id][row.language] = row
        if row.answers:
            source = by_language.setdefault(
                row.language,
                Source(
                    f"qa.{row.language}",
                    weights.get(row.language, 0.5),
                    row.language if row.language in weights else None,
                ),
            )
            source.add(row.question, row.context)
    yield from by_language.values()
    across = Source("qa.across", 4.0)
    for versions in by_id.values():
        for asked in versions.values():
            for read in versions.values():
                if asked is not read and read.answers and {"id", "en"} & {read.language}:
                    across.add(asked.question, read.context)
    yield across


def _news_questions(data: Path) -> Source:
    """Questions on news articles with the window of the article with most of their words."""
    source = Source("news.questions", 3.0, "id")
    for row in read_retrieval(data):
        if not is_held_out_article(row.context):
            wanted = set(_WORD.findall(f"{row.question} {row.answer}".lower()))
            shared = [len(wanted & set(_WORD.findall(w.lower()))) for w in windows(row.context)]
            if shared:
                source.add(row.question, list(windows(row.context))[shared.index(max(shared))])
    return source


def _news_sources(data: Path, rng: np.random.Generator) -> Iterator[Source]:
    """Headline with article, and one sentence with the passage around the gap it leaves."""
    headlines = Source("news.headline", 4.0)
    sentences = Source("news.sentence", 3.0)
    for row in read_news(data):
        if row.language == "id" and is_held_out_article(row.text):
            continue
        pieces = list(windows(row.text))
        if not pieces:
            continue
        if row.title:
            headlines.add(row.title, pieces[0])
        sentence_and_rest = _gap(row, pieces[rng.integers(min(len(pieces), 4))], rng)
        if sentence_and_rest:
            sentences.add(*sentence_and_rest)
    yield headlines
    yield sentences


def _gap(row: NewsRow, piece: str, rng: np.random.Generator) -> tuple[str, str] | None:
    """A sentence, and the rest of its passage under the headline, as a passage is indexed."""
    parts = _SENTENCE_END.split(piece)
    if len(parts) < 3:
        return None
    sentence = parts.pop(rng.integers(len(parts)))
    if len(sentence) < 30:
        return None
    return sentence, "\n".join([row.title or "", " ".join(parts)]).strip()


def _translation_sources(data: Path, rng: np.random.Generator) -> Iterator[Source]:
    """Sentences with their translations."""
    indonesian = Source("parallel.en-id", 4.0)
    others = Source("parallel.en-other", 2.0)
    for row in read_parallel(data):
        if row.language != "id":
            others.add(row.translation, row.english)
        elif not is_held_out_sentence(row.english):
            indonesian.add(row.english, row.translation)
    yield indonesian
    yield others
    ntrex = Source("parallel.ntrex", 1.0)
    for versions in read_ntrex(data):
        if sentence := versions.get("ind"):
            languages = sorted(versions.keys() - {"ind"})
            for place in rng.permutation(len(languages))[:_NTREX_LANGUAGES]:
                ntrex.add(versions[languages[place]], sentence)
    yield ntrex


def _word_sources(data: Path, rng: np.random.Generator) -> Iterator[Source]:
    """Words with their translations and synonyms."""
    indonesian = Source("words.en-id", 1.0)
    others = Source("words.en-other", 1.0)
    for row in read_dictionary(data):
        (indonesian if row.language == "id" else others).add(row.english, row.translation)
    yield indonesian
    yield others
    synonyms = Source("words.synonyms", 0.3)
    for entry in read_synonyms(data):
        if entry.synonyms:
            synonyms.add(entry.word, entry.synonyms[rng.integers(len(entry.synonyms))])
    yield synonyms


def windows(text: str, max_chars: int = 600) -> Iterator[str]:
    """Cut a text into passages of whole sentences, in order; a longer sentence stands alone."""
    piece: list[str] = []
    for sentence in _SENTENCE_END.split(text.strip()):
        if piece and sum(map(len, piece)) + len(piece) + len(sentence) > max_chars:
            yield " ".join(piece)
            piece = []
        piece.append(sentence)
    if piece and any(piece):
        yield " ".join(piece)


def corpus(data: Path, caps: Mapping[str, int]) -> Iterator[str]:
    """Text to learn a vocabulary from, some of every kind and language, dev contexts left out.

    Args:
        data: The folder of training data.
        caps: Most code points of a language of each kind; `*` for one that is not named.
    """
    for texts in _texts(data):
        room: dict[str, int] = {}
        for language, text in texts:
            left = room.setdefault(language, caps.get(language, caps["*"]))
            if left > 0:
                room[language] = left - len(text)
                yield text


def _texts(data: Path) -> Iterator[Iterable[tuple[str, str]]]:
    """For each kind of text, every text with its language."""
    rows, held_out = qa_rows(data)
    yield dict.fromkeys((row.language, row.context) for row in rows if row.context not in held_out)
    yield ((row.language, row.question) for row in rows if row.context not in held_out)
    yield ((row.language, row.translation) for row in read_parallel(data))
    yield (("en", row.english) for row in read_parallel(data))
    yield ((row.language, row.text) for row in read_news(data) if not is_held_out_article(row.text))
    yield ((row.language, row.translation) for row in read_dictionary(data))
