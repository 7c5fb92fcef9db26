"""What the command palette offers of the chat."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.app import SystemCommand

from qa.i18n import _
from qa.tui.keys import as_set
from qa.tui.screens.chat import ChatScreen


def commands(chat: ChatScreen) -> Iterator[SystemCommand]:
    """Everything that a key or a slash command does without more words."""
    yield SystemCommand(_("Conversations"), as_set("F4", chat.app), chat.action_conversations)
    yield SystemCommand(_("Bookmarks"), _("Answers and quotes"), partial(chat.do, "/bookmarks"))
    yield SystemCommand(_("Help"), _("Every command and key"), chat.action_help)
    yield SystemCommand(_("Sources"), _("Of the answer that is marked"), chat.action_sources)
    at_cursor = _("At the source that is marked, with the screen to itself")
    yield SystemCommand(_("Open article"), at_cursor, chat.action_open_current)
    by_letter = _("A letter at each source on the screen")
    yield SystemCommand(_("Go to a source"), by_letter, chat.action_letters)
    yield SystemCommand(_("Search history"), _("Earlier questions"), chat.action_history)
    yield SystemCommand(_("Copy answer"), _("With its sources"), chat.action_copy_answer)
    at_home = not chat.app.is_web
    if at_home:
        to_file = partial(chat.do, "/export")
        yield SystemCommand(_("Export as Markdown"), _("To a new file"), to_file)
    yield SystemCommand(
        _("Why this answer"),
        _("How it was found, and what it has or lacks"),
        partial(chat.do, "/why"),
    )
    yield SystemCommand(_("New conversation"), _("Clear the transcript"), partial(chat.do, "/new"))
    yield SystemCommand(_("Settings"), _("Language, theme, keys"), chat.show_settings)
    if at_home:
        anew = _("Read its articles again")
        yield SystemCommand(_("Rebuild the index"), anew, partial(chat.do, "/reindex"))
    if chat.engine.is_building or not chat.is_open:
        as_it_was = _("What was there before stays")
        yield SystemCommand(_("Stop building the index"), as_it_was, chat.action_stop_building)
