"""The tables of `articles.sqlite`. A passage is stored as offsets, never as a copy of its words."""

from __future__ import annotations

import json
from collections.abc import Sequence

from qa.types import Mask, Part

SCHEMA = """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    record TEXT,
    title TEXT NOT NULL,
    source TEXT,
    url TEXT,
    published TEXT,
    language TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    mended INTEGER NOT NULL,
    captured TEXT
) STRICT;
-- Apart, so that looking through the articles does not read their texts.
CREATE TABLE texts (article INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
-- The pages or parts of an article that has any: [[start, page or null, name], ...].
CREATE TABLE parts (article INTEGER PRIMARY KEY, parts TEXT NOT NULL) STRICT;
-- Where else the text of an article stands, and what is said of it there.
CREATE TABLE also_at (
    row INTEGER PRIMARY KEY,
    article INTEGER NOT NULL,
    path TEXT NOT NULL,
    record TEXT,
    title TEXT NOT NULL,
    source TEXT,
    url TEXT,
    published TEXT
) STRICT;
CREATE INDEX also_at_article ON also_at (article);
-- How an article was cut: [[start, end, rule], ...] of what is masked, and its passages, which are
-- the rows [first, first + passages).
CREATE TABLE cuts (
    article INTEGER PRIMARY KEY,
    masks TEXT NOT NULL,
    first INTEGER NOT NULL,
    passages INTEGER NOT NULL
) STRICT;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    article INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;
-- Near-duplicates: the row of the article that stands for each that has any, itself included.
CREATE TABLE groups (article INTEGER PRIMARY KEY, representative INTEGER NOT NULL) STRICT;
CREATE INDEX groups_representative ON groups (representative);
CREATE TABLE skipped (row INTEGER PRIMARY KEY, path TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
"""


def masks_as_json(masks: Sequence[Mask]) -> str:
    """Masks as the column `masks` holds them."""
    return json.dumps([(mask.start, mask.end, mask.rule) for mask in masks])


def masks_from_json(document: str) -> tuple[Mask, ...]:
    """The masks that `masks_as_json` wrote."""
    return tuple(Mask(start, end, rule) for start, end, rule in json.loads(document))


def parts_as_json(parts: Sequence[Part]) -> str:
    """Parts as the column `parts` holds them."""
    return json.dumps([(part.start, part.page, part.name) for part in parts])


def parts_from_json(document: str | None) -> tuple[Part, ...]:
    """The parts that `parts_as_json` wrote; none where it wrote nothing."""
    return tuple(Part(*fields) for fields in json.loads(document or "[]"))
