"""From findings to an answer.

evidence.py    what speaks for a finding -> how probably it is right
agree.py       findings that say the same, and those that contradict
normalise.py   the value of an answer: an amount, a day, a name; amounts.py for the first
sides.py       yes-or-no questions: the sentences on either side
listing.py     questions for several things: a list
decide.py      the answer, or why there is none
"""

from qa.answer.decide import decide, decide_sides
from qa.answer.evidence import Evidence, Read, confidence, evidence, trace

__all__ = ["Evidence", "Read", "confidence", "decide", "decide_sides", "evidence", "trace"]
