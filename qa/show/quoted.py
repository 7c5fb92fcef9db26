"""A quotation that was checked, and a search, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cite import cite
from qa.i18n import N_, _, ngettext, number
from qa.language.text import one_line, sentences
from qa.quote.result import Gap, Kind, Piece, Quoted, QuotePlace, Verdict
from qa.show.place import cited, placed, source
from qa.show.screen import Line, Run
from qa.types import IndexInfo

if TYPE_CHECKING:
    from qa.search import Searched, SearchHit

_VERDICTS = {
    Verdict.VERBATIM: (N_("Verbatim"), "good"),
    Verdict.ALTERED: (N_("Altered"), "fair"),
    Verdict.NOT_FOUND: (N_("Not found"), "poor"),
}
_KINDS = {
    Kind.NUMBER: N_("number"),
    Kind.NEGATION: N_("negation"),
    Kind.OPPOSITE: N_("opposite"),
    Kind.WORD: N_("word"),
    Kind.SPELLING: N_("spelling"),
}
_BETWEEN_PARTS = " \t\n\xa0,.;:-–—"
_GRAVE = (Kind.NUMBER, Kind.NEGATION, Kind.OPPOSITE)


def quoted_lines(quoted: Quoted, index: IndexInfo) -> list[Line]:
    """A quotation that was checked, as a person reads it: the verdict, then each place."""
    words, role = _VERDICTS[quoted.verdict]
    told: list[Run] = [(_(words), role), *_but(quoted)]
    if quoted.places:
        count = len(quoted.places) + quoted.more
        places = ngettext("{count} place", "{count} places", count)
        told.append((f" · {places.format(count=number(count))}", "dim"))
    shown = [Line.of(*told)]
    for place in quoted.places or quoted.nearest:
        shown += _place(place, index.root)
    unread = _(
        "{count} more articles hold these words and were not read: add words, or narrow it "
        "down with --since, --until or --source."
    )
    return [*shown, *_untold(quoted.more, quoted.unread, unread)]


def _but(quoted: Quoted) -> list[Run]:
    """What a verdict leaves aside: words left out at dots, an editor's in brackets."""
    gaps = [gap for place in quoted.places for gap in place.gaps]
    but = []
    if any(gap.has_dots and gap.span for gap in gaps):
        but.append(_("words left out"))
    if any(gap.is_editors for gap in gaps):
        but.append(_("an editor's words"))
    return [(f" · {each}", "fair") for each in but]


def _place(place: QuotePlace, root: str) -> list[Line]:
    citation = place.citation
    if place.difference:
        shown = [Line.of(*_change(change), indent=4) for change in place.changes]
        mark = [(f"[{citation.n}]", "cite")]
        shown = [*source(mark, citation, _difference(place), root), *shown]
    elif place.gaps:
        shown = source([(f"[{citation.n}]", "cite")], citation, _in_parts(place), root)
    else:
        shown = cited(citation, root)
    text = citation.article.text
    # What is a change is shown already.
    changed = {change.span for change in place.changes}
    shown += [
        Line.of(_gap(gap, text), indent=4)
        for gap in place.gaps
        if (gap.span or gap.is_editors) and gap.span not in changed
    ]
    if place.speaker:
        said = one_line(text[place.speaker.start : place.speaker.end])
        shown.append(Line.of((_("said by {name}").format(name=said), ""), indent=4))
    if place.negation:
        denial = one_line(text[place.negation.start : place.negation.end])
        told = _("Before it, in its clause, stands “{word}”.").format(word=denial)
        shown.append(Line.of((told, "fair"), indent=4))
    return shown + [
        Line.of(
            (f"[{copy.n}]", "cite"),
            (f" {one_line(copy.article.title)} · ", ""),
            *placed(copy.article, root, copy),
            indent=4,
        )
        for copy in place.also
    ]


def _in_parts(place: QuotePlace) -> list[Run]:
    """The words of an article that a quotation in parts has, with its dots and brackets between."""
    text, at = place.citation.article.text, place.citation.span.start
    runs = list[Run]()
    for gap in place.gaps:
        runs += [*_part(text[at : gap.span.start]), _between(gap)]
        at = gap.span.end
    return [*runs, *_part(text[at : place.citation.span.end])]


def _part(text: str) -> list[Run]:
    """The words of an article that are a part of a quotation, if any."""
    said = text.strip(_BETWEEN_PARTS)
    return [(one_line(said), "quote")] if said else []


def _between(gap: Gap) -> Run:
    return (f" {one_line(gap.given)} ", "dim")


