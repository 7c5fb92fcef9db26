"""Train the lexicons that ship: which word of one language means which of another.

IBM model 1 over stemmed words, from sentence pairs and dictionaries, between English and each other
language. To Indonesian from a third language it goes by way of English, P(i | x) = sum over e of
P(e | x) * P(i | e). A word that may well stay as it is is perhaps a name, whose neighbours are no
translations of it: those must be counted more often. What goes into a file is a word as it is
written most often, since a stem cannot be stemmed again.

Not handled: phrases, word order, and scripts written without spaces.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import click
import numpy as np
from numpy.typing import NDArray

from qa.lexical.index import stemming
from qa.lexical.lexicon import CONFIG, file_name
from qa.train.card import table
from qa.train.data import TranslationRow, read_dictionary, read_parallel
from qa.train.model1 import fit

# How `parallel/` calls a language.
_THREE_LETTERS = {
    "id": "id",
    "ar": "ara",
    "de": "deu",
    "es": "spa",
    "fr": "fra",
    "it": "ita",
    "nl": "nld",
    "pt": "por",
    "ru": "rus",
    "tr": "tur",
}
_ARABIC = {"arb": "ar"}  # How `dictionary/` calls one that it does not call as everyone does.

_STAYS = 0.3  # As likely, the likeliest being 1, as a name is to stay as it is.

Table: TypeAlias = dict[str, dict[str, float]]
"""Stem of a source word -> stem of a target word -> P(target | source)."""


@dataclass(frozen=True, slots=True)
class LexiconTraining:
    """Every setting of a run.

    Attributes:
        iterations: Of expectation maximisation.
        least: Translations less likely than this are left out.
        sightings: Translations counted less often than this, in expectation, are left out.
        named: The same of a word that may stay as it is.
        common: Words that make up more than this part of their language are no translation: nearly
            every passage holds them.
        most: Translations kept of a word.
    """

    iterations: int = 6
    least: float = 0.05
    sightings: float = 0.9
    named: float = 3.0
    common: float = 0.003
    most: int = 4


class _Words:
    """The stems of one language by number, and how each is written."""

    def __init__(self, language: str) -> None:
        self._stems = stemming(language)
        self._plain = stemming("und")
        self.numbers: dict[str, int] = {}
        self._written: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def __call__(self, text: str) -> NDArray[np.int64]:
        """The numbers of a text's stems, in order."""
        stems = self._stems(text)
        for stem, word in zip(stems, self._plain(text), strict=True):
            self._written[stem][word] += 1
        numbers = self.numbers
        return np.array([numbers.setdefault(stem, len(numbers)) for stem in stems], np.int64)

    def written(self, stem: str) -> str:
        """How a stem is written most often."""
        return self._written[stem].most_common(1)[0][0]


def train_lexicon(data: Path, out: Path, settings: LexiconTraining | None = None) -> None:
    """Train every lexicon and write them, with their sha256 and a card, into a folder.

    Args:
        data: The folder of training data; see `qa.train.data`.
        out: Where to write; made if absent.
        settings: How; those of the lexicons that ship if None.

    Raises:
        UsageError: If data is missing or malformed.
    """
    settings = settings or LexiconTraining()
    out.mkdir(parents=True, exist_ok=True)
    rows = _rows(data)
    languages = [language for language in _THREE_LETTERS if rows[language]]
    english_to_id: Table = {}
    indonesian = _Words("id")
    made: dict[str, int] = {}
    with click.progressbar(languages, label="Fitting", file=sys.stderr) as bar:
        for language in bar:
            foreign = indonesian if language == "id" else _Words(language)
            english = _Words("en")
            pairs = [(foreign(row.translation), english(row.english)) for row in rows[language]]
            to_english = _table(pairs, foreign, english, settings)
            made |= _write(out, language, "en", to_english, english, settings)
            if language == "id":
                back = [pair[::-1] for pair in pairs]
                english_to_id = _table(back, english, indonesian, settings)
                made |= _write(out, "en", "id", english_to_id, indonesian, settings)
            elif english_to_id:
                through = _through(to_english, english_to_id)
                made |= _write(out, language, "id", through, indonesian, settings)
    sums = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in made}
    (out / CONFIG).write_text(json.dumps({"sha256": sums}, indent=2) + "\n", encoding="utf-8")
    files = [
        (name, f"{words:,}", round((out / name).stat().st_size / 1e3), f"`{sums[name]}`")
        for name, words in made.items()
    ]
    counts = [(language, f"{len(rows[language]):,}") for language in languages]
    card = _CARD.format(
        files=table(("file", "words", "KB", "sha256"), files),
        settings=table(("setting", "value"), asdict(settings).items()),
        data=table(("language", "sentences and words paired with English"), counts),
    )
    (out / "README.md").write_text(card, encoding="utf-8")


