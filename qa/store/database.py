"""Articles and passages in one SQLite file: written once, then read only.

A passage is stored as offsets, never as a copy of its words. Every method may be called from any
thread; calls take turns.

Not handled: changing what was written.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged, StoreError
from qa.protocols import Rows
from qa.settings import Filters
from qa.types import Article, Mask, Passage, Skipped, Span

_APPLICATION = 0x71610003
"""`qa` and the version of the schema, where SQLite keeps whose file it is."""

_SCHEMA = """
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
    sha256 TEXT NOT NULL
) STRICT;
-- Apart, so that looking through the articles does not read their texts.
CREATE TABLE texts (article INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
-- Where else the text of an article stands.
CREATE TABLE also_at (
    row INTEGER PRIMARY KEY, article INTEGER NOT NULL, place TEXT NOT NULL
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

_SELECT_ARTICLES = """
SELECT
    articles.row, id, path, title, text, sha256, source, url, published, language, record,
    (SELECT json_group_array(place) FROM
        (SELECT place FROM also_at WHERE article = articles.row ORDER BY also_at.row)),
    masks,
    (SELECT id FROM articles AS first JOIN groups ON first.row = representative
        WHERE groups.article = articles.row)
FROM articles
JOIN texts ON texts.article = articles.row
JOIN cuts ON cuts.article = articles.row
"""
_ARTICLE_BY_ID = _SELECT_ARTICLES + "WHERE id = ?"
_ARTICLES_BY_ROW = (
    _SELECT_ARTICLES + "WHERE articles.row IN (SELECT value FROM json_each(?)) ORDER BY 1"  # noqa: S608
)

# Where the rest of a group stands, exact duplicates too, in the order in which they came.
_COPIES = """
SELECT place FROM (
    SELECT articles.row, 0 AS further, path || coalesce('#' || record, '') AS place
    FROM articles JOIN groups ON groups.article = articles.row
    WHERE representative = (SELECT representative FROM groups WHERE article = :row)
    UNION ALL
    SELECT also_at.article, also_at.row + 1, place
    FROM also_at JOIN groups USING (article)
    WHERE representative = (SELECT representative FROM groups WHERE article = :row)
)
WHERE row != :row ORDER BY row, further
"""

_BATCH = 256
_LONGEST_LANGUAGE = 8


class Database:
    """The file, open for writing (`create`) or for reading (`open`)."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, writable: bool) -> None:
        self._path = path
        self._connection = connection
        self._writable = writable
        self._turn = RLock()
        self.articles_held = 0
        self.passages_held = 0

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new file, for a generation that is thrown away if anything goes wrong."""
        path.touch(exist_ok=False)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        database = cls(path, connection, writable=True)
        try:
            database._begin()
        except BaseException:
            connection.close()
            raise
        return database

    def _begin(self) -> None:
        with self._statements() as connection:
            # No journal and no waiting for the disk: until it is published, nobody else reads it.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN")

    @classmethod
    def open(cls, path: Path) -> Self:
        """A file that `create` made, as it was when it was closed."""
        try:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise IndexDamaged(_damaged(path, error)) from error
        database = cls(path, connection, writable=False)
        try:
            database._look()
        except BaseException:
            connection.close()
            raise
        return database

    def _look(self) -> None:
        """See whose file it is and how much it holds, without reading it all."""
        with self._statements() as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            if application != _APPLICATION or _schema(connection) != _own_schema():
                raise IndexDamaged(_damaged(self._path, "it is not a file of qa"))
            (self.articles_held,) = connection.execute(
                "SELECT coalesce(max(row) + 1, 0) FROM articles"
            ).fetchone()
            (self.passages_held,) = connection.execute(
                "SELECT coalesce(max(row) + 1, 0) FROM passages"
            ).fetchone()

    def close(self) -> None:
        """Write what is not yet written, and let go of the file."""
        with self._statements() as connection:
            if connection.in_transaction:
                connection.execute("COMMIT")
        self._connection.close()

    def abandon(self) -> None:
        """Let go of the file, whatever state it is in."""
        self._connection.close()

    def add_article(self, article: Article) -> bool:
        """Take an article, or only its places if its text is there; whether it was new.

        Raises:
            StoreError: If its text cannot be stored, or another text has its id.
        """
        with self._statements() as connection:
            known = connection.execute(
                "SELECT row, sha256 FROM articles WHERE id = ?", (article.id,)
            ).fetchone()
            if known and known[1] != article.sha256:
                raise StoreError(f"{article.path} has the id of another article. Leave it out.")
            row = known[0] if known else self.articles_held
            places = [article.place, *article.also_at] if known else article.also_at
            try:
                if not known:
                    self._insert_article(connection, row, article)
                connection.executemany(
                    "INSERT INTO also_at (article, place) VALUES (?, ?)",
                    [(row, place) for place in places],
                )
            except UnicodeEncodeError as error:
                raise StoreError(
                    f"{article.path} holds a lone surrogate, which is no character. Leave it out."
                ) from error
            return not known

    def _insert_article(self, connection: sqlite3.Connection, row: int, article: Article) -> None:
        connection.execute("INSERT INTO texts VALUES (?, ?)", (row, article.text))
        connection.execute(
            "INSERT INTO cuts VALUES (?, ?, 0, 0)", (row, _masks_as_json(article.masks))
        )
        connection.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row,
                article.id,
                article.path,
                article.record,
                article.title,
                article.source,
                article.url,
                article.published.isoformat() if article.published else None,
                article.language,
                article.sha256,
            ),
        )
        self.articles_held = row + 1

    def add_skipped(self, skipped: Skipped) -> None:
        """Keep what could not be loaded, and why."""
        with self._statements() as connection:
            connection.execute(
                "INSERT INTO skipped (path, reason) VALUES (?, ?)", (skipped.path, skipped.reason)
            )

    def add_passages(
        self, article: str, spans: Sequence[Span], masks: Sequence[Mask], digests: Sequence[bytes]
    ) -> None:
        """Take the passages of an article, as the next rows, and what is masked in it."""
        first = self.passages_held
        with self._statements() as connection:
            (row,) = connection.execute(
                "SELECT row FROM articles WHERE id = ?", (article,)
            ).fetchone()
            connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
                [
                    (first + i, row, span.start, span.end, digest)
                    for i, (span, digest) in enumerate(zip(spans, digests, strict=True))
                ],
            )
            connection.execute(
                "UPDATE cuts SET masks = ?, first = ?, passages = ? WHERE article = ?",
                (_masks_as_json(masks), first, len(spans), row),
            )
            self.passages_held = first + len(spans)

    def add_groups(self, groups: Mapping[str, str]) -> None:
        """Take which article stands for each that has near-duplicates: id -> id, itself too."""
        with self._statements() as connection:
            connection.executemany(
                "INSERT INTO groups SELECT articles.row, first.row FROM articles, articles AS first"
                " WHERE articles.id = ? AND first.id = ?",
                groups.items(),
            )

    def articles(self) -> Iterator[Article]:
        """Every article, in the order in which they came."""
        for first in range(0, self.articles_held, _BATCH):
            rows = range(first, min(first + _BATCH, self.articles_held))
            yield from self._articles(rows).values()

    def article(self, id: str) -> Article:  # noqa: A002 - the field's own name
        """The article of an id; KeyError if there is none."""
        with self._statements() as connection:
            found = connection.execute(_ARTICLE_BY_ID, (id,)).fetchone()
            if found is None:
                raise KeyError(id)
            return self._article(connection, found)[1]

    def rows_of(self, id: str) -> range:  # noqa: A002 - the field's own name
        """The rows of the passages of an article; KeyError if there is none of this id."""
        with self._statements() as connection:
            found = connection.execute(
                "SELECT first, passages FROM cuts JOIN articles ON articles.row = cuts.article"
                " WHERE id = ?",
                (id,),
            ).fetchone()
        if found is None:
            raise KeyError(id)
        return range(found[0], found[0] + found[1])

    def passages(self, rows: Sequence[int] | Rows) -> list[Passage]:
        """The passages of some rows, in the order asked for; each article is read once."""
        wanted = [int(row) for row in rows]
        with self._statements() as connection:
            found = {
                row: (article, start, stop)
                for row, article, start, stop in connection.execute(
                    "SELECT row, article, start, stop FROM passages"
                    " WHERE row IN (SELECT value FROM json_each(?))",
                    (json.dumps(wanted),),
                )
            }
            articles = self._articles(sorted({article for article, _, _ in found.values()}))
            passages = []
            for row in wanted:
                if row not in found:
                    raise ValueError(f"it holds no passage {row}")
                number, start, stop = found[row]
                article = articles.get(number)
                if article is None or not 0 <= start < stop <= len(article.text):
                    raise ValueError(f"passage {row} lies outside its article")
                passages.append(Passage(row, article, Span(start, stop)))
        return passages

    def allowed(self, filters: Filters) -> Rows:
        """The rows of passages whose article passes the filters, ascending."""
        with self._statements() as connection:
            ranges = connection.execute(
                "SELECT first, passages FROM articles JOIN cuts ON cuts.article = articles.row"
                " WHERE (:since IS NULL OR published >= :since)"
                " AND (:until IS NULL OR published <= :until)"
                " AND (:sources IS NULL OR source IN (SELECT value FROM json_each(:sources)))"
                " ORDER BY first",
                {
                    "since": filters.since and filters.since.isoformat(),
                    "until": filters.until and filters.until.isoformat(),
                    "sources": _sources(connection, filters),
                },
            ).fetchall()
            self._fit(ranges)
        runs = [np.arange(first, first + count, dtype=np.int64) for first, count in ranges]
        return np.concatenate([np.empty(0, dtype=np.int64), *runs])

    def _fit(self, ranges: Sequence[tuple[int, int]]) -> None:
        """ValueError unless (first, count) are rows that are there, each at most once."""
        inside = all(0 <= first <= first + count <= self.passages_held for first, count in ranges)
        if not inside or sum(count for _, count in ranges) > self.passages_held:
            raise ValueError("articles have passages that are not there")

    def undated(self, filters: Filters) -> int:
        """Articles without a date, of the source that the filters ask for."""
        with self._statements() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM articles WHERE published IS NULL"
                " AND (:sources IS NULL OR source IN (SELECT value FROM json_each(:sources)))",
                {"sources": _sources(connection, filters)},
            ).fetchone()
        return int(count)

    def skipped(self) -> list[Skipped]:
        """What could not be loaded, in the order in which it came."""
        with self._statements() as connection:
            rows = connection.execute("SELECT path, reason FROM skipped ORDER BY row").fetchall()
        return [Skipped(path, reason) for path, reason in rows]

    def places(self) -> dict[str, str]:
        """Every place of every article (`path` or `path#record`), and the article's id."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT CASE WHEN record IS NULL THEN path ELSE path || '#' || record END, id"
                " FROM articles"
                " UNION ALL SELECT place, id FROM also_at"
                " JOIN articles ON articles.row = also_at.article"
            ).fetchall()
        return dict(rows)

    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, without `und`, in alphabetical order."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT DISTINCT language FROM articles WHERE language != 'und' ORDER BY language"
            ).fetchall()
        return tuple(language for (language,) in rows)

    def sources(self) -> list[str]:
        """The sources that articles name, in alphabetical order."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT DISTINCT source FROM articles WHERE source IS NOT NULL ORDER BY source"
            ).fetchall()
        return [source for (source,) in rows]

    def digests(self) -> NDArray[np.bytes_]:
        """The digest of every passage, in row order, shape (n,), 16 bytes each."""
        with self._statements() as connection:
            rows = connection.execute("SELECT digest FROM passages ORDER BY row").fetchall()
        return np.array([digest for (digest,) in rows], dtype="S16")

    def problems(self) -> Iterator[str]:
        """What a look at every page and every row finds wrong."""
        with self._statements() as connection:
            # Where pages are entwined, other statements may run for ever.
            checks = [text for (text,) in connection.execute("PRAGMA integrity_check")]
            if checks != ["ok"]:
                yield from checks
                return
            articles, passages = connection.execute(
                "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
            ).fetchone()
            self._fit(connection.execute("SELECT first, passages FROM cuts").fetchall())
            cuts = connection.execute(
                "SELECT count(*) FROM passages JOIN cuts USING (article)"
                " WHERE passages.row >= first AND passages.row < first + cuts.passages"
            ).fetchone()[0]
            led = connection.execute(
                "SELECT count(*) FROM groups LEFT JOIN groups AS first"
                " ON first.article = groups.representative"
                " WHERE first.representative IS NOT groups.representative"
                " OR groups.article NOT IN (SELECT row FROM articles)"
            ).fetchone()[0]
        if (articles, passages) != (self.articles_held, self.passages_held):
            yield "rows are missing"
        if cuts != passages:
            yield "passages and articles do not agree"
        altered = [
            article.path
            for article in self.articles()
            if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256
        ]
        if altered:
            yield f"{len(altered)} texts are not of their sha256, the first that of {altered[0]}"
        if led:
            yield "groups of near-duplicates do not agree"
        masked = [
            passage.row
            for first in range(0, self.passages_held, _BATCH)
            for passage in self.passages(range(first, min(first + _BATCH, self.passages_held)))
            if any(passage.span.overlaps(mask) for mask in passage.article.masks)
        ]
        if masked:
            yield f"{len(masked)} passages touch masked text, the first of them passage {masked[0]}"

    def _articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """Articles by their rows, ascending."""
        with self._statements() as connection:
            found = connection.execute(_ARTICLES_BY_ROW, (json.dumps(list(rows)),)).fetchall()
            return dict(self._article(connection, one) for one in found)

    def _article(
        self, connection: sqlite3.Connection, found: tuple[Any, ...]
    ) -> tuple[int, Article]:
        row, id_, path, title, text, sha256, source, url, *rest = found
        published, language, record, also_at, masks, group = rest
        places_of_copies = connection.execute(_COPIES, {"row": row}) if group else ()
        copies = tuple(place for (place,) in places_of_copies)
        try:
            places = tuple(json.loads(also_at))
            given = (one for one in (source, url, record, group) if one is not None)
            _all_text(id_, path, title, text, sha256, language, *given, *places, *copies)
            article = Article(
                id=id_,
                path=path,
                title=title,
                text=text,
                sha256=sha256,
                source=source,
                url=url,
                published=date.fromisoformat(published) if published else None,
                language=_code(language),
                record=record,
                also_at=places,
                masks=_masks(masks),
                group=group or "",
                copies=copies,
            )
        except (ValueError, TypeError, RecursionError) as error:
            raise IndexDamaged(_damaged(self._path, f"article {row}: {error}")) from error
        return row, article

    @contextmanager
    def _statements(self) -> Iterator[sqlite3.Connection]:
        """The connection, to one caller at a time, its errors told as ours.

        So are errors of values that are not what the schema says; SQLite looks when it writes only.
        """
        with self._turn:
            try:
                yield self._connection
            except (TypeError, ValueError, AttributeError, OverflowError) as error:
                if self._writable:
                    raise
                raise IndexDamaged(_damaged(self._path, error)) from error
            except sqlite3.Error as error:
                if self._writable:
                    raise StoreError(
                        f"Cannot write {self._path} ({error}). "
                        "Free some space or choose another folder: --index DIR"
                    ) from error
                raise IndexDamaged(_damaged(self._path, error)) from error


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Every table, index, view and trigger of a file: its kind, its name, and how it was made."""
    return connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall()


def _own_schema() -> list[tuple[str, str, str]]:
    """The schema of a file that `create` makes."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
        return _schema(connection)


