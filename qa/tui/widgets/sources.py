"""Where the answer stands: number, title, source, date and score of each place."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from qa.chat.transcript import Turn
from qa.i18n import _
from qa.show import Line, decimal, one_line, score
from qa.tui.messages import Chosen
from qa.tui.paint import Block
from qa.types import Citation, Result

_GLIMPSE = 60
"""Characters shown of a quote; what tells two places of one article apart."""


class Sources(OptionList):
    """The places of one turn; Enter or a click opens one."""

    FOCUS_ON_CLICK = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        *(Binding(str(n), f"open({n})", "Open source", show=False) for n in range(1, 10)),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id, markup=False, compact=True)
        self._turn: tuple[int, Turn] | None = None

    def show(self, number: int | None, turn: Turn | None) -> None:
        """Show the places of a turn; of none where it has none."""
        self._turn = None if number is None or turn is None else (number, turn)
        self.set_options(_options(turn) if turn else [])
        self.set_class(not self.option_count, "-empty")
        if self.option_count:
            self.highlighted = 0
        self.border_title = _title(turn.answer.shown) if turn else ""
        self.border_subtitle = _("Enter opens")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the place chosen."""
        event.stop()
        if self._turn is not None:
            number, turn = self._turn
            self.post_message(Chosen(number, turn.places[event.option_index].n))

    def action_open(self, n: int) -> None:
        """Open a place by its number."""
        if self._turn is not None:
            self.post_message(Chosen(self._turn[0], n))


def _options(turn: Turn) -> list[Option]:
    return [Option(Block(_lines(turn, place))) for place in turn.places]


def _title(result: Result) -> str:
    """What the places are, and which number stands by each where they are of one kind."""
    if result.best:
        return _("Sources · confidence")
    if result.closest:
        return _("A guess · nearest passages")
    return _("Nearest passages · closeness")


def _lines(turn: Turn, place: Citation) -> list[Line]:
    """A place: its title, the words quoted, and where and how sure that is."""
    result, article, is_near = turn.answer.shown, place.article, turn.is_near(place)
    sure = score(result, place)
    kind = _("closeness {score}") if is_near else _("confidence {score}")
    measure = kind if result.closest else "{score}"
    published = article.published.isoformat() if article.published else None
    about = (
        None if sure is None else measure.format(score=decimal(sure)),
        article.source,
        published,
    )
    title = f" {one_line(article.title)}", "dim" if is_near else ""
    shown = [Line(0, ((f"[{place.n}]", "cite"), title))]
    if not is_near:
        quote = one_line(place.quote)
        glimpse = quote if len(quote) <= _GLIMPSE else quote[:_GLIMPSE] + "…"
        shown.append(Line(4, ((glimpse, "answer" if result.best else "quote"),)))
    byline = one_line(" · ".join(part for part in about if part))
    return [*shown, Line(4, ((byline, "dim"),)), Line(0, ())]
