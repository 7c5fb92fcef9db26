"""The language in which qa speaks: gettext catalogues under `qa/locale`, else English.

`_("Not found.")` is the message in the language chosen with `use`; until then, as in a program that
imports qa, it is English. Names and numbers go in after: `_("{count} articles").format(count=n)`.
The catalogues are made and checked as .github/CONTRIBUTING.md says.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
"""What qa speaks: the code of a language and its own name for itself."""

_chosen: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def language_of(environment: Mapping[str, str]) -> str:
    """The first language that qa speaks among those a person set, else `en`.

    `LANGUAGE` (several, with colons) goes before `LC_ALL`, `LC_MESSAGES` and `LANG`, the first of
    which that is set decides, as GNU gettext does.
    """
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            codes = [each.partition(".")[0].partition("_")[0].lower() for each in value.split(":")]
            return next((code for code in codes if code in LANGUAGES), "en")
    return "en"


def use(language: str) -> None:
    """Speak this language from now on, click's own words included.

    Args:
        language: A key of `LANGUAGES`.
    """
    global _chosen, _language  # noqa: PLW0603 - a process speaks one language at a time
    _language = language
    _chosen = gettext.translation("qa", LOCALE, [language], fallback=True)
    gettext.bindtextdomain("qa", str(LOCALE))
    gettext.textdomain("qa")
    os.environ["LANGUAGE"] = language


def language() -> str:
    """The language in use, a key of `LANGUAGES`."""
    return _language


def _(message: str) -> str:
    """A message in the language in use."""
    return _chosen.gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the name that those who collect messages look for
    """A message as it is, marked for the catalogues; `_` translates it where it is shown."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a message that goes with a count, in the language in use."""
    return _chosen.ngettext(one, many, count)


def number(value: float, decimals: int = 0) -> str:
    """A number as the language in use writes it: `1,204.5`, in Indonesian `1.204,5`."""
    written = f"{value:,.{decimals}f}"
    return written.translate(_SWAPPED) if _language == "id" else written


_SWAPPED = str.maketrans(",.", ".,")
