"""The chat as an app: its one conversation, its looks, what is kept of them.

Not handled: several conversations at a time.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.filter import LineFilter
from textual.screen import Screen

from qa.chat.archive import Archive
from qa.chat.history import History
from qa.chat.preferences import Preferences, load_preferences, save_preferences
from qa.errors import UsageError
from qa.i18n import LANGUAGES, N_, _, language, use
from qa.places import conversations_folder, history_file, preferences_file
from qa.tui.keys import checked
from qa.tui.messages import Spoken
from qa.tui.palette import commands
from qa.tui.readable import Readable
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.chat import ChatScreen
from qa.tui.screens.help import HelpScreen
from qa.tui.screens.settings import SettingsScreen
from qa.tui.screenshot import picture, save_screenshot
from qa.tui.themes import CONTRAST, DARK, LIGHT

_REDRAWN_S = 0.1
_PATIENCE_S = 0.3
"""How long quitting waits for the engine's thread."""

_RESTS_S, _YOUNGER = 1.0, 10
"""How long nobody has typed, and how much was made since, before cycles are looked for."""


class ChatApp(App[None]):
    """Ask questions of one index.

    Args:
        archive: The index to ask, which the chat may change for another.
        history: Where earlier questions are kept; None keeps them only as long as the app.
        preferences: Where the settings are kept; None keeps them only as long as the app.
        conversations: The folder in which conversations are kept; None keeps none.
        in_browser: Whether it is drawn in a browser; then nothing is offered that acts on the
            machine that it runs on.
    """

    TITLE = "qa"
    NOTIFICATION_TIMEOUT = 4
    CSS_PATH = "app.tcss"
    SCREENS: ClassVar[dict[str, Callable[[], Screen[None]]]] = {"help": HelpScreen}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", N_("Quit"), show=False, priority=True),
    ]

    def __init__(
        self,
        archive: Archive,
        *,
        history: Path | None = None,
        preferences: Path | None = None,
        conversations: Path | None = None,
        in_browser: bool = False,
    ) -> None:
        self._readable = Readable()
        super().__init__()
        self._in_browser = in_browser
        self._touched = monotonic()
        self._preferences_file = preferences
        self._preferences = Preferences()
        self._problem: str | None = None
        if preferences is not None:
            try:
                self._preferences = load_preferences(preferences)
            except UsageError as error:
                self._problem = str(error)
        for theme in (DARK, LIGHT, CONTRAST):
            self.register_theme(theme)
        wanted = self._preferences.theme or DARK.name
        if wanted not in self.available_themes:
            self._problem = _("There is no theme {name!r}, so the default is in use.").format(
                name=wanted
            )
            wanted = DARK.name
        # Before it runs, or all styles would be read twice.
        self.theme = wanted
        self.chat = ChatScreen(
            archive,
            History(history),
            folder=conversations,
            sources=self._preferences.sources,
            in_browser=in_browser,
        )

    @property
    def is_web(self) -> bool:
        """Whether it is drawn in a browser."""
        return self._in_browser

    def get_default_screen(self) -> Screen[None]:
        """The chat."""
        return self.chat

    def on_mount(self) -> None:
        """Look as the person set it."""
        try:
            self.set_keymap(checked(self._preferences.keys))
        except UsageError as error:
            self._problem = str(error)
        self.theme_changed_signal.subscribe(self, lambda theme: self._keep(theme=theme.name))
        if self._problem:
            self.notify(self._problem, severity="warning", markup=False)
        self.set_interval(_RESTS_S, self._collect)

    async def on_event(self, event: events.Event) -> None:
        """Note when the person was last at work."""
        if isinstance(event, events.InputEvent):
            self._touched = monotonic()
        await super().on_event(event)

    def _collect(self) -> None:
        """Look for cycles while nobody types: a key would wait for it."""
        if gc.get_count()[2] >= _YOUNGER and monotonic() - self._touched > _RESTS_S:
            gc.collect()

    async def action_quit(self) -> None:
        """Quit, but not without a word what would be lost."""
        self.chat.leave()

    def action_help_quit(self) -> None:
        """What Ctrl+C does where nothing is selected: cancel a question, else tell how to quit."""
        if self.chat.is_waiting and self.screen is self.chat:
            self.chat.action_cancel()
        else:
            self.notify(_("To quit: Ctrl+Q, or /quit"), markup=False)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Those of Textual, and the one that keeps text readable."""
        filters = super().get_line_filters()
        return filters if self.native_ansi_color else [*filters, self._readable]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers."""
        if isinstance(screen, ChatScreen):
            yield from commands(screen)
            shows = _("Show it beside the answers, or hide it")
            yield SystemCommand(_("Article pane"), shows, self._toggle_sources)
        elif isinstance(screen, ArticleScreen):
            yield from screen.commands()
        if not self.is_web:
            saves = _("The screen as a picture (SVG), to a new file")
            yield SystemCommand(_("Screenshot"), saves, self._save_screenshot)
        looks = _("Dark, light, high contrast, or the terminal's own")
        yield SystemCommand(_("Theme"), looks, self.action_change_theme)
        yield SystemCommand(_("Quit"), "Ctrl+Q", self.action_quit)

    def _save_screenshot(self) -> None:
        """Save the screen, and say where; not before the palette has gone from it."""

        def save() -> None:
            if isinstance(self.screen, CommandPalette):
                self.call_after_refresh(save)
            else:
                # The footer is drawn anew behind the palette.
                self.set_timer(_REDRAWN_S, keep)

        def keep() -> None:
            try:
                path = save_screenshot(picture(self))
            except UsageError as error:
                self.notify(str(error), severity="error", timeout=30, markup=False)
            else:
                saved = _("Saved the screen to {path}.").format(path=path)
                self.notify(saved, timeout=10, markup=False)

        self.call_after_refresh(save)

    def _toggle_sources(self) -> None:
        self.chat.toggle_class("-no-sources")
        self._keep(sources=not self.chat.has_class("-no-sources"))

    def on_spoken(self, event: Spoken) -> None:
        """Speak another language, now and the next time."""
        self._speak(event.language)
        words = _("From now on in {language}; answers stay as they were given.")
        self.notify(words.format(language=LANGUAGES[event.language]), markup=False)

    def on_settings_wanted(self) -> None:
        """Show what is set for good."""
        file = self._preferences_file
        screen = SettingsScreen(
            theme=self.theme,
            sources=not self.chat.has_class("-no-sources"),
            keys=self._keymap,
            file=str(file or ""),
            change=self._change,
        )
        self.push_screen(screen, lambda other: self.action_change_theme() if other else None)

    def _change(self, setting: str) -> bool:
        """Take the other value of a setting; whether the article pane is shown."""
        if setting == "language":
            codes = list(LANGUAGES)
            self._speak(codes[(codes.index(language()) + 1) % len(codes)])
        elif setting == "sources":
            self._toggle_sources()
        return not self.chat.has_class("-no-sources")

    def _speak(self, spoken: str) -> None:
        use(spoken)
        self.chat.speak()
        self._keep(language=spoken)

    def _keep(self, **changes: str | bool) -> None:
        """Keep settings for the next time."""
        changed = replace(self._preferences, **changes)  # type: ignore[arg-type]
        if changed == self._preferences or self._preferences_file is None:
            return
        self._preferences = changed
        try:
            save_preferences(changed, self._preferences_file)
        except UsageError as error:
            self.notify(str(error), severity="warning", markup=False)


def run_chat(archive: Archive, *, in_browser: bool = False) -> int:
    """Open the chat and stay until the person quits.

    Args:
        archive: The index to ask.
        in_browser: As `ChatApp` takes it.

    Returns:
        The exit code: 0, or 70 where the chat itself failed.
    """
    app = ChatApp(
        archive,
        history=history_file(),
        preferences=preferences_file(),
        conversations=conversations_folder(),
        in_browser=in_browser,
    )
    app.run()
    code = 70 if app.return_code else 0
    if not app.chat.engine.finish(_PATIENCE_S):
        # Python would take itself apart under a model at work, which aborts the process.
        sys.stdout.flush()
        os._exit(code)
    return code
