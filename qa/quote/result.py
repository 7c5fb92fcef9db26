"""What becomes of a quotation that is looked for: a verdict, places, changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from qa.settings import Filters
from qa.types import Citation, Span


class Verdict(StrEnum):
    """Whether a quotation stands in the articles."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    NOT_FOUND = "not_found"


class Kind(StrEnum):
    """What a change changes, the gravest first."""

    NUMBER = "number"
    NEGATION = "negation"
    OPPOSITE = "opposite"
    WORD = "word"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a quotation, and what the article has in their place; either may be empty.

    `given` and `found` are slices of the quotation and of the article, `span` says where `found`
    stands there. `kind` is None where they are the same but for spacing, case and punctuation.
    """

    given: str
    found: str
    span: Span
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands between two parts of a quotation: dots, or an editor's words in brackets.

    Attributes:
        given: As the quotation has it: `…`, `[Menteri]`.
        span: The words of the article that are left out there, or replaced; empty where none are.
        is_editors: Whether an editor put words in.
        has_dots: Whether it has dots.
    """

    given: str
    span: Span
    is_editors: bool
    has_dots: bool


@dataclass(frozen=True, slots=True)
class QuotePlace:
    """A place where a quotation stands, or what is nearest to it.

    Attributes:
        citation: The words of the article; its quote is a slice of the article's text.
        difference: The quotation word by word, in order; nothing where it is verbatim.
        speaker: Who says it, where a sentence beside it tells; in the article.
        negation: A word before it in its clause that may deny it, which it leaves out.
        gaps: What its dots leave out, and what its editor put in, in order.
        also: Where the same words stand in near-duplicates of the article.
    """

    citation: Citation
    difference: tuple[Piece, ...] = ()
    speaker: Span | None = None
    negation: Span | None = None
    gaps: tuple[Gap, ...] = ()
    also: tuple[Citation, ...] = ()

    @property
    def changes(self) -> tuple[Piece, ...]:
        """What differs, numbers first, then negations, then the rest."""
        order = list(Kind)
        changed = [piece for piece in self.difference if piece.kind]
        return tuple(sorted(changed, key=lambda one: order.index(one.kind or Kind.WORD)))


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation, checked.

    Attributes:
        quotation: As it was given.
        verdict: Of its nearest places.
        places: Where it stands, oldest first and undated last; where it is altered, those that
            differ least, or by another spelling more. None where it is not found.
        nearest: Where it is not found, what comes nearest, nearest first.
        more: Further places, left out by the limit.
        unread: Articles with all of its words that were not read, as they were too many; then a
            quotation that is not found may still stand there.
        filters: Which articles were looked at.
        took_ms: Wall-clock milliseconds; results are compared without them.
    """

    quotation: str
    verdict: Verdict
    places: tuple[QuotePlace, ...] = ()
    nearest: tuple[QuotePlace, ...] = ()
    more: int = 0
    unread: int = 0
    filters: Filters = field(default_factory=Filters)
    took_ms: float = field(default=0.0, compare=False)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every place, by its number."""
        shown = (*self.places, *self.nearest)
        return tuple(each for place in shown for each in (place.citation, *place.also))
