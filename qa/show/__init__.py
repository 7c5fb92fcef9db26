"""An Answer as JSON, as lines of words with their roles, as text: one way for CLI and chat.

    screen.py      lines of words with roles, filled into a screen
    place.py       where a quote stands
    answer.py      an answer, as a person reads it
    explain.py     how it was found
    about.py       what an index holds
    document.py    the same as JSON

Every word of an article or a question that leaves here for a screen has passed `text.safe`; JSON
keeps the words as they are and escapes what a terminal would obey.
"""

from qa.language.text import one_line
from qa.show.about import about, about_json, article_count, questions, suggested
from qa.show.answer import as_text, conditions, day_condition, decimal, lines
from qa.show.document import ERROR_SCHEMA, SCHEMA, as_json, citation_json, dumps
from qa.show.explain import score, why, why_json
from qa.show.place import (
    Reference,
    byline,
    highlighted,
    in_context,
    location,
    placed,
    quotation,
    quotation_of,
    reference,
    web_address,
)
from qa.show.screen import Line, Run, table, wrapped

__all__ = [
    "ERROR_SCHEMA",
    "SCHEMA",
    "Line",
    "Reference",
    "Run",
    "about",
    "about_json",
    "article_count",
    "as_json",
    "as_text",
    "byline",
    "citation_json",
    "conditions",
    "day_condition",
    "decimal",
    "dumps",
    "highlighted",
    "in_context",
    "lines",
    "location",
    "one_line",
    "placed",
    "questions",
    "quotation",
    "quotation_of",
    "reference",
    "score",
    "suggested",
    "table",
    "web_address",
    "why",
    "why_json",
    "wrapped",
]
