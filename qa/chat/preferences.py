"""What a person set for good in the chat: kept as JSON in the config folder, written atomically.

Not handled: a value that no front end knows (a theme that is gone); the front end says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from qa.errors import UsageError
from qa.files import replace
from qa.i18n import _


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the chat looks. `theme` is empty for the front end's own; `sources` shows their pane.

    `language` is that in which qa speaks, empty for that of the environment. `keys` are a person's
    own: an action and its key, as the front end names them.
    """

    theme: str = ""
    sources: bool = True
    language: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


def load_preferences(path: Path) -> Preferences:
    """What is set in a file; the defaults where there is none. Names not known are passed over.

    Raises:
        UsageError: If the file cannot be read, or a value is of the wrong kind.
    """
    try:
        with path.open("rb") as file:
            loaded = json.loads(file.read(1 << 16))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            _("{path} cannot be read, so the defaults are in use: {reason}").format(
                path=path, reason=error
            )
        ) from error
    known = {each.name: type(getattr(Preferences(), each.name)) for each in fields(Preferences)}
    if (
        not isinstance(loaded, dict)
        or any(type(loaded[name]) is not kind for name, kind in known.items() if name in loaded)
        or not all(isinstance(key, str) for key in loaded.get("keys", {}).values())
    ):
        raise UsageError(
            _("{path} holds no settings of qa, so the defaults are in use.").format(path=path)
        )
    return Preferences(**{name: loaded[name] for name in known if name in loaded})


def save_preferences(preferences: Preferences, path: Path) -> None:
    """Write them, so that the file holds the old ones or the new.

    Raises:
        UsageError: If they cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(path, f"{json.dumps(asdict(preferences), indent=2)}\n", mode=0o600)
    except OSError as error:
        raise UsageError(
            _("Settings are not kept: cannot write {path}: {reason}.").format(
                path=path, reason=error.strerror
            )
        ) from error
