"""Libraries that only some commands and formats need, each of an extra of pyproject.toml."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from qa.errors import UsageError
from qa.i18n import _


def need(module: str, extra: str) -> ModuleType:
    """A module that an extra brings.

    Raises:
        UsageError: If it is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(
            _("{module} is not installed; it needs the extra '{extra}': {command}").format(
                module=module, extra=extra, command=f"pip install 'qa[{extra}]'"
            )
        ) from error
