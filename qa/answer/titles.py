"""Official titles and bodies that enumerate: `Menteri Pendidikan, Kebudayaan, dan Riset`.

Not handled: fields that no lexicon knows (`Agraria`) or that are one word in both languages
(`Digital`); titles in other languages than Indonesian and English.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile

from qa.language.text import fold, written_words
from qa.language.vocabulary import known
from qa.lexical.index import stemming
from qa.lexical.lexicon import lexicon
from qa.types import Span

_KNOWN = known()
_FIELDS = _KNOWN.departments
_OPENERS = (
    _KNOWN.titles | _KNOWN.offices | _KNOWN.people | _KNOWN.leads_a_body | _KNOWN.bodies
) - _FIELDS
_FEW = 3
"""Words of a part among which the noun for a body stands, where it is in small letters."""
_PLACES = _KNOWN.nations | _KNOWN.compass


def inside_titles(text: str, gaps: Sequence[Span], around: Span, *, language: str) -> set[Span]:
    """The gaps of a sentence between the fields of one title or body, which part no items.

    A title that begins so names fields only (`Menteri Energi`), is followed by fields, and has its
    conjunction before the last of them; a name may follow that.

    Args:
        text: Of the article.
        gaps: What stands between the parts of the sentence, in order.
        around: The sentence.
        language: Of the article, ISO 639-1.
    """
    found: set[Span] = set()
    stops = [*(gap.start for gap in gaps[1:]), around.end]
    before = 0
    for at, gap in enumerate(gaps):
        if at < before:
            continue
        led_by = text[gaps[at - 1].end if at else around.start : gap.start]
        if "," not in text[gap.start : gap.end] and _is_plain_body(
            led_by, text[gap.end : stops[at]]
        ):
            found.add(gap)
        if not _opens(led_by, language):
            continue
        for last in range(at, len(gaps)):
            part = written_words(text[gaps[last].end : stops[last]])
            if text[gaps[last].start : gaps[last].end].strip(" ,\xa0\t\n"):
                if _begins(part, language):
                    found.update(gaps[at : last + 1])
                    before = last + 1
                break
            if not (_begins(part, language) and all(_is_field(word, language) for word in part)):
                break
    return found


def is_title(word: str) -> bool:
    """Whether a word begins a title or the name of a body: `Menteri`, `Badan`."""
    return word[:1].isupper() and fold(word) in _OPENERS


def _begins(part: Sequence[str], language: str) -> bool:
    """Whether a part begins with a field; `Partai`, `Kota` begin a name of their own."""
    return bool(part) and fold(part[0]) not in _KNOWN.generic and _is_field(part[0], language)


def _opens(part: str, language: str) -> bool:
    """Whether a part ends in a title, or a body, and fields of it: no name yet."""
    for following, word in enumerate(reversed(written_words(part))):
        if is_title(word):
            return following > 0
        if not (_is_field(word, language) or fold(word) in _KNOWN.stop_words):
            return False
    return False


def _is_plain_body(part: str, following: str) -> bool:
    """Whether a conjunction stands in a body's name: `organisasi keamanan dan kerja sama Eropa`."""
    name = list(dropwhile(lambda word: word not in _KNOWN.bodies, written_words(part)[-_FEW:]))
    after = written_words(following)[:1]
    return (
        len(name) > 1
        and len(after) == 1
        and all(word[0].islower() for word in (*name, *after))
        and after[0] not in _KNOWN.generic | _KNOWN.bodies | _KNOWN.stop_words
    )


def _is_field(word: str, language: str) -> bool:
    """Whether a word with a capital is a noun of the language and no name, by the lexicons.

    What its translation means in turn has its stem; a name has no translation, or a mistaken one.
    """
    folded = fold(word)
    if not word[0].isupper() or folded in _OPENERS or folded in _PLACES:
        return False
    if folded in _FIELDS:
        return True
    source, target = ("en", "id") if language == "en" else ("id", "en")
    there, back = lexicon(source, target), lexicon(target, source)
    translations = there.translate(folded) if there else {}
    if not (translations and back):
        return False
    best = max(translations, key=lambda each: translations[each])
    stem = stemming(source)
    again = back.translate(best)
    return folded not in translations and (
        not again or any(not set(stem(folded)).isdisjoint(stem(each)) for each in again)
    )
