"""Short forms that people type and newspapers print, and the words that they stand for.

`short_forms.tsv` holds them, a row each, by language:

- `chat` is how people type: `yg` is `yang`; a form without words (`sih`) only colours a question,
  and goes.
- `name` is how newspapers call an office, a body or a place: `menlu`, `KPK`, `Korsel`.

A form in capitals counts where it is written so, any other in any case, but a chat form in capitals
or with a capital within a sentence is taken for a name. `where` says in which place it counts:
`first`, `last`, `edge` (either), `after` or `before` one of some words. A form in capitals also
counts in small letters there: `presiden as`, but not `as roda`. One that is `searched` stays as
typed, since lexicons translate `UK` and `US` better than their words.

A question is written out once; words are searched by both forms, and each passage is read with the
form that it prints. F1 of the bundled reader on 32 news questions (FacQA) that name an office, a
body or a place is .80 as typed, .76 written out, .83 so; with these names shortened .51, .73 and
.79 (2026-11).

Not handled: a form of several words, and one that two readings of a question explain differently.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

from qa.language.detect import detect, family
from qa.language.text import fold

_FILE = Path(__file__).with_suffix(".tsv")
_NAME = "name"
_SEARCHED = "searched"
_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_]++(?:['’][^\W\d_]++)*")
_GLUE = frozenset("@/_-–#&.'’")
"""Beside one of these a form is part of something longer: `kemlu.go.id`, `di-PHK`."""
_TWICE = re.compile(r"(?<![^\s(\"'])([a-z]{4,})2(?=nya\b|[\s?!,.]|$)")
_THOUSANDS = re.compile(r"(?<![\w.,])(\d[\d.,]*)(?:(rb)|jt)\b")
_SUFFIX = "nya"
_TELLING_WORDS = """
    yg dgn utk dlm krn tdk gmn gimana knp brp bgmn kpd tgl sdh udah blm nggak enggak gak
    siapa berapa kapan apakah mengapa kenapa bagaimana