def _gap(gap: Gap, text: str) -> Run:
    """What an article has in place of dots or of words in brackets."""
    found = one_line(text[gap.span.start : gap.span.end])
    given = one_line(gap.given)
    if not gap.is_editors:
        return _("left out: “{words}”").format(words=found), "dim"
    if not found:
        return _("put in by an editor: “{words}”").format(words=given), "dim"
    told = _("put in by an editor: “{words}”, where the article has “{found}”")
    return told.format(words=given, found=found), "dim"


def _change(change: Piece) -> list[Run]:
    """A change in words: what it changes, and from what the quotation has to what the article."""
    given = f"“{one_line(change.given)}”" if change.given else _("nothing")
    found = f"“{one_line(change.found)}”" if change.found else _("nothing")
    kind = change.kind or Kind.WORD
    role = "poor" if kind in _GRAVE else "fair"
    told = _("quoted {given}, the article has {found}").format(given=given, found=found)
    return [(_(_KINDS[kind]), role), (f": {told}", "")]


def _difference(place: QuotePlace) -> list[Run]:
    """The quotation word by word: `[-of the quotation alone-]{+of the article alone+}`."""
    text, runs, end = place.citation.article.text, list[Run](), 0
    gaps = list(place.gaps)
    for piece in place.difference:
        if gaps and gaps[0].span.start <= piece.span.start:
            gap = gaps.pop(0)
            # What an editor put in may be the change itself.
            runs.append((" ", "") if gap.given == piece.given else _between(gap))
        elif runs:
            # What the article has between them, such as the hyphen of `ke-2.000`.
            between = text[end : piece.span.start] if piece.found and end else " "
            runs.append((one_line(between) or " ", ""))
        if piece.kind is None:
            runs.append((one_line(piece.found), ""))
        else:
            if piece.given:
                runs.append((one_line(piece.given), "left_out"))
            if piece.found:
                runs.append((one_line(piece.found), "put_in"))
        end = piece.span.end if piece.found else end
    return runs


def search_lines(found: Searched, index: IndexInfo) -> list[Line]:
    """A search as a person reads it: how much there is, then passages with the words marked."""
    hits = found.hits or found.nearest
    shown = [Line.of(*_counted(found))]
    for n, hit in enumerate(hits, start=1):
        shown += _hit(hit, n, index.root)
    unread = _(
        "{count} more passages hold these words and were not read: add words, or narrow it "
        "down with --since, --until or --source."
    )
    return [*shown, *_untold(found.passages - len(found.hits), found.unread, unread)]


def _untold(more: int, unread: int, words: str) -> list[Line]:
    """How many were found and are not shown, and of how many not read `words` tell."""
    shown = []
    if more:
        told = _("{count} more with a higher --limit.").format(count=number(more))
        shown.append(Line.of((told, "dim")))
    if unread:
        shown.append(Line.of((words.format(count=number(unread)), "fair")))
    return shown


def _counted(found: Searched) -> list[Run]:
    if not found.passages:
        if found.without:
            left_out = " ".join(f"-{one_line(each)}" for each in found.without)
            told = _("No passage holds all of these words and is let through by {words}.")
            return [(told.format(words=left_out), "poor")]
        near = _(" Nearest in meaning:") if found.nearest else ""
        return [(_("No passage holds all of these words."), "poor"), (near, "")]
    passages = ngettext("{count} passage", "{count} passages", found.passages)
    articles = ngettext("in {count} article", "in {count} articles", found.articles)
    told = f"{passages.format(count=number(found.passages))} "
    return [(told + articles.format(count=number(found.articles)), "good")]


def _hit(hit: SearchHit, n: int, root: str) -> list[Line]:
    """A passage: the sentences in which words stand, those marked."""
    article, span = hit.passage.article, hit.passage.span
    text = article.text
    runs: list[Run] = []
    at = span.start
    for sentence in sentences(text, span.start, span.end):
        inside = [mark for mark in hit.marks if mark.overlaps(sentence)]
        if not inside and hit.marks:
            continue
        if sentence.start > at and text[at : sentence.start].strip():
            runs.append(("… ", "dim"))
        at = sentence.start
        for mark in inside:
            runs.append((one_line(text[at : mark.start]), ""))
            runs.append((one_line(text[max(at, mark.start) : mark.end]), "quote"))
            at = mark.end
        end = max(at, sentence.end)
        runs.append((one_line(text[at:end]) + " ", ""))
        at = end
    where = cite(hit.marks[0] if hit.marks else span, article, n)
    return source([(f"[{n}]", "cite")], where, runs, root)
