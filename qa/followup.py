"""Questions that lean on what was asked before: told from their words, completed from the talk.

"Kapan dia mengatakannya?", "Dan Kanada?", "And how old is she?" need the turns before them. What a
question lacks is told by pronouns, by connectives, and by the absence of any name; what completes
it are the words of the last question that stood on its own, the answers since, and the title of
the article that gave the last one. No model: names are runs of capitalised words.

Indonesian, Malay and English only. Not handled: which of several persons a pronoun means (the last
answer that is one), and scripts without capitals, where no question is taken to lack a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import dropwhile
from typing import Self

from qa.readers.question import STOPWORDS, TITLES, Kind, analyse, asks
from qa.text import fold, words
from qa.types import Answer, Span

_MOST_TURNS = 4
"""Turns that are looked back on; a conversation moves on."""
_MOST_WORDS = 40
"""A longer question stands on its own."""
_FEW_KEYS = 5
"""A question without a name and with more content words than this stands on its own."""
_AN_ANTECEDENT = 3
"""So many content words before a pronoun may be what it means."""
_MOST_FRAGMENT_WORDS = 6
_MOST_BARE_WORDS = 3
"""Words of `Dan Kanada?`, and of `Kanada?`, which nothing introduces."""
_MOST_SLOTS = 2
_MOST_ANSWER_WORDS = 8
_MOST_PART_WORDS = 20
_LONGEST_PART = 200
"""What a question carries along of each part of the talk; a reader cuts long questions."""
_SURELY_MEANT = 0.2
_AS_TYPED = -0.1
"""What is added to the confidence of a completion before it is weighed against the words as typed,
by how surely the question leans; chosen on `tests/data/conversations-tune.jsonl`, and so that 1,102
whole questions after an unrelated talk lose .001 F1 (2026-11)."""
_LATER = 0.1
"""By how much a less likely completion must be surer than the one before it."""
_HEAD = 3
"""Words at the head of a question among which the one that asks stands."""


def _table(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_PERSONS = _table("dia ia beliau he she him her his hers")
_PRONOUNS = _PERSONS | _table("mereka they them their theirs it its")
_PLACING = _table("di ke dari pada untuk oleh in to from at on for by with dengan")
_TIMES = _table("""
    hari minggu pekan bulan tahun saat kini kali pagi siang malam sore day week month year morning
    afternoon evening time
""")
# Between the word that asks and what it asks about.
_ASKING_WITH = _table("saja yang adalah ialah is was did does do has had have the are were")
_POINTERS = _table("itu ini tersebut tadi begitu demikian sana situ sini this that these those")
# As first words they ask for more of the same.
_CONNECTIVES = _table(
    "dan lalu kemudian terus trus kalau tapi tetapi namun sedangkan and but so or"
)
_ABOUT = re.compile(
    r"(?:(?:lalu|dan|and)\s+)?(?:bagaimana (?:dengan|pula|halnya)|gimana dengan|kalau"
    r"|(?:what|how) about)\s+",
    re.IGNORECASE,
)
_DEFINING = re.compile(r"apa(?:kah)? itu\b", re.IGNORECASE)
# What ends in -nya and points to nothing.
_FIXED = _table("""
    hanya tanya punya kenya misalnya biasanya akhirnya sebelumnya lainnya sepenuhnya seharusnya
    sebenarnya umumnya khususnya selanjutnya seterusnya satunya sesungguhnya namanya kiranya
    sekiranya setidaknya sebaliknya selamanya berikutnya nyatanya terjadinya adanya datangnya
    munculnya berdirinya terbentuknya tercapainya
""")
_TRAILING = " \t\n?？!.…"


class Lean(IntEnum):
    """How surely a question needs the turns before it."""

    NOT = 0
    PERHAPS = 1
    SURELY = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation, the words that answered it, and their article's title."""

    question: str
    answer: str | None = None
    title: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """What an answer leaves behind for the next question."""
        best = answer.best
        if best is None:
            return cls(answer.question)
        return cls(answer.question, best.text, best.citation.article.title)


def lean(question: str) -> Lean:
    """Whether a question stands on its own, by its words alone."""
    found = _words(question)
    if not found or len(found) > _MOST_WORDS:
        return Lean.NOT
    content = [word for word in found if _is_content(word)]
    if _fragment(question) is not None or not content:
        return Lean.SURELY
    named = _names(question)
    pointer = _pointer(question, found)
    if found[0].folded in _CONNECTIVES or pointer is not None:
        before = [word for word in content if pointer is not None and word.start < pointer]
        return Lean.PERHAPS if named or len(before) >= _AN_ANTECEDENT else Lean.SURELY
    if not any(asks(word.folded) for word in found):
        return Lean.NOT
    return Lean.PERHAPS if not named and len(content) <= _FEW_KEYS else Lean.NOT


