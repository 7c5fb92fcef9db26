"""Parts that other packages bring: loaders, encoders and readers, found by entry point.

A package names them in its `pyproject.toml`, for example

    [project.entry-points."qa.loaders"]
    srt = "qa_subtitles:load"

- `qa.loaders`: the name is the suffix of a file in lower case, without its dot, the object a
  `qa.articles.formats.Loader`.
- `qa.encoders`, `qa.readers`: the name is what `--encoder` and `--reader` take, the object a
  function without arguments that opens a `qa.protocols.Encoder` or `Reader`.

What ships with qa is never replaced. A plugin is code, and runs with the rights of whoever runs qa;
it is imported only when its part is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from qa.errors import ModelError
from qa.i18n import _

LOADERS: Final = "qa.loaders"
ENCODERS: Final = "qa.encoders"
READERS: Final = "qa.readers"


@dataclass(frozen=True, slots=True)
class Plugin:
    """One part of another package.

    Attributes:
        group: `qa.loaders`, `qa.encoders` or `qa.readers`.
        name: What it is asked for by.
        package: The package that brings it, with its version; empty where that does not say.
        fault: Why it cannot be imported; empty where it can.
    """

    group: str
    name: str
    package: str
    fault: str


def plugins() -> list[Plugin]:
    """Every part that the installed packages bring, each imported to see that it can be."""
    found = []
    for group in (LOADERS, ENCODERS, READERS):
        for name, entry in sorted(named(group).items()):
            package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
            found.append(Plugin(group, name, package, _fault(entry)))
    return found


@cache
def named(group: str) -> dict[str, EntryPoint]:
    """The parts of a group by name."""
    return {entry.name: entry for entry in entry_points(group=group)}


def find(group: str, name: str) -> Any:
    """The part of a name, which must be among those of the group.

    Raises:
        Exception: Whatever its import raises.
    """
    return named(group)[name].load()


def open_part(group: str, name: str) -> Any | None:
    """What the part of a name opens; None where no package brings one.

    Raises:
        ModelError: If it cannot be imported or opened.
    """
    if name not in named(group):
        return None
    try:
        return find(group, name)()
    except Exception as error:
        raise ModelError(
            _("The plugin {name} cannot be opened: {reason}. Update or remove its package.").format(
                name=name, reason=error
            )
        ) from error


def _fault(entry: EntryPoint) -> str:
    try:
        part = entry.load()
    except Exception as error:  # A plugin's own fault, of whatever kind.
        return str(error) or type(error).__name__
    return "" if callable(part) else _("{target} is no function").format(target=entry.value)
