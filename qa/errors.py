"""The tree of exceptions; every message says what to do next, and each has its exit code.

    QAError               2   the base of all; never raised by itself
    ├── UsageError        2   an option or argument makes no sense
    ├── StoreError        3   see the three below
    │   ├── IndexMissing      nothing has been built there yet
    │   ├── IndexDamaged      a file is absent, changed or unreadable
    │   └── IndexMismatch     built with another model or other settings
    ├── CorpusError       4   the corpus is absent, or holds no readable article
    ├── ModelError        5   a model cannot be found or loaded
    └── ServerError       7   a server cannot be reached, or did not answer

"No answer" is a value of `Answer.status`, not an error; the CLI exits 1 for it, and 6 for an answer
that is incomplete.
"""

from __future__ import annotations


class QAError(Exception):
    """Base of every error meant for the person at the keyboard."""

    exit_code: int = 2


class UsageError(QAError):
    """An option or argument that makes no sense."""


class StoreError(QAError):
    """The index folder cannot serve answers."""

    exit_code = 3


class IndexMissing(StoreError):
    """No index has been built in the folder."""


class IndexDamaged(StoreError):
    """A file of the index is absent, changed or unreadable."""


class IndexMismatch(StoreError):
    """The index was built with another model, other settings or another format."""


class CorpusError(QAError):
    """The corpus is absent, or holds no readable article."""

    exit_code = 4


class ModelError(QAError):
    """A model cannot be found or loaded."""

    exit_code = 5


class ServerError(QAError):
    """A server cannot be reached, refused, or gave what is no answer."""

    exit_code = 7


class ShardsMissing(QAError):
    """A shard of a cluster does not answer; asked again, it may."""

    exit_code = 6
