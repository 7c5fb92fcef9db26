"""The conditions in force, above the prompt; a click lifts one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.style import Style
from textual.widget import Widget

from qa.chat.conversation import Condition
from qa.show import one_line
from qa.tui.messages import Dropped
from qa.tui.widgets.flow import flow


class Chips(Widget):
    """All of them, in as many rows as they need; nothing where there is none."""

    def __init__(self) -> None:
        super().__init__(id="chips")
        self.display = False
        self._conditions: Sequence[Condition] = ()

    def show(self, conditions: Sequence[Condition]) -> None:
        """Show these."""
        self._conditions = conditions
        self.display = bool(conditions)
        self.refresh(layout=True)

    def action_drop(self, at: int) -> None:
        """Lift a condition."""
        self.post_message(Dropped(self._conditions[at].key))

    def render(self) -> Content:
        """The chips at the present width."""
        return Content("\n").join(self._rows(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """How many rows they fill."""
        return len(self._rows(width))

    def _rows(self, width: int) -> list[Content]:
        # With sixteen colours of the terminal's own, only reverse is sure to be readable.
        look = "reverse" if self.app.native_ansi_color else "$text-primary on $primary-muted"
        chips = []
        for at, condition in enumerate(self._conditions):
            words = Content.assemble(f" {one_line(condition.words)}", " × ").stylize(look)
            # Only a number comes to stand in the action, so that no words can become one.
            chips.append(words.stylize(Style.from_meta({"@click": f"drop({at})"})))
        return flow(chips, width)
