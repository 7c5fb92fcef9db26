"""BibTeX, for LaTeX and managers of references: `@article` where outlet and date are known.

Words are UTF-8, as biber and every BibTeX since 2010 with `inputenc` take them. Not handled: names
of authors, which an index does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.chat.export.works import Work, works
from qa.chat.transcript import Turn

_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # `\{` would still count as a brace to BibTeX, and a lone one would end the field.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "%&#$_"},
    }
)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def as_bibtex(turns: Sequence[Turn]) -> str:
    """An entry for each article cited."""
    return "\n".join(map(_entry, works(turns)))


def _entry(work: Work) -> str:
    of = work.reference
    is_article = bool(of.outlet and of.date)
    year, _, day = of.date.partition("-")
    month = _MONTHS[int(day[:2]) - 1] if day else ""
    fields = {
        # In braces of its own, so that no style takes its capitals away.
        "title": f"{{{_words(of.title)}}}",
        "journal" if is_article else "howpublished": _words(of.outlet),
        "date": of.date,
        "year": year,
        # An address has no braces, and LaTeX takes it as it stands.
        "url": of.address,
        "note": _words(work.note),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    # A macro, which styles write in their language, so without braces.
    lines += [f"  month = {month},\n"] if month else []
    return f"@{'article' if is_article else 'misc'}{{{work.key},\n{''.join(lines)}}}\n"


def _words(text: str) -> str:
    return text.translate(_ESCAPED)
