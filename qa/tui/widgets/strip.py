"""The sources of an answer in one row or two: `[1] title · source · date`, each one to click."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content
from textual.events import MouseMove
from textual.geometry import Size
from textual.style import Style
from textual.widget import Widget

from qa.chat.transcript import Turn
from qa.show import one_line
from qa.tui.messages import Pointed
from qa.tui.widgets.flow import GAP, flow
from qa.types import Citation

_ROWS = 2
_SHORTEST_TITLE = 10


class SourceStrip(Widget):
    """The places of one turn; the one that is shown below stands out."""

    def __init__(self) -> None:
        super().__init__(id="strip")
        self._turn: int | None = None
        self._places: Sequence[Citation] = ()
        self._current = 0

    def show(self, number: int | None, turn: Turn | None, current: int) -> None:
        """Show the places of a turn, of which number `current` from 0 is in view."""
        places = turn.places if turn else ()
        # Another arrangement of the whole screen takes a while.
        self.refresh(layout=(self._turn, self._places) != (number, places))
        self._turn, self._places, self._current = number, places, current

    def on_mouse_move(self, event: MouseMove) -> None:
        """The pointer over a source is enough to see it."""
        if (at := event.style.meta.get("place")) is not None:
            self.post_message(Pointed(*at))

    def render(self) -> Content:
        """The chips at the present width."""
        return Content("\n").join(self._rows(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One or two."""
        return len(self._rows(width))

    def _rows(self, width: int) -> list[Content]:
        """As much of each source as two rows hold; of very many, the rows around the current."""
        rows: list[Content] = []
        for words in _shorter_and_shorter(self._places, max(1, width)):
            chips = [self._chip(at, each) for at, each in enumerate(words)]
            rows = flow(chips, width)
            if len(rows) <= _ROWS and all(chip.cell_length <= width for chip in chips):
                break
        if len(rows) <= _ROWS:
            return rows
        shown = next(at for at, row in enumerate(rows) if self._is_in(row))
        first = min(shown, len(rows) - _ROWS)
        return rows[first : first + _ROWS]

    def _is_in(self, row: Content) -> bool:
        return f"[{self._places[self._current].n}]" in row.plain

    def _chip(self, at: int, words: str) -> Content:
        n = self._places[at].n
        chip = Content.assemble((f"[{n}]", "bold $text-primary"), words)
        if at == self._current:
            chip = chip.stylize("bold reverse")
        meta = {"@click": f"screen.cite({self._turn}, {n})", "place": (self._turn, n)}
        return chip.stylize(Style.from_meta(meta))


def _shorter_and_shorter(places: Sequence[Citation], width: int) -> Iterator[list[str]]:
    """What to say of each place after its number: all, less of its title, no title, nothing."""
    about = [
        one_line(" · ".join(str(part) for part in (of.source, of.published) if part))
        for of in (place.article for place in places)
    ]
    titles = [Content(one_line(place.article.title)) for place in places]
    yield [_joined(title.plain, tail) for title, tail in zip(titles, about, strict=True)]
    in_a_row = -(-len(places) // _ROWS)
    share = (width - (in_a_row - 1) * GAP) // max(1, in_a_row)
    # Less the number, the dot between title and source, and their spaces.
    rooms = [
        share - Content(f"[{place.n}] {tail} · ").cell_length
        for place, tail in zip(places, about, strict=True)
    ]
    if min(rooms, default=0) >= _SHORTEST_TITLE:
        yield [
            _joined(title.truncate(room, ellipsis=True).plain, tail)
            for title, room, tail in zip(titles, rooms, about, strict=True)
        ]
    yield [_joined("", tail) for tail in about]
    yield [_joined("", one_line(place.article.source or "")) for place in places]
    yield [""] * len(places)


def _joined(title: str, about: str) -> str:
    words = " · ".join(part for part in (title, about) if part)
    return f" {words}" if words else ""
