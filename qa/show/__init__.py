"""An Answer as JSON, as lines of words with their roles, as text: one way for CLI and chat.

    screen.py      lines of words with roles, filled into a screen
    place.py       where a quote stands
    answer.py      an answer, as a person reads it
    explain.py     how it was found
    quoted.py      a quotation that was checked, a search
    report.py      a draft with all of its quotations, as Markdown and as a page
    markup.py      lines as Markdown and as HTML
    about.py       what an index holds
    document.py    the same as JSON
    cell.py        a text as a cell of a spreadsheet

Every word of an article or a question that leaves here for a screen has passed `text.safe`; JSON
keeps the words as they are and escapes what a terminal would obey.
"""

from qa.language.text import one_line
from qa.show.about import about, about_json, article_count, questions, suggested
from qa.show.answer import (
    as_text,
    conditions,
    confidence,
    day_condition,
    decimal,
    lines,
    remarks,
    sample,
)
from qa.show.cell import cell, is_formula
from qa.show.document import (
    ERROR_SCHEMA,
    SCHEMA,
    as_json,
    citation_json,
    dumps,
    quote_json,
    search_json,
    timeline_json,
)
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
from qa.show.quoted import quoted_lines, search_lines
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
    "cell",
    "citation_json",
    "conditions",
    "confidence",
    "day_condition",
    "decimal",
    "dumps",
    "highlighted",
    "in_context",
    "is_formula",
    "lines",
    "location",
    "one_line",
    "placed",
    "questions",
    "quotation",
    "quotation_of",
    "quote_json",
    "quoted_lines",
    "reference",
    "remarks",
    "sample",
    "score",
    "search_json",
    "search_lines",
    "suggested",
    "table",
    "timeline_json",
    "web_address",
    "why",
    "why_json",
    "wrapped",
]
