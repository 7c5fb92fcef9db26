"""Where questions and commands are typed: several lines, history, completion.

Enter sends; ctrl+j breaks the line. Up on the first row and down on the last walk through the
history and come back to the draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from qa.chat.conversation import Completion, Conversation
from qa.chat.history import History, Recall
from qa.i18n import _
from qa.language.text import safe
from qa.tui.messages import Entered


class Prompt(Vertical):
    """The text being typed, and above it what a command may become."""

    def __init__(self, conversation: Conversation, history: History) -> None:
        super().__init__(id="prompt")
        self._conversation = conversation
        self._history = history
        self._recall = Recall(history)
        self._offered: list[Completion] = []
        self._offers_for = ""
        self.suggested: Sequence[str] = ()
        self.field = Field(self)
        self.list = OptionList(id="completions", markup=False, compact=True)

    def compose(self) -> ComposeResult:
        """The completions, which mostly hide, and the field."""
        self.list.can_focus = False
        self.list.display = False
        yield self.list
        yield self.field

    @property
    def text(self) -> str:
        """What has been typed."""
        return self.field.text

    def put(self, text: str) -> None:
        """Replace what has been typed; nothing that could steer a terminal gets in."""
        self.field.text = safe(text)
        self.field.move_cursor(self.field.document.end)

    def on_text_area_changed(self) -> None:
        """Offer what the text may become."""
        self._offer()

    def _offer(self) -> None:
        self._offers_for = self.text
        self._offered = self._conversation.complete(self.text)
        if [one.text for one in self._offered] == [self.text]:
            self._offered = []
        self.list.set_options(
            Option(Content.assemble(safe(one.text).ljust(10), ("  " + one.hint, "dim")))
            for one in self._offered
        )
        self.list.display = bool(self._offered)
        if self._offered:
            self.list.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click on a completion takes it."""
        event.stop()
        self.take(event.option_index)

    def suggestion(self, digit: str | None) -> str | None:
        """The question that a digit asks at the start, while nothing else is typed."""
        if self.text or digit is None or not digit.isdecimal():
            return None
        return dict(enumerate(self.suggested, start=1)).get(int(digit))

    @property
    def offers(self) -> bool:
        """Whether completions are shown."""
        return bool(self._offered)

    def close(self) -> None:
        """Show no completions until the text changes."""
        self._offered = []
        self.list.display = False

    def take(self, at: int | None = None) -> str:
        """Complete the text by the completion that is highlighted, or by number `at`."""
        at = self.list.highlighted if at is None else at
        text = self._offered[at or 0].text
        self.put(text)
        return text

    def choose(self, step: int) -> None:
        """Highlight the next completion or the one before."""
        if step > 0:
            self.list.action_cursor_down()
        else:
            self.list.action_cursor_up()

    def send(self) -> None:
        """Send the text, as the completion that is highlighted makes it, if there is one.

        A command that wants more words waits for them; one that is whole already goes as it is.
        """
        text = self.text
        if text != self._offers_for:
            # It was typed faster than it could be looked at.
            self._offer()
        if self._offered and text != self._offered[self.list.highlighted or 0].text.strip():
            text = self.take()
            if text.endswith(" "):
                return
        self.close()
        self._recall.leave()
        # At once: what is typed from now on is the next question.
        self.put("")
        self.post_message(Entered(text))

    def recall(self, *, older: bool) -> None:
        """Show another question of the history, or at its end the draft."""
        found = self._recall.older(self.text) if older else self._recall.newer()
        if found is not None:
            self.put(found)
            self.close()


class Field(TextArea):
    """The field itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter,alt+enter", "line", "New line", show=False),
        Binding("pageup", "screen.page(-1)", "Scroll up", show=False),
        Binding("pagedown", "screen.page(1)", "Scroll down", show=False),
    ]

    def __init__(self, prompt: Prompt) -> None:
        super().__init__(
            id="field",
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            compact=True,
            placeholder=_("Ask a question, or / for commands"),
        )
        self._prompt = prompt

    async def on_key(self, event: events.Key) -> None:
        """Enter sends, Tab completes."""
        if event.key == "enter":
            event.prevent_default().stop()
            self._prompt.send()
        elif event.key == "tab" and self._prompt.offers:
            event.prevent_default().stop()
            self._prompt.take()
        elif question := self._prompt.suggestion(event.character):
            event.prevent_default().stop()
            self.post_message(Entered(question))

    async def on_paste(self, event: events.Paste) -> None:
        """Take pasted text, made safe for the screen."""
        event.prevent_default().stop()
        pasted = safe(event.text.replace("\r\n", "\n").replace("\r", "\n"))
        self.replace(pasted, *self.selection, maintain_selection_offset=False)

    def action_line(self) -> None:
        """Break the line."""
        self.insert("\n")

    def action_cursor_up(self, select: bool = False) -> None:
        """Up a row, a completion, or a question of the history."""
        if self._prompt.offers:
            self._prompt.choose(-1)
        elif not select and self._row == 0:
            self._prompt.recall(older=True)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down a row, a completion, or a question of the history."""
        if self._prompt.offers:
            self._prompt.choose(1)
        elif not select and self._row == self.wrapped_document.height - 1:
            self._prompt.recall(older=False)
        else:
            super().action_cursor_down(select)

    @property
    def _row(self) -> int:
        return self.wrapped_document.location_to_offset(self.cursor_location).y
