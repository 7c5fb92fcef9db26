"""Words for days, in Indonesian, Malay and English, and the days they name, relative to one day.

`pekan lalu`, `Selasa (30/11)`, `9 Januari`, `akhir Februari 2022`, `two weeks ago`, `last Friday`,
`tahun 1990-an`. Every word of a text becomes one letter (`words.py`), and the grammar
(`grammar.py`) is short regular expressions over these letters, each with a function that says
which days its words name. Months, weekdays and numerals lie in `qa/language/vocabulary/*.toml`, one
file a language, the other words in `words.py`.

Weeks run from Monday to Sunday: `pekan lalu` is the one before this, `dua pekan lalu` the one
before that, and likewise months and years; `sepekan terakhir` ends today. `awal`, `pertengahan`,
`akhir` are days 1-10, 11-20 and the rest of a month, and four months each of a year.

Precision and recall on `tests/data/dates.jsonl` (2026-11): .99 and .99 in questions, .98 and .99 in
articles; of these on the 90 texts labelled when the grammar was done, at first sight: .94 and .91,
.89 and .94. Of 112 words that need the article's date, in real articles, 105 got the right days.
dateparser 1.5: .61 and .66, .57 and .57 even where any day within the span that is meant counts as
right; it knows no spans. Hence a grammar.

Not handled: days counted from an event (`dua hari sebelumnya`), days counted ahead (`tiga hari
lagi`, `in two weeks`), numbers above ten in words, quarters, centuries, feasts, vague spans
(`beberapa pekan lalu`), years of two digits. A year by itself counts only after a word such as
`pada`, `tahun` or `since`: that of `Piala Dunia 2022` is part of a name.
"""

from qa.days.grammar import Reference
from qa.days.naming import Named, named, period

__all__ = ["Named", "Reference", "named", "period"]
