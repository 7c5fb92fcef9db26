"""What the parts of the chat tell each other. Those of the engine come from its thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from qa.chat.browsing import Browser, Passages
from qa.chat.conversation import Find, Sizes
from qa.types import Answer, IndexInfo, Overview


@dataclass
class Building(Message):
    """An index is being built, and `stage` is `done` of `total` (0: not known)."""

    stage: str
    done: int
    total: int


@dataclass
class Opened(Message):
    """The engine is open, over an index of these sources; `find` gives an article by its id.

    `sizes` says how many articles of each source filters let through. `words` are to be shown where
    another engine was open before.
    """

    info: IndexInfo
    about: Overview
    sources: Sequence[str]
    find: Find
    sizes: Sizes
    words: str = ""


@dataclass
class Listed(Message):
    """The articles of the index, to be looked for by `wanted` at first."""

    browser: Browser
    wanted: str


@dataclass
class Searched(Message):
    """A search has found passages."""

    passages: Passages


@dataclass
class Answered(Message):
    """Question number `id` has its answer."""

    id: int
    answer: Answer
    info: IndexInfo


@dataclass
class Failed(Message):
    """The engine could not be opened (id 0), or question `id` could not be answered."""

    id: int
    error: str


@dataclass
class Entered(Message):
    """The person sent a text."""

    text: str


@dataclass
class Chosen(Message):
    """The person wants to see place `n` of turn `turn`, counted from 0."""

    turn: int
    n: int


@dataclass
class Pointed(Message):
    """The pointer is over place `n` of turn `turn`."""

    turn: int
    n: int


@dataclass
class Dropped(Message):
    """The person wants to lift the condition `key`."""

    key: str


@dataclass
class Spoken(Message):
    """The person wants this language from now on."""

    language: str


@dataclass
class SettingsWanted(Message):
    """The person wants to see what is set for good."""
