"""Quotations checked against the articles: found word for word, altered, or not at all.

check.py       where one stands, the verdict
candidates.py  the articles that may hold one
gaps.py        its parts: what dots leave out, what an editor put in
numbers.py     numbers written one way
align.py       a quotation beside an article, word by word
speaker.py     who says it
draft.py       the quotations of a text
result.py      what comes of it
"""

from qa.quote.result import Gap, Kind, Piece, Quoted, QuotePlace, Verdict

__all__ = ["Gap", "Kind", "Piece", "QuotePlace", "Quoted", "Verdict"]