"""
_TELLING = frozenset(_TELLING_WORDS.split())
_EXPLAINING = re.compile(
    r"\b(?:apa itu|arti|artinya|kepanjangan|singkatan|stands? for|mean|abbreviation)\b",
    re.IGNORECASE,
)
"""Such a question asks what a short form stands for, so it stays."""
_LONGEST_UNIT = 2
"""So many letters after a number are a unit: `3 PM`, `98 FM`."""
_SHORTEST_TELLING_NAME = 5
_ROUNDS = 4
_INITIALS = re.compile(r"[A-Z]{3,6}")
_JOINING = "(?:dan|untuk|of|and|the|for)"
_WIDER = "(?:Daerah|Provinsi|Kota|Kabupaten)\\b"
"""What makes another body of one: `Dewan Perwakilan Rakyat Daerah`."""
_NAME_ASKED = re.compile(r"(?<!^)\b[A-Z][\w'’]*(?: [A-Z][\w'’]*)*")
_IN_BRACKETS = re.compile(r"\(([A-Z][\w'’]+)\)")
_NAME_BEFORE = re.compile(r"((?<![\w-])[A-Z][a-z'’]+ [A-Z][a-z'’]+)$")
_LONGEST_NAME = 40
_LONGEST = 4_000
"""Characters of a text that are looked at; no question is longer."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A row of the table; `words` is empty for a form that goes."""

    form: str
    words: str
    is_name: bool
    place: str
    beside: frozenset[str]

    def counts(self, typed: _Typed) -> bool:
        """Whether it means its words where it was typed."""
        if self.place == _SEARCHED:
            return False
        if not self.form.islower() and typed.written == self.form and not typed.shouted:
            return True
        if not self.form.islower() and not self.place:
            return False
        if not self.is_name and not typed.shouted:
            is_cased = typed.written[1:] != typed.written[1:].lower()
            if is_cased or (typed.written[0].isupper() and typed.before):
                return False
        match self.place:
            case "first":
                return not typed.before
            case "last":
                return bool(typed.before) and not typed.after
            case "edge":
                return not typed.before or not typed.after
            case "after":
                return typed.before in self.beside
            case "before":
                return typed.after in self.beside
            case _:
                return True


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word as it was typed, between its folded neighbours; `shouted`: the text is in capitals."""

    written: str
    before: str
    after: str
    shouted: bool


_Table: TypeAlias = Mapping[str, tuple[_Form, ...]]


def expand(text: str, language: str = "") -> tuple[str, str]:
    """A question with its short forms written out, and its language.

    What was written with a capital keeps one: `Menlu Rusia` is `Menteri Luar Negeri Rusia`.

    Args:
        text: As it was typed.
        language: ISO 639-1, where it is known; else it is detected, of a text full of short forms
            once they are written out.
    """
    is_telling = any(fold(match.group()) in _telling() for match in _WORD.finditer(text[:_LONGEST]))
    known = language or ("id" if is_telling else detect(text))
    written = text
    table = _tables().get("id" if is_telling else family(known))
    if table and len(text) <= _LONGEST:
        is_indonesian = is_telling or family(known) == "id"
        for _ in range(_ROUNDS):
            # `kenapa dong ya` has another last word without `ya`.
            written, before = _expanded(written, table, twice=is_indonesian), written
            if written == before:
                break
    return written, language or (detect(written) if is_telling else known)


def _expanded(text: str, table: _Table, *, twice: bool) -> str:
    """A text with the short forms of a table written out, each where it now stands.

    `twice`: as in Indonesian, `negara2` is `negara-negara`, and `100rb` 100 thousand.
    """
    if twice:
        text = _TWICE.sub(r"\1-\1", text)
        text = _THOUSANDS.sub(lambda at: f"{at[1]} {'ribu' if at[2] else 'juta'}", text)
    found = list(_WORD.finditer(text))
    folded = [fold(match.group()) for match in found]
    shouted = text.isupper()
    explaining = _EXPLAINING.search(text) is not None
    rest, end = "", 0
    for at, match in enumerate(found):
        before = folded[at - 1] if at else ""
        after = folded[at + 1] if at + 1 < len(found) else ""
        typed = _Typed(match.group(), before, after, shouted)
        words = None if _glued(text, match) else _words(typed, folded[at], table, explaining)
        if words is None:
            continue
        rest += text[end : match.start()]
        end = match.end()
        if words:
            rest += words
        elif rest.rstrip():
            rest = rest.rstrip().rstrip(",")
        else:
            end = len(text) - len(text[end:].lstrip(" ,"))
    rest = (rest + text[end:]).strip() if end else text
    # Something must be left to ask.
    return rest if any(map(str.isalnum, rest)) else text


def also_called(text: str) -> dict[str, dict[str, float]]:
    """The short forms of the names in a question, for each of their folded words.

    Of three words each is a third of the short form: a passage that says `menlu` holds as much as
    the one rare word, and not three.
    """
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name in _named(text):
        for word in name.words:
            found[word][fold(name.form)] = 1 / len(name.words)
    return dict(found)


def as_printed(question: str, passage: str) -> str:
    """A question with the short form of a name that a passage prints instead of its words."""
    named = _named(question)
    if not named:
        return question
    printed = [match.group() for match in _WORD.finditer(passage)]
    folded = [fold(word) for word in printed]
    begun = len(question)
    for name in reversed(named):
        is_short = name.form in (folded if name.form.islower() else printed)
        if is_short and name.end <= begun and not _within(name.words, folded):
            question = question[: name.start] + name.form + question[name.end :]
            begun = name.start
    return question


def as_asked(question: str, text: str, told: str = "") -> str:
    """A text with names in the form that a question has: `KPK`, or its words.

    Beside the table a form of three capitals or more is taken for a name in capitals with these
    initials, and a name for what an article puts in brackets behind it, once: `Joko Widodo
    (Jokowi)`.

    Args:
        question: What is asked.
        text: A sentence.
        told: The article, or what is known of it.
    """
    for printed, asked in (*_other_forms(question), *_explained(question, told)):
        text = printed.sub(asked, text)
    return text


@lru_cache(maxsize=64)
def _other_forms(question: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What a question's names may be printed as, and how the question has them."""
    found: list[tuple[re.Pattern[str], str]] = []
    asked = [match.group() for match in _WORD.finditer(question[:_LONGEST])]
    for name in _named(question):
        flags = re.IGNORECASE if name.form.islower() else re.NOFLAG
        written = question[name.start : name.end]
        found.append((re.compile(rf"(?<![\w-]){re.escape(name.form)}(?![\w-])", flags), written))
    for word in asked:
        words = _in_full().get(word)
        if words is None and _INITIALS.fullmatch(word):
            rest = rf"(?:{_JOINING}[\s-])?".join(rf"{each}\w+[\s-]" for each in word[:-1])
            full = rf"\b{rest}(?:{_JOINING}\s)?{word[-1]}\w+"
            found.append((re.compile(rf"{full}\b(?!\s+{_WIDER})"), word))
        elif words:
            full = r"\W+".join(map(re.escape, words))
            found.append((re.compile(rf"\b{full}\b(?!\s+{_WIDER})", re.IGNORECASE), word))
    return tuple(found)


def _explained(question: str, told: str) -> list[tuple[re.Pattern[str], str]]:
    """What an article says once that a name in a question is called."""
    found: list[tuple[re.Pattern[str], str]] = []
    for match in _NAME_ASKED.finditer(question[:_LONGEST]):
        asked = match.group()
        if " " in asked:
            at = told.find(f"{asked} (")
            short = _IN_BRACKETS.match(told, at + len(asked) + 1) if at >= 0 else None
            if short and short[1] not in asked:
                found.append((re.compile(rf"(?<![\w-]){re.escape(short[1])}(?![\w-])"), asked))
            continue
        at = told.find(f" ({asked})")
        full = _NAME_BEFORE.search(told, max(0, at - _LONGEST_NAME), at) if at > 0 else None
        if full:
            found.append((re.compile(rf"\b{re.escape(full[1])}\b"), asked))
    return found


