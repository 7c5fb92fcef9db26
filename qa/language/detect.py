"""The language of a text: by its script, else by its function words, else by py3langid.

The first two decide almost everything a news archive and its readers write, and cost microseconds;
py3langid decides the rest, but takes half a second and 100 MB to load, so it is loaded only then.

Not handled: a text in several languages gets the one that most of its first 1,000 characters are
in; Serbian in Latin letters, and other languages that py3langid is not asked about (`_CONSIDERED`),
get a neighbour's name. Indonesian and Malay share most words: without a telltale it is Indonesian.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import Any

from qa.language.text import encodable
from qa.language.vocabulary import known

_READ = 1000
# Function words decide alone where the best language has one of its own and leads by half; so they
# name 80 to 100 of 100 questions in these languages, fewer than 1 in 200 of those wrongly.
_ENOUGH = 0.9
_LEAD = 1.5

_SCRIPTS = {
    # Scripts that name a language, or a group that a letter or word tells apart further down.
    "latin": "A-Za-zªº\u00c0-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u052f",
    "arabic": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff",
    "devanagari": "\u0900-\u0963",
    "bengali": "\u0980-\u09ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af",
    "ja": "\u3041-\u3096\u30a1-\u30fa",
    "ko": "\u1100-\u11ff\uac00-\ud7a3",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u05d0-\u05ea",
    "hy": "\u0531-\u0587",
    "ka": "\u10a0-\u10ff",
    "am": "\u1200-\u137f",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "or": "\u0b00-\u0b7f",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "th": "\u0e01-\u0e4e",
    "lo": "\u0e81-\u0ece",
    "my": "\u1000-\u109f",
    "km": "\u1780-\u17d3",
}
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}
_NOT_LATIN = re.compile(f"[{''.join(each for name, each in _SCRIPTS.items() if name != 'latin')}]")
_SHARED = frozenset({"latin", "cyrillic", "arabic", "devanagari", "bengali"})

_KNOWN = known()
# What one has where the other has another word: log odds above 1.3 over news, questions and NTREX.
_MALAY = _KNOWN.telltales["ms"]
_INDONESIAN = _KNOWN.telltales["id"]

_URDU = re.compile("[ٹڈڑےںھہ]")
_PERSIAN = re.compile("[پچژگکی]")
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэё]", re.IGNORECASE)

_CONSIDERED = """
    af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr hu hy id is
    it ja ka kk km kn ko ku ky lo lt lv mg mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru si sk sl
    so sq sr sv sw ta te th tl tr ug uk ur uz vi xh yo zh zu
"""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _languages_by_word() -> dict[str, tuple[str, ...]]:
    table: defaultdict[str, list[str]] = defaultdict(list)
    for language, words in _KNOWN.common.items():
        for word in words:
            table[word].append(language)
    for word in _MALAY | _INDONESIAN:
        if "id" not in table[word]:
            table[word].append("id")
    return {word: tuple(languages) for word, languages in table.items()}


_BY_WORD = _languages_by_word()


def family(language: str) -> str:
    """A language, Malay as Indonesian: who reads one reads the other, and they share a stemmer."""
    return "id" if language == "ms" else language


def detect(text: str) -> str:
    """The language of a text's first 1,000 characters: an ISO 639-1 code, "und" if without letters.

    Deterministic and safe to call from several threads.
    """
    read = encodable(text[:_READ])
    script = _script(read)
    if script is None:
        return "und"
    if script not in _SHARED:
        return script
    by_letters = _by_letters(script, read)
    if by_letters is not None:
        return by_letters
    found = _by_words(read) or _model().classify(read)[0]
    return _indonesian_or_malay(read) if family(found) == "id" else str(found)


def _script(text: str) -> str | None:
    """The script that most letters are in; kana makes Han Japanese, so it comes out as `ja`."""
    if text.isascii() or not _NOT_LATIN.search(text):
        return "latin" if _LETTERS["latin"].search(text) else None
    counts = {name: len(letters.findall(text)) for name, letters in _LETTERS.items()}
    if counts["ja"]:
        counts["ja"] += counts["zh"]
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _by_letters(script: str, text: str) -> str | None:
    """The language that a letter of its own gives away, for the commonest of a script."""
    if script == "cyrillic":
        ukrainian, russian = (len(p.findall(text)) for p in (_UKRAINIAN, _RUSSIAN))
        if ukrainian != russian and min(ukrainian, russian) == 0:
            return "uk" if ukrainian else "ru"
    if script == "arabic":
        if _URDU.search(text):
            return "ur"
        return "fa" if _PERSIAN.search(text) else "ar"
    return None


def _by_words(text: str) -> str | None:
    """The language whose function words a text holds, if it leads clearly."""
    scores: defaultdict[str, float] = defaultdict(float)
    for word in _WORD.findall(text.lower().replace("’", "'")):
        languages = _BY_WORD.get(word, ())
        for language in languages:
            scores[language] += 1 / len(languages)
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return ranked[0][0] if ranked[0][1] >= max(_ENOUGH, _LEAD * second) else None


def _indonesian_or_malay(text: str) -> str:
    words = _WORD.findall(text.lower())
    malay, indonesian = (sum(map(each.__contains__, words)) for each in (_MALAY, _INDONESIAN))
    return "ms" if malay > indonesian else "id"


@lru_cache(maxsize=1)
def _model() -> Any:
    """py3langid's classifier over the languages considered, loaded when first needed."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_CONSIDERED.split())
    return identifier
