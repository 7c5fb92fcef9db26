"""What the words of a question are in the language of the articles, each with its weight.

A lexicon is one packed JSON file under `qa/models/lexicon`, `SOURCE.TARGET.json.gz`: the stem of a
word of the source language -> words of the target language -> how likely each is, the likeliest
being 1. `config.json` beside them holds their sha256. `qa train lexicon` makes them.

Not handled: phrases, and other pairs of languages than those whose file is there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Self

from qa.errors import ModelError
from qa.i18n import _
from qa.lexical.index import stemming
from qa.places import MODELS

FOLDER = MODELS / "lexicon"
"""Where the lexicons that ship with qa lie."""

CONFIG = "config.json"

TARGETS = ("id", "en")
"""The languages that there are lexicons into."""

_MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def file_name(source: str, target: str) -> str:
    """The name of the lexicon between two languages, ISO 639-1."""
    return f"{source}.{target}.json.gz"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Translations of words of one language into another, by the stem of the word."""

    source: str
    table: Mapping[str, Mapping[str, float]]

    @classmethod
    def open(cls, path: Path, source: str) -> Self:
        """The lexicon in a file.

        Raises:
            ModelError: If it cannot be read, or is not laid out as described above.
        """
        try:
            table = json.loads(gzip.decompress(path.read_bytes()))
            sound = all(
                isinstance(word, str) and 0 < float(weight) <= 1
                for translations in table.values()
                for word, weight in translations.items()
            )
        except (OSError, EOFError, zlib.error, *_MALFORMED) as error:
            raise _damaged(path, error) from error
        if not sound:
            raise _damaged(path, _("a weight lies outside (0, 1]"))
        return cls(source, table)

    def translate(self, word: str) -> Mapping[str, float]:
        """What a folded word may be, each with its weight in (0, 1]; empty if it is not known."""
        found: dict[str, float] = {}
        for stem in stemming(self.source)(word):
            found |= self.table.get(stem, {})
        return found


@lru_cache(maxsize=16)
def lexicon(source: str, target: str) -> Lexicon | None:
    """The lexicon that ships for two languages, ISO 639-1; None if there is none.

    Raises:
        ModelError: If it is damaged.
    """
    path = FOLDER / file_name(source, target)
    return Lexicon.open(path, source) if path.is_file() else None


def has_lexicon(language: str) -> bool:
    """Whether a lexicon ships for a language."""
    return any((FOLDER / file_name(language, target)).is_file() for target in TARGETS)


def is_word(word: str, language: str) -> bool:
    """Whether a folded word is one of a language, of Indonesian or of English, by the lexicons.

    Raises:
        ModelError: If one is damaged.
    """
    pairs = [(source, target) for source in {language, *TARGETS} for target in TARGETS]
    return any(word in _targets(*pair) for pair in pairs if pair[0] in TARGETS) or any(
        table.translate(word) for pair in pairs if (table := lexicon(*pair)) is not None
    )


@lru_cache(maxsize=8)
def _targets(source: str, target: str) -> frozenset[str]:
    """The words that a lexicon translates into."""
    table = lexicon(source, target)
    return frozenset(chain.from_iterable(table.table.values())) if table else frozenset()


def verify_lexicons(folder: Path = FOLDER) -> None:
    """Compare every lexicon with the sha256 recorded beside it; where there is no folder, nothing.

    Raises:
        ModelError: If one is absent or differs.
    """
    if not folder.is_dir():
        return
    path = folder / CONFIG
    try:
        for name, expected in json.loads(path.read_text(encoding="utf-8"))["sha256"].items():
            path = folder / name
            if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
                raise _damaged(path, _("it is not the file that was shipped"))
    except (OSError, *_MALFORMED) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, how: object) -> ModelError:
    return ModelError(_("{path} is damaged ({how}). Install qa again.").format(path=path, how=how))
