"""Labels of keys in the language in use, which may change while the chat runs."""

from __future__ import annotations

from dataclasses import replace

from textual.binding import ActiveBinding, Binding
from textual.screen import Screen, ScreenResultType

from qa.i18n import _


class LabelledScreen(Screen[ScreenResultType]):
    """A screen whose footer names its keys in the language in use; bindings are in English."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """What keys do here, translated."""
        active = super().active_bindings
        return {key: each._replace(binding=_labelled(each.binding)) for key, each in active.items()}


def _labelled(binding: Binding) -> Binding:
    group = binding.group
    if group is not None and group.description:
        group = replace(group, description=_(group.description))
    description = _(binding.description) if binding.description else ""
    return replace(binding, description=description, group=group)
