"""Sentences and words of a text as spans, folding for matching, and text made safe to print.

Offsets are code points of the text as given; nothing here alters a text that offsets point into.

Not handled: a sentence that runs over a line break is cut there (articles keep a paragraph on a
line), a text without capital letters is cut only at lines and at `!`, `?` before no letter, and an
initial that truly ends a sentence does not end it. Scripts written without spaces get bigrams for
words, not a dictionary's words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from qa.language.vocabulary import known
from qa.types import Span

_HARD = "。！？｡।॥።។။։"
_SOFT = ".!?…؟۔"
_CLOSERS = "\"'”’»›)\\]}」』）】》〉"
_STOP = re.compile(
    # A line's end, or stops with what closes after them: quotes, brackets, footnotes like [3].
    rf"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|[{_SOFT}{_HARD}]+(?:[{_CLOSERS}]|\[\d{{1,3}}\])*"
)
_VISIBLE = re.compile(r"\S")
_NEWLINES = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_HARD_STOPS = frozenset(_HARD)
_GOES_ON = frozenset("-–—,;:/")


_KNOWN = known()
# Never the last word of a sentence: a name, a place or a number follows.
_TITLES = _KNOWN.abbreviated_titles
_SHORTENED = _KNOWN.abbreviations
_BEFORE_NUMBER = _KNOWN.before_number | _KNOWN.short_months.keys()
_MAY_END = _KNOWN.may_end_sentence
_INITIALS = re.compile(r"[^\W\d_]{1,2}(?:\.[^\W\d_]{1,4})+|[^\W\d_]")
# Frequent first words: after what may end a sentence, these say that it did.
_STARTERS = _KNOWN.starters
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_ABBREVIATION = 12
_LONGEST_WORD = 64

# Thai and Lao, Myanmar, Khmer, kana and Han.
SPACELESS = (
    "\u0e01-\u0e4f\u0e81-\u0ece\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
)
# `\w` leaves out combining marks, so it would cut Hindi, Tamil and pointed Arabic inside a word.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u0f18-\u0fbc\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d"
    "\u20d0-\u20f0\ufe20-\ufe2f"
)
# Nothing to see: what breaks lines, or forbids it, and what joins letters or parts them.
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
_LETTER = rf"[^\W_{SPACELESS}]"
_WORD = re.compile(
    # Possessive, so that no text can make it look twice; not the groups, which Python 3.11.2 (that
    # of Debian 12) gets wrong, and after which nothing follows that could fail.
    rf"\d++(?:[.,:]\d++)+|{_LETTER}++(?:[{MARKS}]++{_LETTER}*+|[{_INVISIBLE}]++{_LETTER}++|['’]{_LETTER}++)*|[{SPACELESS}]++"
)
_SPACELESS_START = re.compile(rf"[{SPACELESS}]")

_LATIN_GREEK_MARKS = re.compile("(?<=[A-Za-zͰ-Ͽ\u1f00-\u1fff])[\u0300-\u036f]+")
_FOLDED_AWAY = {
    # Vowel points of Arabic and Hebrew, the Arabic lengthener, and what has no width.
    **dict.fromkeys([*range(0x64B, 0x660), 0x670, 0x640, *range(0x591, 0x5BE)]),
    **dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF]),
    # One apostrophe and one hyphen.
    **dict.fromkeys([0x2018, 0x2019, 0x2BC, 0x60, 0xB4], "'"),
    **dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212], "-"),
}

_BIDI_AND_WIDTHLESS = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# Joiners that change how it is drawn: in scripts whose letters join, and between emoji.
_JOINING = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefc"
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_NEEDED = (
    rf"(?:(?<=[{_JOINING}])[\u200c\u200d](?![{_INVISIBLE}])"
    rf"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}]))"
)
_INVISIBLE_RUN = re.compile(rf"(?!{_NEEDED})[{_INVISIBLE}]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSAFE = re.compile(
    f"(?!{_NEEDED})[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_BIDI_AND_WIDTHLESS}]"
)
_MOST_MARKS = 8
"""Combining marks on one letter that are shown; no script stacks more."""
# Marks are no word characters to `re`, which knows no categories.
_PERHAPS_PILED = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]`, as offsets into `text`, in order.

    They are disjoint and never empty, neither start nor end with white space, and together hold
    every character that is not white space. A line's end always ends a sentence. Time is linear.
    """
    end = len(text) if end is None else min(end, len(text))
    found: list[Span] = []
    first = _VISIBLE.search(text, start, end)
    while first is not None:
        begin = first.start()
        stop = _next_break(text, begin, end)
        found.append(Span(begin, begin + len(text[begin:stop].rstrip())))
        first = _VISIBLE.search(text, stop, end)
    return found


def words(text: str) -> list[Span]:
    """The words of a text, in order, to match against those of another.

    Letters and digits with the marks they carry; apostrophes within a word and `.`, `,`, `:` within
    a number stay (`Jum'at`, `100.000`, `19:30`). A hyphen parts words, so that `negara-negara`
    meets `negara`; for BM25 the two are equal (4,264 passages of TyDiQA-id: MRR .677 and .676).
    Runs of a script without spaces give overlapping bigrams. Time is linear.
    """
    found: list[Span] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if end - start > 2 and _SPACELESS_START.match(text, start):
            found.extend(Span(at, at + 2) for at in range(start, end - 1))
        else:
            found.append(Span(start, end))
    return found


