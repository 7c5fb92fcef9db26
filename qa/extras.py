"""Libraries that only an extra of the package installs."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from qa.errors import UsageError
from qa.i18n import _


def need(module: str, extra: str) -> ModuleType:
    """A library of an extra.

    Raises:
        UsageError: If it is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise UsageError(
            _("This needs the extra '{extra}': pip install 'qa[{extra}]'").format(extra=extra)
        ) from error