@dataclass(frozen=True, slots=True)
class _Named:
    """A name that is written out in a text, between `start` and `end`."""

    words: tuple[str, ...]
    form: str
    start: int
    end: int


def _named(text: str) -> list[_Named]:
    """The names written out in a text, in order; of two that overlap the longer."""
    found = list(_WORD.finditer(text[:_LONGEST]))
    folded = [fold(match.group()) for match in found]
    named: list[_Named] = []
    at = 0
    while at < len(found):
        fits = [
            (words, form)
            for words, form in _names().get(folded[at], ())
            if tuple(folded[at : at + len(words)]) == words
        ]
        longest = max((len(words) for words, _ in fits), default=1)
        end = found[at + longest - 1].end()
        named += [
            _Named(words, form, found[at].start(), end)
            for words, form in fits
            if len(words) == longest
        ]
        at += longest
    return named


def _within(words: tuple[str, ...], text: list[str]) -> bool:
    """Whether words stand in a row in a text."""
    return any(tuple(text[at : at + len(words)]) == words for at in range(len(text)))


def _glued(text: str, match: re.Match[str]) -> bool:
    """Whether a word is part of something longer, as in an address or after a hyphen."""
    start, end = match.span()
    if start and (text[start - 1] in _GLUE or text[start - 1].isalnum()):
        return True
    if end - start <= _LONGEST_UNIT and text[:start].rstrip()[-1:].isdecimal():
        return True
    glued = text[end : end + 1] in _GLUE and text[end + 1 : end + 2].isalnum()
    return glued and text[end : end + 4].lower() != f"-{_SUFFIX}"


def _words(typed: _Typed, folded: str, table: _Table, explaining: bool) -> str | None:
    """What a word is written out as; None where it stays, as names do where one is explained."""
    plain = folded.replace(".", "")
    suffix = ""
    forms = table.get(plain, ())
    if not forms and plain.endswith(_SUFFIX):
        suffix = _SUFFIX
        forms = tuple(form for form in table.get(plain.removesuffix(_SUFFIX), ()) if form.is_name)
    if plain != folded:
        typed = _Typed(typed.written.replace(".", ""), typed.before, typed.after, typed.shouted)
    form = next((form for form in forms if form.counts(typed)), None)
    if form is None or (form.is_name and explaining):
        return None
    words = form.words + suffix if form.words else ""
    if typed.shouted:
        return words.upper()
    if typed.written[0].isupper() and form.form.islower():
        return _titled(words) if form.is_name else words[:1].upper() + words[1:]
    return words


def _titled(words: str) -> str:
    """Words as the name of an office: `Menteri Hukum dan Hak Asasi Manusia`."""
    return " ".join(
        word if word in ("dan", "of") else word[0].upper() + word[1:] for word in words.split()
    )


@cache
def _tables() -> dict[str, _Table]:
    """The forms of each language by how they are folded."""
    tables: defaultdict[str, defaultdict[str, list[_Form]]]
    tables = defaultdict(lambda: defaultdict(list))
    for language, kind, form, words, where in _rows():
        place, *beside = where.split() or [""]
        row = _Form(form, words, kind == _NAME, place, frozenset(beside))
        tables[language][fold(form)].append(row)
    return {
        language: {form: tuple(rows) for form, rows in table.items()}
        for language, table in tables.items()
    }


@cache
def _names() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The words of each name and its short form, by the first of the words."""
    names: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for _, kind, form, words, _ in _rows():
        if kind == _NAME:
            folded = tuple(fold(match.group()) for match in _WORD.finditer(words))
            names[folded[0]].append((folded, form))
    return dict(names)


@cache
def _in_full() -> dict[str, tuple[str, ...]]:
    """The words of each name that is printed in capitals, by its form."""
    return {
        form: words
        for rows in _names().values()
        for words, form in rows
        if form.isupper() and len(words) > 1
    }


@cache
def _telling() -> frozenset[str]:
    """Forms that no other language has: one of them makes a question Indonesian."""
    return _TELLING | {
        form
        for language, kind, form, _, _ in _rows()
        if (language, kind) == ("id", _NAME)
        and form.islower()
        and len(form) >= _SHORTEST_TELLING_NAME
    }


@cache
def _rows() -> tuple[tuple[str, str, str, str, str], ...]:
    """The rows of the table: language, kind, form, words, where."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    rows = []
    for line in lines:
        language, kind, form, words, where = line.split("\t")
        rows.append((language, kind, form, words, where))
    return tuple(rows)
