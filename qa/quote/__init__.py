"""Quotations checked against the articles: found word for word, altered, or not at all.

check.py       the articles that may hold one, the verdict
align.py       a quotation beside an article, word by word
speaker.py     who says it
draft.py       the quotations of a text
result.py      what comes of it
"""

from qa.quote.result import Kind, Piece, Quoted, QuotePlace, Verdict

__all__ = ["Kind", "Piece", "QuotePlace", "Quoted", "Verdict"]