def _rows(data: Path) -> defaultdict[str, list[TranslationRow]]:
    """Sentence pairs and dictionary entries by two-letter language."""
    two_letters = {three: two for two, three in _THREE_LETTERS.items()}
    rows: defaultdict[str, list[TranslationRow]] = defaultdict(list)
    for row in read_parallel(data):
        rows[two_letters.get(row.language, "")].append(row)
    for row in read_dictionary(data):
        rows[_ARABIC.get(row.language, row.language)].append(row)
    return rows


def _table(
    pairs: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    source: _Words,
    target: _Words,
    settings: LexiconTraining,
) -> Table:
    links = fit(
        pairs,
        sources=len(source.numbers),
        targets=len(target.numbers),
        iterations=settings.iterations,
    )
    said = np.bincount(np.concatenate([right for _, right in pairs]), minlength=len(target.numbers))
    named, meant = list(source.numbers), list(target.numbers)
    likeliest = np.zeros(len(named))
    np.maximum.at(likeliest, links.source, links.probability)
    same = np.array([target.numbers.get(stem, -1) for stem in named])[links.source] == links.target
    stays = np.zeros(len(named), bool)
    stays[links.source[same]] = links.probability[same] >= _STAYS * likeliest[links.source[same]]
    seen = links.probability * links.sightings[links.source]
    keep = np.flatnonzero(
        (links.probability >= settings.least)
        & (seen >= np.where(stays[links.source], settings.named, settings.sightings))
        & (said[links.target] <= settings.common * said.sum())
    )
    made: Table = {}
    for row in keep:
        translations = made.setdefault(named[links.source[row]], {})
        translations[meant[links.target[row]]] = float(links.probability[row])
    return made


def _through(first: Table, then: Table) -> Table:
    """From the first's source to the second's target, by what lies between."""
    made: Table = {}
    for stem, between in first.items():
        found: defaultdict[str, float] = defaultdict(float)
        for middle, probability in between.items():
            for target, further in then.get(middle, {}).items():
                found[target] += probability * further
        made[stem] = dict(found)
    return made


def _write(
    out: Path, source: str, target: str, entries: Table, words: _Words, settings: LexiconTraining
) -> dict[str, int]:
    """Write one lexicon; its file's name, and how many words it translates."""
    lexicon: dict[str, Mapping[str, float]] = {}
    for stem, translations in sorted(entries.items()):
        likely = [each for each in translations.items() if each[1] >= settings.least]
        best = sorted(likely, key=lambda each: (-each[1], each[0]))[: settings.most]
        if [other for other, _ in best] not in ([], [stem]):
            lexicon[stem] = {
                words.written(other): round(probability / best[0][1], 2)
                for other, probability in best
            }
    name = file_name(source, target)
    text = json.dumps(lexicon, ensure_ascii=False, separators=(",", ":"))
    (out / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    return {name: len(lexicon)}


_CARD = """\
---
license: other
tags: [translation, bilingual-lexicon, cross-lingual-retrieval]
---

# qa-lexicon: the lexicons that ship with qa

What the words of a question are in the language of the articles, with weights, by IBM model 1. They
only help to find passages; nothing that is shown is translated.

Made by `qa train lexicon --data DATA --out FOLDER`, without chance: the same data gives the same
files.

{files}

## Settings

{settings}

## Data and licences

{data}

| set | licence as stated |
| --- | --- |
| Sentences: PANL-BPPT, TED, TICO-19 | none stated, CC BY-NC-ND, CC0 |
| Sentences: Tatoeba, WMT | CC BY 2.0 FR, research |
| Wiktionary, Open Multilingual WordNet | CC BY-SA 3.0, MIT and CC BY 4.0 |

No sentence of these sets is in this folder.

## Limits

- A word at a time: "kick the bucket" is a kick and a bucket.
- To Indonesian from another language than English it goes by way of English, and errors add up.
- A word that no pair held is not translated; names mostly need not be.
"""
