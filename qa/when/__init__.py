"""Words for days, in Indonesian, Malay and English, and the days they name, seen from one day.

`pekan lalu`, `Selasa (30/11)`, `9 Januari`, `akhir Februari 2022`, `two weeks ago`, `last Friday`,
`tahun 1990-an`. Every word of a text becomes one letter (`words.py`), and the grammar
(`grammar.py`) is short regular expressions over these letters, each with a function that says
which days its words name.

Weeks run from Monday to Sunday: `pekan lalu` is the one before this, `dua pekan lalu` the one
before that, and likewise months and years; `sepekan terakhir` ends today. `awal`, `pertengahan`,
`akhir` are days 1-10, 11-20 and the rest of a month, and four months each of a year.

dateparser 1.5 on the words of `tests/data/dates.jsonl`: precision .61, recall .62 even where any
day within the span that is meant counts as right (2026-11); it knows no spans. Hence a grammar.

Not handled: days counted from an event (`dua hari sebelumnya`), days counted ahead (`tiga hari
lagi`, `in two weeks`), numbers above ten in words, quarters, centuries, feasts, vague spans
(`beberapa pekan lalu`), years of two digits. A year by itself counts only after a word such as
`pada`, `tahun` or `since`: that of `Piala Dunia 2022` is part of a name.
"""

from qa.when.find import Named, named, period
from qa.when.grammar import Kind

__all__ = ["Kind", "Named", "named", "period"]