def written_words(text: str) -> list[str]:
    """The words of a text, in order, as they are written."""
    return [text[span.start : span.end] for span in words(text)]


def folded_words(text: str) -> list[str]:
    """The words of a text, in order, each folded by itself."""
    return [fold(word) for word in written_words(text)]


def inside_words(text: str) -> set[int]:
    """The places of a text before which a word has begun and not ended, in code points.

    Scripts without spaces have none: where their words begin is not marked. Nor has a run of more
    than 64 letters, which is no word.
    """
    found: set[int] = set()
    for match in _WORD.finditer(text):
        is_word = match.end() - match.start() <= _LONGEST_WORD
        if is_word and not _SPACELESS_START.match(text, match.start()):
            found.update(range(match.start() + 1, match.end()))
    return found


def fold(text: str) -> str:
    """A text as it is compared: no case, no width, no accent on Latin and Greek letters.

    The length may change, so offsets never come from here. Marks that tell letters apart stay:
    the Russian breve, kana voicing, Indic vowels.
    """
    if text.isascii():
        return text.casefold().replace("`", "'")
    parted = unicodedata.normalize("NFKD", text.translate(_FOLDED_AWAY)).casefold()
    return unicodedata.normalize("NFC", _LATIN_GREEK_MARKS.sub("", parted))


def visible(text: str) -> str:
    """The text without invisible characters in its words or at their edges, such as soft hyphens.

    Joiners stay where they change how it is drawn: in Arabic and Indic scripts, and between emoji.
    The length may change, so offsets never come from here.
    """
    if text.isascii():
        return text

    def seen(run: re.Match[str]) -> str:
        beside = text[max(0, run.start() - 1) : run.start()] + text[run.end() : run.end() + 1]
        in_word = any(unicodedata.category(each)[0] in "LMN" for each in beside)
        return "" if in_word else run.group()

    return _INVISIBLE_RUN.sub(seen, text)


def safe(text: str) -> str:
    """The text with every character that could steer a terminal made visible, each by one other.

    C0 controls become their pictures, DEL too; C1 and lone surrogates the replacement character;
    tab, CR, NEL and the Unicode line separators a space; bidi controls, characters of no width,
    BOM and combining marks beyond the eighth in a row a middle dot. Newline stays, and so do
    joiners where `visible` keeps them. The length never changes, so offsets hold in both.
    """
    return replace_unsafe(text, _shown)


def one_line(text: str) -> str:
    """Safe for a screen, `visible` and on one line: a line break becomes a space.

    What a quote goes through last before it is shown, copied or exported.
    """
    return safe(visible(text)).replace("\n", " ")


def replace_unsafe(text: str, by: Callable[[str], str]) -> str:
    """The text with what `by` makes of every character that `safe` replaces, in its place."""
    if text.isascii() and text.isprintable():
        return text
    told = _UNSAFE.sub(lambda match: by(match.group()), text)
    return _PERHAPS_PILED.sub(lambda match: _unpiled(match.group(), by), told)


def encodable(text: str) -> str:
    """The text with each lone surrogate, which UTF-8 cannot hold, made the replacement character.

    They come from arguments that are not UTF-8, and from JSON. The length never changes.
    """
    return _LONE_SURROGATE.sub("\ufffd", text)


def _next_break(text: str, begin: int, end: int) -> int:
    """Where the sentence that begins at `begin` ends."""
    for match in _STOP.finditer(text, begin, end):
        stop = match.end()
        if text[match.start()] in _NEWLINES or stop >= end:
            return stop
        if _ends_sentence(text, begin, match.start(), stop, end):
            return stop
    return end


def _ends_sentence(text: str, begin: int, dot: int, stop: int, end: int) -> bool:
    """Whether the stops at `text[dot:stop]` end the sentence that began at `begin`."""
    if not _HARD_STOPS.isdisjoint(text[dot:stop]):
        return True
    if not text[stop].isspace():
        return False
    following = _VISIBLE.search(text, stop, end)
    if following is None or not _NEWLINES.isdisjoint(text[stop : following.start()]):
        return True
    after = following.group()
    if after.islower() or after in _GOES_ON:
        return False
    if text[dot] != "." or stop - dot > 1:
        return True
    head = text[max(begin, dot - _LONGEST_ABBREVIATION) : dot].split()
    word = head[-1].lstrip("(\"'“‘[«/-") if head else ""
    if word.isdecimal():
        # `1. Rusia` at the head of a line counts; `pada 2022. Rusia` ends.
        return dot - begin > len(word)
    folded = word.casefold()
    if folded in _SHORTENED or (folded in _TITLES and word[0].isupper()):
        return False
    if folded in _BEFORE_NUMBER:
        return not after.isdecimal()
    if folded in _MAY_END or _INITIALS.fullmatch(word):
        starter = _FIRST_WORD.match(text, following.start(), end)
        return starter is not None and starter.group().casefold() in _STARTERS
    return True


def _unpiled(run: str, by: Callable[[str], str]) -> str:
    """A run of what may be combining marks, with those too many in a row replaced."""
    piled = 0
    shown: list[str] = []
    for character in run:
        piled = piled + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        shown.append(by(character) if piled > _MOST_MARKS else character)
    return "".join(shown)


def _shown(character: str) -> str:
    code = ord(character)
    if code in (0x09, 0x0D, 0x85, 0x2028, 0x2029):
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return "·"
