"""What is set for good: language, theme, article pane; and which keys are in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from qa.i18n import LANGUAGES, N_, _, language
from qa.show import one_line
from qa.tui.keys import KEYS


class SettingsScreen(ModalScreen[str | None]):
    """Enter changes one, and gives back `theme` where another screen is to choose.

    Args:
        theme: The name of the theme in use.
        sources: Whether the article pane is shown.
        keys: The person's own keys, by the ids of `KEYS`.
        file: Where all of it is kept, if it is.
        change: Changes `language` or `sources`, and says whether the pane is shown.
    """

    DEFAULT_CSS = """
    SettingsScreen {
        align: center middle;

        #settings {
            width: 90%;
            max-width: 76;
            min-width: 10;
            height: auto;
            max-height: 90%;
            border: round $border;
            background: $surface;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", N_("Close"))]

    def __init__(
        self,
        *,
        theme: str,
        sources: bool,
        keys: Mapping[str, str],
        file: str,
        change: Callable[[str], bool],
    ) -> None:
        super().__init__()
        self._theme, self._sources, self._keys, self._file = theme, sources, keys, file
        self._change = change
        self.list = OptionList(id="settings", markup=False)

    def compose(self) -> ComposeResult:
        """One list."""
        yield self.list

    def on_mount(self) -> None:
        """Fill it."""
        self._show()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Change what was chosen."""
        event.stop()
        if event.option_id == "theme":
            self.dismiss("theme")
            return
        self._sources = self._change(event.option_id or "")
        self._show()

    def _show(self) -> None:
        at = self.list.highlighted or 0
        shown = _("shown") if self._sources else _("hidden")
        self.list.set_options(
            [
                Option(_row(_("Language"), LANGUAGES[language()]), id="language"),
                Option(_row(_("Theme"), self._theme), id="theme"),
                Option(_row(_("Article pane"), shown), id="sources"),
                None,
                *(
                    Option(_row(_(does), self._keys.get(action, usual), action), disabled=True)
                    for action, (usual, does) in KEYS.items()
                ),
            ]
        )
        self.list.highlighted = at
        self.list.border_title = Content(_("Settings"))
        self.list.border_subtitle = Content(_("Enter changes · Esc closes"))
        if self._file:
            words = _("Keys are set in {file}, such as {example}").format(
                file=self._file, example='"keys": {"letters": "ctrl+l"}'
            )
            self.list.add_option(Option(Content.styled(one_line(words), "dim"), disabled=True))


def _row(name: str, value: str, action: str = "") -> Content:
    return Content.assemble(f"{name:22} ", (f"{value:18} ", "bold"), (action, "dim"))
