"""What trafilatura does not tell of a page: if it lists stories, what cells mean, all its text.

Not handled: cells that span columns; a list of bare links, of which trafilatura makes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CARDS: Final = frozenset(("div", "article", "section", "li", "tr", "td", "dd", "a"))
_UNREAD: Final = frozenset(("script", "style", "noscript", "template", "title", "head"))
_INLINE: Final = frozenset(
    """a abbr acronym b bdi bdo big cite code data dfn em font i img ins kbd label mark q ruby s
    samp small span strike strong sub sup td th time tt u var wbr""".split()  # noqa: SIM905
)
_FEWEST_CARDS: Final = 3
_LONGEST_CARD: Final = 600
"""Most characters of a story's headline, day and teaser together."""
_LONGEST_TEASER: Final = 300
_PROSE_CHARS: Final = 60
"""A run of text as long is prose, a shorter one a label or a menu."""
_LEAST_PROSE: Final = 200
"""Characters of prose beside its cards that make a page an article with others named below it."""


def stories_listed(tree: HtmlElement) -> int:
    """How many stories a page lists, each by a linked headline; 0 where it is a story itself."""
    if _is_story(tree):
        return 0
    elements = [each for each in tree.iter() if isinstance(each.tag, str)]
    chars: dict[HtmlElement, int] = {}
    links: dict[HtmlElement, int] = {}
    heads: dict[HtmlElement, int] = {}
    for each in reversed(elements):
        kids = [kid for kid in each if kid in chars]
        unread = each.tag in _UNREAD
        texts = () if unread else chain([each.text], (kid.tail for kid in each))
        chars[each] = sum(len((text or "").strip()) for text in texts) + sum(
            0 if unread else chars[kid] for kid in kids
        )
        is_link = each.tag == "a" and bool(each.get("href"))
        links[each] = sum((links[kid] for kid in kids), int(is_link))
        heads[each] = sum((heads[kid] for kid in kids), int(each.tag in _HEADINGS))

    cards: set[HtmlElement] = set()
    for parent in elements:
        alike: dict[str, list[HtmlElement]] = {}
        for kid in parent:
            if kid not in chars or not (links[kid] or parent.tag == "a"):
                continue
            if kid.tag in _HEADINGS or (
                kid.tag in _CARDS and heads[kid] == 1 and chars[kid] <= _LONGEST_CARD
            ):
                alike.setdefault(kid.tag, []).append(kid)
        for group in alike.values():
            if len(group) >= _FEWEST_CARDS:
                cards.update(group)
    if not cards:
        return 0
    # Below a bare headline its teaser stands beside it.
    teasers = {
        follower
        for card in cards
        if card.tag in _HEADINGS
        for follower in card.itersiblings()
        if follower in chars and chars[follower] <= _LONGEST_TEASER and follower.tag == "p"
    }
    prose = sum(len(text) for text in _runs(tree, cards | teasers) if len(text) >= _PROSE_CHARS)
    return len(cards) if prose < _LEAST_PROSE else 0


def _is_story(tree: HtmlElement) -> bool:
    """Whether a paragraph alone shows that a page is a story, which tells most of them in no time.

    One that is longer than a teaser and stands in what is longer than a card lies in none.
    """
    for paragraph in tree.iter("p"):
        above = paragraph.getparent()
        if above is None or len(paragraph.text_content()) <= _LONGEST_TEASER:
            continue
        if any(each.tag in _HEADINGS for each in paragraph.iterancestors()):
            continue
        prose = sum(len(text) for text in _runs(paragraph, ()) if len(text) >= _PROSE_CHARS)
        if prose >= _LEAST_PROSE and sum(map(len, _runs(above, ()))) > _LONGEST_CARD:
            return True
    return False


def tell_author_and_tags(tree: HtmlElement) -> None:
    """Spare trafilatura looking all over a page for what qa does not ask of it.

    It took a third of its time (2026-11).
    """
    head = tree.find("head")
    if head is not None:
        etree.SubElement(head, "meta", name="author", content="Not Asked")
        etree.SubElement(head, "meta", property="article:tag", content="-")


def _runs(tree: HtmlElement, left_out: Iterable[HtmlElement]) -> Iterator[str]:
    """The runs of text of a tree, without those of some elements."""
    left = set(left_out)
    pending = [tree]
    while pending:
        each = pending.pop()
        if isinstance(each.tag, str) and each.tag not in _UNREAD and each not in left:
            yield (each.text or "").strip()
            pending.extend(each)
        yield (each.tail or "").strip()


def name_cells(tree: HtmlElement) -> None:
    """Write the name of its column before each cell of a table, in place of the row of names."""
    for table in tree.iter("table"):
        rows = list(table.iter("tr"))
        names = [" ".join(cell.text_content().split()) for cell in rows[0]] if rows else []
        if len(names) < 2 or len(rows) < 2 or any(cell.tag != "th" for cell in rows[0]):
            continue
        named = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows[1:]]
        if any(len(cells) != len(names) for cells in named):
            continue
        for cells in named:
            for name, cell in zip(names, cells, strict=True):
                if name and cell.tag == "td" and cell.text_content().strip():
                    cell.text = f"{name}: {(cell.text or '').lstrip()}"
        rows[0].getparent().remove(rows[0])


def all_text(tree: HtmlElement) -> str:
    """Every word of a page that is shown, a paragraph a line with a blank one between."""
    paragraphs = [""]
    events = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, each in events:
        if event in ("comment", "pi"):
            paragraphs[-1] += each.tail or ""
            continue
        if each.tag not in _INLINE:
            paragraphs.append("")
        if event == "start" and each.tag in _UNREAD:
            events.skip_subtree()
        elif event == "start":
            paragraphs[-1] += each.text or ""
        elif each is not tree:
            # The cells of a row stand on one line.
            paragraphs[-1] += (" " if each.tag in ("td", "th") else "") + (each.tail or "")
    return "\n\n".join(filter(None, (" ".join(words.split()) for words in paragraphs)))
