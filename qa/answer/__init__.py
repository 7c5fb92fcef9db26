"""From findings to an answer.

evidence.py    what speaks for a finding -> how probably it is right
agree.py       findings that say the same, and those that contradict
normalise.py   the value of an answer: an amount, a day, a name; amounts.py for the first
names.py       the names in a question typed in small letters
sides.py       yes-or-no questions: the sentences on each side
spans.py       a number with its unit, a person with the title that was begun
stance.py      the side that one sentence takes
support.py     which sources' own sentences give an answer
counted.py     what a number counts: the dead, the hurt
listing.py     questions for several things: a list
decide.py      what the passages say to one form of a question, or why they do not
choose.py      which meaning of a question that leans on a conversation is answered
"""

from qa.answer.choose import choose
from qa.answer.decide import decide
from qa.answer.evidence import Evidence, confidence, evidence, weigh

__all__ = ["Evidence", "choose", "confidence", "decide", "evidence", "weigh"]
