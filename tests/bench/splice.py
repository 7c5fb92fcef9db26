"""A corpus of any size: articles spliced from sentences of real ones, always the same ones.

Each has the title of one article, as many sentences as another has, each sentence of any article,
a day and a paper; and a name that nobody else bears, so that the number of words grows with the
corpus as it does in an archive.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from qa.language.text import sentences

_SEED = 18
_FIRST_DAY = date(2015, 1, 1)
_DAYS = 4000
_PARAGRAPH = 3
_SYLLABLES = "ba be bi bu da di du ga go ka ke ki ko la le li lo ma mi mo na ni no pa pe ra ri ro sa se si so ta ti to wa yu".split()  # noqa: E501, SIM905


def spliced(news: Path, articles: int) -> Iterator[dict[str, Any]]:
    """So many articles as records of JSONL; the first ones are the same whatever their number.

    Args:
        news: Articles in JSONL with `title`, `text` and maybe `source`; it may be packed by gzip.
        articles: How many to make.
    """
    chance = random.Random(_SEED)  # noqa: S311 - a corpus, not a secret
    titles, papers, lengths, pool = [], [], [], []
    opened = gzip.open if news.suffix == ".gz" else open
    with opened(news, "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            text = record["text"]
            said = [text[span.start : span.end] for span in sentences(text)]
            titles.append(record.get("title", ""))
            papers.append(record.get("source"))
            lengths.append(len(said))
            pool += said
    for _each in range(articles):
        said = [chance.choice(pool) for _ in range(chance.choice(lengths))]
        name = " ".join("".join(chance.choices(_SYLLABLES, k=4)).capitalize() for _ in range(2))
        said.append(f"Demikian disampaikan {name}.")
        paragraphs = [
            " ".join(said[at : at + _PARAGRAPH]) for at in range(0, len(said), _PARAGRAPH)
        ]
        yield {
            "title": chance.choice(titles),
            "text": "\n".join(paragraphs),
            "source": chance.choice(papers),
            "published": str(_FIRST_DAY + timedelta(chance.randrange(_DAYS))),
        }


def write(news: Path, articles: int, out: Path) -> None:
    """Write the articles that `spliced` makes, one JSON object a line."""
    with out.open("w", encoding="utf-8") as file:
        for record in spliced(news, articles):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
