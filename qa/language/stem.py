"""The stems of words, by language.

Not handled: languages that have no stemmer here, whose words stand for themselves.
"""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from qa.language.detect import family

_SWALLOWING = re.compile(r"[mp]e(ng|ny|n|m)(?=[aeiou])")
_VERB = re.compile(r"(?:me|di|ber|ter)([a-z]+)")
_SWALLOWED = {"ng": "k", "ny": "s", "n": "tn", "m": "pm"}
SNOWBALL = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    # Malay shares the affixes of Indonesian and has no stemmer of its own.
    "ms": "indonesian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""The Snowball stemmer for each language that has one, ISO 639-1."""

_STEMMED = frozenset(["id", "ms", "en", "es", "fr", "de", "nl", "pt", "ru"])
"""Languages of which questions and answers are compared by stems."""


def forms(word: str, language: str) -> frozenset[str]:
    """The forms under which a folded word meets another: as it is, and its stem."""
    stemmer = _stemmer(language)
    return frozenset((word, stemmer.stemWord(word))) if stemmer else frozenset((word,))


def has_verb_prefix(word: str, *, least: int = 4) -> bool:
    """Whether a folded word begins as a verb of Indonesian; `menteri` and `terbaru` do so too.

    Args:
        word: The word.
        least: Letters that must follow the prefix; with 3, `media` begins so too.
    """
    found = _VERB.fullmatch(word)
    return found is not None and len(found[1]) >= least


def roots(word: str, language: str) -> frozenset[str]:
    """The forms of a word, and in Indonesian its root with the letter that meN- and peN- swallow.

    Snowball makes `irim` of `mengirim` and `kirim` of `dikirim`.
    """
    found = forms(word, language)
    prefix = _SWALLOWING.match(word) if family(language) == "id" else None
    if prefix is None:
        return found
    return found | {first + stem for stem in found for first in _SWALLOWED[prefix[1]]}


def stems(folded: list[str], language: str) -> list[str]:
    """The stem of each folded word; the words themselves where the language has no stemmer here."""
    stemmer = _stemmer(language)
    return list(stemmer.stemWords(folded)) if stemmer else folded


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    return Stemmer.Stemmer(SNOWBALL[language]) if language in _STEMMED else None
