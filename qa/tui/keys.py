"""A person's own keys for what the chat does, checked before they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.widgets import TextArea

from qa.errors import UsageError
from qa.i18n import N_, _

KEYS = {
    "help": ("f1", N_("Help")),
    "sources": ("f3", N_("Sources")),
    "conversations": ("f4", N_("Conversations")),
    "open": ("ctrl+o", N_("Open article")),
    "letters": ("ctrl+g", N_("Go to a source")),
    "history": ("ctrl+r", N_("Search history")),
}
"""What can have another key: the id of its binding, its key as it comes, what it does."""

# Those of the app and of the terminal; it sends ctrl+h, i, j and m for keys that have names.
_TAKEN = {f"ctrl+{letter}" for letter in "chijmpqsz"} | {
    key for one in TextArea.BINDINGS for key in getattr(one, "key", "").split(",")
}
_KEY = re.compile(r"f([1-9]|1[0-2])|(ctrl|alt)\+[a-z]")


_NAMES = {usual.title(): action for action, (usual, _does) in KEYS.items()}
_NAMED = re.compile(rf"(?<![\w+])(?:{'|'.join(map(re.escape, _NAMES))})(?!\w)")


def as_set(words: str, app: App[Any]) -> str:
    """Words in which keys are named as they come, with the keys that a person has instead."""
    # Textual has no public name for it.
    keys = app._keymap
    return _NAMED.sub(lambda named: keys.get(_NAMES[named[0]], named[0]).title(), words)


def checked(keys: Mapping[str, str]) -> dict[str, str]:
    """The keys of a person, in the form that Textual's keymap takes.

    Raises:
        UsageError: If one is for nothing that has a key, is no key, or has another use.
    """
    for action, key in keys.items():
        if action not in KEYS:
            raise UsageError(
                _(
                    "No key can be set for “{action}”, only for {names}; the keys are as usual."
                ).format(action=action, names=", ".join(KEYS))
            )
        if not _KEY.fullmatch(key) or key in _TAKEN:
            raise UsageError(
                _(
                    "“{key}” cannot be the key of “{action}”: write f2 to f12, ctrl+g or alt+g, "
                    "which the prompt does not use; the keys are as usual."
                ).format(key=key, action=action)
            )
    now = {action: keys.get(action, usual) for action, (usual, _does) in KEYS.items()}
    if len(set(now.values())) < len(now):
        raise UsageError(_("Two actions have the same key; the keys are as usual."))
    return dict(keys)