def complete(question: str, turns: Sequence[Turn]) -> list[str]:
    """What a question may mean after some turns, likeliest first; nothing where it stands alone.

    Args:
        question: As it was typed.
        turns: The conversation so far, newest last.
    """
    recent = [turn for turn in turns if 0 < len(_words(turn.question)) <= _MOST_WORDS]
    recent = recent[-_MOST_TURNS:]
    if not recent or lean(question) is Lean.NOT:
        return []
    talk = _Talk.of(recent)
    fragment = _fragment(question)
    if fragment is not None:
        return talk.with_fragment(fragment)
    typed = _resolved(_unconnected(question.strip().rstrip(_TRAILING)), talk.person)
    return [f"{typed}? ({talk.about(typed)})"]


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a conversation is about: its last whole question, and what was said since."""

    base: str
    asked: str
    answer: str
    person: str
    title: str

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> Self:
        base, asked, answer, person, title = turns[0].question, "", "", "", ""
        for at, turn in enumerate(turns):
            if at:
                fragment = _fragment(turn.question)
                if fragment is not None:
                    base, asked = _filled(base, fragment)[0], ""
                elif lean(turn.question) is Lean.NOT:
                    base, asked, person, title = turn.question, "", "", ""
                else:
                    asked = turn.question
            title = turn.title or title
            answer = _short(turn.answer)
            if analyse(turn.question).kind is Kind.PERSON and answer[:1].isupper():
                person = answer
        return cls(base, asked, answer, person, title)

    def with_fragment(self, fragment: str) -> list[str]:
        """What is asked of something else: the whole question, or the one that leant on it."""
        filled = _filled(self.base, fragment)
        if not self.asked:
            return filled
        asked = self.asked.strip().rstrip(_TRAILING)
        return [filled[0], f"{asked}? ({fragment}; {_first_words(_said(self.base))})"]

    def about(self, question: str) -> str:
        """The answer and the rest of the talk, but for parts that say nothing new."""
        seen = {word.folded for word in _words(question)}
        kept: list[str] = []
        parts = (self.answer, _said(self.base), _said(self.asked), self.title)
        for part in map(_first_words, parts):
            new = {word.folded for word in _words(part) if _is_content(word)} - seen
            if new:
                seen |= new
                kept.append(part)
        return "; ".join(kept)


def _said(question: str) -> str:
    """A question without the words that ask: `Rudal apa yang dikirim?` -> `Rudal dikirim`."""
    found = _words(question)
    at = next((at for at, word in enumerate(found[:_HEAD]) if asks(word.folded)), -1)
    head = [word for word in found[: max(at, 0)] if _is_content(word)]
    rest = list(dropwhile(lambda word: word.folded in _ASKING_WITH, found[at + 1 :]))
    parts = [question[run[0].start : run[-1].end] for run in (head, rest) if run]
    return " ".join(parts)


def _first_words(text: str) -> str:
    """As many words of a text as a question can carry along."""
    found = _words(text[:_LONGEST_PART])[:_MOST_PART_WORDS]
    return text[found[0].start : found[-1].end] if found else ""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str
    start: int
    end: int


def _words(text: str) -> list[_Word]:
    return [
        _Word(text[at.start : at.end], fold(text[at.start : at.end]), at.start, at.end)
        for at in words(text)
    ]


def _is_content(word: _Word) -> bool:
    folded = word.folded
    return not (
        folded in STOPWORDS
        or folded in _POINTERS
        or folded in _PRONOUNS
        or folded in _CONNECTIVES
        or asks(folded)
    )


def _names(text: str, *, opens: bool = True) -> list[Span]:
    """Runs of capitalised words, of which the word that opens a sentence alone is none."""
    runs: list[Span] = []
    for at, word in enumerate(_words(text)):
        if not word.text[0].isupper() or not _is_content(word):
            continue
        if opens and at == 0 and not (word.text.isupper() or text[word.end + 1 :][:1].isupper()):
            continue
        if runs and not text[runs[-1].end : word.start].strip(" \xa0-–."):
            runs[-1] = Span(runs[-1].start, word.end)
        else:
            runs.append(Span(word.start, word.end))
    return runs


def _pointer(question: str, found: Sequence[_Word]) -> int | None:
    """Where the first word stands that means something said before it; None if there is none."""
    if _DEFINING.match(question):
        return None
    for before, word, after in zip([None, *found], found, [*found[1:], None], strict=False):
        folded = word.folded
        if folded in _PRONOUNS:
            return word.start
        if folded in _POINTERS:
            times = (before and before.folded, after and after.folded)
            if folded in ("ini", "this") and not _TIMES.isdisjoint(times):
                continue
            if folded in ("that", "those") and before and after and _is_content(before):
                # It joins clauses: `the theorem that states ...`.
                continue
            return word.start
        if len(folded) > 5 and folded.endswith("nya") and folded not in _FIXED:
            return word.start
    return None


def _fragment(question: str) -> str | None:
    """What an elliptic question puts in the place of something (`Dan Kanada?`), else None."""
    whole = question.strip().rstrip(_TRAILING)
    opened = _ABOUT.match(whole)
    rest = whole[opened.end() :] if opened else _unconnected(whole)
    most = _MOST_BARE_WORDS if rest == whole else _MOST_FRAGMENT_WORDS
    found = _words(rest)
    if not 0 < len(found) <= most or any(asks(word.folded) for word in found):
        return None
    is_named = bool(_names(rest, opens=False)) or any(word.text[0].isdecimal() for word in found)
    return rest if is_named and _pointer(rest, found) is None else None


def _untitled(text: str, name: Span) -> Span:
    """A name without titles before it: of `Menteri Pertahanan Inggris` only `Inggris`."""
    found = [word for word in _words(text) if name.start <= word.start and word.end <= name.end]
    bare = list(dropwhile(lambda word: word.folded in TITLES, found))
    return Span(bare[0].start, name.end) if bare else name


def _unconnected(question: str) -> str:
    """A question without the connective that it begins with."""
    first = _words(question)[:1]
    if not first or first[0].folded not in _CONNECTIVES:
        return question
    return question[first[0].end :].lstrip(" ,") or question


def _filled(base: str, fragment: str) -> list[str]:
    """A question with a fragment in the place of each of its names, likeliest first."""
    found = _words(fragment)
    bare = fragment[found[1].start :] if found[0].folded in _PLACING and found[1:] else fragment
    if bare[0].isdecimal():
        slots = [Span(word.start, word.end) for word in _words(base) if word.text[0].isdecimal()]
    else:
        slots = [_untitled(base, name) for name in _names(base)]
        if bare is not fragment:
            # `di Kanada` goes where `di Inggris` stood.
            slots.sort(
                key=lambda slot: (
                    not base[: slot.start]
                    .rstrip()
                    .endswith((" di", " in", " ke", " to", " dari", " from"))
                )
            )
    if not slots:
        return [f"{base.rstrip(_TRAILING)} {fragment}?"]
    return [base[: slot.start] + bare + base[slot.end :] for slot in slots[:_MOST_SLOTS]]


def choose(typed: Answer, completed: Sequence[tuple[str, Answer]], need: Lean) -> Answer:
    """The answer to a question as typed, or to what it may mean: whichever is surer.

    A question that surely leans on the talk means its completion, unless the words as typed are
    answered far more surely; one that perhaps does means what it says, unless its completion is.

    Args:
        typed: The answer to the question alone.
        completed: What it may mean, and the answer to that; at least one, likeliest first.
        need: How surely it leans.

    Returns:
        An answer under the question as typed; `understood` is the completion that it answers, if
        it answers one.
    """
    at = max(range(len(completed)), key=lambda at: completed[at][1].confidence - _LATER * at)
    completion, best = completed[at]
    favour = _SURELY_MEANT if need is Lean.SURELY else _AS_TYPED
    if typed.best and typed.confidence > best.confidence + favour:
        return typed
    if best.best is None and need is not Lean.SURELY:
        return typed
    return replace(best, question=typed.question, language=typed.language, understood=completion)


def _resolved(question: str, person: str) -> str:
    """A question with its personal pronouns replaced."""
    if not person:
        return question
    for word in reversed(_words(question)):
        if word.folded in _PERSONS:
            question = question[: word.start] + person + question[word.end :]
    return question


def _short(answer: str | None) -> str:
    """An answer that can stand for something in a question; nothing for a whole clause."""
    return answer if answer and len(words(answer)) <= _MOST_ANSWER_WORDS else ""
