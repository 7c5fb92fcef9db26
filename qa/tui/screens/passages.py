"""The passages that hold some words, as a list; Enter opens the article at one."""

from __future__ import annotations

from textual.content import Content

from qa.chat.browsing import Passages
from qa.i18n import _, ngettext, number
from qa.language.text import fold
from qa.show import one_line
from qa.tui.screens.article import ArticleScreen
from qa.tui.screens.search import SearchScreen
from qa.types import Citation

_AROUND = 70
"""Code points shown of a passage on either side of the first word."""


class PassagesScreen(SearchScreen[int]):
    """What was found, narrowed down by further words; the list stays while an article is read.

    Args:
        passages: To list.
        root: The folder that paths of articles are relative to.
    """

    def __init__(self, passages: Passages, *, root: str) -> None:
        found = passages.found
        heading = _("No passage holds all of these words; nearest in meaning:")
        if found.hits:
            heading = ngettext("{count} passage", "{count} passages", found.passages).format(
                count=number(found.passages)
            )
        super().__init__(
            heading, _("Narrow it down by further words"), keys=_("Enter opens · Esc closes")
        )
        self._places, self._root = passages.places, root
        self._shown = [
            _shown(place, [one_line(place.article.text[at.start : at.end]) for at in hit.marks])
            for place, hit in zip(passages.places, found.hits or found.nearest, strict=True)
        ]

    def matches(self, wanted: str) -> list[tuple[Content, int]]:
        """Those that show every word."""
        words = fold(wanted).split()
        return [
            (shown, at)
            for at, shown in enumerate(self._shown)
            if all(word in fold(shown.plain) for word in words)
        ]

    def take(self, chosen: int | None) -> None:
        """Open the article at a passage."""
        if chosen is not None:
            of = self._places[chosen].article
            self.app.push_screen(ArticleScreen(of, self._places, chosen, root=self._root))


def _shown(place: Citation, marks: list[str]) -> Content:
    """A passage: title, source and day, and some words with those looked for marked."""
    of, text, at = place.article, place.article.text, place.span
    day = of.published.isoformat() if of.published else ""
    by = " · ".join(filter(None, (one_line(of.source or ""), day)))
    start, end = max(0, at.start - _AROUND), at.start + 2 * _AROUND
    before, after = text[start : at.start], text[at.start : end]
    # Whole words; a script without spaces is cut where it is.
    before = f"… {before.partition(' ')[2] or before}" if start else before
    after = f"{after.rpartition(' ')[0] or after} …" if end < len(text) else after
    words = one_line(before + after)
    said = Content(words)
    for mark in set(marks):
        begin = words.find(mark)
        while mark and begin >= 0:
            said = said.stylize("bold $text-accent", begin, begin + len(mark))
            begin = words.find(mark, begin + len(mark))
    return Content.assemble((one_line(of.title), "bold"), (f"  {by}", "dim"), "\n  ", said)