def _sources(connection: sqlite3.Connection, filters: Filters) -> str | None:
    """The names of the source that the filters ask for, as a JSON list; None for any source."""
    if filters.source is None:
        return None
    wanted = filters.source.casefold()
    every = connection.execute("SELECT DISTINCT source FROM articles")
    return json.dumps([name for (name,) in every if name and name.casefold() == wanted])


def _code(language: str) -> str:
    if len(language) > _LONGEST_LANGUAGE:
        raise ValueError("a language has no proper name")
    return language


def _all_text(*values: object) -> None:
    """TypeError unless all of some values are text, as their columns say."""
    if not all(type(value) is str for value in values):
        raise TypeError("text is something else")


def _masks_as_json(masks: Sequence[Mask]) -> str:
    return json.dumps([(mask.start, mask.end, mask.rule) for mask in masks])


def _masks(document: str) -> tuple[Mask, ...]:
    masks = tuple(Mask(start, end, rule) for start, end, rule in json.loads(document))
    if not all(type(m.start) is type(m.end) is int and type(m.rule) is str for m in masks):
        raise TypeError("masks are no spans with a rule")
    return masks


def _damaged(path: Path, problem: object) -> str:
    return f"{path} is damaged ({problem}). Rebuild the index: qa index FOLDER --full"
